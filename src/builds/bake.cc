// Bake files: variables, functions, groups and targets to builds.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/limits.h"
#include "base/strings.h"
#include "builds/build_file.h"
#include "image/json.h"

namespace whittle {

namespace {

using nlohmann::json;
using ValueKind = HclValue::Kind;

constexpr int kMaxInheritance = 32;

// Attributes of a target that say what is built.
constexpr std::string_view kAttributes[] = {"inherits",
                                            "context",
                                            "dockerfile",
                                            "dockerfile-inline",
                                            "args",
                                            "target",
                                            "platforms",
                                            "contexts"};

bool is_merged_by_key(std::string_view attribute) {
  return attribute == "args" || attribute == "contexts";
}

// One target with its own values; a matrix makes several.
struct Target {
  std::string name;
  uint32_t line = 1;
  std::map<std::string, HclValue> values;  // by attribute
};

class BakeReader {
 public:
  BakeReader(HclBlock root, const VariableLookup& environment)
      : root_(std::move(root)),
        environment_(environment),
        evaluator_([this](const std::string& name) { return resolve(name); }, functions_of(root_)) {
  }

  DeclaredBuilds run() {
    for (const HclBlock& block : root_.blocks) {
      if (block.type == "target" && block.labels.size() == 1) read_target(block);
    }
    find_templates();
    DeclaredBuilds result;
    for (const Target& target : targets_) {
      if (result.builds.size() >= kMaxDeclaredBuilds) {
        note(target.line, "there are more targets than are looked at");
        break;
      }
      declare(target, result);
    }
    result.notes = evaluator_.notes();
    result.notes.insert(result.notes.end(), notes_.begin(), notes_.end());
    std::stable_sort(result.notes.begin(),
                     result.notes.end(),
                     [](const BuildNote& a, const BuildNote& b) { return a.line < b.line; });
    return result;
  }

 private:
  void note(uint32_t line, std::string text) { notes_.push_back({line, std::move(text)}); }

  // Names of a list of bare names or texts.
  static std::vector<std::string> names_in(const HclAttribute* attribute) {
    std::vector<std::string> names;
    if (attribute == nullptr) return names;
    for (const HclNode& child : attribute->value.children)
      names.push_back(child.kind == HclNode::Kind::Variable ? child.name : child.value.text);
    return names;
  }

  static std::map<std::string, HclFunction> functions_of(const HclBlock& root) {
    std::map<std::string, HclFunction> functions;
    for (const HclBlock& block : root.blocks) {
      if (block.type != "function" || block.labels.size() != 1) continue;
      HclFunction function;
      function.parameters = names_in(block.find("params"));
      for (std::string& name : names_in(block.find("variadic_params")))
        function.rest = std::move(name);
      if (const HclAttribute* result = block.find("result")) function.result = &result->value;
      functions[block.labels[0]] = std::move(function);
    }
    return functions;
  }

  // A variable: the environment's value, else its default.
  std::optional<HclValue> resolve(const std::string& name) {
    if (name == "BAKE_LOCAL_PLATFORM") return HclValue::of_text("linux/amd64");
    if (name == "BAKE_CMD_CONTEXT") return HclValue::of_text(".");
    auto known = variables_.find(name);
    if (known != variables_.end()) return known->second;
    const HclBlock* block = nullptr;
    for (const HclBlock& one : root_.blocks) {
      if (one.type == "variable" && one.labels.size() == 1 && one.labels[0] == name) block = &one;
    }
    const HclAttribute* set = block != nullptr ? block->find("default") : root_.find(name);
    if (block == nullptr && set == nullptr) return std::nullopt;
    // While it is computed: a variable that needs itself.
    variables_[name] = HclValue::unknown("`" + printable(name) + "` needs itself");
    HclValue value =
        set != nullptr ? evaluator_.evaluate_with(set->value, {}) : HclValue::of_text("");
    std::optional<std::string> given = block != nullptr ? environment_(name) : std::nullopt;
    if (given) value = of_type(*given, value.kind);
    variables_[name] = value;
    return value;
  }

  // What the environment gives is of the type of the default.
  static HclValue of_type(const std::string& text, ValueKind kind) {
    HclValue value = HclValue::of_text(text);
    if (kind == ValueKind::Bool && value.as_bool()) return HclValue::boolean(*value.as_bool());
    if (kind == ValueKind::Number && value.as_number())
      return HclValue::of_number(*value.as_number());
    return value;
  }

  void read_target(const HclBlock& block) {
    const HclAttribute* matrix = block.find("matrix");
    if (matrix == nullptr) return add_target(block, block.labels[0], {});
    HclValue axes = evaluator_.evaluate_with(matrix->value, {});
    if (axes.kind != ValueKind::Object) {
      note(matrix->line, "the matrix is not known, the target is left out");
      return;
    }
    const HclAttribute* name = block.find("name");
    for (const std::map<std::string, HclValue>& cell : cells_of(axes, matrix->line)) {
      std::optional<std::string> text;
      if (name != nullptr) text = evaluator_.evaluate_with(name->value, cell).as_text();
      std::string fallback = block.labels[0] + "-" + std::to_string(targets_.size());
      add_target(block, text.value_or(fallback), cell);
    }
  }

  // All combinations of the values of the axes.
  std::vector<std::map<std::string, HclValue>> cells_of(const HclValue& axes, uint32_t line) {
    std::vector<std::map<std::string, HclValue>> cells(1);
    for (size_t i = 0; i < axes.keys.size(); ++i) {
      std::vector<std::map<std::string, HclValue>> more;
      for (const std::map<std::string, HclValue>& cell : cells) {
        for (const HclValue& value : axes.items[i].items) {
          if (more.size() >= kMaxDeclaredBuilds) break;
          more.push_back(cell);
          more.back()[axes.keys[i]] = value;
        }
      }
      if (more.size() >= kMaxDeclaredBuilds) note(line, "the matrix is larger than is looked at");
      cells = std::move(more);
    }
    return cells;
  }

  // Blocks of one name are one target.
  void add_target(const HclBlock& block,
                  const std::string& name,
                  const std::map<std::string, HclValue>& cell) {
    if (targets_.size() >= kMaxDeclaredBuilds) return;
    auto [place, is_new] = index_.try_emplace(name, targets_.size());
    if (is_new) targets_.push_back({name, block.line, {}});
    std::map<std::string, HclValue> own;
    for (std::string_view attribute : kAttributes) {
      if (const HclAttribute* found = block.find(attribute))
        own[std::string(attribute)] = evaluator_.evaluate_with(found->value, cell);
    }
    put_over(targets_[place->second].values, own);
  }

  static void put_over(std::map<std::string, HclValue>& values,
                       const std::map<std::string, HclValue>& over) {
    for (const auto& [attribute, value] : over) {
      HclValue& old = values[attribute];
      bool merges = is_merged_by_key(attribute) && old.kind == ValueKind::Object &&
                    value.kind == ValueKind::Object;
      if (!merges) {
        old = value;
        continue;
      }
      for (size_t i = 0; i < value.keys.size(); ++i) old.set(value.keys[i], value.items[i]);
    }
  }

  // With what it inherits, the last one named counting most, its own counting
  // more.
  std::map<std::string, HclValue> whole(const Target& target, int depth) {
    std::map<std::string, HclValue> values;
    auto inherits = target.values.find("inherits");
    if (inherits != target.values.end() && depth < kMaxInheritance && ++merges_ < kMaxMerges) {
      for (const HclValue& name : inherits->second.items) {
        auto base = index_.find(name.as_text().value_or(""));
        if (base == index_.end() || targets_[base->second].name == target.name) continue;
        put_over(values, whole(targets_[base->second], depth + 1));
      }
    }
    put_over(values, target.values);
    return values;
  }

  // Targets that others inherit and no group names.
  void find_templates() {
    for (const Target& target : targets_) {
      auto inherits = target.values.find("inherits");
      if (inherits == target.values.end()) continue;
      for (const HclValue& name : inherits->second.items)
        templates_.insert(name.as_text().value_or(""));
    }
    for (const HclBlock& block : root_.blocks) {
      const HclAttribute* members = block.type == "group" ? block.find("targets") : nullptr;
      if (members == nullptr) continue;
      HclValue names = evaluator_.evaluate_with(members->value, {});
      for (const HclValue& name : names.items) templates_.erase(name.as_text().value_or(""));
    }
  }

  // The text of an attribute; false if it is not known.
  bool take_text(const Target& target,
                 const std::map<std::string, HclValue>& values,
                 const std::string& attribute,
                 std::string& to) {
    auto found = values.find(attribute);
    if (found == values.end() || found->second.kind == ValueKind::Null) return true;
    std::optional<std::string> text = found->second.as_text();
    if (!text) {
      note(target.line,
           "target `" + printable(target.name) + "`: `" + attribute + "` is not known");
      return false;
    }
    if (!text->empty()) to = *text;
    return true;
  }

  void declare(const Target& target, DeclaredBuilds& result) {
    std::map<std::string, HclValue> values = whole(target, 0);
    DeclaredBuild build;
    build.name = target.name;
    build.line = target.line;
    build.is_template = templates_.count(target.name) > 0;
    if (build.is_template && target.name.starts_with('_')) return;
    bool is_known = take_text(target, values, "context", build.context) &&
                    take_text(target, values, "dockerfile", build.dockerfile);
    std::string text;
    if (values.count("dockerfile-inline") > 0) {
      is_known = is_known && take_text(target, values, "dockerfile-inline", text);
      if (!text.empty()) build.inline_text = std::move(text);
    }
    if (!is_known) return;
    take_text(target, values, "target", build.target);
    for (const HclValue& platform : values["platforms"].items) {
      if (auto name = platform.as_text()) build.platforms.push_back(*name);
    }
    const HclValue& args = values["args"];
    for (size_t i = 0; i < args.keys.size(); ++i) {
      if (auto value = args.items[i].as_text()) build.args.emplace_back(args.keys[i], *value);
    }
    build.named_contexts = values["contexts"].keys;
    result.builds.push_back(std::move(build));
  }

  static constexpr size_t kMaxMerges = 100'000;

  HclBlock root_;
  const VariableLookup& environment_;
  std::map<std::string, HclValue> variables_;
  HclEvaluator evaluator_;
  std::vector<Target> targets_;
  std::map<std::string, size_t> index_;  // into targets_, by name
  std::set<std::string> templates_;
  std::vector<BuildNote> notes_;
  size_t merges_ = 0;
};

// A value of the JSON form: its texts are templates.
Result<HclNode> node_of(const json& value, const std::string& name) {
  HclNode node;
  if (value.is_string()) return parse_hcl_template(value.get_ref<const std::string&>(), name, 1);
  if (value.is_boolean()) node.value = HclValue::boolean(value.get<bool>());
  if (value.is_number()) node.value = HclValue::of_number(value.get<double>());
  if (value.is_array()) {
    node.kind = HclNode::Kind::List;
    for (const json& item : value) {
      TRY_ASSIGN(HclNode child, node_of(item, name));
      node.children.push_back(std::move(child));
    }
  }
  if (value.is_object()) {
    node.kind = HclNode::Kind::Object;
    for (const auto& [key, item] : value.items()) {
      TRY_ASSIGN(HclNode key_node, parse_hcl_template(key, name, 1));
      TRY_ASSIGN(HclNode child, node_of(item, name));
      node.children.push_back(std::move(key_node));
      node.children.push_back(std::move(child));
    }
  }
  return node;
}

Status add_attributes(const json& object, const std::string& name, HclBlock& block) {
  if (!object.is_object()) return {};
  for (const auto& [key, value] : object.items()) {
    if (key == "//") continue;
    HclAttribute attribute{key, {}, 1};
    TRY_ASSIGN(attribute.value, node_of(value, name));
    block.attributes.push_back(std::move(attribute));
  }
  return {};
}

Result<HclBlock> blocks_of(const json& root, const std::string& name) {
  HclBlock file;
  if (!root.is_object()) return Error(ErrorKind::Invalid, name + ": is no object");
  for (const auto& [type, labelled] : root.items()) {
    bool is_block = type == "target" || type == "group" || type == "variable" || type == "function";
    if (!is_block) {
      TRY(add_attributes({{type, labelled}}, name, file));
      continue;
    }
    if (!labelled.is_object()) continue;
    for (const auto& [label, body] : labelled.items()) {
      HclBlock block;
      block.type = type;
      block.labels.push_back(label);
      TRY(add_attributes(body, name, block));
      file.blocks.push_back(std::move(block));
    }
  }
  return file;
}

}  // namespace

Result<DeclaredBuilds> read_bake(std::string_view text,
                                 const std::string& name,
                                 const VariableLookup& environment) {
  TRY_ASSIGN(HclBlock root, parse_hcl(text, name));
  return BakeReader(std::move(root), environment).run();
}

Result<DeclaredBuilds> read_bake_json(std::string_view text,
                                      const std::string& name,
                                      const VariableLookup& environment) {
  Limits limits;
  limits.max_json_bytes = kMaxHclBytes;
  TRY_ASSIGN(json root, parse_json(text, name, limits));
  TRY_ASSIGN(HclBlock file, blocks_of(root, name));
  return BakeReader(std::move(file), environment).run();
}

}  // namespace whittle
