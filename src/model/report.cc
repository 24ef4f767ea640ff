#include "model/report.h"

namespace whittle {

std::string_view to_text(ChangeStatus status) {
  switch (status) {
    case ChangeStatus::Applied: return "applied";
    case ChangeStatus::TakenBack: return "taken-back";
    case ChangeStatus::Planned: return "planned";
  }
  return "";
}

std::string_view to_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::Improved: return "improved";
    case Verdict::Unchanged: return "unchanged";
    case Verdict::Planned: return "planned";
  }
  return "";
}

}  // namespace whittle
