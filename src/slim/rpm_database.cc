#include "slim/rpm_database.h"

#include <set>
#include <tuple>
#include <utility>

#include "model/tree_paths.h"
#include "packages/cataloguers/rpm_header.h"
#include "slim/rpm_filters.h"

namespace whittle {

namespace {

constexpr std::string_view kFolders[] = {"var/lib/rpm", "usr/lib/sysimage/rpm", "usr/share/rpm"};
// Of big systems it has a tenth of that.
constexpr uint64_t kMaxIndexBytes = 64ULL << 20;

// Packages by name, architecture and version.
using Survivors = std::set<std::tuple<std::string, std::string, std::string>>;

// As the catalog words it.
std::string version_of(const RpmHeader& header) {
  std::string epoch = header.epoch.value_or(0) == 0 ? "" : std::to_string(*header.epoch) + ":";
  return epoch + std::string(header.version) + "-" + std::string(header.release);
}

bool is_survivor(const Survivors& survivors, std::string_view blob) {
  std::optional<RpmHeader> header = read_rpm_header(blob);
  if (!header || header->name == "gpg-pubkey") return true;  // a key, or beyond us
  return survivors.contains(
      {std::string(header->name), std::string(header->architecture), version_of(*header)});
}

// A database whose packages have numbers that the indexes beside it speak of.
struct NumberedFormat {
  std::string_view file;
  std::optional<RpmNumbers> (*staying)(std::string_view database, const RpmStays& stays);
  std::optional<std::string> (*filter)(std::string_view database, const RpmNumbers& staying);
  bool (*is_index)(std::string_view name);
  std::optional<std::string> (*filter_index)(std::string_view index, const RpmNumbers& staying);
};

constexpr NumberedFormat kNumberedFormats[] = {
    {"Packages.db",
     &staying_in_rpm_ndb,
     &filter_rpm_ndb,
     [](std::string_view name) { return name == "Index.db"; },
     &filter_rpm_ndb_index},
    {"Packages",
     &staying_in_rpm_bdb,
     &filter_rpm_bdb,
     // Two dozen names over the years: Name, Basenames, Providename, ...
     [](std::string_view name) { return name.find('.') == std::string_view::npos; },
     &filter_rpm_bdb_index},
};

class Editor {
 public:
  Editor(const MergedTree& tree,
         const PackageCatalog& catalog,
         const KeepSet& keep,
         std::shared_ptr<RpmLeftWhole> left_whole)
      : tree_(tree), paths_(tree), keep_(keep), left_whole_(std::move(left_whole)) {
    auto survivors = std::make_shared<Survivors>();
    for (size_t i = 0; i < catalog.packages.size(); ++i) {
      const Package& package = catalog.packages[i];
      if (package.type == "rpm" && package.is_installed && keep.packages[i])
        survivors->emplace(package.name, package.architecture, package.version);
    }
    stays_ = [survivors](std::string_view blob) { return is_survivor(*survivors, blob); };
  }

  NodeEdits run() {
    for (std::string_view path : kFolders) {
      NodeId folder = tree_.find(path);
      if (folder == kNoNode || !paths_.is_folder(folder)) continue;
      edit_sqlite(folder);
      for (const NumberedFormat& format : kNumberedFormats) edit_numbered(folder, format);
    }
    return std::move(edits_);
  }

 private:
  using Filter = std::function<std::optional<std::string>(std::string_view content)>;

  bool is_kept_file(NodeId node) const {
    return node != kNoNode && keep_.at(node).is_kept && paths_.is_file(node);
  }

  void edit(NodeId node, std::atomic<bool> RpmLeftWhole::*left, Filter filter) {
    edits_[static_cast<uint32_t>(node)] =
        [filter = std::move(filter), left, whole = left_whole_](std::string_view content) {
          std::optional<std::string> filtered = filter(content);
          if (!filtered) ((*whole).*left).store(true);
          return filtered ? *std::move(filtered) : std::string(content);
        };
  }

  void edit_sqlite(NodeId folder) {
    NodeId node = paths_.child(folder, "rpmdb.sqlite");
    if (!is_kept_file(node)) return;
    NodeId log = paths_.child(folder, "rpmdb.sqlite-wal");
    if (log != kNoNode && paths_.size_of(log) > 0) {
      left_whole_->packages = true;  // packages may be in the log alone
      return;
    }
    edit(node, &RpmLeftWhole::packages, [stays = stays_](std::string_view content) {
      return filter_rpm_sqlite(content, stays);
    });
  }

  // Of the packages that stay; nullopt where the database cannot be read.
  std::optional<RpmNumbers> numbers(NodeId node, const NumberedFormat& format) const {
    EntryRef content = tree_.content(paths_.at(node));
    std::optional<std::string_view> database =
        tree_.layers[content.layer]->kept_content(content.entry, TopicId::Packages);
    return database ? format.staying(*database, stays_) : std::nullopt;
  }

  void edit_numbered(NodeId folder, const NumberedFormat& format) {
    NodeId node = paths_.child(folder, format.file);
    if (!is_kept_file(node)) return;
    std::optional<RpmNumbers> known = numbers(node, format);
    if (!known) {
      left_whole_->packages = true;
      return;
    }
    auto staying = std::make_shared<const RpmNumbers>(*std::move(known));
    edit(node, &RpmLeftWhole::packages, [staying, &format](std::string_view content) {
      return format.filter(content, *staying);
    });
    for (NodeId index : paths_.children(folder)) {
      bool is_index = index != node && is_kept_file(index) && format.is_index(paths_.name(index));
      if (!is_index) continue;
      if (paths_.size_of(index) > kMaxIndexBytes) {
        left_whole_->indexes = true;
        continue;
      }
      edit(index, &RpmLeftWhole::indexes, [staying, &format](std::string_view content) {
        return format.filter_index(content, *staying);
      });
    }
  }

  const MergedTree& tree_;
  TreePaths paths_;
  const KeepSet& keep_;
  std::shared_ptr<RpmLeftWhole> left_whole_;
  RpmStays stays_;
  NodeEdits edits_;
};

}  // namespace

NodeEdits rpm_database_edits(const MergedTree& tree,
                             const PackageCatalog& catalog,
                             const KeepSet& keep,
                             const std::shared_ptr<RpmLeftWhole>& left_whole) {
  return Editor(tree, catalog, keep, left_whole).run();
}

}  // namespace whittle
