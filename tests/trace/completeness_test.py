#!/usr/bin/env python3
"""The sensor held against strace on the same runs: no path that strace saw may be missing.

usage: completeness_test.py SENSOR TORTURE
Exit 0; 1 with one line for each path that is missing; 77 when strace is not here or may not trace.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from recording import Recording  # noqa: E402

CALLS = ("%file,getdents64,getdents,fchdir,connect,bind,inotify_add_watch,name_to_handle_at,openat2,faccessat2,execveat")
PSEUDO = re.compile(r"^/(proc|sys|dev)(/|$)")
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
# Arguments that are paths, by call; the others of a line (contents of links, arguments of programs) are not.
LINE = re.compile(r"^(\d+)\s+(\w+)\((.*)$")
FOLDER = re.compile(r"(?:AT_FDCWD|\d+)<([^>]*)>")
TWO_PATHS = {"rename", "renameat", "renameat2", "link", "linkat"}
LAST_PATH = {"symlink", "symlinkat"}
failures = []


def unquote(text):
    return text.encode("latin-1").decode("unicode_escape").encode("latin-1").decode("utf-8", "surrogateescape")


def place(path):
    """A path with its folder's links followed, so that both sides are written the same way."""
    folder, name = os.path.split(path.rstrip("/") or "/")
    if name in (".", "..", ""):
        return os.path.realpath(path)
    return os.path.join(os.path.realpath(folder), name)


def worked(rest):
    """A call whose result is on a later line is taken to have worked."""
    return rest.rstrip().endswith(("= 0", "<unfinished ...>"))


def strace_paths(text, cwd, own):
    """What the traced processes named, by strace; `own` are the sensor's processes."""
    paths = set()
    folders = {}
    for line in text.splitlines():
        match = LINE.match(line)
        if not match or match.group(1) in own or match.group(2) == "getcwd":
            continue
        pid, call, rest = match.groups()
        if call in ("connect", "bind"):
            words = re.findall(r'sun_path="([^"]*)"', rest)
        elif call in ("getdents", "getdents64", "fchdir"):
            words = FOLDER.findall(rest)[:1]
            if call == "fchdir" and worked(rest) and words:
                folders[pid] = words[0]
        else:
            words = [unquote(word) for word in QUOTED.findall(rest)]
            words = words[-1:] if call in LAST_PATH else words[:2] if call in TWO_PATHS else words[:1]
        bases = FOLDER.findall(rest)
        for i, word in enumerate(words):
            if word == "":
                continue
            base = bases[min(i, len(bases) - 1)] if bases and call not in ("chdir", "execve") else folders.get(pid, cwd)
            path = place(os.path.join(base, word))
            if call == "chdir" and worked(rest):
                folders[pid] = path
            if not PSEUDO.match(path) and not os.path.join(base, word).startswith("/proc"):
                paths.add(path)
    return paths


def run(name, sensor, command, folder, env=None):
    recording = folder / "recording"
    log = folder / "strace"
    recording.unlink(missing_ok=True)
    words = ["strace", "-f", "-y", "-qq", "-s", "4096", "-e", "trace=" + CALLS + ",setsid", "-e", "signal=none", "-o", str(log),
             sensor, "-o", str(recording), "--", *command]
    result = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder, timeout=300,
                            env={**os.environ, **(env or {})})
    text = log.read_text(errors="surrogateescape")
    first = re.match(r"^(\d+)", text)
    lines = text.splitlines()
    # The watching process begins with setsid(); the first one is the sensor until it becomes the command.
    own = {line.split()[0] for line in lines if re.match(r"^\d+\s+setsid\(", line)} - {first.group(1)}
    seen = strace_paths(text, str(folder), own)
    data = Recording(recording.read_bytes())
    ours = {place(path) for path in data.paths()}
    own_files = {place(str(recording)), place(sensor), place("/etc/passwd")}
    missing = sorted(path for path in seen - ours - own_files)
    print(f"{name}: strace {len(seen)} paths, sensor {len(ours)}, missing {len(missing)}, exit code {result.returncode}")
    for path in missing:
        failures.append(f"{name}: {path}")
    if not data.is_whole:
        failures.append(f"{name}: the recording is cut")
    return data, result


def prepare_torture(folder):
    for name in ("flag", "flag.txt", "faccessat2", "xattr", "openat2", "statx", "watched", "handle", "mode", "cut", "at-the-end"):
        (folder / name).write_text("x")
    (folder / "link").symlink_to("flag")
    (folder / "listed").mkdir()
    for i in range(11):
        (folder / "listed" / f"f{i}").write_text("")
    (folder / "many").mkdir()
    for i in range(20000):
        (folder / "many" / str(i)).touch()
    (folder / "script").write_text("#!/usr/bin/env sh\nexit 0\n")
    (folder / "script").chmod(0o755)


def main():
    sensor, torture = map(os.path.abspath, sys.argv[1:3])
    if shutil.which("strace") is None or subprocess.run(["strace", "-o", "/dev/null", "true"], check=False).returncode != 0:
        print("SKIP strace is not here")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as temp:
        root = Path(temp).resolve()

        def fresh(name):
            (root / name).mkdir()
            return root / name

        run("shell", sensor, ["sh", "-c", "cd /usr/lib && ls ../share | head -3 | cat >/dev/null; test -e none; cat /etc/hostname | wc -c"],
            fresh("shell"))
        python = sys.executable if "shims" not in sys.executable else "/usr/bin/python3"
        modules = "import json, http.server, email.mime.text, sqlite3, ssl, asyncio, xml.dom.minidom, ctypes, locale, zoneinfo"
        run("python", sensor, [python, "-c", modules], fresh("python"))
        for program, command in (("node", ["node", "-e", "require('fs').readdirSync('/etc'); require('http'); require('crypto')"]),
                                 ("perl", ["perl", "-MPOSIX", "-e", "print -e '/etc/none'"]),
                                 ("nginx", ["nginx", "-t"])):
            if shutil.which(program):
                run(program, sensor, command, fresh(program))
            else:
                print(f"SKIP {program} is not installed")
        folder = fresh("torture")
        files = folder / "files"
        files.mkdir()
        prepare_torture(files)
        data, result = run("torture", sensor, [torture, str(files)], folder)
        named = set(result.stdout.decode().split())
        missing = named - data.paths()
        failures.extend(f"torture: {path} is not recorded" for path in sorted(missing))
        if result.returncode != 7:
            failures.append(f"torture: exit code {result.returncode}, not 7")
        print(f"torture: {len(named)} touched by its own word, missing {len(missing)}")
    for text in failures:
        print("FAIL", text)
    sys.exit(1 if failures else 0)


main()
