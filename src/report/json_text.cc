#include "report/json_text.h"

#include <nlohmann/json.hpp>

namespace whittle {

namespace {

using Json = nlohmann::ordered_json;

// A text of JSON holds no line end but those of its layout.
void append_indented(std::string& out, std::string_view text, std::string_view indent) {
  for (size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    out += text.substr(0, end + 1);
    out += indent;
    text.remove_prefix(end + 1);
  }
  out += text;
}

std::string dump(const Json& value) {
  return value.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

void JsonText::begin(std::string_view key) {
  text_ += text_.size() > 1 ? ",\n  " : "\n  ";
  text_ += dump(Json(key)) + ": ";
}

void JsonText::add(std::string_view key, const Json& value) {
  begin(key);
  append_indented(text_, dump(value), "  ");
}

void JsonText::add_list(std::string_view key,
                        size_t count,
                        const std::function<Json(size_t)>& make) {
  begin(key);
  text_ += "[";
  for (size_t i = 0; i < count; ++i) {
    text_ += i > 0 ? ",\n    " : "\n    ";
    append_indented(text_, dump(make(i)), "    ");
  }
  text_ += count > 0 ? "\n  ]" : "]";
}

std::string JsonText::finish() {
  text_ += text_.size() > 1 ? "\n}\n" : "}\n";
  return std::move(text_);
}

}  // namespace whittle
