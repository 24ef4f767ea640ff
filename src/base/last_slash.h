// Where the last name of a path begins, looked for many bytes at a time: std::string_view::rfind
// takes one after the other, and an image has hundreds of thousands of paths.
#pragma once

#include <cstring>
#include <string_view>

namespace whittle {

// npos if there is none.
inline size_t last_slash(std::string_view path) {
  const void* found = path.empty() ? nullptr : ::memrchr(path.data(), '/', path.size());
  return found == nullptr ? std::string_view::npos
                          : static_cast<size_t>(static_cast<const char*>(found) - path.data());
}

}  // namespace whittle
