// An analysis as one page that needs nothing else: data, style and program in one file. The page
// itself is data/html, joined at build time; everything foreign reaches it as JSON that cannot end
// its element, and is shown as text.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "base/strings.h"
#include "report/analysis_json.h"
#include "report/formats/formats_list.h"
#include "report/formats/html_page.h"
#include "report/json_parts.h"
#include "report/page_tree.h"

namespace whittle {

namespace {

constexpr size_t kMaxNodes = 100'000;
constexpr size_t kMaxTreeBytes = 7 << 20;
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

nlohmann::ordered_json kinds_json() {
  nlohmann::ordered_json kinds = nlohmann::ordered_json::array();
  for (const FileKindInfo& kind : file_kinds()) {
    kinds.push_back({{"id", kind.id}, {"title", kind.title}, {"needless", kind.is_needless}});
  }
  return kinds;
}

nlohmann::ordered_json causes_json() {
  nlohmann::ordered_json causes = nlohmann::ordered_json::array();
  for (const LossCauseInfo& cause : loss_causes()) {
    causes.push_back({{"id", cause.id}, {"title", cause.title}});
  }
  return causes;
}

}  // namespace

std::string analyze_as_html(const AnalyzeReport& report, const RenderOptions& /*options*/) {
  std::string_view page = html_page();
  size_t mark = page.find(kDataMark);
  CHECK(mark != std::string_view::npos);
  PageTree tree = page_tree(*report.analysis, kMaxNodes, kMaxTreeBytes);
  nlohmann::ordered_json data = {{"report", analysis_json(report)},
                                 {"kinds", kinds_json()},
                                 {"causes", causes_json()},
                                 {"folded", tree.folded}};
  std::string text = data.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  text.back() = ',';  // the tree is the object's last member
  text += "\"tree\":" + tree.json + "}";
  std::string out(page.substr(0, mark));
  out += script_safe(text);
  return out + std::string(page.substr(mark + kDataMark.size()));
}

}  // namespace whittle
