#include "report/formats/html_page.h"

#include <fmt/format.h>

#include "base/result.h"

namespace whittle {

namespace {

constexpr std::string_view kDataMark = "@DATA@";

// JSON inside a script element: nothing in it can end the element or start a comment, and line
// separators are no line ends of older JavaScript.
std::string script_safe(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (size_t i = 0; i < json.size(); ++i) {
    char c = json[i];
    if (c == '<' || c == '>' || c == '&') {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else if (json.substr(i, 2) == "\xE2\x80" && i + 2 < json.size() &&
               (json[i + 2] == '\xA8' || json[i + 2] == '\xA9')) {
      out += json[i + 2] == '\xA8' ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string page_with_data(std::string_view page, std::string_view json) {
  size_t mark = page.find(kDataMark);
  CHECK(mark != std::string_view::npos);
  std::string out(page.substr(0, mark));
  out += script_safe(json);
  return out + std::string(page.substr(mark + kDataMark.size()));
}

}  // namespace whittle
