#include "slim/depends.h"

#include <algorithm>
#include <set>

#include "base/strings.h"
#include "packages/fields.h"

namespace whittle {

namespace {

constexpr std::string_view kDpkgStatus = "var/lib/dpkg/status";
constexpr std::string_view kDpkgParts = "var/lib/dpkg/status.d/";
constexpr std::string_view kApkDatabases[] = {"lib/apk/db/installed", "usr/lib/apk/db/installed"};

// A record's words about itself.
struct Record {
  std::string_view name;
  std::string_view architecture;
  std::vector<std::string> provides;
  // Groups of alternatives.
  std::vector<std::vector<std::string>> depends;
};

// "libc6:any (>= 2.36)" to "libc6".
std::string bare_name(std::string_view text) {
  text = trim(text);
  return std::string(text.substr(0, text.find_first_of(" \t\n:(")));
}

// "so:libz.so.1=1.3" to "so:libz.so.1".
std::string apk_name(std::string_view text) {
  return std::string(text.substr(0, text.find_first_of("=<>~")));
}

void read_deb_field(std::string_view key, std::string_view value, Record& record) {
  if (key == "Package") record.name = value;
  if (key == "Architecture") record.architecture = value;
  if (key == "Provides") {
    for (std::string_view part : split(value, ',')) record.provides.push_back(bare_name(part));
  }
  if (key != "Depends" && key != "Pre-Depends") return;
  for (std::string_view group : split(value, ',')) {
    std::vector<std::string>& names = record.depends.emplace_back();
    for (std::string_view part : split(group, '|')) names.push_back(bare_name(part));
  }
}

void read_apk_field(std::string_view key, std::string_view value, Record& record) {
  if (key == "P") record.name = value;
  if (key == "A") record.architecture = value;
  if (key == "p") {
    for (std::string_view part : split_blanks(value)) record.provides.push_back(apk_name(part));
  }
  if (key != "D") return;
  for (std::string_view part : split_blanks(value)) {
    if (!part.starts_with('!')) record.depends.push_back({apk_name(part)});
  }
}

class DependencyReader {
 public:
  explicit DependencyReader(const PackageCatalog& catalog) : catalog_(catalog) {
    for (uint32_t i = 0; i < catalog.packages.size(); ++i) {
      const Package& package = catalog.packages[i];
      if (!package.is_installed || (package.type != "deb" && package.type != "apk")) continue;
      by_name_[package.name].push_back(i);
    }
  }

  void read(std::string_view text,
            void (*read_field)(std::string_view, std::string_view, Record&)) {
    FieldReader reader(text);
    while (reader.next_stanza()) {
      Record record;
      while (reader.next_field()) read_field(reader.key(), reader.value(), record);
      for (uint32_t number : numbers_of(record)) {
        for (const std::string& name : record.provides) by_name_[name].push_back(number);
        wanted_.emplace_back(number, record.depends);
      }
    }
  }

  std::vector<std::vector<uint32_t>> finish() {
    std::vector<std::vector<uint32_t>> result(catalog_.packages.size());
    for (const auto& [number, groups] : wanted_) {
      std::set<uint32_t> found;
      for (const std::vector<std::string>& group : groups) {
        for (const std::string& name : group) {
          auto at = by_name_.find(name);
          if (at == by_name_.end()) continue;
          found.insert(at->second.begin(), at->second.end());
          break;
        }
      }
      found.erase(number);
      result[number].assign(found.begin(), found.end());
    }
    return result;
  }

 private:
  std::vector<uint32_t> numbers_of(const Record& record) const {
    std::vector<uint32_t> numbers;
    auto at = by_name_.find(std::string(record.name));
    if (at == by_name_.end()) return numbers;
    for (uint32_t number : at->second) {
      const Package& package = catalog_.packages[number];
      if (package.name == record.name && package.architecture == record.architecture)
        numbers.push_back(number);
    }
    return numbers;
  }

  const PackageCatalog& catalog_;
  std::map<std::string, std::vector<uint32_t>, std::less<>> by_name_;  // also by what they provide
  std::vector<std::pair<uint32_t, std::vector<std::vector<std::string>>>> wanted_;
};

bool is_apk(std::string_view path) {
  return path == kApkDatabases[0] || path == kApkDatabases[1];
}

}  // namespace

bool is_dependency_database(std::string_view path) {
  return path == kDpkgStatus || path.starts_with(kDpkgParts) || is_apk(path);
}

std::vector<std::vector<uint32_t>> package_dependencies(const PackageCatalog& catalog,
                                                        const FileContents& contents) {
  DependencyReader reader(catalog);
  for (const auto& [path, content] : contents) {
    if (!is_dependency_database(path)) continue;
    reader.read(content, is_apk(path) ? &read_apk_field : &read_deb_field);
  }
  return reader.finish();
}

}  // namespace whittle
