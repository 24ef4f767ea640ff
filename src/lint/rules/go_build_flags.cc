// go build without flags for a release.
#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kGoBuildFlags;

namespace {

struct GoBuild {
  bool is_stripped = false;
  bool is_trimmed = false;
  bool is_known = true;  // false: a variable may hold the flags
  const ShellWord* action = nullptr;
};

GoBuild read_build(const LintInput& input,
                   const RunText& run,
                   const std::vector<const ShellWord*>& words) {
  GoBuild build;
  build.action = words[1];
  std::optional<std::string> flags = input.evaluation.states[run.index].environment.find("GOFLAGS");
  std::string text = flags ? *flags : "";
  for (const ShellWord* word : words) text += " " + std::string(word->raw);
  build.is_trimmed = contains(text, "-trimpath");
  size_t ldflags = text.find("-ldflags");
  build.is_stripped = ldflags != std::string::npos && (contains(text.substr(ldflags), "-s") ||
                                                       contains(text.substr(ldflags), "-w"));
  // `-gcflags=-N` and race detectors are for debugging.
  bool is_debug = contains(text, "-gcflags") || contains(text, "-race") ||
                  contains(text, "-cover") || contains(text, "-buildmode");
  build.is_known = !is_debug && !contains(text, "$") && ldflags == std::string::npos &&
                   !contains(run.instruction->text, "GOFLAGS");
  return build;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    if (input.file->stages.empty()) return;
    for (const CommandRef& ref : *run.commands) {
      std::vector<const ShellWord*> words = unwrapped(*ref.node);
      if (words.size() < 2 || command_name(words) != "go" || words[1]->value != "build") continue;
      GoBuild build = read_build(input, run, words);
      if (build.is_stripped || !build.is_known) continue;
      std::string flags = std::string(build.is_trimmed ? "" : " -trimpath") + " -ldflags=\"-s -w\"";
      Finding finding =
          make_finding(kGoBuildFlags,
                       ref.node->range,
                       "The program keeps its debug information, about a third of its size",
                       "Build with" + std::string(build.is_trimmed ? " `" : " `-trimpath ") +
                           "-ldflags=\"-s -w\"`");
      if (is_editable(input, run))
        finding.fix = make_fix("Leave debug information and paths out",
                               Applicability::Unsafe,
                               {insert_at(build.action->range.end, flags)});
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

const Rule kGoBuildFlags = {
    {.name = "go-build-flags",
     .code = "WH3604",
     .aliases = "",
     .severity = Severity::Info,
     .summary = "`go build` keeps debug information and paths",
     .why = "Symbols and DWARF are about a third of a program of Go; `-ldflags \"-s -w\"` leaves "
            "them out, and stack traces stay readable. `-trimpath` takes the paths of the builder "
            "out, so that the same source gives the same bytes. For `scratch` and Alpine "
            "`CGO_ENABLED=0` makes the program static.",
     .bad = "FROM golang:1.22 AS build\nRUN go build -o /app .\nFROM scratch\nCOPY --from=build "
            "/app /app\nCMD [\"/app\"]\n",
     .good = "FROM golang:1.22 AS build\nRUN CGO_ENABLED=0 go build -trimpath -ldflags \"-s -w\" "
             "-o /app .\nFROM scratch\nCOPY --from=build /app /app\nCMD [\"/app\"]\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
