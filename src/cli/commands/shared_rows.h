// Option rows that several commands have, so that they are said once.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analyze/groups.h"
#include "base/strings.h"
#include "cli/command.h"

namespace whittle {

// `--format FORMAT`, one of the names. Settings has a std::string `format`.
template <typename Settings>
OptionRow<Settings> format_row(std::string help, std::vector<std::string> names) {
  return {{"format", 0, "FORMAT", std::move(help), false, std::move(names)},
          [](Settings& settings, const std::string& value) -> Status {
            settings.format = value;
            return {};
          }};
}

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

// `-n N`. Settings has a `most`, 0 for all.
template <typename Settings>
OptionRow<Settings> most_rows_row() {
  return {{"number", 'n', "N", "Rows of a table before the rest is summed up; 0 for all"},
          [](Settings& settings, const std::string& value) -> Status {
            std::optional<uint64_t> count = parse_u64(value);
            if (!count) {
              return Error(ErrorKind::Usage, "`" + printable(value) + "` is not a number")
                  .hint("Write a number of rows; 0 for all");
            }
            settings.most = *count;
            return {};
          }};
}

// `--own`. Settings has a bool `only_own`.
template <typename Settings>
OptionRow<Settings> only_own_row(std::string help) {
  return {{"own", 0, "", std::move(help)},
          [](Settings& settings, const std::string& /*value*/) -> Status {
            settings.only_own = true;
            return {};
          }};
}

}  // namespace whittle
