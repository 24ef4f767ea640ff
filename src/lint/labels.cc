#include "lint/labels.h"

#include "lint/instructions.h"

namespace whittle {

namespace {

std::optional<LabelType> type_of(const LintSettings& settings, const std::string& key) {
  for (const auto& [name, type] : settings.label_schema) {
    if (name == key) return type;
  }
  return std::nullopt;
}

}  // namespace

std::vector<LabelPlace> labels_of(const LintInput& input) {
  std::vector<LabelPlace> labels;
  for (const InstructionPlace& place : instructions_of(input, InstructionKind::Label)) {
    for (const KeyValue& pair : place.instruction->pairs) {
      LabelPlace label;
      label.pair = &pair;
      label.key = known_value(input, place.index, pair.key);
      label.value = known_value(input, place.index, pair.value);
      if (label.key) label.type = type_of(input.settings, *label.key);
      label.stage = place.instruction->stage;
      label.is_onbuild = place.is_onbuild;
      labels.push_back(std::move(label));
    }
  }
  return labels;
}

}  // namespace whittle
