#include "cli/progress_bar.h"

#include <fmt/format.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/fs.h"
#include "base/strings.h"
#include "cli/terminal.h"
#include "report/text_layout.h"

namespace whittle {

namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kBarWidth = 20;
constexpr auto kQuietStart = std::chrono::seconds(1);
constexpr auto kRedraw = std::chrono::milliseconds(100);

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// "12 s", "2 min 05 s": no fractions, the figure changes too fast to read them.
std::string elapsed_text(double seconds) {
  auto whole = static_cast<uint64_t>(seconds < 0 ? 0 : seconds);
  if (whole < 60) return fmt::format("{} s", whole);
  return fmt::format("{} min {:02} s", whole / 60, whole % 60);
}

std::string amount_text(const ProgressState& state) {
  if (state.unit == "B") return format_bytes(state.done) + " of " + format_bytes(state.total);
  return fmt::format("{} of {}", state.done, state.total);
}

std::string bar_text(const ProgressState& state) {
  double share =
      static_cast<double>(std::min(state.done, state.total)) / static_cast<double>(state.total);
  auto filled = static_cast<size_t>(share * static_cast<double>(kBarWidth));
  return "[" + std::string(filled, '#') + std::string(kBarWidth - filled, '.') + "]";
}

// The time the rest takes if it goes on like this; "" before there is anything to go by.
std::string remaining_text(const ProgressState& state) {
  if (state.done == 0 || state.done >= state.total || state.seconds < 1) return "";
  double rest = static_cast<double>(state.total - state.done) / static_cast<double>(state.done);
  return ", about " + elapsed_text(state.seconds * rest + 0.5) + " left";
}

void write_to(int fd, std::string_view text) {
  Status status = write_all(fd, text);
  (void)status;  // progress is not worth an error
}

class LiveProgress : public Progress {
 public:
  LiveProgress(const ProgressOptions& options, const CancelToken& cancel)
      : options_(options), cancel_(cancel), thread_([this] { run(); }) {}

  ~LiveProgress() override {
    {
      std::lock_guard lock(mutex_);
      ended_ = true;
    }
    wake_.notify_all();
    thread_.join();
    finish_phase();
    erase();
  }

  void phase(std::string_view title, uint64_t total, std::string_view unit) override {
    std::lock_guard lock(mutex_);
    finish_phase();
    state_ = {};
    state_.title = printable(title);
    state_.total = total;
    state_.unit = unit;
    phase_start_ = Clock::now();
  }

  void update(uint64_t done) override {
    std::lock_guard lock(mutex_);
    state_.done = done;
  }

  void detail(std::string_view text) override {
    std::lock_guard lock(mutex_);
    state_.detail = printable(text);
  }

  void note(std::string_view text) override {
    if (!options_.verbose) return;
    std::lock_guard lock(mutex_);
    keep_line(printable(text));
  }

 private:
  // With verbose, what a finished phase took stays on the screen.
  void finish_phase() {
    if (!options_.verbose || state_.title.empty()) return;
    keep_line(fmt::format("{} ({})", state_.title, format_seconds(seconds_since(phase_start_))));
    state_.title.clear();
  }

  void keep_line(const std::string& text) {
    erase();
    write_to(options_.fd, styled(text, Style::Dim, options_.color) + "\n");
  }

  void erase() {
    if (drawn_) write_to(options_.fd, "\r\x1b[K");
    drawn_ = false;
  }

  void draw() {
    if (state_.title.empty()) return;
    state_.seconds = seconds_since(phase_start_);
    state_.interrupted = cancel_.is_cancelled();
    // One column stays free: terminals wrap when the last one is used.
    std::string line = progress_line(state_, terminal_width(options_.fd) - 1, tick_++);
    write_to(options_.fd, "\r" + styled(line, Style::Dim, options_.color) + "\x1b[K");
    drawn_ = true;
  }

  void run() {
    std::unique_lock lock(mutex_);
    auto ended = [this] { return ended_; };
    if (wake_.wait_for(lock, kQuietStart, ended)) return;
    do {
      draw();
    } while (!wake_.wait_for(lock, kRedraw, ended));
  }

  const ProgressOptions options_;
  const CancelToken& cancel_;
  std::mutex mutex_;
  std::condition_variable wake_;
  ProgressState state_;
  Clock::time_point phase_start_ = Clock::now();
  bool ended_ = false;
  bool drawn_ = false;
  unsigned tick_ = 0;
  std::thread thread_;  // last: starts when all else is there
};

class PlainProgress : public Progress {
 public:
  explicit PlainProgress(const ProgressOptions& options) : options_(options) {}

  void phase(std::string_view title, uint64_t /*total*/, std::string_view /*unit*/) override {
    say(title);
  }

  void update(uint64_t /*done*/) override {}

  void detail(std::string_view text) override {
    if (options_.verbose) say(text);
  }

  void note(std::string_view text) override {
    if (options_.verbose) say(text);
  }

 private:
  void say(std::string_view text) {
    std::lock_guard lock(mutex_);
    if (text == last_ || text.empty()) return;
    last_ = text;
    write_to(options_.fd, "whittle: " + printable(text) + "\n");
  }

  const ProgressOptions options_;
  std::mutex mutex_;
  std::string last_;
};

}  // namespace

std::string progress_line(const ProgressState& state, unsigned width, unsigned tick) {
  static constexpr std::string_view kSpinner = "|/-\\";
  std::string line;
  if (state.interrupted) {
    line = fmt::format("{} interrupted, cleaning up", kSpinner[tick % kSpinner.size()]);
    return truncated(line, width);
  }
  if (state.total > 0) {
    line = fmt::format("{} {}  {}  {}{}",
                       bar_text(state),
                       state.title,
                       amount_text(state),
                       elapsed_text(state.seconds),
                       remaining_text(state));
  } else {
    line = fmt::format(
        "{} {}  {}", kSpinner[tick % kSpinner.size()], state.title, elapsed_text(state.seconds));
  }
  if (!state.detail.empty()) line += "  " + state.detail;
  return truncated(line, width);
}

std::unique_ptr<Progress> make_progress(const ProgressOptions& options, const CancelToken& cancel) {
  if (options.quiet) return std::make_unique<NoProgress>();
  if (options.is_terminal) return std::make_unique<LiveProgress>(options, cancel);
  return std::make_unique<PlainProgress>(options);
}

}  // namespace whittle
