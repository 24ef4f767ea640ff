#include "report/json_parts.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "report/analysis_summary.h"

namespace whittle {

namespace {

using Json = nlohmann::ordered_json;

Json platform_json(const Platform& platform) {
  return {{"os", text_or_null(platform.os)},
          {"architecture", text_or_null(platform.architecture)},
          {"variant", text_or_null(platform.variant)},
          {"os_version", text_or_null(platform.os_version)}};
}

Json map_json(const std::map<std::string, std::string>& map) {
  Json object = Json::object();
  for (const auto& [key, value] : map) object[key] = value;
  return object;
}

Json config_json(const RunConfig& run) {
  Json check = nullptr;
  if (run.health_check) {
    check = {{"test", run.health_check->test},
             {"interval_ns", run.health_check->interval_ns},
             {"timeout_ns", run.health_check->timeout_ns},
             {"start_period_ns", run.health_check->start_period_ns},
             {"retries", run.health_check->retries}};
  }
  return {{"user", run.user},
          {"env", run.env},
          {"entrypoint", run.entrypoint},
          {"cmd", run.cmd},
          {"working_dir", run.working_dir},
          {"exposed_ports", run.exposed_ports},
          {"volumes", run.volumes},
          {"labels", map_json(run.labels)},
          {"stop_signal", text_or_null(run.stop_signal)},
          {"shell", run.shell},
          {"on_build", run.on_build},
          {"health_check", std::move(check)}};
}

}  // namespace

nlohmann::ordered_json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

nlohmann::ordered_json number_or_null(const std::optional<uint64_t>& number) {
  return number ? Json(*number) : Json(nullptr);
}

nlohmann::ordered_json finite_or_null(double number) {
  return std::isfinite(number) ? Json(number) : Json(nullptr);
}

nlohmann::ordered_json image_json(const Analysis& analysis) {
  const ImageInfo& info = analysis.info;
  Json platforms = Json::array();
  for (const Platform& platform : info.platforms) platforms.push_back(platform_json(platform));
  return {{"target", analysis.target},
          {"source", text_or_null(info.source)},
          {"names", info.names},
          {"manifest_digest", text_or_null(info.manifest_digest)},
          {"config_digest", text_or_null(info.config_digest)},
          {"platform", platform_json(info.config.platform)},
          {"platforms", std::move(platforms)},
          {"created", text_or_null(info.config.created)},
          {"author", text_or_null(info.config.author)},
          {"annotations", map_json(info.annotations)},
          {"config", config_json(info.config.run)}};
}

nlohmann::ordered_json account_json(const Account& account) {
  return {{"stored", account.stored},
          {"final", account.final},
          {"reclaimable", account.reclaimable},
          {"efficiency", account.efficiency()}};
}

nlohmann::ordered_json group_bytes_json(const GroupBytes& bytes) {
  return {{"stored", bytes.stored},
          {"final", bytes.final},
          {"compressed", bytes.compressed},
          {"files", bytes.files}};
}

nlohmann::ordered_json probe_json(const std::optional<ProbeReport>& probe) {
  if (!probe) return nullptr;
  Json checks = Json::array();
  for (const CheckLine& check : probe->checks) {
    checks.push_back({{"name", check.name},
                      {"passed", check.passed},
                      {"observed", check.observed},
                      {"detail", check.detail}});
  }
  return {{"passed", probe->passed},
          {"ready_seconds", probe->ready_seconds},
          {"checks", std::move(checks)}};
}

nlohmann::ordered_json report_head(int schema_version, std::string_view command) {
  return {{"schema_version", schema_version},
          {"tool", {{"name", "whittle"}, {"version", WHITTLE_VERSION}}},
          {"command", command}};
}

std::string dump_report(const nlohmann::ordered_json& report) {
  return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace whittle
