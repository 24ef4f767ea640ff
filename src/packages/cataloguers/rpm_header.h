// One package's header as rpm stores it in its database.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace whittle {

// Views into the blob.
struct RpmHeader {
  std::string_view name;
  std::string_view version;
  std::string_view release;
  std::optional<uint32_t> epoch;
  std::string_view architecture;
  std::string_view source_rpm;
  std::string_view license;
  std::string_view module;  // label of the module stream: "nodejs:16:8060020220523:ad008a3a"
  // The i-th file is directories[directory_indexes[i]] + base_names[i]; all three as they stand.
  std::vector<std::string_view> base_names;
  std::vector<uint32_t> directory_indexes;
  std::vector<std::string_view> directories;  // with a '/' at the end
  std::vector<std::string_view> old_names;    // whole paths, of packages from before rpm 4
  std::string_view states;                    // one byte a file; 1: replaced by another package's
};

// nullopt when the bytes are no header with a name. Format: rpm, docs/manual/format_header.md.
std::optional<RpmHeader> read_rpm_header(std::string_view blob);

}  // namespace whittle
