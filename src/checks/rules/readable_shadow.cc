// Hashes of passwords that everybody may read.
#include <fmt/format.h>

#include "checks/rules/rows.h"

namespace whittle {

namespace {

void run(const ImageFacts& facts, CheckSink& sink) {
  for (std::string_view name : {"etc/shadow", "etc/gshadow"}) {
    NodeId id = facts.paths().walk(name).end;
    const Entry* entry = id == kNoNode ? nullptr : facts.paths().entry(id);
    if (entry == nullptr || (entry->mode & 0004U) == 0) continue;
    sink.of_file(std::string(name),
                 facts.layer_of(id),
                 fmt::format("{} has the mode {:o}", name, static_cast<unsigned>(entry->mode)));
  }
}

}  // namespace

const ImageCheck kReadableShadow = {
    "readable-shadow",
    "everybody may read the file of passwords",
    RiskLevel::Medium,
    "",
    "",
    "Passwords that are added to a container later can be guessed by every user of "
    "it.",
    "RUN chmod 0640 /etc/shadow",
    run,
};

}  // namespace whittle
