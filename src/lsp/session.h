// The state of a language server, and what it does for each method. Internal to lsp/server.h; the
// methods are in session.cc (its life, the table), session_sync.cc (documents and settings),
// session_diagnostics.cc, session_features.cc (questions about a text) and session_edits.cc (what
// changes it).
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/lint.h"
#include "lint/lint.h"
#include "lsp/actions.h"
#include "lsp/editor_text.h"
#include "lsp/json_values.h"
#include "lsp/lint_document.h"
#include "lsp/server.h"
#include "lsp/settings.h"

namespace whittle {

// What the client can take.
struct ClientAbilities {
  PositionEncoding encoding = PositionEncoding::Utf16;
  bool pulls_diagnostics = false;
  bool refreshes_diagnostics = false;
  bool takes_related = false;
  bool takes_tags = false;
  bool takes_document_changes = false;
  bool creates_files = false;
  bool takes_code_actions = false;
  bool resolves_edits = false;
  bool takes_preferred = false;
  bool takes_symbol_trees = false;
  bool takes_markdown_hover = false;
  bool takes_markdown_completion = false;
  bool prepares_rename = false;
  bool gives_configuration = false;
  bool registers_watchers = false;
  bool registers_configuration = false;
};

ClientAbilities abilities_of(const nlohmann::json& capabilities);

// A text with what is known of it. Does not move: `input` refers to `file`.
struct ParsedText {
  Dockerfile file;
  LintInput input;
};

struct OpenDocument {
  std::string uri;
  std::string language;
  fs::path path;  // empty for a buffer without a file
  int64_t version = 0;
  EditorText text;
  bool is_linted_at_all = true;         // false for what is no Dockerfile
  bool is_lost = false;                 // a message was lost: the text is not the client's
  std::unique_ptr<ParsedText> parsed;   // null: not parsed yet
  std::optional<LintedFile> linted;     // nullopt: not linted since the last change
  std::optional<Error> config_problem;  // why it was not
  bool waits_for_publish = false;
  uint64_t result = 0;  // number of the last linting
};

struct QueuedMessage;

class LspSession {
 public:
  LspSession(LspOptions options, const CancelToken& cancel);
  ~LspSession();
  LspSession(const LspSession&) = delete;
  LspSession& operator=(const LspSession&) = delete;

  void take(std::string_view text);
  void note_lost_message(const Error& error);
  void handle();
  bool has_work() const;
  void work();
  bool has_findings() const;
  void publish();

  std::vector<std::string> take_output() { return std::exchange(output_, {}); }

  bool is_ended() const { return state_ == State::Ended; }

  int exit_code() const { return was_shut_down_ ? 0 : 1; }

  // The methods; each answers with what `result` of the response is.
  Result<Json> initialize(const Json& params);
  Result<Json> initialized(const Json& params);
  Result<Json> shutdown(const Json& params);
  Result<Json> exit(const Json& params);
  Result<Json> ignore_notification(const Json& params);
  Result<Json> did_open(const Json& params);
  Result<Json> did_change(const Json& params);
  Result<Json> did_save(const Json& params);
  Result<Json> did_close(const Json& params);
  Result<Json> did_change_configuration(const Json& params);
  Result<Json> did_change_watched_files(const Json& params);
  Result<Json> did_change_folders(const Json& params);
  Result<Json> pull_diagnostics(const Json& params);
  Result<Json> hover(const Json& params);
  Result<Json> definition(const Json& params);
  Result<Json> references(const Json& params);
  Result<Json> highlights(const Json& params);
  Result<Json> symbols(const Json& params);
  Result<Json> folds(const Json& params);
  Result<Json> links(const Json& params);
  Result<Json> complete(const Json& params);
  Result<Json> code_actions(const Json& params);
  Result<Json> resolve_action(const Json& params);
  Result<Json> format(const Json& params);
  Result<Json> format_range(const Json& params);
  Result<Json> prepare_rename(const Json& params);
  Result<Json> rename(const Json& params);

 private:
  enum class State { New, Running, ShutDown, Ended };

  // Messages out.
  void send(const Json& message);
  void answer(const Json& id, Result<Json> result);
  void answer_error(const Json& id, int code, const std::string& text);
  void notify(std::string_view method, Json params);
  void request(std::string_view method, Json params);
  void show_message(int type, const std::string& text);

  void lose_texts(const Error& error);
  void handle_one(const Json& message, bool is_cancelled);
  void handle_request(const Json& message, const std::string& method, bool is_cancelled);
  void handle_response(const Json& message);
  void cancel_queued(const Json& id);
  void register_watchers();

  // Documents.
  struct Place {
    OpenDocument* document = nullptr;
    const ParsedText* parsed = nullptr;
    uint32_t offset = 0;
  };

  // Errors: NotFound for a document that is not open, Invalid for one that is out of step.
  Result<OpenDocument*> document_of(const Json& params);
  // With `position` of the parameters. Errors also: Usage without a position, those of parsed().
  Result<Place> place_of(const Json& params);
  // Errors: Limit.
  Result<const ParsedText*> parsed(OpenDocument& document);
  void mark_changed(OpenDocument& document);
  void mark_all_changed();
  void set_path(OpenDocument& document);
  // A text larger than a Dockerfile may be is dropped. Errors: Limit.
  Status check_size(OpenDocument& document);

  // Linting.
  void lint(OpenDocument& document);
  Result<DocumentFindings> lint_text(const OpenDocument& document,
                                     FixMode fix,
                                     const std::set<std::string>& only) const;
  Json diagnostics_of(OpenDocument& document);
  Json diagnostic_of(OpenDocument& document, const Finding& finding);
  void publish_one(OpenDocument& document, const Json& diagnostics, bool is_open);

  void apply_settings(const Json& value);
  fs::path first_folder() const;

  // Edits. What a fix of several places is: by `lint --fix`.
  struct WideFix {
    std::string rule;  // "": all
    FixMode mode = FixMode::Safe;
    bool with_ignore_file = false;
  };

  Json workspace_edit(const OpenDocument& document, const std::vector<Edit>& edits) const;
  Result<Json> wide_edit(const OpenDocument& document, const WideFix& fix) const;
  Status add_ignore_change(const LintChange& change, Json& edit) const;
  Status add_wide_edit(const OpenDocument& document, const WideFix& fix, Json& action) const;
  Result<Json> finding_action(OpenDocument& document, const FindingAction& action);
  Json format_edits(const OpenDocument& document, const Formatted& formatted);

  LspOptions options_;
  const CancelToken& cancel_;
  State state_ = State::New;
  bool was_shut_down_ = false;
  std::shared_ptr<Shellcheck> shellcheck_;  // remembers RUNs that have not changed
  ClientAbilities client_;
  EditorSettings base_settings_;  // of the command line and initializationOptions
  EditorSettings settings_;
  std::vector<fs::path> folders_;
  std::map<std::string, OpenDocument> documents_;  // by URI
  std::vector<QueuedMessage> queue_;
  std::vector<std::string> output_;
  int64_t next_request_ = 1;
  std::map<int64_t, std::string> requests_;  // ours that wait for an answer, with their methods
  uint64_t results_ = 0;                     // lintings so far
};

}  // namespace whittle
