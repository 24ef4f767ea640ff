// What `analyze` and `diff` report: finished results and the rows made of them, for the formats.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model/analysis.h"
#include "model/groups.h"
#include "model/image_diff.h"

namespace whittle {

enum class GateStatus : uint8_t { Pass, Fail, Skip };

// One limit that the image was held against.
struct GateResult {
  std::string name;  // "lowest-efficiency"
  GateStatus status = GateStatus::Skip;
  std::string value;  // the image's: "0.9312", "41.3 MiB"; "" for Skip
  std::string limit;  // "0.9"; "" for Skip
};

struct AnalyzeReport {
  std::shared_ptr<const Analysis> analysis;  // required
  bool only_own = false;                     // the rows below are of the layers after the base
  size_t most = 20;                          // rows a table before the rest is summed up; 0: all

  std::vector<Dimension> dimensions;  // asked for; empty: none was
  std::vector<GroupRow> groups;
  GroupBytes groups_total;

  // Lost bytes, biggest first.
  std::vector<GroupRow> lost_by_cause;
  std::vector<GroupRow> lost_by_line;
  std::vector<GroupRow> lost_by_dir;
  std::vector<GroupRow> lost_by_package;
  std::vector<GroupRow> lost_by_kind;

  std::vector<GateResult> gates;  // in the order of their names; empty: none was asked for
};

// A package's files, as an inventory lists them.
struct SbomFile {
  std::string path;
  std::string sha1;  // lower-case hexadecimal; "" when contents were not asked for
};

struct SbomReport {
  std::shared_ptr<const Analysis> analysis;  // required
  // By package of the analysis, by path; empty unless they were asked for.
  std::vector<std::vector<SbomFile>> files;
  bool has_files = false;
  int64_t created_seconds = 0;  // since 1970
};

struct DiffReport {
  ImageDiff diff;
  size_t most = 20;  // as above
};

}  // namespace whittle
