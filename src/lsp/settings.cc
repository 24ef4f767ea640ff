#include "lsp/settings.h"

#include <array>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "config/policy.h"
#include "lsp/json_values.h"

namespace whittle {

namespace {

constexpr int64_t kMaxIndent = 16;

// What is wrong with the value; "" if it was taken.
using Setter = std::string (*)(const Json& value, EditorSettings& settings);

struct SettingRow {
  std::string_view name;
  Setter set;
};

template <std::vector<std::string> LintConfig::*member>
std::string set_rules(const Json& value, EditorSettings& settings) {
  if (!value.is_array()) return "is no list of rules";
  std::vector<std::string> rules;
  for (const Json& item : value) {
    if (!item.is_string()) return "is no list of rules";
    Result<std::vector<std::string>> known = rules_named(item.get_ref<const std::string&>());
    if (!known.ok()) return ": " + known.error().message();
    rules.push_back(item.get<std::string>());
  }
  settings.config.changes.*member = std::move(rules);
  return "";
}

std::string set_preset(const Json& value, EditorSettings& settings) {
  for (const PresetInfo& preset : preset_table()) {
    if (!value.is_string() || value.get_ref<const std::string&>() != preset.name) continue;
    settings.config.changes.preset = preset.name;
    return "";
  }
  return "is the name of no preset";
}

std::string set_configuration(const Json& value, EditorSettings& settings) {
  if (!value.is_string()) return "is no path";
  const std::string& path = value.get_ref<const std::string&>();
  settings.config.file = path.empty() ? std::nullopt : std::optional<fs::path>(path);
  return "";
}

std::string set_unsafe_fixes(const Json& value, EditorSettings& settings) {
  if (!value.is_boolean()) return "is neither true nor false";
  settings.offers_unsafe_fixes = value.get<bool>();
  return "";
}

std::string set_indent(const Json& value, EditorSettings& settings) {
  std::optional<int64_t> indent = json_number(value, "");
  if (!indent || *indent < 1 || *indent > kMaxIndent) return "is no number from 1 to 16";
  settings.format.indent = static_cast<unsigned>(*indent);
  return "";
}

std::string set_sorts(const Json& value, EditorSettings& settings) {
  if (!value.is_boolean()) return "is neither true nor false";
  settings.format.sorts_packages = value.get<bool>();
  return "";
}

constexpr std::array<SettingRow, 8> kSettings = {{
    {"configuration", set_configuration},
    {"preset", set_preset},
    {"select", set_rules<&LintConfig::select>},
    {"extendSelect", set_rules<&LintConfig::extend_select>},
    {"ignore", set_rules<&LintConfig::ignore>},
    {"unsafeFixes", set_unsafe_fixes},
    {"formatIndent", set_indent},
    {"formatSortPackages", set_sorts},
}};

}  // namespace

EditorSettings read_settings(const Json& value,
                             const EditorSettings& base,
                             std::vector<std::string>& problems) {
  EditorSettings settings = base;
  const Json* section = json_at(value, "whittle");
  const Json& from = section != nullptr ? *section : value;
  if (!from.is_object()) return settings;
  for (const auto& [name, member] : from.items()) {
    if (member.is_null()) continue;
    const SettingRow* row = nullptr;
    for (const SettingRow& one : kSettings) {
      if (one.name == name) row = &one;
    }
    std::string problem = row == nullptr ? "is no setting" : row->set(member, settings);
    if (!problem.empty()) problems.push_back("`" + printable(name) + "` " + problem);
  }
  return settings;
}

}  // namespace whittle
