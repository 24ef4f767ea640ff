#include "lsp/completion.h"

#include <algorithm>

#include "base/strings.h"
#include "dockerfile/flags.h"
#include "dockerfile/parser.h"
#include "engine/lint.h"
#include "lint/lint.h"
#include "lint/rules/rules.h"
#include "lsp/hover.h"
#include "lsp/instruction_docs.h"
#include "lsp/variables.h"

namespace whittle {

namespace {

// Stands at the cursor while the text in front of it is parsed: part of a word, and in no file.
constexpr char kMark = '\x01';

bool is_name_char(char c) {
  return is_alpha(c) || is_digit(c) || c == '_';
}

class Completer {
 public:
  Completer(const Dockerfile& file, uint32_t at) : file_(file), at_(at) {}

  Completions run() {
    found_.replaced = {at_, at_};
    if (const Token* comment = comment_at_cursor()) {
      complete_comment(*comment);
      return std::move(found_);
    }
    for (size_t i = 0; i < file_.instructions.size(); ++i) {
      const Instruction& instruction = file_.instructions[i];
      if (instruction.range.begin > at_ || at_ >= instruction.range.end) continue;
      complete_in(instruction, i);
      break;
    }
    return std::move(found_);
  }

 private:
  const Token* comment_at_cursor() const {
    for (const Token& token : file_.tokens) {
      bool is_comment = token.kind == TokenKind::Comment || token.kind == TokenKind::Directive;
      if (is_comment && token.range.begin < at_ && at_ < token.range.end) return &token;
    }
    return nullptr;
  }

  std::string_view text(uint32_t begin) const {
    return std::string_view(file_.source).substr(begin, at_ - begin);
  }

  void replace_from(uint32_t begin) { found_.replaced = {begin, at_}; }

  void add(CompletionKind kind,
           std::string_view label,
           std::string_view detail,
           std::string_view markdown,
           std::string insert = "") {
    CompletionItem item;
    item.label = label;
    item.kind = kind;
    item.detail = detail;
    item.text = markdown;
    item.insert = insert.empty() ? std::string(label) : std::move(insert);
    found_.items.push_back(std::move(item));
  }

  // Rules behind "ignore=", and directives while there is nothing but comments.
  void complete_comment(const Token& comment) {
    std::string_view before = text(comment.range.begin);
    size_t ignore = std::min(before.rfind("ignore="), before.rfind("ignore-file="));
    if (ignore == std::string_view::npos) ignore = before.rfind("ignore-stage=");
    if (ignore != std::string_view::npos && contains(before, "whittle")) {
      std::string_view ids = before.substr(before.find('=', ignore) + 1);
      if (contains(ids, " ")) return;
      size_t last = ids.rfind(',') == std::string_view::npos ? 0 : ids.rfind(',') + 1;
      replace_from(at_ - static_cast<uint32_t>(ids.size() - last));
      for (const Rule* rule : rule_table())
        add(CompletionKind::Rule, rule->info.name, rule->info.code, rule->info.summary);
      return;
    }
    std::string_view word = trim_left(before.substr(std::min<size_t>(1, before.size())));
    bool is_word = std::all_of(word.begin(), word.end(), is_alpha);
    if (!is_word || !file_.instructions.empty()) return;
    replace_from(at_ - static_cast<uint32_t>(word.size()));
    for (const WordDoc& doc : directive_docs())
      add(CompletionKind::Keyword, doc.name, "directive", doc.text, std::string(doc.name) + "=");
  }

  void complete_in(const Instruction& instruction, size_t index) {
    if (instruction.keyword.begin <= at_ && at_ < instruction.keyword.end) {
      return complete_keyword(instruction, index);
    }
    if (complete_variable(index)) return;
    for (const Heredoc& heredoc : instruction.heredocs) {
      if (heredoc.body.begin <= at_ && at_ < heredoc.body.end) return;
    }
    for (const Instruction& trigger : instruction.onbuild) {
      if (trigger.range.begin <= at_ && at_ < trigger.range.end) return complete_in(trigger, index);
    }
    for (const Flag& flag : instruction.flags) {
      if (flag.range.begin > at_ || at_ >= flag.range.end) continue;
      bool is_value = flag.has_value && at_ >= flag.value_range.begin;
      return is_value ? complete_value(instruction, flag) : complete_flag(instruction, flag.range);
    }
    // "-" alone is no flag yet.
    if (text(instruction.arguments.begin) == "-")
      return complete_flag(instruction, {instruction.arguments.begin, at_});
    complete_word(instruction);
  }

  // In the case that is being written.
  void complete_keyword(const Instruction& instruction, size_t index) {
    std::string_view typed = text(instruction.keyword.begin);
    bool is_lower = !typed.empty() && to_lower(typed) == typed;
    bool is_trigger = index < file_.instructions.size() &&
                      file_.instructions[index].keyword.begin != instruction.keyword.begin;
    replace_from(instruction.keyword.begin);
    bool has_from = index > 0 && file_.instructions[index].stage < file_.stages.size();
    for (const InstructionDoc& doc : instruction_docs()) {
      bool is_first =
          doc.kind == InstructionKind::From || (doc.kind == InstructionKind::Arg && !is_trigger);
      bool is_refused = doc.kind == InstructionKind::From || doc.kind == InstructionKind::Onbuild ||
                        doc.kind == InstructionKind::Maintainer;
      if (is_trigger ? is_refused : (!has_from && !is_first)) continue;
      std::string keyword(keyword_of(doc.kind));
      if (is_lower) keyword = to_lower(keyword);
      add(CompletionKind::Keyword, keyword, doc.form, doc.text);
    }
  }

  // Behind `$` or `${`: true if the cursor stands there.
  bool complete_variable(size_t index) {
    std::string_view source = file_.source;
    uint32_t begin = at_;
    while (begin > 0 && is_name_char(source[begin - 1])) --begin;
    bool has_brace = begin > 1 && source[begin - 1] == '{' && source[begin - 2] == '$';
    bool is_variable = has_brace || (begin > 0 && source[begin - 1] == '$');
    if (!is_variable) return false;
    replace_from(begin);
    LintInput input;
    input.file = &file_;
    input.evaluation = evaluate(file_, {});
    for (const std::string& name : visible_variables(input, index)) {
      std::optional<std::string> value = value_of(input, index, name, false);
      add(CompletionKind::Variable, name, value ? "= " + *value : "", "");
    }
    return true;
  }

  void complete_flag(const Instruction& instruction, Range flag) {
    replace_from(flag.begin);
    for (const FlagSpec& spec : known_flags(instruction.kind)) {
      const FlagDoc* doc = flag_doc(instruction.kind, spec.name);
      std::string name = "--" + std::string(spec.name);
      bool is_given = instruction.flag(spec.name) != nullptr && spec.type != FlagType::List;
      if (is_given) continue;
      add(CompletionKind::Flag,
          name,
          keyword_of(instruction.kind),
          doc != nullptr ? doc->text : "",
          spec.type == FlagType::Bool ? name : name + "=");
    }
  }

  void complete_value(const Instruction& instruction, const Flag& flag) {
    if (flag.name == "mount") return complete_mount(instruction, flag);
    replace_from(flag.value_range.begin);
    if (flag.name == "from") add_stages(instruction);
    if (const FlagDoc* doc = flag_doc(instruction.kind, flag.name)) add_values(doc->values);
  }

  void add_values(std::string_view values) {
    for (std::string_view value : split_blanks(values)) add(CompletionKind::Value, value, "", "");
  }

  // Keys that the type takes and that are not there yet; values of some keys.
  void complete_mount(const Instruction& instruction, const Flag& flag) {
    std::string_view before = text(flag.value_range.begin);
    std::string_view type = "bind";
    std::vector<std::string_view> fields = split(before, ',');
    std::string_view current = fields.back();
    fields.pop_back();
    for (std::string_view field : fields) {
      if (field.starts_with("type=")) type = field.substr(5);
    }
    size_t equals = current.find('=');
    size_t typed = equals == std::string_view::npos ? current.size() : current.size() - equals - 1;
    replace_from(at_ - static_cast<uint32_t>(typed));
    bool is_key = equals == std::string_view::npos;
    for (const MountKeyDoc& doc : mount_key_docs()) {
      if (!is_key && doc.name == current.substr(0, equals)) {
        if (doc.name == "from") add_stages(instruction);
        return add_mount_values(doc);
      }
      bool is_given = std::any_of(fields.begin(), fields.end(), [&](std::string_view field) {
        return field.substr(0, field.find('=')) == doc.name;
      });
      if (!is_key || is_given ||
          !contains(" " + std::string(doc.types) + " ", " " + std::string(type) + " "))
        continue;
      add(CompletionKind::Flag, doc.name, "--mount", doc.text, std::string(doc.name) + "=");
    }
  }

  void add_mount_values(const MountKeyDoc& doc) {
    if (doc.name != "type") return add_values(doc.values);
    for (const WordDoc& type : mount_type_docs())
      add(CompletionKind::Value, type.name, "type of mount", type.text);
  }

  void add_stages(const Instruction& instruction) {
    for (const Stage& stage : file_.stages) {
      if (stage.name.empty() || stage.index >= instruction.stage) continue;
      add(CompletionKind::Stage, stage.name, "FROM " + stage.base, "");
    }
  }

  // A word of the arguments: a base, AS, the command of a HEALTHCHECK.
  void complete_word(const Instruction& instruction) {
    for (size_t i = 0; i < instruction.words.size(); ++i) {
      const Word& word = instruction.words[i];
      if (word.range.begin > at_ || at_ >= word.range.end) continue;
      if (instruction.kind == InstructionKind::From) {
        replace_from(word.range.begin);
        if (i == 0) add_stages(instruction);
        if (i == 1) add(CompletionKind::Keyword, "AS", "names the stage", "");
      } else if (instruction.kind == InstructionKind::Healthcheck && i == 0) {
        replace_from(word.range.begin);
        add(CompletionKind::Keyword, "CMD", "the command that tells", "");
        add(CompletionKind::Keyword, "NONE", "switches off that of the base image", "");
      } else if (instruction.kind == InstructionKind::Stopsignal && i == 0) {
        replace_from(word.range.begin);
        add_values("SIGTERM SIGINT SIGQUIT SIGHUP SIGUSR1 SIGUSR2 SIGWINCH SIGKILL");
      }
      return;
    }
  }

  const Dockerfile& file_;
  uint32_t at_;
  Completions found_;
};

}  // namespace

Completions complete_at(const std::string& text, uint32_t offset, const Limits& limits) {
  offset = std::min(offset, static_cast<uint32_t>(text.size()));
  Completions none;
  none.replaced = {offset, offset};
  Result<Dockerfile> file = parse_dockerfile(text.substr(0, offset) + kMark, "Dockerfile", limits);
  if (!file.ok()) return none;
  Completions found = Completer(*file, offset).run();
  // The mark is part of no name that is offered.
  std::erase_if(found.items, [](const CompletionItem& item) {
    return item.label.find(kMark) != std::string::npos;
  });
  return found;
}

}  // namespace whittle
