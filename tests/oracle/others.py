"""What other programs say of an image: the engine's merged view, GNU tar's listing of a layer, digests of stored bytes."""
import gzip
import hashlib
import io
import json
import pathlib
import re
import shutil
import subprocess
import tarfile

# What the engine puts into a container's root on creation, over what the image has.
ENGINE_FILES = {'.dockerenv', 'dev', 'dev/console', 'dev/pts', 'dev/shm', 'etc', 'etc/hostname', 'etc/hosts', 'etc/mtab',
                'etc/resolv.conf', 'proc', 'sys'}
XATTR = 'SCHILY.xattr.'


def call(*args, **kwargs):
    done = subprocess.run([str(arg) for arg in args], capture_output=True, timeout=600, **kwargs)
    if done.returncode != 0:
        raise RuntimeError(f'{args[0]} {args[1]}: {done.stderr.decode(errors="replace")[-800:]}')
    return done.stdout


def sha256(data):
    return 'sha256:' + hashlib.sha256(data).hexdigest()


def clean(name):
    while name.startswith('./') or name.startswith('/'):
        name = name.lstrip('/') if name.startswith('/') else name[2:]
    name = name.rstrip('/')
    return '' if name == '.' else name


def node_of(tar, member):
    """A tar member as (type, mode, uid, gid, size, link, digest, mtime, xattrs)."""
    kinds = {tarfile.DIRTYPE: 'd', tarfile.SYMTYPE: 'l', tarfile.FIFOTYPE: 'p', tarfile.CHRTYPE: 'c', tarfile.BLKTYPE: 'b'}
    kind = kinds.get(member.type, 'f')
    digest = ''
    if kind == 'f':
        hasher = hashlib.sha256()
        source = tar.extractfile(member)
        while piece := source.read(1 << 20):
            hasher.update(piece)
        digest = 'sha256:' + hasher.hexdigest()
    xattrs = {key[len(XATTR):].encode('utf-8', 'surrogateescape').decode('latin-1'):
              value.encode('utf-8', 'surrogateescape').decode('latin-1')
              for key, value in member.pax_headers.items() if key.startswith(XATTR)}
    return {'type': kind, 'mode': member.mode & 0o7777, 'uid': member.uid, 'gid': member.gid,
            'size': member.size if kind == 'f' else 0, 'link': member.linkname if kind == 'l' else '', 'digest': digest,
            'mtime': int(member.mtime // 1), 'xattrs': xattrs}


def merged_by_engine(engine, image):
    """Path -> node of the container's root file system that the engine makes of an image; 'inode' groups hard links."""
    container = call(engine, 'create', image, '/none').decode().strip()
    try:
        archive = io.BytesIO(call(engine, 'export', container))
    finally:
        call(engine, 'rm', container)
    nodes = {}
    with tarfile.open(fileobj=archive, errors='surrogateescape') as tar:
        for member in tar:
            path = clean(member.name)
            if member.islnk():
                nodes[path] = nodes[clean(member.linkname)]
                continue
            node = node_of(tar, member)
            node['inode'] = path
            nodes[path] = node
    return nodes


LINE = re.compile(rb'^(\S)(\S{9}) +(\d+)/(\d+) +(\d+|\d+,\d+) (\S+ \S+) "((?:[^"\\]|\\.)*)"'
                  rb'(?: (?:->|link to) "((?:[^"\\]|\\.)*)")?$')
BITS = [0o400, 0o200, 0o100, 0o040, 0o020, 0o010, 0o004, 0o002, 0o001]


def mode_of(text):
    mode = sum(bit for bit, char in zip(BITS, text) if char not in '-ST')
    return mode | (0o4000 if text[2] in 'sS' else 0) | (0o2000 if text[5] in 'sS' else 0) | (
        0o1000 if text[8] in 'tT' else 0)


def unquote(text):
    out = re.sub(rb'\\([0-7]{3}|.)', lambda match: (
        bytes([int(match[1], 8)]) if len(match[1]) == 3 else
        {b'n': b'\n', b't': b'\t', b'r': b'\r', b'a': b'\a', b'b': b'\b', b'f': b'\f', b'v': b'\v'}.get(match[1], match[1])),
        text)
    return out.decode('utf-8', 'surrogateescape')


def listed_by_tar(data):
    """GNU tar's listing of a layer's tar: (type, mode, uid, gid, size, path, link) in the order of the archive."""
    out = subprocess.run(['tar', '--numeric-owner', '--quoting-style=c', '--full-time', '--utc', '-tvf', '-'], input=data,
                         capture_output=True, timeout=600, env={'LC_ALL': 'C', 'PATH': '/usr/bin:/bin'})
    rows = []
    for line in out.stdout.splitlines():
        match = LINE.match(line)
        if not match:
            raise RuntimeError(f'tar: cannot read its line {line!r}')
        kind = match[1].decode()
        size = int(match[5]) if kind == '-' else 0
        link = unquote(match[8] or b'')
        rows.append(({'-': 'f'}.get(kind, kind), mode_of(match[2].decode()), int(match[3]), int(match[4]), size,
                     clean(unquote(match[7])), clean(link) if kind == 'h' else link))
    return rows


def unpacked(data):
    """A layer's stored bytes, decompressed by programs other than ours."""
    if data[:2] == b'\x1f\x8b':
        return gzip.decompress(data)
    if data[:4] == b'\x28\xb5\x2f\xfd':
        return call('zstd', '-dcq', input=data)
    return data


class Stored:
    """What lies in an archive or folder: config and manifest bytes, and one blob a layer."""

    def __init__(self, config, manifest, blobs):
        self.config, self.manifest, self.blobs = config, manifest, blobs


def read_docker_archive(path):
    with tarfile.open(path) as tar:
        def content(name):
            member = tar.getmember(name)
            if member.issym():
                name = str(pathlib.PurePosixPath(name).parent / member.linkname)
                parts = []
                for part in name.split('/'):
                    parts = parts[:-1] if part == '..' else parts + [part]
                member = tar.getmember('/'.join(parts))
            return tar.extractfile(member).read()
        entry = json.loads(content('manifest.json'))[0]
        return Stored(content(entry['Config']), None, [content(name) for name in entry['Layers']])


def read_oci(folder, platform=None):
    folder = pathlib.Path(folder)

    def blob(digest):
        return (folder / 'blobs' / digest.replace(':', '/')).read_bytes()
    manifest = (folder / 'index.json').read_bytes()
    while 'manifests' in (parsed := json.loads(manifest)):
        fitting = [entry for entry in parsed['manifests'] if platform is None or 'platform' not in entry or
                   f'{entry["platform"]["os"]}/{entry["platform"]["architecture"]}' == platform]
        manifest = blob(fitting[0]['digest'])
    return Stored(blob(parsed['config']['digest']), manifest, [blob(layer['digest']) for layer in parsed['layers']])


def read_oci_archive(path, scratch):
    folder = pathlib.Path(scratch) / (pathlib.Path(path).name + '.unpacked')
    folder.mkdir()
    call('tar', '-xf', path, '-C', folder)
    stored = read_oci(folder)
    shutil.rmtree(folder)
    return stored


def read_dir(folder):
    """skopeo's dir: transport."""
    folder = pathlib.Path(folder)
    manifest = (folder / 'manifest.json').read_bytes()
    parsed = json.loads(manifest)

    def blob(digest):
        return (folder / digest.split(':')[1]).read_bytes()
    return Stored(blob(parsed['config']['digest']), manifest, [blob(layer['digest']) for layer in parsed['layers']])
