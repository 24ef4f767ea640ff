#!/usr/bin/env python3
"""Reads images from a real registry on a loopback port: docker-registry serves, skopeo fills, whittle reads.

usage: registry_test.py LISTING SUITE
LISTING is the program that prints an image. Exit 77 where docker-registry or skopeo is missing.
"""
import base64
import gzip
import hashlib
import io
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tarfile
import tempfile
import time
import unittest
from pathlib import Path

LISTING = Path(sys.argv[1]).resolve()
TYPES = {tarfile.REGTYPE: 0, tarfile.DIRTYPE: 1, tarfile.SYMTYPE: 2, tarfile.LNKTYPE: 3}


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def run(*words, env=None, check=True):
    result = subprocess.run([str(word) for word in words], capture_output=True, text=True, env=env)
    if check and result.returncode != 0:
        raise AssertionError(f"{words}: exit code {result.returncode}\n{result.stdout}{result.stderr}")
    return result


def member(name, kind=tarfile.REGTYPE, data=b"", link="", mode=0o644, uid=0, pax=None):
    info = tarfile.TarInfo(name)
    info.type, info.size, info.linkname, info.mode, info.uid = kind, len(data), link, mode, uid
    info.mtime = 1_600_000_000
    info.pax_headers = pax or {}
    return info, data


def make_layer(members):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for info, data in members:
            tar.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def bytes_of(seed, size):
    """Content that does not compress well, the same every time."""
    out = bytearray()
    while len(out) < size:
        out += hashlib.sha512(f"{seed}{len(out)}".encode()).digest()
    return bytes(out[:size])


LAYERS = [
    [member("etc", tarfile.DIRTYPE, mode=0o755),
     member("etc/passwd", data=b"root:x:0:0::/root:/bin/sh\n"),
     member("usr/bin/tool", data=bytes_of("tool", 300_000), mode=0o4755, uid=7),
     member("usr/bin/alias", tarfile.SYMTYPE, link="tool", mode=0o777),
     member("usr/bin/twin", tarfile.LNKTYPE, link="usr/bin/tool", mode=0o4755, uid=7),
     member("usr/bin/ping", data=b"ping", pax={"SCHILY.xattr.user.note": "yes"}),
     member("old", data=b"goes away")],
    [member(".wh.old"),
     member("opt/cache", tarfile.DIRTYPE, mode=0o700),
     member("opt/cache/.wh..wh..opq"),
     member("opt/cache/a b", data=bytes_of("new", 150_000)),
     member("empty")],
]


def marker(text):
    """Makes a layer differ from others: skopeo reuses what it has pushed before, in another compression too."""
    return member("marker", data=hashlib.sha256(text.encode()).digest())


def write_layout(folder, architectures):
    """An OCI layout with one image an architecture, in one index if there are several."""
    blobs = folder / "blobs/sha256"
    blobs.mkdir(parents=True)

    def add(data):
        (blobs / hashlib.sha256(data).hexdigest()).write_bytes(data)
        return {"digest": digest_of(data), "size": len(data)}

    manifests = []
    for architecture in architectures:
        tars = [make_layer(layer + [marker(f"{folder.name} {architecture}")]) for layer in LAYERS]
        config = {"architecture": architecture, "os": "linux", "config": {"Env": ["A=b"]},
                  "rootfs": {"type": "layers", "diff_ids": [digest_of(tar) for tar in tars]},
                  "history": [{"created_by": "one"}, {"created_by": "two"}]}
        manifest = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                    "config": {"mediaType": "application/vnd.oci.image.config.v1+json", **add(json.dumps(config).encode())},
                    "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", **add(tar)} for tar in tars]}
        manifests.append({"mediaType": manifest["mediaType"], **add(json.dumps(manifest).encode()),
                          "platform": {"os": "linux", "architecture": architecture}})
    if len(manifests) > 1:
        index = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": manifests}
        manifests = [{"mediaType": index["mediaType"], **add(json.dumps(index).encode())}]
    for item in manifests:
        item["annotations"] = {"org.opencontainers.image.ref.name": "it"}
    (folder / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": manifests}))
    return f"oci:{folder}:it"


def expected_entries(layer):
    """What a layer holds, from Python's own reading of what was written."""
    entries = []
    for info, data in layer + [marker("")]:
        name = info.name
        role = 0
        base = name.rsplit("/", 1)[-1]
        if base == ".wh..wh..opq":
            role, name = 2, name.rsplit("/", 1)[0]
        elif base.startswith(".wh."):
            role, name = 1, name.replace(".wh.", "")
        entry = {"path": name, "role": role}
        if role == 0:
            size = len(data) if info.type == tarfile.REGTYPE else 0
            entry.update({"type": TYPES[info.type], "size": size, "mode": info.mode, "uid": info.uid,
                          "gid": 0, "mtime": info.mtime, "link": info.linkname})
            note = info.pax_headers.get("SCHILY.xattr.user.note")
            if note:
                entry["xattrs"] = {"user.note": note.encode().hex()}
        entries.append(entry)
    return sorted(entries, key=lambda entry: (entry["path"], entry["role"]))


def make_stargz(members):
    """(blob, its tar, its table) by docs/estargz.md of stargz-snapshotter."""
    types = {tarfile.REGTYPE: "reg", tarfile.DIRTYPE: "dir", tarfile.SYMTYPE: "symlink", tarfile.LNKTYPE: "hardlink"}
    blob, tar, entries = b"", b"", []

    def add(data):
        nonlocal blob, tar
        blob += gzip.compress(data, mtime=0)
        tar += data

    def archive(info, data):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as one:
            one.addfile(info, io.BytesIO(data))
            return buffer.getvalue()[:one.offset]

    for info, data in members:
        entry = {"name": info.name, "type": types[info.type], "mode": info.mode, "uid": info.uid, "gid": 0,
                 "modtime": "2020-09-13T12:26:40Z", "offset": len(blob)}
        if data:
            entry["size"], entry["digest"] = len(data), digest_of(data)
        if info.linkname:
            entry["linkName"] = info.linkname
        note = info.pax_headers.get("SCHILY.xattr.user.note")
        if note:
            entry["xattrs"] = {"user.note": base64.b64encode(note.encode()).decode()}
        entries.append(entry)
        if len(data) > 1000:
            entries.append({"name": info.name, "type": "chunk", "offset": len(blob), "chunkOffset": 1000})
        add(archive(info, data))
    table = json.dumps({"version": 1, "entries": entries}).encode()
    offset = len(blob)
    add(archive(*member("stargz.index.json", data=table)) + bytes(1024))
    extra = b"SG" + struct.pack("<H", 22) + b"%016xSTARGZ" % offset
    blob += b"\x1f\x8b\x08\x04" + bytes(5) + b"\xff" + struct.pack("<H", len(extra)) + extra + \
        b"\x01\x00\x00\xff\xff" + bytes(8)
    return blob, tar, table


class Registry:
    """docker-registry in a folder of its own, on a port of its own."""

    def __init__(self, folder, auth=False, tls=False, clients=False):
        self.folder = Path(folder)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.host = f"localhost:{self.port}"
        config = {"version": 0.1, "log": {"level": "error", "accesslog": {"disabled": True}},
                  "storage": {"filesystem": {"rootdirectory": str(self.folder / "data")}, "delete": {"enabled": True}},
                  "http": {"addr": f"127.0.0.1:{self.port}"}}
        if auth:
            (self.folder / "htpasswd").write_text(self.htpasswd() + "\n")
            config["auth"] = {"htpasswd": {"realm": "test", "path": str(self.folder / "htpasswd")}}
        self.ca = self.folder / "ca.pem"
        if tls:
            self.make_certificates()
            config["http"]["tls"] = {"certificate": str(self.folder / "cert.pem"), "key": str(self.folder / "key.pem"),
                                     **({"clientcas": [str(self.ca)]} if clients else {})}
        (self.folder / "config.json").write_text(json.dumps(config))
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen([find("docker-registry"), "serve", str(self.folder / "config.json")],
                                        stdout=self.log, stderr=self.log)
        self.wait()

    @staticmethod
    def htpasswd():
        # bcrypt of "secret", cost 5; htpasswd of apache2-utils is not needed.
        return "me:$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a"

    def make_certificates(self):
        """Of an authority, of the registry, and of a client that the authority vouches for."""
        at = self.folder
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", at / "ca.key", "-out", self.ca,
            "-days", "2", "-subj", "/CN=test authority")
        run("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-keyout", at / "key.pem", "-out", at / "req.pem",
            "-subj", "/CN=localhost")
        (at / "ext").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        run("openssl", "x509", "-req", "-in", at / "req.pem", "-CA", self.ca, "-CAkey", at / "ca.key", "-CAcreateserial",
            "-out", at / "cert.pem", "-days", "2", "-extfile", at / "ext")
        run("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-keyout", at / "client.key", "-out", at / "client.req", "-subj", "/CN=client")
        run("openssl", "x509", "-req", "-in", at / "client.req", "-CA", self.ca, "-CAkey", at / "ca.key", "-CAcreateserial",
            "-out", at / "client.cert", "-days", "2")

    def wait(self):
        for _ in range(200):
            if self.process.poll() is not None:
                raise AssertionError("docker-registry ended: " + (self.folder / "log").read_text())
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("docker-registry does not answer")

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()


def find(program):
    path = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/bin:/usr/sbin")
    if path is None:
        print(f"SKIP: {program} is not installed")
        sys.exit(77)
    return path


class Case(unittest.TestCase):
    auth = False
    tls = False
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        cls.temp = tempfile.TemporaryDirectory(prefix="whittle-registry-")
        cls.folder = Path(cls.temp.name)
        (cls.folder / "registry").mkdir()
        cls.registry = Registry(cls.folder / "registry", cls.auth, cls.tls)
        cls.push_args = ["--dest-tls-verify=false"] + (["--dest-creds", "me:secret"] if cls.auth else [])
        cls.inspect_args = ["--tls-verify=false"] + (["--creds", "me:secret"] if cls.auth else [])

    @classmethod
    def tearDownClass(cls):
        cls.registry.stop()
        cls.temp.cleanup()

    @classmethod
    def push(cls, name, architectures=("amd64",), *args):
        folder = cls.folder / name.replace("/", "_").replace(":", "_")
        source = write_layout(folder, architectures)
        run(find("skopeo"), "copy", "--all", "--quiet", *args, *cls.push_args, source, f"docker://{cls.registry.host}/{name}")
        return f"registry:{cls.registry.host}/{name}"

    def inspect(self, name, *args):
        return json.loads(run(find("skopeo"), "inspect", *self.inspect_args, *args,
                              f"docker://{self.registry.host}/{name}").stdout)

    def read(self, target, *args, env=None):
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), **(env or {})}
        result = run(LISTING, target, *args, env=environment, check=False)
        lines = [json.loads(line) for line in result.stdout.splitlines()]
        self.assertIn(result.returncode, (0, 3), result.stderr)
        return lines

    def entries(self, lines, layer):
        found, current = [], None
        for line in lines:
            if "layer" in line:
                current = line["layer"]
            elif "path" in line and current == layer:
                if line["role"] != 0:
                    line = {"path": line["path"], "role": line["role"]}
                found.append(line)
        return sorted(found, key=lambda entry: (entry["path"], entry["role"]))

    def check_files(self, lines):
        for number, layer in enumerate(LAYERS):
            self.assertEqual(self.entries(lines, number), expected_entries(layer))


class Plain(Case):
    def test_layers_as_skopeo_sees_them(self):
        for form, args in {"gzip": [], "zstd": ["--dest-compress-format", "zstd"]}.items():
            target = self.push(f"{form}:1", ("amd64",), *args)
            lines = self.read(target, "--files")
            theirs = self.inspect(f"{form}:1")
            self.assertNotIn("error", lines[0])
            self.assertEqual([layer["digest"] for layer in lines[0]["layers"]], theirs["Layers"])
            self.assertEqual([layer["size"] for layer in lines[0]["layers"]],
                             [layer["size"] for layer in self.inspect(f"{form}:1", "--raw")["layers"]])
            self.assertEqual(lines[0]["manifest"], theirs["Digest"])
            self.assertTrue(all(layer["type"].endswith(form) for layer in lines[0]["layers"]))
            self.assertTrue(lines[0]["remote"])
            self.check_files(lines)
            for number, line in enumerate(line for line in lines if "layer" in line):
                self.assertEqual(line["blob"], theirs["Layers"][number])
                self.assertEqual(line["diff_id"], lines[0]["layers"][number]["diff_id"])

    def test_platforms_of_an_index(self):
        target = self.push("multi:1", ("amd64", "arm64", "s390x"))
        for architecture in ("amd64", "arm64", "s390x"):
            lines = self.read(target, "--platform", f"linux/{architecture}", "--files")
            self.assertEqual(lines[0]["architecture"], architecture)
            self.assertEqual(lines[0]["platforms"], 3)
            self.check_files(lines)
        none = self.read(target, "--platform", "windows/amd64")
        self.assertIn("no image for windows/amd64", none[0]["error"])
        self.assertIn("linux/s390x", none[0]["hint"])

    def test_digests_and_tags(self):
        target = self.push("pinned:1")
        lines = self.read(target)
        digest = lines[0]["manifest"]
        for name in (f"pinned@{digest}", f"pinned:1@{digest}"):
            self.assertEqual(self.read(f"registry:{self.registry.host}/{name}")[0]["manifest"], digest)
        wrong = self.read(f"registry:{self.registry.host}/pinned@sha256:{'0' * 64}")
        self.assertIn("status 404", wrong[0]["error"])
        self.assertIn("error", self.read(f"registry:{self.registry.host}/nobody:1")[0])

    def test_a_plain_reference_is_asked_for_everywhere(self):
        self.push("plain-name:1")
        env = {"DOCKER_HOST": "unix:///nowhere/docker.sock", "CONTAINER_HOST": "unix:///nowhere/podman.sock"}
        lines = self.read(f"{self.registry.host}/plain-name:1", env=env)
        self.assertEqual(lines[0]["source"], "registry")
        for args in ([], ["--offline"]):
            missing = self.read(f"{self.registry.host}/nobody:1", *args, env=env)[0]["error"]
            for tried in ["docker", "podman"] + ([] if args else ["registry"]):
                self.assertIn(f"{tried}: ", missing)
        offline = self.read(f"registry:{self.registry.host}/plain-name:1", "--offline")
        self.assertIn("offline", offline[0]["error"])

    def test_mirrors(self):
        self.push("team/app:1")
        lines = self.read("registry:registry.invalid/team/app:1",
                          "--mirror", f"registry.invalid=http://127.0.0.1:1", "--mirror",
                          f"registry.invalid=http://127.0.0.1:{self.registry.port}", "--files")
        self.assertEqual(lines[0]["names"], ["registry.invalid/team/app:1"])
        self.check_files(lines)
        prefixed = self.read("registry:registry.invalid/app:1", "--mirror",
                             f"registry.invalid=http://127.0.0.1:{self.registry.port}/team")
        self.assertEqual(prefixed[0]["manifest"], lines[0]["manifest"])
        # A mirror that does not have it: the registry itself is asked.
        self.push("only-here:1")
        (self.folder / "other").mkdir()
        other = Registry(self.folder / "other")
        try:
            found = self.read(f"registry:{self.registry.host}/only-here:1", "--mirror",
                              f"{self.registry.host}=http://127.0.0.1:{other.port}", "--files")
            self.check_files(found)
        finally:
            other.stop()


class Login(Case):
    auth = True

    def setUp(self):
        self.target = self.push("private:1") if not hasattr(Login, "pushed") else Login.pushed
        Login.pushed = self.target

    def write_auth(self, path, auths):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(auths))
        return path

    def basic(self, user="me", password="secret"):
        return {"auth": base64.b64encode(f"{user}:{password}".encode()).decode()}

    def test_without_a_login(self):
        error = self.read(self.target)[0]
        self.assertIn("user name", error["error"])
        self.assertIn("login", error["hint"])

    def test_from_every_place(self):
        host = self.registry.host
        places = {
            "option": (self.folder / "a/option.json", ["--auth-file", self.folder / "a/option.json"], {}),
            "docker": (self.folder / "b/config.json", [], {"DOCKER_CONFIG": str(self.folder / "b")}),
            "home": (self.folder / "c/.docker/config.json", [], {"HOME": str(self.folder / "c")}),
            "runtime": (self.folder / "d/containers/auth.json", [], {"XDG_RUNTIME_DIR": str(self.folder / "d")}),
            "named": (self.folder / "e/x.json", [], {"REGISTRY_AUTH_FILE": str(self.folder / "e/x.json")}),
        }
        for key in (host, f"https://{host}/v1/", f"{host}/private"):
            for name, (path, args, env) in places.items():
                self.write_auth(path, {"auths": {key: self.basic()}})
                lines = self.read(self.target, *args, "--files", env=env)
                self.assertNotIn("error", lines[0], f"{name} {key}: {lines[0]}")
                path.unlink()
        self.check_files(lines)
        env = {"WHITTLE_REGISTRY_USERNAME": "me", "WHITTLE_REGISTRY_PASSWORD": "secret"}
        self.assertNotIn("error", self.read(self.target, env=env)[0])
        self.assertIn("error", self.read(self.target, env={**env, "WHITTLE_REGISTRY_HOST": "other.example"})[0])

    def test_skopeo_login_is_understood(self):
        path = self.folder / "skopeo-auth.json"
        subprocess.run([find("skopeo"), "login", "--tls-verify=false", "--authfile", str(path), "-u", "me",
                        "--password-stdin", self.registry.host], input="secret", text=True, check=True,
                       capture_output=True)
        self.assertNotIn("error", self.read(self.target, "--auth-file", path)[0])

    def test_wrong_password(self):
        path = self.write_auth(self.folder / "wrong.json", {"auths": {self.registry.host: self.basic(password="x")}})
        self.assertIn("wrong", self.read(self.target, "--auth-file", path)[0]["error"])

    def test_helpers(self):
        bin_folder = self.folder / "bin"
        bin_folder.mkdir()
        helper = bin_folder / "docker-credential-test"
        helper.write_text("#!/bin/sh\nread -r host\n[ \"$1\" = get ] || exit 1\n"
                          f"[ \"$host\" = {self.registry.host} ] || {{ echo credentials not found in native keychain; exit 1; }}\n"
                          "echo '{\"ServerURL\":\"x\",\"Username\":\"me\",\"Secret\":\"secret\"}'\n")
        helper.chmod(0o755)
        env = {"PATH": f"{bin_folder}:{os.environ['PATH']}"}
        for config in ({"credsStore": "test"}, {"credHelpers": {self.registry.host: "test"}, "credsStore": "missing"}):
            path = self.write_auth(self.folder / "helper.json", {**config, "auths": {self.registry.host: {}}})
            self.assertNotIn("error", self.read(self.target, "--auth-file", path, env=env)[0])
        # A helper that is not there does not hide what the file itself says.
        path = self.write_auth(self.folder / "helper.json", {"credsStore": "gone", "auths": {self.registry.host: self.basic()}})
        self.assertNotIn("error", self.read(self.target, "--auth-file", path)[0])


class Tls(Case):
    tls = True

    def test_authority(self):
        target = self.push("secure:1")
        self.check_files(self.read(target, "--ca-file", self.registry.ca, "--files"))
        untrusted = self.read(target)[0]
        self.assertIn("certificate", untrusted["error"])
        self.assertIn("insecure", untrusted["hint"])
        self.check_files(self.read(target, "--insecure", self.registry.host, "--files"))

    def test_certificates_kept_for_the_registry(self):
        target = self.push("kept:1")
        for place in (".config/docker", ".config/containers"):
            kept = self.folder / place / "certs.d" / self.registry.host
            kept.mkdir(parents=True)
            shutil.copy(self.registry.ca, kept / "ca.crt")
            self.check_files(self.read(target, "--files"))
            shutil.rmtree(kept)

    def test_certificates_of_the_client(self):
        (self.folder / "clients").mkdir()
        registry = Registry(self.folder / "clients", tls=True, clients=True)
        self.addCleanup(registry.stop)
        kept = self.folder / ".config/docker/certs.d" / registry.host
        kept.mkdir(parents=True)
        shutil.copy(registry.ca, kept / "ca.crt")
        refused = self.read(f"registry:{registry.host}/none:1")[0]
        self.assertIn("error", refused)
        self.assertNotIn("404", refused["error"])
        for name in ("client.cert", "client.key"):
            shutil.copy(registry.folder / name, kept / name)
        known = self.read(f"registry:{registry.host}/none:1")[0]  # it is let in, and there is no such image
        self.assertIn("404", known["error"])
        (kept / "client.key").unlink()
        half = self.read(f"registry:{registry.host}/none:1")[0]
        self.assertIn("client.cert has no client.key beside it", half["error"])


class Contents(Case):
    """Lists of files from tables of contents, held against the layers themselves."""

    def test_zstd_chunked(self):
        target = self.push("chunked:1", ("amd64",), "--dest-compress", "--dest-compress-format", "zstd:chunked")
        full = self.read(target, "--files")
        listed = self.read(target, "--list")
        self.assertEqual([line["listed"] for line in listed if "layer" in line], [True, True])
        self.check_files(full)
        self.check_files(listed)

    def test_estargz(self):
        """A layer made here by the format's description: a gzip member a file, the table, the footer."""
        target, table = self.push_stargz("stargz:1")
        full = self.read(target, "--files")
        listed = self.read(target, "--list")
        self.assertEqual([line["listed"] for line in listed if "layer" in line], [True, True])
        self.check_files(listed)
        self.assertIn("stargz.index.json", [line.get("path") for line in full])
        self.assertNotIn(".no.prefetch.landmark", [line.get("path") for line in listed])

    def test_a_wrong_table_is_not_believed(self):
        target, _ = self.push_stargz("stargz:wrong", wrong_digest=True)
        listed = self.read(target, "--list")
        self.assertEqual([line["listed"] for line in listed if "layer" in line], [False, False])

    def push_stargz(self, name, wrong_digest=False):
        folder = self.folder / name.replace(":", "_")
        blobs = folder / "blobs/sha256"
        blobs.mkdir(parents=True)

        def add(data):
            (blobs / hashlib.sha256(data).hexdigest()).write_bytes(data)
            return {"digest": digest_of(data), "size": len(data)}

        layers, diff_ids, table = [], [], None
        for layer in LAYERS:
            blob, tar, table = make_stargz(layer + [marker(name), member(".no.prefetch.landmark", data=b"\x0f")])
            digest = digest_of(b"something else" if wrong_digest else table)
            layers.append({"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", **add(blob),
                           "annotations": {"containerd.io/snapshot/stargz/toc.digest": digest}})
            diff_ids.append(digest_of(tar))
        config = {"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": diff_ids}}
        manifest = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                    "config": {"mediaType": "application/vnd.oci.image.config.v1+json", **add(json.dumps(config).encode())},
                    "layers": layers}
        item = {"mediaType": manifest["mediaType"], **add(json.dumps(manifest).encode()),
                "annotations": {"org.opencontainers.image.ref.name": "it"}}
        (folder / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
        (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [item]}))
        run(find("skopeo"), "copy", "--quiet", "--preserve-digests", *self.push_args, f"oci:{folder}:it",
            f"docker://{self.registry.host}/{name}")
        return f"registry:{self.registry.host}/{name}", table


if __name__ == "__main__":
    find("docker-registry"), find("skopeo"), find("openssl")
    unittest.main(argv=[sys.argv[0]] + sys.argv[2:], verbosity=2)
