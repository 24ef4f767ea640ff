#!/usr/bin/env python3
"""Tests of the program from outside: texts, exit codes, files, signals, the terminal.

usage: cli_test.py WHITTLE SOURCE_DIR [SUITE]
Exit 0: passed. 1: failed. 77: everything in the suite was skipped, with the reasons.
"""
import gzip
import hashlib
import http.server
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import unittest
import xml.etree.ElementTree
import zipfile
from pathlib import Path

from suites import run_suites

WHITTLE = Path(sys.argv[1]).resolve()
ROOT = Path(sys.argv[2]).resolve()
SCHEMA = ROOT / "docs/json-schema/optimize-report.schema.json"
COMMANDS = ["optimize", "lint", "explain", "fmt", "lsp", "analyze", "diff", "sbom", "scan", "slim", "db", "explore", "trace", "cache-dir", "help", "version", "completion", "man"]

DOCKERFILE = """FROM debian:bookworm
MAINTAINER dev@example.org
RUN apt-get update
RUN apt-get install -y curl
ADD app.py /app/app.py
CMD ["python3", "/app/app.py"]
"""


def run(*arguments, env=None, cwd=None, text_input=None):
    environment = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "COLUMNS")}
    environment.update(env or {})
    return subprocess.run([WHITTLE, *map(str, arguments)], capture_output=True, text=True, env=environment, cwd=cwd,
                          input=text_input, timeout=120, check=False)


def tree(folder):
    """Every file below a folder with a digest of its bytes."""
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
            for path in sorted(Path(folder).rglob("*"))}


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="whittle-cli-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def project(self, name="shop", dockerfile=DOCKERFILE):
        project = self.folder / name
        project.mkdir()
        if dockerfile is not None:
            (project / "Dockerfile").write_text(dockerfile)
        (project / "app.py").write_text("print('hello')\n")
        (project / ".git").mkdir()
        (project / ".git/pack").write_bytes(b"x" * 50000)
        (project / "__pycache__").mkdir()
        (project / "__pycache__/app.cpython-311.pyc").write_bytes(b"y" * 3000)
        return project

    def assert_fails(self, result, *texts):
        self.assertEqual(result.returncode, 2, result)
        self.assertEqual(result.stdout, "")
        for text in texts:
            self.assertIn(text, result.stderr)


class Help(Case):
    def test_every_command(self):
        for command in COMMANDS:
            by_option = run(command, "--help")
            by_command = run("help", command)
            self.assertEqual(by_option.returncode, 0)
            self.assertEqual(by_option.stdout, by_command.stdout)
            self.assertEqual(by_option.stderr, "")
            for part in ("Usage:", "Common options:", "Exit codes:", "Examples:", "whittle " + command):
                self.assertIn(part, by_option.stdout)

    def test_program(self):
        result = run("--help")
        self.assertEqual(result.returncode, 0)
        self.assertEqual(result.stdout, run("help").stdout)
        for command in COMMANDS:
            self.assertIn(f"\n  {command} ", result.stdout)

    def test_no_command(self):
        self.assert_fails(run(), "Usage:")

    def test_lines_keep_to_the_width(self):
        for width in (60, 80, 120):
            for line in run("optimize", "--help", env={"COLUMNS": str(width)}).stdout.splitlines():
                if not line.startswith("  whittle "):  # usage and examples are there to be copied
                    self.assertLessEqual(len(line), width, line)

    def test_version(self):
        for arguments in (["--version"], ["-V"], ["version"], ["optimize", "--version"]):
            result = run(*arguments)
            self.assertRegex(result.stdout, r"^whittle \d+\.\d+\.\d+\n$")
            self.assertEqual(result.returncode, 0)
        self.assertEqual(json.loads(run("version", "--format", "json").stdout)["name"], "whittle")

    def test_colour_only_when_asked(self):
        self.assertNotIn("\x1b", run("--help").stdout)
        self.assertIn("\x1b[", run("--help", "--color", "always").stdout)


class BadInput(Case):
    def test_command_line(self):
        cases = [
            (["optimise", "."], "there is no command `optimise`\nhint: Did you mean `optimize`?"),
            (["optimize", ".", "--dryrun"], "there is no option `--dryrun`\nhint: Did you mean `--dry-run`?"),
            (["optimize"], "PROJECT is missing"),
            (["optimize", ".", "extra"], "one argument too many"),
            (["optimize", ".", "--engine", "dockr"], "--engine: `dockr` is none of auto, "),
            (["optimize", ".", "--format", "yaml"], "--format: `yaml` is none of text, json, markdown"),
            (["optimize", ".", "--memory", "lots"], "--memory: `lots` is not a size"),
            (["optimize", ".", "--probe-timeout", "soon"], "--probe-timeout: `soon` is not a time"),
            (["optimize", ".", "--probe-port", "70000"], "--probe-port: `70000` is not a port"),
            (["optimize", ".", "--probe-env", "=x"], "--probe-env: `=x` is not of the form NAME=VALUE"),
            (["optimize", ".", "--probe", " "], "--probe: the command is empty"),
            (["optimize", ".", "--http-probe", "no-slash"], "--http-probe: "),
            (["optimize", ".", "--limit", "entires=5"], "there is no limit `entires`"),
            (["optimize", ".", "--only", "no-such-rule"], "--only: there is no rule `no-such-rule`"),
            (["optimize", ".", "--threads", "0"], "--threads: `0` is not a number from 1 to 1024"),
            (["optimize", ".", "--output"], "option `--output` needs a value"),
            (["optimize", ".", "--dry-run", "--in-place"], "--in-place and --dry-run do not go together"),
            (["optimize", ".", "--dry-run", "--slim"], "--slim and --dry-run do not go together"),
            (["optimize", ".", "--policy", "tight"], "--policy without --slim"),
            (["optimize", ".", "--slim", "--policy", "tiny"], "tiny"),
            (["optimize", ".", "--slim", "--include", "[a"], "[a"),
            (["optimize", ".", "--no-rebuild", "--touch", "x"], "--no-rebuild and --touch do not go together"),
            (["optimize", ".", "--discard", "--tag", "x"], "--discard and --tag do not go together"),
            (["optimize", ".", "--offline", "--network", "host"], "--offline and --network host do not go together"),
            (["completion", "tcsh"], "SHELL: `tcsh` is none of bash, zsh, fish"),
            (["--format", "json", "optimize", "."], "there is no option `--format`\nhint: "),
            (["help", "optimise"], "there is no command `optimise`"),
            (["man", "nothing"], "there is no command `nothing`"),
            (["analyze"], "TARGET is missing"),
            (["sbom"], "TARGET is missing"),
            (["slim"], "TARGET is missing"),
            (["slim", "x.tar", "--policy", "loose"], "--policy: `loose` is none of tight, balanced, package"),
            (["slim", "x.tar", "--include", "["], "`[` is not a pattern of paths"),
            (["slim", "x.tar", "--static-only", "--http-probe", "/"], "--static-only and a probe do not go together"),
            (["slim", "x.tar", "--static-only", "--exec", "true"], "--static-only and a probe do not go together"),
            (["slim", "x.tar", "--exec", " "], "the command is empty"),
            (["slim", "x.tar", "--include-from", "none"], "none: No such file"),
            (["slim", "x.tar", "--layers", "two"], "--layers: `two` is none of keep, app+base, one"),
            (["slim", "x.tar", "--debug-companion", "a:1", "--tag", "a:1"], "--debug-companion and --tag are the same"),
            (["slim", "x.tar", "--debug-companion", ""], "the name is empty"),
            (["slim", "x.tar", "--sbom-format", "spdx"], "--sbom-format without --sbom"),
            (["slim", "x.tar", "--harden", "limits"], "--harden needs the result in the engine, and runs it"),
            (["slim", "x.tar", "--static-only", "--crawl"], "--static-only and a probe do not go together"),
            (["trace", "x", "--crawl-limit", "0"], "`0` is not a number from 1 to 10000"),
            (["trace", "x", "--openapi", "none.yaml"], "none.yaml: No such file"),
            (["slim", "x.tar", "-o", "oci:"], "the output names no file"),
            (["sbom", "x.tar", "--format", "xml"], "--format: `xml` is none of json, table, cyclonedx, spdx"),
            (["analyze", "x.tar"], "No such file or directory"),
            (["analyze", "x.tar", "--format", "yaml"], "--format: `yaml` is none of text, json, csv, html, markdown, dive-json"),
            (["analyze", "x.tar", "-d", "layers"], "--dimensions: "),
            (["analyze", "x.tar", "-n", "few"], "--number: `few` is not a number"),
            (["analyze", "x.tar", "--platform", "linux"], "--platform: `linux` is not a platform"),
            (["analyze", "x.tar", "--lowest-efficiency", "2"], "--lowest-efficiency: `2` is not a ratio"),
            (["analyze", "x.tar", "--max-size", "big"], "--max-size: `big` is not a size"),
            (["analyze", "x.tar", "--ci-config", "none"], "none: No such file"),
            (["analyze", "x.tar", "--mirror", "x"], "--mirror: `x` is not of the form HOST=URL"),
            (["analyze", "x.tar", "--insecure", "http://x"], "--insecure: `http://x` is not a host"),
            (["analyze", "x.tar", "--no-cache", "--cache-dir", "c"], "--no-cache and --cache-dir do not go together"),
            (["diff", "x.tar"], "AFTER is missing"),
            (["diff", "-", "-"], "only one of the images can come from standard input"),
            (["lint", ".", "--online", "--offline"], "--online and --offline exclude each other"),
            (["diff", "x.tar", "y.tar", "--format", "html"], "--format: `html` is none of text, json, csv, markdown"),
            (["cache-dir", "--trim", "--clear"], "--trim and --clear do not go together"),
        ]
        for arguments, text in cases:
            with self.subTest(arguments=arguments):
                result = run(*arguments, cwd=self.folder)
                self.assert_fails(result, text)
                self.assertTrue(result.stderr.startswith("whittle: "), result.stderr)
                self.assertEqual(list(self.folder.iterdir()), [], "something was written")

    def test_no_such_project(self):
        self.assert_fails(run("optimize", self.folder / "none"), "there is no folder", "hint: ")

    def test_project_is_a_file(self):
        project = self.project()
        self.assert_fails(run("optimize", project / "Dockerfile"), "is not a folder", "hint: ")

    def test_output_is_a_file(self):
        project = self.project()
        self.assert_fails(run("optimize", project, "-o", project / "app.py"), "is not a folder")

    def test_no_dockerfile(self):
        project = self.project(dockerfile=None)
        before = tree(self.folder)
        self.assert_fails(run("optimize", project, "--dry-run", "-o", self.folder / "out"), "Dockerfile", "hint: ")
        self.assertEqual(tree(self.folder), before)

    def test_dockerfile_that_does_not_parse(self):
        project = self.project(dockerfile="FROM debian:bookworm\nRUN <<EOF\necho\n")
        before = tree(self.folder)
        self.assert_fails(run("optimize", project, "--dry-run", "-o", self.folder / "out"), "whittle: ")
        self.assertEqual(tree(self.folder), before)

    def test_dockerfile_outside_the_project(self):
        project = self.project()
        (self.folder / "Other").write_text(DOCKERFILE)
        self.assert_fails(run("optimize", project, "--dry-run", "-f", "../Other", "-o", self.folder / "out"), "whittle: ")

    def test_foreign_bytes_do_not_reach_the_terminal(self):
        result = run("optimize", "\x1b[31m\x07")
        self.assert_fails(result, "\\x1b[31m\\x07")
        self.assertNotIn("\x1b", result.stderr)


class Completion(Case):
    def script(self, shell):
        result = run("completion", shell)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def check_syntax(self, shell, *flags):
        if not shutil.which(shell):
            self.skipTest(f"{shell} is not installed")
        path = self.folder / "script"
        path.write_text(self.script(shell))
        result = subprocess.run([shell, *flags, path], capture_output=True, text=True, check=False)
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_bash_syntax(self):
        self.check_syntax("bash", "-n")

    def test_zsh_syntax(self):
        self.check_syntax("zsh", "-n")

    def test_fish_syntax(self):
        self.check_syntax("fish", "--no-execute")

    def bash_completes(self, *words):
        """What bash offers for the last word."""
        listed = " ".join("'" + word + "'" for word in words)
        program = (self.script("bash") + f"\nCOMP_WORDS=({listed}); COMP_CWORD={len(words) - 1}; _whittle; "
                   'printf "%s\\n" "${COMPREPLY[@]}"')
        result = subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=False, cwd=self.folder)
        self.assertEqual(result.stderr, "")
        return sorted(result.stdout.split())

    def test_bash_offers(self):
        (self.folder / "somewhere").mkdir()
        (self.folder / "afile").write_text("")
        self.assertEqual(self.bash_completes("whittle", ""), sorted(COMMANDS))
        self.assertEqual(self.bash_completes("whittle", "opt"), ["optimize"])
        self.assertEqual(self.bash_completes("whittle", "help", "comp"), ["completion"])
        self.assertEqual(self.bash_completes("whittle", "analyze", "--format", "d"), ["dive-json"])
        self.assertEqual(self.bash_completes("whittle", "completion", ""), ["bash", "fish", "zsh"])
        self.assertEqual(self.bash_completes("whittle", "optimize", "--dry"), ["--dry-run"])
        self.assertEqual(self.bash_completes("whittle", "optimize", "--format", "j"), ["json"])
        self.assertEqual(self.bash_completes("whittle", "optimize", ""), ["somewhere"])
        self.assertEqual(self.bash_completes("whittle", "optimize", "--file", ""), ["afile", "somewhere"])
        self.assertIn("--quiet", self.bash_completes("whittle", "man", "--q"))

    def test_every_option_is_in_every_script(self):
        help_text = run("optimize", "--help").stdout
        options = {word.strip(",") for word in help_text.split() if word.startswith("--")}
        options = {option for option in options if option[2:].replace("-", "").isalpha() and f" {option}" in help_text}
        self.assertGreater(len(options), 25)
        for shell, form in (("bash", "{}"), ("zsh", "{}"), ("fish", "-l {}")):
            script = self.script(shell)
            for option in options:
                word = option if shell != "fish" else option[2:]
                self.assertIn(form.format(word), script, f"{shell} lacks {option}")

    def test_to_a_file(self):
        path = self.folder / "whittle.bash"
        result = run("completion", "bash", "-o", path)
        self.assertEqual((result.returncode, result.stdout), (0, ""))
        self.assertEqual(path.read_text(), self.script("bash"))


class Manual(Case):
    def test_pages_are_clean_roff(self):
        if not shutil.which("groff"):
            self.skipTest("groff is not installed")
        for arguments in ([], *([command] for command in COMMANDS)):
            page = run("man", *arguments)
            self.assertEqual(page.returncode, 0)
            result = subprocess.run(["groff", "-man", "-ww", "-Tascii", "-rLL=78n", "-P-cbou"], input=page.stdout,
                                    capture_output=True, text=True, check=False)
            self.assertEqual(result.stderr, "", arguments)
            name = "-".join(["whittle", *arguments])
            self.assertIn(name.upper() + "(1)", result.stdout)
            for section in ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "SEE ALSO"):
                self.assertIn("\n" + section + "\n", result.stdout)

    def test_says_what_the_help_says(self):
        if not shutil.which("groff"):
            self.skipTest("groff is not installed")
        page = subprocess.run(["groff", "-man", "-Tascii", "-rLL=200n", "-P-cbou"], input=run("man", "optimize").stdout,
                              capture_output=True, text=True, check=False).stdout
        flat = " ".join(page.split())
        for text in ("--http-probe REQUEST '[METHOD ]/path[=>status]', for example '/health=>200' (may be repeated).",
                     "whittle optimize . --format markdown > comment.md", "-o, --output DIR Folder for the results"):
            self.assertIn(text, flat)


def has_validator():
    try:
        import jsonschema  # noqa: F401  pylint: disable=import-outside-toplevel,unused-import
        return True
    except ImportError:
        return False


class DryRun(Case):
    def plan(self, project, *arguments, **keywords):
        result = run("optimize", project, "--dry-run", "-o", self.folder / "out", *arguments, **keywords)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result

    def test_json_meets_its_schema(self):
        result = self.plan(self.project(), "--format", "json")
        report = json.loads(result.stdout)
        self.assertEqual(report["verdict"], "planned")
        self.assertGreater(len(report["changes"]), 0)
        self.assertTrue(all(change["status"] == "planned" for change in report["changes"]))
        self.assertIsNone(report["before"]["image_bytes"])
        self.assertEqual(result.stdout, (self.folder / "out/report.json").read_text())
        if not has_validator():
            self.skipTest("python3-jsonschema is not installed")
        checked = subprocess.run([sys.executable, ROOT / "tests/cli/validate_json.py", SCHEMA], input=result.stdout,
                                 capture_output=True, text=True, check=False)
        self.assertEqual((checked.returncode, checked.stdout), (0, ""))

    def test_writes_nothing_into_the_project(self):
        project = self.project()
        before = tree(project)
        self.plan(project)
        self.assertEqual(tree(project), before)
        self.assertLessEqual({"Dockerfile", "changes.patch", "report.json", "report.md"},
                             set(path.name for path in (self.folder / "out").iterdir()))

    def check_patch(self, project, command):
        self.plan(project)
        copy = self.folder / "copy"
        shutil.copytree(project, copy)
        with open(self.folder / "out/changes.patch", encoding="utf-8") as patch:
            result = subprocess.run(command, cwd=copy, stdin=patch, capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        for name in ("Dockerfile", ".dockerignore"):
            made = self.folder / "out" / name
            self.assertEqual((copy / name).exists(), made.exists(), name)
            if made.exists():
                self.assertEqual((copy / name).read_bytes(), made.read_bytes(), name)
        self.assertNotEqual((copy / "Dockerfile").read_bytes(), (project / "Dockerfile").read_bytes())

    def test_patch_applies_with_patch(self):
        if not shutil.which("patch"):
            self.skipTest("patch is not installed")
        self.check_patch(self.project(), ["patch", "-p1"])

    def test_patch_applies_with_git(self):
        self.check_patch(self.project(), ["git", "apply", "-"])

    def test_patch_keeps_a_missing_last_line_end(self):
        self.check_patch(self.project(dockerfile=DOCKERFILE.rstrip("\n")), ["git", "apply", "-"])

    def test_patch_of_crlf_file(self):
        self.check_patch(self.project(dockerfile=DOCKERFILE.replace("\n", "\r\n")), ["git", "apply", "-"])

    def test_same_output_for_any_number_of_threads(self):
        project = self.project()
        outputs = {self.plan(project, "--threads", count, "--format", form).stdout
                   for count in (1, 2, 8) for form in ("json",)}
        self.assertEqual(len(outputs), 1)
        self.assertNotIn(str(self.folder), json.dumps({**json.loads(outputs.pop()), "files": []}))

    def test_default_output_is_in_the_current_folder(self):
        project = self.project()
        result = run("optimize", project, "--dry-run", cwd=self.folder)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertTrue((self.folder / "whittle-out/report.md").exists())
        self.assertIn("whittle-out/changes.patch", result.stdout)

    def test_dockerfile_of_another_name(self):
        project = self.project(dockerfile=None)
        (project / "docker").mkdir()
        (project / "docker/app.Dockerfile").write_text(DOCKERFILE)
        self.plan(project, "-f", "docker/app.Dockerfile")
        self.assertTrue((self.folder / "out/app.Dockerfile").exists())

    def test_rules_can_be_chosen(self):
        project = self.project()
        everything = json.loads(self.plan(project, "--format", "json").stdout)
        rules = {change["rule"] for change in everything["changes"]}
        self.assertGreater(len(rules), 1)
        one = sorted(rules)[0]
        only = json.loads(self.plan(project, "--only", one, "--format", "json").stdout)
        self.assertEqual({change["rule"] for change in only["changes"]}, {one})
        without = json.loads(self.plan(project, "--skip", one, "--format", "json").stdout)
        self.assertNotIn(one, {change["rule"] for change in without["changes"]})

    def test_nothing_to_do(self):
        project = self.folder / "tidy"
        project.mkdir()
        (project / "Dockerfile").write_text("FROM scratch\nCOPY app /app\nUSER 1000\nENTRYPOINT [\"/app\"]\n")
        (project / "app").write_text("x")
        result = self.plan(project)
        self.assertIn("tidy: ", result.stdout)
        self.assertEqual((self.folder / "out/changes.patch").read_text(), "")

    def test_stats(self):
        result = self.plan(self.project(), "--stats", "--quiet")
        self.assertIn("timer or counter", result.stderr)

    def test_quiet_says_nothing_on_stderr(self):
        self.assertEqual(self.plan(self.project(), "--quiet").stderr, "")


def layer(*members):
    """A layer's tar: (path, content) files, (path, None) folders."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path, content in members:
            info = tarfile.TarInfo(path)
            info.mode = 0o755 if content is None else 0o644
            info.type = tarfile.DIRTYPE if content is None else tarfile.REGTYPE
            info.size = len(content or b"")
            archive.addfile(info, io.BytesIO(content or b""))
    return stream.getvalue()


def docker_archive(path, layers, env=("MODE=production",), cmd=None):
    """An archive as `docker save` has written it for years: (command, layer) pairs, base first."""
    blobs = [data for _, data in layers]
    config = json.dumps({
        "os": "linux", "architecture": "amd64", "created": "2026-01-01T00:00:00Z", "config": {"Env": list(env), **({"Cmd": cmd} if cmd else {})},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(blob).hexdigest() for blob in blobs]},
        "history": [{"created_by": command} for command, _ in layers]}).encode()
    files = {f"{i}{i}{i}/layer.tar": blob for i, blob in enumerate(blobs)}
    files["config.json"] = config
    files["manifest.json"] = json.dumps([{"Config": "config.json", "RepoTags": ["shop:1"],
                                          "Layers": [name for name in files if name.endswith("layer.tar")]}]).encode()
    with tarfile.open(path, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


# 10,000 bytes stay, 5,000 are deleted with their folder, 3,000 are written twice with other content.
SHOP = [("/bin/sh -c #(nop) ADD file:1 in / ", layer(("bin", None), ("bin/sh", b"s" * 7000))),
        ("/bin/sh -c make lists", layer(("lists", None), ("lists/a", b"a" * 5000), ("conf", b"1" * 3000))),
        ("/bin/sh -c rm -rf /lists", layer((".wh.lists", b""), ("conf", b"2" * 3000)))]


class Inspect(Case):
    """Commands that look at images, with a cache of their own."""

    def look(self, *arguments, exit_code=0, **keywords):
        environment = {"WHITTLE_CACHE_DIR": str(self.folder / "cache"), **keywords.pop("env", {})}
        result = run(*arguments, env=environment, cwd=self.folder, **keywords)
        self.assertEqual(result.returncode, exit_code, result.stderr + result.stdout)
        return result

    def shop(self, name="shop.tar", layers=None, **keywords):
        return docker_archive(self.folder / name, layers or SHOP, **keywords)

    def validate(self, schema, text):
        if not has_validator():
            self.skipTest("python3-jsonschema is not installed")
        checked = subprocess.run([sys.executable, ROOT / "tests/cli/validate_json.py", ROOT / "docs/json-schema" / schema],
                                 input=text, capture_output=True, text=True, check=False)
        self.assertEqual((checked.returncode, checked.stdout), (0, ""))


# Two packages of the distribution; the second layer updates one, brings a language's package and a program.
DPKG = ("Package: tool\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1:2.0-1\nSource: toolbox (2.0)\n\n"
        "Package: python3-six\nStatus: install ok installed\nArchitecture: all\nVersion: {six}\n")
PACKED = [("/bin/sh -c #(nop) ADD file:1 in / ", layer(
              ("usr/lib/os-release", b'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n'),
              ("var/lib/dpkg/status", DPKG.format(six="1.15").encode()),
              ("var/lib/dpkg/info/tool.list", b"/usr/bin/tool\n"), ("usr/bin/tool", b"tool"),
              ("usr/share/doc/tool/copyright", b"Format: x\n\nFiles: *\nLicense: GPL-2+\n"))),
          ("/bin/sh -c apt-get install -y python3-six", layer(
              ("var/lib/dpkg/status", DPKG.format(six="1.16").encode()),
              ("var/lib/dpkg/info/python3-six.list", b"/usr/lib/six-1.16.dist-info/METADATA\n"),
              ("usr/lib/six-1.16.dist-info/METADATA", b"Name: six\nVersion: 1.16\nLicense: MIT\n"),
              ("opt/lib/odd-1.dist-info/METADATA", b"Name: odd\nVersion: 1\nLicense: Mine; all mine\n")))]


class Sbom(Inspect):
    def packed(self):
        return docker_archive(self.folder / "packed.tar", PACKED)

    def test_table(self):
        out = self.look("sbom", self.packed()).stdout
        self.assertIn("Debian GNU/Linux 12 (bookworm), 4 packages, 2 layers", out)
        rows = [line.split() for line in out.splitlines()[3:]]
        self.assertEqual(rows[0], ["NAME", "VERSION", "TYPE", "LAYER", "LICENSE"])
        self.assertEqual(rows[1:], [["python3-six", "1.16", "deb", "2"], ["tool", "1:2.0-1", "deb", "2", "GPL-2+"],
                                    ["odd", "1", "pypi", "2", "Mine;", "all", "mine"],
                                    ["six", "(of", "python3-six)", "1.16", "pypi", "2", "MIT"]])

    def test_json(self):
        text = self.look("sbom", self.packed(), "--format", "json", "--files").stdout
        self.validate("sbom.schema.json", text)
        report = json.loads(text)
        self.assertEqual(report["distribution"]["codename"], "bookworm")
        tool = report["packages"][1]
        self.assertEqual((tool["source_name"], tool["source_version"], tool["files"]), ("toolbox", "2.0", ["usr/bin/tool", "var/lib/dpkg/info/tool.list"]))
        self.assertEqual(tool["licenses"], [{"name": "GPL-2+", "spdx": "GPL-2.0-or-later"}])
        self.assertEqual([package["owner"] for package in report["packages"]], [None, None, None, 0])

    def test_cyclonedx(self):
        bom = json.loads(self.look("sbom", self.packed(), "--format", "cyclonedx", "--files").stdout)
        self.assertEqual((bom["bomFormat"], bom["specVersion"], bom["version"]), ("CycloneDX", "1.6", 1))
        self.assertRegex(bom["serialNumber"], "^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
        self.assertEqual(bom["metadata"]["timestamp"], "2026-01-01T00:00:00Z")
        system, _, tool, odd, six = bom["components"]
        self.assertEqual((system["type"], system["name"], system["version"]), ("operating-system", "debian", "12"))
        self.assertEqual(tool["purl"], "pkg:deb/debian/tool@1:2.0-1?arch=amd64&distro=debian-12")
        self.assertEqual(tool["licenses"], [{"license": {"id": "GPL-2.0-or-later"}}])
        self.assertEqual([place["location"] for place in tool["evidence"]["occurrences"]],
                         ["/var/lib/dpkg/status", "/usr/bin/tool", "/var/lib/dpkg/info/tool.list"])
        self.assertEqual(odd["licenses"], [{"license": {"name": "Mine; all mine"}}])
        facts = {fact["name"]: fact["value"] for fact in six["properties"]}
        self.assertEqual((facts["whittle:owner"], facts["whittle:layer"]), ("python3-six", "2"))
        self.assertIn("apt-get install", facts["whittle:layer:command"])
        refs = [component["bom-ref"] for component in bom["components"]]
        self.assertEqual(len(set(refs)), len(refs))
        self.assertEqual(bom["dependencies"], [{"ref": bom["metadata"]["component"]["bom-ref"], "dependsOn": refs}])

    def test_cyclonedx_schema(self):
        """Held against the specification's own schema where a package brings it."""
        try:
            import cyclonedx.schema.schema as schemas
            from cyclonedx.validation.json import JsonStrictValidator
            validator = JsonStrictValidator(schemas.SchemaVersion.V1_6)
            for options in ([], ["--files"]):
                self.assertIsNone(validator.validate_str(self.look("sbom", self.packed(), "--format", "cyclonedx", *options).stdout))
        except ImportError as error:
            self.skipTest(f"cyclonedx-python-lib is not installed: {error}")

    def test_spdx(self):
        document = json.loads(self.look("sbom", self.packed(), "--format", "spdx", "--files").stdout)
        for key in ("spdxVersion", "dataLicense", "SPDXID", "name", "documentNamespace", "creationInfo"):
            self.assertTrue(document[key], key)
        self.assertEqual((document["spdxVersion"], document["dataLicense"]), ("SPDX-2.3", "CC0-1.0"))
        ids = ["SPDXRef-DOCUMENT"]
        for element in document["packages"] + document["files"]:
            self.assertRegex(element["SPDXID"], r"^SPDXRef-[A-Za-z0-9.-]+$")
            ids.append(element["SPDXID"])
        for package in document["packages"]:
            self.assertTrue(package["name"] and package["downloadLocation"])
        self.assertEqual(len(set(ids)), len(ids))
        for relation in document["relationships"]:
            self.assertIn(relation["spdxElementId"], ids)
            self.assertIn(relation["relatedSpdxElement"], ids)
        digests = {file["fileName"]: file["checksums"] for file in document["files"]}
        self.assertEqual(digests["./usr/bin/tool"], [{"algorithm": "SHA1", "checksumValue": hashlib.sha1(b"tool").hexdigest()}])
        declared = {package["name"]: package["licenseDeclared"] for package in document["packages"]}
        other, = document["hasExtractedLicensingInfos"]
        self.assertEqual((declared["tool"], declared["odd"], other["name"]), ("GPL-2.0-or-later", other["licenseId"], "Mine; all mine"))

    def test_one_image_gives_one_document(self):
        target = self.packed()
        for form in ("table", "json", "cyclonedx", "spdx"):
            outputs = {self.look("sbom", target, "--format", form, "--files", "--threads", count, cache).stdout
                       for count in (1, 8) for cache in ("--no-cache", "--quiet")}
            self.assertEqual(len(outputs), 1, form)
        dated = json.loads(self.look("sbom", target, "--format", "spdx", env={"SOURCE_DATE_EPOCH": "951782400"}).stdout)
        self.assertEqual(dated["creationInfo"]["created"], "2000-02-29T00:00:00Z")
        wrong = self.look("sbom", target, env={"SOURCE_DATE_EPOCH": "now"}, exit_code=2)
        self.assertIn("SOURCE_DATE_EPOCH is not a number", wrong.stderr)

    def test_the_cache_serves_both(self):
        """What an inventory looked into changes nothing for an analysis, and the other way round."""
        target = self.packed()
        alone = self.look("analyze", target, "--format", "json", "--no-cache").stdout
        first = self.look("sbom", target, "--format", "json").stdout
        self.assertEqual(self.look("analyze", target, "--format", "json").stdout, alone)
        self.assertEqual(self.look("sbom", target, "--format", "json").stdout, first)

    def test_lock_files_are_asked_for(self):
        layers = [("COPY . .", layer(("app/requirements.txt", b"flask==3.0.0\n")))]
        target = docker_archive(self.folder / "locked.tar", layers)
        self.assertIn("0 packages", self.look("sbom", target).stdout)
        self.assertIn("flask", self.look("sbom", target, "--lockfiles").stdout)
        self.assertIn("0 packages", self.look("sbom", target).stdout)

    def test_of_nothing(self):
        self.assertIn("0 packages", self.look("sbom", self.shop()).stdout)
        for form in ("cyclonedx", "spdx"):
            json.loads(self.look("sbom", self.shop(), "--format", form).stdout)


class Slim(Inspect):
    """Without an engine: what stays, what it looks like, and what scanners see of it."""

    def target(self):
        layers = [*PACKED, ("/bin/sh -c rm", layer(("usr/bin/.wh.other", b""), ("srv", None), ("srv/data", b"d" * 4000)))]
        return docker_archive(self.folder / "packed.tar", layers)

    def slim(self, *arguments, **keywords):
        return self.look("slim", self.target(), "--static-only", *arguments, **keywords)

    @staticmethod
    def members(path):
        """Of every layer: path to all that a header says and the content."""
        layers = []
        with tarfile.open(path) as archive:
            for name in json.load(archive.extractfile("manifest.json"))[0]["Layers"]:
                with tarfile.open(fileobj=archive.extractfile(name)) as tar:
                    layers.append({m.name: (m.mode, m.uid, m.gid, m.mtime, m.type, m.linkname, m.uname, m.gname, m.pax_headers,
                                            tar.extractfile(m).read() if m.isreg() else None) for m in tar})
        return layers

    def test_what_stays_is_as_it_was(self):
        out = self.folder / "out.tar"
        self.slim("--include", "usr/bin/tool", "--exclude", "srv/data", "--exclude", "opt", "-o", out)
        before, after = self.members(self.folder / "packed.tar"), self.members(out)
        changed = {"var/lib/dpkg/status", "var/lib/dpkg/info/tool.list"}
        flat = [(name, member) for tar in before for name, member in tar.items()]
        for tar in after:
            for name, member in tar.items():
                self.assertTrue(name in changed or (name, member) in flat, name)
        names = {name for tar in after for name in tar}
        self.assertLessEqual({"usr/bin/tool", "usr/lib/os-release", "usr/share/doc/tool/copyright", "srv"}, names)
        self.assertFalse({"srv/data", "usr/bin/.wh.other", "opt/lib/odd-1.dist-info/METADATA"} & names)

    def test_scanners_see_what_is_left(self):
        out = self.folder / "out.tar"
        self.slim("--include", "usr/bin/tool", "--exclude", "opt", "-o", out)
        before = json.loads(self.look("sbom", self.target(), "--format", "json").stdout)["packages"]
        after = json.loads(self.look("sbom", out, "--format", "json").stdout)["packages"]
        tool, = [package for package in before if package["name"] == "tool"]
        self.assertEqual([(p["name"], p["version"], p["licenses"]) for p in after],
                         [(tool["name"], tool["version"], tool["licenses"])])

    def test_explain(self):
        text = self.slim("--include", "usr/bin/tool", "--exclude", "opt", "--explain", "/usr/bin/tool",
                         "--explain", "opt/lib/odd-1.dist-info/METADATA", "--explain", "/none").stdout
        lines = text.splitlines()
        self.assertEqual(lines[0], "usr/bin/tool: kept: asked for by the user (rule)")
        self.assertRegex(lines[1], r"^opt/lib/odd-1.dist-info/METADATA: dropped: ")
        self.assertEqual(lines[2], "/none: not in the image")

    def test_places_that_are_not_there(self):
        for option in ("-o", "--sbom", "--vex", "--debug-companion"):
            done = self.slim("-o", self.folder / "out.tar", option, self.folder / "none/it.tar", exit_code=2)
            self.assertIn(f"none/it.tar: there is no folder {self.folder}/none\nhint: ", done.stderr, option)
        self.assertFalse((self.folder / "out.tar").exists())

    def test_json(self):
        text = self.slim("--include", "usr/bin/tool", "--exclude", "opt", "--format", "json").stdout
        self.validate("slim.schema.json", text)
        report = json.loads(text)
        self.assertEqual((report["proof"], report["policy"]["result"], report["written"]), ("none", "balanced", []))
        kept = {package["name"]: package["kept"] for package in report["packages"]}
        self.assertEqual((kept["tool"], kept["odd"]), (True, False))
        self.assertEqual(sum(tier["kept"]["bytes"] for tier in report["tiers"]), report["after"]["tree"]["bytes"])

    def test_forms_for_people(self):
        self.assertIn("Nothing was run", self.slim().stdout)
        self.assertIn("| must be there |", self.slim("--format", "markdown").stdout)

    def test_one_input_one_result(self):
        outputs = set()
        for count in (1, 4):
            out = self.folder / f"out{count}.tar"
            self.slim("--threads", count, "-o", out)
            outputs.add(out.read_bytes())
        self.assertEqual(len(outputs), 1)

    def test_into_a_layout(self):
        self.slim("-o", "oci:layout", "--name", "shop:slim")
        index = json.loads((self.folder / "layout/index.json").read_text())
        self.assertEqual(index["manifests"][0]["annotations"]["org.opencontainers.image.ref.name"], "shop:slim")

    @staticmethod
    def laid(layers):
        """The tree of layers laid over each other, by path; folders without their times."""
        tree = {}
        for tar in layers:
            for name, member in tar.items():
                folder, _, base = name.rpartition("/")
                if base.startswith(".wh."):
                    tree.pop(os.path.join(folder, base[4:]), None)
            tree.update({name: member for name, member in tar.items() if "/.wh." not in "/" + name})
        return tree

    def test_layers_made_one(self):
        chosen = ("--include", "usr/bin/tool", "--include", "srv", "--include", "opt")
        trees = {}
        for how in ("keep", "one", "app+base"):
            out = self.folder / f"{how}.tar"
            base = docker_archive(self.folder / "base.tar", PACKED[:1])
            report = json.loads(self.slim(*chosen, "--layers", how, "--base", base, "-o", out, "--format", "json").stdout)
            self.assertEqual(report["layers"], {"wanted": how, "base_layers": 1 if how == "app+base" else 0})
            layers = self.members(out)
            self.assertEqual(len(layers), {"keep": 3, "one": 1, "app+base": 2}[how])
            if how != "keep":
                self.assertFalse([name for tar in layers for name in tar if ".wh." in name])
            trees[how] = {name: (member[0], member[4], member[9]) for name, member in self.laid(layers).items()}
            with tarfile.open(out) as archive:
                config = json.load(archive.extractfile(json.load(archive.extractfile("manifest.json"))[0]["Config"]))
            self.assertEqual(len([line for line in config["history"] if not line.get("empty_layer")]), len(layers))
        self.assertEqual(trees["one"], trees["keep"])
        self.assertEqual(trees["app+base"], trees["keep"])

    def test_a_base_nobody_knows(self):
        out = self.slim("--layers", "app+base", "--include", "srv").stdout
        self.assertIn("so all became one: name it by --base", " ".join(out.split()))
        self.assertIn("1 layer in place of 3", " ".join(out.split()))

    def test_inventory_of_the_result(self):
        chosen = ("--include", "usr/bin/tool", "--exclude", "opt", "-o", self.folder / "out.tar")
        self.slim(*chosen, "--sbom", "a.cdx.json", "--name", "shop:slim")
        bom = json.loads((self.folder / "a.cdx.json").read_text())
        self.assertEqual([component["name"] for component in bom["components"] if component["type"] == "library"], ["tool"])
        self.assertEqual(bom["metadata"]["component"]["name"], "shop:slim")
        self.slim(*chosen, "--sbom", "a.spdx.json")
        self.assertEqual(json.loads((self.folder / "a.spdx.json").read_text())["spdxVersion"], "SPDX-2.3")
        self.slim(*chosen, "--sbom", "a", "--sbom-format", "json")
        written = json.loads((self.folder / "a").read_text())["packages"]
        scanned = json.loads(self.look("sbom", self.folder / "out.tar", "--format", "json").stdout)["packages"]
        self.assertEqual(written, scanned)

    def test_a_page(self):
        page = self.slim("--format", "html").stdout
        self.assertTrue(page.startswith("<!DOCTYPE html>"))
        self.assertIn('"phases":[', page)

    def test_debug_companion(self):
        busybox = Path("/usr/bin/busybox")
        if not busybox.exists():
            self.skipTest("busybox is not here")
        out, companion = self.folder / "out.tar", self.folder / "debug.tar"
        report = json.loads(self.slim("--include", "srv", "-o", out, "--debug-companion", companion, "--format", "json").stdout)
        self.assertEqual(report["debug_companion"], {"name": str(companion), "tools_from": "this machine's /bin/busybox", "command": None})
        slim, debug = self.members(out), self.members(companion)
        self.assertEqual(debug[:-1], slim)
        self.assertEqual(debug[-1][".whittle/bin/busybox"][-1], busybox.read_bytes())
        self.assertEqual(debug[-1][".whittle/bin/sh"][5], "busybox")
        self.assertFalse([name for name in debug[-1] if not name.startswith(".whittle")])

    def test_never_over_the_original(self):
        bytes_before = self.target().read_bytes()
        said = self.slim("-o", self.folder / "packed.tar", exit_code=2).stderr
        self.assertIn("is the original itself", said)
        self.assertEqual((self.folder / "packed.tar").read_bytes(), bytes_before)

    def test_a_trace_says_what_stays(self):
        access = {"path": "/srv/data", "uses": ["open"], "program": 1}
        trace = {"whittle_trace": 1, "programs": ["", "/usr/bin/tool"], "accesses": [access]}
        (self.folder / "trace.json").write_text(json.dumps(trace))
        self.assertIn("srv/data: kept: read by usr/bin/tool (traced)",
                      self.slim("--trace", "trace.json", "--policy", "tight", "--explain", "srv/data").stdout)
        report = json.loads(self.slim("--trace", "trace.json", "--format", "json").stdout)
        self.assertEqual((report["trace"]["lookups"], report["trace"]["used"]), (1, {"files": 1, "bytes": 4000}))
        self.assertIn("none: No such file", self.slim("--trace", "none", exit_code=2).stderr)

    def test_rules_from_a_file(self):
        (self.folder / ".whittle-keep").write_text("# ours\nsrv/data\n")
        self.assertIn("kept: asked for by the user", self.slim("--explain", "srv/data").stdout)
        (self.folder / ".whittle-keep").write_text("!srv/data\n")
        self.assertIn("dropped: the user leaves it out", self.slim("--explain", "srv/data").stdout)


class Analyze(Inspect):
    def test_figures(self):
        report = json.loads(self.look("analyze", self.shop(), "--format", "json").stdout)
        size = report["size"]
        self.assertEqual((size["stored"], size["final"], size["reclaimable"]), (18000, 10000, 8000))
        causes = {cause["id"]: cause["bytes"] for cause in report["causes"] if cause["bytes"]}
        self.assertEqual(causes, {"deleted-later": 5000, "overwritten-other": 3000})
        # A deleted folder counts twice on both sides: (7000 + 5000 + 3000 + 5000) / (7000 + 5000 + 6000 + 5000).
        self.assertEqual(report["dive_compat"]["wasted_bytes"], 6000)
        self.assertEqual([layer["lost_bytes"] for layer in report["layers"]], [0, 8000, 0])

    def test_schema_and_threads(self):
        target = self.shop()
        outputs = {self.look("analyze", target, "--format", "json", "--threads", count, "--no-cache").stdout for count in (1, 2, 8)}
        self.assertEqual(len(outputs), 1)
        self.validate("analyze.schema.json", outputs.pop())
        grouped = self.look("analyze", target, "--format", "json", "-d", "layer,dir,cause", "-n", 1, "--max-size", "1k", exit_code=1)
        self.validate("analyze.schema.json", grouped.stdout)

    def test_text_fits_and_has_no_colours(self):
        for width in (60, 80, 120):
            text = self.look("analyze", self.shop(), env={"COLUMNS": str(width)}).stdout
            self.assertNotIn("\x1b", text)
            for line in text.splitlines():
                self.assertLessEqual(len(line), width, line)
        self.assertIn("\x1b[", self.look("analyze", self.shop(), "--color", "always").stdout)

    def test_from_standard_input(self):
        self.shop()
        with open(self.folder / "shop.tar", "rb") as archive:
            result = subprocess.run([WHITTLE, "analyze", "-", "--no-cache", "--format", "json"], stdin=archive, capture_output=True, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(json.loads(result.stdout)["size"]["stored"], 18000)

    def test_every_format(self):
        target = self.shop()
        for form in ("text", "json", "csv", "html", "markdown", "dive-json"):
            result = self.look("analyze", target, "--format", form, "-o", f"out.{form}")
            self.assertEqual(result.stdout, "")
            self.assertEqual((self.folder / f"out.{form}").read_text(), self.look("analyze", target, "--format", form).stdout)

    def test_dimensions(self):
        csv = self.look("analyze", self.shop(), "-d", "cause", "--format", "csv").stdout.splitlines()
        self.assertEqual(csv[0], "cause,stored,final,compressed,files")
        self.assertEqual(sum(int(line.split(",")[1]) for line in csv[1:]), 18000)
        self.assertIn("TOTAL", self.look("analyze", self.shop(), "-d", "layer,dir").stdout)

    def test_gates(self):
        target = self.shop()
        passed = self.look("analyze", target, "--max-size", 18000, "--lowest-efficiency", "0")
        self.assertIn("PASS max-size", passed.stdout)
        failed = self.look("analyze", target, "--max-size", 17999, "--format", "json", exit_code=1)
        self.assertIn("FAIL  max-size", failed.stderr)
        self.assertEqual(json.loads(failed.stdout)["gates"][0]["status"], "FAIL")
        (self.folder / ".dive-ci").write_text("rules:\n  lowestEfficiency: 0.99\n  highestUserWastedPercent: disabled\n")
        ruled = self.look("analyze", target, "--ci-config", ".dive-ci", exit_code=1)
        self.assertIn("FAIL lowest-efficiency", ruled.stdout)
        self.assertIn("SKIP highest-user-wasted-percent", ruled.stdout)
        self.look("analyze", target, "--ci-config", ".dive-ci", "--lowest-efficiency", "0.1")
        quiet = self.look("analyze", target, "--max-size", 18000, "--quiet", "-o", "x")
        self.assertEqual(quiet.stderr, "")

    def test_lines(self):
        (self.folder / "Dockerfile").write_text("FROM scratch\nADD rootfs.tar /\nRUN make lists\nRUN rm -rf /lists\n")
        report = json.loads(self.look("analyze", self.shop(), "--dockerfile", "Dockerfile", "--format", "json").stdout)
        self.assertEqual(report["layers"][1]["place"], {"file": "Dockerfile", "first_line": 3, "last_line": 3})


class Diff(Inspect):
    def test_equal(self):
        self.assertIn(": equal", self.look("diff", self.shop("a.tar"), self.shop("b.tar")).stdout)

    def test_different(self):
        before = self.shop("a.tar")
        after = self.shop("b.tar", [*SHOP, ("COPY new /new", layer(("new", b"n" * 2000)))], env=["MODE=test"])
        result = self.look("diff", before, after, exit_code=1)
        for text in ("+2.0 KiB", "- MODE=production", "/new") if "MODE=production" in result.stdout else ("+2.0 KiB", "production", "/new"):
            self.assertIn(text, result.stdout)
        report = self.look("diff", before, after, "--format", "json", exit_code=1).stdout
        self.validate("diff.schema.json", report)
        report = json.loads(report)
        self.assertEqual(report["shared_layers"], 3)
        self.assertEqual([(file["path"], file["kind"]) for file in report["files"]], [("/new", "added")])
        for form in ("csv", "markdown"):
            self.assertTrue(self.look("diff", before, after, "--format", form, exit_code=1).stdout)

    def test_not_there(self):
        self.look("diff", self.shop("a.tar"), "none.tar", exit_code=2)


STATUS = b"""Package: libssl3
Status: install ok installed
Architecture: amd64
Source: openssl
Version: 3.0.1-1

Package: linux-libc-dev
Status: install ok installed
Architecture: amd64
Source: linux
Version: 6.1.1-1
"""
OS_RELEASE = b'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n'


def advisory(name, ecosystem, package, fixed, **more):
    events = [{"introduced": "0"}] + ([{"fixed": fixed}] if fixed else [])
    return {"id": name, "modified": "2026-01-02T00:00:00Z", "summary": f"a flaw in {package}", "affected": [
        {"package": {"ecosystem": ecosystem, "name": package}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}], **more}


class Advised(Inspect):
    """A Debian with a flaw that is exploited, one without a fix, one of kernel headers, and one in npm's lodash."""

    def setUp(self):
        super().setUp()
        records = [advisory("DEBIAN-CVE-2026-1", "Debian:12", "openssl", "3.0.2-1", upstream=["CVE-2026-1"]),
                   advisory("DEBIAN-CVE-2026-2", "Debian:12", "openssl", None, upstream=["CVE-2026-2"]),
                   advisory("DEBIAN-CVE-2026-3", "Debian:12", "linux", "6.2-1", upstream=["CVE-2026-3"]),
                   advisory("DEBIAN-CVE-2026-4", "Debian:11", "openssl", "4-1", upstream=["CVE-2026-4"]),
                   advisory("GHSA-aaaa-bbbb-cccc", "npm", "lodash", "4.17.21", aliases=["CVE-2026-5"], database_specific={"severity": "HIGH"})]
        feeds = self.folder / "feeds"
        (feeds / "all").mkdir(parents=True)
        with zipfile.ZipFile(feeds / "all/all.zip", "w") as archive:
            for record in records:
                archive.writestr(record["id"] + ".json", json.dumps(record))
        with gzip.open(feeds / "kev.json.gz", "wt") as stream:
            json.dump({"catalogVersion": "1", "vulnerabilities": [{"cveID": "CVE-2026-1", "dateAdded": "2026-02-03"}]}, stream)
        (feeds / "scores.tsv").write_text("CVE-2026-1\tCVSS_V3\tCVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\tnvd\n"
                                          "CVE-2026-2\tCVSS_V3\tCVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N\tnvd\n")
        self.feeds = feeds
        self.look("db", "update", "--from", feeds)
        layers = [("/bin/sh -c #(nop) ADD file:1 in / ", layer(("etc/os-release", OS_RELEASE), ("var/lib/dpkg/status", STATUS))),
                  ("RUN npm install", layer(("app/node_modules/lodash/package.json", b'{"name":"lodash","version":"4.17.20"}')))]
        self.image = self.shop(layers=layers)

    def ids(self, *arguments, **keywords):
        report = json.loads(self.look("scan", self.image, "--format", "json", *arguments, **keywords).stdout)
        return [finding["id"] for finding in report["findings"]]


class SlimVex(Advised):
    """What scanners find in a slim image, and what is said of the rest."""

    def setUp(self):
        super().setUp()
        layers = [("/bin/sh -c #(nop) ADD file:1 in / ",
                   layer(("etc/os-release", OS_RELEASE), ("var/lib/dpkg/status", STATUS),
                         ("var/lib/dpkg/info/libssl3.list", b"/usr/lib/libssl.so.3\n"), ("usr/lib/libssl.so.3", b"s"),
                         ("var/lib/dpkg/info/linux-libc-dev.list", b"/usr/include/linux.h\n"), ("usr/include/linux.h", b"h"))),
                  ("RUN npm install", layer(("app/node_modules/lodash/package.json", b'{"name":"lodash","version":"4.17.20"}'),
                                            ("app/node_modules/lodash/index.js", b"1")))]
        self.image = self.shop(layers=layers)

    def slim(self, *rules, **keywords):
        return self.look("slim", self.image, "--static-only", "-o", self.folder / "slim.tar", *rules, "--vex", "vex.json", **keywords)

    def found(self, image):
        report = json.loads(self.look("scan", image, "--format", "json", "--show-suppressed").stdout)
        return {(one["id"], one["package"]["name"]) for one in report["findings"] + report["suppressed"]}

    def test_found_or_gone(self):
        for rules, kept in ((("--include", "usr/lib", "--exclude", "usr/include", "--exclude", "app"), {"libssl3"}),
                            (("--exclude", "usr/lib", "--include", "usr/include", "--include", "app"), {"linux-libc-dev", "lodash"}),
                            (("--include", "usr", "--include", "app"), {"libssl3", "linux-libc-dev", "lodash"})):
            self.slim(*rules)
            before, after = self.found(self.image), self.found(self.folder / "slim.tar")
            self.assertEqual(after, {one for one in before if one[1] in kept})
            stated = set()
            for statement in json.loads((self.folder / "vex.json").read_text())["statements"]:
                self.assertEqual((statement["status"], statement["justification"]), ("not_affected", "component_not_present"))
                product, = statement["products"]
                purl = product["subcomponents"][0]["@id"]
                stated.add((statement["vulnerability"]["name"], re.search(r"/([^/@]+)@", purl).group(1)))
            self.assertEqual(stated, before - after)

    def test_what_lies_at_another_place_too_is_not_gone(self):
        lodash = ("node_modules/lodash/package.json", b'{"name":"lodash","version":"4.17.20"}')
        self.image = self.shop(layers=[("RUN npm install", layer(*[(f"{folder}/{name}", content) for folder in ("app", "old")
                                                                   for name, content in (lodash, ("node_modules/lodash/index.js", b"1"))]))])
        self.slim("--include", "app", "--exclude", "old")
        self.assertEqual(json.loads((self.folder / "vex.json").read_text())["statements"], [])

    def test_products_are_named_by_their_digest(self):
        report = json.loads(self.slim("--include", "usr/lib", "--name", "shop:slim", "--format", "json").stdout)
        self.validate("slim.schema.json", json.dumps(report))
        document = json.loads((self.folder / "vex.json").read_text())
        product = document["statements"][0]["products"][0]
        self.assertEqual((product["@id"], "sha256:" + product["hashes"]["sha-256"]), ("shop:slim", report["result_digest"]))
        self.assertEqual(len(report["removed_vulnerabilities"]), len(document["statements"]))
        again = self.slim("--include", "usr/lib", "--name", "shop:slim", "--format", "openvex").stdout
        self.assertEqual(json.loads(again), document)

    def test_without_a_database(self):
        said = self.slim("--include", "usr/lib", env={"WHITTLE_DB": str(self.folder / "none.db")}).stdout
        self.assertIn("no database of vulnerabilities is there", " ".join(said.split()))
        self.assertEqual(json.loads((self.folder / "vex.json").read_text())["statements"], [])
        self.assert_fails(self.slim("--db", "none.db", exit_code=2), "there is no database", "whittle db update")


class Scan(Advised):
    def test_findings(self):
        result = self.look("scan", self.image, "--format", "json", "--show-suppressed")
        self.validate("scan.schema.json", result.stdout)
        report = json.loads(result.stdout)
        self.assertEqual([(f["id"], f["severity"]["level"], f["fixed_version"], f["package"]["name"], f["package"]["layer"]["index"])
                          for f in report["findings"]],
                         [("CVE-2026-1", "critical", "3.0.2-1", "libssl3", 0), ("CVE-2026-5", "high", "4.17.21", "lodash", 1),
                          ("CVE-2026-2", "low", None, "libssl3", 0)])
        self.assertEqual([(f["id"], f["package"]["name"]) for f in report["suppressed"]], [("CVE-2026-3", "linux-libc-dev")])
        self.assertEqual(report["findings"][0]["exploited_since"], "2026-02-03")
        self.assertEqual(report["findings"][1]["advisories"], ["GHSA-aaaa-bbbb-cccc"])
        self.assertEqual(report["distribution"]["id"], "debian")

    def test_choices(self):
        self.assertEqual(self.ids("--ignore-unfixed"), ["CVE-2026-1", "CVE-2026-5"])
        self.assertEqual(self.ids("--severity", "low,high"), ["CVE-2026-5", "CVE-2026-2"])
        self.assertEqual(self.ids("--ignore", "ghsa-aaaa-bbbb-cccc"), ["CVE-2026-1", "CVE-2026-2"])
        (self.folder / ".trivyignore").write_text("# ours\nCVE-2026-1\nCVE-2026-2 exp:2020-01-01\n")
        self.assertEqual(self.ids(), ["CVE-2026-5", "CVE-2026-2"])

    def test_exit_codes(self):
        self.look("scan", self.image, "--fail-on", "critical", exit_code=1)
        self.look("scan", self.image, "--fail-on", "critical", "--ignore", "CVE-2026-1")
        self.assert_fails(self.look("scan", self.image, "--db", "none.db", exit_code=2), "there is no database", "whittle db update")
        time.sleep(1.1)
        self.assert_fails(self.look("scan", self.image, "--max-db-age", "0s", exit_code=2), "was made")
        (self.folder / "torn.db").write_bytes(b"x" * 500)
        self.assert_fails(self.look("scan", self.image, "--db", "torn.db", exit_code=2), "no database")

    def test_text(self):
        for width in (70, 100, 140):
            text = self.look("scan", self.image, "--show-suppressed", "--verbose", env={"COLUMNS": str(width)}).stdout
            self.assertNotIn("\x1b", text)
            for line in text.splitlines():
                self.assertLessEqual(len(line), width, line)
        self.assertIn("3 vulnerabilities in 2 packages: 1 critical, 1 high, 1 low", text)
        self.assertIn("critical!", text)
        self.assertIn("\x1b[", self.look("scan", self.image, "--color", "always").stdout)

    def test_formats(self):
        formats = {name: self.look("scan", self.image, "--show-suppressed", "--format", name).stdout
                   for name in ("sarif", "github", "gitlab", "junit", "markdown", "html", "cyclonedx", "openvex", "csaf", "trivy-json")}
        for name, text in formats.items():
            self.assertIn("CVE-2026-1", text, name)
        run = json.loads(formats["sarif"])["runs"][0]
        self.assertEqual([result["ruleId"] for result in run["results"]], ["CVE-2026-1", "CVE-2026-5", "CVE-2026-2", "CVE-2026-3"])
        self.assertEqual(formats["github"].splitlines()[0].split(" ")[0], "::error")
        self.assertEqual(len(formats["github"].splitlines()), 3)
        self.assertEqual([found["severity"] for found in json.loads(formats["gitlab"])["vulnerabilities"]], ["Critical", "High", "Low"])
        suites = xml.etree.ElementTree.fromstring(formats["junit"])
        self.assertEqual((suites.get("tests"), suites.get("failures")), ("4", "3"))  # one for the secrets that are not there
        bom = json.loads(formats["cyclonedx"])
        refs = {component["bom-ref"] for component in bom["components"]}
        self.assertEqual({found["affects"][0]["ref"] for found in bom["vulnerabilities"]} - refs, set())
        results = json.loads(formats["trivy-json"])["Results"]
        self.assertEqual([(result["Class"], result["Type"]) for result in results], [("os-pkgs", "debian"), ("lang-pkgs", "node-pkg")])
        again = self.look("scan", self.image, "--show-suppressed", "--format", "sarif", "--threads", "1").stdout
        self.assertEqual(again, formats["sarif"])

    def test_inventories(self):
        for form in ("cyclonedx", "spdx"):
            text = self.look("sbom", self.image, "--format", form).stdout
            file = self.folder / f"shop.{form}.json"
            file.write_text(text)
            for target, more in ((file, {}), (f"sbom:{file}", {}), ("-", {"text_input": text}), ("sbom:-", {"text_input": text})):
                report = json.loads(self.look("scan", target, "--format", "json", **more).stdout)
                self.assertEqual([f["id"] for f in report["findings"]], ["CVE-2026-1", "CVE-2026-5", "CVE-2026-2"], (form, target))
                self.assertEqual(report["scanners"], ["vuln"])
                self.assertIsNone(report["summary"]["secrets"])
                self.assertIsNone(report["findings"][0]["package"]["layer"])
            self.validate("scan.schema.json", json.dumps(report))
        self.assert_fails(self.look("scan", "--scanners", "secret", file, exit_code=2), "vulnerabilities only")
        self.assert_fails(self.look("scan", "sbom:none.json", exit_code=2), "none.json")

    def test_several_targets(self):
        clean = self.shop("clean.tar")
        result = self.look("scan", clean, self.image)
        rows = [line.split() for line in result.stdout.splitlines()[-3:]]
        self.assertEqual(rows[0][:4], ["IMAGE", "CRITICAL", "HIGH", "MEDIUM"])
        self.assertEqual(rows[2][1:6], ["1", "1", "0", "1", "0"])
        reports = json.loads(self.look("scan", clean, self.image, "--format", "json").stdout)
        self.assertEqual([len(report["findings"]) for report in reports], [0, 3])
        self.look("scan", clean, self.image, "--fail-on", "critical", exit_code=1)
        self.look("scan", self.image, clean, "--fail-on", "critical", exit_code=1)
        self.assert_fails(self.look("scan", clean, self.image, "--format", "html", exit_code=2), "holds one image only")
        failed = self.look("scan", "none.tar", self.image, "--format", "github", exit_code=2)
        self.assertIn("CVE-2026-1", failed.stdout)
        self.assertIn("none.tar", failed.stderr)

    def test_vex(self):
        vex = json.loads(self.look("scan", self.image, "--format", "openvex").stdout)
        by_name = {statement["vulnerability"]["name"]: statement for statement in vex["statements"]}
        self.assertEqual({name: statement["status"] for name, statement in by_name.items()},
                         {"CVE-2026-1": "affected", "CVE-2026-2": "affected", "CVE-2026-5": "affected", "CVE-2026-3": "not_affected"})
        self.assertEqual(by_name["CVE-2026-3"]["justification"], "vulnerable_code_not_present")
        by_name["CVE-2026-1"].update(status="not_affected", justification="inline_mitigations_already_exist", impact_statement="behind a wall")
        by_name["CVE-2026-2"].update(status="under_investigation")
        (self.folder / "vex.json").write_text(json.dumps(vex))
        options = ("--ignore-file", "vex.json")
        self.assertEqual(self.ids(*options), ["CVE-2026-5", "CVE-2026-2"])
        report = json.loads(self.look("scan", self.image, "--format", "json", "--show-suppressed", *options).stdout)
        self.validate("scan.schema.json", json.dumps(report))
        self.assertEqual(report["findings"][1]["vex_status"], "under_investigation")
        self.assertEqual(report["suppressed"][0]["vex_justification"], "inline_mitigations_already_exist")
        self.assertIn("behind a wall", self.look("scan", self.image, "--show-suppressed", *options).stdout)
        # What goes out as CSAF comes in as the same.
        csaf = self.look("scan", self.image, "--format", "csaf", *options).stdout
        (self.folder / "vex.json").write_text(csaf)
        self.assertEqual(self.ids(*options), ["CVE-2026-5", "CVE-2026-2"])
        for statement in vex["statements"]:
            statement["products"][0]["@id"] = "pkg:oci/another"
        (self.folder / "vex.json").write_text(json.dumps(vex))
        self.assertEqual(self.ids(*options), ["CVE-2026-1", "CVE-2026-5", "CVE-2026-2"])

    def test_lockfiles(self):
        lock = b'{"name":"app","lockfileVersion":3,"packages":{"":{},"node_modules/lodash":{"version":"4.17.20"}}}'
        image = self.shop("lock.tar", layers=[("COPY . /app", layer(("app/package-lock.json", lock)))])
        report = lambda *options: json.loads(self.look("scan", image, "--format", "json", *options).stdout)
        self.assertEqual(report()["findings"], [])
        self.assertEqual([f["id"] for f in report("--lockfiles")["findings"]], ["CVE-2026-5"])

    def test_archives_count(self):
        jar = io.BytesIO()
        with zipfile.ZipFile(jar, "w") as archive:
            archive.writestr("META-INF/maven/org.example/tool/pom.properties", "groupId=org.example\nartifactId=tool\nversion=1.0\n")
        image = self.shop("java.tar", layers=[("COPY app.jar /", layer(("app.jar", jar.getvalue())))])
        for name, fixed in (("GHSA-x", "1.9"), ("GHSA-y", "1.10"), ("GHSA-z", "0.9")):
            (self.folder / f"{name}.json").write_text(json.dumps(advisory(name, "Maven", "org.example:tool", fixed)))
        self.look("db", "update", "--from", "GHSA-x.json", "--from", "GHSA-y.json", "--from", "GHSA-z.json", "--db", "maven.db")
        report = json.loads(self.look("scan", image, "--db", "maven.db", "--format", "json").stdout)
        self.assertEqual([(f["id"], f["fixed_version"]) for f in report["findings"]], [("GHSA-x", "1.9"), ("GHSA-y", "1.10")])
        self.assertEqual({f["remedy"] for f in report["findings"]}, {"Raise org.example:tool to 1.10"})  # which mends both

    def test_clean_image(self):
        clean = self.shop("clean.tar")
        self.assertIn("no known vulnerabilities", self.look("scan", clean, "--fail-on", "unknown").stdout)


# Made up here, so that no file of the project holds what looks like a token.
GITHUB_TOKEN = "ghp_" + "a1B2c3D4e5" * 3 + "f6G7h8"
PASSWORD = "Tr0ub4dor" + "And3"
PEM = f"-----BEGIN {'PRIVATE'} KEY-----\n" + "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\n" * 3
LEAKY = [("/bin/sh -c #(nop) ADD file:1 in / ", layer(("etc/os-release", OS_RELEASE), ("app/tests/key.pem", PEM.encode()))),
         ("COPY . /app", layer(("app/.env", f"TOKEN={GITHUB_TOKEN}\n".encode()), ("app/key.pem", PEM.encode()),
                               ("app/wide.txt", f"k={GITHUB_TOKEN}\n".encode("utf-16")))),
         (f"RUN |1 DEPLOY_PASSWORD={PASSWORD} /bin/sh -c make", layer(("app/.wh.key.pem", b"")))]


class Secrets(Inspect):
    def setUp(self):
        super().setUp()
        self.image = self.shop(layers=LEAKY, env=["DB_URL=postgres://shop:" + PASSWORD + "@db/shop", "PASSWORD_FILE=/run/secrets/p"])

    def secrets(self, *arguments, target=None, **keywords):
        result = self.look("scan", target or self.image, "--scanners", "secret", "--format", "json", *arguments, **keywords)
        self.validate("scan.schema.json", result.stdout)
        self.assert_masked(result.stdout)
        return json.loads(result.stdout)

    def assert_masked(self, text):
        for secret in (GITHUB_TOKEN, PASSWORD, "MIIEvQIBADANB"):
            self.assertNotIn(secret, text)

    def test_all_places(self):
        report = self.secrets("--show-suppressed")
        found = {(f["rule"], f["place"], f.get("path") or f.get("name") or "") for f in report["secrets"]}
        self.assertEqual({(rule, place, where.lstrip("/")) for rule, place, where in found}, {
            ("github-pat", "file", "app/.env"), ("github-pat", "file", "app/wide.txt"), ("private-key", "file", "app/key.pem"),
            ("postgres-url", "environment", "DB_URL")})
        self.assertEqual([f["suppressed"] for f in report["suppressed_secrets"]], ["data of a test"])
        key = next(f for f in report["secrets"] if f["path"] and f["path"].endswith("key.pem"))
        self.assertEqual((key["deleted"], key["layer"]["index"], key["deleted_in"]["index"]), (True, 1, 2))

    def test_history_when_no_variable_tells_it(self):
        report = self.secrets(target=self.shop("b.tar", layers=LEAKY))
        self.assertIn(("generic-password", "history"), {(f["rule"], f["place"]) for f in report["secrets"]})

    def test_warm_scans_and_threads_agree(self):
        cold = self.look("scan", self.image, "--scanners", "secret", "--format", "json").stdout
        self.assertEqual(self.look("scan", self.image, "--scanners", "secret", "--format", "json").stdout, cold)
        self.assertEqual(self.look("scan", self.image, "--scanners", "secret", "--format", "json", "--no-cache", "--threads", "1").stdout, cold)
        for path in (self.folder / "cache").rglob("*"):
            if path.is_file():
                self.assertNotIn(GITHUB_TOKEN.encode(), path.read_bytes())

    def test_every_form_is_masked(self):
        for form in ("text", "sarif", "github", "gitlab", "junit", "markdown", "html", "cyclonedx", "trivy-json"):
            text = self.look("scan", self.image, "--scanners", "secret", "--show-suppressed", "--format", form).stdout
            self.assert_masked(text)
            if form not in ("cyclonedx", "gitlab", "markdown"):
                self.assertIn("github-pat", text, form)

    def test_exit_codes_and_ignores(self):
        self.look("scan", self.image, "--scanners", "secret", "--fail-on", "high", exit_code=1)
        (self.folder / ".gitleaksignore").write_text("app/.env:github-pat:1\napp/wide.txt:github-pat:1\n")
        (self.folder / "list.yaml").write_text("secrets:\n  - id: private-key\n    paths: [app/key.pem]\n")
        self.assertNotIn("github-pat", [f["rule"] for f in self.secrets()["secrets"]])
        report = self.secrets("--ignore-file", "list.yaml", "--ignore", "postgres-url", "--ignore-file", ".gitleaksignore")
        self.assertEqual(report["secrets"], [])
        self.assert_fails(self.look("scan", self.image, "--scanners", "virus", exit_code=2), "`virus` is no scanner", "config")

    def test_context(self):
        (self.folder / "src").mkdir()
        for path, text in (("src/a.py", f"token = '{GITHUB_TOKEN}'\n"), ("left.env", f"T={GITHUB_TOKEN}\n"), (".dockerignore", "left.env\nshop.tar\ncache\n")):
            (self.folder / path).write_text(text)
        report = self.secrets(target=".")
        self.assertEqual([(f["rule"], f["place"], f["path"].lstrip("/"), f["line"]) for f in report["secrets"]], [("github-pat", "context", "src/a.py", 1)])
        self.assertEqual(self.secrets("--threads", "1", target=".")["secrets"], report["secrets"])
        text = self.look("scan", "--scanners", "secret", ".").stdout
        self.assertIn("src/a.py", text)
        self.assert_masked(text)

    def test_own_rules(self):
        (self.folder / "own.toml").write_text("[[rules]]\nid = 'house'\nregex = 'TOKEN=(ghp_)'\n")
        own = self.look("scan", self.image, "--scanners", "secret", "--format", "json", "--secret-rules", "own.toml").stdout
        self.assertEqual([f["rule"] for f in json.loads(own)["secrets"]], ["house", "secret-in-variable"])
        (self.folder / "trivy.yaml").write_text("disable-rules: [github-pat]\n")
        self.assertNotIn("github-pat", [f["rule"] for f in self.secrets("--secret-rules", "trivy.yaml")["secrets"]])
        (self.folder / "own.toml").write_text("[[rules]]\nid = 'house'\nregex = '('\n")
        self.assert_fails(self.look("scan", self.image, "--scanners", "secret", "--secret-rules", "own.toml", exit_code=2), "own.toml:3:9")


CHECKED = [("/bin/sh -c #(nop) ADD file:1 in / ", layer(("etc/os-release", OS_RELEASE), ("etc/passwd", b"root:x:0:0::/root:/bin/sh\n"),
                                                       ("etc/shadow", b"root::1:0:::::\n"), ("bin/sh", b"x"))),
           ("RUN |1 VERSION=x /bin/sh -c apt-get update", layer(("var/lib/apt/lists/x", b"x" * 3000))),
           ("COPY start.sh /", layer(("start.sh", b"#!/bin/sh\nmkdir -p /run/shop\nexec shop\n"), ("app/Dockerfile", b"FROM x\n")))]


class Checks(Inspect):
    """scan --scanners config: no database is needed."""

    def setUp(self):
        super().setUp()
        self.image = self.shop(layers=CHECKED, env=["PATH=/usr/bin:.", "API_TOKEN=" + GITHUB_TOKEN])

    def report(self, *arguments, **keywords):
        result = self.look("scan", self.image, "--scanners", "config", "--format", "json", *arguments, **keywords)
        self.validate("scan.schema.json", result.stdout)
        self.assertNotIn(GITHUB_TOKEN, result.stdout)
        return json.loads(result.stdout)

    def test_findings(self):
        report = self.report()
        self.assertEqual(report["scanners"], ["config"])
        self.assertIsNone(report["summary"]["vulnerabilities"])
        found = {check["id"]: check for check in report["checks"]}
        for name in ("runs-as-root", "empty-password", "update-alone", "package-caches", "stray-files", "unsafe-search-path",
                     "healthcheck-missing", "credential-variables"):
            self.assertIn(name, found)
        self.assertEqual(report["checks"][0]["id"], "empty-password")  # the gravest first
        self.assertEqual(found["empty-password"]["evidence"], ["etc/shadow:1: root has no password"])
        self.assertEqual(found["empty-password"]["aliases"], ["DKL-LI-0001"])
        self.assertEqual(found["update-alone"]["layer"]["index"], 1)
        self.assertEqual(found["credential-variables"]["evidence"], ["the variable API_TOKEN"])

    def test_secrets_are_told_once(self):
        report = json.loads(self.look("scan", self.image, "--scanners", "secret,config", "--format", "json").stdout)
        self.assertEqual([found["name"] for found in report["secrets"]], ["API_TOKEN"])
        self.assertNotIn("credential-variables", [check["id"] for check in report["checks"]])

    def test_gates_and_ignores(self):
        self.look("scan", self.image, "--scanners", "config", "--fail-on", "critical", exit_code=1)
        (self.folder / ".dockleignore").write_text("# ours\nDKL-LI-0001\nCIS-DI-0001\n")
        report = self.report("--show-suppressed")
        self.assertEqual({check["id"]: check["suppressed"] for check in report["suppressed_checks"]},
                         {"empty-password": "ignored by .dockleignore:2", "runs-as-root": "ignored by .dockleignore:3"})
        self.look("scan", self.image, "--scanners", "config", "--fail-on", "critical")
        (self.folder / "list.yaml").write_text("misconfigurations:\n  - id: stray-files\n    paths: [app/**]\n    statement: wanted\n")
        report = self.report("--ignore-file", "list.yaml", "--show-suppressed")
        self.assertEqual([check["suppressed"] for check in report["suppressed_checks"]], ["ignored by list.yaml:2: wanted"])
        self.assertEqual({check["level"] for check in self.report("--severity", "low,high")["checks"]}, {"low", "high"})

    def test_every_form(self):
        for form in ("text", "sarif", "github", "gitlab", "junit", "markdown", "html", "cyclonedx", "trivy-json"):
            text = self.look("scan", self.image, "--scanners", "config", "--format", form).stdout
            self.assertIn("empty-password" if form != "cyclonedx" else "metadata", text, form)
            self.assertNotIn(GITHUB_TOKEN, text, form)
        for width in (90, 120):
            text = self.look("scan", self.image, "--scanners", "config", "--verbose", env={"COLUMNS": str(width)}).stdout
            for line in text.splitlines():
                self.assertLessEqual(len(line), width, line)
        self.assertIn("Attack surface: ", text)
        results = json.loads(self.look("scan", self.image, "--scanners", "config", "--format", "trivy-json").stdout)["Results"]
        self.assertEqual([result["Class"] for result in results], ["config"])
        self.assertEqual(results[0]["Misconfigurations"][0]["AVDID"], "DKL-LI-0001")

    def test_lines_of_the_dockerfile(self):
        (self.folder / "Dockerfile").write_text("FROM scratch\nADD x /\nRUN apt-get update\nENV PATH=/usr/bin:. \\\n  A=b\nCOPY start.sh /\n")
        found = {check["id"]: check for check in self.report("--dockerfile", "Dockerfile")["checks"]}
        self.assertEqual(found["update-alone"]["layer"]["place"]["first_line"], 3)
        self.assertEqual(found["unsafe-search-path"]["place"], {"file": "Dockerfile", "first_line": 4, "last_line": 5})

    def test_readiness(self):
        aspects = {aspect["id"]: aspect for aspect in self.report()["readiness"]["aspects"]}
        self.assertEqual({name: aspect["verdict"] for name, aspect in aspects.items()},
                         {"read-only-root": "likely", "no-capabilities": "likely", "non-root": "likely"})
        trace = {"schema_version": 1, "tool": {"name": "whittle", "version": "0.1.0"}, "command": "trace"}
        (self.folder / "bad.json").write_text(json.dumps(trace) + "x")
        self.look("scan", self.image, "--scanners", "config", "--trace", "bad.json", exit_code=2)
        self.assert_fails(self.look("scan", self.image, "--scanners", "secret", "--trace", "bad.json", exit_code=2), "--scanners config")

    def test_warm_scans_and_threads_agree(self):
        cold = self.look("scan", self.image, "--scanners", "config", "--format", "json").stdout
        for more in ((), ("--no-cache", "--threads", "1")):
            self.assertEqual(self.look("scan", self.image, "--scanners", "config", "--format", "json", *more).stdout, cold)


class ScanDiff(Advised):
    """scan --diff, --base-candidate, and explain of what scan reports."""

    def other(self, name="new.tar", status=STATUS, lodash="4.17.20", **keywords):
        layers = [("/bin/sh -c #(nop) ADD file:1 in / ", layer(("etc/os-release", OS_RELEASE), ("var/lib/dpkg/status", status))),
                  ("RUN npm install", layer(("app/node_modules/lodash/package.json", json.dumps({"name": "lodash", "version": lodash}).encode())))]
        return self.shop(name, layers=layers, **keywords)

    def test_nothing_new(self):
        text = self.look("scan", "--diff", self.image, self.image).stdout
        self.assertIn("nothing new, 0 gone, 3 stay", text)

    def test_new_and_gone(self):
        mended = self.other(status=STATUS.replace(b"3.0.1-1", b"3.0.2-1"))
        result = self.look("scan", "--diff", self.image, mended, "--format", "json")
        self.validate("scan-diff.schema.json", result.stdout)
        report = json.loads(result.stdout)
        self.assertEqual([found["id"] for found in report["gone"]["findings"]], ["CVE-2026-1"])
        self.assertEqual(report["new"], {"findings": [], "secrets": [], "checks": []})
        self.assertEqual(report["same"], {"vulnerabilities": 2, "secrets": 0, "checks": 0})
        self.assertEqual(report["packages"], [{"type": "deb", "name": "libssl3", "before": "3.0.1-1", "after": "3.0.2-1"}])
        report = json.loads(self.look("scan", "--diff", mended, self.image, "--format", "json", exit_code=1).stdout)
        self.assertEqual([found["id"] for found in report["new"]["findings"]], ["CVE-2026-1"])

    def test_gate_on_what_is_new(self):
        mended = self.other(lodash="4.17.21")
        self.look("scan", "--diff", mended, self.image, exit_code=1)
        self.look("scan", "--diff", mended, self.image, "--fail-on", "critical")  # the new one is high
        self.look("scan", "--diff", mended, self.image, "--fail-on", "high", exit_code=1)

    def test_forms(self):
        mended = self.other(status=STATUS.replace(b"3.0.1-1", b"3.0.2-1"), env=["API_TOKEN=" + GITHUB_TOKEN])
        text = self.look("scan", "--diff", self.image, mended, "--scanners", "vuln,secret,config", exit_code=1, env={"COLUMNS": "90"}).stdout
        for line in text.splitlines():
            self.assertLessEqual(len(line), 90, line)
        self.assertIn("libssl3 3.0.1-1 -> 3.0.2-1", text)
        markdown = self.look("scan", "--diff", self.image, mended, "--format", "markdown", exit_code=1).stdout
        self.assertIn("### New", markdown)
        self.assertIn("<summary>Gone: 1</summary>", markdown)
        for out in (text, markdown):
            self.assertNotIn(GITHUB_TOKEN, out)
        self.assert_fails(self.look("scan", "--diff", self.image, exit_code=2), "compares two images")
        self.assert_fails(self.look("scan", "--diff", self.image, mended, "--format", "sarif", exit_code=2), "no form for --diff")
        self.assert_fails(self.look("scan", "--diff", self.image, "none.tar", exit_code=2), "none.tar")

    def test_checks_by_what_they_saw(self):
        clean = self.shop("clean.tar", layers=[("COPY a /", layer(("a", b"x")))])
        worse = self.shop("worse.tar", layers=[("COPY a /", layer(("a", b"x"), ("app/.git/config", b"x"), ("app/.git", None)))])
        report = json.loads(self.look("scan", "--diff", clean, worse, "--scanners", "config", "--format", "json", exit_code=1).stdout)
        self.assertEqual([(check["id"], check["evidence"]) for check in report["new"]["checks"]], [("stray-files", ["app/.git/"])])
        self.assertGreater(report["same"]["checks"], 0)

    def test_base_candidate(self):
        base = self.shop("base.tar", layers=[("/bin/sh -c #(nop) ADD file:1 in / ", layer(("etc/os-release", OS_RELEASE), ("var/lib/dpkg/status", STATUS)))])
        better = self.shop("better.tar", layers=[("/bin/sh -c #(nop) ADD file:1 in / ", layer(
            ("etc/os-release", OS_RELEASE), ("var/lib/dpkg/status", STATUS.replace(b"3.0.1-1", b"3.0.2-1"))))])
        options = ("--base", base, "--base-candidate", better, "--base-candidate", base)
        result = self.look("scan", self.image, *options, "--format", "json")
        self.validate("scan.schema.json", result.stdout)
        first, second = json.loads(result.stdout)["base_candidates"]
        self.assertEqual((first["gone"], first["stay"], first["new"]), ([{"id": "CVE-2026-1", "package": "libssl3", "level": "critical"}], 1, []))
        self.assertEqual((second["gone"], second["stay"], second["new"]), ([], 2, []))
        self.assertIn("as the base image: 1 of 2 vulnerabilities goes, 1 stays, 0 come", " ".join(self.look("scan", self.image, *options).stdout.split()))

    def test_reachable(self):
        status = STATUS + b"\nPackage: openssl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 3.0.1-1\n"
        members = [("etc/os-release", OS_RELEASE), ("var/lib/dpkg/status", status), ("var/lib/dpkg/info/libssl3.list", b"/usr/lib/libssl.so.3\n"),
                   ("usr/lib/libssl.so.3", b"x"), ("var/lib/dpkg/info/openssl.list", b"/usr/bin/openssl\n"), ("usr/bin/openssl", b"x")]
        image = self.shop("reach.tar", layers=[("COPY . /", layer(*members))], cmd=["/usr/lib/libssl.so.3"])
        usage = lambda report: {found["package"]["name"]: found["usage"] for found in report["findings"]}
        result = self.look("scan", image, "--reachable", "--format", "json")
        self.validate("scan.schema.json", result.stdout)
        found = usage(json.loads(result.stdout))
        self.assertEqual(found["openssl"], "unused")
        self.assertIn(found["libssl3"], ("needed", "possible"))
        self.assertEqual(usage(json.loads(self.look("scan", image, "--format", "json").stdout)), {"openssl": None, "libssl3": None})
        self.assertIn("2 of 4 vulnerabilities are in packages that the entry point does not use", self.look("scan", image, "--reachable").stdout)
        self.assertIn("what the image starts is not known", self.look("scan", self.image, "--reachable").stdout.replace("\n", " "))

    def test_explain_vulnerability(self):
        text = self.look("explain", "cve-2026-1").stdout
        for part in ("CVE-2026-1, critical", "a flaw in openssl", "since 2026-02-03 (CISA KEV)", "by nvd", "Debian:12 openssl: before 3.0.2-1 (DEBIAN-CVE-2026-1)"):
            self.assertIn(part, text)
        self.assertIn("CVE-2026-5, high", self.look("explain", "GHSA-aaaa-bbbb-cccc").stdout)
        text = self.look("explain", "CVE-2026-1", self.image).stdout
        self.assertIn("libssl3 3.0.1-1 of the source openssl is affected, fixed in 3.0.2-1 (layer 1)", text)
        text = self.look("explain", "CVE-2026-3", self.image).stdout
        self.assertIn("does not count: headers of the kernel", text)
        mended = self.other(status=STATUS.replace(b"3.0.1-1", b"3.0.2-1"))
        self.assertIn("libssl3 3.0.2-1 is not affected", self.look("explain", "CVE-2026-1", mended).stdout)
        self.assertIn("none of its packages", self.look("explain", "CVE-2026-4", self.shop("c.tar")).stdout)
        self.assert_fails(self.look("explain", "CVE-1999-1", exit_code=2), "knows no `CVE-1999-1`")
        self.assert_fails(self.look("explain", "CVE-2026-1", "none.tar", exit_code=2), "none.tar")

    def test_explain_ids_of_scan(self):
        text = self.look("explain", "setuid-files", "github-pat").stdout
        self.assertIn("CIS-DI-0008", text)
        self.assertIn("GitHub personal access token", text)
        both = self.look("explain", "CIS-DI-0001").stdout  # a rule of lint and a check
        self.assertIn("user-root (WH1050)", both)
        self.assertIn("runs-as-root, a check", both)
        self.assert_fails(self.look("explain", "nonsense", exit_code=2), "nonsense")


class ScanHostile(Advised):
    """Images that somebody made to harm a scan. With WHITTLE_SLOW_TESTS=1 as big as they come."""

    SLOW = os.environ.get("WHITTLE_SLOW_TESTS") == "1"
    ALL = ("--scanners", "vuln,secret,config", "--format", "json")

    def peak_megabytes(self, *arguments):
        """Runs to its end; the most memory it held."""
        environment = {**os.environ, "WHITTLE_CACHE_DIR": str(self.folder / "cache")}
        with open(self.folder / "out.json", "wb") as out:
            child = subprocess.Popen([WHITTLE, *map(str, arguments)], stdout=out, stderr=subprocess.DEVNULL, env=environment, cwd=self.folder)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(child.returncode, 0)
        return usage.ru_maxrss / 1024

    def test_eight_at_once(self):
        environment = {**os.environ, "WHITTLE_CACHE_DIR": str(self.folder / "cache-of-eight"), "WHITTLE_DB": str(self.folder / "cache/db/vuln.db")}
        command = [WHITTLE, "scan", str(self.image), *self.ALL]
        children = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, cwd=self.folder) for _ in range(8)]
        outputs = {child.communicate()[0] for child in children}
        self.assertEqual([child.returncode for child in children], [0] * 8)
        self.assertEqual(len(outputs), 1)
        self.assertEqual(outputs, {self.look("scan", self.image, *self.ALL, "--no-cache").stdout.encode()})

    def test_many_packages(self):
        count = 100_000 if self.SLOW else 5_000
        status = b"".join(b"Package: p%d\nStatus: install ok installed\nArchitecture: amd64\nSource: %s\nVersion: 3.0.1-1\n\n"
                          % (i, b"other" if i % 10 else b"openssl") for i in range(count))
        image = self.shop("many.tar", layers=[("COPY . /", layer(("etc/os-release", OS_RELEASE), ("var/lib/dpkg/status", status)))])
        self.assertLess(self.peak_megabytes("scan", image, *self.ALL), 1000)
        report = json.loads((self.folder / "out.json").read_bytes())
        self.assertEqual(report["summary"]["vulnerabilities"]["packages_judged"], count)
        self.assertEqual(len(report["findings"]), 2 * count // 10)

    def test_many_empty_files(self):
        count = 3_000_000 if self.SLOW else 60_000
        blob = self.folder / "files.tar"
        with open(blob, "wb") as out:
            for i in range(count):
                info = tarfile.TarInfo(f"d{i // 5000}/{i}")
                info.mode = 0o666
                out.write(info.tobuf(tarfile.USTAR_FORMAT))
            out.write(b"\0" * 1024)
        folder = self.folder / "layout"
        (folder / "blobs/sha256").mkdir(parents=True)
        def store(data):
            digest = hashlib.sha256(data).hexdigest()
            (folder / "blobs/sha256" / digest).write_bytes(data)
            return {"digest": "sha256:" + digest, "size": len(data)}
        with open(blob, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = blob.stat().st_size
        blob.rename(folder / "blobs/sha256" / digest)
        config = store(json.dumps({"architecture": "amd64", "os": "linux", "config": {}, "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest]}}).encode())
        manifest = store(json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                                     "config": {"mediaType": "application/vnd.oci.image.config.v1+json", **config},
                                     "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": "sha256:" + digest, "size": size}]}).encode())
        (folder / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
        (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [{"mediaType": "application/vnd.oci.image.manifest.v1+json", **manifest}]}))
        self.assertLess(self.peak_megabytes("scan", f"oci:{folder}", *self.ALL), 1000)
        report = json.loads((self.folder / "out.json").read_bytes())
        open_files = next(check for check in report["checks"] if check["id"] == "world-writable-files")
        self.assertEqual(len(open_files["evidence"]), 1001)
        self.assertEqual(open_files["evidence"][-1], f"{count - 1000} more of all layers")

    def test_deep_nesting(self):
        deep = "/".join(["d"] * 2000)
        image = self.shop("deep.tar", layers=[("COPY . /", layer((deep + "/node_modules/lodash/package.json", b'{"name":"lodash","version":"4.17.20"}'),
                                                               ("etc/sudoers", b"("*100_000), ("entrypoint.sh", b"#!/bin/sh\n" + b"$(" * 50_000)))])
        report = json.loads(self.look("scan", image, *self.ALL).stdout)
        self.assertEqual([f["id"] for f in report["findings"]], ["CVE-2026-5"])

    def test_corrupt_databases(self):
        noise = bytes(range(256)) * 400
        image = self.shop("corrupt.tar", layers=[("COPY . /", layer(
            ("etc/os-release", OS_RELEASE), ("var/lib/dpkg/status", STATUS[:-30] + noise), ("var/lib/rpm/rpmdb.sqlite", b"SQLite format 3\0" + noise),
            ("var/lib/rpm/Packages.db", b"RpmP" + noise), ("lib/apk/db/installed", noise), ("etc/passwd", noise), ("etc/shadow", noise), ("etc/group", noise)))])
        report = json.loads(self.look("scan", image, *self.ALL).stdout)
        self.assertIn("CVE-2026-1", [f["id"] for f in report["findings"]])


class Db(Advised):
    def test_status(self):
        status = json.loads(self.look("db", "status", "--verify", "--format", "json").stdout)
        self.assertEqual((status["advisories"], status["packages"]), (5, 4))
        self.assertEqual([source["documents"] for source in status["sources"]], [5, 1, 2])
        self.assertIn("made 20", self.look("db", "status").stdout)

    def test_digest(self):
        archive = self.feeds / "all/all.zip"
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        (self.feeds / "all/all.zip.sha256").write_text(f"{digest}  all.zip\n")
        self.look("db", "update", "--from", archive)
        self.assertIn("digest checked", self.look("db", "status").stdout)
        archive.write_bytes(archive.read_bytes() + b"x")
        self.assert_fails(self.look("db", "update", "--from", archive, exit_code=2), "its digest is")
        self.assertIn("5 advisories", self.look("db", "status").stdout)  # the old one is still there

    def test_from_a_server(self):
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Quiet", (http.server.SimpleHTTPRequestHandler,), {
                "__init__": lambda own, *a, **k: http.server.SimpleHTTPRequestHandler.__init__(own, *a, directory=str(self.feeds), **k),
                "log_message": lambda *a: None})) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            url = f"http://127.0.0.1:{server.server_address[1]}"
            self.look("db", "update", "--from", f"{url}/all/all.zip", "--db", "fetched.db")
            self.assertIn("5 advisories", self.look("db", "status", "--db", "fetched.db").stdout)
            self.look("db", "update", "--from", f"{url}/none.zip", "--db", "other.db", exit_code=2)
            self.assertFalse((self.folder / "other.db").exists())
            server.shutdown()

    def test_nothing_to_read(self):
        (self.folder / "empty").mkdir()
        self.assert_fails(self.look("db", "update", "--from", "empty", exit_code=2), "no feed was found")
        self.assert_fails(self.look("db", "update", "--offline", exit_code=2), "--offline")


class Trace(Case):
    """What needs no engine; containers are the business of tests/trace."""

    def fails(self, *words):
        result = run("trace", *words, cwd=self.folder)
        self.assertEqual((result.returncode, result.stdout), (2, ""), result.stderr)
        return result.stderr

    def test_bad_options(self):
        self.assertIn("IMAGE", self.fails())
        self.assertIn("NAME=VALUE", self.fails("shop", "--env", "x"))
        self.assertIn("time above 0", self.fails("shop", "--duration", "0"))
        self.assertIn("is not a port", self.fails("shop", "--probe-port", "70000"))
        self.assertIn("empty", self.fails("shop", "--exec", " "))
        self.assertIn("empty", self.fails("shop", "--probe", ""))
        self.assertIn("format", self.fails("shop", "--format", "xml"))
        self.assertIn("empty", self.fails("shop", "--harden", ""))

    def test_services_are_chosen_first(self):
        self.assertIn("--compose-service without --compose", self.fails("shop", "--compose-service", "web"))
        self.assertIn("none.yaml: No such file", self.fails("shop", "--compose", "none.yaml"))
        file = self.folder / "compose.yaml"
        file.write_text("services:\n  web: {image: 'shop:1'}\n  db: {image: pg, ports: [x]}\n")
        self.assertIn("compose.yaml:3:27: `x` is no port", self.fails("shop", "--compose", "compose.yaml"))
        file.write_text("services:\n  web: {image: 'shop:$TAG'}\n  db: {image: pg}\n")
        (self.folder / ".env").write_text("TAG=7\n")
        said = self.fails("shop", "--compose", "compose.yaml")
        for text in ("no service has the image or build `shop`", "web (image shop:7)", "db (image pg)", "--compose-service NAME"):
            self.assertIn(text, said)
        result = run("slim", "shop.tar", "--static-only", "--compose", "compose.yaml", "--compose-service", "web", cwd=self.folder)
        self.assertEqual(result.returncode, 2)
        self.assertIn("--static-only and --compose do not go together", result.stderr)

    def test_traces_to_merge_are_read_first(self):
        self.assertIn("none.json", self.fails("shop", "--merge", "none.json"))
        (self.folder / "other.json").write_text('{"accesses": []}')
        self.assertIn("other.json: not a trace of whittle", self.fails("shop", "--merge", "other.json"))
        (self.folder / "newer.json").write_text('{"whittle_trace": 2}')
        self.assertIn("newer whittle", self.fails("shop", "--merge", "newer.json"))


class CacheDir(Inspect):
    def test_folder(self):
        self.assertEqual(self.look("cache-dir").stdout, f"{self.folder}/cache\n")
        self.assertFalse((self.folder / "cache").exists())
        self.assertEqual(json.loads(self.look("cache-dir", "--format", "json").stdout)["bytes"], 0)

    def test_fills_and_clears(self):
        self.look("analyze", self.shop())
        filled = json.loads(self.look("cache-dir", "--format", "json").stdout)
        self.assertGreater(filled["bytes"], 0)
        self.assertEqual(json.loads(self.look("cache-dir", "--trim", "--format", "json").stdout), filled)
        self.assertEqual(json.loads(self.look("cache-dir", "--clear", "--format", "json").stdout)["bytes"], 0)

    def test_no_cache(self):
        self.look("analyze", self.shop(), "--no-cache")
        self.assertFalse((self.folder / "cache").exists())


def dive_program():
    for candidate in (os.environ.get("WHITTLE_DIVE"), shutil.which("dive")):
        if candidate and Path(candidate).exists():
            return candidate
    return None


class Dive(Inspect):
    """Held against dive v0.13 itself, named by $WHITTLE_DIVE or on PATH."""

    ODD = [("FROM", layer(("a", None), ("a/x", b"1" * 10), ("a/empty", None), ("b", b"2" * 20), ("c-d", b""), ("c", None), ("c/e", b"3"))),
           ("/bin/sh -c echo '<&>'", layer(("a/.wh.x", b""), ("c", None), ("c/.wh..wh..opq", b""), ("c/f", b"44"), ("b", b"2" * 20))),
           ("RUN third", layer((".wh.b", b""), ("n/e/w", b"5" * 100), ("c/f", b"44")))]

    def compare(self, target):
        dive = dive_program()
        if not dive:
            self.skipTest("dive is not installed")
        subprocess.run([dive, f"docker-archive://{target}", "--json", self.folder / "dive.json"], capture_output=True, check=True,
                       env={**os.environ, "CI": "false"})
        theirs = json.loads((self.folder / "dive.json").read_text())
        ours = json.loads(self.look("analyze", target, "--format", "dive-json", "--no-cache").stdout)
        for side in (theirs, ours):
            side["image"]["fileReference"].sort(key=lambda file: (-file["sizeBytes"], file["file"]))
            for made in side["layer"]:
                made.pop("id")
        self.assertEqual(ours, theirs)

    def test_shop(self):
        self.compare(self.shop())

    def test_odd(self):
        self.compare(self.shop("odd.tar", self.ODD))


class Fmt(Case):
    SOURCE = "from debian as a\nrun apt-get update && apt-get install -y wget curl git gcc\nfrom a\ncmd x \\\n  y"
    RESULT = ("FROM debian AS a\nRUN apt-get update && apt-get install -y \\\n    curl \\\n    gcc \\\n    git \\\n    wget\n"
              "\nFROM a\nCMD x \\\n  y\n")

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    def test_files_are_written_once(self):
        path = self.write("Dockerfile", self.SOURCE)
        other = self.write("sub/x.Dockerfile", self.RESULT)
        before = other.stat()
        result = run("fmt", cwd=self.folder)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(result.stdout, "Dockerfile\n1 file formatted, 1 left as they were\n")
        self.assertEqual(path.read_text(), self.RESULT)
        self.assertEqual(other.stat().st_mtime_ns, before.st_mtime_ns)
        self.assertEqual(run("fmt", "--check", path).returncode, 0)

    def test_check_and_diff_write_nothing(self):
        path = self.write("Dockerfile", self.SOURCE)
        result = run("fmt", "--check", "Dockerfile", cwd=self.folder)
        self.assertEqual((result.returncode, result.stdout), (1, "Dockerfile\n"))
        result = run("fmt", "--diff", "Dockerfile", cwd=self.folder)
        self.assertEqual(result.returncode, 1)
        self.assertIn("+FROM debian AS a\n", result.stdout)
        self.assertEqual(path.read_text(), self.SOURCE)
        patched = subprocess.run(["patch", "-p1"], cwd=self.folder, input=result.stdout, text=True, check=False,
                                 capture_output=True) if shutil.which("patch") else None
        if patched:
            self.assertEqual(path.read_text(), self.RESULT)

    def test_standard_input_is_a_filter(self):
        result = run("fmt", "-", text_input=self.SOURCE)
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, self.RESULT, ""))
        self.assertEqual(run("fmt", "--check", "-", text_input=self.SOURCE).returncode, 1)
        broken = run("fmt", "-", "--stdin-filename", "b.Dockerfile", text_input="FROM a\nwhat\n")
        self.assertEqual((broken.returncode, broken.stdout), (0, "FROM a\nwhat\n"))
        self.assertIn("b.Dockerfile: left as it is: line 2: ", broken.stderr)

    def test_bad_words(self):
        self.assert_fails(run("fmt", "no-such-file"), "no-such-file")
        self.assert_fails(run("fmt", "--indent", "0", "-"), "--indent", "hint:")
        self.assert_fails(run("fmt", "-", "Dockerfile"), "do not go together")


class LintFormats(Case):
    """Every format of real findings, read by other programs than ours."""

    def render(self, name):
        (self.folder / "Dockerfile").write_bytes(b"FROM debian\nRUN cd /x && echo \"\xf0\x9f\x90\xb3<&>\xff\" && sudo \\\n  apt-get install curl\n"
                                                 b"MAINTAINER me\n")
        result = subprocess.run([WHITTLE, "lint", "--fail-level", "never", "--format", name, "Dockerfile"], cwd=self.folder,
                                capture_output=True, timeout=120, check=False)
        self.assertEqual((result.returncode, result.stderr), (0, b""), name)
        return result.stdout

    def test_json(self):
        for name in ("json", "sarif", "gitlab", "sonarqube", "rdjson", "hadolint-json", "hadolint-sarif", "hadolint-sonarqube",
                     "hadolint-gitlab_codeclimate"):
            with self.subTest(name):
                self.assertTrue(json.loads(self.render(name).decode("utf-8")))
        for name, end in (("codeclimate", b"\0"), ("codacy", b"\n"), ("rdjsonl", b"\n"), ("hadolint-codeclimate", b"\0")):
            with self.subTest(name):
                lines = self.render(name).split(end)
                self.assertEqual(lines.pop(), b"")
                self.assertGreater(len(lines), 3)
                for line in lines:
                    json.loads(line.decode("utf-8"))

    def test_xml(self):
        for name, element in (("checkstyle", "error"), ("junit", "failure"), ("hadolint-checkstyle", "error"),
                              ("hadolint-junit", "failure")):
            with self.subTest(name):
                self.assertGreater(len(list(xml.etree.ElementTree.fromstring(self.render(name)).iter(element))), 3)

    def test_lines(self):
        for name in ("text", "github", "gnu", "hadolint-tty", "hadolint-gnu"):
            with self.subTest(name):
                self.assertIn("Dockerfile", self.render(name).decode("utf-8"))

    def test_sarif_regions_are_the_text(self):
        sarif = json.loads(self.render("sarif").decode("utf-8"))
        source = (self.folder / "Dockerfile").read_bytes()
        lines = source.decode("utf-8", "replace").encode("utf-16-le").split("\n".encode("utf-16-le"))
        seen = 0
        for result in sarif["runs"][0]["results"]:
            region = result["locations"][0]["physicalLocation"]["region"]
            part = source[region["byteOffset"]:region["byteOffset"] + region["byteLength"]]
            self.assertEqual(region["snippet"]["text"], part.decode("utf-8", "replace"))
            if region["startLine"] == region["endLine"]:
                line = lines[region["startLine"] - 1]
                text = line[2 * (region["startColumn"] - 1):2 * (region["endColumn"] - 1)].decode("utf-16-le")
                self.assertEqual(text, region["snippet"]["text"])
                seen += 1
        self.assertGreater(seen, 3)


class Output(Case):
    def test_full_disk(self):
        if not Path("/dev/full").exists():
            self.skipTest("there is no /dev/full")
        with open("/dev/full", "w", encoding="utf-8") as full:
            result = subprocess.run([WHITTLE, "--help"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(result.returncode, 2)
        self.assertIn("whittle: cannot write to standard output: No space left on device", result.stderr)

    def test_reader_that_leaves(self):
        reader, writer = os.pipe()
        os.close(reader)
        with os.fdopen(writer, "w") as closed:
            result = subprocess.run([WHITTLE, "--help"], stdout=closed, stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_results_that_cannot_be_written_are_still_shown(self):
        if os.geteuid() == 0:
            target = Path("/proc/whittle-out")  # not even root makes folders there
        else:
            target = self.folder / "closed/out"
            (self.folder / "closed").mkdir(mode=0o500)
        result = run("optimize", self.project(), "--dry-run", "-o", target)
        self.assertEqual(result.returncode, 2)
        self.assertIn("shop: ", result.stdout)
        self.assertNotIn("Written", result.stdout)
        self.assertIn("whittle: ", result.stderr)


def engine_answers():
    docker = shutil.which("docker")
    return docker and subprocess.run([docker, "info"], capture_output=True, check=False).returncode == 0


class Interrupt(Case):
    def start(self, project, *arguments, **keywords):
        return subprocess.Popen([WHITTLE, "optimize", project, "-o", self.folder / "out", "--network", "none", *arguments],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **keywords)

    def wait_for_phase(self, process, text):
        lines = []
        while True:
            line = process.stderr.readline()
            if not line:
                self.fail(f"ended before \"{text}\": {lines}")
            lines.append(line)
            if text in line:
                return

    def check_interrupted(self, number, again):
        if not engine_answers():
            self.skipTest("no Docker engine answers")
        project = self.project(dockerfile="FROM scratch\nCOPY app.py /\nCMD [\"/app.py\"]\n")
        before = tree(project)
        process = self.start(project)
        self.wait_for_phase(process, "Building the baseline")
        process.send_signal(number)
        if again:
            time.sleep(0.05)
            process.send_signal(number)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 2, err)
        self.assertEqual(out, "")
        self.assertTrue(err.endswith("whittle: interrupted\n"), err)
        self.assertEqual(tree(project), before)
        self.assertFalse((self.folder / "out").exists())

    def test_interrupt(self):
        self.check_interrupted(signal.SIGINT, False)

    def test_terminate(self):
        self.check_interrupted(signal.SIGTERM, False)

    def test_hang_up(self):
        self.check_interrupted(signal.SIGHUP, False)

    def test_second_interrupt_does_not_stop_the_clean_up(self):
        self.check_interrupted(signal.SIGINT, True)

    def test_nohup(self):
        process = subprocess.Popen(["nohup", WHITTLE, "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.send_signal(signal.SIGHUP)
        process.communicate(timeout=60)
        self.assertIn(process.returncode, (0, -signal.SIGHUP))  # the signal may come before nohup is ready


class LintCase(Case):
    def lint(self, *arguments, exit_code=0, **options):
        result = run("lint", *arguments, cwd=self.folder, **options)
        self.assertEqual(result.returncode, exit_code, result)
        return result

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def rules(self, *arguments, **options):
        """(file, line, rule) of each finding."""
        report = json.loads(self.lint(*arguments, "--format", "json", **options).stdout)
        return [(file["path"], finding["range"]["begin"]["line"], finding["rule"])
                for file in report["files"] for finding in file["findings"]]


SUDO = "FROM debian:bookworm\nRUN sudo a\n"
ONLY = ("--select", "sudo,maintainer")


class Lint(LintCase):
    def test_exit_codes(self):
        self.write("Dockerfile", SUDO)
        self.lint("--select", "maintainer")
        self.lint("--select", "sudo", exit_code=1)
        self.lint("--select", "sudo", "--fail-level", "never")
        self.lint("--select", "sudo", "--severity", "sudo=style")
        self.lint("--select", "sudo", "--severity", "sudo=style", "--fail-level", "style", exit_code=1)
        self.lint("none", exit_code=2)
        self.lint("*.none", exit_code=2)
        self.lint("--select", "sudoo", exit_code=2)
        self.lint("--format", "nothing", exit_code=2)

    def test_files_folders_patterns(self):
        self.write("a/Dockerfile", SUDO)
        self.write("a/b/x.Dockerfile", SUDO)
        self.write("a/ignored/Dockerfile", SUDO)
        self.write(".gitignore", "ignored\n")
        for words, files in [((), ["a/Dockerfile", "a/b/x.Dockerfile"]), (("a/b",), ["a/b/x.Dockerfile"]),
                             (("a/*file", "a/Dockerfile"), ["a/Dockerfile"]), (("a/ignored/Dockerfile",), ["a/ignored/Dockerfile"]),
                             (("--exclude", "b"), ["a/Dockerfile"])]:
            self.assertEqual([row[0] for row in self.rules(*words, *ONLY, exit_code=1)], files)

    def test_standard_input(self):
        result = self.lint("-", *ONLY, "--format", "gnu", text_input=SUDO, exit_code=1)
        self.assertIn("-:2", result.stdout)
        result = self.lint("-", *ONLY, "--format", "gnu", "--stdin-filename", "x/Dockerfile", text_input=SUDO, exit_code=1)
        self.assertIn("x/Dockerfile:2", result.stdout)
        result = self.lint("-", *ONLY, "--fix", text_input="FROM debian:bookworm\nMAINTAINER a\n")
        self.assertTrue(result.stdout.startswith("FROM debian:bookworm\nLABEL "), result.stdout)

    def test_fix(self):
        path = self.write("Dockerfile", DOCKERFILE)
        before = path.read_text()
        diff = self.lint("--diff", exit_code=1).stdout
        self.assertEqual(path.read_text(), before)
        self.assertIn("-MAINTAINER dev@example.org\n", diff)
        self.lint("--fix", "--fail-level", "never")
        self.assertNotEqual(path.read_text(), before)
        if shutil.which("patch"):
            other = self.write("other", before)
            subprocess.run(["patch", "-s", str(other)], input=diff, text=True, check=True)
            self.assertEqual(other.read_text(), path.read_text())
        fixed = path.read_text()
        self.assertEqual(self.lint("--diff").stdout, "")
        self.lint("--fix", "--fail-level", "never")
        self.assertEqual(path.read_text(), fixed)

    def test_fix_keeps_mode_and_link(self):
        path = self.write("real", "FROM debian:bookworm\nMAINTAINER a\n")
        path.chmod(0o640)
        (self.folder / "Dockerfile").symlink_to("real")
        self.lint("--fix", *ONLY)
        self.assertTrue((self.folder / "Dockerfile").is_symlink())
        self.assertEqual(path.stat().st_mode & 0o777, 0o640)
        self.assertNotIn("MAINTAINER", path.read_text())

    def test_several_formats(self):
        self.write("Dockerfile", SUDO)
        result = self.lint(*ONLY, "--format", "gnu", "--format", "json=out.json", exit_code=1)
        self.assertIn("[sudo]", result.stdout)
        self.assertEqual(json.loads((self.folder / "out.json").read_text())["command"], "lint")
        self.lint(*ONLY, "--format", "gnu", "--format", "json", exit_code=2)

    def test_configuration(self):
        self.write("Dockerfile", SUDO)
        config = self.write("whittle.yaml", "select: [sudo]\nseverity: {sudo: style}\n")
        self.lint()
        self.lint("--no-config", exit_code=1)
        self.lint("--fail-level", "style", exit_code=1)
        config.write_text("selct: [sudo]\n")
        self.assertIn("whittle.yaml:1:1: there is no key `selct`; did you mean `select`?", self.lint(exit_code=2).stderr)
        other = self.write("other.yaml", "ignore: [all]\n")
        self.lint("--config", other)

    def test_configuration_obeys_its_schema(self):
        try:
            import jsonschema
            import yaml
        except ImportError:
            self.skipTest("jsonschema or yaml is not installed")
        schema = json.loads((ROOT / "docs/json-schema/config.schema.json").read_text())
        text = (ROOT / "docs/lint.md").read_text().split("```yaml\n")[1].split("```")[0]
        jsonschema.validate(yaml.safe_load(text), schema)
        self.write("whittle.yaml", text)
        self.write("Dockerfile", SUDO)
        self.lint(exit_code=1)
        for bad in ({"preset": "best"}, {"nothing": 1}, {"ignore": "sudo"}):
            with self.assertRaises(jsonschema.ValidationError):
                jsonschema.validate(bad, schema)

    def test_baseline(self):
        path = self.write("Dockerfile", SUDO)
        self.lint(*ONLY, "--write-baseline", "known.json")
        path.write_text("# moved\n" + SUDO)
        self.lint(*ONLY, "--baseline", "known.json")
        path.write_text(SUDO + "RUN sudo b\n")
        self.assertEqual(self.rules(*ONLY, "--baseline", "known.json", exit_code=1), [("Dockerfile", 3, "sudo")])
        self.lint(*ONLY, "--baseline", "Dockerfile", exit_code=2)

    def test_since(self):
        if not shutil.which("git"):
            self.skipTest("git is not installed")
        path = self.write("Dockerfile", SUDO)
        for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]):
            subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *words], cwd=self.folder, check=True)
        self.lint(*ONLY, "--since", "HEAD")
        path.write_text(SUDO + "RUN sudo b\n")
        self.assertEqual(self.rules(*ONLY, "--since", "HEAD", exit_code=1), [("Dockerfile", 3, "sudo")])
        self.lint(*ONLY, "--since", "none", exit_code=2)

    def test_what_is_about_the_context_stands_on_no_line(self):
        self.write("Dockerfile", "FROM debian:bookworm\nCOPY . /app\n")
        only = ("--select", "build-files-in-context", "Dockerfile")
        self.assertNotIn("^", self.lint(*only, exit_code=1).stdout)
        self.assertIn("Dockerfile: fixed: ", self.lint("--fix", *only).stdout)

    def test_since_and_the_context(self):
        if not shutil.which("git"):
            self.skipTest("git is not installed")
        self.write("Dockerfile", "FROM debian:bookworm\nCOPY . /app\n")
        self.write("app.log", "x" * 2000)
        for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]):
            subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *words], cwd=self.folder, check=True)
        only = ("--select", "logs-in-context,sudo", "--since", "HEAD")
        self.assertEqual(self.rules(*only), [])
        self.write("other.log", "y" * 2000)
        self.assertEqual([row[2] for row in self.rules(*only, exit_code=1)], ["logs-in-context"])

    def shellcheck(self, answer):
        """A folder for PATH with a ShellCheck that always says the same."""
        script = self.write("bin/shellcheck", f"#!/bin/sh\ncat <<'END'\n{json.dumps(answer)}\nEND\n")
        script.chmod(0o755)
        return {"PATH": f"{script.parent}:{os.environ['PATH']}"}

    def test_shellcheck(self):
        self.write("Dockerfile", "FROM debian:bookworm\nRUN echo a && \\\n  echo $x\n")
        said = {"file": "0", "line": 3, "endLine": 3, "column": 19, "endColumn": 21, "level": "warning", "message": "m."}
        env = self.shellcheck({"comments": [{**said, "code": 2154}, {**said, "code": 2086}]})
        found = [("Dockerfile", 3, "SC2154")]
        self.assertEqual(self.rules("--select", "shellcheck", env=env, exit_code=1), found)
        self.assertEqual(self.rules("--select", "SC2154", env=env, exit_code=1), found)
        self.assertEqual(self.rules("--select", "shellcheck", "--shellcheck", "off", env=env), [])
        self.assertEqual(self.rules("--select", "shellcheck", "--ignore", "sc2154", env=env), [])
        self.assertEqual(self.rules("--select", "shellcheck", "--severity", "SC2154=style", env=env), found)
        self.write("whittle.yaml", "shellcheck: off\n")
        self.assertEqual(self.rules("--select", "shellcheck", env=env), [])
        self.assertEqual(self.rules("--select", "shellcheck", "--shellcheck", "auto", env=env, exit_code=1), found)
        result = self.lint("--select", "shellcheck", "--shellcheck", "required", env={"PATH": str(self.folder)}, exit_code=2)
        self.assertIn("ShellCheck is required", result.stderr)
        self.assertIn("https://www.shellcheck.net/wiki/SC2154", run("explain", "SC2154").stdout)

    def test_the_day(self):
        self.write("Dockerfile", "FROM debian:10\n")
        for epoch, found in (("1719705600", []), ("1719792000", [("Dockerfile", 1, "base-eol")])):
            env = {"SOURCE_DATE_EPOCH": epoch}
            self.assertEqual(self.rules("--select", "base-eol", env=env, exit_code=1 if found else 0), found)

    def test_comments(self):
        self.write("Dockerfile", "FROM debian:bookworm\n# hadolint ignore=DL3004\nRUN sudo a\n")
        self.lint(*ONLY)
        self.lint(*ONLY, "--disable-ignore-pragma", exit_code=1)


class LintCorpus(Case):
    """The whole of `lint --fix` over real Dockerfiles, where they lie beside the project."""

    def setUp(self):
        super().setUp()
        corpus = ROOT.parent / "shared/corpus/dockerfiles"
        if not corpus.is_dir():
            self.skipTest("no corpus of Dockerfiles beside the project")
        files = sorted(path for path in corpus.rglob("*") if path.is_file() and "ignore" not in path.name
                       and path.suffix not in (".csv", ".json", ".jsonl"))
        for number, path in enumerate(files):
            (self.folder / f"{number:04}").mkdir()
            (self.folder / f"{number:04}/Dockerfile").write_bytes(path.read_bytes())

    def fix(self, *options):
        result = run("lint", "--no-config", "--shellcheck", "off", "--select", "all", "--fail-level", "never", "--format", "json", "--fix", *options, cwd=self.folder)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        files = json.loads(result.stdout)["files"]
        self.assertEqual([file["path"] for file in files if file["error"]], [])
        return sum(len(file["applied"]) for file in files)

    def check_second_run(self, *options):
        before = tree(self.folder)
        self.assertGreater(self.fix(*options), 500)
        fixed = tree(self.folder)
        self.assertNotEqual(fixed, before)
        self.assertEqual(self.fix(*options), 0)
        self.assertEqual(tree(self.folder), fixed)

    def test_safe_fixes(self):
        self.check_second_run()

    def test_all_fixes(self):
        self.check_second_run("--unsafe-fixes")


class LintBuilds(Case):
    """Bake and Compose files as words of lint."""

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def lint(self, *arguments, env=None):
        result = run("lint", "--no-config", "--format", "json", *arguments, cwd=self.folder, env=env)
        self.assertIn(result.returncode, (0, 1, 2), result)
        files = json.loads(result.stdout)["files"]
        return {file["path"]: [(f["rule"], f["range"]["begin"]["line"]) for f in file["findings"]] for file in files}, result

    BAKE = """
variable "TAG" { default = "latest" }
group "default" { targets = ["web", "tool"] }
target "_common" { args = { TAG = TAG } }
target "web" {
  inherits = ["_common"]
  context = "web"
  dockerfile = "../web.Dockerfile"
}
target "tool" {
  matrix = { base = ["debian:12", "debian:latest"] }
  name = replace(base, ":", "-")
  dockerfile = "tool.Dockerfile"
  args = { BASE = base, STAMP = timestamp() }
  target = "first"
}
target "far" { context = "https://example.com/x.git" }
"""

    def bake(self):
        self.write("docker-bake.hcl", self.BAKE)
        self.write("web.Dockerfile", "ARG TAG=1\nFROM debian:$TAG\nCOPY a b\n")
        self.write("web/a", "a")
        self.write("tool.Dockerfile", "ARG BASE=debian:11\nFROM $BASE AS first\nRUN sudo a\nFROM $BASE\nRUN sudo b\n")
        return ["--select", "image-latest,sudo"]

    def test_bake(self):
        found, result = self.lint(*self.bake(), "docker-bake.hcl")
        # The default of the Dockerfile is no tag; TAG of the file is. One of two cells of the matrix is `latest`; the stage
        # behind the target is not looked at, and what both cells find is told once.
        self.assertEqual(found, {"tool.Dockerfile": [("image-latest", 2), ("sudo", 3)], "web.Dockerfile": [("image-latest", 2)]})
        self.assertIn("docker-bake.hcl:14: `timestamp()` is not computed", result.stderr)
        self.assertIn("`far` is not linted: its context `https://example.com/x.git` is elsewhere", result.stderr)
        found, _ = self.lint(*self.bake(), "docker-bake.hcl", env={"TAG": "12"})
        self.assertEqual(found["web.Dockerfile"], [])
        found, _ = self.lint(*self.bake(), "--build-arg", "TAG=12", "--build-arg", "BASE=x:1", "docker-bake.hcl")
        self.assertEqual(found, {"tool.Dockerfile": [("sudo", 3)], "web.Dockerfile": []})
        # With the Dockerfile itself: both ways of building it.
        found, _ = self.lint(*self.bake(), "docker-bake.hcl", "tool.Dockerfile")
        self.assertEqual(found["tool.Dockerfile"], [("image-latest", 2), ("sudo", 3), ("sudo", 5)])

    def test_bake_as_json(self):
        self.write("docker-bake.json", json.dumps({"target": {"a": {"dockerfile": "D", "args": {"T": "latest"}}}}))
        self.write("D", "ARG T=1\nFROM debian:${T}\n")
        found, _ = self.lint("--select", "image-latest", "docker-bake.json")
        self.assertEqual(found, {"D": [("image-latest", 2)]})

    def test_compose(self):
        self.write(".env", "TAG=latest\n")
        self.write("compose.yaml", "services:\n  db: {image: postgres}\n  web:\n    build:\n      context: web\n"
                                   "      args: {TAG: '${TAG:-12}', OTHER: $UNSET}\n"
                                   "  inline:\n    build:\n      dockerfile_inline: |\n        FROM debian:12\n        RUN sudo a\n")
        self.write("web/Dockerfile", "ARG TAG\nFROM debian:$TAG\nCOPY a.txt /\n")
        self.write("web/a.txt", "a")
        self.write("web/.dockerignore", "a.txt\n")
        select = ["--select", "image-latest,sudo,copy-ignored-file"]
        found, result = self.lint(*select, "compose.yaml")
        self.assertEqual(found, {"compose.yaml#inline": [("sudo", 2)],
                                 "web/Dockerfile": [("image-latest", 2), ("copy-ignored-file", 3)]})
        self.assertIn("`UNSET` is not set", result.stderr)
        found, _ = self.lint(*select, "compose.yaml", env={"TAG": "11"})
        self.assertEqual(found["web/Dockerfile"], [("copy-ignored-file", 3)])
        before = tree(self.folder)
        self.lint(*select, "--fix", "--unsafe-fixes", "compose.yaml")
        self.assertEqual(tree(self.folder)["compose.yaml"], before["compose.yaml"])

    def test_platforms(self):
        self.write("docker-bake.hcl", 'target "a" {\n  platforms = ["linux/amd64", "linux/arm64"]\n}\n')
        self.write("Dockerfile", "FROM debian:12 AS amd64\nFROM debian:latest AS arm64\nFROM $TARGETARCH\n")
        found, _ = self.lint("--select", "image-latest", "docker-bake.hcl")
        self.assertEqual(found, {"Dockerfile": [("image-latest", 2)]})

    def test_what_is_wrong(self):
        self.write("docker-bake.hcl", 'target "a" {\n  context = \n}\n')
        self.assert_fails(run("lint", "docker-bake.hcl", cwd=self.folder), "docker-bake.hcl:2:")
        self.write("compose.yaml", "services: {a: {build: missing}}\n")
        result = run("lint", "compose.yaml", cwd=self.folder)
        self.assertEqual(result.returncode, 2)
        self.assertIn("missing/Dockerfile", result.stdout)
        # A folder is searched for Dockerfiles alone.
        result = run("lint", ".", cwd=self.folder)
        self.assertNotIn("missing", result.stdout + result.stderr)

    def test_bases_without_a_dockerfile(self):
        self.write("docker-bake.hcl", 'target "base" {\n  context = "nowhere"\n}\ntarget "a" {\n  inherits = ["base"]\n  context = "."\n}\n')
        self.write("Dockerfile", "FROM debian:12\n")
        found, result = self.lint("docker-bake.hcl", "--select", "sudo")
        self.assertEqual((found, result.returncode), ({"Dockerfile": []}, 0))


class Explain(Case):
    def test_by_any_id(self):
        by_name = run("explain", "apt-lists").stdout
        for word in ("WH1001", "DL3009", "dl3009", "DKL-DI-0005"):
            self.assertIn(by_name.split("\n")[0], run("explain", word).stdout)
        for part in ("Bad:", "Good:", "Fix:", "since 0.1.0", "# whittle: ignore=apt-lists", "Also known as: DL3009"):
            self.assertIn(part, by_name)

    def test_list(self):
        text = run("explain", env={"COLUMNS": "200"}).stdout
        self.assertRegex(text, r"WH1000 +parse-error +error ")
        self.assertRegex(text, r"WH1001 +apt-lists +info ")

    def test_unknown(self):
        self.assert_fails(run("explain", "apt-list"), "there is no rule `apt-list`", "Did you mean `apt-lists`?")


class HadolintLine(LintCase):
    def hadolint(self, *arguments, exit_code=0, name=None, **options):
        environment = {"HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder / "xdg"), **options.pop("env", {})}
        if name is None:
            return self.lint("--compat=hadolint", *arguments, exit_code=exit_code, env=environment, **options)
        result = subprocess.run([name, *arguments], capture_output=True, text=True, cwd=self.folder, env={**os.environ, **environment}, check=False)
        self.assertEqual(result.returncode, exit_code, result)
        return result

    def test_exit_codes(self):
        self.write("Dockerfile", "FROM debian\n")
        self.write("broken", "FROM debian\nNOSUCH x\n")
        self.hadolint("Dockerfile", exit_code=1)
        self.hadolint("-t", "error", "Dockerfile")
        self.hadolint("--failure-threshold=none", "Dockerfile", exit_code=1)  # less than style, so that all counts
        self.hadolint("-t", "none", "broken", exit_code=1)
        self.hadolint("--no-fail", "broken")
        self.hadolint("-f", "codacy", "Dockerfile")
        self.hadolint("none", exit_code=1)
        self.hadolint("--nothing", exit_code=1)
        self.assertEqual(self.hadolint(exit_code=1).stdout, "Please provide a Dockerfile\n")

    def test_lists(self):
        self.write("Dockerfile", "FROM debian\n")
        self.hadolint("--ignore", "DL3006", "Dockerfile")
        self.hadolint("--ignore", "DL3006", "--error", "DL3006", "Dockerfile")
        self.hadolint("--style", "DL3006", "Dockerfile")
        out = self.hadolint("--info=DL3006", "-fjson", "Dockerfile", exit_code=1).stdout
        self.assertEqual([(one["code"], one["level"], one["line"]) for one in json.loads(out)], [("DL3006", "info", 1)])

    def test_environment_and_file(self):
        self.write("Dockerfile", "FROM debian\n")
        self.hadolint("Dockerfile", env={"HADOLINT_NOFAIL": "1"})
        self.hadolint("Dockerfile", env={"HADOLINT_IGNORE": "DL3000,DL3006"})
        self.hadolint("Dockerfile", env={"HADOLINT_FAILURE_THRESHOLD": "error"})
        self.hadolint("-t", "info", "Dockerfile", env={"HADOLINT_FAILURE_THRESHOLD": "error"}, exit_code=1)
        for place in (".hadolint.yaml", ".hadolint.yml", "xdg/hadolint.yaml", ".hadolint/config.yaml"):
            path = self.write(place, "ignored: [DL3006]\n")
            self.hadolint("Dockerfile")
            path.unlink()
        self.write("own.yaml", "failure-threshold: loud\n")
        self.hadolint("-c", "own.yaml", "Dockerfile", exit_code=2)

    def test_shellcheck(self):
        self.write("Dockerfile", "FROM debian:bookworm\nRUN echo a && \\\n  echo $x\n")
        said = {"file": "0", "line": 3, "endLine": 3, "column": 19, "endColumn": 21, "level": "info", "message": "m."}
        script = self.write("bin/shellcheck", f"#!/bin/sh\necho '{json.dumps({'comments': [{**said, 'code': 2086}]})}'\n")
        script.chmod(0o755)
        env = {"PATH": f"{script.parent}:{os.environ['PATH']}"}
        out = self.hadolint("-f", "json", "Dockerfile", env=env, exit_code=1).stdout
        self.assertEqual([(one["code"], one["level"], one["line"]) for one in json.loads(out)], [("SC2086", "info", 2)])
        self.hadolint("--ignore", "SC2086", "Dockerfile", env=env)
        self.hadolint("-t", "warning", "Dockerfile", env=env)
        self.hadolint("-t", "warning", "--error", "SC2086", "Dockerfile", env=env, exit_code=1)

    def test_by_its_name(self):
        self.write("Dockerfile", "FROM debian\n")
        (self.folder / "hadolint").symlink_to(WHITTLE)
        result = self.hadolint("--no-color", "Dockerfile", name=str(self.folder / "hadolint"), exit_code=1)
        self.assertRegex(result.stdout, r"^Dockerfile:1 DL3006 warning: ")
        self.assertIn("whittle", self.hadolint("--version", name=str(self.folder / "hadolint")).stdout)

    def test_outputs(self):
        self.write("Dockerfile", "FROM debian\n")
        result = self.hadolint("-f", "json", "-f", "gnu", "-o", "out.json", "Dockerfile", exit_code=1)
        self.assertEqual(json.loads((self.folder / "out.json").read_text())[0]["code"], "DL3006")
        self.assertIn("hadolint:Dockerfile:1: DL3006 warning: ", result.stdout)


class Terminal(Case):
    """In a real terminal: tmux draws it, and we look at the screen."""

    def screen(self, width, command, wait):
        if not shutil.which("tmux"):
            self.skipTest("tmux is not installed")
        socket = self.folder / f"tmux{width}"
        tmux = ["tmux", "-S", str(socket), "-f", "/dev/null"]
        done = self.folder / "done"
        script = self.folder / "script"
        script.write_text(f"clear; {command}; echo $? >{done}; sleep 60\n")
        environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
        environment["LANG"] = "C.UTF-8"
        subprocess.run([*tmux, "new-session", "-d", "-x", str(width), "-y", "60", f"sh {script}"], check=True, env=environment)
        self.addCleanup(subprocess.run, [*tmux, "kill-server"], capture_output=True, check=False)
        for _ in range(600):
            if wait is None and done.exists():
                break
            text = subprocess.run([*tmux, "capture-pane", "-p"], capture_output=True, text=True, check=True).stdout
            if wait is not None and wait in text:
                break
            time.sleep(0.1)
        else:
            self.fail("nothing came: " + text)
        time.sleep(0.3)
        colored = subprocess.run([*tmux, "capture-pane", "-p", "-e"], capture_output=True, text=True, check=True).stdout
        plain = subprocess.run([*tmux, "capture-pane", "-p"], capture_output=True, text=True, check=True).stdout
        return plain, colored

    def test_plan_at_two_widths(self):
        project = self.project()
        for width in (80, 120):
            (self.folder / "done").unlink(missing_ok=True)
            plain, colored = self.screen(width, f"{WHITTLE} optimize {project} --dry-run -o {self.folder}/out", None)
            self.assertIn("shop: ", plain)
            self.assertIn("\x1b[1m", colored)
            self.assertNotIn("Reading the project", plain)  # too quick for a progress line

    def test_no_color(self):
        project = self.project()
        _, colored = self.screen(80, f"NO_COLOR=1 {WHITTLE} optimize {project} --dry-run -o {self.folder}/out", None)
        self.assertNotIn("\x1b[1m", colored)


run_suites(globals(), sys.argv[3:])
