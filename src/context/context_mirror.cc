// A private copy of a context to build from, made of hard links where possible. Nothing of the
// original is opened for writing, no link in it is followed, and nothing is made outside of the
// target folder.
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <string_view>

#include "base/stats.h"
#include "base/strings.h"
#include "context/context.h"
#include "context/files.h"

namespace whittle {

namespace {

constexpr int kFolderFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
constexpr mode_t kNewFolderMode = 0755;
constexpr mode_t kNewFileMode = 0644;

std::string_view last_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

Error failed(std::string_view what, std::string_view path) {
  return errno_error("cannot " + std::string(what) + " " + printable(path), errno);
}

// Content from one descriptor to another: shared blocks, else in the kernel, else through a buffer.
Status copy_content(int from, int to, std::string_view path, const CancelToken& cancel) {
  if (::ioctl(to, FICLONE, from) == 0) return {};
  constexpr size_t kChunk = 8UL << 20;
  bool in_kernel = true;
  std::string buffer;
  while (true) {
    TRY(cancel.check());
    ssize_t n = -1;
    if (in_kernel) n = ::copy_file_range(from, nullptr, to, nullptr, kChunk, 0);
    if (n < 0 && in_kernel && errno != EINTR && errno != ENOSPC && errno != EIO) in_kernel = false;
    if (!in_kernel) {
      buffer.resize(256 * 1024);
      n = ::read(from, buffer.data(), buffer.size());
      if (n > 0) TRY(write_all(to, std::string_view(buffer).substr(0, static_cast<size_t>(n))));
    }
    if (n == 0) return {};
    if (n < 0 && errno != EINTR) return failed("copy", path);
  }
}

class Mirror {
 public:
  Mirror(const BuildContext& context,
         const std::vector<std::pair<std::string, std::string>>& replace,
         const CancelToken& cancel)
      : context_(context), cancel_(cancel) {
    for (const auto& [path, bytes] : replace) replaced_.emplace(path, bytes);
  }

  Status run(const fs::path& target) {
    UniqueFd from(::open(context_.root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!from.is_open()) return failed("open", context_.root.string());
    UniqueFd to(::open(target.c_str(), kFolderFlags));
    if (!to.is_open()) return failed("open", target.string());
    for (const auto& [path, bytes] : replaced_) TRY(write_replacement(to.get(), path, bytes));
    levels_.push_back({"", std::move(from), std::move(to), {}});
    for (size_t i : tree_order(context_.files)) {
      TRY(cancel_.check());
      TRY(add(context_.files[i]));
    }
    while (levels_.size() > 1) TRY(leave());
    return {};
  }

 private:
  struct Level {
    std::string path;
    UniqueFd from;
    UniqueFd to;
    struct stat info;
  };

  // Writes a new file, and the folders above it.
  Status write_replacement(int target, const std::string& path, std::string_view bytes) {
    if (!is_clean_relative(path))
      return Error(ErrorKind::Usage, printable(path) + " is not a path inside the context");
    UniqueFd dir(::fcntl(target, F_DUPFD_CLOEXEC, 0));
    std::string_view rest = path;
    for (size_t slash = rest.find('/'); slash != std::string_view::npos; slash = rest.find('/')) {
      std::string name(rest.substr(0, slash));
      if (::mkdirat(dir.get(), name.c_str(), kNewFolderMode) != 0 && errno != EEXIST)
        return failed("make", path);
      dir.reset(::openat(dir.get(), name.c_str(), kFolderFlags));
      if (!dir.is_open()) return failed("make", path);
      rest.remove_prefix(slash + 1);
    }
    UniqueFd file(::openat(dir.get(),
                           std::string(rest).c_str(),
                           O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                           kNewFileMode));
    if (!file.is_open()) return failed("make", path);
    Status written = write_all(file.get(), bytes);
    if (!written) return std::move(written).error().with(printable(path));
    return {};
  }

  Status add(const ContextFile& file) {
    while (levels_.size() > 1 && !is_below(file.path, levels_.back().path)) TRY(leave());
    if (file.type == ContextFileType::Directory) {
      pending_.erase(pending_.begin() + static_cast<ptrdiff_t>(pending_of(file.path)),
                     pending_.end());
      pending_.push_back(file.path);
      return file.is_ignored ? Status() : enter_pending();
    }
    if (file.type == ContextFileType::Other) return {};
    bool is_replaced = replaced_.contains(file.path);
    if (file.is_ignored && !is_replaced) return {};
    pending_.erase(pending_.begin() + static_cast<ptrdiff_t>(pending_of(file.path)),
                   pending_.end());
    TRY(enter_pending());
    if (is_replaced) return keep_mode(file);
    return file.type == ContextFileType::Symlink ? add_link(file) : add_file(file);
  }

  // How many of the folders that were not entered yet are above this path.
  size_t pending_of(std::string_view path) const {
    size_t count = 0;
    while (count < pending_.size() && is_below(path, pending_[count])) ++count;
    return count;
  }

  // Makes the folders that are left out themselves but hold something that is not.
  Status enter_pending() {
    for (const std::string& path : pending_) TRY(enter(path));
    pending_.clear();
    return {};
  }

  Status enter(const std::string& path) {
    std::string name(last_name(path));
    Level level{path, {}, {}, {}};
    level.from.reset(::openat(levels_.back().from.get(), name.c_str(), kFolderFlags));
    if (!level.from.is_open() || ::fstat(level.from.get(), &level.info) != 0)
      return failed("read", path);
    if (::mkdirat(levels_.back().to.get(), name.c_str(), 0700) != 0 && errno != EEXIST)
      return failed("make", path);
    level.to.reset(::openat(levels_.back().to.get(), name.c_str(), kFolderFlags));
    if (!level.to.is_open()) return failed("make", path);
    levels_.push_back(std::move(level));
    return {};
  }

  // The folder is complete: mode and time.
  Status leave() {
    Level level = std::move(levels_.back());
    levels_.pop_back();
    timespec times[2] = {level.info.st_atim, level.info.st_mtim};
    if (::fchmod(level.to.get(), level.info.st_mode & 07777) != 0 ||
        ::futimens(level.to.get(), times) != 0) {
      return failed("set the mode and time of", level.path);
    }
    return {};
  }

  Status add_file(const ContextFile& file) {
    std::string name(last_name(file.path));
    const Level& level = levels_.back();
    if (can_link_) {
      if (::linkat(level.from.get(), name.c_str(), level.to.get(), name.c_str(), 0) == 0) return {};
      if (errno == EXDEV) can_link_ = false;
      bool may_copy = errno == EXDEV || errno == EPERM || errno == EMLINK || errno == EOPNOTSUPP ||
                      errno == EACCES;
      if (!may_copy) return failed("link", file.path);
    }
    UniqueFd from(
        ::openat(level.from.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));

    struct stat info {};

    if (!from.is_open() || ::fstat(from.get(), &info) != 0) return failed("read", file.path);
    if (!S_ISREG(info.st_mode))
      return Error(printable(file.path) + " changed while the build context was copied");
    UniqueFd to(
        ::openat(level.to.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!to.is_open()) return failed("make", file.path);
    TRY(copy_content(from.get(), to.get(), file.path, cancel_));
    timespec times[2] = {info.st_atim, info.st_mtim};
    if (::fchmod(to.get(), info.st_mode & 07777) != 0 || ::futimens(to.get(), times) != 0) {
      return failed("set the mode and time of", file.path);
    }
    return {};
  }

  Status add_link(const ContextFile& file) {
    std::string name(last_name(file.path));
    const Level& level = levels_.back();
    if (::symlinkat(file.link_target.c_str(), level.to.get(), name.c_str()) != 0)
      return failed("make", file.path);
    return keep_times(file, name);
  }

  // A replaced file keeps the mode of the one it stands for, but not its time: a builder that compares size and time
  // with an earlier copy would take it for unchanged.
  Status keep_mode(const ContextFile& file) {
    std::string name(last_name(file.path));
    if (file.type != ContextFileType::File) return {};
    if (::fchmodat(levels_.back().to.get(), name.c_str(), file.mode, 0) != 0)
      return failed("set the mode of", file.path);
    return {};
  }

  Status keep_times(const ContextFile& file, const std::string& name) {
    struct stat info {};

    if (::fstatat(levels_.back().from.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
      return failed("read", file.path);
    }
    timespec times[2] = {info.st_atim, info.st_mtim};
    if (::utimensat(levels_.back().to.get(), name.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0) {
      return failed("set the time of", file.path);
    }
    return {};
  }

  const BuildContext& context_;
  const CancelToken& cancel_;
  std::map<std::string, std::string_view> replaced_;
  std::vector<Level> levels_;  // the folders that are open, from the top
  std::vector<std::string>
      pending_;  // folders below them that are left out unless something in them is not
  bool can_link_ = true;
};

}  // namespace

Status mirror_context(const BuildContext& context,
                      const fs::path& target,
                      const std::vector<std::pair<std::string, std::string>>& replace,
                      const CancelToken& cancel) {
  static Stat stat("mirror context", true);
  ScopedTimer timer(stat);
  return Mirror(context, replace, cancel).run(target);
}

}  // namespace whittle
