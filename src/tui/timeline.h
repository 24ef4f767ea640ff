// Every path of an image and what it was after each layer: one arena of names, each with the list
// of its versions. Any range of layers is compared by one walk over it, and a file's history is its
// list. Follows the rules of merge_layers (image/read.h), but never fails: what no engine would
// unpack is passed over. Grows as layers arrive.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "model/layer_index.h"
#include "model/tree.h"

namespace whittle::tui {

enum class PathId : uint32_t {};
inline constexpr PathId kNoPath{UINT32_MAX};
inline constexpr PathId kRootPath{0};
inline constexpr uint32_t kNoVersion = UINT32_MAX;

// What a path is from a layer on.
struct Version {
  enum class State : uint8_t { Present, Implied /* a folder no entry names */, Gone };

  uint32_t layer = 0;
  uint32_t older = kNoVersion;            // index of the version before
  EntryRef entry;                         // only when present
  EntryRef content;                       // the entry, or the file that its hard links lead to
  EntryType type = EntryType::Directory;  // a hard link is what it leads to
  State state = State::Gone;
  bool is_rebuilt = false;  // was deleted and made anew by this layer

  bool is_there() const { return state != State::Gone; }
};

struct PathNode {
  PathId parent = kNoPath;  // comes before its children
  std::string_view name;
  PathId first_child = kNoPath;
  PathId next_sibling = kNoPath;
  uint32_t newest = kNoVersion;
};

// Not thread-safe.
class Timeline {
 public:
  Timeline();

  // The layer above those there are.
  void add_layer(std::shared_ptr<const LayerIndex> layer);

  size_t layer_count() const { return layers_.size(); }

  size_t size() const { return nodes_.size(); }

  const PathNode& node(PathId id) const { return nodes_[static_cast<uint32_t>(id)]; }

  const LayerIndex& layer(size_t index) const { return *layers_[index]; }

  const std::shared_ptr<const LayerIndex>& shared_layer(size_t index) const {
    return layers_[index];
  }

  // The path after `layer`; null if it is not there (it may have been, or come later).
  const Version* at(PathId id, uint32_t layer) const;
  // The newest version at or before `layer`, deletions included; null if there is none.
  const Version* version_at(PathId id, uint32_t layer) const;
  // All versions, oldest first.
  std::vector<Version> versions(PathId id) const;

  // Attributes of a present version. A hard link has those of its own entry.
  const Entry& entry(const Version& version) const { return entry_of(version.entry); }

  const Entry& entry_of(EntryRef ref) const;
  // Size of a file's content, 0 for a further name of it and everything else.
  uint64_t own_bytes(const Version& version) const;

  std::string path(PathId id) const;  // "" for the root
  // Lexically; kNoPath if no layer ever had it. A leading '/' does not count.
  PathId find(std::string_view path) const;

 private:
  enum class IfMissing { Create, GiveUp };

  PathNode& at(PathId id) { return nodes_[static_cast<uint32_t>(id)]; }

  const Version* newest(PathId id) const;
  void set(PathId id, const Version& version);
  void apply_whiteout(EntryRef ref);
  void apply_entry(EntryRef ref);
  void place(PathId id, EntryRef ref, const Version& target);
  bool find_link_target(EntryRef ref, PathId own, Version& target);
  PathId walk(EntryRef ref, std::string_view folder, IfMissing if_missing);
  PathId enter(PathId here, std::string_view name, uint32_t layer, IfMissing if_missing);
  bool replaces_link(EntryRef ref, std::string_view path);
  PathId child(PathId parent, std::string_view name) const;
  PathId child_or_new(PathId parent, std::string_view name);
  size_t slot_of(PathId parent, std::string_view name) const;
  void grow_table();
  void remove(PathId id, uint32_t layer);
  void remove_children(PathId id, uint32_t layer);

  std::vector<std::shared_ptr<const LayerIndex>> layers_;
  std::vector<PathNode> nodes_;
  std::vector<Version> versions_;
  std::vector<uint32_t> table_;  // open-addressed: path + 1
  std::string_view cached_folder_;
  PathId cached_path_ = kNoPath;
  uint64_t steps_ = 0;
  std::unordered_set<std::string_view> layer_paths_;
  uint32_t layer_paths_of_ = UINT32_MAX;
};

}  // namespace whittle::tui
