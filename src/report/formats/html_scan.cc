// A scan as one page that needs nothing else; the page itself is data/html/scan.
#include <nlohmann/json.hpp>

#include "report/formats/formats_list.h"
#include "report/formats/html_page.h"
#include "report/scan_json.h"

namespace whittle {

std::string scan_as_html(const ScanReport& report, const RenderOptions& /*options*/) {
  nlohmann::ordered_json data = scan_json(report, true);
  using Handler = nlohmann::ordered_json::error_handler_t;
  return page_with_data(scan_html_page(), data.dump(-1, ' ', false, Handler::replace));
}

}  // namespace whittle
