// Programs and libraries are looked for where anybody may put some.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "checks/rules/rows.h"

namespace whittle {

namespace {

constexpr auto kVariables = std::to_array<std::string_view>(
    {"PATH", "LD_LIBRARY_PATH", "LD_PRELOAD", "PYTHONPATH", "PERL5LIB", "RUBYLIB", "NODE_PATH"});

// "" for a folder that is safe.
std::string_view why_unsafe(const ImageFacts& facts, std::string_view folder) {
  if (folder.empty()) return "has an empty part, which is the working folder";
  if (!folder.starts_with('/') && !folder.starts_with('$')) return "has a relative folder";
  NodeId id = facts.paths().walk(folder).end;
  const Entry* entry = id == kNoNode ? nullptr : facts.paths().entry(id);
  bool is_open =
      entry != nullptr && entry->type == EntryType::Directory && (entry->mode & 0002U) != 0;
  return is_open ? "has a folder that anybody may write" : "";
}

void run(const ImageFacts& facts, CheckSink& sink) {
  for (const std::string& variable : facts.config().env) {
    size_t equals = variable.find('=');
    if (equals == std::string::npos || equals + 1 == variable.size()) continue;
    std::string name = variable.substr(0, equals);
    if (std::find(kVariables.begin(), kVariables.end(), name) == kVariables.end()) continue;
    for (std::string_view folder : split(std::string_view(variable).substr(equals + 1), ':')) {
      std::string_view why = why_unsafe(facts, folder);
      if (why.empty()) continue;
      sink.of_configuration(
          fmt::format("{} {}{}", name, why, folder.empty() ? "" : ": " + printable(folder)),
          "ENV",
          name);
    }
  }
}

}  // namespace

const ImageCheck kUnsafeSearchPath = {
    "unsafe-search-path",
    "programs are looked for where anybody may put some",
    RiskLevel::Medium,
    "",
    "",
    "Whoever may write there decides which program or library is run under a "
    "well-known name.",
    "Name folders that only root may write, by absolute paths",
    run,
};

}  // namespace whittle
