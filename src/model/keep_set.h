// Which files of an image its slim twin holds, and why: one KeptNode a node of the merged tree.
// Plain values; made by slim/keep.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/tree.h"

namespace whittle {

// How much speaks for a file, the most first. Each file has exactly one.
enum class KeepTier : uint8_t {
  Rule,         // a rule or the user asks for it
  Traced,       // a run used it
  Must,         // a program does not work without it
  May,          // a program can ask for it
  Package,      // of the same package as a needed file, or of a package that one depends on
  Unreachable,  // nothing speaks for it
};
inline constexpr size_t kKeepTiers = 6;

std::string_view to_text(KeepTier tier);  // "rule", "traced", "must", "may", "package", ...

// Down to which tier files are kept. The safest has the greatest number.
enum class SlimPolicy : uint8_t {
  Tight,     // what was traced, and what must be there
  Balanced,  // and what may be asked for
  Package,   // and the whole of every package that is needed
  Original,  // all of it
};

struct SlimPolicyInfo {
  SlimPolicy policy;
  std::string_view name;  // "tight"
  std::string_view what;  // one phrase for the help
  KeepTier last_tier;
};

const std::vector<SlimPolicyInfo>& slim_policies();  // those to choose from; without Original
std::string_view to_text(SlimPolicy policy);

struct KeptNode {
  NodeId cause = kNoNode;  // stands behind the reason
  uint32_t reason = 0;     // into KeepSet::reasons
  KeepTier tier = KeepTier::Unreachable;
  bool is_kept = false;
};

struct KeepSet {
  SlimPolicy policy = SlimPolicy::Balanced;
  std::vector<KeptNode> nodes;       // [node of the tree]
  std::vector<std::string> reasons;  // reasons[0] is ""
  std::vector<bool> packages;        // [package of the catalog]: something of it stays
  std::vector<bool> is_whole;        // [package]: all of its files stay

  const KeptNode& at(NodeId node) const { return nodes[static_cast<uint32_t>(node)]; }
};

// "kept: NEEDED by usr/sbin/nginx (must)", "dropped: nothing speaks for it".
std::string explain(const MergedTree& tree, const KeepSet& keep, NodeId node);

}  // namespace whittle
