// The image's own files: what no package of the operating system owns and instructions of the user
// brought. All of it is needed but what only development uses: version control, caches, sources of
// compiled languages, tests, and of node_modules what production does not depend on.
#include <algorithm>

#include "base/strings.h"
#include "reach/script_text.h"
#include "reach/walk_parts.h"

namespace whittle {

namespace {

// Folders of the root that are the operating system's.
constexpr std::string_view kSystemFolders[] = {"bin",
                                               "boot",
                                               "dev",
                                               "etc",
                                               "lib",
                                               "lib32",
                                               "lib64",
                                               "libx32",
                                               "media",
                                               "mnt",
                                               "proc",
                                               "run",
                                               "sbin",
                                               "sys",
                                               "tmp",
                                               "usr",
                                               "var",
                                               "root",
                                               "home"};

constexpr std::string_view kChaffFolders[] = {
    ".git",    ".hg",        ".svn",          ".github",       ".gitlab",     ".circleci",
    ".vscode", ".idea",      ".cache",        ".npm",          ".yarn",       ".nox",
    ".tox",    ".venv-dev",  ".pytest_cache", ".mypy_cache",   ".ruff_cache", ".gradle",
    ".m2",     ".terraform", "__pycache__",   "test",          "tests",       "__tests__",
    "spec",    "coverage",   ".nyc_output",   ".devcontainer", "testdata"};

constexpr std::string_view kChaffFiles[] = {"*.pyc",
                                            "*.pyo",
                                            "*.swp",
                                            "*.swo",
                                            "*~",
                                            "*.orig",
                                            "*.rej",
                                            ".DS_Store",
                                            "Thumbs.db",
                                            "*.log",
                                            "*.md",
                                            "*.markdown",
                                            "Dockerfile*",
                                            "*.dockerfile",
                                            ".dockerignore",
                                            "docker-compose*",
                                            "compose.y*ml",
                                            "Makefile",
                                            "*.mk",
                                            ".gitignore",
                                            ".gitattributes",
                                            ".gitmodules",
                                            ".editorconfig",
                                            ".eslintrc*",
                                            ".prettierrc*",
                                            ".npmrc",
                                            ".npmignore",
                                            ".nvmrc",
                                            ".travis.yml",
                                            ".gitlab-ci.yml",
                                            "*.map",
                                            "*.tsbuildinfo",
                                            ".coverage",
                                            ".touch",
                                            ".env",
                                            ".env.*",
                                            "*.o",
                                            "*.obj",
                                            "*.psd",
                                            "*.iml",
                                            "*.class.bak",
                                            "*.test.js",
                                            "*.spec.js",
                                            "*_test.go",
                                            "id_rsa",
                                            "*.ts",
                                            "*.tsx",
                                            "*.go",
                                            "*.java",
                                            "*.kt",
                                            "*.scala",
                                            "*.rs",
                                            "*.c",
                                            "*.cc",
                                            "*.cpp",
                                            "*.cxx",
                                            "*.h",
                                            "*.hpp",
                                            "*.pyx",
                                            "*.pxd",
                                            "package-lock.json",
                                            "yarn.lock",
                                            "pnpm-lock.yaml",
                                            "poetry.lock",
                                            "Pipfile.lock",
                                            "Cargo.lock",
                                            "go.sum",
                                            "tox.ini",
                                            "pytest.ini",
                                            ".whittle-keep",
                                            "LICENSE.fdl"};

class Application {
 public:
  explicit Application(Walk& walk) : walk_(walk), paths_(walk.paths()) {}

  void run() {
    find_copied_layers();
    std::vector<NodeId> tops;
    if (walk_.working_folder() != kRootNode && !is_system(walk_.working_folder()))
      tops.push_back(walk_.working_folder());
    for (NodeId node : paths_.children(kRootNode)) {
      bool is_own = paths_.is_folder(node) && !matches_any(paths_.name(node), kSystemFolders);
      if (is_own) tops.push_back(node);
    }
    NodeId home = paths_.child(kRootNode, "home");
    if (home != kNoNode) tops.push_back(home);
    for (NodeId top : tops) {
      walk_.need(top, ask("no package owns it"));
      visit(top, true);
    }
    visit(kRootNode, false);
    for (const std::string& volume : walk_.input().config.run.volumes)
      walk_.need_path(volume, kRootNode, ask("volume"));
    walk_.need(walk_.working_folder(), ask("working directory"));
    need_empty_folders();
  }

 private:
  static Ask ask(std::string_view note) {
    return {NeedLevel::Must, NeedKind::Application, kNoNode, 0, std::string(note)};
  }

  // COPY and ADD bring an application, but for those that bring an operating system.
  void find_copied_layers() {
    const MergedTree& tree = paths_.tree();
    const ImageConfig& config = walk_.input().config;
    is_copied_.assign(tree.layers.size(), false);
    size_t layer = 0;
    for (const HistoryEntry& step : config.history) {
      if (step.empty_layer || layer >= tree.layers.size()) continue;
      is_copied_[layer] = is_copy(step.created_by) && !is_system_layer(*tree.layers[layer]);
      ++layer;
    }
  }

  static bool is_copy(std::string_view step) {
    for (std::string_view word : {"COPY ", "ADD "}) {
      if (step.starts_with(word) || contains(step, "#(nop) " + std::string(word))) return true;
    }
    return false;
  }

  static bool is_system_layer(const LayerIndex& layer) {
    return std::any_of(layer.entries.begin(), layer.entries.end(), [&](const Entry& entry) {
      std::string_view path = layer.path(entry);
      return path == "etc/os-release" || path == "usr/lib/os-release" ||
             path == "var/lib/dpkg/status" || path == "lib/apk/db/installed";
    });
  }

  // "/usr/src" is a place for sources; what else is below the system's folders is the system's.
  bool is_system(NodeId folder) const {
    std::string path = paths_.tree().path(folder);
    std::string_view first = std::string_view(path).substr(0, path.find('/'));
    bool is_place_of_apps = path.starts_with("usr/src") || path.starts_with("usr/share/nginx/") ||
                            path.starts_with("usr/local/") || path.starts_with("var/www") ||
                            path.starts_with("home/") || path.starts_with("root/") ||
                            path.starts_with("usr/app");
    return matches_any(first, kSystemFolders) && !is_place_of_apps;
  }

  // A runtime that was unpacked somewhere is found by what is run, not kept as an application.
  bool is_runtime(NodeId folder) const {
    bool is_java = paths_.resolve("lib/modules", folder) != kNoNode &&
                   paths_.resolve("bin/java", folder) != kNoNode;
    bool is_go = paths_.resolve("pkg/tool", folder) != kNoNode &&
                 paths_.resolve("bin/go", folder) != kNoNode;
    bool is_python =
        paths_.resolve("bin/python", folder) != kNoNode && paths_.resolve("lib", folder) != kNoNode;
    bool is_node = paths_.resolve("bin/node", folder) != kNoNode &&
                   paths_.resolve("lib/node_modules", folder) != kNoNode;
    return is_java || is_go || is_python || is_node;
  }

  bool is_module_cache(NodeId folder) const {
    std::string path = paths_.tree().path(folder);
    return path == "go/pkg" || path.ends_with("/.cargo") || path.ends_with("/.rustup") ||
           path.ends_with("/go/pkg/mod");
  }

  // All below that is the image's own; with `is_all` whatever layer it came with.
  void visit(NodeId top, bool is_all) {
    std::vector<NodeId> open{top};
    while (!open.empty()) {
      NodeId folder = open.back();
      open.pop_back();
      for (NodeId child : paths_.children(folder)) take(folder, child, is_all, open);
    }
  }

  void take(NodeId folder, NodeId child, bool is_all, std::vector<NodeId>& open) {
    std::string_view name = paths_.name(child);
    if (paths_.is_folder(child)) {
      bool is_passed = matches_any(name, kChaffFolders) || name == "node_modules" ||
                       is_module_cache(child) || (is_all && is_runtime(child));
      if (!is_passed) open.push_back(child);
      if (!is_passed && is_all) walk_.need(child, ask("no package owns it"));
      return;
    }
    const TreeNode& node = paths_.at(child);
    bool is_copied =
        !node.is_implied && node.entry.layer < is_copied_.size() && is_copied_[node.entry.layer];
    if (!is_all && !is_copied) return;
    if (matches_any(name, kChaffFiles) || owner_of(child) != kNoPackage) return;
    Ask why = ask(is_copied ? "copied into the image" : "no package owns it");
    walk_.keep(child, why, NeedLevel::May);
    if (!paths_.is_link(child)) return;
    std::vector<NodeId> links;
    walk_.keep(paths_.resolve(name, folder, &links), why, NeedLevel::May);
    for (NodeId link : links) walk_.keep(link, why, NeedLevel::May);
  }

  uint32_t owner_of(NodeId node) const { return walk_.system_owner(node); }

  // Folders without anything in them cost nothing, and programs write to them.
  void need_empty_folders() {
    constexpr std::string_view kPlaces[] = {
        "var", "run", "etc", "srv", "opt", "home", "mnt", "media", "usr/local"};
    for (std::string_view place : kPlaces) {
      NodeId top = paths_.resolve(place, kRootNode);
      if (top == kNoNode) continue;
      std::vector<NodeId> below;
      paths_.add_below(top, below);
      for (NodeId node : below) {
        if (paths_.is_folder(node) && paths_.children(node).empty())
          walk_.need(node, ask("an empty folder"));
      }
    }
  }

  Walk& walk_;
  const TreePaths& paths_;
  std::vector<bool> is_copied_;
};

}  // namespace

void need_application(Walk& walk) {
  Application(walk).run();
}

}  // namespace whittle
