// Compose files: the services that are built, with what `extends` gives them.
#include <algorithm>

#include "base/fs.h"
#include "base/strings.h"
#include "builds/build_file.h"
#include "builds/compose_parts.h"

namespace whittle {

namespace {

using Kind = YamlNode::Kind;

// What a service says of its build, with the texts as they are written.
struct BuildSection {
  bool is_there = false;
  uint32_t line = 1;
  std::optional<std::string> context;
  std::optional<std::string> dockerfile;
  std::optional<std::string> inline_text;
  std::optional<std::string> target;
  std::vector<std::pair<std::string, std::optional<std::string>>> args;
  std::vector<std::string> platforms;
  std::vector<std::string> named_contexts;
};

BuildSection section_of(const YamlNode& service) {
  BuildSection section;
  const YamlNode* build = compose_member(service, "build");
  if (build == nullptr || build->kind == Kind::Null) return section;
  section.is_there = true;
  section.line = build->line;
  if (build->kind == Kind::Scalar) {
    section.context = build->text;
    return section;
  }
  section.context = compose_text(compose_member(*build, "context"));
  section.dockerfile = compose_text(compose_member(*build, "dockerfile"));
  section.inline_text = compose_text(compose_member(*build, "dockerfile_inline"));
  section.target = compose_text(compose_member(*build, "target"));
  section.args = compose_pairs(compose_member(*build, "args"));
  if (const YamlNode* platforms = compose_member(*build, "platforms")) {
    for (const YamlNode& item : platforms->items) section.platforms.push_back(item.text);
  }
  for (auto& [name, place] : compose_pairs(compose_member(*build, "additional_contexts")))
    section.named_contexts.push_back(std::move(name));
  return section;
}

void put_over(BuildSection& base, BuildSection over) {
  base.is_there = true;
  base.line = over.line;
  if (over.context) base.context = std::move(over.context);
  if (over.dockerfile) base.dockerfile = std::move(over.dockerfile);
  if (over.inline_text) base.inline_text = std::move(over.inline_text);
  if (over.target) base.target = std::move(over.target);
  for (auto& arg : over.args) {
    auto old = std::find_if(base.args.begin(), base.args.end(), [&](const auto& pair) {
      return pair.first == arg.first;
    });
    if (old == base.args.end()) {
      base.args.push_back(std::move(arg));
    } else {
      old->second = std::move(arg.second);
    }
  }
  if (!over.platforms.empty()) base.platforms = std::move(over.platforms);
  for (std::string& name : over.named_contexts) base.named_contexts.push_back(std::move(name));
}

class ComposeReader {
 public:
  ComposeReader(const VariableLookup& environment, const SiblingReader& sibling)
      : environment_(environment), sibling_(sibling) {}

  Result<DeclaredBuilds> run(const YamlNode& root) {
    const YamlNode* services = compose_member(root, "services");
    if (const YamlNode* include = compose_member(root, "include"))
      note(include->line, "`include` is not followed");
    if (services == nullptr || services->kind != Kind::Mapping) return std::move(result_);
    for (const YamlField& field : services->fields()) {
      if (result_.builds.size() >= kMaxDeclaredBuilds) {
        note(field.key.line, "there are more services than are looked at");
        break;
      }
      BuildSection section = whole(root, field.value, "", 0);
      if (section.is_there) declare(field.key.text, field.key.line, section);
    }
    return std::move(result_);
  }

 private:
  void note(uint32_t line, std::string text) { result_.notes.push_back({line, std::move(text)}); }

  // With what it extends. `folder` is that of the file the service stands in,
  // relative to the first.
  BuildSection whole(const YamlNode& root,
                     const YamlNode& service,
                     const std::string& folder,
                     int depth) {
    BuildSection section;
    const YamlNode* extends = compose_member(service, "extends");
    if (extends != nullptr && depth >= kMaxComposeExtends) {
      note(extends->line, "`extends` is followed no further");
    } else if (extends != nullptr) {
      section = extended(root, *extends, folder, depth);
    }
    BuildSection own = section_of(service);
    if (!own.is_there) return section;
    bool is_elsewhere = !folder.empty() && !is_remote_context(own.context.value_or("."));
    if (is_elsewhere && !own.context.value_or(".").starts_with('/'))
      own.context = folder + "/" + own.context.value_or(".");
    put_over(section, std::move(own));
    return section;
  }

  BuildSection extended(const YamlNode& root,
                        const YamlNode& extends,
                        const std::string& folder,
                        int depth) {
    bool is_name = extends.kind == Kind::Scalar;
    std::string name =
        is_name ? extends.text : compose_text(compose_member(extends, "service")).value_or("");
    std::optional<std::string> file;
    if (!is_name) file = compose_text(compose_member(extends, "file"));
    if (!file) {
      const YamlNode* services = compose_member(root, "services");
      const YamlNode* base = services != nullptr ? compose_member(*services, name) : nullptr;
      if (base != nullptr) return whole(root, *base, folder, depth + 1);
      note(extends.line, "there is no service `" + printable(name) + "` to extend");
      return {};
    }
    std::string path = clean_path(folder.empty() ? *file : folder + "/" + *file);
    Result<std::string> text =
        ++files_ <= kMaxComposeFiles ? sibling_(path) : Error("too many files");
    Result<YamlNode> other = text.ok() ? parse_yaml(*text, path) : Result<YamlNode>(text.error());
    const YamlNode* services = other.ok() ? compose_member(*other, "services") : nullptr;
    const YamlNode* base = services != nullptr ? compose_member(*services, name) : nullptr;
    if (base == nullptr) {
      std::string why = other.ok() ? "it has no such service" : other.error().message();
      note(extends.line, "`" + printable(path) + "` is not extended: " + printable(why));
      return {};
    }
    size_t slash = path.rfind('/');
    return whole(*other, *base, slash == std::string::npos ? "" : path.substr(0, slash), depth + 1);
  }

  // The text with its variables; nullopt, noted, where it cannot be had.
  std::optional<std::string> expanded(const std::string& text, uint32_t line) {
    std::vector<std::string> missing;
    Result<std::string> value = interpolate(text, environment_, missing);
    for (const std::string& name : missing) {
      std::string what = "`" + printable(name) + "` is not set, it is taken for empty";
      bool is_new = std::none_of(result_.notes.begin(),
                                 result_.notes.end(),
                                 [&](const BuildNote& one) { return one.text == what; });
      if (is_new) note(line, what);
    }
    if (value.ok()) return std::move(*value);
    note(line, printable(value.error().message()));
    return std::nullopt;
  }

  // Sets `to` from a text that is there; false if it cannot be told.
  bool take(const std::optional<std::string>& text, uint32_t line, std::string& to) {
    if (!text) return true;
    std::optional<std::string> value = expanded(*text, line);
    if (value && !value->empty()) to = *value;
    return value.has_value();
  }

  void declare(const std::string& name, uint32_t line, const BuildSection& section) {
    DeclaredBuild build;
    build.name = name;
    build.line = line;
    bool is_known = take(section.context, section.line, build.context) &&
                    take(section.dockerfile, section.line, build.dockerfile);
    if (!is_known) return;
    if (section.inline_text) build.inline_text = expanded(*section.inline_text, section.line);
    if (section.inline_text && !build.inline_text) return;
    take(section.target, section.line, build.target);
    for (const auto& [arg, text] : section.args) {
      // Without a value: that of the environment, else the Dockerfile's.
      std::optional<std::string> value = text ? expanded(*text, section.line) : environment_(arg);
      if (value) build.args.emplace_back(arg, std::move(*value));
    }
    for (const std::string& platform : section.platforms) {
      if (auto text = expanded(platform, section.line)) build.platforms.push_back(std::move(*text));
    }
    build.named_contexts = section.named_contexts;
    result_.builds.push_back(std::move(build));
  }

  const VariableLookup& environment_;
  const SiblingReader& sibling_;
  DeclaredBuilds result_;
  size_t files_ = 0;
};

}  // namespace

Result<DeclaredBuilds> read_compose(std::string_view text,
                                    const std::string& name,
                                    const VariableLookup& environment,
                                    const SiblingReader& sibling) {
  TRY_ASSIGN(YamlNode root, parse_yaml(text, name));
  return ComposeReader(environment, sibling).run(root);
}

}  // namespace whittle
