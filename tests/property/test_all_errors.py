"""Laws of files with errors: all of them are reported, and none that only follows from another one."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployspec import (
    App,
    BuildOptions,
    Diagnostic,
    InvalidDockerfile,
    ResolutionError,
    parse_dockerfile,
    resolve,
)

# Lines with one error each, and what replaces them in a valid file. Errors in global arguments and bases...
GLOBAL = [
    ("ARG A1=${", "ARG A1=1"),
    ("ARG A2=${{x}", "ARG A2=1"),
    ("ARG =x", "#"),
    ("ARG", "#"),
    ("ARG SOURCE_DATE_EPOCH=now", "#"),
    ("ARG A3='x", "ARG A3=x"),
]
STAGES = [
    ("FROM Alpine", "FROM alpine"),
    ("FROM alpine@sha256:12", "FROM alpine"),
    ("FROM alpine:$MISSING", "FROM alpine"),
    ("FROM $MISSING", "FROM alpine"),
    ("FROM ${A:x}", "FROM alpine"),
    ("FROM --platform=a/b/c/d alpine", "FROM alpine"),
    ("FROM --platform= alpine", "FROM alpine"),
    ("FROM --x=y alpine", "FROM alpine"),
    ("FROM alpine AS 1st", "FROM alpine"),
    ("FROM alpine # base", "FROM alpine"),
]
# ... and in the last stage, on `scratch`.
INSTRUCTIONS = [
    "NOPE x",
    "COPY --x=y a b",
    "COPY --link=maybe a b",
    "COPY --from=Bad a b",
    "COPY --from=$V a b",
    "COPY --from=99 a b",
    "COPY --chmod=zz a b",
    "COPY a",
    "COPY https://example.com/a b",
    "ADD --checksum=sha256:12 https://example.com/a b",
    "RUN --mount=type=nope x",
    "RUN --mount=type=bind,z x",
    "RUN --mount=from=$V x",
    "RUN --mount=from=Bad,target=/x y",
    "RUN --network=x y",
    "RUN [1]",
    "ENV A",
    "ENV V1=1 x",
    "ENV V2=${",
    "ENV V3=${UNSET:?}",
    "LABEL a='x",
    "EXPOSE abc",
    "EXPOSE --x 80",
    "STOPSIGNAL FOO",
    "WORKDIR ${A:x}",
    "USER",
    "VOLUME",
    'VOLUME [""]',
    "SHELL x",
    "HEALTHCHECK x",
    "HEALTHCHECK --interval=x CMD y",
    "ONBUILD FROM x",
    "ONBUILD",
    "CMD [1, 2]",
    "ARG =y",
    "ARG V4=${UNSET:?}",
    "MAINTAINER",
]
VALID = ["RUN x", "ENV V5=1", "COPY a b", "# comment", "", "COPY <<EOF /x\nEOF\n"]


def errors(lines: list[str], platform: str) -> set[Diagnostic]:
    try:
        resolve(App({}, "web: x", "\n".join(lines), build=BuildOptions(platform=platform)))
    except ResolutionError as error:
        return {found for found in error.diagnostics if found.severity == "error"}
    return set()


pairs = st.tuples(
    st.lists(st.sampled_from(GLOBAL), max_size=3, unique=True),
    st.lists(st.sampled_from(STAGES), max_size=3),
    st.lists(
        st.sampled_from(INSTRUCTIONS).map(lambda line: (line, "#"))
        | st.sampled_from(VALID).map(lambda line: (line, line)),
        max_size=8,
    ),
).map(lambda parts: [*parts[0], *parts[1], ("FROM scratch", "FROM scratch"), *parts[2]])


@given(pairs, st.sampled_from(["linux/amd64", "linux/amd64", "a/b/c/d"]))
def test_the_errors_of_a_file_are_those_of_its_lines_together(lines: list[tuple[str, str]], platform: str) -> None:
    valid = [good for _, good in lines]
    parts = [errors(valid, platform)]
    for index, (bad, _) in enumerate(lines):
        parts.append(errors([*valid[:index], bad, *valid[index + 1 :]], platform))
    assert errors([bad for bad, _ in lines], platform) == set().union(*parts)


TYPOS = {
    "FROM": ["FORM", "FRON"],
    "ARG": ["AGR", "ARGS"],
    "ENV": ["EVN", "ENVS"],
    "COPY": ["CPOY", "COPPY"],
    "RUN": ["RNU", "RUNN"],
    "WORKDIR": ["WORKDR"],
    "EXPOSE": ["EXPOSES"],
    "LABEL": ["LABLE"],
}


def connected(random: Random) -> list[str]:
    """Return a file whose lines use the names that other lines define; it may have errors."""
    lines = [f"ARG G{number}={random.choice(['alpine', '$G0x'])}" for number in range(random.randint(0, 2))]
    arguments = [f"G{number}" for number in range(len(lines))]
    names: list[str] = []
    for stage in range(random.randint(1, 4)):
        bases = ["scratch", "alpine", *names, *(f"img:${{{name}:?}}" for name in arguments)]
        is_named = random.random() < 0.7
        lines.append(f"FROM {random.choice(bases)}{f' AS s{stage}' * is_named}")
        variables: list[str] = []
        for _ in range(random.randint(0, 5)):
            choices = [
                f"{random.choice(['ENV', 'ARG'])} V{len(variables)}=80",
                "WORKDIR /app",
                "RUN --mount=type=cache x",
            ]
            if variables:
                choices += [f"EXPOSE ${random.choice(variables)}", f"LABEL x=${{{random.choice(variables)}:?}}"]
            if names:
                name = random.choice(names).upper()
                choices += [f"COPY --from={name} a b", f"RUN --mount=from={name},target=/x y"]
            if stage:
                choices.append(f"COPY --from={random.randrange(stage)} a b")
            lines.append(random.choice(choices))
            if "=80" in lines[-1]:
                variables.append(f"V{len(variables)}")
        if is_named:
            names.append(f"s{stage}")
    return lines


def broken(line: str, random: Random) -> str:
    """Return a line with an error."""
    name, _, rest = line.partition(" ")
    variants = [f"{random.choice(TYPOS[name])} {rest}"]
    if name == "ARG":
        variants.append(f"ARG {rest.replace('=', ' = ')}")
    else:
        variants.append(f"{name} --bogus=x {rest}")
    if name == "ENV":
        variants.append(f"{line} oops")
    if name == "FROM":
        variants += [
            f"{line} # comment",
            f"{line} x y z",
            f"FROM {rest.replace(' AS ', ' ') if ' AS ' in rest else 'a b'}",
        ]
    return random.choice(variants)


@given(st.randoms(use_true_random=False))
def test_an_error_in_a_line_gives_no_error_in_the_lines_that_use_its_names(random: Random) -> None:
    lines = connected(random)
    if errors(lines, "linux/amd64"):
        return
    index = random.randrange(len(lines))
    lines[index] = broken(lines[index], random)
    assert {found.line for found in errors(lines, "linux/amd64")} == {index + 1}, "\n".join(lines)


OPTIONS = st.builds(
    BuildOptions,
    args=st.dictionaries(st.sampled_from(["A1", "MISSING", "TAG", "TARGETARCH"]), st.sampled_from(["", "a", "x y"])),
    target=st.sampled_from(["", "x"]),
    platform=st.sampled_from(["linux/amd64", "windows/amd64", "a/b/c/d"]),
    contexts=st.dictionaries(st.sampled_from(["alpine", "x"]), st.sampled_from(["docker-image://b", "./files"])),
)
CONNECTED = ["ARG TAG", "FROM a:$TAG", "FROM $TARGETARCH AS x", "FROM x", "FROM --platform=$TARGETPLATFORM B AS x"]


@given(st.lists(st.sampled_from([*INSTRUCTIONS, *VALID, *CONNECTED]), max_size=6), OPTIONS)
def test_what_parsing_reports_is_an_error_of_each_build(lines: list[str], build: BuildOptions) -> None:
    text = "\n".join(["FROM alpine:$TAG", *lines])
    try:
        parse_dockerfile(text)
    except InvalidDockerfile as error:
        found = {one for one in error.diagnostics if one.severity == "error"}
    else:
        return
    with pytest.raises(ResolutionError) as caught:
        resolve(App({}, "web: x", text, build=build))
    assert found <= set(caught.value.diagnostics)
