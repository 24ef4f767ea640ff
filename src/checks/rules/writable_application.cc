// The program may change itself.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "checks/rules/rows.h"

namespace whittle {

namespace {

// What the program is made of: its own file, and what lies in the working folder.
std::vector<NodeId> application(const ImageFacts& facts) {
  std::vector<NodeId> nodes;
  if (facts.entry_program() != kNoNode) nodes.push_back(facts.entry_program());
  const std::string& folder = facts.config().working_dir;
  if (folder.empty() || folder == "/" || folder.starts_with("/tmp")) return nodes;
  NodeId top = facts.paths().walk(folder).end;
  if (top == kNoNode || top == NodeId{0}) return nodes;
  uint32_t end = facts.paths().subtree_end(top);
  for (auto i = static_cast<uint32_t>(top); i < end; ++i) {
    if (NodeId{i} != facts.entry_program()) nodes.push_back(NodeId{i});
  }
  return nodes;
}

bool is_in_volume(const ImageFacts& facts, const std::string& path) {
  const std::vector<std::string>& volumes = facts.config().volumes;
  return std::any_of(volumes.begin(), volumes.end(), [&path](const std::string& volume) {
    return ("/" + path + "/").starts_with(volume.ends_with('/') ? volume : volume + "/");
  });
}

// A program or something that one reads as code.
bool is_code(const ImageFacts& facts, NodeId id, const Entry& entry) {
  constexpr auto kEnds = std::to_array<std::string_view>(
      {".py", ".js", ".mjs", ".cjs", ".rb", ".php", ".pl", ".sh", ".jar", ".class", ".so", ".dll"});
  std::string_view name = facts.paths().name(id);
  return (entry.mode & 0111U) != 0 ||
         std::any_of(kEnds.begin(), kEnds.end(), [name](auto end) { return name.ends_with(end); });
}

void run(const ImageFacts& facts, CheckSink& sink) {
  const ImageUser& user = facts.user();
  if (user.is_root || !user.uid) return;
  for (NodeId id : application(facts)) {
    const Entry* entry = facts.paths().entry(id);
    if (entry == nullptr || facts.paths().file(id) == nullptr) continue;
    // The owner may always give himself the right.
    bool is_own = entry->uid == user.uid;
    if (!is_own && !facts.may(user, id, ImageFacts::Access::Write)) continue;
    std::string path = facts.tree().path(id);
    if (!is_code(facts, id, *entry) || is_in_volume(facts, path)) continue;
    sink.of_file(
        path,
        facts.layer_of(id),
        fmt::format("{} {}", printable(path), is_own ? "is its user's own" : "may be written"));
  }
}

}  // namespace

const ImageCheck kWritableApplication = {
    "writable-application",
    "the program may change its own files",
    RiskLevel::Medium,
    "",
    "4.1",
    "What breaks into the program can stay in it: it is loaded anew at the next "
    "start.",
    "COPY without --chown, so that root owns the files, or run with a read-only root "
    "file system",
    run,
};

}  // namespace whittle
