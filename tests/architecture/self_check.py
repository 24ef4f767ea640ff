#!/usr/bin/env python3
"""The checks of this folder are checked: each must fail on a source tree that breaks its rule, and name the file.

usage: self_check.py SOURCE_DIR CXX AR NM
"""
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
failures = []


def run(script, *arguments):
    return subprocess.run([sys.executable, HERE / script, *map(str, arguments)], capture_output=True, text=True)


def expect(name, result, wanted):
    if result.returncode != 1 or wanted not in result.stdout:
        failures.append(f"{name}: exit {result.returncode}, wanted 1 and \"{wanted}\" in:\n{result.stdout}{result.stderr}")


def with_tree(root, name, script, change, wanted):
    """Runs `script` on a copy of the sources that `change` has broken."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(root / "src", Path(folder) / "src")
        (Path(folder) / "tests").symlink_to((root / "tests").resolve())
        change(Path(folder) / "src")
        expect(name, run(script, folder), wanted)


def append(path, text):
    def change(source):
        with open(source / path, "a", encoding="utf-8") as file:
            file.write(text)
    return change


def replace(path, old, new):
    def change(source):
        text = (source / path).read_text(encoding="utf-8")
        assert old in text, f"{path} does not hold {old}"
        (source / path).write_text(text.replace(old, new), encoding="utf-8")
    return change


def check_layers(root):
    cases = [
        ("upwards", append("base/strings.h", '#include "engine/optimize.h"\n'), "base may not use engine"),
        ("sideways", append("codec/byte_source.h", '#include "model/image.h"\n'), "codec may not use model"),
        ("row to row", append("report/formats/text.cc", '#include "report/formats/json.h"\n'), "a file of the row json"),
        ("command to command", append("cli/commands/man.cc", '#include "cli/commands/optimize_output.h"\n'),
         "a file of the row optimize"),
        ("link", replace("report/CMakeLists.txt", "whittle_model", "whittle_model whittle_engine"),
         "report may not link engine"),
        ("no link", replace("report/CMakeLists.txt", "whittle_model", ""), "report does not link model"),
        ("new folder", lambda source: (source / "extra").mkdir() or (source / "extra/a.cc").write_text(""),
         "has no place in the layers"),
        ("heavy header", append("model/report.h", "#include <nlohmann/json.hpp>\n"), "belongs into a .cc file"),
        ("CLI11", append("model/report.cc", "#include <CLI/CLI.hpp>\n"), "belongs to src/cli"),
        ("regex", append("model/report.cc", "#include <regex>\n"), "is not used in this project"),
    ]
    for name, change, wanted in cases:
        with_tree(root, "layers: " + name, "layers.py", change, wanted)


def check_style(root):
    cases = [
        ("length", append("model/report.cc", "// line\n" * 800), "more than 800"),
        ("macro", append("model/report.cc", "#define TWICE(x) ((x) * 2)\n"), "defines the macro TWICE"),
        ("namespace", append("model/report.cc", "using namespace std;\n"), "using namespace"),
        ("comment", replace("model/report.h", "// The finished", "\n// The finished"), "does not open with a comment"),
        ("own header", replace("model/report.cc", '#include "model/report.h"', '#include <string>\n#include "model/report.h"'),
         "its own header is not its first include"),
    ]
    for name, change, wanted in cases:
        with_tree(root, "style: " + name, "style.py", change, wanted)


def check_names(root):
    cases = [
        ("two types", append("model/report.cc", "struct Stage {\n};\n"), "Stage: defined in"),
        ("two headers", append("base/fs.h", "class Limits final {\n};\n"), "Limits: defined in"),
    ]
    for name, change, wanted in cases:
        with_tree(root, "names: " + name, "names.py", change, wanted)


def check_silent(compiler, archiver, nm):
    cases = {
        "puts": '#include <cstdio>\nvoid f() { puts("x"); }\n',
        "fprintf": '#include <cstdio>\nvoid f(int x) { fprintf(stderr, "%d", x); }\n',
        "cout": "#include <iostream>\nvoid f() { std::cout << 1; }\n",
        "exit": "#include <cstdlib>\nvoid f() { std::exit(1); }\n",
        "abort": "#include <cstdlib>\nvoid f() { std::abort(); }\n",
    }
    for name, text in cases.items():
        with tempfile.TemporaryDirectory() as folder:
            source, made, library = (Path(folder) / part for part in ("loud.cc", "loud.cc.o", "libloud.a"))
            source.write_text(text)
            subprocess.run([compiler, "-std=c++20", "-c", source, "-o", made], check=True)
            subprocess.run([archiver, "qc", library, made], check=True)
            expect("silent: " + name, run("silent.py", nm, library), "loud.cc.o): uses")


def main():
    root, compiler, archiver, nm = Path(sys.argv[1]), *sys.argv[2:5]
    check_layers(root)
    check_style(root)
    check_names(root)
    check_silent(compiler, archiver, nm)
    for text in failures:
        print(text)
    sys.exit(1 if failures else 0)


main()
