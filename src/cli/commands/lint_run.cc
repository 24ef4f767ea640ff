#include "cli/commands/lint_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "apply/apply.h"
#include "base/strings.h"
#include "base/text_diff.h"
#include "cli/commands/lint_builds.h"
#include "cli/standard_input.h"
#include "config/baseline.h"
#include "config/policy.h"
#include "discover/changed_lines.h"
#include "discover/files.h"
#include "engine/inspect.h"
#include "engine/online.h"

namespace whittle {

namespace {

constexpr uint64_t kMaxBaselineBytes = 256ULL << 20;

class LintCommand {
 public:
  LintCommand(const LintRequest& request, const Invocation& invocation)
      : request_(request),
        invocation_(invocation),
        configs_({request.config.empty() ? std::nullopt : std::optional<fs::path>(request.config),
                  request.uses_config,
                  request.changes}) {}

  Result<Outcome> run() {
    TRY_ASSIGN(std::shared_ptr<const LintConfig> config, configs_.config_for_folder("."));
    LintOptions options;
    TRY_ASSIGN(options.sources, sources(*config));
    options.fix = request_.fix;
    for (const std::string& id : request_.fix_only) {
      TRY_ASSIGN(std::vector<std::string> names, rules_named(id));
      options.fix_only.insert(names.begin(), names.end());
    }
    options.threads = invocation_.common.threads;
    options.limits = request_.limits;
    if (request_.is_online) options.online = online_facts();
    if (!request_.image.empty()) {
      TRY_ASSIGN(options.image, built_by(options.sources));
    }
    TRY(filter_lines(options));
    TRY_ASSIGN(LintRun run, lint_files(options, invocation_.cancel));
    TRY_ASSIGN(Outcome outcome, outcome_of(run, *config));
    outcome.remarks.insert(0, remarks_);
    return outcome;
  }

 private:
  Result<Outcome> outcome_of(LintRun& run, const LintConfig& config) const {
    if (request_.is_diff) return diff_outcome(run);
    TRY(write_changes(run));
    if (!request_.write_baseline.empty()) return baseline_outcome(run);
    TRY(apply_baseline(run));
    return report_outcome(run, config);
  }

  std::shared_ptr<OnlineFacts> online_facts() const { return make_online_facts(open_options()); }

  OpenOptions open_options() const {
    OpenOptions open;
    open.limits = request_.limits;
    open.offline = invocation_.common.offline;
    open.cancel = &invocation_.cancel;
    open.progress = &invocation_.progress;
    return open;
  }

  Result<std::shared_ptr<const ReadImage>> built_by(const std::vector<LintSource>& sources) const {
    if (sources.size() != 1)
      return Error(ErrorKind::Usage, "--image goes with a single Dockerfile")
          .hint("Name the one that the image was built from");
    InspectOptions inspect;
    inspect.target = request_.image;
    inspect.open = open_options();
    inspect.threads = invocation_.common.threads;
    return read_whole_image(inspect);
  }

  bool reads_stdin() const {
    const std::vector<std::string>& words = invocation_.arguments.positionals;
    return std::find(words.begin(), words.end(), "-") != words.end();
  }

  Result<std::vector<LintSource>> sources(const LintConfig& config) {
    std::vector<std::string> words = invocation_.arguments.positionals;
    SourceSet sources;
    bool is_stdin = std::erase(words, "-") > 0;
    if (is_stdin) {
      LintSource source;
      TRY_ASSIGN(source.text, read_standard_input(request_.limits.max_dockerfile_bytes));
      source.path = request_.stdin_filename;
      source.shown = request_.stdin_filename.empty() ? "-" : request_.stdin_filename;
      source.builds.push_back(given_build());
      TRY(complete(source));
      sources.add(std::move(source));
    }
    if (words.empty() && !is_stdin) words.emplace_back(".");
    TRY(add_build_files(words, sources));
    DiscoverOptions discover;
    discover.uses_gitignore = request_.uses_gitignore;
    discover.exclude = config.exclude;
    discover.limits = request_.limits;
    TRY_ASSIGN(std::vector<FoundFile> files, find_dockerfiles(words, discover, invocation_.cancel));
    for (FoundFile& file : files) {
      LintSource source;
      source.path = std::move(file.path);
      source.shown = std::move(file.shown);
      source.builds.push_back(given_build());
      TRY(complete(source));
      sources.add(std::move(source));
    }
    return sources.take();
  }

  // Takes Bake and Compose files out of the words: they stand for the Dockerfiles they build.
  Status add_build_files(std::vector<std::string>& words, SourceSet& sources) {
    auto first = std::stable_partition(
        words.begin(), words.end(), [](const std::string& word) { return !is_build_file(word); });
    for (auto word = first; word != words.end(); ++word) {
      TRY_ASSIGN(BuildSources built, sources_of_build_file(*word, given_build()));
      remarks_ += built.remarks;
      for (LintSource& source : built.sources) {
        TRY(complete(source));
        sources.add(std::move(source));
      }
    }
    words.erase(first, words.end());
    return {};
  }

  Status complete(LintSource& source) {
    TRY_ASSIGN(source.policy, configs_.policy_for(source.path));
    return {};
  }

  // What the command line says of every build.
  LintBuild given_build() const {
    LintBuild build;
    if (!request_.context.empty()) build.context = request_.context;
    build.build_args = request_.build_args;
    build.target = request_.target;
    return build;
  }

  Status filter_lines(LintOptions& options) {
    if (request_.since.empty()) return {};
    std::vector<fs::path> files;
    for (const LintSource& source : options.sources) {
      if (!source.text) files.push_back(source.path);
    }
    TRY_ASSIGN(changed_, ChangedLines::since(request_.since, files, invocation_.cancel));
    options.is_changed = [this](const LintSource& source, uint32_t first, uint32_t last) {
      return source.text || changed_.has(source.path, first, last);
    };
    options.is_context_changed = [this](const fs::path& root) {
      std::lock_guard lock(contexts_mutex_);
      auto [place, is_new] = changed_contexts_.try_emplace(root, true);
      if (!is_new) return place->second;
      Result<bool> changed = has_other_files(root, request_.since, invocation_.cancel);
      if (changed.ok()) place->second = *changed;
      return place->second;
    };
    return {};
  }

  Status apply_baseline(LintRun& run) const {
    if (request_.baseline.empty()) return {};
    TRY_ASSIGN(std::string json, read_file(request_.baseline, kMaxBaselineBytes));
    TRY_ASSIGN(Baseline baseline, Baseline::parse(json, printable(request_.baseline)));
    baseline.apply(run.report);
    return {};
  }

  Result<Outcome> baseline_outcome(const LintRun& run) const {
    TRY(write_file_atomic(request_.write_baseline, Baseline::of(run.report).to_json()));
    size_t count = 0;
    Outcome outcome;
    for (const LintedFile& file : run.report.files) {
      count += file.findings.size();
      if (!file.error.empty()) outcome.remarks += file_error(file);
    }
    outcome.text =
        fmt::format("{} in {}\n", count_of(count, "finding"), printable(request_.write_baseline));
    outcome.exit_code = outcome.remarks.empty() ? 0 : 2;
    return outcome;
  }

  Result<Outcome> diff_outcome(const LintRun& run) const {
    Outcome outcome;
    auto add = [&](const std::string& shown, const std::string* before, const std::string& after) {
      outcome.text += unified_diff(shown, before, after);
    };
    for (const LintChange& change : run.changes)
      add(change.shown, change.is_new ? nullptr : &change.before, change.after);
    for (const LintedFile& file : run.report.files) {
      bool is_stdin = reads_stdin() && file.path == stdin_name();
      if (is_stdin && file.original) add(file.path, &*file.original, file.text);
      if (!file.error.empty()) outcome.remarks += file_error(file);
    }
    outcome.exit_code = outcome.text.empty() ? 0 : 1;
    if (!outcome.remarks.empty()) outcome.exit_code = 2;
    return outcome;
  }

  std::string stdin_name() const {
    return request_.stdin_filename.empty() ? "-" : request_.stdin_filename;
  }

  static std::string file_error(const LintedFile& file) {
    return fmt::format("whittle: {}: {}\n", printable(file.path), printable(file.error));
  }

  static Status write_changes(const LintRun& run) {
    std::vector<InPlaceFile> files;
    for (const LintChange& change : run.changes)
      files.push_back({change.path, change.before, change.is_new, change.after});
    return replace_in_place(files);
  }

  Result<Outcome> report_outcome(const LintRun& run, const LintConfig& config) const {
    std::vector<ReportTarget> targets;
    for (const std::string& format : config.formats) {
      TRY_ASSIGN(ReportTarget target, parse_report_target(format));
      targets.push_back(std::move(target));
    }
    if (targets.empty()) targets.push_back({find_format("text"), ""});
    Outcome outcome;
    TRY_ASSIGN(outcome.text, write_reports(run.report, targets, invocation_));
    outcome.exit_code = lint_exit_code(run.report, config.fail_level.value_or(FailLevel::Info));
    bool is_filter = reads_stdin() && request_.fix != FixMode::None;
    if (!is_filter) return outcome;
    // As a filter: the text on standard output, what is left to say beside it.
    outcome.remarks = std::move(outcome.text);
    for (const LintedFile& file : run.report.files) {
      if (file.path == stdin_name()) outcome.text = file.text;
    }
    return outcome;
  }

  const LintRequest& request_;
  const Invocation& invocation_;
  ConfigFinder configs_;
  ChangedLines changed_;
  std::mutex contexts_mutex_;
  std::map<fs::path, bool> changed_contexts_;
  std::string remarks_;  // about build files
};

}  // namespace

Result<Outcome> run_lint(const LintRequest& request, const Invocation& invocation) {
  return LintCommand(request, invocation).run();
}

int lint_exit_code(const LintReport& report, FailLevel level) {
  bool is_failing = false;
  for (const LintedFile& file : report.files) {
    if (!file.error.empty()) return 2;
    is_failing = is_failing ||
                 std::any_of(file.findings.begin(), file.findings.end(), [&](const Finding& one) {
                   return is_at_least(one.severity, level);
                 });
  }
  return is_failing ? 1 : 0;
}

Result<std::string> write_reports(const LintReport& report,
                                  const std::vector<ReportTarget>& targets,
                                  const Invocation& invocation) {
  RenderOptions render;
  render.width = invocation.stdout_width;
  render.verbose = invocation.common.verbose;
  std::string text;
  bool is_used = false;
  for (const ReportTarget& target : targets) {
    bool is_stdout = target.file.empty();
    if (is_stdout && is_used) {
      return Error(ErrorKind::Usage, "two formats go to standard output")
          .hint("Give one of them a file: --format NAME=FILE");
    }
    render.color = is_stdout && invocation.stdout_color;
    std::string rendered = target.format->lint(report, render);
    if (is_stdout) {
      text = std::move(rendered);
      is_used = true;
    } else {
      TRY(write_file_atomic(target.file, rendered));
    }
  }
  return text;
}

}  // namespace whittle
