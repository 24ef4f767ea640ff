// The history of the version control system is sent to the build.
#include <array>

#include "lint/context_noise.h"
#include "lint/rules/rules.h"

namespace whittle {

namespace {

// A git command of the build that reads the project's own repository.
bool reads_repository(const LintInput& input) {
  constexpr std::array<std::string_view, 7> kElsewhere = {
      "clone", "config", "init", "lfs", "--version", "ls-remote", "credential"};
  for (const std::vector<CommandRef>& commands : input.commands) {
    for (const CommandRef& ref : commands) {
      std::vector<const ShellWord*> words = unwrapped(*ref.node);
      if (words.size() < 2 || words[0]->value != "git") continue;
      bool is_elsewhere = false;
      for (std::string_view action : kElsewhere)
        is_elsewhere = is_elsewhere || words[1]->value == action;
      // `git -C /other checkout` works on another repository.
      if (!is_elsewhere && words[1]->value != "-C") return true;
    }
  }
  return false;
}

const NoiseCategory kCategory = {
    "vcs-in-context",
    Severity::Warning,
    "version control data",
    "Keep version control data out of the build context",
    {{".git", true, NoiseDepth::AnyName},
     {".git", false, NoiseDepth::AnyName},
     {".hg", true, NoiseDepth::AnyName},
     {".svn", true, NoiseDepth::Anywhere},
     {".bzr", true, NoiseDepth::AnyName},
     {"CVS", true, NoiseDepth::Anywhere}},
    true,
    {"git describe",
     "git rev-parse",
     "git rev-list",
     "git log",
     "git show",
     "git submodule",
     "git ls-files",
     "setuptools_scm",
     "setuptools-scm",
     "versioneer",
     "hatch-vcs",
     "vergen",
     "git2",
     "GitVersion",
     "gitversion",
     "ReadBuildInfo",
     "git-commit-id-plugin",
     "git-commit-id-maven-plugin",
     "gradle-git-properties",
     "husky",
     ".git/HEAD"},
    reads_repository,
};

void check(const LintInput& input, std::vector<Finding>& findings) {
  check_context_noise(input, kCategory, findings);
}

}  // namespace

extern const Rule kVcsInContext;
const Rule kVcsInContext = {
    {"vcs-in-context",
     "WH1031",
     "DKL-LI-0003",
     Severity::Warning,
     "The build context holds the version control history",
     "The history is usually larger than the files, holds everything that was ever deleted (also "
     "secrets), changes with "
     "every commit, and no program in the image reads it. Tools that derive a version from it (git "
     "describe, "
     "setuptools_scm, Go's build information when a program asks for it) are looked for first; if "
     "one is found the fix "
     "is unsafe.",
     "FROM debian:bookworm\nCOPY . /app\n",
     "FROM debian:bookworm\nCOPY app /app\n",
     kDeclaresNothing,
     kSafeFix | kUnsafeFix},
    check,
};

}  // namespace whittle
