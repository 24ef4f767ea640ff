#include "report/analysis_summary.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "report/summary.h"

namespace whittle {

namespace {

std::string efficiency_text(const Account& account) {
  // Truncated, so that 100.0 % means that nothing is lost.
  auto tenths = static_cast<uint64_t>(account.efficiency() * 1000.0);
  return fmt::format("{}.{} %", tenths / 10, tenths % 10);
}

std::string compressed_text(const std::optional<uint64_t>& bytes, bool is_estimated) {
  if (!bytes) return "unknown";
  return (is_estimated ? "about " : "") + format_bytes(*bytes);
}

struct CompressedSum {
  std::optional<uint64_t> bytes = 0;  // nullopt as soon as one is unknown
  bool is_estimated = false;
};

CompressedSum compressed_of(const Analysis& analysis, bool base) {
  CompressedSum sum;
  for (const LayerFacts& layer : analysis.layers) {
    if (layer.is_base != base) continue;
    if (!layer.compressed_bytes) return {std::nullopt, false};
    *sum.bytes += *layer.compressed_bytes;
    sum.is_estimated = sum.is_estimated || layer.is_compressed_estimated;
  }
  return sum;
}

size_t count_unread(const Analysis& analysis) {
  return static_cast<size_t>(
      std::count_if(analysis.layers.begin(), analysis.layers.end(), [](const LayerFacts& layer) {
        return !layer.problem.empty();
      }));
}

}  // namespace

std::string platform_text(const Platform& platform) {
  if (platform.os.empty() && platform.architecture.empty()) return "";
  std::string text = platform.os + "/" + platform.architecture;
  if (!platform.variant.empty()) text += "/" + platform.variant;
  if (!platform.os_version.empty()) text += ":" + platform.os_version;
  return printable(text);
}

std::string share_text(uint64_t part, uint64_t whole) {
  if (whole == 0) return "";
  return fmt::format("{:.1f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string lines_text(const std::optional<SourcePlace>& place) {
  if (!place || place->first_line == 0) return "";
  if (place->last_line <= place->first_line) return fmt::format("{}", place->first_line);
  return fmt::format("{}-{}", place->first_line, place->last_line);
}

std::string place_text(const std::optional<SourcePlace>& place) {
  std::string lines = lines_text(place);
  return lines.empty() ? "" : printable(place->file) + ":" + lines;
}

std::string command_text(const LayerFacts& layer) {
  std::string out;
  for (std::string_view line : split_lines(layer.command)) {
    for (std::string_view word : split_blanks(line)) {
      if (!out.empty()) out += ' ';
      out += printable(word);
    }
  }
  return out;
}

std::string image_title(const Analysis& analysis) {
  const std::vector<std::string>& names = analysis.info.names;
  return printable(names.empty() ? analysis.target : names.front());
}

std::string base_text(const Analysis& analysis) {
  const BaseImage& base = analysis.base;
  if (base.layer_count == 0) return "";
  std::string out = base.name.empty() ? "a base without a name" : printable(base.name);
  out += ", " + count_of(base.layer_count, "layer");
  return base.why.empty() ? out : out + ": " + printable(base.why);
}

Account base_account(const Analysis& analysis) {
  Account base;
  base.stored = analysis.total.stored - analysis.own.stored;
  base.final = analysis.total.final - analysis.own.final;
  base.reclaimable = analysis.total.reclaimable - analysis.own.reclaimable;
  for (size_t i = 0; i < kLossCauses; ++i) {
    base.by_cause[i] = analysis.total.by_cause[i] - analysis.own.by_cause[i];
  }
  return base;
}

const Account& account_of(const AnalyzeReport& report) {
  return report.only_own ? report.analysis->own : report.analysis->total;
}

std::vector<SizeRow> size_rows(const Analysis& analysis) {
  Account base = base_account(analysis);
  std::vector<SizeRow> rows = {
      {"stored",
       format_bytes(analysis.total.stored),
       format_bytes(analysis.own.stored),
       format_bytes(base.stored)},
      {"in the container",
       format_bytes(analysis.total.final),
       format_bytes(analysis.own.final),
       format_bytes(base.final)},
      {"reclaimable",
       format_bytes(analysis.total.reclaimable),
       format_bytes(analysis.own.reclaimable),
       format_bytes(base.reclaimable)},
      {"efficiency",
       efficiency_text(analysis.total),
       efficiency_text(analysis.own),
       efficiency_text(base)},
  };
  CompressedSum own = compressed_of(analysis, false);
  CompressedSum of_base = compressed_of(analysis, true);
  rows.push_back({"compressed",
                  compressed_text(analysis.compressed_bytes, analysis.is_compressed_estimated),
                  compressed_text(own.bytes, own.is_estimated),
                  compressed_text(of_base.bytes, of_base.is_estimated)});
  if (analysis.base.layer_count == 0) {
    for (SizeRow& row : rows) row.own = row.base = "";
  }
  return rows;
}

std::vector<const WasteItem*> waste_of(const AnalyzeReport& report) {
  std::vector<const WasteItem*> items;
  for (const WasteItem& item : report.analysis->waste) {
    if (!report.only_own || !item.is_base) items.push_back(&item);
  }
  return items;
}

std::string origin_text(const Analysis& analysis, const WasteItem& item) {
  std::string out = fmt::format("layer {}", item.created_layer + 1);
  if (item.created_layer < analysis.layers.size()) {
    std::string place = place_text(analysis.layers[item.created_layer].place);
    if (!place.empty()) out += fmt::format(" ({})", place);
  }
  if (item.cause != LossCause::Kept && item.killer_layer != item.created_layer) {
    out += fmt::format(", ended by layer {}", item.killer_layer + 1);
    if (item.killer_layer < analysis.layers.size()) {
      std::string place = place_text(analysis.layers[item.killer_layer].place);
      if (!place.empty()) out += fmt::format(" ({})", place);
    }
  }
  if (item.is_base) out += ", in the base image";
  return out;
}

std::vector<CauseRow> cause_rows(const AnalyzeReport& report) {
  std::vector<CauseRow> rows;
  const Account& account = account_of(report);
  for (const LossCauseInfo& info : loss_causes()) {
    uint64_t bytes = account.by_cause[static_cast<size_t>(info.cause)];
    if (info.cause != LossCause::Kept && bytes > 0) rows.push_back({&info, bytes});
  }
  std::stable_sort(rows.begin(), rows.end(), [](const CauseRow& a, const CauseRow& b) {
    return a.bytes > b.bytes;
  });
  return rows;
}

std::string analysis_verdict(const AnalyzeReport& report) {
  const Account& account = account_of(report);
  std::string_view what = report.only_own ? " of own layers" : "";
  std::string out;
  if (account.reclaimable == 0) {
    out = fmt::format("all of {}{} is in the container, nothing is stored in vain",
                      format_bytes(account.stored),
                      what);
  } else {
    out = fmt::format("{} of {}{} ({}) are stored and never seen",
                      format_bytes(account.reclaimable),
                      format_bytes(account.stored),
                      what,
                      share_text(account.reclaimable, account.stored));
  }
  uint64_t needless = 0;
  for (const WasteItem* item : waste_of(report)) {
    if (item->cause == LossCause::Kept) needless += item->bytes;
  }
  if (needless > 0) {
    out += fmt::format("; {} more are seldom needed at run time", format_bytes(needless));
  }
  if (size_t unread = count_unread(*report.analysis); unread > 0) {
    out += fmt::format("; {} could not be read and {} not counted",
                       count_of(unread, "layer"),
                       unread == 1 ? "is" : "are");
  }
  return out;
}

std::string_view to_text(GateStatus status) {
  switch (status) {
    case GateStatus::Pass:
      return "PASS";
    case GateStatus::Fail:
      return "FAIL";
    case GateStatus::Skip:
      return "SKIP";
  }
  return "";
}

std::string gate_text(const GateResult& gate) {
  if (gate.status == GateStatus::Skip) return fmt::format("SKIP  {}: disabled", gate.name);
  return fmt::format(
      "{}  {}: {}, limit {}", to_text(gate.status), gate.name, gate.value, gate.limit);
}

bool has_failed(const std::vector<GateResult>& gates) {
  return std::any_of(gates.begin(), gates.end(), [](const GateResult& gate) {
    return gate.status == GateStatus::Fail;
  });
}

std::vector<std::string> dimension_names(const std::vector<Dimension>& dimensions) {
  std::vector<std::string> names;
  for (Dimension dimension : dimensions) {
    for (const DimensionInfo& info : dimension_table()) {
      if (info.dimension == dimension) names.emplace_back(info.name);
    }
  }
  return names;
}

std::string_view to_text(BaseEvidence evidence) {
  switch (evidence) {
    case BaseEvidence::None:
      return "none";
    case BaseEvidence::Named:
      return "named";
    case BaseEvidence::Provenance:
      return "provenance";
    case BaseEvidence::Annotation:
      return "annotation";
    case BaseEvidence::History:
      return "history";
  }
  return "";
}

std::string_view to_text(Compression compression) {
  switch (compression) {
    case Compression::None:
      return "none";
    case Compression::Gzip:
      return "gzip";
    case Compression::Zstd:
      return "zstd";
  }
  return "";
}

std::string_view to_text(Availability availability) {
  switch (availability) {
    case Availability::Here:
      return "here";
    case Availability::Foreign:
      return "foreign";
    case Availability::Encrypted:
      return "encrypted";
    case Availability::Missing:
      return "missing";
  }
  return "";
}

std::string_view to_text(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::Added:
      return "added";
    case ChangeKind::Removed:
      return "removed";
    case ChangeKind::Modified:
      return "modified";
  }
  return "";
}

std::string_view to_text(EntryType type) {
  switch (type) {
    case EntryType::File:
      return "file";
    case EntryType::Directory:
      return "directory";
    case EntryType::Symlink:
      return "symlink";
    case EntryType::Hardlink:
      return "hard link";
    case EntryType::CharDevice:
      return "character device";
    case EntryType::BlockDevice:
      return "block device";
    case EntryType::Fifo:
      return "fifo";
  }
  return "";
}

}  // namespace whittle
