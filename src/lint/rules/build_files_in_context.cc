// Files that steer the build and its pipeline are copied into the image.
#include "lint/context_noise.h"
#include "lint/rules/rules.h"

namespace whittle {

namespace {

const NoiseCategory kCategory = {
    "build-files-in-context",
    Severity::Info,
    "files that steer the build",
    "Keep the files that steer the build out of the build context",
    {{"Dockerfile", false, NoiseDepth::Root},
     {"Dockerfile.*", false, NoiseDepth::Root},
     {"*.Dockerfile", false, NoiseDepth::Root},
     {"Containerfile", false, NoiseDepth::Root},
     {".dockerignore", false, NoiseDepth::Root},
     {"*.dockerignore", false, NoiseDepth::Root},
     {"docker-compose*.yml", false, NoiseDepth::Root},
     {"docker-compose*.yaml", false, NoiseDepth::Root},
     {"compose*.yml", false, NoiseDepth::Root},
     {"compose*.yaml", false, NoiseDepth::Root},
     {".github", true, NoiseDepth::Root},
     {".circleci", true, NoiseDepth::Root},
     {".buildkite", true, NoiseDepth::Root},
     {".gitlab-ci.yml", false, NoiseDepth::Root},
     {".travis.yml", false, NoiseDepth::Root},
     {".drone.yml", false, NoiseDepth::Root},
     {"Jenkinsfile", false, NoiseDepth::Root},
     {"azure-pipelines.yml", false, NoiseDepth::Root},
     {"bitbucket-pipelines.yml", false, NoiseDepth::Root},
     {"Vagrantfile", false, NoiseDepth::Root}},
};

void check(const LintInput& input, std::vector<Finding>& findings) {
  check_context_noise(input, kCategory, findings);
}

}  // namespace

extern const Rule kBuildFilesInContext;
const Rule kBuildFilesInContext = {
    {"build-files-in-context",
     "WH1037",
     "DKL-LI-0003",
     Severity::Info,
     "The build context holds the Dockerfile and other files that steer the build",
     "The builder reads the Dockerfile and the ignore file by itself, also when they are ignored. "
     "As files of the "
     "context they make COPY and all steps after it run again whenever a comment in them changes. "
     "Only names at the root "
     "count: further down they may be templates of the program.",
     "FROM debian:bookworm\nCOPY . /app\n",
     "FROM debian:bookworm\nCOPY app /app\n",
     kDeclaresNothing,
     kSafeFix},
    check,
};

}  // namespace whittle
