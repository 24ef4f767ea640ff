#!/usr/bin/env python3
"""Tests of `whittle lsp` from outside, as an editor meets it: whole sessions over standard input and output.

usage: lsp_test.py WHITTLE [SUITE]
Exit 0: passed. 1: failed.
"""
import json
import random
import shutil
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from client import FULL, Client, ResponseError, apply_edits, frame  # noqa: E402

WHITTLE = Path(sys.argv[1]).resolve()

METHOD_NOT_FOUND, INVALID_PARAMS, NOT_INITIALIZED, INVALID_REQUEST, PARSE_ERROR, CANCELLED = \
    -32601, -32602, -32002, -32600, -32700, -32800

STAGES = """# syntax=docker/dockerfile:1
ARG GO_VERSION=1.22
FROM golang:${GO_VERSION} AS build
ARG GO_VERSION
WORKDIR /src
COPY . .
RUN go build -o /out/app \\
    -ldflags "-X main.go=$GO_VERSION" ./cmd/app
FROM debian:bookworm-slim
ENV APP_HOME=/srv
COPY --from=build /out/app ${APP_HOME}/app
RUN --mount=type=bind,from=build,target=/b ls $APP_HOME
CMD ["/srv/app"]
"""


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="whittle-lsp-"))
        self.addCleanup(shutil.rmtree, self.folder)
        (self.folder / ".git").mkdir()  # configurations above it do not count

    def client(self, *arguments, initialize=True, **initialization):
        client = Client(WHITTLE, *arguments, cwd=self.folder)
        self.addCleanup(client.kill)
        if initialize:
            client.initialize(**initialization)
        return client

    def uri(self, name="Dockerfile"):
        return (self.folder / name).as_uri()

    def select(self, *rules):
        (self.folder / "whittle.yaml").write_text("select: [%s]\n" % ", ".join(rules))

    def opened(self, text, *rules, **initialization):
        if rules:
            self.select(*rules)
        client = self.client(**initialization)
        client.open(self.uri(), text)
        return client

    def check_error(self, code, call):
        with self.assertRaises(ResponseError) as caught:
            call()
        self.assertEqual(caught.exception.code, code, caught.exception)


def spans(items):
    """(line, begin, end) of ranges that stay on one line."""
    return [(r["start"]["line"], r["start"]["character"], r["end"]["character"]) for r in items]


def ranges_of(items):
    return spans([item["range"] for item in items])


class Life(Case):
    def test_whole_session(self):
        client = self.client(initialize=False)
        result = client.initialize()
        self.assertEqual(result["serverInfo"]["name"], "whittle")
        capabilities = result["capabilities"]
        self.assertEqual(capabilities["positionEncoding"], "utf-16")
        self.assertEqual(capabilities["textDocumentSync"]["change"], 2)
        self.assertEqual(capabilities["renameProvider"], {"prepareProvider": True})
        self.assertEqual(capabilities["codeActionProvider"]["resolveProvider"], True)
        self.assertNotIn("diagnosticProvider", capabilities)
        for name in ("hoverProvider", "definitionProvider", "referencesProvider", "documentHighlightProvider",
                     "documentSymbolProvider", "foldingRangeProvider", "documentFormattingProvider",
                     "documentRangeFormattingProvider", "completionProvider", "documentLinkProvider"):
            self.assertTrue(capabilities[name], name)
        registered = client.wait_note("client/registerCapability")["registrations"]
        self.assertEqual([r["method"] for r in registered], ["workspace/didChangeWatchedFiles"])
        self.assertEqual(client.stop(), 0)
        self.assertEqual(client.errors, b"")

    def test_encodings(self):
        for offered, wanted in ((["utf-8", "utf-16"], "utf-8"), (["utf-32", "utf-16"], "utf-16"), (None, "utf-16")):
            general = {} if offered is None else {"positionEncodings": offered}
            client = self.client(initialize=False)
            result = client.initialize(capabilities={"general": general})
            self.assertEqual(result["capabilities"]["positionEncoding"], wanted)
            client.stop()

    def test_plain_client(self):
        client = self.client(initialize=False)
        capabilities = client.initialize(capabilities={})["capabilities"]
        self.assertNotIn("codeActionProvider", capabilities)
        self.assertEqual(capabilities["renameProvider"], True)
        client.stop()

    def test_before_initialize(self):
        client = self.client(initialize=False)
        self.check_error(NOT_INITIALIZED, lambda: client.request("textDocument/hover", {}))
        self.check_error(NOT_INITIALIZED, lambda: client.request("shutdown"))
        client.open(self.uri(), "FROM debian\n")  # dropped
        client.initialize()
        self.check_error(INVALID_PARAMS, lambda: client.at("hover", self.uri(), 0, 0))
        self.check_error(INVALID_PARAMS, client.initialize)
        self.assertEqual(client.stop(), 0)

    def test_after_shutdown(self):
        client = self.client()
        client.request("shutdown")
        self.check_error(INVALID_REQUEST, lambda: client.at("hover", self.uri(), 0, 0))
        client.notify("exit")
        self.assertEqual(client.wait_exit(), 0)

    def test_exit_without_shutdown(self):
        client = self.client()
        client.notify("exit")
        self.assertEqual(client.wait_exit(), 1)
        client = self.client(initialize=False)
        client.notify("exit")
        self.assertEqual(client.wait_exit(), 1)

    def test_client_goes_away(self):
        client = self.client()
        self.assertEqual(client.wait_exit(), 1)
        client = self.client()
        client.request("shutdown")
        self.assertEqual(client.wait_exit(), 0)

    def test_unknown_methods(self):
        client = self.client()
        self.check_error(METHOD_NOT_FOUND, lambda: client.request("textDocument/dream", {}))
        self.check_error(METHOD_NOT_FOUND, lambda: client.request("textDocument/didOpen", {}))
        client.notify("$/unknown", {})
        client.notify("textDocument/dream", {})
        client.notify("textDocument/hover", {})
        self.assertEqual(client.stop(), 0)

    def test_cancelled_requests(self):
        client = self.client()
        client.open(self.uri(), STAGES)
        first = json.dumps({"jsonrpc": "2.0", "id": "a", "method": "textDocument/hover", "params": {
            "textDocument": {"uri": self.uri()}, "position": {"line": 0, "character": 0}}}).encode()
        cancel = json.dumps({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": "a"}}).encode()
        client.send_bytes(frame(first) + frame(cancel))
        self.check_error(CANCELLED, lambda: client.wait_response("a"))
        client.notify("$/cancelRequest", {"id": 99})
        self.assertEqual(client.stop(), 0)

    def test_ids_of_any_form(self):
        client = self.client()
        for number in ("text", 0, -7, "7"):
            client.send({"jsonrpc": "2.0", "id": number, "method": "textDocument/dream"})
            self.check_error(METHOD_NOT_FOUND, lambda n=number: client.wait_response(n))
        client.stop()


class Sync(Case):
    def lines(self, client, version):
        return [d["range"]["start"]["line"] for d in client.diagnostics(self.uri(), version)]

    def change(self, client, version, *changes):
        client.notify("textDocument/didChange",
                      {"textDocument": {"uri": self.uri(), "version": version}, "contentChanges": list(changes)})

    @staticmethod
    def edit(line, begin, end, text, last=None):
        return {"range": {"start": {"line": line, "character": begin},
                          "end": {"line": line if last is None else last, "character": end}}, "text": text}

    def test_full_and_incremental(self):
        client = self.opened("FROM debian:12\nMAINTAINER a\n", "maintainer")
        self.assertEqual(self.lines(client, 1), [1])
        self.change(client, 2, {"text": "FROM debian:12\nRUN true\nMAINTAINER a\n"})
        self.assertEqual(self.lines(client, 2), [2])
        # Two lines in front, then what was line 4 goes; the second edit counts in the text after the first.
        self.change(client, 3, self.edit(1, 0, 0, "RUN a\nRUN b\n"), self.edit(4, 0, 0, "", last=5))
        self.assertEqual(self.lines(client, 3), [])
        self.change(client, 4, self.edit(0, 0, 0, "#\n"), self.edit(99, 0, 7, "MAINTAINER z\n", last=200))
        self.assertEqual(self.lines(client, 4), [5])
        client.notify("textDocument/didSave", {"textDocument": {"uri": self.uri()}})
        self.assertEqual(self.lines(client, 4), [5])
        client.notify("textDocument/didClose", {"textDocument": {"uri": self.uri()}})
        self.assertEqual(client.diagnostics(self.uri()), [])
        self.check_error(INVALID_PARAMS, lambda: client.at("hover", self.uri(), 0, 0))
        self.assertEqual(client.stop(), 0)

    def test_wide_characters(self):
        # A tab, a letter of two bytes, one of three, and an emoji: 1 + 1 + 1 + 2 units, 1 + 2 + 3 + 4 bytes.
        text = "FROM debian:12\r\nRUN echo '\té€😀' && sudo true\r\n"
        for encoding, begin in (("utf-16", 10 + 5 + 5), ("utf-8", 10 + 10 + 5)):
            capabilities = dict(FULL, general={"positionEncodings": [encoding]})
            client = self.opened(text, "sudo", capabilities=capabilities)
            found = client.diagnostics(self.uri(), 1)
            self.assertEqual(ranges_of(found), [(1, begin, begin + 4)], encoding)
            # Behind the emoji, by either count: the quote becomes two words.
            place = begin - 5
            self.change(client, 2, self.edit(1, place, place, "x'; sudo b 'y"))
            self.assertEqual(ranges_of(client.diagnostics(self.uri(), 2)),
                             [(1, place + 4, place + 8), (1, begin + 13, begin + 17)], encoding)
            client.stop()

    def test_inside_of_a_pair(self):
        client = self.opened("FROM debian:12\n# 😀\nRUN sudo true\n", "sudo")
        client.diagnostics(self.uri(), 1)
        # Character 3 is the middle of the emoji: its begin is meant.
        self.change(client, 2, self.edit(1, 3, 4, "\nRUN sudo a\n#"))
        self.assertEqual(self.lines(client, 2), [2, 4])
        client.stop()

    def test_line_ends(self):
        client = self.opened("FROM debian:12\rRUN sudo a\r\nRUN sudo b\n", "sudo")
        client.diagnostics(self.uri(), 1)
        # To an editor these are three lines.
        self.change(client, 2, self.edit(0, 14, 0, "\n", last=1))
        self.assertEqual(self.lines(client, 2), [1, 2])
        client.stop()

    def test_reversed_and_far_ranges(self):
        client = self.opened("FROM debian:12\nRUN sudo a\n", "sudo")
        client.diagnostics(self.uri(), 1)
        self.change(client, 2, self.edit(1, 8, 4, "echo"))
        self.assertEqual(self.lines(client, 2), [])
        self.change(client, 3, {"range": {"start": {"line": 1, "character": 4}, "end": {"line": 4294967295, "character": 99999999999}},
                                "text": "sudo b\nRUN sudo c\n"})
        self.assertEqual(self.lines(client, 3), [1, 2])
        client.stop()

    def test_bad_changes(self):
        client = self.opened("FROM debian:12\nRUN sudo a\n", "sudo")
        client.diagnostics(self.uri(), 1)
        self.change(client, 2, {"range": {"start": {"line": -1, "character": 0}, "end": {"line": 0, "character": 0}}, "text": "x"})
        self.assertIn("form", client.wait_note("window/showMessage")["message"])
        with self.assertRaises(ResponseError):
            client.at("hover", self.uri(), 1, 5)
        self.change(client, 3, {"text": "FROM debian:12\nRUN sudo b\n"})
        self.assertEqual(self.lines(client, 3), [1])
        client.notify("textDocument/didChange", {"textDocument": {"uri": "file:///nowhere"}, "contentChanges": []})
        client.wait_note("window/showMessage")
        self.assertEqual(client.stop(), 0)

    def test_many_rapid_changes(self):
        client = self.opened("FROM debian:12\n", "sudo")
        expected = "FROM debian:12\n"
        generator = random.Random(4)
        for version in range(2, 202):
            lines = expected.splitlines(keepends=True)
            line = generator.randrange(1, len(lines) + 1)
            if generator.random() < 0.3 and line < len(lines):
                change, new = self.edit(line, 0, 0, "", last=line + 1), lines[:line] + lines[line + 1:]
            else:
                change, new = self.edit(line, 0, 0, "RUN sudo é😀\n"), lines[:line] + ["RUN sudo é😀\n"] + lines[line:]
            self.change(client, version, change)
            expected = "".join(new)
        # No answer to an older text comes behind that to a newer one, and the last one is right.
        seen = []
        while not seen or seen[-1][0] < 201:
            params = client.wait_note("textDocument/publishDiagnostics")
            seen.append((params["version"], len(params["diagnostics"])))
        self.assertEqual([v for v, _ in seen], sorted({v for v, _ in seen}))
        self.assertLess(len(seen), 100)
        self.assertEqual(seen[-1][1], expected.count("sudo"))
        self.assertEqual(client.stop(), 0)

    def test_other_files_are_left_alone(self):
        client = self.client()
        client.open(self.uri(".dockerignore"), "**/.git\n", language="ignore")
        client.open(self.uri("compose.yaml"), "services: {}\n", language="yaml")
        client.open(self.uri(), "FROM debian:12\n")
        client.diagnostics(self.uri())
        while not client.messages.empty():
            self.assertEqual(client.next_message()["params"]["uri"], self.uri())
        client.stop()


class Diagnostics(Case):
    def test_all_members(self):
        client = self.opened("FROM debian:12 AS a\nMAINTAINER a\nCMD one\nCMD two\nFROM debian:12 AS a\n",
                             "maintainer", "multiple-cmd", "duplicate-stage-name")
        found = {d["code"]: d for d in client.diagnostics(self.uri(), 1)}
        maintainer = found["maintainer"]
        self.assertEqual(ranges_of([maintainer]), [(1, 0, 12)])
        self.assertEqual(maintainer["source"], "whittle")
        self.assertEqual(maintainer["tags"], [2])
        self.assertNotIn("codeDescription", maintainer)  # no page in the web yet
        command = found["multiple-cmd"]
        self.assertEqual(command["tags"], [1])
        self.assertEqual(command["range"]["start"]["line"], 2)
        self.assertEqual(spans([r["location"]["range"] for r in command["relatedInformation"]]), [(3, 0, 7)])
        stage = found["duplicate-stage-name"]
        self.assertEqual(stage["severity"], 1)
        self.assertEqual(ranges_of([stage]), [(4, 18, 19)])
        self.assertEqual(spans([r["location"]["range"] for r in stage["relatedInformation"]]), [(0, 18, 19)])
        client.stop()

    def test_plain_client_gets_no_more_than_it_takes(self):
        client = self.opened("FROM debian:12 AS a\nMAINTAINER a\nFROM debian:12 AS a\n", "maintainer",
                             "duplicate-stage-name", capabilities={})
        for diagnostic in client.diagnostics(self.uri(), 1):
            self.assertNotIn("tags", diagnostic)
            self.assertNotIn("relatedInformation", diagnostic)
        client.stop()

    def test_parse_errors_and_severities(self):
        client = self.opened("FROM debian:12\nCOPY a\nCOPPY a b\n", "parse-error", "unused-arg")
        found = client.diagnostics(self.uri(), 1)
        self.assertEqual([(d["code"], d["severity"], d["range"]["start"]["line"]) for d in found],
                         [("parse-error", 1, 1), ("parse-error", 1, 2)])
        client.stop()
        self.folder.joinpath("whittle.yaml").write_text("select: [sudo]\nseverity: {sudo: style}\n")
        client = self.opened("FROM debian:12\nRUN sudo a\n")
        self.assertEqual([d["severity"] for d in client.diagnostics(self.uri(), 1)], [4])
        client.stop()

    def test_nearest_configuration_counts(self):
        self.select("sudo")
        (self.folder / "app").mkdir()
        (self.folder / "app/whittle.yaml").write_text("select: [maintainer]\n")
        client = self.client()
        text = "FROM debian:12\nMAINTAINER a\nRUN sudo a\n"
        client.open(self.uri(), text)
        self.assertEqual([d["code"] for d in client.diagnostics(self.uri())], ["sudo"])
        client.open(self.uri("app/Dockerfile"), text)
        self.assertEqual([d["code"] for d in client.diagnostics(self.uri("app/Dockerfile"))], ["maintainer"])
        # It is changed, and the client says so.
        (self.folder / "app/whittle.yaml").write_text("select: [sudo]\n")
        client.notify("workspace/didChangeWatchedFiles",
                      {"changes": [{"uri": self.uri("app/whittle.yaml"), "type": 2}]})
        self.assertEqual([d["code"] for d in client.diagnostics(self.uri("app/Dockerfile"))], ["sudo"])
        client.stop()

    def test_broken_configuration(self):
        (self.folder / "whittle.yaml").write_text("selekt: [sudo]\n")
        client = self.opened("FROM debian:12\nRUN sudo a\n")
        found = client.diagnostics(self.uri(), 1)
        self.assertEqual([(d["code"], d["severity"]) for d in found], [("configuration", 1)])
        self.assertIn("selekt", found[0]["message"])
        self.assertIn("whittle.yaml", found[0]["message"])
        client.stop()

    def test_settings(self):
        text = "FROM debian:12\nMAINTAINER a\nRUN sudo a\n"
        client = self.client(initializationOptions={"select": ["sudo"], "surprise": 1})
        self.assertIn("surprise", client.wait_note("window/showMessage")["message"])
        client.open(self.uri(), text)
        self.assertEqual([d["code"] for d in client.diagnostics(self.uri())], ["sudo"])
        client.notify("workspace/didChangeConfiguration", {"settings": {"whittle": {"select": ["maintainer"]}}})
        self.assertEqual([d["code"] for d in client.diagnostics(self.uri())], ["maintainer"])
        client.notify("workspace/didChangeConfiguration", {"settings": {"whittle": {"select": ["no-such"], "ignore": 3}}})
        messages = [client.wait_note("window/showMessage")["message"] for _ in range(2)]
        self.assertIn("`ignore`", messages[0])
        self.assertIn("no-such", messages[1])
        client.stop()

    def test_settings_that_are_asked_for(self):
        capabilities = dict(FULL, workspace=dict(FULL["workspace"], configuration=True))
        client = self.client(capabilities=capabilities)
        while True:
            message = client.next_message()
            if message.get("method") == "workspace/configuration":
                break
        self.assertEqual(message["params"], {"items": [{"section": "whittle"}]})
        client.send({"jsonrpc": "2.0", "id": message["id"], "result": [{"select": ["sudo"]}]})
        client.open(self.uri(), "FROM debian:12\nMAINTAINER a\nRUN sudo a\n")
        self.assertEqual([d["code"] for d in client.diagnostics(self.uri())], ["sudo"])
        client.stop()

    def test_context_of_the_true_folder(self):
        self.select("copy-ignored-file")
        (self.folder / "a.txt").write_text("a")
        (self.folder / ".dockerignore").write_text("a.txt\n")
        client = self.client()
        client.open(self.uri(), "FROM debian:12\nCOPY a.txt /\n")
        self.assertEqual([d["code"] for d in client.diagnostics(self.uri())], ["copy-ignored-file"])
        (self.folder / ".dockerignore").write_text("b.txt\n")
        client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": self.uri(".dockerignore"), "type": 2}]})
        self.assertEqual(client.diagnostics(self.uri()), [])
        client.stop()

    def test_buffer_without_a_file(self):
        self.select("sudo")
        client = self.client(workspaceFolders=[{"uri": self.folder.as_uri(), "name": "x"}])
        client.open("untitled:Untitled-1", "FROM debian:12\nCOPY a b/\nRUN sudo a\n")
        self.assertEqual([d["code"] for d in client.diagnostics("untitled:Untitled-1")], ["sudo"])
        client.stop()

    def test_pulled(self):
        capabilities = dict(FULL, textDocument=dict(FULL["textDocument"], diagnostic={}))
        capabilities["workspace"] = dict(FULL["workspace"], diagnostics={"refreshSupport": True})
        client = self.opened("FROM debian:12\nRUN sudo a\n", "sudo", "maintainer", capabilities=capabilities)
        ask = {"textDocument": {"uri": self.uri()}}
        report = client.request("textDocument/diagnostic", ask)
        self.assertEqual(report["kind"], "full")
        self.assertEqual([d["code"] for d in report["items"]], ["sudo"])
        again = client.request("textDocument/diagnostic", dict(ask, previousResultId=report["resultId"]))
        self.assertEqual(again, {"kind": "unchanged", "resultId": report["resultId"]})
        client.notify("textDocument/didChange", {"textDocument": {"uri": self.uri(), "version": 2},
                                                 "contentChanges": [{"text": "FROM debian:12\nMAINTAINER a\n"}]})
        report = client.request("textDocument/diagnostic", dict(ask, previousResultId=report["resultId"]))
        self.assertEqual([d["code"] for d in report["items"]], ["maintainer"])
        client.notify("workspace/didChangeConfiguration", {"settings": {"whittle": {"select": ["sudo"]}}})
        client.wait_note("workspace/diagnostic/refresh")
        time.sleep(0.2)
        pushed = [m for m in client.notes if m.get("method") == "textDocument/publishDiagnostics"]
        self.assertEqual(pushed, [])
        client.stop()


class Actions(Case):
    def actions(self, client, line, character=0, only=None, end=None):
        begin = {"line": line, "character": character}
        context = {"diagnostics": []}
        if only is not None:
            context["only"] = only
        return client.request("textDocument/codeAction", {"textDocument": {"uri": self.uri()},
                                                          "range": {"start": begin, "end": end or begin}, "context": context})

    def edits(self, client, action, version=1):
        if "edit" not in action:
            action = client.request("codeAction/resolve", action)
        changes = action["edit"]["documentChanges"]
        self.assertEqual([c["textDocument"] for c in changes], [{"uri": self.uri(), "version": version}])
        return changes[0]["edits"]

    def test_quick_fix(self):
        text = "FROM debian:12\nMAINTAINER me\nRUN sudo true\n"
        client = self.opened(text, "maintainer", "sudo")
        client.diagnostics(self.uri())
        actions = self.actions(client, 1, 3, only=["quickfix"])
        fix = actions[0]
        self.assertEqual((fix["kind"], fix["isPreferred"]), ("quickfix", True))
        self.assertEqual([d["code"] for d in fix["diagnostics"]], ["maintainer"])
        self.assertEqual(apply_edits(text, self.edits(client, fix)),
                         'FROM debian:12\nLABEL org.opencontainers.image.authors="me"\nRUN sudo true\n')
        self.assertEqual([a["title"] for a in actions[1:]], ["Suppress maintainer here"])
        self.assertEqual(self.actions(client, 0, 2), [a for a in self.actions(client, 0, 2) if a["kind"] != "quickfix"])
        client.stop()

    def test_unsafe_fixes_are_labelled(self):
        client = self.opened("FROM debian:12\nRUN cat a | wc -l > b\n", "pipefail")
        client.diagnostics(self.uri())
        fixes = [a for a in self.actions(client, 1, 10) if "Suppress" not in a["title"]]
        self.assertEqual(len(fixes), 1)
        self.assertFalse(fixes[0]["isPreferred"])
        self.assertTrue(fixes[0]["title"].endswith(" (unsafe)"))
        client.notify("workspace/didChangeConfiguration", {"settings": {"unsafeFixes": False}})
        self.assertEqual([a["title"] for a in self.actions(client, 1, 10)], ["Suppress pipefail here"])
        client.stop()

    def test_fix_all(self):
        text = "FROM debian:12\r\nMAINTAINER me\r\nRUN true\r\nENV a b\r\nENV c d\r\n"
        client = self.opened(text, "maintainer", "legacy-key-value", "sudo")
        client.diagnostics(self.uri())
        expected = 'FROM debian:12\r\nLABEL org.opencontainers.image.authors="me"\r\nRUN true\r\nENV a=b\r\nENV c=d\r\n'
        for only in (["source.fixAll"], ["source.fixAll.whittle"], ["source"]):
            actions = self.actions(client, 0, only=only)
            self.assertEqual([a["kind"] for a in actions], ["source.fixAll.whittle"])
            self.assertEqual(apply_edits(text, self.edits(client, actions[0])), expected)
        self.assertEqual(self.actions(client, 0, only=["refactor"]), [])
        self.assertEqual(self.actions(client, 0, only=["source.fixAll.other"]), [])
        rule = [a for a in self.actions(client, 3, 5) if a["title"] == "Fix all 2 of legacy-key-value"]
        self.assertEqual(apply_edits(text, self.edits(client, rule[0])), text.replace("a b", "a=b").replace("c d", "c=d"))
        client.stop()

    def test_fix_all_is_that_of_the_command_line(self):
        import subprocess
        text = ("FROM debian:12\nMAINTAINER me\nRUN apt-get update\nRUN apt-get install -y curl\nADD a /b/\nENV x y\n"
                "RUN cd /tmp && ls\nWORKDIR app\nCMD echo hi\n")
        client = self.opened(text)
        client.diagnostics(self.uri())
        action = self.actions(client, 0, only=["source.fixAll"])[0]
        edited = apply_edits(text, self.edits(client, action))
        (self.folder / "Dockerfile").write_text(text)
        fixed = subprocess.run([WHITTLE, "lint", "--fix", "-", "--stdin-filename", self.folder / "Dockerfile"], input=text,
                               capture_output=True, text=True, check=False).stdout
        self.assertEqual(edited, fixed)
        self.assertNotEqual(edited, text)
        client.stop()

    def test_edits_for_plain_clients(self):
        text = "FROM debian:12\nMAINTAINER me\n"
        capabilities = {"textDocument": {"codeAction": {"codeActionLiteralSupport": {}}}}
        client = self.opened(text, "maintainer", capabilities=capabilities)
        client.diagnostics(self.uri())
        for action in self.actions(client, 1):
            self.assertEqual(list(action["edit"]["changes"]), [self.uri()])
            self.assertNotIn("isPreferred", action)
        client.stop()

    def test_resolve_of_an_old_text(self):
        client = self.opened("FROM debian:12\nENV a b\n", "legacy-key-value")
        client.diagnostics(self.uri())
        action = self.actions(client, 0, only=["source.fixAll"])[0]
        client.notify("textDocument/didChange", {"textDocument": {"uri": self.uri(), "version": 2},
                                                 "contentChanges": [{"text": "FROM debian:12\n"}]})
        with self.assertRaises(ResponseError):
            client.request("codeAction/resolve", action)
        client.stop()

    def suppress(self, client, line, character=0):
        return [a for a in self.actions(client, line, character) if a["title"].startswith("Suppress")]

    def test_suppress(self):
        text = "FROM debian:12\n  RUN sudo a && \\\n    # a comment\n    sudo b\nRUN <<EOF\nsudo c\nEOF\n"
        client = self.opened(text, "sudo")
        self.assertEqual(ranges_of(client.diagnostics(self.uri())), [(1, 6, 10), (3, 4, 8), (5, 0, 4)])
        comment = "# whittle: ignore=sudo -- reason\n"
        # A comment above an instruction speaks of all of it.
        for line, character, count, expected in (
                (1, 7, 1, text.replace("  RUN", "  " + comment + "  RUN")),
                (3, 5, 2, text.replace("    sudo b", "    " + comment + "    sudo b")),
                (5, 1, 2, text.replace("RUN <<EOF", comment + "RUN <<EOF"))):
            action = self.suppress(client, line, character)
            self.assertEqual(len(action), 1)
            edited = apply_edits(text, self.edits(client, action[0]))
            self.assertEqual(edited, expected)
            # And the comment does what it is for.
            other = self.uri("Other")
            client.open(other, edited)
            left = client.diagnostics(other)
            self.assertEqual(len(left), count, left)
            client.notify("textDocument/didClose", {"textDocument": {"uri": other}})
            client.diagnostics(other)
        client.stop()

    def test_suppress_about_the_context(self):
        (self.folder / "a").write_text("a")
        (self.folder / ".git/pack").write_bytes(b"x" * 100000)
        text = "# syntax=docker/dockerfile:1\nFROM debian:12\nCOPY . /a/\n"
        client = self.opened(text, "vcs-in-context")
        self.assertEqual(ranges_of(client.diagnostics(self.uri())), [(0, 0, 0)])
        actions = self.actions(client, 0)
        edited = apply_edits(text, self.edits(client, self.suppress(client, 0)[0]))
        self.assertEqual(edited, text.replace("FROM", "# whittle: ignore-file=vcs-in-context -- reason\nFROM"))
        # The fix makes an ignore file.
        fix = client.request("codeAction/resolve", actions[0])
        changes = fix["edit"]["documentChanges"]
        self.assertEqual((changes[0]["kind"], changes[0]["uri"]), ("create", self.uri(".dockerignore")))
        self.assertEqual(changes[1]["textDocument"], {"uri": self.uri(".dockerignore"), "version": None})
        self.assertIn(".git", apply_edits("", changes[1]["edits"]))
        client.stop()

    def test_unused_suppression(self):
        text = "FROM debian:12\n# whittle: ignore=sudo -- was needed\nRUN true\n"
        client = self.opened(text, "sudo", "unused-suppression")
        found = client.diagnostics(self.uri())
        self.assertEqual([(d["code"], d["tags"]) for d in found], [("unused-suppression", [1])])
        actions = self.actions(client, 1, 3)
        self.assertEqual(apply_edits(text, self.edits(client, actions[0])), "FROM debian:12\nRUN true\n")
        client.stop()


class Hover(Case):
    def hover(self, client, line, character):
        result = client.at("hover", self.uri(), line, character)
        return "" if result is None else result["contents"]["value"]

    def test_hovers(self):
        client = self.opened(STAGES, "sudo")
        cases = [
            ((2, 16), ["`$GO_VERSION` = `1.22`", "default of ARG, line 2"]),       # FROM
            ((7, 30), ["`$GO_VERSION` = `1.22`", "global ARG, line 2", "line 4"]),  # the RUN
            ((3, 6), ["`$GO_VERSION` = `1.22`"]),                                   # its declaration in the stage
            ((10, 30), ["`$APP_HOME` = `/srv`", "ENV of line 10"]),
            ((11, 50), ["`$APP_HOME` = `/srv`"]),
            ((10, 14), ["Stage 0 `build`", "line 3"]),
            ((11, 30), ["Stage 0 `build`", "`--mount`"]),
            ((11, 6), ["`--mount`"]),
            ((11, 18), ["`bind`"]),
            ((5, 1), ["COPY [--from=STAGE]"]),
            ((0, 3), []),
        ]
        for place, parts in cases:
            text = self.hover(client, *place)
            for part in parts:
                self.assertIn(part, text, place)
            if not parts:
                self.assertEqual(text, "")
        base = self.hover(client, 2, 8)
        self.assertIn("`golang:1.22`", base)
        client.stop()

    def test_finding(self):
        client = self.opened("FROM debian:12\nRUN sudo a\n", "sudo")
        text = self.hover(client, 1, 5)
        self.assertIn("**sudo**", text)
        self.assertIn("```dockerfile", text)
        self.assertIn("DL3004", text)
        client.stop()

    def test_rules_in_comments(self):
        client = self.opened("FROM debian:12\n# whittle: ignore=apt-lists,DL3004 -- sudo\nRUN sudo a && \\\n  # hadolint ignore=DL3009\n  b\n", "sudo")
        self.assertIn("**apt-lists**", self.hover(client, 1, 20))
        self.assertIn("**sudo**", self.hover(client, 1, 31))
        self.assertIn("**apt-lists**", self.hover(client, 3, 22))
        self.assertEqual(self.hover(client, 1, 4), "")
        client.stop()

    def test_unknown_values(self):
        client = self.opened("FROM debian:12\nARG V\nLABEL a=$V b=$PATHS c=$TARGETARCH\nRUN for x in a; do echo $x; done\n", "sudo")
        self.assertIn("`--build-arg` sets it", self.hover(client, 2, 9))
        self.assertIn("base image", self.hover(client, 2, 15))
        self.assertIn("builder", self.hover(client, 2, 24))
        self.assertEqual(self.hover(client, 3, 25), "")
        client.stop()

    def test_hostile_text(self):
        client = self.opened("FROM debian:12\nARG V=`<script>`[x](y)\nLABEL a=$V\n", "sudo")
        self.assertIn("`` `<script>`[x](y) ``", self.hover(client, 2, 9))
        client.stop()


class Names(Case):
    def test_stage(self):
        client = self.opened(STAGES, "sudo")
        everywhere = [(2, 29, 34), (10, 12, 17), (11, 27, 32)]
        for line, begin, _ in everywhere:
            found = client.at("references", self.uri(), line, begin + 1, context={"includeDeclaration": True})
            self.assertEqual(ranges_of(found), everywhere)
            self.assertEqual(ranges_of(client.at("definition", self.uri(), line, begin + 1)), everywhere[:1])
        found = client.at("references", self.uri(), 2, 30, context={"includeDeclaration": False})
        self.assertEqual(ranges_of(found), everywhere[1:])
        marks = client.at("documentHighlight", self.uri(), 10, 13)
        self.assertEqual([m["kind"] for m in marks], [3, 2, 2])
        self.assertEqual(client.at("prepareRename", self.uri(), 10, 13),
                         {"range": {"start": {"line": 10, "character": 12}, "end": {"line": 10, "character": 17}}, "placeholder": "build"})
        edit = client.at("rename", self.uri(), 10, 13, newName="compile")
        change = edit["documentChanges"][0]
        self.assertEqual(change["textDocument"], {"uri": self.uri(), "version": 1})
        self.assertEqual(apply_edits(STAGES, change["edits"]),
                         STAGES.replace("AS build", "AS compile").replace("from=build", "from=compile"))
        for bad in ("", "9a", "a b", "scratch"):
            self.check_error(INVALID_PARAMS, lambda b=bad: client.at("rename", self.uri(), 10, 13, newName=b))
        client.stop()

    def test_stages_of_one_name_and_numbers(self):
        text = ("FROM a:1 AS x\nFROM X AS y\nFROM b:1 AS x\nCOPY --from=x /a /\nCOPY --from=0 /a /\nCOPY --from=y /b /\n")
        client = self.opened(text, "sudo")
        self.assertEqual(ranges_of(client.at("references", self.uri(), 0, 12, context={"includeDeclaration": True})),
                         [(0, 12, 13), (1, 5, 6), (3, 12, 13), (4, 12, 13)])
        self.assertEqual(ranges_of(client.at("definition", self.uri(), 4, 12)), [(0, 12, 13)])
        self.assertEqual(ranges_of(client.at("references", self.uri(), 2, 12, context={"includeDeclaration": True})),
                         [(2, 12, 13)])
        self.check_error(INVALID_PARAMS, lambda: client.at("prepareRename", self.uri(), 4, 12))
        edit = client.at("rename", self.uri(), 0, 12, newName="z")
        self.assertEqual(apply_edits(text, edit["documentChanges"][0]["edits"]),
                         text.replace("a:1 AS x", "a:1 AS z").replace("FROM X", "FROM z").replace("from=x", "from=z"))
        self.check_error(INVALID_PARAMS, lambda: client.at("rename", self.uri(), 0, 12, newName="Y"))
        client.stop()

    def test_variable(self):
        client = self.opened(STAGES, "sudo")
        edit = client.at("rename", self.uri(), 7, 30, newName="GO")
        self.assertEqual(apply_edits(STAGES, edit["documentChanges"][0]["edits"]), STAGES.replace("GO_VERSION", "GO"))
        self.assertEqual(ranges_of(client.at("definition", self.uri(), 7, 30)), [(3, 4, 14), (1, 4, 14)])
        self.assertEqual(ranges_of(client.at("definition", self.uri(), 10, 30)), [(9, 4, 12)])
        self.assertEqual(len(client.at("references", self.uri(), 9, 5, context={"includeDeclaration": True})), 3)
        client.stop()

    def test_scopes_and_quotes(self):
        text = ("FROM a:1 AS one\nENV X=1\nRUN echo $X ${X:-$X} '$X' \\$X \"$X\" && X=2 && export X\n"
                "FROM one AS two\nCOPY a$X b\nFROM b:1\nENV X=5\nRUN echo $X\n")
        client = self.opened(text, "sudo")
        edit = client.at("rename", self.uri(), 4, 7, newName="LONG")
        self.assertEqual(apply_edits(text, edit["documentChanges"][0]["edits"]),
                         "FROM a:1 AS one\nENV LONG=1\nRUN echo $LONG ${LONG:-$LONG} '$X' \\$X \"$LONG\" && LONG=2 && export LONG\n"
                         "FROM one AS two\nCOPY a$LONG b\nFROM b:1\nENV X=5\nRUN echo $X\n")
        self.check_error(INVALID_PARAMS, lambda: client.at("rename", self.uri(), 4, 7, newName="TARGETARCH"))
        client.stop()

    def test_what_is_no_name(self):
        client = self.opened("FROM debian:12\nARG TARGETARCH\nRUN echo $NONE $TARGETARCH\n", "sudo")
        self.assertIsNone(client.at("prepareRename", self.uri(), 0, 1))
        self.assertIsNone(client.at("definition", self.uri(), 2, 11))
        self.check_error(INVALID_PARAMS, lambda: client.at("prepareRename", self.uri(), 2, 17))
        self.check_error(INVALID_PARAMS, lambda: client.at("rename", self.uri(), 0, 1, newName="x"))
        client.stop()


class Outline(Case):
    def test_symbols(self):
        client = self.opened(STAGES, "sudo")
        symbols = client.request("textDocument/documentSymbol", {"textDocument": {"uri": self.uri()}})
        self.assertEqual([(s["name"], [c["name"] for c in s["children"]]) for s in symbols],
                         [("ARG", []), ("build", ["ARG", "WORKDIR", "COPY", "RUN"]),
                          ("stage 1", ["ENV", "COPY", "RUN", "CMD"])])
        build = symbols[1]
        self.assertEqual(build["detail"], "FROM golang:${GO_VERSION}")
        self.assertEqual((build["range"]["start"]["line"], build["range"]["end"]["line"]), (2, 7))
        self.assertEqual(ranges_of([{"range": build["selectionRange"]}]), [(2, 29, 34)])
        client.stop()
        client = self.opened(STAGES, "sudo", capabilities={})
        symbols = client.request("textDocument/documentSymbol", {"textDocument": {"uri": self.uri()}})
        self.assertEqual([s["name"] for s in symbols], ["ARG", "build", "ARG", "WORKDIR", "COPY", "RUN",
                                                         "stage 1", "ENV", "COPY", "RUN", "CMD"])
        self.assertEqual(symbols[2]["containerName"], "build")
        client.stop()

    def test_folds(self):
        text = "# one\n# two\nFROM a:1\nRUN x \\\n  # inside\n  y\nCOPY <<A <<B /\na\nA\nb\nB\nFROM b:1\n"
        client = self.opened(text, "sudo")
        folds = client.request("textDocument/foldingRange", {"textDocument": {"uri": self.uri()}})
        self.assertEqual([(f["startLine"], f["endLine"], f["kind"]) for f in folds],
                         [(0, 1, "comment"), (2, 10, "region"), (3, 5, "region"), (6, 10, "region"),
                          (7, 8, "region"), (9, 10, "region")])
        client.stop()

    def test_links(self):
        text = "ARG V=12\nFROM debian:$V AS a\nFROM bitnami/redis:7\nFROM ghcr.io/x/y:1\nFROM scratch\nFROM a\n"
        client = self.opened(text, "sudo")
        links = client.request("textDocument/documentLink", {"textDocument": {"uri": self.uri()}})
        self.assertEqual([(ranges_of([link])[0], link["target"]) for link in links],
                         [((1, 5, 14), "https://hub.docker.com/_/debian"), ((2, 5, 20), "https://hub.docker.com/r/bitnami/redis")])
        client.stop()


class Completion(Case):
    def labels(self, client, text, name="Dockerfile"):
        """What is offered at the `|` of a text."""
        offset = text.index("|")
        text = text.replace("|", "", 1)
        uri = self.uri(name)
        client.open(uri, text)
        line = text.count("\n", 0, offset)
        character = offset - (text.rfind("\n", 0, offset) + 1)
        result = client.at("completion", uri, line, character)
        for item in result["items"]:
            self.assertEqual(item["textEdit"]["range"]["end"], {"line": line, "character": character})
        self.items = result["items"]
        return [item["label"] for item in result["items"]]

    def test_completions(self):
        client = self.client()
        self.assertEqual(self.labels(client, "|"), ["FROM", "ARG"])
        self.assertEqual(self.labels(client, "f|"), ["from", "arg"])
        instructions = self.labels(client, "FROM a:1\n|\nCMD x\n")
        self.assertEqual(len(instructions), 18)
        self.assertIn("HEALTHCHECK", instructions)
        self.assertEqual(self.labels(client, "FROM a:1\nONBUILD |")[:2], ["RUN", "CMD"])
        self.assertEqual(self.labels(client, "FROM a:1\nCOPY --|"),
                         ["--from", "--chown", "--chmod", "--link", "--parents", "--exclude"])
        self.assertEqual(self.labels(client, "FROM a:1\nCOPY -|")[0], "--from")
        self.assertEqual(self.items[0]["textEdit"]["newText"], "--from=")
        self.assertEqual(self.items[0]["textEdit"]["range"]["start"], {"line": 1, "character": 5})
        self.assertEqual(self.labels(client, "FROM a:1\nCOPY --from=x --ch| a b"), ["--chown", "--chmod", "--link", "--parents", "--exclude"])
        self.assertEqual(self.labels(client, "FROM a:1 AS one\nFROM b:1 AS two\nFROM c:1 AS three\nCOPY --from=|"), ["one", "two"])
        self.assertEqual(self.labels(client, "FROM a:1 AS one\nFROM o|"), ["one"])
        self.assertEqual(self.labels(client, "FROM a:1 |"), ["AS"])
        self.assertEqual(self.labels(client, "FROM a:1\nRUN --mount=|")[:2], ["type", "target"])
        self.assertEqual(self.labels(client, "FROM a:1\nRUN --mount=type=|"), ["bind", "cache", "secret", "ssh", "tmpfs"])
        self.assertEqual(self.labels(client, "FROM a:1\nRUN --mount=type=cache,target=/x,s|"),
                         ["source", "from", "ro", "id", "sharing", "mode", "uid", "gid"])
        self.assertEqual(self.labels(client, "FROM a:1\nRUN --mount=type=cache,sharing=|"), ["shared", "private", "locked"])
        self.assertEqual(self.labels(client, "FROM a:1 AS s\nFROM b:1\nRUN --mount=type=bind,from=|"), ["s"])
        self.assertEqual(self.labels(client, "FROM a:1\nRUN --network=|"), ["default", "none", "host"])
        self.assertEqual(self.labels(client, "FROM a:1\nHEALTHCHECK |"), ["CMD", "NONE"])
        client.stop()

    def test_variables(self):
        client = self.client()
        text = "ARG V=1\nFROM a:1 AS b\nARG W=2\nENV X=3 Y=$W\nFROM b\nENV Z=$|\nENV LATER=1\n"
        self.assertEqual(self.labels(client, text), ["W", "X", "Y"])
        self.assertEqual([item["detail"] for item in self.items], ["= 2", "= 3", "= 2"])
        self.assertEqual(self.labels(client, "FROM a:1\nENV X=3\nRUN foo && \\\n   echo \"${X|\" bar\n"), ["X"])
        self.assertEqual(self.items[0]["textEdit"]["range"]["start"], {"line": 3, "character": 11})
        self.assertIn("TARGETARCH", self.labels(client, "ARG V=1\nFROM a:$|"))
        self.assertIn("V", self.labels(client, "ARG V=1\nFROM a:$|"))
        client.stop()

    def test_comments(self):
        client = self.client()
        self.assertIn("sudo", self.labels(client, "FROM a:1\n# whittle: ignore=apt-lists,su|\nRUN sudo x\n"))
        self.assertEqual(self.items[0]["textEdit"]["range"]["start"], {"line": 1, "character": 28})
        self.assertEqual(self.labels(client, "# |"), ["syntax", "escape", "check"])
        self.assertEqual(self.labels(client, "FROM a:1\n# a|"), [])
        self.assertEqual(self.labels(client, "FROM a:1\nRUN <<EOF\nec|"), [])
        client.stop()


class Format(Case):
    TEXT = "from debian:12\nrun apt-get update && apt-get install -y \\\n  zlib1g-dev \\\n  curl\n\n\n\nenv A=1\n"

    def test_whole(self):
        import subprocess
        client = self.opened(self.TEXT, "sudo")
        edits = client.request("textDocument/formatting", {"textDocument": {"uri": self.uri()}, "options": {"tabSize": 8, "insertSpaces": True}})
        expected = subprocess.run([WHITTLE, "fmt", "-"], input=self.TEXT, capture_output=True, text=True, check=True).stdout
        self.assertEqual(apply_edits(self.TEXT, edits), expected)
        self.assertNotEqual(expected, self.TEXT)
        client.open(self.uri("Good"), expected)
        self.assertEqual(client.request("textDocument/formatting", {"textDocument": {"uri": self.uri("Good")}, "options": {}}), [])
        client.stop()

    def test_range(self):
        client = self.opened(self.TEXT, "sudo")
        edits = client.request("textDocument/rangeFormatting", {
            "textDocument": {"uri": self.uri()}, "options": {},
            "range": {"start": {"line": 7, "character": 0}, "end": {"line": 7, "character": 7}}})
        self.assertEqual(apply_edits(self.TEXT, edits).splitlines()[-1], "ENV A=1")
        self.assertEqual(apply_edits(self.TEXT, edits).splitlines()[0], "from debian:12")
        # A range in the middle of a list takes the whole of it.
        edits = client.request("textDocument/rangeFormatting", {
            "textDocument": {"uri": self.uri()}, "options": {},
            "range": {"start": {"line": 2, "character": 0}, "end": {"line": 2, "character": 4}}})
        result = apply_edits(self.TEXT, edits)
        self.assertIn("RUN apt-get update", result)
        self.assertLess(result.index("curl"), result.index("zlib1g-dev"))
        self.assertTrue(result.startswith("from debian:12\n"))
        client.stop()

    def test_what_does_not_parse(self):
        client = self.opened("from debian:12\ncopy a\n", "sudo")
        self.assertEqual(client.request("textDocument/formatting", {"textDocument": {"uri": self.uri()}, "options": {}}), [])
        client.stop()


class Robust(Case):
    def alive(self, client):
        client.open(self.uri("Alive"), "FROM debian:12\n")
        self.assertIsNotNone(client.request("textDocument/documentSymbol", {"textDocument": {"uri": self.uri("Alive")}}))
        self.assertEqual(client.stop(), 0)

    def test_bad_json(self):
        client = self.client()
        for body in (b"", b"{", b"nothing", b"\xff\xfe", b'{"a":' * 100, b'"\\ud800"'):
            client.send_bytes(frame(body))
            self.assertEqual(client.wait_error_response()["code"], PARSE_ERROR, body)
        for body in (b"[]", b"1", b"null", b"{}", b'{"method":1}', b'{"id":{},"method":"x"}', b'{"id":1.5,"method":"x"}'):
            client.send_bytes(frame(body))
            error = client.wait_error_response()
            self.assertEqual(error["code"], INVALID_REQUEST, body)
        self.alive(client)

    def test_odd_parameters(self):
        client = self.client()
        methods = ["hover", "definition", "references", "documentHighlight", "documentSymbol", "foldingRange", "documentLink",
                   "completion", "codeAction", "formatting", "rangeFormatting", "prepareRename", "rename", "diagnostic"]
        client.open(self.uri(), STAGES)
        document = {"uri": self.uri()}
        odd = [None, [], 3, "x", {"textDocument": 1}, {"textDocument": {"uri": 1}}, {"textDocument": document, "position": 4},
               {"textDocument": document, "position": {"line": "a", "character": []}},
               {"textDocument": document, "range": {"start": {"line": 1}}},
               {"textDocument": document, "range": {}, "context": 3}]
        for method in methods:
            for params in odd:
                try:
                    client.request("textDocument/" + method, params)
                except ResponseError as error:
                    self.assertEqual(error.code, INVALID_PARAMS)
        for params in odd:
            client.notify("textDocument/didOpen", params)
            client.notify("textDocument/didChange", params)
            client.notify("textDocument/didClose", {"textDocument": 7})
            client.notify("workspace/didChangeConfiguration", params)
            client.notify("workspace/didChangeWatchedFiles", params)
            client.notify("workspace/didChangeWorkspaceFolders", params)
        self.alive(client)

    def test_positions_anywhere(self):
        client = self.client()
        client.open(self.uri(), STAGES)
        for line in list(range(0, 15)) + [4000000000]:
            for character in (0, 1, 5, 12, 30, 4000000000):
                for method in ("hover", "definition", "documentHighlight", "completion", "prepareRename"):
                    try:
                        client.at(method, self.uri(), line, character)
                    except ResponseError:
                        pass
        self.alive(client)

    def test_too_large_messages(self):
        client = Client(WHITTLE, "--limit", "json-bytes=10000", cwd=self.folder)
        self.addCleanup(client.kill)
        client.initialize(capabilities={})
        client.open(self.uri(), "FROM debian:12\n")
        client.notify("textDocument/didChange", {"textDocument": {"uri": self.uri(), "version": 2},
                                                 "contentChanges": [{"text": "FROM debian:12\n" + "#" * 20000}]})
        error = client.wait_error_response()
        self.assertEqual(error["code"], PARSE_ERROR)
        self.assertIn("json-bytes", error["message"])
        self.assertIn("reopen", client.wait_note("window/showMessage")["message"])
        with self.assertRaises(ResponseError):
            client.at("hover", self.uri(), 0, 0)
        self.alive(client)

    def test_too_large_documents(self):
        client = Client(WHITTLE, "--limit", "dockerfile-bytes=1000", cwd=self.folder)
        self.addCleanup(client.kill)
        client.initialize()
        client.open(self.uri(), "FROM debian:12\n" + "#" * 2000)
        self.assertIn("dockerfile-bytes", client.wait_note("window/showMessage")["message"])
        with self.assertRaises(ResponseError):
            client.at("hover", self.uri(), 0, 0)
        client.notify("textDocument/didChange", {"textDocument": {"uri": self.uri(), "version": 2},
                                                 "contentChanges": [{"text": "FROM debian:12\n"}]})
        self.assertIn("FROM", client.at("hover", self.uri(), 0, 0)["contents"]["value"])
        self.alive(client)

    def test_headers(self):
        body = b'{"jsonrpc":"2.0","method":"exit"}'
        for header in (b"content-length:   %d  \r\n\r\n", b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: %d\r\n\r\n",
                       b"Content-Length: %d\n\n"):
            client = self.client()
            client.send_bytes(header % len(body) + body)
            self.assertEqual(client.wait_exit(), 1, header)
        for header in (b"Content-Length: 99999999999999999999999999\r\n\r\n", b"Content-Length: 9223372036854775807\r\n\r\n",
                       b"Content-Length: -1\r\n\r\n", b"Content-Length: x\r\n\r\n", b"\r\n\r\n", b"Hello\r\n\r\n", b"A: b\r\n\r\n", b"x" * 20000):
            client = self.client()
            client.send_bytes(header)
            self.assertEqual(client.wait_error_response()["code"], PARSE_ERROR)
            self.assertEqual(client.wait_exit(), 2, header)
            self.assertIn(b"message header", client.errors)

    def test_pieces(self):
        client = self.client()
        data = frame(json.dumps({"jsonrpc": "2.0", "id": "p", "method": "textDocument/dream"}).encode())
        for byte in data:
            client.send_bytes(bytes([byte]))
        self.check_error(METHOD_NOT_FOUND, lambda: client.wait_response("p"))
        self.alive(client)

    def test_random_bytes(self):
        generator = random.Random(7)
        for _ in range(15):
            client = self.client()
            try:
                for _ in range(20):
                    client.send_bytes(bytes(generator.randrange(256) for _ in range(generator.randrange(2000))))
            except BrokenPipeError:
                pass
            try:
                code = client.wait_exit()
            except BrokenPipeError:
                code = client.process.wait(20)
            self.assertIn(code, (1, 2))

    def test_random_documents(self):
        generator = random.Random(11)
        parts = ["FROM ", "RUN ", "COPY --from=", "ENV A=$", "${", "}", "\\\n", "\n", "<<EOF\n", "EOF\n", "'", '"', "`", "#", "AS x", "😀", "é",
                 "\r", "\t", "--mount=type=", ",", "=", "ARG X", "ONBUILD ", "[", "]", "x", "0", "\u0000", "\ufeff", "# escape=`\n"]
        client = self.client()
        for version in range(150):
            text = "".join(generator.choice(parts) for _ in range(generator.randrange(60)))
            client.open(self.uri(), text, version)
            line, character = generator.randrange(8), generator.randrange(30)
            for method in ("hover", "definition", "completion", "documentHighlight"):
                client.at(method, self.uri(), line, character)
            document = {"textDocument": {"uri": self.uri()}}
            for method in ("documentSymbol", "foldingRange", "documentLink"):
                client.request("textDocument/" + method, document)
            client.request("textDocument/formatting", dict(document, options={}))
            actions = client.request("textDocument/codeAction", dict(
                document, range={"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}, context={}))
            for action in actions:
                if "edit" not in action:
                    client.request("codeAction/resolve", action)
        self.alive(client)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
