// Hashes of passwords, to be guessed at leisure.
#include <fmt/format.h>

#include "checks/config_lines.h"
#include "checks/rules/rows.h"

namespace whittle {

namespace {

void run(const ImageFacts& facts, CheckSink& sink) {
  for (const AccountFile* file : {&facts.shadow(), &facts.users()}) {
    for (const ImageAccount& account : file->accounts) {
      bool is_weak = account.password == kWeakPassword;
      if (!is_weak && account.password != kHashedPassword) continue;
      sink.of_file(is_weak ? RiskLevel::High : RiskLevel::Medium,
                   file->path,
                   file->layer,
                   fmt::format("{}:{}: {} has a password{}",
                               file->path,
                               account.line,
                               account.name,
                               is_weak ? ", hashed in a way that is guessed quickly" : ""));
    }
  }
}

}  // namespace

const ImageCheck kPasswordHash = {
    "password-hash",
    "accounts have passwords that come with the image",
    RiskLevel::Medium,
    "",
    "4.10",
    "All containers of the image share them, and whoever has the image can try "
    "passwords against the hash.",
    "Lock the account: RUN passwd -l NAME",
    run,
};

}  // namespace whittle
