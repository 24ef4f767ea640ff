// Values of HCL expressions, as plain data.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whittle {

struct HclValue {
  // Unknown: it could not be computed here; `text` says why.
  enum class Kind { Null, Bool, Number, Text, List, Object, Unknown };
  Kind kind = Kind::Null;
  bool flag = false;
  double number = 0;
  std::string text;
  std::vector<std::string> keys;  // of an object, in order
  std::vector<HclValue> items;    // of a list; of an object, one a key

  static HclValue null() { return {}; }

  static HclValue boolean(bool flag);
  static HclValue of_number(double number);
  static HclValue of_text(std::string text);
  static HclValue list(std::vector<HclValue> items);
  static HclValue unknown(std::string why);

  bool is_unknown() const { return kind == Kind::Unknown; }

  // Of an object; null pointer if there is none.
  const HclValue* find(std::string_view key) const;
  void set(const std::string& key, HclValue value);

  // As a text: of numbers and bools what HCL makes of them; nullopt for all
  // else.
  std::optional<std::string> as_text() const;
  std::optional<bool> as_bool() const;
  std::optional<double> as_number() const;

  bool equals(const HclValue& other) const;
};

}  // namespace whittle
