#include "report/slim_summary.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "report/summary.h"

namespace whittle {

std::string slim_headline(const SlimReport& report) {
  std::string name = printable(report.target);
  if (report.policy == SlimPolicy::Original) {
    return name + ": " + format_bytes(report.image_bytes_before) + ", nothing could be left out";
  }
  std::string change = percent_change(static_cast<double>(report.image_bytes_before),
                                      static_cast<double>(report.image_bytes_after));
  return fmt::format("{}: {} -> {}{}",
                     name,
                     format_bytes(report.image_bytes_before),
                     format_bytes(report.image_bytes_after),
                     change.empty() ? "" : " (" + change + ")");
}

std::string slim_proof_text(const SlimReport& report) {
  if (report.policy == SlimPolicy::Original)
    return "Every smaller image failed the probe, so this is the original.";
  switch (report.proof) {
    case SlimProof::None:
      return "Nothing was run: it rests on what the files say of each other alone.";
    case SlimProof::Automatic:
      return fmt::format(
          "Original and result were run in {}: both start, answer alike on their ports, and stay "
          "up. A probe of your own (--probe, --http-probe) proves more.",
          report.engine);
    case SlimProof::Probed: {
      size_t checks = report.probe_after ? report.probe_after->checks.size() : 0;
      return fmt::format(
          "Original and result were run in {}, and the result passes {}.",
          report.engine,
          checks == 1 ? "the same check" : fmt::format("the same {} checks", checks));
    }
  }
  return "";
}

std::vector<std::string> slim_run_texts(const SlimReport& report) {
  std::vector<std::string> texts;
  if (report.trace) {
    const SlimTraceFacts& trace = *report.trace;
    texts.push_back(fmt::format("Traced: {} used {} of the image and read {} ({}).",
                                count_of(trace.programs.size(), "program"),
                                count_of(trace.lookups, "path"),
                                count_of(trace.used.files, "file"),
                                format_bytes(trace.used.bytes)));
    uint64_t rest =
        report.tree_after.bytes - std::min(trace.kept_used.bytes, report.tree_after.bytes);
    texts.push_back(
        fmt::format("{} of what stays was used in a run; {} rests on reachability and rules.",
                    format_bytes(trace.kept_used.bytes),
                    format_bytes(rest)));
  }
  if (!report.misses.empty()) {
    texts.push_back(
        fmt::format("{} that results looked for in vain and the original has: put back, with what "
                    "belongs to it.",
                    count_of(report.misses.size(), "path")));
  }
  if (report.removed_vulnerabilities) {
    size_t count = report.removed_vulnerabilities->size();
    texts.push_back(fmt::format("{} known {} went with the packages they were in.",
                                count,
                                count == 1 ? "vulnerability" : "vulnerabilities"));
  }
  if (report.verify) {
    texts.push_back(fmt::format(
        "--verify-probe used {}, {} of them in no traced run; {} missing at first.",
        count_of(report.verify->lookups, "path"),
        report.verify->new_lookups,
        report.verify->misses == 1 ? "1 was" : fmt::format("{} were", report.verify->misses)));
  }
  return texts;
}

std::string slim_attempt_title(const SlimAttempt& attempt) {
  if (attempt.put_back == 0) return fmt::format("Policy {} did not hold:", to_text(attempt.policy));
  return fmt::format("Policy {} missed {}; put back and tried again.",
                     to_text(attempt.policy),
                     count_of(attempt.put_back, "path"));
}

size_t count_packages(const SlimReport& report, bool kept) {
  return static_cast<size_t>(
      std::count_if(report.packages.begin(), report.packages.end(), [&](const SlimPackage& row) {
        return row.is_kept == kept;
      }));
}

std::vector<std::string> slim_debug_texts(const SlimReport& report) {
  std::vector<std::string> texts;
  if (report.debug_companion.empty()) return texts;
  texts.push_back(fmt::format("{} is the result with {} and its names in /.whittle/bin.",
                              printable(report.debug_companion),
                              report.debug_source));
  if (report.debug_command.empty()) return texts;
  texts.push_back("Look into a running container NAME of the result: " +
                  printable(report.debug_command));
  texts.emplace_back("Its processes and ports are there, its files are in /proc/1/root.");
  return texts;
}

std::string slim_layers_text(const SlimReport& report) {
  if (report.layers_wanted != "keep" && report.policy != SlimPolicy::Original) {
    std::string base = report.base_layers > 0
                           ? fmt::format(", the first {} of them the base's", report.base_layers)
                           : "";
    return fmt::format(
        "{} in place of {}{}", count_of(report.layers_after, "layer"), report.layers_before, base);
  }
  return fmt::format("{} of {} layers, {} as they were",
                     report.layers_after,
                     report.layers_before,
                     report.layers_reused);
}

std::string_view tier_title(KeepTier tier) {
  switch (tier) {
    case KeepTier::Rule:
      return "asked for by a rule";
    case KeepTier::Traced:
      return "used in a run";
    case KeepTier::Must:
      return "must be there";
    case KeepTier::May:
      return "may be asked for";
    case KeepTier::Package:
      return "rest of needed packages, and of no package";
    case KeepTier::Unreachable:
      return "nothing speaks for it";
  }
  return "";
}

}  // namespace whittle
