// Accounts that ask for no password.
#include <fmt/format.h>

#include "checks/config_lines.h"
#include "checks/rules/rows.h"

namespace whittle {

namespace {

void add(const AccountFile& file, CheckSink& sink) {
  for (const ImageAccount& account : file.accounts) {
    if (account.password != kNoPassword || account.name.empty()) continue;
    bool is_root = account.name == "root" || account.id == 0U;
    sink.of_file(is_root ? RiskLevel::Critical : RiskLevel::High,
                 file.path,
                 file.layer,
                 fmt::format("{}:{}: {} has no password", file.path, account.line, account.name));
  }
}

void run(const ImageFacts& facts, CheckSink& sink) {
  add(facts.shadow(), sink);
  // Where passwd says "x", shadow tells.
  add(facts.users(), sink);
}

}  // namespace

const ImageCheck kEmptyPassword = {
    "empty-password",
    "accounts ask for no password",
    RiskLevel::Critical,
    "DKL-LI-0001",
    "",
    "Whoever runs su, or reaches a service that logs people in, is that user: root "
    "of all at worst (CVE-2019-5021).",
    "Lock the account: RUN passwd -l NAME",
    run,
};

}  // namespace whittle
