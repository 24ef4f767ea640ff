#include "lint/unwanted_settings.h"

#include <optional>
#include <string>
#include <utility>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/unwanted_options.h"
#include "lint/unwanted_variables.h"
#include "lint/word_edits.h"

namespace whittle {

namespace {

// The settings `KEY VALUE`, `KEY=VALUE` and `--key=value` of a command.
bool switches_off(const std::vector<const ShellWord*>& words, std::string_view key) {
  for (size_t i = 1; i < words.size(); ++i) {
    std::string text = to_lower(text_of(*words[i]));
    while (!text.empty() && text[0] == '-') text.erase(0, 1);
    size_t equals = text.find('=');
    if (text.substr(0, equals) != key) continue;
    if (equals != std::string::npos) return is_off_value(std::string_view(text).substr(equals + 1));
    return i + 1 < words.size() && is_off_value(text_of(*words[i + 1]));
  }
  return false;
}

}  // namespace

void check_setting_off(const LintInput& input,
                       const UnwantedSetting& setting,
                       std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    for (const CommandRef& ref : *run.commands) {
      std::vector<const ShellWord*> words = unwrapped(*ref.node);
      if (words.size() < 2 || !is_one_of(setting.programs, command_name(words)) ||
          !switches_off(words, setting.key))
        continue;
      Finding finding = make_finding(*setting.rule,
                                     ref.node->range,
                                     std::string(setting.message),
                                     "Name the authority of the server instead");
      std::optional<Edit> edit;
      if (is_one_of("config set", text_of(*words[1]))) edit = drop_command(input, run, ref);
      if (edit)
        finding.fix = make_fix("Drop the setting", Applicability::Unsafe, {std::move(*edit)});
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace whittle
