// The options of `whittle lint`, and what they come to. Internal to the command.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "config/find.h"
#include "engine/lint.h"
#include "report/formats/formats.h"

namespace whittle {

// One report: a format and where it goes.
struct ReportTarget {
  const FormatInfo* format = nullptr;
  std::string file;  // "" for standard output
};

struct LintRequest {
  LintConfig changes;  // to the configuration
  std::string config;  // --config
  bool uses_config = true;
  FixMode fix = FixMode::None;
  bool is_diff = false;
  std::vector<std::string> fix_only;
  std::string context;
  std::vector<std::pair<std::string, std::string>> build_args;
  std::string target;
  std::string image;  // --image: that the Dockerfile built
  std::string stdin_filename;
  bool uses_gitignore = true;
  std::string since;
  std::string baseline;
  std::string write_baseline;
  bool is_online = false;  // registries and servers may be asked
  Limits limits;
};

const std::vector<OptionRowGroup<LintRequest>>& lint_rows();
Result<LintRequest> lint_request(const Invocation& invocation);

// "json", "sarif=lint.sarif". Errors: Usage.
Result<ReportTarget> parse_report_target(std::string_view text);

}  // namespace whittle
