#include "cli/commands/optimize_options.h"

#include <fmt/format.h>

#include <cstdlib>

#include "base/strings.h"
#include "cli/commands/keep_options.h"
#include "cli/commands/probe_options.h"
#include "cli/commands/service_options.h"
#include "cli/commands/shared_rows.h"
#include "cli/options.h"
#include "lint/rules/rules.h"
#include "report/formats/formats.h"

namespace whittle {

namespace {

using Settings = OptimizeSettings;
using Row = OptionRow<OptimizeSettings>;

Error usage_error(std::string text, std::string hint) {
  return Error(ErrorKind::Usage, std::move(text)).hint(std::move(hint));
}

template <std::string OptimizeOptions::*member>
Status set_text(Settings& settings, const std::string& value) {
  settings.options.*member = value;
  return {};
}

template <bool OptimizeOptions::*member, bool to>
Status set_bool(Settings& settings, const std::string& /*value*/) {
  settings.options.*member = to;
  return {};
}

Status set_build_timeout(Settings& settings, const std::string& value) {
  return parse_duration(value, settings.options.build_timeout_ms);
}

// Names, codes and other tools' ids all become the rule's name.
template <std::set<std::string> OptimizeOptions::*member>
Status add_rules(Settings& settings, const std::string& value) {
  for (std::string_view part : split(value, ',')) {
    std::string name(trim(part));
    const Rule* rule = find_rule(name);
    if (rule == nullptr || rule->info.is_lint_only) {
      std::vector<std::string> names;
      for (const Rule* known : rule_table()) {
        if (!known->info.is_lint_only) names.emplace_back(known->info.name);
      }
      return usage_error(fmt::format("there is no rule `{}`", printable(name)),
                         did_you_mean(nearest_name(name, names), "Rules: " + join(names, ", ")));
    }
    (settings.options.*member).emplace(rule->info.name);
  }
  return {};
}

// As Docker has it: a name alone takes the value from the environment, and is left out where there
// is none.
Status add_build_arg(Settings& settings, const std::string& value) {
  if (!value.empty() && value.find('=') == std::string::npos) {
    const char* from_environment = std::getenv(value.c_str());
    if (from_environment != nullptr) {
      settings.options.build_args.emplace_back(value, from_environment);
    }
    return {};
  }
  TRY_ASSIGN(auto pair, parse_pair(value));
  settings.options.build_args.push_back(std::move(pair));
  return {};
}

Status add_build_option(Settings& settings, const std::string& value) {
  settings.options.build_options.push_back(value);
  return {};
}

Status add_limit(Settings& settings, const std::string& value) {
  return set_limit(settings.options.limits, value);
}

Status set_output(Settings& settings, const std::string& value) {
  if (value.empty()) return usage_error("the folder's name is empty", "Write -o DIR");
  settings.output = value;
  return {};
}

Status set_in_place(Settings& settings, const std::string& /*value*/) {
  settings.in_place = true;
  return {};
}

OptionRowGroup<Settings> output_rows() {
  return {
      "Input and output",
      {
          Row{{"file",
               'f',
               "FILE",
               "The Dockerfile, relative to PROJECT; Dockerfile or Containerfile if not given",
               false,
               {},
               Completes::Files},
              set_text<&OptimizeOptions::dockerfile>},
          Row{{"output",
               'o',
               "DIR",
               "Folder for the results; whittle-out if not given",
               false,
               {},
               Completes::Folders},
              set_output},
          Row{{"in-place", 0, "", "Also replace the project's Dockerfile and ignore file"},
              set_in_place},
          Row{{"slim",
               0,
               "",
               "Also leave out of the rebuilt image what its programs do not need, as `whittle "
               "slim` does; what passes the probe is the result"},
              [](Settings& settings, const std::string& /*value*/) -> Status {
                settings.slim = true;
                return {};
              }},
          Row{{"dry-run", 0, "", "Plan only: build nothing, run nothing, measure no image"},
              set_bool<&OptimizeOptions::dry_run, true>},
          format_row<Settings>("Form of the report on stdout", format_names(&FormatInfo::optimize)),
      }};
}

OptionRowGroup<Settings> rule_rows() {
  return {
      "What may change",
      {
          Row{{"unsafe", 0, "", "Also make changes after which the image might behave differently"},
              set_bool<&OptimizeOptions::unsafe, true>},
          Row{{"unsafe-rule", 0, "NAME", "Allow the unsafe changes of one rule", true},
              add_rules<&OptimizeOptions::unsafe_rules>},
          Row{{"only", 0, "NAME", "Use this rule and no other", true},
              add_rules<&OptimizeOptions::only_rules>},
          Row{{"skip", 0, "NAME", "Leave this rule out", true},
              add_rules<&OptimizeOptions::skip_rules>},
      }};
}

OptionRowGroup<Settings> build_rows() {
  return {
      "Build",
      {
          Row{{"engine", 0, "NAME", "What builds and runs", false, engine_choices()},
              set_text<&OptimizeOptions::engine>},
          Row{{"build-arg", 0, "NAME=VALUE", "Build argument (ARG)", true}, add_build_arg},
          Row{{"target", 0, "STAGE", "Build up to this stage"}, set_text<&OptimizeOptions::target>},
          Row{{"network", 0, "NAME", "Network of the build, for example host or none"},
              set_text<&OptimizeOptions::network>},
          Row{{"build-option", 0, "ARGUMENT", "Given to the engine's build as it is", true},
              add_build_option},
          Row{{"build-timeout", 0, "TIME", "Longest time of one build; 1h if not given"},
              set_build_timeout},
          Row{{"tag", 0, "NAME", "Name of the resulting image; PROJECT:whittled if not given"},
              set_text<&OptimizeOptions::tag>},
          Row{{"discard", 0, "", "Do not keep the resulting image"},
              set_bool<&OptimizeOptions::keep_image, false>},
          Row{{"no-rebuild", 0, "", "Do not measure the rebuild after a one-line change"},
              set_bool<&OptimizeOptions::measure_rebuild, false>},
          Row{{"touch",
               0,
               "FILE",
               "The file whose one-line change is measured, relative to PROJECT; chosen if not "
               "given",
               false,
               {},
               Completes::Files},
              set_text<&OptimizeOptions::touch_file>},
          Row{{"limit", 0, "NAME=VALUE", "Raise a limit on the input; errors name which", true},
              add_limit},
      }};
}

Error contradiction(std::string_view a, std::string_view b) {
  return usage_error(fmt::format("{} and {} do not go together", a, b), "Leave one of them out");
}

Status check_settings(const OptimizeSettings& settings, const CommonOptions& common) {
  const OptimizeOptions& options = settings.options;
  if (settings.in_place && options.dry_run) return contradiction("--in-place", "--dry-run");
  if (settings.slim && options.dry_run) return contradiction("--slim", "--dry-run");
  if (!options.measure_rebuild && !options.touch_file.empty()) {
    return contradiction("--no-rebuild", "--touch");
  }
  if (!options.keep_image && !options.tag.empty()) return contradiction("--discard", "--tag");
  if (common.offline && !options.network.empty() && options.network != "none") {
    return contradiction("--offline", "--network " + printable(options.network));
  }
  std::error_code ignored;
  std::string project = printable(options.project.string());
  if (!fs::exists(options.project, ignored)) {
    return Error(ErrorKind::NotFound, fmt::format("there is no folder `{}`", project))
        .hint("Give the project's folder, the one its Dockerfile is built in");
  }
  if (!fs::is_directory(options.project, ignored)) {
    return usage_error(fmt::format("`{}` is not a folder", project),
                       "Give the project's folder, and the Dockerfile with -f");
  }
  if (fs::exists(options.output, ignored) && !fs::is_directory(options.output, ignored)) {
    return usage_error(fmt::format("`{}` is not a folder", printable(settings.output)),
                       "-o takes the folder that the results go to");
  }
  return {};
}

Status set_slim(OptimizeSettings& settings, const Arguments& arguments) {
  KeepSettings keep;
  TRY(set_options(keep_rows(), arguments, keep));
  if (settings.slim) {
    TRY_ASSIGN(settings.options.slim, slim_choice(std::move(keep), settings.options.project));
    return {};
  }
  for (const OptionRow<KeepSettings>& row : keep_rows().front().rows) {
    if (arguments.values.count(row.info.name) == 0) continue;
    return usage_error(fmt::format("--{} without --slim", row.info.name),
                       "Add --slim, or leave it out");
  }
  return {};
}

const std::vector<OptionRowGroup<OptimizeSettings>>& optimize_rows() {
  static const std::vector<OptionRowGroup<OptimizeSettings>> groups = {
      output_rows(), rule_rows(), build_rows()};
  return groups;
}

}  // namespace

std::vector<OptionGroup> optimize_option_groups() {
  std::vector<OptionGroup> groups = infos_of(optimize_rows());
  OptionGroup keep = infos_of(keep_rows())[0];
  keep.title += ", with --slim";
  groups.insert(groups.end() - 1, std::move(keep));
  groups.insert(groups.end() - 1, infos_of(probe_rows())[0]);
  groups.insert(groups.end() - 1, infos_of(find_rows())[0]);
  groups.insert(groups.end() - 1, infos_of(service_rows())[0]);
  return groups;
}

Result<OptimizeSettings> optimize_settings(const Invocation& invocation) {
  OptimizeSettings settings;
  TRY(set_options(optimize_rows(), invocation.arguments, settings));
  TRY(set_options(probe_rows(), invocation.arguments, settings.options.probe));
  TRY(set_options(find_rows(), invocation.arguments, settings.options.probe));
  settings.options.project = invocation.arguments.positionals[0];
  std::error_code error;
  settings.options.output = fs::absolute(settings.output, error);
  if (error) return errno_error("cannot find the current folder", error.value());
  settings.options.threads = invocation.common.threads;
  TRY(check_settings(settings, invocation.common));
  TRY(set_slim(settings, invocation.arguments));
  ServiceSettings services;
  TRY(set_options(service_rows(), invocation.arguments, services));
  TRY_ASSIGN(settings.options.services,
             services_for_build(services, settings.options.project, settings.options.probe));
  if (invocation.common.offline) settings.options.network = "none";
  return settings;
}

}  // namespace whittle
