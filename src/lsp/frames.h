// The frames of the Language Server Protocol: a header with Content-Length, then so many bytes.
// Source: LSP 3.17, "Base Protocol".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"

namespace whittle {

// "Content-Length: N\r\n\r\n" and the text.
std::string frame_of(std::string_view message);

// Bytes as they come to whole messages.
class FrameReader {
 public:
  explicit FrameReader(const Limits& limits) : limits_(limits) {}

  void feed(std::string_view bytes) { buffer_ += bytes; }

  // The next message; nullopt when it has not come whole. Errors: Limit for a message over
  // max_json_bytes, which is skipped; Invalid for a header that is none, behind which nothing can
  // be told apart any more.
  Result<std::optional<std::string>> next();

  // True if no part of a message waits.
  bool is_empty() const { return buffer_.empty() && !body_ && skipped_ == 0; }

 private:
  Result<bool> read_header();
  Status take_field(std::string_view line);

  Limits limits_;
  std::string buffer_;
  std::optional<uint64_t> length_;  // of the header that is read
  std::optional<uint64_t> body_;    // bytes of the message that comes
  uint64_t skipped_ = 0;            // bytes still to be dropped
};

}  // namespace whittle
