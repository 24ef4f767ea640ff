// Option rows that several commands have, so that they are said once.
#pragma once

#include <string>
#include <vector>

#include "analyze/groups.h"
#include "cli/command.h"

namespace whittle {

// `-o FILE` of a command that prints one text. Settings has a std::string `file`: Outcome::file.
template <typename Settings>
OptionRow<Settings> output_file_row() {
  return {{"output",
           'o',
           "FILE",
           "Write it to FILE instead of standard output",
           false,
           {},
           Completes::Files},
          [](Settings& settings, const std::string& value) -> Status {
            if (value.empty()) {
              return Error(ErrorKind::Usage, "the file's name is empty").hint("Write -o FILE");
            }
            settings.file = value;
            return {};
          }};
}

// `-d layer,package`. Settings has a std::vector<Dimension> `dimensions`.
template <typename Settings>
OptionRow<Settings> dimensions_row(std::string help) {
  return {{"dimensions", 'd', "NAMES", std::move(help)},
          [](Settings& settings, const std::string& value) -> Status {
            TRY_ASSIGN(settings.dimensions, parse_dimensions(value));
            return {};
          }};
}

}  // namespace whittle
