// `whittle diff BEFORE AFTER`: what is different about two images.
#include <fmt/format.h>

#include "base/strings.h"
#include "cli/commands/commands.h"
#include "cli/commands/inspect_options.h"
#include "cli/commands/shared_rows.h"
#include "report/formats/formats.h"

namespace whittle {

namespace {

struct Settings {
  std::string format = "text";
  std::string file;
  std::vector<Dimension> dimensions = {Dimension::Dir};
  size_t most = 20;
  bool only_own = false;
  bool semantic = false;
};

using Row = OptionRow<Settings>;

const std::vector<OptionRowGroup<Settings>>& rows() {
  static const std::vector<OptionRowGroup<Settings>> table = {
      {"Report",
       {
           format_row<Settings>("Form of the report", format_names(&FormatInfo::diff)),
           output_file_row<Settings>(),
           dimensions_row<Settings>(
               "Bytes by these dimensions, one below the other; dir if not given"),
           most_rows_row<Settings>(),
           only_own_row<Settings>("Bytes of the layers after the base only"),
           Row{{"semantic",
                0,
                "",
                "Leave times, the order of entries and of history, and how it is packed out of "
                "the comparison"},
               [](Settings& settings, const std::string& /*value*/) -> Status {
                 settings.semantic = true;
                 return {};
               }},
       }}};
  return table;
}

Result<Outcome> run(const Invocation& invocation) {
  Settings settings;
  TRY(set_options(rows(), invocation.arguments, settings));
  const std::vector<std::string>& targets = invocation.arguments.positionals;
  CompareOptions options;
  TRY_ASSIGN(options.before, inspect_options(invocation, targets[0]));
  TRY_ASSIGN(options.after, inspect_options(invocation, targets[1]));
  if (targets[0] == "-" && targets[1] == "-") {
    return Error(ErrorKind::Usage, "only one of the images can come from standard input")
        .hint("Write one of them to a file");
  }
  options.groups.dimensions = settings.dimensions;
  options.groups.most = settings.most;
  options.groups.only_own = settings.only_own;
  options.semantic = settings.semantic;
  const FormatInfo* format = find_format(settings.format);
  CHECK(format != nullptr && format->diff != nullptr);
  DiffReport report;
  TRY_ASSIGN(report.diff, compare_images(options));
  report.most = settings.most;
  RenderOptions render;
  render.color = invocation.stdout_color && (settings.file.empty() || settings.file == "-");
  render.width = invocation.stdout_width;
  render.verbose = invocation.common.verbose;
  Outcome outcome;
  outcome.text = format->diff(report, render);
  outcome.file = settings.file;
  outcome.exit_code = report.diff.is_equal ? 0 : 1;
  return outcome;
}

const std::string& description() {
  static const std::string text = R"(
Compares two images: bytes by dimensions, configuration and history, installed packages, and every file of the file
system a container sees. Nothing is changed.

The dimensions of -d are )" + dimension_list() +
                                  R"(, the first outermost.

With --semantic two builds of the same sources are equal when they run the same: times, the order of entries and of
history, and compression do not count.
)" + target_paragraph();
  return text;
}

}  // namespace

const CommandInfo kDiffCommand = {
    .name = "diff",
    .summary = "compare two images",
    .description = description(),
    .positionals = {target_positional("BEFORE", "the image to compare with"),
                    target_positional("AFTER", "the image that is compared")},
    .options = [] { return with_inspect_options(infos_of(rows())); },
    .examples =
        {
            {"whittle diff shop:1.3 shop:1.4", "What a release changed"},
            {"whittle diff shop:1.3 shop:1.4 -d package", "Which packages grew"},
            {"whittle diff registry:shop:1.4 docker-archive:shop.tar --semantic",
             "Whether a build can be reproduced"},
            {"whittle diff shop:main shop:branch --format markdown > comment.md",
             "A comment for a pull request"},
        },
    .exit_codes =
        "0  the images are equal\n1  they are different\n2  it could not be done; stderr says "
        "why\n",
    .run = run,
};

}  // namespace whittle
