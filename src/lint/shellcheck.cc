#include "lint/shellcheck.h"

#include <fcntl.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

#include "base/fs.h"
#include "base/strings.h"
#include "base/subprocess.h"
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/run_texts.h"
#include "lint/sh_program.h"
#include "lint/stages.h"
#include "lint/word_edits.h"

namespace whittle {

namespace {

using Json = nlohmann::json;

constexpr std::string_view kExcluded = "SC1090 SC1091 SC2187";
// ShellCheck takes seconds for scripts of this size.
constexpr size_t kMaxScriptBytes = 256 << 10;
constexpr size_t kMaxKeptBytes = 16 << 20;
// Lines of ours in front of each script.
constexpr uint64_t kPrefixLines = 2;

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

bool is_shell_name(std::string_view name) {
  return !name.empty() && !is_digit(name[0]) && std::all_of(name.begin(), name.end(), [](char c) {
    return is_alpha(c) || is_digit(c) || c == '_';
  });
}

// Our lines: the dialect, and that what the builder sets is set.
std::string prefix(const std::string& dialect, const Environment& environment) {
  std::string text = "# shellcheck shell=" + dialect + "\nexport";
  auto add = [&](std::string_view name) {
    if (is_shell_name(name)) text += " " + std::string(name) + "=1";
  };
  for (const auto& [name, value] : environment.env) add(name);
  for (const auto& [name, value] : environment.args) add(name);
  for (std::string_view name : {"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"})
    add(name);
  return text + "\n";
}

// The source offsets of the bytes of a heredoc's content, past tabs that were taken off and
// carriage returns; one more for its end.
std::vector<uint32_t> heredoc_offsets(const Dockerfile& file, const Heredoc& heredoc) {
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
  return offsets;
}

// Byte offset in the script of a line and column that count from 1 and in characters.
uint32_t offset_at(std::string_view text, uint64_t line, uint64_t column) {
  size_t at = 0;
  for (uint64_t i = kPrefixLines + 1; i < line && at < text.size(); ++i) {
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

// A file of our own folder, which nobody else writes to.
Status write_script(const fs::path& path, const std::string& text) {
  UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.is_open()) return errno_error(path.string(), errno);
  return write_all(file.get(), text);
}

// Speaks of a shell without what bash adds.
bool is_about_bashisms(std::string_view id) {
  return id == "SC2039" || id.substr(0, 3) == "SC3";
}

}  // namespace

// What ShellCheck gets, and where its characters stand in the file.
struct Shellcheck::Script {
  std::string prefix;
  std::string text;
  bool hears_bashisms = true;
  bool is_editable = false;
  std::function<uint32_t(uint32_t)> source_of;  // source offset of a byte of `text`

  std::string whole() const { return prefix + text; }
};

Shellcheck::Shellcheck(ShellcheckOptions options)
    : options_(std::move(options)), is_there_(!find_program(options_.program).empty()) {}

namespace {

// The text of a RUN and its way back to the file; no text when ShellCheck is not to see it.
struct RunScript {
  std::string dialect;
  std::string text;
  std::function<uint32_t(uint32_t)> source_of;
};

RunScript script_of(const Dockerfile& file, const Instruction& run, std::string dialect) {
  if (run.heredocs.empty()) {
    return {std::move(dialect), run.text, [&run](uint32_t at) { return run.source_offset(at); }};
  }
  const Heredoc& heredoc = run.heredocs[0];
  bool is_whole = run.heredocs.size() == 1 && trim(run.text).size() == heredoc.word.size();
  if (is_whole) {
    std::string_view content = heredoc.content;
    if (content.substr(0, 2) == "#!")
      dialect = dialect_of_shebang(content.substr(0, content.find('\n')));
    std::vector<uint32_t> offsets = heredoc_offsets(file, heredoc);
    return {std::move(dialect), heredoc.content, [offsets = std::move(offsets)](uint32_t at) {
              return offsets[std::min<size_t>(at, offsets.size() - 1)];
            }};
  }
  // A command and what it reads: the bodies follow the text as they do in the file.
  uint32_t begin = heredoc.body.begin;
  uint32_t end = std::max(run.heredocs.back().terminator.end, run.heredocs.back().body.end);
  std::string_view bodies = Range{begin, end}.of(file.source);
  if (contains(bodies, "\r")) return {};
  uint32_t size = static_cast<uint32_t>(run.text.size()) + 1;
  return {std::move(dialect),
          run.text + "\n" + std::string(bodies) + "\n",
          [&run, size, begin, end](uint32_t at) {
            return at < size ? run.source_offset(at) : std::min(begin + (at - size), end);
          }};
}

std::string dialect_of_program(ShProgram program, std::string_view shell) {
  switch (program) {
    case ShProgram::Bash:
      return "bash";
    case ShProgram::Dash:
    case ShProgram::Busybox:
      return "dash";
    case ShProgram::Unknown:
      break;
  }
  return dialect_of(shell);
}

}  // namespace

std::vector<Shellcheck::Script> Shellcheck::scripts_of(const LintInput& input,
                                                       const ShellcheckRequest& request) {
  std::vector<Script> scripts;
  std::vector<RunText> runs = run_texts(input);
  std::vector<ShProgram> programs = sh_programs(input, runs);
  for (size_t i = 0; i < runs.size(); ++i) {
    const Instruction& run = *runs[i].instruction;
    const std::vector<std::string>& shell = input.evaluation.states[runs[i].index].shell;
    bool is_other = run.form == ArgumentForm::Json || shell.empty();
    if (is_other || is_windows_stage(input, run.stage)) continue;
    std::string own = dialect_of(shell[0]);
    std::string dialect = request.is_sh_posix ? own : dialect_of_program(programs[i], shell[0]);
    RunScript script = script_of(*input.file, run, dialect);
    if (script.dialect.empty() || script.text.size() > kMaxScriptBytes) continue;
    bool is_vague =
        own == "sh" && (programs[i] == ShProgram::Unknown || programs[i] == ShProgram::Busybox);
    scripts.push_back({prefix(script.dialect, input.evaluation.states[runs[i].index].environment),
                       std::move(script.text),
                       request.is_sh_posix || !is_vague || script.dialect != dialect,
                       is_editable(input, runs[i]),
                       std::move(script.source_of)});
  }
  return scripts;
}

std::vector<Shellcheck::Comments> Shellcheck::known(const std::vector<Script>& scripts) {
  std::lock_guard lock(mutex_);
  std::vector<Comments> comments;
  for (const Script& script : scripts) {
    auto found = answers_.find(script.whole());
    comments.push_back(found == answers_.end() ? nullptr : found->second);
  }
  return comments;
}

void Shellcheck::keep(const std::vector<Script>& scripts, const std::vector<Comments>& comments) {
  std::lock_guard lock(mutex_);
  for (size_t i = 0; i < scripts.size(); ++i) {
    std::string text = scripts[i].whole();
    if (kept_bytes_ + text.size() > kMaxKeptBytes) {
      answers_.clear();
      kept_bytes_ = 0;
    }
    kept_bytes_ += text.size();
    answers_[std::move(text)] = comments[i];
  }
}

Shellcheck::Span Shellcheck::span_of(const nlohmann::json& json) {
  return {number(json, "line"),
          number(json, "column"),
          number(json, "endLine"),
          number(json, "endColumn")};
}

Range Shellcheck::source_range(const Script& script, const Span& span, bool is_behind) {
  uint32_t begin = offset_at(script.text, span.line, span.column);
  uint32_t end = offset_at(script.text, span.end_line, span.end_column);
  // Behind the last byte, not in front of the next one, which may stand on another line.
  auto behind = [&](uint32_t offset) { return script.source_of(offset - 1) + 1; };
  bool is_insertion = end <= begin;
  if (is_insertion && is_behind && begin > 0) return {behind(begin), behind(begin)};
  uint32_t place = script.source_of(begin);
  return {place, is_insertion ? place : behind(end)};
}

void Shellcheck::read_answer(const std::string& output,
                             std::vector<std::vector<Comment>>& answers) {
  Json report = Json::parse(output, nullptr, false);
  if (report.is_discarded() || !report.is_object() || !report.contains("comments")) return;
  for (const Json& said : report["comments"]) {
    if (!said.is_object() || number(said, "line") <= kPrefixLines) continue;
    std::optional<uint64_t> file = parse_u64(text_at(said, "file"));
    if (!file || *file >= answers.size()) continue;
    Comment comment;
    comment.span = span_of(said);
    comment.id = "SC" + std::to_string(number(said, "code"));
    comment.severity = severity_of(text_at(said, "level"));
    comment.message = text_at(said, "message");
    auto fix = said.find("fix");
    bool has_fix = fix != said.end() && fix->is_object() && fix->contains("replacements");
    if (has_fix) {
      for (const Json& part : (*fix)["replacements"]) {
        if (!part.is_object()) continue;
        comment.fix.push_back({span_of(part),
                               text_at(part, "replacement"),
                               text_at(part, "insertionPoint") == "beforeStart"});
      }
    }
    // That "#!" begins the script is hidden from ShellCheck by our lines.
    bool is_shebang = comment.id == "SC1128" && comment.span.line == kPrefixLines + 1;
    if (!is_shebang && !is_one_of(kExcluded, comment.id))
      answers[*file].push_back(std::move(comment));
  }
}

// Fills the comments that are null.
Status Shellcheck::ask(const std::vector<Script>& scripts,
                       std::vector<Comments>& comments,
                       const CancelToken& cancel) const {
  TRY_ASSIGN(TempDir folder, TempDir::make("shellcheck"));
  Command command;
  command.args = {options_.program, "--norc", "-f", "json1"};
  for (size_t i = 0; i < scripts.size(); ++i) {
    if (comments[i]) continue;
    std::string name = std::to_string(i);
    TRY(write_script(folder.path() / name, scripts[i].whole()));
    command.args.push_back(std::move(name));
  }
  command.cwd = folder.path();
  command.timeout_ms = options_.timeout_ms;
  TRY_ASSIGN(CommandResult result, run_command(command, cancel));
  std::vector<std::vector<Comment>> answers(scripts.size());
  if (!result.timed_out) read_answer(result.out, answers);
  for (size_t i = 0; i < scripts.size(); ++i) {
    if (!comments[i])
      comments[i] = std::make_shared<const std::vector<Comment>>(std::move(answers[i]));
  }
  return {};
}

std::optional<Fix> Shellcheck::fix_of(const Comment& comment, const Script& script) {
  if (comment.fix.empty() || !script.is_editable) return std::nullopt;
  std::vector<Edit> edits;
  for (const Replacement& part : comment.fix) {
    bool is_ours = part.span.line <= kPrefixLines || contains(part.text, "\n");
    if (is_ours) return std::nullopt;
    edits.push_back({source_range(script, part.span, part.is_behind), part.text});
  }
  std::stable_sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) {
    return std::tie(a.range.begin, a.range.end) < std::tie(b.range.begin, b.range.end);
  });
  return make_fix("Write it as ShellCheck proposes", Applicability::Unsafe, std::move(edits));
}

Finding Shellcheck::finding_of(const Comment& comment, const Script& script) {
  Finding finding;
  finding.rule = comment.id;
  finding.severity = comment.severity;
  finding.range = source_range(script, comment.span, false);
  finding.message = comment.message;
  while (finding.message.ends_with('.')) finding.message.pop_back();
  finding.help = "See https://www.shellcheck.net/wiki/" + comment.id;
  finding.fix = fix_of(comment, script);
  return finding;
}

Result<std::vector<Finding>> Shellcheck::findings(const LintInput& input,
                                                  const ShellcheckRequest& request,
                                                  const CancelToken& cancel) {
  std::vector<Finding> findings;
  std::vector<Script> scripts = scripts_of(input, request);
  std::vector<Comments> comments = known(scripts);
  if (std::find(comments.begin(), comments.end(), nullptr) != comments.end()) {
    TRY(ask(scripts, comments, cancel));
    keep(scripts, comments);
  }
  for (size_t i = 0; i < scripts.size(); ++i) {
    for (const Comment& comment : *comments[i]) {
      bool is_wanted = request.excluded.count(comment.id) == 0 &&
                       (scripts[i].hears_bashisms || !is_about_bashisms(comment.id));
      if (is_wanted) findings.push_back(finding_of(comment, scripts[i]));
    }
  }
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.range.begin, a.range.end, a.rule) <
           std::tie(b.range.begin, b.range.end, b.rule);
  });
  return findings;
}

}  // namespace whittle
