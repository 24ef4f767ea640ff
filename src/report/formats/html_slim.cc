// `slim` as one page that needs nothing else; the page itself is data/html/slim.
#include <nlohmann/json.hpp>

#include "report/formats/formats_list.h"
#include "report/formats/html_page.h"
#include "report/slim_json.h"

namespace whittle {

std::string slim_as_html(const SlimReport& report, const RenderOptions& /*options*/) {
  using Handler = nlohmann::ordered_json::error_handler_t;
  return page_with_data(slim_html_page(), slim_json(report).dump(-1, ' ', false, Handler::replace));
}

}  // namespace whittle
