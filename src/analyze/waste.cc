#include "analyze/waste.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <unordered_map>

#include "analyze/accounts.h"
#include "base/strings.h"

namespace whittle {

namespace {

constexpr uint32_t kGroupLevels = 2;  // folders that group what has no kind of its own
constexpr FileKind kDuplicate = 0xfe;
constexpr size_t kShownCommand = 60;

// What the files of one item have in common.
struct Key {
  LossCause cause;
  FileKind kind;    // 0 for all kinds that are no waste by themselves
  uint32_t folder;  // of the path index
  uint32_t created;
  uint32_t killer;
  bool operator==(const Key&) const = default;
};

struct KeyHash {
  size_t operator()(const Key& key) const {
    uint64_t hash = (uint64_t{key.folder} << 16) ^ (uint64_t{key.created} << 40) ^
                    (uint64_t{key.killer} << 52) ^ (uint64_t{key.kind} << 4) ^
                    static_cast<uint64_t>(key.cause);
    return static_cast<size_t>(hash * 0x9e3779b97f4a7c15U);
  }
};

struct Group {
  Key key{};
  uint64_t bytes = 0;
  uint64_t files = 0;
  std::string_view common;  // the folder that holds all, or the one file
};

// The longest folder that both are in.
std::string_view common_folder(std::string_view a, std::string_view b) {
  size_t most = std::min(a.size(), b.size());
  size_t same = static_cast<size_t>(
      std::mismatch(a.begin(), a.begin() + static_cast<ptrdiff_t>(most), b.begin()).first -
      a.begin());
  bool is_whole = same == most && (a.size() == b.size() || (a.size() > most ? a : b)[most] == '/');
  if (is_whole) return a.substr(0, same);
  size_t slash = a.substr(0, same).rfind('/');
  return slash == std::string_view::npos ? std::string_view() : a.substr(0, slash);
}

std::string_view folder_of(std::string_view path) {
  size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

class WasteFinder {
 public:
  WasteFinder(const Analysis& analysis, const PathIndex& paths)
      : analysis_(analysis), paths_(paths) {}

  std::vector<WasteItem> run() {
    for (uint32_t layer = 0; layer < analysis_.tree->layers.size(); ++layer) {
      std::span<const Entry> entries = analysis_.tree->layers[layer]->entries;
      for (uint32_t i = 0; i < entries.size(); ++i) {
        if (is_stored_file(entries[i]) && entries[i].size_bytes > 0) add(layer, i, entries[i]);
      }
    }
    std::vector<WasteItem> items;
    for (const Group& group : groups_) items.push_back(item(group));
    std::sort(items.begin(), items.end(), [](const WasteItem& a, const WasteItem& b) {
      return std::tie(b.bytes, a.path, a.cause, a.created_layer, a.killer_layer, a.kind) <
             std::tie(a.bytes, b.path, b.cause, b.created_layer, b.killer_layer, b.kind);
    });
    return items;
  }

 private:
  // Parents have lower numbers than their children.
  void find_top_folders() {
    std::vector<uint8_t> depth(paths_.size(), 0);
    top_.assign(paths_.size(), PathIndex::kRoot);
    for (uint32_t id = 1; id < paths_.size(); ++id) {
      uint32_t up = paths_.parent(id);
      depth[id] = static_cast<uint8_t>(std::min<uint32_t>(depth[up] + 1U, kGroupLevels + 1));
      top_[id] = depth[id] <= kGroupLevels ? id : top_[up];
    }
  }

  void add(uint32_t layer, uint32_t i, const Entry& entry) {
    const EntryAccount& account = analysis_.accounts[layer][i];
    const FileKindInfo& kind = file_kinds()[account.kind];
    bool is_lost = account.cause != LossCause::Kept;
    if (!is_lost && !kind.is_needless && !account.is_duplicate) return;
    if (kind.id == "book-keeping") return;
    uint32_t path = paths_.of(layer, i);
    Key key{account.cause, 0, PathIndex::kRoot, layer, is_lost ? account.killer : 0U};
    if (kind.is_needless) {
      key.kind = account.kind;
    } else {
      key.kind = is_lost ? FileKind{0} : kDuplicate;
      if (top_.empty()) find_top_folders();
      key.folder = top_[paths_.parent(path)];
    }
    Group& group = group_of(key);
    std::string_view folder = folder_of(paths_.path(path));
    if (group.files == 0) {
      group.common = paths_.path(path);
    } else {
      std::string_view before = group.files == 1 ? folder_of(group.common) : group.common;
      group.common = common_folder(before, folder);
    }
    group.bytes += entry.size_bytes;
    ++group.files;
  }

  Group& group_of(const Key& key) {
    if (!groups_.empty() && groups_[last_].key == key) return groups_[last_];
    auto [found, is_new] = index_.try_emplace(key, groups_.size());
    if (is_new) groups_.emplace_back().key = key;
    last_ = found->second;
    return groups_[last_];
  }

  WasteItem item(const Group& group) const {
    const Key& key = group.key;
    WasteItem item;
    item.cause = key.cause;
    item.kind = key.kind == kDuplicate ? FileKind{0} : key.kind;
    item.created_layer = key.created;
    item.killer_layer = key.killer;
    item.bytes = group.bytes;
    item.file_count = group.files;
    item.path = "/" + std::string(group.common);
    const LayerFacts& layer = analysis_.layers[key.created];
    item.compressed_bytes = static_cast<uint64_t>(
        std::llround(static_cast<double>(group.bytes) * compression_ratio(layer)));
    item.is_base = layer.is_base;
    item.title = title(key);
    item.remedy = remedy(key, item);
    return item;
  }

  static std::string title(const Key& key) {
    if (key.kind == kDuplicate) return "files that are elsewhere, too";
    std::string what(key.kind == 0 ? "files" : file_kinds()[key.kind].title);
    if (key.cause == LossCause::Kept) return what;
    return what + (key.kind == 0 ? " " : ", ") + std::string(info_of(key.cause).title);
  }

  // "Dockerfile:14" or "layer 4 (RUN make)".
  std::string place(uint32_t layer) const {
    const LayerFacts& facts = analysis_.layers[layer];
    if (facts.place) return fmt::format("{}:{}", facts.place->file, facts.place->first_line);
    if (facts.command.empty()) return fmt::format("layer {}", layer + 1);
    std::string command = facts.command.substr(0, kShownCommand);
    while (!command.empty() && !is_valid_utf8(command)) command.pop_back();
    if (command.size() < facts.command.size()) command += "...";
    return fmt::format("layer {} ({})", layer + 1, command);
  }

  bool is_run(uint32_t layer) const { return analysis_.layers[layer].command.starts_with("RUN "); }

  bool is_copy(uint32_t layer) const {
    const std::string& command = analysis_.layers[layer].command;
    return command.starts_with("COPY ") || command.starts_with("ADD ");
  }

  std::string remedy(const Key& key, const WasteItem& item) const {
    if (item.is_base) {
      return key.cause == LossCause::Kept
                 ? "It came with the base image: take a smaller one"
                 : "It came with the base image, which stores it all the same: take a smaller one";
    }
    std::string made = place(key.created);
    if (key.kind == kDuplicate) return fmt::format("{}: keep one copy and link to it", made);
    if (key.cause == LossCause::Kept)
      return fmt::format("{}: {}", made, lower_first(file_kinds()[key.kind].remedy));
    return lost_remedy(key, item, made, place(key.killer));
  }

  std::string lost_remedy(const Key& key,
                          const WasteItem& item,
                          const std::string& made,
                          const std::string& ended) const {
    switch (key.cause) {
      case LossCause::Deleted:
        if (is_copy(key.created))
          return fmt::format(
              "{}: leave `{}` out of what is copied; {} deletes it", made, item.path, ended);
        return fmt::format(
            "{}: delete `{}` in the same RUN, {} is too late", made, item.path, ended);
      case LossCause::MetadataOnly:
        if (is_copy(key.created) && is_run(key.killer))
          return fmt::format(
              "{}: set owner and mode with --chown and --chmod, {} copies it whole", made, ended);
        return fmt::format("{}: set owner and mode there, {} copies it whole", made, ended);
      case LossCause::OverwrittenEqual:
        return fmt::format("{}: leave the second copy out, {} has stored it", ended, made);
      case LossCause::DuplicateEntry:
        return fmt::format("{}: {}", made, lower_first(info_of(key.cause).remedy));
      default:
        return fmt::format(
            "{}: {}, {} takes its place", made, lower_first(info_of(key.cause).remedy), ended);
    }
  }

  static std::string lower_first(std::string_view text) {
    std::string out(text);
    if (!out.empty() && out[0] >= 'A' && out[0] <= 'Z') out[0] = static_cast<char>(out[0] | 0x20);
    return out;
  }

  const Analysis& analysis_;
  const PathIndex& paths_;
  std::vector<uint32_t> top_;  // [path]: the folder that groups it
  std::vector<Group> groups_;
  std::unordered_map<Key, size_t, KeyHash> index_;
  size_t last_ = 0;
};

}  // namespace

std::vector<WasteItem> find_waste(const Analysis& analysis, const PathIndex& paths) {
  return WasteFinder(analysis, paths).run();
}

}  // namespace whittle
