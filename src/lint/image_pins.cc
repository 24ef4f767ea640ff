#include "lint/image_pins.h"

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/online.h"
#include "lint/word_edits.h"

namespace whittle {

namespace {

// "NAME" of "$NAME" and "${NAME}"; "" for anything else.
std::string_view only_variable(std::string_view word) {
  if (word.size() < 2 || word[0] != '$') return "";
  word.remove_prefix(1);
  bool is_braced = word.front() == '{' && word.back() == '}';
  if (is_braced) word = word.substr(1, word.size() - 2);
  for (char c : word) {
    if (!is_alpha(c) && !is_digit(c) && c != '_') return "";
  }
  return word;
}

// Where the text of a word ends, in front of its closing quote; nullopt when its value is not what
// is written.
std::optional<uint32_t> end_of_text(const LintInput& input, Range range, std::string_view value) {
  std::string_view text = input.file->text(range);
  if (text == value) return range.end;
  bool is_quoted = text.size() >= 2 && (text[0] == '"' || text[0] == '\'') &&
                   text.back() == text[0] && text.substr(1, text.size() - 2) == value;
  return is_quoted ? std::optional<uint32_t>(range.end - 1) : std::nullopt;
}

// The last ARG in front of the stages that sets the variable.
const KeyValue* global_arg(const LintInput& input, std::string_view name) {
  const KeyValue* found = nullptr;
  for (const Instruction& instruction : input.file->instructions) {
    if (instruction.stage != Instruction::kNoStage) break;
    for (const KeyValue& pair : instruction.pairs) {
      bool is_it = instruction.kind == InstructionKind::Arg && pair.key == name && pair.has_value;
      if (is_it) found = &pair;
    }
  }
  return found;
}

std::optional<uint32_t> end_of_name(const LintInput& input,
                                    const Stage& stage,
                                    const std::string& image) {
  if (!contains(stage.base, "$")) return end_of_text(input, stage.base_range, image);
  std::string_view name = only_variable(stage.base);
  const KeyValue* arg = name.empty() ? nullptr : global_arg(input, name);
  return arg == nullptr ? std::nullopt : end_of_text(input, arg->value_range, image);
}

bool is_sha256(std::string_view digest) {
  constexpr std::string_view kPrefix = "sha256:";
  return digest.size() == kPrefix.size() + 64 && digest.starts_with(kPrefix) &&
         digest.find_first_not_of("0123456789abcdef", kPrefix.size()) == digest.npos;
}

}  // namespace

std::optional<Fix> digest_fix(const LintInput& input,
                              const Stage& stage,
                              const std::string& image,
                              const std::string& missing_tag) {
  if (input.online == nullptr) return std::nullopt;
  std::optional<uint32_t> end = end_of_name(input, stage, image);
  if (!end) return std::nullopt;
  std::optional<std::string> digest = input.online->image_digest(image);
  if (!digest || !is_sha256(*digest)) return std::nullopt;
  return make_fix("Pin the image by the digest it has now",
                  Applicability::Unsafe,
                  {insert_at(*end, missing_tag + "@" + *digest)});
}

}  // namespace whittle
