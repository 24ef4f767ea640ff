#include "builds/compose_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/fs.h"
#include "base/strings.h"
#include "builds/compose_mounts.h"
#include "builds/compose_options.h"
#include "builds/compose_values.h"

namespace whittle {

namespace {

using Kind = YamlNode::Kind;
using Read = Status (*)(const YamlNode& node, const ComposeScope& scope, ServiceDraft& draft);

void set_pair(std::vector<std::pair<std::string, std::string>>& pairs,
              const std::string& name,
              std::string value) {
  std::erase_if(pairs, [&](const auto& pair) { return pair.first == name; });
  pairs.emplace_back(name, std::move(value));
}

void add_new(std::vector<std::string>& list, std::string text) {
  if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(std::move(text));
}

Result<std::vector<std::string>> command_words(const YamlNode& node, const ComposeScope& scope) {
  if (node.kind == Kind::Sequence) return scope.texts(node);
  TRY_ASSIGN(std::string text, scope.text(node));
  Result<std::vector<std::string>> words = split_command(text);
  if (!words.ok()) return scope.bad(node, words.error().message());
  return words;
}

Status read_image(const YamlNode& node, const ComposeScope& scope, ServiceDraft& draft) {
  TRY_ASSIGN(std::string image, scope.text(node));
  if (image.empty()) return scope.bad(node, "the image has no name");
  draft.service.images = {image};
  draft.service.has_image = true;
  return {};
}

Status read_build(const YamlNode& node, const ComposeScope& scope, ServiceDraft& draft) {
  std::string context = ".";
  if (node.kind == Kind::Scalar) {
    TRY_ASSIGN(context, scope.text(node));
  } else if (const YamlNode* named = compose_member(node, "context")) {
    TRY_ASSIGN(context, scope.text(*named));
  }
  if (const YamlNode* named = compose_member(node, "dockerfile")) {
    TRY_ASSIGN(draft.service.build_dockerfile, scope.text(*named));
  }
  if (!is_remote_context(context)) draft.service.build_context = compose_path(context, scope);
  return {};
}

Status read_command(const YamlNode& node, const ComposeScope& scope, ServiceDraft& draft) {
  TRY_ASSIGN(draft.service.command, command_words(node, scope));
  bool is_cleared = node.kind != Kind::Null && draft.service.command.empty();
  if (!is_cleared) return {};
  draft.service.notes.push_back(fmt::format(
      "{}:{}: an empty `command` is not followed: the image's is run", scope.name, node.line));
  return {};
}

Status read_entrypoint(const YamlNode& node, const ComposeScope& scope, ServiceDraft& draft) {
  TRY_ASSIGN(draft.service.entrypoint, command_words(node, scope));
  draft.clears_entrypoint = node.kind != Kind::Null && draft.service.entrypoint.empty();
  return {};
}

Status read_environment(const YamlNode& node, const ComposeScope& scope, ServiceDraft& draft) {
  if (node.kind == Kind::Scalar) return scope.bad(node, "`environment` is a list or a mapping");
  for (const auto& [name, text] : compose_pairs(&node)) {
    if (name.empty()) return scope.bad(node, "a variable has no name");
    // Without a value: that of this environment, if there is one.
    std::optional<std::string> value = text ? std::nullopt : scope.environment(name);
    if (text) {
      TRY_ASSIGN(value, scope.expand(*text, node));
    }
    if (value) set_pair(draft.service.env, name, std::move(*value));
  }
  return {};
}

Status read_one_env_file(const YamlNode& node, const ComposeScope& scope, ServiceDraft& draft) {
  const YamlNode* path = node.kind == Kind::Mapping ? compose_member(node, "path") : &node;
  if (path == nullptr) return scope.bad(node, "a file of variables has no `path`");
  TRY_ASSIGN(std::string file, scope.text(*path));
  const YamlNode* required = compose_member(node, "required");
  bool is_required = required == nullptr || compose_text(required) != "false";
  bool is_elsewhere = !scope.relative.empty() && !file.starts_with('/');
  Result<std::string> text = scope.sibling(is_elsewhere ? scope.relative + "/" + file : file);
  if (!text.ok() && !is_required) return {};
  if (!text.ok()) return scope.bad(*path, printable(text.error().message()));
  auto variables = read_env_file(*text);
  for (auto one = variables.rbegin(); one != variables.rend(); ++one)
    set_pair(draft.from_files, one->first, one->second);
  return {};
}

Status read_env_files(const YamlNode& node, const ComposeScope& scope, ServiceDraft& draft) {
  if (node.kind != Kind::Sequence) return read_one_env_file(node, scope, draft);
  if (node.items.size() > kMaxComposeFiles) return scope.bad(node, "there are too many files");
  for (const YamlNode& item : node.items) TRY(read_one_env_file(item, scope, draft));
  return {};
}

Result<NeedCondition> condition_of(const YamlNode& node, const ComposeScope& scope) {
  TRY_ASSIGN(std::string text, scope.text(node));
  if (text.empty() || text == "service_started") return NeedCondition::Started;
  if (text == "service_healthy") return NeedCondition::Healthy;
  if (text == "service_completed_successfully") return NeedCondition::Completed;
  return scope.bad(node,
                   fmt::format("there is no condition `{}`; there are service_started, "
                               "service_healthy and service_completed_successfully",
                               printable(text)));
}

void add_need(ServiceDraft& draft, ServiceNeed need) {
  std::vector<ServiceNeed>& needs = draft.service.needs;
  std::erase_if(needs, [&](const ServiceNeed& other) { return other.service == need.service; });
  needs.push_back(std::move(need));
}

Status read_needs(const YamlNode& node, const ComposeScope& scope, ServiceDraft& draft) {
  if (node.kind == Kind::Mapping) {
    for (const YamlField& field : compose_fields(node)) {
      ServiceNeed need{field.key.text, NeedCondition::Started, true, field.key.line};
      if (const YamlNode* condition = compose_member(field.value, "condition")) {
        TRY_ASSIGN(need.condition, condition_of(*condition, scope));
      }
      need.is_required = compose_text(compose_member(field.value, "required")) != "false";
      add_need(draft, std::move(need));
    }
    return {};
  }
  TRY_ASSIGN(std::vector<std::string> names, scope.texts(node));
  for (std::string& name : names)
    add_need(draft, {std::move(name), NeedCondition::Started, true, node.line});
  return {};
}

Status read_links(const YamlNode& node, const ComposeScope& scope, ServiceDraft& draft) {
  TRY_ASSIGN(std::vector<std::string> links, scope.texts(node));
  for (const std::string& link : links) {
    size_t colon = link.find(':');
    std::string name = link.substr(0, colon);
    if (colon != std::string::npos) draft.links.emplace_back(name, link.substr(colon + 1));
    bool is_known = std::any_of(draft.service.needs.begin(),
                                draft.service.needs.end(),
                                [&](const ServiceNeed& need) { return need.service == name; });
    if (!is_known) add_need(draft, {name, NeedCondition::Started, true, node.line});
  }
  return {};
}

Status read_networks(const YamlNode& node, const ComposeScope& scope, ServiceDraft& draft) {
  if (node.kind != Kind::Mapping) return {};
  for (const YamlField& field : compose_fields(node)) {
    const YamlNode* aliases = compose_member(field.value, "aliases");
    if (aliases == nullptr) continue;
    TRY_ASSIGN(std::vector<std::string> names, scope.texts(*aliases));
    for (std::string& name : names) add_new(draft.service.aliases, std::move(name));
  }
  return {};
}

Status read_container_name(const YamlNode& node, const ComposeScope& scope, ServiceDraft& draft) {
  TRY_ASSIGN(std::string name, scope.text(node));
  if (!name.empty()) add_new(draft.service.aliases, std::move(name));
  return {};
}

template <std::string Service::*member>
Status read_text(const YamlNode& node, const ComposeScope& scope, ServiceDraft& draft) {
  TRY_ASSIGN(draft.service.*member, scope.text(node));
  return {};
}

Status read_restart(const YamlNode& node, const ComposeScope& scope, ServiceDraft& draft) {
  TRY_ASSIGN(std::string text, scope.text(node));
  draft.service.restart = text == "no" || text == "false" ? "" : text;
  return {};
}

Status read_memory(const YamlNode& node, const ComposeScope& scope, ServiceDraft& draft) {
  TRY_ASSIGN(std::string text, scope.text(node));
  std::optional<uint64_t> bytes = parse_size(text);
  if (!bytes) return scope.bad(node, fmt::format("`{}` is no size", printable(text)));
  draft.service.memory_bytes = *bytes;
  return {};
}

Status read_deploy(const YamlNode& node, const ComposeScope& scope, ServiceDraft& draft) {
  const YamlNode* at = &node;
  for (const char* key : {"resources", "limits", "memory"}) {
    at = compose_member(*at, key);
    if (at == nullptr) return {};
  }
  return read_memory(*at, scope, draft);
}

Status read_profiles(const YamlNode& node, const ComposeScope& /*scope*/, ServiceDraft& draft) {
  draft.service.is_optional = !node.items.empty();
  return {};
}

Status add_ports(const YamlNode& node,
                 std::string_view text,
                 const ComposeScope& scope,
                 std::vector<uint16_t>& ports) {
  Result<std::vector<uint16_t>> found = parse_ports(text);
  if (!found.ok()) return scope.bad(node, found.error().message());
  for (uint16_t port : *found) {
    bool is_new = std::find(ports.begin(), ports.end(), port) == ports.end();
    if (is_new && ports.size() < kMaxPortRange) ports.push_back(port);
  }
  return {};
}

template <std::vector<uint16_t> Service::*member>
Status read_ports(const YamlNode& node, const ComposeScope& scope, ServiceDraft& draft) {
  for (const YamlNode& item : node.items) {
    std::string protocol;
    const YamlNode* port = &item;
    if (item.kind == Kind::Mapping) {
      port = compose_member(item, "target");
      if (port == nullptr) return scope.bad(item, "a port has no `target`");
      if (const YamlNode* named = compose_member(item, "protocol")) {
        TRY_ASSIGN(protocol, scope.text(*named));
      }
    }
    TRY_ASSIGN(std::string text, scope.text(*port));
    if (!protocol.empty()) text += "/" + protocol;
    TRY(add_ports(*port, text, scope, draft.service.*member));
  }
  return {};
}

Result<int64_t> nanoseconds(const YamlNode& node, const ComposeScope& scope) {
  TRY_ASSIGN(std::string text, scope.text(node));
  std::optional<uint64_t> ms = parse_duration_ms(text);
  if (!ms || *ms > 86'400'000)
    return scope.bad(node, fmt::format("`{}` is no time", printable(text)));
  return static_cast<int64_t>(*ms) * 1'000'000;
}

Status read_health(const YamlNode& node, const ComposeScope& scope, ServiceDraft& draft) {
  HealthCheck check = draft.service.health_check.value_or(HealthCheck());
  if (compose_text(compose_member(node, "disable")).value_or("") == "true") check.test = {"NONE"};
  if (const YamlNode* test = compose_member(node, "test")) {
    TRY_ASSIGN(check.test, scope.texts(*test));
    if (test->kind == Kind::Scalar) check.test.insert(check.test.begin(), "CMD-SHELL");
    const std::string kind = check.test.empty() ? "" : check.test[0];
    if (kind != "NONE" && kind != "CMD" && kind != "CMD-SHELL")
      return scope.bad(*test, "a health check begins with CMD, CMD-SHELL or NONE");
    if (kind != "NONE" && check.test.size() < 2)
      return scope.bad(*test, "the health check has no command");
  }
  for (auto [key, member] : {std::pair("interval", &HealthCheck::interval_ns),
                             std::pair("timeout", &HealthCheck::timeout_ns),
                             std::pair("start_period", &HealthCheck::start_period_ns)}) {
    const YamlNode* value = compose_member(node, key);
    if (value == nullptr) continue;
    TRY_ASSIGN(check.*member, nanoseconds(*value, scope));
  }
  if (!check.test.empty()) draft.service.health_check = std::move(check);
  return {};
}

struct KeyRow {
  std::string_view key;
  Read read;
};

constexpr auto kKeys = std::to_array<KeyRow>({
    {"build", read_build},
    {"command", read_command},
    {"configs", read_configs},
    {"container_name", read_container_name},
    {"depends_on", read_needs},
    {"deploy", read_deploy},
    {"entrypoint", read_entrypoint},
    {"env_file", read_env_files},
    {"environment", read_environment},
    {"expose", read_ports<&Service::exposed>},
    {"healthcheck", read_health},
    {"image", read_image},
    {"links", read_links},
    {"mem_limit", read_memory},
    {"networks", read_networks},
    {"ports", read_ports<&Service::published>},
    {"profiles", read_profiles},
    {"restart", read_restart},
    {"secrets", read_secrets},
    {"tmpfs", read_tmpfs},
    {"user", read_text<&Service::user>},
    {"volumes", read_volumes},
    {"working_dir", read_text<&Service::working_dir>},
});

// What a trial run can do without.
constexpr auto kUnneeded = std::to_array<std::string_view>({"annotations",
                                                            "attach",
                                                            "cpu_count",
                                                            "cpu_percent",
                                                            "cpu_period",
                                                            "cpu_quota",
                                                            "cpu_shares",
                                                            "cpus",
                                                            "cpuset",
                                                            "develop",
                                                            "extends",
                                                            "label_file",
                                                            "labels",
                                                            "logging",
                                                            "mem_reservation",
                                                            "mem_swappiness",
                                                            "memswap_limit",
                                                            "oom_score_adj",
                                                            "platform",
                                                            "pull_policy",
                                                            "scale",
                                                            "stop_grace_period",
                                                            "tty"});

}  // namespace

Error ComposeScope::bad(const YamlNode& node, std::string_view what) const {
  return yaml_error(name, node, what);
}

Result<std::string> ComposeScope::expand(const std::string& text, const YamlNode& node) const {
  std::vector<std::string> missing;
  Result<std::string> value = interpolate(text, environment, missing);
  if (!value.ok()) return bad(node, printable(value.error().message()));
  for (const std::string& variable : missing) {
    std::string what = fmt::format("`{}` is not set, it is taken for empty", printable(variable));
    bool is_new = std::none_of(
        notes.begin(), notes.end(), [&](const std::string& note) { return note.ends_with(what); });
    if (is_new) notes.push_back(fmt::format("{}:{}: {}", name, node.line, what));
  }
  return value;
}

Result<std::string> ComposeScope::text(const YamlNode& node) const {
  if (node.kind == Kind::Null) return std::string();
  if (node.kind != Kind::Scalar) return bad(node, "a single value is expected here");
  return expand(node.text, node);
}

Result<std::vector<std::string>> ComposeScope::texts(const YamlNode& node) const {
  if (node.kind == Kind::Mapping) return bad(node, "a list is expected here");
  std::vector<std::string> out;
  if (node.kind == Kind::Scalar) {
    TRY_ASSIGN(std::string one, text(node));
    out.push_back(std::move(one));
  }
  for (const YamlNode& item : node.items) {
    TRY_ASSIGN(std::string one, text(item));
    out.push_back(std::move(one));
  }
  return out;
}

Status read_service_keys(const YamlNode& node, const ComposeScope& scope, ServiceDraft& draft) {
  if (node.kind != Kind::Mapping) return scope.bad(node, "a service is a mapping");
  for (const YamlField& field : compose_fields(node)) {
    std::string_view key = field.key.text;
    auto row = std::find_if(
        kKeys.begin(), kKeys.end(), [&](const KeyRow& known) { return known.key == key; });
    bool is_unneeded = std::find(kUnneeded.begin(), kUnneeded.end(), key) != kUnneeded.end() ||
                       key.starts_with("x-");
    if (row != kKeys.end()) {
      TRY(row->read(field.value, scope, draft));
    } else if (is_run_option(key)) {
      TRY(read_run_option(key, field.value, scope, draft.service.run_options));
    } else if (!is_unneeded) {
      draft.service.notes.push_back(fmt::format("{}:{}: `{}` of service `{}` is not followed",
                                                scope.name,
                                                field.key.line,
                                                printable(key),
                                                printable(draft.service.name)));
    }
  }
  return {};
}

}  // namespace whittle
