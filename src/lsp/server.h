// The language server: messages in, messages out. Reads files (configuration, build context), but
// neither standard input nor output: the command `lsp` carries the bytes.
// Source: Language Server Protocol 3.17.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/limits.h"
#include "base/result.h"
#include "config/find.h"

namespace whittle {

struct LspOptions {
  ConfigSearch config;  // what the command line says of configurations
  Limits limits;
  std::string version;  // of whittle
};

class LspSession;

// Not thread-safe.
class LspServer {
 public:
  LspServer(LspOptions options, const CancelToken& cancel);
  ~LspServer();

  // One message without its header. It waits until handle(): what is cancelled meanwhile is not
  // worked on.
  void take(std::string_view message);
  // A message was lost in transport: clients have to send their texts anew.
  void note_lost_message(const Error& error);
  // Works on all messages that wait.
  void handle();

  // True while a changed document has not been linted.
  bool has_work() const;
  // Lints one of them. What was found waits for publish().
  void work();
  // True while findings wait to be sent.
  bool has_findings() const;
  // Sends what was found, but nothing about a text that has changed since.
  void publish();

  // Messages to be sent, without headers, in order.
  std::vector<std::string> take_output();

  // After `exit`.
  bool is_ended() const;
  // 0 after `shutdown`, else 1.
  int exit_code() const;

 private:
  std::unique_ptr<LspSession> session_;
};

}  // namespace whittle
