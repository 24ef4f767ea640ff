// The part of analysis_summary.h that is about comparisons.
#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "report/analysis_summary.h"
#include "report/summary.h"

namespace whittle {

int64_t delta(uint64_t before, uint64_t after) {
  return static_cast<int64_t>(after) - static_cast<int64_t>(before);
}

std::string diff_headline(const ImageDiff& diff) {
  std::string out = fmt::format("{} -> {}: ", image_title(*diff.before), image_title(*diff.after));
  if (diff.is_equal) {
    return out + (diff.is_semantic ? "equal but for times, order and packing" : "equal");
  }
  uint64_t before = diff.before_bytes.stored;
  uint64_t after = diff.after_bytes.stored;
  if (before == after) return out + fmt::format("different, both {}", format_bytes(after));
  out += fmt::format("{} -> {} ({}",
                     format_bytes(before),
                     format_bytes(after),
                     format_bytes_delta(delta(before, after)));
  std::string share = percent_change(static_cast<double>(before), static_cast<double>(after));
  return out + (share.empty() ? ")" : ", " + share + ")");
}

std::string difference_text(const FileChange& change) {
  const FileDifference& what = change.what;
  std::vector<std::string> words;
  if (what.type) {
    words.push_back(
        fmt::format("type ({} -> {})", to_text(change.before_type), to_text(change.after_type)));
  }
  if (what.content) words.emplace_back("content");
  // The details say more of the others.
  if (!change.details.empty()) {
    words.push_back(printable(change.details));
    return join(words, ", ");
  }
  if (what.link_target) words.emplace_back("link target");
  if (what.mode) words.emplace_back("mode");
  if (what.owner) words.emplace_back("owner");
  if (what.xattrs) words.emplace_back("extended attributes");
  if (what.hard_links) words.emplace_back("hard links");
  if (what.time) words.emplace_back("time");
  return join(words, ", ");
}

std::vector<const FileChange*> files_by_weight(const ImageDiff& diff) {
  std::vector<const FileChange*> files;
  for (const FileChange& change : diff.files) files.push_back(&change);
  auto weight = [](const FileChange* change) {
    return std::max(change->before_bytes, change->after_bytes) -
           (change->what.content ? 0 : std::min(change->before_bytes, change->after_bytes));
  };
  std::stable_sort(files.begin(), files.end(), [&](const FileChange* a, const FileChange* b) {
    return weight(a) != weight(b) ? weight(a) > weight(b) : a->path < b->path;
  });
  return files;
}

std::string count_file_changes(const ImageDiff& diff) {
  std::vector<std::string> words;
  for (ChangeKind kind : {ChangeKind::Added, ChangeKind::Removed, ChangeKind::Modified}) {
    auto count = std::count_if(diff.files.begin(), diff.files.end(), [&](const FileChange& file) {
      return file.kind == kind;
    });
    if (count > 0) words.push_back(fmt::format("{} {}", count, to_text(kind)));
  }
  return words.empty() ? "none" : join(words, ", ");
}

std::string change_share(const GroupChange& change) {
  if (change.is_new) return "[NEW]";
  if (change.is_gone) return "[DEL]";
  return percent_change(static_cast<double>(change.before.stored),
                        static_cast<double>(change.after.stored));
}

}  // namespace whittle
