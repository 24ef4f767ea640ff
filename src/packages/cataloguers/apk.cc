// Alpine's apk: the database of installed packages with their files.
// Format: apk-tools, apk_installed(5): P name, V version, A architecture, o origin, L license,
// F folder, R file.
#include <string>

#include "packages/cataloguers/rows.h"
#include "packages/fields.h"

namespace whittle {

namespace {

constexpr std::string_view kDatabases[] = {"lib/apk/db/installed", "usr/lib/apk/db/installed"};
constexpr uint64_t kMaxBytes = 64ULL << 20;

uint64_t max_bytes(std::string_view path) {
  for (std::string_view database : kDatabases) {
    if (path == database) return kMaxBytes;
  }
  return 0;
}

// The facts of a stanza come before its files.
class ApkReader {
 public:
  ApkReader(const DatabaseFile& file, OwnedPaths& paths, CatalogBuilder& into)
      : file_(file), paths_(paths), into_(into) {}

  void run() {
    FieldReader reader(*file_.content);
    while (reader.next_stanza()) {
      package_ = Package();
      number_ = kNoPackage;
      folder_ = kRootPath;
      while (reader.next_field()) read_field(reader.key(), reader.raw_value());
      add();
    }
  }

 private:
  void read_field(std::string_view key, std::string_view value) {
    if (key == "P") package_.name = value;
    if (key == "V") package_.version = value;
    if (key == "A") package_.architecture = value;
    if (key == "o" && value != package_.name) package_.source_name = value;
    if (key == "L" && !value.empty()) package_.licenses = {std::string(value)};
    if (key == "F") {
      folder_ = paths_.find_folder(value);
      if (!value.empty()) own(folder_);
    }
    if (key == "R") own(paths_.child(folder_, value));
  }

  void add() {
    if (number_ != kNoPackage || package_.name.empty()) return;
    package_.type = "apk";
    number_ = into_.add(std::move(package_), file_);
  }

  void own(PathId path) {
    add();
    if (number_ != kNoPackage) into_.own(path, number_);
  }

  const DatabaseFile& file_;
  OwnedPaths& paths_;
  CatalogBuilder& into_;
  Package package_;
  uint32_t number_ = kNoPackage;
  PathId folder_ = kRootPath;
};

void read(const Snapshot& snapshot, CatalogBuilder& into) {
  for (const DatabaseFile& file : snapshot.files) {
    if (file.content) {
      ApkReader(file, snapshot.paths, into).run();
    } else {
      into.problem("the content of " + std::string(file.path) + " is not known");
    }
  }
}

}  // namespace

const Cataloguer kApkCataloguer = {"apk",
                                   "Alpine packages: apk's database of installed packages",
                                   "lib/apk/db/ usr/lib/apk/db/",
                                   "",
                                   &max_bytes,
                                   &read};

}  // namespace whittle
