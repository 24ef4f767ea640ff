// Any bytes as what a client sends. The first byte decides: a stream of frames; or messages of a
// session whose document, methods and positions the bytes choose. Every request gets one answer,
// and every answer is JSON.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "lsp/frames.h"
#include "lsp/server.h"

namespace whittle {

namespace {

void require(bool is_true) {
  if (!is_true) std::abort();
}

LspOptions options() {
  LspOptions options;
  options.config.uses_files = false;
  options.limits.max_json_bytes = 1 << 16;
  return options;
}

void check_output(LspServer& server) {
  for (const std::string& message : server.take_output()) {
    require(message.size() > 2 && message.front() == '{' && message.back() == '}');
    require(message.find('\n') == std::string::npos);
  }
}

void run_stream(std::string_view bytes) {
  CancelToken cancel;
  LspServer server(options(), cancel);
  FrameReader frames(options().limits);
  while (!bytes.empty() && !server.is_ended()) {
    size_t piece = std::min<size_t>(bytes.size(), 1 + static_cast<uint8_t>(bytes[0]) % 64);
    frames.feed(bytes.substr(0, piece));
    bytes.remove_prefix(piece);
    while (true) {
      Result<std::optional<std::string>> message = frames.next();
      if (!message.ok()) {
        server.note_lost_message(message.error());
        if (message.error().kind() == ErrorKind::Limit) continue;
        server.handle();
        return check_output(server);
      }
      if (!*message) break;
      server.take(**message);
      server.handle();
      check_output(server);
    }
  }
}

// A text as a JSON string; bytes that are no ASCII are taken as Latin-1.
std::string quoted(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  for (char c : text) {
    auto byte = static_cast<uint8_t>(c);
    out += "\\u00";
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out + "\"";
}

constexpr std::string_view kAbilities =
    R"({"workspace":{"workspaceEdit":{"documentChanges":true,"resourceOperations":["create"]}},)"
    R"("textDocument":{"publishDiagnostics":{"relatedInformation":true,"tagSupport":{}},)"
    R"("codeAction":{"codeActionLiteralSupport":{}},"rename":{"prepareSupport":true}}})";

constexpr std::string_view kMethods[] = {"hover",
                                         "definition",
                                         "references",
                                         "documentHighlight",
                                         "documentSymbol",
                                         "foldingRange",
                                         "documentLink",
                                         "completion",
                                         "codeAction",
                                         "formatting",
                                         "rangeFormatting",
                                         "prepareRename",
                                         "rename"};

class Session {
 public:
  Session() : server_(options(), cancel_) {
    send(R"({"id":0,"method":"initialize","params":{"capabilities":)" + std::string(kAbilities) +
         "}}");
  }

  void open(std::string_view text) {
    send(R"({"method":"textDocument/didOpen","params":{"textDocument":{"uri":"untitled:a",)"
         R"("languageId":"dockerfile","version":1,"text":)" +
         quoted(text) + "}}}");
  }

  void change(std::string_view range, std::string_view text) {
    send(R"({"method":"textDocument/didChange","params":{"textDocument":{"uri":"untitled:a"},)"
         R"("contentChanges":[{"range":)" +
         std::string(range) + R"(,"text":)" + quoted(text) + "}]}}");
    server_.work();
    server_.publish();
    check_output(server_);
  }

  void ask(std::string_view method, std::string_view position, std::string_view range) {
    send(R"({"id":1,"method":"textDocument/)" + std::string(method) +
         R"(","params":{"textDocument":{"uri":"untitled:a"},"newName":"other","position":)" +
         std::string(position) + R"(,"range":)" + std::string(range) + "}}");
  }

 private:
  void send(const std::string& message) {
    server_.take(message);
    server_.handle();
    check_output(server_);
  }

  CancelToken cancel_;
  LspServer server_;
};

void run_session(std::string_view bytes) {
  if (bytes.size() < 8) return;
  auto number = [&](size_t i) -> size_t { return static_cast<uint8_t>(bytes[i]) % 24U; };
  auto position = [&](size_t i) {
    return "{\"line\":" + std::to_string(number(i)) +
           ",\"character\":" + std::to_string(number(i + 1) * 2) + "}";
  };
  std::string range = "{\"start\":" + position(0) + ",\"end\":" + position(2) + "}";
  std::string place = position(4);
  std::string_view inserted = bytes.substr(8, number(6));
  Session session;
  session.open(bytes.substr(8));
  for (std::string_view method : kMethods) session.ask(method, place, range);
  session.change(range, inserted);
  for (std::string_view method : kMethods) session.ask(method, place, range);
}

}  // namespace

}  // namespace whittle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (bytes.empty()) return 0;
  if (bytes[0] == 'C') {
    whittle::run_stream(bytes);
  } else {
    whittle::run_session(bytes);
  }
  return 0;
}
