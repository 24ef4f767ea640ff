#include "engine/scan_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "analyze/history.h"
#include "base/fs.h"
#include "base/limits.h"
#include "base/stats.h"
#include "base/strings.h"
#include "checks/attack_surface.h"
#include "checks/readiness.h"
#include "checks/rules/rules.h"
#include "dockerfile/parser.h"
#include "trace/harden.h"

namespace whittle {

namespace {

// Finds instructions of the stage that was built which made no layer: those of the configuration.
class InstructionFinder {
 public:
  // The Dockerfile is the one that the analysis found its lines in, where it is a file here.
  explicit InstructionFinder(const Analysis& analysis) {
    for (const LayerFacts& layer : analysis.layers) {
      if (layer.place && layer.place->first_line > 0) last_ = *layer.place;
    }
    if (last_.file.empty()) return;
    Result<std::string> text = read_file(last_.file, Limits().max_dockerfile_bytes);
    if (!text.ok()) return;
    Result<Dockerfile> file = parse_dockerfile(std::move(*text), last_.file, Limits());
    if (file.ok()) file_ = std::move(*file);
  }

  // The last one of that keyword that has the value in it, as the last one wins; else FROM's.
  std::optional<SourcePlace> find(std::string_view keyword, std::string_view value) const {
    for (const Stage& stage : file_.stages) {
      const Instruction& from = file_.instructions[stage.from];
      bool is_it = from.first_line <= last_.first_line &&
                   file_.instructions[stage.end - 1].last_line >= last_.last_line;
      if (!is_it || keyword.empty()) continue;
      const Instruction* found = nullptr;
      for (uint32_t i = stage.from; i < stage.end; ++i) {
        const Instruction& one = file_.instructions[i];
        bool fits = equals_ignoring_case(one.keyword_text, keyword) && contains(one.text, value);
        if (fits) found = &one;
      }
      if (found != nullptr) return SourcePlace{last_.file, found->first_line, found->last_line};
    }
    return std::nullopt;
  }

 private:
  SourcePlace last_;  // of the last layer
  Dockerfile file_;
};

CheckInput input_of(const CheckRequest& request) {
  CheckInput input{request.analysis, {}, request.today, request.secret_variables, {}};
  for (const HistoryEntry& entry : request.analysis.info.config.history)
    input.commands.push_back(command_of(entry));
  input.known_secret_files = request.secret_files;
  return input;
}

void add_places(const Analysis& analysis,
                const std::map<std::string, const CheckFact*>& facts,
                std::vector<CheckFinding>& findings) {
  InstructionFinder finder(analysis);
  for (CheckFinding& finding : findings) {
    if (finding.layer != kNoLayer || finding.evidence.empty()) continue;
    auto fact = facts.find(finding.id + '\0' + finding.evidence[0]);
    if (fact != facts.end())
      finding.place = finder.find(fact->second->keyword, fact->second->value);
  }
}

}  // namespace

namespace {

std::optional<ObservedNeeds> needs_of(const CheckRequest& request) {
  if (request.trace == nullptr) return std::nullopt;
  Hardening limits = harden(*request.trace, request.analysis.info.config.run);
  return ObservedNeeds{std::move(limits.capabilities),
                       std::move(limits.writable),
                       std::move(limits.nonroot_obstacles)};
}

std::vector<std::string> ports_of(const Trace* trace) {
  std::vector<std::string> ports;
  for (const TracePort& port : trace == nullptr ? std::vector<TracePort>() : trace->ports)
    ports.push_back(fmt::format("{}/{}", port.port, port.is_udp ? "udp" : "tcp"));
  return ports;
}

}  // namespace

CheckResults check_image(const CheckRequest& request) {
  static Stat stat("check configuration", true);
  ScopedTimer timer(stat);
  CheckInput input = input_of(request);
  ImageFacts image(input);
  CheckSink sink = run_checks(image);
  std::vector<CheckFact> facts = sink.take();
  std::map<std::string, const CheckFact*> by_text;
  for (CheckFact& fact : facts) {
    fact.suppressed = request.why_ignored(ids_of(*fact.check), fact.path);
    by_text.emplace(std::string(fact.check->id) + '\0' + fact.text, &fact);
  }
  CheckResults results;
  results.findings = group_facts(facts, sink.dropped());
  add_places(request.analysis, by_text, results.findings);
  results.readiness = judge_readiness(image, needs_of(request));
  results.surface = attack_surface(image, ports_of(request.trace));
  return results;
}

std::vector<std::string> secret_variables(const RunConfig& config, const SecretScanner& scanner) {
  std::vector<std::string> names;
  for (const std::string& variable : config.env) {
    size_t equals = std::min(variable.find('='), variable.size());
    std::string_view value =
        std::string_view(variable).substr(std::min(equals + 1, variable.size()));
    std::vector<SecretHit> hits = scanner.scan_variable(variable.substr(0, equals), value);
    bool is_secret = std::any_of(
        hits.begin(), hits.end(), [](const SecretHit& hit) { return hit.suppressed.empty(); });
    if (is_secret) names.push_back(variable.substr(0, equals));
  }
  return names;
}

}  // namespace whittle
