// The metrics of a CVSS vector. Inside of cvss.
#pragma once

#include <cmath>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "base/strings.h"

namespace whittle {

struct Weight {
  char value;
  double weight;
};

// The metrics of a vector: "AV" to 'N'.
class Metrics {
 public:
  // False for what is not "KEY:V/KEY:V/...", or names a metric twice.
  bool parse(std::string_view vector) {
    for (std::string_view part : split(vector, '/')) {
      size_t colon = part.find(':');
      if (colon == std::string_view::npos || colon + 1 >= part.size()) return false;
      std::string_view key = part.substr(0, colon);
      if (find(key) != nullptr) return false;
      found_.push_back({key, part.substr(colon + 1)});
    }
    return true;
  }

  char value(std::string_view key) const {
    const Metric* metric = find(key);
    return metric != nullptr && metric->value.size() == 1 ? metric->value[0] : '\0';
  }

  // The weight of a metric's value; NaN for one that is missing or unknown.
  double weight(std::string_view key, std::initializer_list<Weight> weights) const {
    for (const Weight& row : weights) {
      if (row.value == value(key)) return row.weight;
    }
    return std::nan("");
  }

 private:
  struct Metric {
    std::string_view key;
    std::string_view value;
  };

  const Metric* find(std::string_view key) const {
    for (const Metric& metric : found_) {
      if (metric.key == key) return &metric;
    }
    return nullptr;
  }

  std::vector<Metric> found_;
};

// The base score of version 4.0 (cvss_4.cc); nullopt where a base metric is missing or unknown.
std::optional<double> cvss_4_score(const Metrics& metrics);

}  // namespace whittle
