// Images written as text, analysed: for the tests of analyze.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "analyze/analyze.h"
#include "support/image_builder.h"

namespace whittle::test {

struct AnalyzedImage {
  std::unique_ptr<MemoryImage> image;
  std::shared_ptr<const ReadImage> read;
  AnalyzeInput input;
};

// The image of image_builder.h's text, read. `history`: created_by of its layers; one that begins
// with '-' makes no layer.
inline AnalyzedImage prepare(std::string_view text, const std::vector<std::string>& history = {}) {
  AnalyzedImage result;
  result.image = image_of(text);
  if (!history.empty()) {
    ImageInfo& info = result.image->info();
    info.config.history.clear();
    size_t layer = 0;
    for (const std::string& created_by : history) {
      HistoryEntry entry;
      entry.empty_layer = created_by.starts_with("-");
      entry.created_by = created_by.substr(entry.empty_layer ? 1 : 0);
      if (!entry.empty_layer && layer < info.layers.size())
        info.layers[layer++].history_index = static_cast<int>(info.config.history.size());
      info.config.history.push_back(entry);
    }
  }
  Result<std::unique_ptr<ReadImage>> read = read_image(*result.image, read_options());
  EXPECT_TRUE(read.ok());
  if (read.ok()) result.read = std::move(*read);
  result.input.target = "test";
  result.input.image = result.image.get();
  result.input.read = result.read;
  result.input.cancel = &no_cancel();
  return result;
}

inline std::shared_ptr<const Analysis> analyzed(const AnalyzeInput& input) {
  Result<std::shared_ptr<const Analysis>> analysis = analyze(input);
  EXPECT_TRUE(analysis.ok());
  return analysis.ok() ? *analysis : std::make_shared<Analysis>();
}

inline std::shared_ptr<const Analysis> analyzed(std::string_view text,
                                                const std::vector<std::string>& history = {}) {
  return analyzed(prepare(text, history).input);
}

}  // namespace whittle::test
