// `ENV k v` and `LABEL k v`: the form without `=`, which takes the rest of the line as one value.
#include <algorithm>
#include <array>

#include "base/strings.h"
#include "dockerfile/parser.h"
#include "lint/rules/rules.h"

namespace whittle {

namespace {

// What the value comes to, with variables standing for texts that would show a change in quoting.
std::optional<std::string> value_of(std::string_view value, char escape) {
  Result<Expansion> expansion = expand_word(value, escape, [](std::string_view name) {
    return std::optional<std::string>("<" + std::string(name) + ">");
  });
  if (!expansion.ok()) return std::nullopt;
  return expansion->text;
}

// The value of the only pair of `KEYWORD key=candidate`, nullopt if it does not parse as that.
std::optional<std::string> value_of_pair(const Dockerfile& file,
                                         const Instruction& instruction,
                                         std::string_view pair) {
  std::string text =
      "FROM scratch\n" + std::string(keyword_of(instruction.kind)) + " " + std::string(pair) + "\n";
  if (file.escape != '\\') text.insert(0, std::string("# escape=") + file.escape + "\n");
  Result<Dockerfile> parsed = parse_dockerfile(std::move(text), "", Limits());
  if (!parsed.ok() || parsed->has_errors() || parsed->instructions.size() != 2) return std::nullopt;
  const Instruction& copy = parsed->instructions[1];
  if (copy.form != ArgumentForm::KeyValue || copy.pairs.size() != 1) return std::nullopt;
  if (copy.pairs[0].key != instruction.pairs[0].key) return std::nullopt;
  return value_of(copy.pairs[0].value, file.escape);
}

std::string rest_of_text(const Instruction& instruction) {
  std::string_view text = trim(instruction.text);
  return std::string(
      trim_left(text.substr(std::min(text.size(), instruction.pairs[0].key.size()))));
}

// A comment line between the key and the value would go with the text that is replaced.
bool has_comment_between(const Instruction& instruction, const KeyValue& pair) {
  return std::any_of(instruction.comments.begin(), instruction.comments.end(), [&](Range comment) {
    return comment.begin >= pair.key_range.end && comment.end <= pair.value_range.begin;
  });
}

std::optional<Fix> make_fix(const Dockerfile& file, const Instruction& instruction) {
  const KeyValue& pair = instruction.pairs[0];
  if (has_comment_between(instruction, pair)) return std::nullopt;
  std::optional<std::string> wanted = value_of(pair.value, file.escape);
  if (!wanted) return std::nullopt;
  std::string rest = rest_of_text(instruction);
  constexpr std::array<std::string_view, 3> kQuotes = {"", "\"", "'"};
  for (std::string_view quote : kQuotes) {
    std::string candidate = pair.key + "=" + std::string(quote) + rest + std::string(quote);
    if (value_of_pair(file, instruction, candidate) != wanted) continue;
    Fix fix;
    fix.title = "Write `" + printable(pair.key) + "=` instead";
    fix.edits.push_back({{pair.key_range.end, pair.value_range.begin}, "=" + std::string(quote)});
    if (!quote.empty()) {
      fix.edits.push_back({{pair.value_range.end, pair.value_range.end}, std::string(quote)});
    }
    return fix;
  }
  return std::nullopt;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const Instruction& instruction : input.file->instructions) {
    if (instruction.form != ArgumentForm::LegacyKeyValue || instruction.pairs.size() != 1) continue;
    Finding finding;
    finding.rule = "legacy-key-value";
    finding.severity = Severity::Warning;
    finding.range = instruction.arguments;
    finding.message = "`" + std::string(keyword_of(instruction.kind)) + " " +
                      printable(instruction.pairs[0].key) +
                      " value` is the legacy form, which takes the rest of the line as one value";
    finding.help = "Write `key=value`";
    finding.fix = make_fix(*input.file, instruction);
    findings.push_back(std::move(finding));
  }
}

}  // namespace

extern const Rule kLegacyKeyValue;
const Rule kLegacyKeyValue = {
    {"legacy-key-value",
     "WH1022",
     "LegacyKeyValueFormat",
     Severity::Warning,
     "ENV or LABEL without `=`",
     "The old form cannot hold a second pair, and a value with blanks looks like one. The fix is "
     "checked by evaluating "
     "both forms: the value stays the same to the byte.",
     "FROM debian:bookworm\nENV PORT 8080\n",
     "FROM debian:bookworm\nENV PORT=8080\n",
     kDeclaresNothing,
     kSafeFix},
    check,
};

}  // namespace whittle
