"""JUnit's XML, as test runners write it: a suite for each lesson, a case for each check.

A check that waits for a function is skipped; what is the fault of the checks is an error.
"""

from typing import Any
from xml.etree import ElementTree

from lessons.grading.scoring import Graded, Scored, clean

OUT = "-"


def text(graded: Graded) -> str:
    """The cases of all lessons."""
    root = ElementTree.Element("testsuites", name=clean(graded.name))
    for one in graded.lessons:
        lesson(root, one)
    if graded.broken:
        suite = ElementTree.SubElement(root, "testsuite", name="grading")
        case = ElementTree.SubElement(suite, "testcase", classname="grading", name="it runs")
        ElementTree.SubElement(case, "error", message=graded.broken)
        count(suite, 0.0)
    count(root, sum(one.lesson["seconds"] for one in graded.lessons))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def lesson(root: ElementTree.Element, one: Scored) -> None:
    """Add a lesson's suite."""
    suite = ElementTree.SubElement(root, "testsuite", name=one.name)
    for check in one.lesson["checks"]:
        add(suite, one, check)
    if not one.lesson["checks"]:
        case = ElementTree.SubElement(suite, "testcase", classname=one.name, name="its checks")
        outcome = "skipped" if one.verdict == "unwritten" else "error"
        ElementTree.SubElement(case, outcome, message=one.told)
    count(suite, one.lesson["seconds"])


def add(suite: ElementTree.Element, one: Scored, check: dict[str, Any]) -> None:
    """Add a check's case."""
    where = ".".join([one.name, *check["functions"][:1]])
    case = ElementTree.SubElement(suite, "testcase", classname=where, name=clean(check["name"]))
    if check["outcome"] == "passed":
        return
    message = clean(check["message"])
    outcome = "skipped" if check["outcome"] == "waiting" else "failure"
    first, _, rest = message.partition("\n")
    found = ElementTree.SubElement(case, outcome, message=first)
    found.text = "\n".join(part for part in (rest, clean(check["place"] or "")) if part)


def count(element: ElementTree.Element, seconds: float) -> None:
    """Say how many cases there are, and how they ended."""
    counted = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
    for name, tag in counted.items():
        element.set(name, str(sum(1 for _ in element.iter(tag))))
    element.set("time", f"{seconds:.3f}")
