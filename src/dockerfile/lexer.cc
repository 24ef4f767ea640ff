#include "dockerfile/lexer.h"

#include <algorithm>

#include "base/strings.h"
#include "dockerfile/lexer_rune.h"

namespace whittle {

namespace {

uint32_t as_offset(size_t value) {
  return static_cast<uint32_t>(value);
}

// Blanks that separate words everywhere but inside quotes.
bool is_separator(char c) {
  return is_blank(c) || c == '\v' || c == '\f' || c == '\r';
}

void append_part(JoinedLine& joined, std::string_view source, LinePart part, char escape) {
  std::string_view text = part.text.of(source);
  if (auto at = find_continuation(text, escape)) {
    part.continuation = {part.text.begin + *at, part.text.end};
    part.text.end = part.continuation.begin;
  }
  joined.pieces.push_back({as_offset(joined.text.size()), part.text.begin});
  joined.text += part.text.of(source);
  joined.parts.push_back(part);
}

}  // namespace

SourceLine LineReader::next() {
  SourceLine line;
  line.number = ++number_;
  size_t newline = source_.find('\n', at_);
  uint32_t end = newline == std::string_view::npos ? as_offset(source_.size()) : as_offset(newline);
  line.line_end.end = newline == std::string_view::npos ? end : end + 1;
  line.text.begin = at_;
  while (end > at_ && source_[end - 1] == '\r') --end;
  line.text.end = end;
  line.line_end.begin = end;
  at_ = line.line_end.end;
  return line;
}

uint32_t JoinedLine::source_offset(uint32_t offset) const {
  auto next = std::upper_bound(
      pieces.begin(), pieces.end(), offset, [](uint32_t at, const TextPiece& piece) {
        return at < piece.text_begin;
      });
  if (next != pieces.begin()) --next;
  return next->source_begin + (offset - next->text_begin);
}

Range JoinedLine::source_range(uint32_t begin, uint32_t end) const {
  if (end > begin) return {source_offset(begin), source_offset(end - 1) + 1};
  uint32_t at = begin > 0 ? source_offset(begin - 1) + 1 : source_offset(0);
  return {at, at};
}

std::vector<TextPiece> JoinedLine::slice(uint32_t begin, uint32_t end) const {
  std::vector<TextPiece> result;
  for (size_t i = 0; i < pieces.size(); ++i) {
    uint32_t piece_end = i + 1 < pieces.size() ? pieces[i + 1].text_begin : as_offset(text.size());
    uint32_t from = std::max(begin, pieces[i].text_begin);
    if (from >= std::min(end, piece_end)) continue;
    result.push_back({from - begin, pieces[i].source_begin + (from - pieces[i].text_begin)});
  }
  return result;
}

std::optional<uint32_t> find_continuation(std::string_view line, char escape) {
  size_t end = line.size();
  while (end > 0 && is_blank(line[end - 1])) --end;
  if (end == 0 || line[end - 1] != escape) return std::nullopt;
  if (end >= 2 && line[end - 2] == escape) return std::nullopt;
  return as_offset(end - 1);
}

bool is_comment_line(std::string_view line) {
  size_t at = leading_space(line);
  return at < line.size() && line[at] == '#';
}

JoinedLine join_line(SourceLine first, LineReader& reader, char escape) {
  std::string_view source = reader.source();
  JoinedLine joined;
  LinePart part;
  part.line = first;
  part.text = first.text;
  part.text.begin += as_offset(leading_space(first.text.of(source)));
  append_part(joined, source, part, escape);
  bool is_continued = !joined.parts.back().continuation.empty();
  while (is_continued && !reader.at_end()) {
    LinePart next;
    next.line = reader.next();
    next.text = next.line.text;
    std::string_view text = next.text.of(source);
    uint32_t blanks = as_offset(leading_space(text));
    if (blanks == text.size()) {
      next.kind = LinePart::Kind::Empty;
      joined.parts.push_back(next);
    } else if (text[blanks] == '#') {
      next.kind = LinePart::Kind::Comment;
      next.text.begin += blanks;
      joined.parts.push_back(next);
    } else {
      append_part(joined, source, next, escape);
      is_continued = !joined.parts.back().continuation.empty();
    }
  }
  return joined;
}

std::vector<TextWord> split_quoted(std::string_view text, char escape) {
  std::vector<TextWord> words;
  size_t at = 0;
  while (true) {
    at += leading_space(text.substr(at));
    if (at >= text.size()) return words;
    size_t begin = at;
    char quote = 0;
    while (at < text.size()) {
      Rune rune = rune_at(text, at);
      char c = text[at];
      if (quote == 0 && is_unicode_space(rune.value)) break;
      bool escapes = c == escape && quote != '\'';
      if (escapes && at + 1 == text.size()) break;  // dropped at the very end
      if (escapes) {
        at += 1 + rune_at(text, at + 1).size;
        continue;
      }
      if (quote != 0 && c == quote) {
        quote = 0;
      } else if (quote == 0 && (c == '\'' || c == '"')) {
        quote = c;
      }
      at += rune.size;
    }
    if (at > begin) words.push_back({as_offset(begin), as_offset(at)});
    if (at + 1 == text.size() && text[at] == escape) return words;
  }
}

std::vector<TextWord> split_plain(std::string_view text) {
  std::vector<TextWord> words;
  size_t at = 0;
  while (at < text.size()) {
    size_t begin = at;
    while (at < text.size() && !is_separator(text[at])) ++at;
    if (at > begin) words.push_back({as_offset(begin), as_offset(at)});
    while (at < text.size() && is_separator(text[at])) ++at;
  }
  return words;
}

}  // namespace whittle
