#include "builds/compose_mounts.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/fs.h"
#include "base/strings.h"
#include "builds/compose_values.h"

namespace whittle {

namespace {

using Kind = YamlNode::Kind;

// One of the same place goes.
void add_mount(ServiceDraft& draft, ServiceMount mount) {
  mount.destination = clean_path(mount.destination);
  std::vector<ServiceMount>& mounts = draft.service.mounts;
  std::erase_if(mounts,
                [&](const ServiceMount& other) { return other.destination == mount.destination; });
  mounts.push_back(std::move(mount));
}

void add_note(const YamlNode& node,
              const ComposeScope& scope,
              ServiceDraft& draft,
              std::string_view text) {
  draft.service.notes.push_back(fmt::format("{}:{}: {}", scope.name, node.line, text));
}

Result<ServiceMount> long_volume(const YamlNode& node, const ComposeScope& scope) {
  auto text_at = [&](const char* key) -> Result<std::string> {
    const YamlNode* value = compose_member(node, key);
    return value == nullptr ? Result<std::string>(std::string()) : scope.text(*value);
  };
  ServiceMount mount;
  TRY_ASSIGN(std::string type, text_at("type"));
  TRY_ASSIGN(mount.source, text_at("source"));
  TRY_ASSIGN(mount.destination, text_at("target"));
  mount.is_read_only = compose_text(compose_member(node, "read_only")) == "true";
  if (!mount.destination.starts_with('/'))
    return scope.bad(node, "the `target` of a volume is an absolute path");
  if (type == "bind") mount.kind = ServiceMount::Kind::Bind;
  if (type == "tmpfs") mount.kind = ServiceMount::Kind::Tmpfs;
  if (mount.kind == ServiceMount::Kind::Bind && mount.source.empty())
    return scope.bad(node, "a bind mount has no `source`");
  if (type != "bind" && type != "tmpfs" && type != "volume")
    return scope.bad(node, fmt::format("`{}` is no type of volume that is known", printable(type)));
  return mount;
}

// A volume of the file that is more than an empty one.
void note_volume(const ServiceMount& mount,
                 const YamlNode& node,
                 const ComposeScope& scope,
                 ServiceDraft& draft) {
  const YamlNode* volumes = compose_member(scope.root, "volumes");
  const YamlNode* declared =
      volumes == nullptr || mount.source.empty() ? nullptr : compose_member(*volumes, mount.source);
  if (declared == nullptr) return;
  bool has_content = compose_member(*declared, "driver_opts") != nullptr ||
                     compose_text(compose_member(*declared, "external")).value_or("") == "true";
  if (!has_content) return;
  add_note(node,
           scope,
           draft,
           fmt::format("the volume `{}` begins empty: what is kept in it elsewhere is left alone",
                       printable(mount.source)));
}

// Secrets and configurations: files of this machine at a path of the container.
struct GivenFiles {
  const char* section;      // of the file
  const char* what;         // one of them
  std::string_view folder;  // where they are
};

Status read_given(const GivenFiles& kind,
                  const YamlNode& node,
                  const ComposeScope& scope,
                  ServiceDraft& draft) {
  const YamlNode* section = compose_member(scope.root, kind.section);
  for (const YamlNode& item : node.items) {
    const YamlNode* source = item.kind == Kind::Mapping ? compose_member(item, "source") : &item;
    if (source == nullptr) return scope.bad(item, fmt::format("a {} has no `source`", kind.what));
    TRY_ASSIGN(std::string name, scope.text(*source));
    const YamlNode* declared = section == nullptr ? nullptr : compose_member(*section, name);
    if (declared == nullptr)
      return scope.bad(item, fmt::format("there is no {} `{}`", kind.what, printable(name)));
    const YamlNode* file = compose_member(*declared, "file");
    if (file == nullptr) {
      add_note(
          item,
          scope,
          draft,
          fmt::format(
              "the {} `{}` is not given: only those of files are", kind.what, printable(name)));
      continue;
    }
    std::string target = name;
    if (const YamlNode* named = compose_member(item, "target")) {
      TRY_ASSIGN(target, scope.text(*named));
    }
    TRY_ASSIGN(std::string path, scope.text(*file));
    ServiceMount mount;
    mount.kind = ServiceMount::Kind::Bind;
    mount.source = compose_path(path, scope);
    mount.destination = target.starts_with('/') ? target : std::string(kind.folder) + target;
    mount.is_read_only = true;
    add_mount(draft, std::move(mount));
  }
  return {};
}

}  // namespace

std::string compose_path(const std::string& path, const ComposeScope& scope) {
  if (path.starts_with('/')) return clean_path(path);
  bool is_home = path == "~" || path.starts_with("~/");
  if (is_home) return clean_path(scope.environment("HOME").value_or("/") + path.substr(1));
  return clean_path(scope.folder + "/" + path);
}

Status read_volumes(const YamlNode& node, const ComposeScope& scope, ServiceDraft& draft) {
  if (node.kind == Kind::Scalar) return scope.bad(node, "`volumes` is a list");
  for (const YamlNode& item : node.items) {
    ServiceMount mount;
    if (item.kind == Kind::Mapping) {
      TRY_ASSIGN(mount, long_volume(item, scope));
    } else {
      TRY_ASSIGN(std::string text, scope.text(item));
      Result<ServiceMount> parsed = parse_volume(text);
      if (!parsed.ok()) return scope.bad(item, parsed.error().message());
      mount = std::move(*parsed);
    }
    if (mount.kind == ServiceMount::Kind::Bind) mount.source = compose_path(mount.source, scope);
    if (mount.kind == ServiceMount::Kind::Volume) note_volume(mount, item, scope, draft);
    add_mount(draft, std::move(mount));
  }
  return {};
}

Status read_tmpfs(const YamlNode& node, const ComposeScope& scope, ServiceDraft& draft) {
  TRY_ASSIGN(std::vector<std::string> places, scope.texts(node));
  for (const std::string& place : places) {
    ServiceMount mount;
    mount.kind = ServiceMount::Kind::Tmpfs;
    size_t colon = place.find(':');
    mount.destination = place.substr(0, colon);
    if (colon != std::string::npos) mount.options = place.substr(colon + 1);
    if (!mount.destination.starts_with('/'))
      return scope.bad(node, fmt::format("`{}` is no absolute path", printable(place)));
    add_mount(draft, std::move(mount));
  }
  return {};
}

Status read_secrets(const YamlNode& node, const ComposeScope& scope, ServiceDraft& draft) {
  return read_given({"secrets", "secret", "/run/secrets/"}, node, scope, draft);
}

Status read_configs(const YamlNode& node, const ComposeScope& scope, ServiceDraft& draft) {
  return read_given({"configs", "config", "/"}, node, scope, draft);
}

}  // namespace whittle
