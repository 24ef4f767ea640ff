// Files: bounded reading, atomic writing, temporary folders that remove themselves.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace whittle {

namespace fs = std::filesystem;

// The whole file; ErrorKind::Limit if it is larger than max_bytes, NotFound if it is not there.
Result<std::string> read_file(const fs::path& path, uint64_t max_bytes);
// Replaces or creates `path` atomically (temporary file beside it, fsync, rename), keeping its mode, else 0644; on an
// error nothing has changed. What is no file (a device, a pipe, /dev/stdout) is written into and stays what it is.
Status write_file_atomic(const fs::path& path, std::string_view bytes);
Status make_dirs(const fs::path& path);
Result<UniqueFd> open_read(const fs::path& path);
// Writes all bytes, across short writes and EINTR.
Status write_all(int fd, std::string_view bytes);
// An unnamed file in the temporary folder: gone when the descriptor closes.
Result<UniqueFd> open_unnamed_temp();
// $TMPDIR or /tmp.
fs::path temp_root();
// The first executable file of that name on PATH; empty if there is none. A name with '/' is checked as it is.
fs::path find_program(std::string_view name);
// Every one of that name on PATH, in order, without repeats.
std::vector<fs::path> find_programs(std::string_view name);

// Lexical only: removes ".", "//" and "x/..", keeps a leading "/". "" for an empty result. Never goes above the root:
// a relative path may keep leading ".." parts.
std::string clean_path(std::string_view path);

// A fresh folder, mode 0700, removed with all it holds when the object goes; folders without permission
// bits inside it are made removable first.
class TempDir {
 public:
  // "PREFIX" names the folder: "$TMPDIR/whittle-PREFIX-XXXXXX".
  static Result<TempDir> make(std::string_view prefix);
  TempDir(TempDir&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
  TempDir& operator=(TempDir&& other) noexcept;
  ~TempDir();
  const fs::path& path() const { return path_; }

 private:
  explicit TempDir(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

}  // namespace whittle
