// `whittle explain [ID...]`: what a rule finds and why it matters; what is known of a
// vulnerability, and what an image has to do with it.
#include <fmt/format.h>

#include "base/strings.h"
#include "checks/rules/rules.h"
#include "cli/commands/commands.h"
#include "cli/commands/explain_scan.h"
#include "cli/commands/inspect_options.h"
#include "cli/commands/vuln_database.h"
#include "cli/options.h"
#include "cli/today.h"
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

struct Settings {
  std::string database;
};

const std::vector<OptionRowGroup<Settings>>& rows() {
  static const std::vector<OptionRowGroup<Settings>> table = {
      {"Database", {database_row<Settings>()}}};
  return table;
}

// Everything that goes by that id, a page each; empty where nothing does. The error is that of an
// unknown rule.
Result<std::vector<std::string>> pages_of(const std::string& word, const Invocation& invocation) {
  std::vector<std::string> pages;
  Result<std::vector<std::string>> names = rules_named(word);
  if (names.ok()) {
    for (const std::string& name : *names) {
      if (std::optional<RulePage> page = rule_page_of(name))
        pages.push_back(explain_rule(*page, invocation));
    }
  }
  for (const ImageCheck* check : find_checks(word))
    pages.push_back(explain_check(*check, invocation));
  if (const SecretRuleInfo* rule = find_secret_rule(word))
    pages.push_back(explain_secret_rule(*rule, invocation));
  if (pages.empty() && !names.ok()) return std::move(names).error();
  return pages;
}

Result<std::string> vulnerability_page(const std::string& id,
                                       const std::vector<std::string>& images,
                                       const Settings& settings,
                                       const Invocation& invocation) {
  TRY_ASSIGN(fs::path file, vuln_database_file(settings.database));
  TRY_ASSIGN(Database database, Database::open(file));
  TRY_ASSIGN(std::optional<VulnRecord> record, find_vulnerability(database, id));
  if (!record) {
    return Error(ErrorKind::NotFound, fmt::format("the database knows no `{}`", printable(id)))
        .hint("`whittle db status` tells how old it is");
  }
  std::string page = explain_record(*record, invocation);
  for (const std::string& image : images) {
    ScanOptions options;
    TRY_ASSIGN(options.inspect, inspect_options(invocation, image));
    options.today = date_of_today();
    TRY_ASSIGN(VulnInImage match, explain_in_image(options, database, file, *record));
    page += explain_match(match, invocation);
  }
  return page;
}

// What stands behind a vulnerability and is no id itself is an image.
Result<Outcome> run(const Invocation& invocation) {
  Settings settings;
  TRY(set_options(rows(), invocation.arguments, settings));
  const std::vector<std::string>& words = invocation.arguments.positionals;
  if (words.empty()) return Outcome{list_rules(invocation)};
  Outcome outcome;
  auto add = [&outcome](const std::string& page) {
    outcome.text += (outcome.text.empty() ? "" : "\n\n") + page;
  };
  for (size_t i = 0; i < words.size(); ++i) {
    Result<std::vector<std::string>> pages = pages_of(words[i], invocation);
    if (pages.ok()) {
      for (const std::string& page : *pages) add(page);
      continue;
    }
    if (!is_vulnerability_id(words[i])) return std::move(pages).error();
    std::vector<std::string> images;
    size_t id = i;
    while (i + 1 < words.size() && !is_vulnerability_id(words[i + 1]) &&
           !pages_of(words[i + 1], invocation).ok())
      images.push_back(words[++i]);
    TRY_ASSIGN(std::string page, vulnerability_page(words[id], images, settings, invocation));
    add(page);
  }
  return outcome;
}

const std::string& description() {
  static const std::string text = R"(
Tells what a rule of `lint` finds, why it matters, and how to write it instead. A rule can be named by its name, its code,
or the id another tool has for it; an id that stands for several things here explains all of them. Without ID all rules
of lint are listed.

It also explains what `scan` reports: checks of the configuration and rules for secrets, by their ids, and
vulnerabilities (CVE-..., GHSA-..., DSA-...) from the database that `whittle db update` makes: what it is, how grave and by
whose word, which versions of which packages have it and which mend it. With IMAGE behind it: which of its packages have
it and why, with layer and Dockerfile line, and what to do.
)" + target_paragraph();
  return text;
}

}  // namespace

const CommandInfo kExplainCommand = {
    .name = "explain",
    .summary = "tell what a rule, a check or a vulnerability is about",
    .description = description(),
    .positionals = {{.name = "ID",
                     .help =
                         "a rule's name, code or other tool's id; a check; a vulnerability, and "
                         "behind it images to look for it in",
                     .required = false,
                     .choices = {},
                     .completes = Completes::Nothing,
                     .repeatable = true}},
    .options = [] { return with_inspect_options(infos_of(rows())); },
    .examples =
        {
            {"whittle explain apt-lists", "By name"},
            {"whittle explain DL3009", "By hadolint's id"},
            {"whittle explain CVE-2021-44228", "A vulnerability, from the local database"},
            {"whittle explain CVE-2021-44228 shop:1.4", "Why an image has it, and what to do"},
            {"whittle explain setuid-files github-pat", "A check and a rule for secrets of scan"},
            {"whittle explain", "All rules"},
        },
    .exit_codes = "0  done\n2  there is no such id, or no database; stderr says which comes near\n",
    .run = run,
};

}  // namespace whittle
