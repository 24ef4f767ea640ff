// Key files: YAML, by yaml-cpp, whose exceptions end here.
#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "base/fs.h"
#include "base/strings.h"
#include "tui/keys.h"

namespace whittle::tui {

namespace {

constexpr uint64_t kMaxKeyFileBytes = 64 << 10;

Error at_line(const std::string& name, const YAML::Mark& mark, std::string_view what) {
  return Error(ErrorKind::Invalid, fmt::format("{}:{}: {}", name, mark.line + 1, what));
}

// "ctrl+f, /": a comma alone is the key of that name.
std::vector<std::string> words_of(const YAML::Node& value) {
  std::vector<std::string> words;
  if (value.IsSequence()) {
    for (const YAML::Node& item : value) words.push_back(item.as<std::string>());
    return words;
  }
  std::string text = value.IsNull() ? "" : value.as<std::string>();
  if (trim(text) == ",") return {","};
  for (std::string_view word : split(text, ',')) {
    if (!trim(word).empty()) words.emplace_back(trim(word));
  }
  return words;
}

Status bind_row(const YAML::Node& name,
                const YAML::Node& value,
                const std::string& file,
                KeyMap& keys) {
  std::vector<Key> bound;
  if (value.IsMap()) return at_line(file, value.Mark(), "keys are one text or a list");
  for (const std::string& word : words_of(value)) {
    std::optional<Key> key = parse_key(word);
    if (!key) return at_line(file, value.Mark(), fmt::format("`{}` is no key", printable(word)));
    bound.push_back(std::move(*key));
  }
  Status status = keys.bind(name.as<std::string>(), bound);
  return status.ok() ? Status() : at_line(file, name.Mark(), status.error().message());
}

Status bind_all(const std::string& text, const std::string& name, KeyMap& keys) {
  YAML::Node root = YAML::Load(text);
  if (!root.IsDefined() || root.IsNull()) return {};
  if (!root.IsMap()) return at_line(name, root.Mark(), "this is no mapping");
  YAML::Node section = root["keybinding"];
  if (!section.IsDefined() || section.IsNull()) return {};
  if (!section.IsMap()) return at_line(name, section.Mark(), "`keybinding` is no mapping");
  KeyMap changed = keys;
  for (const auto& row : section) TRY(bind_row(row.first, row.second, name, changed));
  keys = std::move(changed);
  return {};
}

}  // namespace

Status read_keys(const std::string& text, const std::string& name, KeyMap& keys) {
  try {
    return bind_all(text, name, keys);
  } catch (const YAML::Exception& exception) {
    return at_line(name, exception.mark, printable(exception.msg));
  }
}

Status read_key_file(const std::string& path, KeyMap& keys) {
  TRY_ASSIGN(std::string text, read_file(path, kMaxKeyFileBytes));
  return read_keys(text, printable(path), keys);
}

}  // namespace whittle::tui
