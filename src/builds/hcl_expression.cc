// Expressions of HCL: operators by their strength, calls, attributes.
#include <array>
#include <cstdlib>

#include "base/strings.h"
#include "builds/hcl_parser.h"

namespace whittle {

namespace {

using Kind = HclNode::Kind;

struct Operator {
  std::string_view text;
  int strength;
};

// Those that begin like another one stand behind the longer one.
constexpr std::array<Operator, 13> kOperators = {{
    {"||", 1},
    {"&&", 2},
    {"==", 3},
    {"!=", 3},
    {"<=", 4},
    {">=", 4},
    {"<", 4},
    {">", 4},
    {"+", 5},
    {"-", 5},
    {"*", 6},
    {"/", 6},
    {"%", 6},
}};

// The operator that a text begins with, if it binds at least so strongly; null if not.
const Operator* operator_here(std::string_view text, int strength) {
  for (const Operator& one : kOperators) {
    if (!text.starts_with(one.text)) continue;
    return one.strength >= strength ? &one : nullptr;
  }
  return nullptr;
}

}  // namespace

Result<HclNode> HclParser::expression() {
  Depth depth(depth_);
  TRY(check_nesting());
  TRY_ASSIGN(HclNode condition, binary(1));
  skip();
  if (peek() != '?') return condition;
  HclNode node = begin(Kind::Conditional);
  step();
  node.children.push_back(std::move(condition));
  ++brackets_;  // a conditional goes over lines
  TRY_ASSIGN(HclNode yes, expression());
  node.children.push_back(std::move(yes));
  Status colon = expect(':');
  TRY(std::move(colon));
  --brackets_;
  TRY_ASSIGN(HclNode no, expression());
  node.children.push_back(std::move(no));
  return node;
}

Result<HclNode> HclParser::binary(int strength) {
  TRY_ASSIGN(HclNode left, unary());
  while (true) {
    skip();
    const Operator* found = operator_here(text_.substr(at_), strength);
    if (found == nullptr) return left;
    TRY(check_nesting());
    HclNode node = begin(Kind::Binary);
    node.name = found->text;
    step(found->text.size());
    TRY_ASSIGN(HclNode right, binary(found->strength + 1));
    node.children.push_back(std::move(left));
    node.children.push_back(std::move(right));
    left = std::move(node);
  }
}

Result<HclNode> HclParser::unary() {
  skip();
  bool is_unary = peek() == '-' || (peek() == '!' && peek(1) != '=');
  if (!is_unary) return postfix();
  Depth depth(depth_);
  TRY(check_nesting());
  HclNode node = begin(Kind::Unary);
  node.name = peek();
  step();
  TRY_ASSIGN(HclNode inner, unary());
  node.children.push_back(std::move(inner));
  return node;
}

Result<HclNode> HclParser::postfix() {
  TRY_ASSIGN(HclNode node, primary());
  // The tree grows to the left, so that its depth is counted by hand.
  for (int links = 0;; ++links) {
    bool is_dot =
        peek() == '.' && (begins_hcl_name(peek(1)) || is_digit(peek(1)) || peek(1) == '*');
    if (!is_dot && peek() != '[') return node;
    if (links > kMaxHclDepth) return bad("nested too deep");
    TRY_ASSIGN(node, is_dot ? attribute_of(std::move(node)) : index_of(std::move(node)));
  }
}

Result<HclNode> HclParser::attribute_of(HclNode object) {
  TRY(check_nesting());
  HclNode node = begin(Kind::Attribute);
  step();
  if (peek() == '*') {
    step();
    return splat(std::move(object));
  }
  if (is_digit(peek())) {
    size_t begin_at = at_;
    while (is_digit(peek())) step();
    node.kind = Kind::Index;
    std::optional<uint64_t> number = parse_u64(text_.substr(begin_at, at_ - begin_at));
    if (!number) return bad("the index is too large");
    node.children.push_back(std::move(object));
    node.children.push_back(hcl_literal(HclValue::of_number(static_cast<double>(*number))));
    return node;
  }
  node.name = identifier();
  node.children.push_back(std::move(object));
  return node;
}

Result<HclNode> HclParser::index_of(HclNode object) {
  TRY(check_nesting());
  HclNode node = begin(Kind::Index);
  step();
  ++brackets_;
  skip();
  if (sees("*")) {
    step();
    TRY(expect(']'));
    --brackets_;
    return splat(std::move(object));
  }
  TRY_ASSIGN(HclNode key, expression());
  TRY(expect(']'));
  --brackets_;
  node.children.push_back(std::move(object));
  node.children.push_back(std::move(key));
  return node;
}

Result<HclNode> HclParser::splat(HclNode object) {
  HclNode node = begin(Kind::Splat);
  node.children.push_back(std::move(object));
  if (peek() == '.' && begins_hcl_name(peek(1))) {
    step();
    node.name = identifier();
  }
  return node;
}

Result<HclNode> HclParser::primary() {
  Depth depth(depth_);
  TRY(check_nesting());
  skip();
  if (at_end()) return unexpected("a value");
  char c = peek();
  if (c == '"') return quoted();
  if (sees("<<")) return heredoc();
  if (c == '[') return list();
  if (c == '{') return object();
  if (is_digit(c)) return number();
  if (begins_hcl_name(c)) return name_or_call();
  if (c != '(') return unexpected("a value");
  step();
  ++brackets_;
  TRY_ASSIGN(HclNode inner, expression());
  TRY(expect(')'));
  --brackets_;
  return inner;
}

Result<HclNode> HclParser::number() {
  HclNode node = begin(Kind::Literal);
  size_t begin_at = at_;
  while (is_digit(peek())) step();
  if (peek() == '.' && is_digit(peek(1))) {
    step();
    while (is_digit(peek())) step();
  }
  bool has_sign = peek(1) == '-' || peek(1) == '+';
  bool is_power = (peek() == 'e' || peek() == 'E') && is_digit(peek(has_sign ? 2 : 1));
  if (is_power) {
    step(has_sign ? 2 : 1);
    while (is_digit(peek())) step();
  }
  std::string digits(text_.substr(begin_at, at_ - begin_at));
  node.value = HclValue::of_number(std::strtod(digits.c_str(), nullptr));
  return node;
}

Result<HclNode> HclParser::name_or_call() {
  HclNode node = begin(Kind::Variable);
  node.name = identifier();
  while (sees("::")) {
    step(2);
    node.name += "::" + identifier();
  }
  if (peek() == '(') return call(std::move(node));
  if (node.name == "true" || node.name == "false") {
    node.kind = Kind::Literal;
    node.value = HclValue::boolean(node.name == "true");
  } else if (node.name == "null") {
    node.kind = Kind::Literal;
  }
  return node;
}

Result<HclNode> HclParser::call(HclNode node) {
  node.kind = Kind::Call;
  step();
  ++brackets_;
  while (true) {
    skip();
    if (peek() == ')') break;
    TRY_ASSIGN(HclNode argument, expression());
    node.children.push_back(std::move(argument));
    skip();
    if (sees("...")) {
      step(3);
      node.spreads = true;
      skip();
    }
    if (peek() != ',') break;
    step();
  }
  TRY(expect(')'));
  --brackets_;
  return node;
}

}  // namespace whittle
