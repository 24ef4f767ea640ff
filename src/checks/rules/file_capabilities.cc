// Programs that gain capabilities when they are started.
#include <fmt/format.h>

#include "base/strings.h"
#include "checks/capabilities.h"
#include "checks/rules/rows.h"

namespace whittle {

namespace {

void run(const ImageFacts& facts, CheckSink& sink) {
  const MergedTree& tree = facts.tree();
  facts.each_entry([&](NodeId id, const Entry& entry) {
    if (entry.extra == 0) return;
    const LayerIndex& layer = *tree.layers[facts.layer_of(id)];
    std::vector<std::string> names = capabilities_of(layer, entry);
    if (names.empty()) return;
    std::string path = tree.path(id);
    std::string text = fmt::format("{} has {}", printable(path), join(names, ", "));
    sink.of_file(path, facts.layer_of(id), std::move(text));
  });
}

}  // namespace

const ImageCheck kFileCapabilities = {
    "file-capabilities",
    "programs gain capabilities when they are started",
    RiskLevel::Low,
    "CIS-DI-0008",
    "4.8",
    "Whoever starts one has more rights than his user. Where the container may not "
    "have such a capability, the program does not start at all.",
    "Take them away with setcap -r, or give the container no more than it needs",
    run,
};

}  // namespace whittle
