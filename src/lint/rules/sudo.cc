// sudo in a build, where USER decides who runs a command.
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/stages.h"

namespace whittle {

extern const Rule kSudo;

namespace {

// Deleted when root runs it anyway and sudo gets no options of its own.
std::optional<Fix> drop_fix(const LintInput& input, const RunText& run, const ShellNode& node) {
  if (run.is_onbuild || !is_editable_run(input, run.index) || !runs_as_root(input, run.index))
    return std::nullopt;
  if (node.words.size() < 2 || node.words[0].value != "sudo" || !node.words[1].value)
    return std::nullopt;
  std::string_view next = *node.words[1].value;
  if (next.empty() || next[0] == '-' || next.find('=') != next.npos) return std::nullopt;
  Range range{node.words[0].range.begin, node.words[1].range.begin};
  return make_fix("Drop `sudo`", Applicability::Unsafe, {{range, ""}});
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    for (const CommandRef& ref : *run.commands) {
      size_t wrappers = ref.node->words.size() - unwrapped(*ref.node).size();
      for (size_t i = 0; i < ref.node->words.size() && i <= wrappers; ++i) {
        const ShellWord& word = ref.node->words[i];
        if (command_name({&word}) != "sudo") continue;
        Finding finding =
            make_finding(kSudo,
                         word.range,
                         "`sudo` runs during the build, where `USER` decides who runs",
                         "Set `USER root` before the RUN and drop `sudo`");
        finding.fix = drop_fix(input, run, *ref.node);
        findings.push_back(std::move(finding));
        break;
      }
    }
  }
}

}  // namespace

const Rule kSudo = {
    {.name = "sudo",
     .code = "WH2030",
     .aliases = "DL3004 DKL-DI-0001 DS-0010 CKV2_DOCKER_1 sudo_usage",
     .severity = Severity::Error,
     .summary = "`sudo` in a RUN",
     .why =
         "A RUN runs as root unless USER says otherwise, and USER can be set back and forth. sudo "
         "needs a package and a rule without a password, which whoever gets into the container "
         "then has as well; it also drops the environment and handles signals in its own way.",
     .bad = "FROM debian:bookworm\nRUN sudo make install\n",
     .good = "FROM debian:bookworm\nRUN make install\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
