// A program that runs below a shell and gets no signals.
#include <algorithm>

#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"
#include "lint/stages.h"

namespace whittle {

extern const Rule kShellFormCmd;

namespace {

std::string json_string(std::string_view text) {
  std::string json = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') json += '\\';
    json += c;
  }
  return json + "\"";
}

bool is_plain_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= ' ' && c != '\x7f';
  });
}

// The words as JSON, when the text is one command of literal words.
std::optional<Fix> json_fix(const LintInput& input, size_t index, const Instruction& instruction) {
  const ShellScript& script = input.scripts[index];
  if (instruction.text[0] == '[') return std::nullopt;  // meant as JSON
  if (!script.complete || script.root.children.size() != 1 || input.file->escape != '\\')
    return std::nullopt;
  const ShellNode& node = script.root.children[0];
  bool is_simple = node.kind == ShellNodeKind::Simple && !node.negated && node.redirects.empty() &&
                   node.assignments.empty() && !node.words.empty() &&
                   node.op_before == ShellOp::None;
  if (!is_simple || node.range != instruction.arguments) return std::nullopt;
  if (is_windows_stage(input, instruction.stage)) return std::nullopt;
  std::string json;
  for (size_t i = 0; i < node.words.size(); ++i) {
    const ShellWord& word = node.words[i];
    if (!word.value || !is_plain_text(*word.value)) return std::nullopt;
    if (i == 0 && *word.value == "exec") continue;
    bool is_home = !word.is_quoted && word.raw[0] == '~';
    if (is_home) return std::nullopt;
    json += (json.empty() ? "" : ", ") + json_string(*word.value);
  }
  if (json.empty() || is_one_of("cd . source export set eval", *node.words[0].value))
    return std::nullopt;
  return make_fix(
      "Write it as JSON", Applicability::Unsafe, {{instruction.arguments, "[" + json + "]"}});
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  const std::vector<std::string> default_shell = {"/bin/sh", "-c"};
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    const Instruction& instruction = input.file->instructions[i];
    bool is_start =
        instruction.kind == InstructionKind::Cmd || instruction.kind == InstructionKind::Entrypoint;
    if (!is_start || instruction.form != ArgumentForm::Shell || instruction.arguments.empty())
      continue;
    if (input.evaluation.states[i].shell != default_shell) continue;
    Finding finding = make_finding(kShellFormCmd,
                                   instruction.arguments,
                                   "A shell becomes process 1 and passes no signals on to the "
                                   "program",
                                   "Write a JSON array of strings");
    finding.fix = json_fix(input, i, instruction);
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kShellFormCmd = {
    {.name = "shell-form-cmd",
     .code = "WH2113",
     .aliases = "DL3025 JSONArgsRecommended",
     .severity = Severity::Warning,
     .summary = "CMD or ENTRYPOINT in shell form",
     .why = "The shell form runs `/bin/sh -c` as process 1, which passes no signals on: the "
            "container does not stop until it is killed. A CMD in shell form is also no argument "
            "list for an ENTRYPOINT. Silent when SHELL is set, which says that the shell is "
            "wanted; a HEALTHCHECK gets no signals.",
     .bad = "FROM debian:bookworm\nCMD nginx -g 'daemon off;'\n",
     .good = "FROM debian:bookworm\nCMD [\"nginx\", \"-g\", \"daemon off;\"]\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
