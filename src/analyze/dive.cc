#include "analyze/dive.h"

#include <algorithm>

#include "analyze/dive_trees.h"

namespace whittle {

namespace {

constexpr std::string_view kPrefix = ".wh.";

// A path that several layers have.
struct PathCount {
  uint32_t path = 0;
  uint32_t seen = 0;
  int64_t bytes = 0;
  int64_t least = 0;
};

// A leaf of one layer's tree.
struct Leaf {
  uint32_t path = 0;
  uint32_t entry = 0;         // PathIndex's number; kNoEntry for a whiteout
  bool is_missing = false;    // a whiteout of nothing
  int64_t removed_bytes = 0;  // by a whiteout

  bool is_whiteout() const { return entry == DiveLayerTree::kNoEntry; }
};

// The order in which dive walks leaves: by the names of the path, bytewise, a whiteout under its
// ".wh." name.
class WalkOrder {
 public:
  explicit WalkOrder(const PathIndex& paths) : paths_(paths) {}

  bool operator()(const Leaf& a, const Leaf& b) const {
    Letters x(paths_, a);
    Letters y(paths_, b);
    for (size_t i = 0;; ++i) {
      int p = x.at(i);
      int q = y.at(i);
      if (p != q) return p < q;
      if (p < 0) return false;
    }
  }

 private:
  // The path with its ".wh.", as numbers that sort like the names: a name that ends comes before a
  // longer one.
  class Letters {
   public:
    Letters(const PathIndex& paths, const Leaf& leaf)
        : path_(paths.path(leaf.path)),
          name_begin_(path_.size() - paths.name(leaf.path).size()),
          extra_(leaf.is_whiteout() ? kPrefix.size() : 0) {}

    int at(size_t i) const {
      if (i >= name_begin_ && i < name_begin_ + extra_) return rank(kPrefix[i - name_begin_]);
      if (i >= name_begin_) i -= extra_;
      return i < path_.size() ? rank(path_[i]) : -1;
    }

   private:
    static int rank(char c) { return c == '/' ? 0 : static_cast<unsigned char>(c) + 1; }

    std::string_view path_;
    size_t name_begin_;
    size_t extra_;
  };

  const PathIndex& paths_;
};

class DiveCounter {
 public:
  DiveCounter(const std::vector<const LayerIndex*>& layers, const PathIndex& paths)
      : layers_(layers),
        paths_(paths),
        order_(paths),
        states_(paths.size(), kUnknown),
        tree_(paths),
        stack_(paths) {}

  DiveCompat run() {
    size_t last = layers_.size();  // one behind the last layer that looks at those below it
    while (last > 0 && !has_whiteouts(layers_[last - 1])) --last;
    for (size_t layer = 0; layer < layers_.size(); ++layer) {
      tree_.load(layer);
      if (layer == 0 && last > 0) stack_.begin(tree_);
      count_layer();
      if (layer + 1 < last) stack_.lay(tree_);
    }
    return figures();
  }

 private:
  // Of a path: never met; only as a whiteout of nothing; seen once, plus the entry it was seen as;
  // or, above those, where it stands in counts_. Most are seen once.
  static constexpr uint32_t kUnknown = 0;
  static constexpr uint32_t kNamed = 1;
  static constexpr uint32_t kOnce = 2;
  static constexpr uint32_t kCounted = 1U << 31;
  static_assert(PathIndex::kMaxEntries <= kCounted - kOnce);
  static constexpr int64_t kNoLeast = -1;  // what dive starts with

  void count_layer() {
    std::vector<Leaf> whiteouts = whiteout_leaves();
    bool is_cut = false;    // the walk ends at the first whiteout of nothing
    bool has_both = false;  // a leaf and a whiteout of it
    for (const Leaf& leaf : whiteouts) {
      is_cut = is_cut || leaf.is_missing;
      has_both = has_both || (tree_.holds(leaf.path) && tree_.is_leaf(leaf.path));
    }
    std::vector<Leaf> second;  // what is now seen for the second time
    auto take = [&](const Leaf& leaf) {
      if (count(leaf) == 2) second.push_back(leaf);
    };
    if (is_cut || has_both) {
      for (const Leaf& leaf : walk(std::move(whiteouts))) take(leaf);
    } else {
      for_plain_leaves(take);
      for (const Leaf& leaf : whiteouts) take(leaf);
    }
    std::sort(second.begin(), second.end(), order_);
    for (const Leaf& leaf : second) listed_.push_back(states_[leaf.path] & ~kCounted);
  }

  // The leaves in dive's order, as far as it walks.
  std::vector<Leaf> walk(std::vector<Leaf> leaves) {
    for_plain_leaves([&](const Leaf& leaf) { leaves.push_back(leaf); });
    std::sort(leaves.begin(), leaves.end(), order_);
    auto end = std::find_if(
        leaves.begin(), leaves.end(), [](const Leaf& leaf) { return leaf.is_missing; });
    if (end == leaves.end()) return leaves;
    if (states_[end->path] == kUnknown) states_[end->path] = kNamed;
    leaves.erase(end, leaves.end());
    return leaves;
  }

  template <typename Each>
  void for_plain_leaves(Each each) {
    tree_.for_paths([&](uint32_t path) {
      if (tree_.is_leaf(path)) each(Leaf{path, tree_.entry(path), false, 0});
    });
  }

  int64_t bytes_of(uint32_t entry) const { return payload_of(paths_, entry).bytes; }

  // Returns how often the path was seen.
  uint32_t count(const Leaf& leaf) {
    uint32_t& state = states_[leaf.path];
    if (state < kOnce && !leaf.is_whiteout()) {
      state = kOnce + leaf.entry;
      return 1;
    }
    int64_t bytes = leaf.is_whiteout() ? leaf.removed_bytes : bytes_of(leaf.entry);
    if ((state & kCounted) == 0) {
      PathCount first{leaf.path, 0, 0, kNoLeast};
      if (state >= kOnce) {
        first.bytes = first.least = bytes_of(state - kOnce);
        first.seen = 1;
      }
      state = static_cast<uint32_t>(kCounted + counts_.size());
      counts_.push_back(first);
    }
    PathCount& count = counts_[state & ~kCounted];
    count.bytes = add_wrapping(count.bytes, bytes);
    if (count.least < 0 || bytes < count.least) count.least = bytes;
    return ++count.seen;
  }

  // What each whiteout counts, before the layer is laid.
  std::vector<Leaf> whiteout_leaves() const {
    std::vector<Leaf> leaves;
    std::vector<uint32_t> folders;
    for (const DiveWhiteout& whiteout : tree_.whiteouts()) {
      if (!whiteout.is_leaf) continue;
      leaves.push_back({whiteout.path, DiveLayerTree::kNoEntry, !stack_.holds(whiteout.path), 0});
      if (stack_.is_folder(whiteout.path)) folders.push_back(whiteout.path);
    }
    std::vector<int64_t> sums = stack_.bytes_below(folders);
    for (size_t i = 0, next = 0; i < leaves.size() && next < folders.size(); ++i) {
      if (leaves[i].path == folders[next]) leaves[i].removed_bytes = sums[next++];
    }
    return leaves;
  }

  DiveCompat figures() {
    DiveCompat dive;
    int64_t least = 0;
    int64_t all = 0;
    for (size_t path = 0; path < states_.size(); ++path) {
      if (states_[path] == kNamed) least = add_wrapping(least, kNoLeast);
      if (states_[path] < kOnce || (states_[path] & kCounted) != 0) continue;
      int64_t bytes = bytes_of(states_[path] - kOnce);
      least = add_wrapping(least, bytes);
      all = add_wrapping(all, bytes);
    }
    for (const PathCount& count : counts_) {
      least = add_wrapping(least, count.least);
      all = add_wrapping(all, count.bytes);
    }
    if (all != 0) dive.efficiency = static_cast<double>(least) / static_cast<double>(all);
    for (size_t layer = 0; layer < layers_.size(); ++layer) {
      dive.layer_bytes.push_back(header_bytes(*layers_[layer]));
      dive.size_bytes = add_wrapping(dive.size_bytes, dive.layer_bytes.back());
      if (layer > 0)
        dive.user_size_bytes = add_wrapping(dive.user_size_bytes, dive.layer_bytes.back());
    }
    list_inefficient(dive);
    dive.wasted_user_percent =
        static_cast<double>(dive.wasted_bytes) / static_cast<double>(dive.user_size_bytes);
    return dive;
  }

  static int64_t header_bytes(const LayerIndex& layer) {
    uint64_t bytes = layer.dropped_bytes;
    for (const Entry& entry : layer.entries) bytes += entry.size_bytes;
    for (const OddSize& odd : layer.odd_sizes) bytes += odd.bytes;
    return static_cast<int64_t>(bytes);
  }

  // dive sorts by size, smallest first, and shows the list from its end.
  void list_inefficient(DiveCompat& dive) {
    std::stable_sort(listed_.begin(), listed_.end(), [&](size_t a, size_t b) {
      return counts_[a].bytes < counts_[b].bytes;
    });
    for (size_t i = listed_.size(); i-- > 0;) {
      const PathCount& count = counts_[listed_[i]];
      dive.wasted_bytes = add_wrapping(dive.wasted_bytes, count.bytes);
      dive.inefficient.push_back(
          {"/" + std::string(paths_.path(count.path)), count.seen, count.bytes});
    }
  }

  const std::vector<const LayerIndex*>& layers_;
  const PathIndex& paths_;
  WalkOrder order_;
  std::vector<uint32_t> states_;   // [path]
  std::vector<PathCount> counts_;  // of those that were not seen once, as an entry
  std::vector<size_t> listed_;     // into counts_, in dive's order
  DiveLayerTree tree_;
  DiveStack stack_;
};

}  // namespace

bool has_whiteouts(const LayerIndex* layer) {
  return std::any_of(layer->entries.begin(), layer->entries.end(), [](const Entry& entry) {
    return entry.role == EntryRole::Whiteout;
  });
}

DiveCompat dive_figures(const std::vector<const LayerIndex*>& layers, const PathIndex& paths) {
  return DiveCounter(layers, paths).run();
}

}  // namespace whittle
