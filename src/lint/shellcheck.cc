#include "lint/shellcheck.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

#include "base/strings.h"
#include "base/subprocess.h"
#include "lint/command_words.h"
#include "lint/run_texts.h"
#include "lint/stages.h"

namespace whittle {

namespace {

using Json = nlohmann::json;

constexpr std::string_view kExcluded = "SC1090 SC1091 SC2187";

// What ShellCheck gets, and where its characters stand in the file.
struct Script {
  std::string dialect;
  std::string text;
  // Source offset of a byte of the text.
  std::function<uint32_t(uint32_t)> source_of;
};

// "bash" of "/bin/bash"; "" for what ShellCheck does not know.
std::string dialect_of(std::string_view shell) {
  std::string_view name = shell.substr(shell.rfind('/') + 1);
  if (name == "ash") return "dash";
  return is_one_of("sh bash dash ksh", name) ? std::string(name) : "";
}

// The program behind "#!", and behind env.
std::string dialect_of_shebang(std::string_view line) {
  std::vector<std::string_view> words = split_blanks(line.substr(2));
  if (words.empty()) return "";
  bool is_env = words[0].substr(words[0].rfind('/') + 1) == "env";
  if (is_env && words.size() < 2) return "";
  return dialect_of(words[is_env ? 1 : 0]);
}

// The body of a heredoc that is the script itself: bytes of `content` to those of the file, past
// tabs that were taken off and carriage returns.
Script heredoc_script(const Dockerfile& file, const Heredoc& heredoc, std::string dialect) {
  std::vector<uint32_t> offsets;
  uint32_t at = heredoc.body.begin;
  bool is_line_begin = true;
  for (char c : heredoc.content) {
    while (is_line_begin && heredoc.strip_tabs && at < heredoc.body.end && file.source[at] == '\t')
      ++at;
    if (c == '\n' && at < heredoc.body.end && file.source[at] == '\r') ++at;
    offsets.push_back(at++);
    is_line_begin = c == '\n';
  }
  offsets.push_back(std::min(at, heredoc.body.end));
  return {std::move(dialect), heredoc.content, [offsets = std::move(offsets)](uint32_t offset) {
            return offsets[std::min<size_t>(offset, offsets.size() - 1)];
          }};
}

std::optional<Script> script_of(const LintInput& input, const RunText& run) {
  const Instruction& instruction = *run.instruction;
  const std::vector<std::string>& shell = input.evaluation.states[run.index].shell;
  if (instruction.form == ArgumentForm::Json || shell.empty()) return std::nullopt;
  if (is_windows_stage(input, instruction.stage)) return std::nullopt;
  std::string dialect = dialect_of(shell[0]);
  bool is_heredoc = instruction.heredocs.size() == 1 &&
                    trim(instruction.text).size() == instruction.heredocs[0].word.size();
  if (is_heredoc) {
    const Heredoc& heredoc = instruction.heredocs[0];
    std::string_view content = heredoc.content;
    if (content.substr(0, 2) == "#!")
      dialect = dialect_of_shebang(content.substr(0, content.find('\n')));
    if (dialect.empty()) return std::nullopt;
    return heredoc_script(*input.file, heredoc, std::move(dialect));
  }
  if (dialect.empty() || !instruction.heredocs.empty()) return std::nullopt;
  return Script{std::move(dialect), instruction.text, [&instruction](uint32_t offset) {
                  return instruction.source_offset(offset);
                }};
}

// One line in front of the script: what the builder sets is set.
std::string exports(const Environment& environment) {
  std::string line = "export";
  for (const auto& [name, value] : environment.env) line += " " + name + "=1";
  for (const auto& [name, value] : environment.args) line += " " + name + "=1";
  for (std::string_view name : {"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"})
    line += " " + std::string(name) + "=1";
  return line + "\n";
}

// Byte offset of a 1-based line and column that counts characters; line 1 is that of the exports.
uint32_t offset_at(std::string_view text, uint64_t line, uint64_t column) {
  size_t at = 0;
  for (uint64_t i = 2; i < line && at < text.size(); ++i) {
    size_t end = text.find('\n', at);
    at = end == text.npos ? text.size() : end + 1;
  }
  for (uint64_t i = 1; i < column && at < text.size() && text[at] != '\n'; ++i) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
  }
  return static_cast<uint32_t>(at);
}

Severity severity_of(std::string_view level) {
  if (level == "error") return Severity::Error;
  if (level == "warning") return Severity::Warning;
  return level == "info" ? Severity::Info : Severity::Style;
}

uint64_t number(const Json& comment, const char* key) {
  auto found = comment.find(key);
  return found != comment.end() && found->is_number_unsigned() ? found->get<uint64_t>() : 0;
}

std::string text_at(const Json& comment, const char* key) {
  auto found = comment.find(key);
  return found != comment.end() && found->is_string() ? found->get<std::string>() : "";
}

std::optional<Finding> finding_of(const Json& comment,
                                  const Script& script,
                                  const ShellcheckOptions& options) {
  if (!comment.is_object() || number(comment, "line") < 2) return std::nullopt;
  Finding finding;
  finding.rule = "SC" + std::to_string(number(comment, "code"));
  bool is_excluded = is_one_of(kExcluded, finding.rule) ||
                     std::find(options.excluded.begin(), options.excluded.end(), finding.rule) !=
                         options.excluded.end();
  if (is_excluded) return std::nullopt;
  finding.severity = severity_of(text_at(comment, "level"));
  uint32_t begin = offset_at(script.text, number(comment, "line"), number(comment, "column"));
  uint32_t end = offset_at(script.text, number(comment, "endLine"), number(comment, "endColumn"));
  finding.range.begin = script.source_of(begin);
  // Behind the last byte, not in front of the next one, which may stand on another line.
  finding.range.end = end > begin ? script.source_of(end - 1) + 1 : finding.range.begin;
  finding.message = text_at(comment, "message");
  finding.help = "See https://www.shellcheck.net/wiki/" + finding.rule;
  return finding;
}

void add_findings(const std::string& output,
                  const Script& script,
                  const ShellcheckOptions& options,
                  std::vector<Finding>& findings) {
  Json report = Json::parse(output, nullptr, false);
  if (report.is_discarded() || !report.is_object() || !report.contains("comments")) return;
  for (const Json& comment : report["comments"]) {
    std::optional<Finding> finding = finding_of(comment, script, options);
    if (finding) findings.push_back(std::move(*finding));
  }
}

}  // namespace

bool has_shellcheck(const ShellcheckOptions& options, const CancelToken& cancel) {
  Command command;
  command.args = {options.program, "--version"};
  command.timeout_ms = options.timeout_ms;
  Result<CommandResult> result = run_command(command, cancel);
  return result.ok() && result->succeeded();
}

Result<std::vector<Finding>> shellcheck_findings(const LintInput& input,
                                                 const ShellcheckOptions& options,
                                                 const CancelToken& cancel) {
  std::vector<Finding> findings;
  for (const RunText& run : run_texts(input)) {
    std::optional<Script> script = script_of(input, run);
    if (!script) continue;
    Command command;
    command.args = {options.program, "--norc", "-f", "json1", "-s", script->dialect, "-"};
    command.input = exports(input.evaluation.states[run.index].environment) + script->text;
    command.timeout_ms = options.timeout_ms;
    TRY_ASSIGN(CommandResult result, run_command(command, cancel));
    if (!result.timed_out) add_findings(result.out, *script, options, findings);
  }
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.range.begin, a.range.end, a.rule) <
           std::tie(b.range.begin, b.range.end, b.rule);
  });
  return findings;
}

}  // namespace whittle
