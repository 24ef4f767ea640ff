// Inside of sources: a folder as a tar archive that is made while it is read. Sorted, so the same
// folder gives the same archive. Other file systems mounted below it are left out, as are sockets,
// which tar has no type for.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/fs.h"
#include "codec/byte_source.h"
#include "image/source.h"
#include "model/layer_index.h"

namespace whittle {

// What the archive is made of: relative paths, sorted depth first; "" is the root.
struct FolderListing {
  fs::path root;
  std::vector<std::string> paths;
};

Result<std::shared_ptr<const FolderListing>> list_folder(const fs::path& root,
                                                         const OpenOptions& options);

// How deletions stand in the folder.
enum class FolderKind {
  Plain,    // there are none
  Overlay,  // as overlayfs keeps them: 0/0 devices, opaque attributes (kernel docs, overlayfs.rst);
            // owners and modes that containers-storage keeps in an attribute are put right
};

std::unique_ptr<ByteSource> folder_tar(std::shared_ptr<const FolderListing> listing,
                                       FolderKind kind);
// The index of that archive from names and attributes alone; no content is read (`is_listed`).
Result<LayerIndex> index_folder(const FolderListing& listing, FolderKind kind);

}  // namespace whittle
