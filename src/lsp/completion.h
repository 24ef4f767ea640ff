// What may be written where the cursor stands.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "model/source.h"

namespace whittle {

enum class CompletionKind { Keyword, Flag, Value, Stage, Variable, Rule };

struct CompletionItem {
  std::string label;
  CompletionKind kind = CompletionKind::Value;
  std::string detail;  // one line
  std::string text;    // Markdown; may be ""
  std::string insert;  // what replaces `Completions::replaced`
};

struct Completions {
  Range replaced;  // of the text; ends at the cursor
  std::vector<CompletionItem> items;
};

// Instructions, their flags and values, keys of mounts, stages, variables behind `$`, rules in
// suppressing comments. Only what stands in front of `offset` is looked at.
Completions complete_at(const std::string& text, uint32_t offset, const Limits& limits);

}  // namespace whittle
