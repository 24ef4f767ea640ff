// Patterns one after the other: a search for their keywords first, then RE2 over the whole text.
#include <algorithm>

#include "base/strings.h"
#include "secrets/finder.h"

namespace whittle {

namespace {

class KeywordFinder : public PatternFinder {
 public:
  explicit KeywordFinder(std::vector<FinderPattern> patterns) : patterns_(std::move(patterns)) {}

  bool find(std::string_view text, FinderScope scope, const OnMatch& on_match) const override {
    std::string lower = to_lower(text);
    for (size_t i = 0; i < patterns_.size(); ++i) {
      const FinderPattern& pattern = patterns_[i];
      bool is_asked = scope == FinderScope::All || pattern.is_fixed_shape;
      if (is_asked && has_keyword(lower, pattern)) find_all(text, i, on_match);
    }
    return true;
  }

 private:
  static bool has_keyword(const std::string& lower, const FinderPattern& pattern) {
    return pattern.keywords.empty() ||
           std::any_of(pattern.keywords.begin(),
                       pattern.keywords.end(),
                       [&](const std::string& word) { return contains(lower, word); });
  }

  void find_all(std::string_view text, size_t pattern, const OnMatch& on_match) const {
    PatternMatch match;
    size_t at = 0;
    while (at < text.size() && patterns_[pattern].program->find(text, at, text.size(), match)) {
      if (match.end > match.begin && !on_match(pattern, match)) return;
      at = std::max(match.end, match.begin + 1);
    }
  }

  std::vector<FinderPattern> patterns_;
};

}  // namespace

std::unique_ptr<PatternFinder> keyword_finder(std::vector<FinderPattern> patterns) {
  return std::make_unique<KeywordFinder>(std::move(patterns));
}

}  // namespace whittle
