// Keys, what they do, and the table of both. dive's names and keys are understood.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace whittle::tui {

// A key press by its name: "a", "G", "/", "ctrl+f", "alt+x", "space", "enter", "esc", "tab",
// "shift+tab", "backspace", "delete", "up", "down", "left", "right", "home", "end", "pgup", "pgdn",
// "f1".
using Key = std::string;

enum class Action : uint8_t {
  None,
  Quit,
  Suspend,
  Redraw,
  Help,
  NextPane,
  PreviousPane,
  Back,
  ShowFiles,
  ShowWaste,
  ShowPackages,
  ShowGroups,
  ShowImage,
  Zoom,
  Platforms,
  Filter,
  Find,
  FindNext,
  FindPrevious,
  Up,
  Down,
  Left,
  Right,
  PageUp,
  PageDown,
  First,
  Last,
  Open,
  Toggle,
  ToggleAll,
  Sort,
  CompareLayer,
  CompareAll,
  MarkFirst,
  MarkLast,
  MarkRange,
  ToggleAdded,
  ToggleRemoved,
  ToggleModified,
  ToggleUnmodified,
  ToggleAttributes,
  ToggleWrap,
  History,
  View,
  Hex,
  Diff,
  Extract,
  Dimension,
};

// Where keys mean something: a narrower place goes before Everywhere.
enum class Place : uint8_t { Everywhere, Layers, Files, Lists, Viewer };

struct ActionInfo {
  Action action;
  Place place;
  std::string_view name;  // in a key file; dive's where dive has it
  std::string_view keys;  // defaults, separated by blanks
  std::string_view help;  // "" : not in the help
};

const std::vector<ActionInfo>& action_table();

// "Ctrl + F", "ctrl+slash", "pgdn" to a Key; nullopt if there is no such key.
std::optional<Key> parse_key(std::string_view text);

class KeyMap {
 public:
  KeyMap();  // the defaults

  // What a key does at a place; None for nothing.
  Action action(Place place, const Key& key) const;
  // Keys of an action, as they are shown: "ctrl+f /".
  std::string keys_of(Action action, Place place) const;
  std::string first_key(Action action, Place place) const;
  // Replaces the keys of all rows of that name. NotFound if there is none.
  Status bind(std::string_view name, const std::vector<Key>& keys);

 private:
  std::vector<std::vector<Key>> keys_;  // by row of the table
};

// The keys a file binds: YAML with a mapping `keybinding:` of names to keys, either a list or one
// text with commas; other sections are not looked at. Errors name file and line.
Status read_key_file(const std::string& path, KeyMap& keys);
// The same from a text; `name` is for the errors.
Status read_keys(const std::string& text, const std::string& name, KeyMap& keys);

}  // namespace whittle::tui
