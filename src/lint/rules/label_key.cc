// Label keys that break the conventions.
#include <algorithm>
#include <array>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/labels.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kLabelKey;

namespace {

constexpr std::array<std::string_view, 3> kReserved = {
    "com.docker.", "io.docker.", "org.dockerproject."};

bool is_key_char(char c) {
  return (c >= 'a' && c <= 'z') || is_digit(c) || c == '.' || c == '-' || c == '_' || c == '/';
}

// "" if nothing is.
std::string_view whats_wrong(std::string_view key) {
  if (key.empty()) return "is empty";
  for (std::string_view prefix : kReserved) {
    if (key.substr(0, prefix.size()) == prefix) return "begins with a prefix that is Docker's own";
  }
  if (!std::all_of(key.begin(), key.end(), is_key_char))
    return "holds more than lower-case letters, digits and `.-_/`";
  bool begins_well = key.front() >= 'a' && key.front() <= 'z';
  bool ends_well = (key.back() >= 'a' && key.back() <= 'z') || is_digit(key.back());
  if (!begins_well) return "does not begin with a letter";
  if (!ends_well) return "does not end with a letter or digit";
  if (contains(key, "..") || contains(key, "--")) return "has two separators in a row";
  return "";
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const LabelPlace& label : labels_of(input)) {
    if (!label.key) continue;
    std::string_view wrong = whats_wrong(*label.key);
    if (wrong.empty()) continue;
    Finding finding = make_finding(kLabelKey,
                                   label.pair->key_range,
                                   in_ticks(*label.key) + " " + std::string(wrong),
                                   "Write it as `com.example.key`");
    std::string lower = to_lower(*label.key);
    bool is_plain = input.file->text(label.pair->key_range) == *label.key;
    if (is_plain && !label.is_onbuild && whats_wrong(lower).empty()) {
      finding.fix = make_fix(
          "Write it in lower case", Applicability::Unsafe, {{label.pair->key_range, lower}});
    }
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kLabelKey = {
    {.name = "label-key",
     .code = "WH2401",
     .aliases = "DL3048 label_invalid valid-key",
     .severity = Severity::Style,
     .summary = "A label's key is not well formed",
     .why =
         "Docker's conventions: a key is made of lower-case letters, digits and single `.`, `-`, "
         "begins with a letter and ends with a letter or digit, and begins with a reversed domain "
         "of its author; `com.docker.`, `io.docker.` and `org.dockerproject.` are Docker's own.",
     .bad = "FROM debian:bookworm\nLABEL Maintainer=me\n",
     .good = "FROM debian:bookworm\nLABEL com.example.maintainer=me\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
