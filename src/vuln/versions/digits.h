// Decimal numbers of any length as they stand in versions. What the orders share; no order itself.
#pragma once

#include <string_view>

namespace whittle {

// -1, 0 or 1.
template <typename T>
int sign_of(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

inline std::string_view without_leading_zeros(std::string_view digits) {
  size_t first = digits.find_first_not_of('0');
  return first == std::string_view::npos ? std::string_view() : digits.substr(first);
}

// By value; "" is 0.
inline int compare_digits(std::string_view a, std::string_view b) {
  a = without_leading_zeros(a);
  b = without_leading_zeros(b);
  return a.size() != b.size() ? sign_of(a.size(), b.size()) : sign_of(a.compare(b), 0);
}

// Takes the digits off the start of `text`.
inline std::string_view take_digits(std::string_view& text) {
  size_t end = 0;
  while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
  std::string_view digits = text.substr(0, end);
  text.remove_prefix(end);
  return digits;
}

// Takes what stands before the first `separator` off `text`, and the separator.
inline std::string_view take_part(std::string_view& text, char separator) {
  size_t end = text.find(separator);
  std::string_view part = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  return part;
}

inline bool are_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace whittle
