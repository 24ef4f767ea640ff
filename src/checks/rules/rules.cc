// The table of checks: a row here is the only registration.
#include "checks/rules/rules.h"

#include <algorithm>

#include "base/strings.h"
#include "checks/rules/rows.h"

namespace whittle {

const std::vector<const ImageCheck*>& check_table() {
  static const std::vector<const ImageCheck*> table = {
      &kRunsAsRoot,         &kUnknownUser,        &kUnknownBase,         &kUnsupportedDistribution,
      &kBuildTools,         &kNetworkTools,       &kPackageManagers,     &kShells,
      &kContentTrust,       &kHealthcheckMissing, &kUpdateAlone,         &kSetuidFiles,
      &kFileCapabilities,   &kAddInHistory,       &kCredentialVariables, &kCredentialFiles,
      &kUnverifiedPackages, &kTlsCheckOff,        &kSudoInHistory,       &kSudoWithoutPassword,
      &kSensitiveVolume,    &kDistUpgrade,        &kPackageCaches,       &kLatestTag,
      &kEmptyPassword,      &kPasswordHash,       &kDuplicateAccounts,   &kStrayFiles,
      &kSshServer,          &kWorldWritableFiles, &kWritableApplication, &kRiskyPorts,
      &kUnsafeSearchPath,   &kDeviceFiles,        &kReadableShadow,
  };
  return table;
}

std::vector<const ImageCheck*> find_checks(std::string_view id) {
  std::vector<const ImageCheck*> found;
  for (const ImageCheck* check : check_table()) {
    std::vector<std::string> ids = ids_of(*check);
    bool is_it = std::any_of(ids.begin(), ids.end(), [id](const std::string& one) {
      return equals_ignoring_case(one, id);
    });
    if (is_it) found.push_back(check);
  }
  return found;
}

CheckSink run_checks(const ImageFacts& facts) {
  CheckSink sink;
  for (const ImageCheck* check : check_table()) {
    sink.begin(*check);
    check->run(facts, sink);
  }
  return sink;
}

}  // namespace whittle
