#include "image/sources/sources.h"

#include <fmt/format.h>
#include <unistd.h>

#include "base/strings.h"
#include "image/sources/openers.h"
#include "image/sources/select.h"

namespace whittle {

namespace {

Error not_an_image(std::string_view path) {
  return Error(ErrorKind::Invalid, fmt::format("{} is not an image", printable(path)))
      .hint("Images are docker archives, OCI layouts (folder or tar), and with rootfs: any folder");
}

Result<UniqueFd> open_file(const std::string& path) {
  if (path != "-") return open_read(path);
  UniqueFd fd(::dup(STDIN_FILENO));
  if (!fd.is_open()) return errno_error("cannot read the standard input", errno);
  return fd;
}

Result<std::shared_ptr<const FileStore>> open_archive_store(const std::string& path,
                                                            const OpenOptions& options) {
  TRY_ASSIGN(UniqueFd fd, open_file(path));
  Result<std::shared_ptr<const Archive>> archive = Archive::open(std::move(fd), options);
  if (!archive.ok()) return std::move(archive).error().with(printable(path));
  return archive_store(std::move(*archive));
}

Result<Images> in_context(Result<Images> images, std::string_view path) {
  if (!images.ok()) return std::move(images).error().with(printable(path));
  return images;
}

}  // namespace

Result<Images> open_docker_archive_file(std::string_view rest, const OpenOptions& options) {
  auto [path, reference] = split_file_reference(rest);
  TRY_ASSIGN(std::shared_ptr<const FileStore> store, open_archive_store(path, options));
  if (!store->contains("manifest.json")) return not_an_image(path);
  TRY_ASSIGN(Images images, in_context(open_docker_archive(store, options), path));
  return select_by_reference(std::move(images), reference);
}

Result<Images> open_oci_folder(std::string_view rest, const OpenOptions& options) {
  auto [path, reference] = split_file_reference(rest);
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) {
    return Error(ErrorKind::NotFound, fmt::format("{} is not a folder", printable(path)));
  }
  TRY_ASSIGN(Images images, in_context(open_oci_layout(folder_store(path), options), path));
  return select_by_reference(std::move(images), reference);
}

Result<Images> open_oci_archive(std::string_view rest, const OpenOptions& options) {
  auto [path, reference] = split_file_reference(rest);
  TRY_ASSIGN(std::shared_ptr<const FileStore> store, open_archive_store(path, options));
  TRY_ASSIGN(Images images, in_context(open_oci_layout(store, options), path));
  return select_by_reference(std::move(images), reference);
}

Result<Images> open_path(std::string_view path, const OpenOptions& options) {
  std::string name(path);
  std::error_code ignored;
  if (fs::is_directory(name, ignored)) {
    std::shared_ptr<const FileStore> folder = folder_store(name);
    if (!folder->contains("oci-layout")) return not_an_image(path);
    return in_context(open_oci_layout(folder, options), path);
  }
  TRY_ASSIGN(std::shared_ptr<const FileStore> store, open_archive_store(name, options));
  if (store->contains("manifest.json"))
    return in_context(open_docker_archive(store, options), path);
  if (store->contains("oci-layout")) return in_context(open_oci_layout(store, options), path);
  return not_an_image(path);
}

const std::vector<SourceInfo>& source_table() {
  static const std::vector<SourceInfo> table = {
      {"docker", "an image of the running Docker engine", &open_docker_engine},
      {"podman", "an image of Podman", &open_podman_engine},
      {"docker-archive",
       "a file that `docker save` or `podman save` wrote",
       &open_docker_archive_file},
      {"oci", "an OCI image layout, a folder", &open_oci_folder},
      {"oci-archive", "an OCI image layout in a tar file", &open_oci_archive},
      {"rootfs", "a folder that holds a root file system", &open_rootfs},
  };
  return table;
}

namespace {

bool looks_like_a_path(std::string_view target) {
  return target.starts_with('/') || target.starts_with("./") || target.starts_with("../") ||
         target.ends_with(".tar");
}

// A reference: asks Docker, and Podman if Docker is not there or does not know it.
Result<Images> open_in_engines(std::string_view reference, const OpenOptions& options) {
  Result<Images> docker = open_docker_engine(reference, options);
  if (docker.ok() || docker.error().kind() != ErrorKind::NotFound) return docker;
  Result<Images> podman = open_podman_engine(reference, options);
  return podman.ok() ? std::move(podman) : std::move(docker);
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
  return open_in_engines(target, options);
}

Result<std::unique_ptr<Image>> open_image(std::string_view target, const OpenOptions& options) {
  TRY_ASSIGN(Images images, open_images(target, options));
  return select_one(std::move(images), options);
}

}  // namespace whittle
