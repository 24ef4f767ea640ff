#include "cli/commands/lint_hadolint.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include "base/strings.h"
#include "cli/commands/lint_run.h"
#include "cli/standard_input.h"
#include "config/policy.h"

namespace whittle {

namespace {

constexpr std::string_view kUsage =
    R"(Usage: hadolint [-v|--version] [-c|--config FILENAME] [DOCKERFILE...]
                [--file-path-in-report FILEPATHINREPORT] [-o|--output OUTPUT]
                [--no-fail] [--no-color] [-V|--verbose] [-f|--format FORMAT]
                [--error RULE] [--warning RULE] [--info RULE] [--style RULE]
                [--ignore RULE] [--trusted-registry REGISTRY]
                [--require-label NAME:TYPE] [--strict-labels]
                [--disable-ignore-pragma] [-t|--failure-threshold THRESHOLD]
)";

Error usage(std::string text) {
  return Error(ErrorKind::Usage, std::move(text));
}

struct HadolintOption {
  std::string_view name;
  char letter;
  bool takes_value;
  Status (*set)(HadolintLine& line, const std::string& value);
};

template <std::vector<std::string> HadolintConfig::*member>
Status add(HadolintLine& line, const std::string& value) {
  (line.config.*member).push_back(value);
  return {};
}

template <std::optional<bool> HadolintConfig::*member>
Status on(HadolintLine& line, const std::string& /*value*/) {
  line.config.*member = true;
  return {};
}

template <std::string HadolintLine::*member>
Status set(HadolintLine& line, const std::string& value) {
  line.*member = value;
  return {};
}

template <bool HadolintLine::*member>
Status raise(HadolintLine& line, const std::string& /*value*/) {
  line.*member = true;
  return {};
}

Status add_format(HadolintLine& line, const std::string& value) {
  if (hadolint_format(value).empty())
    return usage(fmt::format("option -f: cannot parse value `{}`", printable(value)));
  line.config.formats.push_back(value);
  return {};
}

Status add_output(HadolintLine& line, const std::string& value) {
  line.outputs.push_back(value);
  return {};
}

Status set_threshold(HadolintLine& line, const std::string& value) {
  line.config.threshold = parse_hadolint_threshold(value);
  if (!line.config.threshold)
    return usage(fmt::format("option -t: Invalid severity: {}", printable(value)));
  return {};
}

Status add_label(HadolintLine& line, const std::string& value) {
  TRY_ASSIGN(auto label, parse_hadolint_label(value));
  line.config.labels.push_back(std::move(label));
  return {};
}

// The whole command line of hadolint 2.15.
constexpr std::array<HadolintOption, 20> kOptions = {{
    {"help", 'h', false, raise<&HadolintLine::help>},
    {"version", 'v', false, raise<&HadolintLine::version>},
    {"config", 'c', true, set<&HadolintLine::config_file>},
    {"file-path-in-report", 0, true, set<&HadolintLine::path_in_report>},
    {"output", 'o', true, add_output},
    {"no-fail", 0, false, on<&HadolintConfig::no_fail>},
    {"no-color", 0, false, on<&HadolintConfig::no_color>},
    {"verbose", 'V', false, on<&HadolintConfig::verbose>},
    {"format", 'f', true, add_format},
    {"error", 0, true, add<&HadolintConfig::errors>},
    {"warning", 0, true, add<&HadolintConfig::warnings>},
    {"info", 0, true, add<&HadolintConfig::infos>},
    {"style", 0, true, add<&HadolintConfig::styles>},
    {"ignore", 0, true, add<&HadolintConfig::ignored>},
    {"trusted-registry", 0, true, add<&HadolintConfig::trusted_registries>},
    {"require-label", 0, true, add_label},
    {"strict-labels", 0, false, on<&HadolintConfig::strict_labels>},
    {"disable-ignore-pragma", 0, false, on<&HadolintConfig::disables_pragmas>},
    {"failure-threshold", 't', true, set_threshold},
    {"compat", 0, true, [](HadolintLine&, const std::string&) { return Status(); }},
}};

// Words one after the other; options may stand anywhere in front of `--`.
class LineParser {
 public:
  explicit LineParser(const std::vector<std::string>& words) : words_(words) {}

  Result<HadolintLine> parse() {
    for (; at_ < words_.size(); ++at_) {
      const std::string& word = words_[at_];
      if (word == "--") {
        line_.files.insert(
            line_.files.end(), words_.begin() + static_cast<std::ptrdiff_t>(at_) + 1, words_.end());
        break;
      }
      if (word.starts_with("--")) {
        TRY(parse_long(word.substr(2)));
      } else if (word.size() > 1 && word[0] == '-') {
        TRY(parse_short(word.substr(1)));
      } else {
        line_.files.push_back(word);
      }
    }
    return std::move(line_);
  }

 private:
  Status parse_long(const std::string& text) {
    size_t equals = text.find('=');
    std::string name = text.substr(0, equals);
    for (const HadolintOption& option : kOptions) {
      if (option.name != name || (!option.takes_value && name != text)) continue;
      if (!option.takes_value) return option.set(line_, "");
      if (equals != std::string::npos) return option.set(line_, text.substr(equals + 1));
      return set_next(option);
    }
    return usage(fmt::format("Invalid option `--{}'", printable(text)));
  }

  // "vV", "fjson".
  Status parse_short(const std::string& letters) {
    for (size_t i = 0; i < letters.size(); ++i) {
      const HadolintOption* option = nullptr;
      for (const HadolintOption& candidate : kOptions) {
        if (candidate.letter != 0 && candidate.letter == letters[i]) option = &candidate;
      }
      if (option == nullptr)
        return usage(fmt::format("Invalid option `-{}'", printable(letters.substr(i, 1))));
      if (!option->takes_value) {
        TRY(option->set(line_, ""));
        continue;
      }
      if (i + 1 < letters.size()) return option->set(line_, letters.substr(i + 1));
      return set_next(*option);
    }
    return {};
  }

  Status set_next(const HadolintOption& option) {
    if (at_ + 1 >= words_.size())
      return usage(fmt::format("The option `--{}` expects an argument.", option.name));
    return option.set(line_, words_[++at_]);
  }

  const std::vector<std::string>& words_;
  HadolintLine line_;
  size_t at_ = 0;
};

std::optional<std::string> environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Result<HadolintConfig> whole_config(const HadolintLine& line) {
  HadolintConfig config = line.config;
  fs::path file =
      line.config_file.empty() ? find_hadolint_config(environment) : fs::path(line.config_file);
  HadolintConfig from_environment = hadolint_environment(environment);
  HadolintConfig weak = from_environment;
  if (!file.empty()) {
    TRY_ASSIGN(HadolintConfig from_file, read_hadolint_config(file));
    weak = joined(std::move(from_file), from_environment);
    // A label of the environment has the last word on its type.
    weak.labels.insert(
        weak.labels.begin(), from_environment.labels.begin(), from_environment.labels.end());
  }
  config = joined(std::move(config), weak);
  return config;
}

Result<LintRun> lint_as_hadolint(const HadolintLine& line,
                                 const HadolintConfig& config,
                                 const Invocation& invocation) {
  auto policy = std::make_shared<const LintPolicy>(hadolint_policy(config));
  LintOptions options;
  options.sorts_files = false;
  options.threads = invocation.common.threads;
  for (const std::string& file : line.files) {
    LintSource source;
    source.path = file;
    source.shown = file;
    source.policy = policy;
    source.builds.push_back({});
    source.builds.back().has_context = false;
    if (file == "-") {
      source.path.clear();
      TRY_ASSIGN(source.text, read_standard_input(options.limits.max_dockerfile_bytes));
    }
    options.sources.push_back(std::move(source));
  }
  TRY_ASSIGN(LintRun run, lint_files(options, invocation.cancel));
  // hadolint stops at what it cannot parse.
  for (LintedFile& file : run.report.files) {
    auto problem =
        std::find_if(file.findings.begin(), file.findings.end(), [](const Finding& finding) {
          return finding.rule == kParseErrorRule;
        });
    if (problem == file.findings.end()) continue;
    Finding only = std::move(*problem);
    file.findings.clear();
    file.findings.push_back(std::move(only));
  }
  return run;
}

// The formats that heed --file-path-in-report.
bool shows_given_path(std::string_view format) {
  constexpr std::array<std::string_view, 5> kFormats = {
      "checkstyle", "codeclimate", "gitlab_codeclimate", "sonarqube", "junit"};
  return std::find(kFormats.begin(), kFormats.end(), format) != kFormats.end();
}

Result<std::string> write_hadolint_reports(const LintRun& run,
                                           const HadolintLine& line,
                                           const HadolintConfig& config) {
  std::string text;
  RenderOptions render;
  render.color = !config.no_color.value_or(false);
  LintReport renamed = run.report;
  for (LintedFile& file : renamed.files) {
    if (!line.path_in_report.empty()) file.path = line.path_in_report;
  }
  std::vector<std::string> formats = config.formats;
  if (formats.empty()) formats.emplace_back("tty");
  for (size_t i = 0; i < formats.size(); ++i) {
    const FormatInfo* format = find_format(hadolint_format(formats[i]));
    CHECK(format != nullptr && format->lint != nullptr);
    std::string out = format->lint(shows_given_path(formats[i]) ? renamed : run.report, render);
    if (i < line.outputs.size()) {
      TRY(write_file_atomic(line.outputs[i], out));
    } else {
      text += out;
    }
  }
  return text;
}

int hadolint_exit_code(const LintReport& report, const HadolintConfig& config) {
  bool only_reports =
      std::any_of(config.formats.begin(), config.formats.end(), [](const std::string& format) {
        return format == "codeclimate" || format == "codacy";
      });
  if (only_reports || config.no_fail.value_or(false)) return 0;
  FailLevel level = config.threshold.value_or(FailLevel::Info);
  for (const LintedFile& file : report.files) {
    for (const Finding& finding : file.findings) {
      if (finding.rule == kParseErrorRule || is_at_least(finding.severity, level)) return 1;
    }
  }
  return 0;
}

Outcome refused(const std::string& text) {
  Outcome outcome;
  outcome.remarks = text;
  outcome.exit_code = 1;
  return outcome;
}

}  // namespace

bool is_hadolint_line(const std::vector<std::string>& words) {
  for (size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    if (words[i] == "--compat=hadolint") return true;
    if (words[i] == "--compat" && i + 1 < words.size() && words[i + 1] == "hadolint") return true;
  }
  return false;
}

Result<HadolintLine> parse_hadolint_line(const std::vector<std::string>& words) {
  return LineParser(words).parse();
}

Result<Outcome> run_hadolint(const std::vector<std::string>& words, const Invocation& invocation) {
  Result<HadolintLine> line = parse_hadolint_line(words);
  if (!line.ok()) return refused(line.error().message() + "\n\n" + std::string(kUsage));
  if (line->help) return Outcome{std::string(kUsage)};
  if (line->version) return Outcome{fmt::format("whittle {}, as hadolint 2.15\n", WHITTLE_VERSION)};
  if (line->files.empty()) {
    Outcome outcome{"Please provide a Dockerfile\n"};
    outcome.exit_code = 1;
    return outcome;
  }
  Result<HadolintConfig> whole = whole_config(*line);
  bool is_broken = !whole.ok() && whole.error().kind() == ErrorKind::Invalid;
  if (!whole.ok() && !is_broken)
    return refused(fmt::format("hadolint: {}\n", whole.error().message()));
  TRY_ASSIGN(HadolintConfig config, std::move(whole));
  TRY_ASSIGN(LintRun run, lint_as_hadolint(*line, config, invocation));
  for (const LintedFile& file : run.report.files) {
    if (!file.error.empty())
      return refused(
          fmt::format("hadolint: {}: {}\n", printable(file.path), printable(file.error)));
  }
  Outcome outcome;
  TRY_ASSIGN(outcome.text, write_hadolint_reports(run, *line, config));
  outcome.exit_code = hadolint_exit_code(run.report, config);
  return outcome;
}

}  // namespace whittle
