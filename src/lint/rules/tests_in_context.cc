// Tests and their data are copied into an image that does not run them.
#include "base/strings.h"
#include "lint/context_noise.h"
#include "lint/rules/rules.h"

namespace whittle {

namespace {

// A step that builds may run the tests or compile them, whatever it is called.
bool may_run_tests(const LintInput& input) {
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    const Instruction& run = input.file->instructions[i];
    std::string text = to_lower(input.file->text(run.range));
    if (run.kind != InstructionKind::Run) continue;
    for (std::string_view word : {"test", "mvn", "gradle", "make", "check", "spec"}) {
      if (contains(text, word)) return true;
    }
  }
  return false;
}

bool is_kept(const LintInput& input, std::string_view) {
  return !may_run_tests(input);
}

const NoiseCategory kCategory = {
    .rule = "tests-in-context",
    .severity = Severity::Info,
    .what = "tests and their data",
    .title = "Keep tests out of the build context",
    .names = {{"tests", true, NoiseDepth::Root, is_kept},
              {"test", true, NoiseDepth::Root, is_kept},
              {"__tests__", true, NoiseDepth::Anywhere, is_kept},
              {"spec", true, NoiseDepth::Root, is_kept},
              {"testdata", true, NoiseDepth::Root, is_kept}},
    .is_always_unsafe = true,
};

void check(const LintInput& input, std::vector<Finding>& findings) {
  check_context_noise(input, kCategory, findings);
}

}  // namespace

extern const Rule kTestsInContext;
const Rule kTestsInContext = {
    {"tests-in-context",
     "WH1038",
     "",
     Severity::Info,
     "The build context holds tests that no step runs",
     "Test data is often larger than the program, and changes of tests make COPY and all steps "
     "after it run again. A build "
     "that might run them is left alone. A program may load a file from there, which is why the "
     "fix is unsafe.",
     "FROM debian:bookworm\nCOPY . /app\n",
     "FROM debian:bookworm\nCOPY app /app\n",
     kDeclaresNothing,
     kUnsafeFix},
    check,
};

}  // namespace whittle
