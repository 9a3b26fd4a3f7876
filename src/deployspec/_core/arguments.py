"""Checks of arguments: wrong types and unknown choices are reported by the function that receives them.

No message contains a value, except an unknown choice.
"""

from __future__ import annotations

from typing import get_args

from deployspec._core.text import one_line


def check_type(parameter: str, value: object, *types: type) -> None:
    """Raise `TypeError` if a value is not an instance of one of the types.

    >>> check_type("procfile", 7, str, bytes, type(None))
    Traceback (most recent call last):
    TypeError: procfile must be a str, bytes or None, not int
    """
    if not isinstance(value, types):
        *others, last = map(_name, types)
        expected = f"{', '.join(others)} or {last}" if others else last
        article = "an" if expected[0] in "AEIOU" else "a"
        raise TypeError(f"{parameter} must be {article} {expected}, not {_name(type(value))}")


def _name(type_: type) -> str:
    return "None" if type_ is type(None) else type_.__name__


def check_choice(parameter: str, value: object, choices: object) -> None:
    """Raise `ValueError` if a value is not one of the choices, which are a `Literal`.

    >>> from typing import Literal
    >>> check_choice("tool", "nerdctl", Literal["docker", "podman", "skopeo"])
    Traceback (most recent call last):
    ValueError: unknown tool "nerdctl": use docker, podman or skopeo
    """
    valid = get_args(choices)
    if value not in valid:
        shown = f'"{one_line(value, 60)}"' if isinstance(value, str) else one_line(repr(value), 60)
        *others, last = valid
        use = f"{', '.join(others)} or {last}" if others else last
        raise ValueError(f"unknown {parameter} {shown}: use {use}")
