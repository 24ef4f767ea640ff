#!/usr/bin/env python3
"""House style that a program can see: sizes, headers, macros, opening comments.

usage: style.py SOURCE_DIR
Exit 0, or 1 with one line for each violation.
"""
import re
import sys
from pathlib import Path

MAX_LINES = 800
MACROS = {"TRY", "TRY_ASSIGN", "TRY_ASSIGN_", "CHECK", "WHITTLE_CONCAT", "WHITTLE_CONCAT_"}
problems = []


def first_include(text):
    match = re.search(r'^#include "([^"]+)"', text, re.M)
    return match.group(1) if match else ""


def check_header(path, text):
    if "#pragma once" not in text:
        problems.append(f"{path}: a header without #pragma once")
    if not text.startswith("//"):
        problems.append(f"{path}: does not open with a comment that says what it is for")


def check_own_header_first(source, path, text):
    own = path.with_suffix(".h")
    if path.suffix == ".cc" and own.exists():
        expected = own.relative_to(source).as_posix()
        before = re.search(r"^#include .*", text, re.M)
        if not before or before.group(0) != f'#include "{expected}"':
            problems.append(f"{path}: its own header is not its first include, so nothing shows that it stands alone")


def check_text(path, text):
    lines = text.count("\n")
    if lines > MAX_LINES:
        problems.append(f"{path}: {lines} lines, more than {MAX_LINES}")
    if re.search(r"^\s*using namespace (?!std::\w*literals;)", text, re.M):
        problems.append(f"{path}: using namespace")
    for name in re.findall(r"^\s*#\s*define\s+(\w+)", text, re.M):
        if name not in MACROS and not path.name.endswith("_test.cc") and not name.startswith("_"):
            problems.append(f"{path}: defines the macro {name}")
    if re.search(r"[ \t]+$", text, re.M):
        problems.append(f"{path}: blanks at the end of a line")


def main():
    root = Path(sys.argv[1])
    source = root / "src"
    checked = 0
    for path in sorted(source.rglob("*")):
        if path.suffix not in (".cc", ".h"):
            continue
        text = path.read_text(encoding="utf-8")
        checked += 1
        check_text(path, text)
        check_own_header_first(source, path, text)
        if path.suffix == ".h":
            check_header(path, text)
    for text in problems:
        print(text)
    print(f"{checked} files, {len(problems)} violations")
    sys.exit(1 if problems or checked == 0 else 0)


main()
