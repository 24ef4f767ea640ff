#include "lint/spdx.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/strings.h"
#include "lint/spdx_ids.h"

namespace whittle {

namespace {

constexpr int kMaxDepth = 32;

// Words, and parentheses by themselves.
std::vector<std::string> tokens_of(std::string_view text) {
  std::vector<std::string> tokens;
  std::string word;
  auto finish = [&] {
    if (!word.empty()) tokens.push_back(std::move(word));
    word.clear();
  };
  for (char c : text) {
    if (is_space(c) || c == '(' || c == ')') {
      finish();
      if (!is_space(c)) tokens.emplace_back(1, c);
    } else {
      word += c;
    }
  }
  finish();
  return tokens;
}

bool is_reference(std::string_view id) {
  std::string_view rest = id;
  if (rest.substr(0, 12) == "DocumentRef-") {
    size_t colon = rest.find(':');
    if (colon == rest.npos) return false;
    rest = rest.substr(colon + 1);
  }
  if (rest.substr(0, 11) != "LicenseRef-" || rest.size() == 11) return false;
  return std::all_of(rest.begin(), rest.end(), [](char c) {
    return is_alpha(c) || is_digit(c) || c == '-' || c == '.';
  });
}

bool is_listed(const std::vector<std::string_view>& ids, std::string_view id) {
  return std::any_of(ids.begin(), ids.end(), [&](std::string_view known) {
    return equals_ignoring_case(known, id);
  });
}

bool is_license(std::string_view id) {
  if (is_reference(id) || is_listed(spdx_licenses(), id)) return true;
  return !id.empty() && id.back() == '+' && is_listed(spdx_licenses(), id.substr(0, id.size() - 1));
}

class Parser {
 public:
  explicit Parser(std::vector<std::string> tokens) : tokens_(std::move(tokens)) {}

  bool run() { return expression(0) && at_ == tokens_.size(); }

 private:
  bool is_next(std::string_view word) const {
    return at_ < tokens_.size() && equals_ignoring_case(tokens_[at_], word);
  }

  bool expression(int depth) {
    if (depth > kMaxDepth || !term(depth)) return false;
    while (is_next("AND") || is_next("OR")) {
      ++at_;
      if (!term(depth)) return false;
    }
    return true;
  }

  bool term(int depth) {
    if (is_next("(")) {
      ++at_;
      if (!expression(depth + 1) || !is_next(")")) return false;
      ++at_;
      return true;
    }
    if (at_ >= tokens_.size() || !is_license(tokens_[at_])) return false;
    ++at_;
    if (!is_next("WITH")) return true;
    ++at_;
    if (at_ >= tokens_.size() || !is_listed(spdx_exceptions(), tokens_[at_])) return false;
    ++at_;
    return true;
  }

  std::vector<std::string> tokens_;
  size_t at_ = 0;
};

}  // namespace

bool is_spdx_expression(std::string_view text) {
  return Parser(tokens_of(text)).run();
}

}  // namespace whittle
