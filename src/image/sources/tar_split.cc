#include "image/sources/tar_split.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/fs.h"
#include "base/strings.h"
#include "image/json.h"
#include "image/sources/base64.h"

namespace whittle {

using nlohmann::json;

namespace {

constexpr size_t kBufferBytes = 256 * 1024;
constexpr size_t kMaxLineBytes = 64 << 20;  // padding at the end of an archive is one record

// Lines of a stream.
class LineReader {
 public:
  explicit LineReader(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {}

  // False at the end. The line is valid until the next call.
  Result<bool> next(std::string_view& line) {
    for (;;) {
      size_t end = buffer_.find('\n', searched_);
      if (end != std::string::npos || is_ended_) {
        if (end == std::string::npos) end = buffer_.size();
        if (begin_ >= buffer_.size()) return false;
        line = std::string_view(buffer_).substr(begin_, end - begin_);
        begin_ = searched_ = std::min(end + 1, buffer_.size());
        return true;
      }
      TRY(refill());
    }
  }

 private:
  Status refill() {
    buffer_.erase(0, begin_);
    begin_ = 0;
    searched_ = buffer_.size();
    if (buffer_.size() > kMaxLineBytes)
      return Error(ErrorKind::Limit, "tar-split: a record is too long");
    buffer_.resize(searched_ + kBufferBytes);
    MutableBytes into = std::as_writable_bytes(std::span(buffer_)).subspan(searched_);
    TRY_ASSIGN(size_t n, source_->read(into));
    buffer_.resize(searched_ + n);
    is_ended_ = n == 0;
    return {};
  }

  std::unique_ptr<ByteSource> source_;
  std::string buffer_;
  size_t begin_ = 0;
  size_t searched_ = 0;
  bool is_ended_ = false;
};

Error damaged(std::string_view what) {
  return Error(ErrorKind::Invalid, fmt::format("tar-split: {}", what));
}

class TarSplitSource : public ByteSource {
 public:
  TarSplitSource(std::unique_ptr<ByteSource> records, OpenMember open, const Limits& limits)
      : lines_(std::move(records)), open_(std::move(open)), limits_(limits) {}

  Result<size_t> read(MutableBytes into) override {
    if (failure_) return *failure_;
    for (;;) {
      if (at_ < segment_.size()) {
        size_t n = std::min(into.size(), segment_.size() - at_);
        std::memcpy(into.data(), segment_.data() + at_, n);
        at_ += n;
        return n;
      }
      if (file_left_ > 0) return read_file(into);
      TRY_ASSIGN(bool is_there, next_record());
      if (!is_there) return size_t{0};
    }
  }

  uint64_t skip(uint64_t count) override {
    uint64_t skipped = 0;
    while (skipped < count && !failure_) {
      uint64_t left = count - skipped;
      if (at_ < segment_.size()) {
        uint64_t n = std::min<uint64_t>(left, segment_.size() - at_);
        at_ += static_cast<size_t>(n);
        skipped += n;
      } else if (file_left_ > 0) {
        uint64_t n = std::min(left, file_left_);
        file_left_ -= n;
        file_at_ += n;
        skipped += n;
      } else {
        Result<bool> is_there = next_record();
        if (!is_there.ok()) failure_ = std::move(is_there).error();
        if (failure_ || !*is_there) break;
      }
    }
    return skipped;
  }

 private:
  Result<size_t> read_file(MutableBytes into) {
    if (!file_.is_open()) {
      TRY_ASSIGN(file_, open_(name_));
    }
    size_t wanted = static_cast<size_t>(std::min<uint64_t>(into.size(), file_left_));
    for (;;) {
      ssize_t n = ::pread(file_.get(), into.data(), wanted, static_cast<off_t>(file_at_));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return errno_error("cannot read " + printable(name_), errno);
      if (n == 0) return damaged(printable(name_) + " is shorter than it was");
      file_at_ += static_cast<uint64_t>(n);
      file_left_ -= static_cast<uint64_t>(n);
      return static_cast<size_t>(n);
    }
  }

  Result<bool> next_record() {
    file_.reset();
    segment_.clear();
    at_ = 0;
    std::string_view line;
    TRY_ASSIGN(bool is_there, lines_.next(line));
    if (!is_there) return false;
    if (trim(line).empty()) return true;
    // Half of all records are headers; they need no JSON parser.
    constexpr std::string_view kHeader = R"({"type":2,"payload":")";
    size_t end = line.starts_with(kHeader) ? line.find('"', kHeader.size()) : line.npos;
    if (end != line.npos) {
      TRY(set_segment(line.substr(kHeader.size(), end - kHeader.size())));
      return true;
    }
    TRY(parse_record(line));
    return true;
  }

  Status set_segment(std::string_view payload) {
    std::optional<std::string> bytes = decode_base64(payload);
    if (!bytes) return damaged("a segment is not base64");
    segment_ = std::move(*bytes);
    return {};
  }

  Status parse_record(std::string_view line) {
    constexpr int64_t kFile = 1;
    constexpr int64_t kSegment = 2;
    Limits limits = limits_;
    limits.max_json_bytes = kMaxLineBytes + kBufferBytes;
    TRY_ASSIGN(json record, parse_json(line, "tar-split", limits));
    TRY_ASSIGN(int64_t type, json_integer(record, "type"));
    if (type == kSegment) {
      TRY_ASSIGN(std::string payload, json_string(record, "payload"));
      return set_segment(payload);
    }
    if (type != kFile) return damaged("a record of an unknown type");
    TRY_ASSIGN(int64_t size, json_integer(record, "size"));
    TRY_ASSIGN(name_, json_string(record, "name"));
    TRY_ASSIGN(std::string raw, json_string(record, "name_raw"));
    if (size < 0) return damaged("a negative size");
    if (!raw.empty()) {
      std::optional<std::string> bytes = decode_base64(raw);
      if (!bytes) return damaged("a name is not base64");
      name_ = std::move(*bytes);
    }
    file_left_ = static_cast<uint64_t>(size);
    file_at_ = 0;
    return {};
  }

  LineReader lines_;
  OpenMember open_;
  Limits limits_;
  std::string segment_;
  size_t at_ = 0;
  std::string name_;
  UniqueFd file_;
  uint64_t file_at_ = 0;
  uint64_t file_left_ = 0;
  std::optional<Error> failure_;  // of a skip, told by the next read
};

}  // namespace

std::unique_ptr<ByteSource> tar_split_source(std::unique_ptr<ByteSource> records,
                                             OpenMember open_member,
                                             const Limits& limits) {
  return std::make_unique<TarSplitSource>(std::move(records), std::move(open_member), limits);
}

}  // namespace whittle
