// Which distribution the image is: os-release, or the release files of those that have none; for
// Alpine also the branch its packages come from. Formats: os-release(5), apk-repositories(5).
#include <string>

#include "base/strings.h"
#include "packages/cataloguers/rows.h"
#include "packages/fields.h"

namespace whittle {

namespace {

constexpr std::string_view kOsReleases[] = {"etc/os-release", "usr/lib/os-release"};
constexpr std::string_view kDebianVersion = "etc/debian_version";
constexpr std::string_view kAlpineRelease = "etc/alpine-release";
constexpr std::string_view kRepositories = "etc/apk/repositories";
constexpr uint64_t kMaxBytes = 64ULL << 10;

// "CentOS release 6.10 (Final)": how release files from before os-release begin.
struct ReleaseFile {
  std::string_view path;
  std::string_view begin;
  std::string_view id;
};

constexpr ReleaseFile kReleaseFiles[] = {
    {"etc/centos-release", "CentOS", "centos"},
    {"etc/oracle-release", "Oracle Linux", "ol"},
    {"etc/fedora-release", "Fedora", "fedora"},
    {"etc/system-release", "Amazon Linux", "amzn"},
    {"etc/redhat-release", "Red Hat Enterprise Linux", "rhel"},
    {"etc/redhat-release", "CentOS", "centos"},
    {"etc/redhat-release", "Fedora", "fedora"},
    {"etc/redhat-release", "Rocky Linux", "rocky"},
    {"etc/redhat-release", "AlmaLinux", "almalinux"},
    {"etc/redhat-release", "Scientific Linux", "scientific"},
    {"etc/SuSE-release", "openSUSE", "opensuse"},
    {"etc/SuSE-release", "SUSE Linux Enterprise Server", "sles"},
};

// Debian's testing and unstable have a codename and no number.
struct Release {
  std::string_view codename;
  std::string_view version;
};

constexpr Release kDebianReleases[] = {{"wheezy", "7"},
                                       {"jessie", "8"},
                                       {"stretch", "9"},
                                       {"buster", "10"},
                                       {"bullseye", "11"},
                                       {"bookworm", "12"},
                                       {"trixie", "13"},
                                       {"forky", "14"},
                                       {"duke", "15"}};

uint64_t max_bytes(std::string_view path) {
  // What os-release is a link to is called much the same: "usr/lib/os.release.d/os-release-fedora".
  bool is_os_release = contains(path.substr(path.rfind('/') + 1), "os-release");
  bool is_known =
      is_os_release || path == kDebianVersion || path == kAlpineRelease || path == kRepositories;
  for (const ReleaseFile& file : kReleaseFiles) is_known = is_known || path == file.path;
  return is_known ? kMaxBytes : 0;
}

// A value as a shell reads it: quotes around it go, a backslash takes the next letter as it is.
std::string unquoted(std::string_view value) {
  value = trim(value);
  bool is_quoted = value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
                   value.back() == value.front();
  bool is_literal = is_quoted && value.front() == '\'';
  if (is_quoted) value = value.substr(1, value.size() - 2);
  std::string text;
  for (size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\\' && !is_literal && i + 1 < value.size()) ++i;
    text.push_back(value[i]);
  }
  return text;
}

Distribution read_os_release(std::string_view text) {
  Distribution found;
  while (!text.empty()) {
    std::string_view line = trim(take_line(text));
    size_t equals = line.find('=');
    if (line.starts_with('#') || equals == std::string_view::npos) continue;
    std::string_view key = line.substr(0, equals);
    std::string value = unquoted(line.substr(equals + 1));
    if (key == "ID") found.id = to_lower(value);
    if (key == "VERSION_ID") found.version = value;
    if (key == "VERSION_CODENAME") found.codename = value;
    if (key == "PRETTY_NAME") found.name = value;
    if (key != "ID_LIKE") continue;
    found.like.clear();
    for (std::string_view like : split_blanks(value)) found.like.push_back(to_lower(like));
  }
  return found;
}

// The first run of digits and dots that has a blank or the text's beginning before it.
std::string_view first_version(std::string_view text) {
  for (std::string_view word : split_blanks(text)) {
    if (is_digit(word.front())) return word.substr(0, word.find_first_not_of("0123456789."));
  }
  return {};
}

// "https://host/alpine/v3.19/main" is of v3.19; "" for what is no such line, for comments and for
// repositories that only packages with a tag come from.
std::string_view branch_of(std::string_view line) {
  line = trim(line);
  if (line.starts_with('#') || line.starts_with('@')) return {};
  while (line.ends_with('/')) line.remove_suffix(1);
  std::vector<std::string_view> parts = split(line, '/');
  if (parts.size() < 2) return {};
  std::string_view branch = parts[parts.size() - 2];
  bool is_release = branch.size() > 1 && branch.front() == 'v' && is_digit(branch[1]);
  return is_release || branch == "edge" || branch == "latest-stable" ? branch : std::string_view();
}

class DistributionReader {
 public:
  explicit DistributionReader(const Snapshot& snapshot) : snapshot_(snapshot) {}

  Distribution run() {
    for (std::string_view path : kOsReleases) {
      if (found_.id.empty()) found_ = read_os_release(first_of(path));
    }
    if (found_.id.empty()) read_release_files();
    if (found_.id == "debian") complete_debian();
    if (found_.id == "alpine") read_branch();
    return std::move(found_);
  }

 private:
  // The content of the file that a path leads to, through links; "" without one.
  std::string_view first_of(std::string_view path) {
    PathId id = snapshot_.paths.find_folder(path);
    if (id == kNoPath) return {};
    for (const DatabaseFile& file : snapshot_.files) {
      if (file.id == id) return file.content.value_or("");
    }
    return {};
  }

  std::string_view line_of(std::string_view path) {
    std::string_view text = first_of(path);
    return trim(take_line(text));
  }

  void read_release_files() {
    if (std::string_view version = line_of(kAlpineRelease); !version.empty()) {
      found_.id = "alpine";
      found_.version = version;
      return;
    }
    for (const ReleaseFile& file : kReleaseFiles) {
      std::string_view line = line_of(file.path);
      if (!line.starts_with(file.begin)) continue;
      found_.id = file.id;
      found_.name = line;
      found_.version = first_version(line);
      return;
    }
    if (!line_of(kDebianVersion).empty()) found_.id = "debian";
  }

  // "12.5", or "trixie/sid" before the release has its number.
  void complete_debian() {
    std::string_view line = line_of(kDebianVersion);
    if (found_.version.empty() && !line.empty() && is_digit(line.front())) {
      found_.version = line.substr(0, line.find('.'));
    } else if (found_.codename.empty() && !line.empty() && is_alpha(line.front())) {
      found_.codename = line.substr(0, line.find('/'));
    }
    for (const Release& release : kDebianReleases) {
      if (found_.version.empty() && found_.codename == release.codename) {
        found_.version = release.version;
      } else if (found_.codename.empty() && found_.version == release.version) {
        found_.codename = release.codename;
      }
    }
  }

  // Packages of edge are newer than those of any release that is named beside it.
  void read_branch() {
    std::string_view text = first_of(kRepositories);
    while (!text.empty()) {
      std::string_view branch = branch_of(take_line(text));
      if (found_.branch.empty() || branch == "edge") {
        if (!branch.empty()) found_.branch = branch;
      }
    }
  }

  const Snapshot& snapshot_;
  Distribution found_;
};

void read(const Snapshot& snapshot, CatalogBuilder& into) {
  if (!into.is_lost()) into.set_distribution(DistributionReader(snapshot).run());
}

}  // namespace

const Cataloguer kDistributionCataloguer = {
    "distribution",
    "The distribution: os-release, older release files, Alpine's repositories",
    "usr/lib/os.release.d/",
    "os-release etc/debian_version etc/alpine-release etc/apk/repositories etc/centos-release "
    "etc/oracle-release etc/fedora-release etc/system-release etc/redhat-release "
    "etc/SuSE-release",
    &max_bytes,
    &read};

}  // namespace whittle
