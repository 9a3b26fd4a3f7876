"""The law of files with several errors: the diagnostics of the whole are those of its parts together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from deployspec import App, BuildOptions, Diagnostic, ResolutionError, resolve

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
