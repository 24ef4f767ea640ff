// Two programs for the same thing in one image.
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"

namespace whittle {

extern const Rule kCurlAndWget;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  uint32_t stage = Instruction::kNoStage;
  std::string first;
  bool is_reported = false;
  for (const RunText& run : run_texts(input)) {
    if (run.instruction->stage != stage) {
      stage = run.instruction->stage;
      first.clear();
      is_reported = false;
    }
    for (const CommandRef& ref : *run.commands) {
      std::vector<const ShellWord*> words = unwrapped(*ref.node);
      std::string name = command_name(words);
      if (is_reported || (name != "curl" && name != "wget")) continue;
      if (first.empty()) first = name;
      if (first == name) continue;
      findings.push_back(make_finding(
          kCurlAndWget,
          words[0]->range,
          "The stage uses both `" + first + "` and `" + name + "`, one of them does it all",
          "Use " + in_ticks(first) + " here as well"));
      is_reported = true;
    }
  }
}

}  // namespace

const Rule kCurlAndWget = {
    {.name = "curl-and-wget",
     .code = "WH2037",
     .aliases = "DL4001 DS-0014",
     .severity = Severity::Info,
     .summary = "curl and wget in one stage",
     .why =
         "Both fetch files. Each brings its own package, its own options and its own way to fail; "
         "one of them is enough. Reported once a stage, where the second of the two is used first.",
     .bad = "FROM debian:bookworm\nRUN curl -fO https://example.com/a\nRUN wget -q "
            "https://example.com/b\n",
     .good = "FROM debian:bookworm\nRUN curl -fO https://example.com/a\nRUN curl -fO "
             "https://example.com/b\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
