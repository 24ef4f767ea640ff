// rpm's databases and indexes without some of their packages: whatever the bytes, what comes out
// holds exactly the packages that stay, is not much bigger, and comes out the same when it is
// filtered again. The first byte says which file the rest is, the second which packages stay.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "slim/rpm_filters.h"

namespace {

using namespace whittle;

using Staying = std::optional<RpmNumbers> (*)(std::string_view database, const RpmStays& stays);
using Filter = std::optional<std::string> (*)(std::string_view bytes, const RpmNumbers& staying);

struct File {
  Staying staying;
  Filter filter;
};

constexpr File kFiles[] = {{&staying_in_rpm_ndb, &filter_rpm_ndb},
                           {&staying_in_rpm_bdb, &filter_rpm_bdb},
                           {nullptr, &filter_rpm_ndb_index},
                           {nullptr, &filter_rpm_bdb_index}};

RpmNumbers every(uint8_t step) {
  RpmNumbers numbers;
  for (uint32_t i = 1; i < 64; i += step % 4U + 1) numbers.insert(i);
  return numbers;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const File& file = kFiles[data[0] % std::size(kFiles)];
  std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  RpmNumbers staying = every(data[1]);
  if (file.staying != nullptr) {
    size_t calls = 0;
    std::optional<RpmNumbers> numbers =
        file.staying(bytes, [&](std::string_view) { return ++calls % (data[1] % 4U + 1) == 0; });
    if (!numbers) return 0;
    staying = *numbers;
  }
  std::optional<std::string> once = file.filter(bytes, staying);
  if (!once) return 0;
  if (once->size() > 16 * size + (1U << 20)) std::abort();
  if (file.filter(*once, staying) != once) std::abort();
  if (file.staying == nullptr) return 0;
  if (file.staying(*once, [](std::string_view) { return true; }) != staying) std::abort();
  return 0;
}
