// How much speaks for each file: reach, rules, the configuration, packages.
#include <algorithm>

#include "base/fs.h"
#include "base/strings.h"
#include "dockerfile/ignore_pattern.h"
#include "slim/keep_builder.h"

namespace whittle {

namespace {

// Shared memory of Berkeley DB, which rpm makes anew where there is none.
constexpr std::string_view kRpmShared = "var/lib/rpm/__db.* usr/lib/sysimage/rpm/__db.*";

// Of NeedKind; the cause stands behind them.
std::string_view phrase_of(NeedKind kind) {
  switch (kind) {
    case NeedKind::None:
      break;
    case NeedKind::Root:
      return "asked for by the configuration";
    case NeedKind::Folder:
      return "holds";
    case NeedKind::Link:
      return "link on the way to";
    case NeedKind::Interpreter:
      return "interpreter of";
    case NeedKind::Library:
      return "NEEDED by";
    case NeedKind::Dlopen:
      return "opened at run time by";
    case NeedKind::Named:
      return "named in";
    case NeedKind::Command:
      return "started by";
    case NeedKind::Import:
      return "imported by";
    case NeedKind::Configured:
      return "configured in";
    case NeedKind::Companion:
      return "goes with";
    case NeedKind::Listed:
      return "in a folder read by";
    case NeedKind::Application:
      return "the image's own";
  }
  return "";
}

constexpr uint8_t kFirstHand = 1;  // programs on the way that may be started
constexpr uint8_t kUnknown = UINT8_MAX;

// How many programs that only may be started lead to each node: what a program that may be started
// starts in turn, when it may, hardly ever is.
class Hands {
 public:
  // `runs`: nodes as runs gave them their tiers; null without runs.
  Hands(const TreePaths& paths, const Reach& reach, const std::vector<KeptNode>* runs)
      : paths_(paths), reach_(reach), runs_(runs), counts_(reach.needs.size(), kUnknown) {}

  uint8_t count(uint32_t node) {
    std::vector<uint32_t> chain;
    uint32_t here = node;
    while (here < counts_.size() && counts_[here] == kUnknown) {
      counts_[here] = 0;  // ends a circle
      chain.push_back(here);
      here = static_cast<uint32_t>(reach_.needs[here].cause);
    }
    uint8_t hands = here < counts_.size() ? counts_[here] : uint8_t{0};
    for (; !chain.empty(); chain.pop_back()) {
      if (is_start(chain.back()) && hands < kUnknown - 1) ++hands;
      if (is_idle(chain.back())) hands = kUnknown - 1;
      counts_[chain.back()] = hands;
    }
    return counts_[node];
  }

 private:
  bool is_start(uint32_t node) const {
    const Need& need = reach_.needs[node];
    if (need.level != NeedLevel::May) return false;
    if (need.kind == NeedKind::Command) return true;
    const Entry* file = paths_.file(NodeId{node});
    return need.kind == NeedKind::Named && file != nullptr && (file->mode & 0111) != 0;
  }

  bool is_used(NodeId node) const {
    return (*runs_)[static_cast<uint32_t>(node)].tier <= KeepTier::Traced;
  }

  // What runs would have shown if it mattered: commands of shell scripts that lie beside the
  // program, nobody names and no run read (build.sh); the C library's translation of names that are
  // not ASCII.
  bool is_idle(uint32_t node) const {
    const Need& need = reach_.needs[node];
    bool is_open = need.level == NeedLevel::May && need.cause != kNoNode && runs_ != nullptr;
    if (!is_open || is_used(NodeId{node})) return false;
    std::string_view cause = paths_.name(need.cause);
    const Need& of_cause = reach_.needs[static_cast<uint32_t>(need.cause)];
    bool is_of_script = (need.kind == NeedKind::Command || need.kind == NeedKind::Named) &&
                        of_cause.kind == NeedKind::Application && cause.ends_with(".sh") &&
                        !is_used(need.cause);
    bool is_translation = need.kind == NeedKind::Dlopen && cause.starts_with("libc.so") &&
                          paths_.name(NodeId{node}).starts_with("libidn2.so");
    return is_of_script || is_translation;
  }

  const TreePaths& paths_;
  const Reach& reach_;
  const std::vector<KeptNode>* runs_;
  std::vector<uint8_t> counts_;
};

}  // namespace

void KeepBuilder::add_reach() {
  if (input_.reach == nullptr) return;
  std::vector<KeptNode> runs = set_.nodes;  // what rules and wishes gave so far
  Hands hands(paths_, *input_.reach, input_.wishes.empty() ? nullptr : &runs);
  for (uint32_t i = 0; i < input_.reach->needs.size() && i < tree_.nodes.size(); ++i) {
    const Need& need = input_.reach->needs[i];
    if (need.level == NeedLevel::None || need.kind == NeedKind::Folder) continue;
    KeepTier tier = need.level == NeedLevel::Must ? KeepTier::Must : KeepTier::May;
    if (tier == KeepTier::May && hands.count(i) > kFirstHand) tier = KeepTier::Package;
    give(NodeId{i}, tier, phrase_of(need.kind), need.cause);
  }
}

void KeepBuilder::add_presets() {
  for (const KeepPreset& preset : keep_presets()) {
    PathPatterns when(preset.when);
    PathPatterns paths(preset.paths);
    PathPatterns without(preset.without);
    bool applies = when.is_empty();
    when.each_match(paths_, [&](NodeId) { applies = true; });
    if (!applies) continue;
    paths.each_match(paths_, [&](NodeId id) { give_all(id, preset.tier, preset.why, &without); });
  }
}

void KeepBuilder::exclude(NodeId id, std::string_view why) {
  uint32_t end = paths_.subtree_end(id);
  for (uint32_t i = static_cast<uint32_t>(id); i < end; ++i) excluded_[i] = why;
}

void KeepBuilder::add_rules() {
  PathPatterns include(input_.rules.include);
  PathPatterns exclude(input_.rules.exclude);
  include.each_match(paths_,
                     [&](NodeId id) { give_all(id, KeepTier::Rule, "asked for by the user"); });
  exclude.each_match(paths_, [&](NodeId id) { this->exclude(id, "the user leaves it out"); });
  PathPatterns(kRpmShared).each_match(paths_, [&](NodeId id) {
    this->exclude(id, "holds pages of rpm's database as it was");
  });
  const std::vector<Package>& packages = input_.packages.packages;
  std::vector<bool> is_wanted(packages.size(), false);
  for (size_t i = 0; i < packages.size(); ++i) {
    for (const std::string& pattern : input_.rules.packages)
      is_wanted[i] = is_wanted[i] || glob_matches(pattern, packages[i].name);
  }
  for (uint32_t i = 0; i < tree_.nodes.size(); ++i) {
    uint32_t owner = owner_of(NodeId{i});
    if (owner != kNoPackage && is_wanted[owner] && !paths_.is_folder(NodeId{i}))
      give(NodeId{i}, KeepTier::Rule, "of a package that the user asked for");
  }
}

// Folders that the configuration and the accounts speak of, and what volumes begin with.
void KeepBuilder::add_configuration() {
  const RunConfig& run = input_.config.run;
  if (!run.working_dir.empty()) give_path(run.working_dir, KeepTier::Must, "the working folder");
  for (const std::string& volume : run.volumes) {
    give_path(volume, KeepTier::Must, "a volume");
    PathWalk walk = paths_.walk(volume);
    if (walk.end != kNoNode && paths_.at(walk.end).parent != kNoNode)
      give_all(walk.end, KeepTier::Must, "what a volume begins with");
  }
  for (std::string_view folder :
       {"tmp", "var/tmp", "run", "var/run", "run/lock", "dev", "proc", "sys", "root", "home"})
    give_path(folder, KeepTier::Must, "a folder every program expects");
  if (input_.contents == nullptr) return;
  auto passwd = input_.contents->find("etc/passwd");
  if (passwd == input_.contents->end()) return;
  for (std::string_view line : split_lines(passwd->second)) {
    std::vector<std::string_view> fields = split(line, ':');
    if (fields.size() < 6 || fields[5].empty() || fields[5] == "/") continue;
    give_path(fields[5], KeepTier::Must, "the home of a user");
  }
}

void KeepBuilder::add_wishes() {
  for (const KeepWish& wish : input_.wishes) {
    NodeId cause = wish.by.empty() ? kNoNode : paths_.resolve(wish.by, kRootNode);
    give_path(wish.path, wish.tier, wish.why, cause);
  }
}

// Those of which something is needed, and those they depend on.
std::vector<bool> KeepBuilder::needed_packages() {
  const std::vector<Package>& packages = input_.packages.packages;
  std::vector<bool> needed(packages.size(), false);
  std::vector<uint32_t> waiting;
  auto need = [&](uint32_t number) {
    if (number == kNoPackage || needed[number] || !packages[number].is_installed) return;
    needed[number] = true;
    waiting.push_back(number);
  };
  for (uint32_t i = 0; i < tree_.nodes.size(); ++i) {
    bool is_needed = set_.nodes[i].tier <= KeepTier::May && !paths_.is_folder(NodeId{i});
    if (is_needed) need(owner_of(NodeId{i}));
  }
  FileContents none;
  std::vector<std::vector<uint32_t>> depends =
      package_dependencies(input_.packages, input_.contents == nullptr ? none : *input_.contents);
  while (!waiting.empty()) {
    uint32_t number = waiting.back();
    waiting.pop_back();
    for (uint32_t other : depends[number]) need(other);
    need(packages[number].owner);
  }
  return needed;
}

void KeepBuilder::add_packages() {
  std::vector<bool> needed = needed_packages();
  for (uint32_t i = 0; i < tree_.nodes.size(); ++i) {
    if (set_.nodes[i].tier != KeepTier::Unreachable) continue;
    uint32_t owner = owner_of(NodeId{i});
    if (owner == kNoPackage || !needed[owner]) continue;
    give(NodeId{i},
         KeepTier::Package,
         "of package " + printable(input_.packages.packages[owner].name));
  }
}

void KeepBuilder::add_unowned() {
  each_node([&](NodeId id, const std::string& path) {
    if (at(id).tier != KeepTier::Unreachable || paths_.is_folder(id)) return;
    uint32_t owner = owner_of(id);
    bool is_own = owner == kNoPackage || !is_of_system(input_.packages.packages[owner]);
    if (!is_own) return;
    if (path.starts_with("var/lib/dpkg/") || path.starts_with("lib/apk/")) return;
    if (const FileKindInfo* kind = left_over(path); kind != nullptr)
      return give(id, KeepTier::Unreachable, kind->title);
    give(id, KeepTier::Package, "of no package");
  });
}

}  // namespace whittle
