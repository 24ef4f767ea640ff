// curl of files that servers redirect, without -L.
#include <algorithm>

#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/downloads.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kCurlNoRedirect;

namespace {

// Where files are elsewhere than the address says, more often than not.
bool is_redirecting(std::string_view url) {
  if (!url.empty() && (url[0] == '"' || url[0] == '\'')) url.remove_prefix(1);
  if (url.substr(0, 7) == "http://") return true;
  url = url.substr(url.find("://") == url.npos ? 0 : url.find("://") + 3);
  std::string_view host = url.substr(0, url.find('/'));
  return is_one_of(
      "github.com sourceforge.net downloads.sourceforge.net aka.ms bit.ly git.io "
      "go.microsoft.com gitlab.com codeload.github.com",
      host);
}

bool has_redirecting(const CommandWords& line) {
  return std::any_of(line.operands.begin(), line.operands.end(), [](const ShellWord* word) {
    return is_redirecting(word->raw);
  });
}

// Files, not questions to a program.
bool is_stored(const CommandRef& ref, const CommandWords& line) {
  if (line.has("-o --output -O --remote-name --remote-name-all") || !ref.node->redirects.empty())
    return true;
  return ref.list != nullptr && ref.index_in_list + 1 < ref.list->children.size() &&
         ref.list->children[ref.index_in_list + 1].op_before == ShellOp::Pipe;
}

Edit follow_edit(const std::vector<const ShellWord*>& words) {
  const ShellWord& next = *words[1];
  bool is_cluster = next.raw.size() > 1 && next.raw[0] == '-' && is_alpha(next.raw[1]) &&
                    next.range.size() == next.raw.size() && !next.is_quoted;
  if (is_cluster) return insert_at(next.range.begin + 1, "L");
  return insert_at(words[0]->range.end, " -L");
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    for (const CommandRef& ref : *run.commands) {
      std::vector<const ShellWord*> words = unwrapped(*ref.node);
      if (command_name(words) != "curl" || words.size() < 2) continue;
      CommandWords line = download_words(words);
      if (line.operands.empty() ||
          line.has("-L --location --location-trusted -X --request -d --data -I --head -K") ||
          !is_stored(ref, line) || !has_redirecting(line))
        continue;
      Finding finding = make_finding(kCurlNoRedirect,
                                     words[0]->range,
                                     "`curl` stores the redirect when the file has moved",
                                     "Add `-L`");
      if (is_editable(input, run))
        finding.fix = make_fix("Add `-L`", Applicability::Unsafe, {follow_edit(words)});
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

const Rule kCurlNoRedirect = {
    {.name = "curl-no-redirect",
     .code = "WH3509",
     .aliases = "curlUseFlagL curl-should-follow-redirects",
     .severity = Severity::Info,
     .summary = "`curl` does not follow redirects",
     .why =
         "A server that has moved a file answers with its new place, and curl stores that answer "
         "unless `--location` is there. Downloads of releases, as on GitHub, are always elsewhere. "
         "Only addresses are reported that are known for that, and plain http.",
     .bad =
         "FROM debian:bookworm\nRUN curl -fsSo /x https://github.com/a/b/releases/download/v1/x\n",
     .good =
         "FROM debian:bookworm\nRUN curl -fsSLo /x https://github.com/a/b/releases/download/v1/x\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
