// Certificates are not looked at.
#include <algorithm>
#include <array>

#include "base/strings.h"
#include "checks/rules/rows.h"
#include "checks/step_facts.h"

namespace whittle {

namespace {

constexpr auto kVariables = std::to_array<std::pair<std::string_view, std::string_view>>(
    {{"NODE_TLS_REJECT_UNAUTHORIZED", "0"},
     {"GIT_SSL_NO_VERIFY", "1"},
     {"GIT_SSL_NO_VERIFY", "true"},
     {"PYTHONHTTPSVERIFY", "0"},
     {"NPM_CONFIG_STRICT_SSL", "false"},
     {"npm_config_strict_ssl", "false"},
     {"SSL_VERIFY", "false"},
     {"GONOSUMCHECK", "1"},
     {"GONOSUMDB", "*"},
     {"GOSUMDB", "off"},
     {"GOINSECURE", "*"}});

bool is_insecure(const std::vector<std::string>& words) {
  auto has = [&words](std::string_view flag) {
    return std::find(words.begin(), words.end(), flag) != words.end();
  };
  if (words.empty()) return false;
  if (words[0] == "curl") return has("-k") || has("--insecure");
  if (words[0] == "wget") return has("--no-check-certificate");
  if (words[0] == "git") return has("http.sslVerify=false");
  return false;
}

void run(const ImageFacts& facts, CheckSink& sink) {
  for (const std::string& variable : facts.config().env) {
    for (const auto& [name, value] : kVariables) {
      if (variable == std::string(name) + "=" + std::string(value))
        sink.of_configuration(printable(variable), "ENV", std::string(name));
    }
  }
  for (const ImageStep& step : facts.steps()) {
    if (has_command(step, is_insecure)) sink.of_step(step, excerpt(step));
  }
}

}  // namespace

const ImageCheck kTlsCheckOff = {
    "tls-check-off",
    "certificates are not looked at",
    RiskLevel::High,
    "CIS-DI-0011",
    "4.11",
    "Whoever sits in between reads and changes what is fetched, at build time or "
    "whenever the container runs.",
    "Trust the right certificate instead, and leave the option or variable out",
    run,
};

}  // namespace whittle
