// Several sources and a destination that does not look like a folder.
#include "base/fs.h"
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kCopyDestSlash;

namespace {

bool is_folder(std::string_view path) {
  if (path == "." || path == "..") return true;
  if (path.back() == '/' || path.back() == '\\') return true;
  return path.size() > 2 &&
         (path.substr(path.size() - 2) == "/." || path.substr(path.size() - 3) == "/..");
}

// A WORKDIR before made the folder.
bool is_made(const LintInput& input, size_t index, const std::string& target) {
  const std::string& folder = input.evaluation.states[index].working_dir;
  std::string path = clean_path(is_absolute_path(target) ? target : folder + "/" + target);
  if (path == "/" || (path == folder && is_working_dir_known(input, index))) return true;
  uint32_t from = input.file->stages[input.file->instructions[index].stage].from;
  for (size_t i = index; i-- > from + size_t{1};) {
    if (input.file->instructions[i].kind == InstructionKind::Workdir &&
        input.evaluation.states[i + 1].working_dir == path && is_working_dir_known(input, i + 1))
      return true;
  }
  return false;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const InstructionPlace& place : copies_of(input)) {
    const Instruction& copy = *place.instruction;
    if (copy.words.size() < 3 || copy.stage == Instruction::kNoStage) continue;
    const Word& target = copy.words.back();
    std::optional<std::string> path = known_value(input, place.index, target.text);
    if (!path || path->empty() || is_folder(*path)) continue;
    Finding finding = make_finding(kCopyDestSlash,
                                   target.range,
                                   in_ticks(*path) +
                                       " gets several sources, unless it is a folder already "
                                       "only the last is left",
                                   "Add `/`");
    bool is_plain = input.file->text(target.range) == target.text && !target.text.empty() &&
                    target.text.back() != '"' && target.text.back() != '\'';
    if (is_plain && !place.is_onbuild) {
      Applicability applicability =
          is_made(input, place.index, *path) ? Applicability::Safe : Applicability::Unsafe;
      finding.fix =
          make_fix("Add `/`", applicability, {{{target.range.end, target.range.end}, "/"}});
    }
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kCopyDestSlash = {
    {.name = "copy-dest-slash",
     .code = "WH2103",
     .aliases = "DL3021 DS-0011 add_dest_invalid INVALID_DESTINATION",
     .severity = Severity::Error,
     .summary = "COPY of several sources to a destination without `/`",
     .why = "When the destination is not there, each source becomes that file, one over the other, "
            "and only the last is left; the classic builder refuses the instruction. With a `/` at "
            "the end the destination is a folder in every case.",
     .bad = "FROM debian:bookworm\nCOPY app.conf package.json /etc/app\n",
     .good = "FROM debian:bookworm\nCOPY app.conf package.json /etc/app/\n",
     .declares = kDeclaresCopyTarget,
     .fixes = kSafeFix | kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
