// Compound commands and functions. Source: POSIX.1-2017, Shell Command Language, 2.9.4 and 2.9.5;
// bash's manual for `select`, `(( ))`, `[[ ]]`, `for (( ))` and `function`.
#include <algorithm>

#include "base/strings.h"
#include "dockerfile/shell_parser.h"

namespace whittle {

// nullopt when a simple command begins here.
std::optional<ShellNode> ShellParser::parse_compound(size_t begin) {
  if (looks_at("((")) {
    if (std::optional<ShellNode> arithmetic = parse_arithmetic_command(begin)) return arithmetic;
  }
  if (peek() == '(') return parse_subshell(begin);
  std::string_view keyword = keyword_here();
  if (keyword.empty() || keyword == "time" || keyword == "!") return std::nullopt;
  if (keyword == "{") return parse_group(begin);
  if (keyword == "[[") return parse_condition_command(begin);
  if (keyword == "if") return parse_if(begin);
  if (keyword == "while" || keyword == "until") return parse_while(begin);
  if (keyword == "for" || keyword == "select") return parse_for(begin);
  if (keyword == "case") return parse_case(begin);
  if (keyword == "function") return parse_function(begin);
  fail_here();
  return make_node(ShellNodeKind::Simple, begin);
}

// A list with at least one command.
ShellNode ShellParser::parse_filled_list(unsigned stops) {
  ShellNode list = parse_list(stops);
  if (!failed() && list.children.empty()) fail_here();
  return list;
}

ShellNode ShellParser::parse_group(size_t begin) {
  ShellNode node = make_node(ShellNodeKind::Group, begin);
  take(1);
  node.children.push_back(parse_filled_list(kStopBrace));
  if (!failed() && !take_keyword("}")) fail_here("}");
  finish(node, begin);
  return node;
}

ShellNode ShellParser::parse_subshell(size_t begin) {
  ShellNode node = make_node(ShellNodeKind::Subshell, begin);
  take(1);
  node.children.push_back(parse_filled_list(kStopParen));
  if (!failed() && peek() != ')') fail_here(")");
  if (!failed()) take(1);
  finish(node, begin);
  return node;
}

// `((expression))` as a simple command with that one word; nullopt if the parentheses are those of
// subshells.
std::optional<ShellNode> ShellParser::parse_arithmetic_command(size_t begin) {
  size_t end = find_arithmetic_end(begin + 2);
  if (end == std::string_view::npos) return std::nullopt;
  ShellNode node = make_node(ShellNodeKind::Simple, begin);
  pos_ = begin + 2;
  parse_inside(end, node.substitutions);
  if (failed()) return node;
  pos_ = end;
  take(2);
  ShellWord word;
  word.range = map_.range(begin, pos_);
  word.raw = without_joins(begin, pos_);
  node.words.push_back(std::move(word));
  finish(node, begin);
  return node;
}

// `[[ expression ]]` as a simple command whose words are its operators and operands.
ShellNode ShellParser::parse_condition_command(size_t begin) {
  ShellNode node = make_node(ShellNodeKind::Simple, begin);
  auto push_token = [&](size_t size) {
    ShellWord word;
    word.range = map_.range(pos_, pos_ + size);
    word.raw = text_.substr(pos_, size);
    word.value = word.raw;
    node.words.push_back(std::move(word));
    take(size);
  };
  push_token(2);
  while (!failed()) {
    skip_newlines();
    bool is_regex = node.words.back().raw == "=~" && !node.words.back().is_quoted;
    if (at_end()) {
      fail_here("]]");
    } else if (looks_at("]]") && (pos_ + 2 == text_.size() || is_shell_meta(peek(2)))) {
      push_token(2);
      break;
    } else if (looks_at("&&") || looks_at("||")) {
      push_token(2);
    } else if (is_shell_meta(peek()) && !(is_regex && peek() == '(')) {
      if (std::string_view("()<>").find(peek()) == std::string_view::npos) {
        fail_here("]]");
      } else {
        push_token(1);
      }
    } else {
      ShellWord word =
          parse_word(is_regex ? WordMode::Regex : WordMode::Pattern, node.substitutions);
      if (!failed()) node.words.push_back(std::move(word));
    }
  }
  finish(node, begin);
  return node;
}

ShellNode ShellParser::parse_if(size_t begin) {
  ShellNode node = make_node(ShellNodeKind::If, begin);
  take(2);
  do {
    node.children.push_back(parse_filled_list(kStopThen));
    if (!expect_keyword("then")) break;
    node.children.push_back(parse_filled_list(kStopElif | kStopElse | kStopFi));
  } while (!failed() && take_keyword("elif"));
  if (!failed() && take_keyword("else")) node.children.push_back(parse_filled_list(kStopFi));
  if (!failed() && !take_keyword("fi")) fail_here("fi");
  finish(node, begin);
  return node;
}

void ShellParser::parse_loop_body(ShellNode& node) {
  if (!expect_keyword("do")) return;
  node.children.push_back(parse_filled_list(kStopDone));
  if (!failed() && !take_keyword("done")) fail_here("done");
}

ShellNode ShellParser::parse_while(size_t begin) {
  ShellNode node = make_node(ShellNodeKind::Loop, begin);
  take(5);  // both keywords are as long
  node.children.push_back(parse_filled_list(kStopDo));
  parse_loop_body(node);
  finish(node, begin);
  return node;
}

ShellNode ShellParser::parse_for(size_t begin) {
  ShellNode node = make_node(ShellNodeKind::Loop, begin);
  take(keyword_here().size());
  skip_blanks();
  if (parse_for_head(node)) parse_loop_body(node);
  finish(node, begin);
  return node;
}

// `name [in words...] [;]` or `((...)) [;]` into the node's words.
bool ShellParser::parse_for_head(ShellNode& node) {
  if (looks_at("((")) {
    std::optional<ShellNode> head = parse_arithmetic_command(pos_);
    if (!head) fail_here("))");
    if (failed()) return false;
    node.words = std::move(head->words);
    node.substitutions = std::move(head->substitutions);
  } else {
    if (!is_shell_name_start(peek())) fail_here("name");
    if (failed()) return false;
    add_word(node, WordMode::Plain);
    skip_newlines();
    if (looks_at("in") && (is_shell_meta(peek(2)) || pos_ + 2 == text_.size())) {
      take(2);
      skip_blanks();
      while (!failed() && !at_end() && !is_shell_meta(peek())) {
        add_word(node, WordMode::Plain);
        skip_blanks();
      }
    }
  }
  skip_blanks();
  if (peek() == ';') take(1);
  return !failed();
}

ShellNode ShellParser::parse_case(size_t begin) {
  ShellNode node = make_node(ShellNodeKind::Case, begin);
  take(4);
  skip_blanks();
  add_word(node, WordMode::Plain);
  if (!failed()) skip_newlines();
  if (!failed() && !(looks_at("in") && is_shell_meta(peek(2)))) fail_here("in");
  if (!failed()) take(2);
  while (!failed()) {
    skip_newlines();
    if (take_keyword("esac")) break;
    if (at_end()) fail_here("esac");
    if (!failed() && !parse_branch(node)) break;
  }
  finish(node, begin);
  return node;
}

// `[(] pattern [| pattern]... ) list [;;]`; false behind the last one.
bool ShellParser::parse_branch(ShellNode& node) {
  if (peek() == '(') take(1);
  while (!failed()) {
    skip_blanks();
    add_word(node, WordMode::Pattern);
    skip_blanks();
    if (peek() != '|') break;
    take(1);
  }
  if (!failed() && peek() != ')') fail_here(")");
  if (failed()) return false;
  take(1);
  node.children.push_back(parse_list(kStopBranch | kStopEsac));
  if (failed()) return false;
  if (take_keyword("esac")) return false;
  if (stop_here() != kStopBranch) {
    fail_here("esac");
    return false;
  }
  take(looks_at(";;&") ? 3 : 2);
  return true;
}

// `function name [()] body`
ShellNode ShellParser::parse_function(size_t begin) {
  ShellNode node = make_node(ShellNodeKind::Function, begin);
  take(8);
  skip_blanks();
  add_word(node, WordMode::Plain);
  skip_blanks();
  if (!failed()) parse_function_body(node);
  finish(node, begin);
  return node;
}

// `[()] body` into a node that has the name; its range stays open for the caller or begins at the
// name.
void ShellParser::parse_function_body(ShellNode& node) {
  if (peek() == '(') {
    take(1);
    skip_blanks();
    if (peek() != ')') return fail_here(")");
    take(1);
  }
  node.kind = ShellNodeKind::Function;
  skip_newlines();
  size_t begin = pos_;
  std::optional<ShellNode> body = parse_compound(begin);
  if (!body) return fail_here("{");
  if (!failed()) parse_redirects(*body);
  if (failed() && last_ <= begin) return;  // nothing of it was understood
  finish(*body, begin);
  node.children.push_back(*std::move(body));
  node.range.end = node.children.back().range.end;
}

}  // namespace whittle
