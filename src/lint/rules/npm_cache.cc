// npm keeps every package it fetched in its cache, in the layer of the install.
#include "base/strings.h"
#include "lint/package_clean.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kNpmCache;

namespace {

bool uses_npx(const LintInput& input) {
  for (const std::vector<CommandRef>& commands : input.commands) {
    for (const CommandRef& ref : commands) {
      std::vector<const ShellWord*> words = unwrapped(*ref.node);
      if (words.empty()) continue;
      if (words[0]->value == "npx" ||
          (words[0]->value == "npm" && words.size() > 1 && words[1]->value == "exec")) {
        return true;
      }
    }
  }
  return false;
}

bool sets_cache_folder(const LintInput& input, size_t index, const PackageCommand& command) {
  const Environment& environment = input.evaluation.states[index].environment;
  return command.has_word("--cache") || environment.find("npm_config_cache") ||
         environment.find("NPM_CONFIG_CACHE") || environment.find("HOME") ||
         contains(input.file->text(input.file->instructions[index].range), "npm_config_cache");
}

// The folder itself goes where it is known to be npm's and to hold nothing else: npx keeps programs
// in it.
std::optional<std::string> clean_command(const LintInput& input,
                                         size_t index,
                                         const PackageCommand& command) {
  if (sets_cache_folder(input, index, command) || uses_npx(input) || command.with_sudo)
    return "npm cache clean --force";
  return "rm -rf ~/.npm";
}

const CleanRule kClean = {
    &kNpmCache,
    {PackageTool::Npm},
    "npm's cache",
    {"/root/.npm"},
    {"root/.npm/**", "home/*/.npm/**"},
    is_install,
    is_clean_action,
    clean_command,
};

void check(const LintInput& input, std::vector<Finding>& findings) {
  check_clean(input, kClean, findings);
}

}  // namespace

const Rule kNpmCache = {
    {"npm-cache",
     "WH1008",
     "npmCacheCleanAfterInstall npmCacheCleanUseForce",
     Severity::Info,
     "npm's cache stays in the layer of the install",
     "npm stores each package it fetches a second time, compressed, in `~/.npm`. The installed "
     "program never reads it. "
     "The folder is deleted where it is known to hold nothing else, else `npm cache clean --force` "
     "empties it.",
     "FROM node:20\nRUN npm ci\n",
     "FROM node:20\nRUN npm ci && npm cache clean --force\n",
     kDeclaresNothing,
     kSafeFix},
    check,
};

}  // namespace whittle
