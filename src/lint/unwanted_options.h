// Options of programs that switch a check off. Shared by the rules named tls-* and sig-*.
#pragma once

#include <string_view>
#include <vector>

#include "lint/command_words.h"
#include "lint/run_texts.h"

namespace whittle {

struct UnwantedOption {
  const Rule* rule;
  std::string_view programs;       // base names, blank-separated
  std::string_view options;        // blank-separated
  std::string_view value_options;  // whose value is the next word
  std::string_view consequence;    // "any server can answer"
  // True if this value makes the option harmless; null: none does.
  bool (*is_harmless)(const CommandOption& option) = nullptr;
};

// A finding for each such option of a command, with a fix that drops it.
void check_unwanted_options(const LintInput& input,
                            const UnwantedOption& unwanted,
                            std::vector<Finding>& findings);

// "false", "0", "no", "off", in any case.
bool is_off_value(std::string_view value);

}  // namespace whittle
