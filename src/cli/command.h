// What a command of the program is: its words, its options as rows of tables, and the function that
// runs it. One command is one file in commands/; the table is commands/commands.h. Help,
// completions and man pages are made from these rows, so that there is one place to say a thing.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "base/result.h"

namespace whittle {

enum class Completes { Nothing, Files, Folders };

struct OptionInfo {
  std::string name;                       // "output", without its dashes
  char letter = 0;                        // 'o', or none
  std::string value;                      // "DIR"; "" for a switch
  std::string help;                       // one sentence without its period
  bool repeatable = false;                // else the last one counts
  std::vector<std::string> choices = {};  // the only values allowed, if any
  Completes completes = Completes::Nothing;
};

struct OptionGroup {
  std::string title;  // "Build"
  std::vector<OptionInfo> options;
};

struct Positional {
  std::string name;  // "PROJECT"
  std::string help;
  bool required = false;
  std::vector<std::string> choices = {};
  Completes completes = Completes::Nothing;
  bool repeatable = false;  // takes all words that are left; only the last one may
};

struct Example {
  std::string command;  // "whittle optimize ."
  std::string what;     // "Optimise the project in this folder"
};

// The words of one command line, checked against the tables: only known options, only allowed
// choices.
struct Arguments {
  std::map<std::string, std::vector<std::string>>
      values;  // by option name; a switch that is set has one ""
  std::vector<std::string> positionals;
  bool is_foreign =
      false;  // `positionals` are all words of a line that CommandInfo::is_foreign took

  bool has(const std::string& name) const { return values.contains(name); }

  std::optional<std::string> last(const std::string& name) const;
};

enum class ColorMode { Auto, Always, Never };

// The options that every command takes.
struct CommonOptions {
  bool quiet = false;
  bool verbose = false;
  bool offline = false;
  bool stats = false;
  bool help = false;
  bool version = false;
  ColorMode color = ColorMode::Auto;
  unsigned threads = 1;
};

struct CommandInfo;

// All that a command may use of the world besides files and programs.
struct Invocation {
  const CommonOptions& common;
  const Arguments& arguments;
  const std::vector<const CommandInfo*>& commands;
  const CancelToken& cancel;
  Progress& progress;
  bool stdout_color = false;
  unsigned stdout_width = 100;
};

// What a command hands back; written out when the progress line is gone.
struct Outcome {
  std::string text;
  std::string file = {};  // -o: where the text goes; "" for stdout
  int exit_code = 0;
  std::optional<Error> error = {};  // shown after the text; makes the exit code 2
  std::string remarks = {};         // on stderr, after the text
};

struct CommandInfo {
  std::string_view name;
  std::string_view summary;      // one line without its period
  std::string_view description;  // paragraphs divided by empty lines
  std::vector<Positional> positionals;
  std::vector<OptionGroup> (*options)();
  std::vector<Example> examples;
  std::string_view exit_codes;  // lines "CODE  MEANING"
  // An error becomes exit code 2.
  Result<Outcome> (*run)(const Invocation& invocation);
  // True for words (without the command's name) that are another tool's command line, which `run`
  // reads itself; null if there are none.
  bool (*is_foreign)(const std::vector<std::string>& words) = nullptr;
};

// Null if there is none of that name.
const CommandInfo* find_command(const std::vector<const CommandInfo*>& commands,
                                std::string_view name);

// One row: an option and what its value sets in T. Setters return Usage errors without the option's
// name.
template <typename T>
struct OptionRow {
  OptionInfo info;
  Status (*set)(T& target, const std::string& value);
};

template <typename T>
struct OptionRowGroup {
  std::string title;
  std::vector<OptionRow<T>> rows;
};

template <typename T>
std::vector<OptionGroup> infos_of(const std::vector<OptionRowGroup<T>>& groups) {
  std::vector<OptionGroup> infos;
  for (const OptionRowGroup<T>& group : groups) {
    infos.push_back({group.title, {}});
    for (const OptionRow<T>& row : group.rows) infos.back().options.push_back(row.info);
  }
  return infos;
}

template <typename T>
Status set_options(const std::vector<OptionRowGroup<T>>& groups,
                   const Arguments& arguments,
                   T& target) {
  for (const OptionRowGroup<T>& group : groups) {
    for (const OptionRow<T>& row : group.rows) {
      auto found = arguments.values.find(row.info.name);
      if (found == arguments.values.end()) continue;
      for (const std::string& value : found->second) {
        Status status = row.set(target, value);
        if (!status.ok()) return std::move(status).error().with("--" + row.info.name);
      }
    }
  }
  return {};
}

}  // namespace whittle
