#!/usr/bin/env python3
"""Counts the tests of a folder of result files, and prints why tests were skipped on standard error.

usage: count_tests.py FOLDER        prints "PASSED FAILED SKIPPED"

The folder holds ctest.xml (ctest --output-junit) and one NAME.xml per GoogleTest program that ran to its end; such a
program counts with its own tests, any other test of ctest.xml as one.
"""
import collections
import pathlib
import sys
import xml.etree.ElementTree as tree

folder = pathlib.Path(sys.argv[1])
passed = failed = skipped = 0
reasons = collections.Counter()
programs = set()
failing = set()  # programs with a failed test of their own
for file in sorted(folder.glob('*.xml')):
    if file.name == 'ctest.xml':
        continue
    programs.add(file.stem)
    for case in tree.parse(file).iter('testcase'):
        skip = case.find('skipped')
        if case.find('failure') is not None:
            failed += 1
            failing.add(file.stem)
        elif skip is not None or case.get('result') == 'skipped':
            skipped += 1
            reasons[(skip.get('message') or '').strip().split('\n')[-1] if skip is not None else 'skipped'] += 1
        else:
            passed += 1
for case in tree.parse(folder / 'ctest.xml').iter('testcase'):
    name = case.get('name')
    is_counted = f'whittle_{name}_test' in programs
    if case.get('status') == 'run':
        passed += not is_counted
    elif case.get('status') in ('disabled', 'notrun') or case.find('skipped') is not None:
        skipped += not is_counted
        reasons[f'{name}: {(case.findtext("system-out") or "not run").strip().splitlines()[-1]}'] += 1
    else:  # a program that failed although none of its tests did crashed, or lost one
        failed += not is_counted or f'whittle_{name}_test' not in failing
for reason, count in sorted(reasons.items()):
    print(f'  SKIP ({count}): {reason}', file=sys.stderr)
print(passed, failed, skipped)
