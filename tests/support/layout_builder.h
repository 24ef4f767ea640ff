// For tests of sources: layouts and archives crafted from texts, and running of outside programs.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/subprocess.h"
#include "codec/digest.h"
#include "codec/tar.h"
#include "image/sources/sources.h"
#include "support/image_builder.h"

namespace whittle::test {

inline TempDir temp_dir(std::string_view prefix) {
  return std::move(TempDir::make(prefix)).value();
}

// Files by path, as a tar archive.
inline std::string archive_of(const std::map<std::string, std::string>& files) {
  std::string tar;
  for (const auto& [path, content] : files) {
    TarEntry entry;
    entry.path = path;
    entry.mode = 0644;
    entry.size_bytes = content.size();
    tar += tar_header(entry) + content + std::string(tar_padding(content.size()), '\0');
  }
  return tar + tar_end();
}

inline void write_files(const fs::path& folder, const std::map<std::string, std::string>& files) {
  for (const auto& [path, content] : files) {
    CHECK(make_dirs((folder / path).parent_path()).ok());
    CHECK(write_file_atomic(folder / path, content).ok());
  }
}

// An OCI layout as files by path; descriptors are JSON to be changed at will.
class LayoutBuilder {
 public:
  using json = nlohmann::json;

  json add_blob(const std::string& media_type, const std::string& bytes) {
    std::string digest = digest_of(bytes);
    files["blobs/sha256/" + std::string(digest_hex(digest))] = bytes;
    return {{"mediaType", media_type}, {"digest", digest}, {"size", bytes.size()}};
  }

  void remove_blob(const json& descriptor) {
    files.erase("blobs/sha256/" + descriptor["digest"].get<std::string>().substr(7));
  }

  json add_layer(const std::string& tar) {
    return add_blob("application/vnd.oci.image.layer.v1.tar", tar);
  }

  json add_config(const Platform& platform, const std::vector<std::string>& diff_ids) {
    json config = {{"os", platform.os},
                   {"architecture", platform.architecture},
                   {"rootfs", {{"type", "layers"}, {"diff_ids", diff_ids}}}};
    if (!platform.variant.empty()) config["variant"] = platform.variant;
    return add_blob("application/vnd.oci.image.config.v1+json", config.dump());
  }

  json add_manifest(const json& config, const std::vector<json>& layers) {
    json manifest = {{"schemaVersion", 2}, {"config", config}, {"layers", layers}};
    return add_blob("application/vnd.oci.image.manifest.v1+json", manifest.dump());
  }

  // A manifest of one layer with one file that names the platform.
  json add_image(const Platform& platform) {
    std::string tar = tar_of("file platform text=" + platform.architecture + platform.variant);
    json descriptor = add_manifest(add_config(platform, {digest_of(tar)}), {add_layer(tar)});
    descriptor["platform"] = {{"os", platform.os}, {"architecture", platform.architecture}};
    if (!platform.variant.empty()) descriptor["platform"]["variant"] = platform.variant;
    return descriptor;
  }

  json add_index(const std::vector<json>& manifests) {
    json index = {{"schemaVersion", 2}, {"manifests", manifests}};
    return add_blob("application/vnd.oci.image.index.v1+json", index.dump());
  }

  // The files of a layout that names these.
  std::map<std::string, std::string> layout(const std::vector<json>& manifests) {
    files["oci-layout"] = R"({"imageLayoutVersion": "1.0.0"})";
    files["index.json"] = json{{"schemaVersion", 2}, {"manifests", manifests}}.dump();
    return files;
  }

  std::map<std::string, std::string> files;
};

// A descriptor with a name, or another annotation.
inline nlohmann::json annotated(nlohmann::json descriptor,
                                const std::string& value,
                                const std::string& key = "org.opencontainers.image.ref.name") {
  descriptor["annotations"][key] = value;
  return descriptor;
}

}  // namespace whittle::test
