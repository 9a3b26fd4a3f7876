"""Values as Go's `encoding/json` decodes them into a struct.

Member names match exactly or else without regard to case (https://pkg.go.dev/encoding/json#Unmarshal). A map that comes
twice is merged, and one key twice replaces the earlier entry as a whole; of a string that comes twice the later one
wins. `null` empties a map and leaves a string as it is. A value of a wrong type does not stop the decoder: it is an
error at the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import attrs

from deployspec._core.json_scan import JsonObject, JsonValue
from deployspec._logins.masked import masked

__all__: list[str] = []

_SURROGATES = re.compile("[\ud800-\udfff]")


@attrs.frozen
class Text:
    """A string."""


@attrs.frozen
class Texts:
    """A list of strings."""


@attrs.frozen
class Map:
    """An object with free names, each value of one shape."""

    each: Shape


@attrs.frozen
class Struct:
    """An object with known names; others are ignored."""

    fields: Mapping[str, Shape]


Shape: TypeAlias = Text | Texts | Map | Struct
Decoded: TypeAlias = Any
"""A decoded value; its type depends on the shape."""

OnFault: TypeAlias = Callable[[str, str, int], None]
"""Called with the path of a value of a wrong type, the type that it should have, and its offset."""

TEXT = Text()
TEXTS = Texts()
STRINGS = Map(TEXT)


def go_text(text: str) -> str:
    """Replace lone surrogates, which Go reads as U+FFFD."""
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


def folded(name: str) -> str:
    """Fold a name as Go compares member names: U+017F is an `s` and U+212A a `k`.

    >>> folded("AuthS"), folded("\\u212aey\\u017f")
    ('auths', 'keys')
    """
    return name.lower().replace("\u017f", "s")


def decode(shape: Shape, value: JsonValue, on_fault: OnFault) -> Decoded:
    """Decode a value into an empty variable of a shape.

    >>> text = JsonObject()
    >>> text.members += [("Auth", "a", 1), ("auth", None, 9), ("other", 5, 20)]
    >>> decode(Struct({"auth": TEXT}), text, print)
    {'auth': 'a'}
    """
    return _decode(shape, value, zero(shape), ("", 0), on_fault)


def zero(shape: Shape) -> Decoded:
    """Return the empty value of a shape."""
    match shape:
        case Text():
            return ""
        case Struct():
            return {}
        case _:
            return None


def _decode(shape: Shape, value: JsonValue, current: Decoded, place: tuple[str, int], on_fault: OnFault) -> Decoded:
    path, at = place
    match shape:
        case Text():
            if isinstance(value, str):
                return go_text(value)
            if value is not None:
                on_fault(path, "a string", at)
            return current
        case Texts():
            if isinstance(value, list):
                if any(not isinstance(item, str) and item is not None for item in value):
                    on_fault(path, "a list of strings", at)
            elif value is not None:
                on_fault(path, "a list of strings", at)
            return None
        case Map(each=each):
            return _decode_map(each, value, current, place, on_fault)
        case _:
            return _decode_struct(shape.fields, value, current, place, on_fault)


def _decode_map(
    each: Shape,
    value: JsonValue,
    current: Decoded,
    place: tuple[str, int],
    on_fault: OnFault,
) -> Decoded:
    path, at = place
    if value is None:
        return None
    if not isinstance(value, JsonObject):
        on_fault(path, "an object", at)
        return current
    result: dict[str, Decoded] = {} if current is None else current
    for name, member, offset in value.members:
        inner = (_below(path, masked(name)), offset)
        result[go_text(name)] = _decode(each, member, zero(each), inner, on_fault)
    return result


def _decode_struct(
    fields: Mapping[str, Shape],
    value: JsonValue,
    current: Decoded,
    place: tuple[str, int],
    on_fault: OnFault,
) -> Decoded:
    path, at = place
    if value is None:
        return current
    if not isinstance(value, JsonObject):
        on_fault(path, "an object", at)
        return current
    by_folded = {folded(name): name for name in fields}
    for name, member, offset in value.members:
        known = name if name in fields else by_folded.get(folded(name))
        if known is not None:
            shape = fields[known]
            before = current.get(known, zero(shape))
            current[known] = _decode(shape, member, before, (_below(path, known), offset), on_fault)
    return current


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
