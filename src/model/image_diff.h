// Two images compared: plain values.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/analysis.h"
#include "model/groups.h"

namespace whittle {

enum class ChangeKind : uint8_t { Added, Removed, Modified };

// What differs of a path that both have.
struct FileDifference {
  bool content = false;
  bool type = false;
  bool mode = false;
  bool owner = false;
  bool time = false;
  bool link_target = false;
  bool xattrs = false;
  bool hard_links = false;  // shares its inode with other names
};

struct FileChange {
  std::string path;  // "/etc/hosts"
  ChangeKind kind = ChangeKind::Modified;
  FileDifference what;  // of Modified
  EntryType before_type = EntryType::File;
  EntryType after_type = EntryType::File;
  uint64_t before_bytes = 0;
  uint64_t after_bytes = 0;
  std::string details;  // "mode 0644 -> 0755"; "" where the flags say it all
};

struct ConfigChange {
  std::string field;  // "Env PATH", "Cmd", "Label maintainer", "history 3"
  std::optional<std::string> before;
  std::optional<std::string> after;
};

struct PackageChange {
  std::string type;
  std::string name;
  std::string before;  // versions joined by ", "; "" where it is not installed
  std::string after;
};

struct ImageDiff {
  std::shared_ptr<const Analysis> before;
  std::shared_ptr<const Analysis> after;
  bool is_semantic = false;
  uint32_t shared_layers = 0;  // equal diff ids from the base up
  std::vector<ConfigChange> config;
  std::vector<PackageChange> packages;
  std::vector<FileChange> files;  // of the merged trees, by path
  std::vector<Dimension> dimensions;
  std::vector<GroupChange> groups;  // biggest change first
  GroupBytes before_bytes;
  GroupBytes after_bytes;
  bool is_equal = false;  // in all that was compared
  std::vector<std::string> notes;
};

}  // namespace whittle
