// docker-archive in the form that Podman and Skopeo write and every engine loads: manifest.json,
// HEX.json for the configuration, HEX.tar for each layer (HEX of its diff id), all with time 0.
#include <fmt/format.h>
#include <unistd.h>

#include <map>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "codec/digest.h"
#include "codec/tar.h"
#include "image/layer_stream.h"
#include "image/write.h"

namespace whittle {

namespace {

TarEntry member(std::string path, uint64_t size) {
  TarEntry entry;
  entry.path = std::move(path);
  entry.size_bytes = size;
  entry.mode = 0644;
  return entry;
}

std::string layer_name(const Digest& diff_id) {
  return std::string(digest_hex(diff_id)) + ".tar";
}

// With a tag, which Docker insists on; "" stays.
std::string with_tag(std::string_view reference) {
  if (reference.empty()) return "";
  size_t name = reference.rfind('/') + 1;
  bool has_tag = reference.find(':', name) != std::string_view::npos;
  return std::string(reference) + (has_tag ? "" : ":latest");
}

class ArchiveWriter {
 public:
  ArchiveWriter(const Image& image, int fd, const WriteOptions& options)
      : image_(image), fd_(fd), options_(options), progress_(*options.progress) {}

  Status run() {
    const ImageInfo& info = image_.info();
    std::string config = std::string(digest_hex(digest_of(info.config.raw_json))) + ".json";
    nlohmann::json manifest = {{"Config", config},
                               {"RepoTags", nlohmann::json::array()},
                               {"Layers", nlohmann::json::array()}};
    if (!options_.reference.empty()) manifest["RepoTags"].push_back(with_tag(options_.reference));
    for (const Layer& layer : info.layers) manifest["Layers"].push_back(layer_name(layer.diff_id));
    std::string list = dump(nlohmann::json::array({manifest}));
    TRY(add_file("manifest.json", list));
    TRY(add_file(config, info.config.raw_json));
    std::map<Digest, size_t> first_of;
    for (size_t i = 0; i < info.layers.size(); ++i) {
      if (first_of.try_emplace(info.layers[i].diff_id, i).second) TRY(add_layer(i));
    }
    return put(tar_end());
  }

 private:
  static std::string dump(const nlohmann::json& value) {
    return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  }

  Status put(std::string_view bytes) {
    TRY(write_all(fd_, bytes));
    offset_ += bytes.size();
    return {};
  }

  Status add_file(const std::string& name, std::string_view bytes) {
    TRY(put(tar_header(member(name, bytes.size()))));
    TRY(put(bytes));
    return put(std::string(tar_padding(bytes.size()), '\0'));
  }

  // The size is known only afterwards: the header is put in its place then.
  Status add_layer(size_t layer) {
    uint64_t header_at = offset_;
    TRY(put(std::string(kTarBlockBytes, '\0')));
    TRY(pump_plain_layer(
        image_,
        layer,
        [&](std::string_view bytes) {
          progress_.add(bytes.size());
          return put(bytes);
        },
        options_));
    uint64_t size = offset_ - header_at - kTarBlockBytes;
    std::string header = tar_block(member(layer_name(image_.info().layers[layer].diff_id), size));
    if (::pwrite(fd_, header.data(), header.size(), static_cast<off_t>(header_at)) !=
        static_cast<ssize_t>(header.size())) {
      return errno_error("cannot write", errno);
    }
    return put(std::string(tar_padding(size), '\0'));
  }

  const Image& image_;
  int fd_;
  const WriteOptions& options_;
  WriteProgress progress_;
  uint64_t offset_ = 0;
};

}  // namespace

Status write_docker_archive(const Image& image, const fs::path& path, const WriteOptions& options) {
  options.progress->phase("writing the image", 0, "B");
  TRY_ASSIGN(PendingFile file, PendingFile::make(path));
  Status written = ArchiveWriter(image, file.fd(), options).run();
  if (!written.ok())
    return std::move(written).error().with("cannot write " + printable(path.string()));
  TRY(options.cancel->check());
  return file.commit(path);
}

}  // namespace whittle
