#include "model/spdx.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/strings.h"
#include "model/spdx_ids.h"

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

std::string_view spdx_license(std::string_view text) {
  for (std::string_view id : spdx_licenses()) {
    if (equals_ignoring_case(id, text)) return id;
  }
  return {};
}

bool is_recent_spdx_license(std::string_view id) {
  return is_listed(recent_spdx_licenses(), id);
}

namespace {

struct OtherName {
  std::string_view name;
  std::string_view expression;
};

// Words of copyright files (Debian), of classifiers (Python) and of package.json, in any case.
constexpr OtherName kOtherNames[] = {
    {"Apache", "Apache-2.0"},
    {"Apache 2", "Apache-2.0"},
    {"Apache 2.0", "Apache-2.0"},
    {"Apache-2", "Apache-2.0"},
    {"Apache License 2.0", "Apache-2.0"},
    {"Apache License, Version 2.0", "Apache-2.0"},
    {"Apache License Version 2.0", "Apache-2.0"},
    {"Apache Software License", "Apache-2.0"},
    {"Artistic", "Artistic-1.0-Perl"},
    {"Boost", "BSL-1.0"},
    {"BSD-2-clause-FreeBSD", "BSD-2-Clause"},
    {"3-Clause BSD License", "BSD-3-Clause"},
    {"BSD 3-Clause", "BSD-3-Clause"},
    {"BSD 3-Clause License", "BSD-3-Clause"},
    {"New BSD License", "BSD-3-Clause"},
    {"BSD 2-Clause", "BSD-2-Clause"},
    {"BSD 2-Clause License", "BSD-2-Clause"},
    {"Expat", "MIT"},
    {"MIT License", "MIT"},
    {"The MIT License", "MIT"},
    {"ISC License (ISCL)", "ISC"},
    {"Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"},
    {"MPL 2.0", "MPL-2.0"},
    {"PSF", "PSF-2.0"},
    {"PSFL", "PSF-2.0"},
    {"Python Software Foundation License", "PSF-2.0"},
    {"GPLv2", "GPL-2.0-only"},
    {"GPLv2+", "GPL-2.0-or-later"},
    {"GPLv3", "GPL-3.0-only"},
    {"GPLv3+", "GPL-3.0-or-later"},
    {"LGPLv2", "LGPL-2.0-only"},
    {"LGPLv2+", "LGPL-2.0-or-later"},
    {"LGPLv2.1", "LGPL-2.1-only"},
    {"LGPLv2.1+", "LGPL-2.1-or-later"},
    {"LGPLv3", "LGPL-3.0-only"},
    {"LGPLv3+", "LGPL-3.0-or-later"},
    {"The Unlicense (Unlicense)", "Unlicense"},
};

// Debian's "GPL-2", "LGPL-2.1+", "GFDL-1.3".
std::string gnu_expression(std::string_view text) {
  constexpr std::string_view kFamilies[] = {"AGPL-", "LGPL-", "GPL-", "GFDL-"};
  for (std::string_view family : kFamilies) {
    if (!equals_ignoring_case(text.substr(0, family.size()), family)) continue;
    std::string_view version = text.substr(family.size());
    bool is_or_later = version.ends_with('+');
    if (is_or_later) version.remove_suffix(1);
    std::string id = std::string(family) + std::string(version);
    if (version.find('.') == std::string_view::npos) id += ".0";
    id += is_or_later ? "-or-later" : "-only";
    return std::string(spdx_license(id));
  }
  return {};
}

// A single name; "" for what is not known.
std::string single_to_spdx(std::string_view text) {
  for (const OtherName& other : kOtherNames) {
    if (equals_ignoring_case(other.name, text)) return std::string(other.expression);
  }
  return gnu_expression(text);
}

}  // namespace

std::string to_spdx(std::string_view text) {
  text = trim(text);
  if (std::string known = single_to_spdx(text); !known.empty()) return known;
  if (std::string_view id = spdx_license(text); !id.empty()) return std::string(id);
  // "GPL-2+ or Artistic, and Expat": each name by itself, the words between in capitals.
  std::string expression;
  for (const std::string& token : tokens_of(replace_all(text, ",", " "))) {
    bool is_operator = equals_ignoring_case(token, "and") || equals_ignoring_case(token, "or") ||
                       equals_ignoring_case(token, "with");
    std::string word = is_operator ? to_upper(token) : single_to_spdx(token);
    if (word.empty()) word = spdx_license(token);
    if (word.empty()) word = token;
    bool is_joined = expression.empty() || expression.ends_with('(') || word == ")";
    expression += (is_joined ? "" : " ") + word;
  }
  return is_spdx_expression(expression) ? expression : std::string();
}

}  // namespace whittle
