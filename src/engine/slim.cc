// The order of things in `whittle slim`; each step's work is in the files beside this one and in
// src/slim.
#include "engine/slim.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <set>

#include "base/strings.h"
#include "engine/slim_debug.h"
#include "engine/slim_facts.h"
#include "engine/slim_removed.h"
#include "engine/slim_source.h"
#include "engine/slim_trial.h"
#include "engine/trace.h"
#include "image/write.h"
#include "model/tree_paths.h"
#include "slim/databases.h"
#include "slim/debug_image.h"
#include "slim/java_runtime.h"
#include "slim/plugins.h"
#include "slim/rpm_database.h"
#include "slim/slim_image.h"
#include "slim/symbols.h"
#include "slim/traced.h"

namespace whittle {

namespace {

using Clock = std::chrono::steady_clock;

// A result that misses something after so many repairs is judged as it is.
constexpr int kMaxRounds = 6;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

const SlimLayersInfo& info_of(SlimLayers layers) {
  return slim_layers_table()[static_cast<size_t>(layers)];
}

SlimPolicy next_safer(SlimPolicy policy) {
  return static_cast<SlimPolicy>(static_cast<uint8_t>(policy) + 1);
}

class Slimmer {
 public:
  explicit Slimmer(const SlimOptions& options) : options_(options), open_(options.inspect.open) {}

  Result<SlimResult> run() {
    Clock::time_point start = Clock::now();
    TRY_ASSIGN(trace_, read_traces(options_.traces, open_.limits));
    TRY_ASSIGN(source_, read_slim_source(options_.inspect));
    paths_.emplace(source_.read->tree);
    TRY(check_tag());
    start_report();
    if (wants_debug_image()) {
      TRY_ASSIGN(tools_, find_debug_tools(source_, *paths_, open_));
    }
    end_phase("reading the image");
    TRY(open_trial());
    end_phase("running the original");
    traced_ = wishes_of(trace_, *paths_, source_.read->packages());
    TRY(search());
    TRY(write_results());
    end_phase("writing the result");
    count_kept(*source_.read, keep_, report_);
    if (!trace_.accesses.empty()) report_.trace = trace_facts(trace_, *paths_, traced_, keep_);
    add_edit_notes();
    add_rpm_note();
    measure_images();
    SlimResult result;
    TRY(add_documents(result));
    for (const std::string& path : options_.explain)
      result.explanations.push_back(explain_path(path));
    end_phase("counting and documents");
    report_.seconds = seconds_since(start);
    report_.probe_seconds = trial_ ? trial_->seconds() : 0;
    result.report = std::move(report_);
    return result;
  }

 private:
  // What was done since the last one ended.
  void end_phase(std::string_view name) {
    double spent = seconds_since(phase_start_);
    phase_start_ = Clock::now();
    for (SlimPhase& phase : report_.phases) {
      if (phase.name != name) continue;
      phase.seconds += spent;
      return;
    }
    report_.phases.push_back({std::string(name), spent});
  }

  // The inventory of the result, and what is known of what is gone.
  Status add_documents(SlimResult& result) {
    report_.result_name = options_.tag;
    for (const SlimOutput& output : options_.outputs) {
      if (report_.result_name.empty()) report_.result_name = output.reference;
    }
    if (report_.result_name.empty()) report_.result_name = options_.inspect.target;
    report_.created = original().config.created;
    if (options_.sbom) {
      InspectOptions inspect = options_.inspect;
      inspect.target = report_.result_name;
      TRY_ASSIGN(result.sbom, inventory_of(this->result(), std::move(inspect), *options_.sbom));
    }
    if (!options_.wants_removed) return {};
    if (options_.database == nullptr) {
      report_.notes.emplace_back(
          "no database of vulnerabilities is there, so the VEX document says nothing: `whittle db "
          "update` makes one");
      return {};
    }
    TRY_ASSIGN(report_.removed_vulnerabilities,
               removed_vulnerabilities(options_, *source_.read, keep_));
    return {};
  }

  // A database of rpm that stays whole names what is not in the result.
  void add_rpm_note() {
    if (rpm_left_whole_ == nullptr) return;
    if (rpm_left_whole_->indexes && !rpm_left_whole_->packages)
      report_.notes.emplace_back(
          "an index of rpm's database stays as it is: `rpm --rebuilddb` makes it anew");
    if (!rpm_left_whole_->packages) return;
    const std::vector<Package>& packages = source_.read->packages().packages;
    size_t gone = 0;
    for (size_t i = 0; i < packages.size(); ++i) {
      if (packages[i].type != "rpm" || !packages[i].is_installed || keep_.packages[i]) continue;
      NodeId record = source_.read->tree.find(packages[i].database);
      bool stays = record != kNoNode && keep_.at(record).is_kept;
      if (stays) ++gone;
    }
    if (gone == 0) return;
    report_.notes.push_back(
        fmt::format("the database of rpm stays as it is, so scanners will speak of {} that {} gone",
                    count_of(gone, "package"),
                    gone == 1 ? "is" : "are"));
  }

  // What was made of files that stay with other contents.
  void add_edit_notes() {
    if (report_.policy >= SlimPolicy::Package) return;
    if (java_) report_.notes.insert(report_.notes.end(), java_->notes.begin(), java_->notes.end());
    if (symbols_ && !symbols_->note().empty()) report_.notes.push_back(symbols_->note());
  }

  const ImageInfo& original() const { return source_.image->info(); }

  Status check_tag() const {
    for (const std::string& name : original().names) {
      auto is_named = [&](const std::string& tag) {
        return !tag.empty() &&
               (name == tag || name == tag + ":latest" || name.ends_with("/" + tag));
      };
      if (!is_named(options_.tag) && !is_named(options_.debug_tag)) continue;
      return Error(ErrorKind::Usage, fmt::format("`{}` is the original itself", printable(name)))
          .hint("Name another tag for the result");
    }
    return {};
  }

  void start_report() {
    const ImageInfo& info = original();
    report_.target = options_.inspect.target;
    report_.digest = info.manifest_digest.empty() ? info.config_digest : info.manifest_digest;
    report_.wanted = options_.choice.policy;
    report_.layers_wanted = info_of(options_.layers).name;
    for (const std::string& problem : source_.read->packages().problems)
      report_.notes.push_back(problem);
  }

  // Without an engine the result is not run, unless somebody asked for one.
  Status open_trial() {
    bool has_tag = !options_.tag.empty() || !options_.debug_tag.empty();
    bool must_have = has_tag || !(options_.engine.empty() || options_.engine == "auto");
    if (options_.static_only && !has_tag) return {};
    Result<std::unique_ptr<SlimTrial>> trial = SlimTrial::open(options_, *source_.image);
    if (!trial.ok()) {
      if (must_have || trial.error().kind() == ErrorKind::Cancelled)
        return std::move(trial).error();
      report_.notes.push_back("the result was not run: " + trial.error().message());
      return {};
    }
    trial_ = std::move(*trial);
    if (options_.static_only) return {};
    report_.engine = trial_->engine_name();
    TRY_ASSIGN(report_.probe_before, trial_->run_original());
    report_.trace_seconds = trial_->seconds();
    report_.notes.insert(report_.notes.end(), trial_->notes().begin(), trial_->notes().end());
    bool is_automatic = options_.probe.is_automatic() && options_.run.exec.empty();
    report_.proof = is_automatic ? SlimProof::Automatic : SlimProof::Probed;
    trace_ = merge(std::move(trace_), trial_->trace());
    return {};
  }

  void find_needs() {
    open_.progress->phase("finding what is needed");
    whittle::find_needs(source_, options_.choice.rules, files_used(wishes_, *paths_), left_out_);
    if (has_told_problems_) return;
    for (const std::string& problem : source_.reach.problems) report_.notes.push_back(problem);
    has_told_problems_ = true;
  }

  // From the wanted policy to safer ones, until the result passes.
  Status search() {
    for (SlimPolicy policy = options_.choice.policy;; policy = next_safer(policy)) {
      TRY_ASSIGN(bool holds, settle(policy));
      if (holds) break;
    }
    std::sort(report_.misses.begin(), report_.misses.end(), [](const auto& a, const auto& b) {
      return a.path < b.path;
    });
    return {};
  }

  // What is wished for under a policy, and what is left out.
  void prepare(SlimPolicy policy) {
    wishes_ = traced_;
    left_out_.clear();
    java_without_.clear();
    if (!options_.choice.keeps_content && policy < SlimPolicy::Package)
      left_out_ = unused_plugins(*paths_, source_.contents);
    if (!options_.choice.keeps_content && policy < SlimPolicy::Package) leave_java_out(policy);
    if (!left_out_.empty()) forget_what_only_plugins_need();
    wishes_.insert(wishes_.end(), missed_wishes_.begin(), missed_wishes_.end());
    put_plugins_back();
    find_needs();
  }

  void leave_java_out(SlimPolicy policy) {
    bool has_java = std::any_of(source_.contents.begin(),
                                source_.contents.end(),
                                [](const auto& file) { return is_java_runtime(file.first); });
    if (!has_java) return;
    find_needs();
    java_without_ = unused_java_parts(source_, *paths_, choose(policy));
    std::vector<NodeId> more = java_libraries(*paths_, source_.contents, java_without_);
    left_out_.insert(left_out_.end(), more.begin(), more.end());
  }

  // A run loaded them, with the libraries that nothing else needs.
  void forget_what_only_plugins_need() {
    whittle::find_needs(source_, options_.choice.rules, {}, {});
    std::vector<Need> with = std::move(source_.reach.needs);
    whittle::find_needs(source_, options_.choice.rules, {}, left_out_);
    const std::vector<Need>& without = source_.reach.needs;
    std::erase_if(wishes_, [&](const KeepWish& wish) {
      NodeId end = paths_->walk(wish.path).end;
      if (end == kNoNode) return false;
      auto node = static_cast<uint32_t>(end);
      return with[node].level != NeedLevel::None && without[node].level == NeedLevel::None;
    });
    std::set<NodeId> gone(left_out_.begin(), left_out_.end());
    std::erase_if(wishes_, [&](const KeepWish& wish) {
      NodeId node = paths_->tree().find(std::string_view(wish.path).substr(1));
      return gone.contains(node) || gone.contains(paths_->walk(wish.path).end);
    });
  }

  // Of what is left out, what a result missed.
  void put_plugins_back() {
    for (const KeepWish& wish : missed_wishes_) {
      PathWalk walk = paths_->walk(wish.path);
      std::erase_if(left_out_, [&](NodeId node) {
        return node == walk.end ||
               std::find(walk.links.begin(), walk.links.end(), node) != walk.links.end();
      });
    }
  }

  // Puts back what the result misses until nothing is missing. Whether it passes then.
  Result<bool> settle(SlimPolicy policy) {
    report_.policy = policy;
    prepare(policy);
    for (int round = 0;; ++round) {
      TRY(make(policy));
      end_phase("choosing and filtering");
      if (policy == SlimPolicy::Original || report_.proof == SlimProof::None) return true;
      TRY_ASSIGN(TrialResult result, trial_->run_candidate(*slim_.image));
      end_phase("running results");
      report_.probe_after = result.probe;
      SlimAttempt attempt{policy, result.passed, result.why, 0};
      attempt.put_back = put_back(result);
      report_.attempts.push_back(attempt);
      if (attempt.put_back == 0 || round == kMaxRounds) return result.passed;
      prepare(policy);
    }
  }

  // Wishes for what the runs of a result missed. Returns how many are new.
  size_t put_back(const TrialResult& result) {
    size_t before = missed_wishes_.size();
    add_misses(misses_of(result.trace, *paths_, keep_), false);
    size_t of_probe = missed_wishes_.size();
    add_misses(misses_of(result.verify_trace, *paths_, keep_), true);
    if (!options_.verify_probes.empty() && !report_.verify) {
      report_.verify = verify_facts(trace_, trial_->verify_trace(), *paths_);
      report_.verify->misses = missed_wishes_.size() - of_probe;
    }
    return missed_wishes_.size() - before;
  }

  void add_misses(std::vector<KeepWish> misses, bool is_verifying) {
    for (KeepWish& miss : misses) {
      bool is_new = missed_.insert(miss.path).second;
      if (!is_new) continue;
      report_.misses.push_back({miss.path, miss.by, is_verifying});
      missed_wishes_.push_back(std::move(miss));
    }
  }

  KeepSet choose(SlimPolicy policy) const {
    KeepInput input{source_.read->tree, original().config, source_.read->packages()};
    input.reach = source_.reach.needs.empty() ? nullptr : &source_.reach;
    input.contents = &source_.contents;
    input.rules = options_.choice.rules;
    input.wishes = wishes_;
    input.left_out = left_out_;
    input.policy = policy;
    return make_keep_set(input);
  }

  Status make(SlimPolicy policy) {
    open_.progress->phase(fmt::format("choosing files, policy {}", to_text(policy)));
    keep_ = choose(policy);
    rpm_left_whole_ = nullptr;
    if (policy == SlimPolicy::Original) {
      slim_ = {};
      return {};
    }
    SlimImageInput image{*source_.image, source_.read->tree, keep_};
    NodeEdits contents;
    if (!options_.choice.keeps_content && policy < SlimPolicy::Package) {
      add_java_edits(contents);
      TRY(add_symbol_edits(contents));
    }
    image.edits = database_edits(source_.read->tree, source_.read->packages(), keep_, contents);
    image.edits.merge(contents);
    rpm_left_whole_ = std::make_shared<RpmLeftWhole>();
    image.edits.merge(
        rpm_database_edits(source_.read->tree, source_.read->packages(), keep_, rpm_left_whole_));
    TRY_ASSIGN(image.group_ends, group_ends());
    image.comment = fmt::format("policy {}, made from {}", to_text(policy), report_.digest);
    image.labels = {{"io.whittle.slim.original", report_.digest},
                    {"io.whittle.slim.policy", std::string(to_text(policy))}};
    image.limits = open_.limits;
    image.threads = options_.inspect.threads;
    image.cancel = open_.cancel;
    image.progress = open_.progress;
    TRY_ASSIGN(slim_, make_slim_image(std::move(image)));
    return {};
  }

  void add_java_edits(NodeEdits& edits) {
    if (!java_ || java_parts_ != java_without_) {
      java_ = java_edits(*paths_, source_.contents, java_without_);
      java_parts_ = java_without_;
    }
    for (const auto& [node, edit] : java_->edits) {
      if (keep_.nodes[node].is_kept) edits[node] = edit;
    }
  }

  Status add_symbol_edits(NodeEdits& edits) {
    if (!symbols_) {
      symbols_.emplace(*source_.image, *paths_);
      with_symbols_ = files_with_symbols(*paths_);
    }
    ContentOptions reading;
    reading.limits = open_.limits;
    reading.cancel = open_.cancel;
    TRY_ASSIGN(NodeEdits more, symbols_->edits(keep_, with_symbols_, reading));
    edits.merge(more);
    return {};
  }

  // Where the groups of layers that become one end.
  Result<std::vector<uint32_t>> group_ends() {
    auto count = static_cast<uint32_t>(source_.read->layers.size());
    if (options_.layers == SlimLayers::Keep || count == 0) return std::vector<uint32_t>();
    if (options_.layers == SlimLayers::One) return std::vector<uint32_t>{count};
    if (!base_layers_) {
      TRY_ASSIGN(BaseImage base, base_image_of(source_.read, options_.inspect, report_.notes));
      base_layers_ = base.layer_count;
      if (base.layer_count == 0)
        report_.notes.emplace_back(
            "which layers came with the base image is not known, so all became one: name it by "
            "--base");
    }
    report_.base_layers = *base_layers_;
    if (*base_layers_ == 0 || *base_layers_ >= count) return std::vector<uint32_t>{count};
    return std::vector<uint32_t>{*base_layers_, count};
  }

  const Image& result() const { return slim_.image ? *slim_.image : *source_.image; }

  Status write_image(const Image& image, const SlimOutput& output) {
    WriteOptions write;
    write.reference = output.reference;
    write.limits = open_.limits;
    write.threads = options_.inspect.threads;
    write.cancel = open_.cancel;
    write.progress = open_.progress;
    TRY(output.kind == SlimOutput::Kind::DockerArchive
            ? write_docker_archive(image, output.path, write)
            : write_oci_layout(image, output.path, write));
    report_.written.push_back(output.path);
    return {};
  }

  Status write_results() {
    for (const SlimOutput& output : options_.outputs) TRY(write_image(result(), output));
    if (!options_.tag.empty()) {
      TRY(trial_->keep(result(), options_.tag));
      report_.written.push_back(options_.tag);
    }
    return wants_debug_image() ? write_debug_image() : Status();
  }

  bool wants_debug_image() const {
    return !options_.debug_tag.empty() || options_.debug_output.has_value();
  }

  Status write_debug_image() {
    TRY_ASSIGN(std::unique_ptr<Image> image,
               make_debug_image(result(), tools_.busybox, open_.limits));
    report_.debug_source = tools_.from;
    if (options_.debug_output) {
      report_.debug_companion = options_.debug_output->path;
      return write_image(*image, *options_.debug_output);
    }
    report_.debug_companion = options_.debug_tag;
    std::string_view engine = trial_->engine_name();
    if (engine == "docker" || engine == "podman") {
      report_.debug_command = fmt::format(
          "{} run -it --rm --pid=container:NAME --network=container:NAME --cap-add=SYS_PTRACE {}",
          engine,
          shell_quote(options_.debug_tag));
    }
    TRY(trial_->keep(*image, options_.debug_tag));
    report_.written.push_back(options_.debug_tag);
    return {};
  }

  void measure_images() {
    const ReadImage& read = *source_.read;
    report_.image_bytes_before = read.image_bytes();
    report_.layers_before = original().layers.size();
    report_.layers_after = result().info().layers.size();
    report_.layers_reused = slim_.image ? slim_.reused_layers : report_.layers_before;
    report_.result_digest = result().info().config_digest;
    report_.image_bytes_after = slim_.image ? slim_.content_bytes : report_.image_bytes_before;
  }

  std::string explain_path(const std::string& path) const {
    const MergedTree& tree = source_.read->tree;
    NodeId node = tree.find(clean_path("/" + path).substr(1));
    NodeId end = paths_->resolve(path, kRootNode);
    if (node == kNoNode) node = end;
    if (node == kNoNode) return printable(path) + ": not in the image";
    std::string text = printable(tree.path(node)) + ": " + printable(explain(tree, keep_, node));
    std::vector<NodeId> chain =
        source_.reach.needs.empty() ? std::vector<NodeId>() : need_chain(source_.reach, node);
    for (size_t i = 1; i < chain.size(); ++i)
      text += fmt::format(
          "\n  {} {}", i == 1 ? "because of" : "and that of", printable(tree.path(chain[i])));
    if (end != kNoNode && end != node) text += "\n" + explain_path("/" + tree.path(end));
    return text;
  }

  const SlimOptions& options_;
  const OpenOptions& open_;
  Clock::time_point phase_start_ = Clock::now();
  SlimSource source_;
  std::optional<TreePaths> paths_;
  Trace trace_;  // of the original, with those of files
  std::vector<KeepWish> traced_;
  std::vector<KeepWish> missed_wishes_;
  std::vector<KeepWish> wishes_;  // of the policy at hand
  std::vector<NodeId> left_out_;
  std::set<std::string_view> java_without_;  // parts of the JDK
  std::set<std::string_view> java_parts_;    // that java_ was made for
  std::optional<JavaEdits> java_;
  std::shared_ptr<RpmLeftWhole> rpm_left_whole_;  // of the result at hand
  std::optional<SymbolStripper> symbols_;
  std::vector<NodeId> with_symbols_;
  std::set<std::string> missed_;
  std::optional<uint32_t> base_layers_;
  bool has_told_problems_ = false;
  std::unique_ptr<SlimTrial> trial_;
  DebugTools tools_;
  KeepSet keep_;
  SlimImage slim_;
  SlimReport report_;
};

}  // namespace

const std::vector<SlimLayersInfo>& slim_layers_table() {
  static const std::vector<SlimLayersInfo> table = {
      {SlimLayers::Keep, "keep", "each as it is, without what goes"},
      {SlimLayers::AppBase, "app+base", "those of the base image become one, the others another"},
      {SlimLayers::One, "one", "all become one"},
  };
  return table;
}

Result<SlimResult> slim_image(const SlimOptions& options) {
  return Slimmer(options).run();
}

}  // namespace whittle
