#include "model/finding.h"

namespace whittle {

std::string_view to_text(Severity severity) {
  switch (severity) {
    case Severity::Style: return "style";
    case Severity::Info: return "info";
    case Severity::Warning: return "warning";
    case Severity::Error: return "error";
  }
  return "";
}

std::string_view to_text(Applicability applicability) {
  switch (applicability) {
    case Applicability::Safe: return "safe";
    case Applicability::Unsafe: return "unsafe";
    case Applicability::Shown: return "shown";
  }
  return "";
}

}  // namespace whittle
