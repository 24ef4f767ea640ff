#include "model/keep_set.h"

namespace whittle {

std::string_view to_text(KeepTier tier) {
  constexpr std::string_view kNames[] = {"rule", "traced", "must", "may", "package", "unreachable"};
  return kNames[static_cast<size_t>(tier)];
}

const std::vector<SlimPolicyInfo>& slim_policies() {
  static const std::vector<SlimPolicyInfo> table = {
      {SlimPolicy::Tight, "tight", "what runs used and what must be there", KeepTier::Must},
      {SlimPolicy::Balanced, "balanced", "and what programs can ask for", KeepTier::May},
      {SlimPolicy::Package,
       "package",
       "and the whole of every package that is needed, with what it depends on",
       KeepTier::Package},
  };
  return table;
}

std::string_view to_text(SlimPolicy policy) {
  for (const SlimPolicyInfo& info : slim_policies()) {
    if (info.policy == policy) return info.name;
  }
  return "original";
}

std::string explain(const MergedTree& tree, const KeepSet& keep, NodeId node) {
  const KeptNode& kept = keep.at(node);
  std::string reason = keep.reasons[kept.reason];
  if (kept.cause != kNoNode) reason += " " + tree.path(kept.cause);
  if (kept.is_kept) {
    return "kept: " + (reason.empty() ? "of the image itself" : reason) + " (" +
           std::string(to_text(kept.tier)) + ")";
  }
  if (kept.tier == KeepTier::Unreachable) {
    return reason.empty() ? "dropped: nothing speaks for it" : "dropped: " + reason;
  }
  std::string text = "dropped: no tier above `" + std::string(to_text(kept.tier)) + "`";
  return reason.empty() ? text : text + ": " + reason;
}

}  // namespace whittle
