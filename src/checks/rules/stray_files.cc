// Files that belong to a developer's desk.
#include <algorithm>
#include <array>

#include "base/strings.h"
#include "checks/rules/rows.h"

namespace whittle {

namespace {

constexpr auto kFolders = std::to_array<std::string_view>(
    {".git", ".svn", ".hg", ".vagrant", ".idea", ".vscode", ".terraform"});
constexpr auto kFiles = std::to_array<std::string_view>({"Dockerfile",
                                                         "Containerfile",
                                                         "docker-compose.yml",
                                                         "docker-compose.yaml",
                                                         "compose.yaml",
                                                         "Vagrantfile",
                                                         ".DS_Store",
                                                         ".gitlab-ci.yml",
                                                         "Jenkinsfile",
                                                         ".bash_history",
                                                         ".zsh_history",
                                                         ".python_history",
                                                         ".viminfo",
                                                         ".wget-hsts",
                                                         "npm-debug.log",
                                                         "yarn-error.log",
                                                         "terraform.tfstate",
                                                         "core"});

template <size_t kCount>
bool is_one_of(const std::array<std::string_view, kCount>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// "core" is also a usual name of folders and of modules.
bool is_dump(const std::string& path, const Entry& entry) {
  constexpr uint64_t kLeast = 64 << 10;
  return entry.size_bytes >= kLeast && !contains(path, "node_modules/");
}

void run(const ImageFacts& facts, CheckSink& sink) {
  facts.each_entry([&](NodeId id, const Entry& entry) {
    std::string_view name = facts.paths().name(id);
    bool is_folder = entry.type == EntryType::Directory;
    if (is_folder ? !is_one_of(kFolders, name) : !is_one_of(kFiles, name)) return;
    const Entry* content = facts.paths().file(id);
    if (!is_folder && (content == nullptr || content->size_bytes == 0)) return;
    if (facts.owner_of(id) != nullptr) return;
    std::string path = facts.tree().path(id);
    bool is_library = contains(path, "node_modules/") || contains(path, "-packages/") ||
                      path.starts_with("usr/share/") || path.starts_with("usr/lib/");
    if (is_library || (name == "core" && !is_dump(path, *content))) return;
    sink.of_file(path, facts.layer_of(id), printable(path) + (is_folder ? "/" : ""));
  });
}

}  // namespace

const ImageCheck kStrayFiles = {
    "stray-files",
    "files are in the image that no program needs",
    RiskLevel::Low,
    "DKL-LI-0003",
    "",
    "They tell how the image is made and what was deleted from it; a .git folder has "
    "all the sources with their past.",
    "Name them in .dockerignore, or copy only what the program needs",
    run,
};

}  // namespace whittle
