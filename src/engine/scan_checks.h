// Checks of an image's configuration and merged tree as findings. Inside of engine's scan.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "model/scan_report.h"
#include "model/trace.h"
#include "secrets/scanner.h"

namespace whittle {

struct CheckRequest {
  // With stars for secrets (without_secrets()); its layers were read with check_contents().
  const Analysis& analysis;
  std::string today;
  std::vector<std::string> secret_variables;  // names, where nothing else reports them
  std::set<std::string> secret_files;         // reported as secrets
  const Trace* trace = nullptr;               // of runs of the image; null without one
  // Why something that was seen does not count, by the check's ids and the file's path; "" it does.
  std::function<std::string(const std::vector<std::string>& ids, std::string_view path)>
      why_ignored;
};

struct CheckResults {
  std::vector<CheckFinding> findings;  // sorted; with what does not count
  ImageReadiness readiness;
  AttackSurface surface;
};

CheckResults check_image(const CheckRequest& request);

// Names of the variables that hold a secret.
std::vector<std::string> secret_variables(const RunConfig& config, const SecretScanner& scanner);

}  // namespace whittle
