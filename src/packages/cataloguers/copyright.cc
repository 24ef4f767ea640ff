// Licenses of Debian packages: usr/share/doc/PACKAGE/copyright, by its License fields where it is
// machine-readable, else by the texts of common-licenses it names. Format: Debian policy, 12.5 and
// "Machine-readable debian/copyright file" 1.0.
#include <algorithm>
#include <map>
#include <string>

#include "base/strings.h"
#include "packages/cataloguers/rows.h"
#include "packages/fields.h"
#include "packages/records.h"

namespace whittle {

namespace {

constexpr std::string_view kFolder = "usr/share/doc/";
constexpr std::string_view kFile = "/copyright";
constexpr std::string_view kCommon = "/usr/share/common-licenses/";
constexpr uint64_t kMaxBytes = 2ULL << 20;
constexpr size_t kMaxLicenses = 100;
constexpr size_t kMaxNameBytes = 120;

uint64_t max_bytes(std::string_view path) {
  bool is_copyright = path.starts_with(kFolder) && path.ends_with(kFile);
  return is_copyright && std::count(path.begin(), path.end(), '/') == 4 ? kMaxBytes : 0;
}

void add(std::string_view license, std::vector<std::string>& licenses) {
  license = trim(license);
  if (license.empty() || license.size() > kMaxNameBytes || licenses.size() >= kMaxLicenses) return;
  if (std::find(licenses.begin(), licenses.end(), license) == licenses.end())
    licenses.emplace_back(license);
}

// Every "/usr/share/common-licenses/GPL-2" of a text in words.
void add_named_texts(std::string_view text, std::vector<std::string>& licenses) {
  for (size_t at = text.find(kCommon); at != std::string_view::npos; at = text.find(kCommon)) {
    text.remove_prefix(at + kCommon.size());
    size_t end = 0;
    while (end < text.size() &&
           (is_alpha(text[end]) || is_digit(text[end]) || text[end] == '-' ||
            (text[end] == '.' && end + 1 < text.size() && is_digit(text[end + 1]))))
      ++end;
    add(text.substr(0, end), licenses);
  }
}

// One package without a name, that only has licenses: its place says whose they are.
std::vector<Package> examine(std::string_view /*path*/, std::string_view content) {
  std::vector<std::string> licenses;
  FieldReader reader(content);
  bool is_machine_readable = false;
  while (reader.next_stanza()) {
    while (reader.next_field()) {
      if (reader.key() == "Format" || reader.key() == "Format-Specification")
        is_machine_readable = true;
      if (is_machine_readable && reader.key() == "License") add(reader.value(), licenses);
    }
    if (!is_machine_readable) break;  // its fields come first
  }
  if (licenses.empty()) add_named_texts(content, licenses);
  std::sort(licenses.begin(), licenses.end());
  if (licenses.empty()) return {};
  Package found;
  found.licenses = std::move(licenses);
  return {found};
}

void read(const Snapshot& snapshot, CatalogBuilder& into) {
  std::map<PathId, const DatabaseFile*> files;
  for (const DatabaseFile& file : snapshot.files) files.emplace(file.id, &file);
  for (uint32_t i = 0; i < into.packages().size(); ++i) {
    const Package& package = into.packages()[i];
    if (package.type != "deb") continue;
    // The folder may be a link to another package's of the same source.
    std::string path = std::string(kFolder) + package.name + std::string(kFile);
    auto at = files.find(snapshot.paths.find_folder(path));
    if (at == files.end()) continue;
    std::vector<Package> records = read_records(at->second->content.value_or(""));
    if (!records.empty()) into.set_licenses(i, std::move(records[0].licenses));
  }
}

}  // namespace

const Cataloguer kCopyrightCataloguer = {
    .name = "copyright",
    .what = "Licenses of Debian packages: their copyright files",
    .folders = "",
    .ends = "/copyright",
    .max_bytes = &max_bytes,
    .read = &read,
    .set = kPackageInventory,
    .examine = &examine};

}  // namespace whittle
