// ZIP archives in memory: names by the central directory, contents one by one. Bounded and without
// errors. Format: PKWARE, APPNOTE 6.3; archives of more than 4 GiB (Zip64) are not read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whittle {

struct ZipEntry {
  std::string_view name;
  uint16_t method = 0;
  uint64_t packed_bytes = 0;
  uint64_t plain_bytes = 0;
  uint64_t header_at = 0;
};

// Empty for what is no archive. At most so many entries; views into the bytes.
std::vector<ZipEntry> list_zip(std::string_view bytes, size_t max_entries);

// The content of an entry. Where it is stored plainly it is a view into the archive, else `plain`
// holds it. nullopt for what is damaged, encrypted, packed in another way, or bigger.
std::optional<std::string_view> read_zip_entry(std::string_view bytes,
                                               const ZipEntry& entry,
                                               uint64_t max_bytes,
                                               std::string& plain);

}  // namespace whittle
