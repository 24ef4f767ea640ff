// Reading a context: the walk, the ignore file in force, and what it leaves out.
#include "context/context.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <numeric>
#include <unordered_set>

#include "base/fd.h"
#include "base/stats.h"
#include "base/strings.h"
#include "context/files.h"

namespace whittle {

namespace {

struct CloseDir {
  void operator()(DIR* dir) const { ::closedir(dir); }
};

class Walk {
 public:
  Walk(BuildContext& context,
       const ContextOptions& options,
       const Limits& limits,
       const CancelToken& cancel)
      : context_(context), limits_(limits), cancel_(cancel) {
    for (const std::string& path : options.exclude) excluded_.insert(clean_path(path));
  }

  // `matcher` tells which folders need not be readable.
  Status run(int root, const IgnoreMatcher& matcher) {
    folders_.emplace_back();
    while (!folders_.empty()) {
      TRY(cancel_.check());
      std::string folder = std::move(folders_.back());
      folders_.pop_back();
      TRY(read_folder(root, folder, matcher));
    }
    return {};
  }

 private:
  Status read_folder(int root, const std::string& folder, const IgnoreMatcher& matcher) {
    const char* path = folder.empty() ? "." : folder.c_str();
    UniqueFd fd(::openat(root, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd.is_open()) {
      bool is_needed = !matcher.is_ignored(folder) || matcher.may_hold_kept(folder);
      if (errno == EACCES && !is_needed) return {};
      return errno_error(
          "cannot read the folder " + printable(folder.empty() ? context_.root.string() : folder),
          errno);
    }
    int dir_fd = fd.get();
    std::unique_ptr<DIR, CloseDir> dir(::fdopendir(dir_fd));
    if (!dir) return errno_error("cannot read the folder " + printable(folder), errno);
    fd.release();
    while (true) {
      errno = 0;
      const dirent* entry = ::readdir(dir.get());
      if (entry == nullptr) break;
      std::string_view name = entry->d_name;
      if (name != "." && name != "..") TRY(read_entry(dir_fd, folder, entry->d_name));
    }
    if (errno != 0) return errno_error("cannot read the folder " + printable(folder), errno);
    return {};
  }

  Status read_entry(int dir, const std::string& folder, const char* name) {
    ContextFile file;
    file.path = folder.empty() ? name : folder + "/" + name;
    if (excluded_.contains(file.path)) return {};
    if (context_.files.size() >= limits_.max_context_files) {
      return limit_error("build context", &Limits::max_context_files, limits_);
    }
    if (file.path.size() > limits_.max_name_bytes)
      return limit_error("build context", &Limits::max_name_bytes, limits_);

    struct stat info {};

    if (::fstatat(dir, name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT) return {};  // gone since the folder was read
      return errno_error("cannot read " + printable(file.path), errno);
    }
    file.mode = info.st_mode & 07777;
    if (S_ISREG(info.st_mode)) {
      file.size_bytes = static_cast<uint64_t>(info.st_size);
    } else if (S_ISDIR(info.st_mode)) {
      file.type = ContextFileType::Directory;
      folders_.push_back(file.path);
    } else if (S_ISLNK(info.st_mode)) {
      file.type = ContextFileType::Symlink;
      TRY_ASSIGN(file.link_target, read_link_at(dir, name));
    } else {
      file.type = ContextFileType::Other;
    }
    context_.files.push_back(std::move(file));
    return {};
  }

  BuildContext& context_;
  const Limits& limits_;
  const CancelToken& cancel_;
  std::unordered_set<std::string> excluded_;
  std::vector<std::string> folders_;  // still to be read
};

// Whether the patterns leave each file out. Folders come before what is in them.
void judge(std::vector<ContextFile>& files, const IgnoreMatcher& matcher) {
  struct Level {
    std::string_view folder;
    IgnoreDecision decision;
  };

  std::vector<Level> levels;
  const IgnoreDecision none;
  for (size_t i : tree_order(files)) {
    ContextFile& file = files[i];
    while (!levels.empty() && !is_below(file.path, levels.back().folder)) levels.pop_back();
    IgnoreDecision decision =
        matcher.decide(file.path, levels.empty() ? none : levels.back().decision);
    file.is_ignored = decision.is_ignored;
    if (file.type == ContextFileType::Directory) levels.push_back({file.path, std::move(decision)});
  }
}

// The ignore file in force: beside the Dockerfile under its name, else the one of the context.
Status read_ignore_file(BuildContext& context,
                        int root,
                        const ContextOptions& options,
                        const Limits& limits) {
  for (const std::string& name :
       {options.dockerfile + ".dockerignore", std::string(".dockerignore")}) {
    Result<std::string> text = read_following(root, name, limits.max_ignore_bytes);
    if (!text && text.error().kind() == ErrorKind::NotFound) continue;
    if (!text) return std::move(text).error().with("ignore file");
    context.ignore_file = name;
    context.ignore_text = std::move(text).value();
    break;
  }
  return {};
}

Result<IgnoreMatcher> make_matcher(BuildContext& context, const Limits& limits) {
  TRY_ASSIGN(context.patterns, parse_ignore_file(context.ignore_text, limits));
  Result<IgnoreMatcher> matcher = IgnoreMatcher::make(context.patterns);
  if (matcher) return matcher;
  return std::move(matcher).error().with(printable(context.ignore_file));
}

constexpr uint32_t kNewFileMode = 0644;

// The ignore file as one of the context's files, also where there was none.
void set_ignore_file(BuildContext& context) {
  ContextFile added;
  added.path = ".dockerignore";
  added.mode = kNewFileMode;
  const std::string& name = context.ignore_file.empty() ? added.path : context.ignore_file;
  auto at = std::lower_bound(
      context.files.begin(), context.files.end(), name, [](const auto& file, const auto& wanted) {
        return file.path < wanted;
      });
  if (context.ignore_file.empty()) {
    context.ignore_file = added.path;
    if (at == context.files.end() || at->path != added.path) at = context.files.insert(at, added);
  }
  bool is_there = at != context.files.end() && at->path == context.ignore_file;
  if (is_there && at->type == ContextFileType::File) at->size_bytes = context.ignore_text.size();
}

}  // namespace

Result<BuildContext> read_context(const fs::path& root,
                                  const ContextOptions& options,
                                  const Limits& limits,
                                  const CancelToken& cancel) {
  static Stat stat("read context", true);
  ScopedTimer timer(stat);
  BuildContext context;
  context.root = root;
  UniqueFd fd(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.is_open())
    return errno_error("cannot read the folder " + printable(root.string()), errno);
  TRY(read_ignore_file(context, fd.get(), options, limits));
  TRY_ASSIGN(IgnoreMatcher matcher, make_matcher(context, limits));
  TRY(Walk(context, options, limits, cancel).run(fd.get(), matcher));
  std::sort(context.files.begin(),
            context.files.end(),
            [](const ContextFile& a, const ContextFile& b) { return a.path < b.path; });
  judge(context.files, matcher);
  return context;
}

Result<BuildContext> with_ignore(const BuildContext& context,
                                 std::string_view ignore_text,
                                 const Limits& limits) {
  BuildContext result = context;
  result.ignore_text = ignore_text;
  set_ignore_file(result);
  TRY_ASSIGN(IgnoreMatcher matcher, make_matcher(result, limits));
  judge(result.files, matcher);
  return result;
}

uint64_t BuildContext::sent_files() const {
  return static_cast<uint64_t>(
      std::count_if(files.begin(), files.end(), [](const ContextFile& file) {
        return file.type == ContextFileType::File && !file.is_ignored;
      }));
}

uint64_t BuildContext::sent_bytes() const {
  return std::accumulate(
      files.begin(), files.end(), uint64_t{0}, [](uint64_t sum, const ContextFile& file) {
        return sum + (file.type == ContextFileType::File && !file.is_ignored ? file.size_bytes : 0);
      });
}

const ContextFile* BuildContext::find(std::string_view path) const {
  auto file = std::lower_bound(
      files.begin(), files.end(), path, [](const ContextFile& one, std::string_view wanted) {
        return one.path < wanted;
      });
  return file != files.end() && file->path == path ? &*file : nullptr;
}

}  // namespace whittle
