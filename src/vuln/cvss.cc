#include "vuln/cvss.h"

#include <cmath>

#include "base/strings.h"
#include "vuln/cvss_metrics.h"

namespace whittle {

namespace {

std::optional<double> unless_nan(double score) {
  if (std::isnan(score)) return std::nullopt;
  return score;
}

// CVSS 2.0 guide, 3.2.1.
std::optional<double> score_2(const Metrics& metrics) {
  std::initializer_list<Weight> loss = {{'N', 0.0}, {'P', 0.275}, {'C', 0.660}};
  double kept = (1 - metrics.weight("C", loss)) * (1 - metrics.weight("I", loss)) *
                (1 - metrics.weight("A", loss));
  double impact = 10.41 * (1 - kept);
  double exploitability = 20 * metrics.weight("AV", {{'L', 0.395}, {'A', 0.646}, {'N', 1.0}}) *
                          metrics.weight("AC", {{'H', 0.35}, {'M', 0.61}, {'L', 0.71}}) *
                          metrics.weight("Au", {{'M', 0.45}, {'S', 0.56}, {'N', 0.704}});
  double factor = impact == 0 ? 0 : 1.176;
  double score = (0.6 * impact + 0.4 * exploitability - 1.5) * factor;
  return unless_nan(std::round(score * 10) / 10);
}

// CVSS 3.1 specification, appendix A: the smallest number of one decimal that is not less, without
// what floating point adds.
double round_up(double value) {
  double scaled = std::round(value * 100000);
  if (std::fmod(scaled, 10000) == 0) return scaled / 100000;
  return (std::floor(scaled / 10000) + 1) / 10;
}

// CVSS 3.1 specification, 7.1.
std::optional<double> score_3(const Metrics& metrics) {
  bool is_changed = metrics.value("S") == 'C';
  if (!is_changed && metrics.value("S") != 'U') return std::nullopt;
  std::initializer_list<Weight> loss = {{'N', 0.0}, {'L', 0.22}, {'H', 0.56}};
  double base = 1 - (1 - metrics.weight("C", loss)) * (1 - metrics.weight("I", loss)) *
                        (1 - metrics.weight("A", loss));
  double impact =
      is_changed ? 7.52 * (base - 0.029) - 3.25 * std::pow(base - 0.02, 15) : 6.42 * base;
  double privileges = is_changed ? metrics.weight("PR", {{'N', 0.85}, {'L', 0.68}, {'H', 0.5}})
                                 : metrics.weight("PR", {{'N', 0.85}, {'L', 0.62}, {'H', 0.27}});
  double exploitability =
      8.22 * metrics.weight("AV", {{'N', 0.85}, {'A', 0.62}, {'L', 0.55}, {'P', 0.2}}) *
      metrics.weight("AC", {{'L', 0.77}, {'H', 0.44}}) * privileges *
      metrics.weight("UI", {{'N', 0.85}, {'R', 0.62}});
  if (std::isnan(impact) || std::isnan(exploitability)) return std::nullopt;
  if (impact <= 0) return 0.0;
  double sum = impact + exploitability;
  return round_up(std::min(is_changed ? 1.08 * sum : sum, 10.0));
}

}  // namespace

std::optional<double> cvss_base_score(std::string_view vector) {
  vector = trim(vector);
  constexpr std::string_view kVersion4 = "CVSS:4.0/";
  if (vector.starts_with(kVersion4)) {
    Metrics metrics;
    return metrics.parse(vector.substr(kVersion4.size())) ? cvss_4_score(metrics) : std::nullopt;
  }
  bool is_3 = vector.starts_with("CVSS:3.1/") || vector.starts_with("CVSS:3.0/");
  if (is_3) vector.remove_prefix(9);
  if (!is_3 && vector.starts_with("CVSS:")) return std::nullopt;
  if (vector.starts_with('(') && vector.ends_with(')'))
    vector = vector.substr(1, vector.size() - 2);
  Metrics metrics;
  if (!metrics.parse(vector)) return std::nullopt;
  return is_3 ? score_3(metrics) : score_2(metrics);
}

RiskLevel risk_of_score(double score, bool is_version_2) {
  if (score >= 9.0 && !is_version_2) return RiskLevel::Critical;
  if (score >= 7.0) return RiskLevel::High;
  if (score >= 4.0) return RiskLevel::Medium;
  return score > 0 || is_version_2 ? RiskLevel::Low : RiskLevel::Negligible;
}

RiskLevel risk_of_word(std::string_view word) {
  struct Row {
    std::string_view word;
    RiskLevel level;
  };

  constexpr Row kRows[] = {{"critical", RiskLevel::Critical},
                           {"high", RiskLevel::High},
                           {"important", RiskLevel::High},
                           {"medium", RiskLevel::Medium},
                           {"moderate", RiskLevel::Medium},
                           {"low", RiskLevel::Low},
                           {"minor", RiskLevel::Low},
                           {"negligible", RiskLevel::Negligible},
                           {"unimportant", RiskLevel::Negligible}};
  for (const Row& row : kRows) {
    if (equals_ignoring_case(word, row.word)) return row.level;
  }
  return RiskLevel::Unknown;
}

}  // namespace whittle
