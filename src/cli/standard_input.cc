#include "cli/standard_input.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.h"
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

Result<std::string> peek_standard_input(size_t max_bytes) {
  std::string text(max_bytes, '\0');
  off_t at = ::lseek(STDIN_FILENO, 0, SEEK_CUR);
  ssize_t count = 0;
  if (at >= 0) {
    count = ::pread(STDIN_FILENO, text.data(), text.size(), at);
  } else {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return errno_error("cannot make a pipe", errno);
    UniqueFd reader(ends[0]);
    UniqueFd writer(ends[1]);
    do {
      count = ::tee(STDIN_FILENO, writer.get(), max_bytes, 0);
    } while (count < 0 && errno == EINTR);
    if (count > 0) count = ::read(reader.get(), text.data(), static_cast<size_t>(count));
  }
  text.resize(count < 0 ? 0 : static_cast<size_t>(count));
  return text;
}

}  // namespace whittle
