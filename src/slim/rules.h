// What stays or goes whatever reachability says: presets by what an image holds, and the user's
// own words.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "analyze/kinds.h"
#include "base/result.h"
#include "model/keep_set.h"
#include "model/tree_paths.h"

namespace whittle {

// The user's. Patterns name paths without the leading '/': `*`, `?`, `[a-z]` within a name, `**`
// over folders; one that names a folder means all that is in it.
struct KeepRules {
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  std::vector<std::string> packages;  // by name; `*` is allowed
  std::vector<std::string> binaries;  // by name as PATH finds them, or paths
  bool keeps_shell = false;
};

// One row a preset: what programs of a kind look for without naming it anywhere.
struct KeepPreset {
  std::string_view name;     // "certificates"
  std::string_view when;     // a pattern that some path must match; "" for every image
  std::string_view paths;    // patterns, split by blanks
  std::string_view without;  // patterns of those that do not count
  KeepTier tier;
  std::string_view why;  // the reason that people read
};

const std::vector<KeepPreset>& keep_presets();

// The kind of what no run of a program looks for, whoever left it there: caches, lists of packages,
// version control. Null for everything else.
const FileKindInfo* left_over(std::string_view path);

// Lines of a file of rules: a pattern; `!PATTERN` leaves out; `package:NAME`; `binary:NAME`;
// `# comment`. Usage naming the line for a pattern that is none.
Status add_rule_lines(std::string_view text, std::string_view file_name, KeepRules& rules);

// Usage for a pattern that is none.
Status check_patterns(const KeepRules& rules);

// Patterns made ready. Thread-safe.
class PathPatterns {
 public:
  // Those that are none match nothing (see check_patterns()).
  explicit PathPatterns(const std::vector<std::string>& patterns);
  // Of patterns split by blanks.
  explicit PathPatterns(std::string_view patterns);
  PathPatterns(PathPatterns&&) noexcept;
  ~PathPatterns();

  bool is_empty() const { return patterns_.empty(); }

  // Calls for every node whose path matches, pattern by pattern.
  void each_match(const TreePaths& paths, const std::function<void(NodeId id)>& call) const;

  // The path itself; what is in a folder follows from the folder.
  bool matches(std::string_view path) const;

 private:
  struct Pattern;
  void add(std::string_view text);

  std::vector<Pattern> patterns_;
};

}  // namespace whittle
