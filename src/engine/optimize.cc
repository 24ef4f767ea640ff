// The order of things in `whittle optimize`; each step's work is in the files beside this one.
#include "engine/optimize.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyze/savings.h"
#include "base/strings.h"
#include "base/text_diff.h"
#include "container/engines/engines.h"
#include "dockerfile/edit.h"
#include "dockerfile/parser.h"
#include "engine/built_image.h"
#include "engine/compare.h"
#include "engine/optimize_slim.h"
#include "engine/project.h"
#include "engine/run_id.h"
#include "engine/search.h"
#include "engine/touch.h"
#include "engine/workshop.h"
#include "plan/planner.h"

namespace whittle {

namespace {

// "My App" -> "my-app": what an image may be called.
std::string image_name(std::string_view text) {
  std::string name;
  for (char c : to_lower(text)) {
    bool plain = is_alpha(c) || is_digit(c);
    if (plain) {
      name += c;
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  while (!name.empty() && name.back() == '-') name.pop_back();
  return name.empty() ? "image" : name;
}

PlanOptions plan_options(const OptimizeOptions& options) {
  PlanOptions plan;
  plan.unsafe = options.unsafe;
  plan.unsafe_rules = options.unsafe_rules;
  plan.only = options.only_rules;
  plan.skip = options.skip_rules;
  plan.build_args = options.build_args;
  plan.limits = options.limits;
  return plan;
}

std::vector<StepMeasure> measure_steps(const BuildRecord& record,
                                       const Dockerfile& file,
                                       const ReadImage& image,
                                       const std::vector<uint32_t>& layer_lines) {
  std::vector<StepMeasure> steps;
  for (const BuildStep& step : record.steps) {
    StepMeasure measure;
    measure.text = step.text;
    measure.seconds = step.seconds;
    measure.cached = step.cached;
    if (step.instruction && *step.instruction < file.instructions.size()) {
      measure.line = file.instructions[*step.instruction].first_line;
      for (size_t layer = 0; layer < layer_lines.size(); ++layer) {
        if (layer_lines[layer] == measure.line) measure.layer_bytes = image.layer_bytes(layer);
      }
    }
    steps.push_back(std::move(measure));
  }
  return steps;
}

void measure_context(const BuildContext& context, SideMeasure& side) {
  side.context_files = context.sent_files();
  side.context_bytes = context.sent_bytes();
}

// A candidate that was built and passed: what the measures need of it.
struct Built {
  BuildInput input;
  std::string image;
  BuildRecord record;
  Dockerfile file;
  ProbeResult probe;
  std::unique_ptr<ReadImage> read;
};

class Optimizer {
 public:
  Optimizer(const OptimizeOptions& options, const CancelToken& cancel, Progress& progress)
      : options_(options), cancel_(cancel), progress_(progress) {}

  Result<OptimizeResult> run() {
    progress_.phase("Reading the project");
    TRY_ASSIGN(project_, open_project(options_, cancel_));
    start_report();
    if (options_.dry_run) return dry_run();
    TRY(open_workshop());
    TRY(build_baseline());
    TRY(search());
    TRY(measure_after());
    TRY(measure_rebuilds());
    TRY(make_slim());
    TRY(keep_result());
    return finish();
  }

 private:
  void start_report() {
    report_.project = project_.name;
    report_.dockerfile = project_.dockerfile_name;
    report_.dockerfile_text = project_.file.source;
    report_.probe_is_automatic = options_.probe.is_automatic();
    measure_context(project_.context, report_.before);
  }

  Result<Plan> plan(const std::set<ChangeId>& denied, const BuiltImage* image) {
    PlanOptions plan_with = plan_options(options_);
    plan_with.denied = denied;
    TRY_ASSIGN(Plan made, make_plan(project_.file, project_.context, image, plan_with));
    ignore_output(project_, options_.limits, made);
    return made;
  }

  Result<OptimizeResult> dry_run() {
    TRY_ASSIGN(plan_, plan({}, nullptr));
    TRY_ASSIGN(planned_context_, planned_context(project_, plan_, options_.limits));
    report_.after.emplace();
    measure_context(planned_context_, *report_.after);
    report_changes(ChangeStatus::Planned);
    report_.verdict = plan_.changes.empty() ? Verdict::Unchanged : Verdict::Planned;
    return finish();
  }

  Status open_workshop() {
    progress_.phase("Connecting to the container engine");
    TRY_ASSIGN(folder_, TempDir::make("optimize"));
    run_id_ = random_id();
    EngineOptions engine_options;
    engine_options.run_id = run_id_;
    engine_options.limits = options_.limits;
    engine_options.work_dir = folder_->path() / "engine";
    TRY(make_dirs(engine_options.work_dir));
    TRY_ASSIGN(engine_, open_engine(options_.engine, engine_options, cancel_));
    report_.engine = engine_->name();
    report_.engine_description = engine_->description();
    workshop_ = std::make_unique<Workshop>(
        options_, project_, *engine_, folder_->path(), run_id_, cancel_, progress_);
    return options_.services ? workshop_->run_beside(*options_.services, report_.notes) : Status();
  }

  std::optional<std::string> ignore_text(const Plan* plan) const {
    if (plan != nullptr && plan->changes_dockerignore) return plan->dockerignore;
    if (project_.had_ignore) return project_.context.ignore_text;
    return std::nullopt;
  }

  Status build_baseline() {
    progress_.phase("Building the baseline");
    baseline_.input = {
        "baseline", project_.file.source, ignore_text(nullptr), &project_.context, {}, true};
    baseline_.image = workshop_->tag_of("baseline");
    baseline_.file = project_.file;
    TRY_ASSIGN(baseline_.record, workshop_->build(baseline_.input));
    if (!baseline_.record.ok) {
      return Error("the baseline does not build, so nothing was optimised: " +
                   describe_failure(baseline_.record, project_.file))
          .hint(
              "Make the project build as it is first; options of its usual build go in "
              "--build-arg, --target, "
              "--network and --build-option");
    }
    progress_.phase("Measuring the baseline");
    TRY_ASSIGN(baseline_.read, workshop_->read(baseline_.image));
    progress_.phase("Probing the baseline");
    TRY_ASSIGN(baseline_.probe,
               workshop_->probe(baseline_.image, baseline_.read->info.config.run, nullptr));
    if (!baseline_.probe.passed) {
      return Error("the probe fails on the baseline, so nothing was optimised: " +
                   describe_failure(baseline_.probe))
          .hint(
              "Give a probe that the image passes as it is: --probe 'COMMAND' or --http-probe "
              "'/path=>200'");
    }
    report_.probe_before = report_of(baseline_.probe);
    measure_side(baseline_, project_.evaluation, report_.before);
    return {};
  }

  void measure_side(const Built& built, const Evaluation& evaluation, SideMeasure& side) {
    side.image = built.image;
    side.image_bytes = built.read->image_bytes();
    side.gzip_bytes = built.read->gzip_bytes();
    side.layers = built.read->layers.size();
    side.build_seconds = built.record.seconds;
    std::vector<uint32_t> lines =
        lines_of_layers(built.read->info, built.file, evaluation, options_.target);
    side.steps = measure_steps(built.record, built.file, *built.read, lines);
  }

  // Everything at once, then by bisection. The first build is without cache, to be measured; the
  // others may use it.
  Status search() {
    layer_lines_ =
        lines_of_layers(baseline_.read->info, project_.file, project_.evaluation, options_.target);
    BuiltImage image = built_image(*baseline_.read, layer_lines_);
    MakePlan make = [&](const std::set<ChangeId>& denied) { return plan(denied, &image); };
    TryPlan attempt = [this](const Plan& candidate) { return try_plan(candidate); };
    TRY_ASSIGN(SearchResult found, find_working_plan(make, attempt));
    plan_ = std::move(found.plan);
    taken_back_ = std::move(found.taken_back);
    TRY_ASSIGN(planned_context_, planned_context(project_, plan_, options_.limits));
    return {};
  }

  Result<Built> build_plan(const Plan& candidate, const BuildContext& context, bool no_cache) {
    Built built;
    std::string name = "try" + std::to_string(++trials_);
    built.input = {name, candidate.dockerfile, ignore_text(&candidate), &context, {}, no_cache};
    built.image = workshop_->tag_of(name);
    TRY_ASSIGN(built.file,
               parse_dockerfile(candidate.dockerfile, project_.dockerfile_name, options_.limits));
    TRY_ASSIGN(built.record, workshop_->build(built.input));
    return built;
  }

  // Builds and probes one candidate; keeps it as candidate_ when it passes.
  Result<TrialOutcome> try_plan(const Plan& candidate) {
    bool no_cache = trials_ == 0;
    progress_.phase(fmt::format("Building with {}", count_of(candidate.changes.size(), "change")));
    TRY_ASSIGN(BuildContext context, planned_context(project_, candidate, options_.limits));
    TRY_ASSIGN(Built built, build_plan(candidate, context, no_cache));
    if (!built.record.ok) return TrialOutcome{false, describe_failure(built.record, built.file)};
    progress_.phase("Measuring the result");
    TRY_ASSIGN(built.read, workshop_->read(built.image));
    progress_.phase("Probing the result");
    TRY_ASSIGN(built.probe,
               workshop_->probe(built.image, built.read->info.config.run, &baseline_.probe));
    if (!built.probe.passed) {
      workshop_->remove(built.image);
      return TrialOutcome{false, describe_failure(built.probe)};
    }
    if (candidate_ && candidate_->image != built.image) workshop_->remove(candidate_->image);
    candidate_ = std::move(built);
    candidate_->input.context = nullptr;
    candidate_text_ = {candidate.dockerfile, candidate.dockerignore};
    return TrialOutcome{true, ""};
  }

  // The accepted plan's image must be the measured one: built without cache, and probed.
  Status measure_after() {
    if (plan_.changes.empty()) return {};
    bool is_it =
        candidate_ && candidate_text_ == std::make_pair(plan_.dockerfile, plan_.dockerignore);
    if (!is_it || !candidate_->input.no_cache) {
      progress_.phase("Building the result without cache");
      TRY_ASSIGN(Built built, build_plan(plan_, planned_context_, true));
      if (!built.record.ok)
        return Error("the result no longer builds: " + describe_failure(built.record, built.file));
      TRY_ASSIGN(built.read, workshop_->read(built.image));
      progress_.phase("Probing the result");
      TRY_ASSIGN(built.probe,
                 workshop_->probe(built.image, built.read->info.config.run, &baseline_.probe));
      if (!built.probe.passed)
        return Error("the result no longer passes: " + describe_failure(built.probe));
      candidate_ = std::move(built);
    }
    candidate_->input.context = &planned_context_;
    report_.after.emplace();
    measure_context(planned_context_, *report_.after);
    measure_side(*candidate_, evaluate(candidate_->file, options_.build_args), *report_.after);
    report_.probe_after = report_of(candidate_->probe);
    report_.config_differences =
        config_differences(baseline_.read->info.config.run, candidate_->read->info.config.run);
    return {};
  }

  Status measure_rebuilds() {
    if (!options_.measure_rebuild || !candidate_ || plan_.changes.empty()) return {};
    report_.touched_file =
        options_.touch_file.empty()
            ? pick_source_file(project_.file, project_.evaluation, planned_context_)
            : clean_path(options_.touch_file);
    if (report_.touched_file.empty()) {
      report_.notes.push_back(
          "The rebuild was not measured: no source file was found that the build copies; name one "
          "with --touch");
      return {};
    }
    TRY(measure_rebuild(baseline_, report_.before));
    return measure_rebuild(*candidate_, *report_.after);
  }

  Status measure_rebuild(const Built& built, SideMeasure& side) {
    progress_.phase(fmt::format("Rebuilding the {} after a change of {}",
                                &built == &baseline_ ? "baseline" : "result",
                                report_.touched_file));
    const BuildContext& context = *built.input.context;
    TRY_ASSIGN(std::string content, read_context_file(context, report_.touched_file, 64 << 20));
    BuildInput input = built.input;
    input.name += "-touched";
    input.no_cache = false;
    input.replace.emplace_back(report_.touched_file, with_one_more_line(content, run_id_));
    TRY_ASSIGN(BuildRecord record, workshop_->build(input));
    if (record.ok) {
      side.rebuild_seconds = record.seconds;
    } else {
      report_.notes.push_back(fmt::format("The rebuild of {} was not measured: {}",
                                          built.input.name,
                                          describe_failure(record, built.file)));
    }
    workshop_->remove(workshop_->tag_of(input.name));
    return {};
  }

  std::string result_tag() const {
    return options_.tag.empty() ? image_name(project_.name) + ":whittled" : options_.tag;
  }

  // Of what was rebuilt, else of the baseline.
  Status make_slim() {
    if (!options_.slim) return {};
    progress_.phase("Slimming the result");
    const Built& best = report_.after ? *candidate_ : baseline_;
    // Trial images have our label, which their twin would keep.
    std::string unlabelled = workshop_->tag_of("whole");
    workshop_->remove_at_end(unlabelled);
    BuildInput input = best.input;
    input.no_cache = false;
    TRY_ASSIGN(BuildRecord record, workshop_->build_result(input, unlabelled));
    if (!record.ok)
      return Error("the result no longer builds: " + describe_failure(record, best.file));
    TRY_ASSIGN(slim_,
               make_slim_twin(options_,
                              *engine_,
                              *workshop_,
                              unlabelled,
                              result_tag(),
                              best.read->image_bytes(),
                              baseline_.probe,
                              cancel_,
                              progress_));
    report_.slim = slim_->side;
    return {};
  }

  Status keep_result() {
    if (!options_.keep_image) return {};
    std::string tag = result_tag();
    if (slim_ && slim_->side.is_result()) {
      progress_.phase("Naming the result " + tag);
      TRY(engine_->tag(slim_->image, tag, cancel_));
      report_.result_image = tag;
      return {};
    }
    if (!candidate_ || plan_.changes.empty()) return {};
    progress_.phase("Naming the result " + tag);
    BuildInput input = candidate_->input;
    input.no_cache = false;
    TRY_ASSIGN(BuildRecord record, workshop_->build_result(input, tag));
    if (!record.ok)
      return Error("cannot name the result: " + describe_failure(record, candidate_->file));
    report_.result_image = tag;
    return {};
  }

  void report_changes(ChangeStatus status) {
    for (const Change& change : plan_.changes) {
      ReportedChange reported;
      reported.change = change;
      reported.status = status;
      if (change.saving.kind == SavingKind::ContextFiles && change.finding.fix) {
        int64_t bytes = 0;
        for (const IgnoreLine& line : change.finding.fix->ignore_lines)
          bytes += static_cast<int64_t>(line.bytes);
        reported.measured_context_bytes = bytes;
      }
      report_.changes.push_back(std::move(reported));
    }
    for (const TakenBack& taken : taken_back_) {
      ReportedChange reported;
      reported.change = taken.change;
      reported.status = ChangeStatus::TakenBack;
      reported.why = taken.why;
      report_.changes.push_back(std::move(reported));
    }
    report_.shown = plan_.shown;
  }

  void report_savings() {
    BuiltFrom built_from{project_.file, project_.evaluation, project_.context, layer_lines_};
    Savings savings =
        measure_savings(*baseline_.read, *candidate_->read, built_from, plan_.changes);
    for (size_t i = 0; i < plan_.changes.size(); ++i) {
      if (plan_.changes[i].saving.kind == SavingKind::None) continue;
      report_.changes[i].measured_saving_bytes = savings.image_bytes[i];
    }
    report_.unattributed_bytes = savings.unattributed;
  }

  bool is_better() const {
    if (slim_ && slim_->side.is_result()) return true;
    if (!report_.after) return false;
    const SideMeasure& a = report_.after.value();
    const SideMeasure& b = report_.before;
    return a.image_bytes < b.image_bytes || a.context_bytes < b.context_bytes ||
           a.layers < b.layers ||
           (a.rebuild_seconds && b.rebuild_seconds && *a.rebuild_seconds < *b.rebuild_seconds);
  }

  Result<OptimizeResult> finish() {
    if (!options_.dry_run) {
      report_changes(ChangeStatus::Applied);
      if (candidate_ && !plan_.changes.empty()) report_savings();
      report_.verdict = is_better() ? Verdict::Improved : Verdict::Unchanged;
    }
    OptimizeResult result;
    result.dockerfile_before = project_.file.source;
    result.dockerfile_after = plan_.changes_dockerfile ? plan_.dockerfile : project_.file.source;
    result.dockerignore_name = project_.ignore_name;
    result.dockerignore_before = project_.context.ignore_text;
    result.dockerignore_after =
        plan_.changes_dockerignore ? plan_.dockerignore : project_.context.ignore_text;
    result.had_dockerignore = project_.had_ignore;
    if (plan_.changes_dockerfile) {
      report_.patch += unified_diff(
          project_.dockerfile_name, &result.dockerfile_before, result.dockerfile_after);
    }
    if (plan_.changes_dockerignore) {
      const std::string* before = project_.had_ignore ? &result.dockerignore_before : nullptr;
      report_.patch += unified_diff(project_.ignore_name, before, result.dockerignore_after);
    }
    result.report = std::move(report_);
    if (slim_ && slim_->report) result.slim = std::move(slim_->report);
    return result;
  }

  const OptimizeOptions& options_;
  const CancelToken& cancel_;
  Progress& progress_;

  Project project_;
  OptimizeReport report_;
  std::optional<TempDir> folder_;  // destroyed after what lives in it
  std::string run_id_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Workshop> workshop_;
  Built baseline_;
  std::vector<uint32_t> layer_lines_;  // of the baseline
  Plan plan_;
  BuildContext planned_context_;
  std::vector<TakenBack> taken_back_;
  std::optional<Built> candidate_;  // the last one that passed
  std::pair<std::string, std::string> candidate_text_;
  std::optional<SlimTwin> slim_;
  unsigned trials_ = 0;
};

}  // namespace

Result<OptimizeResult> optimize(const OptimizeOptions& options,
                                const CancelToken& cancel,
                                Progress& progress) {
  return Optimizer(options, cancel, progress).run();
}

}  // namespace whittle
