// `slim` for programs.
#include <nlohmann/json.hpp>

#include "report/formats/formats_list.h"
#include "report/json_parts.h"
#include "report/slim_json.h"

namespace whittle {

std::string slim_as_json(const SlimReport& report, const RenderOptions& /*options*/) {
  return dump_report(slim_json(report));
}

}  // namespace whittle
