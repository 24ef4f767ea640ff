// The last lines of a program's output, bounded in lines and bytes.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

namespace whittle {

inline constexpr size_t kLogTailLines = 200;
inline constexpr size_t kLogTailBytes = 256 * 1024;

// Without terminal control sequences (ECMA-48 CSI and OSC) and carriage returns.
std::string strip_escapes(std::string_view text);

// At most `count` last lines of text, without the final line end.
std::string last_lines(std::string_view text, size_t count);

// Keeps the last lines that were added. Not thread-safe.
class LogTail {
 public:
  // `line` without its line end.
  void add(std::string_view line);
  // All kept lines, each with "\n".
  std::string text() const;

 private:
  std::deque<std::string> lines_;
  size_t bytes_ = 0;
};

// Keeps the last `limit` bytes of a stream.
class ByteTail {
 public:
  explicit ByteTail(size_t limit) : limit_(limit) {}

  void add(std::string_view bytes);
  std::string take();

 private:
  size_t limit_;
  std::string bytes_;
};

}  // namespace whittle
