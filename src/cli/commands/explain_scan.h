// What `explain` says of ids that `scan` reports: vulnerabilities, checks, rules for secrets.
#pragma once

#include <string>

#include "checks/check.h"
#include "cli/command.h"
#include "engine/explain.h"
#include "secrets/rules/rules.h"

namespace whittle {

std::string explain_check(const ImageCheck& check, const Invocation& invocation);
std::string explain_secret_rule(const SecretRuleInfo& rule, const Invocation& invocation);
std::string explain_record(const VulnRecord& record, const Invocation& invocation);
// Why an image has it, and what to do.
std::string explain_match(const VulnInImage& match, const Invocation& invocation);

}  // namespace whittle
