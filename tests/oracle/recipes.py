"""The images: a Dockerfile each, and what its build context needs.

Every image is built by the local engine from debian:bookworm-slim (or another base named here), so that its layers are what
that engine really writes. `fill(folder)` makes the context.
"""
import os
import pathlib
import shutil
import subprocess

BASE = 'debian:bookworm-slim'
APT = 'apt-get update -qq && apt-get install -y -qq --no-install-recommends'
DROP_LISTS = 'rm -rf /var/lib/apt/lists/*'


class Recipe:
    def __init__(self, name, dockerfile, fill=None, buildkit=False, how='docker', checks=(), short=False):
        self.name = name
        self.dockerfile = dockerfile
        self.fill = fill
        self.buildkit = buildkit
        self.how = how          # docker, flatten (export and import again), import (a root file system), buildah
        self.checks = checks    # package managers to ask: dpkg, apk, rpm, pip, npm
        self.short = short


def write(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())


def some_files(folder):
    for i in range(20):
        write(folder / f'app/dir{i % 4}/file{i}.txt', f'file {i}\n' * (i + 1))
    write(folder / 'app/tool.sh', '#!/bin/sh\necho tool\n')
    os.symlink('tool.sh', folder / 'app/link')


def odd_names(folder):
    names = ['with space', 'umlaut-äöü', '日本語', 'quote"\'', 'back\\slash', '-dash', 'new\nline', 'tab\there',
             'x' * 240, '*star?', '$dollar', '#hash', 'dot.', '...', '.wh', 'wh.normal', 'emoji-😀']
    for name in names:
        write(folder / 'names' / name, name)
    write(folder / 'names' / os.fsdecode(b'latin-\xe4'), 'bytes that are no UTF-8')
    deep = folder / 'names'
    for _ in range(12):
        deep = deep / ('long-folder-name-' * 2)
    write(deep / 'file at the end', 'deep')


def npm_project(folder):
    write(folder / 'app/package.json', '{"name":"app","version":"1.0.0","dependencies":{"express":"4","semver":"7"}}')
    subprocess.run(['npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts'], cwd=folder / 'app', check=True,
                   capture_output=True, timeout=300)


def wheels(folder):
    (folder / 'wheels').mkdir()
    subprocess.run(['pip3', 'download', '-q', '--only-binary', ':all:', '--dest', folder / 'wheels', 'requests==2.31.0',
                    'six'], check=True, capture_output=True, timeout=300)


SPEC = '''Name: {name}
Version: 1.{number}
Release: {number}
Epoch: {number}
Summary: a package
License: MIT
BuildArch: noarch
%description
A package.
%install
mkdir -p %{{buildroot}}/opt/{name}/deep %{{buildroot}}/usr/bin
echo {name} > %{{buildroot}}/opt/{name}/deep/file
echo {name} > %{{buildroot}}/usr/bin/{name}
ln -s deep %{{buildroot}}/opt/{name}/link
%files
/opt/{name}
/usr/bin/{name}
'''


def specs(folder):
    for number, name in enumerate(('one', 'two', 'three'), 1):
        write(folder / f'specs/{name}.spec', SPEC.format(name=name, number=number))


def alpine(folder):
    corpus = pathlib.Path(__file__).parents[2] / '../shared/corpus/rootfs'
    roots = sorted(corpus.glob('alpine-minirootfs-*.tar.gz'))
    if not roots:
        raise unavailable('no Alpine root file system beside the project')
    shutil.copy(roots[-1], folder / 'root.tar.gz')


class Unavailable(Exception):
    pass


def unavailable(reason):
    return Unavailable(reason)


def run(*commands):
    return '\n'.join(f'RUN {command}' for command in commands)


RECIPES = [
    Recipe('apt-remove', f'FROM {BASE}\n' + run(f'{APT} tree less', 'apt-get purge -y -qq less', DROP_LISTS),
           checks=('dpkg',), short=True),
    Recipe('whiteouts', f'FROM {BASE}\nCOPY app /app\n' + run(
        'rm /app/dir0/file0.txt /app/link && rm -r /app/dir1 && ln -s dir2 /app/dir1',
        'rm -r /app/dir2 && echo file > /app/dir2 && rm /app/tool.sh && mkdir /app/tool.sh && echo in > /app/tool.sh/in',
        'rm /app/dir1 && mkdir /app/dir1 && echo again > /app/dir1/file1.txt'), fill=some_files, short=True),
    Recipe('hard-links', f'FROM {BASE}\n' + run(
        'mkdir /h && echo content > /h/a && ln /h/a /h/b && ln /h/a /h/c && ln /bin/true /h/true',
        'echo more >> /h/b', 'rm /h/a', 'ln /h/c /h/d && chmod 600 /h/d'), short=True),
    Recipe('apt-install', f'FROM {BASE}\n' + run(f'{APT} python3-minimal git && {DROP_LISTS}'), checks=('dpkg',)),
    Recipe('apt-layers', f'FROM {BASE}\n' + run(f'{APT} curl', f'{APT} perl file', 'apt-get clean', DROP_LISTS),
           checks=('dpkg',)),
    Recipe('chmod-copies', f'FROM {BASE}\nCOPY app /app\n' + run(
        'chmod -R 700 /app', 'chown -R 1000:2000 /app', 'touch -d 2001-02-03T04:05:06 /app/dir0/*', 'chmod g+s /app/dir3'),
        fill=some_files),
    Recipe('opaque', f'FROM {BASE}\nCOPY app /app\n' + run(
        'rm -rf /app && mkdir /app && echo new > /app/new', 'rm -rf /usr/share/doc && mkdir -m 750 /usr/share/doc',
        'rm -rf /app && mkdir -p /app/dir0 && echo other > /app/dir0/file0.txt'), fill=some_files),
    Recipe('linked-folders', f'FROM {BASE}\n' + run(
        'mkdir -p /real/deep && ln -s real /alias && ln -s /alias/deep /far && echo 1 > /far/one',
        'echo 2 > /alias/two && echo 3 > /far/three && rm /alias/deep/one') +
        '\nCOPY app/ /alias/app/\nCOPY app/tool.sh /bin/tool\n' + run('rm /alias && mkdir /alias && echo x > /alias/x'),
        fill=some_files),
    Recipe('big-files', f'FROM {BASE}\n' + run(
        'head -c 60000000 /dev/urandom > /big', 'printf x >> /big', 'truncate -s 48M /sparse && printf y >> /sparse',
        'rm /big && truncate -s 0 /sparse')),
    Recipe('odd-names', f'FROM {BASE}\nCOPY names /names\n' + run(
        'chmod -R o-r /names', "rm '/names/with space' && mv /names/日本語 /names/renamed"), fill=odd_names),
    Recipe('owners-and-modes', f'FROM {BASE}\n' + run(
        'mkdir -m 1777 /t && mkdir -m 2755 /g && touch /s && chmod 4755 /s && mkfifo -m 640 /pipe',
        'chown 3000000:4000000 /t && chown 65534:65534 /pipe && chmod 6711 /s', 'touch -h -d 1969-12-31T23:00:00Z /s')),
    Recipe('capabilities', f'FROM {BASE}\n' + run(
        f'{APT} libcap2-bin && {DROP_LISTS}', 'cp /bin/true /bin/capable && setcap cap_net_bind_service=+ep /bin/capable',
        'chmod 755 /bin/true', 'setcap -r /bin/capable'), checks=('dpkg',)),
    Recipe('multi-stage', f'FROM {BASE} AS build\nCOPY app /src\n' + run('cat /src/dir*/* > /out && chmod 755 /out') +
           f'\nFROM {BASE}\nCOPY --from=build /out /usr/local/bin/out\nCOPY --from=build --chown=7:8 /src /srv\n',
           fill=some_files),
    Recipe('from-scratch', 'FROM scratch\nCOPY app /\nCOPY app/dir1 /dir0/\n', fill=some_files),
    Recipe('squashed', f'FROM {BASE}\nCOPY app /app\n' + run('rm -r /app/dir0 && ln /app/tool.sh /app/hard'),
           fill=some_files, how='flatten'),
    Recipe('npm', f'FROM {BASE}\nCOPY app /app\n' + run('rm -rf /app/node_modules/semver', 'chmod -R a+rX /app'),
           fill=npm_project, checks=('npm',)),
    Recipe('pip', f'FROM {BASE}\nCOPY wheels /wheels\n' + run(
        f'{APT} python3-pip && {DROP_LISTS}',
        'pip3 install -q --break-system-packages --no-index --find-links /wheels requests six',
        'pip3 uninstall -q -y --break-system-packages six', 'rm -rf /wheels'), fill=wheels, checks=('dpkg', 'pip')),
    Recipe('rpm', f'FROM {BASE}\nCOPY specs /specs\n' + run(
        f'{APT} rpm && {DROP_LISTS}',
        'for s in /specs/*.spec; do rpmbuild --quiet -bb --define "_topdir /build" $s; done && '
        'rpm --dbpath /var/lib/rpm -i --nodeps /build/RPMS/noarch/*.rpm && rm -r /build',
        'rpm --dbpath /var/lib/rpm -e two'), fill=specs, checks=('rpm',)),
    Recipe('alpine', '', fill=alpine, how='import', checks=('apk',)),
    Recipe('many-layers', f'FROM {BASE}\n' + run(
        *(f'mkdir -p /m/{i % 5} && echo {i} > /m/{i % 5}/{i} && rm -rf /m/{(i + 2) % 5}' for i in range(40)))),
    Recipe('metadata', f'FROM {BASE}\nENV A=b\nWORKDIR /made/by/workdir\nUSER 1000\nCOPY --chown=5:6 app .\nVOLUME /data\n'
           'LABEL x=y\nCMD ["sh"]\n', fill=some_files),
    Recipe('renamed-folders', f'FROM {BASE}\nCOPY app /app\n' + run(
        'mv /app /moved', 'mv /moved/dir1 /moved/dir9 && mkdir /app', 'mv /moved /app/inner && cp -a /app/inner/dir2 /copy'),
        fill=some_files),
    Recipe('same-path-again', f'FROM {BASE}\n' + run(
        'echo one > /f', 'echo two > /f', 'rm /f', 'mkdir /f && echo three > /f/g', 'rm -r /f && ln -s etc /f',
        'rm /f && echo four > /f')),
    Recipe('buildkit', f'FROM {BASE}\nCOPY app /app\n' + run('rm -rf /app/dir0 && mkdir /app/dir0', 'rm /app/link') +
           '\nCOPY app/tool.sh /usr/local/bin/\n', fill=some_files, buildkit=True),
    Recipe('buildah', 'FROM scratch\nCOPY app /app\nCOPY app/dir1 /app/dir0\n', fill=some_files, how='buildah'),
]
