// The keep set: reach, runs and rules joined to a tier for every file, the policy's cut through the
// tiers, and what follows from it (folders, links, records).
#pragma once

#include <string>
#include <vector>

#include "model/image.h"
#include "model/keep_set.h"
#include "model/package.h"
#include "model/reach.h"
#include "slim/depends.h"
#include "slim/rules.h"

namespace whittle {

// A path that something asks for: a run, a failed look-up of the result.
struct KeepWish {
  std::string path;  // absolute; links are followed
  KeepTier tier = KeepTier::Traced;
  std::string why;            // "read by"
  std::string by;             // path of the program; "" if nobody knows
  bool uses_content = false;  // more than its name and attributes
};

struct KeepInput {
  const MergedTree& tree;
  const ImageConfig& config;
  const PackageCatalog& packages;
  const Reach* reach = nullptr;            // null: nothing is known
  const FileContents* contents = nullptr;  // of the files that wants_content() names
  KeepRules rules = {};
  std::vector<KeepWish> wishes = {};
  std::vector<NodeId> left_out = {};  // that nothing uses (plugins.h)
  SlimPolicy policy = SlimPolicy::Balanced;
};

// Files whose contents make_keep_set() looks into.
bool wants_content(std::string_view path);

// Deterministic and thread-safe; fails on nothing. Under SlimPolicy::Original everything stays.
KeepSet make_keep_set(const KeepInput& input);

}  // namespace whittle
