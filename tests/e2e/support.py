"""What the end-to-end tests share: a tiny base image, projects, the engines that answer, and running whittle.

The base image holds a static busybox and a stand-in for apt-get that behaves like it where it matters: `update` fills the
package lists, `install` needs them and brings "recommended" files unless told otherwise. So the tests need no network.
"""
import hashlib
import io
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tarfile
import tempfile
import time

BASE = 'whittle-e2e-base:latest'
LABEL = 'io.whittle.run'

APT_GET = '''#!/bin/sh
for word in "$@"; do case $word in
  update) mkdir -p /var/lib/apt/lists && dd if=/dev/urandom of=/var/lib/apt/lists/list bs=1024 count=512 2>/dev/null; exit ;;
  install) break ;;
esac; done
[ -e /var/lib/apt/lists/list ] || { echo "E: Unable to locate package" >&2; exit 100; }
mkdir -p /usr/share/tool /var/cache/apt/archives
dd if=/dev/urandom of=/usr/share/tool/data bs=1024 count=100 2>/dev/null
case " $* " in *" --no-install-recommends "*) ;; *)
  dd if=/dev/urandom of=/usr/share/tool/recommended bs=1024 count=256 2>/dev/null ;; esac
'''

DOCKERFILE = f'''FROM {BASE}
MAINTAINER somebody@example.org
RUN apt-get update
RUN apt-get install -y tool
ADD . /app
WORKDIR /app
EXPOSE 8080
CMD ["httpd", "-f", "-p", "8080", "-h", "/"]
'''


def applets():
    """What the static busybox can be called as, itself left out."""
    out = subprocess.run([shutil.which('busybox'), '--list'], capture_output=True, text=True, check=True).stdout
    return [applet for applet in out.split() if applet != 'busybox']


def applet_count():
    return len(applets())


def base_tar(programs=None, links=None):
    """The root file system of the base image, as tar bytes; with more programs (path: content) and links (path: target)."""
    busybox = shutil.which('busybox')
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w') as tar:
        def add(name, data=b'', mode=0o755, kind=tarfile.REGTYPE, link=''):
            info = tarfile.TarInfo(name)
            info.size, info.mode, info.type, info.linkname = len(data), mode, kind, link
            tar.addfile(info, io.BytesIO(data))
        for folder in ('bin', 'etc', 'usr', 'usr/bin', 'usr/share', 'var', 'var/lib', 'root'):
            add(folder, kind=tarfile.DIRTYPE)
        add('tmp', kind=tarfile.DIRTYPE, mode=0o1777)
        add('bin/busybox', pathlib.Path(busybox).read_bytes())
        for applet in applets():
            if f'bin/{applet}' not in (programs or {}):
                add(f'bin/{applet}', kind=tarfile.SYMTYPE, link='busybox')
        add('etc/passwd', b'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/:/bin/sh\n', 0o644)
        add('etc/group', b'root:x:0:\napp:x:1000:\n', 0o644)
        add('usr/bin/apt-get', APT_GET.encode())
        for path, text in (programs or {}).items():
            add(path, text if isinstance(text, bytes) else text.encode())
        for path, target in (links or {}).items():
            add(path, kind=tarfile.SYMTYPE, link=target)
    return out.getvalue()


def docker_archive(path, layer, command):
    """One layer as `docker save` has written it for years, with port 8080."""
    config = json.dumps({'os': 'linux', 'architecture': os.uname().machine.replace('x86_64', 'amd64').replace('aarch64', 'arm64'),
                         'config': {'Cmd': command, 'ExposedPorts': {'8080/tcp': {}}, 'Env': ['PATH=/bin:/usr/bin']},
                         'rootfs': {'type': 'layers', 'diff_ids': ['sha256:' + hashlib.sha256(layer).hexdigest()]},
                         'history': [{'created_by': 'ADD base.tar /'}]}).encode()
    manifest = json.dumps([{'Config': 'config.json', 'RepoTags': None, 'Layers': ['layer.tar']}]).encode()
    with tarfile.open(path, mode='w') as tar:
        for name, content in (('manifest.json', manifest), ('config.json', config), ('layer.tar', layer)):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))


def quiet(args, **kwargs):
    return subprocess.run(args, capture_output=True, text=True, timeout=300, **kwargs)


class Engine:
    """One container engine as the tests use it beside whittle: to load the base, and to look for what was left behind."""

    def __init__(self, name, program):
        self.name, self.program = name, program
        self.earlier = set()  # what was there before the tests, of somebody else's

    def load_base(self, tar_path):
        if self.name == 'builtin':
            made = quiet(['buildah', 'from', 'scratch'])
            container = made.stdout.strip()
            quiet(['buildah', 'add', container, str(tar_path), '/'], check=True)
            quiet(['buildah', 'commit', '--rm', container, BASE], check=True)
        else:
            quiet([self.program, 'import', str(tar_path), BASE], check=True)

    def images(self):
        command = ['buildah', 'images'] if self.name == 'builtin' else [self.program, 'images']
        out = quiet(command + ['--format', '{{.Repository}}:{{.Tag}}' if self.name != 'builtin' else '{{.Name}}:{{.Tag}}']).stdout
        return sorted(set(line for line in out.split() if line))

    def leftovers(self):
        """Images and containers of the tests that carry whittle's label or name."""
        return sorted(set(self.labelled()) - self.earlier)

    def labelled(self):
        found = [image for image in self.images() if re.search(r'whittle-[0-9a-f]{10}:', image)]
        if self.name == 'builtin':
            found += [line for line in quiet(['buildah', 'containers', '--format', '{{.ContainerName}}']).stdout.split() if 'whittle' in line]
            return found
        found += quiet([self.program, 'ps', '-aq', '--filter', f'label={LABEL}']).stdout.split()
        found += quiet([self.program, 'images', '-q', '--filter', f'label={LABEL}']).stdout.split()
        return found

    def remove(self, image):
        quiet(['buildah', 'rmi', image] if self.name == 'builtin' else [self.program, 'rmi', '-f', image])


class World:
    """Everything one run of the tests shares. `reasons`: why an engine is not there."""

    def __init__(self, whittle, runs_all=False):
        self.whittle = whittle
        self.runs_all = runs_all
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='e2e-'))
        self.temp = self.folder / 'tmp'
        self.temp.mkdir()
        self.engines, self.reasons = [], {}
        tar = self.folder / 'base.tar'
        if shutil.which('busybox') is None:
            self.reasons = dict.fromkeys(('docker', 'podman', 'builtin'), 'busybox (busybox-static) is not installed')
            return
        tar.write_bytes(base_tar())
        for name, program in (('docker', 'docker'), ('podman', 'podman'), ('builtin', 'buildah')):
            probe = self.project(f'probe-{name}', {'Dockerfile': f'FROM {BASE}\n'})
            engine = Engine(name, program)
            if shutil.which(program) is None:
                self.reasons[name] = f'{program} is not installed'
                continue
            try:
                engine.load_base(tar)
            except subprocess.CalledProcessError as error:
                self.reasons[name] = f'{name}: {(error.stderr or "does not answer").strip().splitlines()[-1]}'
                continue
            outcome = self.run('optimize', probe, '--engine', name, '--discard', '--output', self.folder / f'probe-{name}-out')
            if 'engine' in outcome.stderr and outcome.code == 2 and 'baseline' not in outcome.stderr:
                self.reasons[name] = outcome.stderr.strip().splitlines()[0]
                continue
            engine.earlier = set(engine.labelled())
            self.engines.append(engine)

    def close(self):
        for engine in self.engines:
            engine.remove(BASE)
        shutil.rmtree(self.folder, ignore_errors=True)

    def project(self, name, files):
        root = self.folder / 'projects' / name
        for path, content in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(content)
        return root

    def tiny(self, name, dockerfile=DOCKERFILE, **more):
        files = {'Dockerfile': dockerfile, 'index.html': '<p>hello</p>\n', '.git/HEAD': 'ref: refs/heads/main\n',
                 '.git/objects/pack/pack-1.pack': 'x' * 300_000, '.env': 'PASSWORD=hunter2\n'}
        files.update(more.get('files', {}))
        return self.project(name, files)

    def start(self, *args, env=None):
        environment = dict(os.environ, TMPDIR=str(self.temp), NO_COLOR='1')
        environment.update(env or {})
        return subprocess.Popen([self.whittle, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                env=environment, cwd=self.folder, start_new_session=True)

    def run(self, *args, env=None, timeout=600):
        process = self.start(*args, env=env)
        out, err = process.communicate(timeout=timeout)
        return Outcome(process.returncode, out, err)

    def interrupt_at(self, phase, *args):
        """Starts whittle, sends SIGINT soon after the phase begins, and returns its outcome (None: the phase never came)."""
        process = self.start(*args)
        seen = []
        for line in process.stderr:
            seen.append(line)
            if phase in line:
                time.sleep(0.4)
                process.send_signal(signal.SIGINT)
                break
        else:
            process.wait()
            return None, ''.join(seen)
        out, err = process.communicate(timeout=60)
        return Outcome(process.returncode, out, ''.join(seen) + err), ''.join(seen)

    def temp_leftovers(self):
        return sorted(path.name for path in self.temp.iterdir())


class Outcome:
    def __init__(self, code, out, err):
        self.code, self.stdout, self.stderr = code, out, err

    def __repr__(self):
        return f'exit {self.code}\n--- stdout\n{self.stdout}\n--- stderr\n{self.stderr}'


def fingerprint(root):
    """One digest over names, modes, times and contents of a folder."""
    digest = hashlib.sha256()
    for path in sorted(pathlib.Path(root).rglob('*')):
        stat = path.lstat()
        digest.update(f'{path.relative_to(root)} {stat.st_mode} {stat.st_mtime_ns} {stat.st_size}\n'.encode())
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()


def report(folder):
    return json.loads((pathlib.Path(folder) / 'report.json').read_text())
