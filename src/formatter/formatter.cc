#include "formatter/formatter.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "dockerfile/edit.h"
#include "dockerfile/parser.h"
#include "formatter/layout.h"
#include "formatter/package_lists.h"
#include "formatter/proof.h"
#include "lint/rules/rules.h"

namespace whittle {

namespace {

// Each pass can make room for the next one; two do for all files we have met.
constexpr int kMaxPasses = 8;

Result<Dockerfile> parse(std::string source, const Limits& limits) {
  return parse_dockerfile(std::move(source), "Dockerfile", limits);
}

// `ENV a b` as `ENV a=b`: the rule of that name knows how and when.
std::vector<Edit> key_value_edits(const LintInput& input) {
  std::vector<Finding> findings;
  find_rule("legacy-key-value")->check(input, findings);
  std::vector<Edit> edits;
  for (const Finding& finding : findings) {
    if (!finding.fix || finding.fix->applicability != Applicability::Safe) continue;
    const std::vector<Edit>& fix = finding.fix->edits;
    // Between the key and the value there may be comments.
    bool is_on_line = std::none_of(fix.begin(), fix.end(), [&](const Edit& edit) {
      return contains(input.file->text(edit.range), "\n");
    });
    if (is_on_line) edits.insert(edits.end(), fix.begin(), fix.end());
  }
  return edits;
}

// The edits of the first step that has some.
std::vector<Edit> next_edits(const LintInput& input, const FormatOptions& options) {
  std::vector<Edit> edits = key_value_edits(input);
  if (edits.empty()) edits = layout_edits(input, options);
  if (edits.empty()) edits = list_edits(input, options);
  return edits;
}

Result<Dockerfile> edited(const Dockerfile& file,
                          const std::vector<Edit>& edits,
                          const Limits& limits) {
  TRY_ASSIGN(EditedText text, apply_edits(file.source, edits));
  return parse(std::move(text.text), limits);
}

// The file with its layout; nullopt if no end is found.
Result<std::optional<Dockerfile>> laid_out(const Dockerfile& file,
                                           const FormatOptions& options,
                                           const Limits& limits) {
  Dockerfile current = file;
  for (int pass = 0; pass < kMaxPasses; ++pass) {
    std::vector<Edit> edits = next_edits(make_lint_input(current, {}, limits), options);
    if (edits.empty()) return std::optional<Dockerfile>(std::move(current));
    TRY_ASSIGN(current, edited(current, edits, limits));
    if (current.has_errors()) break;
  }
  return std::optional<Dockerfile>();
}

std::string first_error(const Dockerfile& file) {
  for (const ParseProblem& problem : file.problems) {
    if (problem.kind != ProblemKind::Error) continue;
    return "line " + std::to_string(file.lines.line_of(problem.range.begin)) + ": " +
           problem.message;
  }
  return "";
}

// `file` with its packages in order, if nothing else changes by it; else as it is.
Result<Dockerfile> sorted(Dockerfile file, const FormatOptions& options, const Limits& limits) {
  std::vector<Edit> edits = sort_edits(make_lint_input(file, {}, limits));
  if (edits.empty()) return file;
  TRY_ASSIGN(Dockerfile after, edited(file, edits, limits));
  if (!order_difference(file, after, limits).empty()) return file;
  LintInput input = make_lint_input(after, {}, limits);
  bool is_done = next_edits(input, options).empty() && sort_edits(input).empty();
  return is_done ? std::move(after) : std::move(file);
}

}  // namespace

Result<Formatted> format_dockerfile(const std::string& source,
                                    const FormatOptions& options,
                                    const Limits& limits) {
  TRY_ASSIGN(Dockerfile file, parse(source, limits));
  if (file.has_errors()) return Formatted{source, first_error(file)};
  TRY_ASSIGN(std::optional<Dockerfile> after, laid_out(file, options, limits));
  if (!after) return Formatted{source, "no layout was found that stays as it is"};
  std::string difference = layout_difference(file, *after, limits);
  if (!difference.empty()) {
    return Formatted{source, "formatting might change something: " + difference};
  }
  if (options.sorts_packages) {
    TRY_ASSIGN(*after, sorted(std::move(*after), options, limits));
  }
  return Formatted{std::move(after->source), ""};
}

}  // namespace whittle
