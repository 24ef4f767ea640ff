#!/usr/bin/env python3
"""Holds the golden reports beside this file against the rules of their formats, and against each other.

usage: golden_test.py [FOLDER]

FOLDER may hold other reports of the same names. The rules of a format are in schemas/, as far as reports here use it. The official schemas
are not part of this project: those in the folder that WHITTLE_SCHEMAS names are taken too, by the names they are published under (OFFICIAL);
that of CycloneDX also where the Python package cyclonedx-python-lib is installed. Exit 77 without python3-jsonschema.
"""
import json
import os
import pathlib
import re
import sys
import unittest
import warnings
import xml.etree.ElementTree

try:
    import jsonschema
except ImportError:
    print("SKIP: python3-jsonschema is not installed")
    sys.exit(77)

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = pathlib.Path(sys.argv.pop(1)) if len(sys.argv) > 1 else HERE

# What the sample (tests/support/sample_scan_report.h) holds, written down by hand: what counts, then what does not.
COUNTED = [("CVE-2026-1", "critical"), ("CVE-2026-2", "low"), ("aws-access-key-id", "critical"), ("github-token", "high"),
           ("CIS-DI-0001", "medium"), ("CIS-DI-0008", "low")]
HIDDEN = [("CVE-2026-3", "medium"), ("private-key", "critical")]
# The schema of each form, as its makers call the file. What it refers to stands beside it.
OFFICIAL = {"scan.sarif.sarif": "sarif-schema-2.1.0.json", "scan.csaf.json": "csaf_json_schema.json", "scan.openvex.json": "openvex_json_schema.json",
            "scan.gitlab.json": "container-scanning-report-format.json", "scan.cyclonedx.cdx.json": "bom-1.6.schema.json",
            "sbom.cyclonedx.cdx.json": "bom-1.6.schema.json", "sbom.spdx.spdx.json": "spdx-schema-2.3.json"}
SCHEMAS = os.environ.get("WHITTLE_SCHEMAS")
VULNERABILITIES = [name for name, _ in COUNTED + HIDDEN if name.startswith("CVE-")]
PACKAGES = {("curl", "7.88.1-10"), ("libc6", "2.36-9")}


def text(name):
    return (FOLDER / name).read_text(encoding="utf-8")


def document(name):
    return json.loads(text(name))


def official_errors(name, report):
    """What an official schema says against a report."""
    known = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in pathlib.Path(SCHEMAS).glob("*.json")}
    schema = known[OFFICIAL[name]]
    def by_name(uri):
        return known[uri.split("#")[0].split("?")[0].rsplit("/", 1)[1]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # newer releases have another way, which Debian's has not
        resolver = jsonschema.RefResolver(schema.get("$id", schema.get("id", "")), schema, handlers={"http": by_name, "https": by_name})
        kind = jsonschema.validators.validator_for(schema)
        found = kind(schema, resolver=resolver, format_checker=jsonschema.FormatChecker()).iter_errors(report)
        return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}" for error in found]


class Rules(unittest.TestCase):
    def check(self, name, schema):
        rules = json.loads((HERE / "schemas" / f"{schema}.schema.json").read_text())
        jsonschema.Draft202012Validator.check_schema(rules)
        errors = [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"
                  for error in jsonschema.Draft202012Validator(rules).iter_errors(document(name))]
        self.assertEqual(errors, [], name)

    def test_documents(self):
        for name, schema in (("scan.sarif.sarif", "sarif"), ("scan.gitlab.json", "gitlab"), ("scan.openvex.json", "openvex"), ("scan.csaf.json", "csaf"),
                             ("scan.cyclonedx.cdx.json", "cyclonedx"), ("scan.trivy-json.json", "trivy-json"),
                             ("sbom.cyclonedx.cdx.json", "cyclonedx"), ("sbom.spdx.spdx.json", "spdx")):
            with self.subTest(name):
                self.check(name, schema)

    def test_own_schemas(self):
        for name, schema in (("scan.json.json", "scan"), ("sbom.json.json", "sbom")):
            rules = json.loads((HERE.parents[1] / "docs/json-schema" / f"{schema}.schema.json").read_text())
            errors = [error.message for error in jsonschema.Draft202012Validator(rules).iter_errors(document(name))]
            self.assertEqual(errors, [], name)

    @unittest.skipUnless(SCHEMAS, "WHITTLE_SCHEMAS names no folder of official schemas")
    def test_official_schemas(self):
        for name, schema in OFFICIAL.items():
            with self.subTest(name):
                if not (pathlib.Path(SCHEMAS) / schema).exists():
                    self.skipTest(f"there is no {schema}")
                self.assertEqual(official_errors(name, document(name)), [], name)

    def test_official_cyclonedx(self):
        try:
            from cyclonedx.schema import SchemaVersion
            from cyclonedx.validation.json import JsonStrictValidator
        except ImportError:
            self.skipTest("cyclonedx-python-lib is not installed")
        for name in ("scan.cyclonedx.cdx.json", "sbom.cyclonedx.cdx.json"):
            self.assertIsNone(JsonStrictValidator(SchemaVersion.V1_6).validate_str(text(name)), name)

    def test_junit(self):
        root = xml.etree.ElementTree.fromstring(text("scan.junit.xml"))
        self.assertEqual(root.tag, "testsuites")
        for suite in root:
            self.assertEqual(suite.tag, "testsuite")
            cases = list(suite)
            self.assertEqual({case.tag for case in cases}, {"testcase"})
            self.assertEqual(int(suite.get("tests")), len(cases))
            self.assertEqual(int(suite.get("failures")), len(suite.findall("testcase/failure")))
            self.assertEqual(int(suite.get("errors")), 0)
            for case in cases:
                self.assertTrue(case.get("name") and case.get("classname"))
                self.assertLessEqual(set(case.attrib), {"name", "classname", "time", "file", "line"})
                for failure in case:
                    self.assertEqual(failure.tag, "failure")
                    self.assertLessEqual(set(failure.attrib), {"type", "message"})
        for key in ("tests", "failures"):
            self.assertEqual(int(root.get(key)), sum(int(suite.get(key)) for suite in root))

    def test_github(self):
        for line in text("scan.github.txt").splitlines():
            # A command is one line; in its properties "%", ":" and "," are escaped, in its text "%".
            match = re.fullmatch(r"::(error|warning|notice) ((?:[a-zA-Z]+=[^,:]*,?)*)::(.+)", line)
            self.assertTrue(match, line)
            names = [part.split("=")[0] for part in match[2].split(",") if part]
            self.assertLessEqual(set(names), {"title", "file", "line", "endLine", "col", "endColumn"})
            self.assertNotRegex(match[2] + match[3], r"%(?!25|0D|0A|3A|2C)")


class Findings(unittest.TestCase):
    """Every form says the same."""

    def test_json(self):
        report = document("scan.json.json")
        def rows(*keys):
            found = [item for key in keys for item in report[key]]
            return [(item.get("rule") or item["id"], item["level"] if "level" in item else item["severity"]["level"]) for item in found]
        self.assertEqual(rows("findings", "secrets", "checks"), COUNTED)
        self.assertEqual(rows("suppressed", "suppressed_secrets", "suppressed_checks"), HIDDEN)
        self.assertEqual({(item["package"]["name"], item["package"]["version"]) for item in report["findings"]}, PACKAGES)
        for counts in report["summary"].values():
            self.assertEqual(sum(counts["levels"].values()), counts["findings"])
        self.assertEqual(json.loads(text("scan.html.html")), report)

    def test_sarif(self):
        run = document("scan.sarif.sarif")["runs"][0]
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        self.assertEqual(len(rules), len(set(rules)))
        for result in run["results"]:
            self.assertEqual(rules[result["ruleIndex"]], result["ruleId"])
            for location in result["locations"]:
                uri = location["physicalLocation"]["artifactLocation"]["uri"]
                self.assertFalse(uri.startswith("/") or ".." in uri.split("/"), uri)
        shown = [result["ruleId"] for result in run["results"] if not result.get("suppressions")]
        self.assertEqual(shown, [name for name, _ in COUNTED])
        self.assertEqual([result["ruleId"] for result in run["results"] if result.get("suppressions")], [name for name, _ in HIDDEN])
        prints = [tuple(sorted(result["partialFingerprints"].items())) for result in run["results"]]
        self.assertEqual(len(set(prints)), len(prints))
        scores = {rule["id"]: float(rule["properties"]["security-severity"]) for rule in run["tool"]["driver"]["rules"]}
        bounds = {"critical": (9, 10), "high": (7, 8.9), "medium": (4, 6.9), "low": (0.1, 3.9)}  # GitHub's
        for name, level in COUNTED + HIDDEN:
            low, high = bounds[level]
            self.assertTrue(low <= scores[name] <= high, (name, scores[name]))

    def test_gitlab(self):
        report = document("scan.gitlab.json")
        words = {"critical": "Critical", "high": "High", "medium": "Medium", "low": "Low"}
        self.assertEqual([(item["identifiers"][0]["value"], item["severity"]) for item in report["vulnerabilities"]],
                         [(name, words[level]) for name, level in COUNTED])
        self.assertEqual(len({item["id"] for item in report["vulnerabilities"]}), len(COUNTED))

    def test_junit(self):
        root = xml.etree.ElementTree.fromstring(text("scan.junit.xml"))
        failed = [(case.get("name"), case.find("failure").get("type")) for case in root.iter("testcase") if case.find("failure") is not None]
        self.assertEqual(failed, COUNTED)

    def test_github(self):
        lines = text("scan.github.txt").splitlines()
        self.assertEqual(len(lines), len(COUNTED))
        for line, (name, level) in zip(lines, COUNTED):
            self.assertIn(name, line)
            self.assertEqual(line.split(" ")[0][2:], {"critical": "error", "high": "error", "medium": "warning", "low": "notice"}[level])

    def test_cyclonedx(self):
        bom = document("scan.cyclonedx.cdx.json")
        refs = [component["bom-ref"] for component in bom["components"]]
        self.assertEqual(len(refs), len(set(refs)))
        names = refs + [bom["metadata"]["component"]["bom-ref"]]
        self.assertEqual([item["id"] for item in bom["vulnerabilities"]], [name for name, _ in COUNTED + HIDDEN])
        for item in bom["vulnerabilities"]:
            self.assertLessEqual({affected["ref"] for affected in item["affects"]}, set(names))
            self.assertEqual("analysis" in item, item["id"] in dict(HIDDEN))
        for row in bom["dependencies"]:
            self.assertLessEqual({row["ref"], *row.get("dependsOn", [])}, set(names))

    def test_vex(self):
        statements = document("scan.openvex.json")["statements"]
        self.assertEqual([row["vulnerability"]["name"] for row in statements], VULNERABILITIES)
        self.assertEqual({row["status"] for row in statements}, {"affected"})  # accepting one proves nothing
        csaf = document("scan.csaf.json")
        products = [item["product_id"] for item in csaf["product_tree"]["full_product_names"]]
        products += [item["full_product_name"]["product_id"] for item in csaf["product_tree"]["relationships"]]
        self.assertEqual(len(products), len(set(products)))  # 6.1.2 of the standard
        for item in csaf["vulnerabilities"]:
            named = [product for status in item["product_status"].values() for product in status]
            self.assertEqual(len(named), len(set(named)))  # 6.1.6: no contradicting status
            self.assertLessEqual(set(named), set(products))  # 6.1.1
        self.assertEqual([item.get("cve") or item["ids"][0]["text"] for item in csaf["vulnerabilities"]], VULNERABILITIES)

    def test_trivy(self):
        """As a reader of Trivy's reports goes through them."""
        report = document("scan.trivy-json.json")
        found, hidden = [], []
        for result in report["Results"]:
            for key, name in (("Vulnerabilities", "VulnerabilityID"), ("Secrets", "RuleID"), ("Misconfigurations", "ID")):
                found += [(item[name], item["Severity"].lower()) for item in result.get(key, [])]
            hidden += [finding["Finding"] for finding in result.get("ExperimentalModifiedFindings", [])]
        self.assertEqual(sorted(found), sorted(COUNTED))
        self.assertEqual(sorted(item.get("VulnerabilityID") or item["RuleID"] for item in hidden), sorted(name for name, _ in HIDDEN))
        vulnerable = {(item["PkgName"], item["InstalledVersion"]) for result in report["Results"] for item in result.get("Vulnerabilities", [])}
        self.assertEqual(vulnerable, PACKAGES)

    def test_inventories(self):
        cyclonedx = document("sbom.cyclonedx.cdx.json")["components"]
        spdx = document("sbom.spdx.spdx.json")
        packages = {(item["name"], item["version"]) for item in cyclonedx if item["type"] == "library"}
        self.assertLessEqual(PACKAGES, packages)
        self.assertLessEqual(packages, {(item["name"], item.get("versionInfo")) for item in spdx["packages"]})
        ids = {item["SPDXID"] for key in ("packages", "files") for item in spdx.get(key, [])} | {"SPDXRef-DOCUMENT"}
        for row in spdx["relationships"]:
            self.assertLessEqual({row["spdxElementId"], row["relatedSpdxElement"]}, ids)
        self.assertIn(("SPDXRef-DOCUMENT", "DESCRIBES"), {(row["spdxElementId"], row["relationshipType"]) for row in spdx["relationships"]})

    def test_forms_for_people(self):
        titles = {"aws-access-key-id": "AWS access key id", "github-token": "GitHub token"}
        for finding, level in COUNTED:
            for name in ("scan.text.txt", "scan.markdown.md"):
                lines = [line for line in text(name).splitlines() if finding in line or titles.get(finding, finding) in line]
                self.assertTrue(any(level in line for line in lines), (name, finding))
        for finding, _ in HIDDEN:
            self.assertIn(finding, text("scan.text.txt"))


if __name__ == "__main__":
    unittest.main()
