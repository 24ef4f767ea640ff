#include "dockerfile/parser_directives.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "dockerfile/lexer_rune.h"
#include "dockerfile/parser_internal.h"

namespace whittle {

namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";
constexpr std::array<std::string_view, 3> kKnownKeys = {"syntax", "escape", "check"};

uint32_t as_offset(size_t value) {
  return static_cast<uint32_t>(value);
}

// key = value of a comment's text, with the place of the value in it; nullopt if it has another
// form.
struct Assignment {
  std::string key;
  uint32_t value_begin;
  uint32_t value_end;
};

std::optional<Assignment> parse_assignment(std::string_view text) {
  size_t at = leading_space(text);
  size_t begin = at;
  while (at < text.size() && (is_alpha(text[at]) || (at > begin && is_digit(text[at])))) ++at;
  std::string key = to_lower(text.substr(begin, at - begin));
  while (at < text.size() && is_space(text[at])) ++at;
  if (key.empty() || at >= text.size() || text[at] != '=') return std::nullopt;
  ++at;
  while (at < text.size() && is_space(text[at])) ++at;
  size_t end = text.size();
  while (end > at && is_space(text[end - 1])) --end;
  if (end == at) return std::nullopt;
  return Assignment{std::move(key), as_offset(at), as_offset(end)};
}

std::string problem_of(const Directive& directive, const std::vector<Directive>& before) {
  bool is_repeated = std::any_of(before.begin(), before.end(), [&](const Directive& other) {
    return other.key == directive.key;
  });
  if (is_repeated) return "the directive `" + directive.key + "` is given twice";
  if (directive.key == "escape" && directive.value != "\\" && directive.value != "`") {
    return "the escape character is `" + printable(directive.value) + "`, not `\\` or a backtick";
  }
  return "";
}

std::optional<SyntaxRequest> detect_in_comments(std::string_view source,
                                                std::string_view comment,
                                                std::string_view key) {
  LineReader reader(source);
  if (source.substr(0, 2) == "#!") reader.next();
  DirectiveReader directives(comment);
  while (!reader.at_end()) {
    SourceLine line = reader.next();
    std::vector<Directive> found;
    std::vector<ParseProblem> problems;
    if (!directives.read(source, line, found, problems)) break;
    if (found[0].key != key) continue;
    const std::string& value = found[0].value;
    return SyntaxRequest{value.substr(0, value.find(' ')), value, line.number};
  }
  return std::nullopt;
}

std::optional<SyntaxRequest> detect_in_json(std::string_view source, uint32_t line_number) {
  constexpr size_t kMaxDepth = 64;
  size_t depth = 0;
  size_t deepest = 0;
  for (char c : source) {
    if (c == '{' || c == '[') deepest = std::max(deepest, ++depth);
    if ((c == '}' || c == ']') && depth > 0) --depth;
  }
  size_t begin = leading_space(source);
  if (begin >= source.size() || source[begin] != '{' || deepest > kMaxDepth) return std::nullopt;
  auto json = nlohmann::json::parse(source, nullptr, false);
  if (!json.is_object() || !json.contains("syntax") || !json["syntax"].is_string()) {
    return std::nullopt;
  }
  auto value = json["syntax"].get<std::string>();
  return SyntaxRequest{value, value, line_number};
}

}  // namespace

bool DirectiveReader::read(std::string_view source,
                           const SourceLine& line,
                           std::vector<Directive>& directives,
                           std::vector<ParseProblem>& problems) {
  if (is_done_) return false;
  is_done_ = true;
  std::string_view text = line.text.of(source);
  size_t comment = comment_ == "#" ? leading_space(text) : 0;
  if (text.substr(comment, comment_.size()) != comment_) return false;
  size_t inner = comment + comment_.size();
  auto assignment = parse_assignment(text.substr(inner));
  if (!assignment) return false;
  if (std::find(kKnownKeys.begin(), kKnownKeys.end(), assignment->key) == kKnownKeys.end()) {
    return false;
  }
  is_done_ = false;
  Directive directive;
  directive.range = {line.text.begin + as_offset(comment), line.text.end};
  directive.key = assignment->key;
  uint32_t base = line.text.begin + as_offset(inner);
  directive.value_range = {base + assignment->value_begin, base + assignment->value_end};
  directive.value = directive.value_range.of(source);
  std::string problem = problem_of(directive, directives);
  if (!problem.empty()) {
    add_problem(problems, ProblemKind::Error, directive.range, std::move(problem));
  }
  directives.push_back(std::move(directive));
  return true;
}

std::optional<SyntaxRequest> detect_directive(std::string_view source, std::string_view key) {
  if (source.substr(0, kBom.size()) == kBom) source.remove_prefix(kBom.size());
  return detect_in_comments(source, "#", key);
}

std::optional<SyntaxRequest> detect_syntax(std::string_view source) {
  if (source.substr(0, kBom.size()) == kBom) source.remove_prefix(kBom.size());
  for (std::string_view comment : {"#", "//"}) {
    if (auto found = detect_in_comments(source, comment, "syntax")) return found;
  }
  bool has_shebang = source.substr(0, 2) == "#!";
  if (has_shebang) source.remove_prefix(std::min(source.find('\n'), source.size() - 1) + 1);
  return detect_in_json(source, has_shebang ? 1 : 0);
}

}  // namespace whittle
