// Programs, and the libraries that are looked for by name: the modules of Go, the crates of Rust,
// package notes, and versions of well-known programs that were copied in.
#include <algorithm>

#include "base/strings.h"
#include "packages/cataloguers/program.h"
#include "packages/cataloguers/rows.h"

namespace whittle {

namespace {

constexpr uint64_t kMaxBytes = 512ULL << 20;

constexpr const ProgramKind* kKinds[] = {
    &kGoPrograms, &kCargoPrograms, &kNotedPrograms, &kVersionedPrograms};

constexpr std::string_view kLibraries[] = {"libcrypto.so",
                                           "libssl.so",
                                           "libpython",
                                           "libruby",
                                           "libnode.so",
                                           "libjvm.so",
                                           "libphp",
                                           "libperl.so"};

bool is_library(std::string_view path) {
  std::string_view name = path.substr(path.rfind('/') + 1);
  return std::any_of(std::begin(kLibraries), std::end(kLibraries), [&](std::string_view library) {
    return name.starts_with(library);
  });
}

// Anything may be a program; of libraries and modules that may be executed only those known.
uint64_t max_bytes(std::string_view path) {
  bool is_shared = contains(path.substr(path.rfind('/') + 1), ".so");
  return is_shared && !is_library(path) ? 0 : kMaxBytes;
}

bool is_worth_reading(std::string_view /*path*/, std::string_view beginning) {
  return is_elf(beginning);
}

std::vector<Package> examine(std::string_view path, std::string_view content) {
  std::vector<Package> found;
  std::optional<ElfFile> elf = read_elf(content);
  if (!elf) return found;
  Program program{path, content, *elf};
  for (const ProgramKind* kind : kKinds) kind->examine(program, found);
  return found;
}

}  // namespace

const Cataloguer kProgramsCataloguer = {
    .name = "programs",
    .what = "Programs: modules of Go, crates of Rust, package notes, versions of well-known ones",
    .folders = "",
    .ends = "",
    .max_bytes = &max_bytes,
    .read = &read_examined,
    .set = kPackageInventory,
    .takes_programs = true,
    .is_worth_reading = &is_worth_reading,
    .examine = &examine};

}  // namespace whittle
