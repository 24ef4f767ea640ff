#include "lint/suppress.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr size_t kMaxIds = 1'000;  // of one comment; more are left out

constexpr std::array<std::string_view, 22> kChecks = {
    "StageNameCasing",
    "FromAsCasing",
    "ConsistentInstructionCasing",
    "NoEmptyContinuation",
    "DuplicateStageName",
    "ReservedStageName",
    "JSONArgsRecommended",
    "MaintainerDeprecated",
    "LegacyKeyValueFormat",
    "UndefinedArgInFrom",
    "InvalidDefaultArgInFrom",
    "UndefinedVar",
    "WorkdirRelativePath",
    "MultipleInstructionsDisallowed",
    "InvalidBaseImagePlatform",
    "RedundantTargetPlatform",
    "FromPlatformFlagConstDisallowed",
    "SecretsUsedInArgOrEnv",
    "CopyIgnoredFile",
    "ExposeProtoCasing",
    "ExposeInvalidFormat",
    "InvalidDefinitionDescription",
};

// What a comment reaches.
enum class Reach { Next, Stage, File };

// A comment, cut into its parts; nothing of the file is known yet.
struct Pragma {
  SuppressionTool tool;
  Reach reach = Reach::Next;
  std::vector<std::string> ids;
  std::string reason;
  bool is_for_all = false;                 // dockerfile-utils names no ids
  std::vector<std::string> expiries = {};  // of trivy's ids, one each; "" for none
};

bool is_id_char(char c) {
  return is_alpha(c) || is_digit(c) || c == '-' || c == '_' || c == '/' || c == '.' || c == '*';
}

bool take(std::string_view& text, std::string_view word) {
  if (!equals_ignoring_case(text.substr(0, word.size()), word)) return false;
  text.remove_prefix(word.size());
  return true;
}

// "word" and the blanks behind it.
bool take_word(std::string_view& text, std::string_view word) {
  std::string_view rest = text;
  if (!take(rest, word)) return false;
  if (!rest.empty() && (is_alpha(rest[0]) || is_digit(rest[0]))) return false;
  text = trim_left(rest);
  return true;
}

std::string take_id(std::string_view& text) {
  size_t size = 0;
  while (size < text.size() && is_id_char(text[size])) ++size;
  // "--" begins a reason.
  if (size_t dashes = text.substr(0, size).find("--"); dashes != std::string_view::npos) {
    size = dashes;
  }
  std::string id(text.substr(0, size));
  text.remove_prefix(size);
  return id;
}

// "= A , B" with blanks where one likes.
std::vector<std::string> take_ids(std::string_view& text) {
  std::vector<std::string> ids;
  text = trim_left(text);
  if (!take(text, "=")) return ids;
  while (true) {
    text = trim_left(text);
    std::string id = take_id(text);
    if (id.empty()) break;
    if (ids.size() < kMaxIds) ids.push_back(std::move(id));
    std::string_view rest = trim_left(text);
    if (!take(rest, ",")) break;
    text = rest;
  }
  return ids;
}

// What is left behind the ids, without the sign that introduces it.
std::string reason_of(std::string_view text) {
  text = trim(text);
  for (std::string_view sign : {"--", "//", "#", ";reason=", "; reason=", ":", ";", "-"}) {
    if (text.substr(0, sign.size()) == sign) {
      text.remove_prefix(sign.size());
      break;
    }
  }
  return std::string(trim(text));
}

std::optional<Pragma> finished(Pragma pragma, std::string_view rest) {
  if (pragma.ids.empty() && !pragma.is_for_all) return std::nullopt;
  pragma.reason = reason_of(rest);
  return pragma;
}

// "[global|stage] ignore=A,B"
std::optional<Pragma> parse_ignore(SuppressionTool tool, std::string_view text) {
  Pragma pragma{tool, Reach::Next, {}, "", false};
  if (take_word(text, "global")) {
    pragma.reach = Reach::File;
  } else if (take_word(text, "stage")) {
    pragma.reach = Reach::Stage;
  }
  if (!take(text, "ignore")) return std::nullopt;
  pragma.ids = take_ids(text);
  return finished(std::move(pragma), text);
}

std::optional<Pragma> parse_whittle(std::string_view text) {
  text = trim_left(text);
  if (take(text, ":")) text = trim_left(text);
  Pragma pragma{SuppressionTool::Whittle, Reach::Next, {}, "", false};
  if (!take(text, "ignore")) return std::nullopt;
  if (take(text, "-file")) {
    pragma.reach = Reach::File;
  } else if (take(text, "-stage")) {
    pragma.reach = Reach::Stage;
  }
  pragma.ids = take_ids(text);
  return finished(std::move(pragma), text);
}

// "skip=ID:reason": checkov takes it for the whole file.
std::optional<Pragma> parse_checkov(std::string_view text) {
  Pragma pragma{SuppressionTool::Checkov, Reach::File, {}, "", false};
  if (!take(text, ":")) return std::nullopt;
  text = trim_left(text);
  if (!take(text, "skip")) return std::nullopt;
  pragma.ids = take_ids(text);
  return finished(std::move(pragma), text);
}

// "2026-11-21" of ":exp:2026-11-21"; "" for anything else.
std::string_view expiry_of(std::string_view text) {
  constexpr size_t kDateSize = 10;
  size_t at = text.find(":exp:");
  if (at == text.npos) return "";
  std::string_view date = text.substr(at + 5);
  bool is_date = date.size() == kDateSize;
  for (size_t i = 0; is_date && i < kDateSize; ++i)
    is_date = i == 4 || i == 7 ? date[i] == '-' : is_digit(date[i]);
  return is_date ? date : "";
}

// ":ignore:ID[:exp:DATE] [trivy:ignore:ID ...]"
std::optional<Pragma> parse_trivy(std::string_view text) {
  Pragma pragma{SuppressionTool::Trivy, Reach::Next, {}, "", false};
  do {
    if (!take(text, ":ignore:")) break;
    std::string id = take_id(text);
    if (!id.empty() && pragma.ids.size() < kMaxIds) pragma.ids.push_back(std::move(id));
    size_t size = 0;
    while (size < text.size() && !is_space(text[size])) ++size;
    pragma.expiries.resize(pragma.ids.size());
    if (!pragma.expiries.empty()) pragma.expiries.back() = expiry_of(text.substr(0, size));
    text = trim_left(text.substr(size));
  } while (take(text, "trivy"));
  return finished(std::move(pragma), text);
}

std::optional<Pragma> parse_dockerfile_utils(std::string_view text) {
  if (!take(text, ":")) return std::nullopt;
  text = trim_left(text);
  if (!take_word(text, "ignore")) return std::nullopt;
  return finished({SuppressionTool::DockerfileUtils, Reach::Next, {}, "", true}, text);
}

// "skip=A,B;error=true" behind "check=".
std::optional<Pragma> parse_check(std::string_view value, Reach reach) {
  Pragma pragma{SuppressionTool::Buildkit, reach, {}, "", false};
  std::string_view reason;
  size_t slashes = value.find("//");
  if (slashes != std::string_view::npos) {
    reason = value.substr(slashes);
    value = value.substr(0, slashes);
  }
  for (std::string_view part : split(value, ';')) {
    part = trim(part);
    if (!take(part, "skip")) continue;
    for (std::string& id : take_ids(part)) pragma.ids.push_back(std::move(id));
  }
  return finished(std::move(pragma), reason);
}

// `text` begins at the '#'.
std::optional<Pragma> parse_pragma(std::string_view text) {
  if (text.empty() || text[0] != '#') return std::nullopt;
  text = trim(text.substr(1));
  // hadolint heeds its own name in lower case only.
  bool is_hadolint = text.starts_with("hadolint");
  if (is_hadolint && take_word(text, "hadolint"))
    return parse_ignore(SuppressionTool::Hadolint, text);
  if (take_word(text, "tally")) return parse_ignore(SuppressionTool::Tally, text);
  if (take(text, "whittle")) return parse_whittle(text);
  if (take(text, "checkov")) return parse_checkov(text);
  if (take(text, "trivy")) return parse_trivy(text);
  if (take(text, "dockerfile-utils")) return parse_dockerfile_utils(text);
  if (take(text, "check")) {
    text = trim_left(text);
    if (take(text, "=")) return parse_check(trim_left(text), Reach::Next);
  }
  return std::nullopt;
}

// hadolint reports these at the later of several instructions, whittle at the one that counts for
// nothing: the comment speaks of the stage.
bool is_about_stage(std::string_view id) {
  return id == "DL3012" || id == "DL4003" || id == "DL4004";
}

// Puts pragmas to their places in one file.
class Places {
 public:
  Places(const Dockerfile& file, const RulesOfId& rules_of) : file_(file), rules_of_(rules_of) {}

  Suppression place(const Pragma& pragma, Range comment) const {
    Suppression result;
    result.tool = pragma.tool;
    result.comment = trimmed(comment);
    result.lines = lines_of(comment);
    result.reason = pragma.reason;
    for (const std::string& id : pragma.ids) result.ids.push_back(resolve(id, pragma.tool));
    for (size_t i = 0; i < pragma.expiries.size(); ++i) result.ids[i].expires = pragma.expiries[i];
    if (pragma.is_for_all) result.ids.push_back({"", {}, true, false, ""});
    reach(pragma, result);
    return result;
  }

 private:
  SuppressedId resolve(const std::string& text, SuppressionTool tool) const {
    SuppressedId id;
    id.text = text;
    bool is_all = equals_ignoring_case(text, "all") || text == "*";
    if (is_all && tool == SuppressionTool::Buildkit) {
      for (std::string_view check : kChecks) add_rules(check, id);
    } else if (is_all) {
      id.is_all = true;
    } else {
      add_rules(normal_rule_id(text), id);
    }
    return id;
  }

  void add_rules(std::string_view name, SuppressedId& id) const {
    for (std::string& rule : rules_of_(name)) id.rules.insert(std::move(rule));
  }

  void reach(const Pragma& pragma, Suppression& result) const {
    if (pragma.reach == Reach::File) {
      result.covers_file = true;
      return;
    }
    if (const Instruction* around = instruction_around(result.comment.begin)) {
      result.overlapped = next_line(*around, result.comment.end);
      return;
    }
    const Instruction* next = instruction_below(result.lines.end);
    if (next == nullptr) return;
    if (pragma.reach == Reach::Stage) {
      reach_stage(*next, result);
      return;
    }
    result.targets.push_back(next->range);
    bool is_wide = std::any_of(pragma.ids.begin(), pragma.ids.end(), [](const std::string& id) {
      return is_about_stage(id);
    });
    if (is_wide) reach_stage_of(*next, result);
  }

  // Directly above FROM: all of its stage but the FROM itself.
  void reach_stage(const Instruction& from, Suppression& result) const {
    if (from.kind != InstructionKind::From || from.stage >= file_.stages.size()) return;
    const Stage& stage = file_.stages[from.stage];
    for (uint32_t i = stage.from + 1; i < stage.end; ++i) {
      result.targets.push_back(file_.instructions[i].range);
    }
  }

  void reach_stage_of(const Instruction& instruction, Suppression& result) const {
    if (instruction.stage >= file_.stages.size()) return;
    const Stage& stage = file_.stages[instruction.stage];
    for (uint32_t i = stage.from; i < stage.end; ++i) {
      if (file_.instructions[i].kind == instruction.kind)
        result.targets.push_back(file_.instructions[i].range);
    }
  }

  const Instruction* instruction_around(uint32_t offset) const {
    auto after =
        std::upper_bound(file_.instructions.begin(),
                         file_.instructions.end(),
                         offset,
                         [](uint32_t at, const Instruction& one) { return at < one.range.begin; });
    if (after == file_.instructions.begin()) return nullptr;
    const Instruction& candidate = *(after - 1);
    return offset < candidate.range.end ? &candidate : nullptr;
  }

  // The instruction that begins in the first line at or behind `offset` that is no comment; null if
  // that line is empty.
  const Instruction* instruction_below(uint32_t offset) const {
    uint32_t line = file_.lines.line_of(offset);
    std::string_view source = file_.source;
    while (offset < source.size()) {
      uint32_t end = file_.lines.line_begin(line + 1);
      std::string_view text = trim(source.substr(offset, end - offset));
      if (text.empty()) return nullptr;
      if (text[0] != '#') break;
      offset = end;
      ++line;
    }
    auto found =
        std::lower_bound(file_.instructions.begin(),
                         file_.instructions.end(),
                         offset,
                         [](const Instruction& one, uint32_t at) { return one.range.begin < at; });
    return found == file_.instructions.end() ? nullptr : &*found;
  }

  // The line behind the comment that holds a part of the instruction.
  Range next_line(const Instruction& instruction, uint32_t offset) const {
    uint32_t line = file_.lines.line_of(offset) + 1;
    std::string_view source = file_.source;
    while (true) {
      uint32_t begin = file_.lines.line_begin(line);
      uint32_t end = file_.lines.line_begin(line + 1);
      if (begin >= instruction.range.end || begin == end) return {};
      std::string_view text = trim(source.substr(begin, end - begin));
      if (!text.empty() && text[0] != '#') {
        uint32_t skipped = static_cast<uint32_t>(text.data() - source.data());
        return {skipped, skipped + static_cast<uint32_t>(text.size())};
      }
      ++line;
    }
  }

  Range trimmed(Range range) const {
    std::string_view text = trim(file_.text(range));
    if (text.empty()) return range;
    uint32_t begin = static_cast<uint32_t>(text.data() - file_.source.data());
    return {begin, begin + static_cast<uint32_t>(text.size())};
  }

  Range lines_of(Range comment) const {
    uint32_t line = file_.lines.line_of(comment.begin);
    return {file_.lines.line_begin(line), file_.lines.line_begin(line + 1)};
  }

  const Dockerfile& file_;
  const RulesOfId& rules_of_;
};

bool is_error_true(std::string_view value) {
  for (std::string_view part : split(value, ';')) {
    if (equals_ignoring_case(trim(part), "error=true")) return true;
  }
  return false;
}

bool begins_in(const Finding& finding, Range target) {
  return target.begin <= finding.range.begin &&
         (finding.range.begin < target.end || target.begin == finding.range.begin);
}

// "shell=NAME" of hadolint; "" for other comments.
std::string_view shell_pragma(std::string_view text) {
  if (text.empty() || text[0] != '#') return "";
  text = trim(text.substr(1));
  if (!take_word(text, "hadolint") || !take_word(text, "shell") || !take(text, "=")) return "";
  return trim(text);
}

}  // namespace

std::string normal_rule_id(std::string_view id) {
  id = trim(id);
  if (size_t slash = id.rfind('/'); slash != std::string_view::npos) id.remove_prefix(slash + 1);
  if (equals_ignoring_case(id.substr(0, 4), "AVD-")) id.remove_prefix(4);
  bool is_trivy = equals_ignoring_case(id.substr(0, 2), "DS");
  std::string_view digits = is_trivy ? id.substr(2) : "";
  if (!digits.empty() && digits[0] == '-') digits.remove_prefix(1);
  bool is_number = !digits.empty() && digits.size() <= 4 && parse_u64(digits).has_value();
  if (!is_number) return std::string(id);
  return "DS-" + std::string(4 - digits.size(), '0') + std::string(digits);
}

bool is_shellcheck_id(std::string_view id) {
  return id.size() == 6 && equals_ignoring_case(id.substr(0, 2), "SC") &&
         std::all_of(id.begin() + 2, id.end(), is_digit);
}

bool is_buildkit_check(std::string_view id) {
  return std::any_of(kChecks.begin(), kChecks.end(), [&](std::string_view check) {
    return equals_ignoring_case(check, id);
  });
}

Suppressions find_suppressions(const Dockerfile& file, const RulesOfId& rules_of) {
  Suppressions result;
  Places places(file, rules_of);
  for (const Token& token : file.tokens) {
    if (token.kind != TokenKind::Comment && token.kind != TokenKind::Directive) continue;
    auto directive = std::find_if(
        file.directives.begin(), file.directives.end(), [&](const Directive& candidate) {
          return token.kind == TokenKind::Directive && token.range.overlaps(candidate.range);
        });
    std::optional<Pragma> pragma;
    if (directive == file.directives.end()) {
      pragma = parse_pragma(trim(file.text(token.range)));
    } else if (directive->key == "check") {
      pragma = parse_check(directive->value, Reach::File);
      result.are_checks_errors = result.are_checks_errors || is_error_true(directive->value);
    }
    if (pragma) result.list.push_back(places.place(*pragma, token.range));
  }
  return result;
}

bool suppresses(const Suppression& suppression, const SuppressedId& id, const Finding& finding) {
  bool is_named = id.is_all || id.rules.count(finding.rule) > 0 ||
                  (is_shellcheck_id(finding.rule) && id.rules.count("shellcheck") > 0);
  if (!is_named) return false;
  if (suppression.covers_file) return true;
  bool is_about_context = finding.range == Range{};
  if (is_about_context) return false;
  if (!suppression.overlapped.empty() && suppression.overlapped.overlaps(finding.range))
    return true;
  return std::any_of(suppression.targets.begin(), suppression.targets.end(), [&](Range target) {
    return begins_in(finding, target);
  });
}

void apply_shell_pragmas(const Dockerfile& file, Evaluation& evaluation) {
  struct Change {
    uint32_t at;
    std::vector<std::string> shell;
  };

  std::vector<Change> changes;
  for (const Token& token : file.tokens) {
    if (token.kind != TokenKind::Comment) continue;
    std::string_view value = shell_pragma(trim(file.text(token.range)));
    if (value.empty()) continue;
    Change change{token.range.begin, {}};
    for (std::string_view word : split_blanks(value)) change.shell.emplace_back(word);
    if (change.shell.size() == 1) change.shell.emplace_back("-c");
    changes.push_back(std::move(change));
  }
  if (changes.empty()) return;
  uint32_t first_from = file.stages.empty() ? static_cast<uint32_t>(file.source.size())
                                            : file.instructions[file.stages[0].from].range.begin;
  const std::vector<std::string>* fallback = nullptr;
  const std::vector<std::string>* current = nullptr;
  size_t next = 0;
  for (size_t i = 0; i < file.instructions.size() && i < evaluation.states.size(); ++i) {
    const Instruction& instruction = file.instructions[i];
    if (instruction.kind == InstructionKind::From) current = fallback;
    for (; next < changes.size() && changes[next].at < instruction.range.begin; ++next) {
      current = &changes[next].shell;
      if (changes[next].at < first_from) fallback = current;
    }
    if (current != nullptr) evaluation.states[i].shell = *current;
    if (instruction.kind == InstructionKind::Shell) current = nullptr;
  }
}

}  // namespace whittle
