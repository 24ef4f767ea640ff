#include "lsp/variables.h"

#include <algorithm>
#include <set>

#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/image_names.h"

namespace whittle {

namespace {

bool is_name_char(char c) {
  return is_alpha(c) || is_digit(c) || c == '_';
}

size_t name_length(std::string_view text) {
  if (text.empty() || is_digit(text[0])) return 0;
  size_t size = 0;
  while (size < text.size() && is_name_char(text[size])) ++size;
  return size;
}

// Collects the mentions of one instruction.
class Collector {
 public:
  Collector(const LintInput& input, size_t index, std::vector<VariableMention>& found)
      : input_(input), file_(*input.file), index_(index), found_(found) {}

  void run() {
    const Instruction& instruction = file_.instructions[index_];
    visit(instruction, input_.scripts[index_]);
    for (const Instruction& trigger : instruction.onbuild)
      visit(trigger, input_.onbuild_scripts[index_]);
  }

 private:
  void visit(const Instruction& instruction, const ShellScript& script) {
    current_ = &instruction;
    for (const Flag& flag : instruction.flags) scan(flag.value_range, true);
    switch (instruction.kind) {
      case InstructionKind::Arg:
      case InstructionKind::Env:
        for (const KeyValue& pair : instruction.pairs) visit_pair(pair);
        return;
      case InstructionKind::Run:
      case InstructionKind::Cmd:
      case InstructionKind::Entrypoint:
      case InstructionKind::Healthcheck:
        is_in_shell_ = true;
        visit_shell(instruction, script);
        is_in_shell_ = false;
        return;
      case InstructionKind::Onbuild:
        return;
      default:
        scan(instruction.arguments, instruction.form != ArgumentForm::Json);
        for (const Heredoc& heredoc : instruction.heredocs) {
          if (heredoc.expand) scan(heredoc.body, false);
        }
    }
  }

  void visit_pair(const KeyValue& pair) {
    if (!pair.key.empty() && file_.text(pair.key_range) == pair.key)
      add(pair.key, pair.key_range, true);
    if (pair.has_value) scan(pair.value_range, true);
  }

  void visit_shell(const Instruction& instruction, const ShellScript& script) {
    bool is_json = instruction.form == ArgumentForm::Json;
    bool runs_shell = std::any_of(instruction.words.begin(),
                                  instruction.words.end(),
                                  [](const Word& word) { return word.text == "-c"; });
    if (is_json && !runs_shell) return;
    if (is_json || !script.complete) {
      scan(instruction.arguments, !is_json);
      for (const Heredoc& heredoc : instruction.heredocs) scan(heredoc.body, false);
      return;
    }
    words_end_ = 0;
    visit_node(script.root);
    for (const Heredoc& heredoc : instruction.heredocs) {
      bool is_script = words_end_ > heredoc.body.begin;
      if (!is_script && heredoc.expand) scan(heredoc.body, false);
    }
  }

  void visit_node(const ShellNode& node) {
    for (const ShellAssignment& assignment : node.assignments) {
      add_name(assignment.name, assignment.range.begin);
      visit_word(assignment.value);
    }
    for (const ShellWord& word : node.words) visit_word(word);
    if (node.kind == ShellNodeKind::Loop && !node.words.empty())
      add_name(node.words[0].raw, node.words[0].range.begin);
    if (node.kind == ShellNodeKind::Simple) visit_declaration(node);
    for (const ShellRedirect& redirect : node.redirects) {
      visit_word(redirect.target);
      visit_body(redirect);
    }
    for (const ShellNode& child : node.children) visit_node(child);
  }

  // `export NAME=x`, `unset NAME`: words that are names.
  void visit_declaration(const ShellNode& node) {
    if (!is_one_of("export readonly local declare typeset unset read", node.command_name())) return;
    for (size_t i = 1; i < node.words.size(); ++i) {
      const ShellWord& word = node.words[i];
      size_t size = name_length(word.raw);
      bool is_name = size > 0 && (size == word.raw.size() || word.raw[size] == '=');
      if (is_name) add_name(word.raw.substr(0, size), word.range.begin);
    }
  }

  void visit_word(const ShellWord& word) {
    words_end_ = std::max(words_end_, word.range.end);
    scan(word.range, true);
  }

  // The text of a here-document inside of a script stands somewhere behind its operator.
  void visit_body(const ShellRedirect& redirect) {
    bool expands = redirect.op.starts_with("<<") && redirect.op != "<<<" &&
                   !redirect.target.is_quoted && !redirect.body.empty();
    if (!expands) return;
    size_t at = file_.source.find(redirect.body, redirect.range.end);
    size_t end = at + redirect.body.size();
    if (at == std::string::npos || end > current_->range.end) return;
    scan({static_cast<uint32_t>(at), static_cast<uint32_t>(end)}, false);
  }

  // `$name` and `${name...` in a range of the file, as far as quotes and escapes let them be.
  void scan(Range range, bool has_quotes) {
    std::string_view text = file_.source;
    char escape = is_in_shell_ ? '\\' : file_.escape;
    char quote = '\0';
    auto comment = std::find_if(current_->comments.begin(),
                                current_->comments.end(),
                                [&](Range one) { return one.end > range.begin; });
    for (uint32_t at = range.begin; at < range.end;) {
      char c = text[at];
      bool is_literal = quote == '\'';
      if (comment != current_->comments.end() && at >= comment->begin) {
        at = std::max(comment->end, at);
        ++comment;
      } else if (c == escape && !is_literal) {
        at += 2;
      } else if (has_quotes && (c == '\'' || c == '"') && (quote == '\0' || quote == c)) {
        quote = quote == '\0' ? c : '\0';
        ++at;
      } else if (c == '$' && !is_literal) {
        at = take_dollar(at, range.end);
      } else {
        ++at;
      }
    }
  }

  uint32_t take_dollar(uint32_t at, uint32_t end) {
    std::string_view rest = std::string_view(file_.source).substr(at + 1, end - at - 1);
    uint32_t begin = at + 1;
    if (rest.starts_with('{')) {
      rest.remove_prefix(1);
      ++begin;
      if (rest.size() > 1 && (rest[0] == '#' || rest[0] == '!') && is_name_char(rest[1])) {
        rest.remove_prefix(1);
        ++begin;
      }
    }
    size_t size = name_length(rest);
    if (size > 0) add_name(std::string(rest.substr(0, size)), begin);
    return begin + static_cast<uint32_t>(size);
  }

  void add_name(const std::string& name, uint32_t begin) {
    Range range{begin, begin + static_cast<uint32_t>(name.size())};
    if (range.end <= file_.source.size() && file_.text(range) == name) add(name, range, false);
  }

  void add(const std::string& name, Range range, bool is_declaration) {
    found_.push_back({name, range, index_, is_declaration, is_in_shell_});
  }

  const LintInput& input_;
  const Dockerfile& file_;
  size_t index_;
  std::vector<VariableMention>& found_;
  const Instruction* current_ = nullptr;
  bool is_in_shell_ = false;
  uint32_t words_end_ = 0;
};

// The last pair of that name in an instruction that ends in front of `before`; null if none.
const KeyValue* pair_before(const Instruction& instruction,
                            InstructionKind kind,
                            uint32_t before,
                            std::string_view name) {
  if (instruction.kind != kind) return nullptr;
  for (auto pair = instruction.pairs.rbegin(); pair != instruction.pairs.rend(); ++pair) {
    if (pair->key == name && pair->range.begin < before) return &*pair;
  }
  return nullptr;
}

std::optional<VariableSource> global_source(const LintInput& input,
                                            uint32_t before,
                                            std::string_view name) {
  std::optional<VariableSource> found;
  const std::vector<Instruction>& instructions = input.file->instructions;
  for (size_t i = 0; i < instructions.size(); ++i) {
    if (instructions[i].kind == InstructionKind::From) break;
    const KeyValue* pair = pair_before(instructions[i], InstructionKind::Arg, before, name);
    if (pair != nullptr) found = VariableSource{i, pair, InstructionKind::Arg};
  }
  return found;
}

// In one stage, from `end` backwards. An ARG that nothing gives a value leaves an ENV before it in
// force.
std::optional<VariableSource> stage_source(const LintInput& input,
                                           const Stage& stage,
                                           size_t end,
                                           uint32_t before,
                                           std::string_view name) {
  std::optional<VariableSource> idle;
  for (size_t i = std::min<size_t>(end, stage.end); i-- > stage.from + 1;) {
    const Instruction& instruction = input.file->instructions[i];
    if (const KeyValue* pair = pair_before(instruction, InstructionKind::Env, before, name))
      return VariableSource{i, pair, InstructionKind::Env};
    const KeyValue* pair = pair_before(instruction, InstructionKind::Arg, before, name);
    if (pair == nullptr) continue;
    VariableSource source{i, pair, InstructionKind::Arg};
    if (pair->has_value || global_source(input, pair->range.begin, name)) return source;
    if (!idle) idle = source;
  }
  return idle;
}

}  // namespace

std::vector<VariableMention> variable_mentions(const LintInput& input) {
  std::vector<VariableMention> found;
  for (size_t i = 0; i < input.file->instructions.size(); ++i) Collector(input, i, found).run();
  auto key = [](const VariableMention& one) {
    return std::pair(one.range.begin, !one.is_declaration);
  };
  std::stable_sort(
      found.begin(), found.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  auto is_same = [](const auto& a, const auto& b) { return a.range == b.range; };
  found.erase(std::unique(found.begin(), found.end(), is_same), found.end());
  return found;
}

std::vector<VariableSource> sources_of(const LintInput& input,
                                       size_t index,
                                       uint32_t before,
                                       std::string_view name) {
  const Instruction& at = input.file->instructions[index];
  std::vector<VariableSource> sources;
  bool is_global = at.kind == InstructionKind::From || at.stage >= input.file->stages.size();
  int stage = is_global ? -1 : static_cast<int>(at.stage);
  size_t end = index + 1;
  while (stage >= 0 && sources.empty()) {
    const Stage& here = input.file->stages[static_cast<size_t>(stage)];
    if (auto source = stage_source(input, here, end, before, name)) sources.push_back(*source);
    stage = input.evaluation.parent_stage[static_cast<size_t>(stage)];
    end = input.file->instructions.size();
  }
  bool asks_global = is_global || (!sources.empty() && !sources[0].pair->has_value &&
                                   sources[0].kind == InstructionKind::Arg);
  if (!asks_global) return sources;
  if (auto source = global_source(input, before, name)) sources.push_back(*source);
  return sources;
}

std::optional<std::string> value_of(const LintInput& input,
                                    size_t index,
                                    std::string_view name,
                                    bool is_after) {
  const Instruction& at = input.file->instructions[index];
  if (at.kind == InstructionKind::From || at.stage >= input.file->stages.size()) {
    auto globals = global_args(input);
    auto found = globals.find(std::string(name));
    return found == globals.end() ? std::nullopt : found->second;
  }
  const Evaluation& evaluation = input.evaluation;
  if (!is_after) return evaluation.states[index].environment.find(name);
  bool is_last = index + 1 >= input.file->stages[at.stage].end;
  const InstructionState& state =
      is_last ? evaluation.final_states[at.stage] : evaluation.states[index + 1];
  return state.environment.find(name);
}

const std::vector<std::string_view>& platform_variables() {
  static const std::vector<std::string_view> names = {"BUILDARCH",
                                                      "BUILDOS",
                                                      "BUILDOSVERSION",
                                                      "BUILDPLATFORM",
                                                      "BUILDVARIANT",
                                                      "TARGETARCH",
                                                      "TARGETOS",
                                                      "TARGETOSVERSION",
                                                      "TARGETPLATFORM",
                                                      "TARGETSTAGE",
                                                      "TARGETVARIANT"};
  return names;
}

bool is_builder_variable(std::string_view name) {
  const std::vector<std::string_view>& platform = platform_variables();
  if (std::find(platform.begin(), platform.end(), name) != platform.end()) return true;
  return is_one_of("HTTP_PROXY HTTPS_PROXY FTP_PROXY NO_PROXY ALL_PROXY SOURCE_DATE_EPOCH",
                   to_upper(name)) ||
         name.starts_with("BUILDKIT_");
}

std::vector<std::string> visible_variables(const LintInput& input, size_t index) {
  const Instruction& at = input.file->instructions[index];
  std::set<std::string> names;
  bool is_global = at.kind == InstructionKind::From || at.stage >= input.file->stages.size();
  auto add_pairs = [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      const Instruction& set = input.file->instructions[i];
      if (set.kind != InstructionKind::Arg && set.kind != InstructionKind::Env) continue;
      for (const KeyValue& pair : set.pairs) names.insert(pair.key);
    }
  };
  if (is_global) {
    size_t first = input.file->stages.empty() ? index : input.file->stages[0].from;
    add_pairs(0, std::min(first, index));
    for (std::string_view name : platform_variables()) names.emplace(name);
  }
  int stage = is_global ? -1 : static_cast<int>(at.stage);
  size_t end = index;
  while (stage >= 0) {
    const Stage& here = input.file->stages[static_cast<size_t>(stage)];
    add_pairs(here.from, std::min<size_t>(end, here.end));
    stage = input.evaluation.parent_stage[static_cast<size_t>(stage)];
    end = input.file->instructions.size();
  }
  names.erase("");
  return {names.begin(), names.end()};
}

}  // namespace whittle
