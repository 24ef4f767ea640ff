#!/usr/bin/env python3
"""`whittle explore` in a real terminal: tmux draws it, keys are sent, and the screen is read.

usage: run.py WHITTLE [TEST...]
Exit 0: passed. 1: failed. 77: tmux is not installed.
"""
import hashlib
import io
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import unittest
from pathlib import Path

WHITTLE = Path(sys.argv[1]).resolve()
PATIENCE_S = 30
COLOR = re.compile(r"\x1b\[[0-9;]*(?:3[0-7]|38)[0-9;]*m")


def layer(entries):
    """A layer's tar from (name, content); None as content is a folder, "-> x" a link."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in entries:
            info = tarfile.TarInfo(name)
            info.mtime = 1700000000
            if content is None:
                info.type, info.mode = tarfile.DIRTYPE, 0o755
                tar.addfile(info)
            elif isinstance(content, str) and content.startswith("-> "):
                info.type, info.linkname = tarfile.SYMTYPE, content[3:]
                tar.addfile(info)
            else:
                data = content.encode() if isinstance(content, str) else content
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def archive(path, layers):
    """A docker-archive from (command, entries)."""
    tars = [layer(entries) for _, entries in layers]
    config = json.dumps({
        "architecture": "amd64", "os": "linux", "config": {"Cmd": ["/app/run"]},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(tar).hexdigest() for tar in tars]},
        "history": [{"created_by": command} for command, _ in layers],
    }).encode()
    names = [f"{index}/layer.tar" for index in range(len(tars))]
    manifest = json.dumps([{"Config": "config.json", "RepoTags": ["shop:1"], "Layers": names}]).encode()
    with tarfile.open(path, "w") as out:
        for name, data in [("config.json", config), *zip(names, tars), ("manifest.json", manifest)]:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            out.addfile(info, io.BytesIO(data))


SHOP = [
    ("/bin/sh -c #(nop) ADD file:1 in / ", [("etc/", None), ("etc/motd", "hello\nold line\n"), ("bin/sh", b"\x7fELF\0" * 4000),
                                            ("var/cache/big.bin", b"x" * 3000000)]),
    ("/bin/sh -c echo build", [("app/", None), ("app/run", "#!/bin/sh\necho run\n"), ("etc/motd", "hello\nnew line\n"),
                               ("app/link", "-> run"), ("app/out", "-> ../../etc/passwd")]),
    ("/bin/sh -c rm -rf /var/cache", [("var/.wh.cache", b"")]),
]


class Screen(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="whittle-tui-"))
        self.addCleanup(self.remove_folder)
        self.image = self.folder / "shop.tar"
        archive(self.image, SHOP)
        self.sessions = 0

    @property
    def socket(self):
        return self.folder / f"tmux{self.sessions}"

    def session(self, *command):
        """A tmux server of its own: one that was told to end takes a while."""
        self.sessions += 1
        self.addCleanup(subprocess.run, ["tmux", "-S", str(self.socket), "kill-server"], capture_output=True, check=False)
        self.tmux("new-session", "-d", *command)

    def remove_folder(self):
        # What ran in it may still be writing its last file.
        end = time.monotonic() + PATIENCE_S
        while self.folder.exists():
            shutil.rmtree(self.folder, ignore_errors=time.monotonic() < end)

    def tmux(self, *arguments):
        return subprocess.run(["tmux", "-S", str(self.socket), "-f", "/dev/null", *arguments], capture_output=True,
                              text=True, check=True, env=self.environment()).stdout

    def environment(self):
        kept = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "LC_ALL", "LC_CTYPE", "TMUX")}
        return {**kept, "LANG": "C.UTF-8", "HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder / "config"),
                "WHITTLE_CACHE_DIR": str(self.folder / "cache")}

    def start(self, *options, width=100, height=30, before="", target=None):
        """Runs the explorer; what the terminal is set to before and after goes into files."""
        words = " ".join(shlex.quote(str(word)) for word in (WHITTLE, "explore", target or self.image, *options))
        script = self.folder / "script"
        script.write_text(f"echo this was here before\nstty -a >{self.folder}/stty-before\n{before}\n{words}\n"
                          f"echo exit code $?\nstty -a >{self.folder}/stty-after\nsleep 60\n")
        self.session("-x", str(width), "-y", str(height), "-c", str(self.folder), f"sh {script}")

    def text(self):
        return self.tmux("capture-pane", "-p")

    def styled(self):
        return self.tmux("capture-pane", "-p", "-e")

    def wait_for(self, *wanted, absent=()):
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            text = self.text()
            if all(part in text for part in wanted) and not any(part in text for part in absent):
                return text
            time.sleep(0.05)
        self.fail(f"{wanted} without {absent} did not come:\n{self.text()}")

    def keys(self, *keys):
        for key in keys:
            self.tmux("send-keys", key)

    def type(self, text):
        self.tmux("send-keys", "-l", text)

    def process(self):
        """The explorer's process id."""
        pane = self.tmux("list-panes", "-F", "#{pane_pid}").strip()
        children = subprocess.run(["pgrep", "-P", pane, "-f", "explore"], capture_output=True, text=True, check=True)
        return int(children.stdout.split()[0])

    def assert_restored(self, code):
        text = self.wait_for("this was here before", f"exit code {code}")
        end = time.monotonic() + PATIENCE_S
        while not (self.folder / "stty-after").exists() and time.monotonic() < end:
            time.sleep(0.05)
        time.sleep(0.1)
        self.assertEqual((self.folder / "stty-before").read_text(), (self.folder / "stty-after").read_text())
        self.assertEqual(self.tmux("display-message", "-p", "#{alternate_on} #{mouse_any_flag} #{cursor_flag}").strip(), "0 0 1")
        return text

    def test_opens_and_moves(self):
        self.start()
        text = self.wait_for("efficient", "RUN echo build", "▸ var", "linux/amd64, 3 layers")
        for line in text.splitlines():
            self.assertLessEqual(len(line), 100)
        self.keys("Down")
        self.wait_for("+ ▸ app", "~ ▸ etc")
        self.keys("Down")
        self.wait_for("▸ var", "RUN rm -rf /var/cache")
        self.keys("Tab", "Right", "Down")
        self.wait_for("▾ var", "cache")

    def test_finds_shows_and_compares(self):
        self.start()
        self.wait_for("efficient")
        self.keys("Down", "/")
        self.type("motd")
        self.wait_for("/etc/motd")
        self.keys("Enter")
        self.wait_for("▾ etc", "motd")
        self.keys("H")
        self.wait_for("layer 1", "layer 2", "other content")
        self.keys("D")
        self.wait_for("-old line", "+new line")
        self.keys("q", "f")
        self.wait_for("/etc/motd in layer 2", "2  new line")
        self.keys("x")
        self.wait_for("00000000  68 65 6c 6c")
        self.keys("Escape", "Escape")
        self.wait_for("▾ etc", absent=["00000000", "other content"])

    def test_jumps_from_waste(self):
        self.start()
        self.wait_for("efficient")
        self.keys("2")
        self.wait_for("2.9 MiB", "/var/cache")
        self.keys("Enter")
        self.wait_for("▾ var", "- ")
        for view in "345":
            self.keys(view)
        self.wait_for("Figures", "reclaimable")
        self.keys("PageDown")
        self.wait_for("Configuration", "/app/run")

    def test_filter_is_live(self):
        self.start()
        self.wait_for("efficient")
        self.keys("C-f")
        self.type("bin/")
        self.wait_for("filter bin/", "sh", absent=["▸ etc"])
        self.keys("Escape")
        self.wait_for("▸ etc")

    def test_writes_a_folder(self):
        self.start(width=160)
        self.wait_for("efficient")
        self.keys("Down", "/")
        self.type("app/run")
        self.keys("Enter", "Left", "e")
        self.wait_for("write /app to folder")
        self.keys("Enter")
        self.wait_for("left out", "2 files")
        target = self.folder / "whittle-extracted/app"
        self.assertEqual((target / "run").read_text(), "#!/bin/sh\necho run\n")
        self.assertEqual(os.readlink(target / "link"), "run")
        self.assertFalse((target / "out").is_symlink())
        self.keys("e", "Enter")
        self.wait_for("are there already. Replace?")
        self.keys("y")
        self.wait_for("2 files")

    def test_any_size(self):
        self.start()
        self.wait_for("efficient")
        for width, height, wanted in ((80, 24, "RUN echo build"), (40, 10, "Layers"), (10, 3, "op.tar"), (200, 60, "RUN echo build")):
            self.tmux("resize-window", "-x", str(width), "-y", str(height))
            self.wait_for(wanted)
        self.tmux("resize-window", "-x", "40", "-y", "10")
        self.keys("Tab")
        self.wait_for("1 Files", "▸ var")
        self.keys("?", "PageDown")
        self.wait_for("Keys")
        self.keys("Escape")  # with a key at once behind it, it would be that key with Alt
        self.wait_for("1 Files", "▸ var")
        self.keys("2", "3", "4", "5", "1", "z")
        self.wait_for("1 Files", "▸ var")

    def test_mouse(self):
        self.start()
        text = self.wait_for("efficient", "RUN echo build")
        row = next(index for index, line in enumerate(text.splitlines()) if "RUN echo build" in line)
        # As a terminal reports a click of the first button at column 10 of that row.
        self.type("\x1b[M" + chr(32) + chr(32 + 11) + chr(32 + row + 1))
        self.wait_for("+ ▸ app")

    def test_leaving(self):
        for index, key in enumerate(("C-c", "q")):
            with self.subTest(key=key):
                if index > 0:
                    self.tmux("kill-server")
                    (self.folder / "stty-after").unlink()
                self.start()
                self.wait_for("efficient")
                self.keys(key)
                self.assert_restored(0)

    def test_signals_restore_the_terminal(self):
        for number, code in ((signal.SIGTERM, 2), (signal.SIGHUP, 2), (signal.SIGSEGV, 139), (signal.SIGABRT, 134)):
            with self.subTest(signal=number):
                self.start(before="ulimit -c 0")
                self.wait_for("efficient")
                os.kill(self.process(), number)
                self.assert_restored(code)
                self.tmux("kill-server")
                (self.folder / "stty-after").unlink()

    def test_stops_and_goes_on(self):
        # Stopping is the work of a shell with jobs.
        self.session("-x", "100", "-y", "30", "bash --norc --noprofile -i")
        self.type(f"echo this was here before; {shlex.quote(str(WHITTLE))} explore {self.image}")
        self.keys("Enter")
        self.wait_for("efficient")
        self.keys("C-z")
        self.wait_for("this was here before", "Stopped")
        self.type("fg")
        self.keys("Enter")
        self.wait_for("efficient")
        self.keys("Down")
        self.wait_for("+ ▸ app")

    def test_colours(self):
        self.start()
        self.wait_for("efficient")
        self.keys("Down")
        self.wait_for("+ ▸ app")
        self.assertRegex(self.styled(), COLOR)
        self.tmux("kill-server")
        for before, options in (("export NO_COLOR=1", ()), ("", ("--color", "never"))):
            self.start(*options, before=before)
            self.wait_for("efficient")
            self.keys("Down")
            self.wait_for("+ ▸ app")
            self.assertNotRegex(self.styled(), COLOR)
            self.tmux("kill-server")

    def test_without_utf8(self):
        self.start(before="export LC_ALL=C")
        text = self.wait_for("efficient")
        self.assertTrue(text.isascii(), text)

    def test_other_keys(self):
        keys = self.folder / "config/whittle/keys.yaml"
        keys.parent.mkdir(parents=True)
        keys.write_text("keybinding:\n  quit: ctrl+q\n  down: n\n")
        self.start()
        self.wait_for("efficient")
        self.keys("q", "n")
        self.wait_for("+ ▸ app")
        self.keys("C-q")
        self.assert_restored(0)

    def test_errors_need_no_screen(self):
        wrong = self.folder / "wrong.yaml"
        wrong.write_text("keybinding:\n  quit: q\n  fly: f\n")
        cases = [((self.image, "--keys", wrong), "wrong.yaml:3: there is no action `fly`"),
                 ((self.image, "--keys", self.folder / "none.yaml"), "none.yaml"),
                 ((self.image,), "explore needs a terminal")]
        for arguments, wanted in cases:
            result = subprocess.run([WHITTLE, "explore", *map(str, arguments)], capture_output=True, text=True,
                                    env=self.environment(), timeout=60, check=False)
            self.assertEqual(result.returncode, 2, result)
            self.assertIn(wanted, result.stderr)
            self.assertEqual(result.stdout, "")
        self.start(target=self.folder / "none.tar")
        self.assertIn("none.tar", self.assert_restored(2))

    def test_standard_input(self):
        words = " ".join(shlex.quote(str(word)) for word in (WHITTLE, "explore", "-"))
        self.session("-x", "100", "-y", "30", f"{words} <{self.image}")
        self.wait_for("efficient", "RUN echo build")
        self.keys("Down")
        self.wait_for("+ ▸ app")


def main():
    if not shutil.which("tmux"):
        print("SKIP: tmux is not installed")
        sys.exit(77)
    loader = unittest.defaultTestLoader
    suite = unittest.TestSuite(loader.loadTestsFromTestCase(Screen)) if not sys.argv[2:] else unittest.TestSuite(
        Screen(name) for name in sys.argv[2:])
    sys.exit(0 if unittest.TextTestRunner(verbosity=2).run(suite).wasSuccessful() else 1)


main()
