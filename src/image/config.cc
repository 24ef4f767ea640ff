#include "image/config.h"

#include <fmt/format.h>
#include <sys/utsname.h>

#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/strings.h"
#include "codec/digest.h"
#include "image/json.h"

namespace whittle {

using nlohmann::json;

namespace {

Result<std::vector<std::string>> keys_of(const json& object, std::string_view key) {
  std::vector<std::string> keys;
  TRY_ASSIGN(const json* set, json_object(object, key));
  if (set == nullptr) return keys;
  for (const auto& [name, ignored] : set->items()) keys.push_back(name);
  return keys;  // items() goes in the order of the keys
}

Result<std::optional<HealthCheck>> parse_health_check(const json& run) {
  TRY_ASSIGN(const json* found, json_object(run, "Healthcheck"));
  if (found == nullptr) return std::optional<HealthCheck>();
  HealthCheck check;
  TRY_ASSIGN(check.test, json_strings(*found, "Test"));
  TRY_ASSIGN(check.interval_ns, json_integer(*found, "Interval"));
  TRY_ASSIGN(check.timeout_ns, json_integer(*found, "Timeout"));
  TRY_ASSIGN(check.start_period_ns, json_integer(*found, "StartPeriod"));
  TRY_ASSIGN(check.retries, json_integer(*found, "Retries"));
  return std::optional<HealthCheck>(std::move(check));
}

Result<RunConfig> parse_run_config(const json& run) {
  RunConfig config;
  TRY_ASSIGN(config.user, json_string(run, "User"));
  TRY_ASSIGN(config.env, json_strings(run, "Env"));
  TRY_ASSIGN(config.entrypoint, json_strings(run, "Entrypoint"));
  TRY_ASSIGN(config.cmd, json_strings(run, "Cmd"));
  TRY_ASSIGN(config.working_dir, json_string(run, "WorkingDir"));
  TRY_ASSIGN(config.exposed_ports, keys_of(run, "ExposedPorts"));
  TRY_ASSIGN(config.volumes, keys_of(run, "Volumes"));
  TRY_ASSIGN(config.stop_signal, json_string(run, "StopSignal"));
  TRY_ASSIGN(config.shell, json_strings(run, "Shell"));
  TRY_ASSIGN(config.on_build, json_strings(run, "OnBuild"));
  TRY_ASSIGN(config.health_check, parse_health_check(run));
  TRY_ASSIGN(const json* labels, json_object(run, "Labels"));
  if (labels == nullptr) return config;
  for (const auto& [name, ignored] : labels->items()) {
    TRY_ASSIGN(config.labels[name], json_string(*labels, name));
  }
  return config;
}

Result<std::vector<HistoryEntry>> parse_history(const json& root) {
  std::vector<HistoryEntry> history;
  TRY_ASSIGN(const json* list, json_array(root, "history"));
  if (list == nullptr) return history;
  for (const json& item : *list) {
    HistoryEntry& entry = history.emplace_back();
    TRY_ASSIGN(entry.created, json_string(item, "created"));
    TRY_ASSIGN(entry.created_by, json_string(item, "created_by"));
    TRY_ASSIGN(entry.comment, json_string(item, "comment"));
    TRY_ASSIGN(entry.author, json_string(item, "author"));
    auto empty = item.is_object() ? item.find("empty_layer") : item.end();
    entry.empty_layer = empty != item.end() && empty->is_boolean() && empty->get<bool>();
  }
  return history;
}

Result<std::vector<Digest>> parse_diff_ids(const json& root) {
  TRY_ASSIGN(const json* rootfs, json_object(root, "rootfs"));
  if (rootfs == nullptr) return Error(ErrorKind::Invalid, "the configuration has no `rootfs`");
  TRY_ASSIGN(std::vector<Digest> diff_ids, json_strings(*rootfs, "diff_ids"));
  for (const Digest& id : diff_ids) {
    if (!digest_algorithm(id)) {
      return Error(ErrorKind::Invalid, fmt::format("`{}` is not a diff id", printable(id)));
    }
  }
  return diff_ids;
}

}  // namespace

Result<ImageConfig> parse_image_config(std::string raw_json, const Limits& limits) {
  TRY_ASSIGN(json root, parse_json(raw_json, "image configuration", limits));
  if (!root.is_object())
    return Error(ErrorKind::Invalid, "the image configuration is not a JSON object");
  ImageConfig config;
  TRY_ASSIGN(config.platform.os, json_string(root, "os"));
  TRY_ASSIGN(config.platform.architecture, json_string(root, "architecture"));
  TRY_ASSIGN(config.platform.variant, json_string(root, "variant"));
  TRY_ASSIGN(config.platform.os_version, json_string(root, "os.version"));
  TRY_ASSIGN(config.created, json_string(root, "created"));
  TRY_ASSIGN(config.author, json_string(root, "author"));
  TRY_ASSIGN(const json* run, json_object(root, "config"));
  if (run != nullptr) {
    TRY_ASSIGN(config.run, parse_run_config(*run));
  }
  TRY_ASSIGN(config.diff_ids, parse_diff_ids(root));
  TRY_ASSIGN(config.history, parse_history(root));
  if (config.diff_ids.size() > limits.max_layers) {
    return limit_error("image configuration", &Limits::max_layers, limits);
  }
  config.raw_json = std::move(raw_json);
  return config;
}

Status attach_config(const ImageConfig& config, std::vector<Layer>& layers) {
  if (config.diff_ids.size() != layers.size()) {
    return Error(ErrorKind::Invalid,
                 fmt::format("the manifest has {}, but the configuration {}",
                             count_of(layers.size(), "layer"),
                             count_of(config.diff_ids.size(), "diff id")));
  }
  std::vector<int> makers;
  for (size_t i = 0; i < config.history.size(); ++i) {
    if (!config.history[i].empty_layer) makers.push_back(static_cast<int>(i));
  }
  for (size_t i = 0; i < layers.size(); ++i) {
    layers[i].diff_id = config.diff_ids[i];
    layers[i].history_index = makers.size() == layers.size() ? makers[i] : -1;
  }
  return {};
}

Platform host_platform() {
  struct Row {
    std::string_view machine;
    const char* architecture;
    const char* variant;
  };

  // uname -m to Go's names.
  constexpr std::array<Row, 9> kRows = {{{"x86_64", "amd64", ""},
                                         {"aarch64", "arm64", ""},
                                         {"armv7l", "arm", "v7"},
                                         {"armv6l", "arm", "v6"},
                                         {"i686", "386", ""},
                                         {"ppc64le", "ppc64le", ""},
                                         {"s390x", "s390x", ""},
                                         {"riscv64", "riscv64", ""},
                                         {"loongarch64", "loong64", ""}}};
  Platform platform;
  platform.os = "linux";
  utsname names{};
  if (::uname(&names) != 0) return platform;
  platform.architecture = names.machine;
  for (const Row& row : kRows) {
    if (row.machine != names.machine) continue;
    platform.architecture = row.architecture;
    platform.variant = row.variant;
  }
  return platform;
}

std::string format_platform(const Platform& platform) {
  std::string text = platform.os;
  for (const std::string& part : {platform.architecture, platform.variant}) {
    if (!part.empty()) text += "/" + part;
  }
  return text;
}

bool platform_matches(const Platform& wanted, const Platform& offered) {
  auto agrees = [](const std::string& a, const std::string& b) {
    return a.empty() || b.empty() || a == b;
  };
  return wanted.os == offered.os && wanted.architecture == offered.architecture &&
         agrees(wanted.variant, offered.variant) &&
         (wanted.os_version.empty() || wanted.os_version == offered.os_version);
}

}  // namespace whittle
