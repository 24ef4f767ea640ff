// Volumes over folders of the system.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "checks/rules/rows.h"

namespace whittle {

namespace {

constexpr auto kFolders = std::to_array<std::string_view>({"/",
                                                           "/bin",
                                                           "/boot",
                                                           "/dev",
                                                           "/etc",
                                                           "/lib",
                                                           "/lib64",
                                                           "/proc",
                                                           "/root",
                                                           "/sbin",
                                                           "/sys",
                                                           "/usr",
                                                           "/run/docker.sock",
                                                           "/var/run/docker.sock"});

void run(const ImageFacts& facts, CheckSink& sink) {
  for (const std::string& volume : facts.config().volumes) {
    std::string_view folder = volume;
    while (folder.size() > 1 && folder.ends_with('/')) folder.remove_suffix(1);
    if (std::find(kFolders.begin(), kFolders.end(), folder) != kFolders.end())
      sink.of_configuration(fmt::format("the volume {}", printable(volume)), "VOLUME", volume);
  }
}

}  // namespace

const ImageCheck kSensitiveVolume = {
    "sensitive-volume",
    "a folder of the system is a volume",
    RiskLevel::High,
    "DKL-DI-0002",
    "",
    "What is mounted there, the host's own folder at worst, is open to the "
    "container, and the image's files hide behind it.",
    "Name a folder of the program's own",
    run,
};

}  // namespace whittle
