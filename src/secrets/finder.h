// Looking for many patterns in one text at once. Two ways with the same answer: Hyperscan, and
// keywords with RE2 where that is not to be had.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/fs.h"
#include "base/result.h"
#include "secrets/program.h"

namespace whittle {

struct FinderPattern {
  std::string pattern;                // RE2's syntax
  std::vector<std::string> keywords;  // lower case; empty: none is needed
  bool is_fixed_shape = false;
  const PatternProgram* program = nullptr;  // of the pattern; must outlive the finder
};

// Which of the patterns are looked for.
enum class FinderScope : uint8_t { All, FixedShapes };

// Thread-safe.
class PatternFinder {
 public:
  // A pattern's number and one match; false ends the search for this pattern.
  using OnMatch = std::function<bool(size_t pattern, const PatternMatch& match)>;

  virtual ~PatternFinder() = default;
  // All matches that do not overlap, of one pattern from the left; those of different patterns in
  // any order. A text made to be slow is given up for the pattern: false.
  virtual bool find(std::string_view text, FinderScope scope, const OnMatch& on_match) const = 0;
};

// `cache`: a folder for the compiled patterns, "" for none; what cannot be written is not
// remembered. Null where Hyperscan is missing or the processor lacks what it needs. Patterns that
// it refuses are looked for the other way.
std::unique_ptr<PatternFinder> hyperscan_finder(std::vector<FinderPattern> patterns,
                                                const fs::path& cache);
std::unique_ptr<PatternFinder> keyword_finder(std::vector<FinderPattern> patterns);

}  // namespace whittle
