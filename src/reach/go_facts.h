// What a Go program asks for. Its strings have no ends: their lengths stand in the code and beside
// the pointers to them.
#pragma once

#include "packages/cataloguers/elf.h"
#include "reach/facts.h"

namespace whittle {

bool is_go_program(const ElfFile& elf);
void add_go_facts(const ElfFile& elf, FactWriter& into);

// Absolute paths among strings that are a pointer and a length, of Go and Rust.
void add_counted_paths(const ElfFile& elf, FactWriter& into);

}  // namespace whittle
