// A user by name, which Kubernetes cannot check.
#include <algorithm>

#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/final_user.h"
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"

namespace whittle {

extern const Rule kUserNonNumeric;

namespace {

// The number that the file itself gives the user: `useradd -u 1000 name`.
std::optional<std::string> uid_of(const LintInput& input, const std::string& name) {
  for (const RunText& run : run_texts(input)) {
    for (const CommandRef& ref : *run.commands) {
      std::vector<const ShellWord*> words = unwrapped(*ref.node);
      if (!is_one_of("useradd adduser", command_name(words))) continue;
      CommandWords line = read_command_words(
          words, 1, "-u --uid -g --gid -G --groups -s --shell -d --home -h -c --comment --gecos");
      const CommandOption* uid = line.find("-u --uid");
      bool is_user = !line.operands.empty() && text_of(*line.operands[0]) == name;
      bool is_number = uid != nullptr && !uid->value.empty() &&
                       std::all_of(uid->value.begin(), uid->value.end(), is_digit);
      if (is_user && is_number) return uid->value;
    }
  }
  return std::nullopt;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  std::optional<size_t> index = final_user(input);
  if (!index) return;
  const Instruction& user = input.file->instructions[*index];
  if (user.words.empty()) return;
  std::optional<std::string> value = known_value(input, *index, user.words[0].text);
  if (!value) return;
  std::string name = value->substr(0, value->find(':'));
  if (name.empty() || std::all_of(name.begin(), name.end(), is_digit)) return;
  Finding finding = make_finding(kUserNonNumeric,
                                 user.words[0].range,
                                 in_ticks(name) + " is a name, `runAsNonRoot` takes numbers only",
                                 "Write the number of the user");
  std::optional<std::string> uid = uid_of(input, name);
  bool is_literal = user.words[0].text == *value;
  if (uid && is_literal) {
    uint32_t begin = user.words[0].range.begin;
    finding.fix = make_fix("Write the number of the user",
                           Applicability::Unsafe,
                           {{{begin, begin + static_cast<uint32_t>(name.size())}, *uid}});
  }
  findings.push_back(std::move(finding));
}

}  // namespace

const Rule kUserNonNumeric = {
    {.name = "user-non-numeric",
     .code = "WH2124",
     .aliases = "DL3066",
     .severity = Severity::Info,
     .summary = "The last USER is a name",
     .why = "With `runAsNonRoot` Kubernetes refuses an image whose USER is a name, as it cannot "
            "look into its passwd. Off unless asked for: everything else takes names.",
     .bad = "FROM debian:bookworm\nRUN useradd app\nUSER app\n",
     .good = "FROM debian:bookworm\nRUN useradd -u 10001 app\nUSER 10001\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true,
     .is_opt_in = true},
    check,
};

}  // namespace whittle
