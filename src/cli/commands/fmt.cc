// `whittle fmt [FILE]...`: Dockerfiles in one style.
#include <fmt/format.h>

#include <algorithm>

#include "apply/apply.h"
#include "base/strings.h"
#include "base/text_diff.h"
#include "cli/commands/commands.h"
#include "cli/options.h"
#include "cli/standard_input.h"
#include "discover/files.h"
#include "formatter/formatter.h"

namespace whittle {

namespace {

struct FmtRequest {
  FormatOptions format;
  bool is_check = false;
  bool is_diff = false;
  DiscoverOptions discover;
  std::string stdin_filename = "-";
};

Status set_check(FmtRequest& request, const std::string& /*value*/) {
  request.is_check = true;
  return {};
}

Status set_diff(FmtRequest& request, const std::string& /*value*/) {
  request.is_diff = true;
  return {};
}

Status set_indent(FmtRequest& request, const std::string& value) {
  constexpr uint64_t kMaxIndent = 16;
  std::optional<uint64_t> indent = parse_u64(value);
  if (!indent || *indent == 0 || *indent > kMaxIndent) {
    return Error(ErrorKind::Usage, fmt::format("`{}` is no indentation", printable(value)))
        .hint(fmt::format("Give a number of blanks from 1 to {}", kMaxIndent));
  }
  request.format.indent = static_cast<unsigned>(*indent);
  return {};
}

Status set_unsorted(FmtRequest& request, const std::string& /*value*/) {
  request.format.sorts_packages = false;
  return {};
}

Status add_exclude(FmtRequest& request, const std::string& value) {
  request.discover.exclude.push_back(value);
  return {};
}

Status ignore_gitignore(FmtRequest& request, const std::string& /*value*/) {
  request.discover.uses_gitignore = false;
  return {};
}

Status set_stdin_filename(FmtRequest& request, const std::string& value) {
  request.stdin_filename = value.empty() ? "-" : value;
  return {};
}

Status add_limit(FmtRequest& request, const std::string& value) {
  return set_limit(request.discover.limits, value);
}

const std::vector<OptionRowGroup<FmtRequest>>& fmt_rows() {
  using Row = OptionRow<FmtRequest>;
  static const std::vector<OptionRowGroup<FmtRequest>> rows = {
      {"What happens",
       {
           Row{{"check", 0, "", "Write nothing; the exit code says if something would change"},
               set_check},
           Row{{"diff", 0, "", "Write nothing; print what would change"}, set_diff},
       }},
      {"Style",
       {
           Row{{"indent", 0, "N", "Blanks that continuation lines are indented by; 4 if not given"},
               set_indent},
           Row{{"no-sort", 0, "", "Leave packages in their order"}, set_unsorted},
       }},
      {"Files",
       {
           Row{{"exclude", 0, "PATTERN", "Leave out, as a line of a .gitignore does", true},
               add_exclude},
           Row{{"no-gitignore", 0, "", "Also search what git ignores"}, ignore_gitignore},
           Row{{"stdin-filename", 0, "NAME", "What standard input is called in messages"},
               set_stdin_filename},
           Row{{"limit", 0, "NAME=VALUE", "Raise or lower a limit on input", true}, add_limit},
       }},
  };
  return rows;
}

class FmtCommand {
 public:
  FmtCommand(const FmtRequest& request, const Invocation& invocation)
      : request_(request), invocation_(invocation) {}

  Result<Outcome> run() {
    std::vector<std::string> words = invocation_.arguments.positionals;
    bool is_stdin = std::erase(words, "-") > 0;
    if (is_stdin && !words.empty()) {
      return Error(ErrorKind::Usage, "standard input and files do not go together")
          .hint("Call whittle once for `-` and once for the files");
    }
    if (is_stdin) {
      TRY(format_stdin());
    } else {
      if (words.empty()) words.emplace_back(".");
      TRY(format_files(words));
    }
    bool is_dry = request_.is_check || request_.is_diff;
    if (outcome_.exit_code == 0 && is_dry && changed_ > 0) outcome_.exit_code = 1;
    return std::move(outcome_);
  }

 private:
  const Limits& limits() const { return request_.discover.limits; }

  Status format_stdin() {
    TRY_ASSIGN(std::string source, read_standard_input(limits().max_dockerfile_bytes));
    TRY_ASSIGN(Formatted result, format_dockerfile(source, request_.format, limits()));
    remark(request_.stdin_filename, result.note);
    bool is_dry = request_.is_check || request_.is_diff;
    if (result.text != source) note_change(request_.stdin_filename, source, result.text);
    if (!is_dry) outcome_.text = std::move(result.text);
    return {};
  }

  Status format_files(const std::vector<std::string>& words) {
    TRY_ASSIGN(std::vector<FoundFile> files,
               find_dockerfiles(words, request_.discover, invocation_.cancel));
    std::vector<InPlaceFile> writes;
    for (const FoundFile& file : files) {
      TRY(invocation_.cancel.check());
      Status status = format_file(file, writes);
      if (status.ok()) continue;
      outcome_.remarks += fmt::format(
          "whittle: {}: {}\n", printable(file.shown), printable(status.error().message()));
      outcome_.exit_code = 2;
    }
    if (request_.is_check || request_.is_diff) return {};
    TRY(replace_in_place(writes));
    if (changed_ + unchanged_ == 0) return {};
    outcome_.text +=
        fmt::format("{} formatted, {} left as they were\n", count_of(changed_, "file"), unchanged_);
    return {};
  }

  Status format_file(const FoundFile& file, std::vector<InPlaceFile>& writes) {
    TRY_ASSIGN(std::string source, read_file(file.path, limits().max_dockerfile_bytes));
    TRY_ASSIGN(Formatted result, format_dockerfile(source, request_.format, limits()));
    remark(file.shown, result.note);
    if (result.text == source) {
      ++unchanged_;
      return {};
    }
    note_change(file.shown, source, result.text);
    writes.push_back({file.path, std::move(source), false, std::move(result.text)});
    return {};
  }

  void remark(const std::string& shown, const std::string& note) {
    if (note.empty()) return;
    outcome_.remarks +=
        fmt::format("whittle: {}: left as it is: {}\n", printable(shown), printable(note));
  }

  void note_change(const std::string& shown, const std::string& before, const std::string& after) {
    ++changed_;
    if (request_.is_diff) {
      outcome_.text += unified_diff(shown, &before, after);
    } else if (request_.is_check || shown != request_.stdin_filename) {
      outcome_.text += printable(shown) + "\n";
    }
  }

  const FmtRequest& request_;
  const Invocation& invocation_;
  size_t changed_ = 0;
  size_t unchanged_ = 0;
  Outcome outcome_;
};

Result<Outcome> run(const Invocation& invocation) {
  FmtRequest request;
  TRY(set_options(fmt_rows(), invocation.arguments, request));
  return FmtCommand(request, invocation).run();
}

constexpr std::string_view kDescription = R"(
Writes Dockerfiles in one style: keywords in upper case, continuation lines indented, one package a line in long lists
and in order where the order cannot matter, one empty line between stages. A folder is searched as `whittle lint`
does. Without FILE that is this folder. `-` is standard input, and the result goes to standard output.

Both texts are evaluated before a file is written, and must mean the same. A file for which that cannot be shown, and
one that does not parse, stays as it is. What stands in quotes and heredocs is never touched.
)";

}  // namespace

const CommandInfo kFmtCommand = {
    .name = "fmt",
    .summary = "write Dockerfiles in one style",
    .description = kDescription,
    .positionals = {{.name = "FILE",
                     .help = "a Dockerfile, a folder, a pattern, or -",
                     .required = false,
                     .choices = {},
                     .completes = Completes::Files,
                     .repeatable = true}},
    .options = [] { return infos_of(fmt_rows()); },
    .examples =
        {
            {"whittle fmt", "All Dockerfiles of this folder and below"},
            {"whittle fmt --check .", "For a pipeline: fail if one is not formatted"},
            {"whittle fmt --diff Dockerfile", "Look at the changes before making them"},
            {"whittle fmt - < Dockerfile", "For editors"},
        },
    .exit_codes =
        "0  done, or nothing to do\n1  with --check or --diff: a file would change\n2  it could "
        "not be done; stderr says why\n",
    .run = run,
};

}  // namespace whittle
