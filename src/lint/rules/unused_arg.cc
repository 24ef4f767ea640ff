// An ARG without any use.
#include <algorithm>

#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/stages.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kUnusedArg;

namespace {

// Programs that take nothing from variables they are not told about.
constexpr std::string_view kPlainPrograms =
    "apt-get apt apk yum dnf microdnf rm mkdir chmod chown useradd groupadd adduser addgroup "
    "usermod ln cp mv echo printf cd "
    "set test [ true sed touch find cat dpkg install tar unzip update-ca-certificates ldconfig "
    "locale-gen";
// What those and the builder do look for.
constexpr std::string_view kWellKnown =
    "DEBIAN_FRONTEND HTTP_PROXY HTTPS_PROXY FTP_PROXY NO_PROXY ALL_PROXY TERM LANG LANGUAGE TZ "
    "PATH HOME SOURCE_DATE_EPOCH";

bool runs_only_plain_programs(const LintInput& input, size_t index) {
  const std::vector<CommandRef>& commands = input.commands[index];
  return input.scripts[index].complete &&
         std::all_of(commands.begin(), commands.end(), [](const CommandRef& ref) {
           return ref.node->words.empty() ||
                  is_one_of(kPlainPrograms, command_name(unwrapped(*ref.node)));
         });
}

bool may_be_read(const LintInput& input, size_t index, const std::string& name) {
  const Instruction& instruction = input.file->instructions[index];
  if (mentions_variable(input.file->text(instruction.range), name)) return true;
  if (instruction.kind == InstructionKind::Onbuild) return true;
  return instruction.kind == InstructionKind::Run && !runs_only_plain_programs(input, index);
}

bool is_well_known(std::string_view name) {
  std::string upper = to_upper(name);
  return is_one_of(kWellKnown, upper) || upper.substr(0, 3) == "LC_" ||
         upper.substr(0, 9) == "BUILDKIT_" || upper.substr(0, 4) == "APT_";
}

// All instructions that see the ARG: those behind it in its stage and in stages FROM that one; of a
// global one the rest of the file.
bool is_used(const LintInput& input, size_t index, const std::string& name) {
  if (input.file->instructions[index].stage == Instruction::kNoStage) {
    for (size_t i = index + 1; i < input.file->instructions.size(); ++i) {
      if (mentions_variable(input.file->text(input.file->instructions[i].range), name)) return true;
    }
    return false;
  }
  for (const std::vector<size_t>& path : paths_after(input, index)) {
    bool is_read = std::any_of(
        path.begin(), path.end(), [&](size_t i) { return may_be_read(input, i, name); });
    if (is_read) return true;
  }
  return false;
}

// A later FROM names it, but takes ARGs in front of the first FROM alone.
bool is_meant_for_from(const LintInput& input, size_t index, const std::string& name) {
  for (size_t i = index + 1; i < input.file->instructions.size(); ++i) {
    const Instruction& from = input.file->instructions[i];
    if (from.kind == InstructionKind::From && mentions_variable(input.file->text(from.range), name))
      return true;
  }
  return false;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    const Instruction& arg = input.file->instructions[i];
    if (arg.kind != InstructionKind::Arg) continue;
    for (size_t p = 0; p < arg.pairs.size(); ++p) {
      const KeyValue& pair = arg.pairs[p];
      bool is_named_again = std::any_of(
          arg.pairs.begin() + static_cast<std::ptrdiff_t>(p) + 1,
          arg.pairs.end(),
          [&](const KeyValue& later) { return mentions_variable(later.value, pair.key); });
      if (pair.key.empty() || is_named_again || is_well_known(pair.key) ||
          is_used(input, i, pair.key))
        continue;
      Finding finding =
          make_finding(kUnusedArg,
                       pair.range,
                       "Nothing uses " + in_ticks(pair.key),
                       is_meant_for_from(input, i, pair.key)
                           ? "Declare it in front of the first FROM, which sees no other"
                           : "Delete it");
      std::optional<Edit> edit = drop_pair(input, i, p);
      if (edit)
        finding.fix = make_fix("Delete the argument", Applicability::Unsafe, {std::move(*edit)});
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

const Rule kUnusedArg = {
    {.name = "unused-arg",
     .code = "WH3307",
     .aliases = "",
     .severity = Severity::Info,
     .summary = "An ARG that nothing uses",
     .why = "An argument that no instruction names still takes a value: a typing error in it stays "
            "unseen, and another value makes the builder run the RUNs behind it again.",
     .bad = "FROM debian:bookworm\nARG VERSION=1\nCMD [\"sleep\", \"1\"]\n",
     .good = "FROM debian:bookworm\nARG VERSION=1\nLABEL version=$VERSION\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
