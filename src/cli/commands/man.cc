// `whittle man [COMMAND]`: manual pages in roff (man(7)), made from the tables.
#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "cli/commands/commands.h"
#include "cli/commands/shared_rows.h"
#include "cli/help_text.h"
#include "cli/options.h"

namespace whittle {

namespace {

using Commands = std::vector<const CommandInfo*>;

// Text for roff: backslashes, dashes that are typed as they are, and lines that must not look like
// requests.
std::string roff(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '~') {
      out += "\\(ti";
    } else if (c == '^') {
      out += "\\(ha";
    } else if (c == '\'') {
      out += "\\(aq";
    } else if (c == '`') {
      out += "\\(ga";
    } else {
      out += c;
    }
  }
  if (!out.empty() && out[0] == '.') out.insert(0, "\\&");
  return out;
}

// An argument of a request, between quotes.
std::string quoted(std::string_view text) {
  return "\"" + replace_all(roff(text), "\"", "\\(dq") + "\"";
}

std::string title(std::string_view name, std::string_view summary) {
  return fmt::format(".TH {} 1 \"\" {} {}\n.SH NAME\n{} \\- {}\n",
                     quoted(to_upper(name)),
                     quoted(fmt::format("whittle {}", WHITTLE_VERSION)),
                     quoted("whittle manual"),
                     roff(name),
                     roff(summary));
}

std::string option_entry(const OptionInfo& option) {
  std::string tag = option.letter == 0 ? "" : fmt::format("\\fB\\-{}\\fR, ", option.letter);
  tag += "\\fB" + roff("--" + option.name) + "\\fR";
  if (!option.value.empty()) tag += " \\fI" + roff(option.value) + "\\fR";
  return fmt::format(".TP\n{}\n{}.\n", tag, roff(option_help(option)));
}

std::string option_section(const OptionGroup& group) {
  std::string out = ".SS " + quoted(group.title) + "\n";
  for (const OptionInfo& option : group.options) out += option_entry(option);
  return out;
}

std::string exit_section(std::string_view codes) {
  std::string out = ".SH \"EXIT STATUS\"\n";
  for (std::string_view line : split_lines(codes)) {
    size_t blank = std::min(line.find(' '), line.size());
    out += fmt::format(".TP\n.B {}\n{}.\n", line.substr(0, blank), roff(trim(line.substr(blank))));
  }
  return out;
}

std::string example_section(const std::vector<Example>& examples) {
  if (examples.empty()) return "";
  std::string out = ".SH EXAMPLES\n";
  for (const Example& example : examples) {
    out += fmt::format(
        ".PP\n{}:\n.PP\n.RS 4\n.EX\n{}\n.EE\n.RE\n", roff(example.what), roff(example.command));
  }
  return out;
}

std::string usage_section(const CommandInfo& command) {
  std::string out = fmt::format(".SH SYNOPSIS\n.B whittle {}\n[\\fIOPTIONS\\fR]\n", command.name);
  for (const Positional& positional : command.positionals) {
    std::string name = "\\fI" + roff(positional.name) + "\\fR";
    std::string dots = positional.repeatable ? "..." : "";
    out += (positional.required ? name : "[" + name + "]") + dots + "\n";
  }
  return out;
}

std::string command_page(const CommandInfo& command) {
  std::string out = title(fmt::format("whittle-{}", command.name), command.summary);
  out += usage_section(command) + ".SH DESCRIPTION\n";
  for (const std::string& paragraph : paragraphs_of(command.description)) {
    out += ".PP\n" + roff(paragraph) + "\n";
  }
  for (const Positional& positional : command.positionals) {
    std::string help = positional.help;
    if (!positional.choices.empty()) help += ": " + join(positional.choices, ", ");
    out += fmt::format(".TP\n\\fI{}\\fR\n{}.\n", roff(positional.name), roff(help));
  }
  out += ".SH OPTIONS\n";
  for (const OptionGroup& group : command.options()) out += option_section(group);
  out += option_section(common_option_group());
  out += exit_section(command.exit_codes.empty() ? kExitCodes : command.exit_codes);
  return out + example_section(command.examples) + ".SH \"SEE ALSO\"\n.BR whittle (1)\n";
}

std::string program_page(const Commands& commands) {
  std::string out = title("whittle", kProgramSummary);
  out += ".SH SYNOPSIS\n.B whittle\n\\fICOMMAND\\fR [\\fIOPTIONS\\fR] [\\fITARGET\\fR]\n";
  out += ".SH DESCRIPTION\n.B whittle\n" + roff(kProgramSummary) +
         ". It works on a project with a Dockerfile: stdout carries the result, stderr progress "
         "and errors.\n";
  out += ".SH COMMANDS\n";
  for (const CommandInfo* command : commands) {
    out += fmt::format(".TP\n.B {}\n{}; see\n.BR whittle\\-{} (1).\n",
                       command->name,
                       roff(command->summary),
                       command->name);
  }
  out += ".SH OPTIONS\n" + option_section(common_option_group()) + exit_section(kExitCodes);
  out += ".SH ENVIRONMENT\n";
  out += ".TP\n.B NO_COLOR\nWhen it is set and not empty, there are no colours unless asked for.\n";
  out += ".TP\n.B COLUMNS\nThe width to write for where there is no terminal to ask.\n";
  out += ".TP\n.B TMPDIR\nWhere temporary files go.\n.SH \"SEE ALSO\"\n";
  for (size_t i = 0; i < commands.size(); ++i) {
    std::string_view comma = i + 1 < commands.size() ? ", " : "";
    out += fmt::format(".BR whittle\\-{} (1){}\n", commands[i]->name, comma);
  }
  return out;
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
  if (invocation.arguments.positionals.empty()) {
    return Outcome{program_page(invocation.commands), settings.file};
  }
  const std::string& name = invocation.arguments.positionals[0];
  const CommandInfo* command = find_command(invocation.commands, name);
  if (command == nullptr) return unknown_command(name, invocation.commands);
  return Outcome{command_page(*command), settings.file};
}

}  // namespace

const CommandInfo kManCommand = {
    .name = "man",
    .summary = "print a manual page",
    .description = "Prints whittle(1), or the page of a command, in the roff that man(1) reads.",
    .positionals = {{"COMMAND",
                     "the command; the program itself if not given",
                     false,
                     {},
                     Completes::Nothing}},
    .options = [] { return infos_of(rows()); },
    .examples = {{"whittle man optimize | man -l -", "Read a page"},
                 {"whittle man -o whittle.1", "Make the page of the program"}},
    .exit_codes = "",
    .run = run,
};

}  // namespace whittle
