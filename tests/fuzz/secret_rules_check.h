// Rules for secrets from any text: read or refused with a place; what is read can be searched with.
#pragma once

#include <cstdlib>
#include <string>
#include <utility>

#include "config/secret_rules.h"
#include "secrets/scanner.h"

namespace whittle {

// Aborts where that is broken. The file's name says how it is written.
inline void check_secret_rules(const std::string& text, const std::string& name) {
  Result<SecretRuleFile> file = parse_secret_rules(text, name);
  if (!file.ok()) {
    if (!file.error().message().starts_with(name + ":")) std::abort();
    return;
  }
  // A rule may name a group that its pattern does not have.
  auto scanner = SecretScanner::make(std::move(file->rules), {"", SecretEngine::Keywords});
  if (scanner.ok()) (*scanner)->scan("app/a.conf", "token = \"a1b2c3d4e5f6g7h8\" house_abcd1234");
}

}  // namespace whittle
