// Variables that nothing sets.
#include <algorithm>
#include <initializer_list>
#include <utility>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/image_names.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"
#include "lint/run_edits.h"

namespace whittle {

extern const Rule kUndefinedVar;

namespace {

constexpr size_t kFewTypos = 2;
constexpr size_t kShortName = 4;  // too short for two typos

// Set by the builder in every stage.
bool is_predefined(std::string_view name) {
  for (std::string_view known : {"HTTP_PROXY",
                                 "HTTPS_PROXY",
                                 "FTP_PROXY",
                                 "NO_PROXY",
                                 "ALL_PROXY",
                                 "SOURCE_DATE_EPOCH",
                                 "PATH",
                                 "HOME"}) {
    if (equals_ignoring_case(name, known)) return true;
  }
  return false;
}

// The names of ARG in the stage and its parents, also those without a value, and of the
// environment.
std::vector<std::string> names_at(const LintInput& input, size_t index) {
  std::vector<std::string> names;
  const Environment& environment = input.evaluation.states[index].environment;
  for (const auto& [name, value] : environment.env) names.push_back(name);
  int stage = static_cast<int>(input.file->instructions[index].stage);
  size_t end = index;
  while (stage >= 0) {
    const Stage& at = input.file->stages[static_cast<size_t>(stage)];
    for (size_t i = at.from; i < std::min<size_t>(end, at.end); ++i) {
      if (input.file->instructions[i].kind != InstructionKind::Arg) continue;
      for (const KeyValue& pair : input.file->instructions[i].pairs) names.push_back(pair.key);
    }
    stage = input.evaluation.parent_stage[static_cast<size_t>(stage)];
    end = input.file->instructions.size();
  }
  return names;
}

bool is_from_scratch(const LintInput& input, uint32_t stage) {
  while (input.evaluation.parent_stage[stage] >= 0)
    stage = static_cast<uint32_t>(input.evaluation.parent_stage[stage]);
  return input.evaluation.stage_bases[stage] == "scratch";
}

// `ARG a{` is a name, too, but `$a{` is that of `a`.
bool can_be_expanded(std::string_view name) {
  return std::all_of(
      name.begin(), name.end(), [](char c) { return is_alpha(c) || is_digit(c) || c == '_'; });
}

std::string nearest(const std::vector<std::string>& names, std::string_view name) {
  std::string best;
  size_t best_distance = name.size() <= kShortName ? 2 : kFewTypos + 1;
  for (const std::string& other : names) {
    if (other.size() > name.size() + kFewTypos || !can_be_expanded(other)) continue;
    size_t distance = edit_distance(other, name);
    if (distance >= best_distance || distance >= name.size()) continue;
    best = other;
    best_distance = distance;
  }
  return best;
}

// What has variables expanded by the builder in it, with its place.
std::vector<std::pair<std::string_view, Range>> expanded_words(const Instruction& instruction) {
  std::vector<std::pair<std::string_view, Range>> words;
  switch (instruction.kind) {
    case InstructionKind::Add:
    case InstructionKind::Copy:
    case InstructionKind::Expose:
    case InstructionKind::User:
    case InstructionKind::Workdir:
    case InstructionKind::Volume:
    case InstructionKind::Stopsignal:
      for (const Word& word : instruction.words) words.emplace_back(word.text, word.range);
      break;
    case InstructionKind::Env:
    case InstructionKind::Label:
      for (const KeyValue& pair : instruction.pairs)
        words.emplace_back(pair.value, pair.value_range);
      break;
    default:
      break;
  }
  return words;
}

// The name that was meant; without one, the global ARG is declared in the stage.
std::optional<Fix> fix_of(const LintInput& input,
                          size_t index,
                          const std::string& name,
                          const std::string& alike,
                          Range range) {
  const Dockerfile& file = *input.file;
  if (!alike.empty()) {
    std::vector<Edit> edits = rename_variable(input, range, name, alike);
    if (edits.empty()) return std::nullopt;
    return make_fix("Write " + in_ticks(alike), Applicability::Unsafe, std::move(edits));
  }
  if (global_args(input).count(name) == 0) return std::nullopt;
  const Instruction& from = file.instructions[file.stages[file.instructions[index].stage].from];
  uint32_t at = line_after(file, from);
  return make_fix("Declare it in the stage",
                  Applicability::Unsafe,
                  {{{at, at}, "ARG " + name + file.line_end}});
}

void check_name(const LintInput& input,
                size_t index,
                const std::string& name,
                Range range,
                std::vector<Finding>& findings) {
  std::vector<std::string> names = names_at(input, index);
  bool is_declared = std::find(names.begin(), names.end(), name) != names.end();
  if (is_declared || is_predefined(name)) return;
  bool is_global = global_args(input).count(name) > 0;
  std::string alike = nearest(names, name);
  bool is_sure = is_from_scratch(input, input.file->instructions[index].stage);
  if (!is_global && alike.empty() && !is_sure) return;
  std::string help = "Set it by ARG or ENV before";
  if (is_global) {
    help = "Add `ARG " + name + "` to the stage";
  } else if (!alike.empty()) {
    help = "Did you mean " + in_ticks(alike) + "?";
  }
  Finding finding = make_finding(
      kUndefinedVar, range, in_ticks(name) + " is set by nothing, it expands to nothing", help);
  finding.fix = fix_of(input, index, name, is_global ? "" : alike, range);
  findings.push_back(std::move(finding));
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    const Instruction& instruction = input.file->instructions[i];
    if (instruction.stage == Instruction::kNoStage) continue;
    const Environment& environment = input.evaluation.states[i].environment;
    for (const auto& [text, range] : expanded_words(instruction)) {
      if (!contains(text, "$")) continue;
      Result<Expansion> expansion = expand_word(
          text, input.file->escape, [&](std::string_view name) { return environment.find(name); });
      if (!expansion.ok()) continue;
      for (const std::string& name : expansion->unset) check_name(input, i, name, range, findings);
    }
  }
}

}  // namespace

const Rule kUndefinedVar = {
    {.name = "undefined-var",
     .code = "WH2302",
     .aliases = "UndefinedVar",
     .severity = Severity::Warning,
     .summary = "A variable that nothing sets",
     .why = "It expands to nothing, as `COPY a $DIR/b` to `/b`. An ARG in front of the first FROM "
            "has to be declared again in the stage. What the base image sets is not known here: a "
            "variable is reported where the base is `scratch`, where its name is almost that of a "
            "known one, or where only the global ARG has it.",
     .bad = "ARG TARGET=/opt\nFROM debian:bookworm\nCOPY app.conf ${TARGET}/\n",
     .good = "ARG TARGET=/opt\nFROM debian:bookworm\nARG TARGET\nCOPY app.conf ${TARGET}/\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
