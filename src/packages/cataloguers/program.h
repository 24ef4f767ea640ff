// What programs say of themselves, one kind a file: program_*.cc. The row of the table of
// cataloguers that looks into programs asks each of them.
#pragma once

#include <string_view>
#include <vector>

#include "model/package.h"
#include "packages/cataloguers/elf.h"

namespace whittle {

struct Program {
  std::string_view path;
  std::string_view bytes;
  const ElfFile& elf;
};

struct ProgramKind {
  std::string_view name;  // "go"
  // Adds what it finds. Never fails.
  void (*examine)(const Program& program, std::vector<Package>& into);
};

extern const ProgramKind kGoPrograms;
extern const ProgramKind kCargoPrograms;
extern const ProgramKind kNotedPrograms;
extern const ProgramKind kVersionedPrograms;

}  // namespace whittle
