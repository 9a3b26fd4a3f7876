"""The checks of each instruction."""

from __future__ import annotations

import pytest
from tests.unit.dockerfile.support import bases, faults, raised

from deployspec import parse_dockerfile


@pytest.mark.parametrize(
    "line",
    [
        "FROM a",
        "from a As b-9.c_9__d---e",
        f"FROM a AS {'x' * 247}",
        f"FROM a AS {'a' * 63}",
        "FROM\ta\vAS\fB",
        "FROM a AS \u0130x",
        "FROM a a\u017f b",
        "WOR\u212aDIR x",
        "ENTRYPO\u0130NT x",
        'ENV "a b"',
        "ARG A",
        "ARG A=1 B='x y' # x",
        "ARG A=\\\\\\",
        "COPY a b",
        'COPY ["a b", "c"]',
        "COPY [a b",
        "COPY --exclude=a --exclude=b c d",
        "COPY <<a b\na",
        "COPY <<a <<b c\na\nb",
        "ENV A b c",
        "ENV A=b C='d e' F=g\\ h \"I\"=j",
        "ENV A='b\\' C=d",
        "LABEL a=b",
        "LABEL a b c",
        "ONBUILD RUN x",
        "ONBUILD NOSUCH x",
        "RUN",
        "RUN x",
        'RUN ["x"]',
        'RUN ["x"',
        'RUN [1] "x"',
        "RUN " + "[" * 60_000,
        "RUN [" + "[\\\n" * 200_000,
        "CMD []",
        "ENTRYPOINT x y",
        'SHELL ["x", "-c"]',
        "EXPOSE 80 443/tcp",
        "VOLUME /a /b",
        'VOLUME ["/a"]',
        "VOLUME [a",
        "HEALTHCHECK none",
        "HEALTHCHECK cmd x",
        "HEALTHCHECK CMD [a",
        "HEALTHCHECK --interval=1m30s --timeout=.5s --start-period=1.5h --start-interval=0 --retries=0 CMD x",
        "HEALTHCHECK --interval=1ms --retries=+1 CMD x",
        "HEALTHCHECK --nonsense NONE",
        "RUN [1e999]",
        "RUN [1" + "0" * 309 + "]",
        "RUN [-1e999, 1]",
        "USER a b",
        "WORKDIR a b",
        "MAINTAINER a b",
        "STOPSIGNAL a b",
    ],
)
def test_instructions_that_pass(line: str) -> None:
    assert bases(f"FROM first\n{line}")[0] == "first"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("NOSUCH x", "unknown-instruction"),
        ("RNU x", "unknown-instruction"),
        ("RUN\u00a0x y", "unknown-instruction"),
        ("\ufeffRUN x", "unknown-instruction"),
        ("FROM", "arguments"),
        ("FROM a b", "arguments"),
        ("FROM a IN b", "arguments"),
        ("FROM a AS b c", "arguments"),
        ("FROM a # comment", "arguments"),
        ("FROM ${X:-a b}", "arguments"),
        ("FROM 'a b'", "arguments"),
        ("FROM a AS 9", "stage-name"),
        ("FROM a AS a/b", "stage-name"),
        ("FROM a AS $x", "stage-name"),
        ("FROM a AS \u00e9", "stage-name"),
        ("FROM a AS a-", "stage-name"),
        ("FROM a AS a_", "stage-name"),
        ("FROM a AS a.", "stage-name"),
        ("FROM a AS a..b", "stage-name"),
        ("FROM a AS a___b", "stage-name"),
        ("FROM a AS a-_b", "stage-name"),
        (f"FROM a AS {'a' * 64}", "stage-name"),
        (f"FROM a AS {'F' * 64}", "stage-name"),
        (f"FROM a AS {'x' * 248}", "stage-name"),
        ("ARG", "arguments"),
        ("ARG V = 3", "arguments"),
        ("ARG =3", "arguments"),
        ("COPY", "arguments"),
        ("COPY a", "arguments"),
        ('COPY ["a"]', "arguments"),
        ("COPY a <<b\nb", "arguments"),
        ('COPY ["a", "<<b"]', "arguments"),
        ("ADD <<a <<b\na\nb", "arguments"),
        ('COPY ["a", 1, "b"]', "json"),
        ("ENV", "arguments"),
        ("ENV A", "arguments"),
        ("ENV A\u00a0b", "arguments"),
        ("ENV A=b C", "arguments"),
        ("ENV A=b =c", "arguments"),
        ("ENV =b", "arguments"),
        ("LABEL", "arguments"),
        ("LABEL a", "arguments"),
        ("ONBUILD", "arguments"),
        ("ONBUILD ONBUILD RUN x", "arguments"),
        ("ONBUILD from x", "arguments"),
        ("ONBUILD MAINTAINER x", "arguments"),
        ("ONBUILD ONBU\u0131LD RUN x", "arguments"),
        ("ONBUILD ENV A", "arguments"),
        ("ONBUILD RUN [1]", "json"),
        ("RUN [1]", "json"),
        ('RUN [1, "<<E"]', "json"),
        ('CMD ["a", null]', "json"),
        ('ENTRYPOINT [["a"]]', "json"),
        ("SHELL", "arguments"),
        ("SHELL []", "arguments"),
        ("SHELL /bin/sh", "arguments"),
        ("EXPOSE", "arguments"),
        ("VOLUME", "arguments"),
        ("VOLUME []", "arguments"),
        ('VOLUME ["/a", "\\u00a0"]', "arguments"),
        ("VOLUME [1]", "json"),
        ("HEALTHCHECK", "arguments"),
        ("HEALTHCHECK x", "arguments"),
        ("HEALTHCHECK CMD", "arguments"),
        ("HEALTHCHECK NONE x", "arguments"),
        ("HEALTHCHECK CMD []", "arguments"),
        ("HEALTHCHECK CMD [1]", "json"),
        ("HEALTHCHECK cmd\u00a0x", "arguments"),
        ("HEALTHCHECK --interval=1 CMD x", "flag-value"),
        ("HEALTHCHECK --interval=1us CMD x", "flag-value"),
        ("HEALTHCHECK --interval=-1s CMD x", "flag-value"),
        ("HEALTHCHECK --timeout=9999999999h CMD x", "flag-value"),
        ("HEALTHCHECK --timeout=99999999999999999999s CMD x", "flag-value"),
        ("HEALTHCHECK --retries=x CMD x", "flag-value"),
        ("HEALTHCHECK --retries=-1 CMD x", "flag-value"),
        ("HEALTHCHECK --retries=2147483648 CMD x", "flag-value"),
        ("HEALTHCHECK --x CMD x", "unknown-flag"),
        ("USER", "arguments"),
        ("WORKDIR", "arguments"),
        ("MAINTAINER", "arguments"),
        ("STOPSIGNAL", "arguments"),
        ("RUN --mount=from=$x y", "from-variable"),
        ("RUN --mount=type=bind,FROM=a$xb y", "from-variable"),
        ("RUN --mount='\"from=$x\"' y", "from-variable"),
        ("RUN --mount=from=a,from=$x y", "from-variable"),
        ("RUN --mount=from=$x,from=b y", "from-variable"),
        ("RUN --mount= y", "flag-value"),
        ("RUN --mount='\"from=$x' y", "flag-value"),
        ("RUN --mount='a\"b' y", "flag-value"),
        ("RUN --mount='\"a\"b' y", "flag-value"),
        ("RUN --device= y", "flag-value"),
        ("RUN --device=a, y", "flag-value"),
        ("RUN --device=é, y", "flag-value"),
        ("RUN --device=a,b y", "flag-value"),
        ("RUN --device=a,b=c y", "flag-value"),
        ("RUN --device=name,b y", "flag-value"),
        ("RUN --device=b=,c y", "flag-value"),
        ("RUN --device=name=a,NAME=b y", "flag-value"),
        ("RUN --device=a,required=maybe y", "flag-value"),
        ("RUN --mount='\r' y", "flag-value"),
    ],
)
def test_instructions_that_are_refused(line: str, code: str) -> None:
    assert faults(f"FROM a\n# comment\n{line}") == [(code, 3)]


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("RNU x", "did you mean `RUN`?"),
        ("COPPY x", "did you mean `COPY`?"),
        ("\u4e00 x", None),
        ("RUNRUNRUNRUNRUNRUNRUNRUN x", None),
        ("FROM a # b", "put the comment on a line of its own"),
        ("FROM a b", None),
        ("ENV A", "write `ENV A=…`"),
    ],
)
def test_hints(line: str, hint: str | None) -> None:
    assert raised(f"FROM a\n{line}").diagnostics[0].hint == hint


@pytest.mark.parametrize("value", ["", "=true", "=TRUE", "=false", "=False"])
def test_a_flag_of_two_values(value: str) -> None:
    assert bases(f"FROM a\nCOPY --link{value} b c") == ["a"]


def test_a_path_of_a_volume_may_be_what_python_alone_calls_blank() -> None:
    assert bases('FROM a\nVOLUME ["\\u001c"]') == ["a"]


def test_a_shell_is_an_array_of_strings_in_each_stage() -> None:
    text = 'FROM a\nSHELL ["/bin/bash", \\\n "-c"]\nRUN x\nCOPY --from=b / /\n'
    assert [one.reference.name for one in parse_dockerfile(text).images().needed] == ["a", "b"]
