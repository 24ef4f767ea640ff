#include "builds/compose_services.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/fs.h"
#include "base/strings.h"
#include "builds/compose_service.h"

namespace whittle {

namespace {

using Kind = YamlNode::Kind;

// As Compose makes a project's name of a folder's: small letters, digits, `_` and `-`.
std::string project_name(std::string_view text) {
  std::string name;
  for (char c : to_lower(text)) {
    bool begins = is_digit(c) || (c >= 'a' && c <= 'z');
    bool is_plain = begins || (!name.empty() && (c == '_' || c == '-'));
    if (is_plain) name += c;
  }
  return name;
}

class ServicesReader {
 public:
  ServicesReader(const std::string& folder,
                 const VariableLookup& environment,
                 const SiblingReader& sibling)
      : folder_(folder), environment_(environment), sibling_(sibling) {}

  Result<DeclaredServices> run(const YamlNode& root, const std::string& name) {
    result_.file = name;
    ComposeScope scope = scope_of(root, name, "");
    TRY_ASSIGN(std::string project, project_of(scope));
    if (const YamlNode* include = compose_member(root, "include")) {
      result_.notes.push_back(
          fmt::format("{}:{}: `include` is not followed: `docker compose config` writes one file "
                      "of several",
                      name,
                      include->line));
    }
    const YamlNode* services = compose_member(root, "services");
    if (services == nullptr || services->kind != Kind::Mapping)
      return yaml_error(name, root, "there are no `services`");
    for (const YamlField& field : compose_fields(*services)) {
      if (result_.services.size() >= kMaxServices)
        return Error(ErrorKind::Limit,
                     fmt::format("{}: there are more than {} services", name, kMaxServices));
      TRY(add(field, scope, project));
    }
    add_aliases_of_links();
    return std::move(result_);
  }

 private:
  ComposeScope scope_of(const YamlNode& root, std::string name, const std::string& relative) {
    return {root,
            std::move(name),
            relative.empty() ? folder_ : clean_path(folder_ + "/" + relative),
            relative,
            environment_,
            sibling_,
            result_.notes};
  }

  Result<std::string> project_of(const ComposeScope& scope) const {
    if (std::optional<std::string> set = environment_("COMPOSE_PROJECT_NAME"); set && !set->empty())
      return project_name(*set);
    if (const YamlNode* named = compose_member(scope.root, "name")) {
      TRY_ASSIGN(std::string text, scope.text(*named));
      return project_name(text);
    }
    return project_name(fs::path(folder_).filename().string());
  }

  Status add(const YamlField& field, const ComposeScope& scope, const std::string& project) {
    ServiceDraft draft;
    draft.service.name = field.key.text;
    draft.service.line = field.key.line;
    TRY(read_whole(field.value, scope, 0, draft));
    TRY(settle(field.key, scope, project, draft));
    result_.services.push_back(std::move(draft.service));
    for (auto& link : draft.links) links_.push_back(std::move(link));
    return {};
  }

  // `links` gives a service a further name.
  void add_aliases_of_links() {
    for (Service& service : result_.services) {
      for (const auto& link : links_) {
        if (link.first == service.name) service.aliases.push_back(link.second);
      }
    }
  }

  // What holds whatever the order of the keys.
  static Status settle(const YamlNode& key,
                       const ComposeScope& scope,
                       const std::string& project,
                       ServiceDraft& draft) {
    Service& service = draft.service;
    for (auto& variable : draft.from_files) {
      bool is_set = std::any_of(service.env.begin(), service.env.end(), [&](const auto& pair) {
        return pair.first == variable.first;
      });
      if (!is_set) service.env.push_back(std::move(variable));
    }
    if (draft.clears_entrypoint) {
      service.entrypoint = std::move(service.command);
      service.command.clear();
      if (service.entrypoint.empty())
        return scope.bad(key, "an empty `entrypoint` needs a `command` that takes its place");
    }
    service.aliases.insert(service.aliases.begin(), service.name);
    if (service.has_image) return {};
    for (const char* separator : {"-", "_"})
      service.images.push_back(project + separator + service.name);
    return {};
  }

  // With what it extends under it.
  Status read_whole(const YamlNode& node,
                    const ComposeScope& scope,
                    int depth,
                    ServiceDraft& draft) {
    if (const YamlNode* extends = compose_member(node, "extends")) {
      if (depth >= kMaxComposeExtends)
        return scope.bad(*extends, "`extends` leads too far, or in a circle");
      TRY(read_extended(*extends, scope, depth, draft));
    }
    return read_service_keys(node, scope, draft);
  }

  Status read_extended(const YamlNode& extends,
                       const ComposeScope& scope,
                       int depth,
                       ServiceDraft& draft) {
    bool is_name = extends.kind == Kind::Scalar;
    const YamlNode* named = is_name ? &extends : compose_member(extends, "service");
    if (named == nullptr) return scope.bad(extends, "`extends` names no service");
    TRY_ASSIGN(std::string name, scope.text(*named));
    const YamlNode* file = is_name ? nullptr : compose_member(extends, "file");
    if (file == nullptr) return read_base(scope.root, name, extends, scope, scope, depth, draft);
    TRY_ASSIGN(std::string path, scope.text(*file));
    path = clean_path(scope.relative.empty() ? path : scope.relative + "/" + path);
    if (++files_ > kMaxComposeFiles) return scope.bad(extends, "there are too many files");
    Result<std::string> text = sibling_(path);
    if (!text.ok()) return scope.bad(extends, printable(text.error().message()));
    std::string shown = printable(path);
    TRY_ASSIGN(YamlNode root, parse_yaml(*text, shown));
    size_t slash = path.rfind('/');
    ComposeScope other =
        scope_of(root, shown, slash == std::string::npos ? "" : path.substr(0, slash));
    return read_base(root, name, extends, scope, other, depth, draft);
  }

  Status read_base(const YamlNode& root,
                   const std::string& name,
                   const YamlNode& extends,
                   const ComposeScope& from,
                   const ComposeScope& scope,
                   int depth,
                   ServiceDraft& draft) {
    const YamlNode* services = compose_member(root, "services");
    const YamlNode* base = services == nullptr ? nullptr : compose_member(*services, name);
    if (base == nullptr)
      return from.bad(extends, fmt::format("there is no service `{}` to extend", printable(name)));
    return read_whole(*base, scope, depth + 1, draft);
  }

  const std::string& folder_;
  const VariableLookup& environment_;
  const SiblingReader& sibling_;
  DeclaredServices result_;
  std::vector<std::pair<std::string, std::string>> links_;  // service and name
  size_t files_ = 0;
};

}  // namespace

Result<DeclaredServices> read_services(std::string_view text,
                                       const std::string& name,
                                       const std::string& folder,
                                       const VariableLookup& environment,
                                       const SiblingReader& sibling) {
  TRY_ASSIGN(YamlNode root, parse_yaml(text, name));
  return ServicesReader(folder, environment, sibling).run(root, name);
}

}  // namespace whittle
