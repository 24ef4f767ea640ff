// Runtimes that were unpacked by hand and say in a file which they are: a JDK's `release`, Go's
// `VERSION`. What a package of the system brought is that one's.
#include <string>

#include "base/strings.h"
#include "packages/cataloguers/rows.h"
#include "packages/fields.h"

namespace whittle {

namespace {

constexpr std::string_view kJava = "/release";
constexpr std::string_view kGo = "go/VERSION";
constexpr uint64_t kMaxBytes = 64ULL << 10;

uint64_t max_bytes(std::string_view path) {
  bool is_go = path == kGo || path.ends_with("/go/VERSION");
  return path.ends_with(kJava) || is_go ? kMaxBytes : 0;
}

// JAVA_VERSION="17.0.9"
std::string_view java_version(std::string_view text) {
  constexpr std::string_view kKey = "JAVA_VERSION=";
  while (!text.empty()) {
    std::string_view line = trim(take_line(text));
    if (!line.starts_with(kKey)) continue;
    line.remove_prefix(kKey.size());
    while (line.starts_with('"')) line.remove_prefix(1);
    return line.substr(0, line.find('"'));
  }
  return {};
}

// "go1.22.1" on the first line
std::string_view go_version(std::string_view text) {
  std::string_view line = trim(take_line(text));
  return line.starts_with("go") && line.size() > 2 && is_digit(line[2]) ? line.substr(2)
                                                                        : std::string_view();
}

void read(const Snapshot& snapshot, CatalogBuilder& into) {
  for (const DatabaseFile& file : snapshot.files) {
    bool is_java = file.path.ends_with(kJava);
    std::string_view text = file.content.value_or("");
    Package package;
    package.type = "generic";
    package.name = is_java ? "openjdk" : "go";
    package.version = is_java ? java_version(text) : go_version(text);
    if (package.version.empty() || into.has_system_owner(file.id)) continue;
    into.own(file.id, into.add(std::move(package), file, file.path));
  }
}

}  // namespace

const Cataloguer kRuntimesCataloguer = {.name = "runtimes",
                                        .what = "JDKs and Go unpacked by hand: release, VERSION",
                                        .folders = "",
                                        .ends = "/release go/VERSION",
                                        .max_bytes = &max_bytes,
                                        .read = &read,
                                        .set = kPackageInventory};

}  // namespace whittle
