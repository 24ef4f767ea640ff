#include "discover/gitignore.h"

#include <algorithm>

#include "base/strings.h"
#include "dockerfile/ignore_pattern.h"

namespace whittle {

namespace {

constexpr size_t kMaxPatterns = 10'000;

bool is_within(std::string_view path, std::string_view folder) {
  return folder.empty() || path == folder ||
         (path.size() > folder.size() && path[folder.size()] == '/' && path.starts_with(folder));
}

// Without blanks at the end, unless a backslash keeps them.
std::string_view without_trailing_blanks(std::string_view line) {
  while (!line.empty() && (is_blank(line.back()) || line.back() == '\r')) {
    bool is_kept = line.size() > 1 && line[line.size() - 2] == '\\' && line.back() == ' ';
    if (is_kept) break;
    line.remove_suffix(1);
  }
  return line;
}

// In the grammar of .dockerignore, where a pattern stands for the path from the top.
std::string from_top(std::string_view pattern) {
  bool is_anchored = pattern.find('/') != std::string_view::npos;
  while (!pattern.empty() && pattern[0] == '/') pattern.remove_prefix(1);
  std::string text = replace_all(pattern, "[!", "[^");
  return is_anchored ? text : "**/" + text;
}

}  // namespace

struct GitIgnore::Row {
  GlobPattern pattern;
  bool is_negated;
  bool is_for_folders;
};

GitIgnore::GitIgnore(std::string_view text) {
  for (std::string_view line : split_lines(text)) {
    line = without_trailing_blanks(line);
    if (line.empty() || line[0] == '#' || rows_.size() >= kMaxPatterns) continue;
    bool is_negated = line[0] == '!';
    if (is_negated) line.remove_prefix(1);
    bool is_for_folders = !line.empty() && line.back() == '/';
    while (!line.empty() && line.back() == '/') line.remove_suffix(1);
    if (line.empty()) continue;
    Result<GlobPattern> pattern = GlobPattern::compile(from_top(line));
    if (pattern.ok()) rows_.push_back({std::move(*pattern), is_negated, is_for_folders});
  }
}

GitIgnore::GitIgnore(GitIgnore&&) noexcept = default;
GitIgnore& GitIgnore::operator=(GitIgnore&&) noexcept = default;
GitIgnore::~GitIgnore() = default;

GitIgnore::Verdict GitIgnore::decide(std::string_view path, bool is_folder) const {
  for (auto row = rows_.rbegin(); row != rows_.rend(); ++row) {
    if (row->is_for_folders && !is_folder) continue;
    if (!row->pattern.matches(path)) continue;
    return row->is_negated ? Verdict::Kept : Verdict::Ignored;
  }
  return Verdict::Silent;
}

void GitIgnoreStack::push(std::string folder, std::string_view text) {
  levels_.push_back({std::move(folder), GitIgnore(text)});
}

void GitIgnoreStack::enter(std::string_view folder) {
  while (!levels_.empty() && !is_within(folder, levels_.back().folder)) levels_.pop_back();
}

bool GitIgnoreStack::is_ignored(std::string_view path, bool is_folder) const {
  for (auto level = levels_.rbegin(); level != levels_.rend(); ++level) {
    if (!is_within(path, level->folder)) continue;
    std::string_view rest = level->folder.empty() ? path : path.substr(level->folder.size() + 1);
    switch (level->patterns.decide(rest, is_folder)) {
      case GitIgnore::Verdict::Ignored:
        return true;
      case GitIgnore::Verdict::Kept:
        return false;
      case GitIgnore::Verdict::Silent:
        break;
    }
  }
  return false;
}

}  // namespace whittle
