// Files below an open folder, without leaving it; and the order of a tree. Internal to the context.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "context/context.h"

namespace whittle {

// A regular file below `root`, at most max_bytes. No link is followed, on no part of the path.
// Errors: Usage for a path that is not clean and relative, NotFound, Invalid when it is no regular
// file, Limit.
Result<std::string> read_beneath(int root, std::string_view path, uint64_t max_bytes);
// The same for many files: the bytes are in `buffer`, which never shrinks, until it is used again.
Result<std::string_view> read_beneath(int root,
                                      std::string_view path,
                                      uint64_t max_bytes,
                                      std::string& buffer);
// Like the first, but links are followed as long as they stay below `root`; a path that itself begins
// above `root` (a Dockerfile elsewhere) is taken as it is.
Result<std::string> read_following(int root, const std::string& path, uint64_t max_bytes);
// Opens the folder that holds the last name of a clean relative path, following no link. The name
// is left in `path`.
Result<UniqueFd> open_parent(int root, std::string_view& path);
// The target of a link.
Result<std::string> read_link_at(int dir, const char* name);
// True for a relative path that is clean and has no "..".
bool is_clean_relative(std::string_view path);

// Whether `path` is below `folder` (not itself).
inline bool is_below(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path[folder.size()] == '/' && path.starts_with(folder);
}

// The indices of the files in the order of a walk: a folder, then all that is in it, names by their
// bytes.
std::vector<size_t> tree_order(const std::vector<ContextFile>& files);

}  // namespace whittle
