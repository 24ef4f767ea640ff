// Archives that a RUN fetches, unpacks and keeps.
#include <algorithm>

#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/downloads.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/stages.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kArchiveLeft;

namespace {

constexpr std::string_view kUnpackers = "tar bsdtar unzip 7z";

std::string base_name(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

// The word of an unpacking command that names the file; null if it does not unpack it.
const ShellWord* unpacked_word(const CommandRef& ref, const std::string& file) {
  std::vector<const ShellWord*> words = unwrapped(*ref.node);
  if (!is_one_of(kUnpackers, command_name(words))) return nullptr;
  for (size_t i = 1; i < words.size(); ++i) {
    if (base_name(text_of(*words[i])) == file) return words[i];
  }
  return nullptr;
}

// Something deletes, moves or empties: it may be the archive.
bool may_delete(const CommandRef& ref) {
  return is_one_of("rm mv find unlink shred", command_name(unwrapped(*ref.node)));
}

// Named again in the stage: it is wanted, or deleted there, which is another rule's finding.
bool is_named_later(const LintInput& input, size_t index, const std::string& file) {
  for (size_t i = index + 1; i < input.file->stages[input.file->instructions[index].stage].end;
       ++i) {
    if (contains(input.file->text(input.file->instructions[i].range), file)) return true;
  }
  return false;
}

std::optional<Fix> delete_fix(const LintInput& input,
                              const RunText& run,
                              const CommandRef& unpack,
                              const ShellWord& word) {
  if (!is_editable(input, run) || unpack.list == nullptr || unpack.is_conditional ||
      word.range.size() != word.raw.size())
    return std::nullopt;
  size_t next = unpack.index_in_list + 1;
  bool is_followed = next < unpack.list->children.size();
  ShellOp before = unpack.node->op_before;
  bool is_plain =
      (before == ShellOp::None || before == ShellOp::And || before == ShellOp::Sequence) &&
      (!is_followed || unpack.list->children[next].op_before == ShellOp::And ||
       unpack.list->children[next].op_before == ShellOp::Sequence);
  if (!is_plain) return std::nullopt;
  return make_fix("Delete the archive",
                  Applicability::Unsafe,
                  {insert_at(unpack.node->range.end, " && rm " + word.raw)});
}

void check_run(const LintInput& input, const RunText& run, std::vector<Finding>& findings) {
  const std::vector<CommandRef>& commands = *run.commands;
  for (size_t i = 0; i < commands.size(); ++i) {
    if (!is_download(*commands[i].node)) continue;
    std::string file = downloaded_file(*commands[i].node);
    if (file.empty()) continue;
    for (size_t k = i + 1; k < commands.size(); ++k) {
      const ShellWord* word = unpacked_word(commands[k], file);
      if (word == nullptr) continue;
      bool is_deleted = std::any_of(
          commands.begin() + static_cast<std::ptrdiff_t>(k), commands.end(), may_delete);
      if (is_deleted || is_named_later(input, run.index, file)) break;
      Finding finding = make_finding(
          kArchiveLeft,
          word->range,
          in_ticks(text_of(*word)) + " stays in the layer beside what was unpacked from it",
          "Delete it in the same RUN");
      finding.fix = delete_fix(input, run, commands[k], *word);
      findings.push_back(std::move(finding));
      break;
    }
  }
}

// A folder of a cache or of memory is in no layer.
bool has_mount(const Instruction& run) {
  return run.flag("mount") != nullptr;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    bool is_looked_at = !run.is_onbuild && is_image_stage(input, run.instruction->stage) &&
                        !has_mount(*run.instruction);
    if (is_looked_at) check_run(input, run, findings);
  }
}

}  // namespace

const Rule kArchiveLeft = {
    {.name = "archive-left",
     .code = "WH3610",
     .aliases = "tarSomethingRmTheSomething",
     .severity = Severity::Info,
     .summary = "A downloaded archive stays beside what was unpacked from it",
     .why = "The archive is stored in the layer as well as its contents, and nothing reads it "
            "again. Deleted in the same RUN it is in no layer.",
     .bad = "FROM debian:bookworm\nRUN wget https://example.com/x.tgz && tar -xzf x.tgz\n",
     .good =
         "FROM debian:bookworm\nRUN wget https://example.com/x.tgz && tar -xzf x.tgz && rm x.tgz\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
