#include "report/analysis_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "report/analysis_summary.h"
#include "report/json_parts.h"

namespace whittle {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kSchemaVersion = 1;

Json place_json(const std::optional<SourcePlace>& place) {
  if (!place) return nullptr;
  return {
      {"file", place->file}, {"first_line", place->first_line}, {"last_line", place->last_line}};
}

Json layer_json(const LayerFacts& layer, size_t index) {
  bool is_read = layer.problem.empty();
  auto if_read = [&](uint64_t value) { return is_read ? Json(value) : Json(nullptr); };
  return {{"index", index},
          {"diff_id", text_or_null(layer.diff_id)},
          {"blob_digest", text_or_null(layer.blob_digest)},
          {"media_type", text_or_null(layer.media_type)},
          {"compression", to_text(layer.compression)},
          {"availability", to_text(layer.availability)},
          {"problem", text_or_null(layer.problem)},
          {"is_listed", layer.is_listed},
          {"is_base", layer.is_base},
          {"stored_blob_bytes",
           layer.stored_blob_bytes == 0 ? Json(nullptr) : Json(layer.stored_blob_bytes)},
          {"compressed_bytes", number_or_null(layer.compressed_bytes)},
          {"compressed_is_estimated", layer.is_compressed_estimated},
          {"tar_bytes", layer.tar_bytes == 0 ? Json(nullptr) : Json(layer.tar_bytes)},
          {"content_bytes", if_read(layer.content_bytes)},
          {"lost_bytes", if_read(layer.lost_bytes)},
          {"killed_bytes", if_read(layer.killed_bytes)},
          {"entries", if_read(layer.entry_count)},
          {"files", if_read(layer.file_count)},
          {"whiteouts", if_read(layer.whiteout_count)},
          {"command", text_or_null(layer.command)},
          {"created", text_or_null(layer.created)},
          {"history_index", layer.history_index < 0 ? Json(nullptr) : Json(layer.history_index)},
          {"place", place_json(layer.place)}};
}

Json layers_json(const Analysis& analysis) {
  Json layers = Json::array();
  for (size_t i = 0; i < analysis.layers.size(); ++i) {
    layers.push_back(layer_json(analysis.layers[i], i));
  }
  return layers;
}

Json base_json(const BaseImage& base) {
  if (base.layer_count == 0) return nullptr;
  return {{"layers", base.layer_count},
          {"name", text_or_null(base.name)},
          {"digest", text_or_null(base.digest)},
          {"evidence", to_text(base.evidence)},
          {"why", base.why}};
}

// Every cause, those without bytes too: the sums add up to `reclaimable`.
Json causes_json(const Analysis& analysis) {
  Json causes = Json::array();
  for (const LossCauseInfo& info : loss_causes()) {
    if (info.cause == LossCause::Kept) continue;
    auto index = static_cast<size_t>(info.cause);
    causes.push_back({{"id", info.id},
                      {"title", info.title},
                      {"remedy", info.remedy},
                      {"bytes", analysis.total.by_cause[index]},
                      {"own_bytes", analysis.own.by_cause[index]}});
  }
  return causes;
}

Json waste_json(const Analysis& analysis) {
  Json waste = Json::array();
  for (const WasteItem& item : analysis.waste) {
    bool is_lost = item.cause != LossCause::Kept;
    waste.push_back(
        {{"title", item.title},
         {"path", item.path},
         {"cause", is_lost ? Json(info_of(item.cause).id) : Json(nullptr)},
         {"kind",
          item.kind < file_kinds().size() ? Json(file_kinds()[item.kind].id) : Json(nullptr)},
         {"created_layer", item.created_layer},
         {"killer_layer", is_lost ? Json(item.killer_layer) : Json(nullptr)},
         {"bytes", item.bytes},
         {"compressed_bytes", item.compressed_bytes},
         {"files", item.file_count},
         {"is_base", item.is_base},
         {"remedy", item.remedy}});
  }
  return waste;
}

Json group_rows_json(const std::vector<GroupRow>& rows) {
  Json list = Json::array();
  for (const GroupRow& row : rows) {
    Json object = {{"key", row.key}};
    object.update(group_bytes_json(row.bytes));
    if (!row.rows.empty()) object["rows"] = group_rows_json(row.rows);
    list.push_back(std::move(object));
  }
  return list;
}

Json groups_json(const AnalyzeReport& report) {
  if (report.dimensions.empty()) return nullptr;
  return {{"dimensions", dimension_names(report.dimensions)},
          {"only_own", report.only_own},
          {"total", group_bytes_json(report.groups_total)},
          {"rows", group_rows_json(report.groups)}};
}

Json packages_json(const PackageCatalog& catalog) {
  std::map<std::string, uint64_t> counts;
  for (const Package& package : catalog.packages) ++counts[package.type];
  Json types = Json::array();
  for (const auto& [type, count] : counts) types.push_back({{"type", type}, {"count", count}});
  return {{"count", catalog.packages.size()},
          {"types", std::move(types)},
          {"problems", catalog.problems}};
}

// The ratio of dive that is no number where there is nothing above the first layer.
Json dive_note(const DiveCompat& dive) {
  if (std::isnan(dive.wasted_user_percent)) {
    return "wasted_user_percent is NaN in dive: nothing is stored above the first layer";
  }
  if (std::isinf(dive.wasted_user_percent)) {
    return "wasted_user_percent is infinite in dive: nothing is stored above the first layer";
  }
  return nullptr;
}

Json dive_json(const DiveCompat& dive) {
  Json files = Json::array();
  for (const DiveFile& file : dive.inefficient) {
    files.push_back({{"path", file.path}, {"count", file.count}, {"bytes", file.bytes}});
  }
  return {{"efficiency", finite_or_null(dive.efficiency)},
          {"size_bytes", dive.size_bytes},
          {"user_size_bytes", dive.user_size_bytes},
          {"wasted_bytes", dive.wasted_bytes},
          {"wasted_user_percent", finite_or_null(dive.wasted_user_percent)},
          {"note", dive_note(dive)},
          {"layer_bytes", dive.layer_bytes},
          {"inefficient", std::move(files)}};
}

Json gates_json(const std::vector<GateResult>& gates) {
  Json list = Json::array();
  for (const GateResult& gate : gates) {
    list.push_back({{"name", gate.name},
                    {"status", to_text(gate.status)},
                    {"value", text_or_null(gate.value)},
                    {"limit", text_or_null(gate.limit)}});
  }
  return list;
}

Json size_json(const Analysis& analysis) {
  Json size = account_json(analysis.total);
  size["distinct_blob_bytes"] = analysis.distinct_blob_bytes;
  size["compressed_bytes"] = number_or_null(analysis.compressed_bytes);
  size["compressed_is_estimated"] = analysis.is_compressed_estimated;
  size["lost_compressed_bytes"] = analysis.lost_compressed_bytes;
  size["own"] = account_json(analysis.own);
  size["base"] = account_json(base_account(analysis));
  return size;
}

}  // namespace

nlohmann::ordered_json analysis_json(const AnalyzeReport& report) {
  const Analysis& analysis = *report.analysis;
  Json out = report_head(kSchemaVersion, "analyze");
  out["image"] = image_json(analysis);
  out["size"] = size_json(analysis);
  out["base"] = base_json(analysis.base);
  out["layers"] = layers_json(analysis);
  out["causes"] = causes_json(analysis);
  out["waste"] = waste_json(analysis);
  out["lost"] = {{"by_cause", group_rows_json(report.lost_by_cause)},
                 {"by_line", group_rows_json(report.lost_by_line)},
                 {"by_dir", group_rows_json(report.lost_by_dir)},
                 {"by_package", group_rows_json(report.lost_by_package)},
                 {"by_kind", group_rows_json(report.lost_by_kind)}};
  out["groups"] = groups_json(report);
  out["packages"] = packages_json(analysis.packages);
  out["duplicates_were_searched"] = analysis.has_duplicates;
  out["dive_compat"] = dive_json(analysis.dive);
  out["gates"] = gates_json(report.gates);
  out["notes"] = analysis.notes;
  return out;
}

}  // namespace whittle
