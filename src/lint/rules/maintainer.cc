// MAINTAINER is deprecated; a label says the same.
#include "base/strings.h"
#include "lint/rules/rules.h"

namespace whittle {

namespace {

// A double-quoted word of BuildKit's lexer that stands for exactly this text.
std::string quoted(std::string_view text, char escape) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '$' || c == escape) result += escape;
    result += c;
  }
  return result + "\"";
}

std::string_view without_quotes(std::string_view text) {
  bool is_quoted = text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
                   text.back() == text.front();
  return is_quoted ? text.substr(1, text.size() - 2) : text;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const Instruction& instruction : input.file->instructions) {
    if (instruction.kind != InstructionKind::Maintainer || instruction.arguments.empty()) continue;
    Finding finding;
    finding.rule = "maintainer";
    finding.severity = Severity::Warning;
    finding.range = instruction.range;
    finding.message = "`MAINTAINER` is deprecated, no tool reads the author field any more";
    finding.help = "Use `LABEL org.opencontainers.image.authors=...`";
    bool is_lower = instruction.keyword_text == to_lower(instruction.keyword_text);
    std::string label = is_lower ? "label" : "LABEL";
    label += " org.opencontainers.image.authors=";
    label += quoted(without_quotes(trim(instruction.text)), input.file->escape);
    Range whole{instruction.keyword.begin, instruction.arguments.end};
    finding.fix =
        Fix{"Replace MAINTAINER by a label", Applicability::Safe, {{whole, label}}, {}, {}};
    findings.push_back(std::move(finding));
  }
}

}  // namespace

extern const Rule kMaintainer;
const Rule kMaintainer = {
    {"maintainer",
     "WH1021",
     "DL4000 MaintainerDeprecated DS-0022 CKV_DOCKER_6 deprecated_in_1.13 DEPRECATED_MAINTAINER",
     Severity::Warning,
     "MAINTAINER is deprecated",
     "The label `org.opencontainers.image.authors` of the OCI image specification holds the same "
     "text and is shown by "
     "every tool. The fix changes the image's configuration: the label comes, the author field "
     "goes.",
     "FROM debian:bookworm\nMAINTAINER dev@example.invalid\n",
     "FROM debian:bookworm\nLABEL org.opencontainers.image.authors=\"dev@example.invalid\"\n",
     kDeclaresLabels,
     kSafeFix},
    check,
};

}  // namespace whittle
