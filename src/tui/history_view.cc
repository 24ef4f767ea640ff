#include "tui/history_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "tui/layers_view.h"
#include "tui/version_change.h"

namespace whittle::tui {

namespace {

constexpr size_t kLinesPerVersion = 2;

// What the analysis says of content that was written over, where hashes do not tell.
Equality content_equality(const Model& model, const Version& before, const VersionChange& change) {
  if (change.content != Equality::Unknown || model.analysis == nullptr) return change.content;
  const EntryRef& ref = before.content;
  switch (model.analysis->accounts[ref.layer][static_cast<size_t>(ref.entry)].cause) {
    case LossCause::OverwrittenEqual:
    case LossCause::MetadataOnly:
      return Equality::Equal;
    case LossCause::OverwrittenOther:
      return Equality::Different;
    default:
      return Equality::Unknown;
  }
}

void add_part(std::string& text, std::string_view part) {
  text += (text.empty() ? "" : ", ") + std::string(part);
}

std::string attributes_changed(const Model& model,
                               const Version& before,
                               const Version& after,
                               const VersionChange& change) {
  std::string text;
  if (before.state != Version::State::Present || after.state != Version::State::Present)
    return text;
  const Entry& x = model.timeline.entry(before);
  const Entry& y = model.timeline.entry(after);
  if (change.mode)
    add_part(text, fmt::format("mode {:04o} → {:04o}", uint32_t{x.mode}, uint32_t{y.mode}));
  if (change.owner) add_part(text, fmt::format("owner {}:{} → {}:{}", x.uid, x.gid, y.uid, y.gid));
  if (change.link_target) add_part(text, "other target");
  if (change.xattrs) add_part(text, "other attributes");
  if (change.device) add_part(text, "other device");
  return text;
}

Role role_of(const Version* before, const Version& after) {
  if (!after.is_there()) return Role::Removed;
  return before == nullptr || !before->is_there() ? Role::Added : Role::Modified;
}

}  // namespace

std::string what_happened(const Model& model, const Version* before, const Version& after) {
  bool was_there = before != nullptr && before->is_there();
  if (!after.is_there()) return "deleted";
  if (!was_there) return before == nullptr ? "made" : "made again";
  VersionChange change = change_between(model.timeline, *before, after);
  if (change.type)
    return fmt::format("{} in place of a {}", type_name(after.type), type_name(before->type));
  std::string text = attributes_changed(model, *before, after, change);
  if (after.type != EntryType::File) {
    if (text.empty())
      text = after.is_rebuilt ? "deleted and made anew"
             : change.time    ? "other time"
                              : "the same again";
    return text;
  }
  switch (content_equality(model, *before, change)) {
    case Equality::Different:
      return text.empty() ? "other content" : "other content, " + text;
    case Equality::Unknown:
      return text.empty() ? "written again" : "written again, " + text;
    case Equality::Equal:
      break;
  }
  if (before->content == after.content) return text.empty() ? "the same again" : text;
  return text.empty() ? "the same content stored again" : text + ", the same content stored again";
}

HistoryView::HistoryView(Model& model, PathId path)
    : model_(model), path_(path), versions_(model.timeline.versions(path)) {
  list_.selected = versions_.empty() ? 0 : versions_.size() - 1;
}

std::string HistoryView::title() const {
  return "/" + shown(model_.timeline.path(path_));
}

std::string HistoryView::note() const {
  uint64_t stored = 0;
  for (const Version& version : versions_) stored += model_.timeline.own_bytes(version);
  bool is_folder = !versions_.empty() && versions_.back().type == EntryType::Directory;
  return is_folder ? "" : short_bytes(stored) + " stored";
}

std::vector<Line> HistoryView::lines_of(size_t index, size_t width) const {
  const Version& version = versions_[index];
  const Version* before = index == 0 ? nullptr : &versions_[index - 1];
  LineBuilder line(width);
  line.add(" ").right(fmt::format("layer {}", version.layer + 1), 10, Role::Accent);
  bool is_file = version.is_there() && version.type == EntryType::File;
  line.right(is_file ? short_bytes(model_.timeline.own_bytes(version)) : "", 10).add("  ");
  line.add(what_happened(model_, before, version), role_of(before, version));
  if (version.state == Version::State::Present) {
    const Entry& entry = model_.timeline.entry(version);
    line.add(fmt::format("  {} {}:{}", mode_text(version.type, entry.mode), entry.uid, entry.gid),
             Role::Dim);
    std::string_view target = model_.timeline.layer(version.entry.layer).link_target(entry);
    if (!target.empty()) line.add(" → " + shown(target), Role::Dim);
  }
  LineBuilder below(width);
  below.add(std::string(12, ' '))
      .add(fit(shown(command_of(model_, version.layer)), below.left()), Role::Dim);
  return {line.done(), below.done()};
}

std::vector<Line> HistoryView::render(size_t width, size_t height, bool focused) {
  rows_seen_ = std::max<size_t>(height / kLinesPerVersion, 1);
  list_.settle(versions_.size(), rows_seen_);
  std::vector<Line> lines;
  for (size_t i = list_.top; i < versions_.size() && lines.size() < height; ++i) {
    std::vector<Line> both = lines_of(i, width);
    if (i == list_.selected)
      both[0].highlight = focused ? Highlight::Selected : Highlight::SelectedElsewhere;
    for (Line& line : both) lines.push_back(std::move(line));
  }
  lines.resize(height, blank_line(width));
  return lines;
}

Request HistoryView::request(Request::Kind kind, bool hex) const {
  if (list_.selected >= versions_.size()) return {};
  const Version& version = versions_[list_.selected];
  Request request;
  request.kind = kind;
  request.path = path_;
  request.hex = hex;
  request.range = {version.layer, version.layer};
  if (kind == Request::Kind::ShowFile) return request;
  if (kind == Request::Kind::ShowDiff) {
    if (list_.selected == 0) return {};
    request.range.first = versions_[list_.selected - 1].layer;
    return request;
  }
  return version.is_there() ? request : Request();
}

Request HistoryView::act(Action action) {
  if (list_.act(action, versions_.size(), rows_seen_)) return {};
  switch (action) {
    case Action::Open:
      return request(Request::Kind::ShowFile, false);
    case Action::View:
    case Action::Right:
      return request(Request::Kind::ShowContent, false);
    case Action::Hex:
      return request(Request::Kind::ShowContent, true);
    case Action::Diff:
      return request(Request::Kind::ShowDiff, false);
    case Action::Extract:
      return request(Request::Kind::Extract, false);
    case Action::Left:
    case Action::History: {
      Request close;
      close.kind = Request::Kind::Close;
      return close;
    }
    default:
      return {};
  }
}

Request HistoryView::click(size_t row, size_t column, bool again) {
  static_cast<void>(column);
  size_t index = list_.top + row / kLinesPerVersion;
  if (index >= versions_.size()) return {};
  list_.selected = index;
  return again ? request(Request::Kind::ShowFile, false) : Request();
}

void HistoryView::wheel(int rows) {
  list_.wheel(rows, versions_.size(), rows_seen_);
}

}  // namespace whittle::tui
