// Inside of analyze: files of the merged tree with the same content at different paths.
#pragma once

#include <string>
#include <vector>

#include "analyze/causes.h"
#include "model/analysis.h"

namespace whittle {

// Marks every file but the first of each content, by path. Names of one inode are one file; empty
// files do not count. Contents are told apart by hash, those of equal size only. Where hashing
// fails nothing is marked, with a note. Errors: Cancelled. Returns whether all was looked at.
Result<bool> find_duplicates(const MergedTree& tree,
                             const HashContents& hash_contents,
                             std::vector<std::vector<EntryAccount>>& accounts,
                             std::vector<std::string>& notes);

}  // namespace whittle
