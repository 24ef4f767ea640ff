// What BuildKit refuses after the syntax is read: counts of arguments, names, order of
// instructions.
#include <algorithm>
#include <array>

#include "base/strings.h"
#include "dockerfile/flags.h"
#include "dockerfile/heredoc.h"
#include "dockerfile/lexer_rune.h"
#include "dockerfile/parser_internal.h"

namespace whittle {

namespace {

constexpr std::array<std::string_view, 2> kReservedStageNames = {"scratch", "context"};

class Checker {
 public:
  Checker(const Instruction& instruction, std::vector<ParseProblem>& problems)
      : instruction_(instruction), problems_(problems) {}

  void run() {
    if (instruction_.kind == InstructionKind::Unknown) return unknown_keyword();
    if (takes_flags()) check_flags(instruction_, problems_);
    switch (instruction_.kind) {
      case InstructionKind::From:
        return from();
      case InstructionKind::Env:
      case InstructionKind::Label:
      case InstructionKind::Arg:
        return pairs();
      case InstructionKind::Add:
      case InstructionKind::Copy:
        return copy();
      case InstructionKind::Maintainer:
      case InstructionKind::Workdir:
      case InstructionKind::User:
      case InstructionKind::Stopsignal:
        if (instruction_.words.empty()) error("needs exactly one argument");
        return;
      case InstructionKind::Expose:
        return at_least_one();
      case InstructionKind::Volume:
        return volume();
      case InstructionKind::Shell:
        return shell();
      case InstructionKind::Healthcheck:
        return healthcheck();
      case InstructionKind::Onbuild:
        return onbuild();
      default:
        return;
    }
  }

 private:
  Range place() const {
    return instruction_.arguments.empty() ? instruction_.keyword : instruction_.arguments;
  }

  void error_at(Range range, std::string message) {
    add_problem(problems_, ProblemKind::Error, range, std::move(message));
  }

  // "KEYWORD what".
  void error(std::string_view what) {
    error_at(place(), std::string(keyword_of(instruction_.kind)) + " " + std::string(what));
  }

  // BuildKit does not look at the flags of these.
  bool takes_flags() const {
    bool is_none = instruction_.kind == InstructionKind::Healthcheck &&
                   !instruction_.words.empty() &&
                   equals_ignoring_case(instruction_.words[0].text, "NONE");
    return !is_none && instruction_.kind != InstructionKind::Arg &&
           instruction_.kind != InstructionKind::Stopsignal;
  }

  void unknown_keyword() {
    std::string message = "unknown instruction `" + printable(instruction_.keyword_text) + "`";
    std::string upper = to_upper(instruction_.keyword_text);
    size_t best_distance = 3;
    std::string_view best;
    for (int i = 0; i < static_cast<int>(InstructionKind::Unknown); ++i) {
      std::string_view known = keyword_of(static_cast<InstructionKind>(i));
      if (upper.size() > known.size() + best_distance) continue;
      size_t distance = edit_distance(upper, known);
      if (distance >= best_distance) continue;
      best = known;
      best_distance = distance;
    }
    if (!best.empty()) message += ", did you mean `" + std::string(best) + "`";
    error_at(instruction_.keyword, std::move(message));
  }

  void at_least_one() {
    if (instruction_.words.empty()) error("needs at least one argument");
  }

  void pairs() {
    if (instruction_.form == ArgumentForm::LegacyKeyValue) return;  // the parser has judged it
    if (instruction_.pairs.empty()) error("needs at least one argument");
    for (const KeyValue& pair : instruction_.pairs) {
      if (pair.key.empty()) {
        error_at(pair.range, std::string(keyword_of(instruction_.kind)) + " has an empty name");
      }
    }
  }

  void copy() {
    if (instruction_.words.size() < 2) return error("needs at least two arguments");
    auto heredoc = parse_heredoc_word(instruction_.words.back().text);
    if (heredoc.ok() && *heredoc) {
      error_at(
          instruction_.words.back().range,
          std::string(keyword_of(instruction_.kind)) + " cannot have a heredoc as destination");
    }
  }

  void volume() {
    at_least_one();
    for (const Word& word : instruction_.words) {
      if (leading_space(word.text) == word.text.size()) {
        error_at(word.range, "VOLUME has an empty path");
      }
    }
  }

  void shell() {
    if (instruction_.words.empty()) return error("needs at least one argument");
    if (instruction_.form != ArgumentForm::Json) error("needs the JSON form");
  }

  void healthcheck() {
    if (instruction_.words.empty()) return error("needs at least one argument");
    const Word& type = instruction_.words[0];
    bool has_command = instruction_.words.size() > 1 || instruction_.form == ArgumentForm::Json;
    if (equals_ignoring_case(type.text, "NONE")) {
      if (instruction_.words.size() > 1) error("NONE takes no arguments");
    } else if (!equals_ignoring_case(type.text, "CMD")) {
      error_at(type.range,
               "HEALTHCHECK has the unknown type `" + printable(type.text) + "`, expected `CMD`");
    } else if (!has_command || instruction_.words.size() < 2) {
      error("CMD has no command");
    }
  }

  void onbuild() {
    if (instruction_.onbuild.empty()) return error("needs at least one argument");
    const Instruction& inner = instruction_.onbuild[0];
    bool is_refused = inner.kind == InstructionKind::Onbuild ||
                      inner.kind == InstructionKind::Maintainer ||
                      inner.kind == InstructionKind::From;
    if (!is_refused) return;
    error_at(inner.keyword,
             std::string(keyword_of(inner.kind)) + " cannot be the trigger of an ONBUILD");
  }

  void from() {
    size_t count = instruction_.words.size();
    if (count == 1) return;
    if (count != 3 || !equals_ignoring_case(instruction_.words[1].text, "AS")) {
      return error("needs either one argument or three (`image AS name`)");
    }
    const Word& name = instruction_.words[2];
    std::string lower = to_lower(name.text);
    bool is_valid =
        lower[0] >= 'a' && lower[0] <= 'z' && std::all_of(lower.begin(), lower.end(), [](char c) {
          return is_alpha(c) || is_digit(c) || c == '-' || c == '_' || c == '.';
        });
    if (!is_valid) {
      error_at(name.range,
               "`" + printable(name.text) +
                   "` is no name for a stage, it must begin with a letter and hold only letters, "
                   "digits and `-_.`");
    }
    auto reserved = std::find(kReservedStageNames.begin(), kReservedStageNames.end(), lower);
    if (reserved != kReservedStageNames.end()) {
      add_problem(problems_,
                  ProblemKind::Warning,
                  name.range,
                  "the stage name `" + lower + "` is reserved by the builder");
    }
  }

  const Instruction& instruction_;
  std::vector<ParseProblem>& problems_;
};

void start_stage(Dockerfile& file, size_t index) {
  const Instruction& from = file.instructions[index];
  Stage stage;
  stage.index = static_cast<uint32_t>(file.stages.size());
  stage.from = static_cast<uint32_t>(index);
  stage.base_range = {from.keyword.end, from.keyword.end};
  if (!from.words.empty()) {
    stage.base = from.words[0].text;
    stage.base_range = from.words[0].range;
  }
  stage.name_range = {stage.base_range.end, stage.base_range.end};
  if (from.words.size() == 3 && equals_ignoring_case(from.words[1].text, "AS")) {
    stage.name = to_lower(from.words[2].text);
    stage.name_range = from.words[2].range;
  }
  file.stages.push_back(std::move(stage));
}

}  // namespace

void check_instruction(const Instruction& instruction, std::vector<ParseProblem>& problems) {
  Checker(instruction, problems).run();
}

void find_stages(Dockerfile& file) {
  bool is_reported = false;
  for (size_t i = 0; i < file.instructions.size(); ++i) {
    Instruction& instruction = file.instructions[i];
    if (instruction.kind == InstructionKind::From) start_stage(file, i);
    if (!file.stages.empty()) {
      instruction.stage = file.stages.back().index;
      file.stages.back().end = static_cast<uint32_t>(i) + 1;
    } else if (!is_reported && instruction.kind != InstructionKind::Arg &&
               instruction.kind != InstructionKind::Unknown) {
      file.problems.push_back(
          {ProblemKind::Error,
           instruction.keyword,
           std::string(keyword_of(instruction.kind)) + " stands before the first FROM"});
      is_reported = true;
    }
    for (Instruction& inner : instruction.onbuild) inner.stage = instruction.stage;
  }
  if (!file.instructions.empty() && file.stages.empty() && !is_reported) {
    file.problems.push_back(
        {ProblemKind::Error, file.instructions.back().keyword, "the file has no FROM"});
  }
}

}  // namespace whittle
