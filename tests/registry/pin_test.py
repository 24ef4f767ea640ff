#!/usr/bin/env python3
"""Pins base images, checks platforms and adds checksums against a real registry and a web server on loopback ports.

usage: pin_test.py WHITTLE
Exit 77 where docker-registry is missing.
"""
import hashlib
import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.request
from pathlib import Path

from registry_test import Registry, digest_of, find

WHITTLE = Path(sys.argv[1]).resolve()
INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"


class Files(http.server.BaseHTTPRequestHandler):
    """Gives /file, also behind a redirect; nothing else is there."""

    def do_GET(self):
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/file")
            self.end_headers()
            return
        self.send_response(200 if self.path == "/file" else 404)
        self.end_headers()
        self.wfile.write(b"content" * 1000 if self.path == "/file" else b"no")

    def log_message(self, *_):
        pass


class Pins(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.registry = Registry(cls.folder.name)
        cls.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files)
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()
        cls.web = f"http://127.0.0.1:{cls.server.server_address[1]}"
        one = cls.push_image("amd64")
        two = cls.push_image("arm64")
        index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [
            {"mediaType": MANIFEST, "digest": digest_of(data), "size": len(data),
             "platform": {"os": "linux", "architecture": architecture}}
            for data, architecture in ((one, "amd64"), (two, "arm64"))]}
        data = json.dumps(index).encode()
        cls.put(f"/v2/team/base/manifests/1", data, INDEX)
        cls.index, cls.single = digest_of(data), digest_of(one)
        cls.put(f"/v2/team/base/manifests/single", one, MANIFEST)

    @classmethod
    def tearDownClass(cls):
        cls.server.shutdown()
        cls.server.server_close()
        cls.registry.stop()
        cls.folder.cleanup()

    @classmethod
    def put(cls, path, data, media_type, method="PUT"):
        url = path if path.startswith("http") else f"http://127.0.0.1:{cls.registry.port}{path}"
        request = urllib.request.Request(url, data, {"Content-Type": media_type}, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        return opener.open(request).headers

    @classmethod
    def push_image(cls, architecture):
        config = json.dumps({"architecture": architecture, "os": "linux", "config": {},
                             "rootfs": {"type": "layers", "diff_ids": []}, "history": []}).encode()
        place = cls.put("/v2/team/base/blobs/uploads/", b"", "application/octet-stream", "POST")["Location"]
        cls.put(f"{place}&digest={digest_of(config)}", config, "application/octet-stream")
        manifest = json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, "layers": [],
                               "config": {"mediaType": CONFIG, "digest": digest_of(config), "size": len(config)}}).encode()
        cls.put(f"/v2/team/base/manifests/{digest_of(manifest)}", manifest, MANIFEST)
        return manifest

    def lint(self, text, *words, select="image-not-digest"):
        environment = {key: value for key, value in os.environ.items() if "proxy" not in key.lower()}
        return subprocess.run(
            [WHITTLE, "lint", "--no-config", "--select", select, *words, "--stdin-filename", "/nowhere/Dockerfile", "-"],
            input=text, capture_output=True, text=True, env=environment, timeout=60)

    def fixed(self, text, *words, **options):
        return self.lint(text, "--online", "--unsafe-fixes", *words, **options).stdout

    def test_the_digest_of_the_index(self):
        name = f"{self.registry.host}/team/base:1"
        self.assertEqual(self.fixed(f"FROM {name} AS a\n"), f"FROM {name}@{self.index} AS a\n")

    def test_the_digest_of_a_manifest_alone(self):
        name = f"{self.registry.host}/team/base:single"
        self.assertEqual(self.fixed(f"ARG B={name}\nFROM $B\n"), f"ARG B={name}@{self.single}\nFROM $B\n")

    def test_nothing_without_the_network_or_an_answer(self):
        name = f"{self.registry.host}/team/base:1"
        self.assertEqual(self.lint(f"FROM {name}\n", "--unsafe-fixes").stdout, f"FROM {name}\n")
        for other in (f"{self.registry.host}/team/base:none", f"{self.registry.host}/team/none:1", "localhost:1/x:1"):
            self.assertEqual(self.fixed(f"FROM {other}\n"), f"FROM {other}\n")

    def test_platforms(self):
        index, single = (f"{self.registry.host}/team/base:{tag}" for tag in ("1", "single"))
        rule = "InvalidBaseImagePlatform"
        for image, platform, count in ((index, "linux/amd64", 0), (index, "linux/arm64/v8", 0), (index, "linux/s390x", 1),
                                       (single, "linux/amd64", 0), (single, "linux/arm64", 1)):
            result = self.lint(f"FROM --platform={platform} {image}\n", "--online", "-f", "gnu", select=rule)
            self.assertEqual(len(result.stdout.splitlines()), count, (image, platform, result.stdout, result.stderr))
        result = self.lint(f"FROM {single}\n", "--online", "--build-arg", "TARGETPLATFORM=linux/arm64", "-f", "gnu", select=rule)
        self.assertIn("linux/arm64", result.stdout)

    def test_checksums(self):
        digest = hashlib.sha256(b"content" * 1000).hexdigest()
        for path in ("/file", "/moved"):
            text = f"FROM scratch\nADD {self.web}{path} /x\n"
            self.assertEqual(self.fixed(text, select="add-remote-unverified"),
                             f"FROM scratch\nADD --checksum=sha256:{digest} {self.web}{path} /x\n")
        text = f"FROM scratch\nADD {self.web}/none /x\n"
        self.assertEqual(self.fixed(text, select="add-remote-unverified"), text)


if __name__ == "__main__":
    find("docker-registry")
    unittest.main(argv=[sys.argv[0]])
