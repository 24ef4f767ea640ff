// Node packages as npm, yarn and pnpm unpack them: node_modules/NAME/package.json. A package owns
// its folder up to the next node_modules.
#include <string>

#include "base/strings.h"
#include "packages/cataloguers/json_strings.h"
#include "packages/cataloguers/rows.h"

namespace whittle {

namespace {

constexpr std::string_view kFile = "/package.json";
constexpr std::string_view kModules = "node_modules";
constexpr uint64_t kMaxBytes = 1ULL << 20;
// The license as it is written now, and in two older ways.
constexpr std::string_view kMembers[] = {
    "name", "version", "license", "license.type", "licenses.type"};

// The package's name by its place: "foo" or "@scope/foo" right below a node_modules; "" elsewhere.
std::string_view name_of(std::string_view path) {
  if (!path.ends_with(kFile)) return {};
  std::string_view folder = path.substr(0, path.size() - kFile.size());
  size_t slash = folder.rfind('/');
  if (slash == std::string_view::npos || slash + 1 == folder.size()) return {};
  size_t begin = slash + 1;
  std::string_view above = folder.substr(0, slash);
  size_t scope = above.rfind('/') + 1;  // npos + 1 is 0
  if (scope < above.size() && above[scope] == '@') {
    if (scope == 0) return {};
    begin = scope;
    above = above.substr(0, scope - 1);
  }
  std::string_view name = folder.substr(begin);
  bool is_module = above == kModules || above.ends_with("/node_modules");
  bool is_name = !name.starts_with('.') && name.starts_with('@') == contains(name, "/");
  return is_module && is_name ? name : std::string_view();
}

uint64_t max_bytes(std::string_view path) {
  return name_of(path).empty() ? 0 : kMaxBytes;
}

// pnpm's store folder names what it holds: ".pnpm/@scope+foo@1.2.3_peer/node_modules/@scope/foo".
std::string_view version_in_store(std::string_view path, std::string_view name) {
  constexpr std::string_view kStore = "/.pnpm/";
  size_t at = path.rfind(kStore);
  if (at == std::string_view::npos) return {};
  std::string_view folder = path.substr(at + kStore.size());
  folder = folder.substr(0, folder.find('/'));
  if (folder.size() <= name.size() || folder[name.size()] != '@') return {};
  std::string_view version = folder.substr(name.size() + 1);
  return version.substr(0, version.find_first_of("_("));
}

void read(const Snapshot& snapshot, CatalogBuilder& into) {
  for (const DatabaseFile& file : snapshot.files) {
    std::string_view name = name_of(file.path);
    Package package;
    std::vector<std::string> found = json_strings(file.content.value_or(""), kMembers);
    package.type = "npm";
    package.name = found[0].empty() ? std::string(name) : std::move(found[0]);
    package.version = found[1].empty() ? std::string(version_in_store(file.path, name)) : found[1];
    for (size_t i = 2; i < found.size() && package.licenses.empty(); ++i) {
      if (!found[i].empty()) package.licenses = {std::move(found[i])};
    }
    std::string_view folder = file.path.substr(0, file.path.size() - kFile.size());
    into.own_folder(snapshot.paths.parent(file.id), into.add(std::move(package), file, folder));
  }
}

}  // namespace

const Cataloguer kNpmCataloguer = {"npm",
                                   "Node packages: node_modules folders of npm, yarn and pnpm",
                                   "",
                                   "/package.json",
                                   &max_bytes,
                                   &read};

}  // namespace whittle
