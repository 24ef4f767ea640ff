#include "engine/lint.h"

#include <algorithm>

#include "base/stats.h"
#include "base/strings.h"
#include "base/thread_pool.h"
#include "dockerfile/parser.h"
#include "engine/built_image.h"
#include "engine/lint_file.h"
#include "lint/rules/rules.h"

namespace whittle {

namespace {

std::vector<std::string> words_of(std::string_view list) {
  std::vector<std::string> words;
  for (std::string_view word : split_blanks(list)) words.emplace_back(word);
  return words;
}

const std::vector<RuleDescription>& pseudo_rules() {
  static const std::vector<RuleDescription> rules = {
      {std::string(kParseErrorRule),
       "WH1000",
       words_of(kParseErrorAliases),
       Severity::Error,
       "The file does not parse",
       "The builder refuses the file here, so that nothing is built. Rules look at what could be "
       "read, and no fix is made until the file parses.",
       "FROM debian:bookworm-slim\nENTRYPOINT [\"sh\", \"-c\"\nCOPPY . .\n",
       "FROM debian:bookworm-slim\nCOPY . .\n"},
      {std::string(kUnusedSuppressionRule),
       "WH1999",
       {},
       Severity::Style,
       "A comment that keeps findings back, but there are none",
       "A comment that outlives what it excused hides the next finding of that rule. It is looked "
       "for among the rules that ran: a comment about a rule that is off is left alone.",
       "# whittle: ignore=sudo\nFROM debian:bookworm-slim\n",
       "FROM debian:bookworm-slim\n"},
      {std::string(kShellcheckRule),
       "WH1998",
       {},
       Severity::Warning,
       "ShellCheck finds fault with the shell of a RUN",
       "ShellCheck is asked about every RUN of a POSIX shell when it is installed. Its findings "
       "carry its own ids (SC2154) and severities; ids that a rule here has as an alias are left "
       "to "
       "the rule, which knows the variables of the Dockerfile and the shell of the base image. An "
       "id can be selected, ignored and kept back by comments as any rule.",
       "",
       ""},
  };
  return rules;
}

RuleDescription describe_shellcheck_id(std::string_view id) {
  RuleDescription rule;
  rule.name = id;
  rule.code = id;
  rule.summary = "ShellCheck finds fault with the shell of a RUN";
  rule.why = "See https://www.shellcheck.net/wiki/" + std::string(id) + ".";
  return rule;
}

// What the work on one source comes to.
struct FileOutcome {
  LintedFile file;
  std::vector<LintChange> changes;
};

// Ignore files that fixes to earlier Dockerfiles of the same run have changed.
using ChangedIgnores = std::map<fs::path, std::string>;

class OneFile {
 public:
  OneFile(const LintOptions& options,
          const LintSource& source,
          Shellcheck& shellcheck,
          const CancelToken& cancel)
      : options_(options), source_(source), shellcheck_(shellcheck), cancel_(cancel) {}

  // Only Cancelled is an error; all others are the file's.
  Status run(ChangedIgnores* ignores, FileOutcome& outcome) {
    outcome.file.path = source_.shown;
    Status status = lint(ignores, outcome);
    if (status.ok()) return {};
    if (status.error().kind() == ErrorKind::Cancelled) return status;
    outcome = {};
    outcome.file.path = source_.shown;
    outcome.file.error = status.error().message();
    return {};
  }

 private:
  Status lint(ChangedIgnores* ignores, FileOutcome& outcome) {
    TRY(cancel_.check());
    TRY_ASSIGN(std::string text, read());
    TRY_ASSIGN(Dockerfile file, parse_dockerfile(std::move(text), source_.shown, options_.limits));
    TRY(open_builds(file, ignores));
    LintedFile& linted = outcome.file;
    TRY(find_image(file));
    Judge judge{*source_.policy,
                options_.limits,
                shellcheck_,
                options_.online.get(),
                image_ ? &*image_ : nullptr,
                cancel_};
    if (options_.fix != FixMode::None && source_.takes_fixes) {
      TRY(fix_file(options_, source_, builds_, judge, file, linted, outcome.changes));
      if (linted.original && !source_.text) add_change(file, linted, outcome.changes);
    }
    if (linted.original) judge.image = nullptr;  // lines have moved
    TRY_ASSIGN(Judged judged, judge_file(file, builds_, judge));
    linted.suppressed = std::move(judged.suppressed);
    linted.findings = std::move(judged.findings);
    for (const Instruction& instruction : file.instructions)
      linted.instruction_lines.push_back(instruction.first_line);
    linted.lines = file.lines;
    linted.text = std::move(file.source);
    keep_changed(linted);
    return {};
  }

  Result<std::string> read() const {
    if (source_.text) return *source_.text;
    return read_file(source_.path, options_.limits.max_dockerfile_bytes);
  }

  Status find_image(const Dockerfile& file) {
    if (!options_.image || file.has_errors()) return {};
    const LintBuild& build = *builds_.front().build;
    LintInput input = make_lint_input(file, build.build_args, options_.limits);
    std::vector<uint32_t> lines =
        lines_of_layers(options_.image->info, file, input.evaluation, build.target);
    bool is_known = std::any_of(lines.begin(), lines.end(), [](uint32_t line) { return line > 0; });
    if (!is_known) {
      return Error(ErrorKind::Usage, "the image was not built from this Dockerfile")
          .hint("--image takes the image that the Dockerfile as it is has built");
    }
    image_ = built_image(*options_.image, std::move(lines));
    return {};
  }

  Status open_builds(const Dockerfile& file, const ChangedIgnores* ignores) {
    static const LintBuild kPlain;
    std::vector<const LintBuild*> wanted;
    for (const LintBuild& build : source_.builds) wanted.push_back(&build);
    if (wanted.empty()) wanted.push_back(&kPlain);
    for (const LintBuild* build : wanted) {
      OpenBuild open{build, nullptr};
      if (const OpenBuild* other = of_same_folder(*build)) {
        open.context = other->context;
      } else {
        TRY_ASSIGN(open.context,
                   open_lint_context(source_, *build, file, options_.limits, cancel_));
      }
      if (open.context && ignores != nullptr) TRY(take_changed_ignore(*ignores, open));
      builds_.push_back(std::move(open));
    }
    return {};
  }

  // A folder that was named is read once for all builds with it.
  const OpenBuild* of_same_folder(const LintBuild& build) const {
    if (!build.context || !build.has_context) return nullptr;
    for (const OpenBuild& open : builds_) {
      if (open.build->has_context && open.build->context == build.context) return &open;
    }
    return nullptr;
  }

  Status take_changed_ignore(const ChangedIgnores& ignores, OpenBuild& open) const {
    const BuildContext& context = open.context->context();
    std::string name = context.ignore_file.empty() ? ".dockerignore" : context.ignore_file;
    auto changed = ignores.find(context.root / name);
    if (changed == ignores.end()) return {};
    TRY_ASSIGN(BuildContext judged, with_ignore(context, changed->second, options_.limits));
    open.context = std::make_shared<const LintContext>(std::move(judged));
    return {};
  }

  void add_change(const Dockerfile& file,
                  const LintedFile& linted,
                  std::vector<LintChange>& changes) const {
    std::error_code error;
    fs::path real = fs::canonical(source_.path, error);
    changes.push_back(
        {error ? source_.path : real, source_.shown, false, *linted.original, file.source});
  }

  bool is_context_changed() const {
    return std::any_of(builds_.begin(), builds_.end(), [&](const OpenBuild& open) {
      return open.context && options_.is_context_changed &&
             options_.is_context_changed(open.context->context().root);
    });
  }

  // Drops what is not on lines that count. Lines are those of the file as it was read, so that a
  // fixed file is not looked at: its lines have moved.
  void keep_changed(LintedFile& linted) const {
    if (!options_.is_changed || linted.original) return;
    bool counts_context = is_context_changed();
    std::erase_if(linted.findings, [&](const Finding& finding) {
      if (finding.range == Range{} && finding.rule != kParseErrorRule) return !counts_context;
      uint32_t first = linted.lines.line_of(finding.range.begin);
      uint32_t last = finding.range.empty() ? first : linted.lines.line_of(finding.range.end - 1);
      return !options_.is_changed(source_, first, last);
    });
  }

  const LintOptions& options_;
  const LintSource& source_;
  Shellcheck& shellcheck_;
  const CancelToken& cancel_;
  std::vector<OpenBuild> builds_;
  std::optional<BuiltImage> image_;
};

// One change a path: the first text of it, the last one, new if the first was.
void merge_changes(std::vector<LintChange> changes, LintRun& run) {
  std::map<fs::path, LintChange> by_path;
  for (LintChange& change : changes) {
    auto [place, is_new] = by_path.try_emplace(change.path, change);
    if (!is_new) place->second.after = std::move(change.after);
  }
  for (auto& [path, change] : by_path) run.changes.push_back(std::move(change));
}

Status check_shellcheck(const LintOptions& options, const Shellcheck& shellcheck) {
  bool is_required =
      std::any_of(options.sources.begin(), options.sources.end(), [](const LintSource& source) {
        return source.policy->shellcheck == ShellcheckUse::Required;
      });
  if (!is_required || shellcheck.is_there()) return {};
  return Error(ErrorKind::NotFound, "ShellCheck is required, and there is no `shellcheck` on PATH")
      .hint("Install it, or ask for it with --shellcheck auto");
}

void describe_rules(LintReport& report) {
  std::set<std::string> names;
  for (const LintedFile& file : report.files) {
    for (const Finding& finding : file.findings) names.insert(finding.rule);
    for (const SuppressedFinding& one : file.suppressed) names.insert(one.finding.rule);
  }
  for (const std::string& name : names) {
    if (std::optional<RuleDescription> rule = describe_rule(name))
      report.rules.push_back(std::move(*rule));
  }
  std::sort(report.rules.begin(), report.rules.end(), [](const auto& a, const auto& b) {
    return a.code < b.code;
  });
}

}  // namespace

Result<LintRun> lint_files(const LintOptions& options, const CancelToken& cancel) {
  static Stat stat("lint files", true);
  ScopedTimer timer(stat);
  std::vector<FileOutcome> outcomes(options.sources.size());
  ChangedIgnores ignores;
  std::shared_ptr<Shellcheck> shellcheck = options.shellcheck;
  if (!shellcheck) shellcheck = std::make_shared<Shellcheck>();
  TRY(check_shellcheck(options, *shellcheck));
  bool is_fixing = options.fix != FixMode::None;
  // Fixes of one file may change what the next one is judged by.
  TRY(parallel_for(outcomes.size(), is_fixing ? 1 : options.threads, cancel, [&](size_t i) {
    OneFile file(options, options.sources[i], *shellcheck, cancel);
    Status status = file.run(is_fixing ? &ignores : nullptr, outcomes[i]);
    for (const LintChange& change : outcomes[i].changes) ignores[change.path] = change.after;
    return status;
  }));
  LintRun run;
  std::vector<LintChange> changes;
  for (FileOutcome& outcome : outcomes) {
    run.report.files.push_back(std::move(outcome.file));
    for (LintChange& change : outcome.changes) changes.push_back(std::move(change));
  }
  merge_changes(std::move(changes), run);
  if (options.sorts_files) {
    std::stable_sort(run.report.files.begin(),
                     run.report.files.end(),
                     [](const LintedFile& a, const LintedFile& b) { return a.path < b.path; });
  }
  describe_rules(run.report);
  run.report.version = WHITTLE_VERSION;
  return run;
}

std::optional<RuleDescription> describe_rule(std::string_view name) {
  for (const RuleDescription& rule : pseudo_rules()) {
    if (rule.name == name) return rule;
  }
  for (const Rule* rule : rule_table()) {
    if (rule->info.name != name) continue;
    RuleDescription description;
    description.name = rule->info.name;
    description.code = rule->info.code;
    description.aliases = words_of(rule->info.aliases);
    description.severity = rule->info.severity;
    description.summary = rule->info.summary;
    description.why = rule->info.why;
    description.bad = rule->info.bad;
    description.good = rule->info.good;
    return description;
  }
  if (is_shellcheck_id(name)) return describe_shellcheck_id(name);
  return std::nullopt;
}

std::vector<std::string> rules_of_id(std::string_view id) {
  std::vector<std::string> names;
  for (const RuleDescription& rule : pseudo_rules()) {
    bool is_it = equals_ignoring_case(rule.name, id) || equals_ignoring_case(rule.code, id);
    for (const std::string& alias : rule.aliases) is_it = is_it || equals_ignoring_case(alias, id);
    if (is_it) names.push_back(rule.name);
  }
  for (const Rule* rule : find_rules(id)) names.emplace_back(rule->info.name);
  if (names.empty() && is_shellcheck_id(id)) names.push_back(to_upper(id));
  return names;
}

}  // namespace whittle
