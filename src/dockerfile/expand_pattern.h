// The patterns of ${x#p}, ${x%p} and ${x/p/r}: literals, `*`, `?` and backslash escapes, no
// brackets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace whittle {

// The largest text that an expansion may give.
inline constexpr size_t kMaxExpandedBytes = size_t{1} << 20;
// ErrorKind::Limit for more bytes than that.
Status check_expanded_size(size_t bytes, size_t max_bytes);

class ExpansionPattern {
 public:
  // Errors: Invalid for an escape other than \* \? \\ \} \/.
  static Result<ExpansionPattern> parse(std::string_view pattern);

  // The value without the shortest or longest match at its begin or end. Errors: Limit when value
  // and pattern are both very large (as for replace).
  Result<std::string> without_prefix(std::string_view value, bool longest) const;
  Result<std::string> without_suffix(std::string_view value, bool longest) const;
  // The first or all leftmost longest matches replaced.
  Result<std::string> replace(std::string_view value, std::string_view by, bool all) const;

 private:
  enum class Kind { Literal, AnyOne, AnyRun };

  struct Step {
    Kind kind;
    std::string rune;  // of a Literal
  };

  using Runes = std::vector<std::string_view>;

  static bool fits(const Step& step, std::string_view rune);
  Status check_cost(const Runes& runes) const;
  int64_t match_end(const Runes& runes, size_t begin, bool longest) const;
  std::vector<bool> match_begins(const Runes& runes) const;

  std::vector<Step> steps_;
};

}  // namespace whittle
