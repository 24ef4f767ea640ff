#!/usr/bin/env python3
"""Runs the end-to-end tests. usage: run.py WHITTLE_BINARY [--all] [TEST...]

With --all, a run is interrupted in every phase on every engine, not in each phase on one.

With GTEST_OUTPUT=xml:FOLDER/ the results are also written to FOLDER/whittle_e2e_test.xml.
"""
import os
import pathlib
import sys
import unittest
import xml.etree.ElementTree as tree

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import support  # noqa: E402


class Recorder(unittest.TextTestResult):
    def __init__(self, *args):
        super().__init__(*args)
        self.rows = []

    def addSuccess(self, test):
        super().addSuccess(test)
        self.rows.append((test.id(), None, None))

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.rows.append((test.id(), 'failure', str(error[1])))

    def addError(self, test, error):
        super().addError(test, error)
        self.rows.append((test.id(), 'failure', str(error[1])))

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error is not None:
            self.rows.append((subtest.id(), 'failure', str(error[1])))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.rows.append((test.id(), 'skipped', reason))


def write_xml(rows):
    target = os.environ.get('GTEST_OUTPUT', '')
    if not target.startswith('xml:'):
        return
    suite = tree.Element('testsuite')
    for name, kind, message in rows:
        case = tree.SubElement(suite, 'testcase', name=name)
        if kind:
            tree.SubElement(case, kind, message=message)
    tree.ElementTree(suite).write(os.path.join(target[4:], 'whittle_e2e_test.xml'))


def main():
    import cases
    names = [name for name in sys.argv[2:] if name != '--all']
    cases.world = support.World(os.path.abspath(sys.argv[1]), runs_all='--all' in sys.argv)
    for name, reason in cases.world.reasons.items():
        print(f'SKIP {name}: {reason}', file=sys.stderr)
    try:
        suite = unittest.defaultTestLoader.loadTestsFromModule(cases)
        if names:
            suite = unittest.defaultTestLoader.loadTestsFromNames(names, cases)
        result = unittest.TextTestRunner(verbosity=2, resultclass=Recorder).run(suite)
    finally:
        cases.world.close()
    write_xml(result.rows)
    sys.exit(0 if result.wasSuccessful() else 1)


main()
