// The finished result of `whittle optimize`: everything a report shows, and nothing that needs more work.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/plan.h"

namespace whittle {

struct StepMeasure {
  uint32_t line = 0;            // in the Dockerfile that was built
  std::string text;             // "RUN apt-get update"
  double seconds = 0;
  bool cached = false;
  std::optional<uint64_t> layer_bytes;  // content bytes of the layer it made
};

// One side of the comparison. What could not be measured is absent, never zero.
struct SideMeasure {
  std::string image;                        // name of the built image
  std::optional<uint64_t> image_bytes;      // content of all files stored in all layers (what engines call size)
  std::optional<uint64_t> gzip_bytes;       // the layers as gzip -6: what is pushed and pulled
  std::optional<uint64_t> layers;
  std::optional<uint64_t> context_files;
  std::optional<uint64_t> context_bytes;
  std::optional<double> build_seconds;      // without cache
  std::optional<double> rebuild_seconds;    // with cache, after a one-line change of `touched_file`
  std::vector<StepMeasure> steps;
};

enum class ChangeStatus { Applied, TakenBack, Planned /* dry run */ };
std::string_view to_text(ChangeStatus status);  // "applied", "taken-back", "planned"

struct ReportedChange {
  Change change;
  ChangeStatus status = ChangeStatus::Applied;
  std::optional<int64_t> measured_saving_bytes;   // of the image; negative if it grew
  std::optional<int64_t> measured_context_bytes;  // of the build context that is no longer sent
  std::string why;                                // taken back: the log lines that show why
};

struct CheckLine {
  std::string name;
  bool passed = false;
  std::string observed;
  std::string detail;
};

struct ProbeReport {
  bool passed = false;
  double ready_seconds = 0;
  std::vector<CheckLine> checks;
};

// The slim twin of the rebuilt image (`--slim`); model/slim_report.h has all that is known of it.
struct SlimSide {
  std::string wanted;                   // the policy that was asked for: "balanced"
  std::string policy;                   // the one that held; "" if none did
  std::string why_not;                  // the result is not this image; may have several lines
  std::optional<uint64_t> image_bytes;  // as those of SideMeasure
  std::optional<uint64_t> gzip_bytes;
  std::optional<uint64_t> layers;
  uint64_t files_before = 0;            // of the rebuilt image's merged tree
  uint64_t files = 0;
  uint64_t packages_before = 0;
  uint64_t packages = 0;                // of which something stays
  uint64_t put_back = 0;                // paths that a run of it missed, and that are in it now
  std::optional<ProbeReport> probe;     // of it, compared with the baseline

  bool is_result() const { return why_not.empty(); }
};

enum class Verdict {
  Improved,    // the result passed the same probe and is better in at least one measure
  Unchanged,   // nothing to do, or nothing that held
  Planned,     // dry run
};
std::string_view to_text(Verdict verdict);  // "improved", "unchanged", "planned"

struct OptimizeReport {
  std::string project;        // name of the project's folder
  std::string dockerfile;     // path relative to the project
  std::string engine;         // "docker"
  std::string engine_description;
  Verdict verdict = Verdict::Unchanged;
  SideMeasure before;
  std::optional<SideMeasure> after;
  std::optional<SlimSide> slim;
  std::string touched_file;   // for the rebuild measure, relative to the project; "" if none was found
  std::vector<ReportedChange> changes;
  std::optional<int64_t> unattributed_bytes;  // image bytes saved that no change claims
  std::vector<Finding> shown;
  std::vector<std::string> config_differences;  // of the images' configurations; empty: equal
  std::optional<ProbeReport> probe_before;
  std::optional<ProbeReport> probe_after;
  bool probe_is_automatic = false;
  std::string result_image;   // the name the user can run, "" if there is none
  std::vector<std::string> files;  // written, as paths for people
  std::vector<std::string> notes;
  std::string patch;          // unified diff of everything
  std::string dockerfile_text;    // the user's file as read, for snippets
};

}  // namespace whittle
