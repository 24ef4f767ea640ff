// $x without quotes, where x is not known to be one word.
#include <algorithm>
#include <set>
#include <string>

#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/expansions.h"
#include "lint/findings.h"
#include "lint/package_commands.h"
#include "lint/rules/rules.h"
#include "lint/sh_program.h"
#include "lint/single_word.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kUnquotedVariable;

namespace {

// Names that say that the value is a list.
bool is_list_name(std::string_view name) {
  std::string text = to_lower(name);
  constexpr std::string_view kParts[] = {"flag",
                                         "opt",
                                         "arg",
                                         "pkg",
                                         "package",
                                         "dep",
                                         "list",
                                         "param",
                                         "module",
                                         "ext",
                                         "files",
                                         "plugins",
                                         "libs",
                                         "names",
                                         "components"};
  return std::any_of(std::begin(kParts), std::end(kParts), [&](std::string_view part) {
    return contains(text, part);
  });
}

// Variables that the RUN fills with what may hold blanks: output of commands, names of files,
// input.
std::set<std::string> loose_variables(const RunText& run) {
  std::set<std::string> loose;
  for_each_node(run.script->root, [&](const ShellNode& node) {
    for (const ShellAssignment& assignment : node.assignments) {
      for (const WordExpansion& expansion : expansions_of(assignment.value)) {
        bool is_output = expansion.kind == ExpansionKind::Command &&
                         !writes_one_word(node, assignment.value, expansion);
        bool is_copy = expansion.kind == ExpansionKind::Parameter &&
                       loose.count(std::string(expansion.name)) > 0;
        if (is_output || is_copy) loose.insert(assignment.name);
      }
    }
    if (node.kind == ShellNodeKind::Loop && node.words.size() > 1) {
      bool has_glob =
          std::any_of(node.words.begin() + 1, node.words.end(), [](const ShellWord& word) {
            return !word.value && word.raw.find_first_of("*?[") != std::string::npos &&
                   word.raw.find_first_of("$`") == std::string::npos;
          });
      if (has_glob) loose.insert(node.words[0].raw);
    }
    if (node.command_name() == "read") {
      for (size_t i = 1; i < node.words.size(); ++i) {
        if (node.words[i].raw[0] != '-') loose.insert(node.words[i].raw);
      }
    }
  });
  std::erase_if(loose, [](const std::string& name) { return is_list_name(name); });
  return loose;
}

// Commands whose words are lists more often than not.
bool takes_lists(const ShellNode& node) {
  constexpr std::string_view kCommands =
      "apt-get apt apt-mark apk yum dnf microdnf zypper pip pip3 npm yarn gem go echo export "
      "declare local readonly typeset set eval kill docker-php-ext-install docker-php-ext-enable "
      "install_packages";
  return is_one_of(kCommands, command_name(unwrapped(node)));
}

void check_word(const LintInput& input,
                const RunText& run,
                const std::set<std::string>& loose,
                const ShellWord& word,
                std::vector<Finding>& findings) {
  for (const WordExpansion& expansion : expansions_of(word)) {
    bool is_loose = expansion.kind == ExpansionKind::Parameter && !expansion.is_quoted &&
                    expansion.modifier.empty() && loose.count(std::string(expansion.name)) > 0;
    if (!is_loose) continue;
    Finding finding = make_finding(kUnquotedVariable,
                                   expansion.range,
                                   "The value of " + in_ticks(expansion.name) +
                                       " is cut at blanks and its wildcards are expanded",
                                   "Put it between double quotes");
    finding.fix = quote_expansion(input, run, word, expansion);
    findings.push_back(std::move(finding));
  }
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    std::set<std::string> loose = loose_variables(run);
    if (loose.empty()) continue;
    for_each_node(run.script->root, [&](const ShellNode& node) {
      bool is_looked_at = node.kind == ShellNodeKind::Simple && !node.words.empty() &&
                          node.words[0].raw != "[[" && !takes_lists(node);
      if (!is_looked_at) return;
      for (size_t i = 1; i < node.words.size(); ++i)
        check_word(input, run, loose, node.words[i], findings);
    });
  }
}

}  // namespace

const Rule kUnquotedVariable = {
    {.name = "unquoted-variable",
     .code = "WH3212",
     .aliases = "SC2086",
     .severity = Severity::Info,
     .summary = "A variable without quotes that may hold blanks",
     .why = "The value is cut at blanks and its `*` and `?` are replaced by names of files. Only "
            "variables are reported that the RUN itself sets from the output of a command, from "
            "names of files or from input; what ARG, ENV and literal text hold is known, and a "
            "list of packages or flags is meant to be cut.",
     .bad = "FROM debian:bookworm\nRUN for f in *.conf; do cp $f /etc/x/; done\n",
     .good = "FROM debian:bookworm\nRUN for f in *.conf; do cp \"$f\" /etc/x/; done\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
