// The build context: which files a build would send, and how many bytes; and a private copy to build from.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/fs.h"
#include "base/limits.h"
#include "dockerfile/ignore.h"
#include "model/dockerfile.h"

namespace whittle {

enum class ContextFileType : uint8_t { File, Directory, Symlink, Other };

struct ContextFile {
  std::string path;        // relative, '/'-separated, clean
  ContextFileType type = ContextFileType::File;
  uint64_t size_bytes = 0; // of a regular file
  uint32_t mode = 0;
  std::string link_target; // of a symlink
  bool is_ignored = false; // by the ignore file it was walked with
};

// A walked context. Plain value, sorted by path (bytes).
struct BuildContext {
  fs::path root;
  std::vector<ContextFile> files;       // everything below root, ignored ones too
  std::string ignore_file;              // name of the ignore file in use, relative to root; "" if none
  std::string ignore_text;              // its bytes
  std::vector<IgnorePattern> patterns;

  uint64_t sent_files() const;          // regular files that are not ignored
  uint64_t sent_bytes() const;          // their content
  const ContextFile* find(std::string_view path) const;
};

struct ContextOptions {
  std::string dockerfile = "Dockerfile";  // relative to root: its own "<name>.dockerignore" wins over .dockerignore
  std::vector<std::string> exclude;       // paths that are treated as not there (whittle's own output folder)
};

// Walks `root` without following links. Errors: Limit, NotFound, Invalid for a bad ignore pattern; a folder that cannot
// be read is an error naming it.
Result<BuildContext> read_context(const fs::path& root,
                                  const ContextOptions& options,
                                  const Limits& limits,
                                  const CancelToken& cancel);

// The same files judged by another ignore text, and the ignore file among them, which is new where there was none.
Result<BuildContext> with_ignore(const BuildContext& context, std::string_view ignore_text, const Limits& limits);

// The files of the context that a COPY or ADD source (after expansion; no URL, no --from) takes: for a directory all
// that is below it. Wildcards as Go's filepath.Match. Ignored files are left out. Indices into files.
std::vector<size_t> files_of_source(const BuildContext& context, std::string_view source);

// Content of a context file, at most max_bytes. Never leaves root: a symlink is not followed.
Result<std::string> read_context_file(const BuildContext& context, std::string_view path, uint64_t max_bytes);

// Makes `target` (an existing empty folder) hold the same files: hard links where the file system allows, else copies;
// modes, times, symlinks kept. Ignored files are left out unless the folder walk needs them; sockets and devices are
// left out. Files named in `replace` get the given bytes instead (also new files), as private copies with the mode of the
// file they stand for and the time of now.
Status mirror_context(const BuildContext& context,
                      const fs::path& target,
                      const std::vector<std::pair<std::string, std::string>>& replace,
                      const CancelToken& cancel);

}  // namespace whittle
