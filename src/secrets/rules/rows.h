// The groups of the table, a file each.
#pragma once

#include "secrets/rules/rules.h"

namespace whittle {

std::span<const SecretRuleInfo> cloud_secret_rules();
std::span<const SecretRuleInfo> platform_secret_rules();
std::span<const SecretRuleInfo> forge_secret_rules();
std::span<const SecretRuleInfo> build_secret_rules();
std::span<const SecretRuleInfo> registry_secret_rules();
std::span<const SecretRuleInfo> chat_secret_rules();
std::span<const SecretRuleInfo> payment_secret_rules();
std::span<const SecretRuleInfo> mail_secret_rules();
std::span<const SecretRuleInfo> monitoring_secret_rules();
std::span<const SecretRuleInfo> model_vendor_secret_rules();
std::span<const SecretRuleInfo> product_secret_rules();
std::span<const SecretRuleInfo> database_secret_rules();
std::span<const SecretRuleInfo> key_secret_rules();
std::span<const SecretRuleInfo> credential_file_secret_rules();
std::span<const SecretRuleInfo> generic_secret_rules();

}  // namespace whittle
