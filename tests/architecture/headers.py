#!/usr/bin/env python3
"""Every header compiles on its own. Those with a .cc of the same name are its first include (style.py), so only the
others are compiled here.

usage: headers.py SOURCE_DIR CXX
"""
import concurrent.futures
import os
import subprocess
import sys
from pathlib import Path


def compile_alone(compiler, source, header):
    command = [compiler, "-std=c++20", "-fsyntax-only", "-x", "c++", f"-I{source}", f"-I{source.parent}/tests",
               "-include", header, "/dev/null"]
    result = subprocess.run(command, capture_output=True, text=True)
    return header, result.returncode, result.stderr


def main():
    source, compiler = Path(sys.argv[1]) / "src", sys.argv[2]
    headers = [path for path in sorted(source.rglob("*.h")) if not path.with_suffix(".cc").exists()]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for header, code, text in pool.map(lambda path: compile_alone(compiler, source, path), headers):
            if code != 0:
                failed += 1
                print(f"{header}: does not compile on its own\n{text}")
    print(f"{len(headers)} headers, {failed} violations")
    sys.exit(1 if failed or not headers else 0)


main()
