// Packages of rpm, in whichever of its three databases the image has them.
#include <string>

#include "packages/cataloguers/rows.h"
#include "packages/cataloguers/rpm_databases.h"
#include "packages/cataloguers/rpm_header.h"

namespace whittle {

namespace {

constexpr std::string_view kFolders[] = {"var/lib/rpm/", "usr/lib/sysimage/rpm/", "usr/share/rpm/"};
constexpr uint64_t kMaxBytes = 256ULL << 20;
constexpr char kReplaced = 1;  // rpmfileState of a file that is another package's now

struct Format {
  std::string_view file;
  Status (*read)(std::string_view database, const RpmHeaderSink& sink);
};

// The newest first: a database that was converted may have left the old one behind.
constexpr Format kFormats[] = {{"rpmdb.sqlite", &read_rpm_sqlite},
                               {"Packages.db", &read_rpm_ndb},
                               {"Packages", &read_rpm_bdb}};

const Format* format_of(std::string_view path) {
  for (std::string_view folder : kFolders) {
    if (!path.starts_with(folder)) continue;
    for (const Format& format : kFormats) {
      if (path.substr(folder.size()) == format.file) return &format;
    }
  }
  return nullptr;
}

uint64_t max_bytes(std::string_view path) {
  return format_of(path) == nullptr ? 0 : kMaxBytes;
}

// "bash-5.1.8-6.el9.src.rpm" is bash of 5.1.8-6.el9; "" where both are the package's own.
void set_source(const RpmHeader& header, Package& package) {
  std::string_view file = header.source_rpm;
  for (std::string_view suffix : {".src.rpm", ".nosrc.rpm"}) {
    if (!file.ends_with(suffix)) continue;
    file.remove_suffix(suffix.size());
    size_t release = file.rfind('-');
    if (release == std::string_view::npos || release == 0) return;
    size_t version = file.rfind('-', release - 1);
    if (version == std::string_view::npos || version == 0) return;
    std::string own = std::string(header.version) + "-" + std::string(header.release);
    if (file.substr(0, version) != header.name) package.source_name = file.substr(0, version);
    if (file.substr(version + 1) != own) package.source_version = file.substr(version + 1);
    return;
  }
}

Package package_of(const RpmHeader& header) {
  Package package;
  package.type = "rpm";
  package.name = header.name;
  if (header.epoch.value_or(0) != 0) package.version = std::to_string(*header.epoch) + ":";
  package.version.append(header.version).append("-").append(header.release);
  package.architecture = header.architecture;
  package.module = header.module;
  if (!header.license.empty()) package.licenses = {std::string(header.license)};
  set_source(header, package);
  return package;
}

void own_files(const RpmHeader& header, uint32_t number, OwnedPaths& paths, CatalogBuilder& into) {
  std::vector<PathId> folders;
  for (std::string_view folder : header.directories) folders.push_back(paths.find_folder(folder));
  size_t count = std::min(header.base_names.size(), header.directory_indexes.size());
  for (size_t i = 0; i < count; ++i) {
    bool is_replaced = i < header.states.size() && header.states[i] == kReplaced;
    uint32_t folder = header.directory_indexes[i];
    if (!is_replaced && folder < folders.size())
      into.own(paths.child(folders[folder], header.base_names[i]), number);
  }
  for (std::string_view name : header.old_names) into.own(paths.find(name), number);
}

// Returns whether there was a package in it.
bool read_database(const DatabaseFile& file, OwnedPaths& paths, CatalogBuilder& into) {
  if (!file.content) {
    into.problem("the content of " + std::string(file.path) + " is not known");
    return false;
  }
  size_t count = 0;
  Status status = format_of(file.path)->read(*file.content, [&](std::string_view blob) {
    std::optional<RpmHeader> header = read_rpm_header(blob);
    if (!header) return;
    ++count;
    own_files(*header, into.add(package_of(*header), file), paths, into);
  });
  if (!status.ok()) {
    std::string folder(file.path.substr(0, file.path.rfind('/') + 1));
    into.problem("cannot read " + folder + status.error().message());
  }
  return count > 0;
}

void read(const Snapshot& snapshot, CatalogBuilder& into) {
  for (const Format& format : kFormats) {
    bool has_packages = false;
    for (const DatabaseFile& file : snapshot.files) {
      if (format_of(file.path) == &format && read_database(file, snapshot.paths, into))
        has_packages = true;
    }
    if (has_packages) return;
  }
}

}  // namespace

const Cataloguer kRpmCataloguer = {"rpm",
                                   "RPM packages: rpm's database in SQLite, ndb or Berkeley DB",
                                   "var/lib/rpm/ usr/lib/sysimage/rpm/ usr/share/rpm/",
                                   "",
                                   &max_bytes,
                                   &read};

}  // namespace whittle
