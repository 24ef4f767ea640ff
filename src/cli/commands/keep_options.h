// The options of the commands that leave files out of images (slim, optimize): what stays. And the
// form of an option that is a choice of a table.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/fs.h"
#include "cli/command.h"
#include "engine/slim.h"

namespace whittle {

struct KeepSettings {
  SlimChoice choice;
  std::vector<std::string> include_from;
};

// --policy, --include and what belongs to them: one group.
const std::vector<OptionRowGroup<KeepSettings>>& keep_rows();

// With the rules of the files, and of `.whittle-keep` of a folder. Errors: patterns and lines that
// are none, files that cannot be read.
Result<SlimChoice> slim_choice(KeepSettings settings, const fs::path& folder);

template <typename Info>
std::vector<std::string> names_of(const std::vector<Info>& table) {
  std::vector<std::string> names;
  for (const Info& info : table) names.emplace_back(info.name);
  return names;
}

// "TEXT name: what; name: what"
template <typename Info>
std::string choice_help(std::string text, const std::vector<Info>& table) {
  for (const Info& info : table) text += fmt::format(" {}: {};", info.name, info.what);
  text.pop_back();
  return text;
}

}  // namespace whittle
