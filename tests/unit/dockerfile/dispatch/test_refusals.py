"""Features of a file that its frontend refuses, because it is older than they are."""

from __future__ import annotations

import pytest

from deployspec import App, BuildOptions, Diagnostic, resolve
from deployspec._dockerfile.dispatch.refusals import find_uses
from deployspec._dockerfile.features import ADDITIONS, may_refuse
from deployspec._dockerfile.instructions.flags import FLAGS
from deployspec._references.reference import parse_reference

DIGEST = "sha256:" + "0" * 64
# One use of each feature, and its place.
USES = [
    ("--mount", "FROM a\nRUN --mount=type=cache,target=/x y\n", (2, 5)),
    ("--chmod", "FROM a\nCOPY --chmod=755 a b\n", (2, 6)),
    ("--chmod", "FROM a\nADD --chmod=755 a b\n", (2, 5)),
    ("arguments", "ARG A B=1\nFROM a\n", (1, 7)),
    ("required", "ARG A=1\nFROM a:${A:?no}\n", (2, 8)),
    ("required", "FROM a\nENV B=1 A=${A?no}\n", (2, 11)),
    ("--network", "FROM a\nRUN --network=none y\n", (2, 5)),
    ("--link", "FROM a\nCOPY --link=true a b\n", (2, 6)),
    ("--link", "FROM a\nADD --link a b\n", (2, 5)),
    ("--keep-git-dir", "FROM a\nADD --keep-git-dir https://example.com/a.git b\n", (2, 5)),
    ("--checksum", f"FROM a\nADD --checksum={DIGEST} https://example.com/a b\n", (2, 5)),
    ("--start-interval", "FROM a\nHEALTHCHECK --start-interval=5s CMD x\n", (2, 13)),
    ("pattern", "ARG A=1\nFROM a:${A#x}\n", (2, 8)),
    ("pattern", "FROM a\nLABEL a=\\\n${A//x/y}\n", (3, 1)),
    ("env", "FROM a\nRUN --mount=type=secret,id=a,ENV=B y\n", (2, 13)),
    ("chmod-variable", "FROM a\nCOPY --chmod=$A a b\n", (2, 14)),
    ("chmod-symbolic", "FROM a\nCOPY --chmod=u+x a b\n", (2, 14)),
    ("--unpack", "FROM a\nADD --unpack=false a b\n", (2, 5)),
    ("--exclude", "FROM a\nCOPY --exclude=x a b\n", (2, 6)),
    ("--parents", "FROM a\nCOPY --parents a b\n", (2, 6)),
    ("--security", "FROM a\nRUN --security=insecure x\n", (2, 5)),
    ("--device", "FROM a\nRUN --device=x y\n", (2, 5)),
]


def found(text: str, tag: str = "", **args: str) -> list[Diagnostic]:
    syntax = f"# syntax=docker/dockerfile:{tag}\n" if tag else ""
    plan = resolve(App({}, "web: x", syntax + text, build=BuildOptions(args=args)))
    diagnostics = [one for one in plan.diagnostics if one.code == "build-frontend-old" and "refuses" in one.message]
    assert not {*diagnostics}.intersection(plan.unknowns)
    return diagnostics


@pytest.mark.parametrize(("name", "text", "place"), USES)
def test_the_first_use_is_found(name: str, text: str, place: tuple[int, int]) -> None:
    uses = find_uses(text + text.partition("\n")[2], ADDITIONS)
    assert (uses[name].line, uses[name].column) == place
    assert find_uses(text, {}) == {}


@pytest.mark.parametrize(("name", "text", "place"), USES)
def test_each_frontend_before_the_version_refuses_it(name: str, text: str, place: tuple[int, int]) -> None:
    _, stable, labs, _ = ADDITIONS[name]

    def refuses(tag: str) -> bool:
        names = may_refuse(parse_reference(f"docker/dockerfile:{tag}"), text)
        return name in names and name in find_uses(text, names)

    assert refuses(f"1.{labs - 1}-labs") == (labs > 0)
    assert not refuses(f"1.{labs}-labs")
    assert not refuses("1-labs")
    if stable is None:
        assert refuses("1")
    else:
        assert refuses(f"1.{stable - 1}.9")
        assert not refuses(f"1.{stable}")
        assert not refuses("1")
    (diagnostic,) = [one for one in found(text, "1.0") if one.line == place[0] + 1 and one.column == place[1]]
    assert ADDITIONS[name][0] in diagnostic.message


def test_flags_without_a_row_are_as_old_as_the_frontend() -> None:
    flags = {f"--{flag}" for known in FLAGS.values() for flag in known}
    oldest = {"--platform", "--from", "--chown", "--interval", "--timeout", "--start-period", "--retries"}
    assert flags - oldest == {name for name in ADDITIONS if name.startswith("--")}


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\nRUN echo ${A#x} ${A:?no} --parents --chmod=u+x env=1\nCMD ${A%x}\n",
        "FROM a\nENV A=\\${A#x}\nCOPY a --parents b\nARG A=1\n",
        "FROM a\nONBUILD COPY --parents a b\n",
        "FROM a\nRUN <<EOF\nCOPY --parents a b\nEOF\n",
        "# COPY --parents ${A#x}\nFROM a\n",
    ],
)
def test_text_that_looks_alike_is_not_a_use(text: str) -> None:
    uses = ["--parents", "--chmod", "env", "pattern", "required", "chmod-symbolic", "arguments"]
    assert set(find_uses(text, uses)) == set()


@pytest.mark.parametrize(
    "tag", [f"1.4@{DIGEST}", "nope", "experimental", "0.9", "2", "1.4-alpine", "1-labs", "labs", "master-labs", "1.20"]
)
def test_a_tag_that_does_not_name_an_old_version_refuses_nothing(tag: str) -> None:
    assert found("FROM a\nCOPY --parents a b\n", tag) == []


@pytest.mark.parametrize(
    "tag", ["1.4", "1.4.2", "1.19.0-rc1", "1.0", "1-experimental", "1.6-labs", "1.1.7-experimental"]
)
def test_a_tag_that_names_an_old_version_refuses_the_file(tag: str) -> None:
    assert len(found("FROM a\nCOPY --parents a b\n", tag)) == 1
    assert [
        one.source for one in found("FROM a\nCOPY --parents a b\n", BUILDKIT_SYNTAX=f"docker/dockerfile:{tag}")
    ] == ["Dockerfile"]


def test_the_warning_names_the_flag_and_the_versions() -> None:
    (diagnostic,) = found("FROM a\nCOPY --link --parents a b\n", "1.4")
    assert str(diagnostic) == (
        "Dockerfile:3:13: warning[build-frontend-old]: flag `--parents` of `COPY` is not supported by frontend "
        "`docker/dockerfile:1.4`, which refuses the file"
    )
    assert (diagnostic.end_line, diagnostic.end_column) == (3, 22)
    assert (
        diagnostic.hint == "use version 1.20 or later, such as `docker/dockerfile:1`, or `docker/dockerfile:1.7-labs`"
    )
    (diagnostic,) = found("FROM a\nADD --unpack a b\n", "1.4")
    assert diagnostic.hint == "use version 1.17 or later, such as `docker/dockerfile:1`"
    (diagnostic,) = found("FROM a\nRUN --mount=target=/x a b\n", "1.1")
    assert diagnostic.hint == "use version 1.2 or later, such as `docker/dockerfile:1`"
    (diagnostic,) = found("FROM a\nRUN --device=x a b\n", "latest")
    assert diagnostic.hint == "use version 1.14 or later of the labs channel, such as `docker/dockerfile:1-labs`"
    upstream = {"BUILDKIT_SYNTAX": "docker/dockerfile-upstream:1.5"}
    (diagnostic,) = found("FROM a\nCOPY --parents a b\n", **upstream)
    assert diagnostic.hint is not None
    assert "`docker/dockerfile-upstream:1`" in diagnostic.hint
    # The file is refused for both, in the order of the file.
    names = [one.message.split("`")[1] for one in found("FROM a\nADD --unpack a b\nCOPY --parents a b\n", "1.4")]
    assert names == ["--unpack", "--parents"]


def test_a_custom_frontend_and_the_built_in_one_are_not_compared() -> None:
    assert found("FROM a\nCOPY --parents a b\n") == []
    assert found("FROM a\nCOPY --parents a b\n", BUILDKIT_SYNTAX="acme/dockerfile:1.4") == []
