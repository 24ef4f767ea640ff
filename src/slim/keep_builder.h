// Inside of slim: gathers tiers and reasons node by node (keep_tiers.cc), then settles what stays
// (keep.cc).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/tree_paths.h"
#include "slim/keep.h"

namespace whittle {

class KeepBuilder {
 public:
  explicit KeepBuilder(const KeepInput& input);

  KeepSet run();

 private:
  // keep_tiers.cc: how much speaks for each node.
  void add_reach();
  void add_presets();
  void add_rules();
  void add_configuration();
  void add_wishes();
  void add_packages();
  void add_unowned();
  std::vector<bool> needed_packages();

  // Gives the node a tier unless it has that or a better one.
  void give(NodeId id, KeepTier tier, std::string_view reason, NodeId cause = kNoNode);
  // The same for it and all that is in it, but for what `without` names.
  void give_all(NodeId id,
                KeepTier tier,
                std::string_view reason,
                const PathPatterns* without = nullptr);
  // Where a path leads and the links on the way.
  void give_path(std::string_view path,
                 KeepTier tier,
                 std::string_view reason,
                 NodeId cause = kNoNode);
  // It and all that is in it do not stay, whatever speaks for them. `why` is a literal.
  void exclude(NodeId id, std::string_view why);

  // keep.cc: what stays.
  void cut();
  void keep(NodeId id, KeepTier tier, std::string_view reason, NodeId cause);
  void keep_path(
      std::string_view path, NodeId from, KeepTier tier, std::string_view reason, NodeId cause);
  void follow(NodeId id);
  void settle();
  void keep_links();
  void keep_folders();
  bool keep_records();
  void judge_packages();
  bool is_folder_of_use(NodeId id, std::string_view path) const;

  uint32_t reason_number(std::string_view reason);
  uint32_t owner_of(NodeId id) const;

  bool is_excluded(NodeId id) const { return !excluded_[static_cast<uint32_t>(id)].empty(); }

  KeptNode& at(NodeId id) { return set_.nodes[static_cast<uint32_t>(id)]; }

  // Calls for every node with its path, parents first.
  void each_node(const std::function<void(NodeId id, const std::string& path)>& call) const;

  const KeepInput& input_;
  const MergedTree& tree_;
  TreePaths paths_;
  KeepSet set_;
  std::vector<std::string_view> excluded_;  // [node]: why it does not stay; "": it may
  std::vector<bool> is_left_out_;
  std::vector<NodeId> waiting_;  // kept, not followed yet
  std::unordered_map<std::string, uint32_t> reason_numbers_;
};

}  // namespace whittle
