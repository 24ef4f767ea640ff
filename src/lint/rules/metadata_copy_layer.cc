// chmod and chown in a layer of their own, right behind the COPY.
#include <algorithm>

#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/context_sources.h"
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"
#include "lint/run_edits.h"
#include "lint/run_texts.h"
#include "lint/stages.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kMetadataCopyLayer;

namespace {

struct Rights {
  std::string flag;       // "--chmod=640"
  bool is_exact = false;  // COPY does the very same with one file
};

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

// What `chmod 640 PATH` and `chown 1:2 PATH` come to as a flag, if PATH is the target of the COPY.
std::optional<Rights> rights_of(const LintInput& input,
                                const RunText& run,
                                const std::string& target) {
  if (run.commands->size() != 1 || run.script->root.children.size() != 1) return std::nullopt;
  const ShellNode& node = run.script->root.children[0];
  std::vector<const ShellWord*> words = unwrapped(node);
  std::string name = command_name(words);
  if ((name != "chmod" && name != "chown") || words.size() != node.words.size() ||
      !node.redirects.empty())
    return std::nullopt;
  CommandWords line = read_command_words(words, 1, "");
  bool is_recursive = line.has("-R --recursive");
  if (line.operands.size() != 2 || line.options.size() > (is_recursive ? 1U : 0U))
    return std::nullopt;
  std::optional<std::string> value = known_text(input, run, *line.operands[0]);
  std::optional<std::string> path = known_text(input, run, *line.operands[1]);
  if (!value || !path || line.operands[1]->raw.find_first_of("*?[~") != std::string::npos)
    return std::nullopt;
  std::string absolute =
      (*path)[0] == '/' ? *path : input.evaluation.states[run.index].working_dir + "/" + *path;
  if (path->empty() || clean_path(absolute) != target) return std::nullopt;
  if (name == "chmod") {
    if (*value == "+x" || *value == "a+x") return Rights{"--chmod=755", false};
    bool is_octal = is_number(*value) && value->size() >= 3 && value->size() <= 4;
    return is_octal ? std::optional<Rights>(Rights{"--chmod=" + *value, !is_recursive})
                    : std::nullopt;
  }
  size_t colon = value->find(':');
  if (colon == std::string::npos || colon + 1 == value->size()) return std::nullopt;
  bool is_numeric = is_number(value->substr(0, colon)) && is_number(value->substr(colon + 1));
  return Rights{"--chown=" + *value, is_numeric && !is_recursive};
}

// The COPY stores exactly one regular file of the context, under the target's name.
bool copies_one_file(const LintInput& input, size_t copy) {
  std::vector<CopySource> sources = copy_sources(input, copy);
  if (input.context == nullptr || sources.size() != 1 || !sources[0].is_resolved ||
      is_folder_target(input, copy))
    return false;
  const ContextFile* file = input.context->find(source_path(sources[0]));
  return file != nullptr && file->type == ContextFileType::File && !file->is_ignored;
}

// The target, with the name of the file when it goes into a folder.
std::string stored_path(const LintInput& input, size_t copy) {
  std::string target = copy_target(input, copy);
  std::vector<CopySource> sources = copy_sources(input, copy);
  if (!is_folder_target(input, copy) || sources.size() != 1) return target;
  std::string name = source_path(sources[0]);
  return clean_path(target + "/" + name.substr(name.rfind('/') + 1));
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    if (run.is_onbuild || run.index == 0 || !run.instruction->flags.empty() ||
        !is_image_stage(input, run.instruction->stage))
      continue;
    const Instruction& copy = input.file->instructions[run.index - 1];
    bool is_plain_copy = copy.kind == InstructionKind::Copy &&
                         copy.stage == run.instruction->stage && copy.heredocs.empty() &&
                         copy.flag("chmod") == nullptr && copy.flag("chown") == nullptr;
    if (!is_plain_copy || copy_target(input, run.index - 1).empty()) continue;
    std::string target = copy_target(input, run.index - 1);
    std::optional<Rights> rights = rights_of(input, run, target);
    if (!rights) rights = rights_of(input, run, stored_path(input, run.index - 1));
    if (!rights || copy.words.size() < 2) continue;
    Finding finding = make_finding(kMetadataCopyLayer,
                                   run.instruction->range,
                                   "The layer of this RUN stores again what line " +
                                       std::to_string(copy.first_line) + " has copied",
                                   "Write `COPY " + rights->flag + "`");
    bool is_safe =
        rights->is_exact && copies_one_file(input, run.index - 1) && runs_as_root(input, run.index);
    if (is_editable(input, run))
      finding.fix = make_fix("Set the rights by COPY",
                             is_safe ? Applicability::Safe : Applicability::Unsafe,
                             {insert_at(copy.keyword.end, " " + rights->flag),
                              delete_instruction(*input.file, *run.instruction)});
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kMetadataCopyLayer = {
    {.name = "metadata-copy-layer",
     .code = "WH3408",
     .aliases = "prefer-copy-chmod",
     .severity = Severity::Warning,
     .summary = "A RUN changes the rights of a file that the COPY above it stored",
     .why = "To change the mode or the owner of a file a layer stores the whole file again. `COPY "
            "--chmod` and `COPY --chown` store it once, as it shall be.",
     .bad = "FROM debian:bookworm\nCOPY app.conf /etc/app.conf\nRUN chmod 640 /etc/app.conf\n",
     .good = "FROM debian:bookworm\nCOPY --chmod=640 app.conf /etc/app.conf\n",
     .declares = kDeclaresCommands | kDeclaresCopyRights,
     .fixes = kSafeFix | kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
