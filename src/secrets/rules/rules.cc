#include "secrets/rules/rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "secrets/rules/rows.h"

namespace whittle {

const std::vector<SecretRuleGroup>& secret_rule_groups() {
  static const std::vector<SecretRuleGroup> table = {
      {"cloud", cloud_secret_rules},
      {"platform", platform_secret_rules},
      {"forge", forge_secret_rules},
      {"build", build_secret_rules},
      {"registry", registry_secret_rules},
      {"chat", chat_secret_rules},
      {"payment", payment_secret_rules},
      {"mail", mail_secret_rules},
      {"monitoring", monitoring_secret_rules},
      {"model_vendor", model_vendor_secret_rules},
      {"product", product_secret_rules},
      {"database", database_secret_rules},
      {"key", key_secret_rules},
      {"credential_file", credential_file_secret_rules},
      {"generic", generic_secret_rules},
  };
  return table;
}

const std::vector<const SecretRuleInfo*>& secret_rule_table() {
  static const std::vector<const SecretRuleInfo*> table = [] {
    std::vector<const SecretRuleInfo*> rows;
    for (const SecretRuleGroup& group : secret_rule_groups()) {
      for (const SecretRuleInfo& rule : group.rules()) rows.push_back(&rule);
    }
    return rows;
  }();
  return table;
}

const SecretRuleInfo* find_secret_rule(std::string_view id) {
  const auto& table = secret_rule_table();
  auto at = std::find_if(
      table.begin(), table.end(), [&](const SecretRuleInfo* rule) { return rule->id == id; });
  return at == table.end() ? nullptr : *at;
}

std::string full_pattern(const SecretRuleInfo& rule) {
  if (rule.names.empty()) return std::string(rule.pattern);
  // A blank alone assigns on command lines and in headers; behind names that are everyday words it
  // does not.
  std::string_view blank = rule.min_turns == 0 ? "|[ \\t]" : "";
  return fmt::format(
      R"((?i:{})[\w.-]{{0,30}}["'`]?\]?[ \t]{{0,5}}(?:=>|:=|=|:|,{})[ \t]{{0,5}}["'`]?{})",
      rule.names,
      blank,
      rule.pattern);
}

namespace {

constexpr std::string_view kUpper = "QWERTYUIOPASDFGHJKLZXCVBNM";
constexpr std::string_view kLower = "qazwsxedcrfvtgbyhnujmikolp";
constexpr std::string_view kDigits = "7305918264";

std::string alphabet_of(char kind) {
  std::string upper(kUpper);
  std::string lower(kLower);
  std::string digits(kDigits);
  switch (kind) {
    case 'w':
      return upper + lower + digits;
    case 'l':
      return lower + digits;
    case 'U':
      return upper + digits;
    case 'B':
      return upper + "375264";
    case 'd':
      return digits;
    case 'h':
      return "3a9f0c7be18d2654";
    case 'H':
      return "3A9F0C7BE18D2654";
    case 'a':
      return lower;
    case 'A':
      return upper;
    case 'b':
      return upper + lower + digits + "_-";
    case 's':
      return upper + lower + digits + "+/";
    default:
      return "";
  }
}

class ExampleWriter {
 public:
  std::string write(std::string_view text) {
    for (size_t i = 0; i < text.size();) {
      size_t end = text[i] == '{' ? text.find('}', i) : std::string_view::npos;
      if (end != std::string_view::npos && add_field(text.substr(i + 1, end - i - 1))) {
        i = end + 1;
      } else {
        out_ += text[i++];
      }
    }
    return std::move(out_);
  }

 private:
  bool add_field(std::string_view field) {
    if (field == "u") {
      for (size_t part : {8U, 4U, 4U, 4U, 12U}) {
        if (part != 8) out_ += '-';
        add("3a9f0c7be18d2654", part);
      }
      return true;
    }
    if (field.size() < 2) return false;
    std::string alphabet = alphabet_of(field.front());
    std::optional<uint64_t> count = parse_u64(field.substr(1));
    if (alphabet.empty() || !count || *count > 10'000) return false;
    add(alphabet, *count);
    return true;
  }

  // Steps of a generator with a full period (Knuth), so that no two fields are alike.
  void add(std::string_view alphabet, uint64_t count) {
    for (uint64_t i = 0; i < count; ++i) {
      state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
      out_ += alphabet[(state_ >> 33) % alphabet.size()];
    }
  }

  uint64_t state_ = 42;
  std::string out_;
};

}  // namespace

std::string secret_example(std::string_view text) {
  return ExampleWriter().write(text);
}

}  // namespace whittle
