#include "lint/package_commands.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/strings.h"

namespace whittle {

namespace {

struct ToolRow {
  std::string_view name;
  PackageTool tool;
  // Options in front of the action whose value is the next word, blank-separated.
  std::string_view value_options;
};

constexpr std::string_view kAptOptions =
    "-o -c -t -a --option --config-file --target-release --default-release --host-architecture";
constexpr std::string_view kDnfOptions =
    "-c -d -e -x --config --enablerepo --disablerepo --repo --repoid --installroot --releasever "
    "--setopt --exclude";
constexpr std::string_view kNpmOptions =
    "--prefix -C --registry --loglevel --cache -w --workspace --userconfig --dir --filter --cwd "
    "--network-timeout";

constexpr std::array<ToolRow, 15> kTools = {{
    {"apt-get", PackageTool::Apt, kAptOptions},
    {"apt", PackageTool::Apt, kAptOptions},
    {"aptitude", PackageTool::Apt, kAptOptions},
    {"apk",
     PackageTool::Apk,
     "-p --root -X --repository --arch --keys-dir --repositories-file --wait --cache-dir "
     "--cache-max-age --timeout"},
    {"dnf", PackageTool::Dnf, kDnfOptions},
    {"dnf5", PackageTool::Dnf, kDnfOptions},
    {"yum", PackageTool::Yum, kDnfOptions},
    {"microdnf", PackageTool::Microdnf, kDnfOptions},
    {"npm", PackageTool::Npm, kNpmOptions},
    {"yarn", PackageTool::Yarn, kNpmOptions},
    {"yarnpkg", PackageTool::Yarn, kNpmOptions},
    {"pnpm", PackageTool::Pnpm, kNpmOptions},
    {"zypper",
     PackageTool::Zypper,
     "-R --root -c --config -D --reposd-dir -C --cache-dir --installroot --releasever -p "
     "--plus-repo --plus-content"},
    {"gem", PackageTool::Gem, "--config-file"},
    {"go", PackageTool::Go, "-C"},
}};
constexpr std::string_view kPipOptions =
    "--python --log --proxy --retries --timeout --exists-action --trusted-host --cert "
    "--client-cert --cache-dir";

bool is_listed(std::string_view blank_separated, std::string_view word) {
  for (std::string_view item : split_blanks(blank_separated)) {
    if (item == word) return true;
  }
  return false;
}

// "pip", "pip3", "pip3.11"; the same for python.
bool is_versioned(std::string_view name, std::string_view tool) {
  if (name.substr(0, tool.size()) != tool) return false;
  name.remove_prefix(tool.size());
  return std::all_of(name.begin(), name.end(), [](char c) { return is_digit(c) || c == '.'; });
}

std::string base_name(const ShellWord& word) {
  if (!word.value) return "";
  return word.value->substr(word.value->rfind('/') + 1);
}

struct Recognised {
  PackageTool tool;
  size_t next;  // first word behind the tool's name
  std::string_view value_options;
};

std::optional<Recognised> recognise(const std::vector<const ShellWord*>& words) {
  if (words.empty()) return std::nullopt;
  std::string name = base_name(*words[0]);
  for (const ToolRow& row : kTools) {
    if (row.name == name) return Recognised{row.tool, 1, row.value_options};
  }
  if (is_versioned(name, "pip")) return Recognised{PackageTool::Pip, 1, kPipOptions};
  if (is_versioned(name, "python")) {
    for (size_t i = 1; i + 1 < words.size(); ++i) {
      if (!words[i]->value || words[i]->value->substr(0, 1) != "-") break;
      if (words[i]->value != "-m") continue;
      if (words[i + 1]->value == "pip") return Recognised{PackageTool::Pip, i + 2, kPipOptions};
      break;
    }
  }
  return std::nullopt;
}

size_t find_action(const std::vector<const ShellWord*>& words, const Recognised& tool) {
  size_t i = tool.next;
  while (i < words.size()) {
    const ShellWord& word = *words[i];
    if (!word.value) {
      ++i;  // an expansion in front of the action: options in a variable
    } else if (word.value->empty() || (*word.value)[0] != '-') {
      return i;
    } else {
      i += is_listed(tool.value_options, *word.value) ? 2U : 1U;
    }
  }
  return words.size();
}

bool has_sudo(const ShellNode& node) {
  return !node.words.empty() && node.words[0].value == "sudo";
}

}  // namespace

bool PackageCommand::has_word(std::string_view word) const {
  return std::any_of(words.begin() + 1, words.end(), [&](const ShellWord* candidate) {
    return candidate->value == word;
  });
}

namespace {

std::vector<PackageCommand> find_package_commands(const std::vector<CommandRef>& commands) {
  std::vector<PackageCommand> found;
  for (const CommandRef& ref : commands) {
    std::vector<const ShellWord*> words = unwrapped(*ref.node);
    std::optional<Recognised> tool = recognise(words);
    if (!tool) continue;
    PackageCommand command;
    command.tool = tool->tool;
    command.command = &ref;
    command.action_at = find_action(words, *tool);
    command.words = std::move(words);
    if (command.action_at < command.words.size())
      command.action = *command.words[command.action_at]->value;
    command.with_sudo = has_sudo(*ref.node);
    found.push_back(std::move(command));
  }
  return found;
}

}  // namespace

std::vector<PackageCommand> package_commands(const LintInput& input, size_t instruction) {
  return find_package_commands(input.commands[instruction]);
}

std::vector<PackageCommand> package_commands(const RunText& run) {
  return find_package_commands(*run.commands);
}

bool uses_apt_lists(const PackageCommand& command) {
  constexpr std::string_view kActions =
      "install reinstall upgrade dist-upgrade full-upgrade safe-upgrade source build-dep satisfy "
      "download search show "
      "list policy changelog dselect-upgrade";
  return command.tool == PackageTool::Apt && is_listed(kActions, command.action);
}

bool updates_apt_lists(const PackageCommand& command) {
  return command.tool == PackageTool::Apt && command.action == "update";
}

bool is_install(const PackageCommand& command) {
  switch (command.tool) {
    case PackageTool::Apt:
      return is_listed("install reinstall build-dep satisfy", command.action);
    case PackageTool::Apk:
      return command.action == "add";
    case PackageTool::Dnf:
    case PackageTool::Yum:
    case PackageTool::Microdnf:
      return is_listed(
          "install reinstall groupinstall localinstall update upgrade group module builddep",
          command.action);
    case PackageTool::Pip:
      return is_listed("install wheel download", command.action);
    case PackageTool::Npm:
      return is_listed("install i in ins add ci clean-install install-clean", command.action);
    case PackageTool::Yarn:
      return command.action == "install" || command.action == "add" ||
             (command.action.empty() && !command.has_word("--version") && !command.has_word("-v"));
    case PackageTool::Pnpm:
      return is_listed("install i add ci fetch", command.action);
    case PackageTool::Zypper:
      return is_listed("install in source-install si patch update up", command.action);
    case PackageTool::Gem:
      return is_listed("install i", command.action);
    case PackageTool::Go:
      return is_listed("install get run", command.action);
  }
  return false;
}

}  // namespace whittle
