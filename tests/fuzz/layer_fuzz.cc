// Stored layers: decompression, index and merged tree over any bytes. The input is cut at "LAYER"
// into layers.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "image/read.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace whittle;
  static CancelToken cancel;
  static NoProgress progress;
  ReadOptions options;
  options.limits.max_layer_bytes = 1 << 22;
  options.limits.max_entries = 5'000;
  options.limits.max_pax_bytes = 1 << 18;
  options.hash_contents = true;
  options.cancel = &cancel;
  options.progress = &progress;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  std::vector<ReadLayer> layers;
  for (size_t at = 0; at <= bytes.size() && layers.size() < 8;) {
    size_t cut = std::min(bytes.find("LAYER", at), bytes.size());
    std::unique_ptr<ByteSource> source = string_source(bytes.substr(at, cut - at));
    at = cut + 5;
    Result<ReadLayer> layer = read_layer(*source, layers.size(), options);
    if (layer.ok()) layers.push_back(std::move(*layer));
  }
  std::vector<const LayerIndex*> indexes;
  uint64_t stored = 0;
  for (const ReadLayer& layer : layers) {
    indexes.push_back(&layer.index);
    for (const Entry& entry : layer.index.entries) stored += entry.size_bytes;
  }
  Result<MergedTree> tree = merge_layers(indexes);
  if (!tree.ok()) return 0;
  // Every stored byte is either seen or hidden.
  if (tree->content_bytes() + tree->hidden_bytes() != stored) std::abort();
  for (uint32_t i = 0; i < tree->nodes.size() && i < 1000; ++i) {
    if (tree->find(tree->path(NodeId{i})) != NodeId{i}) std::abort();
  }
  return 0;
}
