#!/usr/bin/env python3
"""`whittle lint --compat=hadolint` beside hadolint itself: the same words, environment, configuration and files for both, and
the exit code and all findings compared. Messages are each program's own.

usage: hadolint_test.py WHITTLE [SUITE]
hadolint is named by $WHITTLE_HADOLINT or on PATH. Exit 0: passed. 1: failed. 77: hadolint is not installed.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree
from pathlib import Path

from suites import run_suites

WHITTLE = Path(sys.argv[1]).resolve()
HADOLINT = os.environ.get("WHITTLE_HADOLINT") or shutil.which("hadolint")

# By their worst finding.
CLEAN = "FROM debian:12\n"
STYLE = "FROM debian:12\nLABEL Bad_Key=a\n"
INFO = "FROM debian:12\nUSER app\n"
WARNING = "FROM debian\n"
ERROR = "FROM debian:12\nMAINTAINER a\n"
MANY = "FROM debian\nMAINTAINER a\nUSER app\nLABEL Bad_Key=a\nRUN sudo a\n"
BROKEN = "FROM debian:12\nNOSUCH x\n"
LEVELS = {"clean": CLEAN, "style": STYLE, "info": INFO, "warning": WARNING, "error": ERROR, "broken": BROKEN}
FORMATS = ["tty", "json", "checkstyle", "codeclimate", "gitlab_codeclimate", "gnu", "codacy", "sonarqube", "sarif", "junit"]


def without_words(value):
    """A JSON value without what each program says in its own words."""
    own = {"message", "description", "fingerprint", "tool", "$schema"}
    if isinstance(value, dict):
        return {key: without_words(one) for key, one in value.items() if key not in own}
    return [without_words(one) for one in value] if isinstance(value, list) else value


def documents(text):
    """The JSON values that stand one behind the other."""
    decoder, found = json.JSONDecoder(), []
    text = text.replace("\0", "").strip()
    while text:
        value, end = decoder.raw_decode(text)
        found.append(value)
        text = text[end:].strip()
    return found


def elements(text):
    own = {"message", "time", "timestamp", "name", "id", "version"}
    root = xml.etree.ElementTree.fromstring(text)
    return [(one.tag, sorted((key, value) for key, value in one.attrib.items() if key not in own or (one.tag == "file" and key == "name")))
            for one in root.iter()]


def findings(form, text):
    """What a report says, in a form that two programs' reports can be compared in."""
    if form == "tty":
        return re.findall(r"^(\S+?):(\d+) ([A-Z]+\d+) (?:\x1b\[[\d;]*m)*(\w+)|^(\S+?):(\d+:\d+) ", text, re.M)
    if form == "gnu":
        return re.findall(r"^hadolint:(\S+?):(\d+):(?:\d+:)? (\S+) (\w+):", text, re.M)
    if form in ("checkstyle", "junit"):
        return elements(text) if text.strip() else []
    return without_words(documents(text))


def once_each(found):
    """Sorted, each once: hadolint says a rule several times of one instruction, whittle once."""
    if isinstance(found, list):
        return [one for _, one in sorted({json.dumps(once_each(one), sort_keys=True): once_each(one) for one in found}.items())]
    return {key: once_each(value) for key, value in found.items()} if isinstance(found, dict) else found


@unittest.skipUnless(HADOLINT, "hadolint (named by $WHITTLE_HADOLINT or on PATH) is not installed")
class Hadolint(unittest.TestCase):
    def run_one(self, command, words, files, env, text):
        with tempfile.TemporaryDirectory(prefix="whittle-hadolint-") as name:
            folder = Path(name)
            for path, content in files.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_text(content)
            (folder / "work").mkdir(exist_ok=True)
            environment = {"PATH": os.environ["PATH"], "HOME": str(folder / "home"), "XDG_CONFIG_HOME": str(folder / "xdg"), "LANG": "C.UTF-8"}
            environment.update({key: value for key, value in env.items() if value is not None})
            for key in [key for key, value in env.items() if value is None]:
                environment.pop(key, None)
            done = subprocess.run([*command, *words], cwd=folder / "work", input=text, capture_output=True, text=True, env=environment, timeout=60,
                                  check=False)
            written = {path.name: path.read_text() for path in (folder / "work").glob("*.out")}
            return done, written

    def compare(self, *words, files=None, env=None, text="", form=None, exit_code=None):
        """Both programs in a fresh folder each: work/ is the current folder, home/ and xdg/ are what they are called."""
        files = {"work/Dockerfile": MANY} if files is None else files
        both = [self.run_one(command, words, files, env or {}, text) for command in ([HADOLINT], [WHITTLE, "lint", "--compat=hadolint"])]
        (theirs, their_files), (ours, our_files) = both
        told = f"{words} {env or ''}\n--- hadolint\n{theirs.stdout}{theirs.stderr}\n--- whittle\n{ours.stdout}{ours.stderr}"
        self.assertEqual(ours.returncode, theirs.returncode, told)
        if exit_code is not None:
            self.assertEqual(ours.returncode, exit_code, told)
        self.assertEqual(once_each(findings(form or "tty", ours.stdout)), once_each(findings(form or "tty", theirs.stdout)), told)
        self.assertEqual(sorted(our_files), sorted(their_files), told)
        return theirs, our_files, their_files

    def test_thresholds(self):
        for level, source in LEVELS.items():
            for threshold in ("error", "warning", "info", "style", "ignore", "none"):
                with self.subTest(f"{level} {threshold}"):
                    self.compare("-t", threshold, "Dockerfile", files={"work/Dockerfile": source})
            self.compare("Dockerfile", files={"work/Dockerfile": source})
            self.compare("--no-fail", "Dockerfile", files={"work/Dockerfile": source})

    def test_words(self):
        for words in ([], ["none"], ["."], ["--nothing", "Dockerfile"], ["-f"], ["-f", "yaml", "Dockerfile"], ["-t", "loud", "Dockerfile"],
                      ["-t", "ERROR", "Dockerfile"], ["--failure-threshold=error", "Dockerfile"], ["Dockerfile", "-t", "none"], ["-V", "Dockerfile"],
                      ["--", "Dockerfile"], ["--no-color", "Dockerfile"], ["--help"], ["-h"], ["--version"], ["-v"], ["-c"], ["-c", "none.yaml", "Dockerfile"],
                      ["Dockerfile", "Dockerfile"], ["Dockerfile", "none"], ["--require-label", "x", "Dockerfile"],
                      ["--require-label", "x:nothing", "Dockerfile"], ["--error", "", "Dockerfile"], ["--ignore", "nothing", "Dockerfile"],
                      ["--ignore", "DL3006,DL4000", "Dockerfile"], ["--no-fai", "Dockerfile"], ["--strict-labels=1", "Dockerfile"], ["-tnone", "Dockerfile"],
                      ["-fjson", "--no-fail", "Dockerfile"]):
            with self.subTest(words):
                self.compare(*words, form="json" if "-fjson" in words else None)

    def test_standard_input(self):
        for source in LEVELS.values():
            with self.subTest(source):
                self.compare("-", text=source, files={})
                self.compare("-f", "json", "-", text=source, files={}, form="json")
        self.compare("-", "Dockerfile", text=ERROR)

    def test_formats(self):
        for form in FORMATS:
            for name, source in {**LEVELS, "many": MANY}.items():
                with self.subTest(f"{form} {name}"):
                    self.compare("-f", form, "Dockerfile", files={"work/Dockerfile": source}, form=form)
            with self.subTest(f"{form} two files"):
                self.compare("-f", form, "b", "a", files={"work/a": MANY, "work/b": ERROR}, form=form)
            with self.subTest(f"{form} path"):
                self.compare("-f", form, "--file-path-in-report", "other/name", "Dockerfile", form=form)

    def test_several_formats(self):
        self.compare("-f", "json", "-f", "gnu", "-o", "a.out", "Dockerfile", form="gnu")
        _, ours, theirs = self.compare("-f", "json", "-o", "a.out", "-f", "checkstyle", "-o", "b.out", "Dockerfile")
        self.assertEqual(findings("json", ours["a.out"]), findings("json", theirs["a.out"]))
        self.assertEqual(findings("checkstyle", ours["b.out"]), findings("checkstyle", theirs["b.out"]))

    def test_severities(self):
        for words in (["--error", "DL3006"], ["--warning", "DL4000"], ["--info", "DL4000"], ["--style", "DL4000"], ["--ignore", "DL4000"],
                      ["--ignore", "DL4000", "--error", "DL4000"], ["--style", "DL4000", "--info", "DL4000", "--warning", "DL4000"],
                      ["--ignore", "DL4000", "--ignore", "DL3006", "--ignore", "DL3004"], ["--error", "DL3057"], ["--info", "DL1001"]):
            with self.subTest(words):
                self.compare(*words, "-f", "json", "Dockerfile", form="json")

    def test_trusted_registries(self):
        images = ["debian:12", "library/debian:12", "docker.io/library/debian:12", "docker.io/debian:12", "hub.docker.com/debian:12", "registry.example.com/a:1",
                  "registry.example.com:5000/a:1", "team/app:1", "a.corp.example/x:1", "corp.example/x:1", "gcr.io/a/b:1",
                  "debian@sha256:" + "a" * 64, "scratch"]
        registries = ["docker.io", "registry.example.com", "*.corp.example", "reg*", "*", "hub.docker.com", "localhost:5000", "localhost", "gcr.io", "team",
                      "registry.example.com:5000"]
        for registry in registries:
            for image in images:
                with self.subTest(f"{registry} {image}"):
                    self.compare("--trusted-registry", registry, "-f", "json", "Dockerfile", files={"work/Dockerfile": f"FROM {image}\n"}, form="json")
        self.compare("--trusted-registry", "a.example", "--trusted-registry", "b.example", "Dockerfile",
                     files={"work/Dockerfile": "FROM b.example/x:1 AS a\nFROM a\nCOPY --from=c.example/y:1 /a /b\n"})

    def test_labels(self):
        values = {"text": ["", "a"], "url": ["http://a.example/x", "a.example", "ftp://x"], "rfc3339": ["2024-01-02T03:04:05Z", "2024-01-02", "now"],
                  "semver": ["1.2.3", "1.2", "v1.2.3", "1.2.3-rc.1+b"], "hash": ["a" * 40, "a" * 7, "xyz", "A" * 40], "spdx": ["MIT", "nothing", "Apache-2.0"],
                  "email": ["a@b.example", "a"]}
        for kind, texts in values.items():
            for text in texts:
                with self.subTest(f"{kind} {text}"):
                    self.compare("--require-label", f"x:{kind}", "-f", "json", "Dockerfile", form="json",
                                 files={"work/Dockerfile": f'FROM debian:12\nLABEL x="{text}"\n'})
            self.compare("--require-label", f"x:{kind}", "Dockerfile", files={"work/Dockerfile": CLEAN})
        other = {"work/Dockerfile": "FROM debian:12\nLABEL x=a y=b\n"}
        self.compare("--require-label", "x:text", "--strict-labels", "-f", "json", "Dockerfile", files=other, form="json")
        self.compare("--strict-labels", "-f", "json", "Dockerfile", files=other, form="json")

    def test_places_of_the_configuration(self):
        places = ["work/.hadolint.yaml", "work/.hadolint.yml", "xdg/hadolint.yaml", "xdg/hadolint.yml", "home/.hadolint/hadolint.yaml",
                  "home/.hadolint/hadolint.yml", "home/.hadolint/config.yaml", "home/.hadolint/config.yml", "home/.hadolint.yaml", "home/.hadolint.yml",
                  "home/.config/hadolint.yaml", "work/hadolint.yaml", ".hadolint.yaml", "xdg/hadolint/hadolint.yaml"]
        for place in places:
            with self.subTest(place):
                self.compare("Dockerfile", files={"work/Dockerfile": WARNING, place: "ignored: [DL3006]\n"})
                self.compare("Dockerfile", files={"work/Dockerfile": WARNING, place: "ignored: [DL3006]\n"}, env={"XDG_CONFIG_HOME": None})
        for first in range(10):
            for second in range(first + 1, 10):
                with self.subTest(f"{places[first]} {places[second]}"):
                    self.compare("Dockerfile", files={"work/Dockerfile": WARNING, places[first]: "ignored: [DL3006]\n", places[second]: "ignored: [DL9999]\n"})
                    self.compare("Dockerfile", files={"work/Dockerfile": WARNING, places[first]: "ignored: [DL9999]\n", places[second]: "ignored: [DL3006]\n"})

    def test_keys_of_the_configuration(self):
        for text in ("", "{}\n", "failure-threshold: error\n", "failure-threshold: none\n", "format: json\n", "format: gnu\n", "ignored: [DL3006, DL4000, DL3004]\n",
                     "ignored:\n  - DL4000\n", "override:\n  error: [DL3006]\n  warning: [DL4000]\n  info: [DL3004]\n  style: [DL3066]\n",
                     "override: {style: [DL3006, DL4000, DL3004, DL3066]}\n", "trustedRegistries: [a.example]\n", "trustedRegistries:\n  - docker.io\n",
                     "label-schema:\n  x: text\n  y: url\n", "label-schema: {x: semver}\nstrict-labels: true\n", "no-fail: true\n", "no-fail: false\n",
                     "no-color: true\n", "verbose: false\n", "disable-ignore-pragma: true\n", "strict-labels: true\n", "unknown-key: 1\n"):
            for words in ((), ("-t", "warning"), ("--ignore", "DL3004")):
                with self.subTest(f"{text} {words}"):
                    form = "json" if text == "format: json\n" else "gnu" if text == "format: gnu\n" else None
                    self.compare(*words, "-c", "own.yaml", "Dockerfile", form=form,
                                 files={"work/Dockerfile": MANY + "WORKDIR /a\n# hadolint ignore=DL3004\nRUN sudo b\n", "work/own.yaml": text})

    def test_environment(self):
        for name, values in {"NOFAIL": ["1", "true", "True", "yes", "on", "y", "0", "false", "no", "off", "", "x"],
                             "VERBOSE": ["1", "0"], "FORMAT": ["gnu", "json", "gnu,json", "nothing", ""],
                             "FAILURE_THRESHOLD": ["error", "none", "style", "ignore", "nothing", ""],
                             "OVERRIDE_ERROR": ["DL3006", "DL3006,DL3004", ""], "OVERRIDE_WARNING": ["DL4000"], "OVERRIDE_INFO": ["DL4000,DL3004"],
                             "OVERRIDE_STYLE": ["DL4000"], "IGNORE": ["DL4000", "DL4000,DL3004,DL3006", "DL4000, DL3004", ""],
                             "STRICT_LABELS": ["1", "true", "0"], "DISABLE_IGNORE_PRAGMA": ["1", "true", "0"],
                             "TRUSTED_REGISTRIES": ["a.example", "docker.io", "a.example,docker.io"],
                             "REQUIRE_LABELS": ["x:text", "x:text,y:url", "x:nothing", "x", "x:nothing,y:url"]}.items():
            for value in values:
                with self.subTest(f"{name}={value}"):
                    form = {"gnu": "gnu", "json": "json"}.get(value)
                    if value == "gnu,json":
                        continue  # two reports in one text
                    self.compare("Dockerfile", env={"HADOLINT_" + name: value}, form=form,
                                 files={"work/Dockerfile": MANY + "WORKDIR /a\n# hadolint ignore=DL3004\nRUN sudo b\n"})
        self.compare("Dockerfile", env={"NO_COLOR": "1"})

    def test_what_wins(self):
        files = {"work/Dockerfile": MANY, "work/.hadolint.yaml": "failure-threshold: none\nformat: gnu\nignored: [DL3006]\nlabel-schema: {x: text}\n"}
        self.compare("Dockerfile", files=files, form="gnu")
        self.compare("-t", "info", "Dockerfile", files=files, form="gnu")
        self.compare("--ignore", "DL4000", "Dockerfile", files=files, form="gnu")
        self.compare("Dockerfile", files=files, env={"HADOLINT_FAILURE_THRESHOLD": "info", "HADOLINT_IGNORE": "DL4000"}, form="gnu")
        self.compare("Dockerfile", files=files, env={"HADOLINT_REQUIRE_LABELS": "x:url,z:text"}, form="gnu")
        self.compare("--require-label", "x:email", "-t", "info", "Dockerfile", files=files, form="gnu")
        self.compare("-o", "a.out", "-f", "json", "Dockerfile", files=files, form="json")
        self.compare("-f", "gnu", "Dockerfile", env={"HADOLINT_FORMAT": "tty,gnu"}, form="gnu")
        for form in ("codeclimate", "codacy"):
            self.compare("-f", "json", "-o", "a.out", "-f", form, "Dockerfile", form=form)
            self.compare("-f", form, "-o", "a.out", "-f", "json", "Dockerfile", form="json")
        files["work/.hadolint.yaml"] = files["work/.hadolint.yaml"].replace("format: gnu\n", "")
        self.compare("--error", "DL3066", "-f", "json", "Dockerfile", files=files, env={"HADOLINT_OVERRIDE_STYLE": "DL3066"}, form="json")
        self.compare("--style", "DL3066", "-f", "json", "Dockerfile", files=files, env={"HADOLINT_OVERRIDE_ERROR": "DL3066"}, form="json")
        self.compare("--ignore", "DL3066", "-f", "json", "Dockerfile", files=files, env={"HADOLINT_OVERRIDE_ERROR": "DL3066"}, form="json")

    def test_comments(self):
        for comment in ("# hadolint ignore=DL3004", "#hadolint ignore=DL3004", "# hadolint ignore = DL3004", "# hadolint ignore=DL3004,DL3006",
                        "# hadolint ignore=DL3006, DL3004", "# hadolint ignore=DL3004 # reason", "# hadolint global ignore=DL3004,DL3006",
                        "# hadolint ignore=DL3006", "# HADOLINT ignore=DL3004"):
            for source in (f"FROM debian:12\n{comment}\nRUN sudo a\nWORKDIR /a\nRUN sudo b\n", f"{comment}\nFROM debian\nRUN sudo a\n",
                           f"FROM debian:12\n{comment}\n\nRUN sudo a\n"):
                with self.subTest(source):
                    self.compare("Dockerfile", files={"work/Dockerfile": source})
                    self.compare("--disable-ignore-pragma", "Dockerfile", files={"work/Dockerfile": source})


run_suites(globals(), sys.argv[2:])
