// Linting of documents, and what is told of the findings.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "lsp/related_places.h"
#include "lsp/session.h"
#include "report/lint_parts.h"

namespace whittle {

namespace {

// By Severity.
constexpr int kSeverities[] = {4, 3, 2, 1};
constexpr int kError = 1;

}  // namespace

bool LspSession::has_work() const {
  if (client_.pulls_diagnostics || state_ != State::Running) return false;
  return std::any_of(documents_.begin(), documents_.end(), [](const auto& entry) {
    const OpenDocument& document = entry.second;
    return !document.linted && document.is_linted_at_all && !document.is_lost &&
           !document.config_problem;
  });
}

void LspSession::work() {
  for (auto& [uri, document] : documents_) {
    bool waits = !document.linted && document.is_linted_at_all && !document.is_lost &&
                 !document.config_problem;
    if (!waits) continue;
    lint(document);
    document.waits_for_publish = true;
    return;
  }
}

bool LspSession::has_findings() const {
  return std::any_of(documents_.begin(), documents_.end(), [](const auto& entry) {
    return entry.second.waits_for_publish;
  });
}

void LspSession::publish() {
  for (auto& [uri, document] : documents_) {
    if (!document.waits_for_publish) continue;
    document.waits_for_publish = false;
    publish_one(document, diagnostics_of(document), true);
  }
}

void LspSession::publish_one(OpenDocument& document, const Json& diagnostics, bool is_open) {
  Json params = {{"uri", document.uri}, {"diagnostics", diagnostics}};
  if (is_open) params["version"] = document.version;
  notify("textDocument/publishDiagnostics", std::move(params));
}

Result<DocumentFindings> LspSession::lint_text(const OpenDocument& document,
                                               FixMode fix,
                                               const std::set<std::string>& only) const {
  DocumentLint request;
  request.path = document.path;
  request.folder = first_folder();
  request.text = document.text.text();
  request.config = settings_.config;
  request.fix = fix;
  request.fix_only = only;
  request.shellcheck = shellcheck_;
  request.limits = options_.limits;
  return lint_document(request, cancel_);
}

void LspSession::lint(OpenDocument& document) {
  if (document.linted || document.config_problem || !document.is_linted_at_all) return;
  document.result = ++results_;
  Result<DocumentFindings> linted = lint_text(document, FixMode::None, {});
  if (linted.ok()) {
    document.linted = std::move(linted->file);
  } else {
    document.config_problem = std::move(linted).error();
  }
}

Json LspSession::diagnostics_of(OpenDocument& document) {
  Json list = Json::array();
  std::string problem;
  if (document.config_problem) problem = document.config_problem->message();
  if (document.linted && !document.linted->error.empty()) problem = document.linted->error;
  if (!problem.empty()) {
    list.push_back({{"range", to_json(TextSpan())},
                    {"severity", kError},
                    {"source", "whittle"},
                    {"code", document.linted ? "unreadable-file" : "configuration"},
                    {"message", printable(problem)}});
  }
  if (!document.linted) return list;
  for (const Finding& finding : document.linted->findings)
    list.push_back(diagnostic_of(document, finding));
  return list;
}

Json LspSession::diagnostic_of(OpenDocument& document, const Finding& finding) {
  const std::string& text = document.text.text();
  Range range = finding.range;
  range.end = std::min(range.end, static_cast<uint32_t>(text.size()));
  range.begin = std::min(range.begin, range.end);
  // Line ends and blanks behind it are not underlined.
  if (size_t size = trim_right(range.of(text)).size(); size > 0)
    range.end = range.begin + static_cast<uint32_t>(size);
  Json diagnostic = {{"range", to_json(document.text.span(range))},
                     {"severity", kSeverities[static_cast<size_t>(finding.severity)]},
                     {"source", "whittle"},
                     {"code", finding.rule},
                     {"message", printable(message_with_help(finding))}};
  std::optional<RuleDescription> rule = describe_rule(finding.rule);
  std::string page = rule ? rule_page(*rule) : "";
  if (!page.empty()) diagnostic["codeDescription"] = {{"href", page}};
  int tag = diagnostic_tag(finding.rule);
  if (client_.takes_tags && tag != 0) diagnostic["tags"] = Json::array({tag});
  Result<const ParsedText*> file = parsed(document);
  if (!client_.takes_related || !file.ok()) return diagnostic;
  Json related = Json::array();
  for (const RelatedPlace& place : related_places((*file)->file, finding)) {
    related.push_back(
        {{"location", {{"uri", document.uri}, {"range", to_json(document.text.span(place.range))}}},
         {"message", place.message}});
  }
  if (!related.empty()) diagnostic["relatedInformation"] = std::move(related);
  return diagnostic;
}

Result<Json> LspSession::pull_diagnostics(const Json& params) {
  TRY_ASSIGN(OpenDocument * document, document_of(params));
  lint(*document);
  std::string id = std::to_string(document->result);
  if (json_text(params, "previousResultId") == id)
    return Json{{"kind", "unchanged"}, {"resultId", id}};
  return Json{{"kind", "full"}, {"resultId", id}, {"items", diagnostics_of(*document)}};
}

}  // namespace whittle
