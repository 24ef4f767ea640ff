// Inside of slim: one layer's tar with some of its entries left out. The bytes of those that stay
// are not touched: headers, extended headers and contents go through as they are.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "codec/byte_source.h"
#include "model/layer_index.h"

namespace whittle {

// New content of a file; a function of the old one alone.
using ContentEdit = std::function<std::string(std::string_view content)>;

struct LayerPlan {
  std::vector<bool> keeps;                // [entry of the layer's index]
  std::map<uint32_t, ContentEdit> edits;  // by entry: regular files that stay with other content
  // Files that go by another name now.
  std::map<uint32_t, std::string> paths;

  bool has_changes() const { return !edits.empty() || !paths.empty(); }
};

using TarSink = std::function<Status(std::string_view bytes)>;

// Files whose content is edited may have at most so many bytes.
inline constexpr uint64_t kMaxEditedBytes = 256ULL << 20;

// `tar` is the plain layer that the plan's index was made of. Invalid if it is another one. Returns
// the bytes of the contents of the files that stay. The end of the archive is not written.
Result<uint64_t> filter_layer(ByteSource& tar,
                              const LayerPlan& plan,
                              const Limits& limits,
                              const TarSink& sink);

}  // namespace whittle
