// Values that change with every build, in front of installs.
#include <algorithm>
#include <set>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/package_commands.h"
#include "lint/rules/rules.h"
#include "lint/run_edits.h"
#include "lint/stages.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kArgTooEarly;

namespace {

// A commit, a date, a number of a build: by the words of the name.
bool is_volatile_name(std::string_view name) {
  static const std::set<std::string> kWords = {"sha",
                                               "sha1",
                                               "commit",
                                               "revision",
                                               "rev",
                                               "date",
                                               "timestamp",
                                               "buildtime",
                                               "buildnumber",
                                               "datetime",
                                               "cachebust",
                                               "nonce"};
  std::string lower = to_lower(name);
  std::vector<std::string_view> words = split(lower, '_');
  bool has_word = std::any_of(words.begin(), words.end(), [](std::string_view word) {
    return kWords.count(std::string(word)) > 0;
  });
  return has_word || lower == "vcs_ref" || lower == "git_ref" || lower == "build_number" ||
         lower == "build_id" || lower == "build_time" || lower == "cache_bust";
}

bool is_costly(const LintInput& input, size_t index) {
  std::vector<PackageCommand> commands = package_commands(input, index);
  return std::any_of(commands.begin(), commands.end(), [](const PackageCommand& command) {
    return is_install(command) || command.action == "ci";
  });
}

struct Way {
  std::optional<size_t> costly;  // the first install before the use
  std::optional<size_t> use;     // the first instruction that names it; nullopt: none in its stage
};

Way way_to_use(const LintInput& input, size_t index, const std::string& name) {
  Way way;
  for (size_t i = index + 1; i < input.file->stages[input.file->instructions[index].stage].end;
       ++i) {
    const Instruction& instruction = input.file->instructions[i];
    if (mentions_variable(input.file->text(instruction.range), name)) {
      way.use = i;
      return way;
    }
    if (!way.costly && instruction.kind == InstructionKind::Run && is_costly(input, i))
      way.costly = i;
  }
  return way;
}

// The whole line in front of the instruction that uses it.
std::optional<Fix> move_fix(const LintInput& input, size_t index, const Way& way) {
  const Dockerfile& file = *input.file;
  const Instruction& arg = file.instructions[index];
  if (!way.use || arg.pairs.size() != 1 || !arg.comments.empty()) return std::nullopt;
  const Instruction& use = file.instructions[*way.use];
  uint32_t begin = file.lines.line_begin(use.first_line);
  return make_fix("Move it to where it is used",
                  Applicability::Unsafe,
                  {delete_instruction(file, arg),
                   insert_at(begin, std::string(file.text(arg.range)) + file.line_end)});
}

bool is_volatile(const Instruction& instruction,
                 const KeyValue& pair,
                 const std::set<std::string>& names) {
  if (instruction.kind == InstructionKind::Arg) {
    // A fixed value is a pin that somebody changes on purpose.
    bool is_pin = pair.has_value && pair.value != "\"\"" && pair.value != "unknown" &&
                  pair.value != "dev" && !pair.value.empty();
    return !is_pin && is_volatile_name(pair.key);
  }
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return mentions_variable(pair.value, name);
  });
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  std::set<std::string> names;
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    const Instruction& instruction = input.file->instructions[i];
    bool is_setting =
        instruction.kind == InstructionKind::Arg || instruction.kind == InstructionKind::Env;
    if (instruction.kind == InstructionKind::From) names.clear();
    if (!is_setting || instruction.stage == Instruction::kNoStage) continue;
    for (const KeyValue& pair : instruction.pairs) {
      if (!is_volatile(instruction, pair, names)) continue;
      names.insert(pair.key);
      Way way = way_to_use(input, i, pair.key);
      if (!way.costly) continue;
      uint32_t line = input.file->instructions[*way.costly].first_line;
      Finding finding =
          make_finding(kArgTooEarly,
                       pair.range,
                       in_ticks(pair.key) + " changes with every build, and the install of line " +
                           std::to_string(line) + " runs again each time",
                       "Move it to where it is used");
      finding.fix = move_fix(input, i, way);
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

const Rule kArgTooEarly = {
    {.name = "arg-too-early",
     .code = "WH3308",
     .aliases = "",
     .severity = Severity::Warning,
     .summary = "A value that changes with every build stands in front of an install",
     .why = "A commit, a date or a build number is another one each time: the builder then finds "
            "nothing in its cache from the ARG or ENV on, and installs the packages again. Behind "
            "the install, right where it is used, it costs nothing.",
     .bad = "FROM debian:bookworm\nARG GIT_COMMIT\nRUN apt-get update && apt-get install -y "
            "curl\nLABEL revision=$GIT_COMMIT\n",
     .good = "FROM debian:bookworm\nRUN apt-get update && apt-get install -y curl\nARG "
             "GIT_COMMIT\nLABEL revision=$GIT_COMMIT\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
