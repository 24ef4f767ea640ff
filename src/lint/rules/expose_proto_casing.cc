// The protocol of EXPOSE in upper case.
#include "base/strings.h"
#include "lint/exposed_ports.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kExposeProtoCasing;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const ExposedPort& port : exposed_ports(input)) {
    std::string lower = to_lower(port.protocol);
    if (port.protocol == lower) continue;
    Finding finding = make_finding(kExposeProtoCasing,
                                   port.word->range,
                                   in_ticks(port.protocol) + " is stored as " + in_ticks(lower),
                                   "Write it in lower case");
    if (!port.is_onbuild && input.file->text(port.word->range) == port.text) {
      uint32_t end = port.word->range.end;
      uint32_t begin = end - static_cast<uint32_t>(port.protocol.size());
      finding.fix =
          make_fix("Write it in lower case", Applicability::Safe, {{{begin, end}, lower}});
    }
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kExposeProtoCasing = {
    {.name = "expose-proto-casing",
     .code = "WH2122",
     .aliases = "ExposeProtoCasing",
     .severity = Severity::Style,
     .summary = "EXPOSE with a protocol that is not in lower case",
     .why = "The configuration of the image holds protocols in lower case: `tcp`, `udp`, `sctp`. "
            "Written otherwise they are changed without a word.",
     .bad = "FROM debian:bookworm\nEXPOSE 53/UDP\n",
     .good = "FROM debian:bookworm\nEXPOSE 53/udp\n",
     .fixes = kSafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
