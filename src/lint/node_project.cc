#include "lint/node_project.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "lint/context_sources.h"

namespace whittle {

namespace {

using Json = nlohmann::json;

constexpr uint64_t kMaxManifestBytes = 64ULL << 20;

std::string in_folder(const std::string& folder, std::string_view name) {
  return folder.empty() ? std::string(name) : folder + "/" + std::string(name);
}

bool is_sent(const BuildContext& context, const std::string& path) {
  const ContextFile* file = context.find(path);
  return file && !file->is_ignored && file->type == ContextFileType::File;
}

Json read_json(const BuildContext& context, const std::string& path) {
  if (!is_sent(context, path)) return Json();
  Result<std::string> text = read_context_file(context, path, kMaxManifestBytes);
  if (!text.ok()) return Json();
  return Json::parse(*text, nullptr, false);
}

std::map<std::string, std::string> string_map(const Json& object, const char* key) {
  std::map<std::string, std::string> map;
  if (!object.is_object() || !object.contains(key) || !object[key].is_object()) return map;
  for (const auto& [name, value] : object[key].items()) {
    if (value.is_string()) map[name] = value.get<std::string>();
  }
  return map;
}

bool is_local_range(const std::string& range) {
  constexpr std::array<std::string_view, 7> kPrefixes = {
      "file:", "link:", "workspace:", "portal:", ".", "/", "~/"};
  return std::any_of(kPrefixes.begin(), kPrefixes.end(), [&](std::string_view prefix) {
    return range.substr(0, prefix.size()) == prefix;
  });
}

bool has_local(const std::map<std::string, std::string>& dependencies) {
  return std::any_of(dependencies.begin(), dependencies.end(), [](const auto& item) {
    return is_local_range(item.second);
  });
}

// Lifecycle scripts of npm's documentation that an install in the project's folder runs.
bool runs_at_install(const std::map<std::string, std::string>& scripts) {
  constexpr std::array<std::string_view, 8> kNames = {"preinstall",
                                                      "install",
                                                      "postinstall",
                                                      "prepublish",
                                                      "preprepare",
                                                      "prepare",
                                                      "postprepare",
                                                      "dependencies"};
  return std::any_of(kNames.begin(), kNames.end(), [&](std::string_view name) {
    return scripts.count(std::string(name)) > 0;
  });
}

void add_programs(const Json& package, const std::string& path, std::set<std::string>& programs) {
  if (!package.contains("bin")) return;
  if (package["bin"].is_object()) {
    for (const auto& [name, target] : package["bin"].items()) programs.insert(name);
  } else {
    programs.insert(path.substr(path.rfind('/') + 1));
  }
}

void read_lock(const BuildContext& context, const Json& manifest, NodeProject& project) {
  Json lock = read_json(context, in_folder(project.folder, project.lock_file));
  if (!lock.is_object() || !lock.contains("packages") || !lock["packages"].is_object()) return;
  if (lock.contains("lockfileVersion") && lock["lockfileVersion"].is_number_unsigned()) {
    project.lock_version = lock["lockfileVersion"].get<uint64_t>();
  }
  const Json& packages = lock["packages"];
  if (packages.contains("")) {
    constexpr std::array<const char*, 4> kKinds = {
        "dependencies", "devDependencies", "optionalDependencies", "peerDependencies"};
    project.lock_agrees = std::all_of(kKinds.begin(), kKinds.end(), [&](const char* kind) {
      return string_map(packages[""], kind) == string_map(manifest, kind);
    });
  }
  for (const auto& [path, package] : packages.items()) {
    bool is_dev = package.is_object() && package.contains("dev") && package["dev"] == true;
    if (!is_dev) continue;
    project.dev_paths.push_back(path);
    add_programs(package, path, project.dev_programs);
  }
}

std::string parent_of(std::string_view path) {
  size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? "" : std::string(path.substr(0, slash));
}

// The folder of the context whose package.json this COPY puts into `directory`.
std::optional<std::string> folder_by_copy(const LintInput& input,
                                          size_t copy,
                                          const std::string& directory) {
  std::string target = copy_target(input, copy);
  if (target.empty()) return std::nullopt;
  std::vector<CopySource> sources = copy_sources(input, copy);
  for (const CopySource& source : sources) {
    std::string base = source_path(source);
    const ContextFile* entry = base.empty() ? nullptr : input.context->find(base);
    bool is_folder = base.empty() || (entry && entry->type == ContextFileType::Directory);
    for (size_t i : files_of_source(*input.context, source.path)) {
      const std::string& path = input.context->files[i].path;
      if (path.substr(path.rfind('/') + 1) != "package.json") continue;
      std::string relative =
          is_folder ? path.substr(base.empty() ? 0 : base.size() + 1) : "package.json";
      if (clean_path(target + "/" + parent_of(relative)) == directory) return parent_of(path);
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<NodeProject> read_node_project(const BuildContext& context,
                                             const std::string& folder) {
  Json manifest = read_json(context, in_folder(folder, "package.json"));
  if (!manifest.is_object()) return std::nullopt;
  NodeProject project;
  project.folder = folder;
  project.scripts = string_map(manifest, "scripts");
  project.dependencies = string_map(manifest, "dependencies");
  project.dev_dependencies = string_map(manifest, "devDependencies");
  project.has_workspaces =
      manifest.contains("workspaces") || is_sent(context, in_folder(folder, "pnpm-workspace.yaml"));
  // npm builds an addon of the project itself when it finds a binding.gyp.
  project.has_install_scripts =
      runs_at_install(project.scripts) || is_sent(context, in_folder(folder, "binding.gyp"));
  project.has_local_dependencies = has_local(project.dependencies) ||
                                   has_local(project.dev_dependencies) ||
                                   has_local(string_map(manifest, "optionalDependencies"));
  for (std::string_view name :
       {"npm-shrinkwrap.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml"}) {
    if (!is_sent(context, in_folder(folder, name))) continue;
    project.lock_file = name;
    break;
  }
  if (project.lock_file == "package-lock.json" || project.lock_file == "npm-shrinkwrap.json") {
    read_lock(context, manifest, project);
  }
  return project;
}

bool is_project_install(const PackageCommand& command) {
  bool is_node = command.tool == PackageTool::Npm || command.tool == PackageTool::Yarn ||
                 command.tool == PackageTool::Pnpm;
  if (!is_node || !is_install(command) || command.action == "add" || command.action == "fetch")
    return false;
  if (command.has_word("-g") || command.has_word("--global") ||
      command.has_word("--location=global"))
    return false;
  for (size_t i = command.action_at + 1; i < command.words.size(); ++i) {
    const std::optional<std::string>& word = command.words[i]->value;
    if (!word || word->empty() || (*word)[0] != '-') return false;
    // Options whose value is the next word would look like a package.
    if (*word == "--prefix" || *word == "-C" || *word == "--cwd" || *word == "--dir") return false;
  }
  // `npm --prefix web install` works elsewhere.
  return command.action_at == 1 || command.words.size() == 1 || command.action.empty();
}

std::optional<NodeProject> node_project_at(const LintInput& input, size_t instruction) {
  if (!input.context) return std::nullopt;
  const std::string& directory = input.evaluation.states[instruction].working_dir;
  uint32_t stage = input.file->instructions[instruction].stage;
  if (stage == Instruction::kNoStage) return std::nullopt;
  for (size_t i = instruction; i-- > input.file->stages[stage].from;) {
    if (std::optional<std::string> folder = folder_by_copy(input, i, directory)) {
      return read_node_project(*input.context, *folder);
    }
  }
  return std::nullopt;
}

}  // namespace whittle
