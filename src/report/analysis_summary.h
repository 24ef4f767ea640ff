// What every format for people says about an analysed image or a comparison of two: figures, places
// and verdicts as text. Plain text, already safe to print; how it is set is the format's business.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/analysis_report.h"

namespace whittle {

// "linux/arm64/v8"; "" for an image that names none.
std::string platform_text(const Platform& platform);
// "12.3 %"; "" where the whole is 0.
std::string share_text(uint64_t part, uint64_t whole);
// "12", "12-14"; "" unknown.
std::string lines_text(const std::optional<SourcePlace>& place);
// "Dockerfile:12-14"; "" unknown.
std::string place_text(const std::optional<SourcePlace>& place);
// The command on one line, without runs of blanks.
std::string command_text(const LayerFacts& layer);
// The image's first name, else its target.
std::string image_title(const Analysis& analysis);
// "debian:bookworm, 2 layers: its first ..."; "" without a base.
std::string base_text(const Analysis& analysis);

// The account of the layers that came with FROM: total less own.
Account base_account(const Analysis& analysis);
// The account that a report with --own is about.
const Account& account_of(const AnalyzeReport& report);

struct SizeRow {
  std::string label;  // "stored"
  std::string all;
  std::string own;   // "" where there is no base
  std::string base;  // the same
};

// stored, final, reclaimable, efficiency, compressed.
std::vector<SizeRow> size_rows(const Analysis& analysis);

// Those of the report's waste that are shown: with --own only those of own layers.
std::vector<const WasteItem*> waste_of(const AnalyzeReport& report);
// "layer 2 (Dockerfile:3), ended by layer 3 (Dockerfile:4)": where a waste item comes from. People
// count layers from 1.
std::string origin_text(const Analysis& analysis, const WasteItem& item);

struct CauseRow {
  const LossCauseInfo* info;  // never null
  uint64_t bytes = 0;
};

// Causes with lost bytes, the biggest first.
std::vector<CauseRow> cause_rows(const AnalyzeReport& report);

// One sentence without its period: "49.9 MiB of 65.0 MiB (76.7 %) are stored and never seen".
std::string analysis_verdict(const AnalyzeReport& report);

// "PASS", "FAIL", "SKIP".
std::string_view to_text(GateStatus status);
// "FAIL  lowest-efficiency: 0.7345, limit 0.9".
std::string gate_text(const GateResult& gate);
bool has_failed(const std::vector<GateResult>& gates);

std::vector<std::string> dimension_names(const std::vector<Dimension>& dimensions);

std::string_view to_text(BaseEvidence evidence);
std::string_view to_text(Compression compression);
std::string_view to_text(Availability availability);
std::string_view to_text(ChangeKind kind);
std::string_view to_text(EntryType type);

// "shop:1 -> shop:2: 190.7 MiB -> 143.1 MiB (-47.6 MiB, -25.0 %)"; "the images are equal".
std::string diff_headline(const ImageDiff& diff);
// "content, mode" of a modified file.
std::string difference_text(const FileChange& change);
// Changes of files by the bytes that came or went, biggest first, equal ones by path.
std::vector<const FileChange*> files_by_weight(const ImageDiff& diff);
// "3 added, 1 removed, 2 modified".
std::string count_file_changes(const ImageDiff& diff);
int64_t delta(uint64_t before, uint64_t after);
// "-25.0 %", "[NEW]", "[DEL]"; "" when nothing changed.
std::string change_share(const GroupChange& change);

}  // namespace whittle
