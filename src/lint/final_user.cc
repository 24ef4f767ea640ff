#include "lint/final_user.h"

#include "base/strings.h"

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

Fix switch_user_fix(const LintInput& input) {
  const Dockerfile& file = *input.file;
  const Stage& last = file.stages.back();
  uint32_t offset = static_cast<uint32_t>(file.source.size());
  for (uint32_t i = last.from + 1; i < last.end; ++i) {
    InstructionKind kind = file.instructions[i].kind;
    if (kind == InstructionKind::Cmd || kind == InstructionKind::Entrypoint) {
      offset = file.lines.line_begin(file.instructions[i].first_line);
      break;
    }
  }
  std::string add = is_alpine(input, file.stages.size() - 1)
                        ? "adduser -S -D -u 10001 app"
                        : "useradd --system --create-home --uid 10001 app";
  std::string text = "RUN " + add + file.line_end + "USER 10001" + file.line_end;
  bool needs_line_end =
      offset == file.source.size() && !file.source.empty() && file.source.back() != '\n';
  Fix fix;
  fix.title = "Run as a user without privileges";
  fix.applicability = Applicability::Shown;
  fix.edits.push_back({{offset, offset}, (needs_line_end ? file.line_end : "") + text});
  return fix;
}

}  // namespace whittle
