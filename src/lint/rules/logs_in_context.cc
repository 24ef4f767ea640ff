// Log files of the developer's machine are sent to the build.
#include "base/strings.h"
#include "lint/context_noise.h"
#include "lint/rules/rules.h"

namespace whittle {

namespace {

// A log below a folder of tests is test data.
bool is_no_test_data(const LintInput&, std::string_view path) {
  for (std::string_view part : split(path, '/')) {
    if (contains(part, "test") || contains(part, "fixture") || contains(part, "sample") ||
        contains(part, "spec")) {
      return false;
    }
  }
  return true;
}

const NoiseCategory kCategory = {
    "logs-in-context",
    Severity::Info,
    "log files",
    "Keep log files out of the build context",
    {{"*.log", false, NoiseDepth::Anywhere, is_no_test_data}},
};

void check(const LintInput& input, std::vector<Finding>& findings) {
  check_context_noise(input, kCategory, findings);
}

}  // namespace

extern const Rule kLogsInContext;
const Rule kLogsInContext = {
    {"logs-in-context",
     "WH1035",
     "",
     Severity::Info,
     "The build context holds log files",
     "Logs of local runs grow and change all the time, so that COPY runs again although nothing of "
     "the program changed, "
     "and they may hold addresses and tokens. The folder they lie in stays: the program may expect "
     "it.",
     "FROM debian:bookworm\nCOPY . /app\n",
     "FROM debian:bookworm\nCOPY app /app\n",
     kDeclaresNothing,
     kSafeFix | kUnsafeFix},
    check,
};

}  // namespace whittle
