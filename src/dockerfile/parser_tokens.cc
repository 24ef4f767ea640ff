// Tokens of a logical line: each of its physical lines is tiled with what the spans of the joined
// text say.
#include <algorithm>

#include "dockerfile/lexer_rune.h"
#include "dockerfile/parser_internal.h"

namespace whittle {

namespace {

// Text of one span on one physical line, blanks at its ends apart.
void append_trimmed(std::vector<Token>& tokens,
                    std::string_view source,
                    TokenKind kind,
                    Range range) {
  std::string_view text = range.of(source);
  auto leading = static_cast<uint32_t>(leading_space(text));
  uint32_t begin = range.begin + leading;
  auto trailing = static_cast<uint32_t>(trailing_space(text.substr(leading)));
  append_token(tokens, TokenKind::Blank, range.begin, begin);
  append_token(tokens, kind, begin, range.end - trailing);
  append_token(tokens, TokenKind::Blank, range.end - trailing, range.end);
}

class LineTiler {
 public:
  LineTiler(const LineParse& parse, std::string_view source, std::vector<Token>& tokens)
      : parse_(parse), source_(source), tokens_(tokens) {}

  void run() {
    for (const LinePart& part : parse_.line.parts) {
      const SourceLine& line = part.line;
      uint32_t text_begin = part.kind == LinePart::Kind::Empty ? line.text.end : part.text.begin;
      append_token(tokens_, TokenKind::Blank, line.text.begin, text_begin);
      if (part.kind == LinePart::Kind::Comment) {
        append_token(tokens_, TokenKind::Comment, part.text.begin, part.text.end);
      } else if (part.kind == LinePart::Kind::Text) {
        append_text(part);
      }
      append_token(tokens_, TokenKind::Newline, line.line_end.begin, line.line_end.end);
    }
  }

 private:
  void append_text(const LinePart& part) {
    uint32_t end = joined_ + part.text.size();
    uint32_t at = joined_;
    auto to_source = [&](uint32_t offset) { return part.text.begin + (offset - joined_); };
    while (at < end) {
      while (span_ < parse_.spans.size() && parse_.spans[span_].end <= at) ++span_;
      TokenKind kind = TokenKind::Garbage;
      uint32_t stop = end;
      if (span_ < parse_.spans.size()) {
        const TokenSpan& span = parse_.spans[span_];
        bool is_inside = span.begin <= at;
        if (is_inside) kind = span.kind;
        stop = std::min(end, is_inside ? span.end : span.begin);
      }
      append_trimmed(tokens_, source_, kind, {to_source(at), to_source(stop)});
      at = stop;
    }
    joined_ = end;
    append_token(tokens_, TokenKind::Continuation, part.continuation.begin, part.continuation.end);
  }

  const LineParse& parse_;
  std::string_view source_;
  std::vector<Token>& tokens_;
  uint32_t joined_ = 0;
  size_t span_ = 0;
};

}  // namespace

void append_token(std::vector<Token>& tokens, TokenKind kind, uint32_t begin, uint32_t end) {
  if (begin >= end) return;
  // Neighbouring blanks are one token.
  bool extends = kind == TokenKind::Blank && !tokens.empty() &&
                 tokens.back().kind == TokenKind::Blank && tokens.back().range.end == begin;
  if (extends) {
    tokens.back().range.end = end;
  } else {
    tokens.push_back({kind, {begin, end}});
  }
}

void append_tokens(const LineParse& parse, std::string_view source, std::vector<Token>& tokens) {
  LineTiler(parse, source, tokens).run();
}

}  // namespace whittle
