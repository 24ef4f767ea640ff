#include "analyze/causes.h"

#include <algorithm>
#include <unordered_map>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr uint32_t kNoLayer = UINT32_MAX;
constexpr uint32_t kNoEntry = UINT32_MAX;
constexpr int kMaxLinkHops = 40;

bool is_stored_file(const Entry& entry) {
  return entry.type == EntryType::File && entry.role == EntryRole::Normal;
}

// A file whose place another entry took.
struct Replaced {
  EntryRef file;
  uint32_t killer;
};

// Two files of equal size, one in the place of the other.
struct Pair {
  EntryRef lost;
  EntryRef taker;    // the entry that took the place: its attributes
  EntryRef content;  // the file that holds its content
};

class CauseFinder {
 public:
  CauseFinder(const MergedTree& tree, const PathIndex& paths) : tree_(tree), paths_(paths) {}

  Result<Causes> run(const HashContents& hash_contents) {
    std::vector<Replaced> replaced = take_over_losses();
    std::stable_sort(replaced.begin(), replaced.end(), [](const Replaced& a, const Replaced& b) {
      return a.killer < b.killer;
    });
    latest_.assign(paths_.size(), kNoEntry);
    if (paths_.has_hard_links()) before_ = latest_;
    auto next = replaced.begin();
    for (uint32_t layer = 0; layer < tree_.layers.size() && next != replaced.end(); ++layer) {
      lay(layer);
      for (; next != replaced.end() && next->killer == layer; ++next) explain(*next);
    }
    TRY(compare(hash_contents));
    return std::move(causes_);
  }

 private:
  const Entry& at(EntryRef ref) const {
    return tree_.layers[ref.layer]->entries[static_cast<uint32_t>(ref.entry)];
  }

  uint32_t path_of(EntryRef ref) const {
    return paths_.of(ref.layer, static_cast<uint32_t>(ref.entry));
  }

  EntryAccount& account(EntryRef ref) {
    return causes_.accounts[ref.layer][static_cast<uint32_t>(ref.entry)];
  }

  // What the merged tree says, and the files where it does not say enough.
  std::vector<Replaced> take_over_losses() {
    std::vector<Replaced> replaced;
    for (uint32_t layer = 0; layer < tree_.layers.size(); ++layer) {
      std::span<const Entry> entries = tree_.layers[layer]->entries;
      std::vector<EntryAccount>& accounts = causes_.accounts.emplace_back(entries.size());
      for (uint32_t i = 0; i < entries.size(); ++i) {
        Loss loss = tree_.loss[layer][i];
        if (loss == Loss::Kept) continue;
        accounts[i].killer = tree_.killer[layer][i];
        accounts[i].cause = cause_of(loss);
        if (loss == Loss::Replaced && is_stored_file(entries[i]))
          replaced.push_back({{layer, EntryId{i}}, accounts[i].killer});
      }
    }
    return replaced;
  }

  static LossCause cause_of(Loss loss) {
    switch (loss) {
      case Loss::Kept:
        return LossCause::Kept;
      case Loss::Deleted:
        return LossCause::Deleted;
      case Loss::Replaced:
        return LossCause::OverwrittenOther;
      case Loss::Shadowed:
        return LossCause::DuplicateEntry;
      case Loss::Hidden:
        return LossCause::HiddenByOpaque;
    }
    return LossCause::Kept;
  }

  // Remembers per path the entry that came last: of one path that comes twice, the one that counts.
  void lay(uint32_t layer) {
    std::span<const Entry> entries = tree_.layers[layer]->entries;
    uint32_t first = paths_.first_entry(layer);
    for (uint32_t i = 0; i < entries.size(); ++i) {
      if (entries[i].role != EntryRole::Normal) continue;
      uint32_t path = paths_.of(layer, i);
      bool is_of_lower = latest_[path] == kNoEntry || latest_[path] < first;
      if (is_of_lower && !before_.empty()) before_[path] = latest_[path];
      latest_[path] = first + i;
    }
  }

  EntryRef ref_of(uint32_t entry) const {
    return entry == kNoEntry ? EntryRef{kNoLayer, EntryId{}} : paths_.entry(entry);
  }

  EntryRef latest(uint32_t path) const { return ref_of(latest_[path]); }

  void explain(const Replaced& replaced) {
    EntryAccount& lost = account(replaced.file);
    uint32_t path = path_of(replaced.file);
    EntryRef taker = latest(path);
    if (taker.layer != replaced.killer && is_above_replaced(path, replaced.killer)) {
      lost.cause = LossCause::ReplacedByType;
      return;
    }
    if (taker.layer != replaced.killer) taker = taker_of_other_name(path, replaced.killer);
    if (taker.layer == kNoLayer) return;
    EntryRef content = content_of(taker);
    if (content.layer == kNoLayer || !is_stored_file(at(content))) {
      lost.cause = LossCause::ReplacedByType;
    } else if (at(content).size_bytes == at(replaced.file).size_bytes) {
      pairs_.push_back({replaced.file, taker, content});
    }
  }

  // True if the layer puts something else in the place of a folder above.
  bool is_above_replaced(uint32_t path, uint32_t layer) const {
    while (path != PathIndex::kRoot) {
      path = paths_.parent(path);
      EntryRef above = latest(path);
      if (above.layer == layer && at(above).type != EntryType::Directory) return true;
    }
    return false;
  }

  EntryRef taker_of_other_name(uint32_t path, uint32_t layer) {
    for (uint32_t name : other_names(path)) {
      if (latest(name).layer == layer) return latest(name);
    }
    return {kNoLayer, EntryId{}};
  }

  // Paths of hard links to that path, and of links to those.
  std::vector<uint32_t> other_names(uint32_t path) {
    if (!has_links_) collect_links();
    std::vector<uint32_t> names;
    std::vector<uint32_t> pending = {path};
    while (!pending.empty()) {
      auto [begin, end] = links_.equal_range(pending.back());
      pending.pop_back();
      for (auto link = begin; link != end; ++link) {
        bool is_known = std::find(names.begin(), names.end(), link->second) != names.end();
        if (names.size() >= kMaxNames) break;
        if (is_known) continue;
        names.push_back(link->second);
        pending.push_back(link->second);
      }
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  void collect_links() {
    has_links_ = true;
    for (uint32_t layer = 0; layer < tree_.layers.size(); ++layer) {
      const LayerIndex& index = *tree_.layers[layer];
      for (uint32_t i = 0; i < index.entries.size(); ++i) {
        if (index.entries[i].type != EntryType::Hardlink) continue;
        uint32_t target = paths_.find(index.link_target(index.entries[i]));
        if (target != PathIndex::kNone) links_.emplace(target, paths_.of(layer, i));
      }
    }
  }

  // The file that holds an entry's content: the entry, or where its hard links lead.
  EntryRef content_of(EntryRef ref) const {
    for (int hop = 0; hop < kMaxLinkHops; ++hop) {
      if (ref.layer == kNoLayer || at(ref).type != EntryType::Hardlink) return ref;
      uint32_t target = paths_.find(tree_.layers[ref.layer]->link_target(at(ref)));
      if (target == PathIndex::kNone) break;
      // A link is to what is there when its turn comes.
      EntryRef there = latest(target);
      bool is_later = there.layer == ref.layer && there.entry > ref.entry;
      ref = is_later ? ref_of(before_[target]) : there;
    }
    return {kNoLayer, EntryId{}};
  }

  Status compare(const HashContents& hash_contents) {
    std::vector<EntryRef> unknown;
    std::vector<const Pair*> open;
    for (const Pair& pair : pairs_) {
      const LayerIndex& a = *tree_.layers[pair.lost.layer];
      const LayerIndex& b = *tree_.layers[pair.content.layer];
      if (at(pair.lost).size_bytes == 0 || (a.has_hashes && b.has_hashes)) {
        decide(pair,
               a.content_hash_of(at(pair.lost)) == b.content_hash_of(at(pair.content)) ||
                   at(pair.lost).size_bytes == 0);
      } else {
        open.push_back(&pair);
        unknown.push_back(pair.lost);
        unknown.push_back(pair.content);
      }
    }
    if (open.empty()) return {};
    Result<std::vector<uint64_t>> hashes = hash_contents(unknown);
    if (!hashes.ok() && hashes.error().kind() == ErrorKind::Cancelled)
      return std::move(hashes).error();
    if (!hashes.ok()) {
      causes_.notes.push_back("overwritten files were not compared, they count as different: " +
                              hashes.error().message());
      return {};
    }
    for (size_t i = 0; i < open.size(); ++i)
      decide(*open[i], (*hashes)[i * 2] == (*hashes)[i * 2 + 1]);
    return {};
  }

  void decide(const Pair& pair, bool is_equal) {
    if (!is_equal) return;
    account(pair.lost).cause = has_equal_attributes(pair.lost, pair.taker)
                                   ? LossCause::OverwrittenEqual
                                   : LossCause::MetadataOnly;
  }

  bool has_equal_attributes(EntryRef a, EntryRef b) const {
    const LayerIndex& x = *tree_.layers[a.layer];
    const LayerIndex& y = *tree_.layers[b.layer];
    return at(a).mode == at(b).mode && at(a).uid == at(b).uid && at(a).gid == at(b).gid &&
           equal_times(x, at(a), y, at(b)) && equal_xattrs(x, at(a), y, at(b));
  }

  static constexpr size_t kMaxNames = 64;

  const MergedTree& tree_;
  const PathIndex& paths_;
  Causes causes_;
  std::vector<uint32_t> latest_;  // [path]: PathIndex's number of an entry
  // [path]: the latest of a lower layer than that of latest_; empty without hard links.
  std::vector<uint32_t> before_;
  std::vector<Pair> pairs_;
  std::unordered_multimap<uint32_t, uint32_t> links_;  // path -> paths of hard links to it
  bool has_links_ = false;
};

}  // namespace

bool equal_times(const LayerIndex& a, const Entry& x, const LayerIndex& b, const Entry& y) {
  return x.mtime_seconds == y.mtime_seconds &&
         a.mtime_nanoseconds_of(x) == b.mtime_nanoseconds_of(y);
}

bool equal_xattrs(const LayerIndex& a, const Entry& x, const LayerIndex& b, const Entry& y) {
  auto sorted = [](const LayerIndex& layer, const Entry& entry) {
    std::vector<std::pair<std::string_view, std::string_view>> all;
    for (const Xattr& xattr : layer.xattrs_of(entry))
      all.emplace_back(layer.name(xattr.name), layer.name(xattr.value));
    std::sort(all.begin(), all.end());
    return all;
  };
  if (a.xattrs_of(x).size() != b.xattrs_of(y).size()) return false;
  return a.xattrs_of(x).empty() || sorted(a, x) == sorted(b, y);
}

Result<Causes> find_causes(const MergedTree& tree,
                           const PathIndex& paths,
                           const HashContents& hash_contents) {
  return CauseFinder(tree, paths).run(hash_contents);
}

}  // namespace whittle
