#include "discover/files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "base/strings.h"
#include "discover/gitignore.h"
#include "dockerfile/ignore_pattern.h"

namespace whittle {

namespace {

constexpr uint64_t kMaxGitIgnoreBytes = 1ULL << 20;

bool is_pattern(std::string_view word) {
  return word.find_first_of("*?[") != std::string_view::npos;
}

// "./a//b" as "a/b", "." as ".".
std::string shown_path(const fs::path& path) {
  std::string clean = clean_path(path.string());
  return clean.empty() ? "." : clean;
}

// One walk below one folder.
class FileWalk {
 public:
  using Wanted = std::function<bool(const std::string& path, std::string_view name)>;

  FileWalk(const fs::path& top, const DiscoverOptions& options, const CancelToken& cancel)
      : top_(top), options_(options), cancel_(cancel) {
    std::string exclude = join(options.exclude, "\n");
    exclude_.push("", exclude);
    if (options.uses_gitignore) add_outer_ignores();
  }

  // `wanted` is asked with the path below the top and its last name.
  Status run(const Wanted& wanted, std::vector<FoundFile>& found) {
    std::vector<std::string> folders = {""};
    while (!folders.empty()) {
      TRY(cancel_.check());
      std::string folder = std::move(folders.back());
      folders.pop_back();
      TRY(read_folder(folder, wanted, folders, found));
    }
    return {};
  }

 private:
  // Those of the folders between the repository's top and the walk's.
  void add_outer_ignores() {
    std::error_code error;
    fs::path absolute = fs::canonical(top_, error);
    if (error) return;
    fs::path root = repository_root(absolute);
    if (root.empty()) return;
    prefix_ = absolute.lexically_relative(root).generic_string();
    if (prefix_ == ".") prefix_.clear();
    push_ignore(root / ".git/info/exclude", "");
    if (prefix_.empty()) return;
    push_ignore(root / ".gitignore", "");
    for (size_t slash = prefix_.find('/'); slash != std::string::npos;
         slash = prefix_.find('/', slash + 1)) {
      push_ignore(root / prefix_.substr(0, slash) / ".gitignore", prefix_.substr(0, slash));
    }
  }

  void push_ignore(const fs::path& file, const std::string& folder) {
    Result<std::string> text = read_file(file, kMaxGitIgnoreBytes);
    if (text.ok()) ignores_.push(folder, *text);
  }

  std::string from_repository(const std::string& path) const {
    if (prefix_.empty()) return path;
    return path.empty() ? prefix_ : prefix_ + "/" + path;
  }

  Status read_folder(const std::string& folder,
                     const Wanted& wanted,
                     std::vector<std::string>& folders,
                     std::vector<FoundFile>& found) {
    std::error_code error;
    fs::directory_iterator entries(
        top_ / folder, fs::directory_options::skip_permission_denied, error);
    if (error) {
      return errno_error("cannot read the folder " + printable((top_ / folder).string()),
                         error.value());
    }
    if (options_.uses_gitignore) {
      ignores_.enter(from_repository(folder));
      push_ignore(top_ / folder / ".gitignore", from_repository(folder));
    }
    std::vector<std::string> below;
    for (const fs::directory_entry& entry : entries) {
      if (++seen_ > options_.limits.max_context_files)
        return limit_error(top_.string(), &Limits::max_context_files, options_.limits);
      std::string name = entry.path().filename().string();
      std::string path = folder.empty() ? name : folder + "/" + name;
      bool is_folder = entry.is_directory(error) && !entry.is_symlink(error);
      if (is_left_out(path, name, is_folder)) continue;
      if (is_folder) {
        below.push_back(std::move(path));
      } else if (wanted(path, name) && entry.is_regular_file(error)) {
        fs::path whole = top_ == "." ? fs::path(path) : top_ / path;
        found.push_back({whole, shown_path(whole)});
      }
    }
    // The stack of ignore files wants one folder with all below it before the next.
    std::sort(below.rbegin(), below.rend());
    folders.insert(folders.end(), below.begin(), below.end());
    return {};
  }

  bool is_left_out(const std::string& path, const std::string& name, bool is_folder) const {
    if (is_folder && name == ".git") return true;
    if (exclude_.is_ignored(shown_path(top_ == "." ? fs::path(path) : top_ / path), is_folder))
      return true;
    return options_.uses_gitignore && ignores_.is_ignored(from_repository(path), is_folder);
  }

  fs::path top_;
  const DiscoverOptions& options_;
  const CancelToken& cancel_;
  std::string prefix_;  // of the top in its repository
  GitIgnoreStack ignores_;
  GitIgnoreStack exclude_;
  uint64_t seen_ = 0;
};

Status walk_pattern(const std::string& word,
                    const DiscoverOptions& options,
                    const CancelToken& cancel,
                    std::vector<FoundFile>& found) {
  size_t special = word.find_first_of("*?[");
  size_t slash = word.rfind('/', special);
  std::string top = slash == std::string::npos ? "." : slash == 0 ? "/" : word.substr(0, slash);
  std::string rest = slash == std::string::npos ? word : word.substr(slash + 1);
  Result<GlobPattern> pattern = GlobPattern::compile(rest);
  if (!pattern.ok()) return std::move(pattern).error().with(printable(word));
  size_t before = found.size();
  if (fs::is_directory(top)) {
    auto matches = [&](const std::string& path, std::string_view /*name*/) {
      return pattern->matches(path);
    };
    TRY(FileWalk(top, options, cancel).run(matches, found));
  }
  if (found.size() > before) return {};
  return Error(ErrorKind::NotFound, fmt::format("no file matches `{}`", printable(word)));
}

Status walk_word(const std::string& word,
                 const DiscoverOptions& options,
                 const CancelToken& cancel,
                 std::vector<FoundFile>& found) {
  std::error_code error;
  if (fs::is_directory(word, error)) {
    auto matches = [](const std::string& /*path*/, std::string_view name) {
      return is_dockerfile_name(name);
    };
    return FileWalk(word, options, cancel).run(matches, found);
  }
  if (!fs::exists(word, error) && is_pattern(word))
    return walk_pattern(word, options, cancel, found);
  found.push_back({word, shown_path(word)});
  return {};
}

}  // namespace

bool is_dockerfile_name(std::string_view name) {
  constexpr std::array<std::string_view, 11> kOthers = {".dockerignore",
                                                        ".md",
                                                        ".html",
                                                        ".json",
                                                        ".yml",
                                                        ".yaml",
                                                        ".swp",
                                                        ".orig",
                                                        ".rej",
                                                        ".bak",
                                                        "~"};
  for (std::string_view other : kOthers) {
    if (name.ends_with(other)) return false;
  }
  std::string lower = to_lower(name);
  for (std::string_view kind : {"dockerfile", "containerfile"}) {
    if (lower == kind || lower.ends_with("." + std::string(kind))) return true;
    std::string_view rest = name.substr(std::min(kind.size(), name.size()));
    if (!lower.starts_with(kind) || name[0] != to_upper(kind)[0]) continue;
    // "DockerfileParser.java" is none.
    return !is_alpha(rest[0]) || rest.find('.') == std::string_view::npos;
  }
  return false;
}

fs::path repository_root(const fs::path& folder) {
  std::error_code error;
  fs::path at = fs::absolute(folder, error);
  while (!error) {
    if (fs::exists(at / ".git", error)) return at;
    if (at == at.parent_path()) break;
    at = at.parent_path();
  }
  return {};
}

Result<std::vector<FoundFile>> find_dockerfiles(const std::vector<std::string>& words,
                                                const DiscoverOptions& options,
                                                const CancelToken& cancel) {
  std::vector<FoundFile> found;
  for (const std::string& word : words) TRY(walk_word(word, options, cancel, found));
  std::sort(found.begin(), found.end(), [](const FoundFile& a, const FoundFile& b) {
    return a.shown < b.shown;
  });
  found.erase(
      std::unique(found.begin(),
                  found.end(),
                  [](const FoundFile& a, const FoundFile& b) { return a.shown == b.shown; }),
      found.end());
  return found;
}

}  // namespace whittle
