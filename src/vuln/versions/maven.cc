// ComparableVersion of maven-artifact 3.8: numbers and qualifiers, a list inside a list at every
// "-" and wherever digits meet letters; alpha < beta < milestone < rc = cr < snapshot < "" = ga =
// final = release < sp < other words < numbers.
#include <array>
#include <string>
#include <vector>

#include "base/strings.h"
#include "vuln/versions/digits.h"
#include "vuln/versions/rows.h"

namespace whittle {

namespace {

// The list inside a list is always its last item, so a version is one flat row of levels.
enum class Kind { Text, List, Number };  // in this order against each other

struct Item {
  Kind kind = Kind::Number;
  std::string text;
  size_t level = 0;  // Kind::List: which one
};

using Levels = std::vector<std::vector<Item>>;

constexpr std::array<std::string_view, 7> kQualifiers = {
    "alpha", "beta", "milestone", "rc", "snapshot", "", "sp"};

std::string qualifier(std::string_view word, bool before_digit) {
  if (before_digit && word == "a") return "alpha";
  if (before_digit && word == "b") return "beta";
  if (before_digit && word == "m") return "milestone";
  if (word == "cr") return "rc";
  bool is_release = word == "ga" || word == "final" || word == "release";
  return is_release ? std::string() : std::string(word);
}

// What text comparison orders: "0" to "6", then "7-word".
std::string rank(std::string_view word) {
  for (size_t i = 0; i < kQualifiers.size(); ++i) {
    if (kQualifiers[i] == word) return std::to_string(i);
  }
  return "7-" + std::string(word);
}

bool is_null(const Item& item, const Levels& levels) {
  if (item.kind == Kind::List) return levels[item.level].empty();
  return item.kind == Kind::Number ? without_leading_zeros(item.text).empty() : item.text.empty();
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) { levels_.emplace_back(); }

  Levels parse() {
    bool is_number = false;
    size_t begin = 0;
    for (size_t i = 0; i < text_.size(); ++i) {
      char c = text_[i];
      if (c == '.' || c == '-') {
        add(begin == i ? "0" : text_.substr(begin, i - begin), is_number || begin == i, false);
        begin = i + 1;
        if (c == '-') open_list();
        continue;
      }
      if (i > begin && is_digit(c) != is_number) {
        add(text_.substr(begin, i - begin), is_number, is_digit(c));
        begin = i;
        open_list();
      }
      is_number = is_digit(c);
    }
    if (begin < text_.size()) add(text_.substr(begin), is_number, false);
    for (size_t level = levels_.size(); level-- > 0;) normalize(levels_[level]);
    return std::move(levels_);
  }

 private:
  void add(std::string_view part, bool is_number, bool before_digit) {
    Item item;
    item.kind = is_number ? Kind::Number : Kind::Text;
    item.text = is_number ? std::string(part) : qualifier(part, before_digit);
    levels_.back().push_back(std::move(item));
  }

  void open_list() {
    Item item;
    item.kind = Kind::List;
    item.level = levels_.size();
    levels_.back().push_back(std::move(item));
    levels_.emplace_back();
  }

  // Null items at the end, and before the list that is the last, are left out.
  void normalize(std::vector<Item>& items) const {
    for (size_t i = items.size(); i-- > 0;) {
      if (is_null(items[i], levels_)) {
        items.erase(items.begin() + static_cast<ptrdiff_t>(i));
      } else if (items[i].kind != Kind::List) {
        break;
      }
    }
  }

  std::string_view text_;
  Levels levels_;
};

int compare_to_nothing(const Item& item) {
  if (item.kind == Kind::Number) return without_leading_zeros(item.text).empty() ? 0 : 1;
  return sign_of(rank(item.text), rank(""));
}

// A list's items from `level` down against nothing.
int compare_to_nothing(const Levels& levels, size_t level) {
  while (true) {
    size_t next = 0;
    for (const Item& item : levels[level]) {
      if (item.kind == Kind::List) {
        next = item.level;
        continue;
      }
      int order = compare_to_nothing(item);
      if (order != 0) return order;
    }
    if (next == 0) return 0;
    level = next;
  }
}

int compare_to_nothing(const Levels& levels, const Item& item) {
  return item.kind == Kind::List ? compare_to_nothing(levels, item.level)
                                 : compare_to_nothing(item);
}

int compare_items(const Item& a, const Item& b) {
  if (a.kind != b.kind) return sign_of(a.kind, b.kind);
  return a.kind == Kind::Number ? compare_digits(a.text, b.text)
                                : sign_of(rank(a.text), rank(b.text));
}

int compare_levels(const Levels& a, const Levels& b) {
  size_t left = 0;
  size_t right = 0;
  while (true) {
    size_t next_left = 0;
    size_t next_right = 0;
    size_t count = std::max(a[left].size(), b[right].size());
    for (size_t i = 0; i < count; ++i) {
      const Item* x = i < a[left].size() ? &a[left][i] : nullptr;
      const Item* y = i < b[right].size() ? &b[right][i] : nullptr;
      if (x != nullptr && y != nullptr && x->kind == Kind::List && y->kind == Kind::List) {
        next_left = x->level;
        next_right = y->level;
        continue;  // the last of both
      }
      int order = x == nullptr   ? -compare_to_nothing(b, *y)
                  : y == nullptr ? compare_to_nothing(a, *x)
                                 : compare_items(*x, *y);
      if (order != 0) return order;
    }
    if (next_left == 0) return 0;
    left = next_left;
    right = next_right;
  }
}

}  // namespace

int compare_maven(std::string_view a, std::string_view b) {
  std::string left = to_lower(trim(a));
  std::string right = to_lower(trim(b));
  return compare_levels(Parser(left).parse(), Parser(right).parse());
}

// Maven takes any text; one without a digit says nothing about what is newer.
bool is_maven_version(std::string_view version) {
  return version.find_first_of("0123456789") != std::string_view::npos &&
         version.find_first_of("${} \t[](),") == std::string_view::npos;
}

}  // namespace whittle
