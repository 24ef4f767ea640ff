#include "engine/scan_reach.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/stats.h"
#include "base/strings.h"
#include "model/tree_paths.h"
#include "reach/reach.h"

namespace whittle {

namespace {

class UsageFinder {
 public:
  UsageFinder(const Analysis& analysis, const Trace* trace)
      : analysis_(analysis),
        paths_(*analysis.tree),
        usage_(analysis.packages.packages.size(), PackageUsage::Unknown) {
    ReachInput input{*analysis.tree, analysis.info.config, analysis.packages, {}, {}};
    reach_ = find_reach(input);
    if (trace != nullptr) add_trace(*trace);
  }

  // False where nothing is started, so that nothing can be said.
  bool knows_start() const {
    return std::any_of(reach_.needs.begin(), reach_.needs.end(), [](const Need& need) {
      return need.level == NeedLevel::Must && need.kind == NeedKind::Root;
    });
  }

  std::vector<PackageUsage> run() {
    std::vector<bool> has_files(usage_.size());
    for (uint32_t i = 0; i < reach_.needs.size(); ++i) {
      uint32_t owner = paths_.is_file(NodeId{i}) ? owner_of(NodeId{i}) : kNoPackage;
      if (owner >= usage_.size()) continue;
      has_files[owner] = true;
      raise(owner, reach_.needs[i].level);
    }
    for (uint32_t i = 0; i < usage_.size(); ++i) {
      if (has_files[i]) continue;
      // What is known by a program or archive alone goes with it; of other records nothing is told.
      NodeId record = paths_.resolve(analysis_.packages.packages[i].database, kRootNode);
      NeedLevel level =
          record == kNoNode ? NeedLevel::None : reach_.needs[static_cast<uint32_t>(record)].level;
      usage_[i] = level == NeedLevel::None ? PackageUsage::Unknown : usage_of(level);
    }
    return std::move(usage_);
  }

 private:
  static PackageUsage usage_of(NeedLevel level) {
    if (level == NeedLevel::Must) return PackageUsage::Needed;
    return level == NeedLevel::May ? PackageUsage::Possible : PackageUsage::Unused;
  }

  void raise(uint32_t package, NeedLevel level) {
    PackageUsage usage = usage_of(level);
    bool is_first = usage_[package] == PackageUsage::Unknown;
    if (is_first || usage < usage_[package]) usage_[package] = usage;
  }

  uint32_t owner_of(NodeId id) const {
    const EntryRef& ref = paths_.at(id).entry;
    const auto& owners = analysis_.packages.owners;
    auto row = static_cast<size_t>(ref.entry);
    bool is_there = ref.layer < owners.size() && row < owners[ref.layer].size();
    return is_there ? owners[ref.layer][row] : kNoPackage;
  }

  void add_trace(const Trace& trace) {
    constexpr uint32_t kReading = bit(TraceUse::Open) | bit(TraceUse::Execute);
    for (const TraceAccess& access : trace.accesses) {
      if (!access.succeeded || (access.uses & kReading) == 0) continue;
      NodeId node = paths_.resolve(access.path, kRootNode);
      if (node != kNoNode) reach_.needs[static_cast<uint32_t>(node)].level = NeedLevel::Must;
    }
  }

  const Analysis& analysis_;
  TreePaths paths_;
  Reach reach_;
  std::vector<PackageUsage> usage_;
};

}  // namespace

void mark_usage(ScanReport& report, const Trace* trace) {
  static Stat stat("find used packages", true);
  ScopedTimer timer(stat);
  UsageFinder finder(*report.analysis, trace);
  if (!finder.knows_start()) {
    report.notes.emplace_back(
        "what the image starts is not known: nothing is said of which packages it uses");
    return;
  }
  std::vector<PackageUsage> usage = finder.run();
  for (auto* list : {&report.findings, &report.suppressed}) {
    for (VulnFinding& finding : *list) finding.usage = usage[finding.package];
  }
  report.has_usage = true;
}

}  // namespace whittle
