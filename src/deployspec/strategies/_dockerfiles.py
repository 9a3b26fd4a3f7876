"""Dockerfiles that BuildKit accepts or rejects by construction."""

from __future__ import annotations

from typing import Literal, TypeAlias

from hypothesis import strategies as st

from deployspec._dockerfile import Dockerfile, parse_dockerfile
from deployspec.strategies._references import image_texts
from deployspec.strategies._texts import edits

__all__ = ["DockerfileKind", "dockerfile_texts", "dockerfiles"]

DockerfileKind: TypeAlias = Literal["accepted", "rejected", "near-accepted", "hostile", "any"]

STAGE_NAMES = ("base", "build", "test", "final")

_BODIES = st.sampled_from(
    [
        "RUN make",
        "RUN make \\\n    # a comment inside\n    all",
        "RUN <<EOF\nFROM not/an/instruction\nEOF",
        "COPY . /app",
        "COPY <<A <<B /\none\nA\ntwo\nB",
        "ENV A=1 B='2 3'",
        "ARG VERSION=1",
        'CMD ["run"]',
        "# FROM a/comment",
        "",
        "HEALTHCHECK NONE",
        "RUN --mount=type=cache,target=/c true",
        "RUN --mount=type=secret,id=npmrc true",
        "RUN --mount=type=ssh --mount=type=secret,id=token,env=TOKEN true",
    ]
)
# Each of them makes any Dockerfile invalid.
_BREAKERS = [
    "NOPE x",
    "FROM a b",
    "FROM quay.io/Team/App",
    "FROM a AS 1x",
    "FROM ${UNSET_HERE}",
    "COPY --nope=1 a b",
    "COPY --from=$X a b",
    "COPY --from=99 / /",
    "COPY lonely",
    "RUN <<EOF\nnever closed",
    "ONBUILD FROM a",
    "FROM scratch AS loop\nCOPY --from=loop / /",
    "FROM scratch AS ring\nCOPY --from=link / /\nFROM scratch AS link\nCOPY --from=ring / /",
    "RUN --mount=from=$X true",
]


# The built-in frontend, one that behaves like it, and custom ones.
_SYNTAX = st.sampled_from(
    [[], [], [], *([f"# syntax={image}"] for image in ("docker/dockerfile:1", "quay.io/team/fe", "ghcr.io/acme/fe:1"))]
)


@st.composite
def accepted(
    draw: st.DrawFn, images: st.SearchStrategy[str], max_stages: int, frontends: st.SearchStrategy[list[str]] = _SYNTAX
) -> str:
    """Texts of Dockerfiles that BuildKit accepts; `frontends` are the lines before the first instruction."""
    names = draw(st.permutations(STAGE_NAMES))[: draw(st.integers(1, max_stages))]
    lines = draw(frontends)[:]
    has_argument = draw(st.booleans())
    if has_argument:
        lines.append(f"ARG BASE={draw(images)}")
    for index, name in enumerate(names):
        lines += draw(_stages(images, list(names[:index]), name, has_argument=has_argument))
    return "\n".join(lines) + draw(st.sampled_from(["", "\n"]))


_SHAPES = st.sampled_from(
    [
        "{body}",
        "COPY --from={image} /a /b",
        "COPY --from={stage} /a /b",
        "COPY --from={index} /a /b",
        # In a mount, a number is not the index of a stage.
        "RUN --mount=from={image},target=/m true",
        "RUN --mount=type=bind,from={stage},target=/m true",
        "ONBUILD COPY --from={image} /a /b",
    ]
)
_BASES = st.sampled_from(["{image}", "{image}", "{image}", "{stage}", "{argument}"])
_FLAGS = st.sampled_from(["", "", "--platform=linux/arm64 ", "--platform=$BUILDPLATFORM "])
_AS = st.sampled_from(["AS", "as"])
_SIZES = st.integers(0, 4)


@st.composite
def _stages(
    draw: st.DrawFn, images: st.SearchStrategy[str], earlier: list[str], name: str, *, has_argument: bool
) -> list[str]:
    def filled(shape: str) -> str:
        return shape.format(
            image=draw(images) if "{image}" in shape else "",
            body=draw(_BODIES) if "{body}" in shape else "",
            stage=earlier[-1] if earlier else "scratch",
            index=len(earlier) - 1 if earlier else "scratch",
            argument="${BASE:-scratch}" if has_argument else "scratch",
        )

    first = f"FROM {draw(_FLAGS)}{filled(draw(_BASES))} {draw(_AS)} {name}"
    return [first, *(filled(draw(_SHAPES)) for _ in range(draw(_SIZES)))]


@st.composite
def _rejected(draw: st.DrawFn, made: st.SearchStrategy[str]) -> str:
    text = draw(made)
    if draw(st.integers(0, 5)) == 0:
        return draw(st.sampled_from(["", "# only a comment\n", "ARG A=1\n", f"RUN before\n{text}"]))
    return f"{text}\n{draw(st.sampled_from(_BREAKERS))}\n"


def dockerfile_texts(
    *, kind: DockerfileKind = "any", images: st.SearchStrategy[str] | None = None, max_stages: int = 3
) -> st.SearchStrategy[str]:
    r"""Texts of Dockerfiles that BuildKit accepts, until it contacts a registry, or rejects.

    Bases and sources are drawn from `images`: texts of valid references, each with a `/`. `near-accepted` is one
    character away from accepted. `max_stages` is at most 4.

    >>> from hypothesis import find
    >>> "FROM " in find(dockerfile_texts(kind="accepted"), bool)
    True
    """
    made = accepted(image_texts(kind="valid").filter(has_slash) if images is None else images, max_stages)
    by_kind = {
        "accepted": made,
        "rejected": _rejected(made),
        "near-accepted": edits(made),
        "hostile": st.text(max_size=40) | st.sampled_from(["# syntax=evil/frontend\nx", "FROM a\0", "\ufeffFROM a/b"]),
    }
    if kind != "any":
        return by_kind[kind]
    return st.sampled_from(["accepted", "accepted", *by_kind]).flatmap(by_kind.__getitem__)


def has_slash(image: str) -> bool:
    """Return whether a text cannot be the name of a stage."""
    return "/" in image


def dockerfiles(*, images: st.SearchStrategy[str] | None = None, max_stages: int = 3) -> st.SearchStrategy[Dockerfile]:
    """Parsed Dockerfiles; the options are those of `dockerfile_texts`."""
    return dockerfile_texts(kind="accepted", images=images, max_stages=max_stages).map(parse_dockerfile)
