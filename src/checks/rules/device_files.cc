// Devices in a layer.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "checks/rules/rows.h"

namespace whittle {

namespace {

void run(const ImageFacts& facts, CheckSink& sink) {
  facts.each_entry([&](NodeId id, const Entry& entry) {
    // Engines put their own over these.
    constexpr auto kUsual = std::to_array<std::string_view>(
        {"console", "full", "null", "ptmx", "random", "tty", "urandom", "zero"});
    const TreeNode& node = facts.paths().at(id);
    bool is_usual =
        std::find(kUsual.begin(), kUsual.end(), facts.paths().tree().name(node)) != kUsual.end() &&
        node.parent != kNoNode && facts.paths().name(node.parent) == "dev";
    bool is_block = entry.type == EntryType::BlockDevice;
    if (is_usual) return;
    if (!is_block && entry.type != EntryType::CharDevice) return;
    const LayerIndex& layer = *facts.tree().layers[facts.layer_of(id)];
    DeviceNumber number = layer.device_of(entry);
    std::string path = facts.tree().path(id);
    sink.of_file(is_block ? RiskLevel::High : RiskLevel::Medium,
                 path,
                 facts.layer_of(id),
                 fmt::format("{} is the {} device {}:{}",
                             printable(path),
                             is_block ? "block" : "character",
                             number.major,
                             number.minor));
  });
}

}  // namespace

const ImageCheck kDeviceFiles = {
    "device-files",
    "devices are in a layer",
    RiskLevel::Medium,
    "",
    "",
    "A block device is a way to the host's disk for a container that may open it. "
    "Engines make the devices that a container needs by themselves.",
    "Delete them in the step that makes them",
    run,
};

}  // namespace whittle
