#include "analyze/analyze.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "analyze/accounts.h"
#include "analyze/base_image.h"
#include "analyze/causes.h"
#include "analyze/dive.h"
#include "analyze/duplicates.h"
#include "analyze/kinds.h"
#include "analyze/places.h"
#include "analyze/waste.h"
#include "base/stats.h"
#include "base/strings.h"
#include "base/thread_pool.h"
#include "image/content.h"
#include "packages/catalog.h"

namespace whittle {

namespace {

using Kinds = std::vector<std::vector<FileKind>>;  // [layer][entry]

Kinds find_kinds(const MergedTree& tree, const PathIndex& paths) {
  const KindMatcher& matcher = KindMatcher::standard();
  uint32_t last_folder = PathIndex::kNone;
  KindMatcher::Folder folder;
  Kinds kinds;
  for (size_t layer = 0; layer < tree.layers.size(); ++layer) {
    std::span<const Entry> entries = tree.layers[layer]->entries;
    kinds.emplace_back(entries.size());
    for (size_t i = 0; i < entries.size(); ++i) {
      if (!is_stored_file(entries[i])) continue;
      uint32_t path = paths.of(layer, i);
      if (paths.parent(path) != last_folder) {
        last_folder = paths.parent(path);
        folder = matcher.folder(paths.path(last_folder));
      }
      kinds[layer][i] = matcher.kind(folder, paths.name(path));
    }
  }
  return kinds;
}

void add_kinds(const Kinds& kinds, Analysis& analysis) {
  for (size_t layer = 0; layer < kinds.size(); ++layer) {
    for (size_t i = 0; i < kinds[layer].size(); ++i)
      analysis.accounts[layer][i].kind = kinds[layer][i];
  }
}

void note_unread(Analysis& analysis) {
  for (size_t i = 0; i < analysis.layers.size(); ++i) {
    const LayerFacts& layer = analysis.layers[i];
    if (layer.problem.empty()) continue;
    analysis.notes.push_back(
        fmt::format("layer {} counts as empty: {}", i + 1, printable(layer.problem)));
  }
}

HashContents hasher(const AnalyzeInput& input) {
  return [&input](const std::vector<EntryRef>& files) {
    ContentOptions options;
    options.limits = input.limits;
    options.max_bytes = input.limits.max_layer_bytes;
    options.cancel = input.cancel;
    return hash_contents(*input.image, input.read->tree.layers, files, options);
  };
}

struct Origins {
  BaseImage base;
  Places places;
};

Origins find_origins(const AnalyzeInput& input, std::vector<std::string>& notes) {
  const ImageInfo& info = input.read->info;
  std::optional<Provenance> provenance = parse_provenance(info.provenance, input.limits);
  Origins origins;
  origins.places = find_places(input, provenance, notes);
  BaseClues clues;
  clues.image = &info;
  clues.named = input.base.get();
  clues.named_as = input.base_name;
  clues.provenance = provenance ? &*provenance : nullptr;
  clues.first_own_layer = origins.places.first_own_layer;
  clues.from = origins.places.from;
  origins.base = find_base(clues, notes);
  return origins;
}

// The base, and which line made which layer.
void add_origins(const AnalyzeInput& input, Analysis& analysis) {
  Origins origins = find_origins(input, analysis.notes);
  Places& places = origins.places;
  analysis.base = std::move(origins.base);
  for (size_t i = 0; i < analysis.layers.size(); ++i) {
    analysis.layers[i].is_base = i < analysis.base.layer_count;
    if (i < places.layers.size()) analysis.layers[i].place = std::move(places.layers[i]);
  }
}

void add_sums(Analysis& analysis) {
  add_losses(*analysis.tree, analysis.accounts, analysis.layers);
  analysis.total = account_of(*analysis.tree, analysis.accounts, 0);
  analysis.own = account_of(*analysis.tree, analysis.accounts, analysis.base.layer_count);
  analysis.distinct_blob_bytes = distinct_bytes(analysis.layers);
  add_compressed(analysis);
}

// The cause of all stored bytes, and their sums.
Status add_causes(const AnalyzeInput& input, const PathIndex& paths, Analysis& analysis) {
  const MergedTree& tree = input.read->tree;
  TRY_ASSIGN(Causes causes, find_causes(tree, paths, hasher(input)));
  analysis.accounts = std::move(causes.accounts);
  for (std::string& note : causes.notes) analysis.notes.push_back(std::move(note));
  if (input.find_duplicates) {
    TRY_ASSIGN(analysis.has_duplicates,
               find_duplicates(tree, hasher(input), analysis.accounts, analysis.notes));
  }
  add_sums(analysis);
  return {};
}

// The packages are found at the same time.
Status add_waste(const AnalyzeInput& input, Analysis& analysis) {
  const ReadImage& read = *input.read;
  std::optional<PathIndex> made;
  if (read.paths == nullptr) {
    TRY_ASSIGN(made, PathIndex::make(read.tree.layers));
  }
  const PathIndex& paths = made ? *made : *read.paths;
  // Parts that do not need each other, and write to different members; the longest first.
  Kinds kinds;
  TRY(parallel_for(3, input.threads, *input.cancel, [&](size_t part) -> Status {
    if (part == 2) return add_causes(input, paths, analysis);
    if (part == 1) {
      analysis.packages = catalog_packages(read.tree, read.package_sets);
      return {};
    }
    analysis.dive = read.dive ? *read.dive : dive_figures(read.tree.layers, paths);
    kinds = find_kinds(read.tree, paths);
    return {};
  }));
  TRY(input.cancel->check());
  add_kinds(kinds, analysis);
  analysis.waste = find_waste(analysis, paths);
  return {};
}

}  // namespace

BaseImage base_of(const AnalyzeInput& input, std::vector<std::string>& notes) {
  return find_origins(input, notes).base;
}

Result<std::shared_ptr<const Analysis>> analyze(const AnalyzeInput& input) {
  auto analysis = std::make_shared<Analysis>();
  const ReadImage& read = *input.read;
  analysis->target = input.target;
  analysis->info = read.info;
  analysis->tree = std::shared_ptr<const MergedTree>(input.read, &read.tree);
  analysis->layers = layer_facts(read);
  note_unread(*analysis);
  add_origins(input, *analysis);
  if (input.find_waste) {
    TRY(add_waste(input, *analysis));
  } else {
    for (const LayerFacts& layer : analysis->layers) analysis->total.stored += layer.content_bytes;
    analysis->packages = catalog_packages(read.tree, read.package_sets);
  }
  for (const std::string& problem : analysis->packages.problems) analysis->notes.push_back(problem);
  return std::shared_ptr<const Analysis>(std::move(analysis));
}

}  // namespace whittle
