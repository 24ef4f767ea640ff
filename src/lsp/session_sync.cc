// Documents as the client has them, its folders and its settings.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "dockerfile/parser.h"
#include "lsp/file_uri.h"
#include "lsp/session.h"

namespace whittle {

namespace {

constexpr size_t kMaxDocuments = 10'000;
constexpr size_t kMaxFolders = 1'000;
constexpr int kMessageWarning = 2;

// Files that a client may show to every server, and that are no Dockerfiles.
bool is_other_file(const std::string& language, const fs::path& path) {
  constexpr std::string_view kOther[] = {"yaml", "json", "jsonc", "ignore", "hcl", "markdown"};
  bool is_known =
      std::find(std::begin(kOther), std::end(kOther), to_lower(language)) != std::end(kOther);
  return is_known || path.filename().string().ends_with(".dockerignore");
}

// Files that decide how others are judged.
bool decides_for_others(const fs::path& path) {
  std::string name = path.filename().string();
  constexpr std::string_view kNames[] = {
      "whittle.yaml", ".whittle.yaml", "whittle.yml", ".whittle.yml"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames) ||
         name.ends_with(".dockerignore");
}

}  // namespace

Result<OpenDocument*> LspSession::document_of(const Json& params) {
  std::string uri = json_text(params, "textDocument.uri");
  auto found = documents_.find(uri);
  if (found == documents_.end())
    return Error(ErrorKind::NotFound, "`" + printable(uri) + "` is not open");
  if (found->second.is_lost)
    return Error(ErrorKind::Invalid, "a change of the document was lost, reopen it");
  return &found->second;
}

Result<LspSession::Place> LspSession::place_of(const Json& params) {
  TRY_ASSIGN(OpenDocument * document, document_of(params));
  std::optional<TextPosition> position = json_position(params, "position");
  if (!position) return Error(ErrorKind::Usage, "there is no position");
  TRY_ASSIGN(const ParsedText* text, parsed(*document));
  return Place{document, text, document->text.offset(*position)};
}

Result<const ParsedText*> LspSession::parsed(OpenDocument& document) {
  if (document.parsed) return document.parsed.get();
  auto made = std::make_unique<ParsedText>();
  std::string name = document.path.empty() ? "Dockerfile" : document.path.filename().string();
  TRY_ASSIGN(made->file, parse_dockerfile(document.text.text(), name, options_.limits));
  made->input = make_lint_input(made->file, {}, options_.limits);
  document.parsed = std::move(made);
  return document.parsed.get();
}

void LspSession::mark_changed(OpenDocument& document) {
  document.parsed.reset();
  document.linted.reset();
  document.config_problem.reset();
  document.waits_for_publish = false;
}

void LspSession::mark_all_changed() {
  for (auto& [uri, document] : documents_) mark_changed(document);
  if (client_.pulls_diagnostics && client_.refreshes_diagnostics)
    request("workspace/diagnostic/refresh", nullptr);
}

Status LspSession::check_size(OpenDocument& document) {
  if (document.text.text().size() <= options_.limits.max_dockerfile_bytes) return {};
  document.is_lost = true;
  document.text = EditorText("", client_.encoding);
  return limit_error(document.uri, &Limits::max_dockerfile_bytes, options_.limits);
}

Result<Json> LspSession::did_open(const Json& params) {
  std::string uri = json_text(params, "textDocument.uri");
  if (uri.empty()) return Error(ErrorKind::Usage, "didOpen: there is no URI");
  if (documents_.size() >= kMaxDocuments && documents_.count(uri) == 0)
    return Error(ErrorKind::Limit, "too many open documents");
  OpenDocument document;
  document.uri = uri;
  document.language = json_text(params, "textDocument.languageId");
  document.version = json_number(params, "textDocument.version").value_or(0);
  document.path = path_of_uri(uri).value_or(fs::path());
  document.is_linted_at_all = !is_other_file(document.language, document.path);
  document.text = EditorText(json_text(params, "textDocument.text"), client_.encoding);
  Status status = check_size(document);
  documents_[uri] = std::move(document);
  TRY(std::move(status));
  return Json();
}

Result<Json> LspSession::did_change(const Json& params) {
  auto found = documents_.find(json_text(params, "textDocument.uri"));
  if (found == documents_.end()) return Error(ErrorKind::NotFound, "didChange: it is not open");
  OpenDocument& document = found->second;
  document.version = json_number(params, "textDocument.version").value_or(document.version + 1);
  mark_changed(document);
  const Json* changes = json_at(params, "contentChanges");
  if (changes == nullptr || !changes->is_array())
    return Error(ErrorKind::Usage, "didChange: there are no changes");
  for (const Json& item : *changes) {
    std::optional<TextChange> change = json_change(item);
    if (!change) {
      document.is_lost = true;
      return Error(ErrorKind::Usage, "didChange: a change is not of the protocol's form");
    }
    if (!change->span) document.is_lost = false;
    document.text.apply(*change);
  }
  TRY(check_size(document));
  return Json();
}

Result<Json> LspSession::did_save(const Json& params) {
  auto found = documents_.find(json_text(params, "textDocument.uri"));
  if (found == documents_.end()) return Json();
  if (decides_for_others(found->second.path)) {
    mark_all_changed();
  } else {
    // The folder may hold other files than it did.
    found->second.linted.reset();
    found->second.config_problem.reset();
  }
  return Json();
}

Result<Json> LspSession::did_close(const Json& params) {
  auto found = documents_.find(json_text(params, "textDocument.uri"));
  if (found == documents_.end()) return Json();
  if (!client_.pulls_diagnostics) publish_one(found->second, Json::array(), false);
  documents_.erase(found);
  return Json();
}

Result<Json> LspSession::did_change_configuration(const Json& params) {
  const Json* settings = json_at(params, "settings");
  bool has_settings = settings != nullptr && settings->is_object() && !settings->empty();
  if (has_settings) {
    apply_settings(*settings);
  } else if (client_.gives_configuration) {
    request("workspace/configuration", {{"items", Json::array({Json{{"section", "whittle"}}})}});
  }
  return Json();
}

void LspSession::apply_settings(const Json& value) {
  std::vector<std::string> problems;
  settings_ = read_settings(value, base_settings_, problems);
  for (const std::string& problem : problems) show_message(kMessageWarning, "setting " + problem);
  std::optional<fs::path>& file = settings_.config.file;
  if (file && file->is_relative() && !folders_.empty()) file = first_folder() / *file;
  mark_all_changed();
}

Result<Json> LspSession::did_change_watched_files(const Json& params) {
  const Json* changes = json_at(params, "changes");
  if (changes == nullptr || !changes->is_array()) return Json();
  bool decides = std::any_of(changes->begin(), changes->end(), [](const Json& change) {
    std::optional<fs::path> path = path_of_uri(json_text(change, "uri"));
    return path && decides_for_others(*path);
  });
  if (decides) mark_all_changed();
  return Json();
}

Result<Json> LspSession::did_change_folders(const Json& params) {
  const Json* removed = json_at(params, "event.removed");
  if (removed != nullptr && removed->is_array()) {
    for (const Json& folder : *removed) {
      if (auto path = path_of_uri(json_text(folder, "uri"))) std::erase(folders_, *path);
    }
  }
  const Json* added = json_at(params, "event.added");
  if (added != nullptr && added->is_array()) {
    for (const Json& folder : *added) {
      auto path = path_of_uri(json_text(folder, "uri"));
      if (path && folders_.size() < kMaxFolders) folders_.push_back(*path);
    }
  }
  return Json();
}

fs::path LspSession::first_folder() const {
  return folders_.empty() ? fs::path(".") : folders_.front();
}

}  // namespace whittle
