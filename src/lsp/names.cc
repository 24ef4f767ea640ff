#include "lsp/names.h"

#include <algorithm>
#include <numeric>

#include "base/strings.h"
#include "lsp/variables.h"

namespace whittle {

namespace {

bool holds(Range range, uint32_t offset) {
  return range.begin <= offset && offset <= range.end;
}

// Finds the words that mean stages.
class StageFinder {
 public:
  explicit StageFinder(const Dockerfile& file) : file_(file) {}

  std::vector<StageMention> run() {
    for (const Instruction& instruction : file_.instructions) {
      if (instruction.stage < file_.stages.size()) visit(instruction);
    }
    return std::move(found_);
  }

 private:
  void visit(const Instruction& instruction) {
    const Stage& own = file_.stages[instruction.stage];
    if (instruction.kind == InstructionKind::From) {
      add(own.base_range, own.base, own.index, false);
      if (!own.name_range.empty()) found_.push_back({own.index, {own.name_range, true, false}});
    }
    for (const Flag& flag : instruction.flags) {
      if (flag.name == "from" && file_.text(flag.value_range) == flag.value)
        add(flag.value_range, flag.value, own.index, true);
      if (flag.name == "mount") add_mount(flag.value_range, own.index);
    }
  }

  // "from=NAME" among the fields of a mount.
  void add_mount(Range value, uint32_t stage) {
    constexpr std::string_view kFrom = "from=";
    uint32_t begin = value.begin;
    for (std::string_view field : split(file_.text(value), ',')) {
      auto end = begin + static_cast<uint32_t>(field.size());
      Range name{begin + static_cast<uint32_t>(kFrom.size()), end};
      if (equals_ignoring_case(field.substr(0, kFrom.size()), kFrom))
        add(name, file_.text(name), stage, true);
      begin = end + 1;
    }
  }

  // The last stage of that name in front of `before`, or that number.
  void add(Range range, std::string_view text, uint32_t before, bool takes_numbers) {
    if (range.empty()) return;
    for (uint32_t i = before; i-- > 0;) {
      if (file_.stages[i].name.empty() || !equals_ignoring_case(file_.stages[i].name, text))
        continue;
      found_.push_back({i, {range, false, false}});
      return;
    }
    std::optional<uint64_t> number = takes_numbers ? parse_u64(text) : std::nullopt;
    if (number && *number < before)
      found_.push_back({static_cast<uint32_t>(*number), {range, false, true}});
  }

  const Dockerfile& file_;
  std::vector<StageMention> found_;
};

std::optional<NameAt> stage_at(const LintInput& input, uint32_t offset) {
  const Dockerfile& file = *input.file;
  std::vector<StageMention> mentions = stage_mentions(file);
  auto here = std::find_if(mentions.begin(), mentions.end(), [&](const StageMention& one) {
    return holds(one.place.range, offset);
  });
  if (here == mentions.end()) return std::nullopt;
  const Stage& stage = file.stages[here->stage];
  NameAt at;
  at.kind = NameKind::Stage;
  at.name = stage.name;
  at.here = here->place;
  for (const StageMention& one : mentions) {
    if (one.stage == here->stage) at.places.push_back(one.place);
  }
  at.declarations.push_back(stage.name_range.empty() ? file.instructions[stage.from].keyword
                                                     : stage.name_range);
  return at;
}

// Which scopes share a variable: the stages, and one in front of them.
class Scopes {
 public:
  Scopes(const LintInput& input,
         const std::vector<VariableMention>& mentions,
         std::string_view name)
      : input_(input), root_(input.file->stages.size() + 1) {
    std::iota(root_.begin(), root_.end(), size_t{0});
    std::vector<bool> has_it(root_.size(), false);
    for (const VariableMention& one : mentions) {
      if (one.name != name || !one.is_declaration) continue;
      size_t scope = scope_of(one.index);
      has_it[scope] = true;
      // All ARGs of a name take the same build argument.
      bool is_arg = input.file->instructions[one.index].kind == InstructionKind::Arg;
      if (is_arg) join(scope, root_.size() - 1);
    }
    const std::vector<int>& parents = input.evaluation.parent_stage;
    for (size_t stage = 0; stage < parents.size() && stage + 1 < root_.size(); ++stage) {
      if (parents[stage] < 0) continue;
      auto parent = static_cast<size_t>(parents[stage]);
      if (!has_it[parent]) continue;
      has_it[stage] = true;
      join(stage, parent);
    }
  }

  size_t group_of(size_t instruction) const { return find(scope_of(instruction)); }

 private:
  size_t scope_of(size_t index) const {
    const Instruction& instruction = input_.file->instructions[index];
    bool is_global = instruction.kind == InstructionKind::From ||
                     instruction.stage >= input_.file->stages.size();
    return is_global ? root_.size() - 1 : instruction.stage;
  }

  size_t find(size_t scope) const {
    while (root_[scope] != scope) scope = root_[scope];
    return scope;
  }

  void join(size_t a, size_t b) { root_[find(a)] = find(b); }

  const LintInput& input_;
  std::vector<size_t> root_;
};

std::optional<NameAt> variable_at(const LintInput& input, uint32_t offset) {
  std::vector<VariableMention> mentions = variable_mentions(input);
  auto here = std::find_if(mentions.begin(), mentions.end(), [&](const VariableMention& one) {
    return holds(one.range, offset);
  });
  if (here == mentions.end()) return std::nullopt;
  Scopes scopes(input, mentions, here->name);
  NameAt at;
  at.name = here->name;
  at.here = {here->range, here->is_declaration, false};
  size_t group = scopes.group_of(here->index);
  bool is_declared = false;
  for (const VariableMention& one : mentions) {
    if (one.name != here->name || scopes.group_of(one.index) != group) continue;
    at.places.push_back({one.range, one.is_declaration, false});
    is_declared = is_declared || one.is_declaration;
  }
  if (!is_declared) return std::nullopt;
  uint32_t before = here->is_declaration ? here->range.end : here->range.begin;
  for (const VariableSource& source : sources_of(input, here->index, before, here->name))
    at.declarations.push_back(source.pair->key_range);
  return at;
}

bool is_variable_name(std::string_view name) {
  bool is_plain = std::all_of(
      name.begin(), name.end(), [](char c) { return is_alpha(c) || is_digit(c) || c == '_'; });
  return is_plain && !name.empty() && !is_digit(name[0]);
}

// Source: Dockerfile reference, FROM: a name begins with a letter.
bool is_stage_name(std::string_view name) {
  bool is_plain = std::all_of(name.begin(), name.end(), [](char c) {
    return is_alpha(c) || is_digit(c) || c == '_' || c == '-' || c == '.';
  });
  return is_plain && !name.empty() && is_alpha(name[0]);
}

// Why another thing of the file forbids the new name; "" if nothing does.
std::string name_conflict(const LintInput& input, const NameAt& at, const std::string& name) {
  if (at.kind == NameKind::Stage) {
    if (!is_stage_name(name)) return "`" + printable(name) + "` is no name for a stage";
    if (equals_ignoring_case(name, "scratch") || equals_ignoring_case(name, "context"))
      return "`" + name + "` is reserved";
    for (const Stage& stage : input.file->stages) {
      bool is_taken = equals_ignoring_case(stage.name, name) && stage.name != at.name;
      if (is_taken) return "there is a stage `" + stage.name + "` already";
    }
    return "";
  }
  if (!is_variable_name(name)) return "`" + printable(name) + "` is no name for a variable";
  if (is_builder_variable(name)) return "the builder sets `" + name + "`";
  for (const VariableMention& one : variable_mentions(input)) {
    if (one.name == name && one.is_declaration && name != at.name)
      return "there is a variable `" + name + "` already";
  }
  return "";
}

}  // namespace

std::vector<StageMention> stage_mentions(const Dockerfile& file) {
  return StageFinder(file).run();
}

std::optional<NameAt> name_at(const LintInput& input, uint32_t offset) {
  std::optional<NameAt> stage = stage_at(input, offset);
  return stage ? stage : variable_at(input, offset);
}

std::string rename_obstacle(const NameAt& at) {
  if (at.here.is_number) return "a stage without its name here";
  if (at.kind == NameKind::Variable && is_builder_variable(at.name))
    return "the builder sets `" + at.name + "`";
  return "";
}

Result<std::vector<Edit>> rename_edits(const LintInput& input,
                                       const NameAt& at,
                                       const std::string& new_name) {
  std::string obstacle = rename_obstacle(at);
  if (obstacle.empty()) obstacle = name_conflict(input, at, new_name);
  if (!obstacle.empty()) return Error(ErrorKind::Usage, obstacle);
  std::vector<Edit> edits;
  for (const NamePlace& place : at.places) {
    if (!place.is_number) edits.push_back({place.range, new_name});
  }
  return edits;
}

}  // namespace whittle
