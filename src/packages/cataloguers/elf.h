// As much of an ELF file as tells what it was built from: its sections and its segments. Bounded
// and without errors: what lies outside of the file is not there. Format: System V ABI, chapters 4
// and 5.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace whittle {

struct ElfSection {
  std::string_view name;
  uint32_t type = 0;
  uint64_t address = 0;
  std::string_view bytes;  // "" for those without any in the file
};

struct ElfSegment {
  uint32_t type = 0;
  uint64_t address = 0;
  std::string_view bytes;
  bool is_loaded = false;
  bool is_writable = false;
};

// Views into the bytes it was read from.
struct ElfFile {
  bool is_big_endian = false;
  bool is_64 = false;
  uint16_t machine = 0;
  std::vector<ElfSection> sections;
  std::vector<ElfSegment> segments;

  // "" if there is none.
  std::string_view section(std::string_view name) const;
  // What the program would have at that address: "" unless all of it is in the file.
  std::string_view at_address(uint64_t address, uint64_t size) const;
  // An integer of that many bytes in the file's byte order; 0 outside of `bytes`.
  uint64_t number(std::string_view bytes, uint64_t at, unsigned size) const;
};

bool is_elf(std::string_view beginning);
// nullopt for what is no ELF file.
std::optional<ElfFile> read_elf(std::string_view bytes);

}  // namespace whittle
