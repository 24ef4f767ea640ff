// A server to log in by SSH.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "checks/config_lines.h"
#include "checks/rules/rows.h"

namespace whittle {

namespace {

constexpr auto kServers = std::to_array<std::string_view>({"sshd", "dropbear"});

bool is_host_key(std::string_view name) {
  return name.starts_with("ssh_host_") && name.ends_with("_key");
}

void add_files(const ImageFacts& facts, CheckSink& sink) {
  facts.each_entry([&](NodeId id, const Entry& /*entry*/) {
    std::string_view name = facts.paths().name(id);
    if (!is_host_key(name) && name != "authorized_keys") return;
    const Entry* content = facts.paths().file(id);
    std::string path = facts.tree().path(id);
    if (content == nullptr || content->size_bytes == 0) return;
    if (is_host_key(name)) {
      sink.of_file(RiskLevel::High,
                   path,
                   facts.layer_of(id),
                   fmt::format("{} is the same private key in all containers", printable(path)));
    } else if (contains(path, ".ssh/")) {
      sink.of_file(path, facts.layer_of(id), fmt::format("{} lets people in", printable(path)));
    }
  });
}

void run(const ImageFacts& facts, CheckSink& sink) {
  for (const std::string& port : facts.config().exposed_ports) {
    if (port == "22" || port == "22/tcp")
      sink.of_configuration("port 22 is exposed", "EXPOSE", "22");
  }
  for (const FoundProgram& program : facts.programs()) {
    if (std::find(kServers.begin(), kServers.end(), program.name) == kServers.end()) continue;
    std::string path = facts.tree().path(program.node);
    sink.of_file(path, facts.layer_of(program.node), printable(path));
  }
  for (const ImageSetting& setting : facts.settings()) {
    if (setting.kind != kSshdLine || setting.words.size() < 2) continue;
    sink.of_file(RiskLevel::High,
                 setting.path,
                 setting.layer,
                 fmt::format("{}:{} says {} {}",
                             printable(setting.path),
                             setting.line,
                             setting.words[0],
                             setting.words[1]));
  }
  add_files(facts, sink);
}

}  // namespace

const ImageCheck kSshServer = {
    "ssh-server",
    "the image has an SSH server",
    RiskLevel::Medium,
    "",
    "",
    "It is one more service to mend and to guard, with keys that all containers of "
    "the image share.",
    "Leave it out: docker exec and kubectl exec open a shell without it",
    run,
};

}  // namespace whittle
