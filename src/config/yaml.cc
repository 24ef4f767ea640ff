#include "config/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <map>
#include <sstream>

#include "base/strings.h"

namespace whittle {

namespace {

// Ends yaml-cpp's parser from inside of an event; caught below.
struct TooMuch {};

// Events to nodes, with bounds.
class Builder : public YAML::EventHandler {
 public:
  YamlNode take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}

  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(node(mark), anchor); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw YAML::ParserException(mark, "an alias of itself");
    count_ += found->second.nodes;
    if (count_ > kMaxYamlNodes) throw TooMuch();
    add(found->second.node, 0);
  }

  void OnScalar(const YAML::Mark& mark,
                const std::string& tag,
                YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode scalar = node(mark);
    scalar.kind = YamlNode::Kind::Scalar;
    scalar.text = value;
    scalar.is_quoted = tag == "!";
    add(std::move(scalar), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark,
                       const std::string& /*tag*/,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    start(mark, anchor, YamlNode::Kind::Sequence);
  }

  void OnSequenceEnd() override { end(); }

  void OnMapStart(const YAML::Mark& mark,
                  const std::string& /*tag*/,
                  YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    start(mark, anchor, YamlNode::Kind::Mapping);
  }

  void OnMapEnd() override { end(); }

 private:
  struct Open {
    YamlNode node;
    YAML::anchor_t anchor = 0;
    size_t first = 0;  // count of nodes before it
    bool has_key = false;
    YamlNode key;
  };

  struct Anchored {
    YamlNode node;
    size_t nodes = 1;
  };

  YamlNode node(const YAML::Mark& mark) {
    if (++count_ > kMaxYamlNodes) throw TooMuch();
    YamlNode made;
    made.line = static_cast<uint32_t>(mark.line + 1);
    made.column = static_cast<uint32_t>(mark.column + 1);
    return made;
  }

  void start(const YAML::Mark& mark, YAML::anchor_t anchor, YamlNode::Kind kind) {
    if (open_.size() >= kMaxYamlDepth) throw TooMuch();
    Open open;
    open.first = count_;
    open.node = node(mark);
    open.node.kind = kind;
    open.anchor = anchor;
    open_.push_back(std::move(open));
  }

  void end() {
    Open done = std::move(open_.back());
    open_.pop_back();
    size_t nodes = count_ - done.first;
    add(std::move(done.node), done.anchor, nodes);
  }

  void add(YamlNode made, YAML::anchor_t anchor, size_t nodes = 1) {
    if (anchor != 0) anchors_[anchor] = {made, nodes};
    if (open_.empty()) {
      root_ = std::move(made);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.kind == YamlNode::Kind::Sequence) {
      parent.node.items.push_back(std::move(made));
    } else if (!parent.has_key) {
      parent.key = std::move(made);
      parent.has_key = true;
    } else {
      parent.node.keys.push_back(std::move(parent.key));
      parent.node.items.push_back(std::move(made));
      parent.has_key = false;
    }
  }

  YamlNode root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  size_t count_ = 0;
};

Error too_much(const std::string& name) {
  return Error(ErrorKind::Limit, fmt::format("{}: too large for a configuration", name));
}

// yaml-cpp calls itself for each level of nesting before it says anything: a bound on what opens
// one. Flow and block styles both need one of these characters a level.
bool is_too_deep(std::string_view text) {
  size_t flow = 0;
  for (char c : text) {
    if (c == '[' || c == '{') ++flow;
    if ((c == ']' || c == '}') && flow > 0) --flow;
    if (flow > 4 * kMaxYamlDepth) return true;
  }
  return false;
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  for (size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].kind == Kind::Scalar && keys[i].text == key) return &items[i];
  }
  return nullptr;
}

std::vector<YamlField> YamlNode::fields() const {
  std::vector<YamlField> result;
  for (size_t i = 0; i < keys.size(); ++i) result.push_back({keys[i], items[i]});
  return result;
}

Error yaml_error(const std::string& name, const YamlNode& node, std::string_view what) {
  return Error(ErrorKind::Invalid, fmt::format("{}:{}:{}: {}", name, node.line, node.column, what));
}

Result<YamlNode> parse_yaml(std::string_view text, const std::string& name) {
  if (text.size() > kMaxYamlBytes || is_too_deep(text)) return too_much(name);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    Builder builder;
    if (!parser.HandleNextDocument(builder)) return YamlNode();
    return builder.take();
  } catch (const TooMuch&) {
    return too_much(name);
  } catch (const YAML::Exception& exception) {
    YamlNode place;
    if (!exception.mark.is_null()) {
      place.line = static_cast<uint32_t>(exception.mark.line + 1);
      place.column = static_cast<uint32_t>(exception.mark.column + 1);
    }
    return yaml_error(name, place, printable(exception.msg));
  }
}

}  // namespace whittle
