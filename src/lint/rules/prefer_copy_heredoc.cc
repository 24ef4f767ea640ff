// Files that a RUN writes with echo.
#include <optional>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/stages.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kPreferCopyHeredoc;

namespace {

// The RUN is one echo of literal words into a file.
const ShellNode* only_echo(const RunText& run) {
  const std::vector<ShellNode>& nodes = run.script->root.children;
  if (nodes.size() != 1 || nodes[0].kind != ShellNodeKind::Simple || !nodes[0].assignments.empty())
    return nullptr;
  const ShellNode& node = nodes[0];
  bool is_echo = node.command_name() == "echo" && node.redirects.size() == 1 &&
                 node.redirects[0].op == ">" && node.redirects[0].fd <= 1;
  return is_echo ? &node : nullptr;
}

bool is_simple_path(std::string_view path) {
  return is_absolute_path(path) && path.find_first_of(" \t\"'\\$*?[]<>,") == path.npos &&
         !path.starts_with("/dev/") && !path.starts_with("/proc/") && !path.ends_with('/');
}

// What echo writes, without its line end; nullopt where shells differ or it is not known.
std::optional<std::string> text_of_echo(const ShellNode& node) {
  std::string text;
  for (size_t i = 1; i < node.words.size(); ++i) {
    const std::optional<std::string>& value = node.words[i].value;
    bool is_plain = value && value->find_first_of("\\\n\r") == std::string::npos &&
                    (i > 1 || !value->starts_with('-'));
    if (!is_plain) return std::nullopt;
    text += (i > 1 ? " " : "") + *value;
  }
  return text;
}

std::optional<Fix> heredoc_fix(const LintInput& input, const RunText& run, const ShellNode& node) {
  std::optional<std::string> text = text_of_echo(node);
  std::string path = node.redirects[0].target.value.value_or("");
  bool is_alike = text && *text != "EOF" && is_simple_path(path) &&
                  run.instruction->flags.empty() && is_editable(input, run) &&
                  runs_as_root(input, run.index);
  if (!is_alike) return std::nullopt;
  const std::string& line_end = input.file->line_end;
  std::string copy = "COPY <<'EOF' " + path + line_end + *text + line_end + "EOF";
  return make_fix("Copy the text", Applicability::Unsafe, {{run.instruction->range, copy}});
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    const ShellNode* echo = only_echo(run);
    if (echo == nullptr || is_windows_stage(input, run.instruction->stage)) continue;
    std::optional<Fix> fix = heredoc_fix(input, run, *echo);
    if (!fix) continue;
    Finding finding = make_finding(kPreferCopyHeredoc,
                                   run.instruction->range,
                                   "A container is started to write a text that is known",
                                   "Use `COPY <<EOF PATH`");
    finding.fix = std::move(fix);
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kPreferCopyHeredoc = {
    {.name = "prefer-copy-heredoc",
     .code = "WH3705",
     .aliases = "",
     .severity = Severity::Style,
     .summary = "A RUN writes a file with echo",
     .why = "COPY takes a text as it stands in the Dockerfile: no shell is started, nothing in it "
            "has to be quoted, and it works in images without a shell. Off unless asked for.",
     .bad = "FROM debian:bookworm\nRUN echo 'color = auto' > /etc/app.conf\n",
     .good = "FROM debian:bookworm\nCOPY <<'EOF' /etc/app.conf\ncolor = auto\nEOF\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true,
     .is_opt_in = true},
    check,
};

}  // namespace whittle
