#!/usr/bin/env python3
"""`whittle slim`, `trace` and `optimize` on images that need other services, by a Compose file.

usage: compose_test.py WHITTLE [SUITE]
Needs Docker with debian:bookworm-slim (ENGINE=podman: that engine with the same image). Exit 77 without.
"""
import json
import os
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "cli"))
from engine_images import ENGINE  # noqa: E402
from slim_images import SlimTest  # noqa: E402
from suites import run_suites  # noqa: E402

SlimTest.WHITTLE = os.path.abspath(sys.argv[1])

# Counts its visitors in Redis, whose host it is told; answers with the number, a secret and a setting.
APP = r"""
import http.server, os, signal, socket, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))

def ask(*words):
    with socket.create_connection((os.environ["REDIS"], 6379), 5) as redis:
        redis.sendall(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w.encode()) for w in words))
        return redis.recv(1000).decode().strip().split("\r\n")[-1].lstrip(":+")

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        import json
        said = {"visitors": ask("INCR", "visitors"), "seed": ask("GET", "seed"), "level": os.environ.get("LEVEL")}
        for name in ("/run/secrets/key", "/data/notes"):
            said[name] = open(name).read().strip() if os.path.exists(name) else None
        if os.path.exists("/data"):
            open("/data/written", "w").close()
        body = json.dumps(said).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

ask("PING")
http.server.HTTPServer(("", 8000), Handler).serve_forever()
"""

REDIS = '["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--save", ""]'
HEALTH = "{test: [CMD, redis-cli, ping], interval: 1s, timeout: 3s}"


@unittest.skipIf(ENGINE == "builtin", "the built-in engine has no networks between containers")
class Services(SlimTest):
    base = "services"

    def setUp(self):
        super().setUp()
        self.app = self.image('COPY app.py /app/app.py\nEXPOSE 8000\nCMD ["python3", "/app/app.py"]', **{"app.py": APP})

    def tearDown(self):
        super().tearDown()
        self.assertEqual(self.left(), "")

    def left(self):
        """What carries the label of a run."""
        found = ""
        for words in (["ps", "-aq"], ["network", "ls", "-q"], ["volume", "ls", "-q"]):
            found += subprocess.run([ENGINE, *words, "--filter", "label=io.whittle.run"], capture_output=True, text=True, check=True).stdout
        return found

    def compose(self, text):
        file = Path(self.folder.name) / "compose.yaml"
        file.write_text(text.replace("APP", self.app).replace("BASE", self.base_image).replace("REDIS_COMMAND", REDIS).replace("HEALTH", HEALTH))
        return str(file)

    SIMPLE = """
services:
  web:
    image: APP
    environment: {REDIS: cache}
    depends_on: {cache: {condition: service_healthy}}
  cache:
    image: BASE
    command: REDIS_COMMAND
    healthcheck: HEALTH
"""

    def test_an_app_that_needs_redis(self):
        file = self.compose(self.SIMPLE)
        without = self.whittle("slim", self.app, "--start-timeout", "10s")
        self.assertEqual(without.returncode, 2, without.stdout)
        self.assertIn("the probe fails on the original", without.stderr)
        report = self.slim(self.app, "--compose", file, "--http-probe", "/=>200")
        self.assertEqual(report["policy"]["result"], "balanced")
        self.assertLess(report["after"]["image_bytes"], report["before"]["image_bytes"] / 2)
        self.assertIn("run as service web of", " ".join(report["notes"]))
        self.assertIn("beside cache", " ".join(report["notes"]))
        again = self.whittle("trace", self.app + "-slim", "--compose", file, "--compose-service", "web", "--http-probe", "/=>200")
        self.assertEqual(again.returncode, 0, again.stderr + again.stdout)

    def test_every_run_begins_anew_with_all_that_the_service_has(self):
        (Path(self.folder.name) / "key.txt").write_text("hush\n")
        (Path(self.folder.name) / "web.env").write_text("LEVEL=from file\nREDIS=overridden\n")
        data = Path(self.folder.name) / "data"
        data.mkdir()
        (data / "notes").write_text("notes\n")
        file = self.compose("""
services:
  web:
    image: APP
    env_file: web.env
    environment: ["REDIS=${STORE:-store}"]
    secrets: [key]
    volumes: ["./data:/data"]
    ports: ["8080:8000"]
    depends_on: {seed: {condition: service_completed_successfully}}
  seed:
    image: BASE
    command: redis-cli -h cache SET seed sown
    depends_on: {cache: {condition: service_healthy}}
  cache:
    image: BASE
    command: REDIS_COMMAND
    healthcheck: HEALTH
    networks: {default: {aliases: [store]}}
secrets: {key: {file: key.txt}}
""")
        expected = {"visitors": "1", "seed": "sown", "level": "from file", "/run/secrets/key": "hush", "/data/notes": "notes"}
        check = f"import json, os, urllib.request as r; got = json.load(r.urlopen('http://127.0.0.1:' + os.environ['PORT'])); assert got == {expected}, got"
        self.slim(self.app, "--compose", file, "--probe", f'python3 -c "{check}"', "--exec", "test -e /data/notes")
        self.assertEqual([path.name for path in data.iterdir()], ["notes"], "a run wrote into the user's folder")

    def test_a_service_that_is_never_ready(self):
        file = self.compose(self.SIMPLE.replace("HEALTH", "{test: redis-cli -p 1 ping}"))
        result = self.whittle("slim", self.app, "--compose", file, "--start-timeout", "2s")
        self.assertEqual(result.returncode, 2, result.stdout)
        for text in ("service `cache` is not healthy within 2.00 s", "Could not connect to Redis", "--start-timeout"):
            self.assertIn(text, result.stderr)

    def test_a_service_that_ends(self):
        file = self.compose(self.SIMPLE.replace("REDIS_COMMAND", "sh -c 'echo no; exit 3'"))
        result = self.whittle("trace", self.app, "--compose", file)
        self.assertEqual(result.returncode, 2, result.stdout)
        self.assertIn("service `cache` has ended with exit code 3", result.stderr)

    def test_images_that_are_missing_are_told_of_at_once(self):
        file = self.compose("name: shop\nservices:\n  web: {image: APP}\n  a: {image: 'none/such:1'}\n  b: {build: .}\n")
        result = self.whittle("slim", self.app, "--compose", file)
        self.assertEqual(result.returncode, 2)
        for text in ("service a needs none/such:1", "service b needs shop-b, which is built from its `build`", "compose build"):
            self.assertIn(text, result.stderr)

    def test_an_interrupted_run_leaves_nothing(self):
        file = self.compose(self.SIMPLE.replace("HEALTH", "{test: redis-cli -p 1 ping}"))
        process = subprocess.Popen([self.WHITTLE, "trace", self.app, "--engine", ENGINE, "--compose", file], stderr=subprocess.PIPE, text=True)
        until = time.time() + 60
        while not subprocess.run([ENGINE, "ps", "-q", "--filter", "label=io.whittle.run"], capture_output=True, text=True, check=True).stdout:
            self.assertLess(time.time(), until)
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 2)
        self.assertIn("interrupted", err)

    def test_limits_are_proven_beside_the_services(self):
        file = self.compose(self.SIMPLE)
        folder = Path(self.folder.name) / "limits"
        result = self.whittle("trace", self.app, "--compose", file, "--http-probe", "/=>200", "--harden", str(folder))
        self.assertEqual(result.returncode, 0, result.stderr + result.stdout)
        self.assertIn("--read-only", (folder / "run.sh").read_text())

    def test_optimize_finds_the_service_by_its_folder(self):
        project = Path(self.folder.name) / "context"
        file = self.compose(self.SIMPLE.replace("image: APP", "build: ./context"))
        out = Path(self.folder.name) / "out"
        words = [self.WHITTLE, "optimize", str(project), "--engine", ENGINE, "--discard", "--no-rebuild", "-o", str(out), "--http-probe", "/=>200"]
        result = subprocess.run([*words, "--compose", file], capture_output=True, text=True, timeout=300, check=False)
        if ENGINE != "docker" and "baseline does not build" in result.stderr:
            self.skipTest(f"{ENGINE} cannot build here")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertTrue(json.loads((out / "report.json").read_text())["probe"]["before"]["passed"])


class BuiltIn(SlimTest):
    def test_the_built_in_engine_says_what_to_do(self):
        image = self.image('CMD ["true"]')
        file = Path(self.folder.name) / "compose.yaml"
        file.write_text(f"services:\n  web: {{image: '{image}'}}\n  db: {{image: db}}\n")
        result = self.whittle("slim", image, "--compose", str(file))
        self.assertEqual(result.returncode, 2)
        self.assertIn("the built-in engine has no networks between containers" if ENGINE == "builtin" else "service db needs db", result.stderr)


run_suites(globals(), sys.argv[2:])
