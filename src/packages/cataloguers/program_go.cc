// The build information that Go's linker leaves in a program: the main module, what it depends on,
// the version of Go. Format: Go, debug/buildinfo and runtime/debug (BuildInfo.String).
#include <optional>
#include <string>

#include "base/strings.h"
#include "packages/cataloguers/program.h"
#include "packages/fields.h"

namespace whittle {

namespace {

constexpr std::string_view kMagic = "\xff Go buildinf:";
constexpr uint64_t kAlignment = 16;
constexpr uint64_t kHeaderBytes = 32;
constexpr unsigned char kBigEndian = 1;
constexpr unsigned char kInline = 2;
constexpr size_t kSentinelBytes = 16;  // before and behind the modules' text
constexpr size_t kMaxModules = 20'000;

struct BuildInfo {
  std::string_view version;  // "go1.22.1"
  std::string_view modules;
};

// Behind the magic, from an aligned place on.
std::string_view find_header(std::string_view data) {
  for (size_t at = data.find(kMagic); at != std::string_view::npos;
       at = data.find(kMagic, at + 1)) {
    if (at % kAlignment == 0 && data.size() - at >= kHeaderBytes) return data.substr(at);
  }
  return {};
}

std::string_view find_header(const ElfFile& elf) {
  std::string_view header = find_header(elf.section(".go.buildinfo"));
  for (const ElfSegment& segment : elf.segments) {
    if (header.empty() && segment.is_loaded && segment.is_writable)
      header = find_header(segment.bytes);
  }
  return header;
}

// A text with its size in front, as binary.Uvarint has it.
std::optional<std::string_view> take_text(std::string_view& data) {
  uint64_t size = 0;
  for (unsigned shift = 0; shift < 63 && !data.empty(); shift += 7) {
    auto byte = static_cast<unsigned char>(data.front());
    data.remove_prefix(1);
    size |= uint64_t{byte & 0x7fU} << shift;
    if ((byte & 0x80U) != 0) continue;
    if (size > data.size()) return std::nullopt;
    std::string_view text = data.substr(0, size);
    data.remove_prefix(size);
    return text;
  }
  return std::nullopt;
}

// Until Go 1.17: two addresses of strings (address and size) somewhere in the program.
std::string_view text_at(const ElfFile& elf, uint64_t address, unsigned word, bool is_big_endian) {
  ElfFile order;
  order.is_big_endian = is_big_endian;
  std::string_view string = elf.at_address(address, 2ULL * word);
  return elf.at_address(order.number(string, 0, word), order.number(string, word, word));
}

std::optional<BuildInfo> read_build_info(const ElfFile& elf) {
  std::string_view header = find_header(elf);
  if (header.empty()) return std::nullopt;
  BuildInfo info;
  auto flags = static_cast<unsigned char>(header[15]);
  if ((flags & kInline) != 0) {
    std::string_view rest = header.substr(kHeaderBytes);
    std::optional<std::string_view> version = take_text(rest);
    std::optional<std::string_view> modules = version ? take_text(rest) : std::nullopt;
    info.version = version.value_or("");
    info.modules = modules.value_or("");
  } else {
    auto word = static_cast<unsigned char>(header[14]);
    if (word != 4 && word != 8) return std::nullopt;
    ElfFile order;
    order.is_big_endian = (flags & kBigEndian) != 0;
    info.version = text_at(elf, order.number(header, 16, word), word, order.is_big_endian);
    info.modules = text_at(elf, order.number(header, 16U + word, word), word, order.is_big_endian);
  }
  bool has_sentinels = info.modules.size() >= 2 * kSentinelBytes + 1 &&
                       info.modules[info.modules.size() - kSentinelBytes - 1] == '\n';
  info.modules = has_sentinels
                     ? info.modules.substr(kSentinelBytes, info.modules.size() - 2 * kSentinelBytes)
                     : std::string_view();
  return info;
}

void add(std::string_view name, std::string_view version, std::vector<Package>& into) {
  if (name.empty() || into.size() >= kMaxModules) return;
  Package& package = into.emplace_back();
  package.type = "golang";
  package.name = name;
  if (version != "(devel)") package.version = version;
}

// "1.2.3" of "-X main.version=1.2.3", where the main module has no version of its own.
std::string_view version_of_flags(std::string_view flags) {
  for (std::string_view word : split_blanks(flags)) {
    size_t equals = word.find('=');
    if (equals == std::string_view::npos) continue;
    std::string name = to_lower(word.substr(0, equals));
    std::string_view value = word.substr(equals + 1);
    while (value.ends_with('"') || value.ends_with('\'')) value.remove_suffix(1);
    bool is_version = name.ends_with(".version") || name.ends_with(".gitversion") ||
                      name.ends_with(".buildversion") || name.ends_with(".appversion");
    std::string_view digits = value.substr(value.starts_with('v') ? 1 : 0);
    if (is_version && !digits.empty() && is_digit(digits.front()) && contains(digits, "."))
      return value;
  }
  return {};
}

// Lines "mod\tPATH\tVERSION\tSUM", "dep\t...", "=>\t..." (instead of the line before),
// "build\t-ldflags=...".
void read_modules(std::string_view text, std::vector<Package>& into) {
  size_t main = SIZE_MAX;
  std::string_view flags;
  while (!text.empty()) {
    std::vector<std::string_view> parts = split(take_line(text), '\t');
    if (parts.size() >= 2 && parts[0] == "build" && parts[1].starts_with("-ldflags="))
      flags = parts[1];
    if (parts.size() < 2) continue;
    std::string_view version = parts.size() > 2 ? parts[2] : std::string_view();
    if (parts[0] == "mod") main = into.size();
    if (parts[0] == "mod" || parts[0] == "dep") add(parts[1], version, into);
    if (parts[0] != "=>" || into.empty()) continue;
    // A folder instead of a module has no version.
    into.pop_back();
    add(parts[1], version, into);
  }
  if (main < into.size() && into[main].version.empty())
    into[main].version = version_of_flags(flags);
}

// "go1.22.1 X:boringcrypto" is of 1.22.1; one that was built from sources has no version.
void add_standard_library(std::string_view version, std::vector<Package>& into) {
  if (!version.starts_with("go")) return;
  version = version.substr(2, version.find_first_of(" -") - 2);
  add("stdlib", version, into);
}

void examine(const Program& program, std::vector<Package>& into) {
  std::optional<BuildInfo> info = read_build_info(program.elf);
  if (!info) return;
  read_modules(info->modules, into);
  add_standard_library(info->version, into);
}

}  // namespace

const ProgramKind kGoPrograms = {"go", &examine};

}  // namespace whittle
