#include "builds/build_file.h"

#include <algorithm>

#include "base/strings.h"

namespace whittle {

namespace {

bool is_compose_name(std::string_view name) {
  bool is_yaml = name.ends_with(".yaml") || name.ends_with(".yml");
  if (!is_yaml) return false;
  std::string_view stem = name.substr(0, name.rfind('.'));
  return stem == "compose" || stem == "docker-compose" || stem.starts_with("compose.") ||
         stem.starts_with("docker-compose.") || stem.ends_with(".compose") ||
         stem.starts_with("docker-compose-") || stem.starts_with("compose-");
}

}  // namespace

std::optional<BuildFileKind> build_file_kind(std::string_view name) {
  std::string lower = to_lower(name.substr(name.rfind('/') + 1));
  if (lower.ends_with(".hcl")) return BuildFileKind::BakeHcl;
  bool is_bake_json = lower.ends_with(".json") &&
                      (lower.starts_with("docker-bake") || lower.ends_with("bake.json"));
  if (is_bake_json) return BuildFileKind::BakeJson;
  if (is_compose_name(lower)) return BuildFileKind::Compose;
  return std::nullopt;
}

bool is_remote_context(std::string_view context) {
  return contains(context, "://") || context.starts_with("git@") ||
         context.starts_with("github.com/") || context == "-";
}

std::vector<std::pair<std::string, std::string>> read_env_file(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> variables;
  for (std::string_view line : split_lines(text)) {
    line = trim(line);
    if (line.starts_with("export ")) line = trim_left(line.substr(7));
    size_t equals = line.find('=');
    if (line.empty() || line[0] == '#' || equals == std::string_view::npos) continue;
    std::string_view value = trim(line.substr(equals + 1));
    bool is_quoted =
        value.size() > 1 && (value[0] == '"' || value[0] == '\'') && value.back() == value[0];
    if (is_quoted) {
      value = value.substr(1, value.size() - 2);
    } else if (size_t comment = value.find(" #"); comment != std::string_view::npos) {
      value = trim_right(value.substr(0, comment));
    }
    variables.emplace_back(trim(line.substr(0, equals)), value);
  }
  std::reverse(variables.begin(), variables.end());
  return variables;
}

}  // namespace whittle
