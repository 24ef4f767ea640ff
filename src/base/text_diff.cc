#include "base/text_diff.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr size_t kContextLines = 3;
// Differences up to which the shortest script is looked for; beyond, everything between the equal
// ends is replaced.
constexpr int64_t kMaxDifferences = 4000;

using Lines = std::vector<std::string_view>;

// Lines with their line ends.
Lines cut_lines(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

// A run of lines on both sides: equal ones, or old ones replaced by new ones.
struct Run {
  bool is_equal;
  size_t old_begin;
  size_t old_end;
  size_t new_begin;
  size_t new_end;
};

class LineDiff {
 public:
  LineDiff(const Lines& before, const Lines& after) : old_(before), new_(after) {}

  std::vector<Run> run() {
    size_t shorter = std::min(old_.size(), new_.size());
    size_t head = 0;
    while (head < shorter && old_[head] == new_[head]) ++head;
    size_t tail = 0;
    while (tail < shorter - head && old_[old_.size() - 1 - tail] == new_[new_.size() - 1 - tail]) {
      ++tail;
    }
    base_ = head;
    old_size_ = static_cast<int64_t>(old_.size() - head - tail);
    new_size_ = static_cast<int64_t>(new_.size() - head - tail);
    matches_.assign(old_.size(), kNone);
    for (size_t i = 0; i < head; ++i) matches_[i] = i;
    for (size_t i = 1; i <= tail; ++i) matches_[old_.size() - i] = new_.size() - i;
    search();
    return collect();
  }

 private:
  static constexpr size_t kNone = SIZE_MAX;

  bool equal_at(int64_t x, int64_t y) const {
    return old_[base_ + static_cast<size_t>(x)] == new_[base_ + static_cast<size_t>(y)];
  }

  // Furthest x on each diagonal -d, -d + 2, ..., d after d differences, for every d: trace_[d][(k +
  // d) / 2].
  void search() {
    int64_t limit = std::min(old_size_ + new_size_, kMaxDifferences);
    for (int64_t d = 0; d <= limit; ++d) {
      std::vector<int32_t> row(static_cast<size_t>(d) + 1);
      for (int64_t k = -d; k <= d; k += 2) {
        int64_t x = d == 0 ? 0 : start_of(d, k);
        while (x < old_size_ && x - k < new_size_ && equal_at(x, x - k)) ++x;
        row[static_cast<size_t>((k + d) / 2)] = static_cast<int32_t>(x);
        if (x >= old_size_ && x - k >= new_size_) {
          trace_.push_back(std::move(row));
          return walk_back(d, k);
        }
      }
      trace_.push_back(std::move(row));
    }
  }

  // The furthest x of diagonal k after d - 1 differences; -1 where there is none.
  int64_t reached(int64_t d, int64_t k) const {
    if (k < -d || k > d) return -1;
    return trace_[static_cast<size_t>(d)][static_cast<size_t>((k + d) / 2)];
  }

  bool goes_down(int64_t d, int64_t k) const {
    return k == -d || (k != d && reached(d - 1, k - 1) < reached(d - 1, k + 1));
  }

  int64_t start_of(int64_t d, int64_t k) const {
    return goes_down(d, k) ? reached(d - 1, k + 1) : reached(d - 1, k - 1) + 1;
  }

  void walk_back(int64_t d, int64_t k) {
    int64_t x = old_size_;
    while (true) {
      int64_t begin = d == 0 ? 0 : start_of(d, k);
      for (; x > begin; --x) {
        size_t old_line = base_ + static_cast<size_t>(x - 1);
        matches_[old_line] = base_ + static_cast<size_t>(x - 1 - k);
      }
      if (d == 0) return;
      bool down = goes_down(d, k);
      k += down ? 1 : -1;
      --d;
      x = reached(d, k);
    }
  }

  std::vector<Run> collect() const {
    std::vector<Run> runs;
    size_t x = 0;
    size_t y = 0;
    while (x < old_.size() || y < new_.size()) {
      Run run{x < old_.size() && matches_[x] == y, x, x, y, y};
      if (run.is_equal) {
        for (; x < old_.size() && matches_[x] == y; ++x) ++y;
      } else {
        while (x < old_.size() && matches_[x] == kNone) ++x;
        y = x < old_.size() ? matches_[x] : new_.size();
      }
      run.old_end = x;
      run.new_end = y;
      runs.push_back(run);
    }
    return runs;
  }

  const Lines& old_;
  const Lines& new_;
  size_t base_ = 0;
  int64_t old_size_ = 0;
  int64_t new_size_ = 0;
  std::vector<size_t> matches_;  // per old line: the equal new line
  std::vector<std::vector<int32_t>> trace_;
};

// A path as git writes it in headers: quoted like a C string if it holds anything unusual.
std::string git_path(std::string_view prefix, std::string_view path) {
  std::string full = std::string(prefix) + std::string(path);
  bool is_plain = std::all_of(full.begin(), full.end(), [](char c) {
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
  });
  if (is_plain) return full;
  std::string quoted = "\"";
  for (char c : full) {
    auto byte = static_cast<uint8_t>(c);
    if (c == '"' || c == '\\') {
      quoted += {'\\', c};
    } else if (byte >= 0x20 && byte < 0x7F) {
      quoted += c;
    } else {
      quoted += '\\';
      for (uint32_t shift : {6U, 3U, 0U}) quoted += static_cast<char>('0' + ((byte >> shift) & 7U));
    }
  }
  return quoted + '"';
}

// A name on a --- or +++ line: a tab behind it keeps blanks in it from being cut.
std::string name_line(std::string_view mark, std::string_view prefix, std::string_view path) {
  std::string name = git_path(prefix, path);
  return std::string(mark) + " " + name + (contains(name, " ") ? "\t\n" : "\n");
}

std::string side_range(size_t begin, size_t end) {
  size_t count = end - begin;
  std::string text = std::to_string(count == 0 ? begin : begin + 1);
  return count == 1 ? text : text + "," + std::to_string(count);
}

void append_lines(std::string& out, char mark, const Lines& lines, size_t begin, size_t end) {
  for (size_t i = begin; i < end; ++i) {
    out += mark;
    out += lines[i];
    if (lines[i].back() != '\n') out += "\n\\ No newline at end of file\n";
  }
}

// runs[first..last] with up to three equal lines around; the first and last run are changes.
std::string hunk(const Lines& before,
                 const Lines& after,
                 const std::vector<Run>& runs,
                 size_t first,
                 size_t last) {
  size_t lead = first > 0 ? std::min(kContextLines, runs[first].old_begin) : 0;
  size_t rest = before.size() - runs[last].old_end;
  size_t trail = last + 1 < runs.size() ? std::min(kContextLines, rest) : 0;
  size_t old_begin = runs[first].old_begin - lead;
  size_t new_begin = runs[first].new_begin - lead;
  std::string out = "@@ -" + side_range(old_begin, runs[last].old_end + trail) + " +" +
                    side_range(new_begin, runs[last].new_end + trail) + " @@\n";
  append_lines(out, ' ', before, old_begin, runs[first].old_begin);
  for (size_t i = first; i <= last; ++i) {
    const Run& run = runs[i];
    if (run.is_equal) {
      append_lines(out, ' ', before, run.old_begin, run.old_end);
      continue;
    }
    append_lines(out, '-', before, run.old_begin, run.old_end);
    append_lines(out, '+', after, run.new_begin, run.new_end);
  }
  append_lines(out, ' ', before, runs[last].old_end, runs[last].old_end + trail);
  return out;
}

std::string hunks(const Lines& before, const Lines& after) {
  std::vector<Run> runs = LineDiff(before, after).run();
  std::string out;
  for (size_t i = 0; i < runs.size(); ++i) {
    if (runs[i].is_equal) continue;
    size_t last = i;
    // Changes with at most six equal lines between them share a hunk.
    while (last + 2 < runs.size() &&
           runs[last + 1].old_end - runs[last + 1].old_begin <= 2 * kContextLines) {
      last += 2;
    }
    out += hunk(before, after, runs, i, last);
    i = last;
  }
  return out;
}

}  // namespace

std::vector<LineChange> line_changes(std::string_view before, std::string_view after) {
  Lines old_lines = cut_lines(before);
  Lines new_lines = cut_lines(after);
  std::vector<LineChange> changes;
  LineChange at;
  for (const Run& run : LineDiff(old_lines, new_lines).run()) {
    at.old_begin = at.old_end;
    at.new_begin = at.new_end;
    for (size_t i = run.old_begin; i < run.old_end; ++i) at.old_end += old_lines[i].size();
    for (size_t i = run.new_begin; i < run.new_end; ++i) at.new_end += new_lines[i].size();
    if (!run.is_equal) changes.push_back(at);
  }
  return changes;
}

std::string unified_diff(std::string_view path,
                         const std::string* before,
                         const std::string& after) {
  if (before != nullptr && *before == after) return "";
  std::string out = "diff --git " + git_path("a/", path) + " " + git_path("b/", path) + "\n";
  if (before == nullptr) out += "new file mode 100644\n";
  Lines old_lines = before != nullptr ? cut_lines(*before) : Lines();
  Lines new_lines = cut_lines(after);
  if (old_lines.empty() && new_lines.empty()) return out;
  out += before != nullptr ? name_line("---", "a/", path) : "--- /dev/null\n";
  out += name_line("+++", "b/", path);
  return out + hunks(old_lines, new_lines);
}

}  // namespace whittle
