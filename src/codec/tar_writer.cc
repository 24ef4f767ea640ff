#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "codec/tar.h"

namespace whittle {

namespace {

constexpr uint64_t kMaxOctal7 = 07777777;
constexpr uint64_t kMaxOctal11 = 077777777777;
constexpr size_t kNameBytes = 100;
constexpr size_t kPrefixBytes = 155;

char flag_of(TarType type) {
  switch (type) {
    case TarType::File:
      return '0';
    case TarType::Hardlink:
      return '1';
    case TarType::Symlink:
      return '2';
    case TarType::CharDevice:
      return '3';
    case TarType::BlockDevice:
      return '4';
    case TarType::Directory:
      return '5';
    case TarType::Fifo:
      return '6';
  }
  return '0';
}

void put(std::string& block, size_t offset, std::string_view text) {
  block.replace(offset, text.size(), text);
}

// Zero-padded octal with a closing NUL in a field of `width` bytes.
void put_octal(std::string& block, size_t offset, size_t width, uint64_t value) {
  put(block, offset, fmt::format("{:0{}o}", value, width - 1));
}

// Where to cut a path into ustar's prefix and name (the '/' goes); npos if it does not fit.
size_t find_cut(std::string_view path) {
  if (path.size() <= kNameBytes) return 0;
  size_t from = path.size() - std::min(path.size(), kNameBytes + 1);
  size_t cut = path.find('/', std::max<size_t>(from, 1));
  bool fits = cut != std::string_view::npos && cut <= kPrefixBytes && cut + 1 < path.size();
  return fits ? cut : std::string_view::npos;
}

void put_checksum(std::string& block) {
  put(block, 148, "        ");
  uint64_t sum = 0;
  for (char c : block) sum += static_cast<unsigned char>(c);
  put(block, 148, fmt::format("{:06o}", sum));
  block[154] = '\0';
}

std::string header_block(const TarEntry& entry, char flag) {
  std::string block(kTarBlockBytes, '\0');
  size_t cut = find_cut(entry.path);
  if (cut == std::string::npos) {
    put(block, 0, std::string_view(entry.path).substr(0, kNameBytes));
  } else if (cut == 0) {
    put(block, 0, entry.path);
  } else {
    put(block, 345, std::string_view(entry.path).substr(0, cut));
    put(block, 0, std::string_view(entry.path).substr(cut + 1));
  }
  auto fitting = [](uint64_t value, uint64_t max) { return value <= max ? value : 0; };
  put_octal(block, 100, 8, entry.mode & 07777U);
  put_octal(block, 108, 8, fitting(entry.uid, kMaxOctal7));
  put_octal(block, 116, 8, fitting(entry.gid, kMaxOctal7));
  put_octal(block, 124, 12, fitting(entry.size_bytes, kMaxOctal11));
  put_octal(block, 136, 12, fitting(static_cast<uint64_t>(entry.mtime_seconds), kMaxOctal11));
  block[156] = flag;
  put(block, 157, std::string_view(entry.link_target).substr(0, kNameBytes));
  put(block, 257, std::string_view("ustar\00000", 8));
  put_octal(block, 329, 8, fitting(entry.device_major, kMaxOctal7));
  put_octal(block, 337, 8, fitting(entry.device_minor, kMaxOctal7));
  put_checksum(block);
  return block;
}

// "LENGTH KEY=VALUE\n", where LENGTH counts itself.
void add_record(std::string& records, std::string_view key, std::string_view value) {
  size_t rest = key.size() + value.size() + 3;
  size_t size = rest + 1;
  while (std::to_string(size).size() + rest != size) size = std::to_string(size).size() + rest;
  records += fmt::format("{} {}=", size, key);
  records.append(value);
  records += '\n';
}

std::string format_time(int64_t seconds, uint32_t nanoseconds) {
  if (nanoseconds == 0) return std::to_string(seconds);
  bool is_negative = seconds < 0;
  if (is_negative) {
    seconds += 1;
    nanoseconds = 1'000'000'000 - nanoseconds;
  }
  std::string text =
      fmt::format("{}{}.{:09}", is_negative && seconds == 0 ? "-" : "", seconds, nanoseconds);
  while (text.back() == '0') text.pop_back();
  return text;
}

std::string pax_records(const TarEntry& entry) {
  std::string records;
  bool long_path = find_cut(entry.path) == std::string::npos;
  bool long_link = entry.link_target.size() > kNameBytes;
  if ((long_path && !is_valid_utf8(entry.path)) ||
      (long_link && !is_valid_utf8(entry.link_target))) {
    add_record(records, "hdrcharset", "BINARY");
  }
  for (const TarXattr& xattr : entry.xattrs)
    add_record(records, "SCHILY.xattr." + xattr.name, xattr.value);
  if (entry.device_major > kMaxOctal7) {
    add_record(records, "SCHILY.devmajor", std::to_string(entry.device_major));
  }
  if (entry.device_minor > kMaxOctal7) {
    add_record(records, "SCHILY.devminor", std::to_string(entry.device_minor));
  }
  if (entry.gid > kMaxOctal7) add_record(records, "gid", std::to_string(entry.gid));
  if (long_link) add_record(records, "linkpath", entry.link_target);
  bool odd_time = entry.mtime_nanoseconds != 0 || entry.mtime_seconds < 0 ||
                  static_cast<uint64_t>(entry.mtime_seconds) > kMaxOctal11;
  if (odd_time)
    add_record(records, "mtime", format_time(entry.mtime_seconds, entry.mtime_nanoseconds));
  if (long_path) add_record(records, "path", entry.path);
  if (entry.size_bytes > kMaxOctal11) add_record(records, "size", std::to_string(entry.size_bytes));
  if (entry.uid > kMaxOctal7) add_record(records, "uid", std::to_string(entry.uid));
  return records;
}

}  // namespace

std::string tar_block(const TarEntry& entry) {
  std::string block = header_block(entry, flag_of(entry.type));
  if (entry.size_bytes <= kMaxOctal11) return block;
  uint64_t size = entry.size_bytes;
  for (size_t i = 135; i > 124; --i, size >>= 8) block[i] = static_cast<char>(size & 0xff);
  block[124] = static_cast<char>(0x80);
  put_checksum(block);
  return block;
}

std::string tar_header(const TarEntry& entry) {
  std::string bytes;
  std::string records = pax_records(entry);
  if (!records.empty()) {
    TarEntry extension;
    std::string_view path(entry.path);
    while (path.ends_with('/')) path.remove_suffix(1);
    extension.path = "PaxHeaders.0/" + std::string(path.substr(path.rfind('/') + 1).substr(0, 80));
    extension.size_bytes = records.size();
    extension.mode = 0644;
    bytes = header_block(extension, 'x');
    bytes += records;
    bytes.append(tar_padding(records.size()), '\0');
  }
  return bytes + header_block(entry, flag_of(entry.type));
}

}  // namespace whittle
