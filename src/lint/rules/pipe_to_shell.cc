// A script that is fetched and run in one go.
#include <algorithm>

#include "lint/command_words.h"
#include "lint/downloads.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"

namespace whittle {

extern const Rule kPipeToShell;

namespace {

constexpr std::string_view kShells =
    "sh bash dash ash zsh ksh python python2 python3 perl ruby node php fish";

// A shell whose script is its input: no operand, or "-", or "-s".
bool reads_script(const ShellNode& node) {
  if (node.kind != ShellNodeKind::Simple) return false;
  std::vector<const ShellWord*> words = unwrapped(node);
  if (!is_one_of(kShells, command_name(words))) return false;
  CommandWords line = read_command_words(words, 1, "-o -O");
  if (line.has("-c -m -e -v --version")) return line.has("-s");
  return line.operands.empty() || line.has("-s") || line.operands[0]->raw == "-" ||
         line.operands[0]->raw == "/dev/stdin";
}

// A download in a substitution of `sh -c "$(...)"`, `eval`, or `sh <(...)`.
bool runs_substitution(const ShellNode& node) {
  std::vector<const ShellWord*> words = unwrapped(node);
  std::string name = command_name(words);
  bool is_runner = name == "eval" || name == "source" || name == "." || is_one_of(kShells, name);
  if (!is_runner) return false;
  return std::any_of(
      node.substitutions.begin(), node.substitutions.end(), [](const ShellNode& list) {
        return list.children.size() == 1 && is_download(list.children[0]);
      });
}

void check_list(const ShellNode& list, std::vector<Finding>& findings) {
  bool is_fed = false;
  for (const ShellNode& node : list.children) {
    if (node.op_before != ShellOp::Pipe) is_fed = false;
    bool is_script = (is_fed && reads_script(node)) || runs_substitution(node);
    if (is_script)
      findings.push_back(
          make_finding(kPipeToShell,
                       node.range,
                       "A script runs that nobody has looked at since the server sent it",
                       "Fetch it to a file, check its checksum, then run it"));
    is_fed = is_fed || is_download(node);
  }
}

void check_node(const ShellNode& node, std::vector<Finding>& findings) {
  if (node.kind == ShellNodeKind::List) check_list(node, findings);
  for (const ShellNode& child : node.children) check_node(child, findings);
  for (const ShellNode& list : node.substitutions) check_node(list, findings);
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) check_node(run.script->root, findings);
}

}  // namespace

const Rule kPipeToShell = {
    {.name = "pipe-to-shell",
     .code = "WH3106",
     .aliases = "",
     .severity = Severity::Warning,
     .summary = "A script from the network runs as it comes",
     .why = "What `curl ... | sh` runs is whatever the server sends on the day of the build: "
            "nobody has read it, and a connection that breaks runs half of it. A file with a "
            "checksum, or a package, is the same tomorrow.",
     .bad = "FROM debian:bookworm\nRUN curl -fsSL https://example.com/install.sh | sh\n",
     .good = "FROM debian:bookworm\nADD "
             "--checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d "
             "https://example.com/install.sh /tmp/\nRUN sh /tmp/install.sh\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
