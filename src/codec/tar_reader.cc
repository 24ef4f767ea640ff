#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/strings.h"
#include "codec/tar.h"
#include "codec/tar_fields.h"

namespace whittle {

// One header block, its fields as text.
struct TarReader::Header {
  std::string_view block;  // until more is read
  char flag = '0';
  uint64_t size = 0;

  std::string_view field(size_t offset, size_t size_bytes) const {
    return block.substr(offset, size_bytes);
  }

  std::optional<int64_t> number(size_t offset, size_t size_bytes) const {
    return parse_tar_number(field(offset, size_bytes));
  }

  bool is_ustar() const { return field(257, 6) == std::string_view("ustar\0", 6); }

  bool is_star() const { return is_ustar() && field(508, 4) == std::string_view("tar\0", 4); }
};

namespace {

// Extension headers describe the next member; their own content is text.
bool is_extension(char flag) {
  return flag == 'x' || flag == 'X' || flag == 'g' || flag == 'L' || flag == 'K';
}

// Members of these types have no content, whatever their size field says.
bool is_header_only(char flag) {
  return flag >= '1' && flag <= '6';
}

TarType type_of(char flag, std::string_view path) {
  switch (flag) {
    case '1':
      return TarType::Hardlink;
    case '2':
      return TarType::Symlink;
    case '3':
      return TarType::CharDevice;
    case '4':
      return TarType::BlockDevice;
    case '5':
    case 'D':
      return TarType::Directory;
    case '6':
      return TarType::Fifo;
    // Archives older than POSIX have no type for folders. Unknown types are read as files (POSIX).
    default:
      return path.ends_with('/') ? TarType::Directory : TarType::File;
  }
}

// Sends for the bytes; meanwhile, other work is done. Inlined by order: to the compiler, a call of
// it does nothing.
[[gnu::always_inline]] inline void prefetch(std::string_view bytes) {
  constexpr size_t kCacheLineBytes = 64;
  for (size_t i = 0; i < bytes.size(); i += kCacheLineBytes) __builtin_prefetch(bytes.data() + i);
}

bool is_zero(std::string_view block) {
  return std::all_of(block.begin(), block.end(), [](char c) { return c == '\0'; });
}

}  // namespace

TarReader::TarReader(ByteSource& source, const Limits& limits) : limits_(limits), input_(source) {}

Error TarReader::invalid(std::string_view what) const {
  return Error(ErrorKind::Invalid,
               fmt::format("tar: {} (before byte {})", what, input_.position()));
}

Result<bool> TarReader::next() {
  TRY(leave_member());
  local_.values.clear();
  local_.sparse_numbers.clear();
  has_local_ = false;
  gnu_path_.reset();
  gnu_link_.reset();
  Header header;
  for (;;) {
    TRY_ASSIGN(bool is_there, read_header(header));
    if (!is_there) {
      if (has_local_ || gnu_path_ || gnu_link_)
        return invalid("an extension header without its member");
      return false;
    }
    if (++entries_ > limits_.max_entries) return limit_error("tar", &Limits::max_entries, limits_);
    if (header.flag == 'V') {  // a volume label
      stored_left_ = header.size;
      padding_ = tar_padding(header.size);
      TRY(leave_member());
      continue;
    }
    TRY_ASSIGN(bool was_extension, apply_extension(header));
    if (!was_extension) break;
  }
  TRY(fill_entry(header));
  prefetch(input_.peek(stored_left_ + padding_, kTarBlockBytes));
  return true;
}

// The next block that is a header; false at the end of the archive.
Result<bool> TarReader::read_header(Header& header) {
  TRY_ASSIGN(std::string_view block, input_.take(kTarBlockBytes));
  if (block.empty()) {
    if (input_.position() == 0)
      return Error(ErrorKind::Invalid, "tar: unexpected end of data: 0 bytes");
    return false;
  }
  if (block.size() < kTarBlockBytes) return invalid("unexpected end of data within a header");
  if (is_zero(block)) return finish_archive();
  if (!tar_checksum_matches(block))
    return invalid("wrong header checksum: not a tar archive, or damaged");
  header.block = block;
  header.flag = block[156] == '\0' ? '0' : block[156];
  std::optional<int64_t> size = header.number(124, 12);
  if (!size || *size < 0) return invalid("bad size");
  header.size = static_cast<uint64_t>(*size);
  return true;
}

// After a zero block: another one, or the end of the stream.
Result<bool> TarReader::finish_archive() {
  TRY_ASSIGN(std::string_view second, input_.take(kTarBlockBytes));
  if (!is_zero(second)) return invalid("a lone zero block within the archive");
  return false;
}

Result<bool> TarReader::apply_extension(const Header& header) {
  if (!is_extension(header.flag)) return false;
  if (header.flag == 'L' || header.flag == 'K') {
    TRY_ASSIGN(std::string text, read_text(header.size, &Limits::max_name_bytes));
    std::string name(tar_text(text));
    (header.flag == 'L' ? gnu_path_ : gnu_link_) = std::move(name);
    return true;
  }
  TRY_ASSIGN(std::string text, read_text(header.size, &Limits::max_pax_bytes));
  bool is_global = header.flag == 'g';
  if (!parse_pax_records(text, is_global ? global_ : local_))
    return invalid("malformed PAX records");
  uint64_t global_bytes = 0;
  for (const auto& [key, value] : global_.values) global_bytes += key.size() + value.size();
  if (global_bytes > limits_.max_pax_bytes)
    return limit_error("tar", &Limits::max_pax_bytes, limits_);
  has_local_ = has_local_ || !is_global;
  return true;
}

// The content of an extension header, with its padding.
Result<std::string> TarReader::read_text(uint64_t size, uint64_t Limits::*limit) {
  if (size > limits_.*limit) return limit_error("tar", limit, limits_);
  std::string text;
  while (text.size() < size) {
    TRY_ASSIGN(std::string_view piece, input_.take_some(size - text.size()));
    if (piece.empty()) return invalid("unexpected end of data within an extension header");
    text.append(piece);
  }
  TRY(input_.skip(tar_padding(size)));
  return text;
}

std::optional<std::string_view> TarReader::pax(std::string_view key) const {
  if (!has_pax()) return std::nullopt;
  for (const PaxRecords* records : {&local_, &global_}) {
    auto found = records->values.find(key);
    if (found == records->values.end()) continue;
    if (found->second.empty()) return std::nullopt;  // takes back the global one
    return found->second;
  }
  return std::nullopt;
}

Result<std::optional<uint64_t>> TarReader::pax_number(std::string_view key) const {
  std::optional<std::string_view> text = pax(key);
  if (!text) return std::optional<uint64_t>();
  std::optional<uint64_t> number = parse_u64(*text);
  if (!number || *number > INT64_MAX) return invalid(fmt::format("bad PAX {}", key));
  return number;
}

Status TarReader::fill_entry(const Header& header) {
  if (header.flag == 'M' || header.flag == 'N') {
    return Error(ErrorKind::Unsupported,
                 fmt::format("tar: members of type '{}' are not handled", header.flag));
  }
  entry_.xattrs.clear();
  fill_names(header);
  TRY(fill_numbers(header));
  if (has_pax()) TRY(apply_pax());
  entry_.type = type_of(header.flag, entry_.path);
  TRY(set_size(header));
  if (std::max(entry_.path.size(), entry_.link_target.size()) > limits_.max_name_bytes) {
    return limit_error("tar", &Limits::max_name_bytes, limits_);
  }
  return {};
}

void TarReader::fill_names(const Header& header) {
  entry_.path.clear();
  std::string_view prefix;
  if (header.is_ustar()) prefix = tar_text(header.field(345, header.is_star() ? 131 : 155));
  if (!prefix.empty()) entry_.path.append(prefix).push_back('/');
  entry_.path.append(tar_text(header.field(0, 100)));
  entry_.link_target.assign(tar_text(header.field(157, 100)));
  if (gnu_path_) entry_.path.swap(*gnu_path_);
  if (gnu_link_) entry_.link_target.swap(*gnu_link_);
}

Status TarReader::fill_numbers(const Header& header) {
  auto is_owner = [](int64_t id) { return id >= INT32_MIN && id <= UINT32_MAX; };
  std::optional<int64_t> mode = header.number(100, 8);
  std::optional<int64_t> uid = header.number(108, 8);
  std::optional<int64_t> gid = header.number(116, 8);
  std::optional<int64_t> mtime = header.number(136, 12);
  if (!mode || !uid || !gid || !mtime) return invalid("bad number in a header");
  if (!is_owner(*uid) || !is_owner(*gid)) return invalid("owner number out of range");
  entry_.mode = static_cast<uint32_t>(*mode) & 07777;
  entry_.uid = static_cast<uint32_t>(*uid);
  entry_.gid = static_cast<uint32_t>(*gid);
  entry_.mtime_seconds = *mtime;
  entry_.mtime_nanoseconds = 0;
  entry_.device_major = entry_.device_minor = 0;
  if (header.flag != '3' && header.flag != '4') return {};
  std::optional<int64_t> major = header.number(329, 8);
  std::optional<int64_t> minor = header.number(337, 8);
  bool is_device =
      major && minor && *major >= 0 && *minor >= 0 && *major <= UINT32_MAX && *minor <= UINT32_MAX;
  if (!is_device) return invalid("bad device number");
  entry_.device_major = static_cast<uint32_t>(*major);
  entry_.device_minor = static_cast<uint32_t>(*minor);
  return {};
}

Status TarReader::apply_pax() {
  std::optional<std::string_view> charset = pax("hdrcharset");
  if (charset && *charset != "BINARY" && *charset != "ISO-IR 10646 2000 UTF-8") {
    return Error(
        ErrorKind::Unsupported,
        fmt::format("tar: names in the character set `{}` are not handled", printable(*charset)));
  }
  if (std::optional<std::string_view> path = pax("path")) entry_.path.assign(*path);
  if (std::optional<std::string_view> link = pax("linkpath")) entry_.link_target.assign(*link);
  TRY(apply_owner_and_time());
  // In the order of their names; a global one that a local one repeats counts once.
  for (const auto& [key, value] : global_.values) {
    if (!local_.values.contains(key)) TRY(apply_xattr(key, value));
  }
  for (const auto& [key, value] : local_.values) TRY(apply_xattr(key, value));
  return {};
}

Status TarReader::apply_owner_and_time() {
  struct Row {
    std::string_view key;
    uint32_t* value;
  };

  const Row rows[] = {{"uid", &entry_.uid},
                      {"gid", &entry_.gid},
                      {"SCHILY.devmajor", &entry_.device_major},
                      {"SCHILY.devminor", &entry_.device_minor}};
  for (const Row& row : rows) {
    std::optional<std::string_view> text = pax(row.key);
    if (!text) continue;
    std::optional<int64_t> number = parse_pax_integer(*text);
    if (!number || *number < INT32_MIN || *number > UINT32_MAX) {
      return invalid(fmt::format("bad PAX {}", row.key));
    }
    *row.value = static_cast<uint32_t>(*number);
  }
  if (std::optional<std::string_view> text = pax("mtime")) {
    std::optional<PaxTime> time = parse_pax_time(*text);
    if (!time) return invalid("bad PAX mtime");
    entry_.mtime_seconds = time->seconds;
    entry_.mtime_nanoseconds = time->nanoseconds;
  }
  return {};
}

Status TarReader::apply_xattr(std::string_view key, std::string_view value) {
  constexpr std::string_view kSchily = "SCHILY.xattr.";
  constexpr std::string_view kLibarchive = "LIBARCHIVE.xattr.";
  TarXattr xattr;
  if (key.starts_with(kSchily)) {
    xattr = {std::string(key.substr(kSchily.size())), std::string(value)};
  } else if (key.starts_with(kLibarchive)) {
    std::optional<std::string> decoded = decode_xattr_base64(value);
    if (!decoded) return invalid("bad base64 in a PAX record");
    xattr = {decode_percent(key.substr(kLibarchive.size())), std::move(*decoded)};
  } else {
    return {};
  }
  // bsdtar writes both spellings of one attribute.
  for (const TarXattr& known : entry_.xattrs) {
    if (known.name == xattr.name) return {};
  }
  entry_.xattrs.push_back(std::move(xattr));
  return {};
}

Status TarReader::apply_pax_size(const Header& header) {
  if (std::optional<std::string_view> text = pax("size"))
    stated_bytes_ = parse_u64(*text).value_or(header.size);
  if (is_header_only(header.flag)) return {};
  TRY_ASSIGN(std::optional<uint64_t> size, pax_number("size"));
  TRY_ASSIGN(std::optional<uint64_t> real_size, pax_number("GNU.sparse.realsize"));
  // Some writers of sparse files repeat the real size here; then the header's own size is the
  // stored one.
  bool is_real_size = size && size == real_size && header.size > 0;
  if (size && !is_real_size) stored_bytes_ = *size;
  return {};
}

// Sizes and the sparse map: from here on the content can be read.
Status TarReader::set_size(const Header& header) {
  is_sparse_ = false;
  extents_.clear();
  extent_ = 0;
  content_at_ = 0;
  stored_bytes_ = 0;
  stated_bytes_ = header.size;
  if (!is_header_only(header.flag)) stored_bytes_ = header.size;
  if (has_pax()) TRY(apply_pax_size(header));
  if (stored_bytes_ > INT64_MAX - kTarBlockBytes) return invalid("bad size");
  stored_left_ = stored_bytes_;
  padding_ = tar_padding(stored_bytes_);
  data_offset_ = input_.position();
  entry_.size_bytes = entry_.type == TarType::File ? stored_bytes_ : 0;
  if (header.flag == 'S') {
    TRY(start_old_sparse(header.block));
  } else if (entry_.type == TarType::File) {
    TRY(start_pax_sparse());
  }
  if (entry_.type == TarType::File) stated_bytes_ = entry_.size_bytes;
  if (entry_.size_bytes > limits_.max_layer_bytes) {
    return limit_error("tar", &Limits::max_layer_bytes, limits_);
  }
  return {};
}

Result<std::string_view> TarReader::read_content() {
  static const std::string zeros(64 * 1024, '\0');
  if (entry_.type != TarType::File) return std::string_view();
  uint64_t wanted = entry_.size_bytes - content_at_;
  if (is_sparse_) {
    while (extent_ < extents_.size() &&
           content_at_ >= extents_[extent_].offset + extents_[extent_].size) {
      ++extent_;
    }
    bool in_hole = extent_ == extents_.size() || content_at_ < extents_[extent_].offset;
    if (in_hole) {
      uint64_t end = extent_ == extents_.size() ? entry_.size_bytes : extents_[extent_].offset;
      size_t n = static_cast<size_t>(std::min<uint64_t>(end - content_at_, zeros.size()));
      content_at_ += n;
      return std::string_view(zeros).substr(0, n);
    }
    wanted = extents_[extent_].offset + extents_[extent_].size - content_at_;
  }
  if (wanted == 0) return std::string_view();
  TRY_ASSIGN(std::string_view piece, input_.take_some(std::min(wanted, stored_left_)));
  if (piece.empty()) return invalid("unexpected end of data within a file");
  content_at_ += piece.size();
  stored_left_ -= piece.size();
  return piece;
}

// Over the rest of the member. Its bytes must be there; its padding may be missing at the end of
// the stream.
Status TarReader::leave_member() {
  uint64_t left = std::exchange(stored_left_, 0);
  TRY_ASSIGN(uint64_t skipped, input_.skip(left));
  if (skipped < left) return invalid("unexpected end of data within a file");
  TRY(input_.skip(std::exchange(padding_, 0)));
  return {};
}

Result<uint64_t> TarReader::leave() {
  TRY(leave_member());
  return input_.position();
}

Status TarReader::drain() {
  TRY(input_.skip(UINT64_MAX));
  return input_.settle();
}

}  // namespace whittle
