"""Values of `RUN --mount` and `RUN --device`: fields in CSV form.

Grammar::

    value = field *( "," field )                       ; a field may be enclosed in double quotes
    field = key "=" text | text
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deployspec._dockerfile.go import BOOLEANS, lower
from deployspec._dockerfile.instructions.flags import part_span, value_span

if TYPE_CHECKING:
    from deployspec._dockerfile.instructions.flags import Flag
    from deployspec._dockerfile.text.lines import Line

_FROM = re.compile(r'(?:\A|,)"?from=', re.IGNORECASE)
_FIELD = re.compile(r'(?:"((?:[^"]|"")*)"|([^",]*))(?=,|\Z)')


# github.com/tonistiigi/go-csvvalue csvvalue.go: Fields (RFC 4180, one record)
def csv_fields(value: str) -> list[str] | None:
    """Split a value into its fields; `None` if it is empty or a quote is misplaced.

    A carriage return at the end is part of the end of the record.

    >>> csv_fields('type=bind,"from=a,b"'), csv_fields('a"b')
    (['type=bind', 'from=a,b'], None)
    """
    value = value.removesuffix("\r")
    if not value:
        return None
    if '"' not in value:
        return value.split(",")
    fields: list[str] = []
    at = 0
    while True:
        field = _FIELD.match(value, at)
        if field is None:
            return None
        fields.append(field[2] if field[1] is None else field[1].replace('""', '"'))
        at = field.end()
        if at == len(value):
            return fields
        at += 1


# buildkit frontend/dockerfile/instructions/commands_runmount.go: parseMount
def mount_sources(fields: list[str]) -> list[str]:
    """Return the values of all `from` fields of a `--mount`."""
    pairs = (field.partition("=") for field in fields)
    return [source for key, equals, source in pairs if equals and lower(key) == "from"]


def find_mount_source(value: str) -> tuple[str, int]:
    """Return the `from` of a `--mount` value and its offset; the last one if there are several, else `("", 0)`.

    >>> find_mount_source("type=bind,from=build,target=/x")
    ('build', 15)
    """
    sources = mount_sources(csv_fields(value) or [])
    if not sources or not sources[-1]:
        return "", 0
    return sources[-1], max(key.end() for key in _FROM.finditer(value))


def source_span(flag: Flag, line: Line, start: int) -> tuple[int, int]:
    """Return the offsets of the `from` of a `--mount` in the line, or of the whole value."""
    source, offset = find_mount_source(flag.value or "")
    return part_span(flag, line, start, offset, offset + len(source)) if source else value_span(flag, line, start)


# buildkit frontend/dockerfile/instructions/commands_rundevice.go: ParseDevice
def invalid_device_field(fields: list[str]) -> str | None:
    """Return the first invalid field of a `--device`: it accepts one name, with or without `name=`, and `required`."""
    name = ""
    for field in fields:
        key, equals, value = field.partition("=")
        if lower(key) == "required":
            if equals and value not in BOOLEANS:
                return field
        elif name:
            return field
        else:
            name = value if equals and lower(key) == "name" else field
    return None
