// Programs and libraries of a slim image without what only debuggers read.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "image/content.h"
#include "model/keep_set.h"
#include "model/tree_paths.h"
#include "slim/layer_plan.h"

namespace whittle {

// Remembers what it looked at, so that another keep set of the same image costs little. Not
// thread-safe.
class SymbolStripper {
 public:
  // All must outlive it and the edits.
  SymbolStripper(const Image& image, const TreePaths& paths) : image_(image), paths_(paths) {}

  // Edits of those of the files that are kept, become smaller (strip_elf.h), and that nothing
  // vouches for byte by byte: no file of a signature or checksum beside them, no measured
  // integrity. Programs above 256 MiB stay as they are.
  Result<NodeEdits> edits(const KeepSet& keep,
                          const std::vector<NodeId>& files,
                          const ContentOptions& options);

  // What the last edits came to, for people; "" if there are none.
  const std::string& note() const { return note_; }

 private:
  struct Sizes {
    uint64_t before = 0;
    uint64_t after = 0;  // as before: it stays
  };

  using ContentKey = std::pair<uint32_t, EntryId>;  // layer and entry

  bool is_vouched_for(NodeId node) const;
  Status look_at(const std::vector<EntryRef>& files, ContentOptions options);

  const Image& image_;
  const TreePaths& paths_;
  std::map<ContentKey, Sizes> known_;
  std::string note_;
};

}  // namespace whittle
