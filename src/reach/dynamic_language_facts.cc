// Perl, Ruby and PHP: what they use and require by constant names, line by line.
#include <algorithm>

#include "base/strings.h"
#include "reach/file_kinds_rows.h"
#include "reach/named_paths.h"
#include "reach/script_text.h"

namespace whittle {

namespace {

// The first constant string of a text, without its quotes; "" without one.
std::string_view quoted(std::string_view text) {
  size_t begin = text.find_first_of("'\"");
  if (begin == std::string_view::npos) return {};
  size_t end = text.find(text[begin], begin + 1);
  return end == std::string_view::npos ? std::string_view()
                                       : text.substr(begin + 1, end - begin - 1);
}

bool is_computed(std::string_view text) {
  return contains(text, "#{") || contains(text, "$");
}

// The word at the beginning, taken off.
std::string_view take_word(std::string_view& text) {
  text = trim_left(text);
  size_t end = 0;
  while (end < text.size() &&
         (is_alpha(text[end]) || is_digit(text[end]) || text[end] == '_' || text[end] == ':'))
    ++end;
  std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

void add_paths_of(std::string_view line, uint32_t number, FactWriter& into) {
  for (size_t at = line.find_first_of("'\""); at != std::string_view::npos;) {
    size_t end = line.find(line[at], at + 1);
    if (end == std::string_view::npos) return;
    std::string_view text = line.substr(at + 1, end - at - 1);
    if (!is_computed(text)) add_named_path(text, into, number);
    at = line.find_first_of("'\"", end + 1);
  }
}

bool wants_with(const FileFacts& file, std::initializer_list<std::string_view> ends) {
  bool has_end = std::any_of(
      ends.begin(), ends.end(), [&](std::string_view end) { return file.path.ends_with(end); });
  return file.size_bytes <= kMaxScriptBytes && (has_end || (file.mode & 0111) != 0);
}

bool ends_in(std::string_view path, std::initializer_list<std::string_view> ends) {
  return std::any_of(
      ends.begin(), ends.end(), [&](std::string_view end) { return path.ends_with(end); });
}

// ---- Perl
// ----------------------------------------------------------------------------------------

bool wants_perl(const FileFacts& file) {
  return wants_with(file, {".pl", ".pm", ".al", ".ix"});
}

bool takes_perl(const FileFacts& file, std::string_view beginning) {
  return ends_in(file.path, {".pl", ".pm", ".al", ".ix"}) ||
         interpreter_name(beginning).starts_with("perl");
}

void add_perl_line(std::string_view line, uint32_t number, FactWriter& into) {
  bool is_nested = !line.empty() && is_blank(line[0]);
  std::string_view rest = line;
  std::string_view word = take_word(rest);
  if (word != "use" && word != "require" && word != "no") {
    size_t at = line.find("require ");
    if (at == std::string_view::npos) return add_paths_of(line, number, into);
    is_nested = true;
    rest = line.substr(at + 8);
  }
  NeedLevel level = is_nested ? NeedLevel::May : NeedLevel::Must;
  std::string_view name = take_word(rest);
  if (name.empty() || is_digit(name[0]) || name == "v5") {
    std::string_view path = quoted(rest);
    if (name.empty() && !path.empty() && !is_computed(path))
      into.add(FactKind::Module, level, path, number);
    return;
  }
  into.add(FactKind::Module, level, replace_all(name, "::", "/") + ".pm", number);
  if (name != "parent" && name != "base") return;
  std::string names = replace_all(replace_all(rest.substr(0, rest.find(';')), "qw", " "), ",", " ");
  for (std::string_view parent : split_blanks(names)) {
    size_t begin = parent.find_first_not_of("'\"(/");
    if (begin == std::string_view::npos) continue;
    parent = parent.substr(begin, parent.find_last_not_of("'\")/") + 1 - begin);
    if (!parent.empty() && is_alpha(parent[0]))
      into.add(FactKind::Module, level, replace_all(parent, "::", "/") + ".pm", number);
  }
}

void extract_perl(const FileFacts& /*file*/, std::string_view content, FactWriter& into) {
  add_first_line(content, into);
  uint32_t number = 0;
  bool is_documentation = false;
  for (std::string_view line : split_lines(content)) {
    ++number;
    if (line == "__END__" || line == "__DATA__") break;
    if (line.size() > 1 && line[0] == '=' && is_alpha(line[1]))
      is_documentation = !line.starts_with("=cut");
    bool is_end = line.starts_with("=cut");
    if (is_documentation || is_end || trim_left(line).starts_with("#")) continue;
    add_perl_line(line, number, into);
  }
}

// ---- Ruby
// ----------------------------------------------------------------------------------------

bool wants_ruby(const FileFacts& file) {
  return wants_with(file, {".rb", ".ru", ".rake"});
}

bool takes_ruby(const FileFacts& file, std::string_view beginning) {
  return ends_in(file.path, {".rb", ".ru", ".rake"}) ||
         interpreter_name(beginning).starts_with("ruby");
}

void add_ruby_line(std::string_view line, uint32_t number, FactWriter& into) {
  bool is_nested = !line.empty() && is_blank(line[0]);
  NeedLevel level = is_nested ? NeedLevel::May : NeedLevel::Must;
  std::string_view rest = line;
  std::string_view word = take_word(rest);
  std::string_view name = quoted(rest);
  bool is_known = word == "require" || word == "require_relative" || word == "load" ||
                  word == "autoload" || word == "gem";
  if (!is_known || name.empty()) return add_paths_of(line, number, into);
  if (is_computed(name))
    return into.may(FactKind::Computed, name.substr(0, name.find("#{")), number);
  if (word == "require_relative") {
    into.add(FactKind::Near, level, name, number);
    into.add(FactKind::Near, level, std::string(name) + ".rb", number);
  } else {
    into.add(FactKind::Module, word == "autoload" ? NeedLevel::May : level, name, number);
  }
}

void extract_ruby(const FileFacts& /*file*/, std::string_view content, FactWriter& into) {
  add_first_line(content, into);
  uint32_t number = 0;
  for (std::string_view line : split_lines(content)) {
    ++number;
    if (line == "__END__") break;
    if (!trim_left(line).starts_with("#")) add_ruby_line(line, number, into);
  }
}

// ---- PHP
// -----------------------------------------------------------------------------------------

bool wants_php(const FileFacts& file) {
  return wants_with(file, {".php", ".phtml", ".inc"});
}

bool takes_php(const FileFacts& file, std::string_view beginning) {
  return ends_in(file.path, {".php", ".phtml", ".inc"}) ||
         interpreter_name(beginning).starts_with("php");
}

void extract_php(const FileFacts& /*file*/, std::string_view content, FactWriter& into) {
  add_first_line(content, into);
  uint32_t number = 0;
  for (std::string_view line : split_lines(content)) {
    ++number;
    size_t at = std::min(line.find("require"), line.find("include"));
    std::string_view name =
        at == std::string_view::npos ? std::string_view() : quoted(line.substr(at));
    if (name.empty() || is_computed(name)) {
      add_paths_of(line, number, into);
      continue;
    }
    // __DIR__ . "/x.php" and "x.php" are both looked for near the file.
    into.must(FactKind::Near, name[0] == '/' ? name.substr(1) : name, number);
    into.must(FactKind::Module, name, number);
  }
}

}  // namespace

const FileKind kPerlKind = {.name = "perl",
                            .what = "Perl: use, require, parents",
                            .wants = &wants_perl,
                            .takes = &takes_perl,
                            .extract = &extract_perl,
                            .follow = &follow_perl};

const FileKind kRubyKind = {.name = "ruby",
                            .what = "Ruby: require, require_relative, autoload",
                            .wants = &wants_ruby,
                            .takes = &takes_ruby,
                            .extract = &extract_ruby,
                            .follow = &follow_ruby};

const FileKind kPhpKind = {.name = "php",
                           .what = "PHP: include and require",
                           .wants = &wants_php,
                           .takes = &takes_php,
                           .extract = &extract_php,
                           .follow = &follow_plain};

}  // namespace whittle
