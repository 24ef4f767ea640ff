// Files and folders that anybody may write.
#include <algorithm>
#include <array>

#include "base/strings.h"
#include "checks/rules/rows.h"

namespace whittle {

namespace {

// Folders with the sticky bit are made for it; links always look so.
bool is_open(const Entry& entry) {
  if ((entry.mode & 0002U) == 0 || entry.type == EntryType::Symlink) return false;
  bool is_sticky_folder = entry.type == EntryType::Directory && (entry.mode & 01000U) != 0;
  return !is_sticky_folder && entry.type != EntryType::CharDevice && entry.type != EntryType::Fifo;
}

// What everybody's programs are loaded from.
bool is_of_system(std::string_view path) {
  constexpr auto kPlaces =
      std::to_array<std::string_view>({"bin", "sbin", "lib", "lib64", "usr", "etc", "boot"});
  std::string_view first = path.substr(0, path.find('/'));
  return std::find(kPlaces.begin(), kPlaces.end(), first) != kPlaces.end();
}

void run(const ImageFacts& facts, CheckSink& sink) {
  facts.each_entry([&](NodeId id, const Entry& entry) {
    if (!is_open(entry)) return;
    std::string path = facts.tree().path(id);
    bool is_folder = entry.type == EntryType::Directory;
    std::string text = (path.empty() ? "the root folder" : printable(path)) +
                       (is_folder && !path.empty() ? "/" : "");
    RiskLevel level = is_of_system(path) || path.empty() ? RiskLevel::High : RiskLevel::Medium;
    sink.of_file(level, path, facts.layer_of(id), std::move(text));
  });
}

}  // namespace

const ImageCheck kWorldWritableFiles = {
    "world-writable-files",
    "anybody may write files of the image",
    RiskLevel::Medium,
    "",
    "4.8",
    "Whoever runs as any user of the container can change them; programs, libraries "
    "and settings of the system that others use count more.",
    "Take the right away (RUN chmod o-w), or COPY with --chmod",
    run,
};

}  // namespace whittle
