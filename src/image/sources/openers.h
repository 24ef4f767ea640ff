// Inside of sources: the rows of the source table, one function a source. `rest` is the target
// behind the transport.
#pragma once

#include <string_view>

#include "image/sources/blobs.h"

namespace whittle {

Result<Images> open_docker_engine(std::string_view rest, const OpenOptions& options);
Result<Images> open_podman_engine(std::string_view rest, const OpenOptions& options);
// The image of one platform: the wanted one, else the host's. Options must outlive the image, but
// for the object itself: its cancel token and progress.
Result<Images> open_registry(std::string_view rest, const OpenOptions& options);
Result<Images> open_docker_archive_file(std::string_view rest, const OpenOptions& options);
Result<Images> open_oci_folder(std::string_view rest, const OpenOptions& options);
Result<Images> open_oci_archive(std::string_view rest, const OpenOptions& options);
Result<Images> open_containers_storage(std::string_view rest, const OpenOptions& options);
Result<Images> open_containerd(std::string_view rest, const OpenOptions& options);
Result<Images> open_dir_folder(std::string_view rest, const OpenOptions& options);
Result<Images> open_rootfs(std::string_view rest, const OpenOptions& options);

// A file or folder whose kind its content tells; "-" is the standard input.
Result<Images> open_path(std::string_view path, const OpenOptions& options);

// The descriptor of a file, or of the standard input for "-".
Result<UniqueFd> open_file_or_stdin(const std::string& path);

}  // namespace whittle
