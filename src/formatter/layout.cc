#include "formatter/layout.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "base/strings.h"
#include "formatter/gaps.h"
#include "formatter/quotes.h"
#include "lint/stages.h"

namespace whittle {

namespace {

constexpr size_t kTabWidth = 4;

size_t columns_of(std::string_view blanks) {
  size_t columns = 0;
  for (char c : blanks) columns += c == '\t' ? kTabWidth - columns % kTabWidth : 1;
  return columns;
}

// One continued line break inside an instruction.
struct Break {
  Range range;  // from the last text before it to the first text behind it
  Gap gap;
  size_t indent = 0;  // of the next line, as it is
};

class Layout {
 public:
  Layout(const LintInput& input, const FormatOptions& options)
      : input_(input), file_(*input.file), options_(options) {}

  std::vector<Edit> run() {
    if (file_.instructions.empty()) return {};
    for (size_t i = 0; i < file_.instructions.size(); ++i) {
      add_keywords(file_.instructions[i]);
      add_words(file_.instructions[i]);
      if (has_free_lines(i)) add_breaks(i);
    }
    for (size_t i = 0; i <= file_.instructions.size(); ++i) add_between(i);
    return std::move(edits_);
  }

 private:
  void replace(Range range, std::string text) {
    if (range.of(file_.source) != text) edits_.push_back({range, std::move(text)});
  }

  void add_keywords(const Instruction& instruction) {
    std::string keyword(keyword_of(instruction.kind));
    if (keyword.empty()) return;
    replace(instruction.keyword, keyword);
    bool is_named = instruction.kind == InstructionKind::From && instruction.words.size() == 3 &&
                    equals_ignoring_case(instruction.words[1].text, "as");
    if (is_named) replace(instruction.words[1].range, "AS");
  }

  // One blank behind the keyword and behind each flag on the line.
  void add_words(const Instruction& instruction) {
    uint32_t at = instruction.keyword.end;
    auto goes_on_at = [&](uint32_t next) {
      std::string_view between = Range{at, next}.of(file_.source);
      bool is_blanks = !between.empty() && std::all_of(between.begin(), between.end(), is_blank);
      if (is_blanks) replace({at, next}, " ");
    };
    for (const Flag& flag : instruction.flags) {
      if (flag.range.begin < at) return;  // those of the instruction behind ONBUILD
      goes_on_at(flag.range.begin);
      at = flag.range.end;
    }
    if (instruction.arguments.begin > at && !instruction.arguments.empty())
      goes_on_at(instruction.arguments.begin);
  }

  // True if blanks between the words of the instruction mean nothing.
  bool has_free_lines(size_t index) const {
    const Instruction& instruction = file_.instructions[index];
    switch (instruction.form) {
      case ArgumentForm::Words:
        return instruction.words.size() > 1;
      case ArgumentForm::KeyValue:
        return true;
      case ArgumentForm::Json:
        return file_.escape == '\\' && instruction.heredocs.empty();
      case ArgumentForm::Shell:
        return is_editable_run(input_, index);
      case ArgumentForm::None:
      case ArgumentForm::LegacyKeyValue:
        return false;
    }
    return false;
  }

  // Where text of the instruction begins again behind a line end, in order.
  std::vector<Break> breaks_of(size_t index) const {
    const Instruction& instruction = file_.instructions[index];
    QuoteMap quotes(instruction.text);
    std::vector<Range> words = word_ranges(index);
    std::vector<Break> breaks;
    auto token = first_token(instruction.keyword.begin);
    uint32_t text_end = instruction.keyword.end;
    for (; token != file_.tokens.end() && token->range.end <= instruction.range.end; ++token) {
      bool is_text = token->kind == TokenKind::Keyword || token->kind == TokenKind::Flag ||
                     token->kind == TokenKind::Argument || token->kind == TokenKind::Garbage;
      if (token->kind == TokenKind::HeredocBody) break;
      if (!is_text) continue;
      Range range{text_end, token->range.begin};
      text_end = token->range.end;
      if (range.of(file_.source).find('\n') == std::string_view::npos) continue;
      bool is_inside = instruction.form == ArgumentForm::Shell
                           ? is_in_word(words, range)
                           : is_quoted(instruction, quotes, range);
      if (is_inside) continue;
      std::optional<Gap> gap = read_gap(range.of(file_.source), file_.escape);
      if (!gap) continue;
      std::string_view source = file_.source;
      size_t line_begin = source.rfind('\n', range.end - 1) + 1;
      size_t indent = columns_of(source.substr(line_begin, range.end - line_begin));
      breaks.push_back({range, std::move(*gap), indent});
    }
    return breaks;
  }

  std::vector<Token>::const_iterator first_token(uint32_t begin) const {
    return std::lower_bound(
        file_.tokens.begin(), file_.tokens.end(), begin, [](const Token& token, uint32_t offset) {
          return token.range.begin < offset;
        });
  }

  // Where the words of a RUN stand, quotes and substitutions with them, in order.
  std::vector<Range> word_ranges(size_t index) const {
    std::vector<Range> ranges;
    std::vector<const ShellNode*> nodes = {&input_.scripts[index].root};
    while (!nodes.empty()) {
      const ShellNode& node = *nodes.back();
      nodes.pop_back();
      for (const ShellWord& word : node.words) ranges.push_back(word.range);
      for (const ShellAssignment& assignment : node.assignments) ranges.push_back(assignment.range);
      for (const ShellRedirect& redirect : node.redirects) ranges.push_back(redirect.range);
      for (const ShellNode& child : node.children) nodes.push_back(&child);
    }
    std::sort(ranges.begin(), ranges.end(), [](Range a, Range b) { return a.begin < b.begin; });
    return ranges;
  }

  static bool is_in_word(const std::vector<Range>& words, Range range) {
    auto next =
        std::upper_bound(words.begin(), words.end(), range.begin, [](uint32_t offset, Range word) {
          return offset < word.begin;
        });
    return next != words.begin() && range.begin < (next - 1)->end;
  }

  static bool is_quoted(const Instruction& instruction, const QuoteMap& quotes, Range range) {
    for (uint32_t source : {range.begin, range.end}) {
      std::optional<uint32_t> offset = text_offset(instruction, source);
      if (offset && quotes.is_inside(*offset)) return true;
    }
    return false;
  }

  // The place of the joined text; nullopt in front of it (among flags).
  static std::optional<uint32_t> text_offset(const Instruction& instruction, uint32_t source) {
    auto next = std::upper_bound(
        instruction.pieces.begin(),
        instruction.pieces.end(),
        source,
        [](uint32_t offset, const TextPiece& piece) { return offset < piece.source_begin; });
    if (next == instruction.pieces.begin()) return std::nullopt;
    auto end = next == instruction.pieces.end() ? static_cast<uint32_t>(instruction.text.size())
                                                : next->text_begin;
    const TextPiece& piece = *(next - 1);
    return std::min(piece.text_begin + (source - piece.source_begin), end);
  }

  bool begins_with_operator(const Break& one) const {
    char c = one.range.end < file_.source.size() ? file_.source[one.range.end] : ' ';
    return c == '&' || c == '|' || c == ';';
  }

  // The indentation that becomes one level. Lines that are not indented at all are the outer ones
  // when they are most of them, or hold the commands (`&& a`) whose words the others hold. Else
  // they were forgotten, and say nothing of how deep the others are.
  size_t least_indent(const std::vector<Break>& breaks) const {
    size_t least = std::numeric_limits<size_t>::max();
    size_t flat = 0;
    bool holds_commands = true;
    bool holds_words = false;
    for (const Break& one : breaks) {
      bool is_command = begins_with_operator(one);
      if (one.indent == 0) {
        ++flat;
        holds_commands = holds_commands && is_command;
      } else {
        least = std::min(least, one.indent);
        holds_words = holds_words || !is_command;
      }
    }
    bool is_outer = 2 * flat > breaks.size() || (flat > 0 && holds_commands && holds_words);
    return is_outer ? 0 : least;
  }

  // Lines keep their indentation to each other, the least one becomes one level.
  void add_breaks(size_t index) {
    std::vector<Break> breaks = breaks_of(index);
    size_t least = least_indent(breaks);
    for (const Break& one : breaks) {
      size_t indent = options_.indent + std::max(one.indent, least) - least;
      replace(one.range, line_break(one.gap, indent, file_.escape, file_.line_end));
    }
  }

  struct Line {
    std::string text;
    std::string end;  // "" for the last line of a file without line end
  };

  // What stands between instruction `index` and the one before it, both ends of the file included.
  Range between(size_t index) const {
    const std::vector<Instruction>& all = file_.instructions;
    uint32_t begin = index == 0 ? 0 : all[index - 1].range.end;
    auto end = static_cast<uint32_t>(file_.source.size());
    return {begin, index < all.size() ? all[index].range.begin : end};
  }

  void add_between(size_t index) {
    Range range = between(index);
    if (index == 0) {
      add_head(range);
      return;
    }
    range.begin -= trailing_blanks(range.begin);
    std::vector<Line> lines = lines_of(range);
    if (lines.empty()) return;
    bool is_last = index == file_.instructions.size();
    // The first "line" is the end of the instruction before.
    std::vector<Line> tidy = {{"", line_end_of(lines[0])}};
    size_t stop = lines.size();
    // The last one is what stands in front of the next instruction.
    if (!is_last) --stop;
    for (size_t i = 1; i < stop; ++i) {
      bool is_second_empty = lines[i].text.empty() && tidy.size() > 1 && tidy.back().text.empty();
      if (!is_second_empty) tidy.push_back({lines[i].text, line_end_of(lines[i])});
    }
    if (is_last) {
      while (tidy.size() > 1 && tidy.back().text.empty()) tidy.pop_back();
    } else if (begins_stage(index)) {
      divide_from_stage(tidy);
    }
    std::string text;
    for (const Line& line : tidy) text += line.text + line.end;
    replace(range, text);
  }

  // Comments at the beginning may be directives: they and the lines between them stay.
  void add_head(Range range) {
    if (file_.tokens[0].kind == TokenKind::Bom) range.begin = file_.tokens[0].range.end;
    std::string_view head = range.of(file_.source);
    size_t line = trim(head).empty() ? 0 : head.rfind('\n') + 1;
    replace({range.begin + static_cast<uint32_t>(line), range.end}, "");
  }

  uint32_t trailing_blanks(uint32_t end) const {
    std::string_view text = std::string_view(file_.source).substr(0, end);
    return static_cast<uint32_t>(text.size() - trim_right(text).size());
  }

  bool begins_stage(size_t index) const {
    const Instruction& instruction = file_.instructions[index];
    return instruction.kind == InstructionKind::From && instruction.stage > 0;
  }

  // An empty line in front of FROM and the comments that stand right above it.
  void divide_from_stage(std::vector<Line>& lines) const {
    size_t at = lines.size();
    while (at > 1 && !lines[at - 1].text.empty()) --at;
    if (at > 1) return;
    lines.insert(lines.begin() + 1, Line{"", file_.line_end});
  }

  std::string line_end_of(const Line& line) const {
    return line.end.empty() ? file_.line_end : line.end;
  }

  // The lines without blanks at their ends; none for a range that ends at the end of a line.
  std::vector<Line> lines_of(Range range) const {
    std::vector<Line> lines;
    for (std::string_view line : split(range.of(file_.source), '\n')) {
      lines.push_back({std::string(trim(line)), line.ends_with('\r') ? "\r\n" : "\n"});
    }
    lines.back().end.clear();
    bool is_end = range.end == file_.source.size();
    if (is_end && lines.size() > 1 && lines.back().text.empty()) lines.pop_back();
    return lines;
  }

  const LintInput& input_;
  const Dockerfile& file_;
  const FormatOptions& options_;
  std::vector<Edit> edits_;
};

}  // namespace

std::vector<Edit> layout_edits(const LintInput& input, const FormatOptions& options) {
  return Layout(input, options).run();
}

}  // namespace whittle
