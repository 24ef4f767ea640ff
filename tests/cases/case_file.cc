#include "case_file.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/fs.h"
#include "base/strings.h"
#include "dockerfile/parser.h"
#include "lint/online.h"
#include "lint/rules/rules.h"

namespace whittle::testing {

namespace {

constexpr std::string_view kMark = "=== ";

std::string from_hex(std::string_view text) {
  std::string bytes;
  std::string digits;
  for (char c : text) {
    if (!is_space(c)) digits += c;
  }
  for (size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

std::string with_crlf(const std::string& text) {
  return replace_all(text, "\n", "\r\n");
}

Status write_context(const Case& input, const fs::path& root) {
  for (const CaseSection& section : input.sections) {
    if (section.name != "file") continue;
    bool is_hex = section.attribute.size() > 4 &&
                  section.attribute.substr(section.attribute.size() - 4) == " hex";
    std::string path =
        is_hex ? section.attribute.substr(0, section.attribute.size() - 4) : section.attribute;
    TRY(make_dirs((root / path).parent_path()));
    TRY(write_file_atomic(root / path, is_hex ? from_hex(section.text) : section.text));
  }
  return {};
}

// What the network would say: `digest IMAGE DIGEST`, `platforms IMAGE OS/ARCH...`, `sha256 URL
// HEX`.
class CaseFacts : public OnlineFacts {
 public:
  explicit CaseFacts(std::string_view options) {
    for (std::string_view line : split_lines(options)) {
      std::vector<std::string_view> words = split_blanks(line);
      if (words.size() < 3 || !is_fact(words[0])) continue;
      std::vector<std::string>& facts = facts_[std::string(words[0]) + " " + std::string(words[1])];
      for (size_t i = 2; i < words.size(); ++i) facts.emplace_back(words[i]);
    }
  }

  bool is_empty() const { return facts_.empty(); }

  std::optional<std::string> image_digest(const std::string& image) override {
    return first("digest " + image);
  }

  std::optional<std::string> file_sha256(const std::string& url) override {
    return first("sha256 " + url);
  }

  std::optional<std::vector<ImagePlatform>> image_platforms(const std::string& image) override {
    auto found = facts_.find("platforms " + image);
    if (found == facts_.end()) return std::nullopt;
    std::vector<ImagePlatform> platforms;
    for (const std::string& name : found->second) {
      size_t slash = name.find('/');
      platforms.push_back({name.substr(0, slash), name.substr(slash + 1), ""});
    }
    return platforms;
  }

 private:
  static bool is_fact(std::string_view word) {
    return word == "digest" || word == "platforms" || word == "sha256";
  }

  std::optional<std::string> first(const std::string& question) const {
    auto found = facts_.find(question);
    return found == facts_.end() ? std::nullopt : std::optional(found->second[0]);
  }

  std::map<std::string, std::vector<std::string>> facts_;
};

LabelType label_type(std::string_view name) {
  constexpr std::array<std::string_view, 7> kNames = {
      "text", "url", "rfc3339", "spdx", "hash", "semver", "email"};
  return static_cast<LabelType>(std::find(kNames.begin(), kNames.end(), name) - kNames.begin());
}

PlanOptions plan_options(const Case& input, const std::string& rule, OnlineFacts* online) {
  PlanOptions options;
  if (!input.has_option("all")) options.only = {rule};
  options.unsafe = input.has_option("unsafe");
  options.with_lint_rules = !input.has_option("all");
  options.settings.strict_labels = input.has_option("strict-labels");
  const CaseSection* section = input.find("options");
  for (std::string_view line : split_lines(section ? std::string_view(section->text) : "")) {
    std::vector<std::string_view> words = split_blanks(line);
    if (words.size() == 3 && words[0] == "deny") {
      options.denied.insert(
          {std::string(words[1]), static_cast<uint32_t>(parse_u64(words[2]).value_or(0))});
    }
    if (words.size() == 2 && words[0] == "trust")
      options.settings.trusted_registries.emplace_back(words[1]);
    if (words.size() == 2 && words[0] == "today") options.settings.today = words[1];
    if (words.size() == 2 && words[0] == "platform") options.settings.platform = words[1];
    if (words.size() == 2 && words[0] == "build-context")
      options.settings.named_contexts.emplace_back(words[1]);
    if (words.size() == 3 && words[0] == "label")
      options.settings.label_schema.emplace_back(words[1], label_type(words[2]));
    if (words.size() == 2 && words[0] == "arg") {
      size_t equals = words[1].find('=');
      options.build_args.emplace_back(words[1].substr(0, equals), words[1].substr(equals + 1));
    }
  }
  options.online = online;
  return options;
}

std::string describe_all(const Dockerfile& file,
                         const std::vector<Finding>& findings,
                         const PlanOptions& options) {
  std::string text;
  for (const Finding& finding : findings) {
    bool is_wanted = options.with_lint_rules || !find_rule(finding.rule)->info.is_lint_only;
    if (is_wanted && (options.only.empty() || options.only.count(finding.rule) > 0))
      text += describe(file, finding) + "\n";
  }
  return text;
}

}  // namespace

const CaseSection* Case::find(std::string_view name) const {
  auto found = std::find_if(
      sections.begin(), sections.end(), [&](const CaseSection& s) { return s.name == name; });
  return found == sections.end() ? nullptr : &*found;
}

bool Case::has_option(std::string_view option) const {
  const CaseSection* section = find("options");
  if (!section) return false;
  std::vector<std::string_view> lines = split_lines(section->text);
  return std::find(lines.begin(), lines.end(), option) != lines.end();
}

Result<Case> read_case(const std::filesystem::path& path) {
  TRY_ASSIGN(std::string text, read_file(path, 1 << 20));
  Case result;
  for (std::string_view line : split_lines(text)) {
    if (line.substr(0, kMark.size()) == kMark) {
      std::string_view rest = line.substr(kMark.size());
      size_t blank = rest.find(' ');
      std::string attribute(blank == rest.npos ? "" : rest.substr(blank + 1));
      result.sections.push_back({std::string(rest.substr(0, blank)), attribute, ""});
    } else {
      std::string& target = result.sections.empty() ? result.head : result.sections.back().text;
      target += std::string(line) + "\n";
    }
  }
  return result;
}

std::string write_case(const Case& input, const CaseOutcome& outcome) {
  std::string text = input.head;
  for (const CaseSection& section : input.sections) {
    if (section.name == "findings" || section.name == "fixed" || section.name == "ignore") continue;
    text += std::string(kMark) + section.name +
            (section.attribute.empty() ? "" : " " + section.attribute) + "\n";
    text += section.text;
  }
  text += "=== findings\n" + outcome.findings;
  if (!outcome.fixed.empty()) text += "=== fixed\n" + outcome.fixed;
  if (!outcome.ignore.empty()) text += "=== ignore\n" + outcome.ignore;
  return text;
}

std::string describe(const Dockerfile& file, const Finding& finding) {
  Position begin = file.lines.position(finding.range.begin);
  Position end = file.lines.position(finding.range.end);
  std::string place = finding.range == Range{}
                          ? "context"
                          : std::to_string(begin.line) + ":" + std::to_string(begin.column) + "-" +
                                std::to_string(end.line) + ":" + std::to_string(end.column);
  std::string fix = finding.fix ? std::string(to_text(finding.fix->applicability)) : "no-fix";
  return place + " " + finding.rule + " " + std::string(to_text(finding.severity)) + " " + fix;
}

Result<CaseOutcome> run_case(const Case& input, const std::string& rule) {
  const CaseSection* section = input.find("Dockerfile");
  if (!section) return Error(ErrorKind::Usage, "the case has no Dockerfile");
  bool is_crlf = input.has_option("crlf");
  std::string source = is_crlf ? with_crlf(section->text) : section->text;
  Limits limits;
  TRY_ASSIGN(TempDir root, TempDir::make("case"));
  TRY(write_context(input, root.path()));
  TRY(write_file_atomic(root.path() / "Dockerfile", source));
  TRY_ASSIGN(BuildContext context, read_context(root.path(), {}, limits, {}));
  TRY_ASSIGN(Dockerfile file, parse_dockerfile(source, "Dockerfile", limits));

  const CaseSection* asked = input.find("options");
  CaseFacts facts(asked ? asked->text : "");
  PlanOptions options = plan_options(input, rule, facts.is_empty() ? nullptr : &facts);
  LintInput lint = make_lint_input(file, options.build_args, limits);
  if (!input.has_option("no-context")) lint.context = &context;
  lint.ignore_text = context.ignore_text;
  lint.settings = options.settings;
  lint.online = options.online;
  CaseOutcome outcome;
  outcome.findings = describe_all(file, run_rules(lint), options);

  if (input.has_option("no-context") || file.has_errors()) return outcome;
  TRY_ASSIGN(Plan plan, make_plan(file, context, nullptr, options));
  if (plan.changes_dockerfile)
    outcome.fixed = is_crlf ? replace_all(plan.dockerfile, "\r\n", "\n") : plan.dockerfile;
  if (is_crlf && replace_all(outcome.fixed, "\n", "\r\n") !=
                     (plan.changes_dockerfile ? plan.dockerfile : "")) {
    return Error(ErrorKind::Invalid, "the fixed text mixes line ends");
  }
  if (plan.changes_dockerignore) outcome.ignore = plan.dockerignore;
  return outcome;
}

}  // namespace whittle::testing
