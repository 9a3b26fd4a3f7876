"""Plans as JSON, and back without loss.

The text is an object with a format `version`. Every member is always there; an unknown version, an unknown member and a
missing one are faults. A union is told apart by `kind`, a reference is its canonical text.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeAlias, cast

import attrs

from deployspec._diagnostics import Diagnostic, InvalidPlan, InvalidReference, capped
from deployspec._plan import Build, DeployPlan, Extend, ImagePull, Pull, Recipe, Step
from deployspec._procfile import Service
from deployspec._reference import ImageReference, parse_reference
from deployspec._registry import CredentialRef, normal_scope

__all__ = ["plan_from_json", "plan_to_json"]

FORMAT_VERSION = 1

_KINDS: dict[type, str] = {Pull: "pull", Build: "build", Extend: "extend"}


def plan_to_json(plan: DeployPlan) -> str:
    """Return a plan as JSON text: ASCII, indented by two, ended by a line end.

    >>> from deployspec import App, resolve
    >>> text = plan_to_json(resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"}, "web: run")))
    >>> plan_from_json(text).action.image.reference.familiar
    'quay.io/acme/web:1'
    """
    return json.dumps({"version": FORMAT_VERSION, **_plain(plan), "complete": plan.complete}, indent=2) + "\n"


def _plain(value: object) -> Any:  # noqa: ANN401  # JSON is any of its types
    if isinstance(value, ImageReference):
        return str(value)
    if isinstance(value, Step):
        return value._asdict()
    if isinstance(value, tuple):
        return [_plain(one) for one in cast("tuple[object, ...]", value)]
    if not attrs.has(type(value)):
        return value
    members = {field.name: _plain(getattr(value, field.name)) for field in attrs.fields(cast("Any", type(value)))}
    return {"kind": _KINDS[type(value)], **members} if type(value) in _KINDS else members


def plan_from_json(text: str | bytes) -> DeployPlan:
    """Read a plan back from its JSON text.

    Raises `InvalidPlan` with every fault; each names the member by its JSON path (`$.action.image`).
    """
    try:
        document = json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        document = None
        faults = [_fault("$", "plan-syntax", "this is not the JSON text of a plan")]
    else:
        faults = list[Diagnostic]()
    if not faults:
        plan = _read_plan(document, "$", faults)
        if not faults:
            return cast("DeployPlan", plan)
    raise InvalidPlan(capped(faults))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError
    return members


def _fault(path: str, code: str, message: str) -> Diagnostic:
    return Diagnostic(code, f"`{path}`: {message}", source="plan")


# Readers: each takes a JSON value and its path, adds to the faults, and returns the value meant.

_Faults: TypeAlias = list[Diagnostic]
_Reader: TypeAlias = Callable[[Any, str, _Faults], Any]


def _type(*kinds: type) -> _Reader:
    names = " or ".join({str: "a string", int: "an integer", bool: "a boolean", type(None): "null"}[k] for k in kinds)

    def read(value: object, path: str, faults: _Faults) -> object:
        # By exact type, since `True` is an `int` to Python.
        if type(value) not in kinds:
            faults.append(_fault(path, "plan-type", f"this must be {names}"))
        return value

    return read


def _one_of(*words: str) -> _Reader:
    def read(value: object, path: str, faults: _Faults) -> object:
        if value not in words:
            faults.append(_fault(path, "plan-value", f"this must be one of {', '.join(words)}"))
        return value

    return read


def _array(item: _Reader) -> _Reader:
    def read(value: object, path: str, faults: _Faults) -> object:
        if not isinstance(value, list):
            faults.append(_fault(path, "plan-type", "this must be an array"))
            return ()
        items = cast("list[object]", value)
        return tuple(item(one, f"{path}[{index}]", faults) for index, one in enumerate(items))

    return read


def _optional(reader: _Reader) -> _Reader:
    return lambda value, path, faults: None if value is None else reader(value, path, faults)


def _record(make: Callable[..., Any], /, **members: _Reader) -> _Reader:
    def read(value: object, path: str, faults: _Faults) -> object:
        if not isinstance(value, dict):
            faults.append(_fault(path, "plan-type", "this must be an object"))
            return None
        before, given = len(faults), cast("dict[str, object]", value)
        for name in sorted(given.keys() - members.keys()):
            faults.append(_fault(path, "plan-member-unknown", f"there is no member `{name}`"))
        for name in sorted(members.keys() - given.keys()):
            faults.append(_fault(path, "plan-member-missing", f"the member `{name}` is missing"))
        read_members = {n: reader(given[n], f"{path}.{n}", faults) for n, reader in members.items() if n in given}
        return make(**read_members) if len(faults) == before else None

    return read


def _reference(value: object, path: str, faults: _Faults) -> ImageReference | None:
    try:
        reference = parse_reference(value, default_tag=None) if isinstance(value, str) else None
    except InvalidReference:
        reference = None
    if reference is None or str(reference) != value:
        faults.append(_fault(path, "plan-value", "this must be an image reference in canonical form"))
    return reference


def _scope(value: object, path: str, faults: _Faults) -> object:
    if not isinstance(value, str) or normal_scope(value) != value:
        faults.append(_fault(path, "plan-value", "this must be a registry, or a path in one, in normal form"))
    return value


def _pair(value: object, path: str, faults: _Faults) -> object:
    pair = _array(_TEXT)(value, path, faults)
    if len(pair) != 2:  # noqa: PLR2004  # a pair
        faults.append(_fault(path, "plan-value", "this must be a name and a value"))
    return pair


def _by_kind(**kinds: _Reader) -> _Reader:
    known = _one_of(*kinds)

    def read(value: object, path: str, faults: _Faults) -> object:
        members = dict(cast("dict[str, object]", value)) if isinstance(value, dict) else {}
        kind, before = members.pop("kind", None), len(faults)
        known(kind, f"{path}.kind", faults)
        return kinds[cast("str", kind)](members, path, faults) if len(faults) == before else None

    return read


def _version(value: object, path: str, faults: _Faults) -> object:
    if type(value) is not int or value != FORMAT_VERSION:
        faults.append(
            _fault(path, "plan-version", f"this must be {FORMAT_VERSION}, the one version this library knows")
        )
    return value


_TEXT, _NUMBER, _TRUTH = _type(str), _type(int), _type(bool)
_OPTIONAL_TEXT, _OPTIONAL_NUMBER = _optional(_TEXT), _optional(_NUMBER)
_CREDENTIAL = _record(CredentialRef, scope=_scope, owner=_one_of("app", "platform"), source=_TEXT)
_IMAGE = _record(
    ImagePull,
    reference=_reference,
    platform=_OPTIONAL_TEXT,
    role=_one_of("pull", "from", "copy", "mount", "frontend"),
    credential=_optional(_CREDENTIAL),
)
_RECIPE = _record(
    Recipe,
    dockerfile_path=_TEXT,
    dockerfile_digest=_TEXT,
    context=_TEXT,
    target=_TEXT,
    platform=_TEXT,
    build_platform=_OPTIONAL_TEXT,
    args=_array(_pair),
    contexts=_array(_pair),
    revision=_OPTIONAL_TEXT,
    images=_array(_IMAGE),
)
_DIAGNOSTIC = _record(
    Diagnostic,
    code=_TEXT,
    message=_TEXT,
    severity=_one_of("error", "warning", "note"),
    hint=_OPTIONAL_TEXT,
    source=_OPTIONAL_TEXT,
    line=_OPTIONAL_NUMBER,
    column=_OPTIONAL_NUMBER,
)


def _plan(*, version: int, complete: bool, **members: Any) -> DeployPlan:  # noqa: ANN401  # checked by their readers
    del version, complete
    return DeployPlan(**members)


_PLAN = _record(
    _plan,
    version=_version,
    action=_by_kind(
        pull=_record(Pull, image=_IMAGE), build=_record(Build, recipe=_RECIPE), extend=_record(Extend, recipe=_RECIPE)
    ),
    services=_array(_record(Service, name=_TEXT, command=_OPTIONAL_TEXT, line=_OPTIONAL_NUMBER)),
    environment=_array(_TEXT),
    pulls=_array(_IMAGE),
    unknowns=_array(_DIAGNOSTIC),
    profile=_TEXT,
    diagnostics=_array(_DIAGNOSTIC),
    trace=_array(_record(Step, rule=_TEXT, subject=_TEXT, outcome=_TEXT)),
    complete=_TRUTH,
)


def _read_plan(document: object, path: str, faults: _Faults) -> object:
    plan = _PLAN(document, path, faults)
    if not faults and plan.complete != cast("dict[str, object]", document)["complete"]:
        faults.append(_fault("$.complete", "plan-value", "this contradicts `$.unknowns`"))
    return plan
