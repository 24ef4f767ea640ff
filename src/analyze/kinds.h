// Inside of analyze: which row of file_kinds() takes a file.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/name_hash.h"
#include "model/analysis.h"

namespace whittle {

// The table's patterns, made ready to look up. Immutable; thread-safe.
class KindMatcher {
 public:
  // Of file_kinds().
  static const KindMatcher& standard();
  explicit KindMatcher(const std::vector<FileKindInfo>& table);

  // What the folder alone says; the same for all files in it.
  struct Folder {
    FileKind kind = kNoKind;                     // the first row that takes all below it
    const std::vector<size_t>* files = nullptr;  // patterns of files in it, into files_
  };

  Folder folder(std::string_view path) const;  // "" is the root
  FileKind kind(const Folder& folder, std::string_view name) const;
  FileKind kind(std::string_view path) const;

 private:
  static constexpr FileKind kNoKind = 0xff;

  // "var/lib/apt/lists", or the end of a folder's path.
  struct FolderPattern {
    std::string path;
    bool is_anchored;
    FileKind kind;
  };

  struct FilePattern {
    std::string name;
    bool is_prefix;
    FileKind kind;
  };

  struct EndPattern {
    std::string end;  // ".js.map"
    FileKind kind;
  };

  // Looks up views as they are.
  struct NameHash {
    using is_transparent = void;

    size_t operator()(std::string_view name) const {
      return static_cast<size_t>(hash_name(name, 0));
    }
  };

  template <typename Value>
  using ByName = std::unordered_map<std::string, Value, NameHash, std::equal_to<>>;

  void add(std::string_view pattern, FileKind kind);

  ByName<std::vector<FolderPattern>> folders_;  // by the last name
  ByName<std::vector<size_t>> files_in_;        // by folder
  std::vector<FilePattern> files_;
  ByName<std::vector<EndPattern>> ends_;  // by the last ".x"
  std::vector<FilePattern> names_;
  // Letters that a name in names_ begins with, or an end in ends_ has last: most files have
  // neither.
  std::array<bool, 256> is_first_{};
  std::array<bool, 256> is_last_{};
  FileKind count_ = 0;
};

}  // namespace whittle
