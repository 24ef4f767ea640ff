#include "lint/dependency_steps.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/strings.h"
#include "lint/context_sources.h"
#include "lint/node_project.h"

namespace whittle {

namespace {

constexpr uint64_t kMaxManifestBytes = 1 << 20;
constexpr size_t kMaxRequirementFiles = 16;

std::string in_folder(const std::string& folder, std::string_view name) {
  return folder.empty() ? std::string(name) : folder + "/" + std::string(name);
}

bool is_sent(const LintInput& input, const std::string& path) {
  const ContextFile* file = input.context->find(path);
  return file && !file->is_ignored && file->type == ContextFileType::File;
}

std::string read_manifest(const LintInput& input, const std::string& path) {
  if (!is_sent(input, path)) return "";
  Result<std::string> text = read_context_file(*input.context, path, kMaxManifestBytes);
  return text.ok() ? std::move(*text) : "";
}

bool has_folder(const LintInput& input, const std::string& path) {
  const ContextFile* file = input.context->find(path);
  return file && !file->is_ignored && file->type == ContextFileType::Directory;
}

// The package command that is this child of the RUN's list, if it is one.
const PackageCommand* command_at(const std::vector<PackageCommand>& commands,
                                 const ShellNode& node) {
  auto found = std::find_if(commands.begin(), commands.end(), [&](const PackageCommand& command) {
    return command.command->node == &node;
  });
  return found == commands.end() ? nullptr : &*found;
}

std::string first_word(const ShellNode& node) {
  std::vector<const ShellWord*> words = unwrapped(node);
  return words.empty() ? "" : words[0]->value.value_or("");
}

bool is_cleanup(const ShellNode& node, const PackageCommand* command) {
  if (command) return command->action == "cache" || command->action == "clean";
  std::vector<const ShellWord*> words = unwrapped(node);
  if (words.empty() || words[0]->value != "rm") return false;
  return std::all_of(words.begin() + 1, words.end(), [](const ShellWord* word) {
    return word->raw.substr(0, 1) == "-" || contains(word->raw, "/.npm") ||
           contains(word->raw, "/.cache");
  });
}

// Children of the list that `is_step` takes, from the first on; the rest has to hang on them with
// &&.
template <typename IsStep>
void count_commands(const LintInput& input, size_t run, IsStep is_step, DependencyStep& step) {
  const std::vector<ShellNode>& children = input.scripts[run].root.children;
  std::vector<PackageCommand> commands = package_commands(input, run);
  while (step.commands < children.size()) {
    const ShellNode& node = children[step.commands];
    bool is_and = step.commands == 0 || node.op_before == ShellOp::And;
    if (!is_and || !is_step(node, command_at(commands, node))) break;
    ++step.commands;
  }
  step.is_whole_run = step.commands == children.size();
  if (!step.is_whole_run && children[step.commands].op_before != ShellOp::And) step.commands = 0;
}

// ---- Node.js

std::optional<DependencyStep> node_step(const LintInput& input,
                                        size_t run,
                                        const std::string& folder) {
  DependencyStep step;
  step.language = "Node.js";
  bool has_install = false;
  count_commands(
      input,
      run,
      [&](const ShellNode& node, const PackageCommand* command) {
        bool is_install = command && is_project_install(*command);
        has_install = has_install || is_install;
        return is_install || (has_install && is_cleanup(node, command));
      },
      step);
  if (!has_install || step.commands == 0) return std::nullopt;
  std::optional<NodeProject> project = read_node_project(*input.context, folder);
  if (!project) return std::nullopt;
  constexpr std::array<std::string_view, 8> kNames = {"package.json",
                                                      "package-lock.json",
                                                      "npm-shrinkwrap.json",
                                                      "yarn.lock",
                                                      "pnpm-lock.yaml",
                                                      ".npmrc",
                                                      ".yarnrc",
                                                      ".pnpmfile.cjs"};
  for (std::string_view name : kNames) {
    if (is_sent(input, in_folder(folder, name))) step.manifests.push_back(in_folder(folder, name));
  }
  if (project->has_install_scripts) step.blocker = "package.json has scripts that run at install";
  if (project->has_workspaces) step.blocker = "the project has workspaces";
  if (project->has_local_dependencies) step.blocker = "a dependency is a local path";
  if (is_sent(input, in_folder(folder, ".yarnrc.yml")))
    step.blocker = "Yarn 2 or later keeps programs in the project";
  return step;
}

// ---- Python

bool is_local_requirement(const LintInput& input,
                          const std::string& folder,
                          std::string_view line) {
  if (line[0] == '.' || line[0] == '/' || contains(line, "file:") || line.substr(0, 2) == "-e")
    return true;
  if (line.substr(0, 10) == "--editable" || line.substr(0, 12) == "--find-links" ||
      line.substr(0, 2) == "-f")
    return true;
  std::string_view name = line.substr(0, line.find_first_of(" ;#"));
  bool is_path = contains(name, "/") && !contains(line, "://");
  return is_path || input.context->find(in_folder(folder, name)) != nullptr;
}

// Follows `-r` and `-c` lines (pip's requirements file format).
void read_requirements(const LintInput& input, const std::string& path, DependencyStep& step) {
  std::vector<std::string>& manifests = step.manifests;
  if (std::find(manifests.begin(), manifests.end(), path) != manifests.end()) return;
  if (!is_sent(input, path) || manifests.size() >= kMaxRequirementFiles) {
    step.blocker = "`" + path + "` is not in the build context";
    return;
  }
  manifests.push_back(path);
  std::string parent = path.find('/') == std::string::npos ? "" : path.substr(0, path.rfind('/'));
  std::string text = read_manifest(input, path);
  for (std::string_view raw : split_lines(text)) {
    std::string_view line = trim(raw);
    if (line.empty() || line[0] == '#') continue;
    bool is_include = line.substr(0, 2) == "-r" || line.substr(0, 2) == "-c" ||
                      line.substr(0, 14) == "--requirement " ||
                      line.substr(0, 13) == "--constraint ";
    if (is_include) {
      std::string_view name = trim(line.substr(line[1] == '-' ? line.find(' ') : 2));
      read_requirements(input, clean_path(in_folder(parent, name.substr(0, name.find(' ')))), step);
    } else if (is_local_requirement(input, parent, line)) {
      step.blocker = "`" + path + "` names a local path";
    }
  }
}

// Arguments of `pip install`: requirement files are collected; false for anything that may be a
// local path.
bool read_pip_arguments(const LintInput& input,
                        const PackageCommand& pip,
                        const std::string& folder,
                        DependencyStep& step) {
  constexpr std::string_view kValueOptions =
      "-i --index-url --extra-index-url --trusted-host --timeout --retries --prefix "
      "--root-user-action --progress-bar --upgrade-strategy --no-binary --only-binary";
  std::vector<std::string_view> value_options = split_blanks(kValueOptions);
  for (size_t i = pip.action_at + 1; i < pip.words.size(); ++i) {
    const std::optional<std::string>& value = pip.words[i]->value;
    if (!value || value->empty()) return false;
    bool is_file =
        *value == "-r" || *value == "--requirement" || *value == "-c" || *value == "--constraint";
    if (is_file) {
      if (i + 1 >= pip.words.size() || !pip.words[i + 1]->value ||
          (*pip.words[i + 1]->value)[0] == '/')
        return false;
      read_requirements(input, clean_path(in_folder(folder, *pip.words[++i]->value)), step);
    } else if (std::find(value_options.begin(), value_options.end(), *value) !=
               value_options.end()) {
      ++i;
    } else if ((*value)[0] == '-') {
      if (value->substr(0, 2) == "-e" || value->substr(0, 10) == "--editable") return false;
    } else if (contains(*value, "/") || (*value)[0] == '.' ||
               input.context->find(in_folder(folder, *value))) {
      return false;
    }
  }
  return true;
}

std::optional<DependencyStep> pip_step(const LintInput& input,
                                       size_t run,
                                       const std::string& folder) {
  DependencyStep step;
  step.language = "Python";
  bool is_plain = true;
  count_commands(
      input,
      run,
      [&](const ShellNode& node, const PackageCommand* command) {
        if (!command || command->tool != PackageTool::Pip || command->action != "install") {
          return !step.manifests.empty() && is_cleanup(node, command);
        }
        is_plain = read_pip_arguments(input, *command, folder, step);
        return is_plain;
      },
      step);
  if (step.manifests.empty() || step.commands == 0) return std::nullopt;
  return step;
}

std::optional<DependencyStep> poetry_step(const LintInput& input,
                                          size_t run,
                                          const std::string& folder) {
  DependencyStep step;
  step.language = "Python";
  std::string tool;
  bool has_install = false;
  count_commands(
      input,
      run,
      [&](const ShellNode& node, const PackageCommand*) {
        std::vector<const ShellWord*> words = unwrapped(node);
        std::string name = first_word(node);
        if ((name != "poetry" && name != "pipenv") || words.size() < 2) return false;
        bool is_install = words[1]->value == "install" || words[1]->value == "sync";
        if (is_install) tool = name;
        has_install = has_install || is_install;
        bool is_config = words[1]->value == "config";
        bool is_rootless =
            name == "pipenv" || std::any_of(words.begin(), words.end(), [](const ShellWord* word) {
              return word->value == "--no-root" || word->value == "--only=main";
            });
        if (is_install && !is_rootless)
          step.blocker = "`poetry install` installs the project itself";
        return is_install || is_config;
      },
      step);
  if (!has_install || step.commands == 0) return std::nullopt;
  bool is_poetry = tool == "poetry";
  for (std::string_view name :
       is_poetry ? std::array<std::string_view, 2>{"pyproject.toml", "poetry.lock"}
                 : std::array<std::string_view, 2>{"Pipfile", "Pipfile.lock"}) {
    if (is_sent(input, in_folder(folder, name))) step.manifests.push_back(in_folder(folder, name));
  }
  if (step.manifests.size() < 2) return std::nullopt;
  std::string text = read_manifest(input, step.manifests[0]);
  if (contains(text, "path =") || contains(text, "path=") || contains(text, "editable"))
    step.blocker = "a dependency is a local path";
  return step;
}

// ---- Go, Rust and Java: a fetch in front of the build

bool begins_with_command(const LintInput& input,
                         size_t run,
                         std::string_view name,
                         const std::vector<std::string_view>& actions) {
  const std::vector<CommandRef>& commands = input.commands[run];
  if (commands.empty()) return false;
  std::vector<const ShellWord*> words = unwrapped(*commands[0].node);
  if (words.empty() || !words[0]->value ||
      words[0]->value->substr(words[0]->value->rfind('/') + 1) != name)
    return false;
  return std::any_of(words.begin() + 1, words.end(), [&](const ShellWord* word) {
    return word->value && std::find(actions.begin(), actions.end(), *word->value) != actions.end();
  });
}

bool stage_fetches(const LintInput& input, size_t run, std::string_view text) {
  const Stage& stage = input.file->stages[input.file->instructions[run].stage];
  for (uint32_t i = stage.from; i < run; ++i) {
    if (contains(input.file->instructions[i].text, text)) return true;
  }
  return false;
}

std::optional<DependencyStep> go_step(const LintInput& input,
                                      size_t run,
                                      const std::string& folder) {
  if (!begins_with_command(input, run, "go", {"build", "install", "test", "vet", "generate"}))
    return std::nullopt;
  if (stage_fetches(input, run, "go mod") || stage_fetches(input, run, "go get"))
    return std::nullopt;
  DependencyStep step;
  step.language = "Go";
  step.manifests = {in_folder(folder, "go.mod"), in_folder(folder, "go.sum")};
  step.fetch = "go mod download";
  step.fetches_more = true;
  // Without go.sum nothing is fetched; with vendor/ neither.
  if (read_manifest(input, step.manifests[1]).empty() ||
      has_folder(input, in_folder(folder, "vendor")))
    return std::nullopt;
  std::string module = read_manifest(input, step.manifests[0]);
  if (module.empty()) return std::nullopt;
  if (contains(module, "=> .") || contains(module, "=> /"))
    step.blocker = "go.mod replaces a module by a local path";
  if (is_sent(input, in_folder(folder, "go.work"))) step.blocker = "the project is a Go workspace";
  return step;
}

// `cargo fetch` reads no sources, but refuses a package without a target: an empty one stands in.
std::optional<DependencyStep> cargo_step(const LintInput& input,
                                         size_t run,
                                         const std::string& folder) {
  if (!begins_with_command(input, run, "cargo", {"build", "install", "test", "check", "rustc"}))
    return std::nullopt;
  if (stage_fetches(input, run, "cargo fetch") || stage_fetches(input, run, "cargo chef"))
    return std::nullopt;
  DependencyStep step;
  step.language = "Rust";
  step.manifests = {in_folder(folder, "Cargo.toml"), in_folder(folder, "Cargo.lock")};
  step.fetch = "mkdir -p src && touch src/lib.rs && cargo fetch && rm src/lib.rs";
  step.fetches_more = true;
  std::string manifest = read_manifest(input, step.manifests[0]);
  std::string lock = read_manifest(input, step.manifests[1]);
  bool fetches = contains(lock, "source = ");  // else there is nothing to download
  if (manifest.empty() || !fetches || has_folder(input, in_folder(folder, "vendor")))
    return std::nullopt;
  if (contains(manifest, "[workspace")) step.blocker = "the project is a Cargo workspace";
  if (contains(manifest, "path =") || contains(manifest, "path="))
    step.blocker = "`Cargo.toml` names a local path";
  if (contains(manifest, "[[")) step.blocker = "`Cargo.toml` names its targets";
  for (const char* name : {"rust-toolchain", "rust-toolchain.toml", ".cargo/config.toml"}) {
    if (is_sent(input, in_folder(folder, name))) step.manifests.push_back(in_folder(folder, name));
  }
  return step;
}

std::optional<DependencyStep> maven_step(const LintInput& input,
                                         size_t run,
                                         const std::string& folder) {
  if (!begins_with_command(
          input, run, "mvn", {"package", "install", "verify", "compile", "deploy"}))
    return std::nullopt;
  if (stage_fetches(input, run, "dependency:")) return std::nullopt;
  DependencyStep step;
  step.language = "Java";
  step.manifests = {in_folder(folder, "pom.xml")};
  step.fetch = "mvn -B dependency:go-offline";
  step.fetches_more = true;
  std::string pom = read_manifest(input, step.manifests[0]);
  if (pom.empty()) return std::nullopt;
  if (contains(pom, "<modules>")) step.blocker = "the project has modules";
  if (contains(pom, "<relativePath>") && !contains(pom, "<relativePath></relativePath>")) {
    step.blocker = "the parent is a local project";
  }
  if (contains(pom, "<systemPath>")) step.blocker = "a dependency is a local path";
  return step;
}

}  // namespace

std::optional<DependencyStep> dependency_step(const LintInput& input,
                                              size_t run,
                                              const std::string& folder) {
  if (!input.context || input.scripts[run].root.children.empty()) return std::nullopt;
  if (input.file->instructions[run].stage == Instruction::kNoStage) return std::nullopt;
  for (auto* recognise : {node_step, pip_step, poetry_step, go_step, cargo_step, maven_step}) {
    std::optional<DependencyStep> step = recognise(input, run, folder);
    if (!step) continue;
    for (const std::string& path : step->manifests) {
      bool is_below = folder.empty() || path.substr(0, folder.size() + 1) == folder + "/";
      if (!is_below) step->blocker = "`" + path + "` lies outside the copied folder";
    }
    return step;
  }
  return std::nullopt;
}

}  // namespace whittle
