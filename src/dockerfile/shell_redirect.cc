// Redirections, and here-documents with the bodies that stand behind their line.
// Source: POSIX.1-2017, Shell Command Language, 2.7; bash's manual for <<<, &>, &>> and {name}>.
#include <algorithm>
#include <array>

#include "base/strings.h"
#include "dockerfile/shell_parser.h"

namespace whittle {

namespace {

// The longest first among those that begin alike.
constexpr std::array<std::string_view, 12> kRedirectOperators = {
    "<<<",
    "<<-",
    "<<",
    "<&",
    "<>",
    "<",
    ">>",
    ">&",
    ">|",
    ">",
    "&>>",
    "&>",
};

}  // namespace

// The redirection operator that stands at `at`, "" if none does.
std::string_view ShellParser::redirect_operator(size_t at) const {
  std::string_view rest = text_.substr(std::min(at, text_.size()));
  if (rest.size() > 1 && rest[1] == '(' && (rest[0] == '<' || rest[0] == '>')) return "";
  for (std::string_view op : kRedirectOperators) {
    if (rest.substr(0, op.size()) == op) return op;
  }
  return "";
}

// Where the operator stands of a redirection that begins here (behind `2` or `{fd}`); npos if none
// begins.
size_t ShellParser::redirect_operator_at() const {
  size_t at = pos_;
  if (peek() == '{' && is_shell_name_start(peek(1))) {
    ++at;
    while (at < text_.size() && is_shell_name(text_[at])) ++at;
    if (at >= text_.size() || text_[at] != '}') return std::string_view::npos;
    ++at;
  } else {
    while (at < text_.size() && is_digit(text_[at])) ++at;
  }
  std::string_view op = redirect_operator(at);
  if (op.empty() || (at > pos_ && op[0] == '&')) return std::string_view::npos;
  return at;
}

// Reads one redirection into the node; false if none stands here.
bool ShellParser::parse_redirect(ShellNode& node) {
  size_t operator_at = redirect_operator_at();
  if (operator_at == std::string_view::npos) return false;
  size_t begin = pos_;
  ShellRedirect redirect;
  std::string_view op = redirect_operator(operator_at);
  if (is_digit(peek())) {
    std::optional<uint64_t> fd = parse_u64(text_.substr(begin, operator_at - begin));
    if (!fd || *fd > INT32_MAX) {
      fail("the file descriptor is too large", begin, operator_at);
      return true;
    }
    redirect.fd = static_cast<int>(*fd);
  }
  redirect.op = op;
  take(operator_at - begin + op.size());
  skip_blanks();
  if (at_end() ||
      (is_shell_meta(peek()) && !((peek() == '<' || peek() == '>') && peek(1) == '('))) {
    fail("`" + redirect.op + "` needs a word behind it", begin, operator_at + op.size());
    return true;
  }
  redirect.target = parse_word(WordMode::Plain, node.substitutions);
  if (failed()) return true;
  redirect.range = map_.range(begin, pos_);
  if (op == "<<" || op == "<<-") {
    std::string delimiter = redirect.target.value.value_or(redirect.target.raw);
    pending_.push_back({redirect.range.begin, std::move(delimiter), op == "<<-"});
  }
  node.redirects.push_back(std::move(redirect));
  return true;
}

// Those behind a compound command.
void ShellParser::parse_redirects(ShellNode& node) {
  skip_blanks();
  while (!failed() && parse_redirect(node)) skip_blanks();
}

// The end of a line, and the bodies of the here-documents that were announced on it.
void ShellParser::read_newline() {
  ++pos_;
  std::vector<Pending> bodies = std::move(pending_);
  pending_.clear();
  for (const Pending& pending : bodies) read_body(pending);
}

void ShellParser::read_body(const Pending& pending) {
  std::string body;
  while (!at_end()) {
    size_t end = text_.find('\n', pos_);
    size_t next = end == std::string_view::npos ? text_.size() : end + 1;
    std::string_view line = text_.substr(pos_, next - pos_);
    if (pending.strip_tabs) line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
    pos_ = next;
    std::string_view content = line.substr(0, line.find('\n'));
    if (content == pending.delimiter) break;
    body += line;
  }
  state_.bodies.emplace(pending.redirect_begin, std::move(body));
}

}  // namespace whittle
