// What an editor shows of the place under the pointer: findings with their rules, values of
// variables and where they come from, stages, instructions, flags.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lint/lint.h"

namespace whittle {

struct HoverText {
  std::string markdown;
  Range range;
};

// `findings` are those of the same text. nullopt when there is nothing to say.
std::optional<HoverText> hover_at(const LintInput& input,
                                  const std::vector<Finding>& findings,
                                  uint32_t offset);

// A rule in Markdown: why it matters, a bad and a good example.
std::string rule_markdown(const std::string& rule);

// Foreign text as code in Markdown, whatever it holds; cut where it is long.
std::string code_span(std::string_view text);

}  // namespace whittle
