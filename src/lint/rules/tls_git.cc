// Git that takes any certificate.
#include <utility>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/unwanted_options.h"
#include "lint/unwanted_variables.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kTlsGit;

namespace {

constexpr std::string_view kKey = "http.sslverify";

bool is_on(std::string_view value) {
  return !value.empty() && !is_off_value(value);
}

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
      if (words.size() < 2 || !is_one_of("git", command_name(words)) || !switches_off(words))
        continue;
      Finding finding = make_finding(kTlsGit,
                                     ref.node->range,
                                     "The command makes Git accept any certificate",
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
      input, {&kTlsGit, "GIT_SSL_NO_VERIFY", is_on, "makes Git accept any certificate"}, findings);
  check_commands(input, findings);
}

}  // namespace

const Rule kTlsGit = {
    {.name = "tls-git",
     .code = "WH3010",
     .aliases = "CKV2_DOCKER_14",
     .severity = Severity::Warning,
     .summary = "Git does not check certificates",
     .why = "Without a check of the certificate anybody between the build and the server decides "
            "which sources are cloned. An own authority is named by `http.sslCAInfo`.",
     .bad = "FROM debian:bookworm\nRUN git config --global http.sslVerify false && git clone "
            "https://example.com/x\n",
     .good = "FROM debian:bookworm\nRUN git clone https://example.com/x\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
