// What changes a document: actions about findings, formatting, renaming.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "formatter/formatter.h"
#include "formatter/partial.h"
#include "lsp/line_edits.h"
#include "lsp/names.h"
#include "lsp/session.h"
#include "report/lint_parts.h"

namespace whittle {

namespace {

constexpr std::string_view kQuickFix = "quickfix";
constexpr std::string_view kFixAll = "source.fixAll.whittle";
constexpr int kMessageInfo = 3;

// Whether the client asks for actions of a kind: it names the kind or one above it, or none at all.
bool is_asked_for(const Json& params, std::string_view kind) {
  const Json* only = json_at(params, "context.only");
  if (only == nullptr || !only->is_array()) return true;
  return std::any_of(only->begin(), only->end(), [&](const Json& item) {
    if (!item.is_string()) return false;
    const std::string& asked = item.get_ref<const std::string&>();
    return asked.empty() || kind == asked || kind.starts_with(asked + ".");
  });
}

}  // namespace

Json LspSession::workspace_edit(const OpenDocument& document,
                                const std::vector<Edit>& edits) const {
  Json list = edits_to_json(document.text, edits);
  if (!client_.takes_document_changes) {
    Json changes = Json::object();
    changes[document.uri] = std::move(list);
    return {{"changes", std::move(changes)}};
  }
  Json change = {{"textDocument", {{"uri", document.uri}, {"version", document.version}}},
                 {"edits", std::move(list)}};
  return {{"documentChanges", Json::array({std::move(change)})}};
}

// Errors: Unsupported when the client cannot do what is needed.
Status LspSession::add_ignore_change(const LintChange& change, Json& edit) const {
  std::string uri = uri_of(change.path.string());
  auto open = documents_.find(uri);
  bool is_other = open != documents_.end() && open->second.text.text() != change.before;
  if (is_other) return Error(ErrorKind::Unsupported, "save the ignore file first");
  EditorText before(change.before, client_.encoding);
  Json list = edits_to_json(before, line_edits(change.before, change.after));
  if (!client_.takes_document_changes) {
    if (change.is_new) return Error(ErrorKind::Unsupported, "the client creates no files");
    edit["changes"][uri] = std::move(list);
    return {};
  }
  Json& changes = edit["documentChanges"];
  if (change.is_new) {
    if (!client_.creates_files) return Error(ErrorKind::Unsupported, "the client creates no files");
    changes.push_back({{"kind", "create"}, {"uri", uri}, {"options", {{"ignoreIfExists", true}}}});
  }
  Json version = open == documents_.end() ? Json() : Json(open->second.version);
  changes.push_back(
      {{"textDocument", {{"uri", uri}, {"version", version}}}, {"edits", std::move(list)}});
  return {};
}

Result<Json> LspSession::wide_edit(const OpenDocument& document, const WideFix& fix) const {
  std::set<std::string> only;
  if (!fix.rule.empty()) only.insert(fix.rule);
  TRY_ASSIGN(DocumentFindings fixed, lint_text(document, fix.mode, only));
  std::vector<Edit> edits;
  if (fixed.file.original) edits = line_edits(document.text.text(), fixed.file.text);
  Json edit = workspace_edit(document, edits);
  if (edits.empty() && client_.takes_document_changes) edit["documentChanges"] = Json::array();
  if (!fix.with_ignore_file) return edit;
  for (const LintChange& change : fixed.changes) TRY(add_ignore_change(change, edit));
  return edit;
}

// The edit itself, or what codeAction/resolve makes it from.
Status LspSession::add_wide_edit(const OpenDocument& document,
                                 const WideFix& fix,
                                 Json& action) const {
  if (!client_.resolves_edits) {
    TRY_ASSIGN(action["edit"], wide_edit(document, fix));
    return {};
  }
  action["data"] = {{"uri", document.uri},
                    {"version", document.version},
                    {"rule", fix.rule},
                    {"unsafe", fix.mode == FixMode::Unsafe},
                    {"ignoreFile", fix.with_ignore_file}};
  return {};
}

Result<Json> LspSession::finding_action(OpenDocument& document, const FindingAction& action) {
  const Finding& finding = document.linted->findings[action.finding];
  Json json = {{"title", printable(action.title)},
               {"kind", kQuickFix},
               {"diagnostics", Json::array({diagnostic_of(document, finding)})}};
  if (client_.takes_preferred && action.kind == ActionKind::QuickFix)
    json["isPreferred"] = action.is_preferred;
  if (action.kind == ActionKind::FixRule) {
    TRY(add_wide_edit(document, {finding.rule, FixMode::Safe, false}, json));
  } else if (!action.ignore_lines.empty()) {
    FixMode mode = action.is_preferred ? FixMode::Safe : FixMode::Unsafe;
    TRY(add_wide_edit(document, {finding.rule, mode, true}, json));
  } else {
    json["edit"] = workspace_edit(document, action.edits);
  }
  return json;
}

Result<Json> LspSession::code_actions(const Json& params) {
  TRY_ASSIGN(OpenDocument * document, document_of(params));
  std::optional<TextSpan> span = json_span(params, "range");
  if (!span) return Error(ErrorKind::Usage, "there is no range");
  lint(*document);
  Json list = Json::array();
  if (!client_.takes_code_actions || !document->linted || !document->linted->error.empty())
    return list;
  TRY_ASSIGN(const ParsedText* text, parsed(*document));
  if (is_asked_for(params, kQuickFix)) {
    Range range = document->text.range(*span);
    for (const FindingAction& action :
         actions_in(text->file, *document->linted, range, options_.limits)) {
      bool is_unsafe_fix = action.kind == ActionKind::QuickFix && !action.is_preferred;
      if (is_unsafe_fix && !settings_.offers_unsafe_fixes) continue;
      Result<Json> made = finding_action(*document, action);
      if (made.ok()) list.push_back(std::move(*made));
    }
  }
  if (is_asked_for(params, kFixAll) && has_safe_fix(*document->linted)) {
    Json action = {{"title", "Make all safe fixes of whittle"}, {"kind", kFixAll}};
    TRY(add_wide_edit(*document, {}, action));
    list.push_back(std::move(action));
  }
  return list;
}

Result<Json> LspSession::resolve_action(const Json& params) {
  const Json* data = json_at(params, "data");
  if (data == nullptr || !data->is_object()) return params;
  auto found = documents_.find(json_text(*data, "uri"));
  if (found == documents_.end()) return Error(ErrorKind::NotFound, "the document is not open");
  const OpenDocument& document = found->second;
  if (json_number(*data, "version") != document.version || document.is_lost)
    return Error(ErrorKind::Invalid, "the text has changed since");
  WideFix fix;
  fix.rule = json_text(*data, "rule");
  fix.mode = json_bool(*data, "unsafe") ? FixMode::Unsafe : FixMode::Safe;
  fix.with_ignore_file = json_bool(*data, "ignoreFile");
  Json action = params;
  TRY_ASSIGN(action["edit"], wide_edit(document, fix));
  return action;
}

Json LspSession::format_edits(const OpenDocument& document, const Formatted& formatted) {
  if (!formatted.note.empty()) {
    notify("window/logMessage",
           {{"type", kMessageInfo},
            {"message", "whittle: left as it is: " + printable(formatted.note)}});
  }
  return edits_to_json(document.text, line_edits(document.text.text(), formatted.text));
}

Result<Json> LspSession::format(const Json& params) {
  TRY_ASSIGN(OpenDocument * document, document_of(params));
  TRY_ASSIGN(Formatted formatted,
             format_dockerfile(document->text.text(), settings_.format, options_.limits));
  return format_edits(*document, formatted);
}

Result<Json> LspSession::format_range(const Json& params) {
  TRY_ASSIGN(OpenDocument * document, document_of(params));
  std::optional<TextSpan> span = json_span(params, "range");
  if (!span) return Error(ErrorKind::Usage, "there is no range");
  Range range = document->text.range(*span);
  TRY_ASSIGN(Formatted formatted,
             format_part(document->text.text(), range, settings_.format, options_.limits));
  return format_edits(*document, formatted);
}

Result<Json> LspSession::prepare_rename(const Json& params) {
  TRY_ASSIGN(Place place, place_of(params));
  std::optional<NameAt> name = name_at(place.parsed->input, place.offset);
  if (!name) return Json();
  std::string obstacle = rename_obstacle(*name);
  if (!obstacle.empty()) return Error(ErrorKind::Usage, obstacle);
  std::string_view written = place.parsed->file.text(name->here.range);
  return Json{{"range", to_json(place.document->text.span(name->here.range))},
              {"placeholder", written}};
}

Result<Json> LspSession::rename(const Json& params) {
  TRY_ASSIGN(Place place, place_of(params));
  std::optional<NameAt> name = name_at(place.parsed->input, place.offset);
  if (!name) return Error(ErrorKind::Usage, "no name stands here that the file declares");
  TRY_ASSIGN(std::vector<Edit> edits,
             rename_edits(place.parsed->input, *name, json_text(params, "newName")));
  return workspace_edit(*place.document, edits);
}

}  // namespace whittle
