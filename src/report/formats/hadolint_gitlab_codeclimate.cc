// hadolint's issues for GitLab: an array, the fingerprint is the SHA-1 of the issue without it.
#include <nlohmann/json.hpp>

#include "report/formats/formats_list.h"
#include "report/hadolint_parts.h"
#include "base/sha1.h"

namespace whittle {

std::string lint_as_hadolint_gitlab_codeclimate(const LintReport& report,
                                                const RenderOptions& /*options*/) {
  nlohmann::json issues = nlohmann::json::array();
  for (const HadolintRow& row : hadolint_rows(report)) {
    nlohmann::json issue = hadolint_issue(row);
    issue["fingerprint"] = sha1_hex(hadolint_dump(issue));
    issues.push_back(std::move(issue));
  }
  return hadolint_dump(issues);
}

}  // namespace whittle
