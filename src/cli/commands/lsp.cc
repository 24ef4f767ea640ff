// `whittle lsp`: the language server on standard input and output.
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>

#include "base/fs.h"
#include "base/strings.h"
#include "cli/commands/commands.h"
#include "cli/options.h"
#include "cli/today.h"
#include "lsp/frames.h"
#include "lsp/server.h"

namespace whittle {

namespace {

using Clock = std::chrono::steady_clock;

// A text is linted when nothing has come for so long, or so long after its first change.
constexpr std::chrono::milliseconds kPause{60};
constexpr std::chrono::milliseconds kMostDelay{500};
// Messages that have come are worked on when they are so many bytes, though more is there.
constexpr size_t kMaxBatchBytes = 4 << 20;
constexpr size_t kReadBytes = 64 << 10;

struct LspRequest {
  LspOptions options;
};

Status set_config(LspRequest& request, const std::string& value) {
  if (value.empty()) return Error(ErrorKind::Usage, "the value is empty");
  request.options.config.file = value;
  return {};
}

Status set_no_config(LspRequest& request, const std::string& /*value*/) {
  request.options.config.uses_files = false;
  return {};
}

Status add_limit(LspRequest& request, const std::string& value) {
  return set_limit(request.options.limits, value);
}

const std::vector<OptionRowGroup<LspRequest>>& lsp_rows() {
  using Row = OptionRow<LspRequest>;
  static const std::vector<OptionRowGroup<LspRequest>> rows = {
      {"Server",
       {
           Row{{"stdio", 0, "", "Speak over standard input and output, which it does anyway"},
               [](LspRequest&, const std::string&) { return Status(); }},
           Row{{"config",
                'c',
                "FILE",
                "This configuration for all files",
                false,
                {},
                Completes::Files},
               set_config},
           Row{{"no-config", 0, "", "Use no configuration file"}, set_no_config},
           Row{{"limit", 0, "NAME=VALUE", "Raise a limit on the input; errors name which", true},
               add_limit},
       }},
  };
  return rows;
}

// Carries bytes between the standard streams and the server.
class StdioLoop {
 public:
  StdioLoop(LspOptions options, const CancelToken& cancel)
      : frames_(options.limits), server_(std::move(options), cancel), cancel_(cancel) {}

  // Errors: Invalid for what is no message, Cancelled.
  Result<int> run() {
    while (!server_.is_ended()) {
      TRY(cancel_.check());
      TRY_ASSIGN(bool has_input, wait());
      if (has_input) TRY(read_messages());
      server_.handle();
      server_.publish();
      if (is_time_to_work(has_input)) {
        server_.work();
        first_change_.reset();
      }
      TRY(write_messages());
      if (is_at_end_) break;
    }
    return server_.exit_code();
  }

 private:
  // True when there is something to read, false when it is time to work.
  Result<bool> wait() {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    int ready = ::poll(&input, 1, timeout_ms());
    if (ready < 0 && errno != EINTR) return errno_error("cannot read standard input", errno);
    return ready > 0;
  }

  int timeout_ms() const {
    if (server_.has_findings()) return 0;
    return first_change_ ? static_cast<int>(kPause.count()) : -1;
  }

  bool is_time_to_work(bool has_input) {
    if (!server_.has_work() || server_.is_ended()) {
      first_change_.reset();
      return false;
    }
    Clock::time_point now = Clock::now();
    if (!first_change_) first_change_ = now;
    return !has_input || now - *first_change_ >= kMostDelay;
  }

  // All that has come by now.
  Status read_messages() {
    std::array<char, kReadBytes> buffer;
    size_t batch = 0;
    while (batch < kMaxBatchBytes) {
      ssize_t count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
      if (count < 0 && errno == EINTR) return {};
      if (count < 0) return errno_error("cannot read standard input", errno);
      if (count == 0) {
        is_at_end_ = true;
        return {};
      }
      batch += static_cast<size_t>(count);
      frames_.feed({buffer.data(), static_cast<size_t>(count)});
      TRY(take_messages());
      pollfd input{STDIN_FILENO, POLLIN, 0};
      if (::poll(&input, 1, 0) <= 0) return {};
    }
    return {};
  }

  Status take_messages() {
    while (true) {
      Result<std::optional<std::string>> message = frames_.next();
      if (!message.ok()) {
        server_.note_lost_message(message.error());
        if (message.error().kind() == ErrorKind::Limit) continue;
        server_.handle();
        TRY(write_messages());
        return std::move(message).error();
      }
      if (!*message) return {};
      server_.take(**message);
    }
  }

  Status write_messages() {
    for (const std::string& message : server_.take_output())
      TRY(write_all(STDOUT_FILENO, frame_of(message)));
    return {};
  }

  FrameReader frames_;
  LspServer server_;
  const CancelToken& cancel_;
  std::optional<Clock::time_point> first_change_;
  bool is_at_end_ = false;
};

Result<Outcome> run(const Invocation& invocation) {
  LspRequest request;
  TRY(set_options(lsp_rows(), invocation.arguments, request));
  request.options.version = WHITTLE_VERSION;
  request.options.config.changes.settings.today = date_of_today();
  TRY_ASSIGN(int exit_code, StdioLoop(std::move(request.options), invocation.cancel).run());
  Outcome outcome;
  outcome.exit_code = exit_code;
  return outcome;
}

constexpr std::string_view kDescription = R"(
Speaks the Language Server Protocol 3.17 over standard input and output: findings while you type, quick fixes, fix all,
comments that keep findings back, hovers with rules and the values of variables, stages and instructions as an outline,
definitions, references and renaming of stages and variables, formatting, completion, folding.

An editor starts it; docs/lsp.md tells how to set up some of them. The nearest whittle.yaml in the file's folder or above
configures it, as it does `whittle lint`.
)";

}  // namespace

const CommandInfo kLspCommand = {
    .name = "lsp",
    .summary = "language server for editors",
    .description = kDescription,
    .positionals = {},
    .options = [] { return infos_of(lsp_rows()); },
    .examples =
        {
            {"whittle lsp", "What an editor runs"},
            {"whittle lsp --config ~/whittle.yaml", "One configuration for all files"},
        },
    .exit_codes =
        "0  the client ended it\n1  the client went away without `shutdown`\n2  what came is no "
        "message of the protocol; stderr says why\n",
    .run = run,
};

}  // namespace whittle
