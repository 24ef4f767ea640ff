"""Holds a listing of whittle_list_image against what others say. Every function returns problems as lines of text."""
import json
import posixpath

import managers
from others import ENGINE_FILES, listed_by_tar, merged_by_engine, sha256, unpacked

FIELDS = ('type', 'mode', 'uid', 'gid', 'size', 'link', 'digest', 'mtime', 'xattrs')


class Expected:
    """What the engine and the package managers say of an image, asked once."""

    def __init__(self, engine, image, which):
        self.engine, self.image, self.which = engine, image, which
        self._tree = self._packages = None
        self.layers = {}  # diff id -> GNU tar's listing

    def tree(self):
        if self._tree is None:
            self._tree = merged_by_engine(self.engine, self.image)
        return self._tree

    def packages(self):
        if self._packages is None:
            self._packages = {name: managers.MANAGERS[name](self.engine, self.image) for name in self.which}
        return self._packages


def text(latin):
    """A name as the listing has it (its bytes as code points) in the spelling of Python's file names."""
    return latin.encode('latin-1').decode('utf-8', 'surrogateescape')


def compare(listing, stored, expected):
    for entry in listing['tree'] + [entry for layer in listing['layers'] for entry in layer['entries']]:
        entry['path'], entry['link'] = text(entry['path']), text(entry.get('link', ''))
    return (compare_digests(listing, stored) + compare_layers(listing, stored, expected) +
            compare_trees(listing, expected.tree()) + compare_packages(listing, expected))


def compare_digests(listing, stored):
    problems = []

    def same(what, ours, theirs):
        if ours != theirs:
            problems.append(f'{what}: {ours}, but {theirs}')
    same('configuration', listing['config_digest'], sha256(stored.config))
    if stored.manifest:
        same('manifest', listing['manifest_digest'], sha256(stored.manifest))
    same('layers', len(listing['layers']), len(stored.blobs))
    diff_ids = json.loads(stored.config)['rootfs']['diff_ids']
    for number, (layer, blob) in enumerate(zip(listing['layers'], stored.blobs)):
        tar = unpacked(blob)
        where = f'layer {number + 1}'
        same(f'{where}: diff id', layer['diff_id'], sha256(tar))
        same(f'{where}: stated diff id', layer['stated_diff_id'], diff_ids[number])
        same(f'{where}: bytes of its tar', layer['tar_bytes'], len(tar))
        if stored.manifest:  # an archive of docker save has no stored form of its own
            same(f'{where}: digest', layer['blob_digest'], sha256(blob))
            same(f'{where}: bytes', layer['blob_bytes'], len(blob))
    return problems


def row_of(entry):
    """An entry of ours as GNU tar lists it: whiteouts are files with a marked name."""
    folder, name = posixpath.split(entry['path'])
    kind, path = entry['type'], entry['path']
    if entry['role'] == 'whiteout':
        path = posixpath.join(folder, '.wh.' + name)
    elif entry['role'] == 'opaque':
        path = posixpath.join(entry['path'], '.wh..wh..opq')
    if entry['role']:
        return ('f', path)
    return (kind, entry['mode'], entry['uid'], entry['gid'], entry['size'], path, entry['link'])


def compare_layers(listing, stored, expected):
    problems = []
    for number, (layer, blob) in enumerate(zip(listing['layers'], stored.blobs)):
        if layer['diff_id'] not in expected.layers:
            expected.layers[layer['diff_id']] = listed_by_tar(unpacked(blob))
        theirs = [('f', row[5]) if posixpath.basename(row[5]).startswith('.wh.') else row
                  for row in expected.layers[layer['diff_id']]]
        ours = [row_of(entry) for entry in layer['entries']]
        if ours != theirs:
            first = next(((a, b) for a, b in zip(ours, theirs) if a != b), (len(ours), len(theirs)))
            problems.append(f'layer {number + 1}: {first[0]}, but GNU tar {first[1]}')
    return problems


def groups(nodes):
    """Names that are one file, as sets of more than one."""
    by_inode = {}
    for path, node in nodes.items():
        if node['type'] == 'f':
            by_inode.setdefault(node['inode'], set()).add(path)
    return {frozenset(paths) for paths in by_inode.values() if len(paths) > 1}


def compare_trees(listing, theirs):
    ours = {node['path']: node for node in listing['tree'] if node['path']}
    theirs = {path: node for path, node in theirs.items() if path and (path in ours or path not in ENGINE_FILES)}
    problems = [f'{path!r}: only whittle has it' for path in sorted(set(ours) - set(theirs))]
    problems += [f'{path!r}: only the engine has it' for path in sorted(set(theirs) - set(ours))]
    for path in sorted(set(ours) & set(theirs)):
        mine, other = ours[path], theirs[path]
        if path in ENGINE_FILES:
            continue  # the engine puts its own in their place
        for field in ('type',) if mine.get('implied') else FIELDS:
            if field == 'mtime' and mine['type'] == 'd':
                continue  # the engine's own files change it
            if field == 'mtime' and mine[field] < 0 and other[field] == 0:
                continue  # the engine cuts times before 1970
            if mine[field] != other[field]:
                problems.append(f'{path!r}: {field} {mine[field]!r}, but the engine {other[field]!r}')
    if not problems and groups(ours) != groups(theirs):
        problems.append(f'hard links: {sorted(map(sorted, groups(ours) ^ groups(theirs)))[:4]}')
    return problems


def resolver(tree):
    """A function from a path to where it lies, the links of its parent folders followed."""
    nodes = {node['path']: node for node in tree}
    known = {}

    def folder(path, hops=0):
        if path in ('', '/') or hops > 40:
            return ''
        if path in known:
            return known[path]
        parent, name = posixpath.split(path)
        real = posixpath.join(folder(parent, hops), name)
        node = nodes.get(real)
        if node and node['type'] == 'l':
            target = posixpath.normpath(posixpath.join('/', posixpath.dirname(real), node['link']))
            real = folder(target.lstrip('/'), hops + 1)
        known[path] = real
        return real

    def resolve(path):
        parent, name = posixpath.split(posixpath.normpath(path).lstrip('/'))
        return posixpath.join(folder(parent), name)
    return resolve


def shape(package, rows):
    """A package of ours with as many columns as the rows of a package manager."""
    source = package['source']
    own = package['version'] if package['type'] == 'deb' else ''
    columns = (package['type'], package['name'], package['version'], package['architecture'],
               source[0] or package['name'], source[1] or own)
    return columns[:len(next(iter(rows)))]


def compare_packages(listing, expected):
    problems = [f'{listing["problems"]} databases cannot be read'] if listing['problems'] else []
    resolve = resolver(listing['tree'])
    nodes = {node['path']: node for node in listing['tree']}
    for rows, files in expected.packages().values():
        kind = next(iter(rows))[0]
        ours = {shape(package, rows) for package in listing['packages'] if package['type'] == kind and package['installed']}
        problems += [f'{row}: only whittle has it' for row in sorted(ours - rows)]
        problems += [f'{row}: whittle does not have it' for row in sorted(rows - ours)]
        if files is None:
            continue
        owned = {(name, resolve(path)) for name, paths in files.items() for path in paths}
        counts = {}
        for name, path in owned:
            counts.setdefault(path, set()).add(name)
        for path, names in counts.items():
            node = nodes.get(path)
            if node is None or node['type'] == 'd':
                continue
            owner = listing['packages'][node['owner']] if node['owner'] >= 0 else None
            is_systems = owner is not None and owner['type'] != kind and owner['type'] in ('deb', 'rpm', 'apk')
            if not is_systems and (owner is None or owner['name'] not in names):
                problems.append(f'{path!r}: {owner and owner["name"]} owns it, but the package manager says {sorted(names)}')
        for path, node in nodes.items():
            if node.get('owner', -1) < 0 or node['type'] == 'd' or listing['packages'][node['owner']]['type'] != kind:
                continue
            is_record = path.startswith('var/lib/dpkg/info/') or '-info/' in path
            if not is_record and listing['packages'][node['owner']]['name'] not in counts.get(path, ()):
                problems.append(f'{path!r}: {listing["packages"][node["owner"]]["name"]} does not own it')
    return problems
