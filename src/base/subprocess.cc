#include "base/subprocess.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <map>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr int kPollMs = 100;          // how soon a cancellation is seen
constexpr uint64_t kTermGraceMs = 2000;

using Clock = std::chrono::steady_clock;

uint64_t elapsed_ms(Clock::time_point start) {
  return static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start).count());
}

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

Result<Pipe> make_pipe() {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0) return errno_error("cannot make a pipe", errno);
  Pipe pipe;
  pipe.read.reset(fds[0]);
  pipe.write.reset(fds[1]);
  return pipe;
}

// Keeps the first quarter and the last three quarters of what is allowed, and cuts lines for the callback.
class Capture {
 public:
  Capture(uint64_t limit, bool is_stderr, const Command& command)
      : head_limit_(limit / 4), tail_limit_(limit - limit / 4), is_stderr_(is_stderr), command_(command) {}

  void add(std::string_view bytes) {
    if (command_.on_line) feed_lines(bytes);
    size_t room = head_limit_ - std::min<uint64_t>(head_.size(), head_limit_);
    head_.append(bytes.substr(0, room));
    bytes.remove_prefix(std::min(room, bytes.size()));
    tail_.append(bytes);
    if (tail_.size() > 2 * tail_limit_) {
      dropped_ += tail_.size() - tail_limit_;
      tail_.erase(0, tail_.size() - tail_limit_);
    }
  }

  std::string finish() {
    if (command_.on_line && !line_.empty()) command_.on_line(line_, is_stderr_);
    if (tail_.size() > tail_limit_) {
      dropped_ += tail_.size() - tail_limit_;
      tail_.erase(0, tail_.size() - tail_limit_);
    }
    if (dropped_ > 0) head_ += fmt::format("\n[... {} left out ...]\n", format_bytes(dropped_));
    return std::move(head_) + tail_;
  }

 private:
  static constexpr size_t kMaxLine = 1 << 20;

  void feed_lines(std::string_view bytes) {
    for (size_t at = 0; at < bytes.size();) {
      size_t end = bytes.find('\n', at);
      std::string_view piece = bytes.substr(at, end == std::string_view::npos ? end : end - at);
      line_.append(piece.substr(0, kMaxLine - std::min(kMaxLine, line_.size())));
      if (end == std::string_view::npos) break;
      if (!line_.empty() && line_.back() == '\r') line_.pop_back();
      command_.on_line(line_, is_stderr_);
      line_.clear();
      at = end + 1;
    }
  }

  uint64_t head_limit_;
  uint64_t tail_limit_;
  uint64_t dropped_ = 0;
  bool is_stderr_;
  const Command& command_;
  std::string head_;
  std::string tail_;
  std::string line_;
};

// Everything the child needs after fork, prepared before it: no allocation between fork and exec.
struct ExecImage {
  std::string program;
  std::vector<char*> argv;
  std::vector<std::string> env_storage;
  std::vector<char*> envp;
};

ExecImage prepare(const Command& command, const fs::path& program) {
  ExecImage image;
  image.program = program.string();
  for (const std::string& arg : command.args) image.argv.push_back(const_cast<char*>(arg.c_str()));
  image.argv.push_back(nullptr);
  std::map<std::string, std::string> env;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    std::string_view text(*entry);
    size_t equals = text.find('=');
    if (equals != std::string_view::npos) {
      env[std::string(text.substr(0, equals))] = std::string(text.substr(equals + 1));
    }
  }
  for (const std::string& name : command.unset_env) env.erase(name);
  for (const auto& [name, value] : command.env) env[name] = value;
  for (const auto& [name, value] : env) image.env_storage.push_back(name + "=" + value);
  for (std::string& entry : image.env_storage) image.envp.push_back(entry.data());
  image.envp.push_back(nullptr);
  return image;
}

struct ChildFds {
  int in;
  int out;
  int err;
  int error_report;
};

[[noreturn]] void exec_child(const ExecImage& image, const Command& command, ChildFds fds, pid_t parent) {
  auto fail = [&] {
    int saved = errno;
    ssize_t ignored = ::write(fds.error_report, &saved, sizeof saved);
    (void)ignored;
    ::_exit(127);
  };
  ::setpgid(0, 0);
  if (command.die_with_parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);
  }
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) ::signal(number, SIG_DFL);
  if (::dup2(fds.in, 0) < 0 || ::dup2(fds.out, 1) < 0 || ::dup2(fds.err, 2) < 0) fail();
  if (!command.cwd.empty() && ::chdir(command.cwd.c_str()) != 0) fail();
  ::execve(image.program.c_str(), image.argv.data(), image.envp.data());
  fail();
  ::_exit(127);
}

// One running child: feeds it, drains it, ends it.
class Child {
 public:
  Child(const Command& command, const CancelToken& cancel)
      : command_(command),
        cancel_(cancel),
        out_(command.max_output_bytes, false, command),
        err_(command.max_output_bytes, true, command) {}

  ~Child() {
    if (pid_ > 0) {
      ::kill(-pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
  }

  Status start(const fs::path& program) {
    ExecImage image = prepare(command_, program);
    TRY_ASSIGN(Pipe in, make_pipe());
    TRY_ASSIGN(Pipe out, make_pipe());
    TRY_ASSIGN(Pipe err, make_pipe());
    TRY_ASSIGN(Pipe report, make_pipe());
    int out_fd = command_.stdout_fd >= 0 ? command_.stdout_fd : out.write.get();
    pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ < 0) return errno_error("cannot start " + command_.args[0], errno);
    if (pid_ == 0) {
      exec_child(image, command_, {in.read.get(), out_fd, err.write.get(), report.write.get()}, parent);
    }
    ::setpgid(pid_, pid_);
    report.write.reset();
    int exec_errno = 0;
    ssize_t n = 0;
    do {
      n = ::read(report.read.get(), &exec_errno, sizeof exec_errno);
    } while (n < 0 && errno == EINTR);
    if (n == static_cast<ssize_t>(sizeof exec_errno)) {
      return errno_error("cannot start " + command_.args[0], exec_errno);
    }
    in_ = std::move(in.write);
    out_pipe_ = std::move(out.read);
    err_pipe_ = std::move(err.read);
    ::fcntl(in_.get(), F_SETFL, O_NONBLOCK);
    if (command_.input.empty()) in_.reset();
    return {};
  }

  Result<CommandResult> wait() {
    Clock::time_point start = Clock::now();
    CommandResult result;
    uint64_t term_sent_ms = 0;
    bool killed = false;
    bool reaped = false;
    int status = 0;
    while (out_pipe_.is_open() || err_pipe_.is_open() || !reaped) {
      if (!reaped && ::waitpid(pid_, &status, WNOHANG) == pid_) {
        reaped = true;
        reaped_ms_ = elapsed_ms(start);
      }
      uint64_t now = elapsed_ms(start);
      // A grandchild may hold the pipes open after the child is gone: do not wait for it.
      if (reaped && now > reaped_ms_ + kTermGraceMs) break;
      bool late = command_.timeout_ms > 0 && now >= command_.timeout_ms;
      if (!reaped && term_sent_ms == 0 && (late || cancel_.is_cancelled())) {
        result.timed_out = late && !cancel_.is_cancelled();
        ::kill(-pid_, SIGTERM);
        term_sent_ms = std::max<uint64_t>(now, 1);
      }
      if (!reaped && term_sent_ms > 0 && !killed && now > term_sent_ms + kTermGraceMs) {
        ::kill(-pid_, SIGKILL);
        killed = true;
      }
      // With its pipes closed a child is about to exit, and nothing else would wake us.
      bool is_ending = !out_pipe_.is_open() && !err_pipe_.is_open();
      TRY(pump(is_ending ? 1 : reaped ? 10 : kPollMs));
    }
    if (term_sent_ms > 0) ::kill(-pid_, SIGKILL);
    pid_ = -1;
    result.seconds = static_cast<double>(elapsed_ms(start)) / 1000;
    result.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    result.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    result.out = out_.finish();
    result.err = err_.finish();
    if (cancel_.is_cancelled() && term_sent_ms > 0) {
      return Error(ErrorKind::Cancelled, "interrupted");
    }
    return result;
  }

 private:
  // One poll round: feeds stdin, reads what is there, closes what is over.
  Status pump(int timeout_ms) {
    pollfd fds[3] = {{out_pipe_.get(), POLLIN, 0}, {err_pipe_.get(), POLLIN, 0}, {in_.get(), POLLOUT, 0}};
    int ready = ::poll(fds, 3, timeout_ms);
    if (ready < 0 && errno != EINTR) return errno_error("cannot wait for " + command_.args[0], errno);
    if (ready <= 0) return {};
    if (fds[0].revents != 0) drain(out_pipe_, out_);
    if (fds[1].revents != 0) drain(err_pipe_, err_);
    if (fds[2].revents != 0) feed();
    return {};
  }

  void drain(UniqueFd& fd, Capture& capture) {
    char buffer[64 * 1024];
    ssize_t n = ::read(fd.get(), buffer, sizeof buffer);
    if (n > 0) {
      capture.add({buffer, static_cast<size_t>(n)});
    } else if (n == 0 || errno != EINTR) {
      fd.reset();
    }
  }

  void feed() {
    ssize_t n = ::write(in_.get(), command_.input.data() + fed_, command_.input.size() - fed_);
    if (n > 0) fed_ += static_cast<size_t>(n);
    bool failed = n < 0 && errno != EINTR && errno != EAGAIN;
    if (failed || fed_ == command_.input.size()) in_.reset();
  }

  const Command& command_;
  const CancelToken& cancel_;
  pid_t pid_ = -1;
  UniqueFd in_;
  UniqueFd out_pipe_;
  UniqueFd err_pipe_;
  Capture out_;
  Capture err_;
  size_t fed_ = 0;
  uint64_t reaped_ms_ = 0;
};

// The last lines of a program's complaint, for an error message.
std::string last_lines(std::string_view text, size_t count) {
  std::vector<std::string_view> lines = split_lines(trim(text));
  std::vector<std::string> kept;
  for (size_t i = lines.size() > count ? lines.size() - count : 0; i < lines.size(); ++i) {
    kept.push_back(printable(trim_right(lines[i])));
  }
  return join(kept, "\n  ");
}

}  // namespace

Result<CommandResult> run_command(const Command& command, const CancelToken& cancel) {
  CHECK(!command.args.empty());
  TRY(cancel.check());
  fs::path program = find_program(command.args[0]);
  if (program.empty()) {
    return Error(ErrorKind::NotFound, fmt::format("`{}` is not installed", command.args[0]));
  }
  // A child that closes its input early must not end us: Child::feed sees EPIPE instead.
  struct sigaction ignore {};
  struct sigaction before {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, nullptr, &before);
  if (before.sa_handler == SIG_DFL) ::sigaction(SIGPIPE, &ignore, nullptr);
  Child child(command, cancel);
  TRY(child.start(program));
  return child.wait();
}

Result<CommandResult> run_checked(const Command& command, const CancelToken& cancel) {
  TRY_ASSIGN(CommandResult result, run_command(command, cancel));
  if (result.succeeded()) return result;
  std::string what = fs::path(command.args[0]).filename().string();
  if (command.args.size() > 1) what += " " + command.args[1];
  std::string why = result.timed_out
                        ? fmt::format("took longer than {}",
                                      format_seconds(static_cast<double>(command.timeout_ms) / 1000))
                        : fmt::format("exit code {}", result.exit_code);
  std::string tail = last_lines(result.err.empty() ? result.out : result.err, 8);
  return Error(fmt::format("{}: {}{}{}", what, why, tail.empty() ? "" : ": ", tail));
}

}  // namespace whittle
