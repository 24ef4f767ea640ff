// Java archives (jar, war, ear, par), also inside of each other: by the Maven coordinates they hold
// (pom.properties), else by their manifest, else by their file's name. Formats: Maven Archiver; JAR
// file specification, "JAR Manifest".
#include <algorithm>
#include <string>

#include "base/strings.h"
#include "packages/cataloguers/rows.h"
#include "packages/fields.h"
#include "packages/zip.h"

namespace whittle {

namespace {

constexpr uint64_t kMaxArchiveBytes = 512ULL << 20;
// What is looked at of all that is in one file: real archives are packed to a third or less.
constexpr uint64_t kFreeBytes = 16ULL << 20;
constexpr uint64_t kMaxRatio = 10;
constexpr uint64_t kMaxContentBytes = 512ULL << 20;
constexpr uint64_t kMaxNestedBytes = 128ULL << 20;
constexpr uint64_t kMaxTextBytes = 10ULL << 20;
constexpr size_t kMaxEntries = 200'000;  // of all archives in one file
constexpr size_t kMaxPackages = 20'000;
constexpr int kMaxDepth = 4;
constexpr std::string_view kManifest = "META-INF/MANIFEST.MF";
constexpr std::string_view kEnds[] = {".jar", ".war", ".ear", ".par", ".jpi", ".hpi"};

bool is_archive(std::string_view path) {
  return std::any_of(std::begin(kEnds), std::end(kEnds), [&](std::string_view end) {
    return path.ends_with(end);
  });
}

uint64_t max_bytes(std::string_view path) {
  return is_archive(path) ? kMaxArchiveBytes : 0;
}

bool is_worth_reading(std::string_view /*path*/, std::string_view beginning) {
  // A program may stand in front of an archive that can be started.
  return beginning.starts_with("PK") || beginning.starts_with("#!");
}

struct Artifact {
  std::string group;
  std::string name;
  std::string version;
};

// "commons-io-2.11.0.jar": the version begins behind the first dash with a digit.
Artifact from_file_name(std::string_view path) {
  std::string_view stem = path.substr(path.rfind('/') + 1);
  stem = stem.substr(0, stem.rfind('.'));
  for (size_t dash = stem.find('-'); dash != std::string_view::npos;
       dash = stem.find('-', dash + 1)) {
    if (dash + 1 < stem.size() && is_digit(stem[dash + 1]))
      return {"", std::string(stem.substr(0, dash)), std::string(stem.substr(dash + 1))};
  }
  return {"", std::string(stem), ""};
}

Artifact from_properties(std::string_view text) {
  Artifact artifact;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    size_t equals = line.find('=');
    if (line.starts_with('#') || equals == std::string_view::npos) continue;
    std::string_view key = trim(line.substr(0, equals));
    std::string_view value = trim(line.substr(equals + 1));
    if (key == "groupId") artifact.group = value;
    if (key == "artifactId") artifact.name = value;
    if (key == "version") artifact.version = value;
  }
  return artifact;
}

// What the main section says; lines of 72 bytes go on behind a blank.
Artifact from_manifest(std::string_view text, Artifact artifact) {
  std::string joined = replace_all(replace_all(text, "\r\n", "\n"), "\n ", "");
  std::string vendor_id;
  std::string symbolic;
  std::string versions[3];
  FieldReader reader(joined);
  while (reader.next_field()) {
    std::string_view key = reader.key();
    if (key == "Implementation-Vendor-Id") vendor_id = reader.value();
    if (key == "Bundle-SymbolicName")
      symbolic = trim(reader.value().substr(0, reader.value().find(';')));
    if (key == "Implementation-Version") versions[0] = reader.value();
    if (key == "Bundle-Version") versions[1] = reader.value();
    if (key == "Specification-Version") versions[2] = reader.value();
  }
  for (const std::string& version : versions) {
    if (artifact.version.empty() && !version.empty() && is_digit(version.front()))
      artifact.version = version.substr(0, version.find_first_of(" \t"));
  }
  if (contains(vendor_id, ".") && !contains(vendor_id, " ")) {
    artifact.group = vendor_id;
  } else if (symbolic.ends_with("." + artifact.name)) {
    artifact.group = symbolic.substr(0, symbolic.size() - artifact.name.size() - 1);
  }
  return artifact;
}

class JavaReader {
 public:
  explicit JavaReader(uint64_t file_bytes)
      : bytes_left_(std::min(kFreeBytes + file_bytes * kMaxRatio, kMaxContentBytes)) {}

  void read(std::string_view path, std::string_view bytes, int depth) {
    std::vector<ZipEntry> entries = list_zip(bytes, entries_left_);
    if (entries.empty()) return;
    entries_left_ -= entries.size();
    Artifact own = from_file_name(path);
    if (!add_maven(bytes, entries, own.name)) {
      if (const ZipEntry* manifest = find(entries, kManifest)) {
        std::string plain;
        own = from_manifest(content(bytes, *manifest, kMaxTextBytes, plain), std::move(own));
      }
      if (!own.version.empty()) add(own, packages_.size());
    }
    for (const ZipEntry& entry : entries) {
      if (depth >= kMaxDepth || !is_archive(entry.name)) continue;
      std::string plain;
      read(entry.name, content(bytes, entry, kMaxNestedBytes, plain), depth + 1);
    }
  }

  std::vector<Package> finish() { return std::move(packages_); }

 private:
  static const ZipEntry* find(const std::vector<ZipEntry>& entries, std::string_view name) {
    auto at = std::find_if(
        entries.begin(), entries.end(), [&](const ZipEntry& entry) { return entry.name == name; });
    return at == entries.end() ? nullptr : &*at;
  }

  // "" where it cannot be read or the budget is spent.
  std::string_view content(std::string_view bytes,
                           const ZipEntry& entry,
                           uint64_t max,
                           std::string& plain) {
    uint64_t room = std::min(max, bytes_left_);
    std::string_view found = read_zip_entry(bytes, entry, room, plain).value_or("");
    bytes_left_ -= std::min<uint64_t>(found.size(), bytes_left_);
    return found;
  }

  // The archive's own artifact first, then those that were shaded into it.
  bool add_maven(std::string_view bytes,
                 const std::vector<ZipEntry>& entries,
                 std::string_view own_name) {
    size_t first = packages_.size();
    for (const ZipEntry& entry : entries) {
      bool is_properties =
          entry.name.starts_with("META-INF/maven/") && entry.name.ends_with("/pom.properties");
      if (!is_properties) continue;
      std::string plain;
      Artifact artifact = from_properties(content(bytes, entry, kMaxTextBytes, plain));
      add(artifact, artifact.name == own_name ? first : packages_.size());
    }
    return packages_.size() > first;
  }

  void add(const Artifact& artifact, size_t place) {
    if (artifact.name.empty() || packages_.size() >= kMaxPackages) return;
    Package package;
    package.type = "maven";
    package.name = artifact.group.empty() ? artifact.name : artifact.group + ":" + artifact.name;
    package.version = artifact.version;
    packages_.insert(packages_.begin() + static_cast<ptrdiff_t>(place), std::move(package));
  }

  std::vector<Package> packages_;
  uint64_t bytes_left_;
  size_t entries_left_ = kMaxEntries;
};

std::vector<Package> examine(std::string_view path, std::string_view content) {
  JavaReader reader(content.size());
  reader.read(path, content, 0);
  return reader.finish();
}

}  // namespace

const Cataloguer kJavaCataloguer = {
    .name = "java",
    .what = "Java archives, also nested: Maven coordinates, manifests",
    .folders = "",
    .ends = ".jar .war .ear .par .jpi .hpi",
    .max_bytes = &max_bytes,
    .read = &read_examined,
    .set = kPackageInventory,
    .is_worth_reading = &is_worth_reading,
    .examine = &examine};

}  // namespace whittle
