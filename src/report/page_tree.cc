#include "report/page_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr size_t kMaxNameBytes = 1'024;
constexpr size_t kMaxVersions = 64;  // of one path
constexpr uint32_t kMaxDepth = 10'000;

enum NodeType : uint8_t { kFolder, kFile, kSymlink, kHardlink, kOther, kFolded };

struct Node {
  std::string_view name;
  uint32_t depth = 0;
  NodeType type = kFolder;
  uint64_t final = 0;
  uint64_t lost = 0;
  uint64_t weight = 0;  // stored bytes of it and all below
  uint64_t files = 0;   // of kFolded
  uint32_t layer = 0;
  uint32_t first_version = 0;  // into refs
  uint32_t version_count = 0;  // 0: no entry names it
  FileKind kind = 0;
  LossCause cause = LossCause::Kept;
};

// By parts: a folder before what lies below it, before its siblings. No path holds a NUL.
bool path_less(std::string_view a, std::string_view b) {
  auto [at_a, at_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (at_a == a.end() || at_b == b.end()) return at_a == a.end() && at_b != b.end();
  auto rank = [](char c) {
    return c == '/' ? 0U : static_cast<unsigned>(static_cast<unsigned char>(c));
  };
  return rank(*at_a) < rank(*at_b);
}

NodeType type_of(EntryType type) {
  switch (type) {
    case EntryType::File:
      return kFile;
    case EntryType::Directory:
      return kFolder;
    case EntryType::Symlink:
      return kSymlink;
    case EntryType::Hardlink:
      return kHardlink;
    case EntryType::CharDevice:
    case EntryType::BlockDevice:
    case EntryType::Fifo:
      return kOther;
  }
  return kOther;
}

class TreeBuilder {
 public:
  explicit TreeBuilder(const Analysis& analysis) : analysis_(analysis) {
    collect();
    build();
    weigh();
  }

  size_t size() const { return nodes_.size(); }

  // The columns with at most `max_nodes` nodes of their own.
  PageTree write(size_t max_nodes) const;

 private:
  friend class TreeWriter;

  std::string_view path_of(const EntryRef& ref) const {
    const LayerIndex& index = *analysis_.tree->layers[ref.layer];
    return index.path(index.at(ref.entry));
  }

  const Entry& entry_of(const EntryRef& ref) const {
    return analysis_.tree->layers[ref.layer]->at(ref.entry);
  }

  const EntryAccount& account_of(const EntryRef& ref) const {
    return analysis_.accounts[ref.layer][static_cast<size_t>(ref.entry)];
  }

  bool is_kept(const EntryRef& ref) const {
    return analysis_.tree->loss[ref.layer][static_cast<size_t>(ref.entry)] == Loss::Kept;
  }

  // All entries but whiteouts, by path, oldest layer first.
  void collect() {
    const MergedTree& tree = *analysis_.tree;
    for (uint32_t layer = 0; layer < tree.layers.size(); ++layer) {
      std::span<const Entry> entries = tree.layers[layer]->entries;
      for (uint32_t i = 0; i < entries.size(); ++i) {
        if (entries[i].role == EntryRole::Normal && entries[i].path.size > 0) {
          refs_.push_back({layer, EntryId{i}});
        }
      }
    }
    std::stable_sort(refs_.begin(), refs_.end(), [&](const EntryRef& a, const EntryRef& b) {
      return path_less(path_of(a), path_of(b));
    });
  }

  void build() {
    nodes_.push_back({});
    std::string_view before;
    for (size_t i = 0; i < refs_.size();) {
      std::string_view path = path_of(refs_[i]);
      size_t end = i + 1;
      while (end < refs_.size() && path_of(refs_[end]) == path) ++end;
      add_folders(before, path);
      add_versions(i, end);
      before = path;
      i = end;
    }
  }

  // The parts of `path` that the path before it does not have; the last one is the entry's own
  // node.
  void add_folders(std::string_view before, std::string_view path) {
    size_t shared = 0;  // bytes of the parts that both have, with their '/'
    size_t limit = std::min(before.size(), path.size());
    size_t equal = static_cast<size_t>(
        std::mismatch(before.begin(), before.begin() + static_cast<ptrdiff_t>(limit), path.begin())
            .first -
        before.begin());
    if (equal == before.size() && equal < path.size() && path[equal] == '/') {
      shared = equal + 1;
    } else if (size_t slash = path.substr(0, equal).rfind('/'); slash != std::string_view::npos) {
      shared = slash + 1;
    }
    if (before.empty()) shared = 0;
    auto depth = static_cast<uint32_t>(
        1 + std::count(path.begin(), path.begin() + static_cast<ptrdiff_t>(shared), '/'));
    for (std::string_view part : split(path.substr(shared), '/')) {
      Node node;
      node.name = part;
      node.depth = std::min(depth++, kMaxDepth);
      nodes_.push_back(node);
    }
  }

  // What the entries of one path say of its node.
  void add_versions(size_t first, size_t end) {
    Node& node = nodes_.back();
    node.first_version = static_cast<uint32_t>(first);
    node.version_count = static_cast<uint32_t>(end - first);
    const EntryRef* shown = &refs_[end - 1];
    uint64_t biggest_loss = 0;
    for (size_t i = first; i < end; ++i) {
      const Entry& entry = entry_of(refs_[i]);
      const EntryAccount& account = account_of(refs_[i]);
      if (is_kept(refs_[i])) shown = &refs_[i];
      if (entry.type != EntryType::File) continue;
      (account.cause == LossCause::Kept ? node.final : node.lost) += entry.size_bytes;
      if (account.cause != LossCause::Kept && entry.size_bytes >= biggest_loss) {
        biggest_loss = entry.size_bytes;
        node.cause = account.cause;
      }
    }
    node.type = type_of(entry_of(*shown).type);
    node.layer = shown->layer;
    node.kind = account_of(*shown).kind;
  }

  void weigh() {
    std::vector<size_t> open;  // the way to the current node
    auto close = [&](size_t depth) {
      while (open.size() > depth) {
        uint64_t weight = nodes_[open.back()].weight;
        open.pop_back();
        if (!open.empty()) nodes_[open.back()].weight += weight;
      }
    };
    for (size_t i = 0; i < nodes_.size(); ++i) {
      close(nodes_[i].depth);
      nodes_[i].weight = nodes_[i].final + nodes_[i].lost;
      open.push_back(i);
    }
    close(0);
  }

  const Analysis& analysis_;
  std::vector<EntryRef> refs_;
  std::vector<Node> nodes_;  // depth first; nodes_[0] is the root
};

// Fills the columns.
class TreeWriter {
 public:
  explicit TreeWriter(const TreeBuilder& builder) : builder_(builder) {}

  void add(const Node& node) {
    std::string_view separator = count_ == 0 ? "" : ",";
    std::string name = printable(node.name.substr(0, kMaxNameBytes));
    names_.append(separator).append(nlohmann::json(name).dump());
    number(depth_, node.depth);
    number(type_, node.type);
    number(final_, node.final);
    number(lost_, node.lost);
    number(layer_, node.layer);
    number(kind_, node.kind);
    number(cause_, static_cast<uint64_t>(node.cause));
    number(files_, node.files);
    add_attributes(node);
    ++count_;
  }

  std::string finish() const {
    std::string owners;
    for (const std::string& owner : owner_names_) {
      owners.append(owners.empty() ? "" : ",").append("\"" + owner + "\"");
    }
    return fmt::format(
        "{{\"names\":[{}],\"depth\":[{}],\"type\":[{}],\"final\":[{}],\"lost\":[{}],\"layer\":[{}],"
        "\"kind\":[{}],\"cause\":[{}],\"files\":[{}],\"mode\":[{}],\"owner\":[{}],\"owners\":[{}],"
        "\"links\":{{{}}},\"versions\":{{{}}}}}",
        names_,
        depth_,
        type_,
        final_,
        lost_,
        layer_,
        kind_,
        cause_,
        files_,
        mode_,
        owner_,
        owners,
        links_,
        versions_);
  }

 private:
  void number(std::string& column, uint64_t value) const {
    fmt::format_to(std::back_inserter(column), "{}{}", count_ == 0 ? "" : ",", value);
  }

  void add_attributes(const Node& node) {
    const EntryRef* shown = nullptr;
    for (uint32_t i = 0; i < node.version_count; ++i) {
      const EntryRef& ref = builder_.refs_[node.first_version + i];
      if (shown == nullptr || ref.layer <= node.layer) shown = &ref;
    }
    if (shown == nullptr) {
      number(mode_, 0);
      number(owner_, 0);
      owner_of(0, 0);
      return;
    }
    const Entry& entry = builder_.entry_of(*shown);
    number(mode_, entry.mode);
    number(owner_, owner_of(entry.uid, entry.gid));
    std::string_view target = builder_.analysis_.tree->layers[shown->layer]->link_target(entry);
    if (!target.empty()) {
      links_ += fmt::format("{}\"{}\":{}",
                            links_.empty() ? "" : ",",
                            count_,
                            nlohmann::json(printable(target.substr(0, kMaxNameBytes))).dump());
    }
    if (node.lost > 0 || (node.version_count > 1 && node.type != kFolder)) add_versions(node);
  }

  void add_versions(const Node& node) {
    versions_ += fmt::format("{}\"{}\":[", versions_.empty() ? "" : ",", count_);
    size_t shown = std::min<size_t>(node.version_count, kMaxVersions);
    for (size_t i = 0; i < shown; ++i) {
      const EntryRef& ref = builder_.refs_[node.first_version + i];
      const EntryAccount& account = builder_.account_of(ref);
      versions_ += fmt::format("{}[{},{},{},{}]",
                               i == 0 ? "" : ",",
                               ref.layer,
                               builder_.entry_of(ref).size_bytes,
                               static_cast<unsigned>(account.cause),
                               account.killer);
    }
    versions_ += "]";
  }

  size_t owner_of(uint32_t uid, uint32_t gid) {
    auto [found, is_new] = owners_.emplace(std::pair(uid, gid), owner_names_.size());
    if (is_new) owner_names_.push_back(fmt::format("{}:{}", uid, gid));
    return found->second;
  }

  const TreeBuilder& builder_;
  size_t count_ = 0;
  std::string names_, depth_, type_, final_, lost_, layer_, kind_, cause_, files_, mode_, owner_;
  std::string links_, versions_;
  std::map<std::pair<uint32_t, uint32_t>, size_t> owners_;
  std::vector<std::string> owner_names_;
};

PageTree TreeBuilder::write(size_t max_nodes) const {
  // The heaviest nodes, of equal ones the first: a folder is never lighter than what it holds and
  // stands before it, so that with a node all above it are taken.
  std::vector<uint32_t> order(nodes_.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  auto heavier = [&](uint32_t a, uint32_t b) {
    return nodes_[a].weight != nodes_[b].weight ? nodes_[a].weight > nodes_[b].weight : a < b;
  };
  size_t own = std::min(std::max<size_t>(max_nodes, 1), nodes_.size());
  if (own < nodes_.size()) {
    std::nth_element(
        order.begin(), order.begin() + static_cast<ptrdiff_t>(own), order.end(), heavier);
  }
  std::vector<bool> is_own(nodes_.size());
  for (size_t i = 0; i < own; ++i) is_own[order[i]] = true;

  PageTree page;
  TreeWriter writer(*this);
  std::vector<Node> rest;  // by depth of the open folders: what is summed up in them
  std::vector<uint64_t> heaviest;
  auto close = [&](size_t depth) {
    while (rest.size() > depth) {
      if (rest.back().files > 0) writer.add(rest.back());
      rest.pop_back();
      heaviest.pop_back();
    }
  };
  for (size_t i = 0; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    close(node.depth);
    if (is_own[i]) {
      writer.add(node);
      Node folded;
      folded.type = kFolded;
      folded.depth = node.depth + 1;
      rest.push_back(folded);
      heaviest.push_back(0);
      continue;
    }
    Node& folded = rest.back();
    ++page.folded;
    ++folded.files;
    folded.final += node.final;
    folded.lost += node.lost;
    uint64_t bytes = node.final + node.lost;
    if (bytes >= heaviest[folded.depth - 1]) {
      heaviest[folded.depth - 1] = bytes;
      folded.layer = node.layer;
      folded.kind = node.kind;
      if (node.lost > 0) folded.cause = node.cause;
    }
  }
  close(0);
  page.json = writer.finish();
  return page;
}

}  // namespace

PageTree page_tree(const Analysis& analysis, size_t max_nodes, size_t max_bytes) {
  TreeBuilder builder(analysis);
  size_t nodes = std::min(max_nodes, builder.size());
  PageTree page = builder.write(nodes);
  while (page.json.size() > max_bytes && nodes > 1) {
    nodes /= 2;
    page = builder.write(nodes);
  }
  return page;
}

}  // namespace whittle
