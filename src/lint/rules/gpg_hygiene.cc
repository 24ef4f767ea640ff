// gpg in a build: questions nobody answers, key servers that are gone, signatures that stay.
#include <algorithm>
#include <array>

#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/downloads.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/stages.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kGpgHygiene;

namespace {

// Actions that ask where they are in doubt.
constexpr std::string_view kActions =
    "--recv-keys --recv-key --receive-keys --import --verify --gen-key --generate-key "
    "--delete-keys --edit-key --refresh-keys --fetch-keys --search-keys";
constexpr std::string_view kDeadPool = "sks-keyservers.net";
constexpr std::string_view kLivingServer = "keyserver.ubuntu.com";

bool is_gpg(const std::vector<const ShellWord*>& words) {
  return is_one_of("gpg gpg2", command_name(words));
}

bool has_word(const std::vector<const ShellWord*>& words, std::string_view list) {
  return std::any_of(words.begin(), words.end(), [&](const ShellWord* word) {
    return is_one_of(list, text_of(*word));
  });
}

void check_batch(const LintInput& input,
                 const RunText& run,
                 const std::vector<const ShellWord*>& words,
                 std::vector<Finding>& findings) {
  bool asks = has_word(words, kActions) && !has_word(words, "--batch --no-tty --yes");
  if (!asks) return;
  Finding finding = make_finding(kGpgHygiene,
                                 words[0]->range,
                                 "`gpg` asks where it is in doubt, and in a build nobody answers",
                                 "Add `--batch`");
  if (is_editable(input, run))
    finding.fix = make_fix(
        "Add `--batch`", Applicability::Unsafe, {insert_at(words[0]->range.end, " --batch")});
  findings.push_back(std::move(finding));
}

// "hkp://ha.pool.sks-keyservers.net:80": the host alone is replaced.
std::optional<Edit> server_edit(const ShellWord& word) {
  size_t end = word.raw.find(kDeadPool);
  if (end == std::string::npos || word.range.size() != word.raw.size()) return std::nullopt;
  size_t begin = end;
  while (begin > 0 && (is_alpha(word.raw[begin - 1]) || is_digit(word.raw[begin - 1]) ||
                       word.raw[begin - 1] == '.' || word.raw[begin - 1] == '-'))
    --begin;
  return Edit{{word.range.begin + static_cast<uint32_t>(begin),
               word.range.begin + static_cast<uint32_t>(end + kDeadPool.size())},
              std::string(kLivingServer)};
}

void check_server(const LintInput& input,
                  const RunText& run,
                  const CommandRef& ref,
                  std::vector<Finding>& findings) {
  for (const ShellWord& word : ref.node->words) {
    if (!contains(word.raw, kDeadPool)) continue;
    Finding finding =
        make_finding(kGpgHygiene,
                     word.range,
                     "The key servers of `sks-keyservers.net` have been gone since 2021",
                     "Use `keyserver.ubuntu.com` or `keys.openpgp.org`");
    std::optional<Edit> edit = server_edit(word);
    if (edit && is_editable(input, run))
      finding.fix = make_fix("Ask `keyserver.ubuntu.com`", Applicability::Unsafe, {*edit});
    findings.push_back(std::move(finding));
  }
}

bool is_signature(std::string_view file) {
  return file.ends_with(".asc") || file.ends_with(".sig");
}

// A command that may take the signature away again.
bool may_delete(const CommandRef& ref) {
  return is_one_of("rm find unlink shred mv", command_name(unwrapped(*ref.node)));
}

bool fetches(const RunText& run, std::string_view file) {
  return std::any_of(run.commands->begin(), run.commands->end(), [&](const CommandRef& ref) {
    return is_download(*ref.node) && downloaded_file(*ref.node) == file;
  });
}

void check_signature(const LintInput& input,
                     const RunText& run,
                     const CommandRef& ref,
                     const std::vector<const ShellWord*>& words,
                     std::vector<Finding>& findings) {
  bool is_kept = has_word(words, "--verify") && is_image_stage(input, run.instruction->stage) &&
                 run.instruction->flag("mount") == nullptr &&
                 std::none_of(run.commands->begin(), run.commands->end(), may_delete);
  if (!is_kept) return;
  for (const ShellWord* word : words) {
    std::string_view path = text_of(*word);
    std::string_view file = path.substr(path.rfind('/') + 1);
    if (!is_signature(file) || !fetches(run, file)) continue;
    Finding finding = make_finding(kGpgHygiene,
                                   word->range,
                                   in_ticks(path) + " stays in the layer after it was checked",
                                   "Delete it in the same RUN");
    bool is_plain = is_editable(input, run) && ref.list != nullptr && !ref.is_conditional &&
                    word->range.size() == word->raw.size();
    size_t next = ref.index_in_list + 1;
    bool is_chained = is_plain && (next >= ref.list->children.size() ||
                                   ref.list->children[next].op_before == ShellOp::And);
    if (is_chained)
      finding.fix = make_fix("Delete it",
                             Applicability::Unsafe,
                             {insert_at(ref.node->range.end, " && rm " + word->raw)});
    findings.push_back(std::move(finding));
    return;
  }
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    for (const CommandRef& ref : *run.commands) {
      check_server(input, run, ref, findings);
      std::vector<const ShellWord*> words = unwrapped(*ref.node);
      if (words.empty() || !is_gpg(words)) continue;
      check_batch(input, run, words, findings);
      check_signature(input, run, ref, words, findings);
    }
  }
}

}  // namespace

const Rule kGpgHygiene = {
    {.name = "gpg-hygiene",
     .code = "WH3701",
     .aliases = "gpgUseBatchFlag gpgUseHaPools gpgVerifyAscRmAsc",
     .severity = Severity::Info,
     .summary = "gpg asks questions, asks servers that are gone, or leaves signatures",
     .why =
         "Without `--batch` gpg may stop for an answer that nobody gives, and says less clearly "
         "what failed. The pool of key servers that many Dockerfiles name was shut down in 2021, "
         "so that builds fail as soon as their cache is gone. A signature has done its work when "
         "it was checked; deleted in the same RUN it is in no layer.",
     .bad = "FROM debian:bookworm\nRUN gpg --keyserver hkp://ha.pool.sks-keyservers.net:80 "
            "--recv-keys 0123456789ABCDEF0123456789ABCDEF01234567\n",
     .good = "FROM debian:bookworm\nRUN gpg --batch --keyserver keyserver.ubuntu.com --recv-keys "
             "0123456789ABCDEF0123456789ABCDEF01234567\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
