// Images in containerd's store on disk: names from its database (core/metadata/buckets.go: bucket
// v1, a bucket a namespace, `images`, a bucket a name, `target`), blobs from its content store.
// containerd may throw away the blobs of layers that it has unpacked: those are missing layers.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/strings.h"
#include "codec/digest.h"
#include "image/sources/blobs.h"
#include "image/sources/bolt.h"
#include "image/sources/containerd_names.h"
#include "image/sources/openers.h"
#include "image/sources/select.h"

namespace whittle {

namespace {

constexpr uint64_t kMaxDatabaseBytes = 1ULL << 30;
constexpr const char* kContent = "io.containerd.content.v1.content";

// The root that is there: containerd's own, or the one of Docker's containerd image store.
std::string find_root(const std::string& named) {
  if (!named.empty()) return named;
  std::error_code ignored;
  for (const char* root : {"/var/lib/containerd",
                           "/var/lib/rancher/k3s/agent/containerd",
                           "/var/lib/docker/containerd/daemon"}) {
    if (fs::exists(fs::path(root) / kContainerdDatabase, ignored)) return root;
  }
  return "/var/lib/containerd";
}

// "k8s.io/REFERENCE" to both, where there is such a namespace.
std::pair<std::string, std::string> split_namespace(const std::vector<ContainerdName>& names,
                                                    const std::string& reference) {
  for (const ContainerdName& name : names) {
    if (reference.starts_with(name.space + "/"))
      return {name.space, reference.substr(name.space.size() + 1)};
  }
  return {"", reference};
}

Error no_such_image(const std::vector<ContainerdName>& names,
                    std::string_view reference,
                    std::string_view root) {
  constexpr size_t kShown = 20;
  std::vector<std::string> shown;
  for (const ContainerdName& name : names) {
    if (shown.size() < kShown) shown.push_back(printable(name.space + "/" + name.name));
  }
  return Error(ErrorKind::NotFound,
               fmt::format("there is no image `{}` in {}", printable(reference), printable(root)))
      .hint(shown.empty() ? "It holds no image" : "It holds: " + join(shown, ", "));
}

// Those that have the reference in a namespace ("" for all), one root a target: a name that stands
// in several namespaces for the same image is one image.
std::vector<ManifestRoot> find_roots(const std::vector<ContainerdName>& names,
                                     const std::string& space,
                                     const std::string& reference) {
  std::vector<ManifestRoot> roots;
  std::map<Digest, size_t> known;
  for (const ContainerdName& name : names) {
    ImageInfo info;
    info.names = {name.name};
    info.manifest_digest = name.target.digest;
    bool is_wanted = (space.empty() || space == name.space) &&
                     (reference.empty() || has_reference(info, reference));
    if (!is_wanted) continue;
    auto [at, is_new] = known.try_emplace(name.target.digest, roots.size());
    if (is_new) {
      ManifestRoot& root = roots.emplace_back();
      static_cast<Descriptor&>(root.descriptor) = name.target;
    }
    std::vector<std::string>& root_names = roots[at->second].names;
    if (std::find(root_names.begin(), root_names.end(), name.name) == root_names.end())
      root_names.push_back(name.name);
  }
  return roots;
}

}  // namespace

Result<Images> open_containerd(std::string_view rest, const OpenOptions& options) {
  auto [named_root, target] = split_store_name(rest);
  std::string root = find_root(named_root);
  fs::path database = fs::path(root) / kContainerdDatabase;
  Result<std::string> bytes = read_file(database, kMaxDatabaseBytes);
  if (!bytes.ok() && bytes.error().kind() == ErrorKind::NotFound) {
    return Error(ErrorKind::NotFound,
                 fmt::format("{} is no store of containerd: there is no {}",
                             printable(root),
                             kContainerdDatabase))
        .hint("Name its root: containerd:[/path/to/containerd]NAME");
  }
  if (!bytes.ok())
    return std::move(bytes).error().hint("The store belongs to root: run whittle as root");
  Result<std::vector<ContainerdName>> names = containerd_names(*bytes);
  if (!names.ok()) return std::move(names).error().with(printable(database.string()));
  auto [space, reference] = split_namespace(*names, target);
  std::vector<ManifestRoot> roots = find_roots(*names, space, reference);
  if (roots.empty()) return no_such_image(*names, target, root);
  std::shared_ptr<const BlobStore> blobs =
      file_blobs(folder_store(root), std::string(kContent) + "/blobs");
  TRY_ASSIGN(std::vector<ManifestImage> images, walk_manifests(*blobs, roots, options));
  return blob_images(blobs, std::move(images), "containerd");
}

}  // namespace whittle
