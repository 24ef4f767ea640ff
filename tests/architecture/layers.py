#!/usr/bin/env python3
"""The layers: which folder may use which, held against the includes and against the link targets.

usage: layers.py SOURCE_DIR
Exit 0, or 1 with one line for each violation.
"""
import collections
import re
import sys
from pathlib import Path

# What each folder may include, beside itself. The order is that of the layers: a folder only names folders above it.
MAY_USE = {
    "base": "",
    "net": "base",
    "codec": "base",
    "model": "base",
    "dockerfile": "base model",
    "context": "base model dockerfile",
    "image": "base codec model",
    "image/sources": "base net codec model image",
    "container": "base net codec model",
    "container/engines": "base net codec model container",
    "sensor": "",
    "trace": "base model container sensor",
    "lint": "base model dockerfile context",
    "lint/rules": "base model dockerfile context lint",
    "packages": "base model",
    "packages/cataloguers": "base model packages",
    "reach": "base model dockerfile packages packages/cataloguers",
    "analyze": "base codec model dockerfile context image packages packages/cataloguers",
    "slim": "base codec model dockerfile image packages packages/cataloguers analyze",
    "plan": "base model dockerfile context lint lint/rules",
    "formatter": "base model dockerfile context lint lint/rules plan",
    "apply": "base",
    "vuln/versions": "base",
    "vuln/feeds": "base",
    "vuln": "base model vuln/versions vuln/feeds",
    "secrets/rules": "base model",
    "secrets": "base codec model secrets/rules",
    "checks": "base model dockerfile",
    "checks/rules": "base model dockerfile checks",
    "config": "base model dockerfile lint lint/rules vuln secrets",
    "discover": "base model dockerfile config",
    "builds": "base model image config",
    "engine": "base net codec model dockerfile context image image/sources container container/engines lint lint/rules packages plan reach analyze slim vuln vuln/feeds secrets checks checks/rules trace",
    "report": "base model",
    "report/formats": "base model report",
    "lsp": "base model dockerfile context image lint lint/rules plan formatter config engine report",
    "tui": "base model image analyze apply engine report",
    "cli": "base model report",
    "cli/commands": "base model image image/sources analyze container container/engines dockerfile lint lint/rules plan formatter apply config discover builds vuln secrets secrets/rules checks checks/rules trace engine report report/formats lsp tui cli",
}
# Not a library: a program without a C library, of which others may include headers of plain constants.
PROGRAMS = {"sensor"}
# Folders of extension points, and the file that holds the table.
TABLES = {
    "image/sources": "sources",
    "container/engines": "engines",
    "lint/rules": "rules",
    "packages/cataloguers": "cataloguers",
    "report/formats": "formats",
    "vuln/feeds": "feeds",
    "secrets/rules": "rules",
    "checks/rules": "rules",
    "vuln/versions": "versions",
    "cli/commands": "commands",
}
# Headers that may be included where: heavy ones only in .cc files, and CLI11 and <iostream> only in the program.
ONLY_IN_SOURCES = re.compile(r"^(nlohmann/json\.hpp|CLI/|curl/|openssl/|zstd\.h|isa-l|libdeflate\.h|simdjson|ncurses|yaml-cpp/|re2/|hs/|toml\+\+/)")
# Headers that wrap one of those, and are there for the .cc files of their own folder.
WRAPPERS = {"net/curl.h", "secrets/hyperscan.h"}
ONLY_IN_CLI = re.compile(r"^(CLI/|iostream$)")
NOWHERE = re.compile(r"^regex$")

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)
TESTS = Path(sys.argv[1]) / "tests"
problems = []


def problem(text):
    problems.append(text)


def files_of(folder):
    return sorted(path for path in folder.iterdir() if path.suffix in (".cc", ".h"))


def is_test(path):
    return path.name.endswith(("_test.cc", "_test_support.h"))


def includes_of(path):
    for match in INCLUDE.finditer(path.read_text(encoding="utf-8")):
        yield match.group(1), match.group(2)


def folder_of(include):
    return include.rsplit("/", 1)[0] if "/" in include else ""


def check_include(name, path, include):
    """One #include "..." of a file of folder `name`."""
    folder = folder_of(include)
    if is_test(path) and (TESTS / include).exists():  # tests/ is in the include path of tests
        return
    if folder not in MAY_USE:
        problem(f"{path}: includes \"{include}\", which names no folder of the source")
    elif folder != name and folder not in MAY_USE[name].split():
        problem(f"{path}: {name} may not use {folder} (\"{include}\")")


def check_wrapper(name, path, include):
    """One #include "..." of a wrapper."""
    if include in WRAPPERS and (path.suffix != ".cc" or not include.startswith(name + "/")):
        problem(f"{path}: \"{include}\" is for the .cc files of its own folder")


def check_heavy(name, path, header):
    """One #include <...>."""
    is_wrapper = f"{name}/{path.name}" in WRAPPERS
    if path.suffix == ".h" and ONLY_IN_SOURCES.match(header) and not is_wrapper:
        problem(f"{path}: <{header}> belongs into a .cc file")
    if not name.startswith("cli") and ONLY_IN_CLI.match(header):
        problem(f"{path}: <{header}> belongs to src/cli")
    if NOWHERE.match(header):
        problem(f"{path}: <{header}> is not used in this project")


def table_rows(source, name):
    """File stems of the rows of a table: every rule file, else the first string of each row."""
    folder = source / name
    if name == "lint/rules":
        return {p.stem for p in folder.glob("*.cc") if not is_test(p) and p.stem != "rules"}
    table = folder / (TABLES[name] + ".cc")
    if not table.exists():
        return set()
    if name in ("cli/commands", "packages/cataloguers"):  # rows of other files: &kAnalyzeCommand, &kDpkgCataloguer
        return {word.lower()
                for word in re.findall(r"&k(\w+)(?:Command|Cataloguer)\b", table.read_text(encoding="utf-8"))}
    return {word.replace("-", "_") for word in re.findall(r'^\s*\{"([a-z_-]+)"', table.read_text(encoding="utf-8"), re.M)}


def row_of(stem, rows):
    """The row a file belongs to: "docker_api" is a part of the row "docker"."""
    fitting = [row for row in rows if stem == row or stem.startswith(row + "_")]
    return max(fitting, key=len) if fitting else None


def check_rows(source, name):
    """The files of one row know nothing of another row."""
    rows = table_rows(source, name)
    for path in files_of(source / name):
        if path.stem in (TABLES[name], TABLES[name] + "_list") or is_test(path):
            continue
        own = row_of(path.stem, rows)
        for include, _ in includes_of(path):
            if include is None or folder_of(include) != name:
                continue
            other = row_of(Path(include).stem, rows)
            if other is not None and other != own:
                problem(f"{path}: includes \"{include}\", a file of the row {other}")


def link_targets(path):
    """What a folder's CMakeLists.txt links: (public, private) folder names."""
    text = re.sub(r"#.*", "", path.read_text(encoding="utf-8"))
    match = re.search(r"whittle_library\((\w+)([^)]*)\)", text)
    if not match:
        return None
    lists = {"PUBLIC": [], "PRIVATE": []}
    current = None
    for word in match.group(2).split():
        if word in lists:
            current = lists[word]
        elif current is not None and word.startswith("whittle_"):
            current.append(word[len("whittle_"):])
    return match.group(1), lists["PUBLIC"], lists["PRIVATE"]


def check_links(source):
    """Links stay within the layers, and every include is backed by a link."""
    by_target = {name.replace("/", "_"): name for name in MAY_USE}
    public, all_links = {}, {}
    for name in MAY_USE:
        if name in PROGRAMS:
            continue
        lists = source / name / "CMakeLists.txt"
        found = link_targets(lists) if lists.exists() else None
        if not found:
            problem(f"{lists}: no whittle_library(...)")
            continue
        target, publics, privates = found
        if by_target.get(target) != name:
            problem(f"{lists}: the library of {name} is called {target}")
        public[name] = [by_target.get(link, link) for link in publics]
        all_links[name] = public[name] + [by_target.get(link, link) for link in privates]
        for link in all_links[name]:
            if link not in MAY_USE[name].split():
                problem(f"{lists}: {name} may not link {link}")
    for name in all_links:
        reachable = set(all_links[name])
        queue = collections.deque(reachable)
        while queue:
            for link in public.get(queue.popleft(), []):
                if link not in reachable:
                    reachable.add(link)
                    queue.append(link)
        for path in files_of(source / name):
            if is_test(path):
                continue
            for include, _ in includes_of(path):
                folder = folder_of(include) if include else ""
                if path.name != "main.cc" and folder in MAY_USE and folder != name and folder not in reachable and folder not in PROGRAMS:
                    problem(f"{path}: includes \"{include}\", but {name} does not link {folder}")


def main():
    source = Path(sys.argv[1]) / "src"
    names = list(MAY_USE)
    for position, name in enumerate(names):
        for used in MAY_USE[name].split():
            if names.index(used) >= position:
                problem(f"layers.py: {name} names {used}, which is not above it")
    for folder in sorted(path for path in source.rglob("*") if path.is_dir()):
        name = folder.relative_to(source).as_posix()
        if name not in MAY_USE and files_of(folder):
            problem(f"{folder}: this folder has no place in the layers (tests/architecture/layers.py)")
    checked = 0
    for name in names:
        for path in files_of(source / name):
            # The program's main file ties the layers together.
            if name == "cli" and path.name == "main.cc":
                continue
            checked += 1
            for include, header in includes_of(path):
                if include:
                    check_include(name, path, include)
                    check_wrapper(name, path, include)
                else:
                    check_heavy(name, path, header)
    for name in TABLES:
        check_rows(source, name)
    check_links(source)
    for text in problems:
        print(text)
    print(f"{checked} files, {len(problems)} violations")
    sys.exit(1 if problems or checked == 0 else 0)


main()
