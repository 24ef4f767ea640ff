// RUN with rights on the builder.
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"

namespace whittle {

extern const Rule kRunPrivileged;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    for (const Flag& flag : run.instruction->flags) {
      bool is_insecure = flag.name == "security" && flag.value == "insecure";
      bool is_host = flag.name == "network" && flag.value == "host";
      if (!is_insecure && !is_host) continue;
      findings.push_back(make_finding(
          kRunPrivileged,
          flag.range,
          is_insecure ? "The commands run with all capabilities on the machine that builds"
                      : "The commands share the network of the machine that builds",
          "Drop " + in_ticks("--" + flag.name + "=" + flag.value)));
    }
  }
}

}  // namespace

const Rule kRunPrivileged = {
    {.name = "run-privileged",
     .code = "WH3105",
     .aliases = "",
     .severity = Severity::Warning,
     .summary = "A RUN asks for rights on the machine that builds",
     .why = "`--security=insecure` gives the commands full capabilities and `--network=host` the "
            "network of the builder; both have to be allowed by whoever builds, and what the "
            "commands fetch can then do the same.",
     .bad = "# syntax=docker/dockerfile:1\nFROM debian:bookworm\nRUN --security=insecure mount -t "
            "tmpfs none /mnt\n",
     .good = "FROM debian:bookworm\nRUN --network=none make\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
