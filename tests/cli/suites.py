"""The end of every program of tests here: runs its suites, or those that were named."""
import sys
import unittest


def run_suites(module, names):
    """Ends the program. module: globals() of the tests; names: of suites, all if there are none.
    Exit 0: passed. 1: failed. 77: everything was skipped, with the reasons."""
    loader = unittest.defaultTestLoader
    own = [value for value in module.values() if isinstance(value, type) and issubclass(value, unittest.TestCase)]
    chosen = [module[name] for name in names] or [suite for suite in own if loader.getTestCaseNames(suite)]
    result = unittest.TextTestRunner(verbosity=2).run(unittest.TestSuite(map(loader.loadTestsFromTestCase, chosen)))
    for _, reason in result.skipped:
        print("SKIP: " + reason)
    if not result.wasSuccessful() or result.testsRun == 0:
        sys.exit(1)
    sys.exit(77 if len(result.skipped) == result.testsRun else 0)
