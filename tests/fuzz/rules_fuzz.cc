// Any text as a Dockerfile: every rule runs, and every plan applies, converges and parses.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "dockerfile/parser.h"
#include "lint/rules/rules.h"
#include "plan/planner.h"
#include "support/some_facts.h"

namespace whittle {

namespace {

BuildContext project() {
  BuildContext context;
  context.root = "/nonexistent";
  for (const char* path : {".env",
                           ".git/",
                           ".git/HEAD",
                           "Dockerfile",
                           "app/",
                           "app.conf",
                           "app/main.py",
                           "logs/",
                           "logs/dev.log",
                           "package.json",
                           "requirements.txt",
                           "tests/",
                           "tests/data.bin",
                           "x.tar.gz"}) {
    ContextFile file;
    file.path = path;
    file.size_bytes = 1;
    if (file.path.back() == '/') {
      file.path.pop_back();
      file.type = ContextFileType::Directory;
    }
    context.files.push_back(file);
  }
  std::sort(context.files.begin(),
            context.files.end(),
            [](const ContextFile& a, const ContextFile& b) { return a.path < b.path; });
  return context;
}

void require(bool condition) {
  if (!condition) std::abort();
}

LintSettings settings() {
  LintSettings settings;
  settings.today = "2026-01-01";
  settings.platform = "linux/s390x";
  return settings;
}

void check(std::string text) {
  static const BuildContext kContext = project();
  auto size = static_cast<uint32_t>(text.size());
  Result<Dockerfile> file = parse_dockerfile(std::move(text), "Dockerfile", Limits());
  if (!file.ok()) return;
  LintInput input = make_lint_input(*file, {}, Limits());
  input.context = &kContext;
  test::SomeFacts facts;
  input.online = &facts;
  input.settings = settings();
  for (const Finding& finding : run_rules(input)) require(finding.range.end <= size);
  for (bool unsafe : {false, true}) {
    PlanOptions options;
    options.unsafe = unsafe;
    options.with_lint_rules = true;
    options.online = &facts;
    options.settings = settings();
    Result<Plan> plan = make_plan(*file, kContext, nullptr, options);
    if (!plan.ok()) return;
    require(plan->passes < kMaxPlanPasses);
    Result<Dockerfile> fixed = parse_dockerfile(plan->dockerfile, "Dockerfile", Limits());
    require(fixed.ok() && !fixed->has_errors());
  }
}

}  // namespace

}  // namespace whittle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kMaxSize = 4096;
  if (size <= kMaxSize) whittle::check(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
