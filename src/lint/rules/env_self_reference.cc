// ENV that uses what the same ENV sets.
#include "base/strings.h"
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kEnvSelfReference;

namespace {

std::vector<std::string> names_in(const Dockerfile& file, std::string_view value) {
  Result<Expansion> expansion = expand_word(
      value, file.escape, [](std::string_view) { return std::optional<std::string>(); });
  return expansion.ok() ? expansion->missing : std::vector<std::string>();
}

// Index of the pair that sets what pair `at` uses; nullopt if there is none, or it had a value.
std::optional<size_t> setter_of(const LintInput& input, const InstructionPlace& place, size_t at) {
  const std::vector<KeyValue>& pairs = place.instruction->pairs;
  const Environment& environment = input.evaluation.states[place.index].environment;
  for (const std::string& name : names_in(*input.file, pairs[at].value)) {
    if (name == pairs[at].key || environment.find(name)) continue;
    for (size_t i = 0; i < pairs.size(); ++i) {
      if (i != at && pairs[i].key == name) return i;
    }
  }
  return std::nullopt;
}

// A new ENV for this pair and those behind it.
std::optional<Fix> split_fix(const LintInput& input,
                             const Instruction& env,
                             size_t at,
                             size_t setter) {
  if (setter > at || at == 0) return std::nullopt;
  Range gap{env.pairs[at - 1].range.end, env.pairs[at].range.begin};
  if (contains(input.file->text(gap), "#")) return std::nullopt;
  return make_fix("Split the ENV",
                  Applicability::Unsafe,
                  {{gap, input.file->line_end + env.keyword_text + " "}});
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const InstructionPlace& place : instructions_of(input, InstructionKind::Env)) {
    const Instruction& env = *place.instruction;
    for (size_t i = 0; env.pairs.size() > 1 && i < env.pairs.size(); ++i) {
      std::optional<size_t> setter = setter_of(input, place, i);
      if (!setter) continue;
      Finding finding =
          make_finding(kEnvSelfReference,
                       env.pairs[i].range,
                       in_ticks(env.pairs[i].key) + " uses " + in_ticks(env.pairs[*setter].key) +
                           ", which this ENV has not set yet",
                       "Set " + in_ticks(env.pairs[*setter].key) + " in an ENV before");
      if (!place.is_onbuild) finding.fix = split_fix(input, env, i, *setter);
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

const Rule kEnvSelfReference = {
    {.name = "env-self-reference",
     .code = "WH2301",
     .aliases = "DL3044",
     .severity = Severity::Error,
     .summary = "ENV refers to a variable that the same ENV sets",
     .why = "All values of one ENV are expanded before any of them is set: the variable has its "
            "old value there, or none. Silent when it was set before, where the old value may be "
            "meant, and for a variable that adds to itself.",
     .bad = "FROM debian:bookworm\nENV APP=/opt/app BIN=$APP/bin\n",
     .good = "FROM debian:bookworm\nENV APP=/opt/app\nENV BIN=$APP/bin\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
