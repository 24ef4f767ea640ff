// Fixes to one file: the plan, without what comments, configuration and the change set keep back;
// then the comments that keep nothing back any more.
#include <algorithm>

#include "dockerfile/edit.h"
#include "dockerfile/parser.h"
#include "engine/lint_file.h"
#include "plan/planner.h"

namespace whittle {

namespace {

// Lines of the original file that a suppression speaks of.
struct SuppressedLines {
  const Suppression* suppression;
  std::vector<std::pair<uint32_t, uint32_t>> lines;  // first and last
};

std::vector<SuppressedLines> lines_of(const Dockerfile& file, const Suppressions& suppressions) {
  std::vector<SuppressedLines> all;
  auto lines = [&](Range range) {
    return std::pair(file.lines.line_of(range.begin),
                     file.lines.line_of(range.end > range.begin ? range.end - 1 : range.end));
  };
  for (const Suppression& suppression : suppressions.list) {
    SuppressedLines one{&suppression, {}};
    for (Range target : suppression.targets) one.lines.push_back(lines(target));
    if (!suppression.overlapped.empty()) one.lines.push_back(lines(suppression.overlapped));
    all.push_back(std::move(one));
  }
  return all;
}

bool names_rule(const Suppression& suppression, const std::string& rule) {
  return std::any_of(suppression.ids.begin(), suppression.ids.end(), [&](const SuppressedId& id) {
    return id.is_all || id.rules.count(rule) > 0;
  });
}

bool is_refused(const std::vector<SuppressedLines>& suppressed, const ChangeId& id) {
  for (const SuppressedLines& one : suppressed) {
    if (!names_rule(*one.suppression, id.rule)) continue;
    if (one.suppression->covers_file) return true;
    for (const auto& [first, last] : one.lines) {
      if (first <= id.line && id.line <= last) return true;
    }
  }
  return false;
}

std::set<std::string> rules_to_fix(const LintOptions& options, const LintPolicy& policy) {
  std::set<std::string> rules;
  for (const std::string& rule : policy.rules) {
    bool is_asked = options.fix_only.empty() || options.fix_only.count(rule) > 0;
    bool is_held = policy.unsafe.count(rule) > 0 && options.fix != FixMode::Unsafe;
    if (is_asked && !is_held && policy.fixable.count(rule) > 0) rules.insert(rule);
  }
  for (const std::string& id : options.fix_only) {
    if (is_shellcheck_id(id) && policy.fixable.count(std::string(kShellcheckRule)) > 0)
      rules.insert(id);
  }
  return rules;
}

// What ShellCheck proposes, as far as it may be made. That it could not be asked is said when the
// result is judged.
std::vector<Finding> shellcheck_fixes(const LintInput& input,
                                      const Judge& judge,
                                      const std::set<std::string>& rules) {
  Result<std::vector<Finding>> findings = shellcheck_part(input, judge);
  if (!findings.ok()) return {};
  bool is_all = rules.count(std::string(kShellcheckRule)) > 0;
  std::erase_if(*findings,
                [&](const Finding& finding) { return !is_all && rules.count(finding.rule) == 0; });
  return std::move(*findings);
}

PlanOptions plan_options(const LintOptions& options,
                         const LintPolicy& policy,
                         const std::vector<OpenBuild>& builds,
                         const Judge& judge,
                         std::set<std::string> rules) {
  const OpenBuild& open = builds.front();
  PlanOptions plan;
  plan.unsafe = options.fix == FixMode::Unsafe;
  plan.unsafe_rules = policy.safe;
  plan.only = rules;
  if (options.fix == FixMode::Unsafe) {
    plan.further_findings = [&judge, rules = std::move(rules)](const LintInput& input) {
      return shellcheck_fixes(input, judge, rules);
    };
  }
  plan.with_lint_rules = true;
  plan.has_context = open.context != nullptr;
  plan.settings = policy.settings;
  plan.online = options.online.get();
  for (const std::string& name : open.build->named_contexts)
    plan.settings.named_contexts.push_back(name);
  plan.build_args = open.build->build_args;
  plan.target = open.build->target;
  for (size_t i = 1; i < builds.size(); ++i) {
    const LintBuild& build = *builds[i].build;
    plan.further_builds.push_back({build.build_args,
                                   build.named_contexts,
                                   build.target,
                                   builds[i].context ? &builds[i].context->context() : nullptr});
  }
  plan.limits = options.limits;
  return plan;
}

// Whether a change on that line is asked for; line 0 is the build context.
bool counts(const LintOptions& options,
            const LintSource& source,
            const OpenBuild& open,
            uint32_t line) {
  if (line > 0) return options.is_changed(source, line, line);
  return open.context && options.is_context_changed &&
         options.is_context_changed(open.context->context().root);
}

// The same instructions, directives and problems: only comments are different.
bool differs_in_comments_only(const Dockerfile& before, const Dockerfile& after) {
  if (before.instructions.size() != after.instructions.size() ||
      before.directives.size() != after.directives.size() ||
      before.problems.size() != after.problems.size())
    return false;
  for (size_t i = 0; i < before.instructions.size(); ++i) {
    if (before.instructions[i].text != after.instructions[i].text) return false;
  }
  return true;
}

bool may_fix(const LintOptions& options, const LintPolicy& policy, const Finding& finding) {
  if (finding.rule != kUnusedSuppressionRule || !finding.fix) return false;
  std::string rule(kUnusedSuppressionRule);
  if (rules_to_fix(options, policy).count(rule) == 0) return false;
  return finding.fix->applicability == Applicability::Safe ||
         (finding.fix->applicability == Applicability::Unsafe && options.fix == FixMode::Unsafe);
}

// Deletes comments one by one, as each may be what another stands above.
Status delete_idle_comments(const LintOptions& options,
                            const LintSource& source,
                            const std::vector<OpenBuild>& builds,
                            const Judge& judge,
                            Dockerfile& file,
                            LintedFile& linted) {
  TRY_ASSIGN(Judged judged, judge_file(file, builds, judge));
  for (auto finding = judged.findings.rbegin(); finding != judged.findings.rend(); ++finding) {
    if (!may_fix(options, *source.policy, *finding)) continue;
    uint32_t line = file.lines.line_of(finding->range.begin);
    if (options.is_changed && !options.is_changed(source, line, line)) continue;
    TRY_ASSIGN(EditedText edited, apply_edits(file.source, finding->fix->edits));
    TRY_ASSIGN(Dockerfile parsed,
               parse_dockerfile(std::move(edited.text), file.name, options.limits));
    bool is_directive = parsed.directives.size() < file.directives.size();
    if (!is_directive && !differs_in_comments_only(file, parsed)) continue;
    linted.applied.push_back(
        {finding->rule, finding->fix->title, line, finding->fix->applicability});
    file = std::move(parsed);
  }
  return {};
}

// The ignore file that the plan changes.
Result<LintChange> ignore_change(const LintContext& context,
                                 const Plan& plan,
                                 const fs::path& shown) {
  const BuildContext& before = context.context();
  LintChange change;
  change.is_new = before.ignore_file.empty();
  std::string name = change.is_new ? ".dockerignore" : before.ignore_file;
  change.path = before.root / name;
  change.shown = (shown / name).lexically_normal().string();
  change.before = before.ignore_text;
  change.after = plan.dockerignore;
  return change;
}

}  // namespace

Result<void> fix_file(const LintOptions& options,
                      const LintSource& source,
                      std::vector<OpenBuild>& builds,
                      const Judge& judge,
                      Dockerfile& file,
                      LintedFile& linted,
                      std::vector<LintChange>& changes) {
  const LintPolicy& policy = *source.policy;
  std::string before = file.source;
  std::set<std::string> rules = rules_to_fix(options, policy);
  if (rules.empty() || file.has_errors()) return {};
  OpenBuild& open = builds.front();
  PlanOptions planned = plan_options(options, policy, builds, judge, rules);
  Suppressions suppressions;
  if (policy.honours_comments) suppressions = find_suppressions(file, rules_of_id);
  std::vector<SuppressedLines> suppressed = lines_of(file, suppressions);
  planned.is_refused = [&](const ChangeId& id) {
    if (options.is_changed && !counts(options, source, open, id.line)) return true;
    return is_refused(suppressed, id);
  };
  const BuildContext none;
  TRY_ASSIGN(Plan plan,
             make_plan(file, open.context ? open.context->context() : none, judge.image, planned));
  for (const Change& change : plan.changes) {
    linted.applied.push_back({change.id.rule, change.title, change.id.line, change.applicability});
  }
  if (plan.changes_dockerignore) {
    TRY_ASSIGN(LintChange change, ignore_change(*open.context, plan, open.context->context().root));
    linted.ignore_text = change.after;
    linted.changes_ignore_file = true;
    TRY_ASSIGN(BuildContext context,
               with_ignore(open.context->context(), plan.dockerignore, options.limits));
    open.context = std::make_shared<const LintContext>(std::move(context));
    changes.push_back(std::move(change));
  }
  if (plan.changes_dockerfile) {
    TRY_ASSIGN(file, parse_dockerfile(std::move(plan.dockerfile), file.name, options.limits));
  }
  TRY(delete_idle_comments(options, source, builds, judge, file, linted));
  if (file.source != before) linted.original = std::move(before);
  return {};
}

}  // namespace whittle
