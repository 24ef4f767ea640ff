// $(...) without quotes as a part of a word.
#include "lint/command_words.h"
#include "lint/expansions.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/sh_program.h"
#include "lint/single_word.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kUnquotedSubstitution;

namespace {

// bash keeps what follows `=` together.
constexpr std::string_view kUnsplit = "[[ export declare local readonly typeset";
// Commands that take one word where a list would be an error.
constexpr std::string_view kSingle = "cd [ test [[";

void check_word(const LintInput& input,
                const RunText& run,
                const ShellNode& node,
                const ShellWord& word,
                std::vector<Finding>& findings) {
  for (const WordExpansion& expansion : expansions_of(word)) {
    if (expansion.kind != ExpansionKind::Command || expansion.is_quoted) continue;
    bool is_part = expansion.text.size() < word.raw.size();
    if (!is_part && !is_one_of(kSingle, node.words[0].raw)) continue;
    if (writes_one_word(node, word, expansion)) continue;
    Finding finding =
        make_finding(kUnquotedSubstitution,
                     expansion.range,
                     "What the command writes is cut at blanks and its wildcards are expanded",
                     "Put it between double quotes");
    finding.fix = quote_expansion(input, run, word, expansion);
    findings.push_back(std::move(finding));
  }
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    for_each_node(run.script->root, [&](const ShellNode& node) {
      if (node.kind != ShellNodeKind::Simple || node.words.empty() ||
          is_one_of(kUnsplit, node.words[0].raw))
        return;
      for (size_t i = 1; i < node.words.size(); ++i)
        check_word(input, run, node, node.words[i], findings);
    });
  }
}

}  // namespace

const Rule kUnquotedSubstitution = {
    {.name = "unquoted-substitution",
     .code = "WH3211",
     .aliases = "SC2046",
     .severity = Severity::Warning,
     .summary = "A command substitution without quotes inside a word",
     .why = "What the command writes is cut at blanks and its `*` and `?` are replaced by names of "
            "files: a word like `x-$(cmd).tgz` becomes several. Silent for commands that write one "
            "word, such as `nproc` and `uname -m`, and for a substitution that is a word of its "
            "own, which may be meant as a list.",
     .bad = "FROM debian:bookworm\nRUN curl -o x https://example.com/$(cat version)/x\n",
     .good = "FROM debian:bookworm\nRUN curl -o x \"https://example.com/$(cat version)/x\"\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
