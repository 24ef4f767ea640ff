// Plans to files: the only code that changes user data. Atomic, file by file.
#pragma once

#include <string>
#include <vector>

#include "base/fs.h"
#include "base/result.h"

namespace whittle {

struct OutputFile {
  std::string name;  // relative to the folder
  std::string bytes;
};

// Writes all files into `folder` (made if missing), each atomically; files with other names stay.
// Returns the paths.
Result<std::vector<fs::path>> write_outputs(const fs::path& folder,
                                            const std::vector<OutputFile>& files);

// Replaces files of the project itself (--in-place). Refuses with Usage if a file no longer has the
// bytes in `expected` (it changed while whittle worked); nothing is written then. If one
// replacement fails, those already made are undone.
struct InPlaceFile {
  fs::path path;
  std::string expected;  // bytes it had when it was read; ignored when `is_new`
  bool is_new = false;   // must not exist
  std::string bytes;
};

Status replace_in_place(const std::vector<InPlaceFile>& files);

}  // namespace whittle
