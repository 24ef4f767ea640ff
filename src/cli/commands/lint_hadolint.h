// `whittle lint --compat=hadolint ...`: hadolint's command line. Internal to the command.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "config/hadolint_config.h"

namespace whittle {

// True if the words ask for hadolint's command line.
bool is_hadolint_line(const std::vector<std::string>& words);

struct HadolintLine {
  HadolintConfig config;  // what the options say
  std::string config_file;
  std::string path_in_report;
  std::vector<std::string> outputs;  // pair with the formats, in order
  std::vector<std::string> files;
  bool help = false;
  bool version = false;
};

// Errors: Usage for an unknown option or a bad value.
Result<HadolintLine> parse_hadolint_line(const std::vector<std::string>& words);

// Exit codes are hadolint's: 1 for findings, parse errors and command lines that mean nothing; but
// 2 for a configuration that is broken, which hadolint passes over.
Result<Outcome> run_hadolint(const std::vector<std::string>& words, const Invocation& invocation);

}  // namespace whittle
