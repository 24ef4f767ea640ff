#include "dockerfile/flags.h"

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "dockerfile/flags_values.h"
#include "dockerfile/lexer_rune.h"
#include "dockerfile/parser_internal.h"

namespace whittle {

namespace {

constexpr std::array kFromFlags = {FlagSpec{"platform", FlagType::Text}};
constexpr std::array kAddFlags = {
    FlagSpec{"chown", FlagType::Text},
    FlagSpec{"chmod", FlagType::Text},
    FlagSpec{"link", FlagType::Bool},
    FlagSpec{"keep-git-dir", FlagType::Bool},
    FlagSpec{"checksum", FlagType::Text},
    FlagSpec{"unpack", FlagType::Bool},
    FlagSpec{"exclude", FlagType::List},
};
constexpr std::array kCopyFlags = {
    FlagSpec{"from", FlagType::Text},
    FlagSpec{"chown", FlagType::Text},
    FlagSpec{"chmod", FlagType::Text},
    FlagSpec{"link", FlagType::Bool},
    FlagSpec{"parents", FlagType::Bool},
    FlagSpec{"exclude", FlagType::List},
};
constexpr std::array kRunFlags = {
    FlagSpec{"mount", FlagType::List},
    FlagSpec{"network", FlagType::Text},
    FlagSpec{"security", FlagType::Text},
    FlagSpec{"device", FlagType::List},
};
constexpr std::array kHealthcheckFlags = {
    FlagSpec{"interval", FlagType::Text},
    FlagSpec{"timeout", FlagType::Text},
    FlagSpec{"start-period", FlagType::Text},
    FlagSpec{"start-interval", FlagType::Text},
    FlagSpec{"retries", FlagType::Text},
};

// Cuts the flags out of a text, byte by byte; a backslash escapes whatever the escape directive
// says.
class FlagScanner {
 public:
  explicit FlagScanner(std::string_view text) : text_(text) {}

  FlagSplit run() {
    FlagSplit split;
    while (true) {
      at_ += leading_space(text_.substr(at_));
      split.rest = offset();
      if (text_.substr(at_, 2) != "--") return split;
      FlagText flag = word();
      if (flag.text == "--") {
        split.terminator_begin = flag.begin;
        split.terminator_end = flag.end;
        split.rest = offset();
        return split;
      }
      split.flags.push_back(std::move(flag));
    }
  }

 private:
  uint32_t offset() const { return static_cast<uint32_t>(at_); }

  FlagText word() {
    FlagText flag{offset(), 0, 0, ""};
    char quote = 0;
    bool has_value = false;
    while (at_ < text_.size()) {
      Rune rune = rune_at(text_, at_);
      char c = text_[at_];
      if (quote == 0 && is_unicode_space(rune.value)) break;
      bool is_quote = quote == 0 ? (c == '\'' || c == '"') : c == quote;
      if (is_quote) {
        quote = quote == 0 ? c : '\0';
        ++at_;
        continue;
      }
      if (c == '\\' && ++at_ >= text_.size()) break;
      std::string_view taken = text_.substr(at_, rune_at(text_, at_).size);
      flag.text += taken;
      at_ += taken.size();
      if (!has_value && taken == "=") {
        flag.value_begin = offset();
        has_value = true;
      }
    }
    flag.end = offset();
    if (!has_value) flag.value_begin = flag.end;
    return flag;
  }

  std::string_view text_;
  size_t at_ = 0;
};

std::string nearest_flag(std::string_view name, std::span<const FlagSpec> known) {
  std::string_view best;
  size_t best_distance = 3;
  for (const FlagSpec& spec : known) {
    if (name.size() > spec.name.size() + best_distance) continue;
    size_t distance = edit_distance(name, spec.name);
    if (distance < best_distance) {
      best = spec.name;
      best_distance = distance;
    }
  }
  return best.empty() ? "" : ", did you mean `--" + std::string(best) + "`";
}

// "" if the flag is right by its type.
std::string type_problem(const Flag& flag, FlagType type) {
  std::string name = "`--" + flag.name + "`";
  if (type != FlagType::Bool) return flag.has_value ? "" : name + " has no value";
  if (!flag.has_value) return "";
  if (flag.value.empty()) return name + " has an empty value";
  bool is_bool =
      equals_ignoring_case(flag.value, "true") || equals_ignoring_case(flag.value, "false");
  return is_bool ? "" : name + " takes `true` or `false`, not `" + printable(flag.value) + "`";
}

std::string unknown_flag(const Instruction& instruction, const Flag& flag) {
  return std::string(keyword_of(instruction.kind)) + " has no flag `--" + printable(flag.name) +
         "`" + nearest_flag(flag.name, known_flags(instruction.kind));
}

}  // namespace

FlagSplit split_flags(std::string_view text) {
  return FlagScanner(text).run();
}

std::span<const FlagSpec> known_flags(InstructionKind kind) {
  switch (kind) {
    case InstructionKind::From:
      return kFromFlags;
    case InstructionKind::Add:
      return kAddFlags;
    case InstructionKind::Copy:
      return kCopyFlags;
    case InstructionKind::Run:
      return kRunFlags;
    case InstructionKind::Healthcheck:
      return kHealthcheckFlags;
    default:
      return {};
  }
}

void check_flags(const Instruction& instruction, std::vector<ParseProblem>& problems) {
  auto known = known_flags(instruction.kind);
  std::vector<bool> is_seen(known.size());
  for (const Flag& flag : instruction.flags) {
    auto spec = std::find_if(known.begin(), known.end(), [&](const FlagSpec& candidate) {
      return candidate.name == flag.name;
    });
    std::string problem;
    if (spec == known.end()) {
      problem = unknown_flag(instruction, flag);
    } else {
      auto index = static_cast<size_t>(spec - known.begin());
      bool is_repeated = is_seen[index] && spec->type != FlagType::List;
      is_seen[index] = true;
      problem =
          is_repeated ? "`--" + flag.name + "` is given twice" : type_problem(flag, spec->type);
      if (problem.empty()) problem = flag_value_problem(instruction.kind, flag);
    }
    if (problem.empty()) continue;
    add_problem(problems, ProblemKind::Error, flag.range, std::move(problem));
  }
}

}  // namespace whittle
