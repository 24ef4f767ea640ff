#include "vuln/ignores.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "model/package_url.h"

namespace whittle {

namespace {

// "**" is any part of a path, "**/" any number of whole folders, "*" any part of a name, "?" one
// letter. Iterative: the last star is widened until the rest fits, then the last "**".
bool matches_glob(std::string_view pattern, std::string_view path) {
  constexpr size_t kNone = std::string_view::npos;
  size_t p = 0;
  size_t t = 0;
  size_t star = kNone;  // what stands behind it
  size_t star_text = 0;
  size_t deep = kNone;
  size_t deep_text = 0;
  bool is_deep_whole = false;  // "**/"
  while (t < path.size()) {
    if (pattern.substr(p).starts_with("**")) {
      is_deep_whole = pattern.substr(p + 2).starts_with('/');
      deep = p = p + (is_deep_whole ? 3 : 2);
      deep_text = t;
      star = kNone;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = ++p;
      star_text = t;
    } else if (p < pattern.size() &&
               (pattern[p] == path[t] || (pattern[p] == '?' && path[t] != '/'))) {
      ++p;
      ++t;
    } else if (star != kNone && path[star_text] != '/') {
      t = ++star_text;
      p = star;
    } else if (deep != kNone) {
      if (is_deep_whole) deep_text = std::min(path.find('/', deep_text), path.size() - 1);
      t = ++deep_text;
      p = deep;
      star = kNone;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool has_name(const VulnFinding& finding, std::string_view id) {
  auto is_it = [id](const std::string& name) { return equals_ignoring_case(name, id); };
  return is_it(finding.id) || std::any_of(finding.aliases.begin(), finding.aliases.end(), is_it) ||
         std::any_of(finding.advisories.begin(), finding.advisories.end(), is_it);
}

bool takes_path(const VulnIgnore& rule, std::string_view path) {
  if (rule.paths.empty()) return true;
  return std::any_of(rule.paths.begin(), rule.paths.end(), [path](std::string_view pattern) {
    if (pattern.starts_with('/')) pattern.remove_prefix(1);
    return matches_glob(pattern, path);
  });
}

// What the URL leaves open, any package may be: version, namespace, qualifiers.
bool takes_purl(std::string_view text, const Package& package) {
  if (text.empty()) return true;
  std::optional<PackageUrl> wanted = parse_package_url(text);
  std::optional<PackageUrl> own = parse_package_url(package_url(package, Distribution()));
  if (!wanted || !own || wanted->type != own->type || wanted->name != own->name) return false;
  bool is_system = package.type == "deb" || package.type == "apk" || package.type == "rpm";
  if (!is_system && wanted->name_space != own->name_space) return false;
  return wanted->version.empty() || wanted->version == own->version;
}

// "registry.example/team/shop:1.4@sha256:..." against the parts of a URL; what the URL leaves open,
// the name may have.
bool is_name_of(const PackageUrl& url,
                std::string_view digest,
                std::string_view tag,
                std::string_view name) {
  std::string_view own_digest;
  if (size_t at = name.find('@'); at != std::string_view::npos) {
    own_digest = name.substr(at + 1);
    name = name.substr(0, at);
  }
  std::string_view own_tag;
  size_t slash = name.rfind('/');
  size_t colon = name.rfind(':');
  if (colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash)) {
    own_tag = name.substr(colon + 1);
    name = name.substr(0, colon);
  }
  if (!digest.empty() && digest != own_digest) return false;
  if (!tag.empty() && tag != own_tag) return false;
  std::string_view last = slash == std::string_view::npos ? name : name.substr(slash + 1);
  if (!equals_ignoring_case(last, url.name)) return false;
  if (url.type == "docker" && !url.name_space.empty())
    return name.ends_with(url.name_space + "/" + url.name);
  auto repository = url.qualifiers.find("repository_url");
  return repository == url.qualifiers.end() || name == repository->second ||
         name == repository->second + "/" + url.name;
}

}  // namespace

bool is_day(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00";
  return text.size() == kForm.size() &&
         std::equal(text.begin(), text.end(), kForm.begin(), [](char c, char form) {
           return form == '0' ? is_digit(c) : c == form;
         });
}

std::vector<VulnIgnore> parse_trivyignore(std::string_view text,
                                          std::string_view name,
                                          std::vector<std::string>& problems) {
  std::vector<VulnIgnore> rules;
  size_t number = 0;
  for (std::string_view line : split_lines(text)) {
    ++number;
    std::string_view content = trim(line.substr(0, line.find('#')));
    std::vector<std::string_view> words = split_blanks(trim(content));
    if (words.empty()) continue;
    VulnIgnore rule;
    rule.id = words[0];
    for (std::string_view word : words) {
      if (word.starts_with("exp:")) rule.until = word.substr(4);
    }
    rule.origin = fmt::format("{}:{}", name, number);
    if (printable(rule.id) != rule.id || (!rule.until.empty() && !is_day(rule.until))) {
      problems.push_back(fmt::format(
          "{}: `{}` is no id with a day: it takes nothing", rule.origin, printable(content)));
      continue;
    }
    rules.push_back(std::move(rule));
  }
  return rules;
}

bool takes(const VulnIgnore& rule,
           const VulnFinding& finding,
           const Package& package,
           std::string_view today) {
  bool asks = !rule.id.empty() || !rule.package.empty() || !rule.version.empty() ||
              !rule.type.empty() || !rule.fix_state.empty() || !rule.purl.empty() ||
              !rule.paths.empty();
  if (!asks || (!rule.until.empty() && today > rule.until)) return false;
  if (!rule.id.empty() && !has_name(finding, rule.id)) return false;
  if (!rule.package.empty() && !matches_glob(rule.package, package.name)) return false;
  if (!rule.version.empty() && rule.version != package.version) return false;
  if (!rule.type.empty() && rule.type != package.type) return false;
  bool is_fixed = !finding.fixed_version.empty();
  if (!rule.fix_state.empty() && (rule.fix_state == "fixed") != is_fixed) return false;
  return takes_path(rule, package.database) && takes_purl(rule.purl, package);
}

namespace {

// Whether it asks for something, for nothing that only packages have, and still holds.
bool may_take_others(const VulnIgnore& rule, std::string_view today) {
  bool is_about_package = !rule.package.empty() || !rule.version.empty() || !rule.type.empty() ||
                          !rule.fix_state.empty() || !rule.purl.empty();
  bool asks = !rule.id.empty() || !rule.paths.empty();
  return asks && !is_about_package && (rule.until.empty() || today <= rule.until);
}

}  // namespace

bool takes(const VulnIgnore& rule,
           const std::vector<std::string>& ids,
           std::string_view path,
           std::string_view today) {
  bool is_named = rule.id.empty() || std::any_of(ids.begin(), ids.end(), [&](const auto& id) {
                    return equals_ignoring_case(id, rule.id);
                  });
  return is_named && may_take_others(rule, today) && rule.line == 0 && takes_path(rule, path);
}

bool takes(const VulnIgnore& rule, const SecretFinding& finding, std::string_view today) {
  if (!may_take_others(rule, today)) return false;
  bool is_named = rule.id.empty() || rule.id == finding.rule || rule.id == finding.fingerprint;
  bool is_there = rule.line == 0 || rule.line == finding.line;
  return is_named && is_there && takes_path(rule, finding.path);
}

std::vector<VulnIgnore> parse_gitleaksignore(std::string_view text,
                                             std::string_view name,
                                             std::vector<std::string>& problems) {
  std::vector<VulnIgnore> rules;
  size_t number = 0;
  for (std::string_view line : split_lines(text)) {
    ++number;
    std::string_view content = trim(line);
    if (content.empty() || content.front() == '#') continue;
    VulnIgnore rule;
    rule.origin = fmt::format("{}:{}", name, number);
    std::vector<std::string_view> parts = split(content, ':');
    std::optional<uint64_t> at = parse_u64(parts.back());
    if (parts.size() == 2) {
      rule.id = content;
    } else if ((parts.size() == 3 || parts.size() == 4) && at && *at <= UINT32_MAX) {
      rule.line = static_cast<uint32_t>(*at);
      rule.id = parts[parts.size() - 2];
      rule.paths.emplace_back(parts[parts.size() - 3]);
    } else {
      problems.push_back(fmt::format(
          "{}: `{}` is no fingerprint: it takes nothing", rule.origin, printable(content)));
      continue;
    }
    rules.push_back(std::move(rule));
  }
  return rules;
}

bool is_about(const VulnIgnore& rule, const ImageInfo& image) {
  if (rule.image.empty()) return true;
  std::optional<PackageUrl> url = parse_package_url(rule.image);
  if (!url)
    return std::find(image.names.begin(), image.names.end(), rule.image) != image.names.end();
  const std::string& version = url->version;
  bool has_digest = contains(version, ":");
  if (has_digest && (version == image.manifest_digest || version == image.config_digest))
    return true;
  std::string tag = has_digest || version.empty() ? url->qualifiers["tag"] : version;
  return std::any_of(image.names.begin(), image.names.end(), [&](const std::string& name) {
    return is_name_of(*url, has_digest ? version : "", tag, name);
  });
}

bool suppresses(const VulnIgnore& rule) {
  return rule.status.empty() || rule.status == "not_affected" || rule.status == "fixed";
}

std::string reason_text(const VulnIgnore& rule) {
  std::string verb = rule.status.empty()      ? "ignored"
                     : rule.status == "fixed" ? "fixed"
                                              : "not affected";
  std::string text = verb + " by " + rule.origin;
  return rule.reason.empty() ? text : text + ": " + rule.reason;
}

}  // namespace whittle
