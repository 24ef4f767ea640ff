// Xdebug in an image that runs.
#include <algorithm>

#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/stages.h"

namespace whittle {

extern const Rule kPhpXdebug;

namespace {

bool installs(const std::vector<const ShellWord*>& words) {
  return is_one_of(
             "docker-php-ext-enable docker-php-ext-install install-php-extensions pecl pie "
             "phpenmod",
             command_name(words)) ||
         (is_one_of("apt apt-get apk yum dnf microdnf", command_name(words)) &&
          std::any_of(words.begin(), words.end(), [](const ShellWord* word) {
            return is_one_of("install add", text_of(*word));
          }));
}

// "xdebug", "xdebug-3.4.0", "php8.3-xdebug", "php83-pecl-xdebug".
bool is_xdebug(std::string_view word) {
  size_t at = word.find("xdebug");
  return at != word.npos && word.find_first_of("/=$", 0) == word.npos &&
         (at == 0 || word[at - 1] == '-');
}

bool is_for_development(std::string_view name) {
  return contains(name, "dev") || contains(name, "test") || contains(name, "debug") ||
         contains(name, "ci");
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  if (input.file->stages.empty() || is_for_development(input.file->stages.back().name)) return;
  for (const RunText& run : run_texts(input)) {
    uint32_t stage = run.instruction->stage;
    if (!is_in_final_chain(input, stage) || is_for_development(input.file->stages[stage].name))
      continue;
    for (const CommandRef& ref : *run.commands) {
      std::vector<const ShellWord*> words = unwrapped(*ref.node);
      if (ref.is_conditional || words.empty() || !installs(words)) continue;
      auto word = std::find_if(words.begin() + 1, words.end(), [](const ShellWord* one) {
        return is_xdebug(text_of(*one));
      });
      if (word == words.end()) continue;
      findings.push_back(make_finding(kPhpXdebug,
                                      (*word)->range,
                                      "Xdebug slows every request down, and lets whoever reaches "
                                      "it run code",
                                      "Install it in a stage for development"));
    }
  }
}

}  // namespace

const Rule kPhpXdebug = {
    {.name = "php-xdebug",
     .code = "WH3709",
     .aliases = "no-xdebug-in-final-image",
     .severity = Severity::Warning,
     .summary = "Xdebug is installed into the image that runs",
     .why = "Also when no debugger is attached, Xdebug hooks into every call; with a mode that is "
            "switched on by a cookie it hands the program to whoever sends one. Silent in stages "
            "whose name says that they are for development or tests, and under a condition.",
     .bad = "FROM php:8.3-fpm\nRUN pecl install xdebug && docker-php-ext-enable xdebug\n",
     .good =
         "FROM php:8.3-fpm AS dev\nRUN pecl install xdebug && docker-php-ext-enable xdebug\nFROM "
         "php:8.3-fpm\nRUN docker-php-ext-install opcache\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
