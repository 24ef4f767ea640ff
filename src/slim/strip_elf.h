// Programs and shared libraries without what only debuggers read: the symbol table and the debug
// sections, as strip --strip-all and --strip-unneeded take them. Format: System V ABI, chapter 4.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace whittle {

// Nullopt where nothing goes, or not safely. All bytes that a program has in memory stay where they
// are, at the same place in the file; what may be told by its place only (a section of an unknown
// name that is not loaded, bytes that no header speaks of, such as an archive behind the program)
// is not moved, and a file that has such bytes at its end stays as it is. So do relocatable
// objects, kernel modules, files of debug data alone, those that check their own bytes, and those
// whose headers and sections share bytes. Never fails on content; time and memory grow with the
// file's size.
std::optional<std::string> strip_elf(std::string_view file);

}  // namespace whittle
