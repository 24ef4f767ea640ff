// Checksum lines with one blank.
#include <algorithm>

#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/expansions.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kSha256sumSpacing;

namespace {

bool is_checksum_check(const ShellNode& node) {
  std::vector<const ShellWord*> words = unwrapped(node);
  if (!is_one_of("md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum shasum",
                 command_name(words)))
    return false;
  return read_command_words(words, 1, "-a --algorithm").has("-c --check");
}

bool is_hex_digest(std::string_view text) {
  constexpr size_t kShortest = 32;
  return text.size() >= kShortest && text.find_first_not_of("0123456789abcdefABCDEF") == text.npos;
}

// Where in the raw word the one blank stands; nullopt when it is no such line.
std::optional<size_t> lone_blank(const ShellWord& word) {
  std::string_view raw = word.raw;
  size_t blank = raw.find(' ');
  if (blank == raw.npos || blank + 1 >= raw.size() ||
      raw.find_first_of(" \t*", blank + 1) != raw.npos)
    return std::nullopt;
  std::string_view front = raw.substr(0, blank);
  if (!front.empty() && (front[0] == '"' || front[0] == '\'')) front.remove_prefix(1);
  if (is_hex_digest(front)) return blank;
  std::vector<WordExpansion> expansions = expansions_of(word);
  if (expansions.empty() || expansions[0].text != front) return std::nullopt;
  std::string name = to_lower(expansions[0].name);
  bool is_digest = contains(name, "sha") || contains(name, "sum") || contains(name, "md5") ||
                   contains(name, "digest") || contains(name, "hash");
  return is_digest ? std::optional<size_t>(blank) : std::nullopt;
}

void check_command(const LintInput& input,
                   const RunText& run,
                   const CommandRef& ref,
                   std::vector<Finding>& findings) {
  bool is_text = is_one_of("echo printf", ref.node->command_name()) && ref.list != nullptr &&
                 ref.node->redirects.empty();
  if (!is_text || ref.index_in_list + 1 >= ref.list->children.size()) return;
  const ShellNode& next = ref.list->children[ref.index_in_list + 1];
  if (next.op_before != ShellOp::Pipe || next.kind != ShellNodeKind::Simple ||
      !is_checksum_check(next))
    return;
  for (const ShellWord& word : ref.node->words) {
    std::optional<size_t> blank = lone_blank(word);
    if (!blank || !word.is_quoted) continue;
    Finding finding =
        make_finding(kSha256sumSpacing,
                     word.range,
                     "One blank between the checksum and the file, where there have to be two",
                     "Write two blanks");
    uint32_t at = word.range.begin + static_cast<uint32_t>(*blank);
    if (is_editable(input, run) && word.range.size() == word.raw.size())
      finding.fix = make_fix("Write two blanks", Applicability::Safe, {insert_at(at, " ")});
    findings.push_back(std::move(finding));
  }
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    for (const CommandRef& ref : *run.commands) check_command(input, run, ref, findings);
  }
}

}  // namespace

const Rule kSha256sumSpacing = {
    {.name = "sha256sum-spacing",
     .code = "WH3404",
     .aliases = "sha256sumEchoOneSpaces",
     .severity = Severity::Warning,
     .summary = "One blank between a checksum and its file",
     .why = "A line of a checksum file has two characters between checksum and name. With one "
            "blank GNU coreutils guess what is meant, and BusyBox takes the line for malformed and "
            "ends the build.",
     .bad = "FROM debian:bookworm\nRUN echo "
            "\"24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d x.tgz\" | "
            "sha256sum -c\n",
     .good = "FROM debian:bookworm\nRUN echo "
             "\"24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d  x.tgz\" | "
             "sha256sum -c\n",
     .declares = kDeclaresBlanks,
     .fixes = kSafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
