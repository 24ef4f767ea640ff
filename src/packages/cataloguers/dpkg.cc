// Debian's dpkg: var/lib/dpkg/status with info/*.list and diversions, and the status.d of images
// without dpkg. Formats: deb-control(5), dpkg-query(1), dpkg-divert(1).
#include <string>
#include <unordered_map>

#include "base/strings.h"
#include "packages/cataloguers/rows.h"
#include "packages/fields.h"

namespace whittle {

namespace {

constexpr std::string_view kFolder = "var/lib/dpkg/";
constexpr std::string_view kStatus = "var/lib/dpkg/status";
constexpr std::string_view kDiversions = "var/lib/dpkg/diversions";
constexpr std::string_view kInfo = "var/lib/dpkg/info/";
constexpr std::string_view kStatusParts = "var/lib/dpkg/status.d/";
constexpr std::string_view kList = ".list";
constexpr std::string_view kSums = ".md5sums";
constexpr uint64_t kMaxStatusBytes = 32ULL << 20;
constexpr uint64_t kMaxListBytes = 16ULL << 20;  // one package's files
constexpr uint64_t kMaxSmallBytes = 1ULL << 20;

// What dpkg keeps about a package beside its list.
constexpr std::string_view kInfoSuffixes[] = {".list",
                                              ".md5sums",
                                              ".conffiles",
                                              ".control",
                                              ".postinst",
                                              ".preinst",
                                              ".prerm",
                                              ".postrm",
                                              ".shlibs",
                                              ".symbols",
                                              ".triggers",
                                              ".templates",
                                              ".config"};

uint64_t max_bytes(std::string_view path) {
  if (!path.starts_with(kFolder)) return 0;
  if (path == kStatus) return kMaxStatusBytes;
  if (path == kDiversions) return kMaxSmallBytes;
  if (path.starts_with(kInfo)) return path.ends_with(kList) ? kMaxListBytes : 0;
  if (!path.starts_with(kStatusParts)) return 0;
  return path.ends_with(kSums) ? kMaxListBytes : kMaxSmallBytes;
}

struct Record {
  Package package;
  std::string stem;  // of its files in info/: "libc6:amd64"
  bool is_installed = true;
};

// "Source: glibc (2.36-9)"
void set_source(std::string_view value, Package& package) {
  size_t paren = value.find('(');
  package.source_name = trim(value.substr(0, paren));
  if (paren == std::string_view::npos) return;
  std::string_view version = value.substr(paren + 1);
  package.source_version = trim(version.substr(0, version.find(')')));
}

// The third word of "install ok installed".
bool is_installed(std::string_view status) {
  std::vector<std::string_view> words = split_blanks(status);
  return words.size() < 3 || (words[2] != "config-files" && words[2] != "not-installed");
}

Record read_stanza(FieldReader& reader) {
  Record record;
  bool is_per_architecture = false;
  while (reader.next_field()) {
    std::string_view key = reader.key();
    if (key == "Package") record.package.name = reader.value();
    if (key == "Version") record.package.version = reader.value();
    if (key == "Architecture") record.package.architecture = reader.value();
    if (key == "Source") set_source(reader.value(), record.package);
    if (key == "Status") record.is_installed = is_installed(reader.value());
    if (key == "Multi-Arch") is_per_architecture = reader.value() == "same";
  }
  record.package.type = "deb";
  record.stem = record.package.name;
  if (is_per_architecture) record.stem += ":" + record.package.architecture;
  return record;
}

class DpkgReader {
 public:
  DpkgReader(const Snapshot& snapshot, CatalogBuilder& into) : snapshot_(snapshot), into_(into) {}

  void run() {
    read_diversions();
    for (const DatabaseFile& file : snapshot_.files) {
      if (file.path == kStatus) read_status(file);
      if (file.path.starts_with(kStatusParts) && !file.path.ends_with(kSums)) read_part(file);
    }
    for (const DatabaseFile& file : snapshot_.files) {
      if (file.path.starts_with(kInfo)) read_list(file);
    }
  }

 private:
  struct Diversion {
    std::string_view to;
    std::string_view package;
  };

  // Three lines each: what, where to, and whose own file stays (":" for the administrator).
  void read_diversions() {
    std::string_view text = snapshot_.content(kDiversions).value_or("");
    while (!text.empty()) {
      std::string_view from = take_line(text);
      std::string_view to = take_line(text);
      diversions_[from] = {to, take_line(text)};
    }
  }

  void read_status(const DatabaseFile& file) {
    if (!file.content) {
      into_.problem("the content of " + std::string(kStatus) + " is not known");
      return;
    }
    has_status_ = true;
    FieldReader reader(*file.content);
    while (reader.next_stanza()) {
      Record record = read_stanza(reader);
      if (record.package.name.empty() || !record.is_installed) continue;
      add(std::move(record), file);
    }
  }

  uint32_t add(Record record, const DatabaseFile& file) {
    uint32_t number = into_.add(std::move(record.package), file, record.stem);
    by_stem_.emplace(std::move(record.stem), number);
    return number;
  }

  void read_part(const DatabaseFile& file) {
    std::string stem(file.path.substr(kStatusParts.size()));
    Record record;
    if (file.content) {
      FieldReader reader(*file.content);
      if (reader.next_stanza()) record = read_stanza(reader);
    }
    if (record.package.name.empty()) {
      record.package.type = "deb";
      record.package.name = stem;
    }
    record.stem = record.package.name;
    uint32_t number = add(std::move(record), file);
    into_.own(file.id, number);
    std::string sums = std::string(file.path) + std::string(kSums);
    into_.own(snapshot_.paths.find(sums), number);
    std::string_view text = snapshot_.content(sums).value_or("");
    while (!text.empty()) {  // "d41d8cd98f00b204e9800998ecf8427e  usr/bin/tool"
      std::string_view line = take_line(text);
      line.remove_prefix(std::min(line.find(' '), line.size()));
      line = trim_left(line);
      if (line.starts_with("./")) line.remove_prefix(2);
      if (!line.empty()) into_.own(snapshot_.paths.find(line), number);
    }
  }

  void read_list(const DatabaseFile& file) {
    std::string stem(file.path.substr(kInfo.size()));
    stem.resize(stem.size() - kList.size());
    auto at = by_stem_.find(stem);
    if (at == by_stem_.end() && has_status_) return;  // removed, or of nobody
    uint32_t number = at != by_stem_.end() ? at->second : add_unnamed(stem, file);
    std::string_view name = std::string_view(stem).substr(0, stem.find(':'));
    std::string_view text = file.content.value_or("");
    while (!text.empty()) {
      std::string_view line = take_line(text);
      if (line.size() < 2 || line == "/.") continue;
      into_.own(snapshot_.paths.find(where(line, name)), number);
    }
    PathId folder = snapshot_.paths.parent(file.id);
    for (std::string_view suffix : kInfoSuffixes) {
      into_.own(snapshot_.paths.child(folder, stem + std::string(suffix)), number);
    }
  }

  // A package that only its list speaks of.
  uint32_t add_unnamed(const std::string& stem, const DatabaseFile& file) {
    Record record;
    size_t colon = stem.find(':');
    record.package.type = "deb";
    record.package.name = stem.substr(0, colon);
    if (colon != std::string::npos) record.package.architecture = stem.substr(colon + 1);
    record.stem = stem;
    return add(std::move(record), file);
  }

  std::string_view where(std::string_view path, std::string_view package) const {
    if (diversions_.empty()) return path;
    auto at = diversions_.find(path);
    return at == diversions_.end() || at->second.package == package ? path : at->second.to;
  }

  const Snapshot& snapshot_;
  CatalogBuilder& into_;
  std::unordered_map<std::string_view, Diversion> diversions_;
  std::unordered_map<std::string, uint32_t> by_stem_;
  bool has_status_ = false;
};

void read(const Snapshot& snapshot, CatalogBuilder& into) {
  DpkgReader(snapshot, into).run();
}

}  // namespace

const Cataloguer kDpkgCataloguer = {"dpkg",
                                    "Debian packages: dpkg's status, file lists and diversions",
                                    "var/lib/dpkg/",
                                    "",
                                    &max_bytes,
                                    &read};

}  // namespace whittle
