// Somebody is root by asking for it.
#include <fmt/format.h>

#include "base/strings.h"
#include "checks/config_lines.h"
#include "checks/rules/rows.h"

namespace whittle {

namespace {

void run(const ImageFacts& facts, CheckSink& sink) {
  for (const ImageSetting& setting : facts.settings()) {
    if (setting.kind != kSudoLine || setting.words.empty()) continue;
    if (setting.words[0] == "root") continue;
    sink.of_file(
        setting.path,
        setting.layer,
        fmt::format(
            "{}:{} lets {} do anything", printable(setting.path), setting.line, setting.words[0]));
  }
}

}  // namespace

const ImageCheck kSudoWithoutPassword = {
    "sudo-without-password",
    "sudo asks for no password",
    RiskLevel::High,
    "DKL-DI-0001",
    "",
    "A user who may do anything by sudo is root: running as that user protects "
    "nothing.",
    "Take the rule away, and sudo with it",
    run,
};

}  // namespace whittle
