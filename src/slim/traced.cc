#include "slim/traced.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/strings.h"
#include "slim/rules.h"

namespace whittle {

namespace {

constexpr uint32_t kContentUses =
    bit(TraceUse::Open) | bit(TraceUse::Execute) | bit(TraceUse::Link) | bit(TraceUse::Handle);
// errno of a path that leads nowhere: ENOENT, ENOTDIR, ELOOP.
constexpr int kNowhere[] = {2, 20, 40};
// errno of a change that was refused though the path is there: EPERM, EACCES, EROFS.
constexpr int kRefused[] = {1, 13, 30};

template <size_t kCount>
bool is_one_of(int error, const int (&errors)[kCount]) {
  return std::find(std::begin(errors), std::end(errors), error) != std::end(errors);
}

bool has(const TraceAccess& access, TraceUse use) {
  return (access.uses & bit(use)) != 0;
}

// How a path was used, the strongest first; the program stands behind it.
std::string_view verb_of(const TraceAccess& access) {
  if (has(access, TraceUse::Execute)) return "run by";
  if ((access.uses & kContentUses) != 0) return "read by";
  if ((access.uses & kChangingUses) != 0) return "changed by";
  if (has(access, TraceUse::List)) return "listed by";
  return "looked at by";
}

std::string folder_of(std::string_view path) {
  size_t slash = path.rfind('/');
  return std::string(path.substr(0, slash == std::string_view::npos || slash == 0 ? 1 : slash));
}

// Whether who reads a folder wants to know what is in it.
class Listings {
 public:
  Listings(const TreePaths& paths, const PackageCatalog& packages)
      : paths_(paths), packages_(packages) {}

  // The children whose names count.
  std::vector<NodeId> names_of(NodeId folder) const {
    std::string path = paths_.tree().path(folder);
    std::vector<NodeId> names;
    if (is_of_modules(path)) return names;
    bool is_shared =
        path.starts_with("usr/") && !path.starts_with("usr/local/") && owners_of(folder).size() > 1;
    for (NodeId child : paths_.children(folder)) {
      if (is_shared && owner_of(child) != kNoPackage) continue;
      std::string child_path = paths_.tree().path(child);
      if (paths_.is_folder(child)) child_path += "/x";  // kinds are of files
      if (left_over(child_path) == nullptr) names.push_back(child);
    }
    return names;
  }

 private:
  // Interpreters read these whole to know their own modules.
  static bool is_of_modules(std::string_view path) {
    std::string_view name = path.substr(path.rfind('/') + 1);
    return name == "site-packages" || name == "dist-packages" || name == "lib-dynload" ||
           name == "node_modules" || name == "__pycache__" || name.starts_with("python3") ||
           contains(path, "/site-packages/") || contains(path, "/dist-packages/") ||
           (contains(path, "/python3") && contains(path, "lib/"));
  }

  uint32_t owner_of(NodeId node) const {
    const TreeNode& at = paths_.at(node);
    if (at.is_implied) return kNoPackage;
    uint32_t owner = packages_.owners[at.entry.layer][static_cast<uint32_t>(at.entry.entry)];
    return owner != kNoPackage && is_of_system(packages_.packages[owner]) ? owner : kNoPackage;
  }

  std::set<uint32_t> owners_of(NodeId folder) const {
    std::set<uint32_t> owners;
    for (NodeId child : paths_.children(folder)) {
      if (paths_.is_folder(child) || owner_of(child) == kNoPackage) continue;
      owners.insert(owner_of(child));
    }
    return owners;
  }

  const TreePaths& paths_;
  const PackageCatalog& packages_;
};

// Wishes by path: of several for one, the one that says most.
class Wishes {
 public:
  void add(const std::string& path,
           std::string_view why,
           const std::string& by,
           bool uses_content) {
    KeepWish& wish = all_[path];
    bool is_better = wish.why.empty() || (uses_content && !wish.uses_content);
    if (!is_better) return;
    wish = {path, KeepTier::Traced, std::string(why), by, uses_content};
  }

  std::vector<KeepWish> take() {
    std::vector<KeepWish> out;
    for (auto& [path, wish] : all_) out.push_back(std::move(wish));
    return out;
  }

 private:
  std::map<std::string, KeepWish> all_;
};

}  // namespace

std::vector<KeepWish> wishes_of(const Trace& trace,
                                const TreePaths& paths,
                                const PackageCatalog& packages) {
  Wishes wishes;
  Listings listings(paths, packages);
  for (const TraceAccess& access : trace.accesses) {
    if (!access.succeeded && !is_one_of(access.error, kRefused)) continue;
    const std::string& program = trace.programs[access.program];
    NodeId end = paths.walk(access.path).end;
    if (end != kNoNode || paths.walk(folder_of(access.path)).end == kNoNode) {
      wishes.add(access.path, verb_of(access), program, (access.uses & kContentUses) != 0);
    } else {
      // A dangling link, or made by the run in a folder that must be there.
      wishes.add(access.path, verb_of(access), program, false);
      if ((access.uses & kChangingUses) != 0)
        wishes.add(folder_of(access.path), "written to by", program, false);
    }
    if (end == kNoNode || !has(access, TraceUse::List) || !paths.is_folder(end)) continue;
    for (NodeId child : listings.names_of(end))
      wishes.add("/" + paths.tree().path(child), "in a folder listed by", program, false);
  }
  return wishes.take();
}

std::vector<KeepWish> misses_of(const Trace& trace, const TreePaths& paths, const KeepSet& keep) {
  Wishes misses;
  auto is_gone = [&](const PathWalk& walk) {
    if (walk.end == kNoNode) return false;
    bool is_missing = !keep.at(walk.end).is_kept;
    for (NodeId link : walk.links) is_missing = is_missing || !keep.at(link).is_kept;
    return is_missing;
  };
  for (const TraceAccess& access : trace.accesses) {
    if (access.succeeded || !is_one_of(access.error, kNowhere)) continue;
    const std::string& program = trace.programs[access.program];
    bool uses_content = (access.uses & kContentUses) != 0;
    if (is_gone(paths.walk(access.path)))
      misses.add(access.path, "missed by", program, uses_content);
    else if ((access.uses & kChangingUses) != 0 && is_gone(paths.walk(folder_of(access.path))))
      misses.add(folder_of(access.path), "missed by", program, false);
  }
  return misses.take();
}

std::vector<NodeId> files_used(const std::vector<KeepWish>& wishes, const TreePaths& paths) {
  std::set<NodeId> files;
  for (const KeepWish& wish : wishes) {
    NodeId end = wish.uses_content ? paths.walk(wish.path).end : kNoNode;
    if (end != kNoNode && paths.is_file(end)) files.insert(end);
  }
  return {files.begin(), files.end()};
}

}  // namespace whittle
