#include "analyze/diff_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/strings.h"

namespace whittle {

namespace {

using Text = std::optional<std::string>;

class ConfigDiffer {
 public:
  // Absent on both sides or equal: nothing. "" counts as absent.
  void field(std::string_view name, const std::string& before, const std::string& after) {
    optional_field(name, before.empty() ? Text() : before, after.empty() ? Text() : after);
  }

  void optional_field(std::string_view name, const Text& before, const Text& after) {
    if (before != after) changes.push_back({std::string(name), before, after});
  }

  // ["a", "b"] as a configuration writes it.
  void list(std::string_view name,
            const std::vector<std::string>& before,
            const std::vector<std::string>& after) {
    if (before != after) field(name, json_text(before), json_text(after));
  }

  // One change a member that only one side has.
  void set(std::string_view name,
           const std::vector<std::string>& before,
           const std::vector<std::string>& after) {
    std::set<std::string> old(before.begin(), before.end());
    std::set<std::string> now(after.begin(), after.end());
    for (const std::string& text : old) {
      if (!now.contains(text)) optional_field(name, text, {});
    }
    for (const std::string& text : now) {
      if (!old.contains(text)) optional_field(name, {}, text);
    }
  }

  void map(std::string_view name,
           const std::map<std::string, std::string>& before,
           const std::map<std::string, std::string>& after) {
    std::map<std::string, std::pair<Text, Text>> both;
    for (const auto& [key, value] : before) both[key].first = value;
    for (const auto& [key, value] : after) both[key].second = value;
    for (const auto& [key, values] : both)
      optional_field(std::string(name) + " " + key, values.first, values.second);
  }

  std::vector<ConfigChange> changes;

 private:
  static std::string json_text(const std::vector<std::string>& words) {
    if (words.empty()) return "";
    std::string text;
    for (const std::string& word : words) {
      text += text.empty() ? "[\"" : ", \"";
      for (char c : word) {
        if (c == '"' || c == '\\') text.push_back('\\');
        text.push_back(c);
      }
      text.push_back('"');
    }
    return text + "]";
  }
};

// Of a name that comes twice, the last holds.
std::map<std::string, std::string> variables(const std::vector<std::string>& env) {
  std::map<std::string, std::string> all;
  for (const std::string& text : env) {
    size_t equals = text.find('=');
    all[text.substr(0, equals)] = equals == std::string::npos ? "" : text.substr(equals + 1);
  }
  return all;
}

std::string health_text(const std::optional<HealthCheck>& check) {
  if (!check) return "";
  auto seconds = [](int64_t ns) { return static_cast<double>(ns) / 1e9; };
  return fmt::format("{} interval={}s timeout={}s start-period={}s retries={}",
                     join(check->test, " "),
                     seconds(check->interval_ns),
                     seconds(check->timeout_ns),
                     seconds(check->start_period_ns),
                     check->retries);
}

std::string platform_text(const Platform& platform) {
  std::string text = platform.os + "/" + platform.architecture;
  if (!platform.variant.empty()) text += "/" + platform.variant;
  if (!platform.os_version.empty()) text += " " + platform.os_version;
  return text;
}

void diff_run(const RunConfig& a, const RunConfig& b, ConfigDiffer& differ) {
  differ.field("User", a.user, b.user);
  differ.map("Env", variables(a.env), variables(b.env));
  differ.list("Entrypoint", a.entrypoint, b.entrypoint);
  differ.list("Cmd", a.cmd, b.cmd);
  differ.field("WorkingDir", a.working_dir, b.working_dir);
  differ.set("ExposedPort", a.exposed_ports, b.exposed_ports);
  differ.set("Volume", a.volumes, b.volumes);
  differ.map("Label", a.labels, b.labels);
  differ.field("StopSignal", a.stop_signal, b.stop_signal);
  differ.list("Shell", a.shell, b.shell);
  differ.list("OnBuild", a.on_build, b.on_build);
  differ.field("Healthcheck", health_text(a.health_check), health_text(b.health_check));
}

void diff_history(const std::vector<HistoryEntry>& a,
                  const std::vector<HistoryEntry>& b,
                  ConfigDiffer& differ) {
  for (size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    std::string name = fmt::format("history {}", i + 1);
    Text x = i < a.size() ? Text(a[i].created_by) : Text();
    Text y = i < b.size() ? Text(b[i].created_by) : Text();
    differ.optional_field(name, x, y);
    if (!x || !y) continue;
    differ.field(name + " created", a[i].created, b[i].created);
    differ.field(name + " comment", a[i].comment, b[i].comment);
    differ.field(name + " author", a[i].author, b[i].author);
    if (a[i].empty_layer != b[i].empty_layer) {
      auto says = [](bool is_empty) { return std::string(is_empty ? "no layer" : "a layer"); };
      differ.field(name + " makes", says(a[i].empty_layer), says(b[i].empty_layer));
    }
  }
}

using Versions = std::map<std::pair<std::string, std::string>, std::set<std::string>>;

Versions versions_of(const PackageCatalog& catalog) {
  Versions versions;
  for (const Package& package : catalog.packages)
    versions[{package.type, package.name}].insert(package.version);
  return versions;
}

std::string join_set(const std::set<std::string>& texts) {
  return join(std::vector<std::string>(texts.begin(), texts.end()), ", ");
}

}  // namespace

std::vector<ConfigChange> diff_config(const ImageInfo& before,
                                      const ImageInfo& after,
                                      bool semantic) {
  ConfigDiffer differ;
  const ImageConfig& a = before.config;
  const ImageConfig& b = after.config;
  differ.field("Platform", platform_text(a.platform), platform_text(b.platform));
  diff_run(a.run, b.run, differ);
  if (semantic) return std::move(differ.changes);
  differ.field("Author", a.author, b.author);
  differ.field("Created", a.created, b.created);
  differ.map("Annotation", before.annotations, after.annotations);
  diff_history(a.history, b.history, differ);
  return std::move(differ.changes);
}

std::vector<PackageChange> diff_packages(const PackageCatalog& before,
                                         const PackageCatalog& after) {
  Versions old = versions_of(before);
  Versions now = versions_of(after);
  std::map<std::pair<std::string, std::string>, PackageChange> changes;
  for (const auto& [key, versions] : old) changes[key].before = join_set(versions);
  for (const auto& [key, versions] : now) changes[key].after = join_set(versions);
  std::vector<PackageChange> result;
  for (auto& [key, change] : changes) {
    auto x = old.find(key);
    auto y = now.find(key);
    if (x != old.end() && y != now.end() && x->second == y->second) continue;
    change.type = key.first;
    change.name = key.second;
    // A package whose version is not known is installed all the same.
    if (x != old.end() && change.before.empty()) change.before = "unknown";
    if (y != now.end() && change.after.empty()) change.after = "unknown";
    result.push_back(std::move(change));
  }
  return result;
}

}  // namespace whittle
