// Prompts, and what takes long: contents, differences, extraction, another platform.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/strings.h"
#include "base/text_diff.h"
#include "tui/content_view.h"
#include "tui/explorer.h"
#include "tui/platforms_view.h"

namespace whittle::tui {

namespace {

constexpr uint64_t kMaxDiffedBytes = 4ULL << 20;
constexpr uint64_t kMaxExtractedBytes = 1ULL << 30;  // of one file
constexpr size_t kMaxPromptBytes = 1024;

Result<std::string> content_of(const Exploration& image,
                               const Version& version,
                               uint64_t max_bytes) {
  return image.content(version.content.layer, version.content.entry, max_bytes);
}

// "" for a version that is not there.
Result<std::string> text_of(const Exploration& image, const std::optional<Version>& version) {
  return version ? content_of(image, *version, kMaxDiffedBytes)
                 : Result<std::string>(std::string());
}

Result<std::string> difference_of(const Exploration& image,
                                  const std::string& path,
                                  const std::optional<Version>& before,
                                  const std::optional<Version>& after) {
  TRY_ASSIGN(std::string old_text, text_of(image, before));
  TRY_ASSIGN(std::string new_text, text_of(image, after));
  if (is_text(old_text) && is_text(new_text)) {
    return unified_diff(path.substr(1), &old_text, new_text);
  }
  return Error(ErrorKind::Unsupported,
               fmt::format("{} is no text: {} before, {} after",
                           path,
                           format_bytes(old_text.size()),
                           format_bytes(new_text.size())));
}

}  // namespace

std::string Explorer::shown_path(PathId path) const {
  return "/" + shown(model_.timeline.path(path));
}

void Explorer::open_filter() {
  show_main(0);
  prompt_.emplace();
  prompt_->kind = Prompt::Kind::Filter;
  prompt_->text = prompt_->before = tree_->filter();
}

void Explorer::prompt_key(const Key& key) {
  Action action = model_.keys.action(Place::Everywhere, key);
  if (prompt_->kind == Prompt::Kind::Replace) {
    if (key == "y" || key == "Y") {
      finish_prompt();
    } else {
      prompt_.reset();
      say("nothing was written");
    }
    return;
  }
  if (key == "ctrl+c" || action == Action::Back) {
    // As in dive, leaving the filter drops it.
    if (prompt_->kind == Prompt::Kind::Filter) tree_->set_filter("");
    prompt_.reset();
    return;
  }
  if (key == "enter" || (prompt_->kind == Prompt::Kind::Filter && action == Action::Filter)) {
    finish_prompt();
    return;
  }
  bool is_filter = prompt_->kind == Prompt::Kind::Filter;
  if (edit_text(prompt_->text, key, is_filter ? PathPattern::kMaxBytes : kMaxPromptBytes)) {
    if (is_filter) tree_->set_filter(prompt_->text);
  } else if (is_filter && key.size() > 1) {
    // Arrows move in the tree while the filter is typed.
    handle(tree_->act(action));
  }
}

void Explorer::finish_prompt() {
  Prompt prompt = std::move(*prompt_);
  prompt_.reset();
  switch (prompt.kind) {
    case Prompt::Kind::Filter:
      return;
    case Prompt::Kind::ExtractTo:
      if (!trim(prompt.text).empty()) extract(prompt.about, std::string(trim(prompt.text)), false);
      return;
    case Prompt::Kind::Replace:
      extract(prompt.about, prompt.text, true);
      return;
  }
}

void Explorer::show_content(const Request& request) {
  const Version* version = model_.timeline.at(request.path, request.range.last);
  if (version == nullptr) return;
  if (version->type != EntryType::File) {
    say(shown_path(request.path) + " is no regular file");
    return;
  }
  std::string path = shown_path(request.path);
  auto image = model_.image;
  Version wanted = *version;
  bool hex = request.hex;
  task_ = Task{"reading " + path, [this, image, wanted, path, hex]() -> std::function<void()> {
                 auto read = std::make_shared<Result<std::string>>(
                     content_of(*image, wanted, kMaxViewedBytes));
                 return [this, read, wanted, path, hex] {
                   if (!read->ok()) {
                     say(shown(read->error().message()), true);
                     return;
                   }
                   bool as_hex = hex || !is_text(read->value());
                   popups_.push_back(std::make_unique<ContentView>(
                       fmt::format("{} in layer {}", path, wanted.content.layer + 1),
                       std::move(*read).value(),
                       as_hex ? ContentView::Form::Hex : ContentView::Form::Text));
                 };
               }};
}

void Explorer::show_diff(const Request& request) {
  const Version* before = model_.timeline.at(request.path, request.range.first);
  const Version* after = model_.timeline.at(request.path, request.range.last);
  bool can_be = (before == nullptr || before->type == EntryType::File) &&
                (after == nullptr || after->type == EntryType::File) &&
                (before != nullptr || after != nullptr);
  if (!can_be) {
    say(shown_path(request.path) + " is no regular file in both");
    return;
  }
  if (before != nullptr && after != nullptr && before->content == after->content) {
    say(shown_path(request.path) + " has the same content in both");
    return;
  }
  std::string path = shown_path(request.path);
  std::optional<Version> old_version = before == nullptr ? std::nullopt : std::optional(*before);
  std::optional<Version> new_version = after == nullptr ? std::nullopt : std::optional(*after);
  auto image = model_.image;
  task_ = Task{"comparing " + path,
               [this, image, path, old_version, new_version]() -> std::function<void()> {
                 auto made = std::make_shared<Result<std::string>>(
                     difference_of(*image, path, old_version, new_version));
                 return [this, made, path] {
                   if (!made->ok()) {
                     say(shown(made->error().message()), true);
                     return;
                   }
                   popups_.push_back(std::make_unique<ContentView>(
                       path, std::move(*made).value(), ContentView::Form::Diff));
                 };
               }};
}

void Explorer::ask_where_to_extract(const Request& request) {
  if (model_.timeline.at(request.path, request.range.last) == nullptr) return;
  prompt_.emplace();
  prompt_->kind = Prompt::Kind::ExtractTo;
  prompt_->text = "whittle-extracted";
  prompt_->about = request;
}

// The path and what is below it after a layer, folders first. The names are the image's; that they
// are safe is seen to where they are written.
std::vector<ExtractItem> Explorer::items_of(PathId path, uint32_t layer) const {
  struct Step {
    PathId path;
    std::string name;  // below the target
  };

  const Timeline& timeline = model_.timeline;
  std::vector<ExtractItem> items;
  std::vector<Step> pending = {{path, std::string(timeline.node(path).name)}};
  while (!pending.empty()) {
    Step step = std::move(pending.back());
    pending.pop_back();
    const Version* version = timeline.at(step.path, layer);
    if (version == nullptr) continue;
    ExtractItem& item = items.emplace_back();
    item.path = step.name;
    bool is_present = version->state == Version::State::Present;
    if (is_present) item.mode = timeline.entry_of(version->content).mode;
    switch (version->type) {
      case EntryType::Directory:
        item.type = ExtractItem::Type::Folder;
        break;
      case EntryType::Symlink:
        item.type = ExtractItem::Type::Symlink;
        item.link_target =
            timeline.layer(version->content.layer).link_target(timeline.entry_of(version->content));
        break;
      case EntryType::File:
      case EntryType::Hardlink:
        item.content = [image = model_.image, wanted = *version] {
          return content_of(*image, wanted, kMaxExtractedBytes);
        };
        break;
      default:
        item.type = ExtractItem::Type::Other;
        break;
    }
    if (version->type != EntryType::Directory) continue;
    for (PathId child = timeline.node(step.path).first_child; child != kNoPath;
         child = timeline.node(child).next_sibling) {
      pending.push_back({child, step.name + "/" + std::string(timeline.node(child).name)});
    }
  }
  return items;
}

void Explorer::say_extracted(const Extracted& done,
                             const Request& request,
                             const std::string& folder) {
  if (!done.existing.empty()) {
    prompt_.emplace();
    prompt_->kind = Prompt::Kind::Replace;
    prompt_->text = folder;
    prompt_->before =
        done.existing.size() == 1
            ? shown(done.existing[0]) + " is there already"
            : fmt::format("{} are there already", count_of(done.existing.size(), "file"));
    prompt_->about = request;
    return;
  }
  std::string text = fmt::format("{} to {}: {}, {}",
                                 shown_path(request.path),
                                 shown(folder),
                                 count_of(done.files, "file"),
                                 format_bytes(done.bytes));
  if (!done.skipped.empty()) {
    text +=
        fmt::format("; {} left out, the first: {}", done.skipped.size(), shown(done.skipped[0]));
  }
  say(text, !done.skipped.empty());
}

void Explorer::extract(const Request& request, const std::string& folder, bool overwrite) {
  auto items =
      std::make_shared<std::vector<ExtractItem>>(items_of(request.path, request.range.last));
  const CancelToken* cancel = services_.cancel;
  task_ = Task{"writing " + shown_path(request.path),
               [this, items, request, folder, overwrite, cancel]() -> std::function<void()> {
                 auto done = std::make_shared<Result<Extracted>>(
                     extract_items(folder, *items, overwrite, *cancel));
                 return [this, done, request, folder] {
                   if (done->ok()) {
                     say_extracted(done->value(), request, folder);
                   } else {
                     say(shown(done->error().message()), true);
                   }
                 };
               }};
}

void Explorer::open_platform(const Platform& platform) {
  popups_.clear();
  if (services_.reopen == nullptr) return;
  auto reopen = services_.reopen;
  task_ = Task{"opening " + platform_text(platform),
               [this, reopen, platform]() -> std::function<void()> {
                 using Opened = Result<std::unique_ptr<Exploration>>;
                 auto opened = std::make_shared<Opened>(reopen(platform));
                 return [this, opened] {
                   if (opened->ok()) {
                     attach(std::shared_ptr<Exploration>(std::move(*opened).value()));
                   } else {
                     say(shown(opened->error().message()), true);
                   }
                 };
               }};
}

}  // namespace whittle::tui
