// Assignments to names that speak of secrets, for whatever has no rule of its own.
#include "secrets/rules/rows.h"

namespace whittle {

namespace {

using enum RiskLevel;
using enum SecretShape;

constexpr SecretRuleInfo kRules[] = {
    {"rails-master-key",
     "Rails master key or secret_key_base",
     "Framework",
     High,
     "master_key secret_key_base",
     "rails_master_key|secret_key_base",
     R"re(([a-f0-9]{32}|[a-f0-9]{64}|[a-f0-9]{128})\b)re",
     3,
     Text,
     "SECRET_KEY_BASE={h128}",
     "SECRET_KEY_BASE={h20}"},
    {"django-secret-key",
     "Django SECRET_KEY",
     "Framework",
     High,
     "secret_key",
     "",
     R"re(\bSECRET_KEY\s{0,3}=\s{0,3}["']((?:django-insecure-)?[^"'\s]{40,100})["'])re",
     3.5,
     Text,
     "SECRET_KEY = '{w50}'",
     "SECRET_KEY = os.environ['SECRET_KEY']"},
    {"laravel-app-key",
     "Laravel APP_KEY",
     "Framework",
     High,
     "app_key",
     "",
     R"re(\bAPP_KEY=["']?(base64:[A-Za-z0-9+/]{43}=))re",
     4,
     Text,
     "APP_KEY=base64:{s43}=",
     "APP_KEY="},
    {"symfony-app-secret",
     "Symfony APP_SECRET",
     "Framework",
     High,
     "app_secret",
     "",
     R"re(\bAPP_SECRET=["']?([a-f0-9]{32})\b)re",
     3,
     Text,
     "APP_SECRET={h32}",
     "APP_SECRET="},
    {"wordpress-salt",
     "WordPress key, salt or database password",
     "Framework",
     High,
     "define(",
     "",
     R"re(define\(\s{0,3}["'](?:(?:SECURE_|LOGGED_IN_)?AUTH_(?:KEY|SALT)|(?:LOGGED_IN|NONCE)_(?:KEY|SALT)|DB_PASSWORD)["']\s{0,3},\s{0,3}["']([^"'\n]{6,100})["'])re",
     2.8,
     Text,
     "define('DB_PASSWORD', '{w16}');",
     "define('DB_NAME', 'wordpress');"},
    {"generic-api-key",
     "Key, token or secret assigned to a name",
     "Generic",
     Medium,
     "key token secret credential auth",
     "(?:api|access|auth|private|secret|client|encryption|signing|master)[_.-]?(?:key|token|secret)"
     "|secret|token|credentials?",
     R"re(([A-Za-z0-9+/_.~-]{16,120}={0,2})(?:["'`\s;,)<]|$))re",
     3.7,
     Text,
     "client_secret: \"{w32}\"",
     "client_secret: \"please-choose-one\"",
     3},
    {"generic-password",
     "Password assigned to a name",
     "Generic",
     Medium,
     "passw pwd passphrase",
     R"re((?:password|passwd|passphrase|\bpwd))re",
     R"re(([^\s"'`,;<>(){}\[\]]{8,80})(?:["'`\s;,<]|$))re",
     3,
     Text,
     "password: \"{w14}\"",
     "password: \"correct\"",
     1},
};

}  // namespace

std::span<const SecretRuleInfo> generic_secret_rules() {
  return kRules;
}

}  // namespace whittle
