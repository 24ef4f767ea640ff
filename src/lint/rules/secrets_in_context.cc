// Credentials of the developer are sent to the build.
#include <array>

#include "lint/context_noise.h"
#include "lint/rules/rules.h"

namespace whittle {

namespace {

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

// ".env.example" and the like are documentation.
bool is_no_template(const LintInput&, std::string_view path) {
  constexpr std::array<std::string_view, 8> kTemplates = {".env.example",
                                                          ".env.sample",
                                                          ".env.template",
                                                          ".env.dist",
                                                          ".env.defaults",
                                                          ".env.default",
                                                          ".env.schema",
                                                          ".env.test"};
  for (std::string_view name : kTemplates) {
    if (base_name(path) == name) return false;
  }
  return true;
}

const NoiseCategory kCategory = {
    "secrets-in-context",
    Severity::Error,
    "credentials",
    "Keep credentials out of the build context",
    {{".env", false, NoiseDepth::AnyName},
     {".env.*", false, NoiseDepth::AnyName, is_no_template},
     {"id_rsa", false, NoiseDepth::AnyName},
     {"id_dsa", false, NoiseDepth::AnyName},
     {"id_ecdsa", false, NoiseDepth::AnyName},
     {"id_ed25519", false, NoiseDepth::AnyName},
     {".aws", true, NoiseDepth::AnyName},
     {".ssh", true, NoiseDepth::AnyName},
     {".gnupg", true, NoiseDepth::AnyName},
     {".netrc", false, NoiseDepth::AnyName},
     {".pgpass", false, NoiseDepth::AnyName},
     {".pypirc", false, NoiseDepth::AnyName},
     {".vault-token", false, NoiseDepth::AnyName},
     {"*.tfstate", false, NoiseDepth::Anywhere},
     {"*.tfstate.backup", false, NoiseDepth::Anywhere},
     {"*.kdbx", false, NoiseDepth::Anywhere}},
    false,
    // Whatever loads a `.env` file without its name being written anywhere.
    {"dotenv",
     "python-dotenv",
     "load_dotenv",
     "phpdotenv",
     "dotenv-rails",
     "dotenv-webpack",
     "dotenvy",
     "godotenv",
     "pydantic-settings",
     "BaseSettings",
     "python-decouple",
     "decouple",
     "environs",
     "django-environ",
     "env-cmd",
     "--env-file",
     "@nestjs/config",
     "\"next\"",
     "\"vite\"",
     "\"nuxt\"",
     "\"gatsby\"",
     "\"astro\"",
     "\"expo\"",
     "\"parcel\"",
     "\"react-scripts\"",
     "\"@vue/cli-service\"",
     "\"bun\"",
     "symfony/dotenv",
     "symfony/runtime"},
};

void check(const LintInput& input, std::vector<Finding>& findings) {
  check_context_noise(input, kCategory, findings);
}

}  // namespace

extern const Rule kSecretsInContext;
const Rule kSecretsInContext = {
    {"secrets-in-context",
     "WH1036",
     "",
     Severity::Error,
     "The build context holds credentials",
     "What COPY takes is readable by everybody who can pull the image, in its own layer, also when "
     "a later step deletes "
     "it. Only names that are clearly a developer's own are looked at. Where the project names the "
     "file, or uses "
     "something that loads `.env` by itself, the program may need it and the fix is unsafe.",
     "FROM debian:bookworm\nCOPY . /app\n",
     "FROM debian:bookworm\nCOPY app /app\n",
     kDeclaresNothing,
     kSafeFix | kUnsafeFix},
    check,
};

}  // namespace whittle
