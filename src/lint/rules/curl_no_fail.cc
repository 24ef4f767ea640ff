// curl that succeeds whatever the server answers.
#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/downloads.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kCurlNoFail;

namespace {

bool asks_only(const CommandWords& line) {
  return line.operands.empty() ||
         line.has(
             "-I --head -V --version -h --help -w --write-out -X --request -d --data -F --form -K "
             "--config -T --upload-file --data-binary --data-raw");
}

// A checksum later in the RUN finds the error page too.
bool verifies_later(const RunText& run) {
  std::string_view text = run.instruction->text;
  return contains(text, "sha256sum") || contains(text, "sha512sum") || contains(text, "sha1sum") ||
         contains(text, "md5sum") || contains(text, "shasum") || contains(text, "gpg");
}

// `-fsSL` for `-sSL`, else a word of its own.
Edit fail_edit(const std::vector<const ShellWord*>& words) {
  const ShellWord& next = *words[1];
  bool is_cluster = next.raw.size() > 1 && next.raw[0] == '-' && is_alpha(next.raw[1]) &&
                    next.range.size() == next.raw.size() && !next.is_quoted;
  if (is_cluster) return insert_at(next.range.begin + 1, "f");
  return insert_at(words[0]->range.end, " -f");
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    if (verifies_later(run)) continue;
    for (const CommandRef& ref : *run.commands) {
      std::vector<const ShellWord*> words = unwrapped(*ref.node);
      if (command_name(words) != "curl" || words.size() < 2) continue;
      CommandWords line = download_words(words);
      if (asks_only(line) || line.has("-f --fail --fail-with-body --fail-early")) continue;
      Finding finding = make_finding(
          kCurlNoFail,
          words[0]->range,
          "`curl` succeeds when the server answers with an error, whose page is then the file",
          "Add `-f`");
      if (is_editable(input, run))
        finding.fix = make_fix("Add `-f`", Applicability::Unsafe, {fail_edit(words)});
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

const Rule kCurlNoFail = {
    {.name = "curl-no-fail",
     .code = "WH3508",
     .aliases = "curlUseFlagF",
     .severity = Severity::Warning,
     .summary = "`curl` takes an error page for the file",
     .why = "Without `--fail` curl stores what the server says about an error, and succeeds: the "
            "build goes on with a page of HTML in place of the file.",
     .bad = "FROM debian:bookworm\nRUN curl -sSLo /x https://example.com/x\n",
     .good = "FROM debian:bookworm\nRUN curl -fsSLo /x https://example.com/x\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
