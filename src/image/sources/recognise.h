// Inside of sources: what a folder, an archive or a file is, by what it holds and never by its
// name.
#pragma once

#include <string>
#include <string_view>

#include "image/sources/blobs.h"

namespace whittle {

enum class StoreKind {
  DockerArchive,      // manifest.json that lists images
  OldDockerArchive,   // ID/json and ID/layer.tar
  OciLayout,          // oci-layout
  DirLayout,          // manifest.json that is a manifest
  RootFolder,         // a root file system
  ContainersStorage,  // Podman's graph root
  Containerd,         // containerd's root
  Unknown,
};

StoreKind recognise(const FileStore& store);

// The error for a target that is no image, naming what it is, with what to do.
Error not_an_image(std::string_view path, StoreKind kind);

// What the first bytes of a file say that is no tar archive: "an HTML page"; "" if nothing.
std::string describe_bytes(std::string_view first_bytes);

}  // namespace whittle
