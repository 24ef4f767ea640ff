#include "lint/pins.h"

#include <algorithm>

#include "base/strings.h"
#include "lint/findings.h"

namespace whittle {

namespace {

constexpr size_t kNamesShown = 3;

bool is_pinned_word(const LintInput& input,
                    const PinRule& rule,
                    const RunText& run,
                    const ShellWord& word) {
  std::optional<std::string> known = known_text(input, run, word);
  if (!known) return is_only_expansion(word) || rule.is_pinned(word.raw);
  // Between quotes a word may be empty; the tool refuses it.
  if (word.is_quoted) return known->empty() || rule.is_pinned(*known);
  std::vector<std::string_view> packages = split_blanks(*known);
  return std::all_of(packages.begin(), packages.end(), [&](std::string_view package) {
    return package[0] == '-' || rule.is_pinned(package);
  });
}

std::vector<const ShellWord*> unpinned(const LintInput& input,
                                       const PinRule& rule,
                                       const RunText& run,
                                       const PackageCommand& command) {
  std::vector<const ShellWord*> all = command.words;
  // Behind "--" gem has options of the compiler.
  if (command.tool == PackageTool::Gem) {
    auto dashes = std::find_if(
        all.begin(), all.end(), [](const ShellWord* word) { return word->value == "--"; });
    all.erase(dashes, all.end());
  }
  CommandWords line = read_command_words(all, command.action_at + 1, rule.value_options);
  // Behind the package of `go run` stand the program's arguments.
  if (command.action == "run" && line.operands.size() > 1) line.operands.resize(1);
  if (rule.is_exempt != nullptr && rule.is_exempt(command, line)) return {};
  std::vector<const ShellWord*> words;
  for (const ShellWord* word : line.operands) {
    if (!is_pinned_word(input, rule, run, *word)) words.push_back(word);
  }
  return words;
}

std::string names_of(const std::vector<const ShellWord*>& words) {
  std::string text;
  for (size_t i = 0; i < words.size() && i < kNamesShown; ++i) {
    text += (i == 0 ? "" : ", ") + in_ticks(text_of(*words[i]));
  }
  if (words.size() > kNamesShown)
    text += " and " + std::to_string(words.size() - kNamesShown) + " more";
  return text;
}

}  // namespace

void check_pins(const LintInput& input, const PinRule& rule, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    for (const PackageCommand& command : package_commands(run)) {
      bool is_tool =
          std::find(rule.tools.begin(), rule.tools.end(), command.tool) != rule.tools.end();
      if (!is_tool || !is_one_of(rule.actions, command.action)) continue;
      std::vector<const ShellWord*> words = unpinned(input, rule, run, command);
      if (words.empty()) continue;
      Finding finding = make_finding(*rule.rule,
                                     words.front()->range,
                                     names_of(words) + (words.size() == 1 ? " has" : " have") +
                                         " no version, each build may install another one",
                                     "Write " + std::string(rule.form));
      finding.evidence.push_back({"packages", std::to_string(words.size())});
      findings.push_back(std::move(finding));
    }
  }
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool is_path_or_url(std::string_view text) {
  return contains(text, "/") || text == "." || text == ".." || text.substr(0, 2) == ".[";
}

bool has_dashed_version(std::string_view text) {
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '-' && (is_digit(text[i + 1]) || text[i + 1] == '$')) return true;
  }
  return false;
}

}  // namespace whittle
