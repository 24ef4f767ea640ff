#include "image/sources/sources.h"

#include <fmt/format.h>
#include <unistd.h>

#include "base/strings.h"
#include "image/sources/openers.h"
#include "image/sources/recognise.h"
#include "image/sources/select.h"

namespace whittle {

namespace {

Result<std::shared_ptr<const FileStore>> open_archive_store(const std::string& path,
                                                            const OpenOptions& options) {
  TRY_ASSIGN(UniqueFd fd, open_file_or_stdin(path));
  Result<std::shared_ptr<const Archive>> archive = Archive::open(std::move(fd), options);
  if (!archive.ok()) return std::move(archive).error().with(printable(path));
  return archive_store(std::move(*archive));
}

Result<Images> in_context(Result<Images> images, std::string_view path) {
  if (!images.ok()) return std::move(images).error().with(printable(path));
  return images;
}

}  // namespace

Result<UniqueFd> open_file_or_stdin(const std::string& path) {
  if (path != "-") return open_read(path);
  UniqueFd fd(::dup(STDIN_FILENO));
  if (!fd.is_open()) return errno_error("cannot read the standard input", errno);
  return fd;
}

Result<Images> open_docker_archive_file(std::string_view rest, const OpenOptions& options) {
  auto [path, reference] = split_file_reference(rest);
  std::error_code ignored;
  std::shared_ptr<const FileStore> store;
  if (fs::is_directory(path, ignored)) {
    store = folder_store(path);
  } else {
    TRY_ASSIGN(store, open_archive_store(path, options));
  }
  StoreKind kind = recognise(*store);
  bool is_old = kind == StoreKind::OldDockerArchive;
  if (kind != StoreKind::DockerArchive && !is_old) return not_an_image(path, kind);
  TRY_ASSIGN(Images images,
             in_context(is_old ? open_old_docker_archive(store, options)
                               : open_docker_archive(store, options),
                        path));
  std::optional<size_t> position = parse_position(reference);
  if (!position) return select_by_reference(std::move(images), reference);
  if (*position >= images.size()) {
    return Error(ErrorKind::NotFound,
                 fmt::format("there is no image {}: the archive has {}",
                             reference,
                             count_of(images.size(), "image")));
  }
  Images only;
  only.push_back(std::move(images[*position]));
  return only;
}

namespace {

Result<Images> open_layout(const std::shared_ptr<const FileStore>& store,
                           const std::string& path,
                           std::string_view reference,
                           std::string_view source,
                           const OpenOptions& options) {
  LayoutOptions layout{source, parse_position(reference)};
  TRY_ASSIGN(Images images, in_context(open_oci_layout(store, options, layout), path));
  return select_by_reference(std::move(images), layout.position ? "" : reference);
}

}  // namespace

Result<Images> open_oci_folder(std::string_view rest, const OpenOptions& options) {
  auto [path, reference] = split_file_reference(rest);
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) {
    return Error(ErrorKind::NotFound, fmt::format("{} is not a folder", printable(path)));
  }
  return open_layout(folder_store(path), path, reference, "oci", options);
}

Result<Images> open_oci_archive(std::string_view rest, const OpenOptions& options) {
  auto [path, reference] = split_file_reference(rest);
  TRY_ASSIGN(std::shared_ptr<const FileStore> store, open_archive_store(path, options));
  return open_layout(store, path, reference, "oci-archive", options);
}

Result<Images> open_path(std::string_view path, const OpenOptions& options) {
  std::string name(path);
  std::error_code ignored;
  bool is_folder = fs::is_directory(name, ignored);
  std::shared_ptr<const FileStore> store;
  if (is_folder) {
    store = folder_store(name);
  } else {
    TRY_ASSIGN(store, open_archive_store(name, options));
  }
  StoreKind kind = recognise(*store);
  switch (kind) {
    case StoreKind::DockerArchive:
      return in_context(open_docker_archive(store, options), path);
    case StoreKind::OldDockerArchive:
      return in_context(open_old_docker_archive(store, options), path);
    case StoreKind::OciLayout:
      return open_layout(store, name, "", is_folder ? "oci" : "oci-archive", options);
    case StoreKind::DirLayout:
      return in_context(open_dir_layout(store, options), path);
    default:
      return not_an_image(path, kind);
  }
}

const std::vector<SourceInfo>& source_table() {
  static const std::vector<SourceInfo> table = {
      {"docker", "an image of the running Docker engine", &open_docker_engine},
      {"podman", "an image of Podman", &open_podman_engine},
      {"registry", "an image of a registry", &open_registry},
      {"docker-archive",
       "a file that `docker save` or `podman save` wrote",
       &open_docker_archive_file},
      {"oci", "an OCI image layout, a folder", &open_oci_folder},
      {"oci-archive", "an OCI image layout in a tar file", &open_oci_archive},
      {"containers-storage",
       "an image in Podman's store on disk: [ROOT]NAME",
       &open_containers_storage},
      {"containerd", "an image in containerd's store on disk: [ROOT]NAME", &open_containerd},
      {"dir", "a folder that Skopeo's `dir:` wrote", &open_dir_folder},
      {"rootfs", "a folder or tar archive that holds a root file system", &open_rootfs},
  };
  return table;
}

namespace {

bool looks_like_a_path(std::string_view target) {
  return target.starts_with('/') || target.starts_with("./") || target.starts_with("../") ||
         target.ends_with(".tar");
}

// A reference: asks Docker, Podman if Docker is not there or does not know it, and the registry in
// the end.
Result<Images> open_reference(std::string_view reference, const OpenOptions& options) {
  std::vector<std::string> tried;
  Result<Images> images = open_docker_engine(reference, options);
  if (images.ok() || images.error().kind() != ErrorKind::NotFound) return images;
  tried.push_back("docker: " + images.error().message());
  std::string hint = images.error().hint();
  images = open_podman_engine(reference, options);
  if (images.ok() || images.error().kind() == ErrorKind::Cancelled) return images;
  tried.push_back("podman: " + images.error().message());
  if (!options.offline) {
    images = open_registry(reference, options);
    if (images.ok() || images.error().kind() == ErrorKind::Cancelled) return images;
    tried.push_back("registry: " + images.error().message());
    hint = images.error().hint();
  }
  return Error(images.error().kind(),
               fmt::format("cannot open `{}`: {}", printable(reference), join(tried, "; ")))
      .hint(hint);
}

}  // namespace

Result<Images> open_images(std::string_view target, const OpenOptions& options) {
  for (const SourceInfo& source : source_table()) {
    bool is_named = target.starts_with(source.transport) &&
                    target.substr(source.transport.size()).starts_with(':');
    if (is_named) return source.open(target.substr(source.transport.size() + 1), options);
  }
  if (target.empty()) return Error(ErrorKind::Usage, "the target is empty");
  std::error_code ignored;
  if (target == "-" || fs::exists(fs::path(target), ignored)) return open_path(target, options);
  if (looks_like_a_path(target)) {
    return Error(ErrorKind::NotFound,
                 fmt::format("{}: No such file or directory", printable(target)));
  }
  return open_reference(target, options);
}

Result<std::unique_ptr<Image>> open_image(std::string_view target, const OpenOptions& options) {
  TRY_ASSIGN(Images images, open_images(target, options));
  return select_one(std::move(images), options);
}

bool is_image_folder(const std::string& folder) {
  return recognise(*folder_store(folder)) != StoreKind::Unknown;
}

}  // namespace whittle
