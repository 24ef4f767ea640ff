#include "tui/run.h"

#include <chrono>
#include <future>
#include <utility>

#include "tui/terminal.h"

namespace whittle::tui {

namespace {

constexpr int kTickMs = 50;       // while something is going on
constexpr int kIdleTickMs = 250;  // signals and late arrivals
// A wrong name fails within this time: an error needs no screen then.
constexpr std::chrono::milliseconds kPatience(250);

using Opened = Result<std::unique_ptr<Exploration>>;
using Outcome = std::function<void()>;

class Session {
 public:
  Session(RunOptions options, std::future<Opened> opening)
      : options_(std::move(options)),
        explorer_(options_.target, options_.keys, options_.services),
        opening_(std::move(opening)) {
    if (!options_.notice.empty()) explorer_.say(options_.notice, true);
  }

  Status run(Terminal& terminal) {
    bool is_dirty = true;
    while (!explorer_.wants_to_quit()) {
      TRY(options_.cancel->check());
      TRY_ASSIGN(bool has_opened, take_image());
      bool has_outcome = take_outcome();
      is_dirty = explorer_.poll() || has_opened || has_outcome || is_dirty;
      if (is_dirty) draw(terminal);
      is_dirty = take_event(terminal);
    }
    return {};
  }

  // Ends what runs in the background.
  void finish() {
    options_.stop->cancel();
    if (task_.valid()) task_.wait();
    if (opening_.valid()) opening_.wait();
  }

 private:
  template <typename T>
  static bool is_ready(const std::future<T>& future) {
    return future.valid() && future.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  }

  Result<bool> take_image() {
    if (!is_ready(opening_)) return false;
    TRY_ASSIGN(std::unique_ptr<Exploration> image, opening_.get());
    explorer_.attach(std::shared_ptr<Exploration>(std::move(image)));
    return true;
  }

  bool take_outcome() {
    if (is_ready(task_)) {
      explorer_.set_busy("");
      task_.get()();
      return true;
    }
    return false;
  }

  void start_task() {
    if (task_.valid()) return;  // one at a time: the next waits for its turn
    std::optional<Task> task = explorer_.take_task();
    if (!task) return;
    explorer_.set_busy(task->what);
    task_ = std::async(std::launch::async, std::move(task->run));
    // What is done at once needs no word about it.
    if (task_.wait_for(std::chrono::milliseconds(kTickMs)) == std::future_status::ready)
      take_outcome();
  }

  void draw(Terminal& terminal) {
    TerminalSize size = terminal.size();
    terminal.draw(explorer_.render(size.width, size.height));
  }

  // True if the screen changes.
  bool take_event(Terminal& terminal) {
    bool is_quiet = !opening_.valid() && !task_.valid();
    TerminalEvent event = terminal.wait(is_quiet ? kIdleTickMs : kTickMs);
    bool has_event = event.kind != TerminalEvent::Kind::None;
    // Keys that came meanwhile are taken before the next drawing.
    while (event.kind != TerminalEvent::Kind::None) {
      if (event.kind == TerminalEvent::Kind::Pressed) explorer_.key(event.key);
      if (event.kind == TerminalEvent::Kind::Clicked) explorer_.mouse(event.mouse);
      if (explorer_.take_redraw()) terminal.redraw();
      if (explorer_.take_suspend()) terminal.suspend();
      start_task();
      if (explorer_.wants_to_quit() || event.kind != TerminalEvent::Kind::Pressed) break;
      event = terminal.wait(0);
    }
    start_task();
    return has_event;
  }

  RunOptions options_;
  Explorer explorer_;
  std::future<Opened> opening_;
  std::future<Outcome> task_;
};

}  // namespace

Status run_explorer(RunOptions options) {
  std::future<Opened> opening = std::async(std::launch::async, options.open);
  if (opening.wait_for(kPatience) == std::future_status::ready) {
    Opened opened = opening.get();
    if (!opened.ok()) return std::move(opened).error();
    std::promise<Opened> ready;
    ready.set_value(std::move(opened));
    opening = ready.get_future();
  }
  bool color = options.color;
  CancelToken& stop = *options.stop;
  Result<std::unique_ptr<Terminal>> terminal = Terminal::open(color);
  if (!terminal.ok()) {
    stop.cancel();
    return std::move(terminal).error();
  }
  Session session(std::move(options), std::move(opening));
  Status status = session.run(**terminal);
  terminal->reset();
  session.finish();
  return status;
}

}  // namespace whittle::tui
