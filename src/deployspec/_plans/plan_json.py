"""Plans as JSON text, and plans from JSON text.

The text is an object with the `version` of its format. All members are required: an unknown version, an unknown member
and a missing member are errors. The member `kind` distinguishes the variants of a union; a reference is written in its
canonical form.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, cast

from deployspec._core.arguments import check_type
from deployspec._core.diagnostics import CODE, Diagnostic, InvalidPlan, InvalidReference
from deployspec._core.json_scan import error_place
from deployspec._core.mounts import BuildSecret, BuildSsh
from deployspec._logins.credentials import CredentialRef
from deployspec._logins.scope import HUB_IN_REFERENCES, normal_scope, own_scope
from deployspec._plan import (
    BUILD_NAME,
    FORMAT_VERSION,
    Build,
    DeployPlan,
    Extend,
    ImagePull,
    Pull,
    Recipe,
    Step,
    plan_to_dict,
)
from deployspec._plans.contradictions import check_contradictions
from deployspec._plans.shapes import (
    Array,
    Boolean,
    Exactly,
    Number,
    Object,
    OneOf,
    Optional,
    Pair,
    Parsed,
    PlanErrors,
    Record,
    Schema,
    Text,
)
from deployspec._procfile.procfile import Service
from deployspec._references.grammar import DOCKER_HUB
from deployspec._references.origin import Origin
from deployspec._references.reference import ImageReference, parse_reference

__all__ = ["plan_from_dict", "plan_from_json", "plan_schema", "plan_to_json"]


def plan_to_json(plan: DeployPlan) -> str:
    """Return a plan as JSON text: ASCII, indented by two spaces, with a final line end.

    >>> from deployspec import App, resolve
    >>> text = plan_to_json(resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"}, "web: run")))
    >>> plan_from_json(text).action.image.reference.familiar
    'quay.io/acme/web:1'
    """
    return json.dumps(plan_to_dict(plan), indent=2) + "\n"


def plan_from_json(text: str | bytes) -> DeployPlan:
    """Parse a plan from its JSON text.

    Raises `InvalidPlan` with every error, or with only `plan-version` if the format has another version. Each error
    names the value by its JSON path; a text that is not JSON is reported with line and column.

    >>> plan_from_json('{"version": 2}')
    Traceback (most recent call last):
    deployspec.InvalidPlan: plan: error[plan-version]: `$.version` must be 1
    """
    check_type("text", text, str, bytes)
    errors = PlanErrors()
    document = _parse(text, errors)
    plan = None if errors.failed else _read(document, errors)
    errors.raise_if_failed(InvalidPlan)
    return cast("DeployPlan", plan)


def plan_from_dict(document: Mapping[str, Any]) -> DeployPlan:
    """Return the plan of a JSON object, as `plan_to_dict` makes it.

    Raises the same errors as `plan_from_json`, and `InvalidPlan` (`plan-syntax`) for values that JSON does not have.

    >>> from deployspec import App, resolve
    >>> plan = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"}, "web: run"))
    >>> plan_from_dict(plan_to_dict(plan)) == plan
    True
    """
    check_type("document", document, Mapping)
    errors = PlanErrors()
    text = "null"
    try:
        # Through text, so that both forms accept the same documents.
        text = json.dumps(dict(document))
    except (TypeError, ValueError, RecursionError):
        errors.error("plan-syntax", "plan contains a value that JSON does not have")
    errors.raise_if_failed(InvalidPlan)
    return plan_from_json(text)


def plan_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a plan's JSON, which accepts a document if `plan_from_json` does.

    Two rules cannot be expressed in a schema and are only checked by `plan_from_json`: the members of an object are
    unique, and members do not contradict each other (`plan-contradiction`).

    >>> schema = plan_schema()
    >>> schema["$schema"], schema["$id"]
    ('https://json-schema.org/draft/2020-12/schema', 'urn:deployspec:plan:1')
    """
    shared: dict[str, Schema] = {}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:deployspec:plan:{FORMAT_VERSION}",
        "title": "A deploy plan",
        **_PLAN.definition(shared, {}),
        # `complete` follows from `unknowns` and must not contradict it.
        "if": {"properties": {"unknowns": {"items": {"properties": {"severity": {"const": "note"}}}}}},
        "then": {"properties": {"complete": {"const": True}}},
        "else": {"properties": {"complete": {"const": False}}},
        "$defs": dict(sorted(shared.items())),
    }


# Reading


def _parse(text: str | bytes, errors: PlanErrors) -> object:
    try:
        return json.loads(
            text, object_pairs_hook=Object, parse_float=_number, parse_constant=lambda _: cast("object", _refuse())
        )
    except json.JSONDecodeError as error:
        line, column = error_place(error)
        errors.error("plan-syntax", "plan is not valid JSON", line=line, column=column)
    except (ValueError, RecursionError):
        errors.error("plan-syntax", "plan is not valid JSON")
    return None


def _refuse() -> None:
    """Reject `NaN` and `Infinity`, which are not valid JSON."""
    raise ValueError


def _number(text: str) -> int | float:
    """Read a number; one without a fraction is an integer in any notation, as in JSON Schema."""
    number = float(text)
    return int(number) if number.is_integer() else number


def _read(document: object, errors: PlanErrors) -> DeployPlan | None:
    if isinstance(document, Object) and "version" in document:
        _VERSION.read(document["version"], "$.version", errors)
    plan = None if errors.count else cast("DeployPlan", _PLAN.read(document, "$", errors))
    if plan is None or errors.count:
        return None
    if plan.complete != cast("Object", document)["complete"]:
        errors.error("plan-value", "`$.complete` contradicts `$.unknowns`")
    else:
        check_contradictions(plan, errors)
    return plan


# The shape of a plan

_DIGEST = "sha256:[0-9a-f]{64}"
_ANY_DIGEST = f"@(?:{_DIGEST}|sha384:[0-9a-f]{{96}}|sha512:[0-9a-f]{{128}})"
_COMPONENT = "[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*"


def _host(letters: str, hexadecimal: str) -> str:
    label = f"[{letters}0-9](?:[{letters}0-9-]*[{letters}0-9])?"
    return rf"(?:{label}(?:\.{label})*|\[[{hexadecimal}:]+\])(?::[0-9]+)?"


_REFERENCE = (
    # A host contains a dot, a colon or an upper-case letter, or is `localhost`; Docker Hub has one canonical spelling.
    r"(?=[^/]*[.:A-Z]|localhost/)(?!index\.docker\.io/)(?!docker\.io/[^/]*$)(?!.{1025})"
    rf"{_host('A-Za-z', '0-9a-fA-F')}/(?![^:@]{{256}}){_COMPONENT}(?:/{_COMPONENT})*"
    rf"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}}(?:{_ANY_DIGEST})?|{_ANY_DIGEST})"
)
_SCOPE = (
    rf"(?!(?:{'|'.join(sorted(map(re.escape, HUB_IN_REFERENCES - {DOCKER_HUB})))})(?:/|$))"
    rf"(?![^/]*/v[12]$){_host('a-z', '0-9a-f')}(?:/{_COMPONENT})*"
)
_PLATFORM = r"[A-Za-z0-9_-]+(?:\([A-Za-z0-9_.-]+\))?/[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)?"


def _canonical(text: str) -> ImageReference | None:
    try:
        reference = parse_reference(text)
    except InvalidReference:
        return None
    return reference if str(reference) == text else None


_IMAGE_NAME = Parsed("an image reference in canonical form, with a tag or a digest", _REFERENCE, _canonical)


def _image(name: str, *roles: str) -> Record:
    return Record(
        ImagePull,
        name,
        reference=_IMAGE_NAME,
        platform=Optional(Text("a platform in canonical form", _PLATFORM)),
        role=Exactly(*roles),
        credential=Optional(_CREDENTIAL),
        mirror=Optional(_IMAGE_NAME),
        line=Optional(Number()),
        origins=Array(_ORIGIN),
    )


def _plan(*, version: int, complete: bool, **members: Any) -> DeployPlan:  # noqa: ANN401  # the shapes check their types
    del version, complete
    return DeployPlan(**members)


_VERSION = Exactly(FORMAT_VERSION, code="plan-version")
_CREDENTIAL = Record(
    CredentialRef,
    "credential",
    scope=Text(
        "a registry or a path in a registry, in canonical form",
        _SCOPE,
        accepts=lambda value: value in (normal_scope(value), own_scope(value)),
    ),
    owner=Exactly("app", "platform"),
    source=Text(),
)
_ORIGIN = Record(
    Origin,
    "origin",
    kind=Exactly("arg", "default", "build-arg", "build-context", "predefined"),
    name=Text(),
    line=Optional(Number()),
)
_PAIRS = Array(Pair(Text("a name without whitespace, `=`, `${`, `%{` or a leading `-`", BUILD_NAME)))
_ID = Text("a non-empty id", r"[\s\S]+")
_RECIPE = Record(
    Recipe,
    "recipe",
    dockerfile_path=Text(),
    dockerfile_digest=Text("`sha256:` followed by 64 hexadecimal digits", _DIGEST),
    context=Text(),
    target=Text(),
    platform=Text(),
    build_platform=Optional(Text()),
    args=_PAIRS,
    contexts=_PAIRS,
    revision=Optional(Text()),
    images=Array(_image("base", "from", "copy", "mount")),
    features=Array(Text("a name in kebab-case", "[a-z]+(?:-[a-z]+)*"), unique=True),
    secrets=Array(
        Record(
            BuildSecret,
            "secret",
            id=_ID,
            required=Boolean(),
            target=Optional(Text()),
            env=Optional(Text()),
            line=Number(),
        )
    ),
    ssh=Array(Record(BuildSsh, "ssh", id=_ID, required=Boolean(), target=Optional(Text()), line=Number())),
)
_DIAGNOSTICS = Array(
    Record(
        Diagnostic,
        "diagnostic",
        code=Text("a code in kebab-case", CODE),
        message=Text(),
        severity=Exactly("error", "warning", "note"),
        hint=Optional(Text()),
        source=Optional(Text()),
        line=Optional(Number()),
        column=Optional(Number()),
        end_line=Optional(Number()),
        end_column=Optional(Number()),
    )
)
_PLAN = Record(
    _plan,
    version=_VERSION,
    action=OneOf(
        {
            "pull": Record(Pull, image=_image("app-image", "app")),
            "build": Record(Build, recipe=_RECIPE),
            "extend": Record(Extend, recipe=_RECIPE),
        }
    ),
    services=Array(
        Record(
            Service,
            "service",
            name=Text("a service name", "[A-Za-z0-9_-]{1,63}"),
            command=Optional(Text()),
            line=Optional(Number()),
        )
    ),
    environment=Array(Text("a variable name", r"[^\-=\x00][^=\x00]*"), unique=True),
    pulls=Array(_image("pull", "app", "from", "copy", "mount", "frontend")),
    unknowns=_DIAGNOSTICS,
    profile=Text(),
    diagnostics=_DIAGNOSTICS,
    trace=Array(Record(Step, "step", rule=Text(), subject=Text(), outcome=Text())),
    complete=Boolean(),
)
