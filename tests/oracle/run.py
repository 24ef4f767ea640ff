#!/usr/bin/env python3
"""Real images, made here, against other programs.

usage: run.py [--short] [--only NAME] [--keep] LIST_IMAGE_BINARY

Builds the images of recipes.py with the local Docker engine, stores each in several ways (docker save, podman save, skopeo copy
to folders and archives with gzip and zstd, a registry on loopback), and holds what whittle_list_image says of every stored form
against
  - the engine: the tree a container of the image has (docker create, docker export): type, mode, owner, size, link, content,
    time, extended attributes, and which names are one file. What the engine itself adds to a container is left out.
  - GNU tar: the listing of every layer, entry by entry.
  - sha256, gzip and zstd: digests and sizes of blobs, layers, configuration and manifest; skopeo and crane for registries.
  - dpkg, apk, rpm, pip, npm: packages, versions, and who owns which file.
--short: three images, four forms. What is missing here (engine, tool, network) is a skip with its reason.
With GTEST_OUTPUT=xml:FOLDER/ the results are also written to FOLDER/run.py.xml.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as tree

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import checks  # noqa: E402
import recipes  # noqa: E402
import stores  # noqa: E402
from others import call  # noqa: E402

ENGINE = 'docker'


def tag_of(recipe):
    return f'whittle-oracle:{recipe.name}'


def build(recipe, scratch):
    """Makes the image in the local engine. Raises recipes.Unavailable where something is missing here."""
    folder = pathlib.Path(scratch) / 'context'
    folder.mkdir()
    (folder / 'Dockerfile').write_text(recipe.dockerfile)
    if recipe.fill:
        recipe.fill(folder)
    tag = tag_of(recipe)
    if recipe.how == 'import':
        call(ENGINE, 'import', folder / 'root.tar.gz', tag)
    elif recipe.how == 'buildah':
        call('buildah', 'bud', '-q', '--isolation', 'chroot', '--layers', '-t', tag, folder)
        call('skopeo', 'copy', '-q', f'containers-storage:localhost/{tag}', f'docker-daemon:{tag}')
        call('buildah', 'rmi', f'localhost/{tag}')
    elif recipe.buildkit:
        build_with_buildkit(tag, folder)
    else:
        call(ENGINE, 'build', '-q', '--network', 'host', '-t', tag, folder, env=dict(os.environ, DOCKER_BUILDKIT='0'))
    if recipe.how == 'flatten':
        container = call(ENGINE, 'create', tag, '/none').decode().strip()
        try:
            call(ENGINE, 'export', '-o', folder / 'flat.tar', container)
        finally:
            call(ENGINE, 'rm', container)
        call(ENGINE, 'import', folder / 'flat.tar', tag)
    shutil.rmtree(folder)
    return tag


def build_with_buildkit(tag, folder):
    """By the first client on PATH that has BuildKit: newer ones need a plug-in."""
    reason = 'no client of Docker on PATH'
    for place in os.get_exec_path():
        client = pathlib.Path(place) / ENGINE
        if not client.exists():
            continue
        try:
            call(client, 'build', '-q', '--network', 'host', '-t', tag, folder, env=dict(os.environ, DOCKER_BUILDKIT='1'))
            return
        except RuntimeError as error:
            if 'buildx' not in str(error):
                raise
            reason = 'BuildKit is missing in the client: no buildx'
    raise recipes.Unavailable(reason)


class Results:
    def __init__(self):
        self.rows = []

    def add(self, name, work):
        """Runs one check; its problems are its result."""
        started = time.time()
        try:
            problems = work()
            kind, text = ('failure', '\n'.join(problems[:8])) if problems else (None, '')
        except recipes.Unavailable as reason:
            kind, text = 'skipped', str(reason)
        except (RuntimeError, OSError, ValueError, KeyError, subprocess.SubprocessError) as error:
            kind, text = 'failure', f'{type(error).__name__}: {error}'
        self.rows.append((name, kind, text))
        word = {None: 'ok', 'skipped': 'SKIP', 'failure': 'FAILED'}[kind]
        print(f'{word:6} {name} ({time.time() - started:.1f} s)' + (f'\n{text}' if text else ''), flush=True)
        return kind is None

    def write_xml(self):
        target = os.environ.get('GTEST_OUTPUT', '')
        if not target.startswith('xml:'):
            return
        suite = tree.Element('testsuite')
        for name, kind, text in self.rows:
            case = tree.SubElement(suite, 'testcase', name=name)
            if kind:
                tree.SubElement(case, kind, message=text)
        tree.ElementTree(suite).write(os.path.join(target[4:], 'run.py.xml'))


def list_image(binary, target, platform=''):
    done = subprocess.run([binary, target] + ([platform] if platform else []), capture_output=True, timeout=600)
    if done.returncode != 0:
        raise RuntimeError(f'{target}: {done.stderr.decode(errors="replace").strip()}')
    return json.loads(done.stdout)


def check_recipe(recipe, forms, binary, registry, results):
    with tempfile.TemporaryDirectory(prefix='whittle-oracle-') as scratch:
        image = None

        def make():
            nonlocal image
            image = build(recipe, scratch)
            return []
        if not results.add(f'{recipe.name}: build', make):
            return
        expected = checks.Expected(ENGINE, image, recipe.checks)
        for form in forms:
            def compare(form=form):
                stored, target = form.store(image, scratch, registry)
                problems = checks.compare(list_image(binary, target), stored, expected)
                form.clean(scratch)
                return problems
            results.add(f'{recipe.name}: {form.name}', compare)


def check_multi_arch(binary, registry, results):
    """One index, two platforms with different files; each is chosen by its name."""
    with tempfile.TemporaryDirectory(prefix='whittle-oracle-') as scratch:
        def compare():
            index = stores.make_index(scratch)
            problems = []
            for platform in ('linux/amd64', 'linux/arm64'):
                stored, tag = stores.load_platform(index, platform, scratch)
                listing = list_image(binary, f'oci:{index}', platform)
                problems += checks.compare(listing, stored, checks.Expected(ENGINE, tag, ()))
                if listing['platform'] != platform:
                    problems.append(f'{listing["platform"]} instead of {platform}')
            return problems
        results.add('multi-arch: oci index', compare)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--short', action='store_true')
    parser.add_argument('--only')
    parser.add_argument('--keep', action='store_true', help='leave the images in the engine')
    parser.add_argument('binary')
    options = parser.parse_args()
    results = Results()
    binary = os.path.abspath(options.binary)
    if subprocess.run([ENGINE, 'image', 'inspect', recipes.BASE], capture_output=True).returncode != 0:
        results.rows.append(('oracle', 'skipped', f'no Docker engine with {recipes.BASE} answers'))
        print('SKIP', results.rows[-1][2])
        results.write_xml()
        return 0
    chosen = [recipe for recipe in recipes.RECIPES
              if (recipe.short or not options.short) and options.only in (None, recipe.name)]
    with stores.Registry() as registry:
        try:
            for recipe in chosen:
                forms = stores.forms_for(recipes.RECIPES.index(recipe), options.short)
                check_recipe(recipe, forms, binary, registry, results)
            if not options.short and options.only in (None, 'multi-arch'):
                check_multi_arch(binary, registry, results)
        finally:
            if not options.keep:
                made = [tag_of(recipe) for recipe in chosen] + stores.PLATFORM_TAGS
                subprocess.run([ENGINE, 'rmi', '-f', *made], capture_output=True)
    results.write_xml()
    failed = sum(kind == 'failure' for _, kind, _ in results.rows)
    skipped = sum(kind == 'skipped' for _, kind, _ in results.rows)
    print(f'{len(chosen)} images: {len(results.rows) - failed - skipped} passed, {failed} failed, {skipped} skipped')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
