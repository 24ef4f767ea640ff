// A COPY of what the ignore file keeps out.
#include <algorithm>

#include "base/strings.h"
#include "lint/context_sources.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kCopyIgnoredFile;

namespace {

bool is_everything(std::string_view pattern) {
  return pattern == "*" || pattern == "**" || pattern == "**/*";
}

// The pattern that keeps the source out; null if none does.
const IgnorePattern* pattern_for(const BuildContext& context,
                                 const IgnoreMatcher& matcher,
                                 const std::string& path) {
  if (path.empty()) {
    auto found = std::find_if(
        context.patterns.begin(), context.patterns.end(), [](const IgnorePattern& pattern) {
          return is_everything(pattern.text);
        });
    return found == context.patterns.end() ? nullptr : &*found;
  }
  int index = matcher.is_ignored(path) ? matcher.deciding_pattern(path) : -1;
  return index < 0 ? nullptr : &context.patterns[static_cast<size_t>(index)];
}

bool is_local(std::string_view source) {
  return !contains(source, "://") && source.substr(0, 4) != "git@";
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  if (input.context == nullptr) return;
  const std::vector<IgnorePattern>& patterns = input.context->patterns;
  bool has_exception = std::any_of(patterns.begin(),
                                   patterns.end(),
                                   [](const IgnorePattern& pattern) { return pattern.is_negated; });
  if (patterns.empty() || has_exception) return;
  Result<IgnoreMatcher> matcher = IgnoreMatcher::make(patterns);
  if (!matcher.ok()) return;
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    for (const CopySource& source : copy_sources(input, i)) {
      if (!source.is_resolved || !is_local(source.path)) continue;
      const IgnorePattern* pattern = pattern_for(*input.context, *matcher, source_path(source));
      if (pattern == nullptr) continue;
      Finding finding =
          make_finding(kCopyIgnoredFile,
                       source.range,
                       in_ticks(source.path) + " is kept out of the build by the line " +
                           in_ticks(pattern->text) + " of the ignore file",
                       "Delete the line or add " + in_ticks("!" + source_path(source)));
      finding.evidence.push_back({"pattern", pattern->text});
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

const Rule kCopyIgnoredFile = {
    {.name = "copy-ignored-file",
     .code = "WH2108",
     .aliases = "CopyIgnoredFile",
     .severity = Severity::Warning,
     .summary = "COPY of a file that .dockerignore excludes",
     .why = "The file never reaches the builder, so that the COPY fails or, for a folder or a "
            "pattern, copies less than it says. Not judged when the ignore file lets paths in "
            "again by `!`.",
     .bad = "FROM debian:bookworm\nCOPY ignored.txt /\n",
     .good = "FROM debian:bookworm\nCOPY app.conf /\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
