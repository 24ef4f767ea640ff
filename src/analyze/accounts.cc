#include "analyze/accounts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "analyze/history.h"
#include "base/strings.h"

namespace whittle {

namespace {

// gzip of a layer's tar where only the tar is known: between the layers of distributions (0.38 to
// 0.42) and of application code (0.25 to 0.45).
constexpr double kAssumedRatio = 0.4;

void add_counts(const LayerIndex& index, LayerFacts& facts) {
  facts.entry_count = index.entries.size();
  for (const Entry& entry : index.entries) {
    if (entry.role != EntryRole::Normal) {
      ++facts.whiteout_count;
    } else if (entry.type == EntryType::File) {
      ++facts.file_count;
      facts.content_bytes += entry.size_bytes;
    }
  }
}

void add_compressed_bytes(const ReadLayer& read, LayerFacts& facts) {
  bool is_compressed = facts.compression != Compression::None;
  if (is_compressed && facts.stored_blob_bytes > 0) {
    facts.compressed_bytes = facts.stored_blob_bytes;
  } else if (read.gzip_bytes > 0) {
    facts.compressed_bytes = read.gzip_bytes;
  } else if (facts.tar_bytes > 0) {
    facts.compressed_bytes =
        static_cast<uint64_t>(std::llround(static_cast<double>(facts.tar_bytes) * kAssumedRatio));
    facts.is_compressed_estimated = true;
  }
}

// What the media type says of a layer that was not read.
Compression named_compression(std::string_view media_type) {
  if (contains(media_type, "gzip")) return Compression::Gzip;
  return contains(media_type, "zstd") ? Compression::Zstd : Compression::None;
}

}  // namespace

std::vector<LayerFacts> layer_facts(const ReadImage& read) {
  std::vector<LayerFacts> all;
  for (size_t i = 0; i < read.layers.size(); ++i) {
    const ReadLayer& layer = read.layers[i];
    const LayerIndex& index = layer.index;
    LayerFacts& facts = all.emplace_back();
    if (i < read.info.layers.size()) {
      const Layer& named = read.info.layers[i];
      facts.diff_id = named.diff_id;
      facts.blob_digest = named.blob.digest;
      facts.media_type = named.blob.media_type;
      facts.availability = named.availability;
      facts.stored_blob_bytes = named.blob.size;
      facts.history_index = named.history_index;
      facts.compression = named_compression(named.blob.media_type);
    }
    if (facts.diff_id.empty()) facts.diff_id = index.diff_id;
    if (facts.blob_digest.empty()) facts.blob_digest = index.blob_digest;
    if (facts.stored_blob_bytes == 0) facts.stored_blob_bytes = index.blob_bytes;
    if (index.compression != Compression::None) facts.compression = index.compression;
    facts.problem = layer.unread;
    facts.is_listed = index.is_listed;
    facts.tar_bytes = index.tar_bytes;
    add_counts(index, facts);
    add_compressed_bytes(layer, facts);
    const std::vector<HistoryEntry>& history = read.info.config.history;
    bool has_history =
        facts.history_index >= 0 && static_cast<size_t>(facts.history_index) < history.size();
    if (!has_history) continue;
    facts.command = command_of(history[static_cast<size_t>(facts.history_index)]);
    facts.created = history[static_cast<size_t>(facts.history_index)].created;
  }
  return all;
}

void add_losses(const MergedTree& tree,
                const std::vector<std::vector<EntryAccount>>& accounts,
                std::vector<LayerFacts>& layers) {
  for (size_t layer = 0; layer < layers.size(); ++layer) {
    std::span<const Entry> entries = tree.layers[layer]->entries;
    for (size_t i = 0; i < entries.size(); ++i) {
      const EntryAccount& account = accounts[layer][i];
      if (account.cause == LossCause::Kept || !is_stored_file(entries[i])) continue;
      layers[layer].lost_bytes += entries[i].size_bytes;
      layers[account.killer].killed_bytes += entries[i].size_bytes;
    }
  }
}

Account account_of(const MergedTree& tree,
                   const std::vector<std::vector<EntryAccount>>& accounts,
                   size_t first_layer) {
  Account sum;
  for (size_t layer = first_layer; layer < tree.layers.size(); ++layer) {
    std::span<const Entry> entries = tree.layers[layer]->entries;
    for (size_t i = 0; i < entries.size(); ++i) {
      if (!is_stored_file(entries[i])) continue;
      sum.stored += entries[i].size_bytes;
      sum.by_cause[static_cast<size_t>(accounts[layer][i].cause)] += entries[i].size_bytes;
    }
  }
  sum.final = sum.by_cause[static_cast<size_t>(LossCause::Kept)];
  sum.reclaimable = sum.stored - sum.final;
  return sum;
}

uint64_t distinct_bytes(const std::vector<LayerFacts>& layers) {
  std::set<std::string_view> seen;
  uint64_t bytes = 0;
  for (const LayerFacts& layer : layers) {
    bool is_new = layer.diff_id.empty() || seen.insert(layer.diff_id).second;
    if (is_new) bytes += layer.content_bytes;
  }
  return bytes;
}

double compression_ratio(const LayerFacts& layer) {
  uint64_t whole = layer.tar_bytes > 0 ? layer.tar_bytes : layer.content_bytes;
  if (whole == 0 || !layer.compressed_bytes) return 0;
  return static_cast<double>(*layer.compressed_bytes) / static_cast<double>(whole);
}

void add_compressed(Analysis& analysis) {
  uint64_t sum = 0;
  bool is_complete = !analysis.layers.empty();
  for (const LayerFacts& layer : analysis.layers) {
    is_complete = is_complete && layer.compressed_bytes.has_value();
    sum += layer.compressed_bytes.value_or(0);
    analysis.is_compressed_estimated |= layer.is_compressed_estimated;
    analysis.lost_compressed_bytes += static_cast<uint64_t>(
        std::llround(static_cast<double>(layer.lost_bytes) * compression_ratio(layer)));
  }
  if (is_complete) analysis.compressed_bytes = sum;
  if (analysis.is_compressed_estimated) {
    analysis.notes.push_back(fmt::format(
        "compressed sizes of uncompressed layers are estimated at {:.0f} % of their tar",
        kAssumedRatio * 100));
  }
}

}  // namespace whittle
