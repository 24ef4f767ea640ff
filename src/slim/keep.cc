#include "slim/keep.h"

#include <algorithm>

#include "base/strings.h"
#include "slim/keep_builder.h"

namespace whittle {

namespace {

constexpr std::string_view kDpkg = "var/lib/dpkg/";

// Files of databases that stay as long as there is a package in them.
constexpr std::string_view kDatabaseFiles =
    "var/lib/dpkg/status var/lib/dpkg/diversions "
    "var/lib/dpkg/statoverride var/lib/dpkg/arch "
    "lib/apk/db/installed usr/lib/apk/db/installed "
    "lib/apk/db/triggers etc/apk/world etc/apk/arch "
    "etc/apk/repositories";

bool is_rpm_database(std::string_view path) {
  return path.starts_with("var/lib/rpm/") || path.starts_with("usr/lib/sysimage/rpm/") ||
         path.starts_with("usr/share/rpm/");
}

KeepTier last_tier(SlimPolicy policy) {
  for (const SlimPolicyInfo& info : slim_policies()) {
    if (info.policy == policy) return info.last_tier;
  }
  return KeepTier::Unreachable;
}

}  // namespace

bool wants_content(std::string_view path) {
  return path == "etc/passwd" || is_dependency_database(path);
}

KeepBuilder::KeepBuilder(const KeepInput& input)
    : input_(input), tree_(input.tree), paths_(input.tree) {
  set_.policy = input.policy;
  set_.nodes.resize(tree_.nodes.size());
  set_.reasons.emplace_back();
  set_.packages.assign(input.packages.packages.size(), false);
  set_.is_whole.assign(input.packages.packages.size(), false);
  excluded_.assign(tree_.nodes.size(), {});
  is_left_out_.assign(tree_.nodes.size(), false);
  for (NodeId id : input.left_out) is_left_out_[static_cast<uint32_t>(id)] = true;
}

KeepSet KeepBuilder::run() {
  if (tree_.nodes.empty()) return std::move(set_);
  add_rules();
  add_configuration();
  add_wishes();
  add_reach();
  add_presets();
  add_packages();
  add_unowned();
  cut();
  do {
    settle();
    keep_links();
    settle();
    judge_packages();
  } while (keep_records());
  keep_folders();
  judge_packages();
  return std::move(set_);
}

uint32_t KeepBuilder::reason_number(std::string_view reason) {
  if (reason.empty()) return 0;
  auto [at, is_new] =
      reason_numbers_.try_emplace(std::string(reason), static_cast<uint32_t>(set_.reasons.size()));
  if (is_new) set_.reasons.emplace_back(reason);
  return at->second;
}

uint32_t KeepBuilder::owner_of(NodeId id) const {
  const TreeNode& node = paths_.at(id);
  if (node.is_implied) return kNoPackage;
  return input_.packages.owners[node.entry.layer][static_cast<uint32_t>(node.entry.entry)];
}

void KeepBuilder::each_node(
    const std::function<void(NodeId id, const std::string& path)>& call) const {
  std::string path;
  std::vector<std::pair<NodeId, size_t>> open;  // folders above, and how long their paths are
  for (uint32_t i = 1; i < tree_.nodes.size(); ++i) {
    NodeId parent = tree_.nodes[i].parent;
    while (!open.empty() && open.back().first != parent) open.pop_back();
    path.resize(open.empty() ? 0 : open.back().second);
    if (!path.empty()) path.push_back('/');
    path.append(tree_.name(tree_.nodes[i]));
    open.emplace_back(NodeId{i}, path.size());
    call(NodeId{i}, path);
  }
}

void KeepBuilder::give(NodeId id, KeepTier tier, std::string_view reason, NodeId cause) {
  KeptNode& node = at(id);
  if (is_left_out_[static_cast<uint32_t>(id)]) return;
  bool is_news = tier < node.tier || (tier == node.tier && node.reason == 0);
  if (!is_news) return;
  node.tier = tier;
  node.reason = reason_number(reason);
  node.cause = cause;
}

void KeepBuilder::give_all(NodeId id,
                           KeepTier tier,
                           std::string_view reason,
                           const PathPatterns* without) {
  uint32_t end = paths_.subtree_end(id);
  for (uint32_t i = static_cast<uint32_t>(id); i < end;) {
    if (without != nullptr && !without->is_empty() && without->matches(tree_.path(NodeId{i}))) {
      i = paths_.subtree_end(NodeId{i});
      continue;
    }
    give(NodeId{i}, tier, reason);
    ++i;
  }
}

void KeepBuilder::give_path(std::string_view path,
                            KeepTier tier,
                            std::string_view reason,
                            NodeId cause) {
  PathWalk walk = paths_.walk(path);
  for (NodeId link : walk.links) give(link, tier, reason, cause);
  if (walk.end != kNoNode) give(walk.end, tier, reason, cause);
}

// The policy's cut. Folders stay for what is in them, and where a rule says so.
void KeepBuilder::cut() {
  KeepTier last = last_tier(input_.policy);
  keep(NodeId{0}, KeepTier::Must, "the root", kNoNode);
  for (uint32_t i = 1; i < tree_.nodes.size(); ++i) {
    NodeId id{i};
    if (is_excluded(id)) {
      set_.nodes[i].tier = KeepTier::Unreachable;
      set_.nodes[i].reason = reason_number(excluded_[i]);
      set_.nodes[i].cause = kNoNode;
      continue;
    }
    const KeptNode node = set_.nodes[i];
    if (node.tier > last) continue;
    set_.nodes[i].is_kept = true;
    waiting_.push_back(id);
  }
  for (NodeId id : input_.left_out) {
    if (!at(id).is_kept && !is_excluded(id))
      at(id) = {kNoNode, reason_number("loaded, but used by nothing"), KeepTier::Unreachable};
  }
}

void KeepBuilder::keep(NodeId id, KeepTier tier, std::string_view reason, NodeId cause) {
  KeptNode& node = at(id);
  if (node.is_kept) return;
  node.is_kept = true;
  if (tier < node.tier || node.reason == 0) {
    node.reason = reason_number(reason);
    node.cause = cause;
  }
  node.tier = std::min(node.tier, tier);
  waiting_.push_back(id);
}

void KeepBuilder::keep_path(
    std::string_view path, NodeId from, KeepTier tier, std::string_view reason, NodeId cause) {
  PathWalk walk = paths_.walk(path, from);
  for (NodeId link : walk.links) {
    if (!is_excluded(link)) keep(link, tier, "link on the way from", cause);
  }
  if (walk.end != kNoNode && !is_excluded(walk.end)) keep(walk.end, tier, reason, cause);
}

// What a kept node cannot be without: the folders above it, and where it leads.
void KeepBuilder::follow(NodeId id) {
  KeepTier tier = at(id).tier;
  NodeId parent = paths_.at(id).parent;
  if (parent != kNoNode) keep(parent, tier, "holds", id);
  if (paths_.is_link(id))
    keep_path(paths_.link_target(id), parent, tier, "where a link leads:", id);
}

void KeepBuilder::settle() {
  while (!waiting_.empty()) {
    NodeId id = waiting_.back();
    waiting_.pop_back();
    follow(id);
  }
}

// Other names of what stays. They cost next to nothing.
void KeepBuilder::keep_links() {
  if (input_.policy == SlimPolicy::Tight) return;
  for (uint32_t i = 0; i < tree_.nodes.size(); ++i) {
    NodeId id{i};
    if (!paths_.is_link(id) || at(id).is_kept || is_excluded(id)) continue;
    PathWalk walk = paths_.walk(tree_.path(id));
    if (walk.end == kNoNode || !at(walk.end).is_kept) continue;
    bool leads_to_file = !paths_.is_folder(walk.end);
    uint32_t owner = owner_of(id);
    bool stays = leads_to_file || owner == kNoPackage || set_.packages[owner];
    if (stays) keep(id, KeepTier::May, "another name of", walk.end);
  }
}

// A package stays with a file or a link of its own that is there for more than the package's sake.
void KeepBuilder::judge_packages() {
  std::vector<bool>& packages = set_.packages;
  std::fill(packages.begin(), packages.end(), false);
  set_.is_whole.assign(packages.size(), true);
  std::vector<bool> has_files(packages.size(), false);
  for (uint32_t i = 0; i < tree_.nodes.size(); ++i) {
    NodeId id{i};
    uint32_t owner = owner_of(id);
    if (owner == kNoPackage) continue;
    has_files[owner] = true;
    const KeptNode& node = at(id);
    if (!node.is_kept) set_.is_whole[owner] = false;
    bool is_record = tree_.path(id).starts_with(kDpkg);
    if (node.is_kept && !paths_.is_folder(id) && !is_record) packages[owner] = true;
  }
  const std::vector<Package>& all = input_.packages.packages;
  for (size_t i = 0; i < all.size(); ++i) {
    if (!all[i].is_installed) packages[i] = false;
    if (!packages[i] || !has_files[i]) set_.is_whole[i] = packages[i] && set_.is_whole[i];
  }
}

// Records, licences and databases of the packages that stay. Returns whether something came to it.
bool KeepBuilder::keep_records() {
  PathPatterns databases(kDatabaseFiles);
  bool has_system = false;
  bool has_dpkg = tree_.find("usr/bin/dpkg") != kNoNode && at(tree_.find("usr/bin/dpkg")).is_kept;
  for (size_t i = 0; i < set_.packages.size(); ++i) {
    if (!set_.packages[i]) continue;
    const Package& package = input_.packages.packages[i];
    has_system = true;
    keep_path(package.database, NodeId{0}, KeepTier::Must, "record of a package", kNoNode);
    if (!is_of_system(package)) continue;
    std::string doc = "usr/share/doc/" + package.name + "/copyright";
    keep_path(doc, NodeId{0}, KeepTier::Must, "licence of a package", kNoNode);
    NodeId licences = tree_.find("usr/share/licenses/" + package.name);
    if (licences != kNoNode) {
      for (uint32_t n = static_cast<uint32_t>(licences); n < paths_.subtree_end(licences); ++n)
        keep(NodeId{n}, KeepTier::Must, "licence of a package", kNoNode);
    }
  }
  if (!has_system) return !waiting_.empty();
  databases.each_match(paths_, [&](NodeId id) {
    if (!paths_.is_folder(id) && !is_excluded(id))
      keep(id, KeepTier::Must, "of the package database", kNoNode);
  });
  each_node([&](NodeId id, const std::string& path) {
    if (paths_.is_folder(id) || is_excluded(id)) return;
    bool is_database = is_rpm_database(path) || path.starts_with("usr/share/common-licenses/");
    if (path.starts_with("var/lib/dpkg/info/") || path.starts_with("var/lib/dpkg/status.d/")) {
      uint32_t owner = owner_of(id);
      bool is_list = path.ends_with(".list") || path.ends_with(".md5sums") ||
                     path.ends_with(".conffiles") || !path.starts_with("var/lib/dpkg/info/");
      is_database = owner != kNoPackage && set_.packages[owner] && (is_list || has_dpkg);
    }
    if (is_database) keep(id, KeepTier::Must, "of the package database", kNoNode);
  });
  return !waiting_.empty();
}

// Whether a folder that nothing is left in stays all the same: programs write there, or look
// whether it is there.
bool KeepBuilder::is_folder_of_use(NodeId id, std::string_view path) const {
  uint32_t owner = owner_of(id);
  if (owner != kNoPackage && !set_.packages[owner]) return false;
  bool was_empty = paths_.at(id).first_child == kNoNode;
  if (path.starts_with("usr/")) return was_empty && owner != kNoPackage;
  for (std::string_view noise : {"var/lib/dpkg/",
                                 "var/lib/apt/",
                                 "var/cache/apt/",
                                 "var/cache/debconf/",
                                 "var/lib/rpm/",
                                 "lib/",
                                 "etc/apt/"}) {
    if (path.starts_with(noise)) return false;
  }
  return !contains(path, "/.git/") && !contains(path, "/.cache/") &&
         !contains(path, "/node_modules/");
}

void KeepBuilder::keep_folders() {
  each_node([&](NodeId id, const std::string& path) {
    if (!paths_.is_folder(id) || is_excluded(id) || at(id).is_kept) return;
    if (is_folder_of_use(id, path)) keep(id, KeepTier::Must, "a folder to write to", kNoNode);
  });
  settle();
}

KeepSet make_keep_set(const KeepInput& input) {
  return KeepBuilder(input).run();
}

}  // namespace whittle
