#include "tui/keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/strings.h"

namespace whittle::tui {
namespace {

using testing::HasSubstr;

TEST(Keys, HaveManySpellings) {
  EXPECT_EQ(parse_key("a"), "a");
  EXPECT_EQ(parse_key("G"), "G");
  EXPECT_EQ(parse_key("ctrl+f"), "ctrl+f");
  EXPECT_EQ(parse_key("Ctrl + F"), "ctrl+f");
  EXPECT_EQ(parse_key("PgDn"), "pgdn");
  EXPECT_EQ(parse_key("arrowup"), "up");
  EXPECT_EQ(parse_key("Escape"), "esc");
  EXPECT_EQ(parse_key("slash"), "/");
  EXPECT_EQ(parse_key("+"), "+");
  EXPECT_EQ(parse_key("ctrl+space"), "ctrl+space");
  EXPECT_EQ(parse_key("shift+tab"), "shift+tab");
  EXPECT_EQ(parse_key("f12"), "f12");
  EXPECT_EQ(parse_key("ä"), "ä");
  // The same byte on a terminal.
  EXPECT_EQ(parse_key("ctrl+/"), parse_key("ctrl+slash"));
  EXPECT_EQ(parse_key("ctrl+m"), "enter");
  EXPECT_EQ(parse_key("ctrl+i"), "tab");
  for (const char* none : {"", "ctrl+", "hyper+x", "f13", "ab", "\x01", " "}) {
    EXPECT_EQ(parse_key(none), std::nullopt) << none;
  }
}

TEST(Keys, NoKeyMeansTwoThingsAtOnePlace) {
  std::map<std::pair<Place, Key>, Action> seen;
  for (const ActionInfo& row : action_table()) {
    for (std::string_view word : split_blanks(row.keys)) {
      std::optional<Key> key = parse_key(word);
      ASSERT_TRUE(key.has_value()) << word;
      EXPECT_TRUE(seen.emplace(std::pair(row.place, *key), row.action).second) << word;
    }
  }
}

// Each key of dive v0.13 with what it does there; ctrl+m is Enter on a terminal.
TEST(Keys, DoWhatTheyDoInDive) {
  KeyMap keys;

  struct Row {
    Place place;
    const char* key;
    Action action;
  };

  const Row rows[] = {{Place::Files, "ctrl+c", Action::Quit},
                      {Place::Layers, "tab", Action::NextPane},
                      {Place::Files, "ctrl+f", Action::Filter},
                      {Place::Files, "ctrl+/", Action::Filter},
                      {Place::Files, "esc", Action::Back},
                      {Place::Files, "left", Action::Left},
                      {Place::Files, "h", Action::Left},
                      {Place::Files, "l", Action::Right},
                      {Place::Layers, "k", Action::Up},
                      {Place::Layers, "j", Action::Down},
                      {Place::Layers, "u", Action::PageUp},
                      {Place::Layers, "d", Action::PageDown},
                      {Place::Files, "pgdn", Action::PageDown},
                      {Place::Layers, "ctrl+a", Action::CompareAll},
                      {Place::Layers, "ctrl+l", Action::CompareLayer},
                      {Place::Files, "space", Action::Toggle},
                      {Place::Files, "ctrl+space", Action::ToggleAll},
                      {Place::Files, "ctrl+o", Action::Sort},
                      {Place::Files, "ctrl+e", Action::Extract},
                      {Place::Files, "ctrl+a", Action::ToggleAdded},
                      {Place::Files, "ctrl+r", Action::ToggleRemoved},
                      {Place::Files, "m", Action::ToggleModified},
                      {Place::Files, "ctrl+u", Action::ToggleUnmodified},
                      {Place::Files, "ctrl+b", Action::ToggleAttributes},
                      {Place::Files, "ctrl+p", Action::ToggleWrap},
                      {Place::Layers, "ctrl+z", Action::Suspend}};
  for (const Row& row : rows) {
    EXPECT_EQ(keys.action(row.place, *parse_key(row.key)), row.action) << row.key;
  }
}

TEST(KeyFile, BindsAsDiveWritesItAndAsLists) {
  KeyMap keys;
  Status status = read_keys(
      "log:\n  level: info\nkeybinding:\n  # a comment\n  quit: ctrl+q\n  filter-files: ctrl+f, "
      "ctrl+slash\n"
      "  history: [\"i\", f5]\n  toggle-wrap-tree:\n",
      "keys.yaml",
      keys);
  ASSERT_TRUE(status.ok()) << status.error().message();
  EXPECT_EQ(keys.action(Place::Files, "ctrl+q"), Action::Quit);
  EXPECT_EQ(keys.action(Place::Files, "q"), Action::None);
  EXPECT_EQ(keys.action(Place::Files, "i"), Action::History);
  EXPECT_EQ(keys.action(Place::Files, "f5"), Action::History);
  EXPECT_EQ(keys.action(Place::Files, "H"), Action::None);
  EXPECT_EQ(keys.action(Place::Files, "ctrl+p"), Action::None);
  EXPECT_EQ(keys.keys_of(Action::Filter, Place::Everywhere), "ctrl+f ctrl+/");
}

std::string error_of(const std::string& text) {
  KeyMap keys;
  Status status = read_keys(text, "k.yaml", keys);
  EXPECT_EQ(keys.action(Place::Files, "q"), Action::Quit);  // nothing is bound by half
  return status.ok() ? "" : status.error().message();
}

TEST(KeyFile, ErrorsNameFileAndLine) {
  EXPECT_EQ(error_of("keybinding:\n  quit: x\n  nothing: y\n"),
            "k.yaml:3: there is no action `nothing`");
  EXPECT_EQ(error_of("keybinding:\n  quit: ctl+q\n"), "k.yaml:2: `ctl+q` is no key");
  EXPECT_EQ(error_of("keybinding: [a]\n"), "k.yaml:1: `keybinding` is no mapping");
  EXPECT_EQ(error_of("keybinding:\n  quit: {a: b}\n"), "k.yaml:2: keys are one text or a list");
  EXPECT_EQ(error_of("- a\n"), "k.yaml:1: this is no mapping");
  EXPECT_THAT(error_of("a: b\nkeybinding:\n  quit: [x\n"), HasSubstr("k.yaml:"));
  EXPECT_EQ(error_of(""), "");
  EXPECT_EQ(error_of("log:\n  enabled: true\n"), "");
}

TEST(KeyFile, AMissingFileIsAnError) {
  KeyMap keys;
  Status status = read_key_file("/nonexistent/keys.yaml", keys);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind(), ErrorKind::NotFound);
}

}  // namespace
}  // namespace whittle::tui
