// .gitignore files: which paths of a tree git would leave out.
// Source: git's documentation, gitignore(5).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/fs.h"

namespace whittle {

// The patterns of one file, for paths relative to its folder. Immutable; thread-safe.
class GitIgnore {
 public:
  // Lines that are no pattern are left out, as git does.
  explicit GitIgnore(std::string_view text);
  GitIgnore(GitIgnore&&) noexcept;
  GitIgnore& operator=(GitIgnore&&) noexcept;
  ~GitIgnore();

  enum class Verdict { Silent, Ignored, Kept };
  // What the last pattern says that matches the path itself ('/'-separated, relative, clean).
  // Folders above it are the caller's: below an ignored one nothing is asked.
  Verdict decide(std::string_view path, bool is_folder) const;

 private:
  struct Row;
  std::vector<Row> rows_;
};

// The ignore files from a tree's top down to one of its folders.
class GitIgnoreStack {
 public:
  // `top` is the folder that paths are relative to.
  void push(std::string folder, std::string_view text);
  // Drops those that are not for `folder` or a folder above it.
  void enter(std::string_view folder);
  bool is_ignored(std::string_view path, bool is_folder) const;

 private:
  struct Level {
    std::string folder;  // "" for the top
    GitIgnore patterns;
  };

  std::vector<Level> levels_;
};

}  // namespace whittle
