// Which lines of files differ from a revision of git.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/cancel.h"
#include "base/fs.h"
#include "base/result.h"

namespace whittle {

// True if since the revision (as in ChangedLines) a file below the folder was added or deleted, or
// an ignore file there was changed: whatever is said of the folder as a whole may be new. So is all
// of it outside of a repository.
Result<bool> has_other_files(const fs::path& folder,
                             const std::string& revision,
                             const CancelToken& cancel);

class ChangedLines {
 public:
  // The working files against `revision`; "REV..." is against the point where the current branch
  // left REV. Files that git does not track are changed in all lines. Errors: NotFound without git
  // or a repository, Usage for a revision that is none.
  static Result<ChangedLines> since(const std::string& revision,
                                    const std::vector<fs::path>& files,
                                    const CancelToken& cancel);

  // True if one of the lines [first, last] (1-based) is new or different.
  bool has(const fs::path& file, uint32_t first, uint32_t last) const;

 private:
  struct Lines {
    bool is_whole = false;
    std::vector<std::pair<uint32_t, uint32_t>> spans;  // first and last
  };

  Status add_repository(const fs::path& root,
                        const std::string& revision,
                        const std::vector<fs::path>& files,
                        const CancelToken& cancel);
  void read_diff(const fs::path& root, std::string_view diff);

  std::map<fs::path, Lines> files_;  // by real path
};

}  // namespace whittle
