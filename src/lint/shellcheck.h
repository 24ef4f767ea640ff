// ShellCheck over RUN: the program is used when it is there, its findings stand where they belong
// in the Dockerfile. Not a rule: it runs a program, and findings of ids SC#### are not of the
// table.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "lint/lint.h"

namespace whittle {

struct ShellcheckOptions {
  std::string program = "shellcheck";  // looked up on PATH
  uint64_t timeout_ms = 20'000;        // for the RUNs of one file
};

// What is asked of one file.
struct ShellcheckRequest {
  std::set<std::string> excluded;  // ids that are not wanted: "SC2086"
  // A RUN without SHELL is judged as a script of POSIX, as hadolint does it. Else by the program
  // that `/bin/sh` is in the image; where that is not known, nothing is said about bashisms.
  bool is_sh_posix = false;
};

// Asks the program, one process for all RUNs of a file, and keeps its answers by the text, so that
// an editor or a pass of fixes asks for what is new only. Thread-safe.
class Shellcheck {
 public:
  explicit Shellcheck(ShellcheckOptions options = {});

  // False when the program was not on PATH at the beginning.
  bool is_there() const { return is_there_; }

  // The findings of all RUNs of a POSIX shell, ONBUILD and heredocs included, by position; rule is
  // the id, "SC2086", the severity that of ShellCheck, and so are its fixes, which are unsafe.
  // SC1090, SC1091 and SC2187 are left out: they speak of files and shells that a build does not
  // have. Variables of ARG and ENV count as set. RUNs that ShellCheck does not answer for, in time
  // and in its format, give none. Errors: NotFound when the program is missing, Cancelled. Source
  // of the format: shellcheck(1), "json1".
  Result<std::vector<Finding>> findings(const LintInput& input,
                                        const ShellcheckRequest& request,
                                        const CancelToken& cancel);

 private:
  // Lines and columns of a script, from 1 on; columns count characters.
  struct Span {
    uint64_t line = 0;
    uint64_t column = 0;
    uint64_t end_line = 0;
    uint64_t end_column = 0;
  };

  // A part of what ShellCheck would write instead.
  struct Replacement {
    Span span;
    std::string text;
    bool is_behind = false;  // an insertion that belongs to what stands in front of it
  };

  // What is said about one script.
  struct Comment {
    Span span;
    std::string id;
    Severity severity = Severity::Warning;
    std::string message;
    std::vector<Replacement> fix;
  };

  using Comments = std::shared_ptr<const std::vector<Comment>>;
  struct Script;

  std::vector<Comments> known(const std::vector<Script>& scripts);
  void keep(const std::vector<Script>& scripts, const std::vector<Comments>& comments);
  Status ask(const std::vector<Script>& scripts,
             std::vector<Comments>& comments,
             const CancelToken& cancel) const;
  static void read_answer(const std::string& output, std::vector<std::vector<Comment>>& answers);
  static Finding finding_of(const Comment& comment, const Script& script);
  static Span span_of(const nlohmann::json& json);
  // `is_behind`: an insertion belongs to what stands in front of it.
  static Range source_range(const Script& script, const Span& span, bool is_behind);
  static std::optional<Fix> fix_of(const Comment& comment, const Script& script);
  static std::vector<Script> scripts_of(const LintInput& input, const ShellcheckRequest& request);

  ShellcheckOptions options_;
  bool is_there_;
  std::mutex mutex_;
  std::map<std::string, Comments> answers_;  // by the whole text that was asked about
  size_t kept_bytes_ = 0;
};

}  // namespace whittle
