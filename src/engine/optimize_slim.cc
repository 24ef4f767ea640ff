#include "engine/optimize_slim.h"

#include <algorithm>

#include "base/stats.h"

namespace whittle {

namespace {

SlimOptions slim_options(const OptimizeOptions& options,
                         std::string_view engine,
                         std::string target,
                         std::string tag,
                         const CancelToken& cancel,
                         Progress& progress) {
  SlimOptions slim;
  slim.inspect.target = std::move(target);
  slim.inspect.open.limits = options.limits;
  slim.inspect.open.cancel = &cancel;
  slim.inspect.open.progress = &progress;
  slim.inspect.threads = options.threads;
  slim.choice = *options.slim;
  slim.engine = engine;
  slim.probe = options.probe;
  slim.services = options.services;
  slim.tag = std::move(tag);
  return slim;
}

void count_what_stays(const SlimReport& report, SlimSide& side) {
  side.files_before = report.tree_before.files;
  side.files = report.tree_after.files;
  side.packages_before = report.packages.size();
  side.packages = static_cast<uint64_t>(
      std::count_if(report.packages.begin(), report.packages.end(), [](const SlimPackage& package) {
        return package.is_kept;
      }));
  side.put_back = report.misses.size();
}

// Why the safest policy was needed.
std::string why_original(const SlimReport& report) {
  std::string text = "no smaller image passes the probe";
  return report.attempts.empty() ? text : text + ": " + report.attempts.back().why;
}

}  // namespace

Result<SlimTwin> make_slim_twin(const OptimizeOptions& options,
                                Engine& engine,
                                Workshop& workshop,
                                const std::string& image,
                                const std::string& name,
                                uint64_t image_bytes,
                                const ProbeResult& baseline,
                                const CancelToken& cancel,
                                Progress& progress) {
  static Stat stat("slim", true);
  ScopedTimer timer(stat);
  SlimTwin twin;
  twin.image = workshop.tag_of("slim");
  twin.side.wanted = to_text(options.slim->policy);
  workshop.remove_at_end(twin.image);
  TRY_ASSIGN(std::string target, engine.image_target(image, cancel));
  Result<SlimResult> result =
      slim_image(slim_options(options, engine.name(), target, twin.image, cancel, progress));
  engine.release_targets();
  if (!result.ok()) {
    if (result.error().kind() == ErrorKind::Cancelled) return std::move(result).error();
    twin.side.why_not = result.error().message();
    return twin;
  }
  twin.report = std::move(result->report);
  twin.report->target = name;
  twin.report->result_name = name;
  twin.report->written = {};
  count_what_stays(*twin.report, twin.side);
  if (twin.report->policy == SlimPolicy::Original) {
    twin.side.why_not = why_original(*twin.report);
    return twin;
  }
  twin.side.policy = to_text(twin.report->policy);
  progress.phase("Measuring the slim image");
  TRY_ASSIGN(std::unique_ptr<ReadImage> read, workshop.read(twin.image));
  twin.side.image_bytes = read->image_bytes();
  twin.side.gzip_bytes = read->gzip_bytes();
  twin.side.layers = read->layers.size();
  if (*twin.side.image_bytes >= image_bytes) {
    twin.side.why_not = "it would not be smaller";
    return twin;
  }
  progress.phase("Probing the slim image");
  TRY_ASSIGN(ProbeResult probe, workshop.probe(twin.image, read->info.config.run, &baseline));
  twin.side.probe = report_of(probe);
  if (!probe.passed) twin.side.why_not = describe_failure(probe);
  return twin;
}

}  // namespace whittle
