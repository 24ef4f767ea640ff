// Python packages as installers record them: *.dist-info (METADATA, RECORD) and *.egg-info
// (PKG-INFO, installed-files.txt, or a single file). Formats: PyPA "Recording installed projects",
// "Core metadata".
#include <map>
#include <string>

#include "base/strings.h"
#include "packages/cataloguers/rows.h"
#include "packages/fields.h"

namespace whittle {

namespace {

constexpr std::string_view kDistInfo = ".dist-info";
constexpr std::string_view kEggInfo = ".egg-info";
constexpr uint64_t kMaxMetadataBytes = 4ULL << 20;
constexpr uint64_t kMaxRecordBytes = 32ULL << 20;
constexpr size_t kMaxLicenseBytes = 200;  // what is longer is a license's text

uint64_t max_bytes(std::string_view path) {
  if (path.ends_with(kEggInfo)) return kMaxMetadataBytes;
  size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return 0;
  std::string_view name = path.substr(slash + 1);
  std::string_view folder = path.substr(0, slash);
  if (name == "METADATA") return folder.ends_with(kDistInfo) ? kMaxMetadataBytes : 0;
  if (name == "RECORD") return folder.ends_with(kDistInfo) ? kMaxRecordBytes : 0;
  if (name == "PKG-INFO") return folder.ends_with(kEggInfo) ? kMaxMetadataBytes : 0;
  if (name == "installed-files.txt") return folder.ends_with(kEggInfo) ? kMaxRecordBytes : 0;
  return 0;
}

// "Foo.Bar" and "foo_bar" are one project (PyPA, name normalization).
std::string normalized(std::string_view name) {
  std::string result;
  for (char c : to_lower(name)) {
    bool is_mark = c == '-' || c == '_' || c == '.';
    if (!is_mark) {
      result.push_back(c);
    } else if (!result.ends_with('-')) {
      result.push_back('-');
    }
  }
  return result;
}

// From "foo-1.0.dist-info" or "foo-1.0-py3.11.egg-info".
void name_from_folder(std::string_view folder, Package& package) {
  std::string_view stem = folder.substr(folder.rfind('/') + 1);
  stem.remove_suffix(stem.ends_with(kDistInfo) ? kDistInfo.size() : kEggInfo.size());
  std::vector<std::string_view> parts = split(stem, '-');
  package.name = parts[0];
  if (parts.size() > 1) package.version = parts[1];
}

// "License :: OSI Approved :: MIT License"; "" for the mere group of licenses.
std::string_view license_of_classifier(std::string_view classifier) {
  constexpr std::string_view kGroup = "License ::";
  if (!classifier.starts_with(kGroup)) return {};
  std::string_view name = trim(classifier.substr(classifier.rfind(':') + 1));
  return name == "OSI Approved" ? std::string_view() : name;
}

// What the headers of the metadata say; where it has several forms of the license, the most exact.
void read_metadata(std::string_view text, Package& package) {
  std::string_view name;
  std::string_view version;
  std::string_view expression;
  std::string_view license;
  std::vector<std::string> classifiers;
  FieldReader reader(text);
  while (reader.next_field()) {
    if (reader.key() == "Name" && name.empty()) name = reader.value();
    if (reader.key() == "Version" && version.empty()) version = reader.value();
    if (reader.key() == "License-Expression") expression = reader.value();
    if (reader.key() == "License") license = reader.value();
    if (reader.key() != "Classifier") continue;
    std::string_view classifier = license_of_classifier(reader.value());
    if (!classifier.empty()) classifiers.emplace_back(classifier);
  }
  if (!name.empty()) package.name = name;
  if (!version.empty()) package.version = version;
  if (license == "UNKNOWN" || license.size() > kMaxLicenseBytes) license = {};
  if (!expression.empty()) {
    package.licenses = {std::string(expression)};
  } else if (!classifiers.empty() && license.empty()) {
    package.licenses = std::move(classifiers);
  } else if (!license.empty()) {
    package.licenses = {std::string(license)};
  }
}

// The first field of a line of RFC 4180; `scratch` holds it where it was quoted.
std::string_view first_field(std::string_view line, std::string& scratch) {
  if (!line.starts_with('"')) return line.substr(0, line.find(','));
  scratch.clear();
  for (size_t i = 1; i < line.size(); ++i) {
    if (line[i] == '"' && (i + 1 == line.size() || line[++i] != '"')) break;
    scratch.push_back(line[i]);
  }
  return scratch;
}

// What one folder (or the single file) of metadata consists of.
struct Project {
  const DatabaseFile* metadata = nullptr;
  const DatabaseFile* record = nullptr;
  const DatabaseFile* any = nullptr;
  bool is_single_file = false;
};

class PipReader {
 public:
  PipReader(const Snapshot& snapshot, CatalogBuilder& into) : paths_(snapshot.paths), into_(into) {
    for (const DatabaseFile& file : snapshot.files) {
      bool is_single = file.path.ends_with(kEggInfo);
      std::string_view folder = is_single ? file.path : file.path.substr(0, file.path.rfind('/'));
      std::string_view name = file.path.substr(file.path.rfind('/') + 1);
      Project& project = projects_[folder];
      project.any = &file;
      project.is_single_file = is_single;
      if (is_single || name == "METADATA" || name == "PKG-INFO") project.metadata = &file;
      if (name == "RECORD" || name == "installed-files.txt") project.record = &file;
    }
  }

  void run() {
    for (const auto& [folder, project] : projects_) read_project(folder, project);
  }

 private:
  void read_project(std::string_view folder, const Project& project) {
    Package package;
    const DatabaseFile& file = project.metadata != nullptr ? *project.metadata : *project.any;
    name_from_folder(folder, package);
    if (project.metadata != nullptr) read_metadata(file.content.value_or(""), package);
    if (package.name.empty()) return;
    package.type = "pypi";
    size_t slash = folder.rfind('/');
    std::string_view site = slash == std::string_view::npos ? "" : folder.substr(0, slash);
    std::string key = std::string(site) + "/" + normalized(package.name);
    uint32_t number = into_.add(std::move(package), file, key);
    PathId home = project.is_single_file ? file.id : paths_.parent(file.id);
    if (project.is_single_file) {
      into_.own(file.id, number);
    } else {
      into_.own_folder(home, number);
    }
    if (project.record == nullptr) return;
    // RECORD counts from the folder the project lies in, installed-files.txt from the metadata.
    bool is_egg = folder.ends_with(kEggInfo);
    read_record(project.record->content.value_or(""), is_egg ? home : paths_.parent(home), number);
  }

  void read_record(std::string_view text, PathId base, uint32_t number) {
    std::string scratch;
    while (!text.empty()) {
      std::string_view line = take_line(text);
      std::string_view path = first_field(line, scratch);
      if (!path.empty()) into_.own(paths_.find(path, base), number);
    }
  }

  OwnedPaths& paths_;
  CatalogBuilder& into_;
  std::map<std::string_view, Project> projects_;
};

void read(const Snapshot& snapshot, CatalogBuilder& into) {
  PipReader(snapshot, into).run();
}

}  // namespace

const Cataloguer kPipCataloguer = {"pip",
                                   "Python packages: .dist-info and .egg-info folders",
                                   "",
                                   ".egg-info /METADATA /RECORD /PKG-INFO /installed-files.txt",
                                   &max_bytes,
                                   &read};

}  // namespace whittle
