// Archives of Docker before 1.10: no manifest.json. Each layer is an image of its own, a folder
// with `json` (its parent, its command, its configuration) and `layer.tar`; `repositories` names
// the last ones (moby image/spec/v1.md). The configuration that whittle works with is made from the
// chain; the diff ids are computed.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/strings.h"
#include "codec/decompress.h"
#include "codec/digest.h"
#include "image/config.h"
#include "image/json.h"
#include "image/sources/blobs.h"

namespace whittle {

using nlohmann::json;

namespace {

class OldImage : public Image {
 public:
  OldImage(std::shared_ptr<const FileStore> store, ImageInfo info, std::vector<std::string> ids)
      : store_(std::move(store)), info_(std::move(info)), ids_(std::move(ids)) {}

  const ImageInfo& info() const override { return info_; }

  Result<std::unique_ptr<ByteSource>> open_layer(size_t index) const override {
    CHECK(index < ids_.size());
    return store_->read(ids_[index] + "/layer.tar");
  }

 private:
  std::shared_ptr<const FileStore> store_;
  ImageInfo info_;
  std::vector<std::string> ids_;
};

class OldArchive {
 public:
  OldArchive(const std::shared_ptr<const FileStore>& store, const OpenOptions& options)
      : store_(store), options_(options) {}

  Result<Images> run() {
    TRY(read_metadata());
    TRY(read_names());
    Images images;
    for (const std::string& id : tops()) {
      Result<std::unique_ptr<Image>> image = open_one(id);
      if (!image.ok()) return std::move(image).error().with(printable(id));
      images.push_back(std::move(*image));
    }
    if (images.empty()) return Error(ErrorKind::Invalid, "not an image: it has no layers");
    return images;
  }

 private:
  Status read_metadata() {
    for (const std::string& name : store_->top_names()) {
      if (!name.ends_with('/')) continue;
      std::string id = name.substr(0, name.size() - 1);
      if (!store_->contains(id + "/json") || !store_->contains(id + "/layer.tar")) continue;
      TRY_ASSIGN(std::string text, store_->read_text(id + "/json", options_.limits.max_json_bytes));
      TRY_ASSIGN(json metadata, parse_json(text, "json", options_.limits));
      metadata_.emplace(std::move(id), std::move(metadata));
      if (metadata_.size() > options_.limits.max_layers)
        return limit_error("the archive", &Limits::max_layers, options_.limits);
    }
    return {};
  }

  // {"app": {"1": ID}}
  Status read_names() {
    if (!store_->contains("repositories")) return {};
    TRY_ASSIGN(std::string text, store_->read_text("repositories", options_.limits.max_json_bytes));
    TRY_ASSIGN(json repositories, parse_json(text, "repositories", options_.limits));
    if (!repositories.is_object())
      return Error(ErrorKind::Invalid, "`repositories` is not a JSON object");
    for (const auto& [name, tags] : repositories.items()) {
      if (!tags.is_object()) return Error(ErrorKind::Invalid, "`repositories` has no tags");
      for (const auto& [tag, ignored] : tags.items()) {
        TRY_ASSIGN(std::string id, json_string(tags, tag));
        std::string reference = name;
        names_[id].push_back(reference + ":" + tag);
      }
    }
    return {};
  }

  // Those that are named, else those that are nobody's parent.
  std::vector<std::string> tops() const {
    std::vector<std::string> ids;
    std::set<std::string> parents;
    for (const auto& [id, metadata] : metadata_)
      parents.insert(json_string(metadata, "parent").ok() ? *json_string(metadata, "parent") : "");
    for (const auto& [id, metadata] : metadata_) {
      if (names_.empty() ? !parents.contains(id) : names_.contains(id)) ids.push_back(id);
    }
    return ids;
  }

  // Base first.
  Result<std::vector<std::string>> chain_of(const std::string& top) const {
    std::vector<std::string> ids;
    std::set<std::string> seen;
    for (std::string id = top; !id.empty();) {
      auto found = metadata_.find(id);
      if (found == metadata_.end())
        return Error(ErrorKind::NotFound, fmt::format("the layer {} is not there", printable(id)));
      if (!seen.insert(id).second) return Error(ErrorKind::Invalid, "a layer is its own parent");
      ids.push_back(id);
      TRY_ASSIGN(id, json_string(found->second, "parent"));
    }
    std::reverse(ids.begin(), ids.end());
    return ids;
  }

  Result<Digest> diff_id_of(const std::string& id) {
    auto known = diff_ids_.find(id);
    if (known != diff_ids_.end()) return known->second;
    TRY_ASSIGN(std::unique_ptr<ByteSource> stored, store_->read(id + "/layer.tar"));
    TRY_ASSIGN(Decompressed plain, decompress(*stored, options_.limits));
    Hasher hasher;
    std::vector<std::byte> buffer(256 * 1024);
    for (;;) {
      TRY(options_.cancel->check());
      TRY_ASSIGN(size_t n, plain.bytes->read(buffer));
      if (n == 0) break;
      hasher.update({reinterpret_cast<const char*>(buffer.data()), n});
    }
    return diff_ids_[id] = hasher.finish();
  }

  // What the commands of old Docker were: the container that was committed ran them.
  static Result<json> history_of(const json& metadata) {
    TRY_ASSIGN(const json* container, json_object(metadata, "container_config"));
    std::vector<std::string> command;
    if (container != nullptr) {
      TRY_ASSIGN(command, json_strings(*container, "Cmd"));
    }
    json entry = {{"created_by", join(command, " ")}};
    for (const char* key : {"created", "author", "comment"}) {
      TRY_ASSIGN(std::string value, json_string(metadata, key));
      if (!value.empty()) entry[key] = value;
    }
    return entry;
  }

  Result<std::unique_ptr<Image>> open_one(const std::string& top) {
    TRY_ASSIGN(std::vector<std::string> ids, chain_of(top));
    const json& last = metadata_.at(top);
    json config = {{"rootfs", {{"type", "layers"}, {"diff_ids", json::array()}}},
                   {"history", json::array()}};
    for (const char* key : {"architecture", "os", "created", "author", "config"}) {
      if (last.contains(key)) config[key] = last[key];
    }
    ImageInfo info;
    for (const std::string& id : ids) {
      TRY_ASSIGN(Digest diff_id, diff_id_of(id));
      config["rootfs"]["diff_ids"].push_back(diff_id);
      TRY_ASSIGN(json entry, history_of(metadata_.at(id)));
      config["history"].push_back(std::move(entry));
      TRY_ASSIGN(info.layers.emplace_back().blob.size, store_->size(id + "/layer.tar"));
    }
    std::string text = config.dump(-1, ' ', false, json::error_handler_t::replace);
    TRY_ASSIGN(info.config, parse_image_config(std::move(text), options_.limits));
    TRY(attach_config(info.config, info.layers));
    info.source = "docker-archive";
    info.config_digest = digest_of(info.config.raw_json);
    auto names = names_.find(top);
    if (names != names_.end()) info.names = names->second;
    return std::unique_ptr<Image>(
        std::make_unique<OldImage>(store_, std::move(info), std::move(ids)));
  }

  const std::shared_ptr<const FileStore>& store_;
  const OpenOptions& options_;
  std::map<std::string, json> metadata_;                   // by id
  std::map<std::string, std::vector<std::string>> names_;  // by id
  std::map<std::string, Digest> diff_ids_;
};

}  // namespace

Result<Images> open_old_docker_archive(const std::shared_ptr<const FileStore>& store,
                                       const OpenOptions& options) {
  options.progress->phase("reading the archive");
  return OldArchive(store, options).run();
}

}  // namespace whittle
