// A lint report that has everything one can have: places behind wide characters, a range over
// lines, fixes of each kind, a suppressed finding, a file without findings and one that cannot be
// read.
#pragma once

#include <string>
#include <utility>

#include "model/lint_report.h"

namespace whittle {

// The range of `part` in a text, where it stands first.
inline Range range_of_part(std::string_view text, std::string_view part) {
  auto begin = static_cast<uint32_t>(text.find(part));
  return {begin, begin + static_cast<uint32_t>(part.size())};
}

// The whale is four bytes, two UTF-16 units, one character, two columns.
inline constexpr std::string_view kLintedText =
    "FROM debian\n"
    "RUN echo \"\xF0\x9F\x90\xB3\" && apt-get update && \\\n"
    "\tapt-get install -y \\\n"
    "\t  curl\n"
    "MAINTAINER me\n"
    "CMD run\n";

inline RuleDescription described(std::string name,
                                 std::string code,
                                 std::vector<std::string> aliases,
                                 Severity severity) {
  RuleDescription rule;
  rule.name = std::move(name);
  rule.code = std::move(code);
  rule.aliases = std::move(aliases);
  rule.severity = severity;
  rule.summary = "Summary of " + rule.name;
  rule.why = "Why `" + rule.name + "` matters";
  rule.bad = "FROM x\n";
  rule.good = "FROM y\n";
  return rule;
}

inline Finding found(std::string rule, Severity severity, std::string_view part) {
  Finding finding;
  finding.rule = std::move(rule);
  finding.severity = severity;
  finding.range = range_of_part(kLintedText, part);
  finding.message = "`" + finding.rule + "` is found, which is bad";
  finding.help = "Do otherwise";
  return finding;
}

inline LintedFile sample_linted_file() {
  LintedFile file;
  file.path = "app/Dockerfile";
  file.text = kLintedText;
  file.lines = LineIndex(kLintedText);
  file.instruction_lines = {1, 2, 5, 6};

  Finding untagged = found("untagged-image", Severity::Warning, "debian");
  untagged.fix = Fix{"Pin the tag", Applicability::Unsafe, {{{11, 11}, ":12"}}, {}, {}};
  Finding lists = found("apt-lists", Severity::Info, "apt-get update && \\\n\tapt-get install -y");
  lists.evidence = {{"bytes", "43305472"}, {"files", "12"}};
  lists.expected_saving_bytes = 43305472;
  Finding yes = found("no-errexit", Severity::Error, "apt-get install");
  Range command = yes.range;
  yes.fix = Fix{"Quote it",
                Applicability::Safe,
                {{{command.begin, command.begin}, "\""}, {{command.end, command.end}, "\""}},
                {},
                {}};
  Finding shell_form = found("shell-form", Severity::Style, "CMD run");
  shell_form.fix = Fix{"Write JSON", Applicability::Shown, {{{0, 0}, "# \n"}}, {}, {}};
  file.findings = {untagged, lists, yes, shell_form};

  file.suppressed = {{found("maintainer", Severity::Error, "MAINTAINER me"), "comment", "old"},
                     {found("maintainer", Severity::Error, "MAINTAINER me"), "baseline", ""}};
  file.applied = {{"apt-yes", "Add `-y`", 3, Applicability::Safe}};
  file.original = "FROM debian\n";
  file.ignore_text = ".git\n";
  file.changes_ignore_file = true;
  return file;
}

inline LintReport sample_lint_report() {
  LintReport report;
  report.version = "1.2.3";
  report.rules = {
      described("apt-lists", "WH1001", {"DL3009", "DS-0031"}, Severity::Warning),
      described("maintainer", "WH1021", {"DL4000", "MaintainerDeprecated"}, Severity::Warning),
      described("untagged-image", "WH2001", {"DL3006"}, Severity::Warning),
      described("shell-form", "WH2002", {"JSONArgsRecommended", "DL3025"}, Severity::Warning),
      described("no-errexit", "WH2999", {}, Severity::Error)};
  LintedFile clean;
  clean.path = "b/clean.Dockerfile";
  clean.text = "FROM scratch\n";
  clean.lines = LineIndex(clean.text);
  LintedFile unreadable;
  unreadable.path = "c/locked";
  unreadable.error = "cannot read c/locked: permission denied";
  report.files = {sample_linted_file(), clean, unreadable};
  return report;
}

}  // namespace whittle
