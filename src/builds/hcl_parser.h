// The parser behind hcl.h: one pass over the bytes, without tokens, because what a byte means
// depends on the template or expression it stands in. Internal; its parts are hcl_parser.cc
// (blocks, lists, objects), hcl_expression.cc and hcl_template.cc.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "builds/hcl.h"

namespace whittle {

class HclParser {
 public:
  // `line` is that of the first byte. Refers to the text.
  HclParser(std::string_view text, std::string name, uint32_t line)
      : text_(text), name_(std::move(name)), line_(line) {}

  Result<HclBlock> file();

  Result<HclNode> whole_template() { return template_until(text_.size(), false); }

 private:
  // Counts the nesting while it lives.
  struct Depth {
    explicit Depth(int& count) : depth(count) { ++depth; }

    ~Depth() { --depth; }

    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;
    int& depth;
  };

  bool at_end() const { return at_ >= text_.size(); }

  char peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  bool sees(std::string_view text) const { return text_.substr(at_, text.size()) == text; }

  void step(size_t count = 1);

  uint32_t column() const { return static_cast<uint32_t>(at_ - line_begin_) + 1; }

  Error bad(std::string_view what) const;
  Error unexpected(std::string_view wanted) const;
  Status check_nesting();
  // Blanks and comments; line ends too where they mean nothing.
  void skip(bool with_lines);

  // Inside of brackets a line end is a blank.
  void skip() { skip(brackets_ > 0); }

  std::string identifier();
  Status expect(char c);
  HclNode begin(HclNode::Kind kind) const;

  Status body(HclBlock& block, bool is_inner);
  Status member(HclBlock& block);
  Result<std::string> label();
  Result<HclNode> list();
  Result<HclNode> object();
  Result<HclNode> object_key();
  bool sees_for() const;
  Result<HclNode> for_expression(HclNode node, char close);
  Status add_child(HclNode& node);

  Result<HclNode> expression();
  Result<HclNode> binary(int strength);
  Result<HclNode> unary();
  Result<HclNode> postfix();
  Result<HclNode> attribute_of(HclNode object);
  Result<HclNode> index_of(HclNode object);
  Result<HclNode> splat(HclNode object);
  Result<HclNode> primary();
  Result<HclNode> number();
  Result<HclNode> name_or_call();
  Result<HclNode> call(HclNode node);

  Result<HclNode> quoted();
  // Texts and `${...}` up to an offset; a quoted one up to the quote or the line's end.
  Result<HclNode> template_until(size_t end, bool is_quoted);
  Result<HclNode> interpolation();
  Status escape(std::string& text);
  Result<HclNode> heredoc();
  size_t find_heredoc_end(std::string_view name) const;

  std::string_view text_;
  std::string name_;
  size_t at_ = 0;
  size_t line_begin_ = 0;
  uint32_t line_;
  int depth_ = 0;
  int brackets_ = 0;
  size_t nodes_ = 0;
};

// Letters, digits, `_` and `-`; a name begins with no digit.
bool begins_hcl_name(char c);
bool is_in_hcl_name(char c);

// A node of a value.
HclNode hcl_literal(HclValue value);

}  // namespace whittle
