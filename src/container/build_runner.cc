#include "container/build_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/strings.h"
#include "container/log_tail.h"

namespace whittle {

namespace {

constexpr uint64_t kKeptOutputBytes = 64 * 1024;  // of each stream, beside the tail

std::string_view builder_name(BuilderKind kind) {
  switch (kind) {
    case BuilderKind::Buildkit:
      return "buildkit";
    case BuilderKind::Classic:
      return "classic";
    case BuilderKind::Buildah:
      break;
  }
  return "buildah";
}

void find_failed(const Dockerfile& file, BuildRecord& record) {
  for (const BuildStep& step : record.steps) {
    if (step.failed && step.instruction && !record.failed_instruction)
      record.failed_instruction = step.instruction;
  }
  if (!record.failed_instruction)
    record.failed_instruction = instruction_named_in(record.log_tail, file);
}

}  // namespace

Status run_build(Command command,
                 BuilderKind kind,
                 const BuildRequest& request,
                 const Dockerfile& file,
                 const CancelToken& cancel,
                 Progress& progress,
                 BuildRun* run) {
  using Clock = std::chrono::steady_clock;
  Clock::time_point start = Clock::now();
  auto elapsed = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
  std::unique_ptr<BuildLog> log = make_build_log(kind);
  LogTail tail;
  command.timeout_ms = request.timeout_ms;
  command.max_output_bytes = kKeptOutputBytes;
  command.on_line = [&](std::string_view line, bool) {
    tail.add(line);
    std::string before = log->current();
    log->line(line, elapsed());
    std::string now = log->current();
    if (now != before) progress.detail("step " + printable(now));
  };
  Result<CommandResult> result = run_command(command, cancel);
  bool ok = result.ok() && result->succeeded();
  std::vector<PrintedStep> printed = log->finish(ok, elapsed());
  for (const PrintedStep& step : printed) {
    if (step.image.empty()) continue;
    run->seen_images.push_back(step.image);
    if (!step.cached) run->made_images.push_back(step.image);
  }
  if (!result.ok()) return std::move(result).error();
  if (result->timed_out) {
    tail.add(fmt::format("The build took longer than {} and was ended",
                         format_seconds(static_cast<double>(request.timeout_ms) / 1000)));
  }
  run->exit_code = result->exit_code;
  run->record.ok = ok;
  run->record.builder = builder_name(kind);
  run->record.seconds = result->seconds;
  run->record.steps = map_steps(printed, file, kind);
  run->record.log_tail = tail.text();
  if (!ok) find_failed(file, run->record);
  return {};
}

}  // namespace whittle
