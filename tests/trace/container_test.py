#!/usr/bin/env python3
"""`whittle trace` in real containers: what the program in them sees, and what is recorded.

usage: container_test.py WHITTLE TORTURE [SUITE]
Needs Docker with debian:bookworm-slim (ENGINE=podman or builtin: that engine with the same image). Exit 77 without.
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "cli"))
from engine_images import BASE, ENGINE, build, has_base, remove  # noqa: E402
from suites import run_suites  # noqa: E402

WHITTLE, TORTURE = map(os.path.abspath, sys.argv[1:3])



@unittest.skipUnless(has_base(), f"{ENGINE} with {BASE} is not here")
class Containers(unittest.TestCase):
    def setUp(self):
        self.made = []

    def tearDown(self):
        remove(*self.made)

    def image(self, name, dockerfile, files=()):
        tag = f"localhost/whittle-trace-test-{name}:{os.getpid()}"
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "Dockerfile").write_text(dockerfile)
            for file, source in files:
                (Path(folder) / file).write_bytes(Path(source).read_bytes())
                (Path(folder) / file).chmod(0o755)
            made = build(tag, folder)
            if made.returncode != 0 and ENGINE != "docker" and "RUN" in dockerfile:
                self.skipTest(f"{ENGINE} cannot run build steps here")
            self.assertEqual(made.returncode, 0, made.stderr)
        self.made.append(tag)
        return tag

    def trace(self, *words, exit_code=0):
        result = subprocess.run([WHITTLE, "trace", "--engine", ENGINE, "--format", "json", *words], capture_output=True, text=True,
                                timeout=300, check=False)
        self.assertEqual(result.returncode, exit_code, result.stderr)
        return json.loads(result.stdout)

    def paths(self, trace, wanted=None):
        return {a["path"] for a in trace["accesses"] if "error" not in a and (wanted is None or wanted in a["uses"])}

    def test_the_program_is_as_without(self):
        script = "echo pid $$ ppid $PPID; grep -E 'Cap|NoNew' /proc/self/status; id; echo $HOME; kill -TERM $$; echo survived; exit 5"
        tag = self.image("same", f"FROM {BASE}\nUSER www-data\nENTRYPOINT [\"/bin/sh\", \"-c\"]\nCMD [{json.dumps(script)}]\n")
        if ENGINE != "docker":
            self.skipTest("compares with `docker run`")
        plain = subprocess.run(["docker", "run", "--rm", tag], capture_output=True, text=True, check=False)
        result = subprocess.run([WHITTLE, "trace", "--engine", ENGINE, tag, "--run-option", "--env=A=b"], capture_output=True, text=True,
                                check=False)
        self.assertEqual(plain.returncode, 5)
        self.assertIn("exit code 5", result.stdout)
        log = subprocess.run(["docker", "ps", "-aq", "--filter", "label=io.whittle.run"], capture_output=True, text=True, check=False)
        self.assertEqual(log.stdout.strip(), "")

    def test_setuid_programs_work(self):
        tag = self.image("setuid", f"FROM {BASE}\nRUN cp /usr/bin/id /usr/local/bin/id-root && chmod 4755 /usr/local/bin/id-root\n"
                                   "USER 1000\nCMD [\"sh\", \"-c\", \"test \\\"$(/usr/local/bin/id-root -u)\\\" = 0 && cat /etc/debian_version\"]\n")
        trace = self.trace(tag)
        self.assertIn("/etc/debian_version", self.paths(trace, "open"))
        self.assertEqual(trace["notes"], [])
        limited = self.trace(tag, "--default-capabilities", exit_code=0)
        self.assertNotIn("/etc/debian_version", self.paths(limited, "open"))
        self.assertTrue(any("setuid" in note for note in limited["notes"]), limited["notes"])

    def test_an_empty_image(self):
        tag = self.image("scratch", "FROM scratch\nCOPY torture /torture\nWORKDIR /w\nCMD [\"/torture\", \"/w\"]\n", [("torture", TORTURE)])
        trace = self.trace(tag)
        self.assertIn("/torture", self.paths(trace, "execute"))
        named = {a["path"] for a in trace["accesses"]}
        for name in ("flag", "flag.txt", "faccessat2", "xattr", "openat2", "deep/er/relative", "deep/beside", "many/19999", "at-the-end"):
            self.assertIn("/w/" + name, named)

    def test_processes_of_other_users_without_capabilities(self):
        script = "setpriv --reuid 33 --regid 33 --clear-groups cat /etc/debian_version; setpriv --reuid 33 --clear-groups --regid 33 sh -c 'cd /etc; cat issue'"
        trace = self.trace(BASE, "--default-capabilities", "--", "sh", "-c", script)
        self.assertLessEqual({"/etc/debian_version", "/etc/issue"}, self.paths(trace, "open"))

    def test_a_server_with_commands_inside(self):
        perl = ("use IO::Socket::INET; $SIG{TERM}=sub{open F,'/etc/issue';exit 0}; "
                "$s=IO::Socket::INET->new(LocalPort=>8000,Listen=>5,ReuseAddr=>1); "
                "while(1){$c=$s->accept or next;<$c>;open F,'/etc/hostname';print $c qq(HTTP/1.0 200 OK\\r\\n\\r\\nhi);close $c}")
        tag = self.image("server", f"FROM {BASE}\nEXPOSE 8000\nHEALTHCHECK CMD cat /etc/debian_version\n"
                                   f"CMD [\"perl\", \"-e\", {json.dumps(perl)}]\n")
        trace = self.trace(tag, "--http-probe", "/=>200", "--exec", "cat /etc/os-release")
        self.assertIn({"port": 8000, "protocol": "tcp"}, trace["ports"])
        opened = self.paths(trace, "open")
        self.assertLessEqual({"/etc/hostname", "/etc/issue", "/etc/os-release"}, opened)
        if ENGINE != "builtin":  # which reads images as OCI images, that have no health check
            self.assertIn("/etc/debian_version", opened)
        self.assertIn("socket" if "socket" in trace["syscalls_start"] else "listen", trace["syscalls_start"])

    def test_written_paths_and_rights(self):
        tag = self.image("write", f"FROM {BASE}\nUSER 1000\nCMD [\"sh\", \"-c\", \"touch /tmp/new; mkdir /tmp/folder; touch /etc/no; mv /tmp/new /tmp/moved; true\"]\n")
        trace = self.trace(tag)
        self.assertLessEqual({"/tmp/new", "/tmp/folder", "/tmp/moved"}, set(trace["written"]))
        self.assertNotIn("/etc/no", trace["written"])
        failed = [a for a in trace["accesses"] if a["path"] == "/etc/no" and a.get("error") == 13]
        self.assertTrue(failed)

    def test_a_read_only_container(self):
        trace = self.trace(BASE, "--run-option", "--read-only", "--", "sh", "-c", "touch /x; cat /etc/issue")
        self.assertIn("/etc/issue", self.paths(trace, "open"))
        self.assertNotIn("/x", trace["written"])

    def test_bombs_and_deaf_programs_end(self):
        # The bomb waits until the shell is gone: a signal that meets a call before the sensor takes it ends it with EINTR.
        trace = self.trace(BASE, "--stop-timeout", "1s", "--run-option", "--pids-limit=100", "--", "sh", "-c", "trap '' TERM; cat /etc/issue; (sleep 0.5; b() { b | b & }; b) & exec sleep 1000")
        self.assertIn("/etc/issue", self.paths(trace, "open"))

    def test_limits_are_proven(self):
        perl = ("use IO::Socket::INET; open F,'>/var/cache/started';close F; $(=33;$)=33;$<=33;$>=33; "
                "$s=IO::Socket::INET->new(LocalPort=>80,Listen=>5,ReuseAddr=>1) or die; "
                "while(1){$c=$s->accept or next;<$c>;print $c qq(HTTP/1.0 200 OK\\r\\n\\r\\n),`cat /etc/debian_version`;close $c}")
        tag = self.image("limits", f"FROM {BASE}\nEXPOSE 80\nCMD [\"perl\", \"-e\", {json.dumps(perl)}]\n")
        with tempfile.TemporaryDirectory() as folder:
            self.trace(tag, "--http-probe", "/=>200", "--harden", folder)
            profile = json.loads((Path(folder) / "seccomp.json").read_text())
            self.assertNotIn("mount", profile["syscalls"][0]["names"])
            script = (Path(folder) / "run.sh").read_text()
            for words in ("--read-only", "--volume=/var/cache", "--cap-add=NET_BIND_SERVICE", "--cap-add=SETUID", "--cap-drop=ALL"):
                self.assertIn(words, script)
            rules = (Path(folder) / "apparmor.profile").read_text()
            for line in ('"/usr/bin/*" mrix,', '"/var/cache/**" rwkl,', "network inet,", "capability setuid,"):
                self.assertIn(line, rules)
            self.assertIn("port 80", (Path(folder) / "obstacles.txt").read_text())

    def test_merging(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "trace.json"
            first = self.trace(BASE, "--", "cat", "/etc/issue")
            file.write_text(json.dumps(first))
            both = self.trace(BASE, "--merge", str(file), "--", "cat", "/etc/hostname")
            self.assertLessEqual({"/etc/issue", "/etc/hostname"}, self.paths(both, "open"))

    def test_a_command_that_is_not_there(self):
        trace = self.trace(BASE, "--", "no-such-program", exit_code=1)
        self.assertTrue(any("could not be started: no-such-program" in note for note in trace["notes"]), trace["notes"])


if __name__ == "__main__":
    run_suites(globals(), sys.argv[3:])
