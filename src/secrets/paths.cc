#include "secrets/paths.h"

#include <algorithm>

#include "base/strings.h"

namespace whittle {

namespace {

struct HarmlessPlace {
  std::string_view reason;
  // Split by blanks: "/a/" a folder of that name anywhere, "a/b/" all below that folder, "*x" names
  // that end so, "x*" names that begin so, "a/b" that file. Lower case.
  std::string_view paths;
};

constexpr HarmlessPlace kPlaces[] = {
    {"data of a test",
     "/test/ /tests/ /testing/ /testdata/ /test-data/ /test_data/ /__tests__/ /fixtures/ /spec/ "
     "/specs/ "
     "*_test.go *_test.py *.test.js *.test.ts *.spec.js *.spec.ts *_spec.rb test_* conftest.py"},
    {"documentation",
     "usr/share/doc/ usr/share/man/ usr/share/info/ /docs/ /doc/ *.md *.rst *.adoc readme* "
     "changelog*"},
    {"an index of packages",
     "var/lib/apt/lists/ var/lib/dpkg/status var/lib/dpkg/status-old var/lib/dpkg/available "
     "lib/apk/db/ var/cache/apk/ var/cache/dnf/ var/cache/yum/"},
    {"an example",
     "/example/ /examples/ /sample/ /samples/ /demo/ *.example *.sample *.dist *.template"},
};

constexpr std::string_view kClosedEnds[] = {
    ".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico",  ".bmp", ".tiff", ".woff", ".woff2", ".ttf",
    ".otf", ".eot", ".mp3",  ".mp4", ".ogg",  ".webm", ".avi", ".mov",  ".wav",  ".flac",  ".gz",
    ".tgz", ".xz",  ".bz2",  ".zst", ".zip",  ".7z",   ".rar", ".lz4",  ".br",   ".jar",   ".war",
    ".ear", ".whl", ".egg",  ".deb", ".rpm",  ".apk",  ".mo",  ".gmo",  ".pdf",  ".map.gz"};

// First bytes of compressed files, pictures, fonts and sounds.
constexpr std::string_view kClosedBeginnings[] = {
    std::string_view("\x1f\x8b", 2),
    std::string_view("\xfd"
                     "7zXZ\0",
                     6),
    "BZh",
    std::string_view("\x28\xb5\x2f\xfd", 4),
    std::string_view("PK\x03\x04", 4),
    std::string_view("\x89PNG", 4),
    std::string_view("\xff\xd8\xff", 3),
    "GIF8",
    "wOFF",
    "wOF2",
    "OggS",
    "7z\xbc\xaf",
    std::string_view("\xde\x12\x04\x95", 4),  // gettext
};

bool is_at(std::string_view place, std::string_view path, std::string_view name) {
  if (place.front() == '*') return name.ends_with(place.substr(1));
  if (place.back() == '*') return name.starts_with(place.substr(0, place.size() - 1));
  if (place.front() == '/') return contains(path, place) || path.starts_with(place.substr(1));
  if (place.back() == '/') return path.starts_with(place);
  return name == place || path == place;
}

}  // namespace

std::string_view why_harmless(std::string_view path) {
  std::string lower = to_lower(path);
  std::string_view name = std::string_view(lower).substr(lower.rfind('/') + 1);
  for (const HarmlessPlace& place : kPlaces) {
    for (std::string_view word : split_blanks(place.paths)) {
      if (is_at(word, lower, name)) return place.reason;
    }
  }
  return "";
}

bool may_hold_secrets(std::string_view path, uint64_t size_bytes) {
  constexpr uint64_t kMinBytes = 8;
  if (size_bytes < kMinBytes || size_bytes > kMaxSearchedBytes) return false;
  std::string_view name = path.substr(path.rfind('/') + 1);
  size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return true;
  std::string end = to_lower(name.substr(dot));
  return std::find(std::begin(kClosedEnds), std::end(kClosedEnds), end) == std::end(kClosedEnds);
}

bool may_hold_secrets(std::string_view beginning) {
  return std::none_of(std::begin(kClosedBeginnings),
                      std::end(kClosedBeginnings),
                      [&](std::string_view closed) { return beginning.starts_with(closed); });
}

}  // namespace whittle
