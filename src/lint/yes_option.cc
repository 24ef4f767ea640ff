#include "lint/yes_option.h"

#include <algorithm>
#include <utility>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/stages.h"

namespace whittle {

namespace {

bool is_tool_of(const YesRule& rule, const PackageCommand& command) {
  return std::find(rule.tools.begin(), rule.tools.end(), command.tool) != rule.tools.end();
}

// `yes | command`, `command <<< y`
bool has_input(const CommandRef& ref) {
  if (ref.node->op_before == ShellOp::Pipe) return true;
  return std::any_of(
      ref.node->redirects.begin(), ref.node->redirects.end(), [](const ShellRedirect& redirect) {
        return redirect.op.substr(0, 1) == "<" && redirect.op != "<&";
      });
}

bool is_yum_answered(const CommandWords& line) {
  if (line.has("-y --assumeyes --assumeno --downloadonly")) return true;
  return std::any_of(line.options.begin(), line.options.end(), [](const CommandOption& option) {
    return option.name == "--setopt" && contains(option.value, "assumeyes");
  });
}

}  // namespace

YesRule yum_yes_rule(const Rule& rule, std::vector<PackageTool> tools) {
  return {
      &rule,
      std::move(tools),
      "install reinstall localinstall groupinstall group module builddep swap update upgrade "
      "upgrade-minimal update-minimal distro-sync downgrade",
      "-c -d -e -x --config --enablerepo --disablerepo --repo --repoid --installroot --releasever "
      "--setopt --exclude",
      is_yum_answered,
      "-y",
  };
}

void check_yes(const LintInput& input, const YesRule& rule, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    for (const PackageCommand& command : package_commands(run)) {
      if (!is_tool_of(rule, command) || !is_one_of(rule.actions, command.action)) continue;
      if (has_input(*command.command)) continue;
      if (rule.is_answered(read_command_words(command.words, 1, rule.value_options))) continue;
      std::string call = command_name(command.words) + " " + command.action;
      Finding finding =
          make_finding(*rule.rule,
                       command.command->node->range,
                       in_ticks(call) + " asks for confirmation, nobody answers during a build",
                       "Add " + in_ticks(rule.option));
      if (!run.is_onbuild && is_editable_run(input, run.index)) {
        uint32_t at = rule.is_global ? command.words[0]->range.end : command.after_action();
        finding.fix = make_fix("Add " + in_ticks(rule.option),
                               Applicability::Safe,
                               {{{at, at}, " " + std::string(rule.option)}});
      }
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace whittle
