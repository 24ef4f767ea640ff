// The options of `whittle slim`: one row each, and what they set.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/commands/service_options.h"
#include "engine/slim.h"

namespace whittle {

struct SlimSettings {
  SlimOptions options;
  std::string format = "text";
  std::string sbom_file;  // "": none
  std::string sbom_format;
  std::string vex_file;
  std::string database;              // --db
  std::string debug_companion;       // as the user wrote it
  std::vector<std::string> outputs;  // as the user wrote them
  std::string reference;
  ServiceSettings services;
  std::string harden_folder;  // "": no limits are made
};

std::vector<OptionGroup> slim_option_groups();

// The settings of one command line. Reads the files of rules, `.whittle-keep` of this folder too.
Result<SlimSettings> slim_settings(const Invocation& invocation);

}  // namespace whittle
