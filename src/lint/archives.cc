#include "lint/archives.h"

#include <cstdint>
#include <string>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr size_t kTarBlock = 512;
constexpr size_t kChecksumAt = 148;
constexpr size_t kChecksumSize = 8;

bool begins_with(std::string_view bytes, std::string_view magic) {
  return bytes.substr(0, magic.size()) == magic;
}

// POSIX.1-1988 ustar: the sum of the header's bytes, its own field counted as blanks, stands in
// octal at 148.
bool is_tar_header(std::string_view block) {
  if (block.size() < kTarBlock) return false;
  uint32_t sum = 0;
  uint32_t signed_sum = 0;
  for (size_t i = 0; i < kTarBlock; ++i) {
    bool is_checksum = i >= kChecksumAt && i < kChecksumAt + kChecksumSize;
    char c = is_checksum ? ' ' : block[i];
    sum += static_cast<unsigned char>(c);
    signed_sum += static_cast<uint32_t>(static_cast<signed char>(c));
  }
  uint32_t stored = 0;
  bool has_digit = false;
  for (char c : block.substr(kChecksumAt, kChecksumSize)) {
    if (c == ' ' && !has_digit) continue;
    if (c < '0' || c > '7') break;
    stored = stored * 8 + static_cast<uint32_t>(c - '0');
    has_digit = true;
  }
  return has_digit && (stored == sum || stored == signed_sum);
}

}  // namespace

bool may_be_unpacked(std::string_view bytes) {
  using namespace std::string_view_literals;
  return begins_with(bytes, "\x1f\x8b"sv) || begins_with(bytes, "BZh"sv) ||
         begins_with(bytes,
                     "\xfd"
                     "7zXZ\0"sv) ||
         begins_with(bytes, "\x28\xb5\x2f\xfd"sv) || is_tar_header(bytes);
}

bool has_archive_name(std::string_view name) {
  constexpr std::string_view kEnds =
      ".tar .gz .bz2 .xz .zst .lz .lzma .Z .tgz .tbz .tb2 .tbz2 .txz .tlz .tpz .tZ";
  for (std::string_view end : split_blanks(kEnds)) {
    if (name.size() > end.size() && name.substr(name.size() - end.size()) == end) return true;
  }
  return false;
}

}  // namespace whittle
