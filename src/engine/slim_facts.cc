#include "engine/slim_facts.h"

#include <algorithm>
#include <map>
#include <set>

#include "model/package_url.h"
#include "slim/traced.h"

namespace whittle {

namespace {

// Regular files of a tree with their sizes; a content that has several names counts once, with
// the first of them that is asked about.
class FileCounter {
 public:
  explicit FileCounter(const MergedTree& tree) : tree_(tree) {
    for (const LayerIndex* layer : tree.layers) seen_.emplace_back(layer->entries.size(), false);
  }

  // Null for what is no regular file. `bytes` is 0 for a further name.
  bool take(const TreeNode& node, uint64_t& bytes) {
    if (node.is_implied) return false;
    EntryRef ref = tree_.content(node);
    const Entry& content = tree_.layers[ref.layer]->at(ref.entry);
    if (content.type != EntryType::File) return false;
    auto mark = seen_[ref.layer][static_cast<uint32_t>(ref.entry)];
    bytes = mark ? 0 : content.size_bytes;
    mark = true;
    return true;
  }

 private:
  const MergedTree& tree_;
  std::vector<std::vector<bool>> seen_;
};

void add(SlimBytes& to, uint64_t bytes) {
  ++to.files;
  to.bytes += bytes;
}

uint32_t owner_of(const PackageCatalog& catalog, const TreeNode& node) {
  return node.is_implied
             ? kNoPackage
             : catalog.owners[node.entry.layer][static_cast<uint32_t>(node.entry.entry)];
}

std::vector<SlimPackage> list_packages(const PackageCatalog& catalog, const KeepSet& keep) {
  std::vector<SlimPackage> packages;
  for (size_t i = 0; i < catalog.packages.size(); ++i) {
    const Package& package = catalog.packages[i];
    SlimPackage row;
    row.type = package.type;
    row.name = package.name;
    row.version = package.version;
    row.url = package_url(package, catalog.distribution);
    row.is_kept = keep.packages[i];
    row.is_whole = keep.packages[i] && keep.is_whole[i];
    packages.push_back(std::move(row));
  }
  return packages;
}

}  // namespace

SlimBytes tree_bytes(const MergedTree& tree) {
  FileCounter counter(tree);
  SlimBytes total;
  uint64_t bytes = 0;
  for (const TreeNode& node : tree.nodes) {
    if (counter.take(node, bytes)) add(total, bytes);
  }
  return total;
}

void count_kept(const ReadImage& read, const KeepSet& keep, SlimReport& report) {
  const MergedTree& tree = read.tree;
  const PackageCatalog& catalog = read.packages();
  FileCounter all(tree);
  FileCounter kept(tree);
  report.tree_before = report.tree_after = {};
  std::fill(std::begin(report.by_tier), std::end(report.by_tier), SlimBytes());
  std::fill(std::begin(report.kept_by_tier), std::end(report.kept_by_tier), SlimBytes());
  std::vector<SlimPackage> packages = list_packages(catalog, keep);
  std::map<std::pair<KeepTier, uint32_t>, SlimBytes> reasons;
  for (uint32_t i = 0; i < tree.nodes.size(); ++i) {
    const TreeNode& node = tree.nodes[i];
    const KeptNode& why = keep.nodes[i];
    uint32_t owner = owner_of(catalog, node);
    uint64_t bytes = 0;
    if (!all.take(node, bytes)) continue;
    add(report.tree_before, bytes);
    add(report.by_tier[static_cast<size_t>(why.tier)], bytes);
    if (owner != kNoPackage) add(packages[owner].before, bytes);
    if (!why.is_kept || !kept.take(node, bytes)) continue;
    add(report.tree_after, bytes);
    add(report.kept_by_tier[static_cast<size_t>(why.tier)], bytes);
    add(reasons[{why.tier, why.reason}], bytes);
    if (owner != kNoPackage) add(packages[owner].after, bytes);
  }
  report.packages.clear();
  for (size_t i = 0; i < packages.size(); ++i) {
    if (catalog.packages[i].is_installed) report.packages.push_back(std::move(packages[i]));
  }
  report.reasons.clear();
  for (const auto& [key, count] : reasons)
    report.reasons.push_back({keep.reasons[key.second], key.first, count});
  std::stable_sort(report.reasons.begin(), report.reasons.end(), [](const auto& a, const auto& b) {
    return a.kept.bytes > b.kept.bytes;
  });
}

SlimTraceFacts trace_facts(const Trace& trace,
                           const TreePaths& paths,
                           const std::vector<KeepWish>& wishes,
                           const KeepSet& keep) {
  SlimTraceFacts facts;
  facts.method = trace.method;
  std::map<uint32_t, std::set<NodeId>> by_program;
  std::set<uint32_t> ran;
  std::set<NodeId> all;
  for (const TraceProcess& process : trace.processes) ran.insert(process.program);
  for (const TraceAccess& access : trace.accesses) {
    NodeId node = access.succeeded ? paths.walk(access.path).end : kNoNode;
    if (node == kNoNode) continue;
    all.insert(node);
    by_program[access.program].insert(node);
  }
  facts.lookups = all.size();
  for (uint32_t program : ran) {
    SlimProgram row{trace.programs[program], by_program[program].size(), {}};
    FileCounter read(paths.tree());
    for (NodeId node : by_program[program]) {
      uint64_t bytes = 0;
      if (read.take(paths.at(node), bytes)) add(row.used, bytes);
    }
    facts.programs.push_back(std::move(row));
  }
  std::sort(facts.programs.begin(), facts.programs.end(), [](const auto& a, const auto& b) {
    return a.path < b.path;
  });
  FileCounter used(paths.tree());
  FileCounter kept(paths.tree());
  for (NodeId node : files_used(wishes, paths)) {
    uint64_t bytes = 0;
    if (used.take(paths.at(node), bytes)) add(facts.used, bytes);
    if (keep.at(node).is_kept && kept.take(paths.at(node), bytes)) add(facts.kept_used, bytes);
  }
  return facts;
}

SlimVerifyFacts verify_facts(const Trace& trace, const Trace& verifying, const TreePaths& paths) {
  auto nodes_of = [&](const Trace& from) {
    std::set<NodeId> nodes;
    for (const TraceAccess& access : from.accesses) {
      NodeId node = access.succeeded ? paths.walk(access.path).end : kNoNode;
      if (node != kNoNode) nodes.insert(node);
    }
    return nodes;
  };
  std::set<NodeId> known = nodes_of(trace);
  SlimVerifyFacts facts;
  for (NodeId node : nodes_of(verifying)) {
    ++facts.lookups;
    if (!known.contains(node)) ++facts.new_lookups;
  }
  return facts;
}

}  // namespace whittle
