// Two RUNs of the image that store the same files twice.
#include <algorithm>

#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/package_commands.h"
#include "lint/rules/rules.h"
#include "lint/run_edits.h"
#include "lint/run_texts.h"
#include "lint/stages.h"

namespace whittle {

extern const Rule kConsecutiveRun;

namespace {

bool has_equal_flags(const Instruction& a, const Instruction& b) {
  return std::equal(
      a.flags.begin(),
      a.flags.end(),
      b.flags.begin(),
      b.flags.end(),
      [](const Flag& x, const Flag& y) { return x.name == y.name && x.value == y.value; });
}

bool shares_package_manager(const LintInput& input, size_t a, size_t b) {
  for (const PackageCommand& x : package_commands(input, a)) {
    for (const PackageCommand& y : package_commands(input, b)) {
      bool has_database = x.tool == PackageTool::Apt || x.tool == PackageTool::Apk ||
                          x.tool == PackageTool::Dnf || x.tool == PackageTool::Yum ||
                          x.tool == PackageTool::Microdnf || x.tool == PackageTool::Zypper;
      if (x.tool == y.tool && has_database && is_install(x) && is_install(y)) return true;
    }
  }
  return false;
}

bool is_below(std::string_view path, std::string_view folder) {
  if (path == folder) return true;
  return path.size() > folder.size() && path.substr(0, folder.size()) == folder &&
         (path[folder.size()] == '/' || folder.back() == '/');
}

// True if a command of the RUN names the path, what is below it, or a folder above it.
bool names_path(const LintInput& input, size_t index, std::string_view path) {
  auto is_same = [&](std::string_view word) {
    return word.size() > 1 && word[0] != '-' && (is_below(word, path) || is_below(path, word));
  };
  for (const CommandRef& ref : input.commands[index]) {
    for (const ShellWord& word : ref.node->words) {
      if (is_same(text_of(word))) return true;
    }
    for (const ShellRedirect& redirect : ref.node->redirects) {
      if (redirect.op[0] == '>' && is_same(text_of(redirect.target))) return true;
    }
  }
  return false;
}

// True if the RUN begins with a command that stores again what the RUN before names.
bool rewrites(const LintInput& input, size_t index) {
  if (input.commands[index].empty()) return false;
  std::vector<const ShellWord*> words = unwrapped(*input.commands[index].front().node);
  std::string name = command_name(words);
  if (name.empty() || !is_one_of("chmod chown chgrp mv strip", name)) return false;
  std::vector<const ShellWord*> operands = read_command_words(words, 1, "").operands;
  return std::any_of(operands.begin(), operands.end(), [&](const ShellWord* operand) {
    std::string_view path = text_of(*operand);
    return path.size() > 1 && path.find('/') != path.npos && names_path(input, index - 1, path);
  });
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  const std::vector<Instruction>& all = input.file->instructions;
  for (size_t i = 1; i < all.size(); ++i) {
    if (all[i].kind != InstructionKind::Run || all[i - 1].kind != InstructionKind::Run) continue;
    if (!is_image_stage(input, all[i].stage) || !has_equal_flags(all[i - 1], all[i])) continue;
    bool installs = shares_package_manager(input, i - 1, i);
    if (!installs && !rewrites(input, i)) continue;
    Finding finding =
        make_finding(kConsecutiveRun,
                     all[i].range,
                     installs ? "Two installs in a row store the database of packages twice"
                              : "This RUN may store again what the RUN before it made",
                     "Join it with the RUN before");
    if (can_join_with_next(input, i - 1)) {
      finding.fix =
          make_fix("Join the two RUNs", Applicability::Unsafe, join_with_next(input, i - 1));
    }
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kConsecutiveRun = {
    {.name = "consecutive-run",
     .code = "WH2038",
     .aliases = "DL3059 ruleMoreThanOneInstall",
     .severity = Severity::Info,
     .summary = "A RUN rewrites what the RUN before it has just stored",
     .why = "Each RUN is a layer that holds in full every file it changes: two installs in a row "
            "store the database of packages twice, a `chown` or `mv` of what the RUN before made "
            "stores it again. Other RUNs in a row cost no bytes and cache better apart; builder "
            "stages are not looked at.",
     .bad = "FROM debian:bookworm\nRUN apt-get update && apt-get install -y curl\nRUN apt-get "
            "install -y git\n",
     .good = "FROM debian:bookworm\nRUN apt-get update && apt-get install -y curl git\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
