"""Shapes of JSON values: each reads a value, reports errors by JSON path, and describes itself in JSON Schema.

Reading and the schema come from the same description, so both accept the same documents.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias, cast

from deployspec._core.diagnostics import Collector

Schema: TypeAlias = dict[str, Any]


class Object(dict[str, Any]):
    """A JSON object, with the names of its duplicate members."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__()
        self.duplicates: list[str] = []
        for name, value in pairs:
            if name in self:
                self.duplicates.append(name)
            self[name] = value


class PlanErrors(Collector):
    """Gathers the errors of a plan's JSON."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__("plan")

    @property
    def count(self) -> int:
        """The number of errors so far."""
        return len(self.found)

    def wrong_type(self, path: str, expected: str) -> None:
        """Report that a value has the wrong type."""
        self.error("plan-type", f"`{path}` must be {expected}")

    def wrong_value(self, path: str, expected: str) -> None:
        """Report that a value has the right type but is not allowed."""
        self.error("plan-value", f"`{path}` must be {expected}")


class Shape(Protocol):
    """The description of a value."""

    def read(self, value: Any, path: str, errors: PlanErrors) -> Any:  # noqa: ANN401  # any JSON value
        """Return the Python value; if errors were added, the result must not be used."""

    def schema(self, shared: dict[str, Schema]) -> Schema:
        """Return the JSON Schema; definitions that it refers to by name are added to `shared`."""
        ...


class Text:
    """A string; `pattern` restricts it, and `accepts` replaces the check with a stricter or faster one."""

    def __init__(self, description: str = "", pattern: str = "", accepts: Callable[[str], bool] | None = None) -> None:
        self.description, self.pattern, self.other_check = description, pattern, accepts

    def accepts(self, value: str) -> bool:
        if self.other_check is not None:
            return self.other_check(value)
        return not self.pattern or re.fullmatch(self.pattern, value) is not None

    def read(self, value: object, path: str, errors: PlanErrors) -> object:
        if not isinstance(value, str):
            errors.wrong_type(path, "a string")
        elif not self.accepts(value):
            errors.wrong_value(path, self.description)
        return value

    def schema(self, shared: dict[str, Schema]) -> Schema:  # noqa: ARG002  # the signature of all shapes
        # Python's `$` also matches before a final line end, which `(?!\n)` excludes; elsewhere it has no effect.
        return {"type": "string"} | ({"pattern": rf"^(?:{self.pattern})$(?!\n)"} if self.pattern else {})


class Parsed(Text):
    """A string that is parsed into another value."""

    def __init__(self, description: str, pattern: str, parse: Callable[[str], Any]) -> None:
        super().__init__(description, pattern, lambda value: parse(value) is not None)
        self.parse = parse

    def read(self, value: object, path: str, errors: PlanErrors) -> object:
        before = errors.count
        super().read(value, path, errors)
        return self.parse(cast("str", value)) if errors.count == before else None


class Exactly:
    """One of several strings or numbers."""

    def __init__(self, *values: str | int, code: str = "plan-value") -> None:
        self.values, self.code = values, code

    def read(self, value: object, path: str, errors: PlanErrors) -> object:
        # The type is checked as well, because `True` equals 1 in Python.
        if type(value) not in (str, int) or value not in self.values:
            errors.error(self.code, f"`{path}` must be {self.alternatives()}")
        return value

    def alternatives(self) -> str:
        *others, last = (f"`{value}`" if isinstance(value, str) else str(value) for value in self.values)
        return f"{', '.join(others)} or {last}" if others else last

    def schema(self, shared: dict[str, Schema]) -> Schema:  # noqa: ARG002
        return {"const": self.values[0]} if len(self.values) == 1 else {"enum": list(self.values)}


class Number:
    """A positive integer."""

    def read(self, value: object, path: str, errors: PlanErrors) -> object:
        if type(value) is not int or value < 1:
            errors.wrong_type(path, "a positive integer")
        return value

    def schema(self, shared: dict[str, Schema]) -> Schema:  # noqa: ARG002
        return {"type": "integer", "minimum": 1}


class Boolean:
    """True or false."""

    def read(self, value: object, path: str, errors: PlanErrors) -> object:
        if not isinstance(value, bool):
            errors.wrong_type(path, "true or false")
        return value

    def schema(self, shared: dict[str, Schema]) -> Schema:  # noqa: ARG002
        return {"type": "boolean"}


class Optional:
    """Another shape, or null."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape

    def read(self, value: object, path: str, errors: PlanErrors) -> object:
        return None if value is None else self.shape.read(value, path, errors)

    def schema(self, shared: dict[str, Schema]) -> Schema:
        return {"anyOf": [{"type": "null"}, self.shape.schema(shared)]}


class Array:
    """An array whose items have one shape; read as a tuple."""

    def __init__(self, item: Shape, *, unique: bool = False) -> None:
        self.item, self.unique = item, unique

    def read(self, value: object, path: str, errors: PlanErrors) -> tuple[Any, ...]:
        if not isinstance(value, list):
            errors.wrong_type(path, "an array")
            return ()
        before, values = errors.count, cast("list[object]", value)
        items = tuple(self.item.read(item, f"{path}[{index}]", errors) for index, item in enumerate(values))
        if self.unique and errors.count == before and len(set(items)) != len(items):
            errors.wrong_value(path, "an array without duplicate items")
        return items

    def schema(self, shared: dict[str, Schema]) -> Schema:
        schema: Schema = {"type": "array", "items": self.item.schema(shared)}
        return schema | ({"uniqueItems": True} if self.unique else {})


class Pair:
    """A name and its value: an array of two strings."""

    def __init__(self, name: Text) -> None:
        self.name, self.value = name, Text()

    def read(self, value: object, path: str, errors: PlanErrors) -> tuple[Any, ...]:
        if not isinstance(value, list):
            errors.wrong_type(path, "an array")
            return ()
        items = cast("list[object]", value)
        if len(items) != 2:  # noqa: PLR2004  # name and value
            errors.wrong_value(path, "an array of 2 items")
            return ()
        shapes = zip((self.name, self.value), items, strict=True)
        return tuple(shape.read(item, f"{path}[{index}]", errors) for index, (shape, item) in enumerate(shapes))

    def schema(self, shared: dict[str, Schema]) -> Schema:
        items = [self.name.schema(shared), self.value.schema(shared)]
        return {"type": "array", "prefixItems": items, "minItems": 2, "maxItems": 2}


class Record:
    """An object with exactly the given members; read by calling `make` with them."""

    def __init__(self, make: Callable[..., Any], name: str = "", /, **members: Shape) -> None:
        self.make, self.name, self.members = make, name, members

    def read(self, value: object, path: str, errors: PlanErrors) -> object:
        if not isinstance(value, Object):
            errors.wrong_type(path, "an object")
            return None
        before = errors.count
        self.check_names(value, path, errors)
        members = {
            name: shape.read(value[name], f"{path}.{name}", errors)
            for name, shape in self.members.items()
            if name in value
        }
        return self.make(**members) if errors.count == before else None

    def check_names(self, value: Object, path: str, errors: PlanErrors) -> None:
        for name in sorted(value.keys() - self.members.keys()):
            errors.error("plan-member-unknown", f"unknown member `{name}` in `{path}`")
        for name in sorted(self.members.keys() - value.keys()):
            errors.error("plan-member-missing", f"missing member `{name}` in `{path}`")
        for name in value.duplicates:
            errors.error("plan-member-twice", f"duplicate member `{name}` in `{path}`")

    def schema(self, shared: dict[str, Schema]) -> Schema:
        if self.name not in shared:
            shared[self.name] = self.definition(shared, {})
        return {"$ref": f"#/$defs/{self.name}"}

    def definition(self, shared: dict[str, Schema], more: Schema) -> Schema:
        properties = {**more, **{name: shape.schema(shared) for name, shape in self.members.items()}}
        return {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }


class OneOf:
    """One of several records, selected by the member `kind`."""

    def __init__(self, records: Mapping[str, Record]) -> None:
        self.records = records
        self.kind = Exactly(*records)

    def read(self, value: object, path: str, errors: PlanErrors) -> object:
        if not isinstance(value, Object):
            errors.wrong_type(path, "an object")
            return None
        kind, before = value.get("kind"), errors.count
        self.kind.read(kind, f"{path}.kind", errors)
        if errors.count != before:
            return None
        rest = Object([(name, member) for name, member in value.items() if name != "kind"])
        rest.duplicates = value.duplicates
        return self.records[cast("str", kind)].read(rest, path, errors)

    def schema(self, shared: dict[str, Schema]) -> Schema:
        definitions = [record.definition(shared, {"kind": {"const": kind}}) for kind, record in self.records.items()]
        return {"oneOf": definitions}
