// Packages installed without a version. Shared by the rules named *-pin.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lint/command_words.h"
#include "lint/package_commands.h"

namespace whittle {

struct PinRule {
  const Rule* rule;
  std::vector<PackageTool> tools;
  std::string_view actions;        // blank-separated
  std::string_view value_options;  // whose value is the next word
  // True if the text names a version, or no package of a repository.
  bool (*is_pinned)(std::string_view package);
  std::string_view form;  // how a version is written: "`name=version`"
  // True for a command that is not looked at; null: none.
  bool (*is_exempt)(const PackageCommand& command, const CommandWords& line) = nullptr;
};

// A finding for each command with such packages, at the first of them. What a variable of the
// shell stands for is not known and not judged.
void check_pins(const LintInput& input, const PinRule& rule, std::vector<Finding>& findings);

bool ends_with(std::string_view text, std::string_view end);
// A path or a URL: what it names is what it is.
bool is_path_or_url(std::string_view text);
// "name-1.2": a dash with a digit behind it.
bool has_dashed_version(std::string_view text);

}  // namespace whittle
