// Small programs and archives, byte by byte, for tests of what looks into them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace whittle::test {

inline std::string little(uint64_t value, unsigned size) {
  std::string bytes;
  for (unsigned i = 0; i < size; ++i, value >>= 8) bytes.push_back(static_cast<char>(value & 0xff));
  return bytes;
}

// A 64-bit ELF file with one section, which is also a loaded, writable segment at 0x1000.
inline std::string elf_with(std::string_view name, std::string_view content) {
  constexpr uint64_t kHeader = 64;
  constexpr uint64_t kSegment = 56;
  uint64_t content_at = kHeader + kSegment;
  std::string names = std::string(1, '\0') + std::string(name) + std::string(1, '\0') + "names" +
                      std::string(1, '\0');
  uint64_t names_at = content_at + content.size();
  uint64_t sections_at = names_at + names.size();
  auto section = [](uint64_t name_at, uint64_t type, uint64_t at, uint64_t size) {
    return little(name_at, 4) + little(type, 4) + little(0, 8) + little(0x1000, 8) + little(at, 8) +
           little(size, 8) + little(0, 24);
  };
  std::string file = "\177ELF" + std::string("\2\1\1", 3) + std::string(9, '\0');
  file += little(2, 2) + little(62, 2) + little(1, 4) + little(0x1000, 8);
  file += little(kHeader, 8) + little(sections_at, 8) + little(0, 4) + little(kHeader, 2);
  file += little(kSegment, 2) + little(1, 2) + little(64, 2) + little(3, 2) + little(2, 2);
  file += little(1, 4) + little(6, 4) + little(content_at, 8) + little(0x1000, 8) +
          little(0x1000, 8) + little(content.size(), 8) + little(content.size(), 8) + little(16, 8);
  file += std::string(content) + names;
  file += section(0, 0, 0, 0) + section(1, 1, content_at, content.size()) +
          section(2 + name.size(), 3, names_at, names.size());
  return file;
}

// RFC 1950 around one stored block.
inline std::string zlib_stored(std::string_view text) {
  uint32_t a = 1;
  uint32_t b = 0;
  for (char c : text) {
    a = (a + static_cast<unsigned char>(c)) % 65'521;
    b = (b + a) % 65'521;
  }
  std::string sum;
  for (int shift = 24; shift >= 0; shift -= 8)
    sum.push_back(static_cast<char>((b << 16 | a) >> shift & 0xff));
  return std::string("\x78\x01\x01", 3) + little(text.size(), 2) +
         little(~text.size() & 0xffff, 2) + std::string(text) + sum;
}

// An archive of files that are stored plainly; `stated_bytes` instead of their sizes when not 0.
inline std::string zip_of(const std::vector<std::pair<std::string, std::string>>& files,
                          uint64_t stated_bytes = 0,
                          uint16_t method = 0) {
  std::string archive;
  std::string directory;
  for (const auto& [name, content] : files) {
    uint64_t plain = stated_bytes == 0 ? content.size() : stated_bytes;
    std::string facts = little(20, 2) + little(0, 2) + little(method, 2) + little(0, 8) +
                        little(content.size(), 4) + little(plain, 4) + little(name.size(), 2) +
                        little(0, 2);
    directory += std::string("PK\1\2", 4) + little(20, 2) + facts + little(0, 10) +
                 little(archive.size(), 4) + name;
    archive += std::string("PK\3\4", 4) + facts + name + content;
  }
  uint64_t at = archive.size();
  return archive + directory + std::string("PK\5\6", 4) + little(0, 4) + little(files.size(), 2) +
         little(files.size(), 2) + little(directory.size(), 4) + little(at, 4) + little(0, 2);
}

}  // namespace whittle::test
