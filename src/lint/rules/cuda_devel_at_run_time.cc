// CUDA's compilers in the last stage.
#include <algorithm>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/image_names.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"

namespace whittle {

extern const Rule kCudaDevelAtRunTime;

namespace {

// Something in the stage is compiled, maybe with CUDA.
bool compiles(const LintInput& input, uint32_t stage) {
  constexpr std::string_view kBuilds[] = {
      "nvcc", "make", "gcc", "g++", "setup.py", "pip install", "pip3 install", "uv ", "cargo"};
  return std::any_of(input.file->instructions.begin(),
                     input.file->instructions.end(),
                     [&](const Instruction& one) {
                       if (one.kind != InstructionKind::Run || one.stage != stage) return false;
                       return std::any_of(
                           std::begin(kBuilds), std::end(kBuilds), [&](std::string_view part) {
                             return contains(input.file->text(one.range), part);
                           });
                     });
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  if (input.file->stages.empty()) return;
  auto stage = static_cast<uint32_t>(input.file->stages.size() - 1);
  bool is_compiled = compiles(input, stage);
  while (input.evaluation.parent_stage[stage] >= 0) {
    stage = static_cast<uint32_t>(input.evaluation.parent_stage[stage]);
    is_compiled = is_compiled || compiles(input, stage);
  }
  const Stage& at = input.file->stages[stage];
  std::string name = to_lower(input.file->stages.back().name);
  std::optional<std::string> base = known_base_image(input, stage);
  if (!base || contains(name, "dev") || contains(name, "build") || contains(name, "test")) return;
  ImageName image = split_image_name(*base);
  size_t devel = at.base.find("-devel");
  if (image.repository != "nvidia/cuda" || !contains(image.tag, "-devel")) return;
  Finding finding =
      make_finding(kCudaDevelAtRunTime,
                   at.base_range,
                   in_ticks(*base) + " holds compilers and headers that run time does not need",
                   "Build in it, and end in the `runtime` or `base` variant");
  bool is_literal = devel != std::string::npos && at.base == *base && image.digest.empty();
  if (is_literal && !is_compiled) {
    uint32_t begin = at.base_range.begin + static_cast<uint32_t>(devel);
    finding.fix = make_fix(
        "Take the `runtime` variant", Applicability::Unsafe, {{{begin, begin + 6}, "-runtime"}});
  }
  findings.push_back(std::move(finding));
}

}  // namespace

const Rule kCudaDevelAtRunTime = {
    {.name = "cuda-devel-at-run-time",
     .code = "WH3612",
     .aliases = "prefer-runtime-final-stage",
     .severity = Severity::Info,
     .summary = "The last stage stands on the `devel` variant of CUDA",
     .why = "The `devel` variants hold nvcc, headers and static libraries, some 4 GB more than the "
            "`runtime` variants of the same release, which have all that a finished program loads. "
            "Silent in stages whose name says that people work in them.",
     .bad = "FROM nvidia/cuda:12.4.1-devel-ubuntu22.04\nCMD [\"/app\"]\n",
     .good = "FROM nvidia/cuda:12.4.1-devel-ubuntu22.04 AS build\nRUN make\nFROM "
             "nvidia/cuda:12.4.1-runtime-ubuntu22.04\nCOPY --from=build /app /app\nCMD "
             "[\"/app\"]\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
