#include "lint/final_user.h"

#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/run_texts.h"
#include "lint/stages.h"

namespace whittle {

namespace {

bool is_alpine(const LintInput& input, size_t stage) {
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    if (input.file->instructions[i].stage != stage) continue;
    for (const CommandRef& ref : input.commands[i]) {
      if (ref.node->command_name() == "apk") return true;
    }
  }
  return contains(to_lower(input.evaluation.stage_bases[stage]), "alpine");
}

// Where the switch goes: behind the USER that decides, in front of what starts the program.
uint32_t switch_offset(const LintInput& input) {
  const Dockerfile& file = *input.file;
  const Stage& last = file.stages.back();
  uint32_t first = last.from + 1;
  for (uint32_t i = first; i < last.end; ++i) {
    if (file.instructions[i].kind == InstructionKind::User) first = i + 1;
  }
  for (uint32_t i = first; i < last.end; ++i) {
    InstructionKind kind = file.instructions[i].kind;
    if (kind == InstructionKind::Cmd || kind == InstructionKind::Entrypoint)
      return file.lines.line_begin(file.instructions[i].first_line);
  }
  return static_cast<uint32_t>(file.source.size());
}

// The user that the stages of the image make themselves; "" if there is none.
std::string made_user(const LintInput& input) {
  std::string user;
  for (const RunText& run : run_texts(input)) {
    if (run.is_onbuild || !is_in_final_chain(input, run.instruction->stage)) continue;
    for (const CommandRef& ref : *run.commands) {
      std::vector<const ShellWord*> words = unwrapped(*ref.node);
      if (!is_one_of("useradd adduser", command_name(words))) continue;
      CommandWords line = read_command_words(
          words,
          1,
          "-u --uid -g --gid -G --groups -s --shell -d --home -h -c --comment --gecos -k");
      if (line.operands.size() == 1 && line.operands[0]->value) user = *line.operands[0]->value;
    }
  }
  return user;
}

// Images without a shell that could make a user: a number needs none.
bool has_no_shell(const std::string& base) {
  return base == "scratch" || contains(base, "distroless") || contains(base, "/static");
}

std::string base_of_last_stage(const LintInput& input) {
  size_t stage = input.file->stages.size() - 1;
  while (input.evaluation.parent_stage[stage] >= 0)
    stage = static_cast<size_t>(input.evaluation.parent_stage[stage]);
  return to_lower(input.evaluation.stage_bases[stage]);
}

std::string switch_text(const LintInput& input) {
  const std::string& line_end = input.file->line_end;
  std::string user = made_user(input);
  if (!user.empty()) return "USER " + user + line_end;
  if (has_no_shell(base_of_last_stage(input))) return "USER 10001" + line_end;
  bool is_small = is_alpine(input, input.file->stages.size() - 1) ||
                  contains(base_of_last_stage(input), "busybox");
  std::string add =
      is_small ? "adduser -S -D -u 10001 app" : "useradd --system --create-home --uid 10001 app";
  return "RUN " + add + line_end + "USER 10001" + line_end;
}

}  // namespace

std::optional<size_t> final_user(const LintInput& input) {
  if (input.file->stages.empty()) return std::nullopt;
  int at = static_cast<int>(input.file->stages.size()) - 1;
  while (at >= 0) {
    const Stage& stage = input.file->stages[static_cast<size_t>(at)];
    for (uint32_t i = stage.end; i-- > stage.from + 1;) {
      if (input.file->instructions[i].kind == InstructionKind::User) return i;
    }
    at = input.evaluation.parent_stage[static_cast<size_t>(at)];
  }
  return std::nullopt;
}

std::optional<Fix> switch_user_fix(const LintInput& input) {
  const Dockerfile& file = *input.file;
  if (is_windows_stage(input, file.stages.back().index)) return std::nullopt;
  uint32_t offset = switch_offset(input);
  bool needs_line_end =
      offset == file.source.size() && !file.source.empty() && file.source.back() != '\n';
  Fix fix;
  fix.title = "Run as a user without privileges";
  // Which files the program writes only who knows it can say.
  fix.applicability = input.is_for_optimize ? Applicability::Shown : Applicability::Unsafe;
  fix.edits.push_back(
      {{offset, offset}, (needs_line_end ? file.line_end : "") + switch_text(input)});
  return fix;
}

}  // namespace whittle
