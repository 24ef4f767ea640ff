// The package that a distribution built a program for, as its linker notes it. Format: systemd,
// "ELF Package Metadata" (.note.package).
#include <nlohmann/json.hpp>

#include "packages/cataloguers/program.h"
#include "packages/json_document.h"

namespace whittle {

namespace {

constexpr uint64_t kPackageNote = 0xcafe1a7e;
constexpr uint64_t kHeaderBytes = 12;

uint64_t padded(uint64_t size) {
  return (size + 3) / 4 * 4;
}

void examine(const Program& program, std::vector<Package>& into) {
  std::string_view note = program.elf.section(".note.package");
  uint64_t name_bytes = padded(program.elf.number(note, 0, 4));
  uint64_t bytes = program.elf.number(note, 4, 4);
  bool is_whole = note.size() >= kHeaderBytes && name_bytes <= note.size() - kHeaderBytes &&
                  bytes <= note.size() - kHeaderBytes - name_bytes &&
                  program.elf.number(note, 8, 4) == kPackageNote;
  if (!is_whole) return;
  std::string_view text = note.substr(kHeaderBytes + name_bytes, bytes);
  nlohmann::json document = parse_document(text.substr(0, text.find('\0')));
  Package package;
  package.type = string_member(document, "type");
  package.name = string_member(document, "name");
  package.version = string_member(document, "version");
  package.architecture = string_member(document, "architecture");
  bool is_known = package.type == "deb" || package.type == "rpm" || package.type == "apk";
  if (is_known && !package.name.empty()) into.push_back(std::move(package));
}

}  // namespace

const ProgramKind kNotedPrograms = {"note", &examine};

}  // namespace whittle
