"""Shared by the strategies of texts: kinds, and edits of one character."""

from __future__ import annotations

from typing import Literal, TypeAlias

from hypothesis import strategies as st

__all__ = ["Kind", "edits"]

Kind: TypeAlias = Literal["valid", "near-valid", "hostile", "any"]

# Line ends, NUL, characters with an ASCII lower case (U+0130, U+212A), full-width and combining characters, and
# bidirectional controls.
_AWKWARD = "\n\r\t \0\x1b\x85\u0130\u212a\uff41\u0301\u200b\u202e\u2028\ufeff\ud800aA0_-.:/@#$\"'\\`=,[]{}"


@st.composite
def edits(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """Texts of another strategy with one character inserted, deleted or replaced.

    >>> from hypothesis import find
    >>> find(edits(st.just("ab")), lambda text: len(text) == 1)
    'b'
    """
    text = draw(texts)
    at = draw(st.integers(0, len(text)))
    how = draw(st.sampled_from(["delete", "insert", "replace"]))
    put = "" if how == "delete" else draw(st.sampled_from(_AWKWARD) | st.characters())
    return text[:at] + put + text[at + (how != "insert") :]


def of_kind(
    kind: Kind, *, valid: st.SearchStrategy[str], near: st.SearchStrategy[str], hostile: st.SearchStrategy[str]
) -> st.SearchStrategy[str]:
    """Choose by kind; with `any`, half of the texts are valid, so that enough apps resolve."""
    by_kind = {"valid": valid, "near-valid": near | edits(valid), "hostile": hostile}
    if kind != "any":
        return by_kind[kind]
    return st.sampled_from(["valid", "valid", "near-valid", "hostile"]).flatmap(by_kind.__getitem__)
