// STOPSIGNAL in its usual form, and one that a program can catch.
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"
#include "lint/signal_names.h"

namespace whittle {

extern const Rule kStopsignal;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const InstructionPlace& place : instructions_of(input, InstructionKind::Stopsignal)) {
    const Instruction& stop = *place.instruction;
    std::optional<std::string> text = known_value(input, place.index, stop.text);
    if (!text || text->empty()) continue;
    std::string name = canonical_signal(*text);
    if (!is_signal(*text)) {
      findings.push_back(make_finding(kStopsignal,
                                      stop.arguments,
                                      in_ticks(*text) + " is no signal",
                                      "Name a signal such as `SIGTERM`"));
    } else if (name == "SIGKILL" || name == "SIGSTOP") {
      Finding finding = make_finding(
          kStopsignal,
          stop.arguments,
          in_ticks(name) + " cannot be caught, the program ends in the middle of its work",
          "Use `SIGTERM`");
      if (!place.is_onbuild)
        finding.fix = make_fix("Use SIGTERM", Applicability::Unsafe, {{stop.arguments, "SIGTERM"}});
      findings.push_back(std::move(finding));
    } else if (*text != name && *text == stop.text) {
      Finding finding = make_finding(kStopsignal,
                                     stop.arguments,
                                     in_ticks(*text) + " is another form of " + in_ticks(name),
                                     "Write " + in_ticks(name));
      if (!place.is_onbuild)
        finding.fix = make_fix(
            "Write the signal in its usual form", Applicability::Safe, {{stop.arguments, name}});
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

const Rule kStopsignal = {
    {.name = "stopsignal",
     .code = "WH3401",
     .aliases = "INVALID_SIGNAL no-ungraceful-stopsignal prefer-canonical-stopsignal",
     .severity = Severity::Warning,
     .summary = "STOPSIGNAL that cannot be caught, is none, or is written in another way",
     .why = "SIGKILL and SIGSTOP cannot be caught: the program ends without writing what it holds. "
            "What is no signal makes the builder stop. `term` and `15` mean SIGTERM, which is how "
            "`docker inspect` and everybody else writes it.",
     .bad = "FROM debian:bookworm\nSTOPSIGNAL SIGKILL\nSTOPSIGNAL term\n",
     .good = "FROM debian:bookworm\nSTOPSIGNAL SIGTERM\n",
     .fixes = kSafeFix | kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
