// Installs of Composer, Bundler, Poetry, uv and Pipenv with the packages for development.
#include <algorithm>
#include <array>

#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/stages.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kDevDependencyGroups;

namespace {

struct Installer {
  std::string_view program;
  std::string_view action;
  std::string_view options;    // that leave the packages out, or ask for them
  std::string_view variables;  // that do the same
  std::string_view option;     // that the fix adds; "" where there is none
};

// Source: the documentation of each of them.
constexpr std::array<Installer, 5> kInstallers = {{
    {"composer", "install", "--no-dev --dev", "COMPOSER_NO_DEV", " --no-dev"},
    {"poetry",
     "install",
     "--no-dev --only --without --with --only-root --all-groups",
     "POETRY_WITHOUT",
     " --only main"},
    {"uv",
     "sync",
     "--no-dev --no-default-groups --only-group --group --no-group --dev --all-groups --only-dev",
     "UV_NO_DEV UV_NO_DEFAULT_GROUPS",
     " --no-dev"},
    {"pipenv", "install", "--dev -d --deploy --system", "", ""},
    {"bundle", "install", "--without --with", "BUNDLE_WITHOUT", ""},
}};

const Installer* installer_of(const std::vector<const ShellWord*>& words) {
  std::string name = command_name(words);
  for (const Installer& installer : kInstallers) {
    if (installer.program == name && words.size() > 1 && words[1]->value == installer.action)
      return &installer;
  }
  return nullptr;
}

// Pipenv leaves them out unless it is asked for them.
bool is_answered(const LintInput& input,
                 const RunText& run,
                 const Installer& installer,
                 const std::vector<const ShellWord*>& words) {
  CommandWords line = read_command_words(words, 2, "");
  if (installer.program == "pipenv") return !line.has("--dev -d");
  if (line.has(installer.options)) return true;
  for (std::string_view variable : split_blanks(installer.variables)) {
    if (input.evaluation.states[run.index].environment.find(variable) ||
        contains(run.instruction->text, variable))
      return true;
  }
  // `bundle config set without` of any RUN.
  return installer.program == "bundle" && contains(input.file->source, "without");
}

bool is_for_development(const LintInput& input, uint32_t stage) {
  std::string name = to_lower(input.file->stages[stage].name);
  return contains(name, "dev") || contains(name, "test") || contains(name, "lint") ||
         contains(name, "ci");
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    uint32_t stage = run.instruction->stage;
    if (!is_in_final_chain(input, stage) || is_for_development(input, stage) ||
        is_for_development(input, static_cast<uint32_t>(input.file->stages.size() - 1)))
      continue;
    for (const CommandRef& ref : *run.commands) {
      std::vector<const ShellWord*> words = unwrapped(*ref.node);
      const Installer* installer = words.empty() ? nullptr : installer_of(words);
      if (installer == nullptr || is_answered(input, run, *installer, words)) continue;
      Finding finding = make_finding(
          kDevDependencyGroups,
          ref.node->range,
          in_ticks(std::string(installer->program) + " " + std::string(installer->action)) +
              " installs the packages for development too",
          installer->option.empty()
              ? "Leave the groups for development out"
              : "Add" + std::string(" `") + std::string(installer->option.substr(1)) + "`");
      if (!installer->option.empty() && is_editable(input, run))
        finding.fix = make_fix("Leave them out",
                               Applicability::Unsafe,
                               {insert_at(words[1]->range.end, std::string(installer->option))});
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

const Rule kDevDependencyGroups = {
    {.name = "dev-dependency-groups",
     .code = "WH3609",
     .aliases = "",
     .severity = Severity::Info,
     .summary = "Packages for development are installed into the image",
     .why = "Test runners, linters and their dependencies are installed beside what the program "
            "needs, unless the package manager is told to leave them out. Silent in stages that "
            "end in no image, and in those whose name says that they are for development or tests.",
     .bad = "FROM php:8.3-cli\nRUN composer install\n",
     .good = "FROM php:8.3-cli\nRUN composer install --no-dev\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
