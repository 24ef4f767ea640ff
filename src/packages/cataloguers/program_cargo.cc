// The crates of Rust programs that cargo-auditable built: compressed JSON in a section of its own.
// Format: cargo-auditable, "rust-audit" data; crates that only took part in the build are left out.
#include <nlohmann/json.hpp>
#include <string>

#include "packages/cataloguers/program.h"
#include "packages/inflate.h"
#include "packages/json_document.h"

namespace whittle {

namespace {

constexpr uint64_t kMaxJsonBytes = 32ULL << 20;

void examine(const Program& program, std::vector<Package>& into) {
  std::string_view section = program.elf.section(".dep-v0");
  if (section.empty()) return;
  std::optional<std::string> text = inflate_zlib(section, kMaxJsonBytes);
  if (!text) return;
  nlohmann::json document = parse_document(*text);
  const nlohmann::json& packages = member(document, "packages");
  if (!packages.is_array()) return;
  size_t begin = into.size();
  for (const nlohmann::json& crate : packages) {
    std::string kind = string_member(crate, "kind");
    Package package;
    package.type = "cargo";
    package.name = string_member(crate, "name");
    package.version = string_member(crate, "version");
    if (package.name.empty() || kind == "build" || kind == "dev") continue;
    const nlohmann::json& is_root = member(crate, "root");
    bool is_first = is_root.is_boolean() && is_root.get<bool>();
    auto at = is_first ? into.begin() + static_cast<ptrdiff_t>(begin) : into.end();
    into.insert(at, std::move(package));
  }
}

}  // namespace

const ProgramKind kCargoPrograms = {"cargo", &examine};

}  // namespace whittle
