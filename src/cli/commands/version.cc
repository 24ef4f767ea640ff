// `whittle version`: which whittle this is.
#include <fmt/format.h>

#include "cli/commands/commands.h"
#include "cli/commands/shared_rows.h"

namespace whittle {

namespace {

struct Settings {
  bool json = false;
  std::string file;
};

const std::vector<OptionRowGroup<Settings>>& rows() {
  static const std::vector<OptionRowGroup<Settings>> table = {
      {"Output",
       {
           {{"format", 0, "FORMAT", "Form of the answer", false, {"text", "json"}},
            [](Settings& settings, const std::string& value) -> Status {
              settings.json = value == "json";
              return {};
            }},
           output_file_row<Settings>(),
       }},
  };
  return table;
}

Result<Outcome> run(const Invocation& invocation) {
  Settings settings;
  TRY(set_options(rows(), invocation.arguments, settings));
  std::string text = settings.json ? fmt::format("{{\"name\": \"whittle\", \"version\": \"{}\"}}\n",
                                                 WHITTLE_VERSION)
                                   : fmt::format("whittle {}\n", WHITTLE_VERSION);
  return Outcome{text, settings.file};
}

}  // namespace

const CommandInfo kVersionCommand = {
    .name = "version",
    .summary = "print the version",
    .description = "Prints the version of this program, and nothing else.",
    .positionals = {},
    .options = [] { return infos_of(rows()); },
    .examples = {{"whittle version --format json", "For programs"}},
    .exit_codes = "",
    .run = run,
};

}  // namespace whittle
