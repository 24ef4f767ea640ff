// Commands of package managers in RUN text: which tool, which action, and where its words stand.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lint/lint.h"
#include "lint/run_texts.h"

namespace whittle {

enum class PackageTool { Apt, Apk, Dnf, Yum, Microdnf, Pip, Npm, Yarn, Pnpm, Zypper, Gem, Go };

struct PackageCommand {
  PackageTool tool;
  const CommandRef* command = nullptr;
  std::vector<const ShellWord*> words;  // wrappers (sudo, env, ...) removed
  size_t action_at = 0;  // index of the action in `words`; words.size() when there is none
  std::string action;    // "install", "add"; "" when none is written
  bool with_sudo = false;

  // True if one of the words after the tool's name is exactly this.
  bool has_word(std::string_view word) const;

  // The end of the action word: where an option can be inserted.
  uint32_t after_action() const { return words[action_at]->range.end; }
};

// All of one instruction, in order.
std::vector<PackageCommand> package_commands(const LintInput& input, size_t instruction);
std::vector<PackageCommand> package_commands(const RunText& run);

// apt: needs package lists (install, upgrade, source, build-dep, ...).
bool uses_apt_lists(const PackageCommand& command);
bool updates_apt_lists(const PackageCommand& command);
// True for actions that add packages.
bool is_install(const PackageCommand& command);

}  // namespace whittle
