#include "lint/pricing.h"

#include <set>

#include "dockerfile/ignore.h"

namespace whittle {

std::vector<int> layers_of(const LintInput& input, size_t instruction) {
  if (!input.image || !input.image->layer_of_line) return {};
  const Instruction& run = input.file->instructions[instruction];
  std::set<uint32_t> lines;
  if (input.original_instruction_line) {
    lines.insert(input.original_instruction_line(run.range.begin));
    for (const CommandRef& ref : input.commands[instruction]) {
      lines.insert(input.original_instruction_line(ref.node->range.begin));
    }
  } else {
    lines.insert(run.first_line);
  }
  std::set<int> layers;
  for (uint32_t line : lines) layers.insert(input.image->layer_of_line(line));
  layers.erase(-1);
  return {layers.begin(), layers.end()};
}

std::optional<uint64_t> stored_bytes(const LintInput& input,
                                     size_t instruction,
                                     const std::vector<std::string>& patterns) {
  std::vector<int> layers = layers_of(input, instruction);
  if (layers.empty()) return std::nullopt;
  Result<IgnoreMatcher> matcher = IgnoreMatcher::make(patterns);
  if (!matcher.ok()) return std::nullopt;
  uint64_t bytes = 0;
  for (int layer : layers) {
    if (static_cast<size_t>(layer) >= input.image->layers.size()) continue;
    const LayerIndex& index = *input.image->layers[static_cast<size_t>(layer)];
    for (const Entry& entry : index.entries) {
      if (entry.type != EntryType::File || entry.size_bytes == 0) continue;
      if (matcher->is_ignored(index.path(entry))) bytes += entry.size_bytes;
    }
  }
  return bytes;
}

void price(const LintInput& input, size_t instruction, Finding& finding) {
  if (!finding.fix) return;
  std::optional<uint64_t> bytes = stored_bytes(input, instruction, finding.fix->saving.paths);
  if (!bytes) return;
  finding.expected_saving_bytes = *bytes;
  finding.evidence.push_back({"bytes", std::to_string(*bytes)});
}

}  // namespace whittle
