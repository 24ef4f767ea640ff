#include "cli/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <list>

#include "base/strings.h"
#include "base/thread_pool.h"

namespace whittle {

namespace {

Status set_color(CommonOptions& common, const std::string& value) {
  common.color = value == "always"  ? ColorMode::Always
                 : value == "never" ? ColorMode::Never
                                    : ColorMode::Auto;
  return {};
}

Status set_threads(CommonOptions& common, const std::string& value) {
  std::optional<uint64_t> count = parse_u64(value);
  if (!count || *count == 0 || *count > 1024) {
    return Error(ErrorKind::Usage,
                 fmt::format("`{}` is not a number from 1 to 1024", printable(value)));
  }
  common.threads = static_cast<unsigned>(*count);
  return {};
}

template <bool CommonOptions::*member>
Status set_switch(CommonOptions& common, const std::string& /*value*/) {
  common.*member = true;
  return {};
}

using Row = OptionRow<CommonOptions>;

const std::vector<OptionRowGroup<CommonOptions>>& common_rows() {
  static const std::vector<OptionRowGroup<CommonOptions>> rows = {
      {"Common options",
       {
           Row{{"quiet", 'q', "", "No progress, only the result and errors"},
               set_switch<&CommonOptions::quiet>},
           Row{{"verbose", 'v', "", "More detail in progress and result"},
               set_switch<&CommonOptions::verbose>},
           Row{{"color",
                0,
                "WHEN",
                "Colours: auto (on a terminal, unless NO_COLOR is set), always, never",
                false,
                {"auto", "always", "never"}},
               set_color},
           Row{{"offline", 0, "", "Use no network"}, set_switch<&CommonOptions::offline>},
           Row{{"threads",
                0,
                "N",
                "Number of threads; the processors of this machine if not given"},
               set_threads},
           Row{{"stats", 0, "", "Print timers and counters to stderr at the end"},
               set_switch<&CommonOptions::stats>},
           Row{{"help", 'h', "", "Print this help"}, set_switch<&CommonOptions::help>},
           Row{{"version", 'V', "", "Print the version"}, set_switch<&CommonOptions::version>},
       }},
  };
  return rows;
}

Error missing_value(std::string_view name) {
  return Error(ErrorKind::Usage, fmt::format("option `{}` needs a value", printable(name)))
      .hint(fmt::format("Write {} VALUE", printable(name)));
}

// CLI11 says "--output: 1 required TEXT missing" and the like; the name before the colon is what
// helps.
Error parse_error(const CLI::ParseError& error) {
  std::string text = error.what();
  std::string name = text.substr(0, text.find(':'));
  bool is_mismatch = dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr;
  if (name.rfind('-', 0) == 0 && is_mismatch) return missing_value(name);
  return Error(ErrorKind::Usage, printable(text)).hint("`whittle --help` shows how to write it");
}

// CLI11's view of the options and positionals of one command line. For one parse.
class Binding {
 public:
  Result<Arguments> parse(const std::vector<std::string>& words,
                          const std::vector<OptionInfo>& options,
                          const CommandInfo* command) {
    app_.set_help_flag();
    app_.allow_extras();
    for (const OptionInfo& info : options) add_option(info);
    for (size_t i = 0; command != nullptr && i < command->positionals.size(); ++i) {
      const Positional& positional = command->positionals[i];
      if (positional.repeatable) {
        app_.add_option(positional.name, rest_);
      } else {
        app_.add_option(positional.name, positionals_.emplace_back());
      }
    }
    std::vector<std::string> reversed(words.rbegin(), words.rend());
    try {
      app_.parse(reversed);
    } catch (const CLI::ParseError& error) {
      return parse_error(error);
    }
    return collect();
  }

  // The words that nothing took, in order.
  std::vector<std::string> extra() const {
    std::vector<std::string> words = app_.remaining();
    auto mark = std::find(words.begin(), words.end(), "--");
    if (mark != words.end()) words.erase(mark);
    return words;
  }

 private:
  struct Bound {
    const OptionInfo* info;
    CLI::Option* option = nullptr;
    std::vector<std::string> values;
    int64_t switch_count = 0;
  };

  void add_option(const OptionInfo& info) {
    std::string names = "--" + info.name;
    if (info.letter != 0) names = std::string("-") + info.letter + "," + names;
    Bound& bound = bound_.emplace_back(Bound{&info, nullptr, {}, 0});
    if (info.value.empty()) {
      bound.option = app_.add_flag(names, bound.switch_count);
    } else {
      bound.option =
          app_.add_option(names, bound.values)->expected(1)->take_all()->allow_extra_args(false);
    }
  }

  Arguments collect() const {
    Arguments arguments;
    for (const Bound& bound : bound_) {
      if (bound.option->count() == 0) continue;
      if (bound.info->value.empty()) {
        if (bound.switch_count > 0) arguments.values[bound.info->name] = {""};
      } else if (bound.info->repeatable) {
        arguments.values[bound.info->name] = bound.values;
      } else {
        arguments.values[bound.info->name] = {bound.values.back()};
      }
    }
    for (const std::string& value : positionals_) {
      if (!value.empty()) arguments.positionals.push_back(value);
    }
    arguments.positionals.insert(arguments.positionals.end(), rest_.begin(), rest_.end());
    return arguments;
  }

  CLI::App app_;
  std::list<Bound> bound_;  // CLI11 keeps references to the members
  std::list<std::string> positionals_;
  std::vector<std::string> rest_;  // of the repeatable one
};

Error unknown_option(const std::string& word,
                     const CommandInfo* command,
                     const std::vector<OptionInfo>& options) {
  std::string name = word.substr(0, word.find('='));
  std::vector<std::string> names;
  for (const OptionInfo& info : options) names.push_back("--" + info.name);
  std::string help =
      command == nullptr ? "whittle --help" : fmt::format("whittle {} --help", command->name);
  return Error(ErrorKind::Usage, fmt::format("there is no option `{}`", printable(name)))
      .hint(did_you_mean(nearest_name(name, names), fmt::format("`{}` lists them", help)));
}

Error leftover(const std::vector<std::string>& words,
               const CommandInfo* command,
               const std::vector<OptionInfo>& options) {
  for (const std::string& word : words) {
    if ((word.size() > 1 && word[0] == '-') || command == nullptr) {
      return unknown_option(word, command, options);
    }
  }
  return Error(ErrorKind::Usage, fmt::format("`{}` is one argument too many", printable(words[0])))
      .hint(fmt::format("`whittle {} --help` shows what it takes", command->name));
}

Status check_choice(const std::string& what,
                    const std::vector<std::string>& choices,
                    const std::string& value) {
  if (choices.empty() || std::find(choices.begin(), choices.end(), value) != choices.end()) {
    return {};
  }
  return Error(ErrorKind::Usage,
               fmt::format("{}: `{}` is none of {}", what, printable(value), join(choices, ", ")))
      .hint(did_you_mean(nearest_name(value, choices), "Take one of those"));
}

Status check_choices(const std::vector<OptionInfo>& options, const Arguments& arguments) {
  for (const OptionInfo& info : options) {
    auto found = arguments.values.find(info.name);
    if (found == arguments.values.end()) continue;
    for (const std::string& value : found->second) {
      TRY(check_choice("--" + info.name, info.choices, value));
    }
  }
  return {};
}

Status check_positionals(const CommandInfo& command, const Arguments& arguments) {
  for (size_t i = 0; i < command.positionals.size(); ++i) {
    const Positional& positional = command.positionals[i];
    if (i < arguments.positionals.size()) {
      TRY(check_choice(positional.name, positional.choices, arguments.positionals[i]));
    } else if (positional.required) {
      return Error(ErrorKind::Usage, fmt::format("{} is missing", positional.name))
          .hint(command.examples.empty() ? std::string("Give it")
                                         : "For example: " + command.examples[0].command);
    }
  }
  return {};
}

// CLI11 would take the next word as the value of "--name=".
Status check_empty_values(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (word == "--") break;
    if (word.rfind("--", 0) == 0 && word.find('=') == word.size() - 1) {
      return missing_value(word.substr(0, word.size() - 1));
    }
  }
  return {};
}

std::vector<OptionInfo> flattened(const std::vector<OptionGroup>& groups) {
  std::vector<OptionInfo> options;
  for (const OptionGroup& group : groups) {
    options.insert(options.end(), group.options.begin(), group.options.end());
  }
  return options;
}

// The word at `at` is no command. After an option that is not ours it may be that option's value,
// so that is told first.
Error unknown_command_at(const std::vector<std::string>& words,
                         size_t at,
                         const std::vector<const CommandInfo*>& commands) {
  const std::vector<OptionInfo>& common = common_option_group().options;
  for (size_t i = 0; i < at; ++i) {
    std::string name = words[i].substr(0, words[i].find('='));
    auto is_it = [&](const OptionInfo& info) { return name == "--" + info.name; };
    bool is_long = name.rfind("--", 0) == 0;
    if (!is_long || std::any_of(common.begin(), common.end(), is_it)) continue;
    return unknown_option(name, nullptr, common).hint("Options of a command stand behind its name");
  }
  return unknown_command(words[at], commands);
}

// Where the command's name stands: the first word that is no option and no option's value. Commands
// are not CLI11's subcommands, because `whittle help optimize` names one where an argument is
// wanted.
size_t find_command_word(const std::vector<std::string>& words) {
  const std::vector<OptionInfo>& common = common_option_group().options;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word.empty() || word[0] != '-') return i;
    if (word == "--") break;
    auto takes_value = [&](const OptionInfo& info) {
      return !info.value.empty() && word == "--" + info.name;
    };
    if (std::any_of(common.begin(), common.end(), takes_value)) ++i;
  }
  return words.size();
}

}  // namespace

std::string did_you_mean(const std::string& nearest, const std::string& otherwise) {
  return nearest.empty() ? otherwise : fmt::format("Did you mean `{}`?", nearest);
}

Error unknown_command(const std::string& word, const std::vector<const CommandInfo*>& commands) {
  std::vector<std::string> names;
  for (const CommandInfo* command : commands) names.emplace_back(command->name);
  return Error(ErrorKind::Usage, fmt::format("there is no command `{}`", printable(word)))
      .hint(did_you_mean(nearest_name(word, names), "`whittle --help` lists them"));
}

const OptionGroup& common_option_group() {
  static const OptionGroup group = infos_of(common_rows()).front();
  return group;
}

std::string nearest_name(std::string_view word, const std::vector<std::string>& names) {
  std::string best;
  size_t best_distance = 1 + word.size() / 3;
  for (const std::string& name : names) {
    size_t distance = edit_distance(word, name);
    bool is_start = word.size() >= 5 && std::string_view(name).substr(0, word.size()) == word;
    if (is_start) distance = std::min<size_t>(distance, 1);
    if (distance < best_distance || (distance == best_distance && best.empty())) {
      best = name;
      best_distance = distance;
    }
  }
  return best;
}

Result<CommandLine> parse_command_line(const std::vector<std::string>& words,
                                       const std::vector<const CommandInfo*>& commands) {
  CommandLine line;
  std::vector<std::string> rest = words;
  if (size_t at = find_command_word(words); at < words.size()) {
    line.command = find_command(commands, words[at]);
    if (line.command == nullptr) return unknown_command_at(words, at, commands);
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(at));
  }
  if (line.command != nullptr && line.command->is_foreign != nullptr &&
      line.command->is_foreign(rest)) {
    line.common.threads = default_threads();
    line.arguments.positionals = std::move(rest);
    line.arguments.is_foreign = true;
    return line;
  }
  TRY(check_empty_values(words));
  std::vector<OptionInfo> own;
  if (line.command != nullptr) own = flattened(line.command->options());
  std::vector<OptionInfo> known = own;
  const std::vector<OptionInfo>& common_options = common_option_group().options;
  known.insert(known.end(), common_options.begin(), common_options.end());

  Binding binding;
  TRY_ASSIGN(line.arguments, binding.parse(rest, known, line.command));
  if (!binding.extra().empty()) return leftover(binding.extra(), line.command, known);
  line.common.threads = default_threads();
  TRY(check_choices(common_options, line.arguments));
  TRY(set_options(common_rows(), line.arguments, line.common));
  if (line.common.help || line.common.version || line.command == nullptr) return line;
  TRY(check_choices(own, line.arguments));
  TRY(check_positionals(*line.command, line.arguments));
  return line;
}

}  // namespace whittle
