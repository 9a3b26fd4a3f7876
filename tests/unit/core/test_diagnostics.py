from __future__ import annotations

import pickle

import pytest

from deployspec import DeploySpecError, Diagnostic, InvalidProcfile, ResolutionError
from deployspec._core.diagnostics import Collector, capped


@pytest.mark.parametrize(
    ("diagnostic", "text"),
    [
        (Diagnostic("c", "m"), "error[c]: m"),
        (Diagnostic("c", "m", "note", source="VARIABLE", column=3), "VARIABLE: note[c]: m"),
        (Diagnostic("c", "m", "warning", source="F", line=3), "F:3: warning[c]: m"),
        (Diagnostic("c", "m", source="F", line=3, column=7), "F:3:7: error[c]: m"),
    ],
)
def test_a_diagnostic_begins_with_its_place(diagnostic: Diagnostic, text: str) -> None:
    assert str(diagnostic) == text


def test_the_end_is_one_character_after_the_start_unless_given() -> None:
    ends = [
        (one.end_line, one.end_column)
        for one in (
            Diagnostic("c", "m"),
            Diagnostic("c", "m", line=3),
            Diagnostic("c", "m", column=7),
            Diagnostic("c", "m", line=3, column=7),
            Diagnostic("c", "m", line=3, column=7, end_line=4, end_column=2),
        )
    ]
    assert ends == [(None, None), (3, None), (None, 8), (3, 8), (4, 2)]


def test_the_rest_is_counted_and_keeps_its_severity() -> None:
    warnings = [Diagnostic("c", "m", "warning", source="F")] * 101
    assert capped(warnings)[-1] == Diagnostic(
        "more-diagnostics", "1 more diagnostic is not shown", "warning", source="F"
    )
    assert capped([*warnings, Diagnostic("c", "m")])[-1].severity == "error"
    assert capped(warnings[:100]) == tuple(warnings[:100])


def test_errors_pickle_and_are_value_errors() -> None:
    error = ResolutionError([Diagnostic("c", "m"), Diagnostic("d", "n", "note")])
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own
    assert isinstance(again, ResolutionError)
    assert issubclass(ResolutionError, DeploySpecError)
    assert issubclass(DeploySpecError, ValueError)
    assert again.diagnostics == error.diagnostics
    assert str(again) == "error[c]: m\nnote[d]: n"


def test_a_collector_keeps_the_order_and_names_its_source() -> None:
    found = Collector("Procfile")
    found.warning("a", "first", line=1)
    found.note("b", "second", source="Dockerfile", hint="do this")
    before = found.failed
    assert not before
    found.raise_if_failed(InvalidProcfile)
    found.error("c", "third", line=2, column=3)
    assert found.failed
    assert [str(one) for one in found.diagnostics()] == [
        "Procfile:1: warning[a]: first",
        "Dockerfile: note[b]: second",
        "Procfile:2:3: error[c]: third",
    ]
    with pytest.raises(InvalidProcfile) as caught:
        found.raise_if_failed(InvalidProcfile)
    assert caught.value.diagnostics == found.diagnostics()


def test_a_collector_takes_over_diagnostics_with_their_source_or_another() -> None:
    other = Diagnostic("a", "b", source="x")
    found = Collector("Procfile")
    found.extend([other])
    found.extend([other], source="y")
    assert [one.source for one in found.found] == ["x", "y"]
