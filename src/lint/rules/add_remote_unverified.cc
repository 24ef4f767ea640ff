// ADD of a URL without --checksum.
#include <algorithm>

#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/online.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kAddRemoteUnverified;

namespace {

constexpr size_t kSha256 = 64;

bool is_hex(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789abcdef") == text.npos;
}

bool is_git(std::string_view url) {
  std::string_view plain = url.substr(0, url.find('#'));
  bool ends_git = plain.size() > 4 && plain.substr(plain.size() - 4) == ".git";
  return ends_git || url.substr(0, 4) == "git@" || url.substr(0, 6) == "git://" ||
         url.substr(0, 6) == "ssh://";
}

bool is_web(std::string_view url) {
  return url.substr(0, 7) == "http://" || url.substr(0, 8) == "https://";
}

// A commit behind '#', in front of a folder.
bool names_commit(std::string_view url) {
  size_t hash = url.find('#');
  if (hash == url.npos) return false;
  std::string_view ref = url.substr(hash + 1);
  ref = ref.substr(0, ref.find(':'));
  constexpr size_t kCommit = 40;
  return ref.size() >= kCommit && is_hex(ref);
}

// The checksum that a later RUN of the stage holds against the file, so that it is known.
std::optional<std::string> known_checksum(const LintInput& input,
                                          size_t add,
                                          std::string_view url) {
  std::string_view path = url.substr(0, url.find_first_of("?#"));
  std::string_view name = path.substr(path.rfind('/') + 1);
  for (const RunText& run : run_texts(input)) {
    if (run.index <= add || run.instruction->stage != input.file->instructions[add].stage ||
        name.empty())
      continue;
    std::string_view text = run.instruction->text;
    if (!contains(text, "sha256sum") || !contains(text, name)) continue;
    for (size_t at = text.find(name); at != text.npos; at = text.find(name, at + 1)) {
      size_t begin = text.rfind(' ', at);
      if (begin == text.npos) continue;
      size_t end = text.find_last_not_of(" *", begin);
      if (end == text.npos || end + 1 < kSha256) continue;
      std::string_view digest = text.substr(end + 1 - kSha256, kSha256);
      if (is_hex(digest)) return std::string(digest);
    }
  }
  return std::nullopt;
}

// A checksum for this very URL: with variables in it the next version has another one, which the
// unsafe fix does not hide.
std::optional<Fix> checksum_fix(const LintInput& input,
                                const InstructionPlace& place,
                                const std::string& url) {
  std::string title = "Add the checksum that a RUN checks later";
  std::optional<std::string> digest = known_checksum(input, place.index, url);
  if (!digest && input.online != nullptr) {
    title = "Add the checksum that the file has now";
    digest = input.online->file_sha256(url);
  }
  if (!digest || digest->size() != kSha256 || !is_hex(*digest)) return std::nullopt;
  return make_fix(title,
                  Applicability::Unsafe,
                  {insert_at(place.instruction->keyword.end, " --checksum=sha256:" + *digest)});
}

void check_add(const LintInput& input,
               const InstructionPlace& place,
               std::vector<Finding>& findings) {
  const Instruction& add = *place.instruction;
  if (add.flag("checksum") != nullptr || add.words.size() < 2) return;
  for (size_t i = 0; i + 1 < add.words.size(); ++i) {
    std::optional<std::string> url = known_value(input, place.index, add.words[i].text);
    if (!url || (!is_web(*url) && !is_git(*url)) || (is_git(*url) && names_commit(*url))) continue;
    Finding finding = make_finding(
        kAddRemoteUnverified,
        add.words[i].range,
        is_git(*url) ? "What the branch or tag stands for can change from build to build"
                     : "What the URL gives can change from build to build",
        is_git(*url) ? "Name the commit behind `#`" : "Add `--checksum=sha256:...`");
    bool is_fixable = !place.is_onbuild && is_web(*url) && !is_git(*url) && add.words.size() == 2;
    if (is_fixable) finding.fix = checksum_fix(input, place, *url);
    findings.push_back(std::move(finding));
  }
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const InstructionPlace& place : instructions_of(input, InstructionKind::Add))
    check_add(input, place, findings);
}

}  // namespace

const Rule kAddRemoteUnverified = {
    {.name = "add-remote-unverified",
     .code = "WH3502",
     .aliases = "add_src_invalid",
     .severity = Severity::Warning,
     .summary = "ADD from the network without a checksum",
     .why = "What a URL gives can change from one build to the next. With `--checksum` the build "
            "stops instead; for a Git repository a commit in the URL says what is taken. With "
            "`--online` the fix downloads the file and takes its checksum.",
     .bad = "FROM debian:bookworm\nADD https://example.com/x.tgz /tmp/\n",
     .good = "FROM debian:bookworm\nADD "
             "--checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d "
             "https://example.com/x.tgz /tmp/\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
