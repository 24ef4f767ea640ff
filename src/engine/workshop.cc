#include "engine/workshop.h"

#include <fmt/format.h>

#include <array>

#include "base/stats.h"
#include "base/strings.h"
#include "container/services.h"
#include "dockerfile/parser.h"
#include "engine/services.h"
#include "image/sources/sources.h"

namespace whittle {

namespace {

constexpr size_t kShownLogLines = 15;

std::string last_lines(std::string_view text, size_t count) {
  std::vector<std::string_view> lines = split_lines(trim_right(text));
  std::string out;
  for (size_t i = lines.size() > count ? lines.size() - count : 0; i < lines.size(); ++i) {
    out += "\n  " + printable(trim_right(lines[i]));
  }
  return out;
}

bool log_says_no_space(const std::string& log) {
  return contains(to_lower(log), "no space left on device");
}

// A download that failed says nothing about a change of the Dockerfile.
bool log_says_network(const std::string& log) {
  static constexpr auto kSigns = std::to_array<std::string_view>({
      "temporary failure resolving",
      "temporary failure in name resolution",
      "could not resolve",
      "connection timed out",
      "connection reset by peer",
      "tls handshake timeout",
      "i/o timeout",
      "network is unreachable",
      "etimedout",
      "econnreset",
      "eai_again",
      "hash sum mismatch",
      "503 service unavailable",
      "429 too many requests",
  });
  std::string lower = to_lower(log);
  for (std::string_view sign : kSigns) {
    if (contains(lower, sign)) return true;
  }
  return false;
}

}  // namespace

Workshop::Workshop(const OptimizeOptions& options,
                   const Project& project,
                   Engine& engine,
                   fs::path folder,
                   std::string run_id,
                   const CancelToken& cancel,
                   Progress& progress)
    : options_(options),
      project_(project),
      engine_(engine),
      folder_(std::move(folder)),
      run_id_(std::move(run_id)),
      cancel_(cancel),
      progress_(progress) {}

Workshop::~Workshop() {
  for (const std::string& image : others_) remove(image);
  // Nobody is left to tell if the engine is gone by now; what it still has carries our label.
  Status ignored = engine_.remove_all_of_run();
  (void)ignored;
}

std::string Workshop::tag_of(const std::string& name) const {
  return "whittle-" + run_id_ + ":" + name;
}

Result<BuildRecord> Workshop::build_once(const BuildInput& input,
                                         const std::string& tag,
                                         bool label) {
  static Stat stat("build", true);
  ScopedTimer timer(stat);
  fs::path mirror = folder_ / ("context-" + std::to_string(++mirrors_));
  TRY(make_dirs(mirror));
  std::vector<std::pair<std::string, std::string>> replace = input.replace;
  replace.emplace_back(project_.dockerfile_name, input.dockerfile);
  if (input.ignore_text) replace.emplace_back(project_.ignore_name, *input.ignore_text);
  TRY(mirror_context(*input.context, mirror, replace, cancel_));
  BuildRequest request;
  request.context = mirror;
  request.dockerfile = project_.dockerfile_name;
  request.tag = tag;
  request.label = label;
  request.build_args = options_.build_args;
  request.target = options_.target;
  request.network = options_.network;
  request.no_cache = input.no_cache;
  request.extra_args = options_.build_options;
  request.timeout_ms = options_.build_timeout_ms;
  TRY_ASSIGN(Dockerfile file,
             parse_dockerfile(input.dockerfile, project_.dockerfile_name, options_.limits));
  Result<BuildRecord> record = engine_.build(request, file, cancel_, progress_);
  std::error_code ignored;
  fs::remove_all(mirror, ignored);
  if (record.ok() && !record->ok && log_says_no_space(record->log_tail)) {
    return Error(fmt::format("the engine has no space left to build {}", input.name))
        .hint(
            "Free space where the engine keeps its images (docker system df shows what takes it)");
  }
  return record;
}

Status Workshop::run_beside(ServicePlan services, std::vector<std::string>& notes) {
  OpenOptions open;
  open.limits = options_.limits;
  open.cancel = &cancel_;
  open.progress = &progress_;
  TRY(prepare_services(services, engine_, open, notes));
  services_ = std::move(services);
  return {};
}

Result<BuildRecord> Workshop::build(const BuildInput& input) {
  TRY_ASSIGN(BuildRecord record, build_once(input, tag_of(input.name), true));
  if (record.ok || !log_says_network(record.log_tail)) return record;
  progress_.note("a download failed; building once more");
  return build_once(input, tag_of(input.name), true);
}

Result<BuildRecord> Workshop::build_result(const BuildInput& input, const std::string& tag) {
  return build_once(input, tag, false);
}

Result<std::unique_ptr<ReadImage>> Workshop::read(const std::string& image) {
  TRY_ASSIGN(std::string target, engine_.image_target(image, cancel_));
  OpenOptions open;
  open.limits = options_.limits;
  open.cancel = &cancel_;
  open.progress = &progress_;
  TRY_ASSIGN(std::unique_ptr<Image> opened, open_image(target, open));
  ReadOptions read;
  read.limits = options_.limits;
  read.threads = options_.threads;
  read.measure_gzip = true;
  read.cancel = &cancel_;
  read.progress = &progress_;
  Result<std::unique_ptr<ReadImage>> result = read_image(*opened, std::move(read));
  opened.reset();
  engine_.release_targets();
  return result;
}

Result<ProbeResult> Workshop::probe(const std::string& image,
                                    const RunConfig& config,
                                    const ProbeResult* reference) {
  static Stat stat("probe", true);
  ScopedTimer timer(stat);
  const ServicePlan* services = services_ ? &*services_ : nullptr;
  DiskGuard guard(engine_.storage(cancel_), options_.probe.max_written_bytes, cancel_);
  Result<ProbeResult> probe = run_probe_beside(services,
                                               engine_,
                                               engine_,
                                               image,
                                               config,
                                               options_.probe,
                                               reference,
                                               guard.token(),
                                               progress_);
  TRY(guard.check());
  return probe;
}

void Workshop::remove(const std::string& image) {
  // A trial image that cannot be removed now goes with the rest at the end.
  Status ignored = engine_.remove_image(image);
  (void)ignored;
}

std::string describe_failure(const BuildRecord& record, const Dockerfile& file) {
  std::string text = "the build failed";
  if (record.failed_instruction && *record.failed_instruction < file.instructions.size()) {
    const Instruction& instruction = file.instructions[*record.failed_instruction];
    text += fmt::format(
        " at line {}: {} {}", instruction.first_line, instruction.keyword_text, instruction.text);
    if (text.size() > 200) text = text.substr(0, 197) + "...";
    text = printable(text);
  }
  return text + last_lines(record.log_tail, kShownLogLines);
}

ProbeReport report_of(const ProbeResult& result) {
  ProbeReport report;
  report.passed = result.passed;
  report.ready_seconds = result.ready_seconds;
  for (const ProbeCheck& check : result.checks) {
    report.checks.push_back({check.name, check.passed, check.observed, check.detail});
  }
  return report;
}

std::string describe_failure(const ProbeResult& result) {
  std::string text = "the probe failed";
  for (const ProbeCheck& check : result.checks) {
    if (check.passed) continue;
    text += fmt::format("\n  {}: {}", printable(check.name), printable(check.observed));
    if (!check.detail.empty()) text += last_lines(check.detail, kShownLogLines);
  }
  if (!result.log_tail.empty())
    text += "\n  last lines of the container:" + last_lines(result.log_tail, kShownLogLines);
  return text;
}

}  // namespace whittle
