#include "cli/help_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "cli/options.h"
#include "report/text_layout.h"

namespace whittle {

namespace {

// A word and its explanation in two columns; a long word has its explanation on the next line.
std::string two_columns(const std::string& left,
                        std::string_view right,
                        size_t column,
                        unsigned width) {
  std::string lead = "  " + left;
  if (display_width(lead) + 2 > column) {
    return lead + "\n" + indented(std::string(column, ' '), right, width);
  }
  return indented(pad_right(lead, column), right, width);
}

// The first lines, wrapped, with the name in bold.
std::string title(const std::string& name, const std::string& rest, unsigned width, bool color) {
  std::string text = indented("", name + rest, width);
  return styled(text.substr(0, name.size()), Style::Bold, color) + text.substr(name.size());
}

std::string heading(std::string_view text, bool color) {
  return "\n" + styled(std::string(text) + ":", Style::Heading, color) + "\n";
}

std::string options_help(const OptionGroup& group, unsigned width, bool color) {
  std::string out = heading(group.title, color);
  for (const OptionInfo& option : group.options) {
    out += two_columns(option_synopsis(option), option_help(option), 30, width);
  }
  return out;
}

// Commands are there to be copied, so they are not wrapped.
std::string examples_help(const std::vector<Example>& examples, unsigned width, bool color) {
  if (examples.empty()) return "";
  std::string out = heading("Examples", color);
  for (const Example& example : examples) {
    out += "  " + example.command + "\n" + indented(std::string(6, ' '), example.what, width);
  }
  return out;
}

}  // namespace

std::vector<std::string> paragraphs_of(std::string_view description) {
  std::vector<std::string> paragraphs;
  std::string current;
  for (std::string_view line : split_lines(description)) {
    if (!trim(line).empty()) {
      current += (current.empty() ? "" : " ") + std::string(trim(line));
    } else if (!current.empty()) {
      paragraphs.push_back(std::move(current));
      current.clear();
    }
  }
  if (!current.empty()) paragraphs.push_back(std::move(current));
  return paragraphs;
}

std::string usage_of(const CommandInfo& command) {
  std::string out = fmt::format("whittle {} [OPTIONS]", command.name);
  for (const Positional& positional : command.positionals) {
    out += positional.required ? " " + positional.name : " [" + positional.name + "]";
    if (positional.repeatable) out += "...";
  }
  return out;
}

std::string option_synopsis(const OptionInfo& option) {
  std::string out = option.letter == 0 ? "    " : fmt::format("-{}, ", option.letter);
  out += "--" + option.name;
  return option.value.empty() ? out : out + " " + option.value;
}

std::string option_help(const OptionInfo& option) {
  std::string out = option.help;
  bool names_all = std::all_of(option.choices.begin(), option.choices.end(), [&](const auto& word) {
    return contains(option.help, word);
  });
  if (!option.choices.empty() && !names_all) out += ": " + join(option.choices, ", ");
  if (option.repeatable) out += " (may be repeated)";
  return out;
}

std::string program_help(const std::vector<const CommandInfo*>& commands,
                         unsigned width,
                         bool color) {
  std::string out = title("whittle", fmt::format(" {}.", kProgramSummary), width, color);
  out += heading("Usage", color) + "  whittle COMMAND [OPTIONS] [TARGET]\n";
  out += heading("Commands", color);
  for (const CommandInfo* command : commands) {
    out += two_columns(std::string(command->name), command->summary, 16, width);
  }
  out += options_help(common_option_group(), width, color);
  out += examples_help(
      {{"whittle optimize .", "Optimise the project in this folder, which has a Dockerfile"},
       {"whittle help optimize", "All about one command"}},
      width,
      color);
  return out;
}

std::string command_help(const CommandInfo& command, unsigned width, bool color) {
  std::string name = fmt::format("whittle {}", command.name);
  std::string out = title(name, fmt::format(": {}.", command.summary), width, color);
  out += heading("Usage", color) + "  " + usage_of(command) + "\n";
  for (const std::string& paragraph : paragraphs_of(command.description)) {
    out += "\n" + indented("", paragraph, width);
  }
  if (!command.positionals.empty()) out += heading("Arguments", color);
  for (const Positional& positional : command.positionals) {
    std::string help = positional.help;
    if (!positional.choices.empty()) help += ": " + join(positional.choices, ", ");
    out += two_columns(positional.name, help, 16, width);
  }
  for (const OptionGroup& group : command.options()) out += options_help(group, width, color);
  out += options_help(common_option_group(), width, color);
  out += heading("Exit codes", color);
  std::string_view codes = command.exit_codes.empty() ? kExitCodes : command.exit_codes;
  for (std::string_view line : split_lines(codes)) {
    out += indented("  " + std::string(line.substr(0, 3)),
                    line.substr(std::min<size_t>(3, line.size())),
                    width);
  }
  return out + examples_help(command.examples, width, color);
}

}  // namespace whittle
