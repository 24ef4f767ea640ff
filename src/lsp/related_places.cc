#include "lsp/related_places.h"

#include <algorithm>
#include <array>

namespace whittle {

namespace {

constexpr int kUnnecessary = 1;
constexpr int kDeprecated = 2;

struct TagRow {
  std::string_view rule;
  int tag;
};

constexpr std::array kTags = {
    TagRow{"unused-arg", kUnnecessary},
    TagRow{"unreachable-stage", kUnnecessary},
    TagRow{"unused-suppression", kUnnecessary},
    TagRow{"multiple-cmd", kUnnecessary},
    TagRow{"multiple-entrypoint", kUnnecessary},
    TagRow{"multiple-healthcheck", kUnnecessary},
    TagRow{"empty-continuation", kUnnecessary},
    TagRow{"platform-redundant", kUnnecessary},
    TagRow{"maintainer", kDeprecated},
    TagRow{"legacy-key-value", kDeprecated},
};

// Rules about several of a kind in one stage.
struct SameKindRow {
  std::string_view rule;
  InstructionKind kind;
};

constexpr std::array kSameKind = {
    SameKindRow{"multiple-cmd", InstructionKind::Cmd},
    SameKindRow{"multiple-entrypoint", InstructionKind::Entrypoint},
    SameKindRow{"multiple-healthcheck", InstructionKind::Healthcheck},
};

uint32_t stage_at(const Dockerfile& file, uint32_t offset) {
  uint32_t stage = Instruction::kNoStage;
  for (const Instruction& instruction : file.instructions) {
    if (instruction.range.begin <= offset) stage = instruction.stage;
  }
  return stage;
}

// The others of its kind in the stage.
std::vector<RelatedPlace> others_of_kind(const Dockerfile& file,
                                         const Finding& finding,
                                         InstructionKind kind) {
  std::vector<RelatedPlace> places;
  uint32_t stage = stage_at(file, finding.range.begin);
  const Instruction* last = nullptr;
  for (const Instruction& instruction : file.instructions) {
    if (instruction.kind == kind && instruction.stage == stage) last = &instruction;
  }
  if (last != nullptr && !last->range.overlaps(finding.range))
    places.push_back({last->range, "This one counts"});
  return places;
}

std::vector<RelatedPlace> stages_of_name(const Dockerfile& file, const Finding& finding) {
  std::vector<RelatedPlace> places;
  auto own = std::find_if(file.stages.begin(), file.stages.end(), [&](const Stage& stage) {
    return stage.name_range == finding.range;
  });
  for (const Stage& stage : file.stages) {
    bool is_other = own != file.stages.end() && stage.name == own->name &&
                    stage.index != own->index && !stage.name_range.empty();
    if (is_other) places.push_back({stage.name_range, "The other stage of that name"});
  }
  return places;
}

}  // namespace

std::vector<RelatedPlace> related_places(const Dockerfile& file, const Finding& finding) {
  if (finding.rule == "duplicate-stage-name") return stages_of_name(file, finding);
  for (const SameKindRow& row : kSameKind) {
    if (row.rule == finding.rule) return others_of_kind(file, finding, row.kind);
  }
  return {};
}

int diagnostic_tag(std::string_view rule) {
  for (const TagRow& row : kTags) {
    if (row.rule == rule) return row.tag;
  }
  return 0;
}

}  // namespace whittle
