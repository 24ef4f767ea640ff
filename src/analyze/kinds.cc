#include "analyze/kinds.h"

#include <algorithm>

#include "base/result.h"
#include "base/strings.h"

namespace whittle {

const KindMatcher& KindMatcher::standard() {
  static const KindMatcher matcher(file_kinds());
  return matcher;
}

KindMatcher::KindMatcher(const std::vector<FileKindInfo>& table) {
  CHECK(table.size() < kNoKind);
  for (const FileKindInfo& row : table) {
    for (std::string_view pattern : split_blanks(row.paths)) add(pattern, count_);
    ++count_;
  }
}

void KindMatcher::add(std::string_view pattern, FileKind kind) {
  bool is_anchored = pattern.starts_with('/');
  if (is_anchored) pattern.remove_prefix(1);
  if (pattern.ends_with('/')) {
    pattern.remove_suffix(1);
    std::string last(pattern.substr(pattern.rfind('/') + 1));
    folders_[last].push_back({std::string(pattern), is_anchored, kind});
  } else if (is_anchored) {
    size_t slash = pattern.rfind('/');
    std::string folder(slash == std::string_view::npos ? "" : pattern.substr(0, slash));
    std::string_view name = pattern.substr(slash == std::string_view::npos ? 0 : slash + 1);
    bool is_prefix = name.ends_with('*');
    if (is_prefix) name.remove_suffix(1);
    files_in_[folder].push_back(files_.size());
    files_.push_back({std::string(name), is_prefix, kind});
  } else if (pattern.starts_with("*.")) {
    pattern.remove_prefix(1);
    ends_[std::string(pattern.substr(pattern.rfind('.')))].push_back({std::string(pattern), kind});
    is_last_[static_cast<unsigned char>(pattern.back())] = true;
  } else {
    names_.push_back({std::string(pattern), false, kind});
    is_first_[static_cast<unsigned char>(pattern.front())] = true;
  }
}

KindMatcher::Folder KindMatcher::folder(std::string_view path) const {
  Folder result;
  for (size_t begin = 0; begin < path.size();) {
    size_t end = std::min(path.find('/', begin), path.size());
    auto found = folders_.find(path.substr(begin, end - begin));
    std::string_view here = path.substr(0, end);
    begin = end + 1;
    if (found == folders_.end()) continue;
    for (const FolderPattern& pattern : found->second) {
      bool ends_so =
          here == pattern.path ||
          (!pattern.is_anchored && here.size() > pattern.path.size() &&
           here.ends_with(pattern.path) && here[here.size() - pattern.path.size() - 1] == '/');
      if (ends_so) result.kind = std::min(result.kind, pattern.kind);
    }
  }
  auto files = files_in_.find(path);
  if (files != files_in_.end()) result.files = &files->second;
  return result;
}

FileKind KindMatcher::kind(const Folder& folder, std::string_view name) const {
  FileKind kind = folder.kind;
  if (folder.files != nullptr) {
    for (size_t i : *folder.files) {
      const FilePattern& file = files_[i];
      bool takes = file.is_prefix ? name.starts_with(file.name) : name == file.name;
      if (takes) kind = std::min(kind, file.kind);
    }
  }
  bool may_end_so = !name.empty() && is_last_[static_cast<unsigned char>(name.back())];
  size_t dot = may_end_so ? name.rfind('.') : std::string_view::npos;
  if (dot != std::string_view::npos) {
    auto ends = ends_.find(name.substr(dot));
    if (ends != ends_.end()) {
      for (const EndPattern& end : ends->second) {
        if (name.size() > end.end.size() && name.ends_with(end.end))
          kind = std::min(kind, end.kind);
      }
    }
  }
  bool may_be_named_so = !name.empty() && is_first_[static_cast<unsigned char>(name.front())];
  for (size_t i = 0; may_be_named_so && i < names_.size(); ++i) {
    const FilePattern& file = names_[i];
    if (name == file.name) kind = std::min(kind, file.kind);
  }
  return kind == kNoKind ? FileKind{0} : kind;
}

FileKind KindMatcher::kind(std::string_view path) const {
  size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return kind(folder(""), path);
  return kind(folder(path.substr(0, slash)), path.substr(slash + 1));
}

}  // namespace whittle
