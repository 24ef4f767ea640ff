"""A client of the Language Server Protocol for tests: sends what it is told, keeps what comes."""
import json
import os
import queue
import subprocess
import threading

FULL = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {
        "configuration": False,
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create", "rename", "delete"]},
    },
    "textDocument": {
        "publishDiagnostics": {"relatedInformation": True, "tagSupport": {"valueSet": [1, 2]}, "versionSupport": True},
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source.fixAll"]}},
            "isPreferredSupport": True, "dataSupport": True, "resolveSupport": {"properties": ["edit"]},
        },
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "completion": {"completionItem": {"documentationFormat": ["markdown"]}},
        "rename": {"prepareSupport": True},
    },
}


class ResponseError(Exception):
    def __init__(self, error):
        super().__init__(error)
        self.code = error["code"]
        self.text = error["message"]


def frame(body):
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


class Client:
    def __init__(self, program, *arguments, cwd=None, env=None):
        environment = dict(os.environ)
        environment.update(env or {})
        self.process = subprocess.Popen([program, "lsp", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, cwd=cwd, env=environment)
        self.messages = queue.Queue()
        self.notes = []  # notifications and requests of the server that nobody has looked at yet
        self.next_id = 1
        self.errors = b""
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()

    def _listen(self):
        self.errors = self.process.stderr.read()

    def _read(self):
        stream = self.process.stdout
        while True:
            length = None
            while True:
                line = stream.readline()
                if not line:
                    self.messages.put(None)
                    return
                line = line.strip()
                if not line:
                    break
                name, value = line.split(b":", 1)
                if name.lower() == b"content-length":
                    length = int(value)
            self.messages.put(json.loads(stream.read(length).decode("utf-8")))

    def send_bytes(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message):
        self.send_bytes(frame(json.dumps(message, ensure_ascii=False).encode("utf-8")))

    def notify(self, method, params=None):
        message = {"jsonrpc": "2.0", "method": method}
        if params is not None:
            message["params"] = params
        self.send(message)

    def start_request(self, method, params=None):
        number = self.next_id
        self.next_id += 1
        message = {"jsonrpc": "2.0", "id": number, "method": method}
        if params is not None:
            message["params"] = params
        self.send(message)
        return number

    def next_message(self, timeout=20):
        message = self.messages.get(timeout=timeout)
        if message is None:
            raise EOFError(self.errors)
        return message

    def wait_response(self, number):
        while True:
            message = self.next_message()
            if message.get("id") == number and "method" not in message:
                if "error" in message:
                    raise ResponseError(message["error"])
                return message["result"]
            self.notes.append(message)

    def request(self, method, params=None):
        return self.wait_response(self.start_request(method, params))

    def wait_note(self, method, accepts=lambda params: True, timeout=20):
        """The parameters of the next notification or request of that name; those before it are dropped."""
        while True:
            message = self.notes.pop(0) if self.notes else self.next_message(timeout)
            if message.get("method") == method and accepts(message.get("params")):
                return message.get("params")

    def wait_error_response(self):
        """The next response that is an error without an id."""
        while True:
            message = self.next_message()
            if "error" in message and message.get("id") is None:
                return message["error"]
            self.notes.append(message)

    def initialize(self, capabilities=None, **more):
        params = {"processId": os.getpid(), "rootUri": None, "capabilities": FULL if capabilities is None else capabilities}
        params.update(more)
        result = self.request("initialize", params)
        self.notify("initialized", {})
        return result

    def open(self, uri, text, version=1, language="dockerfile"):
        self.notify("textDocument/didOpen",
                    {"textDocument": {"uri": uri, "languageId": language, "version": version, "text": text}})

    def diagnostics(self, uri, version=None):
        params = self.wait_note("textDocument/publishDiagnostics",
                                lambda p: p["uri"] == uri and (version is None or p.get("version") == version))
        return params["diagnostics"]

    def at(self, method, uri, line, character, **more):
        params = {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}
        params.update(more)
        return self.request("textDocument/" + method, params)

    def stop(self):
        self.request("shutdown")
        self.notify("exit")
        return self.wait_exit()

    def wait_exit(self, timeout=20):
        self.process.stdin.close()
        code = self.process.wait(timeout)
        self.reader.join(timeout)
        self.listener.join(timeout)
        self.process.stdout.close()
        self.process.stderr.close()
        return code

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        if not self.process.stdout.closed:
            try:
                self.wait_exit()
            except BrokenPipeError:
                pass


def apply_edits(text, edits, units="utf-16"):
    """The text after LSP edits, computed line by line in Python's own terms."""
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))

    def offset(position):
        if position["line"] >= len(lines):
            return len(text)
        line = lines[position["line"]].rstrip("\r\n")
        if units == "utf-16":
            prefix = line.encode("utf-16-le")[:2 * position["character"]].decode("utf-16-le", "ignore")
        else:
            prefix = line.encode()[:position["character"]].decode("utf-8", "ignore")
        return starts[position["line"]] + len(prefix)

    places = sorted(((offset(e["range"]["start"]), offset(e["range"]["end"]), e["newText"]) for e in edits), reverse=True)
    for begin, end, new in places:
        text = text[:begin] + new + text[end:]
    return text
