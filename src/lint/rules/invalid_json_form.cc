// Arrays in single quotes, with a comma too many, or not closed.
#include "base/strings.h"
#include "dockerfile/json.h"
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kInvalidJsonForm;

namespace {

// Items between quotes of either kind and commas; nullopt when the text is something else.
std::optional<std::string> as_json(std::string_view text) {
  text = trim(text);
  if (text.size() < 3 || text.front() != '[') return std::nullopt;
  text.remove_prefix(1);
  std::string json = "[";
  bool is_item_wanted = true;
  size_t items = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (is_blank(c)) continue;
    if (c == ']')
      return trim(text.substr(i + 1)).empty() && items > 0 ? std::optional<std::string>(json + "]")
                                                           : std::nullopt;
    if (c == ',') {
      if (is_item_wanted) return std::nullopt;
      is_item_wanted = true;
      continue;
    }
    bool is_quote = c == '"' || c == '\'';
    size_t end = is_quote ? text.find(c, i + 1) : text.npos;
    if (!is_quote || !is_item_wanted || end == text.npos) return std::nullopt;
    std::string_view item = text.substr(i + 1, end - i - 1);
    if (contains(item, "\\") || contains(item, "\"")) return std::nullopt;
    json += (items++ > 0 ? ", \"" : "\"") + std::string(item) + "\"";
    is_item_wanted = false;
    i = end;
  }
  return items > 0 ? std::optional<std::string>(json + "]") : std::nullopt;
}

// `[ "$x" = "y" ]` is a test of the shell: an array has a comma between its items, or one item in
// single quotes.
bool looks_like_array(InstructionKind kind, std::string_view text) {
  text = trim(text);
  if (text.empty() || text[0] != '[') return false;
  std::string_view rest = trim(text.substr(1));
  if (rest.empty() || (rest[0] != '"' && rest[0] != '\'')) return false;
  size_t end = rest.find(rest[0], 1);
  if (end == rest.npos) return false;
  std::string_view behind = trim(rest.substr(end + 1));
  bool has_comma = !behind.empty() && behind[0] == ',';
  return has_comma || (kind != InstructionKind::Run && (behind == "]" || behind.empty()));
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (InstructionKind kind :
       {InstructionKind::Cmd, InstructionKind::Entrypoint, InstructionKind::Run}) {
    for (const InstructionPlace& place : instructions_of(input, kind)) {
      const Instruction& instruction = *place.instruction;
      if (instruction.form != ArgumentForm::Shell || !looks_like_array(kind, instruction.text))
        continue;
      Finding finding = make_finding(kInvalidJsonForm,
                                     instruction.arguments,
                                     "This is no JSON, the shell gets it as a text",
                                     "Write a JSON array with double quotes");
      std::optional<std::string> json = as_json(instruction.text);
      bool is_on_one_line = input.file->text(instruction.arguments) == instruction.text;
      // Control characters stay what they are, and are none of JSON's.
      bool is_better = json && scan_json_array(*json).is_valid;
      if (is_better && is_on_one_line && !place.is_onbuild)
        finding.fix =
            make_fix("Write it as JSON", Applicability::Unsafe, {{instruction.arguments, *json}});
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

const Rule kInvalidJsonForm = {
    {.name = "invalid-json-form",
     .code = "WH3504",
     .aliases = "JSON_IN_SINGLE_QUOTES invalid_format",
     .severity = Severity::Error,
     .summary = "What looks like a JSON array is none and runs in a shell",
     .why = "JSON has double quotes alone and no comma at the end. The builder takes everything "
            "else for a text for the shell, which then looks for a program named `['ls',`.",
     .bad = "FROM debian:bookworm\nCMD ['ls', '-l']\n",
     .good = "FROM debian:bookworm\nCMD [\"ls\", \"-l\"]\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
