// package.json: where a package begins, what it offers, what it depends on, its scripts.
// Source: Node.js documentation, "Modules: Packages"; npm documentation, "package.json".
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "packages/json_document.h"
#include "reach/file_kinds_rows.h"
#include "reach/script_text.h"

namespace whittle {

namespace {

using nlohmann::json;

bool wants(const FileFacts& file) {
  constexpr uint64_t kMost = 4 << 20;
  return base_name(file.path) == "package.json" && file.size_bytes <= kMost;
}

bool takes(const FileFacts& file, std::string_view /*beginning*/) {
  return wants(file);
}

void add_key(std::string_view key, std::string_view value, FactWriter& into) {
  into.must(FactKind::Key, std::string(key) + "=" + std::string(value));
}

// All targets of an entry of `exports`, whatever the condition. The document's depth is limited.
void add_targets(std::string_view subpath, const json& value, FactWriter& into) {
  if (value.is_string())
    add_key("export:" + std::string(subpath), value.get_ref<const std::string&>(), into);
  if (!value.is_object() && !value.is_array()) return;
  for (const auto& [key, inner] : value.items()) {
    if (key == "types" || key == "browser") continue;
    add_targets(
        key.starts_with('.') || key.starts_with('#') ? key : std::string(subpath), inner, into);
  }
}

void add_dependencies(std::string_view kind, const json& names, FactWriter& into) {
  if (!names.is_object()) return;
  for (const auto& [name, version] : names.items()) add_key(kind, name, into);
}

void add_members(std::string_view kind, const json& members, FactWriter& into) {
  if (!members.is_object()) return;
  for (const auto& [name, value] : members.items()) {
    if (value.is_string())
      add_key(std::string(kind) + ":" + name, value.get_ref<const std::string&>(), into);
  }
}

void extract(const FileFacts& /*file*/, std::string_view content, FactWriter& into) {
  json document = parse_document(content);
  if (!document.is_object()) return;
  into.must(FactKind::Key, "package=");
  for (std::string_view key : {"name", "main", "module", "type"}) {
    std::string value = string_member(document, key);
    if (!value.empty()) add_key(key, value, into);
  }
  add_targets(".", member(document, "exports"), into);
  add_targets("#", member(document, "imports"), into);
  add_members("script", member(document, "scripts"), into);
  const json& bin = member(document, "bin");
  if (bin.is_string()) add_key("bin:", bin.get_ref<const std::string&>(), into);
  add_members("bin", bin, into);
  add_dependencies("needs", member(document, "dependencies"), into);
  add_dependencies("needs", member(document, "optionalDependencies"), into);
  add_dependencies("needs", member(document, "peerDependencies"), into);
}

}  // namespace

const FileKind kPackageJsonKind = {
    .name = "package.json",
    .what = "package.json: entry files, exports, dependencies, scripts",
    .wants = &wants,
    .takes = &takes,
    .extract = &extract,
    .follow = &follow_package_json};

}  // namespace whittle
