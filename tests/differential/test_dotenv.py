"""What we rely on in python-dotenv: the shape and the behaviour of `dotenv.parser.parse_stream`, and nothing else.

A change there makes a test fail here, before it changes how anybody's config is read.
"""

from __future__ import annotations

import importlib
import inspect
import io
import os
import re
from collections.abc import Iterator, MutableMapping
from typing import Any, NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployspec import InvalidEnv, parse_env

parser: Any = importlib.import_module("dotenv.parser")
dotenv: Any = importlib.import_module("dotenv")


def bindings(text: str) -> list[Any]:
    return list(parser.parse_stream(io.StringIO(text, newline="")))


def test_the_shape() -> None:
    assert list(inspect.signature(parser.parse_stream).parameters) == ["stream"]
    assert parser.Binding._fields == ("key", "value", "original", "error")
    assert parser.Original._fields == ("string", "line")
    assert isinstance(parser.parse_stream(io.StringIO("")), Iterator)
    (one,) = bindings("A=1")
    assert one == ("A", "1", ("A=1", 1), False)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("", []),
        ("A=1\nB=2", [("A", "1", False), ("B", "2", False)]),
        ("A=1\r\nB=2\rC=3", [("A", "1", False), ("B", "2", False), ("C", "3", False)]),
        ("  export  A = 1 ", [("A", "1", False)]),
        ("export\tA=1", [("A", "1", False)]),
        ("# note", [(None, None, False)]),
        ("\n\n", [(None, None, False)]),
        ("A", [("A", None, False)]),
        ("A # note", [("A", None, False)]),
        ("A=", [("A", "", False)]),
        ("A=\n", [("A", "", False)]),
        ("A=b#c", [("A", "b#c", False)]),
        ("A=b #c", [("A", "b", False)]),
        ("A='b #c' #d", [("A", "b #c", False)]),
        ("A='b\nc'", [("A", "b\nc", False)]),
        ('A="b\r\nc"', [("A", "b\r\nc", False)]),
        (r"A='\n\'\\'", [("A", r"\n'\ ".strip(), False)]),
        (r'A="\n\"\t\x"', [("A", '\n"\t\\x', False)]),
        ("A=$B${C}`d`", [("A", "$B${C}`d`", False)]),
        ("'a b'=c", [("a b", "c", False)]),
        ("a.b=c", [("a.b", "c", False)]),
        ("A=x=y", [("A", "x=y", False)]),
        ("=b", [(None, None, True)]),
        ("A b", [(None, None, True)]),
        ("A='b", [(None, None, True)]),
        ("A='b' c", [(None, None, True)]),
        ("A b\nB=1", [(None, None, True), ("B", "1", False)]),
        ("A=\u00e9\u2028b", [("A", "\u00e9\u2028b", False)]),
    ],
)
def test_the_behaviour(text: str, read: list[tuple[str | None, str | None, bool]]) -> None:
    assert [(one.key, one.value, one.error) for one in bindings(text)] == read


texts = st.lists(
    st.sampled_from(
        ["A", "B=", "=", "'", '"', "\\", "#", " ", "\t", "\n", "\r", "\r\n", "export ", "x", "\ufeff", "\u2028"]
    )
).map("".join)


@given(texts)
def test_the_bindings_cover_the_text(text: str) -> None:
    """Lines and columns are counted from this; a line end in front keeps the parser off a byte order mark."""
    assert "".join(one.original.string for one in bindings(f"\n{text}")) == f"\n{text}"


@given(texts | st.text())
def test_every_text_is_read_as_by_the_parser_or_refused(text: str) -> None:
    read = bindings(f"\n{text.removeprefix(chr(0xFEFF))}")
    try:
        env = parse_env(text)
    except InvalidEnv as error:
        assert all(one.line is not None and one.column is not None for one in error.diagnostics)
        return
    assert not any(one.error or (one.key is not None and one.value is None) for one in read)
    assert env.variables == {one.key: one.value for one in read if one.key is not None}


class Unreadable(MutableMapping[str, str]):
    """An environment that nobody may touch."""

    def refuse(self, *_: object) -> NoReturn:
        raise AssertionError("the environment was touched")

    __getitem__ = __setitem__ = __delitem__ = __iter__ = __len__ = __contains__ = refuse


def test_the_environment_is_neither_read_nor_written(monkeypatch: pytest.MonkeyPatch) -> None:
    parse_env("A=1")  # imports python-dotenv, which may look at what it likes
    with monkeypatch.context() as patch:
        patch.setattr(os, "environ", Unreadable())
        patch.setattr(os, "getenv", Unreadable.refuse)
        variables = parse_env("A=$HOME ${HOME}\nHOME=x").variables
        with pytest.raises(InvalidEnv):
            parse_env("A=$HOME\nB")
    assert variables == {"A": "$HOME ${HOME}", "HOME": "x"}


@given(texts)
def test_texts_without_faults_have_the_values_of_dotenv_values(text: str) -> None:
    before = dict(os.environ)
    try:
        env = parse_env(text)
    except InvalidEnv:
        return
    if "\ufeff" not in text:  # versions differ in whether they take a byte order mark off
        theirs = dotenv.dotenv_values(stream=io.StringIO(text, newline=""), interpolate=False)
        assert env.variables == theirs
        assert list(env.variables) == list(theirs)
    assert dict(os.environ) == before


names = st.sampled_from(["A", "'b c'", "exported", "a.b", "'A'"])
values = st.sampled_from(
    ["", "x", "x y", "'q'", '"q"', "'q\\'r'", '"q\\n"', "'two\nlines'", "#x", "x#y", "x #y", "'x' #y", "$HOME", "it's"]
)
blanks = st.sampled_from(["", " ", "\t", "  "])
exports = st.sampled_from(["", "export ", "export\t"])
lines = st.tuples(blanks, exports, names, blanks, st.just("="), blanks, values, blanks).map("".join)


@given(
    st.lists(lines, min_size=1, max_size=4),
    st.sampled_from(["\n", "\r\n", "\r", "\n\n# c\n"]),
    st.sampled_from(["", "\ufeff"]),
)
def test_spans_lead_back_to_the_values(written: list[str], end: str, mark: str) -> None:
    """The text of a value's span, read again, is the value; so the span is right for each form that dotenv reads."""
    text = end.join(written)
    env = parse_env(mark + text)
    assert env.variables == {one.key: one.value for one in bindings(text) if one.key is not None}
    rows = re.split("\r\n|\n|\r", text)
    for name, span in env.spans.items():
        part = span.value
        if part.line == part.end_line:
            raw = rows[part.line - 1][part.column - 1 : part.end_column - 1]
            assert parse_env(f"A={raw}").variables["A"] == env.variables[name]
        assert rows[span.name.line - 1][span.name.column - 1 : span.name.end_column - 1].strip("'") == name
