// An image's bytes by dimensions, one below the other: rows as bloaty shows them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace whittle {

enum class Dimension : uint8_t { Layer, Line, Package, Dir, Ext, Owner, Cause, Kind, Path };

struct DimensionInfo {
  Dimension dimension;
  std::string_view name;  // "layer"
  std::string_view what;  // one line for the help
};

const std::vector<DimensionInfo>& dimension_table();

struct GroupBytes {
  uint64_t stored = 0;
  uint64_t final = 0;       // stored - lost
  uint64_t compressed = 0;  // estimate, by the layer's ratio; 0 unknown
  uint64_t files = 0;       // regular files stored
};

struct GroupRow {
  std::string key;  // "[118 Others]" for the rest, "[none]" for what has no key
  GroupBytes bytes;
  std::vector<GroupRow> rows;  // the next dimension
};

// One row of a comparison; a side that has no such key is all zero and `is_new` or `is_gone`.
struct GroupChange {
  std::string key;
  GroupBytes before;
  GroupBytes after;
  bool is_new = false;
  bool is_gone = false;
  std::vector<GroupChange> rows;
};

}  // namespace whittle
