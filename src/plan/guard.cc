#include "plan/guard.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/strings.h"
#include "dockerfile/edit.h"
#include "dockerfile/expand.h"
#include "dockerfile/parser.h"
#include "lint/rules/rules.h"
#include "lint/signal_names.h"

namespace whittle {

namespace {

using Args = std::vector<std::pair<std::string, std::string>>;

std::string expanded(const std::string& text, char escape, const Environment& environment) {
  Result<Expansion> expansion =
      expand_word(text, escape, [&](std::string_view name) { return environment.find(name); });
  return expansion.ok() ? expansion->text : text;
}

// What a stage's instructions come to, as texts that can be compared.
struct StageFacts {
  std::map<std::string, std::string> settings;  // "CMD" -> normal form
  std::map<std::string, std::string> labels;
  std::vector<std::string> copies;
  std::vector<std::vector<std::string>> commands;  // of all RUN, words as written
};

std::string words_of(const Instruction& instruction, char escape, const Environment& environment) {
  std::string text = instruction.form == ArgumentForm::Json ? "json" : "text";
  for (const Word& word : instruction.words)
    text += '\x1f' + expanded(word.text, escape, environment);
  if (instruction.words.empty()) text += '\x1f' + expanded(instruction.text, escape, environment);
  return text;
}

std::string flags_of(const Instruction& instruction) {
  std::string text;
  for (const Flag& flag : instruction.flags) {
    // Stages are found by their names in lower case.
    std::string value = flag.name == "from" ? to_lower(flag.value) : flag.value;
    text += "--" + flag.name + "=" + value + '\x1f';
  }
  return text;
}

void add_commands(const ShellScript& script, const Instruction& run, StageFacts& facts) {
  std::vector<CommandRef> commands = simple_commands(script);
  std::string flags = flags_of(run);
  if (!script.complete || commands.empty()) {
    facts.commands.push_back({flags, run.text});
    return;
  }
  for (const CommandRef& ref : commands) {
    std::vector<std::string> words = {flags};
    for (const ShellAssignment& assignment : ref.node->assignments) {
      words.push_back(assignment.name + "=" + assignment.value.raw);
    }
    for (const ShellWord& word : ref.node->words) words.push_back(word.raw);
    for (const ShellRedirect& redirect : ref.node->redirects)
      words.push_back(redirect.op + redirect.target.raw);
    facts.commands.push_back(std::move(words));
  }
}

void add_instruction(const Dockerfile& file,
                     const Instruction& instruction,
                     const InstructionState& state,
                     const Limits& limits,
                     StageFacts& facts) {
  const Environment& environment = state.environment;
  std::string keyword(keyword_of(instruction.kind));
  switch (instruction.kind) {
    case InstructionKind::Cmd:
    case InstructionKind::Entrypoint:
      facts.settings[keyword] = words_of(instruction, file.escape, environment);
      break;
    case InstructionKind::Stopsignal:
      facts.settings[keyword] =
          canonical_signal(expanded(instruction.text, file.escape, environment));
      break;
    case InstructionKind::Healthcheck:
      facts.settings[keyword] =
          flags_of(instruction) + words_of(instruction, file.escape, environment);
      break;
    case InstructionKind::Expose:
      for (const Word& word : instruction.words) {
        // A host's address and port are dropped, protocols are stored in lower case.
        std::string port = to_lower(expanded(word.text, file.escape, environment));
        facts.settings[keyword + " " + port.substr(port.rfind(':') + 1)] = "";
      }
      break;
    case InstructionKind::Volume:
      for (const Word& word : instruction.words) {
        facts.settings[keyword + " " + expanded(word.text, file.escape, environment)] = "";
      }
      break;
    case InstructionKind::Onbuild:
      facts.settings[keyword] += instruction.text + '\x1e';
      break;
    case InstructionKind::Label:
      for (const KeyValue& pair : instruction.pairs) {
        facts.labels[expanded(pair.key, file.escape, environment)] =
            expanded(pair.value, file.escape, environment);
      }
      break;
    case InstructionKind::Add:
    case InstructionKind::Copy:
      facts.copies.push_back(keyword + " " + flags_of(instruction) +
                             words_of(instruction, file.escape, environment));
      break;
    case InstructionKind::Run:
      add_commands(parse_run(file, instruction, state.shell, limits), instruction, facts);
      break;
    default:
      break;
  }
}

StageFacts facts_of(const Dockerfile& file,
                    const Evaluation& evaluation,
                    const Stage& stage,
                    const Limits& limits) {
  StageFacts facts;
  for (uint32_t i = stage.from + 1; i < stage.end; ++i) {
    add_instruction(file, file.instructions[i], evaluation.states[i], limits, facts);
  }
  return facts;
}

std::string state_difference(const InstructionState& a, const InstructionState& b) {
  std::multiset<std::pair<std::string, std::string>> args_a(a.environment.args.begin(),
                                                            a.environment.args.end());
  std::multiset<std::pair<std::string, std::string>> args_b(b.environment.args.begin(),
                                                            b.environment.args.end());
  if (a.environment.env != b.environment.env) return "the environment";
  if (args_a != args_b) return "the build arguments";
  if (a.working_dir != b.working_dir) return "the working directory";
  if (a.user != b.user) return "the user";
  if (a.shell != b.shell) return "the shell";
  return "";
}

// Words of `wanted` stand in `words` in this order, others may stand between them.
bool holds_words(const std::vector<std::string>& words, const std::vector<std::string>& wanted) {
  size_t at = 0;
  for (const std::string& word : words) {
    if (at < wanted.size() && word == wanted[at]) ++at;
  }
  return at == wanted.size();
}

// The command in the form in which what may change does not show.
std::vector<std::string> comparable(std::vector<std::string> words, uint32_t declares) {
  if ((declares & kDeclaresBlanks) != 0) {
    for (std::string& word : words) std::erase_if(word, is_blank);
  }
  if ((declares & kDeclaresWordOrder) != 0) std::sort(words.begin(), words.end());
  return words;
}

bool holds_commands(const StageFacts& after, const StageFacts& before, uint32_t declares) {
  size_t at = 0;
  for (const std::vector<std::string>& command : after.commands) {
    if (at < before.commands.size() &&
        holds_words(comparable(command, declares), comparable(before.commands[at], declares)))
      ++at;
  }
  return at == before.commands.size();
}

// Without the flags that set rights.
std::string without_rights(std::string copy) {
  for (std::string_view flag : {"--chmod=", "--chown="}) {
    size_t begin = copy.find(flag);
    if (begin == std::string::npos) continue;
    copy.erase(begin, copy.find('\x1f', begin) + 1 - begin);
  }
  return copy;
}

std::string as_copy(const std::string& text) {
  return text.substr(0, 4) == "ADD " ? "COPY" + text.substr(3) : text;
}

std::string without_slash(std::string text) {
  if (text.size() > 1 && text.back() == '/') text.pop_back();
  return text;
}

std::string copies_difference(const StageFacts& before,
                              const StageFacts& after,
                              uint32_t declares) {
  if ((declares & kDeclaresCopies) != 0) {
    // What was copied is still copied; more may be.
    std::multiset<std::string> left(after.copies.begin(), after.copies.end());
    for (const std::string& copy : before.copies) {
      auto found = left.find(copy);
      if (found == left.end()) return "the copied files";
      left.erase(found);
    }
    return "";
  }
  if (before.copies.size() != after.copies.size()) return "the copied files";
  for (size_t i = 0; i < before.copies.size(); ++i) {
    bool is_equal = before.copies[i] == after.copies[i];
    bool is_declared =
        (declares & kDeclaresAddKind) != 0 && as_copy(before.copies[i]) == as_copy(after.copies[i]);
    is_declared =
        is_declared || ((declares & kDeclaresCopyTarget) != 0 &&
                        without_slash(before.copies[i]) == without_slash(after.copies[i]));
    is_declared = is_declared || ((declares & kDeclaresCopyRights) != 0 &&
                                  before.copies[i] == without_rights(after.copies[i]));
    if (!is_equal && !is_declared) return "the copied files";
  }
  return "";
}

std::string facts_difference(const StageFacts& before, const StageFacts& after, uint32_t declares) {
  if (before.settings != after.settings) return "the image's configuration";
  bool may_add_labels = (declares & kDeclaresLabels) != 0;
  if (!may_add_labels && before.labels != after.labels) return "the labels";
  for (const auto& [key, value] : before.labels) {
    auto found = after.labels.find(key);
    if (found == after.labels.end()) return "the labels";
    if (found->second != value && !may_add_labels) return "the labels";
  }
  std::string difference = copies_difference(before, after, declares);
  if (!difference.empty()) return difference;
  if ((declares & kDeclaresCommands) == 0 && !holds_commands(after, before, declares))
    return "the commands of RUN";
  return "";
}

bool have_equal_bases(const Evaluation& a, const Evaluation& b) {
  if (a.parent_stage != b.parent_stage || a.stage_bases.size() != b.stage_bases.size())
    return false;
  for (size_t i = 0; i < a.stage_bases.size(); ++i) {
    bool is_stage = a.parent_stage[i] >= 0;
    bool is_equal = is_stage || a.stage_bases[i] == b.stage_bases[i];
    if (!is_equal) return false;
  }
  return true;
}

size_t error_count(const Dockerfile& file) {
  return static_cast<size_t>(
      std::count_if(file.problems.begin(), file.problems.end(), [](const ParseProblem& problem) {
        return problem.kind == ProblemKind::Error;
      }));
}

uint32_t declares_of(const Finding& finding) {
  const Rule* rule = find_rule(finding.rule);
  return rule ? rule->info.declares : static_cast<uint32_t>(kDeclaresNothing);
}

}  // namespace

std::string first_difference(const Dockerfile& before,
                             const Dockerfile& after,
                             uint32_t declares,
                             const Args& build_args,
                             const Limits& limits) {
  if (before.stages.size() != after.stages.size()) return "the stages";
  Evaluation a = evaluate(before, build_args);
  Evaluation b = evaluate(after, build_args);
  if (!have_equal_bases(a, b)) return "the base images";
  for (size_t i = 0; i < before.stages.size(); ++i) {
    if (before.stages[i].name != after.stages[i].name) return "the stages";
    std::string difference = state_difference(a.final_states[i], b.final_states[i]);
    if (difference.empty()) {
      difference = facts_difference(facts_of(before, a, before.stages[i], limits),
                                    facts_of(after, b, after.stages[i], limits),
                                    declares);
    }
    if (!difference.empty()) return difference;
  }
  return "";
}

bool is_fix_sound(const Dockerfile& file,
                  const Finding& finding,
                  const Args& build_args,
                  const Limits& limits) {
  if (finding.fix->edits.empty()) return true;
  Result<EditedText> edited = apply_edits(file.source, finding.fix->edits);
  if (!edited.ok()) return false;
  Result<Dockerfile> parsed = parse_dockerfile(std::move(edited->text), file.name, limits);
  if (!parsed.ok() || error_count(*parsed) > error_count(file)) return false;
  if (finding.fix->applicability != Applicability::Safe) return true;
  return first_difference(file, *parsed, declares_of(finding), build_args, limits).empty();
}

}  // namespace whittle
