#include "config/vuln_ignores.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "config/vex.h"
#include "config/yaml.h"

namespace whittle {

namespace {

struct Renamed {
  std::string_view theirs;
  std::string_view ours;
};

// Grype's types and languages.
constexpr Renamed kTypes[] = {{"deb", "deb"},
                              {"rpm", "rpm"},
                              {"apk", "apk"},
                              {"npm", "npm"},
                              {"javascript", "npm"},
                              {"python", "pypi"},
                              {"pypi", "pypi"},
                              {"gem", "gem"},
                              {"ruby", "gem"},
                              {"java-archive", "maven"},
                              {"java", "maven"},
                              {"maven", "maven"},
                              {"go-module", "golang"},
                              {"go", "golang"},
                              {"golang", "golang"},
                              {"rust-crate", "cargo"},
                              {"rust", "cargo"},
                              {"cargo", "cargo"},
                              {"php-composer", "composer"},
                              {"php", "composer"},
                              {"composer", "composer"},
                              {"dotnet", "nuget"},
                              {"nuget", "nuget"},
                              {"bitnami", "bitnami"}};

std::string type_of(std::string_view theirs) {
  for (const Renamed& row : kTypes) {
    if (row.theirs == theirs) return std::string(row.ours);
  }
  return {};
}

std::string text_of(const YamlNode& node, std::string_view key) {
  const YamlNode* found = node.find(key);
  bool is_text = found != nullptr && found->kind == YamlNode::Kind::Scalar;
  return is_text ? found->text : std::string();
}

std::vector<std::string> texts_of(const YamlNode& node, std::string_view key) {
  std::vector<std::string> texts;
  const YamlNode* found = node.find(key);
  if (found == nullptr) return texts;
  if (found->kind == YamlNode::Kind::Scalar) texts.push_back(found->text);
  for (const YamlNode& item : found->items) {
    if (item.kind == YamlNode::Kind::Scalar) texts.push_back(item.text);
  }
  return texts;
}

// "2026-12-31" of a date, or of a date with a time.
std::string day_of(const std::string& time) {
  return time.substr(0, 10);
}

class Reader {
 public:
  explicit Reader(const std::string& name) : name_(name) {}

  Result<VulnIgnores> read(const YamlNode& root) {
    if (is_csaf(root)) {
      read_csaf(root, name_, result_);
      return std::move(result_);
    }
    if (const YamlNode* list = root.find("accepted")) TRY(read_own(*list));
    if (const YamlNode* list = root.find("vulnerabilities")) read_trivy(*list);
    if (const YamlNode* list = root.find("secrets")) read_trivy(*list);
    if (const YamlNode* list = root.find("misconfigurations")) read_trivy(*list);
    if (const YamlNode* list = root.find("ignore")) read_grype(*list);
    if (root.find("statements") != nullptr) read_openvex(root, name_, result_);
    bool has_rules = root.find("secrets") != nullptr || root.find("accepted") != nullptr ||
                     root.find("vulnerabilities") != nullptr || root.find("ignore") != nullptr ||
                     root.find("statements") != nullptr ||
                     root.find("misconfigurations") != nullptr;
    if (!has_rules) problem(root, "there are no rules that are known here");
    return std::move(result_);
  }

 private:
  std::string place(const YamlNode& node) const { return fmt::format("{}:{}", name_, node.line); }

  void problem(const YamlNode& node, std::string_view what) {
    result_.problems.push_back(fmt::format("{}: {}", place(node), what));
  }

  // Adds the rule once for each package URL, or once.
  void add(VulnIgnore rule, const std::vector<std::string>& purls) {
    if (purls.empty()) {
      result_.rules.push_back(std::move(rule));
      return;
    }
    for (const std::string& purl : purls) {
      rule.purl = purl;
      result_.rules.push_back(rule);
    }
  }

  Status read_own(const YamlNode& list) {
    for (const YamlNode& item : list.items) {
      for (const YamlField& field : item.fields()) {
        constexpr std::string_view kKeys[] = {
            "id", "package", "version", "type", "path", "purl", "until", "reason"};
        bool is_known =
            std::find(std::begin(kKeys), std::end(kKeys), field.key.text) != std::end(kKeys);
        if (!is_known)
          return yaml_error(name_, field.key, "a rule has no `" + printable(field.key.text) + "`");
      }
      VulnIgnore rule;
      rule.id = text_of(item, "id");
      rule.package = text_of(item, "package");
      rule.version = text_of(item, "version");
      rule.type = text_of(item, "type");
      rule.paths = texts_of(item, "path");
      rule.until = day_of(text_of(item, "until"));
      rule.reason = text_of(item, "reason");
      rule.origin = place(item);
      if (!rule.until.empty() && !is_day(rule.until))
        return yaml_error(name_, item, "`until` is no day; write for example 2026-12-31");
      if (rule.reason.empty()) return yaml_error(name_, item, "a rule without a `reason`");
      add(std::move(rule), texts_of(item, "purl"));
    }
    return {};
  }

  void read_trivy(const YamlNode& list) {
    for (const YamlNode& item : list.items) {
      VulnIgnore rule;
      rule.id = text_of(item, "id");
      rule.paths = texts_of(item, "paths");
      rule.until = day_of(text_of(item, "expired_at"));
      rule.reason = text_of(item, "statement");
      rule.origin = place(item);
      if (rule.id.empty()) {
        problem(item, "a rule without an `id` takes nothing");
        continue;
      }
      if (!rule.until.empty() && !is_day(rule.until)) {
        problem(item, "`expired_at` is no day: the rule takes nothing");
        continue;
      }
      add(std::move(rule), texts_of(item, "purls"));
    }
  }

  void read_grype(const YamlNode& list) {
    for (const YamlNode& item : list.items) {
      VulnIgnore rule;
      rule.origin = place(item);
      bool is_understood = true;
      for (const YamlField& field : item.fields()) is_understood &= take_grype(field, rule);
      if (is_understood) add(std::move(rule), {});
    }
  }

  bool take_grype(const YamlField& field, VulnIgnore& rule) {
    const std::string& key = field.key.text;
    const std::string& value = field.value.text;
    if (key == "vulnerability") {
      rule.id = value;
    } else if (key == "reason") {
      rule.reason = value;
    } else if (key == "include-aliases") {  // they are always looked at
    } else if (key == "fix-state" && (value == "fixed" || value == "not-fixed")) {
      rule.fix_state = value;
    } else if (key == "package") {
      return take_grype_package(field.value, rule);
    } else {
      problem(field.key, "`" + printable(key) + "` is not known here: the rule takes nothing");
      return false;
    }
    return true;
  }

  bool take_grype_package(const YamlNode& package, VulnIgnore& rule) {
    for (const YamlField& field : package.fields()) {
      const std::string& key = field.key.text;
      if (key == "name") {
        rule.package = field.value.text;
      } else if (key == "version") {
        rule.version = field.value.text;
      } else if (key == "location") {
        rule.paths = {field.value.text};
      } else if (key == "type" || key == "language") {
        rule.type = type_of(field.value.text);
      }
      bool is_known = key == "name" || key == "version" || key == "location" ||
                      ((key == "type" || key == "language") && !rule.type.empty());
      if (!is_known) {
        problem(field.key, "`" + printable(key) + "` is not known here: the rule takes nothing");
        return false;
      }
    }
    return true;
  }

  const std::string& name_;
  VulnIgnores result_;
};

// Trivy's plain list has neither "key:" lines nor braces.
bool is_yaml(std::string_view text) {
  for (std::string_view line : split_lines(text)) {
    std::string_view content = trim(line.substr(0, line.find('#')));
    if (content.empty() || content == "---") continue;
    if (content.starts_with('{')) return true;
    return content.ends_with(':') || contains(content, ": ");
  }
  return false;
}

}  // namespace

Result<VulnIgnores> parse_vuln_ignores(std::string_view text, const std::string& name) {
  if (name.ends_with(".gitleaksignore")) {
    VulnIgnores list;
    list.rules = parse_gitleaksignore(text, name, list.problems);
    return list;
  }
  if (!is_yaml(text)) {
    VulnIgnores list;
    list.rules = parse_trivyignore(text, name, list.problems);
    return list;
  }
  TRY_ASSIGN(YamlNode root, parse_yaml(text, name));
  return Reader(name).read(root);
}

}  // namespace whittle
