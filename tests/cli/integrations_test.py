#!/usr/bin/env python3
"""What people copy: the files of integrations/, the hooks of pre-commit, and the command lines in the documents. Each is run.

usage: integrations_test.py WHITTLE SOURCE_DIR [SUITE]
Exit 0: passed. 1: failed. 77: everything in the suite was skipped, with the reasons.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from suites import run_suites

WHITTLE = Path(sys.argv[1]).resolve()
ROOT = Path(sys.argv[2]).resolve()
SOURCE = "FROM debian:bookworm\nMAINTAINER dev@example.org\nRUN sudo true\nCOPY app.py /\n"
RUN_HERE = ("lint", "fmt", "explain", "help", "version", "completion", "man", "cache-dir")
PLACEHOLDERS = {"RULE": "DL3006", "RULES": "DL3006,DL3008", "FILE": "Dockerfile", "REV": "HEAD", "PROJECT": ".", "DIR": ".", "...": ""}


def git(*words, cwd):
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main", *words]
    return subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True).stdout.strip()


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="whittle-integrations-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.bin = self.folder / "bin"
        self.bin.mkdir()
        (self.bin / "whittle").symlink_to(WHITTLE)
        self.shop = self.folder / "shop"
        self.shop.mkdir()

    def write(self, name, text):
        path = self.shop / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def run_in_shop(self, command, **environment):
        """A shell's command line, with whittle on PATH."""
        path = f"{self.bin}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(["bash", "-c", command], cwd=self.shop, capture_output=True, text=True, timeout=300, check=False,
                              env={**os.environ, "PATH": path, **environment})

    def repository(self):
        if not shutil.which("git"):
            self.skipTest("git is not installed")
        git("init", "-q", cwd=self.shop)
        git("add", "-A", cwd=self.shop)
        git("commit", "-qm", "all", cwd=self.shop)


def code_of_markdown(text):
    """Lines of code blocks, fenced or indented; and with a "..." behind it what stands between backticks, as it may be a part only."""
    fenced = False
    for line in text.splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif fenced or line.startswith("    "):
            yield line.strip()
        else:
            yield from (text + " ..." for text in re.findall(r"`([^`]+)`", line))


def document_lines():
    """(file, line of code) of everything that shows how whittle is called."""
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("examples/**/*.md"), *ROOT.glob("integrations/**/*.md")]:
        for line in code_of_markdown(path.read_text()):
            yield path.relative_to(ROOT), line
    for path in [ROOT / ".pre-commit-hooks.yaml", *ROOT.glob("integrations/**/*")]:
        if path.is_file() and path.suffix != ".md":
            for line in path.read_text().splitlines():
                yield path.relative_to(ROOT), line


def command_lines():
    """(file, subcommand, its words as one line) of each call of whittle that is shown somewhere."""
    commands = subprocess.run([WHITTLE, "--help"], capture_output=True, text=True, check=True).stdout
    names = "|".join(re.findall(r"^  ([a-z][a-z-]+) ", commands, re.M))
    for path, line in document_lines():
        found = re.search(rf'(?:^|[\s\'"(]|WHITTLE_IMAGE" )(?:whittle )?(?<=whittle |_IMAGE" )({names})(?![\w-])(.*)', line)
        if found:
            words = re.split(r"  +(?!#)| \| |'$|\"?\$\{options", found[2].rstrip())[0]
            yield path, found[1], words.strip()


class Documents(Case):
    """No document shows a command or an option that does not exist."""

    def test_there_are_enough(self):
        found = list(command_lines())
        self.assertGreater(len(found), 50)
        for name in ("integrations/gitlab/whittle.gitlab-ci.yml", "integrations/github/action.yml", "integrations/Dockerfile",
                     "integrations/github/reviewdog.yml", "integrations/jenkins/Jenkinsfile", ".pre-commit-hooks.yaml", "docs/lint.md"):
            self.assertIn(name, {str(path) for path, _, _ in found})

    def test_options_exist(self):
        texts = {}
        for path, command, words in command_lines():
            if command not in texts:
                texts[command] = subprocess.run([WHITTLE, command, "--help"], capture_output=True, text=True, check=True).stdout
            for word in re.sub(r"'[^']*'|#.*", "", words).split():
                option = word.split("=")[0]
                if option.startswith("-") and option not in ("-", "--"):
                    self.assertRegex(texts[command], rf"(^|[\s`]){re.escape(option)}(?![\w-])", f"{path}: whittle {command} {words}")

    def test_they_run(self):
        for path, command, words in command_lines():
            needs_database = command == "explain" and "CVE-" in words
            if command not in RUN_HERE or words.endswith("...") or needs_database:
                continue
            shutil.rmtree(self.shop)
            self.shop.mkdir()
            self.write("Dockerfile", SOURCE)
            self.write("docker-bake.hcl", 'target "default" {\n  dockerfile = "Dockerfile"\n}\n')
            self.repository()
            words = " ".join(PLACEHOLDERS.get(word, word) for word in words.split())
            line = f"whittle {command} {words}"
            result = self.run_in_shop(line, CI_MERGE_REQUEST_DIFF_BASE_SHA="HEAD", XDG_CACHE_HOME=str(self.folder / "cache"))
            self.assertIn(result.returncode, (0, 1), f"{path}: {line}\n{result.stdout}{result.stderr}")


class YamlCase(Case):
    def load(self, name):
        try:
            import yaml
        except ImportError:
            self.skipTest("python's yaml is not installed")
        return yaml.safe_load((ROOT / name).read_text())


class Yaml(YamlCase):
    def test_all_of_them_parse(self):
        for path in [*ROOT.glob("integrations/**/*.yml"), ROOT / ".pre-commit-hooks.yaml"]:
            self.assertTrue(self.load(path.relative_to(ROOT)), path)

    def test_workflows_have_jobs_with_steps(self):
        for name in ("lint", "reviewdog"):
            workflow = self.load(f"integrations/github/{name}.yml")
            self.assertIn(True, workflow)  # `on`, in the YAML of old
            for job in workflow["jobs"].values():
                self.assertIn("runs-on", job)
                for step in job["steps"]:
                    self.assertEqual(1, ("run" in step) + ("uses" in step), step)
        action = self.load("integrations/github/action.yml")
        given = self.load("integrations/github/lint.yml")["jobs"]["lint"]["steps"][1]["with"]
        self.assertLessEqual(set(given), set(action["inputs"]))

    def test_action_names_its_inputs(self):
        action = self.load("integrations/github/action.yml")
        text = (ROOT / "integrations/github/action.yml").read_text()
        self.assertEqual(set(re.findall(r"\binputs\.([\w-]+)", text)), set(action["inputs"]))
        for step in action["runs"]["steps"]:
            if "run" in step:
                self.assertEqual(step["shell"], "bash")
                self.assertNotIn("${{", step["run"])  # what a pull request names must not become a command

    def test_gitlab_takes_the_report_that_is_written(self):
        jobs = self.load("integrations/gitlab/whittle.gitlab-ci.yml")
        self.write("Dockerfile", SOURCE)
        result = self.run_in_shop(jobs["whittle"]["script"][0])
        self.assertEqual(result.returncode, 1, result.stderr)
        report = json.loads((self.shop / jobs["whittle"]["artifacts"]["reports"]["codequality"]).read_text())
        self.assertEqual({entry["location"]["path"] for entry in report}, {"Dockerfile"})
        self.assertEqual(self.run_in_shop(jobs["whittle-fmt"]["script"][0]).returncode, 0)


class Action(YamlCase):
    """The step of the GitHub action that lints, as its runner would run it."""

    def lint(self, **inputs):
        step = next(step for step in self.load("integrations/github/action.yml")["runs"]["steps"] if step["name"] == "Lint")
        values = {**{name: "" for name in step["env"]}, "FILES": ".", "SARIF": "whittle.sarif", **inputs}
        return self.run_in_shop("set -eo pipefail\n" + step["run"], **values)

    def test_defaults(self):
        self.write("Dockerfile", SOURCE)
        result = self.lint()
        self.assertEqual((result.returncode, result.stderr), (1, ""))
        self.assertRegex(result.stdout, r"(?m)^::error file=Dockerfile,line=3,")
        self.assertEqual(json.loads((self.shop / "whittle.sarif").read_text())["version"], "2.1.0")

    def test_every_input(self):
        self.write("Dockerfile", SOURCE)
        self.write("sub dir/x.Dockerfile", SOURCE)
        self.write("own.yaml", "select: [sudo]\n")
        self.repository()
        self.assertEqual(self.lint(FAIL_LEVEL="never").returncode, 0)
        self.assertEqual(self.lint(CONFIG="own.yaml", IGNORE="DL3004").returncode, 0)
        self.assertEqual(self.lint(CONFIG="none.yaml").returncode, 2)
        self.assertEqual(self.lint(PRESET="hadolint", TRUSTED="docker.io,b.example", IGNORE="DL3004,DL4000").returncode, 0)
        self.assertEqual(self.lint(PRESET="hadolint", TRUSTED="b.example", IGNORE="DL3004,DL4000").returncode, 1)
        self.assertEqual(self.lint(SINCE="HEAD").returncode, 0)
        result = self.lint(FILES="*/x.*", SARIF="")
        self.assertEqual(set(re.findall(r"file=([^,]*),", result.stdout)), {"sub dir/x.Dockerfile"})


class PreCommit(Case):
    """The hooks, run by pre-commit itself in a repository."""

    def setUp(self):
        super().setUp()
        self.program = os.environ.get("WHITTLE_PRE_COMMIT") or shutil.which("pre-commit")
        if not self.program or not shutil.which("git"):
            self.skipTest("pre-commit (named by $WHITTLE_PRE_COMMIT or on PATH) or git is not installed")
        self.hooks = self.folder / "hooks"
        self.hooks.mkdir()
        shutil.copy(ROOT / ".pre-commit-hooks.yaml", self.hooks)
        for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "hooks"]):
            git(*words, cwd=self.hooks)
        self.revision = git("rev-parse", "HEAD", cwd=self.hooks)

    def pre_commit(self, hook, exit_code):
        self.write(".pre-commit-config.yaml",
                   f"repos:\n- repo: {self.hooks}\n  rev: {self.revision}\n  hooks:\n  - id: {hook}\n    verbose: true\n")
        git("add", "-A", cwd=self.shop)
        result = self.run_in_shop(f"'{self.program}' run --all-files --color never", PRE_COMMIT_HOME=str(self.folder / "home"))
        self.assertEqual(result.returncode, exit_code, result.stdout + result.stderr)
        return result.stdout

    def test_lint(self):
        self.write("a/Dockerfile", SOURCE)
        self.repository()
        self.assertIn("a/Dockerfile:3:", self.pre_commit("whittle-lint", 1))
        self.write("a/Dockerfile", "FROM debian:bookworm\nUSER 65534\n")
        self.write("whittle.yaml", "preset: hadolint\n")
        self.assertIn("Passed", self.pre_commit("whittle-lint", 0))

    def test_fix(self):
        path = self.write("Dockerfile", "FROM debian:bookworm\nMAINTAINER a@example.org\nUSER 65534\n")
        self.write("whittle.yaml", "preset: hadolint\n")
        self.repository()
        self.assertIn("files were modified by this hook", self.pre_commit("whittle-lint-fix", 1))
        self.assertIn("LABEL ", path.read_text())
        self.pre_commit("whittle-lint-fix", 0)

    def test_fmt(self):
        path = self.write("Dockerfile", "from debian:bookworm\n")
        self.repository()
        self.assertIn("files were modified by this hook", self.pre_commit("whittle-fmt", 1))
        self.assertEqual(path.read_text(), "FROM debian:bookworm\n")
        self.pre_commit("whittle-fmt", 0)

    def test_takes_the_files_that_a_folder_is_searched_for(self):
        names = ["Dockerfile", "dockerfile", "DOCKERFILE", "Dockerfile.dev", "Dockerfile-dev", "Dockerfile2", "DockerfileBase", "DockerfileParser.java",
                 "dockerfile.py", "api.Dockerfile", "api.dockerfile", ".dockerfile", "x.containerfile", "Containerfile", "Containerfile.a.b",
                 "Dockerfile.dockerignore", "Dockerfile.md", "Dockerfile.yml", "Dockerfile.yaml", "Dockerfile.bak", "Dockerfile~",
                 "MyDockerfile", "Dockerfiles", "docker/x", "Dockerfile.d/x", "a/Dockerfile", "a/CONTAINERFILE.x"]
        for name in names:
            self.write(name, "FROM debian:bookworm\nRUN sudo true\n")
        self.repository()
        told = self.pre_commit("whittle-lint", 1)
        searched = json.loads(self.run_in_shop("whittle lint --format json").stdout)["files"]
        self.assertGreater(len(searched), 10)
        taken = set(re.findall(r"^(?:\./)?([^\s:]+):2:\d+", told, re.M))
        self.assertEqual(taken, {file["path"] for file in searched})


run_suites(globals(), sys.argv[3:])
