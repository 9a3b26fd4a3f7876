"""The walk through the stages of a build: inheritance, triggers, contexts, and bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deployspec import App, BuildOptions, resolve
from deployspec._dockerfile.dispatch import dispatch
from deployspec._dockerfile.dispatch.check import check_text

if TYPE_CHECKING:
    import pytest


def places(text: str, **options: Any) -> list[tuple[str, int | None, int | None]]:
    given: dict[str, Any] = {"build_args": {}, "target": "", "platform": "linux/amd64"}
    given |= {"build_platform": None, "contexts": {}, **options}
    errors = check_text(text, (), **given).diagnostics
    return [(error.code.removeprefix("dockerfile-"), error.line, error.column) for error in errors]


def test_a_stage_inherits_variables_and_working_directory() -> None:
    base = "FROM scratch AS a\nENV A=80\nARG B=81\nWORKDIR /x\n"
    assert places(base + "FROM a\nEXPOSE $A $B\nRUN --mount=type=cache x\n") == []
    assert len(places(base + "FROM scratch\nEXPOSE x$A x$B\nRUN --mount=type=cache x\nCOPY --from=a b c\n")) == 3
    assert places(base + "FROM a\nENV A=x\nARG B=x\nFROM a\nEXPOSE $A $B\n") == []


def test_a_variable_of_the_image_wins_over_an_argument_that_follows_it_in_the_next_stage() -> None:
    text = "FROM scratch AS a\nENV A=80\nARG A=x\n{}FROM a\nEXPOSE $A\n"
    assert places(text.format("")) == []
    assert places(text.format("EXPOSE $A\n")) == [("port", 4, 8)]


def test_siblings_do_not_see_the_variables_of_each_other() -> None:
    text = (
        "FROM scratch AS a\nFROM a AS b\nENV X=80\nFROM a AS c\nEXPOSE $X/tcp\nFROM b\nEXPOSE $X\nCOPY --from=c x y\n"
    )
    assert places(text) == [("port", 5, 8)]
    assert places("FROM busybox AS a\n" + text.replace("scratch AS a", "scratch AS d").replace("FROM a", "FROM d")) == [
        ("port", 6, 8)
    ]


def test_triggers_fire_in_the_stages_that_inherit_them_before_their_instructions() -> None:
    text = "FROM scratch AS a\nONBUILD ENV A=80\nONBUILD STOPSIGNAL X\nFROM a\nEXPOSE $A\n"
    assert places(text) == [("signal", 3, 20)]
    assert places(text, target="a") == []
    assert (
        places(
            "FROM scratch AS a\nONBUILD COPY --from=b x y\nFROM a\nFROM scratch AS b\nFROM 2\n".replace("FROM 2\n", "")
        )
        == []
    )
    assert places("FROM scratch AS a\nONBUILD COPY --from=b x y\nFROM a AS c\nFROM scratch AS b\n", target="c") == [
        ("stage-order", 2, 21)
    ]
    # One report for all stages in which it fires.
    assert places("FROM scratch AS a\nONBUILD EXPOSE x\nFROM a AS b\nFROM a\nCOPY --from=b x y\n") == [("port", 2, 16)]


def test_triggers_fire_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    # Nothing is known about what follows: the trigger may set the variable.
    text = "FROM scratch AS a\nEXPOSE y\nONBUILD ENV A=80\nFROM scratch AS c\nEXPOSE z\nFROM a AS b\nENV B=${A:?}\n"
    text += "FROM b\nEXPOSE x\nCOPY --from=c x y\n"
    assert places(text) == [("port", 2, 8), ("port", 5, 8), ("port", 9, 8)]
    monkeypatch.setattr(dispatch, "MAX_FIRED", 0)
    assert places(text) == [("port", 2, 8), ("not-checked", 3, 9)]
    assert places("FROM scratch AS a\nONBUILD EXPOSE x\nFROM a\n") == [("not-checked", 2, 9)]
    plan = resolve(App({}, "web: x", "FROM scratch AS a\nONBUILD EXPOSE x\nFROM a\n"))
    assert "dockerfile-not-checked" in [unknown.code for unknown in plan.unknowns]


def test_values_that_are_too_large_are_reported_once_for_each_limit() -> None:
    long = "FROM scratch\nENV A=" + "x" * 30_000 + "\n"
    assert places(long + "ENV B=$A$A$A\nENV C=$A$A$A\nEXPOSE x\n") == [("not-checked", 3, 1), ("port", 5, 8)]
    plan = resolve(
        App({}, "web: x", long + "  ENV B=$A$A$A  C=1 \n", build=BuildOptions(dockerfile_path="a/Dockerfile"))
    )
    (unknown,) = plan.unknowns
    assert unknown in plan.diagnostics
    message = "from this instruction on, some words are not checked: result longer than 65,536 characters"
    assert (unknown.message, unknown.location, unknown.end_column) == (message, "a/Dockerfile:3:3: ", 20)
    found = places(long + "ENV B=$A\n" * 150 + "ENV B=$A$A$A\n")
    assert [code for code, _, _ in found] == ["not-checked"]
    assert found[0][1:] == (142, 1)
    trigger = long.replace("scratch", "scratch AS a") + "ONBUILD ENV B=$A$A$A\nFROM a\n"
    assert places(trigger) == [("not-checked", 3, 9)]


def test_a_stage_that_a_context_replaces_is_not_checked() -> None:
    text = "FROM scratch AS a\nEXPOSE x\nONBUILD EXPOSE y\nFROM a\nENV A=${B:?}\nCOPY --from=c x y\nCOPY --from=d x y\n"
    text += "FROM scratch AS c\nEXPOSE x\nFROM scratch AS d\nFROM a AS e\n"
    contexts = {"a": "docker-image://busybox", "c": "https://example.com/c.git"}
    assert places(text, contexts=contexts, target="e") == [("port", 3, 16)]
    staged = text.replace("FROM a\n", "FROM a AS b\n")
    assert places(staged, contexts=contexts, target="b") == [("port", 3, 16), ("stage-order", 7, 13)]
    base = "FROM alpine\nENV A=${B:?}\n"
    assert places(base, contexts={"alpine": "./folder"}) == []


def test_path_is_set_for_scratch() -> None:
    text = "FROM scratch\nENV A=${PATH:?}\n"
    assert places(text) == []
    assert places(text, platform="windows/amd64") == [("expansion", 2, 7)]
    assert places("FROM --platform=windows/amd64 scratch\nENV A=${PATH:?}\nWORKDIR D:/x\n") == []


def test_reading_ends_after_a_thousand_errors() -> None:
    found = check_text(
        "FROM scratch\n" + "STOPSIGNAL X\n" * 3000,
        (),
        build_args={},
        target="",
        platform="linux/amd64",
        build_platform=None,
        contexts={},
    ).diagnostics
    assert len(found) == 101
    assert found[-1].code == "more-diagnostics"


def test_a_thousand_stages_may_be_built_on_each_other() -> None:
    text = "FROM scratch AS s0\n" + "".join(f"FROM s{i} AS s{i + 1}\nENV E{i}='{i}'\n" for i in range(3000))
    assert places(text + "EXPOSE $E0 x$E2999\n") == [("port", 6002, 12)]
