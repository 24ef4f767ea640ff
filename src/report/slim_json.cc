// `slim` for programs. The schema is docs/json-schema/slim.schema.json: a change here is a change
// there, and of kSchemaVersion when it breaks readers. What is not known is null.
#include "report/slim_json.h"

#include <nlohmann/json.hpp>

#include "report/json_parts.h"
#include "report/slim_summary.h"

namespace whittle {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kSchemaVersion = 1;

Json bytes_json(const SlimBytes& count) {
  return {{"files", count.files}, {"bytes", count.bytes}};
}

std::string_view proof_name(SlimProof proof) {
  constexpr std::string_view kNames[] = {"none", "automatic", "probed"};
  return kNames[static_cast<size_t>(proof)];
}

Json tiers_json(const SlimReport& report) {
  Json tiers = Json::array();
  for (size_t i = 0; i < kKeepTiers; ++i) {
    tiers.push_back({{"tier", to_text(static_cast<KeepTier>(i))},
                     {"all", bytes_json(report.by_tier[i])},
                     {"kept", bytes_json(report.kept_by_tier[i])}});
  }
  return tiers;
}

Json reasons_json(const SlimReport& report) {
  Json reasons = Json::array();
  for (const SlimReasonRow& row : report.reasons) {
    reasons.push_back(
        {{"reason", row.reason}, {"tier", to_text(row.tier)}, {"kept", bytes_json(row.kept)}});
  }
  return reasons;
}

Json packages_json(const SlimReport& report) {
  Json packages = Json::array();
  for (const SlimPackage& row : report.packages) {
    packages.push_back({{"type", row.type},
                        {"name", row.name},
                        {"version", row.version},
                        {"purl", row.url},
                        {"kept", row.is_kept},
                        {"whole", row.is_whole},
                        {"before", bytes_json(row.before)},
                        {"after", bytes_json(row.after)}});
  }
  return packages;
}

Json attempts_json(const SlimReport& report) {
  Json attempts = Json::array();
  for (const SlimAttempt& attempt : report.attempts) {
    attempts.push_back({{"policy", to_text(attempt.policy)},
                        {"passed", attempt.passed},
                        {"why", text_or_null(attempt.why)},
                        {"put_back", attempt.put_back}});
  }
  return attempts;
}

Json trace_json(const SlimReport& report) {
  if (!report.trace) return nullptr;
  Json programs = Json::array();
  for (const SlimProgram& row : report.trace->programs)
    programs.push_back({{"path", row.path}, {"paths", row.paths}, {"used", bytes_json(row.used)}});
  return {{"method", text_or_null(report.trace->method)},
          {"lookups", report.trace->lookups},
          {"used", bytes_json(report.trace->used)},
          {"kept_used", bytes_json(report.trace->kept_used)},
          {"programs", programs}};
}

Json verify_json(const SlimReport& report) {
  if (!report.verify) return nullptr;
  return {{"lookups", report.verify->lookups},
          {"new_lookups", report.verify->new_lookups},
          {"misses", report.verify->misses}};
}

Json misses_json(const SlimReport& report) {
  Json misses = Json::array();
  for (const SlimMiss& miss : report.misses) {
    misses.push_back({{"path", miss.path},
                      {"program", text_or_null(miss.program)},
                      {"from_verifying", miss.is_from_verifying}});
  }
  return misses;
}

Json removed_json(const SlimReport& report) {
  if (!report.removed_vulnerabilities) return nullptr;
  Json rows = Json::array();
  for (const SlimRemovedVulnerability& row : *report.removed_vulnerabilities)
    rows.push_back({{"id", row.id}, {"purl", row.package_url}});
  return rows;
}

Json side_json(uint64_t image_bytes, size_t layers, const SlimBytes& tree) {
  return {{"image_bytes", image_bytes}, {"layers", layers}, {"tree", bytes_json(tree)}};
}

}  // namespace

Json slim_json(const SlimReport& report) {
  Json root = report_head(kSchemaVersion, "slim");
  root["target"] = report.target;
  root["digest"] = text_or_null(report.digest);
  root["result_digest"] = text_or_null(report.result_digest);
  root["policy"] = {{"wanted", to_text(report.wanted)}, {"result", to_text(report.policy)}};
  root["proof"] = proof_name(report.proof);
  root["engine"] = text_or_null(report.engine);
  root["before"] = side_json(report.image_bytes_before, report.layers_before, report.tree_before);
  root["after"] = side_json(report.image_bytes_after, report.layers_after, report.tree_after);
  root["after"]["layers_reused"] = report.layers_reused;
  root["layers"] = {{"wanted", report.layers_wanted}, {"base_layers", report.base_layers}};
  root["tiers"] = tiers_json(report);
  root["reasons"] = reasons_json(report);
  root["packages"] = packages_json(report);
  root["removed_vulnerabilities"] = removed_json(report);
  root["attempts"] = attempts_json(report);
  root["probe_before"] = probe_json(report.probe_before);
  root["probe_after"] = probe_json(report.probe_after);
  root["trace"] = trace_json(report);
  root["verify"] = verify_json(report);
  root["misses"] = misses_json(report);
  root["debug_companion"] = nullptr;
  if (!report.debug_companion.empty()) {
    root["debug_companion"] = {{"name", report.debug_companion},
                               {"tools_from", report.debug_source},
                               {"command", text_or_null(report.debug_command)}};
  }
  root["notes"] = report.notes;
  root["written"] = report.written;
  root["phases"] = Json::array();
  for (const SlimPhase& phase : report.phases)
    root["phases"].push_back({{"name", phase.name}, {"seconds", phase.seconds}});
  root["seconds"] = report.seconds;
  root["probe_seconds"] = report.probe_seconds;
  root["trace_seconds"] = report.trace_seconds;
  return root;
}

}  // namespace whittle
