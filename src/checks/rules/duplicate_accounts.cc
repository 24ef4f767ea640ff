// Two accounts with one name or number.
#include <fmt/format.h>

#include <map>

#include "checks/rules/rows.h"

namespace whittle {

namespace {

void add_doubles(const AccountFile& file,
                 std::string_view what,
                 std::string_view number,
                 CheckSink& sink) {
  std::map<std::string, uint32_t> names;
  std::map<uint32_t, std::string> ids;
  for (const ImageAccount& account : file.accounts) {
    auto [name, is_new_name] = names.emplace(account.name, account.line);
    if (!is_new_name && !account.name.empty()) {
      sink.of_file(
          file.path,
          file.layer,
          fmt::format(
              "{}:{}: the {} {} is there twice", file.path, account.line, what, account.name));
    }
    if (!account.id) continue;
    auto [id, is_new_id] = ids.emplace(*account.id, account.name);
    if (is_new_id || id->second == account.name) continue;
    bool is_root = *account.id == 0 && file.path == "etc/passwd";
    sink.of_file(is_root ? RiskLevel::High : RiskLevel::Medium,
                 file.path,
                 file.layer,
                 fmt::format("{}:{}: {} has the {} {} of {}",
                             file.path,
                             account.line,
                             account.name,
                             number,
                             *account.id,
                             id->second));
  }
}

void run(const ImageFacts& facts, CheckSink& sink) {
  add_doubles(facts.users(), "user", "uid", sink);
  add_doubles(facts.groups(), "group", "gid", sink);
}

}  // namespace

const ImageCheck kDuplicateAccounts = {
    "duplicate-accounts",
    "accounts share a name or a number",
    RiskLevel::Medium,
    "DKL-LI-0002",
    "",
    "One of them has the rights of the other, and who did something cannot be told. "
    "A second account with the number 0 is root.",
    "Give each its own number (useradd --uid, groupadd --gid)",
    run,
};

}  // namespace whittle
