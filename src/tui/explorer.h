// The whole screen as one pure view model: keys, clicks and arrivals change it, render() draws it.
// What takes long (reading a file, writing to the disk, opening another platform) it hands out as a
// task; whoever drives it runs the task on another thread and then applies its outcome.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apply/extract.h"
#include "tui/groups_view.h"
#include "tui/layers_view.h"
#include "tui/packages_view.h"
#include "tui/tree_view.h"
#include "tui/view.h"
#include "tui/waste_view.h"

namespace whittle::tui {

struct Services {
  GroupFunction group;
  // Opens the target anew, with another platform.
  std::function<Result<std::unique_ptr<Exploration>>(const Platform&)> reopen;
  // What is going on in the background, "" for nothing. Cheap.
  std::function<std::string()> progress;
  const CancelToken* cancel = nullptr;  // required; ends tasks
};

struct Mouse {
  enum class Kind : uint8_t { Click, WheelUp, WheelDown };
  Kind kind = Kind::Click;
  size_t x = 0;
  size_t y = 0;
};

// Work off the screen's thread: `run` does it, and what it returns is called on the screen's
// thread.
struct Task {
  std::string what;  // "reading /etc/passwd"
  std::function<std::function<void()>()> run;
};

// What the last line asks for.
struct Prompt {
  enum class Kind : uint8_t { Filter, ExtractTo, Replace };
  Kind kind = Kind::Filter;
  std::string text;
  std::string before;  // filter to go back to
  Request about;       // what is extracted
};

// Not thread-safe.
class Explorer {
 public:
  Explorer(std::string target, KeyMap keys, Services services);
  ~Explorer();

  // The image is open.
  void attach(std::shared_ptr<Exploration> image);
  // Takes over what arrived since; true if the screen changes.
  bool poll();
  void key(const Key& key);
  void mouse(const Mouse& mouse);
  // A line that stays until the next key.
  void say(std::string text, bool is_problem = false);

  // `height` lines of `width` columns each.
  std::vector<Line> render(size_t width, size_t height);

  bool wants_to_quit() const { return is_done_; }

  // Each of these once.
  bool take_suspend();
  bool take_redraw();
  std::optional<Task> take_task();

  // Shown while a task runs; "" ends it.
  void set_busy(std::string what) { busy_ = std::move(what); }

 private:
  enum class Focus : uint8_t { Layers, Layer, Image, Main };

  struct Region {
    size_t x = 0;
    size_t y = 0;
    size_t width = 0;
    size_t height = 0;
    Focus focus = Focus::Main;
    int tab = -1;  // a tab of the main pane instead of its rows
  };

  // State (explorer.cc)
  View& view_of(Focus focus);
  View& main_view();
  View& focused_view();
  bool add_layers();
  void rebuild_timeline();
  void follow_range();
  void take_key(Action action);
  bool take_global(Action action);
  void move_in_left_column(int step);
  void go_back();
  void show_main(size_t index);
  void handle(const Request& request);
  void show_file(const Request& request);
  void find_again(int step);
  void open_finder();
  void open_help();

  // Prompts and tasks (explorer_tasks.cc)
  void open_filter();
  void prompt_key(const Key& key);
  void finish_prompt();
  void show_content(const Request& request);
  void show_diff(const Request& request);
  void ask_where_to_extract(const Request& request);
  void extract(const Request& request, const std::string& folder, bool overwrite);
  void say_extracted(const Extracted& done, const Request& request, const std::string& folder);
  void open_platform(const Platform& platform);
  std::vector<ExtractItem> items_of(PathId path, uint32_t layer) const;
  std::string shown_path(PathId path) const;

  // Drawing (explorer_render.cc)
  Line header(size_t width) const;
  Line footer(size_t width);
  Line prompt_line(size_t width);
  Line pane_title(View& view, bool focused, size_t width) const;
  Line tabs(bool focused, size_t x, size_t y, size_t width);
  std::vector<Line> pane(Focus focus, size_t x, size_t y, size_t width, size_t height);
  std::vector<Line> left_column(size_t width, size_t height);
  std::vector<Line> body(size_t width, size_t height);

  Model model_;
  Services services_;
  uint64_t seen_version_ = 0;
  bool is_analysed_ = false;
  bool has_failed_ = false;
  std::string last_progress_;

  std::unique_ptr<LayersView> layers_;
  std::unique_ptr<TreeView> tree_;
  WasteView waste_;
  PackagesView packages_;
  GroupsView groups_;
  std::unique_ptr<View> layer_details_;
  std::unique_ptr<View> image_summary_;
  std::unique_ptr<View> image_details_;
  std::vector<std::unique_ptr<View>> popups_;
  Focus focus_ = Focus::Layers;
  size_t main_ = 0;  // which of the five views the main pane shows
  bool is_zoomed_ = false;

  std::optional<Prompt> prompt_;
  std::optional<Task> task_;
  std::string busy_;
  std::string message_;
  bool is_problem_ = false;
  std::vector<PathId> found_;
  size_t found_at_ = 0;

  std::vector<Region> regions_;
  size_t last_click_x_ = SIZE_MAX;
  size_t last_click_y_ = SIZE_MAX;
  bool is_done_ = false;
  bool wants_suspend_ = false;
  bool wants_redraw_ = false;
};

}  // namespace whittle::tui
