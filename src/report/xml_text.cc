#include "report/xml_text.h"

#include <fmt/format.h>

#include "report/utf8.h"

namespace whittle {

namespace {

// XML 1.0, 2.2 Characters: Char.
bool is_xml_char(char32_t point) {
  return point == '\t' || point == '\n' || point == '\r' ||
         (point >= 0x20 && point != 0xFFFE && point != 0xFFFF);
}

std::string_view entity(char c) {
  switch (c) {
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '&':
      return "&amp;";
    case '"':
      return "&quot;";
    case '\t':
      return "&#9;";
    case '\n':
      return "&#10;";
    case '\r':
      return "&#13;";
    default:
      return "";
  }
}

std::string escaped_but(std::string_view text, std::string_view kept) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    size_t length = utf8_length(text);
    std::string_view name =
        kept.find(text[0]) == std::string_view::npos ? entity(text[0]) : std::string_view();
    if (length == 0 || !is_xml_char(utf8_code_point(text))) {
      out += kReplacementCharacter;
    } else if (!name.empty()) {
      out += name;
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

}  // namespace

std::string xml_escaped(std::string_view text) {
  return escaped_but(text, "");
}

// A carriage return stays a reference: a reader would turn it into a line end.
std::string xml_content(std::string_view text) {
  return escaped_but(text, "\t\n\"");
}

}  // namespace whittle
