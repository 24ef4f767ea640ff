#include "cli/app.h"

#include <fmt/format.h>
#include <unistd.h>

#include <exception>
#include <memory>

#include "base/fs.h"
#include "base/stats.h"
#include "cli/help_text.h"
#include "cli/options.h"
#include "cli/progress_bar.h"
#include "cli/terminal.h"
#include "report/text_layout.h"

namespace whittle {

namespace {

constexpr int kCouldNotBeDone = 2;

int fail(const Error& error, const CommonOptions& common) {
  if (error.kind() == ErrorKind::Cancelled) {
    write_stderr("whittle: interrupted\n");
  } else {
    print_error(error, wants_color(common.color, STDERR_FILENO));
  }
  return kCouldNotBeDone;
}

std::string stats_table(const std::vector<StatRow>& rows) {
  TextTable table;
  table.add_row({{"timer or counter", {}}, {"calls", {}}, {"total", {}}});
  for (const StatRow& row : rows) {
    std::string total = row.is_timer ? fmt::format("{:.3f} s", static_cast<double>(row.total) / 1e9)
                                     : fmt::format("{}", row.total);
    table.add_row({{std::string(row.name), {}}, {fmt::format("{}", row.count), {}}, {total, {}}});
  }
  return table.render(0, false);
}

Result<Outcome> run_command_of(const CommandLine& line,
                               const std::vector<const CommandInfo*>& commands,
                               const CancelToken& cancel) {
  ProgressOptions options;
  options.quiet = line.common.quiet;
  options.verbose = line.common.verbose;
  options.is_terminal = is_terminal(STDERR_FILENO);
  options.color = wants_color(line.common.color, STDERR_FILENO);
  std::unique_ptr<Progress> progress = make_progress(options, cancel);
  Invocation invocation{line.common,
                        line.arguments,
                        commands,
                        cancel,
                        *progress,
                        wants_color(line.common.color, STDOUT_FILENO),
                        terminal_width(STDOUT_FILENO)};
  return line.command->run(invocation);
}

// Help, version, or the command itself.
Result<Outcome> outcome_of(CommandLine& line,
                           const std::vector<const CommandInfo*>& commands,
                           const CancelToken& cancel) {
  unsigned width = terminal_width(STDOUT_FILENO);
  bool color = wants_color(line.common.color, STDOUT_FILENO);
  if (line.common.help) {
    return Outcome{line.command == nullptr ? program_help(commands, width, color)
                                           : command_help(*line.command, width, color)};
  }
  if (line.common.version) return Outcome{fmt::format("whittle {}\n", WHITTLE_VERSION)};
  if (line.command == nullptr) {
    write_stderr(program_help(commands, terminal_width(STDERR_FILENO), false));
    return Outcome{"", "", kCouldNotBeDone};
  }
  return run_command_of(line, commands, cancel);
}

int write_outcome(const Outcome& outcome, const CommonOptions& common) {
  bool to_stdout = outcome.file.empty() || outcome.file == "-";
  Status written =
      to_stdout ? write_stdout(outcome.text) : write_file_atomic(outcome.file, outcome.text);
  if (!written.ok()) return fail(written.error(), common);
  if (!outcome.remarks.empty()) write_stderr(outcome.remarks);
  if (outcome.error) return fail(*outcome.error, common);
  return outcome.exit_code;
}

int run_line(const std::vector<std::string>& words,
             const std::vector<const CommandInfo*>& commands,
             const CancelToken& cancel) {
  Result<CommandLine> line = parse_command_line(words, commands);
  if (!line.ok()) return fail(line.error(), {});
  if (line->common.stats) enable_stats();
  Result<Outcome> outcome = outcome_of(*line, commands, cancel);
  int code =
      outcome.ok() ? write_outcome(*outcome, line->common) : fail(outcome.error(), line->common);
  if (line->common.stats) write_stderr(stats_table(collect_stats()));
  return code;
}

}  // namespace

int run_program(const std::vector<std::string>& words,
                const std::vector<const CommandInfo*>& commands,
                const CancelToken& cancel) {
  try {
    return run_line(words, commands, cancel);
  } catch (const std::exception& exception) {
    // Only memory can run out this way: exceptions of libraries are caught where they are called.
    return fail(Error(fmt::format("cannot go on: {}", exception.what())), {});
  }
}

}  // namespace whittle
