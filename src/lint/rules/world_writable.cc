// chmod that lets everybody write.
#include <algorithm>

#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"

namespace whittle {

extern const Rule kWorldWritable;

namespace {

// "777", "0666", "a+w", "o=rwx", "ugo+rw"; not "1777", whose sticky bit keeps others' files.
bool lets_all_write(std::string_view mode) {
  bool is_octal = !mode.empty() && std::all_of(mode.begin(), mode.end(), [](char c) {
    return c >= '0' && c <= '7';
  });
  if (is_octal) {
    bool is_sticky = mode.size() > 3 && ((mode[mode.size() - 4] - '0') & 1) != 0;
    return mode.size() >= 3 && !is_sticky && ((mode.back() - '0') & 2) != 0;
  }
  for (std::string_view part : split(mode, ',')) {
    size_t op = part.find_first_of("+=");
    if (op == part.npos) continue;
    std::string_view who = part.substr(0, op);
    bool is_all = who.find_first_of("ao") != who.npos;
    std::string_view rights = part.substr(op + 1);
    if (is_all && rights.find('w') != rights.npos && rights.find('t') == rights.npos) return true;
  }
  return false;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    for (const CommandRef& ref : *run.commands) {
      std::vector<const ShellWord*> words = unwrapped(*ref.node);
      if (command_name(words) != "chmod") continue;
      CommandWords line = read_command_words(words, 1, "--reference");
      if (line.operands.size() < 2 || !lets_all_write(text_of(*line.operands[0]))) continue;
      findings.push_back(make_finding(kWorldWritable,
                                      line.operands[0]->range,
                                      "Every user of the container may write there",
                                      "Give the files to the user who writes them"));
    }
  }
}

}  // namespace

const Rule kWorldWritable = {
    {.name = "world-writable",
     .code = "WH3306",
     .aliases = "world-writable-state-path-workaround",
     .severity = Severity::Warning,
     .summary = "Everybody may write to files of the image",
     .why = "`chmod 777` lets every user of the container change what others run, which turns any "
            "flaw into a way up. The owner who needs to write is set by `chown` or `COPY --chown`.",
     .bad = "FROM debian:bookworm\nRUN chmod -R 777 /app\n",
     .good = "FROM debian:bookworm\nRUN chown -R 10001 /app\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
