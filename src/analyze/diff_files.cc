#include "analyze/diff_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "analyze/causes.h"
#include "base/strings.h"
#include "image/content.h"

namespace whittle {

namespace {

// A node of a merged tree with what its entries say.
struct Side {
  const Analysis* analysis = nullptr;
  NodeId id = kNoNode;

  const TreeNode& node() const { return analysis->tree->at(id); }

  EntryRef content_ref() const { return analysis->tree->content(id); }

  const LayerIndex& layer() const { return *analysis->tree->layers[node().entry.layer]; }

  const Entry& entry() const { return layer().at(node().entry.entry); }

  const LayerIndex& content_layer() const { return *analysis->tree->layers[content_ref().layer]; }

  const Entry& content() const { return content_layer().at(content_ref().entry); }

  EntryType type() const { return node().is_implied ? EntryType::Directory : content().type; }

  uint64_t bytes() const { return type() == EntryType::File ? content().size_bytes : 0; }
};

uint64_t content_key(EntryRef ref) {
  return (uint64_t{ref.layer} << 32) | static_cast<uint32_t>(ref.entry);
}

// Which names share an inode: per content with several names, its first name by path.
class HardLinks {
 public:
  explicit HardLinks(const MergedTree& tree) : tree_(tree) {
    if (tree.linked.empty()) return;
    for (const LinkedName& linked : tree.linked) names_.try_emplace(content_key(linked.content));
    for (const TreeNode& node : tree.nodes) {
      if (node.is_implied) continue;
      auto found = names_.find(content_key(tree.content(node)));
      if (found != names_.end()) found->second.push_back(tree.id_of(node));
    }
  }

  // All names of its inode when there are several, by path.
  const std::vector<NodeId>* names_of(NodeId node) const {
    auto found = names_.find(content_key(tree_.content(node)));
    return found == names_.end() || found->second.size() < 2 ? nullptr : &found->second;
  }

 private:
  const MergedTree& tree_;
  std::unordered_map<uint64_t, std::vector<NodeId>> names_;
};

// Two files of equal size whose hashes are not known.
struct OpenPair {
  size_t change;  // index into the changes
  EntryRef before;
  EntryRef after;
};

class FileDiffer {
 public:
  explicit FileDiffer(const DiffInput& input)
      : input_(input), before_links_(*input.before->tree), after_links_(*input.after->tree) {}

  Result<std::vector<FileChange>> run() {
    walk();
    TRY(input_.cancel->check());
    TRY(decide_contents());
    std::vector<FileChange> kept;
    for (FileChange& change : changes_) {
      if (change.kind == ChangeKind::Modified && !differs(change.what)) continue;
      kept.push_back(std::move(change));
    }
    return kept;
  }

 private:
  static bool differs(const FileDifference& what) {
    return what.content || what.type || what.mode || what.owner || what.time || what.link_target ||
           what.xattrs || what.hard_links;
  }

  Side side(const Analysis& analysis, NodeId id) const { return {&analysis, id}; }

  static NodeId first_child(const Analysis& analysis, NodeId id) {
    return id == kNoNode ? kNoNode : analysis.tree->at(id).first_child;
  }

  static const TreeNode& node(const Analysis& analysis, NodeId id) {
    return analysis.tree->nodes[static_cast<uint32_t>(id)];
  }

  // Both trees at once, siblings by name; a folder's children after it.
  void walk() {
    struct Pair {
      NodeId before;
      NodeId after;
      size_t parent_size;  // of the path
      std::string_view name;
    };

    const Analysis& a = *input_.before;
    const Analysis& b = *input_.after;
    std::vector<Pair> pending = {{NodeId{0}, NodeId{0}, 0, ""}};
    std::vector<Pair> children;
    std::string path;
    while (!pending.empty()) {
      Pair pair = pending.back();
      pending.pop_back();
      path.resize(pair.parent_size);
      bool is_root = pair.before == NodeId{0} && pair.after == NodeId{0};
      if (!is_root) path.append("/").append(pair.name);
      compare(path, pair.before, pair.after);
      children.clear();
      NodeId x = first_child(a, pair.before);
      NodeId y = first_child(b, pair.after);
      while (x != kNoNode || y != kNoNode) {
        int order = x == kNoNode ? 1 : y == kNoNode ? -1 : a.tree->name(x).compare(b.tree->name(y));
        Pair& child = children.emplace_back();
        child.parent_size = path.size();
        child.before = order <= 0 ? x : kNoNode;
        child.after = order >= 0 ? y : kNoNode;
        child.name = order <= 0 ? a.tree->name(x) : b.tree->name(y);
        if (order <= 0) x = node(a, x).next_sibling;
        if (order >= 0) y = node(b, y).next_sibling;
      }
      pending.insert(pending.end(), children.rbegin(), children.rend());
    }
  }

  void compare(const std::string& path, NodeId before, NodeId after) {
    Side a = side(*input_.before, before);
    Side b = side(*input_.after, after);
    FileChange change;
    if (before == kNoNode || after == kNoNode) {
      change.kind = before == kNoNode ? ChangeKind::Added : ChangeKind::Removed;
      const Side& there = before == kNoNode ? b : a;
      change.before_type = change.after_type = there.type();
      (before == kNoNode ? change.after_bytes : change.before_bytes) = there.bytes();
      change.path = path;
      changes_.push_back(std::move(change));
      return;
    }
    change.before_type = a.type();
    change.after_type = b.type();
    change.before_bytes = a.bytes();
    change.after_bytes = b.bytes();
    compare_attributes(a, b, change);
    bool is_open = compare_contents(a, b, change.what);
    if (!is_open && !differs(change.what)) return;
    change.path = path.empty() ? "/" : path;
    if (is_open) open_.push_back({changes_.size(), a.content_ref(), b.content_ref()});
    changes_.push_back(std::move(change));
  }

  // True if only the contents themselves can tell.
  bool compare_contents(const Side& a, const Side& b, FileDifference& what) const {
    if (a.type() != EntryType::File || b.type() != EntryType::File) return false;
    const Entry& x = a.content();
    const Entry& y = b.content();
    if (x.size_bytes != y.size_bytes) {
      what.content = true;
      return false;
    }
    bool is_same_layer = !a.content_layer().diff_id.empty() &&
                         a.content_layer().diff_id == b.content_layer().diff_id &&
                         a.content_ref().entry == b.content_ref().entry;
    if (x.size_bytes == 0 || is_same_layer) return false;
    if (!a.content_layer().has_hashes || !b.content_layer().has_hashes) return true;
    what.content = a.content_layer().content_hash_of(x) != b.content_layer().content_hash_of(y);
    return false;
  }

  void compare_attributes(const Side& a, const Side& b, FileChange& change) {
    FileDifference& what = change.what;
    what.type = a.type() != b.type();
    std::vector<std::string> details;
    bool is_known = !a.node().is_implied && !b.node().is_implied;
    if (a.node().is_implied != b.node().is_implied && !input_.semantic && !what.type) {
      what.mode = true;
      details.emplace_back(a.node().is_implied ? "folder was only implied"
                                               : "folder is only implied");
    }
    if (is_known) {
      const Entry& x = a.entry();
      const Entry& y = b.entry();
      what.mode = x.mode != y.mode;
      what.owner = x.uid != y.uid || x.gid != y.gid;
      what.time = !input_.semantic && !equal_times(a.layer(), x, b.layer(), y);
      what.xattrs = !equal_xattrs(a.layer(), x, b.layer(), y);
      if (what.mode) details.push_back(fmt::format("mode {:04o} -> {:04o}", +x.mode, +y.mode));
      if (what.owner)
        details.push_back(fmt::format("owner {}:{} -> {}:{}", x.uid, x.gid, y.uid, y.gid));
    }
    compare_links(a, b, what, details);
    change.details = join(details, ", ");
  }

  void compare_links(const Side& a,
                     const Side& b,
                     FileDifference& what,
                     std::vector<std::string>& details) {
    if (what.type) return;
    if (a.type() == EntryType::Symlink) {
      std::string_view x = a.content_layer().link_target(a.content());
      std::string_view y = b.content_layer().link_target(b.content());
      what.link_target = x != y;
      if (what.link_target) details.push_back(fmt::format("target {} -> {}", x, y));
    }
    bool is_device = a.type() == EntryType::CharDevice || a.type() == EntryType::BlockDevice;
    if (is_device &&
        a.content_layer().device_of(a.content()) != b.content_layer().device_of(b.content())) {
      what.content = true;
      details.emplace_back("device number");
    }
    if (a.type() == EntryType::Directory) return;
    const std::vector<NodeId>* x = before_links_.names_of(a.id);
    const std::vector<NodeId>* y = after_links_.names_of(b.id);
    what.hard_links = !same_names(x, y);
    if (what.hard_links) {
      details.push_back(fmt::format("{} -> {}",
                                    count_of(x == nullptr ? 1 : x->size(), "name"),
                                    y == nullptr ? 1 : y->size()));
    }
  }

  bool same_names(const std::vector<NodeId>* x, const std::vector<NodeId>* y) {
    if (x == nullptr || y == nullptr) return x == y;
    if (x->size() != y->size()) return false;
    auto [known, is_new] = same_names_.try_emplace({x, y}, false);
    if (is_new) {
      known->second = std::equal(x->begin(), x->end(), y->begin(), [&](NodeId a, NodeId b) {
        return input_.before->tree->path(a) == input_.after->tree->path(b);
      });
    }
    return known->second;
  }

  Status decide_contents() {
    if (open_.empty()) return {};
    std::vector<EntryRef> before;
    std::vector<EntryRef> after;
    for (const OpenPair& pair : open_) {
      before.push_back(pair.before);
      after.push_back(pair.after);
    }
    ContentOptions options;
    options.limits = input_.limits;
    options.max_bytes = input_.limits.max_layer_bytes;
    options.cancel = input_.cancel;
    TRY_ASSIGN(std::vector<uint64_t> x,
               hash_contents(*input_.before_image, input_.before->tree->layers, before, options));
    TRY_ASSIGN(std::vector<uint64_t> y,
               hash_contents(*input_.after_image, input_.after->tree->layers, after, options));
    for (size_t i = 0; i < open_.size(); ++i) changes_[open_[i].change].what.content = x[i] != y[i];
    return {};
  }

  const DiffInput& input_;
  HardLinks before_links_;
  HardLinks after_links_;
  std::vector<FileChange> changes_;
  std::vector<OpenPair> open_;
  // What was found out about two sets of names: all names of a set ask.
  std::map<std::pair<const void*, const void*>, bool> same_names_;
};

}  // namespace

Result<std::vector<FileChange>> diff_files(const DiffInput& input) {
  return FileDiffer(input).run();
}

}  // namespace whittle
