#include "cli/standard_input.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "base/strings.h"

namespace whittle {

Result<std::string> read_standard_input(uint64_t max_bytes) {
  std::string text;
  std::string block(64 << 10, '\0');
  while (true) {
    ssize_t count = ::read(STDIN_FILENO, block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno_error("cannot read standard input", errno);
    if (count == 0) return text;
    text.append(block, 0, static_cast<size_t>(count));
    if (text.size() > max_bytes)
      return Error(ErrorKind::Limit,
                   fmt::format("standard input: more than {}", format_bytes(max_bytes)));
  }
}

}  // namespace whittle
