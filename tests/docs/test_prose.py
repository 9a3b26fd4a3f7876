"""Docstrings, comments and messages of `src` are in plain English: some turns of phrase are rare.

Run this file to print the figures, and with the name of a room each sentence that has such a turn of phrase:
`python tests/docs/test_prose.py _procfile`.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

import deployspec

SOURCE = Path(deployspec.__file__).parent

# At most so many per 1,000 words: twice the figure of the `packaging` library, or the figure itself where that is 0.
TURNS = {
    "`what` as a noun": (r"\bwhat\b", 0.60),
    "`where` for if or when": (r"\bwhere\b", 1.26),
    "`tell`": (r"\b(?:tells?|told|telling)\b", 0.26),
    "`is no`, `is none`": (r"(?<!there )\b(?:is|are) (?:no(?! (?:longer|more))|none)\b", 0.68),
    "`stands`, `holds`, `takes`, `carries`, `goes on`, `comes of`": (
        # Except "takes twice as long" and "stands for".
        (
            r"\b(?:stands?(?! for)|holds?|held|takes?|taken|carry|carries|carried|goes? on|comes? of)\b"
            r"(?! [^.;]{0,20}\b(?:long|longer|time|third|tenth)\b)"
        ),
        0.34,
    ),
    "`alone`, `lest`, `be it`, `for` as a conjunction": (
        r"\b(?:alone|lest|be it)\b|[,;] for (?:it|they|there|this|that|the|a|an|its|their)\b",
        0.16,
    ),
    "`behind`, `in front of`, `beside`": (r"\b(?:behind|in front of|beside)\b", 0.0),
    "`whoever`, `whatever`, `take a decision`, `to the letter`": (
        r"\b(?:whoever|whatever|tak(?:e|es|ing) (?:a|the) decision|to the letter)\b",
        0.0,
    ),
}
CODE = re.compile(r"``.*?``|`[^`]*`|^\s*(?:>>>|\.\.\.).*$", re.MULTILINE)
WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")
DIRECTIVE = re.compile(r"#\s*(?:noqa|type:|pyright:|pragma).*")


def docstring_nodes(tree: ast.Module) -> Iterator[ast.Constant]:
    """Yield each docstring: of a module, class or function, and below an attribute."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def without_examples(text: str) -> str:
    """Return a docstring without the examples in it and what they print."""
    return "\n\n".join(part for part in re.split(r"\n\s*\n", text) if ">>>" not in part)


def prose(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each docstring, comment and message."""
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    docstrings = set(docstring_nodes(tree))
    formatted = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [str(part.value) if isinstance(part, ast.Constant) else "`x`" for part in node.values]
            yield node.lineno, "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in formatted:
            if node in docstrings:
                yield node.lineno, without_examples(node.value)
            elif len(WORD.findall(node.value)) > 2:
                yield node.lineno, node.value
    comment: list[str] = []
    start = last = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            if token.start[0] != last + 1 and comment:
                yield start, " ".join(comment)
                comment = []
            start = start if comment else token.start[0]
            last = token.start[0]
            comment.append(DIRECTIVE.sub("", token.string).lstrip("# "))
    if comment:
        yield start, " ".join(comment)


def sentences() -> Iterator[tuple[str, str, str]]:
    """Yield the room, the place and the text of each sentence, without code."""
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE).parts
        for line, text in prose(path):
            for sentence in re.split(r"(?<=[.;:])\s+|\n\s*\n", CODE.sub("`x`", text)):
                yield parts[0].removesuffix(".py"), f"{'/'.join(parts)}:{line}", " ".join(sentence.split())


SENTENCES = list(sentences())


def count(pattern: str, room: str | None = None) -> tuple[int, list[str]]:
    """Return the number of words, and the place and text of each match of a pattern."""
    words, found = 0, list[str]()
    for own, place, sentence in SENTENCES:
        if room in {None, own}:
            words += len(WORD.findall(sentence))
            found += [f"{place}: {sentence}" for _ in re.findall(pattern, sentence, re.IGNORECASE)]
    return words, found


@pytest.mark.parametrize("turn", TURNS)
def test_the_source_is_in_plain_english(turn: str) -> None:
    pattern, limit = TURNS[turn]
    words, found = count(pattern)
    assert len(found) * 1000 / words <= limit, "\n".join(found)


def main(rooms: list[str]) -> None:
    words, _ = count("")
    print(f"{words} words")
    for turn, (pattern, limit) in TURNS.items():
        _, found = count(pattern)
        by_room: defaultdict[str, int] = defaultdict(int)
        for one in found:
            by_room[one.split("/")[0].split(".py")[0]] += 1
        share = ", ".join(f"{room} {number}" for room, number in sorted(by_room.items(), key=lambda item: -item[1]))
        print(f"{len(found) * 1000 / words:5.2f} of {limit:.2f}  {turn}  ({share})")
    for room in rooms:
        for turn, (pattern, _) in TURNS.items():
            print(f"\n{room}, {turn}", *count(pattern, room)[1], sep="\n  ")


if __name__ == "__main__":
    main(sys.argv[1:])
