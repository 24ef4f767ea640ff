"""Images that tests build in the engine that ENGINE names: docker (if not set), podman, or builtin (buildah).

Where Podman's or buildah's runtime cannot run build steps, Docker builds and hands the image over.
"""
import os
import subprocess
from pathlib import Path

ENGINE = os.environ.get("ENGINE", "docker")
DOCKERS_BASE = "debian:bookworm-slim"
BASE = DOCKERS_BASE if ENGINE == "docker" else "localhost/debian:bookworm-slim"
ASK = {"docker": ["docker", "image", "inspect"], "podman": ["podman", "image", "exists"], "builtin": ["buildah", "inspect", "--type", "image"]}
MAKE = {"docker": ["docker", "build", "-q", "--network", "host"], "podman": ["podman", "build", "-q", "--format", "docker"],
        "builtin": ["buildah", "bud", "-q", "--format", "docker"]}
REMOVE = {"docker": ["docker", "rmi", "-f"], "podman": ["podman", "rmi", "-f"], "builtin": ["buildah", "rmi"]}
TAKE = {"podman": ["podman", "load", "-q", "-i"], "builtin": ["buildah", "pull", "-q"]}

handed_over = set()


def is_there(engine, name):
    try:
        return subprocess.run([*ASK[engine], name], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def has_base():
    return is_there(ENGINE, BASE)


def _make(engine, tag, folder, *words):
    return subprocess.run([*MAKE[engine], "-t", tag, *words, str(folder)], capture_output=True, text=True, check=False)


def _hand_over(tag, folder):
    """Built by Docker, which keeps it as a base of others, and taken by the engine."""
    file = Path(folder) / "Dockerfile.docker"
    file.write_text((Path(folder) / "Dockerfile").read_text().replace(f"FROM {BASE}", f"FROM {DOCKERS_BASE}"))
    made = _make("docker", tag, folder, "-f", str(file))
    file.unlink()
    if made.returncode != 0:
        return made
    archive = Path(folder) / "image.tar"
    subprocess.run(["docker", "save", "-o", str(archive), tag], check=True)
    name = f"docker-archive:{archive}" if ENGINE == "builtin" else str(archive)
    taken = subprocess.run([*TAKE[ENGINE], name], capture_output=True, text=True, check=False)
    archive.unlink()
    handed_over.add(tag)
    return taken


def build(tag, folder):
    """The finished command, whatever became of it."""
    made = _make(ENGINE, tag, folder)
    if made.returncode == 0 or ENGINE == "docker" or not is_there("docker", DOCKERS_BASE):
        return made
    return _hand_over(tag, folder)


def remove(*names):
    for name in names:
        subprocess.run([*REMOVE[ENGINE], name], capture_output=True, check=False)
        if name in handed_over:
            handed_over.remove(name)
            subprocess.run([*REMOVE["docker"], name], capture_output=True, check=False)
