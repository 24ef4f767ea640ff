// Passwords of users.
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"

namespace whittle {

extern const Rule kPasswordSet;

namespace {

bool sets_password(const std::vector<const ShellWord*>& words) {
  std::string name = command_name(words);
  if (name == "chpasswd") return true;
  if (name == "passwd") {
    CommandWords line = read_command_words(words, 1, "-n -x -w -i");
    return line.has("-d --delete --stdin") || (line.options.empty() && words.size() > 1);
  }
  if (name == "useradd" || name == "usermod")
    return read_command_words(words, 1, "-p --password -u -g -G -d -s -c").has("-p --password");
  return false;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    for (const CommandRef& ref : *run.commands) {
      std::vector<const ShellWord*> words = unwrapped(*ref.node);
      if (!sets_password(words)) continue;
      findings.push_back(make_finding(kPasswordSet,
                                      ref.node->range,
                                      "The password is the same in every container, and everybody "
                                      "who has the image can read its hash",
                                      "Lock the account, and hand out a key at run time"));
    }
  }
}

}  // namespace

const Rule kPasswordSet = {
    {.name = "password-set",
     .code = "WH3305",
     .aliases = "CKV2_DOCKER_17 DKL-LI-0001",
     .severity = Severity::Warning,
     .summary = "A RUN sets a password",
     .why = "The password, or its hash, is in the history and in `/etc/shadow` of every copy of "
            "the image. Who needs to get into a container uses `docker exec`; who needs a login "
            "gets a key when it starts.",
     .bad = "FROM debian:bookworm\nRUN echo 'root:root' | chpasswd\n",
     .good = "FROM debian:bookworm\nRUN useradd --system app\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
