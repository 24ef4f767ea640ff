#include "slim/strip_elf.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace whittle {

namespace {

constexpr uint64_t kProgram = 2;  // e_type: ET_EXEC
constexpr uint64_t kShared = 3;   // ET_DYN
constexpr uint64_t kAllocated = 0x2;
constexpr uint64_t kExecutable = 0x4;
constexpr uint64_t kInfoLink = 0x40;
constexpr uint32_t kFirstReserved = 0xff00;  // of section indexes
constexpr uint64_t kMaxGap = 4096;           // between sections, all zeros

enum SectionType : uint32_t {
  kNull = 0,
  kProgramBits = 1,
  kSymbols = 2,
  kStrings = 3,
  kRela = 4,
  kNote = 7,
  kNoBits = 8,
  kRel = 9,
  kDynamicSymbols = 11,
  kGroup = 17,
  kSymbolIndexes = 18,
};

// Where fields stand in a file of one class, and how wide addresses are.
struct Layout {
  unsigned word;
  uint64_t phoff, shoff, phentsize, phnum, shentsize, shnum, shstrndx, header_bytes;
  uint64_t p_offset, p_filesz, segment_bytes;
  uint64_t s_offset, s_size, s_link, s_info, s_align, section_bytes;
  uint64_t symbol_bytes, symbol_section;
};

constexpr Layout kLayout64 = {8,  32, 40, 54, 56, 58, 60, 62, 64, 8,
                              32, 56, 24, 32, 40, 44, 48, 64, 24, 6};
constexpr Layout kLayout32 = {4,  28, 32, 42, 44, 46, 48, 50, 52, 4,
                              16, 32, 16, 20, 24, 28, 32, 40, 16, 14};

struct Section {
  uint64_t header = 0;  // where its header stands
  std::string_view name;
  uint32_t type = kNull;
  uint64_t flags = 0;
  uint64_t offset = 0;
  uint64_t size = 0;  // in the file
  uint64_t align = 0;
  uint32_t link = 0;
  uint32_t info = 0;
  bool goes = false;
  bool moves = false;
  uint64_t new_offset = 0;
  uint32_t new_index = 0;

  bool is_loaded() const { return (flags & kAllocated) != 0; }

  // Whether its sh_link means something.
  bool is_linking() const { return type != kNull && type != kStrings; }

  uint64_t end() const { return offset + size; }
};

bool is_debug_name(std::string_view name) {
  return name.starts_with(".debug") || name.starts_with(".zdebug") || name.starts_with(".stab") ||
         name.starts_with(".gnu.debuglto_") || name == ".line" || name == ".gdb_index";
}

// Found by name or type wherever they are.
bool may_move(const Section& section) {
  constexpr std::string_view kNames[] = {".comment",
                                         ".shstrtab",
                                         ".gnu_debuglink",
                                         ".gnu_debugaltlink",
                                         ".gnu_debugdata",
                                         ".gnu.attributes",
                                         ".ARM.attributes",
                                         ".riscv.attributes"};
  return section.type == kNote ||
         std::find(std::begin(kNames), std::end(kNames), section.name) != std::end(kNames);
}

struct Range {
  uint64_t begin = 0;
  uint64_t end = 0;
};

bool by_place(const Range& a, const Range& b) {
  return a.begin < b.begin;
}

class ElfStripper {
 public:
  explicit ElfStripper(std::string_view file) : file_(file) {}

  std::optional<std::string> run() {
    if (!read_header() || !read_sections() || !read_segments()) return std::nullopt;
    if (!is_plain() || !is_apart()) return std::nullopt;
    choose();
    bool has_news = std::any_of(sections_.begin(), sections_.end(), [](const Section& section) {
      return section.goes && section.size > 0;
    });
    if (!has_news || !is_tail_known()) return std::nullopt;
    std::optional<std::string> out = write();
    if (!out || out->size() >= file_.size()) return std::nullopt;
    return out;
  }

 private:
  uint64_t number(std::string_view bytes, uint64_t at, unsigned size) const {
    if (at > bytes.size() || size > bytes.size() - at) return 0;
    uint64_t value = 0;
    for (unsigned i = 0; i < size; ++i) {
      unsigned from = is_big_ ? i : size - 1 - i;
      value = value << 8 | static_cast<unsigned char>(bytes[at + from]);
    }
    return value;
  }

  void put(std::string& bytes, uint64_t at, unsigned size, uint64_t value) const {
    for (unsigned i = 0; i < size; ++i) {
      unsigned to = is_big_ ? size - 1 - i : i;
      bytes[at + to] = static_cast<char>(value >> (8 * i) & 0xff);
    }
  }

  uint32_t half(uint64_t at) const { return static_cast<uint32_t>(number(file_, at, 2)); }

  uint64_t word(uint64_t at) const { return number(file_, at, layout_->word); }

  bool is_inside(uint64_t offset, uint64_t size) const {
    return offset <= file_.size() && size <= file_.size() - offset;
  }

  bool read_header() {
    if (!file_.starts_with("\x7f"
                           "ELF") ||
        file_.size() < kLayout32.header_bytes)
      return false;
    if (file_[4] != 1 && file_[4] != 2) return false;
    if (file_[5] != 1 && file_[5] != 2) return false;
    layout_ = file_[4] == 2 ? &kLayout64 : &kLayout32;
    is_big_ = file_[5] == 2;
    uint32_t type = half(16);
    return (type == kProgram || type == kShared) && file_.size() >= layout_->header_bytes;
  }

  bool read_sections() {
    table_ = word(layout_->shoff);
    uint64_t count = half(layout_->shnum);
    names_ = half(layout_->shstrndx);
    bool is_table = table_ >= layout_->header_bytes && count > 0 && count < kFirstReserved &&
                    names_ < count && half(layout_->shentsize) == layout_->section_bytes &&
                    is_inside(table_, count * layout_->section_bytes);
    if (!is_table) return false;
    for (uint64_t i = 0; i < count; ++i) {
      sections_.push_back(section_at(table_ + i * layout_->section_bytes));
      if (!is_inside(sections_.back().offset, sections_.back().size)) return false;
    }
    std::string_view names = file_.substr(sections_[names_].offset, sections_[names_].size);
    for (Section& section : sections_) {
      uint64_t at = number(file_, section.header, 4);
      std::string_view name = at < names.size() ? names.substr(at) : std::string_view();
      section.name = name.substr(0, name.find('\0'));
    }
    return true;
  }

  Section section_at(uint64_t header) const {
    Section section;
    section.header = header;
    section.type = static_cast<uint32_t>(number(file_, header + 4, 4));
    section.flags = word(header + 8);
    section.offset = word(header + layout_->s_offset);
    section.size = word(header + layout_->s_size);
    if (section.type == kNoBits || section.type == kNull) section.offset = section.size = 0;
    section.align = word(header + layout_->s_align);
    section.link = static_cast<uint32_t>(number(file_, header + layout_->s_link, 4));
    section.info = static_cast<uint32_t>(number(file_, header + layout_->s_info, 4));
    return section;
  }

  // What has to stay in its place because of segments and loaded sections.
  bool read_segments() {
    uint64_t at = segments_ = word(layout_->phoff);
    uint64_t count = half(layout_->phnum);
    fixed_end_ = layout_->header_bytes;
    if (count == 0) return false;
    bool is_table = half(layout_->phentsize) == layout_->segment_bytes &&
                    is_inside(at, count * layout_->segment_bytes);
    if (!is_table) return false;
    fixed_end_ = std::max(fixed_end_, at + count * layout_->segment_bytes);
    for (uint64_t i = 0; i < count; ++i, at += layout_->segment_bytes) {
      uint64_t offset = word(at + layout_->p_offset);
      uint64_t size = word(at + layout_->p_filesz);
      if (!is_inside(offset, size)) return false;
      if (size > 0) fixed_end_ = std::max(fixed_end_, offset + size);
    }
    for (const Section& section : sections_) {
      if (section.is_loaded()) fixed_end_ = std::max(fixed_end_, section.end());
    }
    return true;
  }

  // Whether it is a program or a library of the usual kind.
  bool is_plain() const {
    bool is_named = names_ == 0 || sections_[names_].type == kStrings;
    if (sections_.front().type != kNull || !is_named) return false;
    return std::none_of(sections_.begin(), sections_.end(), [](const Section& section) {
      bool is_debug_file =
          section.is_loaded() && section.type == kNoBits && (section.flags & kExecutable) != 0;
      bool checks_itself = section.name == ".note.fdo.integrity";
      bool is_beyond_us = section.type == kGroup || section.align > kMaxGap;
      return is_debug_file || checks_itself || (is_beyond_us && !section.is_loaded());
    });
  }

  // Whether no byte means two things: what is written anew must not be part of what stays. A
  // segment may hold anything, headers too.
  bool is_apart() const {
    std::vector<Range> ranges = {
        {0, layout_->header_bytes},
        {segments_, segments_ + half(layout_->phnum) * layout_->segment_bytes},
        {table_, table_end()}};
    for (const Section& section : sections_) {
      if (section.size > 0) ranges.push_back({section.offset, section.end()});
    }
    std::sort(ranges.begin(), ranges.end(), by_place);
    return std::adjacent_find(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) {
             return b.begin < a.end;
           }) == ranges.end();
  }

  static bool is_candidate(const Section& section) {
    if (section.is_loaded()) return false;
    if (section.type == kSymbols || section.type == kSymbolIndexes) return true;
    return section.type == kProgramBits && is_debug_name(section.name);
  }

  void choose() {
    for (Section& section : sections_) {
      section.goes = is_candidate(section);
      section.moves = !section.goes && !section.is_loaded() && may_move(section);
    }
    keep_linked();
    drop_strings();
    for (const Section& section : sections_) {
      bool is_bound = !section.goes && !section.moves;
      if (is_bound) fixed_end_ = std::max(fixed_end_, section.end());
    }
    // What lies below stays there, and so does what belongs to it.
    for (Section& section : sections_) {
      bool is_below = section.size > 0 && section.offset < fixed_end_;
      if (!is_below) continue;
      section.goes = section.moves = false;
    }
    keep_linked();
    for (Section& section : sections_) {
      bool is_of_kept = section.type == kStrings && section.goes && !only_gone_link_to(section);
      if (is_of_kept) section.goes = false, section.moves = true;
    }
  }

  // What a section that stays and is not loaded refers to stays.
  void keep_linked() {
    for (bool has_news = true; has_news;) {
      has_news = false;
      for (const Section& section : sections_) {
        bool holds = section.is_linking() && !section.goes && !section.is_loaded() &&
                     section.link < sections_.size();
        Section* target = holds ? &sections_[section.link] : nullptr;
        if (target == nullptr || !target->goes || target->type == kStrings) continue;
        target->goes = false;
        target->moves = true;
        has_news = true;
      }
    }
  }

  bool only_gone_link_to(const Section& strings) const {
    auto index = static_cast<uint32_t>(&strings - sections_.data());
    bool is_linked = false;
    for (const Section& section : sections_) {
      if (section.link != index || !section.is_linking()) continue;
      if (!section.goes) return false;
      is_linked = true;
    }
    return is_linked;
  }

  void drop_strings() {
    for (size_t i = 0; i < sections_.size(); ++i) {
      Section& section = sections_[i];
      bool is_theirs = section.type == kStrings && !section.is_loaded() && i != names_ &&
                       only_gone_link_to(section);
      if (is_theirs) section.goes = true, section.moves = false;
    }
  }

  // Whether headers speak of all that may move or go: nothing else but a few zeros is there.
  bool is_tail_known() const {
    std::vector<Range> ranges;
    for (const Section& section : sections_) {
      if (section.size > 0 && section.end() > fixed_end_)
        ranges.push_back({section.offset, section.end()});
    }
    if (table_end() > fixed_end_) ranges.push_back({table_, table_end()});
    std::sort(ranges.begin(), ranges.end(), by_place);
    uint64_t at = fixed_end_;
    ranges.push_back({file_.size(), file_.size()});
    for (const Range& range : ranges) {
      if (range.begin < at || range.begin - at >= kMaxGap) return false;
      std::string_view gap = file_.substr(at, range.begin - at);
      if (gap.find_first_not_of('\0') != std::string_view::npos) return false;
      at = range.end;
    }
    return true;
  }

  uint64_t table_end() const { return table_ + sections_.size() * layout_->section_bytes; }

  std::optional<std::string> write() {
    std::string out(file_.substr(0, fixed_end_));
    for (Section* section : moving()) {
      pad(out, section->align);
      section->new_offset = out.size();
      out += file_.substr(section->offset, section->size);
    }
    uint32_t count = 0;
    for (Section& section : sections_) {
      if (!section.goes) section.new_index = count++;
      if (!section.moves) section.new_offset = std::min(section.offset, fixed_end_);
    }
    for (const Section& section : sections_) {
      if (!write_symbols(section, out)) return std::nullopt;
    }
    std::string table = new_table();
    uint64_t place = table_;
    if (table_end() <= fixed_end_) {
      table.resize(sections_.size() * layout_->section_bytes, '\0');
      out.replace(place, table.size(), table);
    } else {
      pad(out, layout_->word);
      place = out.size();
      out += table;
    }
    put(out, layout_->shoff, layout_->word, place);
    put(out, layout_->shnum, 2, count);
    put(out, layout_->shstrndx, 2, sections_[names_].new_index);
    return out;
  }

  // By their place in the file.
  std::vector<Section*> moving() {
    std::vector<Section*> sections;
    for (Section& section : sections_) {
      if (section.moves) sections.push_back(&section);
    }
    std::stable_sort(sections.begin(), sections.end(), [](const Section* a, const Section* b) {
      return a->offset < b->offset;
    });
    return sections;
  }

  static void pad(std::string& out, uint64_t align) {
    if (align > 1) out.resize((out.size() + align - 1) / align * align, '\0');
  }

  // Symbols say in which section they are.
  bool write_symbols(const Section& section, std::string& out) const {
    bool has_symbols = section.type == kDynamicSymbols || section.type == kSymbols;
    if (!has_symbols || section.goes) return true;
    for (uint64_t at = layout_->symbol_section; at + 2 <= section.size;
         at += layout_->symbol_bytes) {
      auto index = static_cast<uint32_t>(number(file_, section.offset + at, 2));
      if (index == 0 || index >= kFirstReserved) continue;
      if (index >= sections_.size() || sections_[index].goes) return false;
      put(out, section.new_offset + at, 2, sections_[index].new_index);
    }
    return true;
  }

  uint64_t index_of(uint32_t old) const {
    if (old >= sections_.size() || sections_[old].goes) return 0;
    return sections_[old].new_index;
  }

  std::string new_table() const {
    std::string table;
    for (const Section& section : sections_) {
      if (section.goes) continue;
      std::string header(file_.substr(section.header, layout_->section_bytes));
      bool has_bytes = section.type != kNoBits && section.type != kNull;
      if (has_bytes) put(header, layout_->s_offset, layout_->word, section.new_offset);
      put(header, layout_->s_link, 4, index_of(section.link));
      bool is_index =
          (section.flags & kInfoLink) != 0 || section.type == kRel || section.type == kRela;
      if (is_index) put(header, layout_->s_info, 4, index_of(section.info));
      table += header;
    }
    return table;
  }

  std::string_view file_;
  const Layout* layout_ = nullptr;
  bool is_big_ = false;
  uint64_t table_ = 0;     // of section headers
  uint64_t segments_ = 0;  // the table of segment headers
  uint64_t names_ = 0;     // the section of names
  uint64_t fixed_end_ = 0;
  std::vector<Section> sections_;
};

}  // namespace

std::optional<std::string> strip_elf(std::string_view file) {
  return ElfStripper(file).run();
}

}  // namespace whittle
