#include "formatter/proof.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "formatter/package_lists.h"
#include "plan/guard.h"

namespace whittle {

namespace {

std::vector<std::string_view> comments_of(const Dockerfile& file) {
  std::vector<std::string_view> comments;
  for (const Token& token : file.tokens) {
    if (token.kind == TokenKind::Comment) comments.push_back(trim(file.text(token.range)));
  }
  return comments;
}

bool have_equal_directives(const Dockerfile& a, const Dockerfile& b) {
  return a.escape == b.escape && std::equal(a.directives.begin(),
                                            a.directives.end(),
                                            b.directives.begin(),
                                            b.directives.end(),
                                            [](const Directive& x, const Directive& y) {
                                              return x.key == y.key && x.value == y.value;
                                            });
}

// Problems may go (empty lines in continuations), none may come.
bool has_new_problem(const Dockerfile& before, const Dockerfile& after) {
  std::set<std::pair<ProblemKind, std::string_view>> known;
  for (const ParseProblem& problem : before.problems) known.emplace(problem.kind, problem.message);
  return std::any_of(
      after.problems.begin(), after.problems.end(), [&](const ParseProblem& problem) {
        return !known.contains({problem.kind, problem.message});
      });
}

bool have_equal_flags(const Instruction& a, const Instruction& b) {
  return std::equal(a.flags.begin(),
                    a.flags.end(),
                    b.flags.begin(),
                    b.flags.end(),
                    [](const Flag& x, const Flag& y) {
                      return x.name == y.name && x.value == y.value && x.has_value == y.has_value;
                    });
}

bool have_equal_heredocs(const Instruction& a, const Instruction& b) {
  return std::equal(a.heredocs.begin(),
                    a.heredocs.end(),
                    b.heredocs.begin(),
                    b.heredocs.end(),
                    [](const Heredoc& x, const Heredoc& y) {
                      return x.name == y.name && x.content == y.content && x.fd == y.fd &&
                             x.expand == y.expand && x.strip_tabs == y.strip_tabs;
                    });
}

bool have_equal_pairs(const Instruction& a, const Instruction& b) {
  return std::equal(
      a.pairs.begin(),
      a.pairs.end(),
      b.pairs.begin(),
      b.pairs.end(),
      [](const KeyValue& x, const KeyValue& y) { return x.key == y.key && x.value == y.value; });
}

bool have_equal_words(const Instruction& a, const Instruction& b) {
  return std::equal(a.words.begin(),
                    a.words.end(),
                    b.words.begin(),
                    b.words.end(),
                    [&](const Word& x, const Word& y) {
                      bool is_as = a.kind == InstructionKind::From && &x == a.words.data() + 1;
                      return x.text == y.text || (is_as && equals_ignoring_case(x.text, y.text));
                    });
}

// "ENV a b" may become "ENV a=b": what they come to is compared by their evaluation.
bool have_equal_texts(const Instruction& a, const Instruction& b) {
  if (a.form == ArgumentForm::LegacyKeyValue && b.form == ArgumentForm::KeyValue) {
    return a.pairs.size() == 1 && b.pairs.size() == 1 && a.pairs[0].key == b.pairs[0].key;
  }
  if (a.form != b.form) return false;
  switch (a.form) {
    case ArgumentForm::Words:
    case ArgumentForm::Json:
      return have_equal_words(a, b);
    case ArgumentForm::KeyValue:
    case ArgumentForm::LegacyKeyValue:
      return have_equal_pairs(a, b);
    case ArgumentForm::Shell:
      // The commands of RUN are compared by their evaluation, other texts are stored as they are.
      return a.kind == InstructionKind::Run || a.text == b.text;
    case ArgumentForm::None:
      return a.text == b.text;
  }
  return false;
}

std::string structure_difference(const Dockerfile& before, const Dockerfile& after) {
  if (!have_equal_directives(before, after)) return "the directives";
  if (has_new_problem(before, after)) return "a problem";
  if (comments_of(before) != comments_of(after)) return "the comments";
  if (before.instructions.size() != after.instructions.size()) return "the instructions";
  for (size_t i = 0; i < before.instructions.size(); ++i) {
    const Instruction& a = before.instructions[i];
    const Instruction& b = after.instructions[i];
    bool is_equal = a.kind == b.kind && a.stage == b.stage && have_equal_flags(a, b) &&
                    have_equal_heredocs(a, b) && have_equal_texts(a, b);
    if (!is_equal) return "line " + std::to_string(a.first_line);
  }
  return "";
}

std::vector<std::string> raw_words(const ShellNode& node) {
  std::vector<std::string> words;
  for (const ShellWord& word : node.words) words.push_back(word.raw);
  return words;
}

// Words that are not listed packages, in order.
std::vector<std::string> unlisted_words(const LintInput& input,
                                        size_t index,
                                        const ShellNode& node) {
  std::vector<std::string> words = raw_words(node);
  for (const PackageCommand& command : package_commands(input, index)) {
    if (command.command->node != &node) continue;
    words.resize(words.size() - listed_packages(command).size());
  }
  return words;
}

std::string command_difference(const LintInput& a, const LintInput& b, size_t index) {
  if (a.commands[index].size() != b.commands[index].size()) return "the commands";
  for (size_t i = 0; i < a.commands[index].size(); ++i) {
    const ShellNode& x = *a.commands[index][i].node;
    const ShellNode& y = *b.commands[index][i].node;
    std::vector<std::string> before = raw_words(x);
    std::vector<std::string> after = raw_words(y);
    if (before == after) continue;
    if (unlisted_words(a, index, x) != unlisted_words(b, index, y)) return "a command";
    std::sort(before.begin(), before.end());
    std::sort(after.begin(), after.end());
    if (before != after) return "the packages of a command";
  }
  return "";
}

}  // namespace

std::string layout_difference(const Dockerfile& before,
                              const Dockerfile& after,
                              const Limits& limits) {
  std::string difference = structure_difference(before, after);
  if (difference.empty()) {
    difference = first_difference(before, after, kDeclaresNothing, {}, limits);
  }
  // The guard lets commands and words be added: none may be missing the other way round.
  if (difference.empty()) {
    difference = first_difference(after, before, kDeclaresNothing, {}, limits);
  }
  return difference;
}

std::string order_difference(const Dockerfile& before,
                             const Dockerfile& after,
                             const Limits& limits) {
  std::string difference = structure_difference(before, after);
  if (!difference.empty()) return difference;
  LintInput a = make_lint_input(before, {}, limits);
  LintInput b = make_lint_input(after, {}, limits);
  for (size_t i = 0; i < before.instructions.size(); ++i) {
    std::string line = "line " + std::to_string(before.instructions[i].first_line) + ": ";
    difference = command_difference(a, b, i);
    if (!difference.empty()) return line + difference;
  }
  return "";
}

}  // namespace whittle
