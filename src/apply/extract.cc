#include "apply/extract.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr size_t kMaxDepth = 4096;

// The components, or nothing when the path is not plain.
std::vector<std::string> components_of(std::string_view path) {
  std::vector<std::string> parts;
  for (std::string_view part : split(path, '/')) {
    bool is_plain =
        !part.empty() && part != "." && part != ".." && part.find('\0') == std::string_view::npos;
    if (!is_plain || parts.size() == kMaxDepth) return {};
    parts.emplace_back(part);
  }
  return parts;
}

// True if a link at `path` leads to something below the target folder, as its text says.
bool stays_within(std::string_view path, std::string_view target) {
  if (target.empty() || target.front() == '/' || target.find('\0') != std::string_view::npos)
    return false;
  auto depth = static_cast<int64_t>(std::count(path.begin(), path.end(), '/'));
  for (std::string_view part : split(target, '/')) {
    if (part.empty() || part == ".") continue;
    depth += part == ".." ? -1 : 1;
    if (depth < 0) return false;
  }
  return true;
}

// "a/b/../c" leads elsewhere when b is a link: only ".." at the beginning is sure to be what it
// says.
bool is_sure(std::string_view target) {
  bool has_name = false;
  for (std::string_view part : split(target, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == ".." && has_name) return false;
    has_name = has_name || part != "..";
  }
  return true;
}

class Extractor {
 public:
  Extractor(UniqueFd root, bool overwrite, const CancelToken& cancel)
      : root_(std::move(root)), overwrite_(overwrite), cancel_(cancel) {}

  Result<Extracted> run(const std::vector<ExtractItem>& items) {
    if (!overwrite_) TRY(find_existing(items));
    if (!result_.existing.empty()) return std::move(result_);
    for (const ExtractItem& item : items) {
      TRY(cancel_.check());
      Status status = write(item);
      if (!status.ok()) return std::move(status).error().with(printable(item.path));
    }
    return std::move(result_);
  }

 private:
  // The folder of the last component, opened step by step. With `make`, what is missing is made;
  // else nullopt-like: a closed descriptor.
  Result<UniqueFd> open_parent(const std::vector<std::string>& parts, bool make) {
    UniqueFd here(::fcntl(root_.get(), F_DUPFD_CLOEXEC, 0));
    if (!here.is_open()) return errno_error("cannot open the folder", errno);
    for (size_t i = 0; i + 1 < parts.size(); ++i) {
      if (make && ::mkdirat(here.get(), parts[i].c_str(), 0755) != 0 && errno != EEXIST) {
        return errno_error("cannot make a folder", errno);
      }
      UniqueFd next(
          ::openat(here.get(), parts[i].c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
      if (!next.is_open() && !make && errno == ENOENT) return UniqueFd();
      if (!next.is_open()) return errno_error("cannot enter a folder above it", errno);
      here = std::move(next);
    }
    return here;
  }

  Status find_existing(const std::vector<ExtractItem>& items) {
    for (const ExtractItem& item : items) {
      if (item.type == ExtractItem::Type::Folder || item.type == ExtractItem::Type::Other) continue;
      std::vector<std::string> parts = components_of(item.path);
      if (parts.empty()) continue;
      Result<UniqueFd> parent = open_parent(parts, false);
      // What is in the way higher up shows when it is written.
      if (!parent.ok() || !parent->is_open()) continue;

      struct stat info {};

      if (::fstatat(parent->get(), parts.back().c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0) {
        result_.existing.push_back(item.path);
      }
    }
    return {};
  }

  Status write(const ExtractItem& item) {
    std::vector<std::string> parts = components_of(item.path);
    if (parts.empty())
      return Error(ErrorKind::Invalid, "this is no name that is written to a disk");
    switch (item.type) {
      case ExtractItem::Type::Other:
        result_.skipped.push_back(item.path + ": a device or the like");
        return {};
      case ExtractItem::Type::Symlink:
        return write_link(item, parts);
      case ExtractItem::Type::Folder:
        return write_folder(item, parts);
      case ExtractItem::Type::File:
        return write_content(item, parts);
    }
    return {};
  }

  Status write_folder(const ExtractItem& item, const std::vector<std::string>& parts) {
    TRY_ASSIGN(UniqueFd parent, open_parent(parts, true));
    // Ours to write into, whatever the image says.
    mode_t mode = (item.mode & 0777) | 0700;
    if (::mkdirat(parent.get(), parts.back().c_str(), mode) == 0) {
      ++result_.folders;
      return {};
    }
    if (errno != EEXIST) return errno_error("cannot make the folder", errno);
    UniqueFd there(::openat(
        parent.get(), parts.back().c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!there.is_open()) return errno_error("something else is in the folder's place", errno);
    return {};
  }

  Status make_room(int parent, const std::string& name) {
    if (!overwrite_ || ::unlinkat(parent, name.c_str(), 0) == 0 || errno == ENOENT) return {};
    return errno_error("cannot replace what is there", errno);
  }

  Status write_link(const ExtractItem& item, const std::vector<std::string>& parts) {
    if (!stays_within(item.path, item.link_target) || !is_sure(item.link_target)) {
      result_.skipped.push_back(item.path + ": a link that leads out of the target, to " +
                                item.link_target);
      return {};
    }
    TRY_ASSIGN(UniqueFd parent, open_parent(parts, true));
    TRY(make_room(parent.get(), parts.back()));
    if (::symlinkat(item.link_target.c_str(), parent.get(), parts.back().c_str()) != 0) {
      return errno_error("cannot make the link", errno);
    }
    ++result_.files;
    return {};
  }

  Status write_content(const ExtractItem& item, const std::vector<std::string>& parts) {
    TRY_ASSIGN(std::string content, item.content());
    TRY_ASSIGN(UniqueFd parent, open_parent(parts, true));
    TRY(make_room(parent.get(), parts.back()));
    mode_t mode = (item.mode & 0777) | 0600;
    int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    UniqueFd file(::openat(parent.get(), parts.back().c_str(), flags, mode));
    if (!file.is_open()) return errno_error("cannot make the file", errno);
    TRY(write_all(file.get(), content));
    ++result_.files;
    result_.bytes += content.size();
    return {};
  }

  UniqueFd root_;
  bool overwrite_;
  const CancelToken& cancel_;
  Extracted result_;
};

}  // namespace

Result<Extracted> extract_items(const fs::path& folder,
                                const std::vector<ExtractItem>& items,
                                bool overwrite,
                                const CancelToken& cancel) {
  TRY(make_dirs(folder));
  UniqueFd root(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root.is_open()) return errno_error(fmt::format("cannot open {}", folder.string()), errno);
  return Extractor(std::move(root), overwrite, cancel).run(items);
}

}  // namespace whittle
