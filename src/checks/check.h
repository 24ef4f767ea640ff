// One check of an image: what is wrong, what to do, what other tools call it, and how it is seen.
// The rows are in rules/, one file each.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "checks/image_facts.h"
#include "model/scan_report.h"

namespace whittle {

class CheckSink;

struct ImageCheck {
  std::string_view id;     // "runs-as-root"; for good: ignore files name it
  std::string_view title;  // "the image runs as root"
  RiskLevel level = RiskLevel::Medium;
  std::string_view dockle;  // its ids, split by blanks: "CIS-DI-0001"; "" none
  std::string_view cis;     // sections of the CIS Docker Benchmark 1.6, split by blanks: "4.1"
  std::string_view why;     // what may come of it, sentences
  std::string_view remedy;  // what to do, one sentence without its period
  void (*run)(const ImageFacts& facts, CheckSink& sink);
};

// One thing that was seen.
struct CheckFact {
  const ImageCheck* check = nullptr;
  RiskLevel level = RiskLevel::Medium;
  std::string text;           // "usr/bin/su is setuid root"
  std::string path;           // of the file that it is about; "" for none
  uint32_t layer = kNoLayer;  // that brought it
  std::string_view keyword;   // of the instruction, where no layer brought it: "EXPOSE"
  std::string value;          // a part of that instruction's text
  std::string suppressed;     // for whoever judges facts
};

// Gathers what checks see. Of one check it keeps kMostFacts and counts the rest.
class CheckSink {
 public:
  static constexpr size_t kMostFacts = 1000;

  void begin(const ImageCheck& check);
  // Of the image's configuration.
  void of_configuration(std::string text, std::string_view keyword, std::string value = "");
  // Of a step of the history.
  void of_step(const ImageStep& step, std::string text);
  // Of a file.
  void of_file(std::string path, uint32_t layer, std::string text);
  void of_file(RiskLevel level, std::string path, uint32_t layer, std::string text);

  std::vector<CheckFact> take() { return std::move(facts_); }

  // By check's id: how many facts were not kept.
  const std::map<std::string_view, uint64_t>& dropped() const { return dropped_; }

 private:
  void add(CheckFact fact);

  const ImageCheck* check_ = nullptr;
  size_t count_ = 0;
  std::vector<CheckFact> facts_;
  std::map<std::string_view, uint64_t> dropped_;
};

// Facts of one check, level, layer and reason for not counting become one finding. Those that are
// suppressed are findings of their own. Sorted.
std::vector<CheckFinding> group_facts(const std::vector<CheckFact>& facts,
                                      const std::map<std::string_view, uint64_t>& dropped);

// The ids that ignore files may use for it: its own, dockle's, "CIS-4.1".
std::vector<std::string> ids_of(const ImageCheck& check);

// Where the check is explained.
std::string check_url(const ImageCheck& check);

}  // namespace whittle
