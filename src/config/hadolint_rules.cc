#include "config/hadolint_rules.h"

#include "base/strings.h"

namespace whittle {

const std::vector<HadolintRule>& hadolint_rules() {
  static const std::vector<HadolintRule> rules = {
      {"DL1000", Severity::Error},   {"DL1001", std::nullopt},      {"DL3000", Severity::Error},
      {"DL3001", Severity::Info},    {"DL3002", Severity::Warning}, {"DL3003", Severity::Warning},
      {"DL3004", Severity::Error},   {"DL3006", Severity::Warning}, {"DL3007", Severity::Warning},
      {"DL3008", Severity::Warning}, {"DL3009", Severity::Info},    {"DL3010", Severity::Info},
      {"DL3011", Severity::Error},   {"DL3012", Severity::Error},   {"DL3013", Severity::Warning},
      {"DL3014", Severity::Warning}, {"DL3015", Severity::Info},    {"DL3016", Severity::Warning},
      {"DL3018", Severity::Warning}, {"DL3019", Severity::Info},    {"DL3020", Severity::Error},
      {"DL3021", Severity::Error},   {"DL3022", Severity::Warning}, {"DL3023", Severity::Error},
      {"DL3024", Severity::Error},   {"DL3025", Severity::Warning}, {"DL3026", Severity::Error},
      {"DL3027", Severity::Warning}, {"DL3028", Severity::Warning}, {"DL3029", Severity::Warning},
      {"DL3030", Severity::Warning}, {"DL3032", Severity::Warning}, {"DL3033", Severity::Warning},
      {"DL3034", Severity::Warning}, {"DL3035", Severity::Warning}, {"DL3036", Severity::Warning},
      {"DL3037", Severity::Warning}, {"DL3038", Severity::Warning}, {"DL3040", Severity::Warning},
      {"DL3041", Severity::Warning}, {"DL3042", Severity::Warning}, {"DL3043", Severity::Error},
      {"DL3044", Severity::Error},   {"DL3045", Severity::Warning}, {"DL3046", Severity::Warning},
      {"DL3047", Severity::Info},    {"DL3048", Severity::Style},   {"DL3049", Severity::Info},
      {"DL3050", Severity::Info},    {"DL3051", Severity::Warning}, {"DL3052", Severity::Warning},
      {"DL3053", Severity::Warning}, {"DL3054", Severity::Warning}, {"DL3055", Severity::Warning},
      {"DL3056", Severity::Warning}, {"DL3057", std::nullopt},      {"DL3058", Severity::Warning},
      {"DL3059", Severity::Info},    {"DL3060", Severity::Info},    {"DL3061", Severity::Error},
      {"DL3062", Severity::Warning}, {"DL3063", Severity::Warning}, {"DL3064", Severity::Warning},
      {"DL3065", Severity::Warning}, {"DL3066", Severity::Info},    {"DL3067", Severity::Warning},
      {"DL4000", Severity::Error},   {"DL4001", Severity::Warning}, {"DL4003", Severity::Warning},
      {"DL4004", Severity::Error},   {"DL4005", Severity::Warning}, {"DL4006", Severity::Warning},
  };
  return rules;
}

const HadolintRule* find_hadolint_rule(std::string_view id) {
  for (const HadolintRule& rule : hadolint_rules()) {
    if (equals_ignoring_case(rule.id, id)) return &rule;
  }
  return nullptr;
}

}  // namespace whittle
