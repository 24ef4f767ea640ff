// How Python finds modules: the folder of the program, the standard library with lib-dynload, site
// and dist-packages, namespace packages. Source: The Python Language Reference, "The import
// system".
#include <algorithm>

#include "base/strings.h"
#include "reach/file_kinds_rows.h"
#include "reach/script_text.h"
#include "reach/walk_parts.h"

namespace whittle {

namespace {

bool is_extension(std::string_view name) {
  return name.ends_with(".so") || name.ends_with(".pyd");
}

// Files of a package that no import asks for and that are no data either.
bool is_no_data(std::string_view name) {
  constexpr std::string_view kEnds[] = {".pyc",
                                        ".pyo",
                                        ".pyi",
                                        ".pyx",
                                        ".pxd",
                                        ".c",
                                        ".h",
                                        ".cpp",
                                        ".hpp",
                                        ".a",
                                        ".o",
                                        ".map",
                                        ".md",
                                        ".rst"};
  bool is_code = name.ends_with(".py") || is_extension(name);
  return is_code || std::any_of(std::begin(kEnds), std::end(kEnds), [&](std::string_view end) {
           return name.ends_with(end);
         });
}

bool is_test_folder(std::string_view name) {
  return name == "tests" || name == "test" || name == "testing" || name == "docs" ||
         name == "doc" || name == "examples" || name == "__pycache__" || name == "include";
}

class PythonSearch {
 public:
  PythonSearch(Walk& walk, NodeId from, const Ask& ask)
      : walk_(walk), paths_(walk.paths()), from_(from), ask_(ask) {}

  bool run(std::string_view module) {
    size_t name_at = module.find(kWordEnd);
    std::string_view name =
        name_at == std::string_view::npos ? std::string_view() : module.substr(name_at + 1);
    module = module.substr(0, name_at);
    if (module.starts_with(kUnknownWord)) return below_own(module.substr(1), name);
    if (module.starts_with('.')) return relative(module, name);
    bool is_found = false;
    for (NodeId root : roots()) {
      if (find(root, module, name)) {
        is_found = true;
        break;
      }
    }
    return is_found;
  }

 private:
  bool is_package(NodeId folder) const { return paths_.child(folder, "__init__.py") != kNoNode; }

  // The folder whose modules the file's package is found in.
  NodeId top_of(NodeId file) const {
    NodeId folder = paths_.at(file).parent;
    while (folder != kRootNode && is_package(folder)) folder = paths_.at(folder).parent;
    return folder;
  }

  void add_once(std::vector<NodeId>& roots, NodeId folder) const {
    if (folder != kNoNode && std::find(roots.begin(), roots.end(), folder) == roots.end())
      roots.push_back(folder);
  }

  std::vector<NodeId> roots() const {
    const Walk::Modules& known = walk_.modules();
    std::vector<NodeId> roots;
    if (from_ != kNoNode) {
      NodeId own = paths_.at(from_).parent;
      if (!is_package(own)) add_once(roots, own);
      add_once(roots, top_of(from_));
    }
    if (from_ == kNoNode || walk_.system_owner(from_) == kNoPackage)
      add_once(roots, walk_.working_folder());
    for (std::string_view path : split(walk_.variable("PYTHONPATH"), ':')) {
      if (!path.empty()) add_once(roots, paths_.resolve(path, walk_.working_folder()));
    }
    for (NodeId library : known.python_libraries) {
      add_once(roots, library);
      add_once(roots, paths_.child(library, "lib-dynload"));
    }
    for (NodeId site : known.python_sites) add_once(roots, site);
    return roots;
  }

  bool relative(std::string_view module, std::string_view name) {
    if (from_ == kNoNode) return false;
    NodeId folder = paths_.at(from_).parent;
    size_t dots = std::min(module.find_first_not_of('.'), module.size());
    for (size_t i = 1; i < dots && folder != kRootNode; ++i) folder = paths_.at(folder).parent;
    module.remove_prefix(dots);
    if (module.empty()) return name.empty() ? need_package(folder) : find(folder, name, "");
    return find(folder, module, name);
  }

  // ".part" below the module itself: of a package's __init__ its folder.
  bool below_own(std::string_view module, std::string_view name) {
    if (from_ == kNoNode || !module.starts_with('.')) return false;
    return find(paths_.at(from_).parent, module.substr(1), name);
  }

  // A dotted name from a folder on; every package on the way is needed. `name` may be a module of
  // the last package.
  bool find(NodeId folder, std::string_view module, std::string_view name) {
    std::vector<NodeId> found;
    NodeId at = folder;
    std::vector<std::string_view> parts = split(module, '.');
    for (size_t i = 0; i < parts.size(); ++i) {
      bool is_last = i + 1 == parts.size();
      if (at == kNoNode || parts[i].empty()) return false;
      if (parts[i] == "*" && is_last) return need_all(at, found);
      NodeId package = paths_.resolve(parts[i], at);
      if (package != kNoNode && paths_.is_folder(package) && has_modules(package)) {
        NodeId init = paths_.child(package, "__init__.py");
        if (init != kNoNode) found.push_back(init);
        at = package;
        if (is_last && init == kNoNode && name.empty()) found.push_back(package);
        continue;
      }
      std::vector<NodeId> files = module_files(at, parts[i]);
      // The last part may be a name in the module.
      if (files.empty()) return i > 0 && !found.empty() && is_last && need_all_of(found);
      found.insert(found.end(), files.begin(), files.end());
      return need_all_of(found);
    }
    if (!name.empty()) {
      NodeId package = paths_.resolve(name, at);
      NodeId init = package != kNoNode && paths_.is_folder(package)
                        ? paths_.child(package, "__init__.py")
                        : kNoNode;
      std::vector<NodeId> files =
          init != kNoNode ? std::vector<NodeId>{init} : module_files(at, name);
      found.insert(found.end(), files.begin(), files.end());
    }
    return need_all_of(found);
  }

  bool has_modules(NodeId folder) const {
    if (is_package(folder)) return true;
    std::span<const NodeId> children = paths_.children(folder);
    return std::any_of(children.begin(), children.end(), [&](NodeId child) {
      std::string_view name = paths_.name(child);
      return name.ends_with(".py") || is_extension(name) ||
             (paths_.is_folder(child) && is_package(child));
    });
  }

  // "name.py", "name.so", "name.cpython-311-x86_64-linux-gnu.so", and what has no source.
  std::vector<NodeId> module_files(NodeId folder, std::string_view name) const {
    std::vector<NodeId> found;
    for (NodeId child : paths_.children(folder)) {
      std::string_view file = paths_.name(child);
      if (!file.starts_with(name) || file.size() <= name.size() || file[name.size()] != '.')
        continue;
      std::string_view end = file.substr(name.size());
      bool is_module = end == ".py" || (end == ".pyc" && found.empty()) || is_extension(end);
      if (is_module) found.push_back(child);
    }
    return found;
  }

  bool need_all(NodeId folder, std::vector<NodeId>& found) {
    for (NodeId child : paths_.children(folder)) {
      std::string_view name = paths_.name(child);
      if (name.ends_with(".py") || is_extension(name)) found.push_back(child);
      NodeId init = paths_.is_folder(child) ? paths_.child(child, "__init__.py") : kNoNode;
      if (init != kNoNode) found.push_back(init);
    }
    return need_all_of(found);
  }

  bool need_package(NodeId folder) {
    NodeId init = paths_.child(folder, "__init__.py");
    if (init != kNoNode) walk_.need_path("__init__.py", folder, ask_);
    return init != kNoNode;
  }

  bool need_all_of(const std::vector<NodeId>& found) {
    for (NodeId node : found) {
      if (paths_.is_folder(node)) {
        walk_.need(node, ask_);
      } else {
        walk_.need_path(paths_.name(node), paths_.at(node).parent, ask_);
      }
    }
    return !found.empty();
  }

  Walk& walk_;
  const TreePaths& paths_;
  NodeId from_;
  const Ask& ask_;
};

// The site folder that a node is below, and the entry of it (a package, a module).
struct SiteEntry {
  NodeId site = kNoNode;
  NodeId entry = kNoNode;
};

SiteEntry site_entry(Walk& walk, NodeId node) {
  const std::vector<NodeId>& sites = walk.modules().python_sites;
  while (node != kRootNode && node != kNoNode) {
    NodeId parent = walk.paths().at(node).parent;
    if (std::find(sites.begin(), sites.end(), parent) != sites.end()) return {parent, node};
    node = parent;
  }
  return {};
}

// All modules of the package that the file is of: it imports what only a run can tell.
void widen(Walk& walk, const FollowedFile& file, const Ask& ask) {
  SiteEntry place = site_entry(walk, file.node);
  if (place.entry == kNoNode || !walk.paths().is_folder(place.entry)) return;
  std::vector<NodeId> below;
  walk.paths().add_below(place.entry, below);
  for (NodeId node : below) {
    std::string_view name = walk.paths().name(node);
    bool is_test = is_test_folder(walk.paths().name(walk.paths().at(node).parent));
    if ((name.ends_with(".py") || is_extension(name)) && !is_test)
      walk.need(node, ask.with("imports what is computed"));
  }
}

}  // namespace

bool Walk::need_python_module(std::string_view module, NodeId from, const Ask& ask) {
  modules_->prepare();
  return PythonSearch(*this, from, ask).run(module);
}

void follow_python(Walk& walk, const FollowedFile& file) {
  walk.modules().prepare();
  for (const Fact& fact : file.record->facts) {
    Ask ask = walk.ask_of(file, fact, NeedKind::Import);
    if (fact.kind == FactKind::Module) walk.need_python_module(fact.value, file.node, ask);
    if (fact.kind != FactKind::Computed) continue;
    bool has_package = contains(fact.value, ".");
    if (has_package) {
      std::string package(fact.value.substr(0, fact.value.rfind('.')));
      walk.need_python_module(package + ".*", file.node, ask);
    } else {
      widen(walk, file, ask);
    }
  }
  follow_plain(walk, file);
}

void need_python_data(Walk& walk, const FollowedFile& file) {
  if (base_name(file.path) != "__init__.py") return;
  walk.modules().prepare();
  SiteEntry place = site_entry(walk, file.node);
  if (place.entry == kNoNode) return;
  Ask ask{std::min(file.level, NeedLevel::May),
          NeedKind::Companion,
          file.node,
          0,
          "data of the package"};
  const TreePaths& paths = walk.paths();
  std::vector<NodeId> open{paths.at(file.node).parent};
  while (!open.empty()) {
    NodeId folder = open.back();
    open.pop_back();
    for (NodeId child : paths.children(folder)) {
      std::string_view name = paths.name(child);
      if (paths.is_folder(child)) {
        // A package of its own brings its own.
        if (!is_test_folder(name) && paths.child(child, "__init__.py") == kNoNode)
          open.push_back(child);
      } else if (!is_no_data(name)) {
        walk.need_path(name, folder, ask);
      }
    }
  }
}

namespace {

// What is in use of a folder of packages.
struct InUse {
  NodeId file = kNoNode;
  NeedLevel level = NeedLevel::None;
};

class Distributions {
 public:
  Distributions(Walk& walk, NodeId site) : walk_(walk), paths_(walk.paths()), site_(site) {}

  bool run() {
    for (NodeId child : paths_.children(site_)) {
      if (!is_record(child) && walk_.is_needed(child)) note(child);
    }
    bool is_new = false;
    for (NodeId child : paths_.children(site_)) is_new |= is_record(child) && need(child);
    return is_new;
  }

 private:
  bool is_record(NodeId node) const {
    std::string_view name = paths_.name(node);
    return name.ends_with(".dist-info") || name.ends_with(".egg-info");
  }

  uint32_t owner(NodeId node) const {
    const PackageCatalog& catalog = walk_.input().packages;
    const TreeNode& at = paths_.at(node);
    if (at.is_implied || at.entry.layer >= catalog.owners.size()) return kNoPackage;
    return catalog.owners[at.entry.layer][static_cast<uint32_t>(at.entry.entry)];
  }

  void note(NodeId child) {
    NodeId init = paths_.is_folder(child) ? paths_.child(child, "__init__.py") : kNoNode;
    InUse used{init == kNoNode ? child : init, walk_.level_of(child)};
    InUse& by_owner = by_owner_.try_emplace(owner(used.file), used).first->second;
    if (used.level > by_owner.level) by_owner = used;
    std::string_view name = paths_.name(child);
    by_name_[to_lower(name.substr(0, name.find('.')))] = used;
  }

  // The record of a distribution of which something is in use.
  bool need(NodeId child) {
    NodeId first = child;
    if (paths_.is_folder(child) && !paths_.children(child).empty())
      first = paths_.children(child)[0];
    std::string_view name = paths_.name(child);
    auto by_name = by_name_.find(to_lower(name.substr(0, name.find('-'))));
    auto by_owner = owner(first) == kNoPackage ? by_owner_.end() : by_owner_.find(owner(first));
    InUse used;
    if (by_name != by_name_.end()) used = by_name->second;
    if (by_owner != by_owner_.end()) used = by_owner->second;
    if (walk_.level_of(child) >= used.level) return false;
    walk_.need_tree(child,
                    {used.level, NeedKind::Companion, used.file, 0, "record of the distribution"});
    return true;
  }

  Walk& walk_;
  const TreePaths& paths_;
  NodeId site_;
  std::map<uint32_t, InUse> by_owner_;
  std::map<std::string, InUse> by_name_;
};

}  // namespace

bool need_distributions(Walk& walk) {
  walk.modules().prepare();
  bool is_new = false;
  for (NodeId site : walk.modules().python_sites) is_new |= Distributions(walk, site).run();
  return is_new;
}

}  // namespace whittle
