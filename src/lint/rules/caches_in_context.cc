// Caches of tools on the developer's machine are sent to the build.
#include "lint/context_noise.h"
#include "lint/rules/rules.h"

namespace whittle {

namespace {

const NoiseCategory kCategory = {
    "caches-in-context",
    Severity::Warning,
    "tool caches",
    "Keep tool caches out of the build context",
    {{"__pycache__", true, NoiseDepth::Anywhere},
     {".pytest_cache", true, NoiseDepth::Anywhere},
     {".mypy_cache", true, NoiseDepth::Anywhere},
     {".ruff_cache", true, NoiseDepth::Anywhere},
     {".hypothesis", true, NoiseDepth::Anywhere},
     {".ipynb_checkpoints", true, NoiseDepth::Anywhere},
     {".tox", true, NoiseDepth::AnyName},
     {".nox", true, NoiseDepth::AnyName},
     {".coverage", false, NoiseDepth::AnyName},
     {".nyc_output", true, NoiseDepth::Anywhere},
     {".eslintcache", false, NoiseDepth::Anywhere},
     {".parcel-cache", true, NoiseDepth::AnyName},
     {".sass-cache", true, NoiseDepth::AnyName},
     {".turbo", true, NoiseDepth::Anywhere},
     {".gradle", true, NoiseDepth::AnyName},
     {".terraform", true, NoiseDepth::Anywhere}},
    true,
};

void check(const LintInput& input, std::vector<Finding>& findings) {
  check_context_noise(input, kCategory, findings);
}

}  // namespace

extern const Rule kCachesInContext;
const Rule kCachesInContext = {
    {"caches-in-context",
     "WH1033",
     "DKL-LI-0003",
     Severity::Warning,
     "The build context holds caches that tools make again",
     "Byte code, test and type-checker caches of the developer's machine are of no use in the "
     "image: the tools there do "
     "not trust them or make their own. They change with every local run and so undo the build "
     "cache.",
     "FROM debian:bookworm\nCOPY . /app\n",
     "FROM debian:bookworm\nCOPY app /app\n",
     kDeclaresNothing,
     kSafeFix},
    check,
};

}  // namespace whittle
