#include "config/baseline.h"

#include <nlohmann/json.hpp>

#include "base/strings.h"

namespace whittle {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;
constexpr size_t kMaxEntries = 1'000'000;

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// As it comes back from a file: bytes that are no UTF-8 do not.
std::string as_stored(std::string_view text) {
  if (is_valid_utf8(text)) return std::string(text);
  Json parsed = Json::parse(dump(Json(text)), nullptr, false);
  return parsed.is_string() ? parsed.get<std::string>() : "";
}

bool is_entry(const Json& row) {
  return row.is_object() && row.contains("file") && row["file"].is_string() &&
         row.contains("rule") && row["rule"].is_string() && row.contains("text") &&
         row["text"].is_string() && row.contains("count") && row["count"].is_number_unsigned();
}

}  // namespace

Baseline::Key Baseline::key_of(const LintedFile& file, const Finding& finding) {
  std::string_view text;
  if (finding.range != Range{}) {
    uint32_t line = file.lines.line_of(finding.range.begin);
    uint32_t begin = file.lines.line_begin(line);
    text = trim(std::string_view(file.text).substr(begin, file.lines.line_begin(line + 1) - begin));
  }
  return {as_stored(file.path), finding.rule, as_stored(text)};
}

Baseline Baseline::of(const LintReport& report) {
  Baseline baseline;
  for (const LintedFile& file : report.files) {
    for (const Finding& finding : file.findings) ++baseline.counts_[key_of(file, finding)];
  }
  return baseline;
}

Result<Baseline> Baseline::parse(std::string_view json, const std::string& name) {
  Json root = Json::parse(json, nullptr, false);
  if (root.is_discarded() || !root.is_object() || !root.contains("findings") ||
      !root["findings"].is_array() || root["findings"].size() > kMaxEntries)
    return Error(ErrorKind::Invalid, name + ": this is no baseline")
        .hint("Write it with --write-baseline FILE");
  if (root.value("version", Json(0)) != Json(kVersion))
    return Error(ErrorKind::Unsupported, name + ": a baseline of another version")
        .hint("Write it anew with --write-baseline FILE");
  Baseline baseline;
  for (const Json& row : root["findings"]) {
    if (!is_entry(row)) return Error(ErrorKind::Invalid, name + ": a finding without its parts");
    baseline.counts_[{row["file"].get<std::string>(),
                      row["rule"].get<std::string>(),
                      row["text"].get<std::string>()}] += row["count"].get<uint64_t>();
  }
  return baseline;
}

std::string Baseline::to_json() const {
  std::string out = "{\n  \"version\": " + std::to_string(kVersion) + ",\n  \"findings\": [";
  bool is_first = true;
  for (const auto& [key, count] : counts_) {
    const auto& [file, rule, text] = key;
    Json row = {{"file", file}, {"rule", rule}, {"text", text}, {"count", count}};
    out += (is_first ? "\n    " : ",\n    ") + dump(row);
    is_first = false;
  }
  return out + (is_first ? "]\n}\n" : "\n  ]\n}\n");
}

uint64_t Baseline::apply(LintReport& report) const {
  std::map<Key, uint64_t> left = counts_;
  for (LintedFile& file : report.files) {
    std::vector<Finding> kept;
    for (Finding& finding : file.findings) {
      auto known = left.find(key_of(file, finding));
      if (known == left.end() || known->second == 0) {
        kept.push_back(std::move(finding));
        continue;
      }
      --known->second;
      file.suppressed.push_back({std::move(finding), "baseline", ""});
    }
    file.findings = std::move(kept);
  }
  uint64_t gone = 0;
  for (const auto& [key, count] : left) gone += count;
  return gone;
}

}  // namespace whittle
