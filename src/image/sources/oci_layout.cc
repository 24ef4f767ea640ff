// OCI image layouts, in a folder or a tar archive (OCI image-spec v1.1, image-layout.md; Docker's
// schema 2 types in their place too).
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "image/json.h"
#include "image/sources/blobs.h"

namespace whittle {

using nlohmann::json;

namespace {

Error not_an_image(std::string_view why) {
  return Error(ErrorKind::Invalid, fmt::format("not an image: {}", why));
}

Status check_layout_version(const FileStore& store, const Limits& limits) {
  Result<std::string> text = store.read_text("oci-layout", limits.max_json_bytes);
  if (!text.ok()) return not_an_image("there is no oci-layout file");
  TRY_ASSIGN(json layout, parse_json(*text, "oci-layout", limits));
  TRY_ASSIGN(std::string version, json_string(layout, "imageLayoutVersion"));
  if (version == "1.0.0") return {};
  return Error(ErrorKind::Unsupported,
               fmt::format("OCI layout version `{}` is not handled", printable(version)));
}

}  // namespace

Result<std::vector<ManifestImage>> read_oci_layout(const FileStore& store,
                                                   const BlobStore& blobs,
                                                   const OpenOptions& options,
                                                   std::optional<size_t> position) {
  TRY(check_layout_version(store, options.limits));
  Result<std::string> text = store.read_text("index.json", options.limits.max_json_bytes);
  if (!text.ok()) return not_an_image("there is no index.json");
  TRY_ASSIGN(ManifestDocument index, parse_manifest(*text, "index.json", options.limits));
  if (!index.is_index) return Error(ErrorKind::Invalid, "index.json has no `manifests`");
  std::vector<ManifestRoot> roots;
  for (size_t i = 0; i < index.manifests.size(); ++i) {
    if (position && *position != i) continue;
    std::vector<std::string> names = annotated_names(index.manifests[i]);
    roots.push_back({std::move(index.manifests[i]), std::move(names)});
  }
  if (position && roots.empty()) {
    return Error(ErrorKind::NotFound,
                 fmt::format("there is no image @{}: index.json has {}",
                             *position,
                             count_of(index.manifests.size(), "item")));
  }
  return walk_manifests(blobs, roots, options);
}

Result<Images> open_oci_layout(const std::shared_ptr<const FileStore>& store,
                               const OpenOptions& options,
                               const LayoutOptions& layout) {
  std::shared_ptr<const BlobStore> blobs = file_blobs(store, "blobs");
  TRY_ASSIGN(std::vector<ManifestImage> images,
             read_oci_layout(*store, *blobs, options, layout.position));
  return blob_images(blobs, std::move(images), layout.source);
}

}  // namespace whittle
