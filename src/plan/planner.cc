#include "plan/planner.h"

#include <algorithm>
#include <map>

#include "base/strings.h"
#include "dockerfile/edit.h"
#include "dockerfile/parser.h"
#include "lint/project_text.h"
#include "lint/rules/rules.h"
#include "lint/stages.h"
#include "plan/guard.h"
#include "plan/ignore_text.h"

namespace whittle {

namespace {

// The texts between two passes, and the way back to the user's file.
struct State {
  Dockerfile file;
  OriginMap origins;
  BuildContext context;
};

class Planner {
 public:
  Planner(const Dockerfile& original,
          const BuildContext& context,
          const BuiltImage* image,
          const PlanOptions& options)
      : original_(original),
        image_(image),
        options_(options),
        state_{
            original, OriginMap::identity(static_cast<uint32_t>(original.source.size())), context},
        text_(options.has_context ? std::make_shared<const ProjectText>(read_project_text(context))
                                  : nullptr) {}

  Result<Plan> run() {
    Plan plan;
    while (plan.passes < kMaxPlanPasses) {
      ++plan.passes;
      std::vector<Finding> findings = find();
      TRY_ASSIGN(bool has_changed, pass(findings, plan));
      if (!has_changed) break;
    }
    plan.shown = shown();
    plan.dockerfile = state_.file.source;
    plan.dockerignore = state_.context.ignore_text;
    plan.changes_dockerfile = plan.dockerfile != original_.source;
    plan.changes_dockerignore = !ignore_lines_.empty();
    return plan;
  }

 private:
  std::vector<Finding> find();
  std::vector<Finding> find_for(const PlanBuild& build, bool is_first) const;
  Result<bool> pass(const std::vector<Finding>& findings, Plan& plan);
  std::vector<Finding> shown();

  bool is_selected(const RuleInfo& rule) const;

  bool is_denied(const Finding& finding) const {
    ChangeId id = id_of(finding);
    return options_.denied.count(id) > 0 || (options_.is_refused && options_.is_refused(id));
  }

  bool is_wanted(const Finding& finding, const std::set<std::string>& denied_lines) const;
  bool is_repeated(const Finding& finding) const;
  bool is_allowed(const Finding& finding) const;
  std::set<std::string> denied_lines(const std::vector<Finding>& findings) const;

  uint32_t origin_line(uint32_t offset) const {
    return original_.lines.line_of(state_.origins.origin(offset));
  }

  Range origin_of(Range range) const;
  ChangeId id_of(const Finding& finding) const;
  Finding in_original(Finding finding) const;
  Change change_of(const Finding& finding) const;
  Status apply(const std::vector<Edit>& edits, const std::vector<IgnoreLine>& lines);

  const Dockerfile& original_;
  const BuiltImage* image_;
  const PlanOptions& options_;
  State state_;
  std::shared_ptr<const ProjectText> text_;
  std::vector<IgnoreLine> ignore_lines_;
};

size_t table_position(const std::string& name) {
  const std::vector<const Rule*>& table = rule_table();
  auto found = std::find_if(
      table.begin(), table.end(), [&](const Rule* rule) { return rule->info.name == name; });
  return static_cast<size_t>(found - table.begin());
}

// Also edits that only touch: their order would decide what comes out.
bool collide(const std::vector<Edit>& a, const std::vector<Edit>& b) {
  for (const Edit& x : a) {
    for (const Edit& y : b) {
      if (x.range.begin <= y.range.end && y.range.begin <= x.range.end) return true;
    }
  }
  return false;
}

uint32_t first_byte(const Finding& finding) {
  return finding.fix && !finding.fix->edits.empty() ? finding.fix->edits.front().range.begin
                                                    : finding.range.begin;
}

bool Planner::is_selected(const RuleInfo& rule) const {
  std::string name(rule.name);
  if (rule.is_lint_only && !options_.with_lint_rules) return false;
  return options_.skip.count(name) == 0 && (options_.only.empty() || options_.only.count(name) > 0);
}

bool Planner::is_wanted(const Finding& finding, const std::set<std::string>& denied_lines) const {
  if (!finding.fix || is_denied(finding)) return false;
  switch (finding.fix->applicability) {
    case Applicability::Shown:
      return false;
    case Applicability::Unsafe:
      if (!options_.unsafe && options_.unsafe_rules.count(finding.rule) == 0) return false;
      break;
    case Applicability::Safe:
      break;
  }
  const std::vector<IgnoreLine>& lines = finding.fix->ignore_lines;
  return std::none_of(lines.begin(), lines.end(), [&](const IgnoreLine& line) {
    return denied_lines.count(line.pattern) > 0;
  });
}

// Ignore lines of a change that was taken back: what relies on them cannot be had either.
std::set<std::string> Planner::denied_lines(const std::vector<Finding>& findings) const {
  std::set<std::string> lines;
  for (const Finding& finding : findings) {
    if (!finding.fix || !finding.fix->edits.empty() || !is_denied(finding)) continue;
    for (const IgnoreLine& line : finding.fix->ignore_lines) lines.insert(line.pattern);
  }
  return lines;
}

// Ignore lines that are there already and did not help will not help now.
bool Planner::is_repeated(const Finding& finding) const {
  const Fix& fix = *finding.fix;
  return fix.edits.empty() &&
         std::all_of(
             fix.ignore_lines.begin(), fix.ignore_lines.end(), [this](const IgnoreLine& line) {
               return std::any_of(
                   ignore_lines_.begin(), ignore_lines_.end(), [&](const IgnoreLine& added) {
                     return added.pattern == line.pattern;
                   });
             });
}

// For every way in which the file is built.
bool Planner::is_allowed(const Finding& finding) const {
  auto is_sound = [&](const std::vector<std::pair<std::string, std::string>>& build_args) {
    return is_fix_sound(state_.file, finding, build_args, options_.limits);
  };
  return is_sound(options_.build_args) &&
         std::all_of(options_.further_builds.begin(),
                     options_.further_builds.end(),
                     [&](const PlanBuild& build) { return is_sound(build.build_args); });
}

// The same for a file that ends with the target.
std::vector<Finding> Planner::find_for(const PlanBuild& build, bool is_first) const {
  Result<Dockerfile> part = Error("");
  if (std::optional<std::string> text = text_up_to_stage(state_.file, build.target))
    part = parse_dockerfile(std::move(*text), state_.file.name, options_.limits);
  LintInput input =
      make_lint_input(part.ok() ? *part : state_.file, build.build_args, options_.limits);
  input.context = build.context;
  if (build.context != nullptr) input.ignore_text = build.context->ignore_text;
  input.settings = options_.settings;
  for (const std::string& name : build.named_contexts)
    input.settings.named_contexts.push_back(name);
  input.online = options_.online;
  input.is_for_optimize = !options_.with_lint_rules;
  if (is_first) {
    input.image = image_;
    input.project_text = text_;
  }
  input.original_line = [this](uint32_t line) {
    return origin_line(state_.file.lines.line_begin(line));
  };
  input.original_instruction_line = [this](uint32_t offset) {
    uint32_t origin = state_.origins.origin(offset);
    uint32_t line = 0;
    for (const Instruction& instruction : original_.instructions) {
      if (instruction.range.begin <= origin) line = instruction.first_line;
    }
    return line;
  };
  std::vector<Finding> findings =
      run_rules(input, [this](const RuleInfo& rule) { return is_selected(rule); });
  if (!options_.further_findings) return findings;
  for (Finding& finding : options_.further_findings(input)) findings.push_back(std::move(finding));
  return findings;
}

std::vector<Finding> Planner::find() {
  std::vector<Finding> findings = find_for(
      {options_.build_args, {}, options_.target, options_.has_context ? &state_.context : nullptr},
      true);
  for (const PlanBuild& build : options_.further_builds) {
    for (Finding& finding : find_for(build, false)) {
      bool is_known = std::any_of(findings.begin(), findings.end(), [&](const Finding& other) {
        return other.range == finding.range && other.rule == finding.rule &&
               other.message == finding.message;
      });
      bool is_about_ignoring = finding.fix && !finding.fix->ignore_lines.empty();
      if (!is_known && !is_about_ignoring) findings.push_back(std::move(finding));
    }
  }
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return std::make_pair(first_byte(a), table_position(a.rule)) <
           std::make_pair(first_byte(b), table_position(b.rule));
  });
  return findings;
}

Result<bool> Planner::pass(const std::vector<Finding>& findings, Plan& plan) {
  std::set<std::string> denied = denied_lines(findings);
  std::vector<Edit> edits;
  std::vector<IgnoreLine> lines;
  std::vector<Change> changes;
  for (const Finding& finding : findings) {
    if (!is_wanted(finding, denied) || is_repeated(finding) || collide(finding.fix->edits, edits) ||
        !is_allowed(finding))
      continue;
    edits.insert(edits.end(), finding.fix->edits.begin(), finding.fix->edits.end());
    lines.insert(lines.end(), finding.fix->ignore_lines.begin(), finding.fix->ignore_lines.end());
    changes.push_back(change_of(finding));
  }
  if (changes.empty()) return false;
  TRY(apply(edits, lines));
  plan.changes.insert(plan.changes.end(), changes.begin(), changes.end());
  return true;
}

Status Planner::apply(const std::vector<Edit>& edits, const std::vector<IgnoreLine>& lines) {
  TRY_ASSIGN(EditedText edited, apply_edits(state_.file.source, edits));
  TRY_ASSIGN(Dockerfile parsed,
             parse_dockerfile(std::move(edited.text), state_.file.name, options_.limits));
  state_.origins = state_.origins.then(edited.origins);
  state_.file = std::move(parsed);
  if (lines.empty()) return {};
  ignore_lines_.insert(ignore_lines_.end(), lines.begin(), lines.end());
  // All lines so far are written anew after the user's own text, so that one header and one order
  // hold them.
  TRY_ASSIGN(state_.context,
             with_ignore(state_.context,
                         add_ignore_lines(state_.context.ignore_text, ignore_lines_),
                         options_.limits));
  return {};
}

std::vector<Finding> Planner::shown() {
  std::vector<Finding> rest = find();
  std::erase_if(rest, [this](const Finding& finding) { return is_denied(finding); });
  for (Finding& finding : rest) finding = in_original(std::move(finding));
  return rest;
}

Range Planner::origin_of(Range range) const {
  if (range.empty())
    return {state_.origins.origin(range.begin), state_.origins.origin(range.begin)};
  uint32_t begin = state_.origins.origin(range.begin);
  uint32_t last = state_.origins.origin(range.end - 1);
  return {begin,
          std::max(begin, std::min(last + 1, static_cast<uint32_t>(original_.source.size())))};
}

ChangeId Planner::id_of(const Finding& finding) const {
  bool is_about_context = finding.range == Range{} && (!finding.fix || finding.fix->edits.empty());
  return {finding.rule, is_about_context ? 0 : origin_line(finding.range.begin)};
}

Finding Planner::in_original(Finding finding) const {
  finding.range = origin_of(finding.range);
  if (finding.fix) {
    for (Edit& edit : finding.fix->edits) edit.range = origin_of(edit.range);
  }
  return finding;
}

Change Planner::change_of(const Finding& finding) const {
  Change change;
  change.id = id_of(finding);
  change.finding = in_original(finding);
  change.title = finding.fix->title;
  change.applicability = finding.fix->applicability;
  change.saving = finding.fix->saving;
  change.expected_saving_bytes = finding.expected_saving_bytes;
  return change;
}

}  // namespace

Result<Plan> make_plan(const Dockerfile& file,
                       const BuildContext& context,
                       const BuiltImage* image,
                       const PlanOptions& options) {
  if (file.has_errors()) {
    auto problem =
        std::find_if(file.problems.begin(), file.problems.end(), [](const ParseProblem& candidate) {
          return candidate.kind == ProblemKind::Error;
        });
    uint32_t line = file.lines.line_of(problem->range.begin);
    return Error(ErrorKind::Invalid,
                 file.name + ":" + std::to_string(line) + ": " + problem->message);
  }
  return Planner(file, context, image, options).run();
}

}  // namespace whittle
