#include "cli/commands/lint_options.h"

#include <fmt/format.h>

#include <cstdlib>

#include "base/strings.h"
#include "cli/options.h"
#include "cli/today.h"
#include "config/policy.h"
#include "config/read.h"
#include "image/config.h"

namespace whittle {

namespace {

using Row = OptionRow<LintRequest>;
using Group = OptionRowGroup<LintRequest>;

Error usage(std::string text, std::string hint) {
  return Error(ErrorKind::Usage, std::move(text)).hint(std::move(hint));
}

std::vector<std::string> parts_of(const std::string& value) {
  std::vector<std::string> parts;
  for (std::string_view part : split(value, ',')) {
    if (!trim(part).empty()) parts.emplace_back(trim(part));
  }
  return parts;
}

Status add_ids(std::vector<std::string>& to, const std::string& value) {
  for (std::string& id : parts_of(value)) {
    TRY(rules_named(id).ok() ? Status() : Status(rules_named(id).error()));
    to.push_back(std::move(id));
  }
  return {};
}

template <std::vector<std::string> LintConfig::*member>
Status add_rules(LintRequest& request, const std::string& value) {
  return add_ids(request.changes.*member, value);
}

Status add_fix_only(LintRequest& request, const std::string& value) {
  return add_ids(request.fix_only, value);
}

template <std::string LintRequest::*member>
Status set_text(LintRequest& request, const std::string& value) {
  if (value.empty()) return usage("the value is empty", "Give a name");
  request.*member = value;
  return {};
}

template <bool LintRequest::*member, bool to>
Status set_bool(LintRequest& request, const std::string& /*value*/) {
  request.*member = to;
  return {};
}

Status set_preset(LintRequest& request, const std::string& value) {
  request.changes.preset = value;
  return {};
}

Status add_severity(LintRequest& request, const std::string& value) {
  size_t equals = value.rfind('=');
  std::optional<Severity> severity =
      equals == std::string::npos ? std::nullopt : parse_severity(value.substr(equals + 1));
  if (!severity) {
    return usage(fmt::format("`{}` is not of the form RULE=LEVEL", printable(value)),
                 "Levels: error, warning, info, style");
  }
  std::string id = value.substr(0, equals);
  TRY(rules_named(id).ok() ? Status() : Status(rules_named(id).error()));
  request.changes.severity.emplace_back(std::move(id), *severity);
  return {};
}

Status set_fail_level(LintRequest& request, const std::string& value) {
  request.changes.fail_level = parse_fail_level(value);
  return {};
}

Status set_fix(LintRequest& request, const std::string& /*value*/) {
  if (request.fix == FixMode::None) request.fix = FixMode::Safe;
  return {};
}

Status set_unsafe(LintRequest& request, const std::string& /*value*/) {
  request.fix = FixMode::Unsafe;
  return {};
}

Status add_format(LintRequest& request, const std::string& value) {
  TRY_ASSIGN(ReportTarget target, parse_report_target(value));
  request.changes.formats.push_back(value);
  return {};
}

Status add_exclude(LintRequest& request, const std::string& value) {
  request.changes.exclude.push_back(value);
  return {};
}

Status set_shellcheck(LintRequest& request, const std::string& value) {
  request.changes.shellcheck = parse_shellcheck_use(value);
  return {};
}

Status disable_comments(LintRequest& request, const std::string& /*value*/) {
  request.changes.honours_comments = false;
  return {};
}

Status add_registry(LintRequest& request, const std::string& value) {
  for (std::string& part : parts_of(value))
    request.changes.settings.trusted_registries.push_back(std::move(part));
  return {};
}

Status add_label(LintRequest& request, const std::string& value) {
  size_t colon = value.rfind(':');
  std::optional<LabelType> type =
      colon == std::string::npos ? std::nullopt : parse_label_type(value.substr(colon + 1));
  if (!type || colon == 0) {
    return usage(fmt::format("`{}` is not of the form NAME:TYPE", printable(value)),
                 "Types: text, url, rfc3339, spdx, hash, semver, email");
  }
  request.changes.settings.label_schema.emplace_back(value.substr(0, colon), *type);
  return {};
}

Status set_strict_labels(LintRequest& request, const std::string& /*value*/) {
  request.changes.settings.strict_labels = true;
  return {};
}

// As Docker has it: a name alone takes the value from the environment.
Status add_build_arg(LintRequest& request, const std::string& value) {
  size_t equals = value.find('=');
  if (equals == 0 || value.empty())
    return usage(fmt::format("`{}` is not of the form NAME=VALUE", printable(value)),
                 "Write NAME=VALUE; the value may be empty");
  if (equals != std::string::npos) {
    request.build_args.emplace_back(value.substr(0, equals), value.substr(equals + 1));
  } else if (const char* set = std::getenv(value.c_str())) {
    request.build_args.emplace_back(value, set);
  }
  return {};
}

Status add_limit(LintRequest& request, const std::string& value) {
  return set_limit(request.limits, value);
}

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const PresetInfo& preset : preset_table()) names.emplace_back(preset.name);
  return names;
}

Group rule_group() {
  return {
      "Rules (RULE: a name, a code or another tool's id; several with commas; `all`)",
      {
          Row{{"preset", 0, "NAME", "Which rules to begin with", false, preset_names()},
              set_preset},
          Row{{"select", 's', "RULES", "Only these rules", true}, add_rules<&LintConfig::select>},
          Row{{"extend-select", 0, "RULES", "These rules, too", true},
              add_rules<&LintConfig::extend_select>},
          Row{{"ignore", 'i', "RULES", "Not these rules", true}, add_rules<&LintConfig::ignore>},
          Row{{"severity", 0, "RULE=LEVEL", "Another severity for a rule", true}, add_severity},
          Row{{"fail-level",
               't',
               "LEVEL",
               "The least severity that makes the exit code 1; info if not given",
               false,
               {"error", "warning", "info", "style", "never"}},
              set_fail_level},
          Row{{"shellcheck",
               0,
               "WHEN",
               "Ask ShellCheck about RUN: when it is there (auto), never, or else give up",
               false,
               {"auto", "off", "required"}},
              set_shellcheck},
          Row{{"disable-ignore-pragma", 0, "", "Heed no comment that keeps findings back"},
              disable_comments},
          Row{{"trusted-registry", 0, "NAMES", "Registries that images may come from", true},
              add_registry},
          Row{{"require-label", 0, "NAME:TYPE", "A label that images have to carry", true},
              add_label},
          Row{{"strict-labels", 0, "", "No labels but the required ones"}, set_strict_labels},
      }};
}

Group fix_group() {
  return {
      "Fixes",
      {
          Row{{"fix", 0, "", "Make the safe fixes"}, set_fix},
          Row{{"unsafe-fixes",
               0,
               "",
               "Also make fixes after which the image might behave differently"},
              set_unsafe},
          Row{{"online",
               0,
               "",
               "Ask registries and servers for digests, checksums and platforms that rules want"},
              set_bool<&LintRequest::is_online, true>},
          Row{{"fix-only", 0, "RULES", "Make the fixes of these rules only", true}, add_fix_only},
          Row{{"diff", 0, "", "Print what fixes would change, and write nothing"},
              set_bool<&LintRequest::is_diff, true>},
      }};
}

Group input_group() {
  return {"Input",
          {
              Row{{"config",
                   'c',
                   "FILE",
                   "This configuration for all files",
                   false,
                   {},
                   Completes::Files},
                  set_text<&LintRequest::config>},
              Row{{"no-config", 0, "", "Use no configuration file"},
                  set_bool<&LintRequest::uses_config, false>},
              Row{{"stdin-filename",
                   0,
                   "FILE",
                   "What the Dockerfile on standard input (`-`) is called",
                   false,
                   {},
                   Completes::Files},
                  set_text<&LintRequest::stdin_filename>},
              Row{{"compat",
                   0,
                   "TOOL",
                   "Be that tool: options, configuration and exit codes are its own",
                   false,
                   {"hadolint"}},
                  [](LintRequest&, const std::string&) { return Status(); }},
              Row{{"exclude", 0, "PATTERN", "Files not to look for, as in a .gitignore", true},
                  add_exclude},
              Row{{"no-gitignore", 0, "", "Also look at files that git ignores"},
                  set_bool<&LintRequest::uses_gitignore, false>},
              Row{{"context",
                   0,
                   "DIR",
                   "The build context; the Dockerfile's folder, if it holds what is copied",
                   false,
                   {},
                   Completes::Folders},
                  set_text<&LintRequest::context>},
              Row{{"build-arg", 0, "NAME=VALUE", "Build argument (ARG)", true}, add_build_arg},
              Row{{"target", 0, "STAGE", "The stage that is built; the last one if not given"},
                  set_text<&LintRequest::target>},
              Row{{"image",
                   0,
                   "TARGET",
                   "The image that the Dockerfile has built: fixes are priced in its bytes"},
                  set_text<&LintRequest::image>},
              Row{{"limit", 0, "NAME=VALUE", "Raise a limit on the input; errors name which", true},
                  add_limit},
          }};
}

Group report_group() {
  return {
      "Report",
      {
          Row{{"format",
               'f',
               "NAME[=FILE]",
               "Form of the report, and the file it goes to: " +
                   join(format_names(&FormatInfo::lint), ", "),
               true},
              add_format},
          Row{{"since",
               0,
               "REV",
               "Only findings on lines that differ from a revision of git; REV... for where the "
               "branch left it"},
              set_text<&LintRequest::since>},
          Row{{"baseline",
               0,
               "FILE",
               "Leave out the findings that this file knows",
               false,
               {},
               Completes::Files},
              set_text<&LintRequest::baseline>},
          Row{{"write-baseline",
               0,
               "FILE",
               "Write all findings to this file instead of reporting them",
               false,
               {},
               Completes::Files},
              set_text<&LintRequest::write_baseline>},
      }};
}

Status check(const LintRequest& request) {
  auto contradiction = [](std::string_view a, std::string_view b) {
    return usage(fmt::format("{} and {} do not go together", a, b), "Leave one of them out");
  };
  if (!request.config.empty() && !request.uses_config)
    return contradiction("--config", "--no-config");
  if (!request.baseline.empty() && !request.write_baseline.empty())
    return contradiction("--baseline", "--write-baseline");
  if (!request.write_baseline.empty() && request.fix != FixMode::None)
    return contradiction("--write-baseline", "--fix");
  return {};
}

}  // namespace

const std::vector<Group>& lint_rows() {
  static const std::vector<Group> groups = {
      rule_group(), fix_group(), input_group(), report_group()};
  return groups;
}

Result<ReportTarget> parse_report_target(std::string_view text) {
  ReportTarget target;
  size_t equals = text.find('=');
  std::string name(text.substr(0, equals));
  target.format = find_format(name);
  std::vector<std::string> names = format_names(&FormatInfo::lint);
  if (target.format == nullptr || target.format->lint == nullptr) {
    return usage(fmt::format("`{}` is none of {}", printable(name), join(names, ", ")),
                 did_you_mean(nearest_name(name, names), "Take one of those"));
  }
  if (equals == std::string_view::npos) return target;
  target.file = text.substr(equals + 1);
  if (target.file.empty()) return usage("the file's name is empty", "Write FORMAT=FILE");
  if (target.file == "-") target.file.clear();
  return target;
}

Result<LintRequest> lint_request(const Invocation& invocation) {
  LintRequest request;
  TRY(set_options(lint_rows(), invocation.arguments, request));
  bool wants_fixes = request.is_diff || !request.fix_only.empty();
  if (request.fix == FixMode::None && wants_fixes) request.fix = FixMode::Safe;
  TRY(check(request));
  request.changes.settings.today = date_of_today();
  if (request.is_online && invocation.common.offline)
    return usage("--online and --offline exclude each other", "Leave one of them out");
  if (request.is_online) request.changes.settings.platform = format_platform(host_platform());
  for (const auto& [name, value] : request.build_args) {
    if (name == "TARGETPLATFORM") request.changes.settings.platform = value;
  }
  return request;
}

}  // namespace whittle
