// A comparison for programs. The schema is docs/json-schema/diff.schema.json: a change here is a
// change there, and of kSchemaVersion when it breaks readers. What is not known is null.
#include <nlohmann/json.hpp>

#include "report/analysis_summary.h"
#include "report/formats/formats_list.h"
#include "report/json_parts.h"

namespace whittle {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kSchemaVersion = 1;

Json side_json(const Analysis& analysis, const GroupBytes& bytes) {
  Json side = image_json(analysis);
  side["layers"] = analysis.layers.size();
  side["bytes"] = group_bytes_json(bytes);
  side["compressed_bytes"] = number_or_null(analysis.compressed_bytes);
  side["compressed_is_estimated"] = analysis.is_compressed_estimated;
  return side;
}

Json config_json(const std::vector<ConfigChange>& changes) {
  auto or_null = [](const std::optional<std::string>& text) {
    return text ? Json(*text) : Json(nullptr);
  };
  Json list = Json::array();
  for (const ConfigChange& change : changes) {
    list.push_back({{"field", change.field},
                    {"before", or_null(change.before)},
                    {"after", or_null(change.after)}});
  }
  return list;
}

Json packages_json(const std::vector<PackageChange>& changes) {
  Json list = Json::array();
  for (const PackageChange& change : changes) {
    list.push_back({{"type", change.type},
                    {"name", change.name},
                    {"before", text_or_null(change.before)},
                    {"after", text_or_null(change.after)}});
  }
  return list;
}

Json differences_json(const FileDifference& what) {
  Json words = Json::array();
  if (what.content) words.push_back("content");
  if (what.type) words.push_back("type");
  if (what.mode) words.push_back("mode");
  if (what.owner) words.push_back("owner");
  if (what.time) words.push_back("time");
  if (what.link_target) words.push_back("link_target");
  if (what.xattrs) words.push_back("xattrs");
  if (what.hard_links) words.push_back("hard_links");
  return words;
}

Json files_json(const std::vector<FileChange>& changes) {
  Json list = Json::array();
  for (const FileChange& change : changes) {
    bool had = change.kind != ChangeKind::Added;
    bool has = change.kind != ChangeKind::Removed;
    list.push_back({{"path", change.path},
                    {"kind", to_text(change.kind)},
                    {"differs", differences_json(change.what)},
                    {"before_type", had ? Json(to_text(change.before_type)) : Json(nullptr)},
                    {"after_type", has ? Json(to_text(change.after_type)) : Json(nullptr)},
                    {"before_bytes", had ? Json(change.before_bytes) : Json(nullptr)},
                    {"after_bytes", has ? Json(change.after_bytes) : Json(nullptr)},
                    {"details", text_or_null(change.details)}});
  }
  return list;
}

Json groups_json(const std::vector<GroupChange>& rows) {
  Json list = Json::array();
  for (const GroupChange& row : rows) {
    Json object = {{"key", row.key},
                   {"is_new", row.is_new},
                   {"is_gone", row.is_gone},
                   {"before", group_bytes_json(row.before)},
                   {"after", group_bytes_json(row.after)}};
    if (!row.rows.empty()) object["rows"] = groups_json(row.rows);
    list.push_back(std::move(object));
  }
  return list;
}

}  // namespace

std::string diff_as_json(const DiffReport& report, const RenderOptions& /*options*/) {
  const ImageDiff& diff = report.diff;
  Json out = report_head(kSchemaVersion, "diff");
  out["equal"] = diff.is_equal;
  out["semantic"] = diff.is_semantic;
  out["before"] = side_json(*diff.before, diff.before_bytes);
  out["after"] = side_json(*diff.after, diff.after_bytes);
  out["shared_layers"] = diff.shared_layers;
  out["dimensions"] = dimension_names(diff.dimensions);
  out["groups"] = groups_json(diff.groups);
  out["config"] = config_json(diff.config);
  out["packages"] = packages_json(diff.packages);
  out["files"] = files_json(diff.files);
  out["notes"] = diff.notes;
  return dump_report(out);
}

}  // namespace whittle
