#include "builds/hcl_parser.h"

#include <fmt/format.h>

#include "base/strings.h"

namespace whittle {

namespace {

using Kind = HclNode::Kind;

}  // namespace

bool begins_hcl_name(char c) {
  return is_alpha(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

bool is_in_hcl_name(char c) {
  return begins_hcl_name(c) || is_digit(c) || c == '-';
}

HclNode hcl_literal(HclValue value) {
  HclNode node;
  node.value = std::move(value);
  return node;
}

Result<HclBlock> HclParser::file() {
  if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  HclBlock block;
  TRY(body(block, false));
  return block;
}

void HclParser::step(size_t count) {
  for (; count > 0 && !at_end(); --count, ++at_) {
    if (text_[at_] != '\n') continue;
    ++line_;
    line_begin_ = at_ + 1;
  }
}

Error HclParser::bad(std::string_view what) const {
  return Error(ErrorKind::Invalid, fmt::format("{}:{}:{}: {}", name_, line_, column(), what));
}

Error HclParser::unexpected(std::string_view wanted) const {
  if (at_end()) return bad(fmt::format("{} is missing at the end", wanted));
  return bad(
      fmt::format("{} is missing in front of `{}`", wanted, printable(text_.substr(at_, 1))));
}

Status HclParser::check_nesting() {
  if (depth_ > kMaxHclDepth)
    return Error(ErrorKind::Limit, std::move(bad("nested too deep")).message());
  if (++nodes_ > kMaxHclNodes)
    return Error(ErrorKind::Limit, std::move(bad("too many expressions")).message());
  return {};
}

// Blanks and comments; line ends too where they mean nothing.
void HclParser::skip(bool with_lines) {
  while (!at_end()) {
    char c = peek();
    if (is_blank(c) || c == '\r' || (with_lines && c == '\n')) {
      step();
    } else if (c == '#' || sees("//")) {
      while (!at_end() && peek() != '\n') step();
    } else if (sees("/*")) {
      size_t end = text_.find("*/", at_ + 2);
      step(end == std::string_view::npos ? text_.size() : end + 2 - at_);
    } else {
      return;
    }
  }
}

std::string HclParser::identifier() {
  size_t begin = at_;
  while (!at_end() && is_in_hcl_name(peek())) step();
  return std::string(text_.substr(begin, at_ - begin));
}

Status HclParser::expect(char c) {
  skip();
  if (peek() != c || at_end()) return unexpected(fmt::format("`{}`", c));
  step();
  return {};
}

HclNode HclParser::begin(Kind kind) const {
  HclNode node;
  node.kind = kind;
  node.line = line_;
  node.column = column();
  return node;
}

Status HclParser::body(HclBlock& block, bool is_inner) {
  Depth depth(depth_);
  TRY(check_nesting());
  while (true) {
    skip(true);
    if (at_end() && !is_inner) return {};
    if (is_inner && peek() == '}') {
      step();
      return {};
    }
    TRY(member(block));
    skip(false);
    bool is_ended = at_end() || peek() == '\n' || (is_inner && peek() == '}');
    if (!is_ended) return unexpected("a line end");
  }
}

// An attribute or a block.
Status HclParser::member(HclBlock& block) {
  uint32_t line = line_;
  TRY_ASSIGN(std::string name, label());
  skip(false);
  if (peek() == '=' && peek(1) != '=') {
    step();
    HclAttribute attribute{name, {}, line};
    TRY_ASSIGN(attribute.value, expression());
    block.attributes.push_back(std::move(attribute));
    return {};
  }
  HclBlock inner;
  inner.type = name;
  inner.line = line;
  while (peek() != '{') {
    if (!begins_hcl_name(peek()) && peek() != '"') return unexpected("`=` or `{`");
    TRY_ASSIGN(std::string text, label());
    inner.labels.push_back(std::move(text));
    skip(false);
  }
  step();
  TRY(body(inner, true));
  block.blocks.push_back(std::move(inner));
  return {};
}

// A name, or a text without templates.
Result<std::string> HclParser::label() {
  if (begins_hcl_name(peek())) return identifier();
  if (peek() != '"') return unexpected("a name");
  TRY_ASSIGN(HclNode text, quoted());
  bool is_plain = text.kind == Kind::Literal && text.value.kind == HclValue::Kind::Text;
  if (!is_plain) return bad("a name holds no template");
  return std::move(text.value.text);
}

// `for` and not a name that begins so.
bool HclParser::sees_for() const {
  return sees("for") && !is_in_hcl_name(peek(3));
}

Result<HclNode> HclParser::list() {
  HclNode node = begin(Kind::List);
  step();
  ++brackets_;
  skip();
  if (sees_for()) return for_expression(std::move(node), ']');
  while (true) {
    skip();
    if (peek() == ']') break;
    TRY_ASSIGN(HclNode item, expression());
    node.children.push_back(std::move(item));
    skip();
    if (peek() != ',') break;
    step();
  }
  TRY(expect(']'));
  --brackets_;
  return node;
}

Result<HclNode> HclParser::object() {
  HclNode node = begin(Kind::Object);
  step();
  ++brackets_;
  skip();
  if (sees_for()) return for_expression(std::move(node), '}');
  while (true) {
    skip();
    if (peek() == '}') break;
    TRY_ASSIGN(HclNode key, object_key());
    node.children.push_back(std::move(key));
    skip();
    if (peek() != '=' && peek() != ':') return unexpected("`=`");
    step();
    // A line end divides the members, as a comma does.
    int outer = std::exchange(brackets_, 0);
    skip(true);
    Result<HclNode> value = expression();
    skip(false);
    brackets_ = outer;
    TRY_ASSIGN(HclNode member_value, std::move(value));
    node.children.push_back(std::move(member_value));
    bool is_divided = peek() == ',' || peek() == '\n' || peek() == '}';
    if (!is_divided) return unexpected("`,`");
    if (peek() == ',') step();
  }
  TRY(expect('}'));
  --brackets_;
  return node;
}

// A bare name stands for itself.
Result<HclNode> HclParser::object_key() {
  HclNode node = begin(Kind::Literal);
  if (begins_hcl_name(peek())) {
    size_t begin_at = at_;
    uint32_t begin_line = line_;
    size_t begin_line_at = line_begin_;
    std::string name = identifier();
    skip();
    if (peek() == ':' || (peek() == '=' && peek(1) != '=')) {
      node.value = HclValue::of_text(std::move(name));
      return node;
    }
    at_ = begin_at;
    line_ = begin_line;
    line_begin_ = begin_line_at;
  }
  return expression();
}

Result<HclNode> HclParser::for_expression(HclNode node, char close) {
  bool is_list = close == ']';
  node.kind = is_list ? Kind::ForList : Kind::ForObject;
  step(3);
  while (true) {
    skip();
    if (!begins_hcl_name(peek())) return unexpected("a name");
    node.names.push_back(identifier());
    skip();
    if (peek() != ',') break;
    step();
  }
  if (node.names.size() > 2) return bad("`for` takes one or two names");
  if (!sees("in") || is_in_hcl_name(peek(2))) return unexpected("`in`");
  step(2);
  TRY(add_child(node));
  TRY(expect(':'));
  TRY(add_child(node));
  skip();
  if (!is_list) {
    if (!sees("=>")) return unexpected("`=>`");
    step(2);
    TRY(add_child(node));
    skip();
    if (sees("...")) {
      step(3);
      node.spreads = true;
      skip();
    }
  }
  if (sees("if") && !is_in_hcl_name(peek(2))) {
    step(2);
    TRY(add_child(node));
  }
  TRY(expect(close));
  --brackets_;
  return node;
}

Status HclParser::add_child(HclNode& node) {
  TRY_ASSIGN(HclNode child, expression());
  node.children.push_back(std::move(child));
  return {};
}

const HclAttribute* HclBlock::find(std::string_view name) const {
  for (auto attribute = attributes.rbegin(); attribute != attributes.rend(); ++attribute) {
    if (attribute->name == name) return &*attribute;
  }
  return nullptr;
}

Result<HclBlock> parse_hcl(std::string_view text, const std::string& name) {
  if (text.size() > kMaxHclBytes) return Error(ErrorKind::Limit, name + ": too large");
  return HclParser(text, name, 1).file();
}

Result<HclNode> parse_hcl_template(std::string_view text, const std::string& name, uint32_t line) {
  return HclParser(text, name, line).whole_template();
}

}  // namespace whittle
