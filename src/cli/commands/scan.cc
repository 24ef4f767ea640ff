// `whittle scan TARGET`: known vulnerabilities of an image's packages, secrets in its layers, weak
// configuration.
#include "engine/scan.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "cli/commands/commands.h"
#include "cli/commands/inspect_options.h"
#include "cli/commands/scan_inventory.h"
#include "cli/commands/scan_options.h"
#include "cli/commands/vuln_database.h"
#include "cli/today.h"
#include "config/secret_rules.h"
#include "config/vuln_ignores.h"
#include "engine/scan_diff.h"
#include "report/formats/formats.h"
#include "secrets/scanner.h"
#include "trace/trace_json.h"
#include "vuln/database.h"

namespace whittle {

namespace {

constexpr uint64_t kMaxTraceBytes = 256ULL << 20;
constexpr std::string_view kIgnoreFiles[] = {".trivyignore", ".gitleaksignore", ".dockleignore"};

Result<VulnIgnores> ignores_of(const ScanSettings& settings) {
  VulnIgnores ignores;
  for (const std::string& id : settings.ignore_ids) {
    VulnIgnore rule;
    rule.id = id;
    rule.origin = "--ignore";
    ignores.rules.push_back(std::move(rule));
  }
  std::vector<std::string> files = settings.ignore_files;
  std::error_code ignored;
  for (std::string_view name : kIgnoreFiles) {
    bool is_there = settings.ignore_files.empty() && fs::is_regular_file(name, ignored);
    if (is_there) files.emplace_back(name);
  }
  for (const std::string& file : files) {
    TRY_ASSIGN(std::string text, read_file(file, kMaxIgnoreFileBytes));
    TRY_ASSIGN(VulnIgnores own, parse_vuln_ignores(text, file));
    for (VulnIgnore& rule : own.rules) ignores.rules.push_back(std::move(rule));
    for (std::string& problem : own.problems) ignores.problems.push_back(std::move(problem));
  }
  return ignores;
}

Status check_age(const Database& database, std::optional<int64_t> max_age) {
  TRY_ASSIGN(DatabaseInfo info, database.info());
  int64_t age = seconds_now() - info.built;
  if (!max_age || age <= *max_age) return {};
  return Error(ErrorKind::Failed,
               fmt::format(
                   "the database was made {} ago, more than {}", age_text(age), age_text(*max_age)))
      .hint("Run `whittle db update`");
}

// Compiled patterns are remembered beside the layers.
Result<std::shared_ptr<const SecretScanner>> secret_scanner(const ScanSettings& settings,
                                                            const InspectOptions& inspect,
                                                            std::vector<std::string>& problems) {
  SecretScannerOptions options;
  if (inspect.open.cache != nullptr) options.cache = inspect.open.cache->folder();
  if (settings.secret_rules.empty()) return SecretScanner::built_in(options);
  TRY_ASSIGN(SecretRuleFile file, read_secret_rules(settings.secret_rules));
  for (std::string& problem : file.problems) problems.push_back(std::move(problem));
  return SecretScanner::make(std::move(file.rules), options);
}

Result<ScanReport> scan(const ScanSettings& settings,
                        const ScanOptions& options,
                        const std::optional<std::string>& inventory) {
  bool has_secrets = (options.scanners & kScanSecrets) != 0;
  bool has_vulnerabilities = (options.scanners & kScanVulnerabilities) != 0;
  if (inventory && !has_vulnerabilities) {
    return Error(ErrorKind::Usage, "an inventory can be scanned for vulnerabilities only")
        .hint("Leave --scanners out, or name the image itself");
  }
  bool is_context = !inventory && has_secrets && is_build_context(options.inspect.target);
  if (is_context) return scan_context(options);
  if (!has_vulnerabilities) return scan_image(options, nullptr, {});
  TRY_ASSIGN(fs::path file, vuln_database_file(settings.database));
  TRY_ASSIGN(Database database, Database::open(file));
  TRY(check_age(database, settings.max_age));
  return inventory ? scan_inventory(options, *inventory, database, file)
                   : scan_image(options, &database, file);
}

// `options` is all but the target's part.
Result<ScanReport> scan_target(const Invocation& invocation,
                               const ScanSettings& settings,
                               const std::string& target,
                               ScanOptions& options,
                               std::vector<std::string>& problems) {
  TRY_ASSIGN(std::optional<std::string> inventory, inventory_text(target));
  TRY_ASSIGN(options.inspect, inspect_options(invocation, target));
  if (settings.with_lockfiles) options.inspect.package_sets |= kPackageLockfiles;
  options.base_candidates.clear();
  for (const std::string& candidate : settings.base_candidates) {
    TRY_ASSIGN(InspectOptions inspect, inspect_options(invocation, candidate));
    inspect.base.clear();
    options.base_candidates.push_back(std::move(inspect));
  }
  // What checks see is masked too.
  bool has_secrets = (settings.scanners & (kScanSecrets | kScanConfiguration)) != 0;
  if (!inventory && has_secrets && options.secrets == nullptr) {
    TRY_ASSIGN(options.secrets, secret_scanner(settings, options.inspect, problems));
  }
  return scan(settings, options, inventory);
}

ScanOptions scan_options(const ScanSettings& settings, std::vector<VulnIgnore> ignores) {
  ScanOptions options;
  options.ignores = std::move(ignores);
  options.today = date_of_today();
  options.ignore_unfixed = settings.ignore_unfixed;
  options.show_unimportant = settings.show_unimportant;
  options.levels = settings.levels;
  options.finds_usage = settings.finds_usage;
  options.scanners = settings.scanners;
  options.fail_on = settings.fail_on;
  options.show_suppressed = settings.show_suppressed;
  return options;
}

RenderOptions render_options(const Invocation& invocation, const ScanSettings& settings) {
  RenderOptions render;
  render.color = invocation.stdout_color && (settings.file.empty() || settings.file == "-");
  render.width = invocation.stdout_width;
  render.verbose = invocation.common.verbose;
  return render;
}

// The first target is what the second is compared with.
Result<Outcome> run_diff(const Invocation& invocation,
                         const ScanSettings& settings,
                         ScanOptions& options,
                         std::vector<std::string>& problems) {
  const std::vector<std::string>& targets = invocation.arguments.positionals;
  if (targets.size() != 2) {
    return Error(ErrorKind::Usage, "--diff compares two images")
        .hint("Name the one before, then the one after");
  }
  const FormatInfo* format = find_format(settings.format);
  if (format->scan_diff == nullptr) {
    return Error(ErrorKind::Usage, fmt::format("`{}` has no form for --diff", format->name))
        .hint("Use " + join(format_names(&FormatInfo::scan_diff), ", "));
  }
  TRY_ASSIGN(ScanReport before, scan_target(invocation, settings, targets[0], options, problems));
  TRY_ASSIGN(ScanReport after, scan_target(invocation, settings, targets[1], options, problems));
  ScanDiff diff = compare_scans(std::move(before), std::move(after));
  diff.fail_on = settings.fail_on;
  Outcome outcome;
  outcome.file = settings.file;
  outcome.exit_code = has_failed(diff) ? 1 : 0;
  outcome.text = format->scan_diff(diff, render_options(invocation, settings));
  for (const std::string& problem : problems) outcome.remarks += printable(problem) + "\n";
  return outcome;
}

Status read_trace(const ScanSettings& settings, ScanOptions& options) {
  if (settings.trace.empty()) return {};
  if ((settings.scanners & kScanConfiguration) == 0 && !settings.finds_usage) {
    return Error(ErrorKind::Usage, "--trace is for --scanners config and for --reachable")
        .hint("Add config to the scanners: --scanners vuln,secret,config");
  }
  TRY_ASSIGN(std::string text, read_file(settings.trace, kMaxTraceBytes));
  TRY_ASSIGN(options.trace, parse_trace_json(text, Limits()));
  return {};
}

Result<Outcome> run(const Invocation& invocation) {
  ScanSettings settings;
  TRY(set_options(scan_option_rows(), invocation.arguments, settings));
  const FormatInfo* format = find_format(settings.format);
  CHECK(format != nullptr && format->scan != nullptr);
  bool is_many = invocation.arguments.positionals.size() > 1 && !settings.is_diff;
  if (is_many && format->scans == nullptr) {
    return Error(ErrorKind::Usage, fmt::format("`{}` holds one image only", format->name))
        .hint("Scan them one by one, or use text, markdown, json, sarif, junit or github");
  }
  TRY_ASSIGN(VulnIgnores ignores, ignores_of(settings));
  std::vector<std::string> problems = std::move(ignores.problems);
  ScanOptions options = scan_options(settings, std::move(ignores.rules));
  TRY(read_trace(settings, options));
  if (settings.is_diff) return run_diff(invocation, settings, options, problems);
  Outcome outcome;
  outcome.file = settings.file;
  std::vector<ScanReport> reports;
  for (const std::string& target : invocation.arguments.positionals) {
    Result<ScanReport> report = scan_target(invocation, settings, target, options, problems);
    if (!report.ok() && report.error().kind() == ErrorKind::Cancelled) return report.error();
    if (report.ok()) {
      if (has_failed(*report)) outcome.exit_code = 1;
      reports.push_back(std::move(*report));
    } else if (!outcome.error) {  // the others are scanned all the same
      outcome.error = report.error();
    } else {
      problems.push_back(report.error().message());
    }
  }
  if (reports.empty()) return *outcome.error;
  RenderOptions render = render_options(invocation, settings);
  bool is_one = invocation.arguments.positionals.size() == 1;
  outcome.text = is_one ? format->scan(reports[0], render) : format->scans(reports, render);
  for (const std::string& problem : problems) outcome.remarks += printable(problem) + "\n";
  return outcome;
}

const std::string& description() {
  static const std::string text = R"(
Finds the known vulnerabilities of the packages in an image: those of the distribution and of languages, each with the
version that mends it, the layer and the Dockerfile line it came with, and what to do. Nothing is fetched: all is looked
up in the database that `whittle db update` makes.

Finds secrets: keys, tokens and passwords in the files of all layers, also in those that a later layer takes away, in
variables, labels and the history; and for a folder of sources in the files that a build would send. What is found is
masked in every output. `whittle` knows more than 200 kinds, --secret-rules brings others.

With --scanners config it looks at how the image is set up: its user, rights of files, accounts, volumes, ports, how it was
built, by the checks of dockle, of the CIS Docker Benchmark's image section and more. It also says what the image could
run without (root, capabilities, a writable root file system), completed by a --trace, and sums up its attack surface.

A target may also be an inventory of any tool, CycloneDX or SPDX in JSON: a file, `sbom:FILE`, or `-`. Several targets
are scanned one after the other; a table at the end has a row for each.

A vulnerability is reported once a package, by its CVE, with all the names that databases have for it. First come those
that are known to be exploited, then the gravest, then the likeliest to be exploited.

With --diff two images are compared: findings that are new in the second, that are gone, that stay, and packages that
changed. With --base-candidate it says what another base image would mend.

Not counted, and shown with --show-suppressed: what ignore files name, what the distribution calls unimportant, headers
of the kernel, and language packages that a package of the distribution brings. Of secrets: examples and placeholders,
those in tests, documentation and files of packages, and lines with `whittle:allow-secret` or `gitleaks:allow`.
)" + target_paragraph();
  return text;
}

Positional targets_positional() {
  Positional targets = target_positional("TARGET",
                                         "the image: a reference, a file or a folder; or sources; "
                                         "or an inventory in CycloneDX or SPDX");
  targets.repeatable = true;
  return targets;
}

}  // namespace

const CommandInfo kScanCommand = {
    .name = "scan",
    .summary = "find known vulnerabilities, secrets and weak configuration in an image",
    .description = description(),
    .positionals = {targets_positional()},
    .options = [] { return with_inspect_options(infos_of(scan_option_rows())); },
    .examples =
        {
            {"whittle scan debian:12", "An image of this machine or of its registry"},
            {"whittle scan shop:1.4 --ignore-unfixed --fail-on high",
             "Fail a build for what could be mended"},
            {"whittle scan shop:1.4 --scanners config --trace whittle-trace.json",
             "How it is set up, and what it could run without"},
            {"whittle scan --scanners secret .",
             "The files that a build of this folder would send"},
            {"whittle scan oci:build/image --dockerfile Dockerfile --format json -o scan.json",
             "A report for programs, with the lines to change"},
            {"whittle scan sbom.cdx.json", "What an inventory lists; `-` reads one from a pipe"},
            {"whittle scan shop:1.4 shop-web:1.4 --fail-on critical", "Several images, with a sum"},
            {"whittle scan shop:1.4 --ignore-file accepted.yaml --format openvex -o shop.vex.json",
             "What is affected and what is not, for others"},
            {"whittle scan --diff shop:1.3 shop:1.4 --format markdown > comment.md",
             "What a change brings and mends, as a comment on it"},
            {"whittle scan shop:1.4 --base-candidate debian:13",
             "What another base image would mend"},
            {"whittle scan shop:1.4 --format html -o scan.html", "A page to look around in"},
            {"whittle scan shop.tar --db vuln.db --max-db-age 5d",
             "With a database that was brought along and is not too old"},
        },
    .exit_codes =
        "0  done, whatever was found\n1  --fail-on: there is such a finding; --diff: there is a "
        "new "
        "one\n2  it could not be done; stderr says why\n",
    .run = run,
};

}  // namespace whittle
