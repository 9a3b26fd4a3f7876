"""Shapes of JSON values: each reads a value, telling every fault by its JSON path, and says itself in JSON Schema.

Both come from one description, so that neither can refuse what the other takes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias, cast

from deployspec._core.diagnostics import Diagnostic

__all__: list[str] = []

Faults: TypeAlias = list[Diagnostic]
Schema: TypeAlias = dict[str, Any]


class Object(dict[str, Any]):
    """A JSON object that remembers which of its members came twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__()
        self.twice: list[str] = []
        for name, value in pairs:
            if name in self:
                self.twice.append(name)
            self[name] = value


def fault(path: str, code: str, message: str) -> Diagnostic:
    """Tell what is wrong with the value at a path."""
    return Diagnostic(code, f"`{path}`: {message}", source="plan")


class Shape(Protocol):
    """What a value must look like."""

    def read(self, value: Any, path: str, faults: Faults) -> Any:  # noqa: ANN401  # JSON is any of its types
        """Return the value that is meant; where faults are added, what is returned is worth nothing."""

    def schema(self, shared: dict[str, Schema]) -> Schema:
        """Return the JSON Schema of the shape; what is used by name goes to `shared`."""
        ...


class Text:
    """A string; `accepts` is the check where there is one, and `pattern` says the same to other programs."""

    def __init__(self, what: str = "", pattern: str = "", accepts: Callable[[str], bool] | None = None) -> None:
        self.what, self.pattern, self.other_check = what, pattern, accepts

    def accepts(self, value: str) -> bool:
        if self.other_check is not None:
            return self.other_check(value)
        return not self.pattern or re.fullmatch(self.pattern, value) is not None

    def read(self, value: object, path: str, faults: Faults) -> object:
        if not isinstance(value, str):
            faults.append(fault(path, "plan-type", "this must be a string"))
        elif not self.accepts(value):
            faults.append(fault(path, "plan-value", f"this must be {self.what}"))
        return value

    def schema(self, shared: dict[str, Schema]) -> Schema:  # noqa: ARG002  # the same for every shape
        # Python's `$` also matches before a last line end, which `(?!\n)` rules out; elsewhere it says nothing.
        return {"type": "string"} | ({"pattern": rf"^(?:{self.pattern})$(?!\n)"} if self.pattern else {})


class Parsed(Text):
    """A string that stands for a value."""

    def __init__(self, what: str, pattern: str, parse: Callable[[str], Any]) -> None:
        super().__init__(what, pattern, lambda value: parse(value) is not None)
        self.parse = parse

    def read(self, value: object, path: str, faults: Faults) -> object:
        before = len(faults)
        super().read(value, path, faults)
        return self.parse(cast("str", value)) if len(faults) == before else None


class Exactly:
    """One of a few words, or a number."""

    def __init__(self, *values: str | int, code: str = "plan-value") -> None:
        self.values, self.code = values, code

    def read(self, value: object, path: str, faults: Faults) -> object:
        # By type as well, since `True` equals 1 in Python.
        if type(value) not in (str, int) or value not in self.values:
            faults.append(fault(path, self.code, f"this must be {' or '.join(map(str, self.values))}"))
        return value

    def schema(self, shared: dict[str, Schema]) -> Schema:  # noqa: ARG002
        return {"const": self.values[0]} if len(self.values) == 1 else {"enum": list(self.values)}


class Number:
    """A whole number from 1."""

    def read(self, value: object, path: str, faults: Faults) -> object:
        if type(value) is not int or value < 1:
            faults.append(fault(path, "plan-type", "this must be a whole number from 1"))
        return value

    def schema(self, shared: dict[str, Schema]) -> Schema:  # noqa: ARG002
        return {"type": "integer", "minimum": 1}


class Truth:
    """True or false."""

    def read(self, value: object, path: str, faults: Faults) -> object:
        if not isinstance(value, bool):
            faults.append(fault(path, "plan-type", "this must be true or false"))
        return value

    def schema(self, shared: dict[str, Schema]) -> Schema:  # noqa: ARG002
        return {"type": "boolean"}


class Optional:
    """Another shape, or null."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape

    def read(self, value: object, path: str, faults: Faults) -> object:
        return None if value is None else self.shape.read(value, path, faults)

    def schema(self, shared: dict[str, Schema]) -> Schema:
        return {"anyOf": [{"type": "null"}, self.shape.schema(shared)]}


class Array:
    """An array of one shape; becomes a tuple."""

    def __init__(self, item: Shape, *, length: int | None = None, unique: bool = False) -> None:
        self.item, self.length, self.unique = item, length, unique

    def read(self, value: object, path: str, faults: Faults) -> tuple[Any, ...]:
        if not isinstance(value, list):
            faults.append(fault(path, "plan-type", "this must be an array"))
            return ()
        before, given = len(faults), cast("list[object]", value)
        items = tuple(self.item.read(one, f"{path}[{index}]", faults) for index, one in enumerate(given))
        if self.length not in (None, len(items)):
            faults.append(fault(path, "plan-value", f"this must have {self.length} items"))
        if self.unique and len(faults) == before and len(set(items)) != len(items):
            faults.append(fault(path, "plan-value", "this must not hold one item twice"))
        return items

    def schema(self, shared: dict[str, Schema]) -> Schema:
        said: Schema = {"type": "array", "items": self.item.schema(shared)}
        if self.length is not None:
            said |= {"minItems": self.length, "maxItems": self.length}
        return said | ({"uniqueItems": True} if self.unique else {})


class Record:
    """An object whose members are all there and no others; becomes what `make` makes of them."""

    def __init__(self, make: Callable[..., Any], name: str = "", /, **members: Shape) -> None:
        self.make, self.name, self.members = make, name, members

    def read(self, value: object, path: str, faults: Faults) -> object:
        if not isinstance(value, Object):
            faults.append(fault(path, "plan-type", "this must be an object"))
            return None
        before = len(faults)
        self.check_names(value, path, faults)
        members = {
            name: shape.read(value[name], f"{path}.{name}", faults)
            for name, shape in self.members.items()
            if name in value
        }
        return self.make(**members) if len(faults) == before else None

    def check_names(self, value: Object, path: str, faults: Faults) -> None:
        for name in sorted(value.keys() - self.members.keys()):
            faults.append(fault(path, "plan-member-unknown", f"there is no member `{name}`"))
        for name in sorted(self.members.keys() - value.keys()):
            faults.append(fault(path, "plan-member-missing", f"the member `{name}` is missing"))
        for name in value.twice:
            faults.append(fault(path, "plan-member-twice", f"the member `{name}` stands twice"))

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
    """One of several records, told apart by the member `kind`."""

    def __init__(self, records: Mapping[str, Record]) -> None:
        self.records = records
        self.kind = Exactly(*records)

    def read(self, value: object, path: str, faults: Faults) -> object:
        if not isinstance(value, Object):
            faults.append(fault(path, "plan-type", "this must be an object"))
            return None
        kind, before = value.get("kind"), len(faults)
        self.kind.read(kind, f"{path}.kind", faults)
        if len(faults) != before:
            return None
        rest = Object([(name, member) for name, member in value.items() if name != "kind"])
        rest.twice = value.twice
        return self.records[cast("str", kind)].read(rest, path, faults)

    def schema(self, shared: dict[str, Schema]) -> Schema:
        return {"oneOf": [one.definition(shared, {"kind": {"const": kind}}) for kind, one in self.records.items()]}
