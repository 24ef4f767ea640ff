#include "cli/commands/slim_options.h"

#include <fmt/format.h>

#include "base/fs.h"
#include "base/strings.h"
#include "cli/commands/inspect_options.h"
#include "cli/commands/keep_options.h"
#include "cli/commands/probe_options.h"
#include "cli/commands/sensor_options.h"
#include "cli/commands/service_options.h"
#include "cli/commands/shared_rows.h"
#include "cli/commands/vuln_database.h"
#include "report/formats/formats.h"

namespace whittle {

namespace {

using Settings = SlimSettings;
using Row = OptionRow<SlimSettings>;

Error usage_error(std::string text, std::string hint) {
  return Error(ErrorKind::Usage, std::move(text)).hint(std::move(hint));
}

Status add_output(Settings& settings, const std::string& value) {
  if (value.empty()) return usage_error("the file's name is empty", "Write -o FILE or -o oci:DIR");
  settings.outputs.push_back(value);
  return {};
}

Status add_verify_probe(Settings& settings, const std::string& value) {
  if (trim(value).empty())
    return usage_error("the command is empty", "Write for example --verify-probe ./probe.sh");
  settings.options.verify_probes.push_back(value);
  return {};
}

template <std::string Settings::*member>
Status set_file(Settings& settings, const std::string& value) {
  if (value.empty()) return usage_error("the file's name is empty", "Leave the option out");
  settings.*member = value;
  return {};
}

Status set_layers(Settings& settings, const std::string& value) {
  for (const SlimLayersInfo& info : slim_layers_table()) {
    if (info.name == value) settings.options.layers = info.layers;
  }
  return {};
}

OptionRowGroup<Settings> result_rows() {
  return {
      "Result",
      {
          Row{{"output",
               'o',
               "IMAGE",
               "Where the result goes: FILE (a docker archive), docker-archive:FILE or oci:DIR",
               true,
               {},
               Completes::Files},
              add_output},
          Row{{"tag", 0, "NAME", "Put the result into the container engine under this name"},
              [](Settings& settings, const std::string& value) -> Status {
                if (value.empty()) return usage_error("the name is empty", "Write --tag NAME");
                settings.options.tag = value;
                return {};
              }},
          Row{{"harden",
               0,
               "DIR",
               "With --tag: write limits for the result to DIR, as `whittle trace --harden` does, "
               "and run the probes once more under them",
               false,
               {},
               Completes::Folders},
              [](Settings& settings, const std::string& value) -> Status {
                if (value.empty())
                  return usage_error("the folder's name is empty", "Write --harden DIR");
                settings.harden_folder = value;
                return {};
              }},
          Row{{"name", 0, "NAME", "What the image is called in -o, for example shop:1.4-slim"},
              [](Settings& settings, const std::string& value) -> Status {
                settings.reference = value;
                return {};
              }},
          Row{{"layers",
               0,
               "HOW",
               choice_help("Layers of the result; keep if not given.", slim_layers_table()),
               false,
               names_of(slim_layers_table())},
              set_layers},
          format_row<Settings>("Form of the report on standard output",
                               format_names(&FormatInfo::slim)),
          Row{{"sbom",
               0,
               "FILE",
               "Also write what packages the result holds; SPDX for names that end in .spdx.json "
               "or "
               ".spdx, else CycloneDX",
               false,
               {},
               Completes::Files},
              set_file<&Settings::sbom_file>},
          Row{{"sbom-format",
               0,
               "FORMAT",
               "Form of --sbom whatever its name",
               false,
               format_names(&FormatInfo::sbom)},
              [](Settings& settings, const std::string& value) -> Status {
                settings.sbom_format = value;
                return {};
              }},
          Row{{"vex",
               0,
               "FILE",
               "Also write, as OpenVEX, of which known vulnerabilities nothing is left in the "
               "result",
               false,
               {},
               Completes::Files},
              set_file<&Settings::vex_file>},
          database_row<Settings>(),
          Row{{"debug-companion",
               0,
               "NAME",
               "Also make an image of the result with a static busybox on top, to look into "
               "containers with: NAME in the engine, or a place as for -o (oci:DIR, "
               "docker-archive:FILE, FILE.tar)"},
              [](Settings& settings, const std::string& value) -> Status {
                if (value.empty())
                  return usage_error("the name is empty", "Write --debug-companion shop:debug");
                settings.debug_companion = value;
                return {};
              }},
          Row{{"explain", 0, "PATH", "Say why a file stays or goes, instead of the report", true},
              [](Settings& settings, const std::string& value) -> Status {
                settings.options.explain.push_back(value);
                return {};
              }},
      }};
}

OptionRowGroup<Settings> run_rows() {
  return {
      "Running it",
      {
          Row{{"static-only",
               0,
               "",
               "Run nothing: go by what the files say of each other alone, and by traces that are "
               "given"},
              [](Settings& settings, const std::string& /*value*/) -> Status {
                settings.options.static_only = true;
                return {};
              }},
          Row{{"trace",
               0,
               "FILE",
               "A trace of the image that `whittle trace --format json` wrote: what it used stays",
               true,
               {},
               Completes::Files},
              [](Settings& settings, const std::string& value) -> Status {
                settings.options.traces.push_back(value);
                return {};
              }},
          Row{{"verify-probe",
               0,
               "COMMAND",
               "A probe as --probe that only proves: what it uses does not say what stays",
               true},
              add_verify_probe},
          Row{{"engine", 0, "NAME", "What runs original and result", false, engine_choices()},
              [](Settings& settings, const std::string& value) -> Status {
                settings.options.engine = value;
                return {};
              }},
      }};
}

const std::vector<OptionRowGroup<Settings>>& slim_rows() {
  static const std::vector<OptionRowGroup<Settings>> groups = {result_rows(), run_rows()};
  return groups;
}

Result<SlimOutput> parse_output(const std::string& value, const std::string& reference) {
  SlimOutput output;
  output.reference = reference;
  std::string_view rest = value;
  if (rest.starts_with("oci:")) {
    output.kind = SlimOutput::Kind::OciLayout;
    rest.remove_prefix(4);
  } else if (rest.starts_with("docker-archive:")) {
    rest.remove_prefix(15);
  }
  if (rest.empty()) return usage_error("the output names no file", "Write -o FILE or -o oci:DIR");
  output.path = rest;
  return output;
}

// Whether an output is where the target is read from.
Status check_place(const SlimOutput& output, const std::string& target) {
  size_t colon = target.find(':');
  for (size_t begin : {size_t{0}, colon == std::string::npos ? size_t{0} : colon + 1}) {
    std::error_code ignored;
    if (!fs::equivalent(output.path, target.substr(begin), ignored)) continue;
    return usage_error(fmt::format("`{}` is the original itself", printable(output.path)),
                       "Name another place for the result");
  }
  return {};
}

// What is written at the end of minutes of work has its folder before they begin.
Status check_folder(const std::string& file) {
  fs::path folder = fs::path(file).parent_path();
  std::error_code ignored;
  if (folder.empty() || fs::is_directory(folder, ignored)) return {};
  std::string shown = printable(folder.string());
  return Error(ErrorKind::NotFound,
               fmt::format("cannot write {}: there is no folder {}", printable(file), shown))
      .hint(fmt::format("Make it first: mkdir -p {}", shown));
}

Status set_debug_companion(Settings& settings) {
  const std::string& value = settings.debug_companion;
  if (value.empty()) return {};
  bool is_place =
      value.starts_with("oci:") || value.starts_with("docker-archive:") || value.ends_with(".tar");
  if (!is_place) {
    settings.options.debug_tag = value;
    if (value == settings.options.tag)
      return usage_error("--debug-companion and --tag are the same", "Name two images");
    return {};
  }
  TRY_ASSIGN(SlimOutput output, parse_output(value, ""));
  TRY(check_place(output, settings.options.inspect.target));
  for (const SlimOutput& other : settings.options.outputs) {
    bool is_same = other.kind == SlimOutput::Kind::DockerArchive && other.path == output.path;
    if (is_same) return usage_error("--debug-companion and -o are the same", "Name two files");
  }
  settings.options.debug_output = std::move(output);
  return {};
}

}  // namespace

std::vector<OptionGroup> slim_option_groups() {
  std::vector<OptionGroup> groups = infos_of(slim_rows());
  groups.insert(groups.begin() + 1, infos_of(keep_rows())[0]);
  groups.push_back(infos_of(probe_rows())[0]);
  groups.push_back(infos_of(find_rows())[0]);
  groups.push_back(infos_of(trace_run_rows())[0]);
  groups.push_back(infos_of(service_rows())[0]);
  for (OptionGroup& group : open_option_groups({"base", "dockerfile", "target"}))
    groups.push_back(std::move(group));
  return groups;
}

Result<SlimSettings> slim_settings(const Invocation& invocation) {
  SlimSettings settings;
  SlimOptions& options = settings.options;
  TRY(set_options(slim_rows(), invocation.arguments, settings));
  TRY(set_options(probe_rows(), invocation.arguments, options.probe));
  TRY(set_options(find_rows(), invocation.arguments, options.probe));
  TRY(set_options(trace_run_rows(), invocation.arguments, options.run));
  TRY(set_options(service_rows(), invocation.arguments, settings.services));
  TRY_ASSIGN(options.inspect, inspect_options(invocation, invocation.arguments.positionals[0]));
  KeepSettings keep;
  TRY(set_options(keep_rows(), invocation.arguments, keep));
  TRY_ASSIGN(options.choice, slim_choice(std::move(keep), "."));
  if (settings.sbom_file.empty() && !settings.sbom_format.empty())
    return usage_error("--sbom-format without --sbom", "Name the file by --sbom FILE");
  if (settings.sbom_format.empty()) {
    bool is_spdx =
        settings.sbom_file.ends_with(".spdx.json") || settings.sbom_file.ends_with(".spdx");
    settings.sbom_format = is_spdx ? "spdx" : "cyclonedx";
  }
  bool has_probe =
      !options.probe.is_automatic() || !options.verify_probes.empty() || !options.run.exec.empty();
  if (options.static_only && has_probe)
    return usage_error("--static-only and a probe do not go together", "Leave one of them out");
  if (options.static_only && !settings.services.file.empty())
    return usage_error("--static-only and --compose do not go together", "Leave one of them out");
  TRY_ASSIGN(options.services,
             services_for_image(settings.services, options.inspect.target, options.probe));
  if (!settings.harden_folder.empty() && (options.tag.empty() || options.static_only))
    return usage_error("--harden needs the result in the engine, and runs it",
                       "Give it a name with --tag, and leave --static-only out");
  for (const std::string& value : settings.outputs) {
    TRY_ASSIGN(SlimOutput output, parse_output(value, settings.reference));
    TRY(check_place(output, options.inspect.target));
    options.outputs.push_back(std::move(output));
  }
  TRY(set_debug_companion(settings));
  for (const SlimOutput& output : options.outputs) TRY(check_folder(output.path));
  if (options.debug_output) TRY(check_folder(options.debug_output->path));
  TRY(check_folder(settings.sbom_file));
  TRY(check_folder(settings.vex_file));
  return settings;
}

}  // namespace whittle
