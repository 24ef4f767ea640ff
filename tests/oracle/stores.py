"""The ways to store an image: each writes it with another program and names the target whittle reads it by."""
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

import others
import recipes
from others import call

PLATFORM_TAGS = ['whittle-oracle:amd64', 'whittle-oracle:arm64']


class Registry:
    """Debian's docker-registry on a loopback port; `host` is None where it is not installed."""

    def __enter__(self):
        self.host = self.process = None
        program = shutil.which('docker-registry')
        if not program:
            return self
        self.folder = tempfile.mkdtemp(prefix='whittle-oracle-registry-')
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            port = probe.getsockname()[1]
        config = pathlib.Path(self.folder) / 'config.yml'
        config.write_text(f'version: 0.1\nlog: {{level: error}}\nhttp: {{addr: "127.0.0.1:{port}"}}\n'
                          f'storage: {{filesystem: {{rootdirectory: "{self.folder}/data"}}}}\n')
        self.process = subprocess.Popen([program, 'serve', config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100):
            try:
                urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f'http://127.0.0.1:{port}/v2/').close()
                self.host = f'127.0.0.1:{port}'
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        return self

    def __exit__(self, *_):
        if self.process:
            self.process.terminate()
            self.process.wait()
            shutil.rmtree(self.folder, ignore_errors=True)


class Form:
    def __init__(self, name, write):
        self.name = name
        self.write = write

    def store(self, image, scratch, registry):
        """(what lies there, target for whittle)"""
        self.path = pathlib.Path(scratch) / self.name
        return self.write(image, self.path, registry)

    def clean(self, scratch):
        if self.path.is_dir():
            shutil.rmtree(self.path)
        elif self.path.exists():
            self.path.unlink()


def skopeo(source, target, *options):
    call('skopeo', 'copy', '-q', '--insecure-policy', *options, source, target)


def docker_save(image, path, _):
    call('docker', 'save', '-o', path, image)
    return others.read_docker_archive(path), f'docker-archive:{path}'


def engine(image, path, _):
    call('docker', 'save', '-o', path, image)
    return others.read_docker_archive(path), f'docker:{image}'


def skopeo_docker_archive(image, path, _):
    skopeo(f'docker-daemon:{image}', f'docker-archive:{path}:{image}')
    return others.read_docker_archive(path), f'docker-archive:{path}'


def skopeo_oci(image, path, _):
    skopeo(f'docker-daemon:{image}', f'oci:{path}:latest')
    return others.read_oci(path), f'oci:{path}'


def skopeo_oci_zstd(image, path, _):
    skopeo(f'docker-daemon:{image}', f'oci:{path}:latest', '--dest-compress-format', 'zstd')
    return others.read_oci(path), f'oci:{path}'


def skopeo_oci_archive(image, path, _):
    skopeo(f'docker-daemon:{image}', f'oci-archive:{path}:latest')
    return others.read_oci_archive(path, path.parent), f'oci-archive:{path}'


def skopeo_dir(image, path, _):
    skopeo(f'docker-daemon:{image}', f'dir:{path}', '--dest-compress')
    return others.read_dir(path), f'dir:{path}'


def podman_save(image, path, archive_format, read, transport):
    local = f'localhost/{image}'
    skopeo(f'docker-daemon:{image}', f'containers-storage:{local}')
    try:
        call('podman', 'save', '-q', '--format', archive_format, '-o', path, local)
    finally:
        subprocess.run(['podman', 'rmi', '-f', local], capture_output=True)
    return read(path), f'{transport}:{path}'


def podman_docker_archive(image, path, _):
    return podman_save(image, path, 'docker-archive', others.read_docker_archive, 'docker-archive')


def podman_oci_archive(image, path, _):
    return podman_save(image, path, 'oci-archive', lambda made: others.read_oci_archive(made, path.parent), 'oci-archive')


def in_registry(image, path, registry, *options):
    if not registry.host:
        raise recipes.Unavailable('docker-registry is not installed')
    name = f'{registry.host}/{image}'
    skopeo(f'docker-daemon:{image}', f'docker://{name}', '--dest-tls-verify=false', *options)
    skopeo(f'docker://{name}', f'dir:{path}', '--src-tls-verify=false', '--preserve-digests')
    stored = others.read_dir(path)
    said = {'skopeo': json.loads(call('skopeo', 'inspect', '--tls-verify=false', f'docker://{name}'))['Digest']}
    crane = shutil.which('crane') or os.path.expanduser('~/go/bin/crane')
    if os.path.exists(crane):
        said['crane'] = call(crane, 'digest', '--insecure', name).decode().strip()
    for program, digest in said.items():
        if digest != others.sha256(stored.manifest):
            raise RuntimeError(f'{program} says {digest} of the manifest')
    return stored, f'registry:{name}'


def registry_gzip(image, path, registry):
    return in_registry(image, path, registry)


def registry_zstd(image, path, registry):
    return in_registry(image, path, registry, '--dest-compress-format', 'zstd', '--format', 'oci')


FORMS = [Form(write.__name__.replace('_', '-'), write) for write in (
    docker_save, skopeo_oci, registry_gzip, podman_docker_archive, skopeo_oci_zstd, engine, skopeo_dir, skopeo_oci_archive,
    podman_oci_archive, registry_zstd, skopeo_docker_archive)]


def forms_for(number, is_short):
    """What the archives of `docker save` hold is always looked at, with three other forms in turn; all forms of every eighth
    image."""
    if is_short:
        return [FORMS[0], FORMS[1 + 3 * number % 10]]
    if number % 8 == 0:
        return FORMS
    return [FORMS[0]] + [FORMS[1 + (3 * number + i) % 10] for i in range(3)]


def make_index(scratch):
    """An OCI layout with one image for each of two platforms."""
    scratch = pathlib.Path(scratch)
    for program in ('buildah', 'skopeo'):
        if not shutil.which(program):
            raise recipes.Unavailable(f'{program} is not installed')
    (scratch / 'Dockerfile').write_text('FROM scratch\nARG TARGETARCH\nCOPY ${TARGETARCH} /data\nCOPY both /\n')
    for architecture in ('amd64', 'arm64'):
        recipes.write(scratch / architecture / 'file', architecture * 1000)
    recipes.write(scratch / 'both/common', 'common')
    name = 'localhost/whittle-oracle-index'
    subprocess.run(['buildah', 'manifest', 'rm', name], capture_output=True)
    try:
        for architecture in ('amd64', 'arm64'):
            call('buildah', 'bud', '-q', '--isolation', 'chroot', '--arch', architecture, '--build-arg',
                 f'TARGETARCH={architecture}', '--manifest', name, scratch)
        call('buildah', 'manifest', 'push', '-q', '--all', name, f'oci:{scratch}/index:latest')
    finally:
        subprocess.run(['buildah', 'manifest', 'rm', name], capture_output=True)
    return scratch / 'index'


def load_platform(index, platform, scratch):
    """Puts one platform's image into the engine; (what lies there, its name in the engine)."""
    tag = f'whittle-oracle:{platform.split("/")[1]}'
    skopeo(f'oci:{index}:latest', f'docker-daemon:{tag}', '--override-arch', platform.split('/')[1])
    return others.read_oci(index, platform), tag
