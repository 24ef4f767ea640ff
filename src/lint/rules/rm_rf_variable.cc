// rm -rf of a path that begins with a variable.
#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/expansions.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/sh_program.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kRmRfVariable;

namespace {

constexpr std::string_view kImportant =
    "/ /bin /boot /dev /etc /home /lib /lib64 /media /mnt /opt /root /sbin /srv /usr /usr/bin "
    "/usr/lib /usr/local /usr/share /var /var/lib";

// What is left of the word behind its variable, without quotes, a `*` and a slash at the end.
bool is_important_without(const ShellWord& word, const WordExpansion& expansion) {
  std::string rest;
  for (char c : word.raw.substr(expansion.offset + expansion.text.size())) {
    if (c != '"') rest += c;
  }
  if (rest.substr(0, 1) != "/") return false;
  while (rest.size() > 1 && (rest.back() == '*' || rest.back() == '/')) rest.pop_back();
  return is_one_of(kImportant, rest);
}

bool is_always_set(const LintInput& input, const RunText& run, const WordExpansion& expansion) {
  if (!expansion.modifier.empty() || !is_alpha(expansion.name.empty() ? '0' : expansion.name[0]))
    return true;
  std::optional<std::string> value =
      input.evaluation.states[run.index].environment.find(expansion.name);
  if (value) return !value->empty();
  bool is_assigned = false;
  for_each_node(run.script->root, [&](const ShellNode& node) {
    for (const ShellAssignment& assignment : node.assignments) {
      bool is_text = assignment.value.value && !assignment.value.value->empty();
      is_assigned = is_assigned || (assignment.name == expansion.name &&
                                    (is_text || contains(assignment.value.raw, "mktemp") ||
                                     contains(assignment.value.raw, "/")));
    }
    is_assigned = is_assigned || (node.kind == ShellNodeKind::Loop && !node.words.empty() &&
                                  node.words[0].raw == expansion.name);
  });
  return is_assigned;
}

void check_command(const LintInput& input,
                   const RunText& run,
                   const CommandRef& ref,
                   std::vector<Finding>& findings) {
  std::vector<const ShellWord*> words = unwrapped(*ref.node);
  if (command_name(words) != "rm") return;
  CommandWords line = read_command_words(words, 1, "");
  if (!line.has("-r -R --recursive")) return;
  for (const ShellWord* word : line.operands) {
    std::vector<WordExpansion> expansions = expansions_of(*word);
    if (expansions.size() != 1 || expansions[0].kind != ExpansionKind::Parameter) continue;
    const WordExpansion& expansion = expansions[0];
    bool is_first = expansion.offset == 0 || (expansion.offset == 1 && word->raw[0] == '"');
    if (!is_first || !is_important_without(*word, expansion) ||
        is_always_set(input, run, expansion))
      continue;
    Finding finding = make_finding(
        kRmRfVariable,
        word->range,
        "Without a value of " + in_ticks(expansion.name) + " this deletes a folder of the system",
        "Write " + in_ticks("${" + std::string(expansion.name) + ":?}"));
    if (is_editable(input, run) && expansion.range != word->range)
      finding.fix = make_fix("End the RUN when there is no value",
                             Applicability::Unsafe,
                             {{expansion.range, "${" + std::string(expansion.name) + ":?}"}});
    findings.push_back(std::move(finding));
  }
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    for (const CommandRef& ref : *run.commands) check_command(input, run, ref, findings);
  }
}

}  // namespace

const Rule kRmRfVariable = {
    {.name = "rm-rf-variable",
     .code = "WH3210",
     .aliases = "SC2115",
     .severity = Severity::Warning,
     .summary = "`rm -rf` of a system folder when a variable is empty",
     .why = "`rm -rf \"$dir/\"*` becomes `rm -rf /*` when the variable is empty. `${dir:?}` ends "
            "the RUN instead.",
     .bad = "FROM debian:bookworm\nARG dir\nRUN rm -rf \"$dir/\"*\n",
     .good = "FROM debian:bookworm\nARG dir\nRUN rm -rf \"${dir:?}/\"*\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
