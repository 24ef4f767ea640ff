#include "analyze/places.h"

#include <algorithm>

#include "analyze/blame.h"
#include "base/strings.h"
#include "dockerfile/expand.h"
#include "dockerfile/parser.h"

namespace whittle {

namespace {

struct DockerfileText {
  std::string name;
  std::string text;
  std::string target;
};

// The image of the FROM that the target's chain of stages begins with.
std::string root_image(const Dockerfile& file,
                       const Evaluation& evaluation,
                       const std::string& target) {
  if (file.stages.empty()) return "";
  size_t stage = file.stages.size() - 1;
  for (const Stage& candidate : file.stages) {
    bool is_named = !target.empty() && (candidate.name == to_lower(target) ||
                                        std::to_string(candidate.index) == target);
    if (is_named) stage = candidate.index;
  }
  for (size_t hops = 0; hops < file.stages.size(); ++hops) {
    int parent = evaluation.parent_stage[stage];
    if (parent < 0) break;
    stage = static_cast<size_t>(parent);
  }
  const std::string& base = evaluation.stage_bases[stage];
  return base == "scratch" ? "" : base;
}

Places places_by_history(const DockerfileText& source,
                         const ImageInfo& image,
                         const Limits& limits) {
  Places places;
  places.layers.resize(image.layers.size());
  Result<Dockerfile> file = parse_dockerfile(source.text, source.name, limits);
  if (!file.ok()) return places;
  Evaluation evaluation = evaluate(*file, {});
  std::vector<int> made_by = instructions_of_layers(image, *file, evaluation, source.target);
  for (uint32_t layer = 0; layer < made_by.size(); ++layer) {
    if (made_by[layer] < 0) continue;
    const Instruction& instruction = file->instructions[static_cast<size_t>(made_by[layer])];
    places.layers[layer] = {source.name, instruction.first_line, instruction.last_line};
    if (!places.first_own_layer) places.first_own_layer = layer;
  }
  places.from = root_image(*file, evaluation, source.target);
  return places;
}

}  // namespace

Places find_places(const AnalyzeInput& input,
                   const std::optional<Provenance>& provenance,
                   std::vector<std::string>& notes) {
  const ImageInfo& image = input.read->info;
  bool is_given = !input.dockerfile_text.empty();
  bool has_source = provenance && !provenance->dockerfile_text.empty();
  DockerfileText source{input.dockerfile_name, input.dockerfile_text, input.dockerfile_target};
  if (!is_given && has_source) {
    source = {provenance->dockerfile_name, provenance->dockerfile_text, provenance->target};
    if (!input.dockerfile_target.empty()) source.target = input.dockerfile_target;
  }
  if (source.text.empty()) {
    Places none;
    none.layers.resize(image.layers.size());
    return none;
  }
  Places places = places_by_history(source, image, input.limits);
  bool is_built_one = has_source && provenance->dockerfile_text == source.text;
  std::vector<std::optional<SourcePlace>> exact;
  if (is_built_one) exact = places_by_provenance(*provenance, image);
  if (!exact.empty()) {
    for (std::optional<SourcePlace>& place : exact) {
      if (place) place->file = source.name;
    }
    places.layers = std::move(exact);
  } else if (is_given && !places.first_own_layer && !image.layers.empty()) {
    notes.push_back(printable(source.name) + " does not fit the image's history");
  }
  return places;
}

}  // namespace whittle
