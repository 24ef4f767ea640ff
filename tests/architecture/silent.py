#!/usr/bin/env python3
"""The library prints nothing and never exits: no such function is referenced from any of its object files.

usage: silent.py NM LIBRARY.a...
Exit 0, or 1 with one line for each violation.
"""
import re
import subprocess
import sys

# As nm -C prints undefined symbols; the _chk forms are those of _FORTIFY_SOURCE.
FORBIDDEN = re.compile(
    r"^(?:__)?(?:v?f?printf|v?dprintf)(?:_chk)?(?:@|$)"
    r"|^(?:puts|fputs|putc|fputc|putchar|putchar_unlocked|perror|psignal|warnx?|errx?)(?:_unlocked)?(?:@|$)"
    r"|^(?:exit|_exit|_Exit|quick_exit|abort)(?:@|$)"
    r"|^(?:stdout|stderr)(?:@|$)"
    r"|^std::(?:cout|cerr|clog|wcout|wcerr|wclog)(?:@|$)"
    r"|^fmt::v\d+::(?:v?print|detail::print)\b"
)
# The object file, what it may do, and why.
EXCEPTIONS = {
    "result.cc.o": {"fprintf", "__fprintf_chk", "stderr", "abort"},  # check_failed: a bug of ours ends the program
    "subprocess.cc.o": {"_exit"},  # in the child, between fork and exec
}


def main():
    nm, libraries = sys.argv[1], sys.argv[2:]
    problems, objects, symbols = [], 0, 0
    for library in libraries:
        text = subprocess.run([nm, "-C", "--undefined-only", library], check=True, capture_output=True, text=True).stdout
        member = ""
        for line in text.splitlines():
            if line.endswith(":") and not line.startswith(" "):
                member = line[:-1]
                objects += 1
            match = re.match(r"^\s*[Uuvw] (.*)$", line)
            if not match:
                continue
            symbols += 1
            name = match.group(1)
            plain = name.split("@")[0]
            if FORBIDDEN.search(name) and plain not in EXCEPTIONS.get(member, set()):
                problems.append(f"{library}({member}): uses {plain}")
    for text in problems:
        print(text)
    print(f"{len(libraries)} libraries, {objects} objects, {symbols} references, {len(problems)} violations")
    # A check that looked at nothing has not passed.
    sys.exit(1 if problems or objects == 0 or symbols == 0 else 0)


main()
