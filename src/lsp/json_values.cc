#include "lsp/json_values.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/strings.h"

namespace whittle {

const Json* json_at(const Json& value, std::string_view path) {
  const Json* at = &value;
  if (path.empty()) return at;
  for (std::string_view key : split(path, '.')) {
    if (!at->is_object()) return nullptr;
    auto found = at->find(std::string(key));
    if (found == at->end() || found->is_null()) return nullptr;
    at = &*found;
  }
  return at;
}

std::string json_text(const Json& value, std::string_view path) {
  const Json* found = json_at(value, path);
  return found != nullptr && found->is_string() ? found->get_ref<const std::string&>() : "";
}

bool json_bool(const Json& value, std::string_view path) {
  const Json* found = json_at(value, path);
  return found != nullptr && found->is_boolean() && found->get<bool>();
}

std::optional<int64_t> json_number(const Json& value, std::string_view path) {
  const Json* found = json_at(value, path);
  if (found == nullptr || !found->is_number_integer()) return std::nullopt;
  return found->get<int64_t>();
}

std::vector<std::string> json_texts(const Json& value, std::string_view path) {
  std::vector<std::string> texts;
  const Json* found = json_at(value, path);
  if (found == nullptr || !found->is_array()) return texts;
  for (const Json& item : *found) {
    if (item.is_string()) texts.push_back(item.get_ref<const std::string&>());
  }
  return texts;
}

bool json_lists(const Json& value, std::string_view path, std::string_view text) {
  std::vector<std::string> texts = json_texts(value, path);
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

std::optional<TextPosition> json_position(const Json& value, std::string_view path) {
  const Json* found = json_at(value, path);
  if (found == nullptr) return std::nullopt;
  std::optional<int64_t> line = json_number(*found, "line");
  std::optional<int64_t> character = json_number(*found, "character");
  if (!line || !character || *line < 0 || *character < 0) return std::nullopt;
  constexpr int64_t kMost = UINT32_MAX;
  return TextPosition{static_cast<uint32_t>(std::min(*line, kMost)),
                      static_cast<uint32_t>(std::min(*character, kMost))};
}

std::optional<TextSpan> json_span(const Json& value, std::string_view path) {
  const Json* found = json_at(value, path);
  if (found == nullptr) return std::nullopt;
  std::optional<TextPosition> begin = json_position(*found, "start");
  std::optional<TextPosition> end = json_position(*found, "end");
  if (!begin || !end) return std::nullopt;
  return TextSpan{*begin, *end};
}

std::optional<TextChange> json_change(const Json& value) {
  const Json* text = json_at(value, "text");
  if (text == nullptr || !text->is_string()) return std::nullopt;
  TextChange change{std::nullopt, text->get<std::string>()};
  if (json_at(value, "range") == nullptr) return change;
  change.span = json_span(value, "range");
  if (!change.span) return std::nullopt;
  return change;
}

Json to_json(TextPosition position) {
  return {{"line", position.line}, {"character", position.character}};
}

Json to_json(TextSpan span) {
  return {{"start", to_json(span.begin)}, {"end", to_json(span.end)}};
}

Json edits_to_json(const EditorText& text, const std::vector<Edit>& edits) {
  Json list = Json::array();
  for (const Edit& edit : edits)
    list.push_back({{"range", to_json(text.span(edit.range))}, {"newText", edit.text}});
  return list;
}

Json markdown_json(const std::string& text, bool takes_markdown) {
  return {{"kind", takes_markdown ? "markdown" : "plaintext"}, {"value", text}};
}

std::string dump_json(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace whittle
