#include "builds/hcl_functions.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/strings.h"

namespace whittle {

namespace {

using Values = std::vector<HclValue>;
using Kind = HclValue::Kind;

constexpr size_t kAnyNumber = 1'000;

HclValue misfit() {
  return HclValue::unknown("the arguments do not fit");
}

template <typename Change>
HclValue on_text(const Values& arguments, Change change) {
  std::optional<std::string> text = arguments[0].as_text();
  return text ? HclValue::of_text(change(*text)) : misfit();
}

HclValue upper(const Values& a) {
  return on_text(a, [](const std::string& text) { return to_upper(text); });
}

HclValue lower(const Values& a) {
  return on_text(a, [](const std::string& text) { return to_lower(text); });
}

HclValue trimspace(const Values& a) {
  return on_text(a, [](const std::string& text) { return std::string(trim(text)); });
}

// With a second text.
template <typename Combine>
HclValue on_texts(const Values& a, Combine combine) {
  std::optional<std::string> first = a[0].as_text();
  std::optional<std::string> second = a[1].as_text();
  return first && second ? combine(*first, *second) : misfit();
}

HclValue trimprefix(const Values& a) {
  return on_texts(a, [](const std::string& text, const std::string& prefix) {
    return HclValue::of_text(text.starts_with(prefix) ? text.substr(prefix.size()) : text);
  });
}

HclValue trimsuffix(const Values& a) {
  return on_texts(a, [](const std::string& text, const std::string& suffix) {
    return HclValue::of_text(text.ends_with(suffix) ? text.substr(0, text.size() - suffix.size())
                                                    : text);
  });
}

HclValue trim_set(const Values& a) {
  return on_texts(a, [](const std::string& text, const std::string& set) {
    size_t begin = text.find_first_not_of(set);
    if (begin == std::string::npos) return HclValue::of_text("");
    return HclValue::of_text(text.substr(begin, text.find_last_not_of(set) + 1 - begin));
  });
}

HclValue replace(const Values& a) {
  std::optional<std::string> by = a[2].as_text();
  if (!by) return misfit();
  return on_texts(a, [&](const std::string& text, const std::string& from) {
    if (from.empty()) return HclValue::of_text(text);
    return HclValue::of_text(replace_all(text, from, *by));
  });
}

HclValue split_text(const Values& a) {
  return on_texts(a, [](const std::string& separator, const std::string& text) {
    Values parts;
    size_t begin = 0;
    if (separator.empty()) return misfit();
    while (true) {
      size_t end = text.find(separator, begin);
      parts.push_back(HclValue::of_text(text.substr(begin, end - begin)));
      if (end == std::string::npos) return HclValue::list(std::move(parts));
      begin = end + separator.size();
    }
  });
}

HclValue join_texts(const Values& a) {
  std::optional<std::string> separator = a[0].as_text();
  if (!separator) return misfit();
  std::string out;
  bool is_first = true;
  for (size_t i = 1; i < a.size(); ++i) {
    if (a[i].kind != Kind::List) return misfit();
    for (const HclValue& item : a[i].items) {
      std::optional<std::string> text = item.as_text();
      if (!text) return misfit();
      if (!is_first) out += *separator;
      out += *text;
      is_first = false;
    }
  }
  return HclValue::of_text(std::move(out));
}

// "%s", "%d", "%v" and "%%"; other verbs are not computed.
HclValue format(const Values& a) {
  std::optional<std::string> pattern = a[0].as_text();
  if (!pattern) return misfit();
  std::string out;
  size_t next = 1;
  for (size_t i = 0; i < pattern->size(); ++i) {
    char c = (*pattern)[i];
    if (c != '%') {
      out += c;
      continue;
    }
    char verb = i + 1 < pattern->size() ? (*pattern)[++i] : '\0';
    if (verb == '%') {
      out += '%';
      continue;
    }
    bool is_simple = verb == 's' || verb == 'd' || verb == 'v';
    std::optional<std::string> text =
        is_simple && next < a.size() ? a[next].as_text() : std::nullopt;
    if (!text) return misfit();
    out += *text;
    ++next;
  }
  return HclValue::of_text(std::move(out));
}

HclValue concat(const Values& a) {
  Values all;
  for (const HclValue& list : a) {
    if (list.kind != Kind::List) return misfit();
    all.insert(all.end(), list.items.begin(), list.items.end());
  }
  return HclValue::list(std::move(all));
}

HclValue flatten(const Values& a) {
  if (a[0].kind != Kind::List) return misfit();
  Values all;
  for (const HclValue& item : a[0].items) {
    if (item.kind != Kind::List) {
      all.push_back(item);
      continue;
    }
    HclValue inner = flatten({item});
    all.insert(all.end(), inner.items.begin(), inner.items.end());
  }
  return HclValue::list(std::move(all));
}

HclValue distinct(const Values& a) {
  if (a[0].kind != Kind::List || a[0].items.size() > kAnyNumber) return misfit();
  Values all;
  for (const HclValue& item : a[0].items) {
    bool is_new = std::none_of(
        all.begin(), all.end(), [&](const HclValue& other) { return other.equals(item); });
    if (is_new) all.push_back(item);
  }
  return HclValue::list(std::move(all));
}

HclValue coalesce(const Values& a) {
  for (const HclValue& one : a) {
    if (one.kind != Kind::Null) return one;
  }
  return HclValue::null();
}

HclValue length(const Values& a) {
  if (a[0].kind == Kind::List || a[0].kind == Kind::Object)
    return HclValue::of_number(static_cast<double>(a[0].items.size()));
  std::optional<std::string> text = a[0].as_text();
  if (!text) return misfit();
  auto is_begin = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  return HclValue::of_number(
      static_cast<double>(std::count_if(text->begin(), text->end(), is_begin)));
}

HclValue contains_value(const Values& a) {
  if (a[0].kind != Kind::List) return misfit();
  return HclValue::boolean(std::any_of(a[0].items.begin(),
                                       a[0].items.end(),
                                       [&](const HclValue& item) { return item.equals(a[1]); }));
}

HclValue lookup(const Values& a) {
  std::optional<std::string> key = a[1].as_text();
  if (a[0].kind != Kind::Object || !key) return misfit();
  const HclValue* found = a[0].find(*key);
  if (found != nullptr) return *found;
  return a.size() > 2 ? a[2] : misfit();
}

HclValue merge(const Values& a) {
  HclValue all;
  all.kind = Kind::Object;
  for (const HclValue& object : a) {
    if (object.kind == Kind::Null) continue;
    if (object.kind != Kind::Object) return misfit();
    for (size_t i = 0; i < object.keys.size(); ++i) all.set(object.keys[i], object.items[i]);
  }
  return all;
}

HclValue keys(const Values& a) {
  if (a[0].kind != Kind::Object) return misfit();
  std::vector<std::string> names = a[0].keys;
  std::sort(names.begin(), names.end());
  Values all;
  for (std::string& name : names) all.push_back(HclValue::of_text(std::move(name)));
  return HclValue::list(std::move(all));
}

HclValue values(const Values& a) {
  if (a[0].kind != Kind::Object) return misfit();
  std::vector<std::string> names = a[0].keys;
  std::sort(names.begin(), names.end());
  Values all;
  for (const std::string& name : names) all.push_back(*a[0].find(name));
  return HclValue::list(std::move(all));
}

HclValue element(const Values& a) {
  std::optional<double> index = a[1].as_number();
  bool fits =
      a[0].kind == Kind::List && !a[0].items.empty() && index && *index >= 0 && *index < 1e9;
  if (!fits) return misfit();
  return a[0].items[static_cast<size_t>(*index) % a[0].items.size()];
}

HclValue equal(const Values& a) {
  return HclValue::boolean(a[0].equals(a[1]));
}

HclValue notequal(const Values& a) {
  return HclValue::boolean(!a[0].equals(a[1]));
}

HclValue not_of(const Values& a) {
  std::optional<bool> flag = a[0].as_bool();
  return flag ? HclValue::boolean(!*flag) : misfit();
}

HclValue and_of(const Values& a) {
  std::optional<bool> first = a[0].as_bool();
  std::optional<bool> second = a[1].as_bool();
  return first && second ? HclValue::boolean(*first && *second) : misfit();
}

HclValue or_of(const Values& a) {
  std::optional<bool> first = a[0].as_bool();
  std::optional<bool> second = a[1].as_bool();
  return first && second ? HclValue::boolean(*first || *second) : misfit();
}

template <typename Combine>
HclValue on_numbers(const Values& a, Combine combine) {
  std::optional<double> first = a[0].as_number();
  std::optional<double> second = a[1].as_number();
  if (!first || !second) return misfit();
  double result = combine(*first, *second);
  return std::isfinite(result) ? HclValue::of_number(result) : misfit();
}

HclValue add(const Values& a) {
  return on_numbers(a, [](double x, double y) { return x + y; });
}

HclValue subtract(const Values& a) {
  return on_numbers(a, [](double x, double y) { return x - y; });
}

HclValue multiply(const Values& a) {
  return on_numbers(a, [](double x, double y) { return x * y; });
}

HclValue divide(const Values& a) {
  return on_numbers(a, [](double x, double y) { return x / y; });
}

constexpr std::array kFunctions = {
    HclFunctionRow{"add", 2, 2, add},
    HclFunctionRow{"and", 2, 2, and_of},
    HclFunctionRow{"coalesce", 1, kAnyNumber, coalesce},
    HclFunctionRow{"concat", 0, kAnyNumber, concat},
    HclFunctionRow{"contains", 2, 2, contains_value},
    HclFunctionRow{"distinct", 1, 1, distinct},
    HclFunctionRow{"divide", 2, 2, divide},
    HclFunctionRow{"element", 2, 2, element},
    HclFunctionRow{"equal", 2, 2, equal},
    HclFunctionRow{"flatten", 1, 1, flatten},
    HclFunctionRow{"format", 1, kAnyNumber, format},
    HclFunctionRow{"join", 2, kAnyNumber, join_texts},
    HclFunctionRow{"keys", 1, 1, keys},
    HclFunctionRow{"length", 1, 1, length},
    HclFunctionRow{"lookup", 2, 3, lookup},
    HclFunctionRow{"lower", 1, 1, lower},
    HclFunctionRow{"merge", 0, kAnyNumber, merge},
    HclFunctionRow{"multiply", 2, 2, multiply},
    HclFunctionRow{"not", 1, 1, not_of},
    HclFunctionRow{"notequal", 2, 2, notequal},
    HclFunctionRow{"or", 2, 2, or_of},
    HclFunctionRow{"replace", 3, 3, replace},
    HclFunctionRow{"split", 2, 2, split_text},
    HclFunctionRow{"subtract", 2, 2, subtract},
    HclFunctionRow{"trim", 2, 2, trim_set},
    HclFunctionRow{"trimprefix", 2, 2, trimprefix},
    HclFunctionRow{"trimspace", 1, 1, trimspace},
    HclFunctionRow{"trimsuffix", 2, 2, trimsuffix},
    HclFunctionRow{"upper", 1, 1, upper},
    HclFunctionRow{"values", 1, 1, values},
};

}  // namespace

const HclFunctionRow* find_hcl_function(std::string_view name) {
  auto found = std::find_if(kFunctions.begin(), kFunctions.end(), [&](const HclFunctionRow& row) {
    return row.name == name;
  });
  return found == kFunctions.end() ? nullptr : &*found;
}

}  // namespace whittle
