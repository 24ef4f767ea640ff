// Inside of analyze: bytes summed up by layer and by cause.
#pragma once

#include <vector>

#include "analyze/read_image.h"
#include "model/analysis.h"

namespace whittle {

// What is known of each layer but for its place in a Dockerfile and whether it is the base's.
std::vector<LayerFacts> layer_facts(const ReadImage& read);

// Adds lost and killed bytes to the facts.
void add_losses(const MergedTree& tree,
                const std::vector<std::vector<EntryAccount>>& accounts,
                std::vector<LayerFacts>& layers);

// Of the layers from `first_layer` on.
Account account_of(const MergedTree& tree,
                   const std::vector<std::vector<EntryAccount>>& accounts,
                   size_t first_layer);

// Content of layers with different diff ids.
uint64_t distinct_bytes(const std::vector<LayerFacts>& layers);

// Compressed bytes per byte of content in a layer; 0 where nothing is known.
double compression_ratio(const LayerFacts& layer);

// Sums and estimates of the whole image from its layers' facts.
void add_compressed(Analysis& analysis);

// A regular file that the layer stores (a hard link is none).
inline bool is_stored_file(const Entry& entry) {
  return entry.type == EntryType::File && entry.role == EntryRole::Normal;
}

}  // namespace whittle
