// CVSS 4.0 base scores (specification 4.0, section 8, "CVSS v4.0 Scoring"): a vector falls into one
// of a few sets of equal severity, whose highest member has a score in a table of expert judgement;
// how far the vector lies below that member lowers it towards the next sets. Without threat and
// environmental metrics, E is A, and CR, IR and AR are H.
#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "vuln/cvss_metrics.h"

namespace whittle {

namespace {

// EQ3 and EQ6 are one: EQ3 with EQ6. 01 and 11 need lowered requirements: no base vector is there,
// but they are the next lower sets of those that are.
enum Impact { k00, k01, k10, k11, k21 };

// [EQ1][EQ2][EQ3 and EQ6][EQ4 - 1] with EQ5 = 0: EQ4 is 0 for modified metrics only.
constexpr double kScores[3][2][5][2] = {
    {{{10, 9.3}, {9.6, 9}, {9.3, 8.8}, {9.2, 8}, {7.9, 6.9}},
     {{9.5, 9.2}, {9.1, 8.1}, {9.2, 8.4}, {8.2, 7}, {7.1, 6.3}}},
    {{{9.4, 8.7}, {8.9, 7.5}, {8.6, 7.2}, {7.6, 5.7}, {6.5, 5.3}},
     {{9, 7.7}, {7.7, 6.6}, {7.4, 6.1}, {5.9, 5.2}, {5.8, 2.3}}},
    {{{8.6, 7}, {7.4, 5.4}, {7.2, 5.3}, {5.7, 3.6}, {4.7, 2.4}},
     {{7.3, 5.4}, {5.5, 4.3}, {6.1, 4.6}, {5.1, 1.8}, {2.4, 1}}},
};

// How many steps a set is deep, from its highest to its lowest member, where there is a lower set.
constexpr double kDepth1[] = {1, 4};
constexpr double kDepthImpact[] = {7, 6, 8};
constexpr double kDepth4 = 5;

// Steps of metrics above their worst value.
struct Steps {
  int av, pr, ui, ac, at, vc, vi, va, sc, si, sa;
};

// -1 for a value that is none of the letters, the worst one first.
int step_of(const Metrics& metrics, std::string_view key, std::string_view letters) {
  char value = metrics.value(key);
  size_t at = value == '\0' ? std::string_view::npos : letters.find(value);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

std::optional<Steps> steps_of(const Metrics& metrics) {
  Steps steps{step_of(metrics, "AV", "NALP"),
              step_of(metrics, "PR", "NLH"),
              step_of(metrics, "UI", "NPA"),
              step_of(metrics, "AC", "LH"),
              step_of(metrics, "AT", "NP"),
              step_of(metrics, "VC", "HLN"),
              step_of(metrics, "VI", "HLN"),
              step_of(metrics, "VA", "HLN"),
              step_of(metrics, "SC", "HLN"),
              step_of(metrics, "SI", "HLN"),
              step_of(metrics, "SA", "HLN")};
  for (int step : {steps.av, steps.pr, steps.ui, steps.ac, steps.at, steps.vc}) {
    if (step < 0) return std::nullopt;
  }
  for (int step : {steps.vi, steps.va, steps.sc, steps.si, steps.sa}) {
    if (step < 0) return std::nullopt;
  }
  return steps;
}

// The distance to the first of a set's highest members that lies nowhere below the vector.
template <size_t count>
double distance(const std::array<int, count>& vector,
                std::initializer_list<std::array<int, count>> highest) {
  for (const std::array<int, count>& member : highest) {
    int sum = 0;
    bool is_below = true;
    for (size_t i = 0; i < count; ++i) {
      sum += vector[i] - member[i];
      is_below = is_below && vector[i] >= member[i];
    }
    if (is_below) return sum;
  }
  return 0;
}

size_t set_1(const Steps& s) {
  bool is_any = s.av == 0 || s.pr == 0 || s.ui == 0;
  if (s.av == 0 && s.pr == 0 && s.ui == 0) return 0;
  return is_any && s.av != 3 ? 1 : 2;
}

Impact impact_of(const Steps& s) {
  if (s.vc == 0 && s.vi == 0) return k00;
  return s.vc == 0 || s.vi == 0 || s.va == 0 ? k10 : k21;
}

// The part of the way to the next lower set that the vector has gone, in points of the score.
double way(double score, double next, double steps, double depth) {
  return (score - next) * steps / depth;
}

}  // namespace

std::optional<double> cvss_4_score(const Metrics& metrics) {
  std::optional<Steps> steps = steps_of(metrics);
  if (!steps) return std::nullopt;
  const Steps& s = *steps;
  if (s.vc + s.vi + s.va + s.sc + s.si + s.sa == 12) return 0.0;  // no impact at all
  size_t eq1 = set_1(s);
  size_t eq2 = s.ac == 0 && s.at == 0 ? 0 : 1;
  Impact impact = impact_of(s);
  size_t eq4 = s.sc == 0 || s.si == 0 || s.sa == 0 ? 0 : 1;
  const auto& table = kScores;
  double score = table[eq1][eq2][impact][eq4];

  double sum = 0;
  double sets = 1;  // EQ5 always has a lower set, and the vector is at the top of its own
  if (eq1 < 2) {
    double steps_1 =
        eq1 == 0 ? 0 : distance<3>({s.av, s.pr, s.ui}, {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}});
    sum += way(score, table[eq1 + 1][eq2][impact][eq4], steps_1, kDepth1[eq1]);
    ++sets;
  }
  if (eq2 == 0) ++sets;  // the vector is at the top of it
  if (impact != k21) {
    double next = impact == k00 ? std::max(table[eq1][eq2][k01][eq4], table[eq1][eq2][k10][eq4])
                                : table[eq1][eq2][k11][eq4];
    double steps_3 = impact == k00 ? distance<3>({s.vc, s.vi, s.va}, {{0, 0, 0}})
                                   : distance<3>({s.vc, s.vi, s.va}, {{1, 0, 0}, {0, 1, 0}});
    sum += way(score, next, steps_3, kDepthImpact[impact]);
    ++sets;
  }
  if (eq4 == 0) {
    double steps_4 = distance<3>({s.sc, s.si, s.sa}, {{0, 0, 0}});
    sum += way(score, table[eq1][eq2][impact][1], steps_4, kDepth4);
    ++sets;
  }
  score = std::clamp(score - sum / sets, 0.0, 10.0);
  constexpr double kEpsilon = 1e-6;  // what binary fractions lose
  return std::floor(score * 10 + 0.5 + kEpsilon) / 10;
}

}  // namespace whittle
