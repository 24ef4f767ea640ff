#include "checks/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/strings.h"

namespace whittle {

void CheckSink::begin(const ImageCheck& check) {
  check_ = &check;
  count_ = 0;
}

void CheckSink::add(CheckFact fact) {
  if (++count_ > kMostFacts) {
    ++dropped_[check_->id];
    return;
  }
  fact.check = check_;
  facts_.push_back(std::move(fact));
}

void CheckSink::of_configuration(std::string text, std::string_view keyword, std::string value) {
  add({nullptr, check_->level, std::move(text), "", kNoLayer, keyword, std::move(value), ""});
}

void CheckSink::of_step(const ImageStep& step, std::string text) {
  uint32_t layer = step.layer == UINT32_MAX ? kNoLayer : step.layer;
  add({nullptr, check_->level, std::move(text), "", layer, step.keyword, "", ""});
}

void CheckSink::of_file(std::string path, uint32_t layer, std::string text) {
  of_file(check_->level, std::move(path), layer, std::move(text));
}

void CheckSink::of_file(RiskLevel level, std::string path, uint32_t layer, std::string text) {
  add({nullptr, level, std::move(text), std::move(path), layer, "", "", ""});
}

std::vector<std::string> ids_of(const ImageCheck& check) {
  std::vector<std::string> ids = {std::string(check.id)};
  for (std::string_view id : split_blanks(check.dockle)) ids.emplace_back(id);
  for (std::string_view section : split_blanks(check.cis))
    ids.push_back("CIS-" + std::string(section));
  return ids;
}

std::string check_url(const ImageCheck& check) {
  for (std::string_view id : split_blanks(check.dockle)) {
    return fmt::format("https://github.com/goodwithtech/dockle/blob/master/CHECKPOINT.md#{}",
                       to_lower(id));
  }
  return "";
}

std::vector<CheckFinding> group_facts(const std::vector<CheckFact>& facts,
                                      const std::map<std::string_view, uint64_t>& dropped) {
  using Key = std::tuple<std::string_view, int, uint32_t, std::string_view>;
  std::map<Key, std::vector<const CheckFact*>> groups;
  for (const CheckFact& fact : facts)
    groups[{fact.check->id, -static_cast<int>(fact.level), fact.layer, fact.suppressed}].push_back(
        &fact);
  std::vector<CheckFinding> findings;
  std::map<std::string_view, uint64_t> left = dropped;
  for (const auto& [key, group] : groups) {
    const ImageCheck& check = *group[0]->check;
    CheckFinding finding;
    finding.id = check.id;
    finding.aliases = ids_of(check);
    finding.aliases.erase(finding.aliases.begin());
    finding.title = check.title;
    finding.level = group[0]->level;
    finding.remedy = check.remedy;
    finding.layer = group[0]->layer;
    finding.path = group.size() == 1 ? group[0]->path : "";
    finding.url = check_url(check);
    finding.suppressed = group[0]->suppressed;
    for (const CheckFact* fact : group) finding.evidence.push_back(fact->text);
    if (uint64_t& rest = left[check.id]; rest > 0) {
      finding.evidence.push_back(fmt::format("{} more of all layers", rest));
      rest = 0;
    }
    findings.push_back(std::move(finding));
  }
  sort_checks(findings);
  return findings;
}

}  // namespace whittle
