#!/usr/bin/env python3
"""Joins the sources of one target into few translation units, so that a build from nothing parses each header a dozen times
instead of hundreds of times. Used for full test runs (WHITTLE_UNITY); the sources stay independent of each other.

What two files of one unit name alike in their unnamed namespaces is renamed by the preprocessor around the later file. A name
that cannot be renamed so (it is a member's or another namespace's name, too) keeps its file out of the unit.

usage: unity.py OUTPUT_DIR SOURCE_DIR SIZE FILE...
Writes OUTPUT_DIR/unity_N.cc (untouched when unchanged) and prints their paths, one a line. Headers are looked for in
SOURCE_DIR/src and SOURCE_DIR/tests.
"""
import re
import sys
from pathlib import Path

BEGIN, END = "namespace {", "}  // namespace"
TYPE = re.compile(r"^(?:struct|class|union|enum class|enum) (\w+)")
ALIAS = re.compile(r"^using (\w+) = (.*)")
FUNCTION = re.compile(r"^(?!template|namespace|return|extern|using)(?=\w)[\w:<>,*&\[\] ]*?[\s*&](\w+)\(")
VARIABLE = re.compile(r"^(?!template|namespace|return|extern|using)(?=[\w\[])(?:\[\[\w+\]\] )?[\w:<>,*& ]+[\s*&](\w+)(?:\[.*?\])*(?: = |\{|;| =$)")
INCLUDE = re.compile(r'^#include ([<"])([^>"]+)[>"]', re.M)


def declared(line):
    """The name that a line at column 0 declares, and the text of an alias."""
    if found := ALIAS.match(line):
        return found.group(1), found.group(2)
    for pattern in (TYPE, FUNCTION, VARIABLE):
        if found := pattern.match(line):
            return found.group(1), ""
    return None


class Headers:
    """What the headers of the project declare at column 0, by header, with everything that they include."""

    def __init__(self, source_dir):
        self.roots = [source_dir / "src", source_dir / "tests"]
        self.known = {}

    def of(self, name):
        if name not in self.known:
            self.known[name] = ({name}, set())
            path = next((root / name for root in self.roots if (root / name).is_file()), None)
            if path is not None:
                text = path.read_text(encoding="utf-8")
                headers, names = {name}, {found[0] for line in text.splitlines() if (found := declared(line))}
                for kind, other in INCLUDE.findall(text):
                    if kind == '"':
                        headers |= self.of(other)[0]
                        names |= self.of(other)[1]
                self.known[name] = (headers, names)
        return self.known[name]


class Source:
    def __init__(self, path, headers):
        self.path = path
        text = path.read_text(encoding="utf-8")
        self.includes = [f"<{name}>" if kind == "<" else f'"{name}"' for kind, name in INCLUDE.findall(text)]
        self.seen = set()  # what its headers declare
        for kind, name in INCLUDE.findall(text):
            if kind == '"':
                self.seen |= headers.of(name)[1]
        self.has_macros = re.search(r"^#(define|if)", text, re.M) is not None
        self.own, unnamed = {}, False
        for line in text.splitlines():
            if line == BEGIN or line.startswith(END):
                unnamed = line == BEGIN
            elif unnamed and (found := declared(line)):
                self.own[found[0]] = found[1]
        # An alias of something of its own is another file's alias by its text only.
        for name, alias in self.own.items():
            if any(re.search(rf"\b{other}\b", alias) for other in self.own):
                self.own[name] = ""
        self.fixed = {name for name in self.own if re.search(rf"(?:\.|->|::)\s*{name}\b", text) or name in self.seen}


class Unit:
    def __init__(self):
        self.sources, self.names, self.seen = [], {}, set()  # names: not renamed ones, with an alias's text

    def clashes(self, source):
        """The names of the source to rename; None when it cannot stand in this unit."""
        names = {name for name, alias in source.own.items()
                 if name in self.names and not (alias and alias == self.names[name])}
        names |= {name for name in source.own if name in self.seen and name not in source.seen}
        late = {name for name in self.names if name in source.seen and name not in self.seen}
        return None if names & source.fixed or late or source.has_macros else names

    def add(self, source, names):
        self.sources.append((source, sorted(names)))
        self.names |= {name: alias for name, alias in source.own.items() if name not in names}
        self.seen |= source.seen

    def text(self, headers_first):
        lines = ["// Made by cmake/unity.py."]
        lines += [f"#include {name}" for name in headers_first]
        for source, names in self.sources:
            suffix = re.sub(r"\W", "_", source.path.stem)
            lines += [f"#define {name} {name}_of_{suffix}" for name in names]
            lines.append(f'#include "{source.path}"')
            lines += [f"#undef {name}" for name in names]
        return "\n".join(lines) + "\n"

    def headers(self):
        return list(dict.fromkeys(name for source, _ in self.sources for name in source.includes))


def units_of(sources, size):
    units = []
    for source in sources:
        for unit in units:
            if len(unit.sources) < size and not source.has_macros and (names := unit.clashes(source)) is not None:
                unit.add(source, names)
                break
        else:
            unit = Unit()
            unit.add(source, set())
            units.append(unit)
    return units


def main():
    output, source_dir, size = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    headers = Headers(source_dir)
    output.mkdir(parents=True, exist_ok=True)
    for number, unit in enumerate(units_of([Source(Path(name), headers) for name in sys.argv[4:]], size)):
        path = output / f"unity_{number}.cc"
        text = unit.text(unit.headers())
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
