// Programs that run as their owner, whoever starts them.
#include <fmt/format.h>

#include "base/strings.h"
#include "checks/rules/rows.h"

namespace whittle {

namespace {

RiskLevel level_of(const ImageFacts& facts, NodeId id, const Entry& entry) {
  bool is_open = (entry.mode & 0022U) != 0;
  if (is_open) return RiskLevel::High;
  return facts.owner_of(id) == nullptr ? RiskLevel::Medium : RiskLevel::Low;
}

void run(const ImageFacts& facts, CheckSink& sink) {
  facts.each_entry([&](NodeId id, const Entry& entry) {
    if ((entry.mode & 06000U) == 0 || facts.paths().file(id) == nullptr) return;
    // Without the bit to execute for the group, setgid means locking.
    bool is_setuid = (entry.mode & 04000U) != 0;
    if (!is_setuid && (entry.mode & 0010U) == 0) return;
    std::string path = facts.tree().path(id);
    bool is_open = (entry.mode & 0022U) != 0;
    std::string text = fmt::format("{} is {} of {} {}{}",
                                   printable(path),
                                   is_setuid ? "setuid" : "setgid",
                                   is_setuid ? "user" : "group",
                                   is_setuid ? entry.uid : entry.gid,
                                   is_open ? ", and others may write it" : "");
    sink.of_file(level_of(facts, id, entry), path, facts.layer_of(id), std::move(text));
  });
}

}  // namespace

const ImageCheck kSetuidFiles = {
    "setuid-files",
    "programs run as somebody else than who starts them",
    RiskLevel::Low,
    "CIS-DI-0008",
    "4.8",
    "A flaw in one of them makes a user of the container its root. A program that no "
    "package brought counts more, one that others may write most.",
    "Take the bits away (RUN chmod a-s), delete the programs, or run with "
    "no-new-privileges",
    run,
};

}  // namespace whittle
