// A user by name, which Kubernetes cannot check.
#include <algorithm>

#include "base/strings.h"
#include "lint/final_user.h"
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kUserNonNumeric;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  std::optional<size_t> index = final_user(input);
  if (!index) return;
  const Instruction& user = input.file->instructions[*index];
  if (user.words.empty()) return;
  std::optional<std::string> value = known_value(input, *index, user.words[0].text);
  if (!value) return;
  std::string name = value->substr(0, value->find(':'));
  if (name.empty() || std::all_of(name.begin(), name.end(), is_digit)) return;
  findings.push_back(make_finding(kUserNonNumeric,
                                  user.words[0].range,
                                  in_ticks(name) + " is a name, `runAsNonRoot` takes numbers only",
                                  "Write the number of the user"));
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
     .is_lint_only = true,
     .is_opt_in = true},
    check,
};

}  // namespace whittle
