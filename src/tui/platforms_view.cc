#include "tui/platforms_view.h"

#include <algorithm>

namespace whittle::tui {

std::string platform_text(const Platform& platform) {
  std::string text = platform.os + "/" + platform.architecture;
  if (!platform.variant.empty()) text += "/" + platform.variant;
  if (!platform.os_version.empty()) text += ":" + platform.os_version;
  return shown(text);
}

std::vector<Line> PlatformsView::render(size_t width, size_t height, bool focused) {
  height_ = std::max<size_t>(height, 1);
  const ImageInfo& info = model_.image->info();
  if (info.platforms.empty()) {
    std::vector<Line> lines = {
        text_line(" the image has one platform: " + platform_text(info.config.platform), width)};
    lines.resize(height, blank_line(width));
    return lines;
  }
  return render_list(list_, info.platforms.size(), width, height, focused, [&](size_t i) {
    bool is_open = info.platforms[i].os == info.config.platform.os &&
                   info.platforms[i].architecture == info.config.platform.architecture &&
                   (info.platforms[i].variant == info.config.platform.variant ||
                    info.config.platform.variant.empty());
    LineBuilder line(width);
    line.add("  ").add(platform_text(info.platforms[i]));
    return line.add(is_open ? "  open" : "", Role::Accent).done();
  });
}

Request PlatformsView::chosen() const {
  Request request;
  const std::vector<Platform>& platforms = model_.image->info().platforms;
  if (list_.selected >= platforms.size()) return request;
  request.kind = Request::Kind::Platform;
  request.platform = platforms[list_.selected];
  return request;
}

Request PlatformsView::act(Action action) {
  if (list_.act(action, model_.image->info().platforms.size(), height_)) return {};
  return action == Action::Open ? chosen() : Request();
}

Request PlatformsView::click(size_t row, size_t column, bool again) {
  static_cast<void>(column);
  if (list_.top + row >= model_.image->info().platforms.size()) return {};
  bool was_selected = list_.selected == list_.top + row;
  list_.selected = list_.top + row;
  return again || was_selected ? chosen() : Request();
}

void PlatformsView::wheel(int rows) {
  list_.wheel(rows, model_.image->info().platforms.size(), height_);
}

}  // namespace whittle::tui
