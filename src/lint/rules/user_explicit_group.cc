// USER user:group of a user with further groups.
#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kUserExplicitGroup;

namespace {

// A command of the file puts the user into further groups.
bool has_further_groups(const LintInput& input, std::string_view user) {
  for (const RunText& run : run_texts(input)) {
    for (const CommandRef& ref : *run.commands) {
      std::vector<const ShellWord*> words = unwrapped(*ref.node);
      std::string name = command_name(words);
      CommandWords line = read_command_words(
          words,
          1,
          name == "gpasswd" ? "-a --add -d --delete"
                            : "-G --groups -g --gid -u --uid -d --home -s --shell -c --comment");
      bool names_user = false;
      for (const ShellWord* word : line.operands) names_user = names_user || text_of(*word) == user;
      if (name == "usermod" || name == "useradd") {
        if (line.has("-G --groups") && names_user) return true;
      } else if (name == "gpasswd" || name == "adduser" || name == "addgroup") {
        const CommandOption* added = name == "gpasswd" ? line.find("-a --add") : nullptr;
        bool is_added = added != nullptr && added->value == user;
        if (is_added ||
            (name != "gpasswd" && names_user && line.operands.size() == 2 && line.options.empty()))
          return true;
      }
    }
  }
  return false;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const Instruction& instruction : input.file->instructions) {
    if (instruction.kind != InstructionKind::User) continue;
    std::string_view text = instruction.text;
    size_t colon = text.find(':');
    if (colon == text.npos || contains(text, "$") ||
        !has_further_groups(input, text.substr(0, colon)))
      continue;
    uint32_t begin = instruction.source_offset(static_cast<uint32_t>(colon));
    Finding finding =
        make_finding(kUserExplicitGroup,
                     instruction.arguments,
                     "The other groups of " + in_ticks(text.substr(0, colon)) + " do not count",
                     "Name the user alone");
    finding.fix = make_fix(
        "Name the user alone", Applicability::Unsafe, {{{begin, instruction.arguments.end}, ""}});
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kUserExplicitGroup = {
    {.name = "user-explicit-group",
     .code = "WH3410",
     .aliases = "user-explicit-group-drops-supplementary-groups",
     .severity = Severity::Info,
     .summary = "USER with a group drops all other groups",
     .why =
         "With `USER user:group` the process is in that group alone: the groups that `/etc/group` "
         "gives the user are left out, as after `su`. With the name alone they count.",
     .bad = "FROM debian:bookworm\nRUN useradd app && usermod -aG video app\nUSER app:app\n",
     .good = "FROM debian:bookworm\nRUN useradd app && usermod -aG video app\nUSER app\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
