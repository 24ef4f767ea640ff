// Static reachability: which files of an image its programs can need. A pure walk over the merged
// tree and over the facts that were taken from files while their layers were read (file_facts.h).
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "model/content_topic.h"
#include "model/image.h"
#include "model/package.h"
#include "model/reach.h"
#include "model/tree.h"

namespace whittle {

struct ReachInput {
  const MergedTree& tree;
  const ImageConfig& config;       // entry point, command, health check, environment, user
  const PackageCatalog& packages;  // who owns what
  std::vector<ReachRoot> roots;    // beside those of the configuration
  // The facts of a regular file (file_facts()); "" for none. The views must stay valid during the
  // call. Null: those that the layers' indexes kept (needed_contents()).
  std::function<std::string_view(EntryRef content)> facts;
  std::vector<NodeId> used = {};      // files that a run used: what they need is needed
  std::vector<NodeId> left_out = {};  // files that nothing leads to, nor is anything in them
};

// What the pass over a layer keeps for find_reach() (image/read.h): the facts of every file of
// interest. The same for every image.
ContentWish needed_contents();
std::shared_ptr<const ContentTopic> needs_topic();

// Deterministic and thread-safe; fails on nothing.
Reach find_reach(const ReachInput& input);

}  // namespace whittle
