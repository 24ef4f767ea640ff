// A text case: sections that begin with "=== NAME". Read, run through rules and planner, written
// back.
//   === options      one a line: unsafe | all | crlf | no-context | deny RULE LINE | arg NAME=VALUE
//   |
//                    today DATE | platform OS/ARCH | digest IMAGE DIGEST | sha256 URL HEX |
//                    platforms IMAGE OS/ARCH... (what the network would say) |
//                    trust REGISTRY | label NAME TYPE | strict-labels | build-context NAME
//   === Dockerfile   the input
//   === file PATH    a file of the build context (attribute "hex": its bytes in hexadecimal)
//   === findings     expected: "LINE:COL-LINE:COL rule severity applicability", of the rules on the
//   input
//   === fixed        expected Dockerfile; absent when nothing changes
//   === ignore       expected ignore file; absent when nothing changes
// Only the rule that the case's folder is named after runs, unless "all" is given: then all
// that `optimize` uses.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "plan/planner.h"

namespace whittle::testing {

struct CaseSection {
  std::string name;       // "file"
  std::string attribute;  // "src/main.py"
  std::string text;
};

struct Case {
  std::string head;  // comment lines in front of the first section
  std::vector<CaseSection> sections;

  const CaseSection* find(std::string_view name) const;
  bool has_option(std::string_view option) const;
};

struct CaseOutcome {
  std::string findings;
  std::string fixed;   // "" when unchanged
  std::string ignore;  // "" when unchanged
};

Result<Case> read_case(const std::filesystem::path& path);
// The case with the outcome as its expectations.
std::string write_case(const Case& input, const CaseOutcome& outcome);
Result<CaseOutcome> run_case(const Case& input, const std::string& rule);
// "3:5-3:19 apt-lists warning safe"
std::string describe(const Dockerfile& file, const Finding& finding);

}  // namespace whittle::testing
