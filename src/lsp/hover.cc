#include "lsp/hover.h"

#include <algorithm>

#include "base/strings.h"
#include "engine/lint.h"
#include "lint/image_names.h"
#include "lint/suppress.h"
#include "lsp/instruction_docs.h"
#include "lsp/names.h"
#include "lsp/variables.h"
#include "report/lint_parts.h"

namespace whittle {

namespace {

constexpr size_t kMaxShown = 300;  // bytes of a foreign text

bool holds(Range range, uint32_t offset) {
  return range.begin <= offset && (offset < range.end || (range.empty() && offset == range.begin));
}

std::string line_text(const Dockerfile& file, uint32_t offset) {
  return "line " + std::to_string(file.lines.line_of(offset));
}

const Instruction* instruction_at(const Dockerfile& file, uint32_t offset) {
  for (const Instruction& instruction : file.instructions) {
    if (instruction.range.begin <= offset && offset <= instruction.range.end) return &instruction;
  }
  return nullptr;
}

std::string finding_text(const Finding& finding) {
  std::string out = "**" + finding.rule + "** (" + std::string(to_text(finding.severity)) +
                    "): " + printable(finding.message) + ".";
  if (!finding.help.empty()) out += " " + printable(finding.help) + ".";
  for (const Evidence& evidence : finding.evidence)
    out += "\n- " + printable(evidence.name) + ": " + code_span(evidence.value);
  std::string rule = rule_markdown(finding.rule);
  return rule.empty() ? out : out + "\n\n" + rule;
}

std::string stage_text(const Dockerfile& file, uint32_t offset) {
  for (const StageMention& mention : stage_mentions(file)) {
    if (!holds(mention.place.range, offset)) continue;
    const Stage& stage = file.stages[mention.stage];
    std::string name = stage.name.empty() ? "" : " " + code_span(stage.name);
    return "Stage " + std::to_string(stage.index) + name + ", FROM " + code_span(stage.base) +
           ", " + line_text(file, file.instructions[stage.from].range.begin);
  }
  return "";
}

// Where a value comes from, in words.
std::string origin_text(const LintInput& input, const std::vector<VariableSource>& sources) {
  const Dockerfile& file = *input.file;
  const VariableSource& first = sources.front();
  const Instruction& at = file.instructions[first.index];
  std::string where = line_text(file, first.pair->range.begin);
  if (at.stage < file.stages.size()) {
    const Stage& stage = file.stages[at.stage];
    where +=
        ", stage " + (stage.name.empty() ? std::to_string(stage.index) : code_span(stage.name));
  }
  if (first.kind == InstructionKind::Env) return "ENV of " + where;
  if (first.pair->has_value) return "default of ARG, " + where;
  if (sources.size() > 1 && sources[1].pair->has_value) {
    return "default of the global ARG, " + line_text(file, sources[1].pair->range.begin) +
           ", taken over by ARG in " + where;
  }
  return "ARG without a default, " + where + ": `--build-arg` sets it";
}

std::string variable_text(const LintInput& input, uint32_t offset) {
  std::vector<VariableMention> mentions = variable_mentions(input);
  auto here = std::find_if(mentions.begin(), mentions.end(), [&](const VariableMention& one) {
    return holds(one.range, offset);
  });
  if (here == mentions.end()) return "";
  uint32_t before = here->is_declaration ? here->range.end : here->range.begin;
  std::vector<VariableSource> sources = sources_of(input, here->index, before, here->name);
  std::optional<std::string> value = value_of(input, here->index, here->name, here->is_declaration);
  std::string text = code_span("$" + here->name);
  if (value) text += " = " + code_span(*value);
  if (!sources.empty()) return text + "\n\n" + origin_text(input, sources);
  if (is_builder_variable(here->name)) return text + "\n\nset by the builder";
  if (here->is_in_shell) return "";
  return text + "\n\nset by nothing in this file; it may come from the base image";
}

std::string keyword_text(const Instruction& instruction) {
  const InstructionDoc* doc = instruction_doc(instruction.kind);
  if (doc == nullptr) return "";
  return "```dockerfile\n" + std::string(doc->form) + "\n```\n" + std::string(doc->text);
}

std::string mount_key_text(const Dockerfile& file, const Flag& flag, uint32_t offset) {
  uint32_t begin = flag.value_range.begin;
  for (std::string_view field : split(file.text(flag.value_range), ',')) {
    auto end = begin + static_cast<uint32_t>(field.size());
    std::string_view key = field.substr(0, field.find('='));
    if (begin <= offset && offset < begin + key.size()) {
      for (const MountKeyDoc& doc : mount_key_docs()) {
        if (equals_ignoring_case(doc.name, key))
          return code_span(doc.name) + ": " + std::string(doc.text);
      }
    }
    std::string_view value = field.substr(std::min(field.size(), key.size() + 1));
    bool is_type = equals_ignoring_case(key, "type") && offset > begin + key.size() && offset < end;
    for (const WordDoc& doc : mount_type_docs()) {
      if (is_type && equals_ignoring_case(doc.name, value))
        return code_span(doc.name) + ": " + std::string(doc.text);
    }
    begin = end + 1;
  }
  return "";
}

std::string flag_text(const Dockerfile& file, const Instruction& instruction, uint32_t offset) {
  for (const Flag& flag : instruction.flags) {
    if (!holds(flag.range, offset)) continue;
    std::string text;
    if (const FlagDoc* doc = flag_doc(instruction.kind, flag.name))
      text = code_span("--" + flag.name) + ": " + std::string(doc->text);
    std::string key = flag.name == "mount" ? mount_key_text(file, flag, offset) : "";
    return key.empty() ? text : text + "\n\n" + key;
  }
  return "";
}

// What a base image's name with variables comes to.
std::string base_text(const LintInput& input, const Instruction& from) {
  const Stage& stage = input.file->stages[from.stage];
  if (!contains(stage.base, "$")) return "";
  std::optional<std::string> image = known_base_image(input, stage.index);
  return image ? code_span(stage.base) + " = " + code_span(*image) : "";
}

// What is said of the instruction's own parts.
std::string part_text(const LintInput& input, const Instruction& instruction, uint32_t offset) {
  if (holds(instruction.keyword, offset)) return keyword_text(instruction);
  for (const Instruction& trigger : instruction.onbuild) {
    if (holds(trigger.range, offset)) return part_text(input, trigger, offset);
  }
  bool is_base = instruction.kind == InstructionKind::From &&
                 instruction.stage < input.file->stages.size() &&
                 holds(input.file->stages[instruction.stage].base_range, offset);
  if (is_base) return base_text(input, instruction);
  return flag_text(*input.file, instruction, offset);
}

// The smallest thing that can be pointed at there.
Range place_of(const LintInput& input, const Instruction* instruction, uint32_t offset) {
  if (std::optional<NameAt> name = name_at(input, offset)) return name->here.range;
  if (instruction == nullptr) return {offset, offset};
  if (holds(instruction->keyword, offset)) return instruction->keyword;
  for (const Flag& flag : instruction->flags) {
    if (holds(flag.range, offset)) return flag.range;
  }
  return {offset, offset};
}

void add_part(std::string& markdown, const std::string& part) {
  if (part.empty()) return;
  if (!markdown.empty()) markdown += "\n\n---\n\n";
  markdown += part;
}

// The word of a comment that stands there, with its place.
Range comment_word(const Dockerfile& file, uint32_t offset) {
  auto is_in_id = [](char c) { return is_alpha(c) || is_digit(c) || c == '-' || c == '_'; };
  for (const Token& token : file.tokens) {
    bool is_comment = token.kind == TokenKind::Comment || token.kind == TokenKind::Directive;
    if (!is_comment || !holds(token.range, offset)) continue;
    Range word{offset, offset};
    while (word.begin > token.range.begin && is_in_id(file.source[word.begin - 1])) --word.begin;
    while (word.end < token.range.end && is_in_id(file.source[word.end])) ++word.end;
    return word;
  }
  return {};
}

// The rules that an id in a suppressing comment names.
std::optional<HoverText> comment_hover(const Dockerfile& file, uint32_t offset) {
  HoverText hover;
  hover.range = comment_word(file, offset);
  if (hover.range.empty()) return std::nullopt;
  uint32_t line = file.lines.line_of(offset);
  std::string_view before = file.text({file.lines.line_begin(line), hover.range.begin});
  bool is_suppressing = contains(before, "ignore") || contains(before, "skip");
  if (!is_suppressing) return std::nullopt;
  for (const std::string& rule : rules_of_id(normal_rule_id(file.text(hover.range))))
    add_part(hover.markdown, "**" + rule + "**: " + rule_markdown(rule));
  if (hover.markdown.empty()) return std::nullopt;
  return hover;
}

}  // namespace

std::string code_span(std::string_view text) {
  std::string shown;
  for (char c : text.substr(0, kMaxShown)) shown += is_space(c) ? ' ' : c;
  shown = printable(shown);
  if (text.size() > kMaxShown) shown += "...";
  if (shown.empty()) return "` `";
  // A run of backquotes longer than any inside; CommonMark 0.30, 6.1.
  size_t longest = 0;
  size_t run = 0;
  for (char c : shown) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  std::string fence(longest + 1, '`');
  bool needs_blank = shown.front() == '`' || shown.back() == '`';
  return needs_blank ? fence + " " + shown + " " + fence : fence + shown + fence;
}

std::string rule_markdown(const std::string& rule) {
  std::optional<RuleDescription> described = describe_rule(rule);
  if (!described) return "";
  std::string out = described->why;
  auto add = [&](std::string_view title, const std::string& text) {
    if (text.empty()) return;
    out += "\n\n" + std::string(title) + ":\n\n```dockerfile\n" + std::string(trim_right(text)) +
           "\n```";
  };
  add("Bad", described->bad);
  add("Good", described->good);
  std::string page = rule_page(*described);
  out += "\n\n" + (page.empty() ? described->code : "[" + described->code + "](" + page + ")");
  if (!described->aliases.empty()) out += ", also known as " + join(described->aliases, ", ");
  return out;
}

std::optional<HoverText> hover_at(const LintInput& input,
                                  const std::vector<Finding>& findings,
                                  uint32_t offset) {
  HoverText hover;
  if (std::optional<HoverText> comment = comment_hover(*input.file, offset)) {
    hover = std::move(*comment);
  } else {
    const Instruction* instruction = instruction_at(*input.file, offset);
    add_part(hover.markdown, variable_text(input, offset));
    add_part(hover.markdown, stage_text(*input.file, offset));
    if (instruction != nullptr) add_part(hover.markdown, part_text(input, *instruction, offset));
    hover.range = place_of(input, instruction, offset);
  }
  for (const Finding& finding : findings) {
    bool is_about_context = finding.range == Range{};
    if (is_about_context || !holds(finding.range, offset)) continue;
    if (hover.range.empty()) hover.range = finding.range;
    add_part(hover.markdown, finding_text(finding));
  }
  if (hover.markdown.empty()) return std::nullopt;
  return hover;
}

}  // namespace whittle
