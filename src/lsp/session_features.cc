// Questions about a document's text that change nothing.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "lsp/completion.h"
#include "lsp/hover.h"
#include "lsp/names.h"
#include "lsp/outline.h"
#include "lsp/session.h"

namespace whittle {

namespace {

// LSP's SymbolKind by OutlineKind: Class, Function, Variable, File, Property, Event.
constexpr int kSymbolKinds[] = {5, 12, 13, 1, 7, 24};
// LSP's CompletionItemKind by CompletionKind: Keyword, Property, Value, Class, Variable, Constant.
constexpr int kCompletionKinds[] = {14, 10, 12, 7, 6, 21};
// LSP's DocumentHighlightKind.
constexpr int kRead = 2;
constexpr int kWrite = 3;

Json location(const OpenDocument& document, Range range) {
  return {{"uri", document.uri}, {"range", to_json(document.text.span(range))}};
}

Json symbol_tree(const OpenDocument& document, const OutlineItem& item) {
  Json children = Json::array();
  for (const OutlineItem& child : item.children) children.push_back(symbol_tree(document, child));
  return {{"name", item.name},
          {"detail", item.detail},
          {"kind", kSymbolKinds[static_cast<size_t>(item.kind)]},
          {"range", to_json(document.text.span(item.range))},
          {"selectionRange", to_json(document.text.span(item.selection))},
          {"children", std::move(children)}};
}

void add_flat_symbols(const OpenDocument& document,
                      const OutlineItem& item,
                      const std::string& container,
                      Json& list) {
  Json symbol = {{"name", item.name},
                 {"kind", kSymbolKinds[static_cast<size_t>(item.kind)]},
                 {"location", location(document, item.range)}};
  if (!container.empty()) symbol["containerName"] = container;
  list.push_back(std::move(symbol));
  for (const OutlineItem& child : item.children) add_flat_symbols(document, child, item.name, list);
}

}  // namespace

Result<Json> LspSession::hover(const Json& params) {
  TRY_ASSIGN(Place place, place_of(params));
  lint(*place.document);
  static const std::vector<Finding> kNone;
  const std::vector<Finding>& findings =
      place.document->linted ? place.document->linted->findings : kNone;
  std::optional<HoverText> text = hover_at(place.parsed->input, findings, place.offset);
  if (!text) return Json();
  return Json{{"contents", markdown_json(text->markdown, client_.takes_markdown_hover)},
              {"range", to_json(place.document->text.span(text->range))}};
}

Result<Json> LspSession::definition(const Json& params) {
  TRY_ASSIGN(Place place, place_of(params));
  std::optional<NameAt> name = name_at(place.parsed->input, place.offset);
  if (!name || name->declarations.empty()) return Json();
  Json list = Json::array();
  for (Range range : name->declarations) {
    bool is_here = range == name->here.range && name->declarations.size() > 1;
    if (!is_here) list.push_back(location(*place.document, range));
  }
  return list;
}

Result<Json> LspSession::references(const Json& params) {
  TRY_ASSIGN(Place place, place_of(params));
  std::optional<NameAt> name = name_at(place.parsed->input, place.offset);
  if (!name) return Json();
  bool takes_declarations = json_bool(params, "context.includeDeclaration");
  Json list = Json::array();
  for (const NamePlace& one : name->places) {
    if (takes_declarations || !one.is_declaration)
      list.push_back(location(*place.document, one.range));
  }
  return list;
}

Result<Json> LspSession::highlights(const Json& params) {
  TRY_ASSIGN(Place place, place_of(params));
  std::optional<NameAt> name = name_at(place.parsed->input, place.offset);
  if (!name) return Json();
  Json list = Json::array();
  for (const NamePlace& one : name->places) {
    list.push_back({{"range", to_json(place.document->text.span(one.range))},
                    {"kind", one.is_declaration ? kWrite : kRead}});
  }
  return list;
}

Result<Json> LspSession::symbols(const Json& params) {
  TRY_ASSIGN(OpenDocument * document, document_of(params));
  TRY_ASSIGN(const ParsedText* text, parsed(*document));
  Json list = Json::array();
  for (const OutlineItem& item : outline_of(text->input)) {
    if (client_.takes_symbol_trees) {
      list.push_back(symbol_tree(*document, item));
    } else {
      add_flat_symbols(*document, item, "", list);
    }
  }
  return list;
}

Result<Json> LspSession::folds(const Json& params) {
  TRY_ASSIGN(OpenDocument * document, document_of(params));
  TRY_ASSIGN(const ParsedText* text, parsed(*document));
  Json list = Json::array();
  for (const Fold& fold : folds_of(text->file)) {
    // Lines as the client counts them.
    uint32_t first = document->text.position(text->file.lines.line_begin(fold.first_line)).line;
    uint32_t last = document->text.position(text->file.lines.line_begin(fold.last_line)).line;
    list.push_back({{"startLine", first},
                    {"endLine", last},
                    {"kind", fold.is_comment ? "comment" : "region"}});
  }
  return list;
}

Result<Json> LspSession::links(const Json& params) {
  TRY_ASSIGN(OpenDocument * document, document_of(params));
  TRY_ASSIGN(const ParsedText* text, parsed(*document));
  Json list = Json::array();
  for (const ImageLink& link : image_links(text->input)) {
    list.push_back({{"range", to_json(document->text.span(link.range))}, {"target", link.url}});
  }
  return list;
}

Result<Json> LspSession::complete(const Json& params) {
  TRY_ASSIGN(OpenDocument * document, document_of(params));
  std::optional<TextPosition> position = json_position(params, "position");
  if (!position) return Error(ErrorKind::Usage, "there is no position");
  const EditorText& text = document->text;
  Completions found = complete_at(text.text(), text.offset(*position), options_.limits);
  Json range = to_json(text.span(found.replaced));
  Json items = Json::array();
  for (size_t i = 0; i < found.items.size(); ++i) {
    const CompletionItem& one = found.items[i];
    // In the order they come in.
    std::string order = std::to_string(i);
    Json item = {{"label", one.label},
                 {"kind", kCompletionKinds[static_cast<size_t>(one.kind)]},
                 {"sortText", std::string(6 - std::min<size_t>(order.size(), 6), '0') + order},
                 {"filterText", one.label},
                 {"textEdit", {{"range", range}, {"newText", one.insert}}}};
    if (!one.detail.empty()) item["detail"] = one.detail;
    if (!one.text.empty())
      item["documentation"] = markdown_json(one.text, client_.takes_markdown_completion);
    items.push_back(std::move(item));
  }
  return Json{{"isIncomplete", false}, {"items", std::move(items)}};
}

}  // namespace whittle
