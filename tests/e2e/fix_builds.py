#!/usr/bin/env python3
"""Builds Dockerfiles before and after `whittle lint --fix` with the Docker engine, and compares the two images: configuration
and root file system may differ only in what the rule is about.

usage: fix_builds.py WHITTLE SOURCE_DIR [--all] [RULE...]

Taken are the bad examples of docs/rules, with --all also the text cases in tests/cases/rules, as far as a safe fix of the
rule changes them. Every FROM names a tiny local base instead, with stand-ins for package managers (stand_in.sh), so
that no network is needed. With --all, what apt does is also tried for real on debian:bookworm-slim where that image is.
A text that does not build before the fix is left out and counted; *mended* is one that builds after it. Exit 0: all equal. 1: not. 77: no engine.
"""
import concurrent.futures
import fnmatch
import hashlib
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import support  # noqa: E402

WHITTLE, ROOT = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
sys.path.insert(0, str(ROOT / 'bench'))
from sample_projects import DOCKER, ENV  # noqa: E402  the client that can do BuildKit

BASE, REAL_BASE = 'whittle-fix-base:latest', 'debian:bookworm-slim'
STAND_INS = '''apt apt-get apk yum dnf microdnf zypper pip pip3 python python3 npm yarn pnpm gem useradd wget curl make cmake gcc go cargo
mvn gradle node bundle composer git tar sudo pip3.12 dnf5 tool a b c x'''.split()

# What two builds of one text differ in.
NOISE = ['.dockerenv', 'dev', 'dev/*', 'proc', 'sys', 'etc/hostname', 'etc/hosts', 'etc/resolv.conf', 'etc/mtab', 'var/log/apt*', 'var/log/*.log',
         'var/cache/ldconfig*', 'run*']
APT = ['var/lib/apt/lists*', 'var/cache/apt*']
# What a rule's fix may change: keys of the configuration, paths of the root file system.
DECLARED = {
    'maintainer': ({'Author', 'Labels'}, []),
    'stopsignal': ({'StopSignal'}, []),
    'expose-format': ({'ExposedPorts'}, []),
    'apt-lists': (set(), APT),
    'apt-update-alone': (set(), APT),
    'apt-install-no-update': (set(), APT),
    'apt-not-apt-get': (set(), APT),  # apt deletes what it downloaded, apt-get where the image says so, as Debian's own do
    'apk-no-cache': (set(), ['var/cache', 'var/cache/apk*']),
    'yum-clean': (set(), ['var/cache', 'var/cache/yum*']),
    'dnf-clean': (set(), ['var/cache', 'var/cache/dnf*', 'var/cache/microdnf*', 'var/cache/libdnf5*']),
    'zypper-clean': (set(), ['var/cache', 'var/cache/zypp*']),
    'pip-no-cache': (set(), ['root/.cache*']),
    'npm-cache': (set(), ['root/.npm*']),
    'yarn-cache': (set(), ['usr/local/share', 'usr/local/share/.cache*']),
    'gem-docs': (set(), ['usr/share/ri*']),
    'useradd-high-uid': (set(), ['var/log', 'var/log/lastlog']),
}
# One rule of each kind of fix: a label, a value, a word added, taken out or renamed, RUNs joined, a command appended, an
# instruction deleted, replaced or moved, the ignore file, comments and blanks.
SHORT = ['maintainer', 'legacy-key-value', 'add-instead-of-copy', 'apk-no-cache', 'platform-redundant', 'apt-not-apt-get', 'apt-update-alone',
         'rm-in-later-layer', 'apt-lists', 'multiple-cmd', 'metadata-copy-layer', 'epilogue-order', 'build-files-in-context', 'empty-continuation',
         'stage-name-casing', 'sort-packages', 'label-duplicates', 'copy-all-before-deps']
FILES = {'app/main.py': "print('hello')\n", 'app.conf': 'port=8080\n', 'src/index.js': "console.log('hello')\n",
         'package.json': '{"name":"x","version":"1.0.0","dependencies":{"a":"^1.0.0"}}', 'requirements.txt': 'flask\n', 'yarn.lock': '# yarn lockfile v1\n',
         'package-lock.json': '{"name":"x","version":"1.0.0","lockfileVersion":3,"packages":{"":{"name":"x","dependencies":{"a":"^1.0.0"}}}}'}


def run(*words, **options):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=600, check=False, **options)


class Sample:
    def __init__(self, rule, name, text, files, arguments=()):
        self.rule, self.name, self.text, self.files, self.arguments = rule, name, text, files, list(arguments)


def examples():
    for page in sorted((ROOT / 'docs/rules').glob('*.md')):
        found = re.search(r'\n## Bad\n\n```dockerfile\n(.*?)```\n', page.read_text(), re.S)
        if found:
            yield Sample(page.stem, 'example', found[1], FILES)


def cases():
    """The text cases that need nothing but build arguments."""
    for path in sorted((ROOT / 'tests/cases/rules').glob('*/*.case')):
        parts = re.split(r'^=== (.*)\n', path.read_text(), flags=re.M)[1:]
        sections = list(zip(parts[::2], parts[1::2]))
        options = ''.join(text for name, text in sections if name == 'options').split('\n')
        if not any(name in ('fixed', 'ignore') for name, _ in sections) or any(line and not line.startswith('arg ') for line in options):
            continue
        files = {name[5:]: text for name, text in sections if name.startswith('file ') and not name.endswith(' hex')}
        text = next(text for name, text in sections if name == 'Dockerfile')
        yield Sample(path.parent.name, path.stem, text, files, [line[4:] for line in options if line])


def write_context(sample, folder):
    for name, text in {**sample.files, 'Dockerfile': sample.text}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def fix(sample, folder):
    """True if a safe fix of the rule changed something."""
    arguments = [word for argument in sample.arguments for word in ('--build-arg', argument)]
    done = run(WHITTLE, 'lint', '--no-config', '--select', sample.rule, '--fix', '--fail-level', 'never', '--format', 'json', *arguments,
               '--context', folder, folder / 'Dockerfile')
    if done.returncode != 0:
        sys.exit(f'{sample.rule}: {done.stderr}')
    return bool(json.loads(done.stdout)['files'][0]['applied'])


def with_base(text, base):
    """Every image that is no stage becomes the base."""
    stages = {name.lower() for name in re.findall(r'(?im)^\s*from\s.*\sas\s+(\S+)', text)} | {'scratch'}

    def replaced(found):
        return found[0] if found[2].lower() in stages else found[1] + base

    return re.sub(r'(?im)^(\s*from\s+(?:--\S+\s+)*)(\S+)', replaced, text)


class Image:
    """A built image as plain values; `error` where it does not build."""

    def __init__(self, sample, folder, tag, base):
        path = folder / 'Dockerfile.built'
        path.write_text(with_base((folder / 'Dockerfile').read_text(), base))
        ignore = folder / '.dockerignore'
        if ignore.exists():
            (folder / 'Dockerfile.built.dockerignore').write_text(ignore.read_text())
        arguments = [word for argument in sample.arguments for word in ('--build-arg', argument)]
        network = 'none' if base == BASE else 'host'
        built = run(DOCKER, 'build', '--network', network, *arguments, '-f', path, '-t', tag, folder, env=ENV)
        self.error = '' if built.returncode == 0 else built.stderr
        self.config, self.tree = {}, {}
        if self.error:
            return
        shown = json.loads(run(DOCKER, 'image', 'inspect', tag).stdout)[0]
        self.config = {name: value for name, value in shown['Config'].items() if name not in ('Image', 'Hostname')}
        self.config['Author'] = shown['Author']
        self.read_tree(tag)
        run(DOCKER, 'rmi', '-f', tag)

    def read_tree(self, tag):
        container = run(DOCKER, 'create', tag, '/none').stdout.strip()
        export = subprocess.Popen([DOCKER, 'export', container], stdout=subprocess.PIPE)
        with tarfile.open(fileobj=export.stdout, mode='r|') as tar:
            for entry in tar:
                content = hashlib.sha256(tar.extractfile(entry).read()).hexdigest() if entry.isreg() else ''
                self.tree[entry.name.strip('/')] = (entry.type, entry.mode, entry.uid, entry.gid, entry.linkname, content)
        export.wait()
        run(DOCKER, 'rm', '-f', container)


def is_one_of(path, patterns):
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns)


def ignored_paths(folder):
    """Paths, wherever they were copied to, of what the ignore file names; and the files of whittle's own test."""
    ignore = folder / '.dockerignore'
    lines = [line.removeprefix('**/').strip('/') for line in (ignore.read_text().splitlines() if ignore.exists() else []) if line and line[0] not in '#!']
    return [pattern for line in lines for pattern in (line, f'*/{line}', f'{line}/*', f'*/{line}/*')] + ['*.built', '*.built.dockerignore', '*/.dockerignore',
                                                                                                       '*/Dockerfile', 'Dockerfile', '.dockerignore']


def differences(sample, before, after, folder):
    keys, paths = DECLARED.get(sample.rule, (set(), []))
    found = [f'{key}: {before.config.get(key)} became {after.config.get(key)}' for key in sorted({*before.config, *after.config} - keys)
             if (before.config.get(key) or None) != (after.config.get(key) or None)]
    may_vanish = ignored_paths(folder)
    for path in sorted({*before.tree, *after.tree}):
        was, now = before.tree.get(path), after.tree.get(path)
        if was == now or is_one_of(path, NOISE + paths) or (is_one_of(path, may_vanish) and (now is None or not path.startswith(('usr', 'etc')))):
            continue
        found.append(f'/{path}: {was} became {now}')
    return found


def compare(number, sample, base):
    """(what came of it, lines that say why)"""
    with tempfile.TemporaryDirectory(prefix='fix-builds-') as name:
        old, new = pathlib.Path(name) / 'old', pathlib.Path(name) / 'new'
        for folder in (old, new):
            write_context(sample, folder)
        if not fix(sample, new):
            return 'no safe fix', []
        before = Image(sample, old, f'whittle-fix/before:{number}', base)
        after = Image(sample, new, f'whittle-fix/after:{number}', base)
        if before.error:
            return ('does not build' if after.error else 'mended'), before.error.strip().splitlines()[-1:]
        if after.error:
            return 'broken', after.error.strip().splitlines()[-5:] + (new / 'Dockerfile').read_text().splitlines()
        lines = differences(sample, before, after, new)
        return ('different' if lines else 'equal'), lines


def shells():
    """dash as sh, and bash, of this machine: busybox's own shell prefers its applets to what is on PATH."""
    files = {}
    for name, program in (('bin/sh', 'dash'), ('bin/bash', 'bash')):
        path = shutil.which(program)
        files[name] = pathlib.Path(path).read_bytes()
        for library in re.findall(r'(/\S+) \(0x', run('ldd', path).stdout):
            files[library.strip('/')] = pathlib.Path(library).read_bytes()
    return files


def load_base(folder):
    script = (pathlib.Path(__file__).parent / 'stand_in.sh').read_text()
    more = {'usr/local/bin/stand-in': script, 'a': 'a\n', **shells()}
    links = {f'usr/local/bin/{name}': 'stand-in' for name in STAND_INS}
    path = folder / 'base.tar'
    path.write_bytes(support.base_tar(more, links))
    return run(DOCKER, 'import', path, BASE).returncode == 0


def first_build(folder):
    """What an image of nothing but the base fails with; "" if it builds."""
    (folder / 'Dockerfile').write_text(f'FROM {BASE}\n')
    built = run(DOCKER, 'build', '-f', folder / 'Dockerfile', folder, env=ENV)
    return built.stderr.strip() if built.returncode else ''


def wanted(arguments):
    names = [word for word in arguments if not word.startswith('--')]
    is_whole = '--all' in arguments
    for sample in [*examples(), *(cases() if is_whole else [])]:
        if sample.rule in names or (not names and (is_whole or sample.rule in SHORT)):
            yield sample, BASE
    if is_whole and run(DOCKER, 'image', 'inspect', REAL_BASE).returncode == 0:
        for sample in examples():
            if sample.rule.startswith('apt') and (not names or sample.rule in names):
                yield sample, REAL_BASE


def main():
    if not shutil.which('busybox') or run(DOCKER, 'info').returncode != 0:
        print('SKIP: no Docker engine answers, or busybox-static is not installed')
        return 77
    counts, rules, others = {}, set(), set()
    with tempfile.TemporaryDirectory(prefix='fix-builds-base-') as folder:
        if not load_base(pathlib.Path(folder)):
            print('SKIP: the Docker engine takes no images')
            return 77
        if 'buildx' in (error := first_build(pathlib.Path(folder))):
            print(f'SKIP: no docker client here can build with BuildKit: {error.splitlines()[0]}')
            return 77
        samples = list(wanted(sys.argv[3:]))
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            results = pool.map(lambda pair: compare(pair[0], *pair[1]), enumerate(samples))
            for (sample, base), (outcome, lines) in zip(samples, results):
                counts[outcome] = counts.get(outcome, 0) + 1
                if outcome != 'no safe fix':
                    (rules if outcome in ('equal', 'mended') else others).add(sample.rule)
                if outcome != 'no safe fix':
                    print(f'{outcome}: {sample.rule} {sample.name}{" on " + base if base != BASE else ""}', *lines, sep='\n    ')
    run(DOCKER, 'rmi', '-f', BASE)
    print(f'{len(rules)} rules; ' + ', '.join(f'{count} {outcome}' for outcome, count in sorted(counts.items())))
    if others - rules:
        print('rules without a text that builds: ' + ', '.join(sorted(others - rules)))
    return 1 if counts.get('different') or counts.get('broken') or not counts.get('equal') else 0


sys.exit(main())
