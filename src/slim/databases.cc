#include "slim/databases.h"

#include <map>
#include <memory>
#include <set>
#include <utility>

#include "base/strings.h"
#include "model/tree_paths.h"
#include "packages/fields.h"

namespace whittle {

namespace {

using Fate = SurvivorTest::Fate;

constexpr std::string_view kDpkgStatus = "var/lib/dpkg/status";
constexpr std::string_view kDpkgInfo = "var/lib/dpkg/info/";
constexpr std::string_view kDpkgParts = "var/lib/dpkg/status.d/";
constexpr std::string_view kApkDatabases[] = {"lib/apk/db/installed", "usr/lib/apk/db/installed"};
constexpr std::string_view kPartial = "X-Whittle: partial\n";

// The stanzas of a text, each with the blank lines behind it.
template <typename Sink>
void each_stanza(std::string_view text, const Sink& sink) {
  while (!text.empty()) {
    size_t at = 0;
    bool was_blank = false;
    while (at < text.size()) {
      size_t end = text.find('\n', at);
      end = end == std::string_view::npos ? text.size() : end + 1;
      bool is_blank_line = trim(text.substr(at, end - at)).empty();
      if (was_blank && !is_blank_line) break;
      was_blank = is_blank_line;
      at = end;
    }
    sink(text.substr(0, at));
    text.remove_prefix(at);
  }
}

std::string_view line_of(std::string_view& text) {
  size_t end = text.find('\n');
  std::string_view line = text.substr(0, end == std::string_view::npos ? text.size() : end + 1);
  text.remove_prefix(line.size());
  return line;
}

void append_dpkg(std::string_view stanza, const SurvivorTest& /*survives*/, std::string& out) {
  bool is_marked = false;
  while (!stanza.empty()) {
    std::string_view line = line_of(stanza);
    out += line;
    if (is_marked || !line.starts_with("Package:") || !line.ends_with('\n')) continue;
    out += kPartial;
    is_marked = true;
  }
}

// The lines of one package in apk's database: a folder comes before the files in it, and what is
// said of a file or a folder behind it.
void append_apk(std::string_view stanza, const SurvivorTest& survives, std::string& out) {
  std::string folder;
  bool last_stays = true;
  bool is_same = true;
  while (!stanza.empty()) {
    std::string_view line = line_of(stanza);
    std::string_view value = trim_right(line.substr(std::min<size_t>(2, line.size())));
    if (line.starts_with("F:")) {
      folder = value;
      last_stays = folder.empty() || survives.path(folder);
      if (last_stays) out += line;
    } else if (line.starts_with("R:")) {
      std::string path = folder.empty() ? std::string(value) : folder + "/" + std::string(value);
      last_stays = survives.path(path);
      is_same = survives.has_same_bytes(path);
      if (last_stays) out += line;
    } else if (line.starts_with("M:") || line.starts_with("a:")) {
      if (last_stays) out += line;
    } else if (line.starts_with("Z:")) {
      if (last_stays && is_same) out += line;
    } else {
      out += line;
    }
  }
}

struct StanzaKeys {
  std::string_view package;
  std::string_view architecture;
};

using AppendPartial = void (*)(std::string_view stanza,
                               const SurvivorTest& survives,
                               std::string& out);

// Whole packages as they stand, partial ones by `append_partial`.
std::string filter_stanzas(std::string_view text,
                           const StanzaKeys& keys,
                           const SurvivorTest& survives,
                           AppendPartial append_partial) {
  std::string out;
  each_stanza(text, [&](std::string_view stanza) {
    FieldReader reader(stanza);
    std::string_view name;
    std::string_view architecture;
    if (!reader.next_stanza()) return;
    while (reader.next_field()) {
      if (reader.key() == keys.package) name = reader.value();
      if (reader.key() == keys.architecture) architecture = reader.value();
    }
    Fate fate = survives.package(name, architecture);
    if (fate == Fate::Whole) out += stanza;
    if (fate == Fate::Partial) append_partial(stanza, survives, out);
  });
  return out;
}

}  // namespace

std::string filter_dpkg_status(std::string_view text, const SurvivorTest& survives) {
  return filter_stanzas(text, {"Package", "Architecture"}, survives, append_dpkg);
}

std::string filter_dpkg_list(std::string_view text, const SurvivorTest& survives) {
  std::string out;
  while (!text.empty()) {
    std::string_view line = line_of(text);
    std::string_view path = trim_right(line);
    if (path == "/." || survives.path(path)) out += line;
  }
  return out;
}

std::string filter_dpkg_sums(std::string_view text, const SurvivorTest& survives) {
  std::string out;
  while (!text.empty()) {
    std::string_view line = line_of(text);
    std::string_view path = trim_right(line);
    path.remove_prefix(std::min(path.find(' '), path.size()));
    path = trim_left(path);
    if (survives.path(path) && survives.has_same_bytes(path)) out += line;
  }
  return out;
}

std::string filter_apk_database(std::string_view text, const SurvivorTest& survives) {
  return filter_stanzas(text, {"P", "A"}, survives, append_apk);
}

namespace {

using Fates = std::map<std::pair<std::string_view, std::string_view>, Fate, std::less<>>;

// The node that a record's path means; the folder's links are followed.
NodeId recorded_node(const TreePaths& paths, std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  size_t slash = path.rfind('/');
  std::string_view folder = path.substr(0, slash == std::string_view::npos ? 0 : slash);
  NodeId parent = paths.resolve(folder, kRootNode);
  if (parent == kNoNode) return kNoNode;
  return paths.child(parent, path.substr(slash == std::string_view::npos ? 0 : slash + 1));
}

// Packages one of whose files has other bytes.
std::vector<bool> edited_packages(const MergedTree& tree,
                                  const PackageCatalog& catalog,
                                  const NodeEdits& content_edits) {
  std::vector<bool> is_edited(catalog.packages.size(), false);
  for (const auto& [node, edit] : content_edits) {
    const EntryRef& entry = tree.nodes[node].entry;
    uint32_t owner = catalog.owners[entry.layer][static_cast<uint32_t>(entry.entry)];
    if (owner != kNoPackage) is_edited[owner] = true;
  }
  return is_edited;
}

SurvivorTest survivors(const std::shared_ptr<const TreePaths>& paths,
                       const PackageCatalog& catalog,
                       const KeepSet& keep,
                       const NodeEdits& content_edits) {
  auto fates = std::make_shared<Fates>();
  std::vector<bool> is_edited = edited_packages(paths->tree(), catalog, content_edits);
  auto edited = std::make_shared<std::set<uint32_t>>();
  for (const auto& [node, edit] : content_edits) edited->insert(node);
  for (size_t i = 0; i < catalog.packages.size(); ++i) {
    const Package& package = catalog.packages[i];
    if (!package.is_installed || (package.type != "deb" && package.type != "apk")) continue;
    bool is_whole = keep.is_whole[i] && !is_edited[i];
    Fate fate = !keep.packages[i] ? Fate::Gone : is_whole ? Fate::Whole : Fate::Partial;
    (*fates)[{package.name, package.architecture}] = fate;
  }
  SurvivorTest test;
  test.package = [fates](std::string_view name, std::string_view architecture) {
    auto at = fates->find(std::pair(name, architecture));
    return at == fates->end() ? Fate::Gone : at->second;
  };
  test.path = [paths, &keep](std::string_view path) {
    NodeId node = recorded_node(*paths, path);
    return node != kNoNode && keep.at(node).is_kept;
  };
  test.has_same_bytes = [paths, edited](std::string_view path) {
    return !edited->contains(static_cast<uint32_t>(recorded_node(*paths, path)));
  };
  return test;
}

using Filter = std::string (*)(std::string_view text, const SurvivorTest& survives);

// Null for what is no database.
Filter filter_of(std::string_view path) {
  if (path == kDpkgStatus) return &filter_dpkg_status;
  if (path == kApkDatabases[0] || path == kApkDatabases[1]) return &filter_apk_database;
  bool is_beside = path.starts_with(kDpkgInfo) || path.starts_with(kDpkgParts);
  if (is_beside && path.ends_with(".md5sums")) return &filter_dpkg_sums;
  if (path.starts_with(kDpkgInfo) && path.ends_with(".list")) return &filter_dpkg_list;
  return nullptr;
}

void add_edits(const TreePaths& paths,
               const KeepSet& keep,
               std::string_view folder,
               const SurvivorTest& test,
               NodeEdits& edits) {
  NodeId parent = paths.tree().find(folder);
  if (parent == kNoNode) return;
  for (NodeId child : paths.children(parent)) {
    Filter filter = filter_of(paths.tree().path(child));
    if (filter == nullptr || !keep.at(child).is_kept || !paths.is_file(child)) continue;
    edits[static_cast<uint32_t>(child)] = [filter, test](std::string_view content) {
      return filter(content, test);
    };
  }
}

}  // namespace

NodeEdits database_edits(const MergedTree& tree,
                         const PackageCatalog& catalog,
                         const KeepSet& keep,
                         const NodeEdits& content_edits) {
  NodeEdits edits;
  auto paths = std::make_shared<const TreePaths>(tree);
  SurvivorTest test = survivors(paths, catalog, keep, content_edits);
  for (std::string_view folder : {"var/lib/dpkg",
                                  "var/lib/dpkg/info",
                                  "var/lib/dpkg/status.d",
                                  "lib/apk/db",
                                  "usr/lib/apk/db"}) {
    add_edits(*paths, keep, folder, test, edits);
  }
  return edits;
}

}  // namespace whittle
