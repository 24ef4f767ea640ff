// Variables and settings through the instructions and stages of a file.
#include <algorithm>

#include "base/fs.h"
#include "base/strings.h"
#include "dockerfile/expand.h"

namespace whittle {

namespace {

using Variables = std::vector<std::pair<std::string, std::string>>;

// What all states of a file may take together; a real file needs some kilobytes.
constexpr size_t kMaxStateBytes = size_t{128} << 20;

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
      {"TARGETSTAGE", ""},
  };
  return kArgs;
}

const std::string* find_in(const Variables& variables, std::string_view name) {
  auto found = std::find_if(variables.begin(), variables.end(), [&](const auto& variable) {
    return variable.first == name;
  });
  return found == variables.end() ? nullptr : &found->second;
}

void set_in(Variables& variables, const std::string& name, std::string value) {
  for (auto& variable : variables) {
    if (variable.first == name) {
      variable.second = std::move(value);
      return;
    }
  }
  variables.emplace_back(name, std::move(value));
}

size_t state_bytes(const InstructionState& state) {
  size_t bytes = sizeof(InstructionState) + state.working_dir.size() + state.user.size();
  for (const auto* variables : {&state.environment.env, &state.environment.args}) {
    for (const auto& [name, value] : *variables) bytes += 64 + name.size() + value.size();
  }
  for (const std::string& word : state.shell) bytes += 32 + word.size();
  return bytes;
}

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
    for (auto& [name, value] : globals_) {
      if (const std::string* given = find_in(build_args_, name)) value = *given;
    }
  }

  Evaluation run() {
    state_ = first_state();
    for (const Instruction& instruction : file_.instructions) {
      if (instruction.kind == InstructionKind::From) start_stage(instruction);
      keep_state();
      if (instruction.stage == Instruction::kNoStage) {
        if (instruction.kind == InstructionKind::Arg) add_globals(instruction);
      } else {
        apply(instruction);
      }
    }
    finish_stage();
    return std::move(result_);
  }

 private:
  // As written when it does not expand.
  std::string expand(std::string_view text, const Lookup& lookup) const {
    auto expanded = expand_word(text, file_.escape, lookup);
    return expanded.ok() ? std::move(expanded->text) : std::string(text);
  }

  std::string expand(std::string_view text) const {
    return expand(text, [this](std::string_view name) { return state_.environment.find(name); });
  }

  std::string expand_global(std::string_view text) const {
    return expand(text, [this](std::string_view name) -> std::optional<std::string> {
      const std::string* value = find_in(globals_, name);
      return value ? std::optional<std::string>(*value) : std::nullopt;
    });
  }

  // The state before the instruction; empty once all together have become too large.
  void keep_state() {
    bytes_ += state_bytes(state_);
    result_.states.push_back(bytes_ <= kMaxStateBytes ? state_ : InstructionState());
  }

  void add_globals(const Instruction& instruction) {
    for (const KeyValue& pair : instruction.pairs) {
      if (const std::string* given = find_in(build_args_, pair.key)) {
        set_in(globals_, pair.key, *given);
      } else if (pair.has_value) {
        set_in(globals_, pair.key, expand_global(pair.value));
      }
    }
  }

  void start_stage(const Instruction& from) {
    finish_stage();
    std::string base = from.words.empty() ? "" : expand_global(from.words[0].text);
    int parent = -1;
    for (size_t i = 0; i < result_.stage_bases.size(); ++i) {
      const std::string& name = file_.stages[i].name;
      if (!name.empty() && equals_ignoring_case(name, base)) parent = static_cast<int>(i);
    }
    state_ = parent < 0 ? first_state() : result_.final_states[static_cast<size_t>(parent)];
    result_.stage_bases.push_back(std::move(base));
    result_.parent_stage.push_back(parent);
  }

  void finish_stage() {
    if (result_.final_states.size() == result_.stage_bases.size()) return;
    bytes_ += state_bytes(state_);
    result_.final_states.push_back(bytes_ <= kMaxStateBytes ? state_ : first_state());
  }

  void apply(const Instruction& instruction) {
    switch (instruction.kind) {
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

  // All words of one instruction see the environment before it.
  void set_env(const Instruction& instruction) {
    Variables values;
    for (const KeyValue& pair : instruction.pairs) {
      values.emplace_back(expand(pair.key), expand(pair.value));
    }
    for (auto& [name, value] : values) set_in(state_.environment.env, name, std::move(value));
  }

  void set_args(const Instruction& instruction) {
    Variables values;
    for (const KeyValue& pair : instruction.pairs) {
      const std::string* given = find_in(build_args_, pair.key);
      if (given == nullptr && !pair.has_value) given = find_in(globals_, pair.key);
      if (given != nullptr) {
        values.emplace_back(pair.key, *given);
      } else if (pair.has_value) {
        values.emplace_back(pair.key, expand(pair.value));
      }
    }
    for (auto& [name, value] : values) set_in(state_.environment.args, name, std::move(value));
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
  Variables globals_;
  InstructionState state_;
  Evaluation result_;
  size_t bytes_ = 0;
};

}  // namespace

Evaluation evaluate(const Dockerfile& file, const Variables& build_args) {
  return Evaluator(file, build_args).run();
}

}  // namespace whittle
