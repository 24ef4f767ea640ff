// Findings of one file, and the comments that keep some of them back.
#include <algorithm>
#include <array>
#include <tuple>

#include "base/strings.h"
#include "dockerfile/parser.h"
#include "engine/lint_file.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/stages.h"

namespace whittle {

namespace {

// The last words of a problem that knows better: ", did you mean `FROM`".
struct Guess {
  std::string_view message;  // without them
  std::string_view word;     // "FROM", "--chown"; "" for none
};

Guess guess_of(std::string_view message) {
  constexpr std::string_view kMean = ", did you mean `";
  size_t at = message.rfind(kMean);
  if (at == message.npos || !message.ends_with('`')) return {message, ""};
  std::string_view word = message.substr(at + kMean.size());
  word.remove_suffix(1);
  return {message.substr(0, at), word};
}

// The keyword, or the name of the flag, that stands where the problem is.
Range misspelt(const Dockerfile& file, Range range) {
  size_t size = file.text(range).find_first_of("= \t\r\n");
  return {range.begin,
          size == std::string_view::npos ? range.end : range.begin + static_cast<uint32_t>(size)};
}

std::vector<Finding> parse_findings(const Dockerfile& file) {
  std::vector<Finding> findings;
  for (const ParseProblem& problem : file.problems) {
    if (problem.kind != ProblemKind::Error) continue;
    Finding finding;
    finding.rule = kParseErrorRule;
    finding.severity = Severity::Error;
    finding.range = problem.range;
    Guess guess = guess_of(problem.message);
    finding.message = guess.message;
    if (!guess.word.empty()) {
      finding.help = "Did you mean " + in_ticks(guess.word) + "?";
      // A file that does not parse is not fixed, but an editor may offer it.
      finding.fix = make_fix("Write " + in_ticks(guess.word),
                             Applicability::Shown,
                             {{misspelt(file, problem.range), std::string(guess.word)}});
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

Result<std::vector<Finding>> rule_findings(const Dockerfile& file,
                                           const OpenBuild& open,
                                           const Judge& judge) {
  LintInput input = make_lint_input(file, open.build->build_args, judge.limits);
  input.settings = judge.policy.settings;
  input.online = judge.online;
  input.image = judge.image;
  for (const std::string& name : open.build->named_contexts)
    input.settings.named_contexts.push_back(name);
  if (open.context) {
    input.context = &open.context->context();
    input.ignore_text = input.context->ignore_text;
    input.lazy_project_text = [&open] { return open.context->text(); };
  }
  std::vector<Finding> findings = run_rules(input, [&](const RuleInfo& rule) {
    return judge.policy.rules.count(std::string(rule.name)) > 0 &&
           !gives_way_to_shellcheck(rule, judge);
  });
  TRY_ASSIGN(std::vector<Finding> more, shellcheck_part(input, judge));
  findings.insert(
      findings.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  return findings;
}

bool is_before(const Finding& a, const Finding& b) {
  return std::tie(a.range.begin, a.range.end, a.rule, a.message) <
         std::tie(b.range.begin, b.range.end, b.rule, b.message);
}

bool is_same(const Finding& a, const Finding& b) {
  return a.range == b.range && a.rule == b.rule && a.message == b.message;
}

Result<std::vector<Finding>> all_findings(const Dockerfile& file,
                                          const std::vector<OpenBuild>& builds,
                                          const Judge& judge) {
  std::vector<Finding> findings;
  if (judge.policy.rules.count(std::string(kParseErrorRule)) > 0) findings = parse_findings(file);
  for (const OpenBuild& open : builds) {
    Result<Dockerfile> part = Error("");
    if (std::optional<std::string> text = text_up_to_stage(file, open.build->target)) {
      part = parse_dockerfile(std::move(*text), file.name, judge.limits);
    }
    TRY_ASSIGN(std::vector<Finding> found, rule_findings(part.ok() ? *part : file, open, judge));
    findings.insert(findings.end(),
                    std::make_move_iterator(found.begin()),
                    std::make_move_iterator(found.end()));
  }
  std::stable_sort(findings.begin(), findings.end(), is_before);
  findings.erase(std::unique(findings.begin(), findings.end(), is_same), findings.end());
  return findings;
}

bool is_of_buildkit(const std::string& rule) {
  const Rule* found = find_rule(rule);
  if (found == nullptr) return false;
  std::vector<std::string_view> aliases = split_blanks(found->info.aliases);
  return std::any_of(aliases.begin(), aliases.end(), is_buildkit_check);
}

void set_severities(const Suppressions& suppressions,
                    const LintPolicy& policy,
                    std::vector<Finding>& findings) {
  for (Finding& finding : findings) {
    auto own = policy.severities.find(finding.rule);
    if (own == policy.severities.end() && is_shellcheck_id(finding.rule))
      own = policy.severities.find(std::string(kShellcheckRule));
    if (own != policy.severities.end()) {
      finding.severity = own->second;
    } else if (suppressions.are_checks_errors && is_of_buildkit(finding.rule)) {
      finding.severity = Severity::Error;
    }
    if (!finding.fix) continue;
    Applicability& applicability = finding.fix->applicability;
    if (applicability == Applicability::Unsafe && policy.safe.count(finding.rule) > 0) {
      applicability = Applicability::Safe;
    } else if (applicability == Applicability::Safe && policy.unsafe.count(finding.rule) > 0) {
      applicability = Applicability::Unsafe;
    }
  }
}

// Where ShellCheck decides, its ids mean its own findings, too.
RulesOfId rules_for_comments(const Judge& judge) {
  return [&judge](std::string_view id) {
    std::vector<std::string> names = rules_of_id(id);
    bool is_further = judge.policy.imitates_hadolint && is_shellcheck_id(id);
    if (is_further) names.push_back(to_upper(id));
    return names;
  };
}

// As trivy has it: the day itself is behind the time.
bool has_expired(const SuppressedId& id, const std::string& today) {
  return !id.expires.empty() && !today.empty() && today >= id.expires;
}

// What the comments of the file keep back. For hadolint a comment inside of an instruction is no
// more than that.
Suppressions suppressions_of(const Dockerfile& file, const Judge& judge) {
  Suppressions suppressions;
  if (!judge.policy.honours_comments) return suppressions;
  suppressions = find_suppressions(file, rules_for_comments(judge));
  if (!judge.policy.imitates_hadolint) return suppressions;
  std::erase_if(suppressions.list, [](const Suppression& one) {
    return one.tool == SuppressionTool::Hadolint && !one.overlapped.empty();
  });
  return suppressions;
}

// The comment that keeps the finding back, null if none does. All that speak of it are marked.
const Suppression* keeper_of(const Finding& finding,
                             const std::string& today,
                             Suppressions& suppressions) {
  const Suppression* keeper = nullptr;
  for (Suppression& suppression : suppressions.list) {
    for (SuppressedId& id : suppression.ids) {
      if (has_expired(id, today) || !suppresses(suppression, id, finding)) continue;
      id.is_used = true;
      if (keeper == nullptr) keeper = &suppression;
    }
  }
  return keeper;
}

// Rules that find something only in a build context.
bool needs_context(const std::string& rule) {
  constexpr std::array<std::string_view, 3> kNames = {
      "copy-ignored-file", "npm-ci", "dockerignore-missing"};
  bool is_named = std::find(kNames.begin(), kNames.end(), rule) != kNames.end();
  return is_named || rule.ends_with("-in-context");
}

// Whether it is known that the id keeps nothing back: all of its rules ran.
bool is_idle(const SuppressedId& id,
             SuppressionTool tool,
             const LintPolicy& policy,
             bool has_context) {
  if (id.is_used) return false;
  if (has_expired(id, policy.settings.today)) return true;
  if (id.is_all || id.rules.empty()) return tool == SuppressionTool::Whittle;
  return std::all_of(id.rules.begin(), id.rules.end(), [&](const std::string& rule) {
    return policy.rules.count(rule) > 0 && (has_context || !needs_context(rule)) &&
           rule != kUnusedSuppressionRule;
  });
}

// The comment in a message, cut where it is long.
std::string ids_text(const std::vector<const SuppressedId*>& ids) {
  std::string text;
  for (const SuppressedId* id : ids) {
    if (!text.empty()) text += ", ";
    text += in_ticks(id->text);
  }
  return text;
}

Finding idle_finding(const Suppression& suppression, const std::vector<const SuppressedId*>& idle) {
  Finding finding;
  finding.rule = kUnusedSuppressionRule;
  finding.severity = Severity::Style;
  finding.range = suppression.comment;
  bool is_unknown = std::all_of(idle.begin(), idle.end(), [](const SuppressedId* id) {
    return id->rules.empty() && !id->is_all;
  });
  if (is_unknown) {
    finding.message = "There is no rule " + ids_text(idle) + ", so the comment keeps nothing back";
    finding.help = "Correct the name or delete it";
    return finding;
  }
  bool is_whole = idle.size() == suppression.ids.size();
  finding.message = is_whole ? "This comment keeps no finding back"
                             : "This comment keeps no finding of " + ids_text(idle) + " back";
  finding.help = is_whole ? "Delete the comment" : "Delete " + ids_text(idle) + " from it";
  return finding;
}

}  // namespace

std::vector<Finding> unused_suppressions(const Dockerfile& file,
                                         const Suppressions& suppressions,
                                         const LintPolicy& policy,
                                         bool has_context) {
  std::vector<Finding> findings;
  if (policy.rules.count(std::string(kUnusedSuppressionRule)) == 0 || file.has_errors()) {
    return findings;
  }
  for (const Suppression& suppression : suppressions.list) {
    std::vector<const SuppressedId*> idle;
    for (const SuppressedId& id : suppression.ids) {
      if (is_idle(id, suppression.tool, policy, has_context)) idle.push_back(&id);
    }
    if (idle.empty()) continue;
    Finding finding = idle_finding(suppression, idle);
    bool holds_more = contains(file.text(suppression.comment), ";error");
    if (idle.size() == suppression.ids.size() && !holds_more) {
      // The other tool may find what whittle does not.
      bool is_own = suppression.tool == SuppressionTool::Whittle;
      finding.fix = make_fix("Delete the comment",
                             is_own ? Applicability::Safe : Applicability::Unsafe,
                             {{suppression.lines, ""}});
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

Result<Judged> judge_file(const Dockerfile& file,
                          const std::vector<OpenBuild>& builds,
                          const Judge& judge) {
  const LintPolicy& policy = judge.policy;
  Judged judged;
  TRY_ASSIGN(std::vector<Finding> findings, all_findings(file, builds, judge));
  Suppressions suppressions = suppressions_of(file, judge);
  set_severities(suppressions, policy, findings);
  for (Finding& finding : findings) {
    const Suppression* keeper = finding.rule == kParseErrorRule
                                    ? nullptr
                                    : keeper_of(finding, policy.settings.today, suppressions);
    if (keeper == nullptr) {
      judged.findings.push_back(std::move(finding));
    } else {
      judged.suppressed.push_back({std::move(finding), "comment", keeper->reason});
    }
  }
  bool has_context = std::any_of(
      builds.begin(), builds.end(), [](const OpenBuild& open) { return open.context != nullptr; });
  std::vector<Finding> unused = unused_suppressions(file, suppressions, policy, has_context);
  Suppressions none;
  set_severities(none, policy, unused);
  judged.findings.insert(judged.findings.end(),
                         std::make_move_iterator(unused.begin()),
                         std::make_move_iterator(unused.end()));
  std::stable_sort(judged.findings.begin(), judged.findings.end(), is_before);
  return judged;
}

}  // namespace whittle
