#include "checks/attack_surface.h"

#include <algorithm>
#include <set>

#include "checks/capabilities.h"

namespace whittle {

namespace {

constexpr size_t kExamples = 5;

SurfacePart part_of(std::string_view id,
                    std::string_view title,
                    uint32_t weight_tenths,
                    const std::set<std::string>& names) {
  SurfacePart part{id, title, names.size(), weight_tenths, {}};
  for (const std::string& name : names) {
    if (part.examples.size() < kExamples) part.examples.push_back(name);
  }
  return part;
}

std::set<std::string> packages_of(const Analysis& analysis) {
  std::set<std::string> names;
  for (const Package& package : analysis.packages.packages) {
    if (package.is_installed) names.insert(package.name + " " + package.version);
  }
  return names;
}

// Files that give rights to who starts them, and files that anybody may write.
struct Rights {
  std::set<std::string> setuid;
  std::set<std::string> capable;
  uint64_t open = 0;
};

Rights rights_of(const ImageFacts& facts) {
  Rights rights;
  facts.each_entry([&](NodeId id, const Entry& entry) {
    bool is_file = facts.paths().file(id) != nullptr;
    bool is_sticky = entry.type == EntryType::Directory && (entry.mode & 01000U) != 0;
    bool is_open =
        (entry.mode & 0002U) != 0 && !is_sticky && (is_file || entry.type == EntryType::Directory);
    rights.open += is_open ? 1U : 0U;
    bool has_bits = (entry.mode & 04000U) != 0 || (entry.mode & 02010U) == 02010U;
    if (is_file && has_bits) rights.setuid.insert(facts.tree().path(id));
    if (!is_file || entry.extra == 0) return;
    const LayerIndex& layer = *facts.tree().layers[facts.layer_of(id)];
    if (file_capabilities(layer, entry).permitted != 0)
      rights.capable.insert(facts.tree().path(id));
  });
  return rights;
}

}  // namespace

AttackSurface attack_surface(const ImageFacts& facts, const std::vector<std::string>& listening) {
  std::set<std::string> programs[kToolKinds];
  for (const FoundProgram& program : facts.programs())
    programs[static_cast<size_t>(program.kind)].insert(program.name);
  auto of_kind = [&programs](ToolKind kind) { return programs[static_cast<size_t>(kind)]; };
  std::set<std::string> ports(listening.begin(), listening.end());
  const std::vector<std::string>& exposed = facts.config().exposed_ports;
  ports.insert(exposed.begin(), exposed.end());
  Rights rights = rights_of(facts);
  std::set<std::string> root;
  if (facts.user().is_root) root.insert("root");
  AttackSurface surface;
  surface.parts = {
      part_of("root", "runs as root", 100, root),
      part_of("packages", "packages", 1, packages_of(facts.analysis())),
      part_of("setuid", "setuid and setgid programs", 20, rights.setuid),
      part_of("capabilities", "programs with capabilities", 20, rights.capable),
      part_of("shells", "shells", 30, of_kind(ToolKind::Shell)),
      part_of("interpreters", "interpreters", 30, of_kind(ToolKind::Interpreter)),
      part_of("package-managers", "package managers", 30, of_kind(ToolKind::PackageManager)),
      part_of("build-tools", "compilers and debuggers", 20, of_kind(ToolKind::Compiler)),
      part_of("network-tools", "network tools", 20, of_kind(ToolKind::NetworkTool)),
      part_of("rights-tools", "programs to change rights", 10, of_kind(ToolKind::Other)),
      part_of("ports", "ports", 20, ports),
      {"world-writable", "paths that anybody may write", rights.open, 2, {}},
  };
  return surface;
}

}  // namespace whittle
