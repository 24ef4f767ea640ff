#include "image/sources/toc.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/strings.h"
#include "codec/byte_source.h"
#include "codec/decompress.h"
#include "codec/digest.h"
#include "codec/tar.h"
#include "image/index_builder.h"
#include "image/sources/base64.h"

namespace whittle {

using nlohmann::json;

namespace {

constexpr std::string_view kStargzDigest = "containerd.io/snapshot/stargz/toc.digest";
constexpr std::string_view kChunkedPosition = "zstd-chunked.manifest-position";
constexpr std::string_view kChunkedChecksum = "zstd-chunked.manifest-checksum";
constexpr std::string_view kTocFile = "stargz.index.json";
constexpr uint64_t kMaxStoredBytes = 64ULL << 20;
constexpr uint64_t kMaxTocBytes = 256ULL << 20;
constexpr uint64_t kTailBytes = 128 * 1024;  // read at once: often the footer and the whole table
constexpr size_t kMaxXattrs = 1000;          // of one entry

Error bad_toc(std::string_view why) {
  return Error(ErrorKind::Invalid, fmt::format("table of contents: {}", why));
}

std::string annotation(const Descriptor& blob, std::string_view key) {
  auto found = blob.annotations.find(std::string(key));
  return found == blob.annotations.end() ? std::string() : found->second;
}

// Its writers have used two prefixes.
std::string chunked_annotation(const Descriptor& blob, std::string_view key) {
  for (std::string_view prefix : {"io.github.containers.", "io.containers."}) {
    std::string found = annotation(blob, std::string(prefix) + std::string(key));
    if (!found.empty()) return found;
  }
  return "";
}

Status check_digest(std::string_view bytes, const Digest& wanted) {
  std::optional<DigestAlgorithm> algorithm = digest_algorithm(wanted);
  if (!algorithm) return bad_toc("its digest is none");
  Digest digest = digest_of(bytes, *algorithm);
  if (digest == wanted) return {};
  return bad_toc(fmt::format("it has the digest {}, but the image says {}", digest, wanted));
}

// Landmarks tell a snapshotter where to stop fetching ahead; users never asked for them.
bool is_hidden(std::string_view path) {
  return path == ".prefetch.landmark" || path == ".no.prefetch.landmark" || path == kTocFile;
}

std::optional<TarType> tar_type(std::string_view type) {
  if (type == "reg") return TarType::File;
  if (type == "dir") return TarType::Directory;
  if (type == "symlink") return TarType::Symlink;
  if (type == "hardlink") return TarType::Hardlink;
  if (type == "char") return TarType::CharDevice;
  if (type == "block") return TarType::BlockDevice;
  if (type == "fifo") return TarType::Fifo;
  return std::nullopt;
}

// Takes {"entries": [{...}, ...]} in without building a document: a table may name millions of
// files. Depth 1 is the root, 2 the list, 3 an entry, 4 its extended attributes.
class TocHandler {
 public:
  explicit TocHandler(const Limits& limits) : limits_(limits) {}

  bool null() { return true; }

  bool boolean(bool) { return true; }

  bool number_integer(int64_t value) { return is_field() && value < 0 ? bad_number() : true; }

  bool number_unsigned(uint64_t value) {
    if (!is_field()) return true;
    if (key_ == "size") size_ = value;
    uint32_t* small = key_ == "uid"        ? &entry_.uid
                      : key_ == "gid"      ? &entry_.gid
                      : key_ == "devMajor" ? &entry_.device_major
                      : key_ == "devMinor" ? &entry_.device_minor
                                           : nullptr;
    if (key_ == "mode") entry_.mode = static_cast<uint32_t>(value & 07777);
    if (small == nullptr) return true;
    *small = static_cast<uint32_t>(value);
    return value <= UINT32_MAX || bad_number();
  }

  bool number_float(double, const std::string&) { return true; }

  bool string(std::string& value) {
    if (is_xattr()) return add_xattr(value);
    if (!is_field()) return true;
    if (key_ == "name")
      entry_.path = std::move(value);
    else if (key_ == "linkName")
      entry_.link_target = std::move(value);
    else if (key_ == "type")
      type_ = std::move(value);
    else if (key_ == "modtime")
      return set_time(value);
    return true;
  }

  bool binary(json::binary_t&) { return true; }

  bool start_object(size_t) {
    ++depth_;
    if (depth_ == 3 && in_entries_) {
      entry_ = {};
      type_.clear();
      size_ = 0;
    }
    in_xattrs_ = depth_ == 4 && in_entries_ && key_ == "xattrs";
    return check_depth();
  }

  bool key(std::string& name) {
    key_ = std::move(name);
    return true;
  }

  bool end_object() {
    if (depth_ == 4) in_xattrs_ = false;
    bool is_entry = depth_ == 3 && in_entries_;
    --depth_;
    return !is_entry || add_entry();
  }

  bool start_array(size_t) {
    ++depth_;
    if (depth_ == 2 && key_ == "entries") in_entries_ = has_entries_ = true;
    return check_depth();
  }

  bool end_array() {
    if (depth_ == 2) in_entries_ = false;
    --depth_;
    return true;
  }

  bool parse_error(size_t position, const std::string&, const json::exception&) {
    return fail(bad_toc(fmt::format("bad JSON at byte {}", position)));
  }

  Result<LayerIndex> finish(bool passed) {
    if (error_) return std::move(*error_);
    if (!passed || !has_entries_) return bad_toc("it has no entries");
    return builder_.finish();
  }

 private:
  bool is_field() const { return depth_ == 3 && in_entries_; }

  bool is_xattr() const { return depth_ == 4 && in_xattrs_; }

  bool fail(Error error) {
    if (!error_) error_.emplace(std::move(error));
    return false;
  }

  bool bad_number() { return fail(bad_toc(fmt::format("a bad number for `{}`", printable(key_)))); }

  bool check_depth() {
    return depth_ <= limits_.max_json_depth ||
           fail(limit_error("table of contents", &Limits::max_json_depth, limits_));
  }

  bool set_time(std::string_view text) {
    std::optional<TocTime> time = parse_toc_time(text);
    if (!time) return fail(bad_toc("a bad time"));
    entry_.mtime_seconds = time->seconds;
    entry_.mtime_nanoseconds = time->nanoseconds;
    return true;
  }

  bool add_xattr(std::string_view value) {
    std::optional<std::string> bytes = decode_base64(value);
    if (!bytes || entry_.xattrs.size() >= kMaxXattrs)
      return fail(bad_toc("bad extended attributes"));
    entry_.xattrs.push_back({key_, std::move(*bytes)});
    return true;
  }

  bool add_entry() {
    if (type_ == "chunk" || is_hidden(entry_.path)) return true;
    std::optional<TarType> type = tar_type(type_);
    if (!type) return fail(bad_toc(fmt::format("an entry of the kind `{}`", printable(type_))));
    if (++count_ > limits_.max_entries)
      return fail(limit_error("table of contents", &Limits::max_entries, limits_));
    if (std::max(entry_.path.size(), entry_.link_target.size()) > limits_.max_name_bytes)
      return fail(limit_error("table of contents", &Limits::max_name_bytes, limits_));
    entry_.type = *type;
    entry_.size_bytes = *type == TarType::File ? size_ : 0;
    std::sort(entry_.xattrs.begin(), entry_.xattrs.end(), [](const auto& a, const auto& b) {
      return a.name < b.name;
    });
    Result<Entry*> added = builder_.add(entry_);
    return added.ok() || fail(std::move(added).error().with("table of contents"));
  }

  const Limits& limits_;
  IndexBuilder builder_;
  std::optional<Error> error_;
  size_t depth_ = 0;
  bool in_entries_ = false;
  bool has_entries_ = false;
  bool in_xattrs_ = false;
  std::string key_;
  TarEntry entry_;
  std::string type_;
  uint64_t size_ = 0;
  uint64_t count_ = 0;
};

Result<std::string> stargz_toc(const Descriptor& blob,
                               const RangeReader& read,
                               const Limits& limits) {
  uint64_t tail_bytes = std::min(blob.size, kTailBytes);
  if (tail_bytes < kStargzFooterBytes) return bad_toc("the layer is too short for one");
  uint64_t tail_at = blob.size - tail_bytes;
  TRY_ASSIGN(std::string tail, read(tail_at, tail_bytes));
  std::optional<uint64_t> begin =
      parse_stargz_footer(std::string_view(tail).substr(tail.size() - kStargzFooterBytes));
  if (!begin) return Error(ErrorKind::Unsupported, "table of contents: the layer has no footer");
  uint64_t end = blob.size - kStargzFooterBytes;
  if (*begin >= end || end - *begin > kMaxStoredBytes) return bad_toc("its place is a wrong one");
  std::string stored;
  if (*begin >= tail_at) {
    stored = tail.substr(*begin - tail_at, end - *begin);
  } else {
    TRY_ASSIGN(stored, read(*begin, end - *begin));
  }
  TRY_ASSIGN(std::string text, unpack_stargz_toc(std::move(stored), limits));
  TRY(check_digest(text, annotation(blob, kStargzDigest)));
  return text;
}

// "OFFSET:LENGTH:UNCOMPRESSED-LENGTH:KIND"
Result<std::string> chunked_toc(const Descriptor& blob,
                                const RangeReader& read,
                                const Limits& limits) {
  constexpr uint64_t kKind = 1;
  std::string position = chunked_annotation(blob, kChunkedPosition);
  std::vector<uint64_t> numbers;
  for (std::string_view part : split(position, ':')) {
    std::optional<uint64_t> number = parse_u64(part);
    if (!number) return bad_toc("its place is no place");
    numbers.push_back(*number);
  }
  if (numbers.size() != 4 || numbers[3] != kKind)
    return Error(ErrorKind::Unsupported, "table of contents: of a kind that is not handled");
  uint64_t length = numbers[1];
  bool is_inside = numbers[0] < blob.size && length <= blob.size - numbers[0] && length > 0;
  if (!is_inside || length > kMaxStoredBytes || numbers[2] > kMaxTocBytes)
    return bad_toc("its place is a wrong one");
  TRY_ASSIGN(std::string stored, read(numbers[0], length));
  TRY(check_digest(stored, chunked_annotation(blob, kChunkedChecksum)));
  std::unique_ptr<ByteSource> source = string_source(std::move(stored));
  TRY_ASSIGN(Decompressed plain, decompress(*source, limits));
  return read_all(*plain.bytes, numbers[2]);
}

bool take_digits(std::string_view& text, size_t count, int64_t& value) {
  if (text.size() < count) return false;
  std::optional<uint64_t> number = parse_u64(text.substr(0, count));
  if (!number) return false;
  value = static_cast<int64_t>(*number);
  text.remove_prefix(count);
  return true;
}

bool take_char(std::string_view& text, char wanted) {
  if (!text.starts_with(wanted)) return false;
  text.remove_prefix(1);
  return true;
}

// Days from 1970-01-01 of the Gregorian calendar (Hinnant, "chrono-Compatible Low-Level Date
// Algorithms").
int64_t days_from_civil(int64_t year, int64_t month, int64_t day) {
  year -= month <= 2 ? 1 : 0;
  int64_t era = (year >= 0 ? year : year - 399) / 400;
  int64_t year_of_era = year - era * 400;
  int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

bool take_fraction(std::string_view& text, uint32_t& nanoseconds) {
  if (!take_char(text, '.')) return true;
  uint32_t unit = 100'000'000;
  size_t digits = 0;
  for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1), ++digits) {
    nanoseconds += static_cast<uint32_t>(text.front() - '0') * unit;
    unit /= 10;
  }
  return digits > 0;
}

// "Z", "+01:00", "-05:30" in seconds.
bool take_zone(std::string_view& text, int64_t& seconds) {
  if (take_char(text, 'Z')) return true;
  int64_t sign = text.starts_with('-') ? -1 : 1;
  if (!take_char(text, '+') && !take_char(text, '-')) return false;
  int64_t hours = 0;
  int64_t minutes = 0;
  bool passed =
      take_digits(text, 2, hours) && take_char(text, ':') && take_digits(text, 2, minutes);
  seconds = sign * (hours * 3600 + minutes * 60);
  return passed && hours < 24 && minutes < 60;
}

}  // namespace

std::optional<TocTime> parse_toc_time(std::string_view text) {
  int64_t year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, zone = 0;
  TocTime time;
  bool passed = take_digits(text, 4, year) && take_char(text, '-') && take_digits(text, 2, month) &&
                take_char(text, '-') && take_digits(text, 2, day) && take_char(text, 'T') &&
                take_digits(text, 2, hour) && take_char(text, ':') &&
                take_digits(text, 2, minute) && take_char(text, ':') &&
                take_digits(text, 2, second) && take_fraction(text, time.nanoseconds) &&
                take_zone(text, zone) && text.empty();
  bool is_real = month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60 &&
                 second <= 60;
  if (!passed || !is_real) return std::nullopt;
  time.seconds =
      days_from_civil(year, month, day) * 86'400 + hour * 3600 + minute * 60 + second - zone;
  return time;
}

std::optional<uint64_t> parse_stargz_footer(std::string_view footer) {
  // An empty gzip member whose extra field is "SG", 22 bytes: 16 hex digits and "STARGZ".
  constexpr size_t kExtraAt = 12;
  constexpr size_t kDigits = 16;
  constexpr std::string_view kMagic = "STARGZ";
  if (footer.size() != kStargzFooterBytes || !footer.starts_with("\x1f\x8b\x08\x04"))
    return std::nullopt;
  if (footer.substr(kExtraAt, 2) != "SG" || footer.substr(kExtraAt + 4 + kDigits, 6) != kMagic)
    return std::nullopt;
  uint64_t offset = 0;
  for (char c : footer.substr(kExtraAt + 4, kDigits)) {
    size_t digit = std::string_view("0123456789abcdef").find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    offset = offset << 4 | digit;
  }
  return offset;
}

Result<std::string> unpack_stargz_toc(std::string stored, const Limits& limits) {
  std::unique_ptr<ByteSource> source = string_source(std::move(stored));
  TRY_ASSIGN(Decompressed plain, decompress(*source, limits));
  TarReader reader(*plain.bytes, limits);
  TRY_ASSIGN(bool is_there, reader.next());
  if (!is_there || reader.entry().path != kTocFile) return bad_toc("it is not where it should be");
  if (reader.entry().size_bytes > kMaxTocBytes)
    return Error(ErrorKind::Limit, "table of contents: it is too long");
  std::string text;
  for (;;) {
    TRY_ASSIGN(std::string_view piece, reader.read_content());
    if (piece.empty()) return text;
    text.append(piece);
  }
}

Result<LayerIndex> index_toc(std::string_view text, const Limits& limits) {
  TocHandler handler(limits);
  bool passed = json::sax_parse(text, &handler);
  return handler.finish(passed);
}

Result<std::optional<LayerIndex>> list_by_toc(const Descriptor& blob,
                                              const RangeReader& read,
                                              const Limits& limits) {
  bool is_stargz = !annotation(blob, kStargzDigest).empty();
  bool is_chunked = !chunked_annotation(blob, kChunkedPosition).empty();
  if (!is_stargz && !is_chunked) return std::optional<LayerIndex>();
  TRY_ASSIGN(std::string text,
             is_chunked ? chunked_toc(blob, read, limits) : stargz_toc(blob, read, limits));
  TRY_ASSIGN(LayerIndex index, index_toc(text, limits));
  index.is_listed = true;
  index.blob_digest = blob.digest;
  index.blob_bytes = blob.size;
  index.compression = is_chunked ? Compression::Zstd : Compression::Gzip;
  return std::optional<LayerIndex>(std::move(index));
}

}  // namespace whittle
