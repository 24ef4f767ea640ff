#include "discover/changed_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/strings.h"
#include "base/subprocess.h"
#include "discover/files.h"

namespace whittle {

namespace {

constexpr uint64_t kMaxDiffBytes = 256ULL << 20;
constexpr size_t kMaxNamedFiles = 500;  // more of them are not named on the command line

Command git(const fs::path& root, std::vector<std::string> args) {
  Command command;
  command.args = {"git", "-c", "core.quotePath=false", "-C", root.string()};
  command.args.insert(command.args.end(), args.begin(), args.end());
  command.env = {{"GIT_OPTIONAL_LOCKS", "0"}, {"LC_ALL", "C"}};
  command.max_output_bytes = kMaxDiffBytes;
  return command;
}

fs::path real_path(const fs::path& path) {
  std::error_code error;
  fs::path real = fs::weakly_canonical(path, error);
  return error ? path : real;
}

// The commit a revision names; for "REV..." where the current branch left it.
Result<std::string> commit_of(const fs::path& root,
                              const std::string& revision,
                              const CancelToken& cancel) {
  bool is_fork = revision.ends_with("...");
  std::string name = is_fork ? revision.substr(0, revision.size() - 3) : revision;
  TRY_ASSIGN(
      CommandResult found,
      run_command(
          git(root, {"rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}"}),
          cancel));
  std::string commit(trim(found.out));
  if (!found.succeeded() || commit.empty()) {
    return Error(ErrorKind::Usage, fmt::format("git knows no revision `{}`", printable(name)))
        .hint("Name a branch, tag or commit");
  }
  if (!is_fork) return commit;
  TRY_ASSIGN(CommandResult base, run_checked(git(root, {"merge-base", commit, "HEAD"}), cancel));
  return std::string(trim(base.out));
}

// "@@ -1,2 +3,4 @@": the lines on the right. None for a deletion.
std::optional<std::pair<uint32_t, uint32_t>> hunk_lines(std::string_view line) {
  size_t plus = line.find(" +");
  if (plus == std::string_view::npos) return std::nullopt;
  std::string_view span = line.substr(plus + 2);
  span = span.substr(0, span.find(' '));
  size_t comma = span.find(',');
  std::optional<uint64_t> first = parse_u64(span.substr(0, comma));
  std::optional<uint64_t> count = comma == std::string_view::npos
                                      ? std::optional<uint64_t>(1)
                                      : parse_u64(span.substr(comma + 1));
  if (!first || !count || *count == 0 || *first + *count > UINT32_MAX) return std::nullopt;
  return std::pair(static_cast<uint32_t>(*first), static_cast<uint32_t>(*first + *count - 1));
}

}  // namespace

Result<bool> has_other_files(const fs::path& folder,
                             const std::string& revision,
                             const CancelToken& cancel) {
  fs::path real = real_path(folder);
  fs::path root = repository_root(real);
  if (root.empty()) return true;
  TRY_ASSIGN(std::string commit, commit_of(root, revision, cancel));
  std::string spec = ":(literal)" + real.lexically_relative(root).string();
  TRY_ASSIGN(CommandResult diff,
             run_checked(git(root,
                             {"diff",
                              "--name-status",
                              "--no-color",
                              "--no-ext-diff",
                              "--no-renames",
                              "-z",
                              commit,
                              "--",
                              spec}),
                         cancel));
  // "M", its name, "A", its name, ...
  std::vector<std::string_view> parts = split(diff.out, '\0');
  for (size_t i = 0; i + 1 < parts.size(); i += 2) {
    if (parts[i] != "M" || parts[i + 1].ends_with("ignore")) return true;
  }
  TRY_ASSIGN(
      CommandResult others,
      run_checked(
          git(root,
              {"ls-files", "--others", "--exclude-standard", "--directory", "-z", "--", spec}),
          cancel));
  return !others.out.empty();
}

void ChangedLines::read_diff(const fs::path& root, std::string_view diff) {
  Lines* current = nullptr;
  for (std::string_view line : split_lines(diff)) {
    if (line.starts_with("diff --git ")) current = nullptr;
    if (line.starts_with("+++ ") && current == nullptr) {
      // git ends a name with a blank in it by a tab.
      std::string_view name = line.substr(4);
      if (!name.empty() && name.back() == '\t') name.remove_suffix(1);
      if (name == "/dev/null" || !name.starts_with("b/")) continue;
      current = &files_[real_path(root / name.substr(2))];
    }
    if (!line.starts_with("@@ ") || current == nullptr) continue;
    if (auto lines = hunk_lines(line)) current->spans.push_back(*lines);
  }
}

Status ChangedLines::add_repository(const fs::path& root,
                                    const std::string& revision,
                                    const std::vector<fs::path>& files,
                                    const CancelToken& cancel) {
  TRY_ASSIGN(std::string commit, commit_of(root, revision, cancel));
  std::vector<std::string> names;
  for (const fs::path& file : files) names.push_back(file.lexically_relative(root).string());
  std::vector<std::string> args = {"diff",
                                   "--unified=0",
                                   "--no-color",
                                   "--no-ext-diff",
                                   "--no-textconv",
                                   "--no-renames",
                                   "--src-prefix=a/",
                                   "--dst-prefix=b/",
                                   commit,
                                   "--"};
  std::vector<std::string> tracked_args = {"ls-files", "-z", "--"};
  if (names.size() <= kMaxNamedFiles) {
    for (const std::string& name : names) {
      args.push_back(":(literal)" + name);
      tracked_args.push_back(":(literal)" + name);
    }
  }
  TRY_ASSIGN(CommandResult diff, run_checked(git(root, args), cancel));
  read_diff(root, diff.out);
  TRY_ASSIGN(CommandResult listed, run_checked(git(root, tracked_args), cancel));
  std::set<std::string_view> tracked;
  for (std::string_view name : split(listed.out, '\0')) tracked.insert(name);
  for (size_t i = 0; i < files.size(); ++i) {
    if (tracked.count(names[i]) == 0) files_[files[i]].is_whole = true;
  }
  return {};
}

Result<ChangedLines> ChangedLines::since(const std::string& revision,
                                         const std::vector<fs::path>& files,
                                         const CancelToken& cancel) {
  std::map<fs::path, std::vector<fs::path>> by_root;
  for (const fs::path& file : files) {
    fs::path real = real_path(file);
    fs::path root = repository_root(real.parent_path());
    if (root.empty()) {
      return Error(ErrorKind::NotFound,
                   fmt::format("{} is in no git repository", printable(file.string())));
    }
    by_root[root].push_back(real);
  }
  ChangedLines changed;
  for (const auto& [root, members] : by_root)
    TRY(changed.add_repository(root, revision, members, cancel));
  return changed;
}

bool ChangedLines::has(const fs::path& file, uint32_t first, uint32_t last) const {
  auto found = files_.find(real_path(file));
  if (found == files_.end()) return false;
  if (found->second.is_whole) return true;
  return std::any_of(found->second.spans.begin(), found->second.spans.end(), [&](const auto& span) {
    return span.first <= last && first <= span.second;
  });
}

}  // namespace whittle
