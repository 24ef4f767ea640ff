#include "reach/go_facts.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/strings.h"
#include "packages/bytes.h"
#include "reach/named_paths.h"

namespace whittle {

namespace {

constexpr uint64_t kMaxCountedBytes = 512;
constexpr uint64_t kMaxFunctions = 2'000'000;
constexpr uint16_t kX86_64 = 62;
constexpr uint16_t kArm64 = 183;

// Functions that take the name of a program.
constexpr std::string_view kStarters[] = {"os/exec.Command",
                                          "os/exec.CommandContext",
                                          "os/exec.LookPath",
                                          "os.StartProcess",
                                          "syscall.Exec"};

// Functions that companions go with.
struct Marker {
  std::string_view function;
  std::string_view symbol;
};

constexpr Marker kMarkers[] = {{"crypto/x509.loadSystemRoots", "go.x509"},
                               {"time.LoadLocation", "zoneinfo"},
                               {"net.lookupIPAddr", "getaddrinfo"},
                               {"net.(*Resolver).lookupIPAddr", "getaddrinfo"},
                               {"net.(*Resolver).goLookupIPCNAMEOrder", "getaddrinfo"},
                               {"os/user.Current", "getpwuid"},
                               {"time.initLocal", "localtime"}};

const ElfSection* section_of(const ElfFile& elf, std::string_view name) {
  for (const ElfSection& section : elf.sections) {
    if (section.name == name) return &section;
  }
  return nullptr;
}

bool holds(const ElfSection& section, uint64_t address) {
  return address >= section.address && address - section.address < section.bytes.size();
}

// The table of functions (Go source, internal/abi/symtab.go, debug/gosym/pclntab.go; since 1.18).
class FunctionTable {
 public:
  explicit FunctionTable(const ElfFile& elf) : elf_(elf) {
    for (std::string_view name : {".gopclntab", ".data.rel.ro.gopclntab"}) {
      if (const ElfSection* section = section_of(elf, name)) bytes_ = section->bytes;
    }
    uint64_t magic = elf.number(bytes_, 0, 4);
    is_known_ = (magic == 0xfffffff0 || magic == 0xfffffff1) && elf.number(bytes_, 7, 1) == 8;
  }

  // Calls with the name and the address of every function.
  template <typename Visit>
  void each(Visit visit) const {
    if (!is_known_) return;
    uint64_t count = std::min(word(8), kMaxFunctions);
    uint64_t text = word(24);
    if (const ElfSection* section = section_of(elf_, ".text"); section != nullptr && text == 0)
      text = section->address;
    std::string_view names = slice(bytes_, word(32), bytes_.size());
    std::string_view table = slice(bytes_, word(64), bytes_.size());
    for (uint64_t i = 0; i < count && i * 8 < table.size(); ++i) {
      uint64_t function = elf_.number(table, i * 8 + 4, 4);
      std::string_view name = slice(names, elf_.number(table, function + 4, 4), 128);
      visit(name.substr(0, name.find('\0')), text + elf_.number(table, i * 8, 4));
    }
  }

 private:
  uint64_t word(uint64_t at) const { return elf_.number(bytes_, at, 8); }

  const ElfFile& elf_;
  std::string_view bytes_;
  bool is_known_ = false;
};

bool is_command_name(std::string_view word) {
  return word.size() >= 2 && std::all_of(word.begin(), word.end(), [](char c) {
           return is_alpha(c) || is_digit(c) || contains("/._+-", std::string_view(&c, 1));
         });
}

// The constant strings that code hands to some functions: loads of an address in `strings` with a
// length nearby, and then the call.
class CallScanner {
 public:
  CallScanner(const ElfSection& code, const ElfSection& strings, const std::set<uint64_t>& starters)
      : code_(code), strings_(strings), starters_(starters) {}

  std::set<std::string> run_x86() {
    std::string_view bytes = code_.bytes;
    for (size_t i = 0; i + 5 <= bytes.size(); ++i) {
      if (byte(i) != 0xe8) continue;
      uint64_t target = code_.address + i + 5 + signed32(i + 1);
      if (starters_.contains(target)) look_back_x86(i);
    }
    return std::move(found_);
  }

  std::set<std::string> run_arm64() {
    std::string_view bytes = code_.bytes;
    for (size_t i = 0; i + 4 <= bytes.size(); i += 4) {
      uint64_t word = read_little(bytes, i, 4);
      if (word >> 26 != 0x25) continue;  // BL
      uint64_t offset = (word & 0x3ffffff) << 2;
      if ((offset & (1ULL << 27)) != 0) offset |= ~((1ULL << 28) - 1);
      if (starters_.contains(code_.address + i + offset)) look_back_arm64(i);
    }
    return std::move(found_);
  }

 private:
  static constexpr size_t kWindow = 96;

  unsigned byte(size_t at) const { return static_cast<unsigned char>(code_.bytes[at]); }

  uint64_t signed32(size_t at) const {
    auto value = static_cast<int32_t>(read_little(code_.bytes, at, 4));
    return static_cast<uint64_t>(static_cast<int64_t>(value));
  }

  void look_back_x86(size_t call) {
    std::set<uint64_t> places;
    std::set<uint64_t> sizes;
    for (size_t i = call > kWindow ? call - kWindow : 0; i + 7 <= call; ++i) {
      bool is_lea = (byte(i) == 0x48 || byte(i) == 0x4c) && byte(i + 1) == 0x8d &&
                    (byte(i + 2) & 0xc7) == 0x05;
      if (is_lea) places.insert(code_.address + i + 7 + signed32(i + 3));
    }
    for (size_t i = call > kWindow ? call - kWindow : 0; i + 5 <= call; ++i) {
      if ((byte(i) & 0xf8) == 0xb8) sizes.insert(read_little(code_.bytes, i + 1, 4));
    }
    take(places, sizes);
  }

  void look_back_arm64(size_t call) {
    std::set<uint64_t> places;
    std::set<uint64_t> sizes;
    std::map<uint64_t, uint64_t> pages;
    for (size_t i = call > kWindow ? call - kWindow : 0; i < call; i += 4) {
      uint64_t word = read_little(code_.bytes, i, 4);
      uint64_t into = word & 31;
      if ((word & 0x9f000000) == 0x90000000) {  // ADRP
        uint64_t pages_on = ((word >> 5 & 0x7ffff) << 2) | (word >> 29 & 3);
        if ((pages_on & (1 << 20)) != 0) pages_on |= ~uint64_t{(1 << 21) - 1};
        pages[into] = ((code_.address + i) & ~uint64_t{0xfff}) + (pages_on << 12);
      } else if ((word & 0xffc00000) == 0x91000000) {  // ADD immediate
        auto page = pages.find(word >> 5 & 31);
        if (page != pages.end()) places.insert(page->second + (word >> 10 & 0xfff));
      } else if ((word & 0x7fe00000) == 0x52800000) {  // MOVZ
        sizes.insert(word >> 5 & 0xffff);
      } else if ((word & 0xff8003e0) == 0xb20003e0) {  // ORR of the zero register
        add_bitmask(word, sizes);
      }
    }
    take(places, sizes);
  }

  // Runs of ones are what small sizes such as 1, 2, 3, 4, 7, 8 are written as.
  static void add_bitmask(uint64_t word, std::set<uint64_t>& sizes) {
    if ((word >> 22 & 1) == 0) return;  // of 64 bits
    uint64_t ones = (word >> 10 & 63) + 1;
    uint64_t turn = word >> 16 & 63;
    uint64_t value = ones >= 64 ? ~uint64_t{0} : (uint64_t{1} << ones) - 1;
    if (turn > 0) value = value >> turn | value << (64 - turn);
    sizes.insert(value);
  }

  void take(const std::set<uint64_t>& places, const std::set<uint64_t>& sizes) {
    for (uint64_t place : places) {
      if (!holds(strings_, place)) continue;
      for (uint64_t size : sizes) {
        if (size > kMaxCountedBytes) continue;
        std::string_view text = slice(strings_.bytes, place - strings_.address, size);
        if (is_command_name(text)) found_.emplace(text);
      }
    }
  }

  const ElfSection& code_;
  const ElfSection& strings_;
  const std::set<uint64_t>& starters_;
  std::set<std::string> found_;
};

void add_if_path(const ElfSection& strings, uint64_t address, uint64_t size, FactWriter& into) {
  if (size < 4 || size > kMaxCountedBytes || !holds(strings, address)) return;
  std::string_view text = slice(strings.bytes, address - strings.address, size);
  if (text.size() == size) add_named_path(text, into);
}

constexpr uint32_t kRelative86 = 8;
constexpr uint32_t kRelativeArm = 1027;

}  // namespace

bool is_go_program(const ElfFile& elf) {
  return section_of(elf, ".go.buildinfo") != nullptr || section_of(elf, ".gopclntab") != nullptr;
}

void add_go_facts(const ElfFile& elf, FactWriter& into) {
  std::set<uint64_t> starters;
  FunctionTable(elf).each([&](std::string_view name, uint64_t address) {
    if (std::find(std::begin(kStarters), std::end(kStarters), name) != std::end(kStarters))
      starters.insert(address);
    for (const Marker& marker : kMarkers) {
      if (marker.function == name) into.must(FactKind::Symbol, marker.symbol);
    }
  });
  const ElfSection* code = section_of(elf, ".text");
  const ElfSection* strings = section_of(elf, ".rodata");
  if (code == nullptr || strings == nullptr || starters.empty()) return;
  CallScanner scanner(*code, *strings, starters);
  std::set<std::string> names;
  if (elf.machine == kX86_64) names = scanner.run_x86();
  if (elf.machine == kArm64) names = scanner.run_arm64();
  for (const std::string& name : names) into.may(FactKind::Command, name + kWordEnd);
}

void add_counted_paths(const ElfFile& elf, FactWriter& into) {
  const ElfSection* strings = section_of(elf, ".rodata");
  if (strings == nullptr || !elf.is_64) return;
  for (std::string_view name : {".data", ".data.rel.ro", ".rodata"}) {
    const ElfSection* data = section_of(elf, name);
    if (data == nullptr) continue;
    for (uint64_t at = 0; at + 16 <= data->bytes.size(); at += 8)
      add_if_path(
          *strings, elf.number(data->bytes, at, 8), elf.number(data->bytes, at + 8, 8), into);
  }
  std::string_view relocations = elf.section(".rela.dyn");
  for (uint64_t at = 0; at + 24 <= relocations.size(); at += 24) {
    uint64_t type = elf.number(relocations, at + 8, 4);
    uint64_t address = elf.number(relocations, at + 16, 8);
    if ((type != kRelative86 && type != kRelativeArm) || !holds(*strings, address)) continue;
    std::string_view size = elf.at_address(elf.number(relocations, at, 8) + 8, 8);
    if (!size.empty()) add_if_path(*strings, address, elf.number(size, 0, 8), into);
  }
}

}  // namespace whittle
