// `whittle sbom TARGET`: which packages are in an image, as an inventory for people or programs.
#include "cli/commands/commands.h"
#include "cli/commands/inspect_options.h"
#include "cli/commands/shared_rows.h"
#include "cli/today.h"
#include "report/formats/formats.h"

namespace whittle {

namespace {

struct Settings {
  std::string format = "table";
  std::string file;
  bool with_files = false;
  bool with_lockfiles = false;
};

using Row = OptionRow<Settings>;

const std::vector<OptionRowGroup<Settings>>& rows() {
  static const std::vector<OptionRowGroup<Settings>> table = {
      {"Report",
       {
           format_row<Settings>("Form of the inventory", format_names(&FormatInfo::sbom)),
           output_file_row<Settings>(),
           Row{{"files", 0, "", "Also the files that each package owns"},
               [](Settings& settings, const std::string& /*value*/) -> Status {
                 settings.with_files = true;
                 return {};
               }},
           Row{{"lockfiles",
                0,
                "",
                "Also what lock files of sources ask for (package-lock.json, Cargo.lock, go.mod "
                "and "
                "the like)"},
               [](Settings& settings, const std::string& /*value*/) -> Status {
                 settings.with_lockfiles = true;
                 return {};
               }},
       }}};
  return table;
}

SbomFiles files_for(const Settings& settings) {
  if (!settings.with_files) return SbomFiles::None;
  return settings.format == "spdx" ? SbomFiles::Digests : SbomFiles::Paths;
}

Result<Outcome> run(const Invocation& invocation) {
  Settings settings;
  TRY(set_options(rows(), invocation.arguments, settings));
  TRY_ASSIGN(InspectOptions options,
             inspect_options(invocation, invocation.arguments.positionals[0]));
  if (settings.with_lockfiles) options.package_sets |= kPackageLockfiles;
  const FormatInfo* format = find_format(settings.format);
  CHECK(format != nullptr && format->sbom != nullptr);
  TRY_ASSIGN(SbomReport report, inventory_image(std::move(options), files_for(settings)));
  TRY_ASSIGN(report.created_seconds, document_seconds(report.analysis->info));
  RenderOptions render;
  render.color = invocation.stdout_color && (settings.file.empty() || settings.file == "-");
  render.width = invocation.stdout_width;
  render.verbose = invocation.common.verbose;
  Outcome outcome;
  outcome.text = format->sbom(report, render);
  outcome.file = settings.file;
  return outcome;
}

const std::string& description() {
  static const std::string text = R"(
Lists the packages in an image: what its distribution's package manager and those of programming languages recorded, and
what programs and archives say of themselves. Each package comes with its licenses, the record it was found by, the
layer that brought it, and where the Dockerfile is known, its line. A language's package that a package of the
distribution brought is marked as that one's.

One image gives one document: names are made from the image's digests, and the date is the image's own, or
SOURCE_DATE_EPOCH. Nothing is changed.

In SPDX a file has a digest, so that --files reads all bytes of the image.
)" + target_paragraph();
  return text;
}

}  // namespace

const CommandInfo kSbomCommand = {
    .name = "sbom",
    .summary = "list the packages in an image, as a table or as a bill of materials",
    .description = description(),
    .positionals = {target_positional("TARGET", "the image: a reference, a file or a folder")},
    .options = [] { return with_inspect_options(infos_of(rows())); },
    .examples =
        {
            {"whittle sbom debian:12", "What is installed"},
            {"whittle sbom shop:1.4 --format cyclonedx -o shop.cdx.json",
             "A CycloneDX document for other programs"},
            {"whittle sbom registry:ghcr.io/shop/api:1.4 --format spdx --files -o api.spdx.json",
             "An SPDX document with the files of every package"},
            {"docker save shop | whittle sbom - --format json", "An archive from another program"},
        },
    .exit_codes = "0  done\n2  it could not be done; stderr says why\n",
    .run = run,
};

}  // namespace whittle
