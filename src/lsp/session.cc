#include "lsp/session.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "image/json.h"
#include "lint/shellcheck.h"
#include "lsp/file_uri.h"

namespace whittle {

// A message that waits.
struct QueuedMessage {
  Json message;
  bool is_cancelled = false;
  std::optional<Error> lost = {};  // in its place a message that could not be read
};

namespace {

// Codes of errors: JSON-RPC 2.0, and LSP 3.17, "ErrorCodes".
constexpr int kParseError = -32700;
constexpr int kInvalidRequest = -32600;
constexpr int kMethodNotFound = -32601;
constexpr int kInvalidParams = -32602;
constexpr int kNotInitialized = -32002;
constexpr int kRequestCancelled = -32800;
constexpr int kRequestFailed = -32803;

constexpr int kMessageError = 1;

int code_of(const Error& error) {
  switch (error.kind()) {
    case ErrorKind::Usage:
    case ErrorKind::NotFound:
      return kInvalidParams;
    case ErrorKind::Cancelled:
      return kRequestCancelled;
    default:
      return kRequestFailed;
  }
}

std::string text_of(const Error& error) {
  std::string text = printable(error.message());
  return error.hint().empty() ? text : text + ". " + printable(error.hint());
}

struct MethodRow {
  std::string_view name;
  Result<Json> (LspSession::*run)(const Json& params);
  bool is_request;
};

constexpr std::array kMethods = {
    MethodRow{"initialize", &LspSession::initialize, true},
    MethodRow{"initialized", &LspSession::initialized, false},
    MethodRow{"shutdown", &LspSession::shutdown, true},
    MethodRow{"exit", &LspSession::exit, false},
    MethodRow{"$/setTrace", &LspSession::ignore_notification, false},
    MethodRow{"textDocument/didOpen", &LspSession::did_open, false},
    MethodRow{"textDocument/didChange", &LspSession::did_change, false},
    MethodRow{"textDocument/didSave", &LspSession::did_save, false},
    MethodRow{"textDocument/didClose", &LspSession::did_close, false},
    MethodRow{"workspace/didChangeConfiguration", &LspSession::did_change_configuration, false},
    MethodRow{"workspace/didChangeWatchedFiles", &LspSession::did_change_watched_files, false},
    MethodRow{"workspace/didChangeWorkspaceFolders", &LspSession::did_change_folders, false},
    MethodRow{"textDocument/diagnostic", &LspSession::pull_diagnostics, true},
    MethodRow{"textDocument/hover", &LspSession::hover, true},
    MethodRow{"textDocument/definition", &LspSession::definition, true},
    MethodRow{"textDocument/references", &LspSession::references, true},
    MethodRow{"textDocument/documentHighlight", &LspSession::highlights, true},
    MethodRow{"textDocument/documentSymbol", &LspSession::symbols, true},
    MethodRow{"textDocument/foldingRange", &LspSession::folds, true},
    MethodRow{"textDocument/documentLink", &LspSession::links, true},
    MethodRow{"textDocument/completion", &LspSession::complete, true},
    MethodRow{"textDocument/codeAction", &LspSession::code_actions, true},
    MethodRow{"codeAction/resolve", &LspSession::resolve_action, true},
    MethodRow{"textDocument/formatting", &LspSession::format, true},
    MethodRow{"textDocument/rangeFormatting", &LspSession::format_range, true},
    MethodRow{"textDocument/prepareRename", &LspSession::prepare_rename, true},
    MethodRow{"textDocument/rename", &LspSession::rename, true},
};

const MethodRow* find_method(std::string_view name) {
  auto found = std::find_if(
      kMethods.begin(), kMethods.end(), [&](const MethodRow& row) { return row.name == name; });
  return found == kMethods.end() ? nullptr : &*found;
}

bool is_id(const Json& id) {
  return id.is_string() || id.is_number_integer();
}

Json capabilities_for(const ClientAbilities& client) {
  Json capabilities = {
      {"positionEncoding", client.encoding == PositionEncoding::Utf8 ? "utf-8" : "utf-16"},
      {"textDocumentSync",
       {{"openClose", true}, {"change", 2}, {"save", {{"includeText", false}}}}},
      {"hoverProvider", true},
      {"definitionProvider", true},
      {"referencesProvider", true},
      {"documentHighlightProvider", true},
      {"documentSymbolProvider", true},
      {"foldingRangeProvider", true},
      {"documentLinkProvider", {{"resolveProvider", false}}},
      {"documentFormattingProvider", true},
      {"documentRangeFormattingProvider", true},
      {"completionProvider",
       {{"triggerCharacters", {"$", "{", "-", "=", ","}}, {"resolveProvider", false}}},
      {"workspace", {{"workspaceFolders", {{"supported", true}, {"changeNotifications", true}}}}},
  };
  if (client.takes_code_actions) {
    capabilities["codeActionProvider"] = {
        {"codeActionKinds", {"quickfix", "source.fixAll", "source.fixAll.whittle"}},
        {"resolveProvider", client.resolves_edits}};
  }
  if (client.prepares_rename) {
    capabilities["renameProvider"] = {{"prepareProvider", true}};
  } else {
    capabilities["renameProvider"] = true;
  }
  if (client.pulls_diagnostics) {
    capabilities["diagnosticProvider"] = {{"identifier", "whittle"},
                                          {"interFileDependencies", false},
                                          {"workspaceDiagnostics", false}};
  }
  return capabilities;
}

}  // namespace

ClientAbilities abilities_of(const Json& all) {
  ClientAbilities client;
  Json none = Json::object();
  const Json* found = json_at(all, "textDocument");
  const Json& text = found == nullptr ? none : *found;
  found = json_at(all, "workspace");
  const Json& space = found == nullptr ? none : *found;
  if (json_lists(all, "general.positionEncodings", "utf-8"))
    client.encoding = PositionEncoding::Utf8;
  client.pulls_diagnostics = json_at(text, "diagnostic") != nullptr;
  client.refreshes_diagnostics = json_bool(space, "diagnostics.refreshSupport") ||
                                 json_bool(space, "diagnostic.refreshSupport");
  client.takes_related = json_bool(text, "publishDiagnostics.relatedInformation") ||
                         json_bool(text, "diagnostic.relatedInformation");
  client.takes_tags = json_at(text, "publishDiagnostics.tagSupport") != nullptr ||
                      json_at(text, "diagnostic.tagSupport") != nullptr;
  client.takes_document_changes = json_bool(space, "workspaceEdit.documentChanges");
  client.creates_files = json_lists(space, "workspaceEdit.resourceOperations", "create");
  client.takes_code_actions = json_at(text, "codeAction.codeActionLiteralSupport") != nullptr;
  client.resolves_edits = json_lists(text, "codeAction.resolveSupport.properties", "edit") &&
                          json_bool(text, "codeAction.dataSupport");
  client.takes_preferred = json_bool(text, "codeAction.isPreferredSupport");
  client.takes_symbol_trees = json_bool(text, "documentSymbol.hierarchicalDocumentSymbolSupport");
  client.takes_markdown_hover = json_lists(text, "hover.contentFormat", "markdown");
  client.takes_markdown_completion =
      json_lists(text, "completion.completionItem.documentationFormat", "markdown");
  client.prepares_rename = json_bool(text, "rename.prepareSupport");
  client.gives_configuration = json_bool(space, "configuration");
  client.registers_watchers = json_bool(space, "didChangeWatchedFiles.dynamicRegistration");
  client.registers_configuration = json_bool(space, "didChangeConfiguration.dynamicRegistration");
  return client;
}

LspSession::LspSession(LspOptions options, const CancelToken& cancel)
    : options_(std::move(options)), cancel_(cancel), shellcheck_(std::make_shared<Shellcheck>()) {
  base_settings_.config = options_.config;
  settings_ = base_settings_;
}

LspSession::~LspSession() = default;

void LspSession::send(const Json& message) {
  output_.push_back(dump_json(message));
}

void LspSession::answer(const Json& id, Result<Json> result) {
  if (!result.ok())
    return answer_error(id, code_of(result.error()), printable(result.error().message()));
  send({{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(*result)}});
}

void LspSession::answer_error(const Json& id, int code, const std::string& text) {
  send({{"jsonrpc", "2.0"}, {"id", id}, {"error", {{"code", code}, {"message", text}}}});
}

void LspSession::notify(std::string_view method, Json params) {
  send({{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}});
}

void LspSession::request(std::string_view method, Json params) {
  int64_t id = next_request_++;
  requests_[id] = method;
  send({{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}});
}

void LspSession::show_message(int type, const std::string& text) {
  notify("window/showMessage", {{"type", type}, {"message", "whittle: " + text}});
}

void LspSession::take(std::string_view text) {
  Result<Json> message = parse_json(text, "message", options_.limits);
  if (!message.ok()) return note_lost_message(message.error());
  if (!message->is_object()) {
    return answer_error(nullptr, kInvalidRequest, "a message is an object");
  }
  if (json_text(*message, "method") == "$/cancelRequest") {
    if (const Json* id = json_at(*message, "params.id")) cancel_queued(*id);
    return;
  }
  queue_.push_back({std::move(*message)});
}

void LspSession::cancel_queued(const Json& id) {
  for (QueuedMessage& waiting : queue_) {
    if (waiting.lost) continue;
    auto found = waiting.message.find("id");
    bool is_it = found != waiting.message.end() && *found == id;
    if (is_it && waiting.message.contains("method")) waiting.is_cancelled = true;
  }
}

void LspSession::note_lost_message(const Error& error) {
  queue_.push_back({Json(), false, error});
}

void LspSession::lose_texts(const Error& error) {
  std::string text = text_of(error);
  answer_error(nullptr, kParseError, text);
  if (documents_.empty()) return;
  // It may have been a change: what is known of the texts is no longer sure.
  for (auto& [uri, document] : documents_) {
    document.is_lost = true;
    mark_changed(document);
    if (!client_.pulls_diagnostics) publish_one(document, Json::array(), false);
  }
  show_message(kMessageError, "a message could not be read (" + text + "); reopen the files");
}

void LspSession::handle() {
  std::vector<QueuedMessage> queue = std::move(queue_);
  queue_.clear();
  for (const QueuedMessage& waiting : queue) {
    if (is_ended()) return;
    if (waiting.lost) {
      lose_texts(*waiting.lost);
    } else {
      handle_one(waiting.message, waiting.is_cancelled);
    }
  }
}

void LspSession::handle_one(const Json& message, bool is_cancelled) {
  std::string method = json_text(message, "method");
  auto id = message.find("id");
  bool has_id = id != message.end() && !id->is_null();
  if (method.empty()) {
    bool is_response = has_id && (message.contains("result") || message.contains("error"));
    if (is_response) return handle_response(message);
    return answer_error(
        has_id && is_id(*id) ? *id : Json(), kInvalidRequest, "the message has no method");
  }
  if (has_id && !is_id(*id))
    return answer_error(nullptr, kInvalidRequest, "an id is a number or a text");
  if (has_id) return handle_request(message, method, is_cancelled);
  const MethodRow* row = find_method(method);
  bool is_heard = state_ == State::Running || method == "exit";
  if (row == nullptr || row->is_request || !is_heard) return;
  const Json* params = json_at(message, "params");
  Result<Json> done = (this->*row->run)(params == nullptr ? Json::object() : *params);
  if (!done.ok()) show_message(kMessageError, text_of(done.error()));
}

void LspSession::handle_request(const Json& message, const std::string& method, bool is_cancelled) {
  const Json& id = message["id"];
  const MethodRow* row = find_method(method);
  if (state_ == State::New && method != "initialize")
    return answer_error(id, kNotInitialized, "`initialize` comes first");
  if (state_ == State::ShutDown)
    return answer_error(id, kInvalidRequest, "the server has been shut down");
  if (row == nullptr || !row->is_request)
    return answer_error(id, kMethodNotFound, "there is no method `" + printable(method) + "`");
  if (is_cancelled) return answer_error(id, kRequestCancelled, "cancelled");
  const Json* params = json_at(message, "params");
  answer(id, (this->*row->run)(params == nullptr ? Json::object() : *params));
}

void LspSession::handle_response(const Json& message) {
  std::optional<int64_t> id = json_number(message, "id");
  auto found = id ? requests_.find(*id) : requests_.end();
  if (found == requests_.end()) return;
  std::string method = std::move(found->second);
  requests_.erase(found);
  const Json* result = json_at(message, "result");
  bool is_settings = method == "workspace/configuration" && result != nullptr &&
                     result->is_array() && !result->empty();
  if (is_settings) apply_settings((*result)[0]);
}

Result<Json> LspSession::initialize(const Json& params) {
  if (state_ != State::New) return Error(ErrorKind::Usage, "`initialize` came twice");
  state_ = State::Running;
  const Json* capabilities = json_at(params, "capabilities");
  client_ = abilities_of(capabilities == nullptr ? Json::object() : *capabilities);
  const Json* folders = json_at(params, "workspaceFolders");
  if (folders != nullptr && folders->is_array()) {
    Json event = {{"added", *folders}, {"removed", Json::array()}};
    TRY(did_change_folders({{"event", event}}));
  } else if (auto root = path_of_uri(json_text(params, "rootUri"))) {
    folders_.push_back(*root);
  } else if (std::string path = json_text(params, "rootPath"); !path.empty()) {
    folders_.emplace_back(path);
  }
  if (const Json* settings = json_at(params, "initializationOptions")) {
    apply_settings(*settings);
    base_settings_ = settings_;
  }
  return Json{{"capabilities", capabilities_for(client_)},
              {"serverInfo", {{"name", "whittle"}, {"version", options_.version}}}};
}

Result<Json> LspSession::initialized(const Json& /*params*/) {
  register_watchers();
  if (client_.gives_configuration)
    request("workspace/configuration", {{"items", Json::array({Json{{"section", "whittle"}}})}});
  return Json();
}

void LspSession::register_watchers() {
  Json registrations = Json::array();
  if (client_.registers_watchers) {
    Json watchers = Json::array();
    for (std::string_view glob : {"**/whittle.yaml",
                                  "**/.whittle.yaml",
                                  "**/whittle.yml",
                                  "**/.whittle.yml",
                                  "**/.dockerignore",
                                  "**/*.dockerignore"}) {
      watchers.push_back({{"globPattern", glob}});
    }
    registrations.push_back({{"id", "whittle-files"},
                             {"method", "workspace/didChangeWatchedFiles"},
                             {"registerOptions", {{"watchers", watchers}}}});
  }
  if (client_.registers_configuration) {
    registrations.push_back({{"id", "whittle-configuration"},
                             {"method", "workspace/didChangeConfiguration"},
                             {"registerOptions", {{"section", "whittle"}}}});
  }
  if (!registrations.empty())
    request("client/registerCapability", {{"registrations", registrations}});
}

Result<Json> LspSession::shutdown(const Json& /*params*/) {
  state_ = State::ShutDown;
  was_shut_down_ = true;
  documents_.clear();
  return Json();
}

Result<Json> LspSession::exit(const Json& /*params*/) {
  state_ = State::Ended;
  return Json();
}

Result<Json> LspSession::ignore_notification(const Json& /*params*/) {
  return Json();
}

}  // namespace whittle
