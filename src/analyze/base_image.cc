#include "analyze/base_image.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyze/history.h"
#include "base/strings.h"

namespace whittle {

namespace {

constexpr const char* kBaseName = "org.opencontainers.image.base.name";
constexpr const char* kBaseDigest = "org.opencontainers.image.base.digest";
// Two instructions of one build are not that far apart, unless the cache is older than a base.
constexpr int64_t kGapSeconds = 3600;

uint32_t size_of(const std::vector<Layer>& layers) {
  return static_cast<uint32_t>(layers.size());
}

uint32_t shared_prefix(const ImageInfo& a, const ImageInfo& b) {
  uint32_t count = 0;
  while (count < std::min(size_of(a.layers), size_of(b.layers)) &&
         !a.layers[count].diff_id.empty() && a.layers[count].diff_id == b.layers[count].diff_id) {
    ++count;
  }
  return count;
}

std::string annotation(const ImageInfo& image, const char* key) {
  auto found = image.annotations.find(key);
  if (found != image.annotations.end()) return found->second;
  auto label = image.config.run.labels.find(key);
  return label == image.config.run.labels.end() ? "" : label->second;
}

// RFC 3339 to seconds; nullopt for anything else. Only distances matter: no zones but Z and +hh:mm.
std::optional<int64_t> seconds_of(std::string_view time) {
  if (time.size() < 19 || time[4] != '-' || time[7] != '-' || time[13] != ':') return {};
  auto number = [&](size_t at, size_t size) { return parse_u64(time.substr(at, size)); };
  auto year = number(0, 4), month = number(5, 2), day = number(8, 2);
  auto hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
  if (!year || !month || !day || !hour || !minute || !second || *year < 1971) return {};
  // Days since the epoch (civil calendar, March-based).
  int64_t y = static_cast<int64_t>(*year) - (*month <= 2 ? 1 : 0);
  int64_t m = (static_cast<int64_t>(*month) + 9) % 12;
  int64_t days = y * 365 + y / 4 - y / 100 + y / 400 + (m * 306 + 5) / 10 +
                 static_cast<int64_t>(*day) - 1 - 719468;
  return ((days * 24 + static_cast<int64_t>(*hour)) * 60 + static_cast<int64_t>(*minute)) * 60 +
         static_cast<int64_t>(*second);
}

bool ends_image(const HistoryEntry& entry) {
  std::string command = command_of(entry);
  return entry.empty_layer && (command.starts_with("CMD ") || command.starts_with("ENTRYPOINT "));
}

bool makes_layer_after(const std::vector<HistoryEntry>& history, size_t at) {
  return std::any_of(history.begin() + static_cast<ptrdiff_t>(at) + 1,
                     history.end(),
                     [](const HistoryEntry& entry) { return !entry.empty_layer; });
}

// A base image begins with a root file system and ends with its CMD. One built on top of it counts
// as base, too, when it ends with CMD or ENTRYPOINT and what follows was made much later.
BaseImage base_by_history(const ImageInfo& image) {
  const std::vector<HistoryEntry>& history = image.config.history;
  BaseImage base;
  bool has_layers = !image.layers.empty() && image.layers[0].history_index >= 0;
  if (history.empty() || !has_layers || !is_root_file_system(history[0])) return base;
  std::optional<size_t> end;  // index of the entry that ends the base
  std::string gap;
  for (size_t i = 1; i < history.size(); ++i) {
    if (!ends_image(history[i])) continue;
    bool is_last = i + 1 < history.size() && ends_image(history[i + 1]);
    if (is_last || !makes_layer_after(history, i)) continue;
    if (!end) {
      end = i;
      continue;
    }
    auto here = seconds_of(history[i].created);
    auto next = seconds_of(history[i + 1].created);
    if (here && next && *next - *here >= kGapSeconds) {
      end = i;
      gap = fmt::format(", {} h before the next instruction", (*next - *here) / 3600);
    }
  }
  if (!end) return base;
  for (const Layer& layer : image.layers)
    base.layer_count +=
        layer.history_index >= 0 && static_cast<size_t>(layer.history_index) <= *end ? 1U : 0U;
  base.evidence = BaseEvidence::History;
  base.why = fmt::format("its history begins with a root file system and ends an image with `{}`{}",
                         command_of(history[*end]).substr(0, 60),
                         gap);
  return base;
}

BaseImage base_by_provenance(const BaseClues& clues) {
  BaseImage base;
  const Provenance& provenance = *clues.provenance;
  std::string from = familiar_name(clues.from);
  const Provenance::Material* material = nullptr;
  for (const Provenance::Material& candidate : provenance.materials) {
    if (!from.empty() && (candidate.name == from || candidate.name == from + ":latest"))
      material = &candidate;
  }
  if (material == nullptr && provenance.materials.size() == 1)
    material = &provenance.materials.front();
  base.layer_count = base_layers_by_provenance(provenance, *clues.image);
  if (material == nullptr && base.layer_count == 0) return base;
  if (material != nullptr) {
    base.name = material->name;
    base.digest = material->digest;
  }
  base.evidence = BaseEvidence::Provenance;
  base.why = material == nullptr ? "its provenance shows the layers of a pulled image"
                                 : "its provenance names " + base.name;
  return base;
}

BaseImage base_by_dockerfile(const BaseClues& clues) {
  BaseImage base;
  if (!clues.first_own_layer || *clues.first_own_layer == 0) return base;
  base.layer_count = *clues.first_own_layer;
  base.name = familiar_name(clues.from);
  base.evidence = BaseEvidence::History;
  base.why = fmt::format("the Dockerfile's first layer is layer {}", *clues.first_own_layer + 1);
  return base;
}

// The number of layers, where a clue has the name only.
void add_layer_count(const BaseClues& clues, BaseImage& base) {
  if (base.layer_count > 0) return;
  BaseImage other = base_by_dockerfile(clues);
  if (other.layer_count == 0) other = base_by_history(*clues.image);
  base.layer_count = other.layer_count;
  if (other.layer_count > 0) base.why += "; " + other.why;
}

}  // namespace

BaseImage find_base(const BaseClues& clues, std::vector<std::string>& notes) {
  if (clues.named != nullptr) {
    uint32_t all = size_of(clues.named->layers);
    uint32_t shared = shared_prefix(*clues.image, *clues.named);
    if (all > 0 && shared == all) {
      return {all,
              clues.named_as,
              clues.named->manifest_digest,
              BaseEvidence::Named,
              fmt::format("its first {} {} those of {}",
                          all == 1 ? "diff id" : std::to_string(all) + " diff ids",
                          all == 1 ? "is" : "are",
                          clues.named_as)};
    }
    notes.push_back(fmt::format("{} is not the base: {} of its {} are this image's",
                                printable(clues.named_as),
                                shared,
                                count_of(all, "layer")));
  }
  BaseImage base;
  if (clues.provenance != nullptr) base = base_by_provenance(clues);
  if (base.evidence == BaseEvidence::None) base = base_by_dockerfile(clues);
  std::string name = annotation(*clues.image, kBaseName);
  std::string digest = annotation(*clues.image, kBaseDigest);
  if (base.evidence == BaseEvidence::None && !(name.empty() && digest.empty())) {
    base.name = familiar_name(name);
    base.digest = digest;
    base.evidence = BaseEvidence::Annotation;
    base.why = "its annotation names " + printable(name.empty() ? digest : base.name);
  }
  if (base.evidence == BaseEvidence::None) return base_by_history(*clues.image);
  add_layer_count(clues, base);
  base.layer_count = std::min(base.layer_count, size_of(clues.image->layers));
  return base;
}

}  // namespace whittle
