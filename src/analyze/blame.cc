#include "analyze/blame.h"

#include <algorithm>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr size_t kMaxAligned = 2'000;  // history entries or instructions looked at, from the end

// One entry of a history, normalised to what the Dockerfile said.
struct Created {
  InstructionKind kind = InstructionKind::Unknown;
  std::string text;  // blanks folded
};

std::string fold(std::string_view text) {
  std::vector<std::string> words;
  for (std::string_view word : split_blanks(text)) words.emplace_back(word);
  return join(words, " ");
}

std::string_view without_prefix(std::string_view text, std::string_view prefix) {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

// "|2 A=1 B=x y /bin/sh -c make": the values may hold blanks, so cut at the shell.
std::string_view without_build_args(std::string_view text) {
  if (!text.starts_with("|")) return text;
  size_t shell = text.find(" /bin/sh -c ");
  return shell == std::string_view::npos ? text : text.substr(shell + 1);
}

Created normalise(const HistoryEntry& entry) {
  constexpr std::string_view kNop = "/bin/sh -c #(nop)";
  std::string_view text = trim(entry.created_by);
  if (text.ends_with("# buildkit")) text = trim(text.substr(0, text.size() - 10));
  if (text.starts_with(kNop)) {
    text = trim(text.substr(kNop.size()));
  } else if (!text.starts_with("RUN ")) {
    std::string_view bare = without_build_args(text);
    if (bare.starts_with("/bin/sh -c ")) return {InstructionKind::Run, fold(bare.substr(11))};
  }
  std::string_view keyword = text.substr(0, text.find(' '));
  Created created;
  created.kind = instruction_kind(keyword);
  text.remove_prefix(std::min(text.size(), keyword.size()));
  text = trim(text);
  if (created.kind == InstructionKind::Run) {
    text = without_prefix(without_build_args(text), "/bin/sh -c ");
  }
  created.text = fold(text);
  return created;
}

// One thing that the build did, as the Dockerfile says it.
struct Step {
  int instruction = -1;  // that is to blame
  InstructionKind kind = InstructionKind::Unknown;
  std::string text;        // blanks folded
  bool is_opaque = false;  // the history may say it in other words
};

Step step_of(const Instruction& instruction, uint32_t to_blame) {
  Step step;
  step.instruction = static_cast<int>(to_blame);
  step.kind = instruction.kind;
  step.text = fold(instruction.text);
  step.is_opaque = !instruction.heredocs.empty() || instruction.form == ArgumentForm::Json;
  return step;
}

// What the base image asked its children to do: its history tells. The FROM is to blame.
void add_base_triggers(const std::vector<Created>& history,
                       uint32_t from,
                       std::vector<Step>& steps) {
  for (const Created& created : history) {
    if (created.kind != InstructionKind::Onbuild) continue;
    size_t blank = created.text.find(' ');
    Step step;
    step.instruction = static_cast<int>(from);
    step.kind = instruction_kind(created.text.substr(0, blank));
    if (blank != std::string::npos) step.text = created.text.substr(blank + 1);
    steps.push_back(std::move(step));
  }
}

uint32_t target_stage(const Dockerfile& file, const std::string& target) {
  size_t stage = file.stages.size() - 1;
  for (const Stage& candidate : file.stages) {
    bool named = !target.empty() &&
                 (candidate.name == to_lower(target) || std::to_string(candidate.index) == target);
    if (named) stage = candidate.index;
  }
  return static_cast<uint32_t>(stage);
}

// What was done to make the image, first to last: the stage's own instructions after those of its
// parents, with what ONBUILD of a parent adds.
std::vector<Step> steps_of(const Dockerfile& file,
                           const Evaluation& evaluation,
                           const std::string& target,
                           const std::vector<Created>& history) {
  if (file.stages.empty()) return {};
  std::vector<uint32_t> chain;  // stages, the last one first
  for (int at = static_cast<int>(target_stage(file, target));
       at >= 0 && chain.size() <= file.stages.size();
       at = evaluation.parent_stage[static_cast<size_t>(at)]) {
    chain.push_back(static_cast<uint32_t>(at));
  }
  std::vector<Step> steps;
  std::vector<Step> triggers;
  add_base_triggers(history, file.stages[chain.back()].from, steps);
  for (size_t i = chain.size(); i-- > 0;) {
    const Stage& stage = file.stages[chain[i]];
    steps.insert(steps.end(), triggers.begin(), triggers.end());
    triggers.clear();
    for (uint32_t at = stage.from + 1; at < stage.end; ++at) {
      const Instruction& instruction = file.instructions[at];
      steps.push_back(step_of(instruction, at));
      for (const Instruction& trigger : instruction.onbuild)
        triggers.push_back(step_of(trigger, at));
    }
  }
  return steps;
}

// How well a history entry fits a step; 0 is not at all.
int fit(const Created& created, const Step& step) {
  if (created.kind != step.kind || created.kind == InstructionKind::Unknown) return 0;
  if (created.text == step.text) return 4;
  if (step.kind != InstructionKind::Run) return 2;
  if (!step.text.empty() && contains(created.text, step.text)) return 3;
  return step.is_opaque ? 1 : 0;
}

// Best alignment of two sequences by dynamic programming: history index -> instruction, or -1.
std::vector<int> align(const std::vector<Created>& history, const std::vector<Step>& steps) {
  size_t rows = history.size();
  size_t columns = steps.size();
  std::vector<std::vector<int>> best(rows + 1, std::vector<int>(columns + 1, 0));
  for (size_t r = 1; r <= rows; ++r) {
    for (size_t c = 1; c <= columns; ++c) {
      int score = fit(history[r - 1], steps[c - 1]);
      int paired = score > 0 ? best[r - 1][c - 1] + score : 0;
      best[r][c] = std::max({best[r - 1][c], best[r][c - 1], paired});
    }
  }
  std::vector<int> matched(rows, -1);
  for (size_t r = rows, c = columns; r > 0 && c > 0;) {
    int score = fit(history[r - 1], steps[c - 1]);
    if (score > 0 && best[r][c] == best[r - 1][c - 1] + score) {
      matched[r - 1] = steps[c - 1].instruction;
      --r;
      --c;
    } else if (best[r][c] == best[r][c - 1]) {
      --c;
    } else {
      --r;
    }
  }
  return matched;
}

}  // namespace

std::vector<int> instructions_of_layers(const ImageInfo& image,
                                        const Dockerfile& file,
                                        const Evaluation& evaluation,
                                        const std::string& target) {
  const std::vector<HistoryEntry>& all = image.config.history;
  size_t skipped = all.size() > kMaxAligned ? all.size() - kMaxAligned : 0;
  std::vector<Created> history;
  for (size_t i = skipped; i < all.size(); ++i) history.push_back(normalise(all[i]));
  std::vector<Step> steps = steps_of(file, evaluation, target, history);
  if (steps.size() > kMaxAligned)
    steps.erase(steps.begin(), steps.end() - static_cast<ptrdiff_t>(kMaxAligned));
  std::vector<int> matched = align(history, steps);
  std::vector<int> result;
  for (const Layer& layer : image.layers) {
    int at = layer.history_index - static_cast<int>(skipped);
    result.push_back(layer.history_index >= 0 && at >= 0 ? matched[static_cast<size_t>(at)] : -1);
  }
  return result;
}

}  // namespace whittle
