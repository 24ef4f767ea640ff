#!/usr/bin/env python3
"""`whittle slim` on images of unusual shape, on programs that do not end by themselves, and on images that want to get out.

usage: limits_test.py WHITTLE [SUITE]
Needs Docker with debian:bookworm-slim (ENGINE=podman or builtin: that engine with the same image). Exit 77 without.
"""
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "cli"))
from engine_images import ENGINE  # noqa: E402
from slim_images import SlimTest  # noqa: E402
from suites import run_suites  # noqa: E402

SlimTest.WHITTLE = os.path.abspath(sys.argv[1])

READS = '#include <stdio.h>\nint main(void) {\n  char t[99] = "";\n  FILE* f = fopen("/etc/conf", "r");\n  if (f) fgets(t, 99, f);\n  return printf("%s", t), 0;\n}\n'


def layer(*entries):
    """entries: (name, content), (name, "->", target) or (name, "=>", target of a hard link)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, *rest in entries:
            info = tarfile.TarInfo(name)
            info.mode = 0o755
            if len(rest) == 2:
                info.type = tarfile.SYMTYPE if rest[0] == "->" else tarfile.LNKTYPE
                info.linkname = rest[1]
                tar.addfile(info)
            else:
                info.size = len(rest[0])
                tar.addfile(info, io.BytesIO(rest[0]))
    return out.getvalue()


def archive(path, layers, config):
    """A docker archive, written by hand."""
    ids = ["sha256:" + hashlib.sha256(one).hexdigest() for one in layers]
    whole = json.dumps({"architecture": "amd64", "os": "linux", "config": config, "rootfs": {"type": "layers", "diff_ids": ids}}).encode()
    files = [("config.json", whole), *((f"{i}.tar", one) for i, one in enumerate(layers))]
    manifest = [{"Config": "config.json", "RepoTags": None, "Layers": [f"{i}.tar" for i in range(len(layers))]}]
    files.append(("manifest.json", json.dumps(manifest).encode()))
    with tarfile.open(path, "w") as tar:
        for name, content in files:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))


def names_in(path):
    """The entries of all layers of a docker archive."""
    names = set()
    with tarfile.open(path) as tar:
        for name in json.load(tar.extractfile("manifest.json"))[0]["Layers"]:
            with tarfile.open(fileobj=tar.extractfile(name)) as one:
                names |= set(one.getnames())
    return names


class Shapes(SlimTest):
    def program(self):
        if not shutil.which("cc"):
            self.skipTest("no C compiler")
        source = Path(self.folder.name) / "reads.c"
        source.write_text(READS)
        subprocess.run(["cc", "-static", "-s", "-o", source.with_suffix(""), source], check=True)
        return source.with_suffix("").read_bytes()

    def test_an_image_of_one_program_for_a_plain_user(self):
        image = self.image('FROM scratch\nCOPY files /\nUSER 1000\nENTRYPOINT ["/reads"]',
                           **{"files/reads": self.program(), "files/etc/conf": "ours\n"})
        report = self.slim(image, "--policy", "tight")
        self.assertEqual(report["policy"]["result"], "tight", [a["why"] for a in report["attempts"]])
        self.assert_says(image, "ours\n")

    def test_a_read_only_container(self):
        image = self.image('COPY main /main\nRUN echo x > /data\nUSER 1000\nENTRYPOINT ["/main"]',
                           main="#!/bin/sh\nd=da; touch /no 2>/dev/null || cat /${d}ta; touch /tmp/t && echo t\n")
        words = ("--run-option", "--read-only", "--run-option", "--tmpfs=/tmp", "--policy", "tight")
        report = self.slim(image, *words)
        self.assertEqual(report["policy"]["result"], "tight", [a["why"] for a in report["attempts"]])
        self.assert_says(image, "x\nt\n")

    def test_limits_of_the_result(self):
        image = self.image('COPY main /main\nRUN mkdir /out\nUSER 1000\nENTRYPOINT ["/main"]', main="#!/bin/sh\ntouch /tmp/t && cat /etc/issue\n")
        limits = Path(self.folder.name) / "limits"
        self.slim(image, "--policy", "tight", "--harden", str(limits))
        self.assertIn("--cap-drop=ALL", (limits / "run.sh").read_text())
        rules = (limits / "apparmor.profile").read_text()
        self.assertIn('"/tmp/**" rwkl,', rules)
        self.assertNotIn("/out", rules)
        if shutil.which("apparmor_parser"):
            subprocess.run(["apparmor_parser", "-QTK", limits / "apparmor.profile"], check=True)

    def test_no_layer_and_one_and_three(self):
        folder = Path(self.folder.name)
        program = self.program()
        for count in (0, 1, 3):
            layers = [layer(("reads", program)), layer(("etc/conf", b"ours\n"), ("etc/other", b"no\n")), layer(("etc/third", b"no\n"))][:count]
            source, result = folder / f"{count}.tar", folder / f"{count}-slim.tar"
            archive(source, layers, {"Cmd": ["/reads"]})
            done = self.whittle("slim", str(source), "--static-only", "-o", str(result))
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual("reads" in names_in(result), count > 0)
            self.assertEqual("etc/conf" in names_in(result), count > 1)
            self.assertNotIn("etc/third", names_in(result))


class Ends(SlimTest):
    """Whatever a program does, the run ends, says so, and leaves no container behind."""

    def assert_nothing_runs(self):
        if ENGINE != "builtin":
            left = subprocess.run([ENGINE, "ps", "-aq", "--filter", "label=io.whittle.run", "--filter", f"ancestor={self.made[0]}"],
                                  capture_output=True, text=True, check=True)
            self.assertEqual(left.stdout, "")

    def assert_ends(self, script, *words):
        image = self.image('COPY main /main\nENTRYPOINT ["/main"]', main="#!/bin/sh\n" + script)
        begin = time.monotonic()
        report = self.slim(image, "--policy", "tight", *words)
        self.assertLess(time.monotonic() - begin, 240)
        self.assertEqual(report["policy"]["result"], "tight", [a["why"] for a in report["attempts"]])
        self.assert_nothing_runs()

    def test_a_program_that_ignores_signals(self):
        self.assert_ends("trap '' TERM INT HUP\ncat /etc/issue\nwhile :; do sleep 1; done\n")

    def test_a_fork_bomb(self):
        self.assert_ends("cat /etc/issue\n(sleep 0.5; b() { b | b & }; b) & exec sleep 1000\n", "--run-option", "--pids-limit=100")

    def test_a_full_disk(self):
        self.assert_ends("cat /etc/issue\nwhile :; do cat /dev/zero > /fill/up 2>/dev/null; sleep 0.2; done\n",
                         "--run-option", "--tmpfs=/fill:size=8m")

    def assert_ends_when_the_disk_fills(self, dockerfile, script):
        """The run is an error that says so, soon, and the container is gone with what it wrote."""
        image = self.image(dockerfile + 'COPY main /main\nENTRYPOINT ["/main"]', main="#!/bin/sh\n" + script)
        for command, *words in (("slim", "--tag", image + "-slim"), ("trace",)):
            begin = time.monotonic()
            done = self.whittle(command, image, *words, "--max-written", "256MiB", "--duration", "120s")
            self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
            self.assertIn("were written to the disk of", done.stderr)
            self.assertIn("--max-written", done.stderr)
            self.assertLess(time.monotonic() - begin, 90)
            self.assert_nothing_runs()

    # At most 3 GB, should nobody end it.
    FILLS = "dd if=/dev/zero of={} bs=1M count=3000 2>/dev/null\nexec sleep 1000\n"

    def test_a_program_that_fills_the_disk(self):
        self.assert_ends_when_the_disk_fills("", self.FILLS.format("/big"))

    def test_a_program_that_fills_a_volume(self):
        self.assert_ends_when_the_disk_fills("VOLUME /data\n", self.FILLS.format("/data/big"))

    def test_a_program_that_writes_little(self):
        self.assert_ends("cat /etc/issue\ndd if=/dev/zero of=/small bs=1M count=64 2>/dev/null\n", "--max-written", "2GiB")

    def test_output_without_end(self):
        self.assert_ends("while :; do cat /etc/os-release; sleep 0.001; done\n")


class Escapes(SlimTest):
    def hostile(self, outside):
        """Names that lead out of the image's folder, in every way that archives know."""
        up = "../" * 12
        return [layer(("main", b"#!/bin/sh\necho ran\n"), (f"{up}{outside}/up", b"out"), ("out", "->", str(outside)), ("deep/way", "->", up + str(outside)[1:])),
                layer(("out/through", b"out"), ("deep/way/through", b"out"), ("hard", "=>", f"{up}{outside}/kept"), ("/" + str(outside)[1:] + "/absolute", b"out"))]

    def test_nothing_is_written_outside(self):
        outside = Path(self.folder.name) / "outside"
        outside.mkdir()
        (outside / "kept").write_text("mine")
        source, result = Path(self.folder.name) / "image.tar", Path(self.folder.name) / "slim.tar"
        archive(source, self.hostile(outside), {"Entrypoint": ["/main"]})
        for words in (("--static-only",), ("--policy", "package")):
            done = self.whittle("slim", str(source), *words, "-o", str(result))
            self.assertIn(done.returncode, (0, 1, 2), done.stderr)
            self.assertEqual([(p.name, p.read_text()) for p in outside.iterdir()], [("kept", "mine")])
            if done.returncode == 0:
                self.assertFalse([name for name in names_in(result) if name.startswith(("..", "/"))])

    def test_the_folder_of_the_sensor_is_a_link(self):
        outside = Path(self.folder.name) / "outside"
        outside.mkdir()
        image = self.image(f'RUN ln -s {outside} /.whittle\nENTRYPOINT ["cat", "/etc/issue"]')
        done = self.whittle("trace", image)
        self.assertEqual(list(outside.iterdir()), [], done.stderr)


if __name__ == "__main__":
    run_suites(globals(), sys.argv[2:])
