// Yarn 1 keeps every package it fetched in its cache, in the layer of the install.
#include "lint/package_clean.h"
#include "lint/project_text.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kYarnCache;

namespace {

// Later versions of Yarn run the program from the cache.
bool is_yarn_1(const LintInput& input) {
  if (!input.context) return false;
  if (input.context->find(".yarnrc.yml") || input.context->find(".yarn") ||
      input.context->find(".pnp.cjs"))
    return false;
  return first_mention(input,
                       {"packageManager"},
                       [](std::string_view path) { return path != "package.json"; })
      .empty();
}

bool switches_version(const LintInput& input) {
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    for (const CommandRef& ref : input.commands[i]) {
      if (ref.node->command_name() == "corepack") return true;
    }
    for (const PackageCommand& command : package_commands(input, i)) {
      if (command.tool == PackageTool::Yarn &&
          (command.action == "set" || command.action == "policies"))
        return true;
    }
  }
  return false;
}

std::optional<std::string> clean_command(const LintInput& input, size_t, const PackageCommand&) {
  if (!is_yarn_1(input) || switches_version(input)) return std::nullopt;
  return "yarn cache clean";
}

const CleanRule kClean = {
    &kYarnCache,
    {PackageTool::Yarn},
    "Yarn's cache",
    {"/root/.cache/yarn", "/usr/local/share/.cache/yarn", "/usr/local/share/.cache", "/root/.yarn"},
    {"root/.cache/yarn/**", "usr/local/share/.cache/yarn/**", "home/*/.cache/yarn/**"},
    is_install,
    is_clean_action,
    clean_command,
};

void check(const LintInput& input, std::vector<Finding>& findings) {
  check_clean(input, kClean, findings);
}

}  // namespace

const Rule kYarnCache = {
    {"yarn-cache",
     "WH1009",
     "DL3060 yarnCacheCleanAfterInstall",
     Severity::Info,
     "Yarn's cache stays in the layer of the install",
     "Yarn 1 stores each package it fetches a second time. The installed program never reads it. "
     "Yarn 2 and later may "
     "run the program from the cache: there is a fix only when the build context shows that it is "
     "Yarn 1.",
     "FROM node:20\nRUN yarn install --frozen-lockfile\n",
     "FROM node:20\nRUN yarn install --frozen-lockfile && yarn cache clean\n",
     kDeclaresNothing,
     kSafeFix},
    check,
};

}  // namespace whittle
