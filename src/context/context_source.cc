// What of the context a COPY or ADD takes, and reading a file of it.
// Source: BuildKit's copy of local files (behaviour): only the part of a source from its first
// wildcard on is matched, by Go's filepath.Match; links that lead to a source are followed inside
// of the context.
#include <fcntl.h>

#include <algorithm>
#include <optional>

#include "base/strings.h"
#include "context/context.h"
#include "context/context_reader.h"
#include "context/files.h"
#include "dockerfile/ignore_pattern.h"

namespace whittle {

namespace {

constexpr int kMaxLinks = 40;  // as the kernel

bool has_wildcard(std::string_view name) {
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '\\') {
      ++i;
    } else if (name[i] == '*' || name[i] == '?' || name[i] == '[') {
      return true;
    }
  }
  return false;
}

// A clean path inside of the context, "" for its top: what would lead above the top stays there.
std::string inside(std::string_view path) {
  return clean_path("/" + std::string(path)).substr(1);
}

std::string child_of(std::string_view folder, std::string_view name) {
  return folder.empty() ? std::string(name) : std::string(folder) + "/" + std::string(name);
}

// Follows the links on the way to a path, and at its end. nullopt if they go around in circles.
std::optional<std::string> resolve(const BuildContext& context, std::string path) {
  int links = 0;
  for (size_t end = 0; end < path.size();) {
    end = std::min(path.find('/', end + (end > 0 ? 1 : 0)), path.size());
    const ContextFile* file = context.find(std::string_view(path).substr(0, end));
    if (file == nullptr || file->type != ContextFileType::Symlink) continue;
    if (++links > kMaxLinks) return std::nullopt;
    size_t slash = path.rfind('/', end - 1);
    std::string folder =
        end > 0 && slash != std::string::npos && slash < end ? path.substr(0, slash) : "";
    bool is_absolute = file->link_target.starts_with('/');
    std::string target = is_absolute ? file->link_target : child_of(folder, file->link_target);
    path = inside(target + path.substr(end));
    end = 0;
  }
  return path;
}

class Selection {
 public:
  explicit Selection(const BuildContext& context)
      : context_(context), is_taken_(context.files.size()) {}

  // The file, or the folder and all that is below it; through links.
  void take(const std::string& path) {
    if (path.empty()) {
      is_taken_.assign(is_taken_.size(), true);
      return;
    }
    take_tree(path);
    std::optional<std::string> real = resolve(context_, path);
    if (!real || *real == path) return;
    if (real->empty()) return take(*real);
    take_tree(*real);
  }

  // Everything below `folder` that matches from there on.
  void take_matching(const std::string& folder, const std::string& pattern) {
    size_t skipped = folder.empty() ? 0 : folder.size() + 1;
    for (const ContextFile& file : context_.files) {
      if (!folder.empty() && !is_below(file.path, folder)) continue;
      if (glob_matches(pattern, std::string_view(file.path).substr(skipped))) take(file.path);
    }
  }

  std::vector<size_t> sent() const {
    std::vector<size_t> indices;
    for (size_t i = 0; i < is_taken_.size(); ++i) {
      if (is_taken_[i] && !context_.files[i].is_ignored) indices.push_back(i);
    }
    return indices;
  }

 private:
  void take_tree(const std::string& path) {
    if (const ContextFile* file = context_.find(path))
      is_taken_[static_cast<size_t>(file - context_.files.data())] = true;
    std::string prefix = path + "/";
    auto file = std::lower_bound(
        context_.files.begin(),
        context_.files.end(),
        prefix,
        [](const ContextFile& one, const std::string& wanted) { return one.path < wanted; });
    for (; file != context_.files.end() && file->path.starts_with(prefix); ++file) {
      is_taken_[static_cast<size_t>(file - context_.files.begin())] = true;
    }
  }

  const BuildContext& context_;
  std::vector<bool> is_taken_;
};

Result<UniqueFd> open_root(const BuildContext& context) {
  UniqueFd root(::open(context.root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root.is_open()) return errno_error("cannot open " + printable(context.root.string()), errno);
  return root;
}

}  // namespace

std::vector<size_t> files_of_source(const BuildContext& context, std::string_view source) {
  std::string clean = inside(source);
  std::string folder;
  std::string pattern;
  for (std::string_view name : split(clean, '/')) {
    std::string& part = pattern.empty() && !has_wildcard(name) ? folder : pattern;
    part = child_of(part, name);
  }
  Selection selection(context);
  if (pattern.empty()) {
    selection.take(folder);
  } else if (std::optional<std::string> real = resolve(context, folder)) {
    selection.take_matching(*real, pattern);
  }
  return selection.sent();
}

Result<std::string> read_context_file(const BuildContext& context,
                                      std::string_view path,
                                      uint64_t max_bytes) {
  TRY_ASSIGN(UniqueFd root, open_root(context));
  return read_beneath(root.get(), path, max_bytes);
}

Result<ContextReader> ContextReader::open(const BuildContext& context) {
  TRY_ASSIGN(UniqueFd root, open_root(context));
  return ContextReader(std::move(root));
}

Result<std::string_view> ContextReader::read(std::string_view path, uint64_t max_bytes) {
  return read_beneath(root_.get(), path, max_bytes, buffer_);
}

}  // namespace whittle
