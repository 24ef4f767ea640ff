#!/usr/bin/env python3
"""Validates JSON on standard input against a schema: validate_json.py SCHEMA < FILE.

Exit 0: valid. 1: not valid, the reasons on stdout. 77: the validator is not installed (python3-jsonschema).
"""
import json
import sys

try:
    import jsonschema
except ImportError:
    print("SKIP: python3-jsonschema is not installed")
    sys.exit(77)

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
document = json.loads(sys.stdin.buffer.read().decode("utf-8"))
errors = list(jsonschema.Draft202012Validator(schema).iter_errors(document))
for error in errors:
    print("/".join(str(part) for part in error.absolute_path) + ": " + error.message)
sys.exit(1 if errors else 0)
