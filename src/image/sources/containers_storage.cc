// Podman's, Buildah's and CRI-O's images where they lie on disk (containers/storage): lists in
// JSON, layers as folders. A layer is put together again from its folder and its tar-split record,
// byte by byte; without the record its folder is listed. Nothing has to run, nothing is copied.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/rooted.h"
#include "base/strings.h"
#include "codec/decompress.h"
#include "codec/digest.h"
#include "image/config.h"
#include "image/sources/blobs.h"
#include "image/sources/containers_storage_records.h"
#include "image/sources/folder_tar.h"
#include "image/sources/openers.h"
#include "image/sources/select.h"
#include "image/sources/tar_split.h"

namespace whittle {

namespace {

constexpr uint64_t kMaxListBytes = 256ULL << 20;

// One store: a graph root with the driver that its folders are named by.
struct Store {
  fs::path root;
  std::string driver;  // "overlay", "vfs"
  std::vector<StorageImage> images;
  std::map<std::string, StorageLayer> layers;  // by id
};

// Where a layer's parts lie.
struct LayerPlace {
  std::string id;
  fs::path folder;  // the unpacked files
  fs::path record;  // tar-split; empty where there is none
  bool is_overlay = false;
};

Error with_owner_hint(Error error) {
  return std::move(error).hint(
      "Files of a store without root belong to its users: run it as podman unshare whittle ...");
}

// Both streams of a layer that is put together, in the order they depend on each other.
class LayerStream : public ByteSource {
 public:
  static Result<std::unique_ptr<ByteSource>> open(const LayerPlace& place, const Limits& limits) {
    auto stream = std::make_unique<LayerStream>();
    TRY_ASSIGN(UniqueFd record, open_read(place.record));
    stream->stored_ = fd_source(std::move(record));
    TRY_ASSIGN(Decompressed plain, decompress(*stream->stored_, limits));
    auto open_member = [folder = place.folder](std::string_view name) -> Result<UniqueFd> {
      Result<UniqueFd> fd = open_in_root(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
      if (!fd.ok()) return with_owner_hint(std::move(fd).error());
      return fd;
    };
    stream->tar_ = tar_split_source(std::move(plain.bytes), open_member, limits);
    return std::unique_ptr<ByteSource>(std::move(stream));
  }

  Result<size_t> read(MutableBytes into) override { return tar_->read(into); }

  uint64_t skip(uint64_t count) override { return tar_->skip(count); }

 private:
  std::unique_ptr<ByteSource> stored_;
  std::unique_ptr<ByteSource> tar_;
};

class StorageImageReader : public Image {
 public:
  StorageImageReader(ImageInfo info, std::vector<LayerPlace> places, const OpenOptions& options)
      : info_(std::move(info)), places_(std::move(places)), options_(options) {}

  const ImageInfo& info() const override { return info_; }

  Result<std::unique_ptr<ByteSource>> open_layer(size_t index) const override {
    TRY(check(index));
    const LayerPlace& place = places_[index];
    if (!place.record.empty()) return LayerStream::open(place, options_.limits);
    TRY_ASSIGN(std::shared_ptr<const FolderListing> listing, list_folder(place.folder, options_));
    return folder_tar(std::move(listing), FolderKind::Overlay);
  }

  Result<std::optional<LayerIndex>> list_layer(size_t index) const override {
    TRY(check(index));
    const LayerPlace& place = places_[index];
    if (!place.record.empty()) return std::optional<LayerIndex>();
    Result<std::shared_ptr<const FolderListing>> listing = list_folder(place.folder, options_);
    if (!listing.ok()) return with_owner_hint(std::move(listing).error());
    TRY_ASSIGN(LayerIndex list, index_folder(**listing, FolderKind::Overlay));
    list.diff_id = info_.layers[index].diff_id;
    return std::optional<LayerIndex>(std::move(list));
  }

 private:
  Status check(size_t index) const {
    CHECK(index < places_.size());
    const Layer& layer = info_.layers[index];
    if (layer.availability == Availability::Here) return {};
    return unavailable_error(layer, index);
  }

  ImageInfo info_;
  std::vector<LayerPlace> places_;
  OpenOptions options_;
};

Result<Store> open_store(const fs::path& root, const Limits& limits) {
  Store store;
  store.root = root;
  Limits list_limits = limits;
  list_limits.max_json_bytes = std::max(limits.max_json_bytes, kMaxListBytes);
  for (const std::string driver : {"overlay", "vfs", "btrfs", "zfs"}) {
    std::error_code ignored;
    fs::path images = root / (driver + "-images") / "images.json";
    if (!fs::exists(images, ignored)) continue;
    store.driver = driver;
    TRY_ASSIGN(std::string text, read_file(images, kMaxListBytes));
    TRY_ASSIGN(store.images, parse_storage_images(text, list_limits));
    for (const char* name : {"layers.json", "volatile-layers.json"}) {
      Result<std::string> list = read_file(root / (driver + "-layers") / name, kMaxListBytes);
      if (!list.ok() && list.error().kind() == ErrorKind::NotFound) continue;
      if (!list.ok()) return std::move(list).error();
      TRY_ASSIGN(std::vector<StorageLayer> layers, parse_storage_layers(*list, list_limits));
      for (StorageLayer& layer : layers) {
        std::string id = layer.id;
        store.layers.insert_or_assign(std::move(id), std::move(layer));
      }
    }
    return store;
  }
  return Error(ErrorKind::NotFound,
               fmt::format("{} holds no images of Podman or Buildah", printable(root.string())))
      .hint("Name the graph root: containers-storage:[/path/to/storage]NAME");
}

// The documents and layers of one image.
class ImageOpener {
 public:
  ImageOpener(const std::vector<Store>& stores, const Store& store, const OpenOptions& options)
      : stores_(stores), store_(store), options_(options) {}

  Result<std::unique_ptr<Image>> open(const StorageImage& image) {
    ImageInfo info;
    info.source = "containers-storage";
    info.names = image.names;
    info.config_digest = "sha256:" + image.id;
    TRY_ASSIGN(std::string config, document(image, info.config_digest));
    if (digest_of(config) != info.config_digest)
      return Error(ErrorKind::Invalid, "the configuration is not what its digest says");
    TRY_ASSIGN(info.config, parse_image_config(std::move(config), options_.limits));
    std::vector<LayerPlace> places;
    TRY(add_layers(image, info, places));
    TRY(attach_config(info.config, info.layers));
    add_manifest(image, info);
    add_platforms(image, info);
    return std::unique_ptr<Image>(
        std::make_unique<StorageImageReader>(std::move(info), std::move(places), options_));
  }

 private:
  Result<std::string> document(const StorageImage& image, const std::string& name) const {
    fs::path folder = store_.root / (store_.driver + "-images") / image.id;
    return read_file(folder / storage_file_name(name), options_.limits.max_json_bytes);
  }

  // The store that has a layer: the image's own or one it builds on.
  std::pair<const Store*, const StorageLayer*> find_layer(const std::string& id) const {
    auto own = store_.layers.find(id);
    if (own != store_.layers.end()) return {&store_, &own->second};
    for (const Store& store : stores_) {
      auto found = store.layers.find(id);
      if (found != store.layers.end()) return {&store, &found->second};
    }
    return {nullptr, nullptr};
  }

  Status add_layers(const StorageImage& image,
                    ImageInfo& info,
                    std::vector<LayerPlace>& places) const {
    std::set<std::string> seen;
    for (std::string id = image.top_layer; !id.empty();) {
      auto [store, record] = find_layer(id);
      if (record == nullptr) {
        return Error(ErrorKind::NotFound, fmt::format("the store has no layer {}", id))
            .hint("Pull the image again");
      }
      if (!seen.insert(id).second) return Error(ErrorKind::Invalid, "a layer is its own parent");
      if (seen.size() > options_.limits.max_layers)
        return limit_error("the image", &Limits::max_layers, options_.limits);
      LayerPlace place = place_of(*store, id);
      info.layers.push_back(describe(*record, place));
      places.push_back(std::move(place));
      id = record->parent;
    }
    std::reverse(info.layers.begin(), info.layers.end());
    std::reverse(places.begin(), places.end());
    return {};
  }

  static LayerPlace place_of(const Store& store, const std::string& id) {
    LayerPlace place;
    place.id = id;
    place.is_overlay = store.driver == "overlay";
    place.folder = place.is_overlay        ? store.root / "overlay" / id / "diff"
                   : store.driver == "vfs" ? store.root / "vfs" / "dir" / id
                                           : store.root / store.driver / "subvolumes" / id;
    fs::path record = store.root / (store.driver + "-layers") / (id + ".tar-split.gz");
    std::error_code ignored;
    if (fs::exists(record, ignored)) place.record = std::move(record);
    return place;
  }

  static Layer describe(const StorageLayer& record, const LayerPlace& place) {
    Layer layer;
    layer.blob.media_type = "application/vnd.oci.image.layer.v1.tar";
    std::error_code ignored;
    bool is_listable = place.is_overlay && fs::is_directory(place.folder, ignored);
    if (!place.record.empty()) {
      layer.blob.digest = record.diff_digest;
      layer.blob.size = record.diff_bytes;
    } else if (!is_listable) {
      layer.availability = Availability::Missing;
      layer.why_unavailable = "the store kept no record of its files (tar-split)";
      layer.blob.size = record.diff_bytes;
    }
    if (record.compressed_digest != record.diff_digest)
      layer.transfer_bytes = record.compressed_bytes;
    return layer;
  }

  // What the manifest adds; an image may have none.
  void add_manifest(const StorageImage& image, ImageInfo& info) const {
    Result<std::string> text = document(image, "manifest");
    if (!text.ok()) return;
    Result<ManifestDocument> manifest = parse_manifest(*text, "manifest", options_.limits);
    if (!manifest.ok() || manifest->is_index) return;
    info.manifest_digest = digest_of(*text);
    info.annotations = std::move(manifest->annotations);
    if (manifest->layers.size() != info.layers.size()) return;
    for (size_t i = 0; i < info.layers.size(); ++i) {
      const BlobRef& blob = manifest->layers[i];
      Layer& layer = info.layers[i];
      layer.blob.annotations = blob.annotations;
      if (blob.digest != layer.diff_id) layer.transfer_bytes = blob.size;
    }
  }

  // The index that the image was pulled through is kept as well.
  void add_platforms(const StorageImage& image, ImageInfo& info) const {
    for (const std::string& name : image.document_names) {
      if (!name.starts_with("manifest-")) continue;
      Result<std::string> text = document(image, name);
      if (!text.ok()) continue;
      Result<ManifestDocument> index = parse_manifest(*text, "index", options_.limits);
      if (!index.ok() || !index->is_index) continue;
      info.platforms.clear();
      for (const BlobRef& item : index->manifests) {
        if (item.platform && !is_attestation(item)) info.platforms.push_back(*item.platform);
      }
    }
  }

  const std::vector<Store>& stores_;
  const Store& store_;
  const OpenOptions& options_;
};

bool is_wanted(const StorageImage& image, std::string_view reference) {
  ImageInfo info;
  info.names = image.names;
  info.manifest_digest = image.digest;
  info.config_digest = "sha256:" + image.id;
  return reference.empty() || has_reference(info, reference);
}

Error no_such_image(const std::vector<Store>& stores, std::string_view reference) {
  constexpr size_t kShown = 20;
  std::vector<std::string> names;
  for (const Store& store : stores) {
    for (const StorageImage& image : store.images) {
      for (const std::string& name : image.names) {
        if (names.size() < kShown) names.push_back(printable(name));
      }
    }
  }
  std::string where = stores.empty() ? "" : printable(stores.front().root.string());
  return Error(ErrorKind::NotFound,
               fmt::format("there is no image `{}` in {}", printable(reference), where))
      .hint(names.empty() ? "It holds no image that has a name" : "It holds: " + join(names, ", "));
}

}  // namespace

Result<Images> open_containers_storage(std::string_view rest, const OpenOptions& options) {
  auto [root, reference] = split_store_name(rest);
  std::vector<fs::path> roots = default_storage_roots();
  if (!root.empty()) roots = {fs::path(root)};
  std::vector<Store> stores;
  for (const fs::path& path : roots) {
    Result<Store> store = open_store(path, options.limits);
    bool is_optional = !stores.empty() || &path != &roots.back();
    if (!store.ok() && is_optional && store.error().kind() == ErrorKind::NotFound) continue;
    if (!store.ok()) return std::move(store).error();
    stores.push_back(std::move(*store));
  }
  Images images;
  for (const Store& store : stores) {
    ImageOpener opener(stores, store, options);
    for (const StorageImage& record : store.images) {
      if (!is_wanted(record, reference)) continue;
      TRY(options.cancel->check());
      Result<std::unique_ptr<Image>> image = opener.open(record);
      if (!image.ok()) return std::move(image).error().with("image " + record.id);
      images.push_back(std::move(*image));
    }
  }
  if (images.empty()) return no_such_image(stores, reference);
  return select_by_reference(std::move(images), reference);
}

}  // namespace whittle
