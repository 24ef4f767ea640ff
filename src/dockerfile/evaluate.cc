// Variables and settings through the instructions and stages of a file.
#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/fs.h"
#include "base/strings.h"
#include "dockerfile/expand.h"

namespace whittle {

namespace {

using Variables = std::vector<std::pair<std::string, std::string>>;

// What all states of a file may take together; a real file needs some kilobytes.
constexpr size_t kMaxStateBytes = size_t{128} << 20;

// What following one trigger counts for, as it takes time but no memory.
constexpr size_t kTriggerBytes = 64;

// Global in FROM, and the values of an ARG of that name: the platform that is taken when nobody
// says.
const Variables& platform_args() {
  static const Variables kArgs = {
      {"BUILDPLATFORM", "linux/amd64"},
      {"BUILDOS", "linux"},
      {"BUILDOSVERSION", ""},
      {"BUILDARCH", "amd64"},
      {"BUILDVARIANT", ""},
      {"TARGETPLATFORM", "linux/amd64"},
      {"TARGETOS", "linux"},
      {"TARGETOSVERSION", ""},
      {"TARGETARCH", "amd64"},
      {"TARGETVARIANT", ""},
      {"TARGETSTAGE", "default"},
  };
  return kArgs;
}

const std::string* find_in(const Variables& variables, std::string_view name) {
  auto found = std::find_if(variables.begin(), variables.end(), [&](const auto& variable) {
    return variable.first == name;
  });
  return found == variables.end() ? nullptr : &found->second;
}

// Variables in the order of their definition, found by name.
class VariableTable {
 public:
  VariableTable() = default;

  explicit VariableTable(Variables variables) : variables_(std::move(variables)) { reindex(); }

  const Variables& variables() const { return variables_; }

  size_t bytes() const { return bytes_; }

  const std::string* find(std::string_view name) const {
    auto found = index_.find(std::string(name));
    return found == index_.end() ? nullptr : &variables_[found->second].second;
  }

  void set(const std::string& name, std::string value) {
    auto [found, is_new] = index_.try_emplace(name, variables_.size());
    if (is_new) variables_.emplace_back(name, "");
    std::string& old = variables_[found->second].second;
    bytes_ += value.size() - old.size() + (is_new ? kBytesOfOne + name.size() : 0);
    old = std::move(value);
  }

  // Without those of these names.
  void erase(const Variables& names) {
    std::unordered_set<std::string_view> erased;
    for (const auto& variable : names) {
      if (index_.count(variable.first) > 0) erased.insert(variable.first);
    }
    if (erased.empty()) return;
    std::erase_if(variables_,
                  [&](const auto& variable) { return erased.count(variable.first) > 0; });
    reindex();
  }

 private:
  static constexpr size_t kBytesOfOne = 64;  // besides name and value

  void reindex() {
    index_.clear();
    bytes_ = 0;
    for (size_t i = 0; i < variables_.size(); ++i) {
      const auto& [name, value] = variables_[i];
      index_.emplace(name, i);
      bytes_ += kBytesOfOne + name.size() + value.size();
    }
  }

  Variables variables_;
  std::unordered_map<std::string, size_t> index_;
  size_t bytes_ = 0;
};

InstructionState first_state() {
  InstructionState state;
  state.working_dir = "/";
  state.shell = {"/bin/sh", "-c"};
  return state;
}

class Evaluator {
 public:
  Evaluator(const Dockerfile& file, const Variables& build_args)
      : file_(file), build_args_(build_args), globals_(platform_args()) {
    for (const auto& [name, value] : platform_args()) {
      if (const std::string* given = find_in(build_args_, name)) globals_.set(name, *given);
    }
  }

  Evaluation run() {
    enter(first_state());
    for (const Instruction& instruction : file_.instructions) {
      if (instruction.kind == InstructionKind::From) start_stage(instruction);
      result_.states.push_back(snapshot());
      if (is_full()) continue;
      if (instruction.stage != Instruction::kNoStage) {
        apply(instruction);
      } else if (instruction.kind == InstructionKind::Arg) {
        add_globals(instruction);
      }
    }
    finish_stage();
    return std::move(result_);
  }

 private:
  void enter(const InstructionState& state) {
    state_ = state;
    env_ = VariableTable(state.environment.env);
    args_ = VariableTable(state.environment.args);
    // The environment of the parent's image comes behind its arguments.
    args_.erase(state.environment.env);
  }

  // True once the states together have become too large: nothing is followed any more.
  bool is_full() const { return bytes_ > kMaxStateBytes; }

  void stop() { bytes_ = kMaxStateBytes + 1; }

  // Whether variables of the current state may take so many more bytes.
  bool has_room(size_t bytes) const {
    return bytes_ + env_.bytes() + args_.bytes() + bytes <= kMaxStateBytes;
  }

  InstructionState snapshot() {
    if (is_full()) return {};
    bytes_ += sizeof(InstructionState) + env_.bytes() + args_.bytes() + state_.working_dir.size() +
              state_.user.size();
    for (const std::string& word : state_.shell) bytes_ += sizeof(std::string) + word.size();
    if (is_full()) return {};
    InstructionState state = state_;
    state.environment = {env_.variables(), args_.variables()};
    return state;
  }

  // As written when it does not expand.
  std::string expand(std::string_view text, const Lookup& lookup) const {
    auto expanded = expand_word(text, file_.escape, lookup);
    return expanded.ok() ? std::move(expanded->text) : std::string(text);
  }

  static std::optional<std::string> copy_of(const std::string* value) {
    return value != nullptr ? std::optional<std::string>(*value) : std::nullopt;
  }

  std::string expand(std::string_view text) const {
    return expand(text, [this](std::string_view name) {
      const std::string* value = args_.find(name);
      return copy_of(value != nullptr ? value : env_.find(name));
    });
  }

  std::string expand_global(std::string_view text) const {
    return expand(text, [this](std::string_view name) { return copy_of(globals_.find(name)); });
  }

  void add_globals(const Instruction& instruction) {
    for (const KeyValue& pair : instruction.pairs) {
      if (globals_.bytes() > kMaxStateBytes) return stop();
      if (const std::string* given = find_in(build_args_, pair.key)) {
        globals_.set(pair.key, *given);
      } else if (pair.has_value) {
        globals_.set(pair.key, expand_global(pair.value));
      }
    }
  }

  void start_stage(const Instruction& from) {
    finish_stage();
    std::string base = from.words.empty() ? "" : expand_global(from.words[0].text);
    auto parent = stages_.find(to_lower(base));
    if (parent == stages_.end()) {
      enter(first_state());
    } else {
      enter(result_.final_states[parent->second]);
    }
    result_.parent_stage.push_back(parent == stages_.end() ? -1 : static_cast<int>(parent->second));
    result_.stage_bases.push_back(std::move(base));
  }

  void finish_stage() {
    size_t index = result_.final_states.size();
    if (index == result_.stage_bases.size()) return;
    result_.final_states.push_back(snapshot());
    const std::string& name = file_.stages[index].name;
    if (!name.empty()) stages_[name] = index;
  }

  void apply(const Instruction& instruction) {
    switch (instruction.kind) {
      case InstructionKind::From:
        return run_triggers();
      case InstructionKind::Env:
        return set_env(instruction);
      case InstructionKind::Arg:
        return set_args(instruction);
      case InstructionKind::Workdir:
        return set_working_dir(instruction);
      case InstructionKind::User:
        if (!instruction.words.empty()) state_.user = expand(instruction.words[0].text);
        return;
      case InstructionKind::Shell:
        return set_shell(instruction);
      default:
        return;
    }
  }

  // The ONBUILD instructions of the stage that this one is FROM.
  void run_triggers() {
    int parent = result_.parent_stage.back();
    if (parent < 0) return;
    const Stage& stage = file_.stages[static_cast<size_t>(parent)];
    for (uint32_t i = stage.from; i < stage.end && !is_full(); ++i) {
      for (const Instruction& trigger : file_.instructions[i].onbuild) {
        bool is_refused = trigger.kind == InstructionKind::From;
        if (!is_refused) apply(trigger);
      }
      bytes_ += kTriggerBytes;
    }
  }

  // All words of one instruction see the environment before it.
  void set_env(const Instruction& instruction) {
    Variables values;
    size_t bytes = 0;
    for (const KeyValue& pair : instruction.pairs) {
      values.emplace_back(expand(pair.key), expand(pair.value));
      bytes += values.back().first.size() + values.back().second.size();
      if (!has_room(bytes)) return stop();
    }
    args_.erase(values);
    for (auto& [name, value] : values) env_.set(name, std::move(value));
  }

  // In contrast, each ARG sees those before it in the same instruction.
  void set_args(const Instruction& instruction) {
    for (const KeyValue& pair : instruction.pairs) {
      const std::string* given = find_in(build_args_, pair.key);
      if (given == nullptr && !pair.has_value) given = globals_.find(pair.key);
      if (given == nullptr && !pair.has_value) continue;
      std::string value = given != nullptr ? *given : expand(pair.value);
      if (!has_room(value.size())) return stop();
      args_.set(pair.key, std::move(value));
    }
  }

  void set_working_dir(const Instruction& instruction) {
    if (instruction.words.empty()) return;
    std::string path = expand(instruction.words[0].text);
    if (path.empty()) return;
    if (path[0] != '/') path = state_.working_dir + "/" + path;
    state_.working_dir = clean_path(path);
  }

  void set_shell(const Instruction& instruction) {
    if (instruction.form != ArgumentForm::Json || instruction.words.empty()) return;
    state_.shell.clear();
    for (const Word& word : instruction.words) state_.shell.push_back(word.text);
  }

  const Dockerfile& file_;
  const Variables& build_args_;
  VariableTable globals_;
  InstructionState state_;  // its environment is in the tables
  VariableTable env_;
  VariableTable args_;
  std::unordered_map<std::string, size_t> stages_;  // by name
  Evaluation result_;
  size_t bytes_ = 0;
};

}  // namespace

Evaluation evaluate(const Dockerfile& file, const Variables& build_args) {
  return Evaluator(file, build_args).run();
}

}  // namespace whittle
