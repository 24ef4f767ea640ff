#include "lsp/server.h"

#include "lsp/session.h"

namespace whittle {

LspServer::LspServer(LspOptions options, const CancelToken& cancel)
    : session_(std::make_unique<LspSession>(std::move(options), cancel)) {}

LspServer::~LspServer() = default;

void LspServer::take(std::string_view message) {
  session_->take(message);
}

void LspServer::note_lost_message(const Error& error) {
  session_->note_lost_message(error);
}

void LspServer::handle() {
  session_->handle();
}

bool LspServer::has_work() const {
  return session_->has_work();
}

void LspServer::work() {
  session_->work();
}

bool LspServer::has_findings() const {
  return session_->has_findings();
}

void LspServer::publish() {
  session_->publish();
}

std::vector<std::string> LspServer::take_output() {
  return session_->take_output();
}

bool LspServer::is_ended() const {
  return session_->is_ended();
}

int LspServer::exit_code() const {
  return session_->exit_code();
}

}  // namespace whittle
