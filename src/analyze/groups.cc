#include "analyze/groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "analyze/accounts.h"
#include "analyze/group_keys.h"
#include "base/strings.h"

namespace whittle {

namespace {

// The sums of one group while they grow; compressed bytes as they are, rounded once.
struct Sums {
  uint64_t stored = 0;
  uint64_t lost = 0;
  uint64_t files = 0;
  double compressed = 0;

  void add(const Sums& other) {
    stored += other.stored;
    lost += other.lost;
    files += other.files;
    compressed += other.compressed;
  }
};

GroupBytes bytes_of(const Sums& sums, bool only_lost) {
  GroupBytes bytes;
  bytes.stored = sums.stored;
  bytes.final = only_lost ? 0 : sums.stored - sums.lost;
  bytes.files = sums.files;
  bytes.compressed = static_cast<uint64_t>(std::llround(sums.compressed));
  return bytes;
}

struct Node {
  uint32_t key = 0;
  Sums sums;
  std::vector<uint32_t> children;
};

// Calls `take(EntryRef, Sums)` for every file that the options count.
template <typename Take>
void for_each_file(const Analysis& analysis, const GroupOptions& options, const Take& take) {
  size_t first = options.only_own ? analysis.base.layer_count : 0;
  for (size_t layer = first; layer < analysis.tree->layers.size(); ++layer) {
    const LayerIndex& index = *analysis.tree->layers[layer];
    double ratio = compression_ratio(analysis.layers[layer]);
    for (uint32_t i = 0; i < index.entries.size(); ++i) {
      const Entry& entry = index.entries[i];
      if (!is_stored_file(entry)) continue;
      bool is_lost = analysis.accounts[layer][i].cause != LossCause::Kept;
      if (options.only_lost && !is_lost) continue;
      take(EntryRef{static_cast<uint32_t>(layer), EntryId{i}},
           Sums{entry.size_bytes,
                is_lost ? entry.size_bytes : 0,
                1,
                static_cast<double>(entry.size_bytes) * ratio});
    }
  }
}

// All groups of all levels, as a tree.
class Grouper {
 public:
  Grouper(const Analysis& analysis, const GroupOptions& options, KeyUse use = KeyUse::Show)
      : analysis_(analysis), options_(options), nodes_(1) {
    for (Dimension dimension : options.dimensions)
      levels_.push_back(make_group_keys(analysis, dimension, use));
  }

  void run() {
    for_each_file(analysis_, options_, [&](EntryRef ref, const Sums& sums) { add(ref, sums); });
  }

  void add(EntryRef ref, const Sums& sums) {
    uint32_t node = 0;
    nodes_[0].sums.add(sums);
    for (size_t level = 0; level < levels_.size(); ++level) {
      node = child(node, levels_[level]->key(ref));
      nodes_[node].sums.add(sums);
    }
  }

  GroupBytes total() const { return bytes_of(nodes_[0].sums, options_.only_lost); }

  // Everything below a node, biggest first, nothing left out.
  std::vector<GroupRow> rows(uint32_t node = 0, size_t level = 0) const {
    std::vector<GroupRow> rows;
    for (uint32_t child : nodes_[node].children) {
      GroupRow& row = rows.emplace_back();
      row.key = levels_[level]->text(nodes_[child].key);
      row.bytes = bytes_of(nodes_[child].sums, options_.only_lost);
      if (level + 1 < levels_.size()) row.rows = this->rows(child, level + 1);
    }
    std::sort(rows.begin(), rows.end(), [](const GroupRow& a, const GroupRow& b) {
      return a.bytes.stored != b.bytes.stored ? a.bytes.stored > b.bytes.stored : a.key < b.key;
    });
    return rows;
  }

 private:
  uint32_t child(uint32_t parent, uint32_t key) {
    // Files of one group follow each other.
    if (!nodes_[parent].children.empty()) {
      uint32_t last = nodes_[parent].children.back();
      if (nodes_[last].key == key) return last;
    }
    auto [found, is_new] =
        index_.try_emplace((uint64_t{parent} << 32) | key, static_cast<uint32_t>(nodes_.size()));
    if (is_new) {
      nodes_.emplace_back().key = key;
      nodes_[parent].children.push_back(found->second);
    }
    return found->second;
  }

  const Analysis& analysis_;
  const GroupOptions& options_;
  std::vector<std::unique_ptr<GroupKeys>> levels_;
  std::vector<Node> nodes_;
  std::unordered_map<uint64_t, uint32_t> index_;  // (parent, key) -> node
};

GroupBytes& operator+=(GroupBytes& a, const GroupBytes& b) {
  a.stored += b.stored;
  a.final += b.final;
  a.compressed += b.compressed;
  a.files += b.files;
  return a;
}

std::string others(size_t count) {
  return fmt::format("[{} {}]", count, count == 1 ? "Other" : "Others");
}

// Keeps the biggest rows and sums the rest up. A single row is no rest.
void cut(std::vector<GroupRow>& rows, size_t most) {
  for (GroupRow& row : rows) cut(row.rows, most);
  if (most == 0 || rows.size() <= most + 1) return;
  GroupRow rest;
  rest.key = others(rows.size() - most);
  for (size_t i = most; i < rows.size(); ++i) rest.bytes += rows[i].bytes;
  rows.resize(most);
  rows.push_back(std::move(rest));
}

uint64_t change_size(const GroupChange& change) {
  auto distance = [](uint64_t a, uint64_t b) { return a > b ? a - b : b - a; };
  return distance(change.before.stored, change.after.stored);
}

std::vector<GroupChange> compare_rows(const std::vector<GroupRow>& before,
                                      const std::vector<GroupRow>& after) {
  std::unordered_map<std::string_view, const GroupRow*> old;
  for (const GroupRow& row : before) old.emplace(row.key, &row);
  std::vector<GroupChange> changes;
  static const std::vector<GroupRow> kNoRows;
  for (const GroupRow& row : after) {
    auto found = old.find(row.key);
    GroupChange& change = changes.emplace_back();
    change.key = row.key;
    change.after = row.bytes;
    change.is_new = found == old.end();
    if (!change.is_new) change.before = found->second->bytes;
    change.rows = compare_rows(change.is_new ? kNoRows : found->second->rows, row.rows);
    if (!change.is_new) old.erase(found);
  }
  for (const GroupRow& row : before) {
    if (!old.contains(row.key)) continue;
    GroupChange& change = changes.emplace_back();
    change.key = row.key;
    change.before = row.bytes;
    change.is_gone = true;
    change.rows = compare_rows(row.rows, kNoRows);
  }
  std::sort(changes.begin(), changes.end(), [](const GroupChange& a, const GroupChange& b) {
    uint64_t x = change_size(a);
    uint64_t y = change_size(b);
    if (x != y) return x > y;
    if (a.after.stored != b.after.stored) return a.after.stored > b.after.stored;
    return a.key < b.key;
  });
  return changes;
}

void cut_changes(std::vector<GroupChange>& changes, size_t most) {
  for (GroupChange& change : changes) cut_changes(change.rows, most);
  if (most == 0 || changes.size() <= most + 1) return;
  GroupChange rest;
  rest.key = others(changes.size() - most);
  for (size_t i = most; i < changes.size(); ++i) {
    rest.before += changes[i].before;
    rest.after += changes[i].after;
  }
  changes.resize(most);
  changes.push_back(std::move(rest));
}

std::vector<GroupRow> all_rows(const Analysis& analysis, const GroupOptions& options, KeyUse use) {
  Grouper grouper(analysis, options, use);
  grouper.run();
  return grouper.rows();
}

}  // namespace

Result<std::vector<Dimension>> parse_dimensions(std::string_view text) {
  std::vector<Dimension> dimensions;
  for (std::string_view part : split(text, ',')) {
    std::string_view name = trim(part);
    const DimensionInfo* found = nullptr;
    std::vector<std::string> names;
    for (const DimensionInfo& info : dimension_table()) {
      names.emplace_back(info.name);
      if (info.name == name) found = &info;
    }
    if (found == nullptr) {
      return Error(ErrorKind::Usage, fmt::format("no dimension is called `{}`", printable(name)))
          .hint("choose from " + join(names, ", "));
    }
    bool is_twice =
        std::find(dimensions.begin(), dimensions.end(), found->dimension) != dimensions.end();
    if (is_twice)
      return Error(ErrorKind::Usage, fmt::format("the dimension `{}` is named twice", name));
    dimensions.push_back(found->dimension);
  }
  return dimensions;
}

std::vector<GroupRow> group(const Analysis& analysis, const GroupOptions& options) {
  std::vector<GroupRow> rows = all_rows(analysis, options, KeyUse::Show);
  cut(rows, options.most);
  return rows;
}

std::vector<std::vector<GroupRow>> group_each(const Analysis& analysis,
                                              const GroupOptions& options) {
  std::vector<GroupOptions> singles;
  for (Dimension dimension : options.dimensions) {
    singles.push_back(options);
    singles.back().dimensions = {dimension};
  }
  std::vector<Grouper> groupers;
  for (const GroupOptions& single : singles) groupers.emplace_back(analysis, single);
  for_each_file(analysis, options, [&](EntryRef ref, const Sums& sums) {
    for (Grouper& grouper : groupers) grouper.add(ref, sums);
  });
  std::vector<std::vector<GroupRow>> all;
  for (const Grouper& grouper : groupers) cut(all.emplace_back(grouper.rows()), options.most);
  return all;
}

GroupBytes group_total(const Analysis& analysis, const GroupOptions& options) {
  Grouper grouper(analysis, options);
  grouper.run();
  return grouper.total();
}

std::vector<GroupChange> group_changes(const Analysis& before,
                                       const Analysis& after,
                                       const GroupOptions& options) {
  std::vector<GroupChange> changes = compare_rows(all_rows(before, options, KeyUse::Compare),
                                                  all_rows(after, options, KeyUse::Compare));
  cut_changes(changes, options.most);
  return changes;
}

}  // namespace whittle
