// Words of a command line to the Dockerfiles they mean: files, folders, patterns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/fs.h"
#include "base/limits.h"
#include "base/result.h"

namespace whittle {

struct FoundFile {
  fs::path path;      // to open, relative where the word was
  std::string shown;  // the same for people: clean, '/'-separated
};

struct DiscoverOptions {
  bool uses_gitignore = true;
  std::vector<std::string> exclude;  // as lines of a .gitignore in the current folder
  Limits limits;                     // max_context_files bounds a walk
};

// By its name: Dockerfile, Dockerfile.dev, api.Dockerfile, Containerfile and the like; not their
// ignore files, backups and documents.
bool is_dockerfile_name(std::string_view name);

// The files, sorted by path, each once. A file that is named is taken whatever it is called and
// wherever it is; a folder is searched for names as above, links to folders not followed; a word
// with `*`, `?` or `[` that is no file is a pattern (`**` for any folders) for all files below the
// part before the first of them. Errors: NotFound when a word means nothing, Limit, Cancelled.
Result<std::vector<FoundFile>> find_dockerfiles(const std::vector<std::string>& words,
                                                const DiscoverOptions& options,
                                                const CancelToken& cancel);

// The folder at or above `folder` that holds `.git`; empty if none does.
fs::path repository_root(const fs::path& folder);

}  // namespace whittle
