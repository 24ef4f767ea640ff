// How libraries are found: run paths, the environment, ld.so.conf, the default folders of each
// machine, glibc's hardware capabilities (ld.so(8)), musl's path file.
#include <algorithm>
#include <array>

#include "base/strings.h"
#include "reach/file_kinds_rows.h"
#include "reach/named_paths.h"
#include "reach/script_text.h"
#include "reach/walk_parts.h"

namespace whittle {

namespace {

struct Machine {
  std::string_view id;       // as FactKind::Machine
  std::string_view triplet;  // Debian's folder
};

constexpr Machine kMachines[] = {{"62:64", "x86_64-linux-gnu"},
                                 {"183:64", "aarch64-linux-gnu"},
                                 {"3:32", "i386-linux-gnu"},
                                 {"40:32", "arm-linux-gnueabihf"},
                                 {"243:64", "riscv64-linux-gnu"},
                                 {"21:64", "powerpc64le-linux-gnu"},
                                 {"22:64", "s390x-linux-gnu"},
                                 {"258:64", "loongarch64-linux-gnu"}};

constexpr std::string_view kPlainFolders[] = {
    "/lib64", "/usr/lib64", "/lib", "/usr/lib", "/usr/local/lib"};

// Interpreters put names of libraries together for modules that are told by imports.
constexpr std::string_view kInterpreters[] = {
    "python*",  "libpython*", "perl*", "libperl*", "ruby*",   "libruby*", "node",
    "nodejs",   "libnode*",   "java",  "libjvm*",  "libjli*", "php*",     "libphp*",
    "libc.so*", "libc-*",     "ld-*",  "bash",     "zsh",     "gdb"};

std::string_view value_of(const FileRecord& record, FactKind kind) {
  for (const Fact& fact : record.facts) {
    if (fact.kind == kind) return fact.value;
  }
  return {};
}

class LibrarySearch {
 public:
  LibrarySearch(Walk& walk, NodeId from) : walk_(walk), from_(from) {
    if (from_ == kNoNode) return;
    const FileRecord& record = walk.record(from);
    machine_ = value_of(record, FactKind::Machine);
    origin_ = walk.paths().tree().path(walk.paths().at(from).parent);
    rpath_ = value_of(record, FactKind::Rpath);
    runpath_ = value_of(record, FactKind::Runpath);
  }

  bool run(std::string_view name, const Ask& ask) {
    if (contains(name, "/")) return walk_.need_path(name, kRootNode, ask);
    bool is_found = false;
    std::vector<std::string> folders = folders_of();
    for (const std::string& folder : folders) {
      if (take(folder, name, ask)) {
        is_found = true;
        break;
      }
    }
    for (const std::string& folder : folders) need_capable(folder, name, ask);
    return is_found || take_anywhere(name, ask);
  }

 private:
  void add_run_path(std::string_view list, std::vector<std::string>& folders) const {
    for (std::string_view part : split(list, ':')) {
      if (!part.empty()) folders.push_back(expanded(part));
    }
  }

  std::string expanded(std::string_view part) const {
    std::string folder(part);
    for (std::string_view name : {"$ORIGIN", "${ORIGIN}"})
      folder = replace_all(folder, name, "/" + origin_);
    std::string lib = contains(machine_, ":64") ? "lib64" : "lib";
    for (std::string_view name : {"$LIB", "${LIB}"}) folder = replace_all(folder, name, lib);
    return folder;
  }

  std::vector<std::string> folders_of() const {
    std::vector<std::string> folders;
    const Walk::Libraries& known = walk_.libraries();
    if (runpath_.empty()) add_run_path(rpath_, folders);
    for (NodeId folder : known.inherited)
      folders.push_back("/" + walk_.paths().tree().path(folder));
    add_run_path(runpath_, folders);
    folders.insert(folders.end(), known.configured.begin(), known.configured.end());
    for (const Machine& machine : kMachines) {
      if (!machine_.empty() && machine.id != machine_) continue;
      folders.push_back("/lib/" + std::string(machine.triplet));
      folders.push_back("/usr/lib/" + std::string(machine.triplet));
    }
    for (std::string_view folder : kPlainFolders) folders.emplace_back(folder);
    return folders;
  }

  // A library of another machine is passed over.
  bool fits(NodeId node) const {
    if (!walk_.paths().is_file(node)) return false;
    std::string_view machine = value_of(walk_.record(node), FactKind::Machine);
    return machine_.empty() || machine.empty() || machine == machine_;
  }

  bool take(const std::string& folder, std::string_view name, const Ask& ask) {
    std::string path = folder + "/" + std::string(name);
    bool is_found = false;
    for (NodeId node : walk_.paths().expand(path, kRootNode)) is_found |= fits(node);
    return is_found && walk_.need_path(path, kRootNode, ask);
  }

  void need_capable(const std::string& folder, std::string_view name, const Ask& ask) {
    walk_.need_path(
        folder + "/glibc-hwcaps/*/" + std::string(name), kRootNode, ask.at_most(NeedLevel::May));
  }

  // A folder that only a run knows (a wrapper's LD_LIBRARY_PATH, a program's own list).
  bool take_anywhere(std::string_view name, const Ask& ask) {
    constexpr size_t kMost = 4;
    const auto& by_name = walk_.libraries().by_name;
    auto [begin, end] = by_name.equal_range(name);
    std::vector<NodeId> found;
    for (auto row = begin; row != end; ++row) {
      NodeId node = walk_.paths().resolve(walk_.paths().name(row->second),
                                          walk_.paths().at(row->second).parent);
      if (node != kNoNode && fits(node)) found.push_back(row->second);
    }
    if (found.empty() || found.size() > kMost) return false;
    for (NodeId node : found)
      walk_.need_path(
          walk_.paths().name(node), walk_.paths().at(node).parent, ask.at_most(NeedLevel::May));
    return true;
  }

  Walk& walk_;
  NodeId from_;
  std::string_view machine_;
  std::string origin_;
  std::string_view rpath_;
  std::string_view runpath_;
};

// ld.so.conf and what it includes: every folder it names.
void add_configured(Walk& walk, NodeId file, int depth, std::vector<std::string>& folders) {
  constexpr int kMaxDepth = 5;
  if (file == kNoNode || depth > kMaxDepth) return;
  for (const Fact& fact : walk.record(file).facts) {
    if (fact.kind != FactKind::Path) continue;
    for (NodeId node : walk.paths().expand(fact.value, kRootNode)) {
      if (walk.paths().is_file(node)) {
        add_configured(walk, node, depth + 1, folders);
      } else if (walk.paths().is_folder(node)) {
        folders.push_back("/" + walk.paths().tree().path(node));
      }
    }
  }
}

// All libraries of the package the file is of; of a file that no package owns those beside it.
void widen(Walk& walk, const FollowedFile& file, const Fact& fact) {
  std::string_view name = base_name(file.path);
  if (matches_any(name, kInterpreters)) return;
  Ask ask = walk.ask_of(file, fact, NeedKind::Dlopen).with("its name is put together");
  uint32_t owner = walk.system_owner(file.node);
  NodeId folder = walk.paths().at(file.node).parent;
  for (const auto& [library, node] : walk.libraries().by_name) {
    bool is_meant = owner == kNoPackage ? walk.paths().is_below(node, folder) && folder != kRootNode
                                        : walk.system_owner(node) == owner;
    if (is_meant) walk.need_path(library, walk.paths().at(node).parent, ask);
  }
}

}  // namespace

Walk::Libraries::Libraries(Walk& the_walk) : walk(the_walk) {}

void Walk::Libraries::prepare() {
  if (is_ready) return;
  is_ready = true;
  for (std::string_view folder : split(walk.variable("LD_LIBRARY_PATH"), ':')) {
    if (!folder.empty()) configured.emplace_back(folder);
  }
  add_configured(walk, walk.paths().resolve("etc/ld.so.conf", kRootNode), 0, configured);
  for (NodeId node : walk.paths().expand("etc/ld-musl-*.path", kRootNode))
    add_configured(walk, node, 0, configured);
  const MergedTree& tree = walk.paths().tree();
  for (uint32_t i = 0; i < tree.nodes.size(); ++i) {
    std::string_view name = tree.name(tree.nodes[i]);
    if (is_library_name(name) && !walk.paths().is_folder(NodeId{i}))
      by_name.emplace(name, NodeId{i});
  }
}

bool Walk::need_library(std::string_view name, NodeId from, const Ask& ask) {
  libraries_->prepare();
  return LibrarySearch(*this, from).run(name, ask);
}

void need_plugin(Walk& walk, std::string_view path, const Ask& ask) {
  for (std::string_view folder :
       {"/usr/lib/", "/lib/", "/usr/lib64/", "/lib64/", "/usr/local/lib/"}) {
    walk.need_path(std::string(folder) + std::string(path), kRootNode, ask);
    for (const Machine& machine : kMachines)
      walk.need_path(std::string(folder) + std::string(machine.triplet) + "/" + std::string(path),
                     kRootNode,
                     ask);
  }
}

void follow_elf(Walk& walk, const FollowedFile& file) {
  walk.libraries().prepare();
  std::string_view runpath = value_of(*file.record, FactKind::Runpath);
  for (const Fact& fact : file.record->facts) {
    if (fact.kind != FactKind::Rpath || !runpath.empty()) continue;
    for (std::string_view part : split(fact.value, ':')) {
      std::string origin = "/" + walk.paths().tree().path(walk.paths().at(file.node).parent);
      NodeId folder = walk.paths().resolve(replace_all(part, "$ORIGIN", origin), kRootNode);
      auto& known = walk.libraries().inherited;
      bool is_new =
          folder != kNoNode && std::find(known.begin(), known.end(), folder) == known.end();
      if (is_new) known.push_back(folder);
    }
  }
  bool is_python = contains(file.path, "python") || contains(file.path, "site-packages");
  for (const Fact& fact : file.record->facts) {
    if (fact.kind == FactKind::Needed)
      walk.need_library(fact.value, file.node, walk.ask_of(file, fact, NeedKind::Library));
    if (fact.kind == FactKind::Computed) widen(walk, file, fact);
    if (fact.kind == FactKind::Module && is_python)
      walk.need_python_module(fact.value, file.node, walk.ask_of(file, fact, NeedKind::Import));
  }
  follow_plain(walk, file);
}

}  // namespace whittle
