// Where languages look for modules, told by the folders of the tree; and how Perl and Ruby find
// theirs.
#include <algorithm>

#include "base/strings.h"
#include "reach/file_kinds_rows.h"
#include "reach/script_text.h"
#include "reach/walk_parts.h"

namespace whittle {

namespace {

// Folders by pattern: perl's @INC of Debian, Alpine and a build of its own; Ruby's load path.
constexpr std::string_view kPerlFolders[] = {"etc/perl",
                                             "usr/local/lib/*/perl/*",
                                             "usr/local/share/perl/*",
                                             "usr/lib/*/perl5/*",
                                             "usr/share/perl5",
                                             "usr/lib/*/perl/*",
                                             "usr/share/perl/*",
                                             "usr/lib/perl5/core_perl",
                                             "usr/lib/perl5/vendor_perl",
                                             "usr/share/perl5/core_perl",
                                             "usr/share/perl5/vendor_perl",
                                             "usr/local/lib/perl5/site_perl/*",
                                             "usr/local/lib/perl5/*",
                                             "usr/local/lib/perl5/*/*",
                                             "usr/lib64/perl5",
                                             "usr/lib64/perl5/vendor_perl",
                                             "usr/share/perl5/vendor_perl",
                                             "usr/lib/*/perl-base"};
constexpr std::string_view kRubyFolders[] = {"usr/lib/ruby/vendor_ruby",
                                             "usr/lib/*/ruby/vendor_ruby/*",
                                             "usr/lib/ruby/*",
                                             "usr/lib/*/ruby/*",
                                             "usr/local/lib/ruby/*",
                                             "usr/local/lib/ruby/*/*-linux*",
                                             "usr/lib/ruby/*/*-linux*",
                                             "usr/local/bundle/gems/*/lib",
                                             "usr/lib/ruby/gems/*/gems/*/lib",
                                             "usr/local/lib/ruby/gems/*/gems/*/lib",
                                             "var/lib/gems/*/gems/*/lib",
                                             "usr/share/rubygems-integration/*/gems/*/lib"};
constexpr std::string_view kNodeFolders[] = {"usr/share/nodejs",
                                             "usr/lib/nodejs",
                                             "usr/lib/*/nodejs",
                                             "usr/lib/node_modules",
                                             "usr/local/lib/node_modules"};

void add_folders(const TreePaths& paths,
                 std::span<const std::string_view> patterns,
                 std::vector<NodeId>& into) {
  for (std::string_view pattern : patterns) {
    for (NodeId node : paths.expand(pattern, kRootNode)) {
      bool is_new =
          paths.is_folder(node) && std::find(into.begin(), into.end(), node) == into.end();
      if (is_new) into.push_back(node);
    }
  }
}

bool need_in(Walk& walk,
             const std::vector<NodeId>& folders,
             std::string_view path,
             const Ask& ask) {
  for (NodeId folder : folders) {
    if (walk.need_path(path, folder, ask)) return true;
  }
  return false;
}

// The folder below "gems" that a file belongs to; kNoNode for none.
NodeId gem_of(const TreePaths& paths, NodeId node) {
  while (node != kRootNode) {
    NodeId parent = paths.at(node).parent;
    if (paths.name(parent) == "gems") return node;
    node = parent;
  }
  return kNoNode;
}

}  // namespace

Walk::Modules::Modules(Walk& the_walk) : walk(the_walk) {}

void Walk::Modules::prepare() {
  if (is_ready) return;
  is_ready = true;
  const TreePaths& paths = walk.paths();
  for (uint32_t i = 0; i < paths.tree().nodes.size(); ++i) {
    NodeId node{i};
    std::string_view name = paths.name(node);
    bool is_site = name == "site-packages" || name == "dist-packages";
    if (is_site && paths.is_folder(node)) python_sites.push_back(node);
    bool is_library = name == "os.py" && paths.child(paths.at(node).parent, "site.py") != kNoNode;
    if (is_library) python_libraries.push_back(paths.at(node).parent);
  }
  auto is_local = [&](NodeId node) { return paths.tree().path(node).starts_with("usr/local/"); };
  std::stable_partition(python_libraries.begin(), python_libraries.end(), is_local);
  add_folders(paths, kPerlFolders, perl_folders);
  add_folders(paths, kRubyFolders, ruby_folders);
  for (std::string_view path : split(walk.variable("NODE_PATH"), ':')) {
    NodeId node = path.empty() ? kNoNode : paths.resolve(path, kRootNode);
    if (node != kNoNode) node_folders.push_back(node);
  }
  add_folders(paths, kNodeFolders, node_folders);
}

void follow_perl(Walk& walk, const FollowedFile& file) {
  walk.modules().prepare();
  const std::vector<NodeId>& folders = walk.modules().perl_folders;
  for (const Fact& fact : file.record->facts) {
    if (fact.kind != FactKind::Module) continue;
    Ask ask = walk.ask_of(file, fact, NeedKind::Import);
    bool is_found = need_in(walk, folders, fact.value, ask) ||
                    walk.need_path(fact.value, walk.paths().at(file.node).parent, ask);
    if (!is_found || !fact.value.ends_with(".pm")) continue;
    // Compiled parts and autoloaded functions: auto/Module/Name/.
    std::string name(fact.value.substr(0, fact.value.size() - 3));
    for (NodeId folder : folders) walk.need_path("auto/" + name + "/*", folder, ask);
  }
  follow_plain(walk, file);
}

void follow_ruby(Walk& walk, const FollowedFile& file) {
  walk.modules().prepare();
  const std::vector<NodeId>& folders = walk.modules().ruby_folders;
  const TreePaths& paths = walk.paths();
  NodeId gem = gem_of(paths, file.node);
  for (const Fact& fact : file.record->facts) {
    Ask ask = walk.ask_of(file, fact, NeedKind::Import);
    if (fact.kind == FactKind::Module) {
      std::string name(fact.value);
      bool has_end = name.ends_with(".rb") || name.ends_with(".so");
      bool is_found = has_end ? need_in(walk, folders, name, ask)
                              : need_in(walk, folders, name + ".rb", ask) ||
                                    need_in(walk, folders, name + ".so", ask);
      if (!is_found) walk.need_path(has_end ? name : name + ".rb", paths.at(file.node).parent, ask);
    }
    if (fact.kind == FactKind::Computed && gem != kNoNode) walk.need_path("lib/**", gem, ask);
  }
  follow_plain(walk, file);
}

// Gems autoload by convention: what one file of it is needed for, all may be.
void need_gem(Walk& walk, const FollowedFile& file) {
  NodeId gem = file.path.ends_with(".rb") ? gem_of(walk.paths(), file.node) : kNoNode;
  Ask ask{std::min(file.level, NeedLevel::May),
          NeedKind::Companion,
          file.node,
          0,
          "the rest of the gem"};
  if (gem != kNoNode) walk.need_path("lib/**", gem, ask);
}

void follow_jar(Walk& walk, const FollowedFile& file) {
  follow_plain(walk, file);
}

}  // namespace whittle
