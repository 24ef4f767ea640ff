// Inside of analyze: the one cause of every stored file that is in no file of the merged tree.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "analyze/path_index.h"
#include "base/result.h"
#include "model/analysis.h"

namespace whittle {

// Hashes of the contents of regular files, in the order asked for.
using HashContents = std::function<Result<std::vector<uint64_t>>(const std::vector<EntryRef>&)>;

struct Causes {
  std::vector<std::vector<EntryAccount>> accounts;  // [layer][entry]: cause and killer are set
  std::vector<std::string> notes;
};

// Equal content is told by the indexes' hashes, or by `hash_contents` for files of equal size that
// took each other's place. Where that fails, they count as different, with a note. Errors:
// Cancelled.
Result<Causes> find_causes(const MergedTree& tree,
                           const PathIndex& paths,
                           const HashContents& hash_contents);

bool equal_times(const LayerIndex& a, const Entry& x, const LayerIndex& b, const Entry& y);
// The same extended attributes in any order.
bool equal_xattrs(const LayerIndex& a, const Entry& x, const LayerIndex& b, const Entry& y);

}  // namespace whittle
