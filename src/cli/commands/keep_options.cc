#include "cli/commands/keep_options.h"

#include "base/strings.h"

namespace whittle {

namespace {

using Settings = KeepSettings;
using Row = OptionRow<KeepSettings>;

constexpr const char* kRulesFile = ".whittle-keep";
constexpr uint64_t kMaxRulesBytes = 1ULL << 20;

template <std::vector<std::string> KeepRules::*member>
Status add_rule(Settings& settings, const std::string& value) {
  if (trim(value).empty())
    return Error(ErrorKind::Usage, "the value is empty").hint("Leave the option out");
  (settings.choice.rules.*member).push_back(value);
  return {};
}

Status set_policy(Settings& settings, const std::string& value) {
  for (const SlimPolicyInfo& info : slim_policies()) {
    if (info.name == value) settings.choice.policy = info.policy;
  }
  return {};
}

}  // namespace

const std::vector<OptionRowGroup<KeepSettings>>& keep_rows() {
  static const std::vector<OptionRowGroup<KeepSettings>> groups = {
      {"What stays",
       {
           Row{{"policy",
                0,
                "POLICY",
                choice_help("What stays; balanced if not given.", slim_policies()),
                false,
                names_of(slim_policies())},
               set_policy},
           Row{{"include",
                0,
                "PATTERN",
                "Paths that stay whatever is known of them, for example 'etc/myapp/**'",
                true},
               add_rule<&KeepRules::include>},
           Row{{"exclude", 0, "PATTERN", "Paths that go whatever needs them", true},
               add_rule<&KeepRules::exclude>},
           Row{{"include-package", 0, "NAME", "A package that stays whole", true},
               add_rule<&KeepRules::packages>},
           Row{{"include-binary",
                0,
                "NAME",
                "A program that stays with all it needs, found by PATH",
                true},
               add_rule<&KeepRules::binaries>},
           Row{{"include-from",
                0,
                "FILE",
                "Rules from a file, besides .whittle-keep of this folder: a pattern a line, "
                "!PATTERN "
                "leaves out, package:NAME, binary:NAME",
                true,
                {},
                Completes::Files},
               [](Settings& settings, const std::string& value) -> Status {
                 settings.include_from.push_back(value);
                 return {};
               }},
           Row{{"keep-content",
                0,
                "",
                "Modules of nginx and Java that nothing uses stay, symbols of programs stay, "
                "and no file "
                "is compressed"},
               [](Settings& settings, const std::string& /*value*/) -> Status {
                 settings.choice.keeps_content = true;
                 return {};
               }},
           Row{{"keep-shell", 0, "", "A shell stays, so that people can look around"},
               [](Settings& settings, const std::string& /*value*/) -> Status {
                 settings.choice.rules.keeps_shell = true;
                 return {};
               }},
       }}};
  return groups;
}

Result<SlimChoice> slim_choice(KeepSettings settings, const fs::path& folder) {
  KeepRules& rules = settings.choice.rules;
  TRY(check_patterns(rules));
  for (const std::string& file : settings.include_from) {
    TRY_ASSIGN(std::string text, read_file(file, kMaxRulesBytes));
    TRY(add_rule_lines(text, file, rules));
  }
  Result<std::string> text = read_file(folder / kRulesFile, kMaxRulesBytes);
  if (text.ok()) {
    TRY(add_rule_lines(*text, kRulesFile, rules));
  } else if (text.error().kind() != ErrorKind::NotFound) {
    return std::move(text).error();
  }
  return std::move(settings.choice);
}

}  // namespace whittle
