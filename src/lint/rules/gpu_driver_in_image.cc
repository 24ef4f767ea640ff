// Drivers of NVIDIA inside of an image.
#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/package_commands.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"

namespace whittle {

extern const Rule kGpuDriverInImage;

namespace {

// The kernel's driver, or a package that brings it along. Source: NVIDIA's CUDA installation guide
// for Linux, "Meta Packages".
bool is_driver(std::string_view package) {
  package = package.substr(0, package.find_first_of("=<>~:"));
  return package == "cuda" || package == "cuda-drivers" || package == "nvidia-open" ||
         package.starts_with("nvidia-driver") || package.starts_with("cuda-drivers-") ||
         package.starts_with("nvidia-dkms") || package.starts_with("nvidia-kernel");
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    for (const PackageCommand& command : package_commands(run)) {
      bool is_system = command.tool == PackageTool::Apt || command.tool == PackageTool::Dnf ||
                       command.tool == PackageTool::Yum || command.tool == PackageTool::Zypper;
      if (!is_system || !is_install(command) || command.action_at >= command.words.size()) continue;
      CommandWords line = read_command_words(
          command.words, command.action_at + 1, "-t --target-release -o --option");
      for (const ShellWord* word : line.operands) {
        if (!word->value || !is_driver(*word->value)) continue;
        findings.push_back(make_finding(
            kGpuDriverInImage,
            word->range,
            in_ticks(*word->value) + " brings a driver, which has to be that of the machine",
            "Install the toolkit alone (`cuda-toolkit-12-4`), or the libraries that are used"));
      }
    }
  }
}

}  // namespace

const Rule kGpuDriverInImage = {
    {.name = "gpu-driver-in-image",
     .code = "WH3708",
     .aliases = "",
     .severity = Severity::Warning,
     .summary = "A driver of NVIDIA is installed into the image",
     .why = "The container runtime puts the driver of the machine into the container; one of the "
            "image is not used at best, and does not fit the kernel's module at worst. It takes "
            "hundreds of megabytes.",
     .bad = "FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y cuda\n",
     .good = "FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y cuda-cudart-12-4\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
