// A plan: the changes that turn one Dockerfile and .dockerignore into better ones, in order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/finding.h"

namespace whittle {

// Names one change of a plan across re-planning: the rule and the line of the user's Dockerfile it is about (0: context).
struct ChangeId {
  std::string rule;
  uint32_t line = 0;
  auto operator<=>(const ChangeId&) const = default;
};

struct Change {
  ChangeId id;
  Finding finding;          // with its fix; ranges are those of the user's Dockerfile
  std::string title;        // of the fix
  Applicability applicability = Applicability::Safe;
  SavingScope saving;
  std::optional<uint64_t> expected_saving_bytes;
};

struct Plan {
  std::vector<Change> changes;    // that are applied, in the order of application
  std::vector<Finding> shown;     // findings whose fix is not applied: shown, or unsafe without being asked for; or none
  std::string dockerfile;         // the new text (equal to the old one if no change edits it)
  std::string dockerignore;       // the new text of the ignore file
  bool changes_dockerfile = false;
  bool changes_dockerignore = false;
  uint32_t passes = 0;
};

}  // namespace whittle
