#include "lsp/frames.h"

#include <algorithm>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr size_t kMaxHeaderBytes = 8 * 1024;
// A longer message is not even skipped: nobody sends it.
constexpr uint64_t kMaxSkippedBytes = 1ULL << 30;

Error bad_header(std::string what) {
  return Error(ErrorKind::Invalid, "message header: " + std::move(what));
}

}  // namespace

std::string frame_of(std::string_view message) {
  return "Content-Length: " + std::to_string(message.size()) + "\r\n\r\n" + std::string(message);
}

Result<std::optional<std::string>> FrameReader::next() {
  size_t dropped = static_cast<size_t>(std::min<uint64_t>(skipped_, buffer_.size()));
  buffer_.erase(0, dropped);
  skipped_ -= dropped;
  if (skipped_ > 0) return std::optional<std::string>();
  if (!body_) {
    TRY_ASSIGN(bool is_read, read_header());
    if (!is_read) return std::optional<std::string>();
  }
  if (*body_ > limits_.max_json_bytes) {
    skipped_ = *body_;
    body_.reset();
    return limit_error("message", &Limits::max_json_bytes, limits_);
  }
  if (buffer_.size() < *body_) return std::optional<std::string>();
  auto size = static_cast<size_t>(*body_);
  std::string message = buffer_.substr(0, size);
  buffer_.erase(0, size);
  body_.reset();
  return std::optional<std::string>(std::move(message));
}

// True when the whole header is there.
Result<bool> FrameReader::read_header() {
  size_t at = 0;
  while (true) {
    size_t end = buffer_.find('\n', at);
    if (std::min(end, buffer_.size()) > kMaxHeaderBytes) {
      return bad_header("longer than " + std::to_string(kMaxHeaderBytes) + " bytes");
    }
    if (end == std::string::npos) return false;
    std::string_view line = std::string_view(buffer_).substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    at = end + 1;
    if (line.empty()) break;
    TRY(take_field(line));
  }
  if (!length_) return bad_header("there is no Content-Length");
  if (*length_ > kMaxSkippedBytes) {
    return bad_header("Content-Length " + std::to_string(*length_) + " is more than anybody sends");
  }
  buffer_.erase(0, at);
  body_ = length_;
  length_.reset();
  return true;
}

Status FrameReader::take_field(std::string_view line) {
  size_t colon = line.find(':');
  if (colon == std::string_view::npos) {
    return bad_header("`" + printable(line.substr(0, 80)) + "` is no field");
  }
  if (!equals_ignoring_case(trim(line.substr(0, colon)), "Content-Length")) return {};
  std::string_view value = trim(line.substr(colon + 1));
  length_ = parse_u64(value);
  if (!length_) return bad_header("Content-Length `" + printable(value.substr(0, 80)) + "`");
  return {};
}

}  // namespace whittle
