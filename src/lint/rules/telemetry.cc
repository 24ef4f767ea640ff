// Tools that report about their use.
#include <array>
#include <set>
#include <string>

#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kTelemetry;

namespace {

struct Reporter {
  std::string_view program;  // or the second word of npx, yarn, pnpm
  std::string_view variable;
  std::string_view value;
};

// Source: the documentation of each tool.
constexpr std::array<Reporter, 9> kReporters = {{
    {"next", "NEXT_TELEMETRY_DISABLED", "1"},
    {"nuxt", "NUXT_TELEMETRY_DISABLED", "1"},
    {"astro", "ASTRO_TELEMETRY_DISABLED", "1"},
    {"gatsby", "GATSBY_TELEMETRY_DISABLED", "1"},
    {"ng", "NG_CLI_ANALYTICS", "false"},
    {"turbo", "TURBO_TELEMETRY_DISABLED", "1"},
    {"dotnet", "DOTNET_CLI_TELEMETRY_OPTOUT", "1"},
    {"az", "AZURE_CORE_COLLECT_TELEMETRY", "0"},
    {"brew", "HOMEBREW_NO_ANALYTICS", "1"},
}};

std::string program_of(const std::vector<const ShellWord*>& words) {
  std::string name = command_name(words);
  bool is_runner = is_one_of("npx yarn pnpm bunx pnpx", name);
  if (!is_runner) return name;
  for (size_t i = 1; i < words.size(); ++i) {
    std::string_view text = text_of(*words[i]);
    if (!text.empty() && text[0] != '-' && text != "exec" && text != "run" && text != "dlx")
      return std::string(text.substr(0, text.find('@')));
  }
  return name;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  std::set<std::pair<uint32_t, std::string_view>> seen;
  for (const RunText& run : run_texts(input)) {
    for (const CommandRef& ref : *run.commands) {
      std::string program = program_of(unwrapped(*ref.node));
      for (const Reporter& reporter : kReporters) {
        if (reporter.program != program ||
            input.evaluation.states[run.index].environment.find(reporter.variable) ||
            contains(run.instruction->text, reporter.variable))
          continue;
        if (!seen.insert({run.instruction->stage, reporter.variable}).second) continue;
        Finding finding = make_finding(
            kTelemetry,
            ref.node->range,
            in_ticks(program) + " reports about its use",
            "Set `" + std::string(reporter.variable) + "=" + std::string(reporter.value) + "`");
        std::string line = "ENV " + std::string(reporter.variable) + "=" +
                           std::string(reporter.value) + input.file->line_end;
        if (!run.is_onbuild)
          finding.fix = make_fix("Switch the reports off",
                                 Applicability::Unsafe,
                                 {insert_at(run.instruction->range.begin, line)});
        findings.push_back(std::move(finding));
      }
    }
  }
}

}  // namespace

const Rule kTelemetry = {
    {.name = "telemetry",
     .code = "WH3607",
     .aliases = "prefer-telemetry-opt-out",
     .severity = Severity::Style,
     .summary = "A tool reports about its use while the image is built",
     .why = "Some tools send facts about each build to their makers. In a build nobody is asked, "
            "and a network that is closed makes them wait.",
     .bad = "FROM node:22\nRUN npx next build\n",
     .good = "FROM node:22\nENV NEXT_TELEMETRY_DISABLED=1\nRUN npx next build\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true,
     .is_opt_in = true},
    check,
};

}  // namespace whittle
