#include "engine/run_id.h"

#include <fmt/format.h>
#include <sys/random.h>

#include "base/result.h"

namespace whittle {

std::string random_id() {
  unsigned char bytes[5] = {};
  CHECK(::getrandom(bytes, sizeof bytes, 0) == static_cast<ssize_t>(sizeof bytes));
  std::string id;
  for (unsigned char byte : bytes) id += fmt::format("{:02x}", byte);
  return id;
}

}  // namespace whittle
