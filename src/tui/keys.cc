#include "tui/keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/strings.h"

namespace whittle::tui {

namespace {

struct Alias {
  std::string_view from;
  std::string_view to;
};

// Other spellings, among them those of dive's key library.
constexpr Alias kAliases[] = {
    {"return", "enter"},
    {"escape", "esc"},
    {"slash", "/"},
    {"pageup", "pgup"},
    {"pagedown", "pgdn"},
    {"page-up", "pgup"},
    {"page-down", "pgdn"},
    {"pgdown", "pgdn"},
    {"arrowup", "up"},
    {"arrowdown", "down"},
    {"arrowleft", "left"},
    {"arrowright", "right"},
    {"del", "delete"},
    {"backspace2", "backspace"},
    {"spacebar", "space"},
    {"comma", ","},
    {"plus", "+"},
    {"question", "?"},
    {"backtab", "shift+tab"},
};

constexpr std::string_view kNamed[] = {"space",
                                       "enter",
                                       "esc",
                                       "tab",
                                       "shift+tab",
                                       "backspace",
                                       "delete",
                                       "up",
                                       "down",
                                       "left",
                                       "right",
                                       "home",
                                       "end",
                                       "pgup",
                                       "pgdn"};

bool is_function_key(std::string_view name) {
  if (name.size() < 2 || name[0] != 'f') return false;
  std::optional<uint64_t> number = parse_u64(name.substr(1));
  return number && *number >= 1 && *number <= 12;
}

std::string without_alias(std::string_view name) {
  std::string lower = to_lower(name);
  for (const Alias& alias : kAliases) {
    if (lower == alias.from) return std::string(alias.to);
  }
  bool is_word = std::find(std::begin(kNamed), std::end(kNamed), lower) != std::end(kNamed);
  return is_word || is_function_key(lower) ? lower : std::string(name);
}

bool is_one_character(std::string_view text) {
  size_t points = 0;
  for (char c : text) points += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1U : 0U;
  return points == 1 && printable(text) == text && text != " ";
}

bool is_named(std::string_view name) {
  return std::find(std::begin(kNamed), std::end(kNamed), name) != std::end(kNamed) ||
         is_function_key(name);
}

// What a terminal sends for a key with Ctrl is one of 32 characters: some pairs are the same key.
std::string with_ctrl(std::string_view key) {
  std::string lower = to_lower(key);
  if (lower == "m") return "enter";
  if (lower == "i") return "tab";
  if (lower == "[") return "esc";
  if (lower == "/" || lower == "7") return "ctrl+_";
  if (lower == "@" || lower == "2") return "ctrl+space";
  return "ctrl+" + lower;
}

const std::vector<ActionInfo> kTable = {
    {Action::Quit, Place::Everywhere, "quit", "ctrl+c q", "leave"},
    {Action::Help, Place::Everywhere, "help", "? f1", "this help"},
    {Action::NextPane, Place::Everywhere, "toggle-view", "tab", "next pane"},
    {Action::PreviousPane, Place::Everywhere, "previous-view", "shift+tab", "pane before"},
    {Action::Back,
     Place::Everywhere,
     "close-filter-files",
     "esc",
     "close, drop the filter or the range"},
    {Action::ShowFiles, Place::Everywhere, "show-files", "1", "files"},
    {Action::ShowWaste,
     Place::Everywhere,
     "show-waste",
     "2",
     "waste: what is stored and not there"},
    {Action::ShowPackages, Place::Everywhere, "show-packages", "3", "packages"},
    {Action::ShowGroups,
     Place::Everywhere,
     "show-groups",
     "4",
     "bytes by cause, kind, layer, folder"},
    {Action::ShowImage,
     Place::Everywhere,
     "show-image",
     "5",
     "image: names, configuration, figures"},
    {Action::Platforms, Place::Everywhere, "platforms", "P", "another platform of the image"},
    {Action::Zoom, Place::Everywhere, "zoom", "z", "one pane on the whole screen"},
    {Action::Redraw, Place::Everywhere, "redraw", "ctrl+r", ""},
    {Action::Suspend, Place::Everywhere, "suspend", "ctrl+z", "stop; `fg` goes on"},

    {Action::Up, Place::Everywhere, "up", "up k", "up"},
    {Action::Down, Place::Everywhere, "down", "down j", "down"},
    {Action::PageUp, Place::Everywhere, "page-up", "pgup", "a page up"},
    {Action::PageDown, Place::Everywhere, "page-down", "pgdn d", "a page down"},
    {Action::First, Place::Everywhere, "first", "home g", "to the first"},
    {Action::Last, Place::Everywhere, "last", "end G", "to the last"},
    {Action::Left, Place::Everywhere, "left", "left h", "left; in the tree: close, to the parent"},
    {Action::Right, Place::Everywhere, "right", "right l", "right; in the tree: open"},
    {Action::Open, Place::Everywhere, "open", "enter", "open"},
    {Action::Find, Place::Everywhere, "find", "/", "find a file (fuzzy)"},
    {Action::FindNext, Place::Everywhere, "find-next", "n", "next that was found"},
    {Action::FindPrevious, Place::Everywhere, "find-previous", "N", "the one before"},
    {Action::Filter,
     Place::Everywhere,
     "filter-files",
     "ctrl+f ctrl+slash",
     "show only paths with a text or regex"},

    {Action::CompareLayer,
     Place::Layers,
     "compare-layer",
     "ctrl+l",
     "what the layer itself changed"},
    {Action::CompareAll,
     Place::Layers,
     "compare-all",
     "ctrl+a",
     "what all layers up to it changed"},
    {Action::MarkFirst, Place::Layers, "mark-first", "[", "first layer of a range"},
    {Action::MarkLast, Place::Layers, "mark-last", "]", "last layer of a range"},
    {Action::MarkRange, Place::Layers, "mark-range", "v", "a range from here to where you go"},
    {Action::PageUp, Place::Layers, "page-up", "pgup u", ""},

    {Action::Toggle, Place::Files, "toggle-collapse-dir", "space", "open or close the folder"},
    {Action::ToggleAll,
     Place::Files,
     "toggle-collapse-all-dir",
     "ctrl+space",
     "open or close all folders"},
    {Action::Sort, Place::Files, "toggle-sort-order", "ctrl+o s", "sort by size or name"},
    {Action::ToggleAdded, Place::Files, "toggle-added-files", "ctrl+a a", "added files"},
    {Action::ToggleRemoved, Place::Files, "toggle-removed-files", "ctrl+r r", "removed files"},
    {Action::ToggleModified,
     Place::Files,
     "toggle-modified-files",
     "m",
     "modified files (ctrl+m is Enter)"},
    {Action::ToggleUnmodified,
     Place::Files,
     "toggle-unmodified-files",
     "ctrl+u u",
     "unmodified files"},
    {Action::ToggleAttributes,
     Place::Files,
     "toggle-filetree-attributes",
     "ctrl+b b",
     "mode and owner"},
    {Action::ToggleWrap, Place::Files, "toggle-wrap-tree", "ctrl+p w", "wrap long names"},
    {Action::History, Place::Files, "history", "H", "the file through all layers"},
    {Action::View, Place::Files, "view", "f", "look into the file"},
    {Action::Hex, Place::Files, "hex", "x", "its bytes"},
    {Action::Diff, Place::Files, "diff", "D", "how its text changed"},
    {Action::Extract, Place::Files, "extract-file", "ctrl+e e", "write the file or folder to disk"},

    {Action::Toggle, Place::Lists, "toggle-row", "space", "open or close the row"},
    {Action::History, Place::Lists, "row-history", "H", "the file through all layers"},
    {Action::Sort, Place::Lists, "sort-rows", "ctrl+o s", "sort by size or name"},
    {Action::Dimension, Place::Lists, "dimension", "t", "other groups"},
    {Action::PageUp, Place::Lists, "page-up", "pgup u", ""},

    {Action::Hex, Place::Viewer, "viewer-hex", "x", "text or bytes"},
    {Action::ToggleWrap, Place::Viewer, "viewer-wrap", "ctrl+p w", "wrap long lines"},
    {Action::PageUp, Place::Viewer, "page-up", "pgup u", ""},
    {Action::PageDown, Place::Viewer, "viewer-page-down", "pgdn d space", "a page down"},
};

}  // namespace

const std::vector<ActionInfo>& action_table() {
  return kTable;
}

std::optional<Key> parse_key(std::string_view text) {
  std::string squeezed;
  for (char c : trim(text)) {
    if (!is_space(c)) squeezed.push_back(c);
  }
  std::string_view rest = squeezed;
  bool ctrl = false;
  bool alt = false;
  while (true) {
    size_t plus = rest.find('+');
    if (plus == std::string_view::npos || plus == 0 || plus + 1 == rest.size()) break;
    std::string modifier = to_lower(rest.substr(0, plus));
    if (modifier == "ctrl" || modifier == "control") ctrl = true;
    if (modifier == "alt" || modifier == "meta") alt = true;
    bool is_known =
        modifier == "ctrl" || modifier == "control" || modifier == "alt" || modifier == "meta";
    if (!is_known) break;
    rest.remove_prefix(plus + 1);
  }
  std::string key = without_alias(rest);
  if (to_lower(rest) == "shift+tab") key = "shift+tab";
  if (key.empty() || (!is_named(key) && !is_one_character(key))) return std::nullopt;
  if (ctrl) key = with_ctrl(key);
  return alt ? "alt+" + key : key;
}

KeyMap::KeyMap() {
  for (const ActionInfo& row : action_table()) {
    std::vector<Key>& keys = keys_.emplace_back();
    for (std::string_view word : split_blanks(row.keys)) {
      std::optional<Key> key = parse_key(word);
      CHECK(key.has_value());
      keys.push_back(std::move(*key));
    }
  }
}

Action KeyMap::action(Place place, const Key& key) const {
  for (Place wanted : {place, Place::Everywhere}) {
    for (size_t i = 0; i < keys_.size(); ++i) {
      if (kTable[i].place != wanted) continue;
      if (std::find(keys_[i].begin(), keys_[i].end(), key) != keys_[i].end())
        return kTable[i].action;
    }
  }
  return Action::None;
}

std::string KeyMap::keys_of(Action action, Place place) const {
  std::string text;
  for (size_t i = 0; i < keys_.size(); ++i) {
    if (kTable[i].action != action || kTable[i].place != place) continue;
    for (const Key& key : keys_[i]) {
      text += (text.empty() ? "" : " ") + (key == "ctrl+_" ? "ctrl+/" : key);
    }
  }
  return text;
}

std::string KeyMap::first_key(Action action, Place place) const {
  std::string keys = keys_of(action, place);
  return keys.substr(0, keys.find(' '));
}

Status KeyMap::bind(std::string_view name, const std::vector<Key>& keys) {
  bool is_known = false;
  for (size_t i = 0; i < kTable.size(); ++i) {
    if (kTable[i].name != name) continue;
    keys_[i] = keys;
    is_known = true;
  }
  if (is_known) return {};
  return Error(ErrorKind::NotFound, fmt::format("there is no action `{}`", printable(name)));
}

}  // namespace whittle::tui
