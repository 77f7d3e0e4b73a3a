#!/usr/bin/python3
"""
Sums up runs of tests from their own results, so that the sum cannot disagree with them: what was skipped with its reason,
what failed, and as the last line "N passed, N failed, N skipped".

    summary.py NAME=EXIT:FILE.trx ...   EXIT is what the run's process ended with

A run whose process died - an abort in native code - or was ended says so and counts as a failure of its own.
"""
import sys, xml.etree.ElementTree as tree

SPACE = {"t": "http://microsoft.com/schemas/VisualStudio/TeamTest/2010"}
totals = {"passed": 0, "failed": 0, "skipped": 0}


def count(result):
    outcome = result.get("outcome")
    if outcome == "Passed":
        return "passed"
    if outcome in ("NotExecuted", "Inconclusive"):
        text = result.find(".//t:Message", SPACE)
        print("skipped: %s: %s" % (result.get("testName"), text.text.strip() if text is not None and text.text else "no reason given"))
        return "skipped"
    print("failed: " + result.get("testName"))
    return "failed"


def add(name, code, path):
    failed = totals["failed"]
    try:
        root = tree.parse(path).getroot()
    except (OSError, tree.ParseError) as missing:
        if code != 0:
            print("failed: %s tests: their process ended with %d and left no results (%s)" % (name, code, missing))
            totals["failed"] += 1
        return
    for result in root.iterfind(".//t:UnitTestResult", SPACE):
        totals[count(result)] += 1
    told = [text.text.strip() for text in root.iterfind(".//t:RunInfo[@outcome='Error']/t:Text", SPACE) if text.text]
    if code != 0 and (told or totals["failed"] == failed):
        print("failed: %s tests: their process ended with %d before all had run. %s" % (name, code, " ".join(told)))
        totals["failed"] += 1


for argument in sys.argv[1:]:
    name, _, rest = argument.partition("=")
    code, _, path = rest.partition(":")
    add(name, int(code), path)
print("%(passed)d passed, %(failed)d failed, %(skipped)d skipped" % totals)
