// JSON of the protocol to plain values and back. A member that is missing or of another type is
// absent, never an error. Internal to src/lsp.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lsp/editor_text.h"
#include "model/finding.h"

namespace whittle {

using Json = nlohmann::json;

// A member by its path, "textDocument.hover.contentFormat"; null if there is none.
const Json* json_at(const Json& value, std::string_view path);
std::string json_text(const Json& value, std::string_view path);
bool json_bool(const Json& value, std::string_view path);
std::optional<int64_t> json_number(const Json& value, std::string_view path);
// The texts of a list.
std::vector<std::string> json_texts(const Json& value, std::string_view path);
// True if the list at the path holds the text.
bool json_lists(const Json& value, std::string_view path, std::string_view text);

std::optional<TextPosition> json_position(const Json& value, std::string_view path);
std::optional<TextSpan> json_span(const Json& value, std::string_view path);
// What textDocument/didChange carries; nullopt for an element of another form.
std::optional<TextChange> json_change(const Json& value);

Json to_json(TextPosition position);
Json to_json(TextSpan span);
Json edits_to_json(const EditorText& text, const std::vector<Edit>& edits);
Json markdown_json(const std::string& text, bool takes_markdown);

// One line; bytes that are no UTF-8 are replaced.
std::string dump_json(const Json& value);

}  // namespace whittle
