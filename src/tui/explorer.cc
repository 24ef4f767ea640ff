// What happens on keys, clicks and arrivals.
#include "tui/explorer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "tui/details_view.h"
#include "tui/finder_view.h"
#include "tui/help_view.h"
#include "tui/history_view.h"
#include "tui/platforms_view.h"

namespace whittle::tui {

namespace {

constexpr int kWheelRows = 3;

}  // namespace

Explorer::Explorer(std::string target, KeyMap keys, Services services)
    : services_(std::move(services)),
      layers_(std::make_unique<LayersView>(model_)),
      tree_(std::make_unique<TreeView>(model_)),
      waste_(model_),
      packages_(model_),
      groups_(model_, services_.group) {
  model_.target = std::move(target);
  model_.keys = std::move(keys);
  layer_details_ = std::make_unique<TextView>(
      "Layer", [this](size_t width) { return layer_details(model_, layers_->selected(), width); });
  image_summary_ = std::make_unique<TextView>(
      "Image", [this](size_t width) { return image_summary(model_, width); });
  image_details_ = std::make_unique<TextView>(
      "Image", [this](size_t width) { return image_details(model_, width); });
}

Explorer::~Explorer() = default;

void Explorer::attach(std::shared_ptr<Exploration> image) {
  popups_.clear();
  prompt_.reset();
  found_.clear();
  model_.analysis = nullptr;
  model_.timeline = Timeline();
  model_.ranges.clear();
  model_.image = std::move(image);
  is_analysed_ = has_failed_ = false;
  layers_ = std::make_unique<LayersView>(model_);
  tree_ = std::make_unique<TreeView>(model_);
  packages_.refresh();
  groups_.refresh();
  seen_version_ = UINT64_MAX;
  tree_->refresh();
  follow_range();
  poll();
}

bool Explorer::add_layers() {
  size_t before = model_.timeline.layer_count();
  while (model_.timeline.layer_count() < model_.layer_count()) {
    std::shared_ptr<const LayerIndex> layer = model_.image->layer(model_.timeline.layer_count());
    if (layer == nullptr) break;
    model_.timeline.add_layer(std::move(layer));
  }
  return model_.timeline.layer_count() > before;
}

// The analysis owns its indexes: with the same ones here, those that arrived one by one can go. The
// paths keep their numbers.
void Explorer::rebuild_timeline() {
  bool is_same = true;
  for (size_t i = 0; i < model_.timeline.layer_count(); ++i) {
    is_same = is_same && model_.image->layer(i) == model_.timeline.shared_layer(i);
  }
  if (is_same) return;
  model_.timeline = Timeline();
  add_layers();
}

bool Explorer::poll() {
  bool is_changed = false;
  std::string progress = services_.progress == nullptr ? "" : services_.progress();
  if (progress != last_progress_) {
    last_progress_ = std::move(progress);
    is_changed = true;
  }
  if (model_.image == nullptr || model_.image->version() == seen_version_) return is_changed;
  seen_version_ = model_.image->version();
  bool has_layers = add_layers();
  if (!is_analysed_ && model_.image->analysis() != nullptr) {
    is_analysed_ = has_layers = true;
    model_.analysis = model_.image->analysis();
    rebuild_timeline();
    packages_.refresh();
    groups_.refresh();
  }
  if (has_layers) {
    model_.ranges.clear();
    tree_->refresh();
    follow_range();
  }
  std::optional<Error> failure = model_.image->failure();
  if (failure && !has_failed_) {
    has_failed_ = true;
    say(shown(failure->message()), true);
  }
  return true;
}

View& Explorer::main_view() {
  switch (main_) {
    case 1:
      return waste_;
    case 2:
      return packages_;
    case 3:
      return groups_;
    case 4:
      return *image_details_;
    default:
      return *tree_;
  }
}

View& Explorer::view_of(Focus focus) {
  switch (focus) {
    case Focus::Layers:
      return *layers_;
    case Focus::Layer:
      return *layer_details_;
    case Focus::Image:
      return *image_summary_;
    case Focus::Main:
      return main_view();
  }
  return *layers_;
}

View& Explorer::focused_view() {
  return popups_.empty() ? view_of(focus_) : *popups_.back();
}

void Explorer::follow_range() {
  if (model_.layer_count() > 0) tree_->show(layers_->range());
}

void Explorer::say(std::string text, bool is_problem) {
  message_ = std::move(text);
  is_problem_ = is_problem;
}

void Explorer::key(const Key& key) {
  message_.clear();
  last_click_y_ = SIZE_MAX;
  if (prompt_) {
    prompt_key(key);
    return;
  }
  Request request;
  if (!popups_.empty() && popups_.back()->type(key, request)) {
    handle(request);
    return;
  }
  Action action = model_.keys.action(focused_view().place(), key);
  // Looking at something, q goes back to where one was, as in a pager.
  if (action == Action::Quit && !popups_.empty() && key != "ctrl+c") action = Action::Back;
  take_key(action);
}

void Explorer::take_key(Action action) {
  if (action == Action::None || take_global(action)) return;
  bool is_left = popups_.empty() && focus_ != Focus::Main;
  if (is_left && (action == Action::Left || action == Action::Right)) {
    move_in_left_column(action == Action::Left ? -1 : 1);
    return;
  }
  handle(focused_view().act(action));
  if (popups_.empty() && focus_ == Focus::Layers) follow_range();
}

bool Explorer::take_global(Action action) {
  switch (action) {
    case Action::Quit:
      is_done_ = true;
      return true;
    case Action::Suspend:
      wants_suspend_ = true;
      return true;
    case Action::Redraw:
      wants_redraw_ = true;
      return true;
    case Action::Help:
      open_help();
      return true;
    case Action::Back:
      go_back();
      return true;
    default:
      break;
  }
  if (!popups_.empty()) return false;
  switch (action) {
    case Action::NextPane:
    case Action::PreviousPane:
      focus_ = focus_ == Focus::Main ? Focus::Layers : Focus::Main;
      return true;
    case Action::ShowFiles:
    case Action::ShowWaste:
    case Action::ShowPackages:
    case Action::ShowGroups:
    case Action::ShowImage:
      show_main(static_cast<size_t>(action) - static_cast<size_t>(Action::ShowFiles));
      return true;
    case Action::Zoom:
      is_zoomed_ = !is_zoomed_;
      return true;
    case Action::Platforms:
      if (model_.image != nullptr) popups_.push_back(std::make_unique<PlatformsView>(model_));
      return true;
    case Action::Filter:
      open_filter();
      return true;
    case Action::Find:
      open_finder();
      return true;
    case Action::FindNext:
      find_again(1);
      return true;
    case Action::FindPrevious:
      find_again(-1);
      return true;
    default:
      return false;
  }
}

void Explorer::move_in_left_column(int step) {
  int next = static_cast<int>(focus_) + step;
  focus_ = static_cast<Focus>(
      std::clamp(next, static_cast<int>(Focus::Layers), static_cast<int>(Focus::Image)));
}

void Explorer::go_back() {
  if (!popups_.empty()) {
    popups_.pop_back();
  } else if (!tree_->filter().empty()) {
    tree_->set_filter("");
  } else if (layers_->drop_range()) {
    follow_range();
  } else {
    is_zoomed_ = false;
  }
}

void Explorer::show_main(size_t index) {
  main_ = index;
  focus_ = Focus::Main;
}

void Explorer::open_finder() {
  LayerRange range = layers_->range();
  if (model_.image == nullptr || !model_.has_range(range)) {
    say("the layer is not read yet");
    return;
  }
  popups_.push_back(std::make_unique<FinderView>(model_, range));
}

void Explorer::open_help() {
  popups_.push_back(std::make_unique<TextView>(
      "Keys", [this](size_t width) { return help_text(model_.keys, width); }));
}

void Explorer::find_again(int step) {
  if (found_.empty()) {
    say(fmt::format("nothing was looked for yet: {} finds a file",
                    model_.keys.first_key(Action::Find, Place::Everywhere)));
    return;
  }
  auto count = static_cast<int64_t>(found_.size());
  // Those that the layers shown do not have are passed over.
  for (int64_t tried = 0; tried < count; ++tried) {
    found_at_ = static_cast<size_t>((static_cast<int64_t>(found_at_) + step + count) % count);
    if (!tree_->reveal(found_[found_at_])) continue;
    show_main(0);
    say(fmt::format("{} of {}", found_at_ + 1, count));
    return;
  }
  say("none of what was found is in these layers");
}

void Explorer::show_file(const Request& request) {
  popups_.clear();
  if (request.found.empty()) {
    layers_->show(request.range);
  } else {
    found_ = request.found;
    found_at_ =
        static_cast<size_t>(std::find(found_.begin(), found_.end(), request.path) - found_.begin());
  }
  tree_->show(layers_->range());
  show_main(0);
  if (!tree_->reveal(request.path)) say("these layers do not have " + shown_path(request.path));
}

void Explorer::handle(const Request& request) {
  switch (request.kind) {
    case Request::Kind::None:
    case Request::Kind::Dimensions:
    case Request::Kind::Search:
      return;
    case Request::Kind::Close:
      if (!popups_.empty()) popups_.pop_back();
      return;
    case Request::Kind::ShowFile:
      show_file(request);
      return;
    case Request::Kind::ShowHistory:
      popups_.push_back(std::make_unique<HistoryView>(model_, request.path));
      return;
    case Request::Kind::ShowContent:
      show_content(request);
      return;
    case Request::Kind::ShowDiff:
      show_diff(request);
      return;
    case Request::Kind::Extract:
      ask_where_to_extract(request);
      return;
    case Request::Kind::Platform:
      open_platform(request.platform);
      return;
  }
}

void Explorer::mouse(const Mouse& mouse) {
  auto hit = std::find_if(regions_.begin(), regions_.end(), [&](const Region& region) {
    return mouse.x >= region.x && mouse.x < region.x + region.width && mouse.y >= region.y &&
           mouse.y < region.y + region.height;
  });
  if (hit == regions_.end()) return;
  Region region = *hit;
  View& view = popups_.empty() ? view_of(region.focus) : *popups_.back();
  if (mouse.kind != Mouse::Kind::Click) {
    if (region.tab < 0) view.wheel(mouse.kind == Mouse::Kind::WheelUp ? -kWheelRows : kWheelRows);
    return;
  }
  message_.clear();
  prompt_.reset();
  bool is_again = mouse.x == last_click_x_ && mouse.y == last_click_y_;
  last_click_x_ = mouse.x;
  last_click_y_ = mouse.y;
  if (region.tab >= 0) {
    show_main(static_cast<size_t>(region.tab));
    return;
  }
  if (popups_.empty()) focus_ = region.focus;
  handle(view.click(mouse.y - region.y, mouse.x - region.x, is_again));
  if (popups_.empty() && focus_ == Focus::Layers) follow_range();
}

bool Explorer::take_suspend() {
  return std::exchange(wants_suspend_, false);
}

bool Explorer::take_redraw() {
  return std::exchange(wants_redraw_, false);
}

std::optional<Task> Explorer::take_task() {
  return std::exchange(task_, std::nullopt);
}

}  // namespace whittle::tui
