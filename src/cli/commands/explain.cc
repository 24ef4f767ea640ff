// `whittle explain [RULE]`: what a rule finds and why it matters.
#include <fmt/format.h>

#include "base/strings.h"
#include "cli/commands/commands.h"
#include "cli/options.h"
#include "config/policy.h"
#include "engine/lint.h"
#include "engine/rule_page.h"
#include "lint/rules/rules.h"
#include "report/text_layout.h"

namespace whittle {

namespace {

constexpr std::string_view kCodeIndent = "    ";

std::string code_block(std::string_view text) {
  std::string out;
  for (std::string_view line : split_lines(text)) {
    if (!line.empty()) out += kCodeIndent;
    out += std::string(line) + "\n";
  }
  return out;
}

std::string heading(std::string_view text, bool color) {
  return "\n" + styled(text, Style::Bold, color) + "\n";
}

std::string explain_rule(const RulePage& page, const Invocation& invocation) {
  const RuleDescription& rule = page.rule;
  bool color = invocation.stdout_color;
  auto paragraph = [&](std::string_view text) {
    return indented("", text, invocation.stdout_width);
  };
  std::string out = styled(rule.name, Style::Heading, color);
  out += fmt::format(" ({}), {}, since {}", rule.code, to_text(rule.severity), page.since);
  if (page.is_off) out += ", off unless it is selected";
  out += "\n\n" + paragraph(rule.summary + ".") + "\n" + paragraph(rule.why);
  if (!rule.bad.empty()) out += heading("Bad:", color) + code_block(rule.bad);
  if (!rule.good.empty()) out += heading("Good:", color) + code_block(rule.good);
  out += heading("Fix:", color);
  if (page.fixes.empty()) out += paragraph("There is none: it is for a person to decide.");
  for (const std::string& fix : page.fixes) out += paragraph(fix + ".");
  if (!rule.aliases.empty())
    out +=
        "\n" + styled("Also known as:", Style::Bold, color) + " " + join(rule.aliases, ", ") + "\n";
  if (page.suppressions.empty()) return out;
  out += heading("Keeping it back:", color);
  for (const auto& [what, line] : page.suppressions)
    out += paragraph(what + ":") + code_block(line + "\n");
  return out;
}

// A line each: code, name, severity, summary.
std::string list_rules(const Invocation& invocation) {
  Result<std::vector<std::string>> names = rules_named("all");
  CHECK(names.ok());
  size_t widest = 0;
  std::vector<RuleDescription> rules;
  for (const std::string& name : *names) {
    std::optional<RuleDescription> rule = describe_rule(name);
    if (!rule) continue;
    widest = std::max(widest, name.size());
    rules.push_back(std::move(*rule));
  }
  std::sort(rules.begin(), rules.end(), [](const RuleDescription& a, const RuleDescription& b) {
    return a.code < b.code;
  });
  std::string out;
  for (const RuleDescription& rule : rules) {
    const Rule* row = find_rule(rule.name);
    bool is_off = row != nullptr && row->info.is_opt_in;
    std::string severity = std::string(to_text(rule.severity)) + (is_off ? "*" : "");
    std::string line = fmt::format("{}  {}  {}  {}",
                                   rule.code,
                                   pad_right(rule.name, widest),
                                   pad_right(severity, 8),
                                   rule.summary);
    out += truncated(line, invocation.stdout_width) + "\n";
  }
  return out + "\n* off unless it is selected\n";
}

Result<Outcome> run(const Invocation& invocation) {
  const std::vector<std::string>& words = invocation.arguments.positionals;
  if (words.empty()) return Outcome{list_rules(invocation)};
  Outcome outcome;
  for (const std::string& word : words) {
    TRY_ASSIGN(std::vector<std::string> names, rules_named(word));
    for (const std::string& name : names) {
      std::optional<RulePage> page = rule_page_of(name);
      if (!page) continue;
      if (!outcome.text.empty()) outcome.text += "\n\n";
      outcome.text += explain_rule(*page, invocation);
    }
  }
  return outcome;
}

constexpr std::string_view kDescription = R"(
Tells what a rule finds, why it matters, and how to write it instead. A rule can be named by its name, its code, or the id
another tool has for it; an id that stands for several rules here explains all of them. Without RULE all rules are listed.
)";

}  // namespace

const CommandInfo kExplainCommand = {
    .name = "explain",
    .summary = "tell what a rule of lint is about",
    .description = kDescription,
    .positionals = {{.name = "RULE",
                     .help = "a name, a code or another tool's id",
                     .required = false,
                     .choices = {},
                     .completes = Completes::Nothing,
                     .repeatable = true}},
    .options = [] { return std::vector<OptionGroup>{}; },
    .examples =
        {
            {"whittle explain apt-lists", "By name"},
            {"whittle explain DL3009", "By hadolint's id"},
            {"whittle explain", "All rules"},
        },
    .exit_codes = "0  done\n2  there is no such rule; stderr says which comes near\n",
    .run = run,
};

}  // namespace whittle
