#include "image/sources/registry_image.h"

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
