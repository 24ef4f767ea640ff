// Package managers that could use a cache mount.
#include <algorithm>
#include <array>

#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/package_commands.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/stages.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kPreferCacheMount;

namespace {

struct CacheFolder {
  std::string_view program;
  std::string_view actions;
  std::string_view folder;
};

// Source: the documentation of each of them, for root.
constexpr std::array<CacheFolder, 13> kFolders = {{
    {"npm", "ci install i", "/root/.npm"},
    {"yarn", "install add", "/usr/local/share/.cache/yarn"},
    {"pnpm", "install add i", "/root/.local/share/pnpm/store"},
    {"pip", "install", "/root/.cache/pip"},
    {"pip3", "install", "/root/.cache/pip"},
    {"uv", "sync pip", "/root/.cache/uv"},
    {"poetry", "install", "/root/.cache/pypoetry"},
    {"go", "build mod install", "/root/.cache/go-build"},
    {"cargo", "build install fetch", "/usr/local/cargo/registry"},
    {"mvn", "package install verify dependency:go-offline", "/root/.m2"},
    {"gradle", "build assemble bootJar", "/root/.gradle"},
    {"composer", "install", "/root/.composer/cache"},
    {"bundle", "install", "/usr/local/bundle/cache"},
}};

const CacheFolder* folder_of(const std::vector<const ShellWord*>& words) {
  std::string name = command_name(words);
  for (const CacheFolder& folder : kFolders) {
    if (folder.program != name) continue;
    for (size_t i = 1; i < words.size(); ++i) {
      if (is_one_of(folder.actions, text_of(*words[i]))) return &folder;
    }
  }
  return nullptr;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    for (const CommandRef& ref : *run.commands) {
      std::vector<const ShellWord*> words = unwrapped(*ref.node);
      const CacheFolder* folder = words.empty() ? nullptr : folder_of(words);
      if (folder == nullptr || mounts_over(*run.instruction, folder->folder)) continue;
      Finding finding = make_finding(
          kPreferCacheMount,
          ref.node->range,
          "What " + in_ticks(command_name(words)) + " fetches is fetched again in every build",
          "Mount a cache at " + in_ticks(folder->folder));
      CommandWords line = read_command_words(words, 1, "");
      const CommandOption* off = line.find("--no-cache-dir --no-cache");
      std::vector<Edit> edits = {
          insert_at(run.instruction->arguments.begin,
                    "--mount=type=cache,target=" + std::string(folder->folder) + " ")};
      std::optional<Edit> drop;
      if (off != nullptr) drop = drop_option(input, words, *off);
      if (drop) edits.push_back(std::move(*drop));
      if (is_editable(input, run) && runs_as_root(input, run.index))
        finding.fix = make_fix("Mount a cache", Applicability::Unsafe, std::move(edits));
      findings.push_back(std::move(finding));
      break;
    }
  }
}

}  // namespace

const Rule kPreferCacheMount = {
    {.name = "prefer-cache-mount",
     .code = "WH3606",
     .aliases = "prefer-package-cache-mounts prefer-bundler-cache-mount",
     .severity = Severity::Info,
     .summary = "A package manager without a cache mount",
     .why = "With `RUN --mount=type=cache` what a package manager has fetched is there again in "
            "the next build, and is in no layer: the build is quicker, and nothing has to be "
            "cleaned. It needs BuildKit.",
     .bad = "FROM node:22\nRUN npm ci\n",
     .good = "FROM node:22\nRUN --mount=type=cache,target=/root/.npm npm ci\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true,
     .is_opt_in = true},
    check,
};

}  // namespace whittle
