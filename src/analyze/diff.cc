#include "analyze/diff.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyze/diff_config.h"
#include "analyze/diff_files.h"

namespace whittle {

namespace {

uint32_t shared_layers(const Analysis& before, const Analysis& after) {
  uint32_t shared = 0;
  size_t most = std::min(before.layers.size(), after.layers.size());
  while (shared < most && !before.layers[shared].diff_id.empty() &&
         before.layers[shared].diff_id == after.layers[shared].diff_id) {
    ++shared;
  }
  return shared;
}

// Layers whose content is not known cannot be called equal, unless they are the same ones.
void note_unread(const Analysis& analysis, std::string_view which, ImageDiff& diff) {
  for (size_t i = 0; i < analysis.layers.size(); ++i) {
    if (analysis.layers[i].problem.empty()) continue;
    diff.notes.push_back(fmt::format(
        "layer {} of the image {} was not compared: {}", i + 1, which, analysis.layers[i].problem));
    diff.is_equal = diff.is_equal && i < diff.shared_layers;
  }
}

}  // namespace

Result<ImageDiff> diff_images(const DiffInput& input) {
  ImageDiff diff;
  diff.before = input.before;
  diff.after = input.after;
  diff.is_semantic = input.semantic;
  diff.shared_layers = shared_layers(*input.before, *input.after);
  diff.config = diff_config(input.before->info, input.after->info, input.semantic);
  diff.packages = diff_packages(input.before->packages, input.after->packages);
  TRY_ASSIGN(diff.files, diff_files(input));
  TRY(input.cancel->check());
  diff.dimensions = input.groups.dimensions;
  diff.groups = group_changes(*input.before, *input.after, input.groups);
  diff.before_bytes = group_total(*input.before, input.groups);
  diff.after_bytes = group_total(*input.after, input.groups);
  bool has_same_layers = diff.shared_layers == input.before->layers.size() &&
                         diff.shared_layers == input.after->layers.size();
  diff.is_equal = diff.config.empty() && diff.packages.empty() && diff.files.empty() &&
                  (input.semantic || has_same_layers);
  note_unread(*input.before, "before", diff);
  note_unread(*input.after, "after", diff);
  return diff;
}

}  // namespace whittle
