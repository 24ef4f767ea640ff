#include "image/sources/registry_image.h"

#include <fmt/format.h>

#include "image/sources/toc.h"

namespace whittle {

namespace {

class RegistryImage : public Image {
 public:
  RegistryImage(std::shared_ptr<const RegistryClient> client,
                ImageInfo info,
                std::vector<BlobRef> blobs)
      : client_(std::move(client)), info_(std::move(info)), blobs_(std::move(blobs)) {}

  const ImageInfo& info() const override { return info_; }

  Result<std::unique_ptr<ByteSource>> open_layer(size_t index) const override {
    CHECK(index < blobs_.size());
    const Layer& layer = info_.layers[index];
    if (layer.availability != Availability::Here) return unavailable_error(layer, index);
    if (blobs_[index].data) return string_source(*blobs_[index].data);
    return client_->open_blob(blobs_[index]);
  }

  // Parts of a layer are only asked for when the manifest promises a table of contents. One that
  // cannot be had or is wrong is no error: the layer itself tells.
  Result<std::optional<LayerIndex>> list_layer(size_t index) const override {
    CHECK(index < blobs_.size());
    const Layer& layer = info_.layers[index];
    std::optional<LayerIndex> none;
    if (layer.availability != Availability::Here || blobs_[index].data) return none;
    RangeReader read = [&](uint64_t offset, uint64_t size) {
      return client_->read_range(blobs_[index], offset, size);
    };
    const OpenOptions& options = client_->options();
    Result<std::optional<LayerIndex>> listed = list_by_toc(blobs_[index], read, options.limits);
    if (!listed.ok() && listed.error().kind() == ErrorKind::Cancelled) return listed;
    if (!listed.ok()) {
      options.progress->note(fmt::format("layer {}: {}", index + 1, listed.error().message()));
      return none;
    }
    if (*listed) (*listed)->diff_id = layer.diff_id;
    return listed;
  }

  bool is_remote() const override { return true; }

 private:
  std::shared_ptr<const RegistryClient> client_;
  ImageInfo info_;
  std::vector<BlobRef> blobs_;
};

}  // namespace

std::unique_ptr<Image> registry_image(std::shared_ptr<const RegistryClient> client,
                                      ImageInfo info,
                                      std::vector<BlobRef> blobs) {
  return std::make_unique<RegistryImage>(std::move(client), std::move(info), std::move(blobs));
}

}  // namespace whittle
