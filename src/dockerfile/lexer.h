// Physical lines, and logical lines: what BuildKit joins across continuations, with the way back to
// the file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/dockerfile.h"

namespace whittle {

// The longest line that BuildKit reads, in bytes without its "\n".
inline constexpr uint32_t kMaxLineBytes = 65535;

struct SourceLine {
  Range text;      // without its line end
  Range line_end;  // "\n" with all "\r" before it; empty at the end of the file
  uint32_t number = 0;

  Range whole() const { return {text.begin, line_end.end}; }
};

// Cuts a text into its lines. The text must outlive it.
class LineReader {
 public:
  explicit LineReader(std::string_view source) : source_(source) {}

  bool at_end() const { return at_ >= source_.size(); }

  // The next line; not at_end().
  SourceLine next();

  // Lines read so far.
  uint32_t line_number() const { return number_; }

  std::string_view source() const { return source_; }

 private:
  std::string_view source_;
  uint32_t at_ = 0;
  uint32_t number_ = 0;
};

// One physical line of a logical one.
struct LinePart {
  enum class Kind { Text, Comment, Empty };
  Kind kind = Kind::Text;
  SourceLine line;
  Range text;          // Text: what is joined. Comment: from '#' on
  Range continuation;  // the escape character and the blanks behind it; empty when there is none
};

struct JoinedLine {
  std::string text;
  std::vector<TextPiece> pieces;
  std::vector<LinePart> parts;

  uint32_t source_offset(uint32_t offset) const;
  // The place of [begin, end) in the file. Empty: right behind the byte before it.
  Range source_range(uint32_t begin, uint32_t end) const;
  // The pieces of [begin, end), counted from begin.
  std::vector<TextPiece> slice(uint32_t begin, uint32_t end) const;
};

// Where the escape character stands that continues this line, if it is continued.
std::optional<uint32_t> find_continuation(std::string_view line, char escape);
// True if '#' is its first byte that is not white space.
bool is_comment_line(std::string_view line);
// The logical line that begins with `first` (neither empty nor a comment); reads the rest of it.
JoinedLine join_line(SourceLine first, LineReader& reader, char escape);

// Words at blanks outside quotes, quotes and escapes kept: what ENV, LABEL and ARG are cut into.
struct TextWord {
  uint32_t begin;
  uint32_t end;
};

std::vector<TextWord> split_quoted(std::string_view text, char escape);
// Words at runs of ASCII blanks.
std::vector<TextWord> split_plain(std::string_view text);

}  // namespace whittle
