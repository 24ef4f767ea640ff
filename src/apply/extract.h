// Files of an image onto the disk: below one folder and nowhere else, whatever their names and
// links say.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/fs.h"
#include "base/result.h"

namespace whittle {

struct ExtractItem {
  enum class Type : uint8_t { File, Folder, Symlink, Other /* devices and the like: never made */ };

  Type type = Type::File;
  std::string path;         // relative to the target folder; folders before what is in them
  uint32_t mode = 0644;     // permission bits; setuid, setgid and sticky are never set
  std::string link_target;  // of Symlink
  std::function<Result<std::string>()> content;  // of File
};

struct Extracted {
  uint64_t files = 0;  // and links
  uint64_t folders = 0;
  uint64_t bytes = 0;
  std::vector<std::string> skipped;   // "PATH: why": what is not written by rule
  std::vector<std::string> existing;  // paths that are there already; nothing was written then
};

// Writes the items below `folder`, which is made if missing. Every step goes through an open folder
// and follows no link, so that nothing lands outside, not even when someone moves links about
// meanwhile. A path that is not plain (empty, absolute, with "." or ".." or NUL) is an Invalid
// error. Links are made as links, and only if they stay within the target: absolute ones and those
// that lead out of it are skipped. Files that are there are replaced only with `overwrite`; a
// folder is never replaced by something else. Errors leave what was written so far.
Result<Extracted> extract_items(const fs::path& folder,
                                const std::vector<ExtractItem>& items,
                                bool overwrite,
                                const CancelToken& cancel);

}  // namespace whittle
