// `whittle completion SHELL`: completion scripts for bash, zsh and fish, made from the tables.
#include <fmt/format.h>

#include "base/strings.h"
#include "cli/commands/commands.h"
#include "cli/commands/shared_rows.h"
#include "cli/options.h"

namespace whittle {

namespace {

using Commands = std::vector<const CommandInfo*>;

// All options of a command, its own and the common ones; of the program for null.
std::vector<OptionInfo> options_of(const CommandInfo* command) {
  std::vector<OptionInfo> options;
  if (command != nullptr) {
    for (const OptionGroup& group : command->options()) {
      options.insert(options.end(), group.options.begin(), group.options.end());
    }
  }
  const std::vector<OptionInfo>& common = common_option_group().options;
  options.insert(options.end(), common.begin(), common.end());
  return options;
}

std::string option_words(const CommandInfo* command) {
  std::vector<std::string> words;
  for (const OptionInfo& option : options_of(command)) {
    words.push_back("--" + option.name);
    if (option.letter != 0) words.push_back(std::string("-") + option.letter);
  }
  return join(words, " ");
}

std::string names_of(const Commands& commands) {
  std::vector<std::string> names;
  for (const CommandInfo* command : commands) names.emplace_back(command->name);
  return join(names, " ");
}

// The words that can be the first positional: those the table names, or the commands for `help`.
std::string positional_words(const CommandInfo& command, const Commands& commands) {
  if (command.positionals.empty()) return "";
  if (command.positionals[0].name == "COMMAND") return names_of(commands);
  return join(command.positionals[0].choices, " ");
}

// The shell code that fills COMPREPLY for the value of an option or for a positional.
std::string bash_reply(const std::string& words, Completes completes) {
  if (!words.empty()) return fmt::format("COMPREPLY=($(compgen -W \"{}\" -- \"$cur\"))", words);
  if (completes == Completes::Folders) return "COMPREPLY=($(compgen -d -- \"$cur\"))";
  if (completes == Completes::Files) return "COMPREPLY=($(compgen -f -- \"$cur\"))";
  return "COMPREPLY=()";
}

std::string bash_values(const CommandInfo* command) {
  std::string out;
  for (const OptionInfo& option : options_of(command)) {
    if (option.value.empty()) continue;
    std::string pattern = "--" + option.name;
    if (option.letter != 0) pattern += fmt::format("|-{}", option.letter);
    out += fmt::format("        {}) {}; return ;;\n",
                       pattern,
                       bash_reply(join(option.choices, " "), option.completes));
  }
  return out;
}

std::string bash_case(const CommandInfo* command, const Commands& commands) {
  std::string positional = bash_reply(names_of(commands), Completes::Nothing);
  if (command != nullptr) {
    Completes completes =
        command->positionals.empty() ? Completes::Nothing : command->positionals[0].completes;
    positional = bash_reply(positional_words(*command, commands), completes);
  }
  return fmt::format(
      "    {})\n"
      "      case \"$prev\" in\n{}"
      "      esac\n"
      "      if [[ \"$cur\" == -* ]]; then\n"
      "        COMPREPLY=($(compgen -W \"{}\" -- \"$cur\"))\n"
      "      else\n"
      "        {}\n"
      "      fi\n"
      "      ;;\n",
      command == nullptr ? "*" : command->name,
      bash_values(command),
      option_words(command),
      positional);
}

std::string bash_script(const Commands& commands) {
  std::string cases;
  for (const CommandInfo* command : commands) cases += bash_case(command, commands);
  cases += bash_case(nullptr, commands);
  std::string names = replace_all(names_of(commands), " ", "|");
  return fmt::format(
      "# bash completion for whittle\n"
      "_whittle() {{\n"
      "  local cur=\"${{COMP_WORDS[COMP_CWORD]}}\" prev=\"${{COMP_WORDS[COMP_CWORD-1]}}\" command= "
      "i\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    case \"${{COMP_WORDS[i]}}\" in\n"
      "      {}) command=\"${{COMP_WORDS[i]}}\"; break ;;\n"
      "    esac\n"
      "  done\n"
      "  compopt -o filenames 2>/dev/null\n"
      "  case \"$command\" in\n{}"
      "  esac\n"
      "}}\n"
      "complete -F _whittle whittle\n",
      names,
      cases);
}

// Inside single quotes of a zsh _arguments specification, whose own special characters are : [ ]
// and backslash.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      if (std::string_view(":[]\\").find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  }
  return out;
}

std::string zsh_action(const std::string& words, Completes completes) {
  if (!words.empty()) return "(" + words + ")";
  if (completes == Completes::Folders) return "_files -/";
  if (completes == Completes::Files) return "_files";
  return " ";
}

std::string zsh_option(const OptionInfo& option) {
  std::string long_name = "--" + option.name;
  std::string help = "[" + zsh_text(option.help) + "]";
  std::string value;
  if (!option.value.empty()) {
    long_name += "=";
    value = fmt::format(
        ":{}:{}", zsh_text(option.value), zsh_action(join(option.choices, " "), option.completes));
  }
  std::string star = option.repeatable ? "*" : "";
  std::string out = fmt::format("        '{}{}{}{}' \\\n", star, long_name, help, value);
  if (option.letter == 0) return out;
  std::string plus = option.value.empty() ? "" : "+";
  return out + fmt::format("        '{}-{}{}{}{}' \\\n", star, option.letter, plus, help, value);
}

std::string zsh_case(const CommandInfo& command, const Commands& commands) {
  std::string out = fmt::format("      {})\n        _arguments -s -S \\\n", command.name);
  for (const OptionInfo& option : options_of(&command)) out += zsh_option(option);
  for (const Positional& positional : command.positionals) {
    out += fmt::format("        '{}{}:{}' \\\n",
                       positional.required ? ":" : "::",
                       zsh_text(positional.name),
                       zsh_action(positional_words(command, commands), positional.completes));
  }
  return out + "        && return 0\n        ;;\n";
}

std::string zsh_script(const Commands& commands) {
  std::string names;
  std::string cases;
  for (const CommandInfo* command : commands) {
    names += fmt::format("    '{}:{}'\n", command->name, zsh_text(command->summary));
    cases += zsh_case(*command, commands);
  }
  std::string common;
  for (const OptionInfo& option : common_option_group().options) common += zsh_option(option);
  return fmt::format(
      "#compdef whittle\n"
      "_whittle() {{\n"
      "  local curcontext=\"$curcontext\" state line\n"
      "  typeset -A opt_args\n"
      "  local -a commands\n"
      "  commands=(\n{}  )\n"
      "  _arguments -C -s \\\n{}"
      "        '1:command:->command' \\\n"
      "        '*::argument:->arguments' && return 0\n"
      "  case \"$state\" in\n"
      "  command) _describe -t commands command commands ;;\n"
      "  arguments)\n"
      "    case \"$words[1]\" in\n{}"
      "    esac\n"
      "    ;;\n"
      "  esac\n"
      "}}\n"
      "if [ \"$funcstack[1]\" = _whittle ]; then\n"
      "  _whittle \"$@\"\n"
      "else\n"
      "  compdef _whittle whittle\n"
      "fi\n",
      names,
      common,
      cases);
}

std::string fish_text(std::string_view text) {
  return "'" + replace_all(replace_all(text, "\\", "\\\\"), "'", "\\'") + "'";
}

std::string fish_option(const OptionInfo& option, std::string_view condition) {
  std::string out = fmt::format("complete -c whittle{} -l {}", condition, option.name);
  if (option.letter != 0) out += fmt::format(" -s {}", option.letter);
  if (!option.value.empty()) out += option.completes == Completes::Nothing ? " -x" : " -r";
  if (!option.choices.empty()) out += " -a " + fish_text(join(option.choices, " "));
  if (option.completes == Completes::Files) out += " -F";
  if (option.completes == Completes::Folders) out += " -a '(__fish_complete_directories)'";
  return out + " -d " + fish_text(option.help) + "\n";
}

std::string fish_script(const Commands& commands) {
  std::string out = "# fish completion for whittle\ncomplete -c whittle -f\n";
  for (const CommandInfo* command : commands) {
    out += fmt::format("complete -c whittle -n __fish_use_subcommand -a {} -d {}\n",
                       command->name,
                       fish_text(command->summary));
  }
  for (const OptionInfo& option : common_option_group().options) out += fish_option(option, "");
  for (const CommandInfo* command : commands) {
    std::string condition = fmt::format(" -n '__fish_seen_subcommand_from {}'", command->name);
    for (const OptionGroup& group : command->options()) {
      for (const OptionInfo& option : group.options) out += fish_option(option, condition);
    }
    std::string words = positional_words(*command, commands);
    if (words.empty() && !command->positionals.empty() &&
        command->positionals[0].completes == Completes::Folders) {
      words = "(__fish_complete_directories)";
    }
    if (!words.empty()) {
      out += fmt::format("complete -c whittle{} -a {}\n", condition, fish_text(words));
    }
  }
  return out;
}

// One row a shell.
struct ShellInfo {
  std::string_view name;
  std::string (*script)(const Commands& commands);
};

constexpr ShellInfo kShells[] = {{"bash", bash_script}, {"zsh", zsh_script}, {"fish", fish_script}};

std::vector<std::string> shell_names() {
  std::vector<std::string> names;
  for (const ShellInfo& shell : kShells) names.emplace_back(shell.name);
  return names;
}

struct Settings {
  std::string file;
};

const std::vector<OptionRowGroup<Settings>>& rows() {
  static const std::vector<OptionRowGroup<Settings>> table = {
      {"Output",
       {
           output_file_row<Settings>(),
       }},
  };
  return table;
}

Result<Outcome> run(const Invocation& invocation) {
  Settings settings;
  TRY(set_options(rows(), invocation.arguments, settings));
  for (const ShellInfo& shell : kShells) {
    if (shell.name != invocation.arguments.positionals[0]) continue;
    return Outcome{shell.script(invocation.commands), settings.file};
  }
  return Error(ErrorKind::Usage, "there is no such shell");
}

}  // namespace

const CommandInfo kCompletionCommand = {
    .name = "completion",
    .summary = "print a completion script for a shell",
    .description =
        "Prints a script that lets the shell complete commands, options and their values.",
    .positionals = {{"SHELL", "the shell it is for", true, shell_names(), Completes::Nothing}},
    .options = [] { return infos_of(rows()); },
    .examples = {{"source <(whittle completion bash)", "For this bash"},
                 {"whittle completion zsh -o ~/.zfunc/_whittle",
                  "For every zsh with that folder in fpath"},
                 {"whittle completion fish -o ~/.config/fish/completions/whittle.fish",
                  "For every fish"}},
    .exit_codes = "",
    .run = run,
};

}  // namespace whittle
