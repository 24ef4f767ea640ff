// The S-expressions of BuildKit's parser tests.
#include <array>
#include <string>

#include "base/strings.h"
#include "dockerfile/lexer_rune.h"
#include "dockerfile/parser.h"

namespace whittle {

namespace {

void append_hex(std::string& out, uint32_t value, uint32_t digits) {
  for (uint32_t i = digits; i-- > 0;) out += "0123456789abcdef"[(value >> (4 * i)) & 0xFU];
}

void append_escaped(std::string& out, const Rune& rune, uint8_t first_byte) {
  constexpr std::string_view kNamed = "\a\b\f\n\r\t\v";
  size_t named = rune.value < 0x80 ? kNamed.find(static_cast<char>(rune.value)) : kNamed.npos;
  out += '\\';
  if (!rune.is_valid || rune.value < 0x80) {
    if (rune.is_valid && named != kNamed.npos) {
      out += "abfnrtv"[named];
      return;
    }
    out += 'x';
    append_hex(out, rune.is_valid ? rune.value : first_byte, 2);
    return;
  }
  bool is_long = rune.value > 0xFFFF;
  out += is_long ? 'U' : 'u';
  append_hex(out, rune.value, is_long ? 8 : 4);
}

// As Go's strconv.Quote writes it.
std::string go_quote(std::string_view text) {
  std::string out = "\"";
  for (size_t at = 0; at < text.size();) {
    Rune rune = rune_at(text, at);
    if (text[at] == '"' || text[at] == '\\') {
      out += '\\';
      out += text[at];
    } else if (rune.is_valid && is_printable_rune(rune.value)) {
      out += text.substr(at, rune.size);
    } else {
      append_escaped(out, rune, static_cast<uint8_t>(text[at]));
    }
    at += rune.size;
  }
  return out + '"';
}

std::string flag_list(const Instruction& instruction) {
  std::string out;
  for (const Flag& flag : instruction.flags) {
    out += out.empty() ? " [" : " ";
    out += go_quote("--" + flag.name + (flag.has_value ? "=" + flag.value : ""));
  }
  return out.empty() ? "" : out + "]";
}

std::string pair_list(const Instruction& instruction) {
  bool is_arg = instruction.kind == InstructionKind::Arg;
  bool is_legacy = instruction.form == ArgumentForm::LegacyKeyValue;
  std::string out;
  for (const KeyValue& pair : instruction.pairs) {
    if (is_arg) {
      out += " " + go_quote(pair.key + (pair.has_value ? "=" + pair.value : ""));
      continue;
    }
    out += " " + go_quote(pair.key) + " " + go_quote(pair.value) + (is_legacy ? " \"\"" : " \"=\"");
  }
  return out;
}

}  // namespace

std::string to_sexpr(const Instruction& instruction) {
  std::string out = "(" + to_lower(instruction.keyword_text) + flag_list(instruction);
  out += pair_list(instruction);
  for (const Word& word : instruction.words) out += " " + go_quote(word.text);
  for (const Instruction& inner : instruction.onbuild) out += " " + to_sexpr(inner);
  return out + ")";
}

}  // namespace whittle
