#include "slim/slim_image.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/fs.h"
#include "base/thread_pool.h"
#include "codec/decompress.h"
#include "codec/digest.h"
#include "codec/tar.h"
#include "image/config.h"
#include "image/json.h"
#include "slim/layer_merge.h"

namespace whittle {

using nlohmann::json;

namespace {

// A layer of the result: one of the original's, or a file.
struct ResultLayer {
  size_t original = 0;  // the last of those it is made of
  UniqueFd file;        // open where the layer was made
  uint64_t bytes = 0;
  uint64_t content_bytes = 0;
  Digest diff_id;
};

uint64_t content_bytes(const LayerIndex& index) {
  uint64_t bytes = 0;
  for (const Entry& entry : index.entries) {
    if (entry.type == EntryType::File && entry.role == EntryRole::Normal) bytes += entry.size_bytes;
  }
  return bytes;
}

class FilteredImage : public Image {
 public:
  FilteredImage(const Image& original, ImageInfo info, std::vector<ResultLayer> layers)
      : original_(original), info_(std::move(info)), layers_(std::move(layers)) {}

  const ImageInfo& info() const override { return info_; }

  Result<std::unique_ptr<ByteSource>> open_layer(size_t index) const override {
    const ResultLayer& layer = layers_[index];
    if (!layer.file.is_open()) return original_.open_layer(layer.original);
    return file_range_source(layer.file.get(), 0, layer.bytes);
  }

 private:
  const Image& original_;
  ImageInfo info_;
  std::vector<ResultLayer> layers_;
};

class SlimImageMaker {
 public:
  explicit SlimImageMaker(SlimImageInput input) : input_(std::move(input)) {
    if (input_.group_ends.empty()) {
      plans_ = plan_layers(input_.tree, input_.keep, input_.edits);
    } else {
      merged_ = plan_merged_layers(input_.tree, input_.keep, input_.edits, input_.group_ends);
    }
    layers_.resize(std::max(plans_.size(), merged_.size()));
    for (size_t i = 0; i < layers_.size(); ++i)
      layers_[i].original = merged_.empty() ? i : input_.group_ends[i] - 1;
    stays_.resize(layers_.size());
  }

  Result<SlimImage> run() {
    input_.progress->phase("filtering layers");
    choose_layers();
    TRY(parallel_for(layers_.size(), input_.threads, *input_.cancel, [&](size_t layer) -> Status {
      return stays_[layer] ? make_layer(layer) : Status();
    }));
    TRY_ASSIGN(ImageInfo info, result_info());
    SlimImage result;
    std::vector<ResultLayer> kept;
    for (size_t i = 0; i < layers_.size(); ++i) {
      if (!stays_[i]) continue;
      result.content_bytes += layers_[i].content_bytes;
      result.reused_layers += layers_[i].file.is_open() ? 0U : 1U;
      kept.push_back(std::move(layers_[i]));
    }
    result.image =
        std::make_unique<FilteredImage>(input_.original, std::move(info), std::move(kept));
    return result;
  }

 private:
  // An image has one layer at least.
  void choose_layers() {
    for (size_t i = 0; i < plans_.size(); ++i) {
      const std::vector<bool>& keeps = plans_[i].keeps;
      stays_[i] = std::find(keeps.begin(), keeps.end(), true) != keeps.end();
    }
    for (size_t i = 0; i < merged_.size(); ++i) stays_[i] = !merged_[i].is_empty();
    bool has_any = std::find(stays_.begin(), stays_.end(), true) != stays_.end();
    if (!has_any && !stays_.empty()) stays_[0] = true;
  }

  Status make_layer(size_t number) {
    ResultLayer& layer = layers_[number];
    if (merged_.empty()) {
      const LayerIndex& index = *input_.tree.layers[number];
      if (is_untouched(index, plans_[number])) {
        layer.diff_id = index.diff_id;
        layer.content_bytes = content_bytes(index);
        return {};
      }
    }
    TRY_ASSIGN(layer.file, open_unnamed_temp());
    Hasher hasher;
    TarSink sink = [&](std::string_view bytes) -> Status {
      TRY(input_.cancel->check());
      hasher.update(bytes);
      layer.bytes += bytes.size();
      input_.progress->update(done_.fetch_add(bytes.size()) + bytes.size());
      return write_all(layer.file.get(), bytes);
    };
    if (merged_.empty()) {
      TRY(filter_part(number, plans_[number], layer, sink));
    } else {
      TRY(write_merged(merged_[number], layer, sink));
    }
    TRY(sink(tar_end()));
    layer.diff_id = hasher.finish();
    return {};
  }

  Status write_merged(const MergedLayerPlan& plan, ResultLayer& layer, const TarSink& sink) {
    TRY(sink(plan.folders));
    for (const MergedLayerPlan::Part& part : plan.parts)
      TRY(filter_part(part.layer, part.plan, layer, sink));
    return sink(plan.links);
  }

  // Writes what stays of a layer of the original.
  Status filter_part(size_t number,
                     const LayerPlan& plan,
                     ResultLayer& layer,
                     const TarSink& sink) {
    TRY_ASSIGN(std::unique_ptr<ByteSource> stored, input_.original.open_layer(number));
    TRY_ASSIGN(Decompressed plain, decompress(*stored, input_.limits));
    Result<uint64_t> done = filter_layer(*plain.bytes, plan, input_.limits, sink);
    if (!done.ok())
      return std::move(done).error().with("cannot filter layer " + std::to_string(number + 1));
    layer.content_bytes += *done;
    return {};
  }

  Result<ImageInfo> result_info() {
    ImageInfo info = input_.original.info();
    info.names.clear();
    info.annotations.clear();
    info.provenance.clear();
    info.manifest_digest.clear();
    TRY_ASSIGN(std::string text, config_text(info));
    TRY_ASSIGN(info.config, parse_image_config(std::move(text), input_.limits));
    info.config_digest = digest_of(info.config.raw_json);
    std::vector<Layer> layers;
    for (size_t i = 0; i < layers_.size(); ++i) {
      if (!stays_[i]) continue;
      Layer layer = info.layers[layers_[i].original];
      if (layers_[i].file.is_open()) {
        layer = Layer();
        layer.blob = {
            "application/vnd.oci.image.layer.v1.tar", layers_[i].diff_id, layers_[i].bytes, {}, {}};
      }
      layer.diff_id = layers_[i].diff_id;
      layer.history_index = -1;
      layers.push_back(std::move(layer));
    }
    info.layers = std::move(layers);
    TRY(attach_config(info.config, info.layers));
    return info;
  }

  // The original's, with other diff ids, its history carried on, and the labels.
  Result<std::string> config_text(const ImageInfo& original) {
    TRY_ASSIGN(json root, parse_json(original.config.raw_json, "the configuration", input_.limits));
    json diff_ids = json::array();
    for (size_t i = 0; i < layers_.size(); ++i) {
      if (stays_[i]) diff_ids.push_back(layers_[i].diff_id);
    }
    root["rootfs"] = {{"type", "layers"}, {"diff_ids", diff_ids}};
    carry_history_on(original, root);
    if (!root["config"].is_object()) root["config"] = json::object();
    json& labels = root["config"]["Labels"];
    if (!labels.is_object()) labels = json::object();
    for (const auto& [name, value] : input_.labels) labels[name] = value;
    return root.dump(-1, ' ', false, json::error_handler_t::replace);
  }

  void carry_history_on(const ImageInfo& original, json& root) {
    json& history = root["history"];
    if (!history.is_array()) history = json::array();
    bool is_known = true;  // which instruction made which layer
    for (const Layer& layer : original.layers) {
      is_known = is_known && layer.history_index >= 0 &&
                 static_cast<size_t>(layer.history_index) < history.size();
    }
    std::vector<bool> has_layer(original.layers.size(), false);
    for (size_t i = 0; i < layers_.size(); ++i) has_layer[layers_[i].original] = stays_[i];
    for (size_t i = 0; is_known && i < has_layer.size(); ++i) {
      if (!has_layer[i])
        history[static_cast<size_t>(original.layers[i].history_index)]["empty_layer"] = true;
    }
    if (!is_known) history = json::array();
    json said = {
        {"created_by", "whittle slim"}, {"comment", input_.comment}, {"empty_layer", true}};
    if (!original.config.created.empty()) said["created"] = original.config.created;
    if (!is_known) {
      size_t count = static_cast<size_t>(std::count(stays_.begin(), stays_.end(), true));
      for (size_t i = 0; i < count; ++i) history.push_back({{"created_by", "unknown"}});
    }
    history.push_back(std::move(said));
  }

  SlimImageInput input_;
  std::vector<LayerPlan> plans_;         // without groups
  std::vector<MergedLayerPlan> merged_;  // with groups
  std::vector<ResultLayer> layers_;
  std::vector<bool> stays_;
  std::atomic<uint64_t> done_{0};
};

}  // namespace

Result<SlimImage> make_slim_image(SlimImageInput input) {
  for (const Layer& layer : input.original.info().layers) {
    if (layer.availability != Availability::Here)
      return Error(ErrorKind::Unsupported, "a layer is not to be had: " + layer.why_unavailable);
  }
  return SlimImageMaker(std::move(input)).run();
}

}  // namespace whittle
