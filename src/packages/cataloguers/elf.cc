#include "packages/cataloguers/elf.h"

#include <algorithm>

#include "packages/bytes.h"

namespace whittle {

namespace {

constexpr std::string_view kMagic = "\177ELF";
constexpr uint64_t kMaxHeaders = 4096;  // sections or segments that are looked at
constexpr uint64_t kMaxNameBytes = 256;
constexpr uint32_t kLoad = 1;
constexpr uint32_t kWritable = 2;
constexpr uint32_t kNoBits = 8;

// Where fields of a header lie, of both classes.
struct Layout {
  unsigned word;  // bytes of an address
  uint64_t segments, sections, segment_size, segment_count, section_size, section_count, names;
};

constexpr Layout kLayout32 = {4, 28, 32, 42, 44, 46, 48, 50};
constexpr Layout kLayout64 = {8, 32, 40, 54, 56, 58, 60, 62};

std::string_view text_at(std::string_view table, uint64_t at) {
  if (at >= table.size()) return {};
  std::string_view text = table.substr(at, kMaxNameBytes);
  return text.substr(0, text.find('\0'));
}

class ElfReader {
 public:
  explicit ElfReader(std::string_view bytes) : bytes_(bytes) {}

  ElfFile run() {
    file_.is_64 = bytes_[4] == 2;
    file_.is_big_endian = bytes_[5] == 2;
    file_.machine = static_cast<uint16_t>(at(18, 2));
    layout_ = file_.is_64 ? kLayout64 : kLayout32;
    read_segments();
    read_sections();
    return std::move(file_);
  }

 private:
  uint64_t at(uint64_t offset, unsigned size) const { return file_.number(bytes_, offset, size); }

  uint64_t word(uint64_t offset) const { return at(offset, layout_.word); }

  void read_segments() {
    uint64_t begin = word(layout_.segments);
    uint64_t size = at(layout_.segment_size, 2);
    uint64_t count = std::min(at(layout_.segment_count, 2), kMaxHeaders);
    for (uint64_t i = 0; i < count && begin < bytes_.size(); ++i) {
      uint64_t header = begin + i * size;
      ElfSegment segment;
      segment.type = static_cast<uint32_t>(at(header, 4));
      segment.is_loaded = segment.type == kLoad;
      segment.is_writable = (at(header + (file_.is_64 ? 4 : 24), 4) & kWritable) != 0;
      segment.address = word(header + (file_.is_64 ? 16 : 8));
      segment.bytes = slice(
          bytes_, word(header + (file_.is_64 ? 8 : 4)), word(header + (file_.is_64 ? 32 : 16)));
      file_.segments.push_back(segment);
    }
  }

  void read_sections() {
    uint64_t begin = word(layout_.sections);
    uint64_t size = at(layout_.section_size, 2);
    uint64_t count = std::min(at(layout_.section_count, 2), kMaxHeaders);
    std::vector<uint64_t> names;
    for (uint64_t i = 0; i < count && begin < bytes_.size(); ++i) {
      uint64_t header = begin + i * size;
      ElfSection section;
      section.type = static_cast<uint32_t>(at(header + 4, 4));
      section.address = word(header + (file_.is_64 ? 16 : 12));
      if (section.type != kNoBits)
        section.bytes = slice(
            bytes_, word(header + (file_.is_64 ? 24 : 16)), word(header + (file_.is_64 ? 32 : 20)));
      names.push_back(at(header, 4));
      file_.sections.push_back(section);
    }
    uint64_t table = at(layout_.names, 2);
    if (table >= file_.sections.size()) return;
    std::string_view texts = file_.sections[table].bytes;
    for (size_t i = 0; i < names.size(); ++i) file_.sections[i].name = text_at(texts, names[i]);
  }

  std::string_view bytes_;
  Layout layout_ = kLayout64;
  ElfFile file_;
};

}  // namespace

uint64_t ElfFile::number(std::string_view bytes, uint64_t at, unsigned size) const {
  return is_big_endian ? read_big(bytes, at, size) : read_little(bytes, at, size);
}

std::string_view ElfFile::section(std::string_view name) const {
  for (const ElfSection& section : sections) {
    if (section.name == name) return section.bytes;
  }
  return {};
}

std::string_view ElfFile::at_address(uint64_t address, uint64_t size) const {
  for (const ElfSegment& segment : segments) {
    if (!segment.is_loaded || address < segment.address) continue;
    uint64_t offset = address - segment.address;
    if (offset > segment.bytes.size() || segment.bytes.size() - offset < size) continue;
    return segment.bytes.substr(offset, size);
  }
  return {};
}

bool is_elf(std::string_view beginning) {
  return beginning.starts_with(kMagic);
}

std::optional<ElfFile> read_elf(std::string_view bytes) {
  constexpr size_t kSmallestHeader = 52;
  if (!is_elf(bytes) || bytes.size() < kSmallestHeader) return std::nullopt;
  return ElfReader(bytes).run();
}

}  // namespace whittle
