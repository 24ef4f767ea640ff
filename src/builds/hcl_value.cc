#include "builds/hcl_value.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

namespace whittle {

namespace {

// Whole numbers up to here are exact.
constexpr double kMaxWhole = 9e15;

}  // namespace

HclValue HclValue::boolean(bool flag) {
  HclValue value;
  value.kind = Kind::Bool;
  value.flag = flag;
  return value;
}

HclValue HclValue::of_number(double number) {
  HclValue value;
  value.kind = Kind::Number;
  value.number = number;
  return value;
}

HclValue HclValue::of_text(std::string text) {
  HclValue value;
  value.kind = Kind::Text;
  value.text = std::move(text);
  return value;
}

HclValue HclValue::list(std::vector<HclValue> items) {
  HclValue value;
  value.kind = Kind::List;
  value.items = std::move(items);
  return value;
}

HclValue HclValue::unknown(std::string why) {
  HclValue value;
  value.kind = Kind::Unknown;
  value.text = std::move(why);
  return value;
}

const HclValue* HclValue::find(std::string_view key) const {
  for (size_t i = 0; i < keys.size(); ++i) {
    if (keys[i] == key) return &items[i];
  }
  return nullptr;
}

void HclValue::set(const std::string& key, HclValue value) {
  kind = Kind::Object;
  for (size_t i = 0; i < keys.size(); ++i) {
    if (keys[i] != key) continue;
    items[i] = std::move(value);
    return;
  }
  keys.push_back(key);
  items.push_back(std::move(value));
}

std::optional<std::string> HclValue::as_text() const {
  switch (kind) {
    case Kind::Text:
      return text;
    case Kind::Bool:
      return flag ? "true" : "false";
    case Kind::Number:
      if (std::floor(number) == number && std::fabs(number) < kMaxWhole)
        return fmt::format("{:.0f}", number);
      return fmt::format("{}", number);
    default:
      return std::nullopt;
  }
}

std::optional<bool> HclValue::as_bool() const {
  if (kind == Kind::Bool) return flag;
  if (kind != Kind::Text) return std::nullopt;
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  return std::nullopt;
}

std::optional<double> HclValue::as_number() const {
  if (kind == Kind::Number) return number;
  if (kind != Kind::Text || text.empty()) return std::nullopt;
  char* end = nullptr;
  double parsed = std::strtod(text.c_str(), &end);
  bool is_whole = end == text.c_str() + text.size() && std::isfinite(parsed);
  return is_whole ? std::optional<double>(parsed) : std::nullopt;
}

bool HclValue::equals(const HclValue& other) const {
  if (kind != other.kind) return false;
  switch (kind) {
    case Kind::Bool:
      return flag == other.flag;
    case Kind::Number:
      return number == other.number;
    case Kind::Text:
      return text == other.text;
    case Kind::List:
    case Kind::Object: {
      if (items.size() != other.items.size()) return false;
      for (size_t i = 0; i < items.size(); ++i) {
        const HclValue* same = kind == Kind::List ? &other.items[i] : other.find(keys[i]);
        if (same == nullptr || !items[i].equals(*same)) return false;
      }
      return true;
    }
    default:
      return kind == Kind::Null;
  }
}

}  // namespace whittle
