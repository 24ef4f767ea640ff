// An analysis as one page that needs nothing else: data, style and program in one file. The page
// itself is data/html, joined at build time.
#include <nlohmann/json.hpp>

#include "report/analysis_json.h"
#include "report/formats/formats_list.h"
#include "report/formats/html_page.h"
#include "report/json_parts.h"
#include "report/page_tree.h"

namespace whittle {

namespace {

constexpr size_t kMaxNodes = 100'000;
constexpr size_t kMaxTreeBytes = 7 << 20;

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
  PageTree tree = page_tree(*report.analysis, kMaxNodes, kMaxTreeBytes);
  nlohmann::ordered_json data = {{"report", analysis_json(report)},
                                 {"kinds", kinds_json()},
                                 {"causes", causes_json()},
                                 {"folded", tree.folded}};
  std::string text = data.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  text.back() = ',';  // the tree is the object's last member
  text += "\"tree\":" + tree.json + "}";
  return page_with_data(html_page(), text);
}

}  // namespace whittle
