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

// The instructions whose layers end in the image, first to last: the stage's own after those of its
// parents.
std::vector<uint32_t> chain_of(const Dockerfile& file,
                               const Evaluation& evaluation,
                               const std::string& target) {
  if (file.stages.empty()) return {};
  size_t stage = file.stages.size() - 1;
  for (const Stage& candidate : file.stages) {
    bool named = !target.empty() &&
                 (candidate.name == to_lower(target) || std::to_string(candidate.index) == target);
    if (named) stage = candidate.index;
  }
  std::vector<std::vector<uint32_t>> parts;
  for (int at = static_cast<int>(stage); at >= 0 && parts.size() <= file.stages.size();
       at = evaluation.parent_stage[static_cast<size_t>(at)]) {
    const Stage& current = file.stages[static_cast<size_t>(at)];
    std::vector<uint32_t> part;
    for (uint32_t i = current.from + 1; i < current.end; ++i) part.push_back(i);
    parts.push_back(std::move(part));
  }
  std::vector<uint32_t> chain;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part)
    chain.insert(chain.end(), part->begin(), part->end());
  return chain;
}

// How well a history entry fits an instruction; 0 is not at all.
int fit(const Created& created, const Instruction& instruction, const std::string& text) {
  if (created.kind != instruction.kind || created.kind == InstructionKind::Unknown) return 0;
  if (created.text == text) return 4;
  if (instruction.kind != InstructionKind::Run) return 2;
  if (!text.empty() && contains(created.text, text)) return 3;
  bool is_opaque = !instruction.heredocs.empty() || instruction.form == ArgumentForm::Json;
  return is_opaque ? 1 : 0;
}

// Best alignment of two sequences by dynamic programming; pairs in `matched`: history index ->
// instruction.
std::vector<int> align(const std::vector<Created>& history,
                       const Dockerfile& file,
                       const std::vector<uint32_t>& chain) {
  size_t rows = history.size();
  size_t columns = chain.size();
  std::vector<std::string> texts;
  for (uint32_t i : chain) texts.push_back(fold(file.instructions[i].text));
  std::vector<std::vector<int>> best(rows + 1, std::vector<int>(columns + 1, 0));
  auto fits = [&](size_t r, size_t c) {
    return fit(history[r], file.instructions[chain[c]], texts[c]);
  };
  for (size_t r = 1; r <= rows; ++r) {
    for (size_t c = 1; c <= columns; ++c) {
      int score = fits(r - 1, c - 1);
      int paired = score > 0 ? best[r - 1][c - 1] + score : 0;
      best[r][c] = std::max({best[r - 1][c], best[r][c - 1], paired});
    }
  }
  std::vector<int> matched(rows, -1);
  for (size_t r = rows, c = columns; r > 0 && c > 0;) {
    int score = fits(r - 1, c - 1);
    if (score > 0 && best[r][c] == best[r - 1][c - 1] + score) {
      matched[r - 1] = static_cast<int>(chain[c - 1]);
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
  std::vector<uint32_t> chain = chain_of(file, evaluation, target);
  const std::vector<HistoryEntry>& all = image.config.history;
  size_t skipped = all.size() > kMaxAligned ? all.size() - kMaxAligned : 0;
  if (chain.size() > kMaxAligned)
    chain.erase(chain.begin(), chain.end() - static_cast<ptrdiff_t>(kMaxAligned));
  std::vector<Created> history;
  for (size_t i = skipped; i < all.size(); ++i) history.push_back(normalise(all[i]));
  std::vector<int> matched = align(history, file, chain);
  std::vector<int> result;
  for (const Layer& layer : image.layers) {
    int at = layer.history_index - static_cast<int>(skipped);
    result.push_back(layer.history_index >= 0 && at >= 0 ? matched[static_cast<size_t>(at)] : -1);
  }
  return result;
}

}  // namespace whittle
