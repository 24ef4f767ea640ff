#include "engine/rule_page.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "dockerfile/parser.h"
#include "engine/lint.h"
#include "lint/rules/rules.h"

namespace whittle {

namespace {

constexpr std::string_view kFirstVersion = "0.1.0";

// What the fix of the bad example is called; "" when it has none, or needs more than the text.
std::string title_of_fix(const Rule& rule) {
  Result<Dockerfile> file = parse_dockerfile(std::string(rule.info.bad), "Dockerfile", Limits());
  if (!file.ok()) return "";
  std::vector<Finding> findings;
  rule.check(make_lint_input(*file, {}, Limits()), findings);
  for (const Finding& finding : findings) {
    if (finding.fix) return finding.fix->title;
  }
  return "";
}

std::vector<std::string> fixes_of(const Rule& rule) {
  std::vector<std::string> fixes;
  std::string title = title_of_fix(rule);
  if (!title.empty()) fixes.push_back(title);
  if ((rule.info.fixes & kSafeFix) != 0)
    fixes.emplace_back("`--fix` makes the fix where it is safe");
  if ((rule.info.fixes & kUnsafeFix) != 0)
    fixes.emplace_back(
        "`--unsafe-fixes` makes it also where the image may behave differently afterwards");
  if ((rule.info.fixes & kShownFix) != 0)
    fixes.emplace_back("Where only a person can judge it, the fix is shown and never made");
  return fixes;
}

void add_suppressions(RulePage& page) {
  const std::string& name = page.rule.name;
  page.suppressions = {
      {"Above the instruction, or above a line of a RUN",
       "# whittle: ignore=" + name + " -- reason"},
      {"For the whole file", "# whittle: ignore-file=" + name + " -- reason"},
      {"In whittle.yaml", "ignore: [" + name + "]"},
      {"For one run", "whittle lint --ignore " + name},
  };
}

std::string fenced(std::string_view language, std::string_view text) {
  std::string out = "```" + std::string(language) + "\n" + std::string(text);
  if (!text.empty() && text.back() != '\n') out += "\n";
  return out + "```\n";
}

}  // namespace

std::optional<RulePage> rule_page_of(std::string_view name) {
  std::optional<RuleDescription> description = describe_rule(name);
  if (!description) return std::nullopt;
  RulePage page;
  page.rule = std::move(*description);
  page.since = kFirstVersion;
  const Rule* rule = find_rule(page.rule.name);
  if (rule != nullptr && rule->info.name == page.rule.name) {
    page.is_off = rule->info.is_opt_in;
    page.since = rule->info.since;
    page.fixes = fixes_of(*rule);
  }
  if (page.rule.name != kParseErrorRule) add_suppressions(page);
  return page;
}

std::string rule_page_markdown(const RulePage& page) {
  const RuleDescription& rule = page.rule;
  std::string out = fmt::format("# {}\n\n{}.\n\n", rule.name, rule.summary);
  out += fmt::format("Code {}, severity {}{}, since {}.",
                     rule.code,
                     to_text(rule.severity),
                     page.is_off ? ", off unless it is selected" : "",
                     page.since);
  if (!rule.aliases.empty()) out += " Also known as " + join(rule.aliases, ", ") + ".";
  out += "\n\n## Why\n\n" + rule.why + "\n";
  if (!rule.bad.empty()) out += "\n## Bad\n\n" + fenced("dockerfile", rule.bad);
  if (!rule.good.empty()) out += "\n## Good\n\n" + fenced("dockerfile", rule.good);
  out += "\n## Fix\n\n";
  if (page.fixes.empty()) out += "There is none: it is for a person to decide.\n";
  for (const std::string& fix : page.fixes) out += "- " + fix + ".\n";
  if (page.suppressions.empty()) return out;
  out += "\n## Keeping it back\n\n";
  for (const auto& [what, line] : page.suppressions) out += fmt::format("- {}: `{}`\n", what, line);
  return out;
}

}  // namespace whittle
