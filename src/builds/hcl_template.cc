// Texts of HCL: quoted, heredocs, and what `${...}` puts into them.
#include <algorithm>
#include <cstdlib>

#include "base/strings.h"
#include "builds/hcl_parser.h"

namespace whittle {

namespace {

using Kind = HclNode::Kind;

void append_utf8(uint32_t code, std::string& out) {
  auto byte = [&](uint32_t value) { out += static_cast<char>(value); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0 | (code >> 6));
    byte(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    byte(0xE0 | (code >> 12));
    byte(0x80 | ((code >> 6) & 0x3F));
    byte(0x80 | (code & 0x3F));
  } else {
    byte(0xF0 | (code >> 18));
    byte(0x80 | ((code >> 12) & 0x3F));
    byte(0x80 | ((code >> 6) & 0x3F));
    byte(0x80 | (code & 0x3F));
  }
}

std::string without_indent(std::string_view lines) {
  size_t least = std::string_view::npos;
  for (std::string_view line : split_lines(lines)) {
    size_t indent = line.find_first_not_of(" \t");
    if (indent != std::string_view::npos) least = std::min(least, indent);
  }
  std::string out;
  for (std::string_view line : split_lines(lines)) {
    out += line.substr(std::min(line.size(), least));
    out += '\n';
  }
  return out;
}

}  // namespace

Result<HclNode> HclParser::quoted() {
  step();
  TRY_ASSIGN(HclNode node, template_until(text_.size(), true));
  if (peek() != '"') return unexpected("`\"`");
  step();
  return node;
}

Result<HclNode> HclParser::template_until(size_t end, bool is_quoted) {
  Depth depth(depth_);
  TRY(check_nesting());
  HclNode node = begin(Kind::Template);
  std::string text;
  auto flush = [&] {
    if (!text.empty()) node.children.push_back(hcl_literal(HclValue::of_text(std::move(text))));
    text.clear();
  };
  while (at_ < end && !(is_quoted && (peek() == '"' || peek() == '\n'))) {
    if (sees("$${") || sees("%%{")) {
      text += peek();
      text += '{';
      step(3);
    } else if (sees("${") || sees("%{")) {
      flush();
      TRY_ASSIGN(HclNode part, interpolation());
      node.children.push_back(std::move(part));
    } else if (is_quoted && peek() == '\\') {
      TRY(escape(text));
    } else {
      text += peek();
      step();
    }
  }
  if (node.children.empty()) {
    node.kind = Kind::Literal;
    node.value = HclValue::of_text(std::move(text));
    return node;
  }
  flush();
  return node;
}

Result<HclNode> HclParser::interpolation() {
  bool is_directive = peek() == '%';
  HclNode node = begin(Kind::Unsupported);
  step(2);
  if (is_directive) {
    node.name = "`%{...}`";
    size_t end = text_.find('}', at_);
    if (end == std::string_view::npos) return unexpected("`}`");
    step(end + 1 - at_);
    return node;
  }
  if (peek() == '~') step();
  ++brackets_;
  TRY_ASSIGN(HclNode inner, expression());
  skip();
  if (peek() == '~') step();
  TRY(expect('}'));
  --brackets_;
  return inner;
}

Status HclParser::escape(std::string& text) {
  step();
  char c = peek();
  constexpr std::string_view kFrom = "nrt\"\\";
  constexpr std::string_view kTo = "\n\r\t\"\\";
  size_t found = kFrom.find(c);
  if (c != '\0' && found != std::string_view::npos) {
    text += kTo[found];
    step();
    return {};
  }
  if (c != 'u' && c != 'U') return bad("there is no such escape");
  step();
  size_t digits = c == 'u' ? 4 : 8;
  std::string hex(text_.substr(at_, digits));
  char* end = nullptr;
  unsigned long code = std::strtoul(hex.c_str(), &end, 16);
  if (hex.size() != digits || *end != '\0' || code > 0x10FFFF)
    return bad("there is no such escape");
  append_utf8(static_cast<uint32_t>(code), text);
  step(digits);
  return {};
}

// "<<NAME" or "<<-NAME", lines, NAME.
Result<HclNode> HclParser::heredoc() {
  step(2);
  bool is_flush = peek() == '-';
  if (is_flush) step();
  std::string name = identifier();
  if (name.empty() || (peek() != '\n' && peek() != '\r')) return unexpected("the heredoc's name");
  while (peek() == '\r') step();
  step();
  size_t end = find_heredoc_end(name);
  if (end == std::string_view::npos)
    return bad("the heredoc `" + printable(name) + "` does not end");
  HclNode node;
  if (is_flush) {
    // Lines are cut off first: templates in it begin where they would have.
    std::string flushed = without_indent(text_.substr(at_, end - at_));
    HclParser inner(flushed, name_, line_);
    inner.depth_ = depth_;
    inner.nodes_ = nodes_;
    TRY_ASSIGN(node, inner.whole_template());
    nodes_ = inner.nodes_;
    step(end - at_);
  } else {
    TRY_ASSIGN(node, template_until(end, false));
    if (at_ < end) step(end - at_);
  }
  while (is_blank(peek())) step();
  step(name.size());
  return node;
}

// Where the line begins that holds nothing but the name.
size_t HclParser::find_heredoc_end(std::string_view name) const {
  size_t begin_at = at_;
  while (begin_at < text_.size()) {
    size_t end = std::min(text_.find('\n', begin_at), text_.size());
    if (trim(text_.substr(begin_at, end - begin_at)) == name) return begin_at;
    begin_at = end + 1;
  }
  return std::string_view::npos;
}

}  // namespace whittle
