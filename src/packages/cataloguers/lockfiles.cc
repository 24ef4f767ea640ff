// Lock files of an application's sources, of npm, Yarn, Cargo, Poetry, uv, Pipenv, pip, Bundler,
// Composer and Go: what was asked for, where an image has no other trace of it. A row is a file's
// name and how it is read.
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/strings.h"
#include "packages/cataloguers/rows.h"
#include "packages/fields.h"
#include "packages/json_document.h"

namespace whittle {

namespace {

using nlohmann::json;

constexpr uint64_t kMaxBytes = 32ULL << 20;

// Name and version of each, in any order.
class Locked {
 public:
  void add(std::string_view name, std::string_view version) {
    if (!name.empty() && !version.empty() && is_digit(version.front()))
      packages_.emplace_back(name, version);
  }

  const std::vector<std::pair<std::string, std::string>>& packages() const { return packages_; }

 private:
  std::vector<std::pair<std::string, std::string>> packages_;
};

// "node_modules/a/node_modules/@b/c": since npm 7; nested "dependencies" before.
void read_npm(std::string_view text, Locked& into) {
  constexpr std::string_view kModules = "node_modules/";
  json document = parse_document(text);
  const json& packages = member(document, "packages");
  if (packages.is_object()) {
    for (const auto& [place, package] : packages.items()) {
      size_t at = place.rfind(kModules);
      if (at != std::string::npos)
        into.add(place.substr(at + kModules.size()), string_member(package, "version"));
    }
    return;
  }
  std::vector<const json*> lists = {&member(document, "dependencies")};
  while (!lists.empty()) {
    const json& list = *lists.back();
    lists.pop_back();
    if (!list.is_object()) continue;
    for (const auto& [name, package] : list.items()) {
      into.add(name, string_member(package, "version"));
      lists.push_back(&member(package, "dependencies"));
    }
  }
}

// "@a/b@^1.0", "@a/b@npm:^1.0":
// then "  version "1.0.3"" (Yarn 1) or "  version: 1.0.3" (later).
void read_yarn(std::string_view text, Locked& into) {
  constexpr std::string_view kVersion = "  version";
  std::string_view name;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (line.empty() || line.starts_with('#')) continue;
    if (!is_blank(line.front())) {
      line = line.substr(line.starts_with('"') ? 1 : 0);
      size_t at = line.find('@', 1);
      bool is_local = contains(line, "@workspace:") || contains(line, "@link:");
      name = at == std::string_view::npos || is_local ? std::string_view() : line.substr(0, at);
    } else if (line.starts_with(kVersion)) {
      std::string_view version = trim(line.substr(kVersion.size()));
      while (!version.empty() && contains(": \"", version.substr(0, 1))) version.remove_prefix(1);
      into.add(name, version.substr(0, version.find('"')));
      name = {};
    }
  }
}

// The text of `key = "text"`; "" for another line.
std::string_view toml_text(std::string_view line, std::string_view key) {
  if (!line.starts_with(key)) return {};
  line = trim_left(line.substr(key.size()));
  if (!line.starts_with('=')) return {};
  line = trim_left(line.substr(1));
  if (!line.starts_with('"')) return {};
  return line.substr(1, line.find('"', 1) - 1);
}

// Tables [[package]] with name and version. `needs_source`: one without is the project itself.
void read_toml(std::string_view text, bool needs_source, Locked& into) {
  std::string_view name;
  std::string_view version;
  bool has_source = false;
  bool is_package = false;
  auto finish = [&] {
    if (is_package && (has_source || !needs_source)) into.add(name, version);
    name = version = {};
    has_source = false;
  };
  while (!text.empty()) {
    std::string_view line = trim(take_line(text));
    if (line.starts_with('[')) {
      finish();
      is_package = line == "[[package]]";
    }
    if (std::string_view value = toml_text(line, "name"); !value.empty()) name = value;
    if (std::string_view value = toml_text(line, "version"); !value.empty()) version = value;
    if (line.starts_with("source")) has_source = true;
  }
  finish();
}

void read_cargo(std::string_view text, Locked& into) {
  read_toml(text, true, into);
}

void read_python(std::string_view text, Locked& into) {
  read_toml(text, false, into);
}

void read_pipenv(std::string_view text, Locked& into) {
  json document = parse_document(text);
  const json& packages = member(document, "default");
  if (!packages.is_object()) return;
  for (const auto& [name, package] : packages.items()) {
    std::string version = string_member(package, "version");
    if (version.starts_with("==")) into.add(name, version.substr(2));
  }
}

// "name[extra]==1.0 ; python_version > '3'"
void read_requirements(std::string_view text, Locked& into) {
  while (!text.empty()) {
    std::string_view line = take_line(text);
    line = trim(line.substr(0, line.find_first_of("#;")));
    size_t equals = line.find("==");
    if (equals == std::string_view::npos || line.starts_with('-')) continue;
    std::string_view name = trim(line.substr(0, equals));
    std::string_view version = trim_left(line.substr(equals + 2));
    if (version.starts_with('=') || contains(version, "*")) continue;
    into.add(trim(name.substr(0, name.find('['))),
             version.substr(0, version.find_first_of(" ,\\")));
  }
}

// Below "GEM" and "specs:", "    rack (3.0.8)".
void read_bundler(std::string_view text, Locked& into) {
  bool is_gem = false;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (!line.empty() && !is_blank(line.front())) is_gem = line == "GEM";
    size_t open = line.find(" (");
    bool is_spec = line.starts_with("    ") && !line.starts_with("     ") && line.ends_with(')');
    if (!is_gem || !is_spec || open == std::string_view::npos) continue;
    std::string_view version = line.substr(open + 2, line.size() - open - 3);
    into.add(trim(line.substr(0, open)), version.substr(0, version.find('-')));
  }
}

void read_composer(std::string_view text, Locked& into) {
  json document = parse_document(text);
  const json& packages = member(document, "packages");
  if (!packages.is_array()) return;
  for (const json& package : packages) {
    std::string version = string_member(package, "version");
    into.add(string_member(package, "name"),
             std::string_view(version).substr(version.starts_with('v') ? 1 : 0));
  }
}

struct LockFile {
  std::string_view name;
  std::string_view type;
  std::string_view prefix;  // of versions, as the type has it
  void (*read)(std::string_view text, Locked& into);
};

// "require a v1", or lines "a v1" between "require (" and ")".
void read_go(std::string_view text, Locked& into) {
  bool is_inside = false;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    line = line.substr(0, line.find("//"));
    std::vector<std::string_view> words = split_blanks(line);
    if (words.empty()) continue;
    bool begins = words[0] == "require";
    if (begins && words.size() == 2 && words[1] == "(") is_inside = true;
    if (words[0] == ")") is_inside = false;
    size_t first = begins ? 1 : 0;
    bool is_requirement = (begins || is_inside) && words.size() == first + 2;
    if (is_requirement && words[first + 1].starts_with('v'))
      into.add(words[first], words[first + 1].substr(1));
  }
}

constexpr LockFile kFiles[] = {{"package-lock.json", "npm", "", &read_npm},
                               {"npm-shrinkwrap.json", "npm", "", &read_npm},
                               {"yarn.lock", "npm", "", &read_yarn},
                               {"Cargo.lock", "cargo", "", &read_cargo},
                               {"poetry.lock", "pypi", "", &read_python},
                               {"uv.lock", "pypi", "", &read_python},
                               {"Pipfile.lock", "pypi", "", &read_pipenv},
                               {"requirements.txt", "pypi", "", &read_requirements},
                               {"Gemfile.lock", "gem", "", &read_bundler},
                               {"composer.lock", "composer", "", &read_composer},
                               {"go.mod", "golang", "v", &read_go}};

const LockFile* lock_file(std::string_view path) {
  std::string_view name = path.substr(path.rfind('/') + 1);
  for (const LockFile& file : kFiles) {
    if (file.name == name) return &file;
  }
  return nullptr;
}

uint64_t max_bytes(std::string_view path) {
  return lock_file(path) == nullptr ? 0 : kMaxBytes;
}

void read(const Snapshot& snapshot, CatalogBuilder& into) {
  for (const DatabaseFile& file : snapshot.files) {
    const LockFile& kind = *lock_file(file.path);
    Locked locked;
    kind.read(file.content.value_or(""), locked);
    for (const auto& [name, version] : locked.packages()) {
      Package package;
      package.type = kind.type;
      package.name = name;
      package.version = std::string(kind.prefix) + version;
      std::string key = std::string(file.path) + '\0' + name + '\0' + version;
      into.add(std::move(package), file, key);
    }
  }
}

}  // namespace

const Cataloguer kLockfilesCataloguer = {
    .name = "lockfiles",
    .what =
        "Lock files of sources: npm, Yarn, Cargo, Poetry, uv, Pipenv, pip, Bundler, Composer, Go",
    .folders = "",
    .ends =
        "package-lock.json npm-shrinkwrap.json yarn.lock Cargo.lock poetry.lock uv.lock "
        "Pipfile.lock requirements.txt Gemfile.lock composer.lock go.mod",
    .max_bytes = &max_bytes,
    .read = &read,
    .set = kPackageLockfiles};

}  // namespace whittle
