// npm and Yarn that take any certificate.
#include <utility>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/unwanted_options.h"
#include "lint/unwanted_variables.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kTlsNpm;

namespace {

constexpr std::string_view kKey = "strict-ssl";

// The settings `KEY VALUE`, `KEY=VALUE` and `--key=value` of a command.
bool switches_off(const std::vector<const ShellWord*>& words) {
  for (size_t i = 1; i < words.size(); ++i) {
    std::string text = to_lower(text_of(*words[i]));
    while (!text.empty() && text[0] == '-') text.erase(0, 1);
    size_t equals = text.find('=');
    if (text.substr(0, equals) != kKey) continue;
    if (equals != std::string::npos) return is_off_value(std::string_view(text).substr(equals + 1));
    return i + 1 < words.size() && is_off_value(text_of(*words[i + 1]));
  }
  return false;
}

void check_commands(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    for (const CommandRef& ref : *run.commands) {
      std::vector<const ShellWord*> words = unwrapped(*ref.node);
      if (words.size() < 2 || !is_one_of("npm yarn pnpm", command_name(words)) ||
          !switches_off(words))
        continue;
      Finding finding = make_finding(kTlsNpm,
                                     ref.node->range,
                                     "The command makes the package manager accept any certificate",
                                     "Name the authority of the server instead");
      bool is_setting = is_one_of("config set", text_of(*words[1]));
      std::optional<Edit> edit;
      if (is_setting) edit = drop_command(input, run, ref);
      if (edit)
        finding.fix = make_fix("Drop the setting", Applicability::Unsafe, {std::move(*edit)});
      findings.push_back(std::move(finding));
    }
  }
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  check_unwanted_variable(
      input,
      {&kTlsNpm, "NPM_CONFIG_STRICT_SSL", is_off_value, "makes npm accept any certificate", true},
      findings);
  check_commands(input, findings);
}

}  // namespace

const Rule kTlsNpm = {
    {.name = "tls-npm",
     .code = "WH3009",
     .aliases = "CKV2_DOCKER_12 CKV2_DOCKER_13",
     .severity = Severity::Warning,
     .summary = "npm or Yarn does not check certificates",
     .why = "With `strict-ssl` off, anybody between the build and the registry decides which "
            "packages are installed. An own authority is named by `cafile`.",
     .bad = "FROM node:22\nRUN npm config set strict-ssl false && npm ci\n",
     .good = "FROM node:22\nRUN npm config set cafile /etc/ssl/ca.pem && npm ci\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
