// What a cursor stands on: a stage or a variable, where it is declared, and every place of the file
// that means the same one. For going to definitions, finding references, and renaming.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/lint.h"

namespace whittle {

enum class NameKind { Stage, Variable };

struct NamePlace {
  Range range;
  bool is_declaration = false;
  bool is_number = false;  // "--from=0": means the stage without naming it
};

struct NameAt {
  NameKind kind = NameKind::Variable;
  std::string name;
  NamePlace here;
  std::vector<NamePlace> places;    // all, this one included, by position
  std::vector<Range> declarations;  // of the value or stage that is meant here, the nearest first
};

// A stage is that of the last FROM ... AS in front. A variable is what ARG and ENV of one name
// share through stages that are FROM each other, and through the build argument of that name.
// nullopt when nothing in the file declares what stands there.
std::optional<NameAt> name_at(const LintInput& input, uint32_t offset);

// A word of a file that means an earlier stage, or is the name of one.
struct StageMention {
  uint32_t stage = 0;
  NamePlace place;
};

std::vector<StageMention> stage_mentions(const Dockerfile& file);

// Edits that rename it. Errors: Usage with the reason when it cannot have that name, or cannot be
// renamed at all.
Result<std::vector<Edit>> rename_edits(const LintInput& input,
                                       const NameAt& at,
                                       const std::string& new_name);
// Why it cannot be renamed; "" if it can.
std::string rename_obstacle(const NameAt& at);

}  // namespace whittle
