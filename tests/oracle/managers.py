"""What package managers say of an image: packages with versions, and the files of each. They run inside a container, but for
npm, which looks at a copy.

Each function returns (packages, files): a set of (name, version, ...) and a dictionary name -> set of paths, or None where
the manager lists no files.
"""
import json
import os
import subprocess
import tempfile

from others import call

DPKG = r'''
dpkg-query -W -f '${db:Status-Status}\t${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\n'
echo ==
for p in $(dpkg-query -W -f '${binary:Package}\n'); do echo "=$p"; dpkg -L $p; done
'''

PIP = r'''
import importlib.metadata as m, json, os
out = []
for d in m.distributions():
    files = [os.path.realpath(os.path.dirname(d.locate_file(f))) + "/" + os.path.basename(f) for f in d.files or []]
    out.append([d.metadata["Name"], d.version, files])
print(json.dumps(out))
'''


def inside(engine, image, *command):
    return call(engine, 'run', '--rm', '--network', 'none', '--user', '0', '--entrypoint', '', image, *command).decode(
        'utf-8', 'surrogateescape')


def dpkg(engine, image):
    packages, files, name = set(), {}, ''
    head, _, lists = inside(engine, image, 'sh', '-c', DPKG).partition('==\n')
    for line in head.splitlines():
        status, *row = line.split('\t')
        if status == 'installed':
            packages.add(('deb', *row))
    for line in lists.splitlines():
        if line.startswith('='):
            name = line[1:].split(':')[0]
        elif line.startswith('/') and line != '/.':
            files.setdefault(name, set()).add(line)
        elif ' diverted' in line and ' to: ' in line:  # of the path named just before
            files[name].discard(previous)
            files[name].add(line.split(' to: ')[1])
        previous = line
    return packages, files


def apk(engine, image):
    packages, files = set(), {}
    for line in inside(engine, image, 'sh', '-c', 'apk info -q 2>/dev/null').split():
        row = inside(engine, image, 'sh', '-c', f'apk info -L {line}; echo ==; apk list -I {line}; cat /etc/apk/arch')
        listed, _, facts = row.partition('==\n')
        version = facts.split()[0][len(line) + 1:]
        origin = facts.split('{')[1].split('}')[0]
        packages.add(('apk', line, version, facts.split()[1], origin))
        files[line] = {'/' + path for path in listed.splitlines()[1:] if path}
    return packages, files


def rpm(engine, image):
    query = ('rpm --dbpath /var/lib/rpm -qa --qf "%{NAME}\\t%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\\t%{ARCH}\\n"; echo ==;'
             'rpm --dbpath /var/lib/rpm -qa --qf "[%{=NAME}\\t%{FILENAMES}\\n]"')
    head, _, lists = inside(engine, image, 'sh', '-c', query).partition('==\n')
    packages = {('rpm', *line.split('\t')) for line in head.splitlines()}
    files = {}
    for line in lists.splitlines():
        name, path = line.split('\t')
        files.setdefault(name, set()).add(path)
    return packages, files


def pip(engine, image):
    rows = json.loads(inside(engine, image, 'python3', '-c', PIP))
    return {('pypi', name, version) for name, version, _ in rows}, {name: set(files) for name, _, files in rows if files}


def npm(engine, image):
    with tempfile.TemporaryDirectory() as scratch:
        container = call(engine, 'create', image, '/none').decode().strip()
        try:
            call(engine, 'cp', f'{container}:/app', scratch)
        finally:
            call(engine, 'rm', container)
        listed = subprocess.run(['npm', 'ls', '--all', '--parseable', '--long'], cwd=os.path.join(scratch, 'app'),
                                capture_output=True, text=True, timeout=120).stdout
    packages = set()
    for line in listed.splitlines()[1:]:
        path, package = line.split(':')[:2]
        if path and os.path.basename(path) and not package.startswith('undefined'):
            name, _, version = package.rpartition('@')
            packages.add(('npm', name, version))
    return packages, None


MANAGERS = {'dpkg': dpkg, 'apk': apk, 'rpm': rpm, 'pip': pip, 'npm': npm}
