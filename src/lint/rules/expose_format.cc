// EXPOSE with a port or an address of the host.
#include "lint/exposed_ports.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kExposeFormat;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const ExposedPort& port : exposed_ports(input)) {
    size_t colon = port.text.rfind(':');
    if (colon == port.text.npos) continue;
    std::string kept = port.text.substr(colon + 1);
    Finding finding =
        make_finding(kExposeFormat,
                     port.word->range,
                     in_ticks(port.text.substr(0, colon)) + " is dropped, EXPOSE knows no host",
                     "Write " + in_ticks(kept));
    if (!port.is_onbuild && input.file->text(port.word->range) == port.text && !kept.empty()) {
      finding.fix =
          make_fix("Write " + in_ticks(kept), Applicability::Safe, {{port.word->range, kept}});
    }
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kExposeFormat = {
    {.name = "expose-format",
     .code = "WH2121",
     .aliases = "ExposeInvalidFormat expose_host_port",
     .severity = Severity::Warning,
     .summary = "EXPOSE with a host's port or address",
     .why = "EXPOSE only notes which port the program listens on; which port of the host leads "
            "there is said by `docker run -p`. The part in front of the last colon is dropped "
            "without a word.",
     .bad = "FROM debian:bookworm\nEXPOSE 8080:80\n",
     .good = "FROM debian:bookworm\nEXPOSE 80\n",
     .fixes = kSafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
