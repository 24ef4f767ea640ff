"""What the benches over sample projects share: working copies, the Docker engine, probes.

A project is a folder with a Dockerfile and probe.sh IMAGE [quick|full]; beside the projects stands _lib/prepare.sh PROJECT DEST,
which makes a working copy. EXTRA_CA=FILE is passed on to it.
"""
import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
WHITTLE = ROOT / 'build/release/bin/whittle'
PROJECTS = ROOT.parent / 'shared/corpus/projects'


def docker_program():
    """The first docker on PATH that can do BuildKit."""
    out = subprocess.run(['bash', '-c', f'. {ROOT}/scripts/lib.sh; docker_program'], capture_output=True, text=True)
    return out.stdout.strip() or 'docker'


DOCKER = docker_program()
ENV = dict(os.environ, DOCKER=DOCKER, DOCKER_BUILDKIT='1')


def sh(args, **kwargs):
    return subprocess.run([str(arg) for arg in args], capture_output=True, text=True, env=ENV, **kwargs)


def find_projects(folder):
    return sorted(path.parent for path in folder.glob('*/Dockerfile'))


def prepare(project, dest, golden=False):
    env = dict(ENV, **({'GOLDEN': '1'} if golden else {}))
    subprocess.run(['bash', project.parent / '_lib/prepare.sh', project, dest], check=True, env=env)
    for path in [dest, *dest.rglob('*')]:  # a corpus may be read-only
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | 0o200)
    return dest


def probe(project, image):
    """'19/19', or '12/19 FAIL'."""
    out = sh(['bash', project / 'probe.sh', image, 'full']).stdout
    found = re.search(r'^(PASS|FAIL) .*: (\d+/\d+)$', out, re.M)
    return f'{found[2]}{"" if found[1] == "PASS" else " FAIL"}' if found else 'no answer'


def has_passed(probed):
    """Whether all checks did, of what probe() says."""
    return re.fullmatch(r'(\d+)/\1', probed) is not None


def why_not_here(folder):
    """Why no project can be built here; None if one can."""
    if not folder.is_dir():
        return f'{folder} is not there'
    if sh([DOCKER, 'info']).returncode != 0:
        return 'no Docker engine answers'
    bases = {line.split()[1] for project in find_projects(folder) for line in (project / 'Dockerfile').read_text().splitlines()
             if line.startswith('FROM ')}
    missing = sorted(base for base in bases if sh([DOCKER, 'image', 'inspect', base]).returncode != 0)
    return f'{", ".join(missing)} is not in the engine' if missing else None


def image_size(image):
    return int(sh([DOCKER, 'image', 'inspect', '-f', '{{.Size}}', image]).stdout)


def image_layers(image):
    return int(sh([DOCKER, 'image', 'inspect', '-f', '{{len .RootFS.Layers}}', image]).stdout)
