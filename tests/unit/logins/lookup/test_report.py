from __future__ import annotations

from deployspec._logins.login_file import LoginFile
from deployspec._logins.lookup.report import Report


def test_the_first_failure_decides_the_outcome() -> None:
    report = Report("docker", LoginFile("{}"))
    report.fail("lookup-syntax", "first")
    report.fail("lookup-type", "second")
    found = report.lookup()
    assert [outcome.reason for outcome in found.outcomes] == ["first"]
    assert [diagnostic.code for diagnostic in found.diagnostics] == ["lookup-syntax", "lookup-type"]
