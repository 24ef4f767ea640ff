#!/usr/bin/env python3
"""One name, one thing: a type or constant that two files of the source define under the same name is
undefined behaviour as soon as both are linked (C++ [basic.def.odr]), and no linker tells.

usage: names.py SOURCE_DIR
Exit 0, or 1 with one line for each violation.
"""
import collections
import re
import sys
from pathlib import Path

# At column 0 and with a body; what stands in an unnamed namespace belongs to its file alone.
DEFINITION = re.compile(r"^(?:template <.*> )?(?:class|struct|union|enum class|enum) (?:\[\[\w+\]\] )?(\w+)\b(?!::|.*;\s*$)[^;]*$")
BEGIN = re.compile(r"^namespace \{")
END = re.compile(r"^\}  // namespace$")


def definitions(path):
    unnamed = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if BEGIN.match(line):
            unnamed = True
        elif END.match(line):
            unnamed = False
        elif not unnamed and (found := DEFINITION.match(line)) and "<" not in line.split(found.group(1), 1)[1][:1]:
            yield found.group(1), number


def main():
    source = Path(sys.argv[1]) / "src"
    files = sorted(path for path in source.rglob("*") if path.suffix in (".cc", ".h"))
    places = collections.defaultdict(list)
    for path in files:
        for name, number in definitions(path):
            places[name].append((path, number))
    violations = 0
    for name, found in sorted(places.items()):
        # The program's tests are programs of their own: one folder's tests, linked together.
        others = [place for place in found if not place[0].stem.endswith("_test")]
        tests = collections.Counter(path.parent for path, _ in found if path.stem.endswith("_test"))
        if len(others) > 1 or any(count > 1 for count in tests.values()) or (others and tests):
            violations += 1
            print(f"{name}: defined in " + ", ".join(f"{path}:{number}" for path, number in found))
    print(f"{len(files)} files, {violations} violations")
    return 1 if violations or not files else 0


if __name__ == "__main__":
    sys.exit(main())
