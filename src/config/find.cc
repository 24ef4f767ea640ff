#include "config/find.h"

#include <array>

#include "config/policy.h"
#include "config/read.h"

namespace whittle {

namespace {

template <typename T>
void append(std::vector<T>& to, const std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

// The configuration of a folder; empty if it has none.
fs::path config_in(const fs::path& folder) {
  for (const char* name : {"whittle.yaml", ".whittle.yaml", "whittle.yml", ".whittle.yml"}) {
    std::error_code error;
    if (fs::is_regular_file(folder / name, error)) return folder / name;
  }
  return {};
}

fs::path nearest_config(fs::path folder) {
  while (true) {
    if (fs::path found = config_in(folder); !found.empty()) return found;
    std::error_code error;
    bool is_top = fs::exists(folder / ".git", error) || folder == folder.parent_path();
    if (is_top) return {};
    folder = folder.parent_path();
  }
}

}  // namespace

LintConfig with_changes(LintConfig config, const LintConfig& changes) {
  if (!changes.preset.empty()) {
    config.preset = changes.preset;
    config.select.clear();
  }
  if (!changes.select.empty()) config.select = changes.select;
  if (!changes.fixable.empty()) config.fixable = changes.fixable;
  append(config.extend_select, changes.extend_select);
  append(config.ignore, changes.ignore);
  append(config.severity, changes.severity);
  append(config.unfixable, changes.unfixable);
  append(config.extend_safe_fixes, changes.extend_safe_fixes);
  append(config.extend_unsafe_fixes, changes.extend_unsafe_fixes);
  append(config.settings.trusted_registries, changes.settings.trusted_registries);
  append(config.settings.label_schema, changes.settings.label_schema);
  append(config.settings.named_contexts, changes.settings.named_contexts);
  if (!changes.settings.today.empty()) config.settings.today = changes.settings.today;
  if (!changes.settings.platform.empty()) config.settings.platform = changes.settings.platform;
  if (changes.settings.strict_labels) config.settings.strict_labels = true;
  append(config.exclude, changes.exclude);
  append(config.per_file_ignores, changes.per_file_ignores);
  if (!changes.formats.empty()) config.formats = changes.formats;
  if (changes.fail_level) config.fail_level = changes.fail_level;
  if (changes.honours_comments) config.honours_comments = changes.honours_comments;
  if (changes.shellcheck) config.shellcheck = changes.shellcheck;
  return config;
}

Result<std::shared_ptr<const LintConfig>> ConfigFinder::read(const fs::path& file) {
  auto known = by_file_.find(file);
  if (known != by_file_.end()) return known->second;
  TRY_ASSIGN(LintConfig config, read_config(file));
  auto whole = std::make_shared<const LintConfig>(with_changes(std::move(config), search_.changes));
  by_file_[file] = whole;
  return whole;
}

Result<std::shared_ptr<const LintConfig>> ConfigFinder::defaults() {
  std::shared_ptr<const LintConfig>& config = by_file_[fs::path()];
  if (!config) config = std::make_shared<const LintConfig>(with_changes({}, search_.changes));
  return config;
}

Result<std::shared_ptr<const LintConfig>> ConfigFinder::config_for_folder(const fs::path& folder) {
  if (search_.file) return read(*search_.file);
  if (!search_.uses_files) return defaults();
  std::error_code error;
  fs::path real = fs::canonical(folder.empty() ? fs::path(".") : folder, error);
  if (error) return defaults();
  auto known = by_folder_.find(real);
  if (known != by_folder_.end()) return known->second;
  fs::path file = nearest_config(real);
  Result<std::shared_ptr<const LintConfig>> config = file.empty() ? defaults() : read(file);
  if (config.ok()) by_folder_[real] = *config;
  return config;
}

Result<std::shared_ptr<const LintPolicy>> ConfigFinder::policy_for(const fs::path& file) {
  TRY_ASSIGN(std::shared_ptr<const LintConfig> config, config_for_folder(file.parent_path()));
  bool is_shared = config->per_file_ignores.empty();
  auto known = policies_.find(config.get());
  if (is_shared && known != policies_.end()) return known->second;
  std::error_code error;
  fs::path base = config->file.empty() ? fs::current_path(error) : config->file.parent_path();
  fs::path real = fs::weakly_canonical(file, error);
  std::string relative = error ? file.string() : real.lexically_proximate(base).generic_string();
  Result<LintPolicy> made = make_policy(*config, relative);
  if (!made.ok() && !config->file.empty())
    return std::move(made).error().with(config->file.string());
  TRY(made.ok() ? Status() : Status(made.error()));
  auto policy = std::make_shared<const LintPolicy>(std::move(*made));
  if (is_shared) policies_[config.get()] = policy;
  return policy;
}

}  // namespace whittle
