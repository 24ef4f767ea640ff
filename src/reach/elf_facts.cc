// Programs and libraries: the dynamic section (System V ABI, chapter 5), the notes on what is
// opened by name (systemd, "ELF dlopen metadata"), and the strings of the read-only data.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "packages/bytes.h"
#include "packages/cataloguers/elf.h"
#include "packages/json_document.h"
#include "reach/file_kinds_rows.h"
#include "reach/go_facts.h"
#include "reach/named_paths.h"

namespace whittle {

namespace {

constexpr uint32_t kSymbolTable = 2;  // of sections
constexpr uint32_t kDynamicSegment = 2;
constexpr uint32_t kInterpreterSegment = 3;
constexpr uint64_t kMaxDynamicEntries = 10'000;
constexpr uint64_t kMaxSymbols = 1'000'000;
constexpr uint64_t kMaxNameBytes = 1024;
constexpr size_t kMaxStringBytes = 512;

// Functions that tell what else a program asks for (companions.cc names the same).
constexpr std::string_view kSymbols[] = {
    "dlopen",      "iconv_open", "getaddrinfo", "gethostbyname",   "getpwnam",       "getpwuid",
    "getgrnam",    "getpwuid_r", "getpwnam_r",  "gethostbyname_r", "setlocale",      "localtime",
    "localtime_r", "tzset",      "mktime",      "getservbyname",   "getprotobyname", "initscr",
    "setupterm",   "tgetent",    "newterm",     "pam_start"};

constexpr std::string_view kStarters[] = {
    "system", "popen", "execlp", "execvp", "execvpe", "posix_spawnp"};

bool wants(const FileFacts& file) {
  std::string_view name = file.path.substr(file.path.rfind('/') + 1);
  return (file.mode & 0111) != 0 || contains(name, ".so") || name.ends_with(".node");
}

bool takes(const FileFacts& /*file*/, std::string_view beginning) {
  return is_elf(beginning);
}

std::string_view text_at(std::string_view table, uint64_t at) {
  std::string_view text = slice(table, at, kMaxNameBytes);
  return text.substr(0, text.find('\0'));
}

class ElfFacts {
 public:
  ElfFacts(const ElfFile& elf, FactWriter& into) : elf_(elf), into_(into) {}

  void run() {
    into_.must(FactKind::Machine, std::to_string(elf_.machine) + (elf_.is_64 ? ":64" : ":32"));
    add_symbol_bytes();
    for (const ElfSegment& segment : elf_.segments) {
      if (segment.type == kInterpreterSegment)
        into_.must(FactKind::Interpreter, segment.bytes.substr(0, segment.bytes.find('\0')));
      if (segment.type == kDynamicSegment) read_dynamic(segment.bytes);
    }
    read_symbols();
    read_notes();
    if (is_go_program(elf_)) add_go_facts(elf_, into_);
    add_counted_paths(elf_, into_);
    if (!is_go_program(elf_)) read_strings(elf_.section(".rodata"));
  }

 private:
  struct Dynamic {
    uint64_t tag = 0;
    uint64_t value = 0;
  };

  static constexpr uint64_t kNeeded = 1;
  static constexpr uint64_t kStringTable = 5;
  static constexpr uint64_t kRpath = 15;
  static constexpr uint64_t kRunpath = 29;
  static constexpr uint64_t kAuxiliary = 0x7ffffffd;
  static constexpr uint64_t kFilter = 0x7fffffff;

  void add_symbol_bytes() {
    uint64_t bytes = 0;
    for (const ElfSection& section : elf_.sections) {
      bool is_one = section.address == 0 &&
                    (section.type == kSymbolTable || section.name.starts_with(".debug") ||
                     section.name.starts_with(".zdebug"));
      if (is_one) bytes += section.bytes.size();
    }
    if (bytes > 0)
      into_.may(FactKind::Key, std::string(kSymbolBytesKey) + "=" + std::to_string(bytes));
  }

  void read_dynamic(std::string_view bytes) {
    unsigned word = elf_.is_64 ? 8 : 4;
    std::vector<Dynamic> entries;
    std::string_view names;
    for (uint64_t at = 0; at + 2 * word <= bytes.size() && entries.size() < kMaxDynamicEntries;
         at += 2 * word) {
      Dynamic entry{elf_.number(bytes, at, word), elf_.number(bytes, at + word, word)};
      if (entry.tag == 0) break;
      if (entry.tag == kStringTable) names = strings_at(entry.value);
      entries.push_back(entry);
    }
    for (const Dynamic& entry : entries) add(entry, text_at(names, entry.value));
  }

  void add(const Dynamic& entry, std::string_view name) {
    if (entry.tag == kNeeded) into_.must(FactKind::Needed, name);
    if (entry.tag == kRpath) into_.must(FactKind::Rpath, name);
    if (entry.tag == kRunpath) into_.must(FactKind::Runpath, name);
    if (entry.tag == kAuxiliary || entry.tag == kFilter) into_.may(FactKind::Dlopen, name);
  }

  std::string_view strings_at(uint64_t address) const {
    for (const ElfSegment& segment : elf_.segments) {
      if (segment.is_loaded && address >= segment.address &&
          address - segment.address < segment.bytes.size())
        return segment.bytes.substr(address - segment.address);
    }
    return {};
  }

  // Symbols that other files define.
  void read_symbols() {
    std::string_view table = elf_.section(".dynsym");
    std::string_view names = elf_.section(".dynstr");
    uint64_t size = elf_.is_64 ? 24 : 16;
    uint64_t section_at = elf_.is_64 ? 6 : 14;
    uint64_t count = std::min(table.size() / size, kMaxSymbols);
    for (uint64_t i = 1; i < count; ++i) {
      if (elf_.number(table, i * size + section_at, 2) != 0) continue;
      std::string_view name = text_at(names, elf_.number(table, i * size, 4));
      if (std::find(std::begin(kSymbols), std::end(kSymbols), name) != std::end(kSymbols))
        into_.must(FactKind::Symbol, name);
      if (name == "dlopen") opens_libraries_ = true;
      if (std::find(std::begin(kStarters), std::end(kStarters), name) != std::end(kStarters))
        starts_programs_ = true;
    }
  }

  // Each note is a JSON array of {"soname": [...], "priority": ...}.
  void read_notes() {
    std::string_view notes = elf_.section(".note.dlopen");
    constexpr uint64_t kHeader = 12;
    while (notes.size() > kHeader) {
      uint64_t name_size = (elf_.number(notes, 0, 4) + 3) & ~uint64_t{3};
      uint64_t size = elf_.number(notes, 4, 4);
      std::string_view text = slice(notes, kHeader + name_size, size);
      read_note(text.substr(0, text.find('\0')));
      uint64_t next = kHeader + name_size + ((size + 3) & ~uint64_t{3});
      notes = slice(notes, next, notes.size());
    }
  }

  void read_note(std::string_view text) {
    nlohmann::json document = parse_document(text);
    if (!document.is_array()) return;
    for (const nlohmann::json& row : document) {
      bool is_required = string_member(row, "priority") == "required";
      const nlohmann::json& names = member(row, "soname");
      if (!names.is_array()) continue;
      for (const nlohmann::json& name : names) {
        if (!name.is_string()) continue;
        into_.add(FactKind::Dlopen,
                  is_required ? NeedLevel::Must : NeedLevel::May,
                  name.get_ref<const std::string&>());
      }
    }
  }

  void read_strings(std::string_view bytes) {
    while (!bytes.empty()) {
      size_t end = bytes.find('\0');
      std::string_view text = bytes.substr(0, end);
      if (text.size() >= 4 && text.size() <= kMaxStringBytes) {
        read_string(text);
      } else if (text.size() > kMaxStringBytes) {
        read_run(text);
      }
      bytes = end == std::string_view::npos ? std::string_view() : bytes.substr(end + 1);
    }
  }

  void read_string(std::string_view text) {
    if (text[0] == '/') {
      // Lists: "/usr/local/bin:/usr/bin".
      for (std::string_view part : split(text, ':')) add_named_path(part, into_);
    } else if (is_library_name(text)) {
      into_.may(FactKind::Dlopen, text);
    } else if (opens_libraries_ && is_computed_library(text)) {
      into_.may(FactKind::Computed, "");
    } else if (starts_programs_) {
      read_command(text);
    }
  }

  // "%s/lib%s.so", ".so": a name that is put together.
  static bool is_computed_library(std::string_view text) {
    size_t at = text.find(".so");
    if (at == std::string_view::npos || contains(text, " ")) return false;
    bool is_end = at + 3 == text.size() || text[at + 3] == '.';
    return is_end && (at == 0 || contains(text, "%s"));
  }

  // Only what cannot be a word of a message: "gzip -cd %s", "sendmail -t".
  void read_command(std::string_view text) {
    size_t blank = text.find(' ');
    if (blank == std::string_view::npos || blank < 2 || blank + 2 >= text.size()) return;
    bool is_name =
        std::all_of(text.begin(), text.begin() + static_cast<ptrdiff_t>(blank), [](char c) {
          return (c >= 'a' && c <= 'z') || is_digit(c) ||
                 contains("/._+-", std::string_view(&c, 1));
        });
    char next = text[blank + 1];
    bool is_option = next == '-' && is_alpha(text[blank + 2]);
    if (is_name && (is_option || next == '/'))
      into_.may(FactKind::Command, std::string(text.substr(0, blank)) + kWordEnd);
  }

  // Strings without ends (Rust): where a path begins is known, where it ends the image tells.
  void read_run(std::string_view run) {
    constexpr std::string_view kBeginnings[] = {
        "/etc/", "/usr/", "/var/", "/opt/", "/lib/", "/bin/", "/srv/"};
    constexpr size_t kMost = 128;
    for (size_t at = run.find('/'); at != std::string_view::npos; at = run.find('/', at + 1)) {
      std::string_view rest = run.substr(at, kMost);
      bool is_begin = std::any_of(std::begin(kBeginnings),
                                  std::end(kBeginnings),
                                  [&](std::string_view b) { return rest.starts_with(b); });
      if (!is_begin) continue;
      size_t size = 0;
      while (size < rest.size() && (is_alpha(rest[size]) || is_digit(rest[size]) ||
                                    contains("/._+-", rest.substr(size, 1))))
        ++size;
      into_.may(FactKind::Path, std::string(rest.substr(0, size)) + std::string(kUnknownWord));
      at += 4;
    }
  }

  const ElfFile& elf_;
  FactWriter& into_;
  bool opens_libraries_ = false;
  bool starts_programs_ = false;
};

void extract(const FileFacts& /*file*/, std::string_view content, FactWriter& into) {
  std::optional<ElfFile> elf = read_elf(content);
  if (elf) ElfFacts(*elf, into).run();
}

}  // namespace

const FileKind kElfKind = {
    .name = "elf",
    .what =
        "Programs and libraries: interpreter, NEEDED, RPATH, what is opened, named and run by name",
    .wants = &wants,
    .takes = &takes,
    .extract = &extract,
    .follow = &follow_elf};

}  // namespace whittle
