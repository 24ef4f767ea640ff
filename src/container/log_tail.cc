#include "container/log_tail.h"

#include <algorithm>
#include <vector>

#include "base/strings.h"

namespace whittle {

namespace {

// Length of the escape sequence at the start of text (which begins with ESC).
size_t escape_length(std::string_view text) {
  if (text.size() < 2) return text.size();
  if (text[1] == '[') {
    size_t i = 2;
    while (i < text.size() && !(text[i] >= '@' && text[i] <= '~')) ++i;
    return std::min(i + 1, text.size());
  }
  if (text[1] == ']') {
    size_t end = text.find_first_of("\a\x1b", 2);
    if (end == std::string_view::npos) return text.size();
    return text[end] == '\a' ? end + 1 : std::min(end + 2, text.size());
  }
  return 2;
}

}  // namespace

std::string strip_escapes(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    size_t length = 1;
    if (text[0] == '\x1b') {
      length = escape_length(text);
    } else if (text[0] != '\r') {
      out += text[0];
    }
    text.remove_prefix(length);
  }
  return out;
}

std::string last_lines(std::string_view text, size_t count) {
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  size_t begin = text.size();
  for (size_t found = 0; begin > 0; --begin) {
    if (text[begin - 1] == '\n' && ++found == count) break;
  }
  return count == 0 ? "" : std::string(text.substr(begin));
}

void LogTail::add(std::string_view line) {
  lines_.push_back(strip_escapes(line.substr(0, kLogTailBytes / 4)));
  bytes_ += lines_.back().size() + 1;
  while (lines_.size() > kLogTailLines || bytes_ > kLogTailBytes) {
    bytes_ -= lines_.front().size() + 1;
    lines_.pop_front();
  }
}

std::string LogTail::text() const {
  std::string out;
  out.reserve(bytes_);
  for (const std::string& line : lines_) {
    out += line;
    out += '\n';
  }
  return out;
}

void ByteTail::add(std::string_view bytes) {
  if (bytes.size() > limit_) bytes.remove_prefix(bytes.size() - limit_);
  bytes_.append(bytes);
  if (bytes_.size() > 2 * limit_) bytes_.erase(0, bytes_.size() - limit_);
}

std::string ByteTail::take() {
  if (bytes_.size() > limit_) bytes_.erase(0, bytes_.size() - limit_);
  return std::move(bytes_);
}

}  // namespace whittle
