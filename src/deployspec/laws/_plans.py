"""Laws about the outputs: plans can be stored and compared, and contain no secrets."""

from __future__ import annotations

import copy
import pickle
import re
import traceback
from collections.abc import Callable, Iterator

import attrs
from hypothesis import strategies as st

from deployspec import render, strategies
from deployspec._app import App
from deployspec._core.diagnostics import DeploySpecError, Diagnostic, InvalidPlan
from deployspec._core.secret import Secret
from deployspec._logins.credentials import Credential, Keyring
from deployspec._plan import DeployPlan
from deployspec._plans import (
    check_lock,
    diff,
    fingerprint,
    lock_to_json,
    parse_lock,
    pin,
    pins_needed,
    plan_from_json,
    plan_to_json,
)
from deployspec._references.reference import ImageReference, parse_reference
from deployspec._resolve.counterfactuals import counterfactuals
from deployspec._resolve.credentials_for import credentials_for
from deployspec._resolve.resolve import Resolver
from deployspec.laws._law import LawBroken, law, outcome_of, plan_of, require

__all__ = [
    "counterfactuals_resolve",
    "diff_is_of_fingerprints",
    "pin_keeps",
    "references_canonical",
    "round_trip",
    "secret",
]

# One for each kind of secret, and too long to occur by chance.
_USERNAME, _PASSWORD, _TOKEN, _VALUE = (f"{kind}-7b1e5d0c94f3a826" for kind in ("user", "word", "token", "value"))
_SENTINEL = "7b1e5d0c94f3a826"


@law(tail=st.sampled_from(["", ":", "\n", " ", "é"]))
def secret(resolver: Resolver, app: App, platform_keyring: Keyring, tail: str) -> None:
    """No output contains a password, a token, a user name or the value of another variable."""
    marked, platform = _with_sentinels(app, tail), _secret_keyring(platform_keyring)
    for output, text in _outputs(resolver, marked, platform):
        require(_SENTINEL not in text, f"the {output} contains a secret")


def _with_sentinels(app: App, tail: str) -> App:
    """Replace each value that is set, except image and host, by a sentinel."""
    profile = app.profile
    kept = {profile.image_variable, profile.host_variable}
    named = {profile.username_variable: _USERNAME, profile.password_variable: _PASSWORD}
    config = {
        name: value if name in kept or not value else named.get(name, _VALUE) + tail
        for name, value in app.config.items()
    }
    return attrs.evolve(app, config={**config, "UNRELATED": _VALUE}, keyring=_secret_keyring(app.keyring))


def _secret_keyring(keyring: Keyring) -> Keyring:
    def marked(login: Credential) -> Credential:
        return attrs.evolve(login, username=_USERNAME, password=Secret(_PASSWORD), identity_token=Secret(_TOKEN))

    return Keyring(map(marked, keyring.credentials))


def _outputs(resolver: Resolver, app: App, platform_keyring: Keyring) -> Iterator[tuple[str, str]]:
    yield "app", f"{app} {app!r}"
    try:
        plan = resolver(app, platform_keyring=platform_keyring)
    except DeploySpecError as error:
        yield "exception", f"{error!r} {error.args}"
        yield "traceback", "".join(traceback.format_exception(error))
        yield "pickle of the exception", pickle.dumps(error).decode("latin-1")
        yield from _diagnostics(error.diagnostics)
    else:
        yield "plan", f"{plan} {plan!r} {plan:}"
        yield "trace", str(plan.trace)
        yield "JSON", plan_to_json(plan)
        yield "explanation", render.explain(plan)
        yield "pickle", pickle.dumps(plan).decode("latin-1")
        yield "credentials", repr(credentials_for(plan, app, platform_keyring=platform_keyring))
        yield from _diagnostics((*plan.diagnostics, *plan.unknowns))


def _diagnostics(diagnostics: tuple[Diagnostic, ...]) -> Iterator[tuple[str, str]]:
    yield "diagnostics", render.diagnostics(diagnostics)
    yield "diagnostics as JSON", render.diagnostics(diagnostics, format="json")
    yield "diagnostics for GitHub", render.diagnostics(diagnostics, format="github")


@law()
def round_trip(resolver: Resolver, app: App, platform_keyring: Keyring) -> None:
    """A plan is the same after a round trip through JSON, pickle and copies, and equal plans have equal hashes."""
    plan = plan_of(resolver, app, platform_keyring)
    again: dict[str, Callable[[], DeployPlan]] = {
        "JSON": lambda: plan_from_json(plan_to_json(plan)),
        "pickle": lambda: pickle.loads(pickle.dumps(plan)),  # noqa: S301  # our own
        "copy": lambda: copy.copy(plan),
        "deepcopy": lambda: copy.deepcopy(plan),
    }
    for how, made in again.items():
        try:
            other = made()
            same = (other == plan, hash(other) == hash(plan))
        except Exception as error:
            raise LawBroken(f"{how} fails: {error}") from error
        require(same == (True, True), f"{how} changes the plan or its hash")


@law(image=strategies.image_references())
def references_canonical(resolver: Resolver, app: App, platform_keyring: Keyring, image: ImageReference) -> None:
    """The canonical form of a reference parses to the reference; so does the familiar form if it does in Go."""
    outcome = outcome_of(resolver, app, platform_keyring)
    planned = [pull.reference for pull in outcome.pulls] if isinstance(outcome, DeployPlan) else []
    for reference in (image, *planned):
        require(parse_reference(str(reference), default_tag=None) == reference, f"{reference} parses to another")
        if _is_familiar_in_go(reference):
            familiar = parse_reference(reference.familiar, default_tag=None)
            require(familiar == reference, f"{reference.familiar} is not {reference}")


def _is_familiar_in_go(reference: ImageReference) -> bool:
    """Return false if the familiar form looks like a reference with a host, or like the id of an image."""
    first, *rest = reference.path.removeprefix("library/").split("/")
    host_like = bool(rest) and (first == "localhost" or "." in first)
    return reference.host != "docker.io" or not (host_like or re.fullmatch("[0-9a-f]{64}", first))


@law()
def pin_keeps(resolver: Resolver, app: App, platform_keyring: Keyring) -> None:
    """Pinning gives every image a digest, keeps the action and is idempotent; a lock file has the same effect."""
    plan = plan_of(resolver, app, platform_keyring)
    digests = {pull.reference.with_digest(None): f"sha256:{index % 16:064x}" for index, pull in enumerate(plan.pulls)}
    try:
        pinned = pin(plan, digests)
    except InvalidPlan:  # an image of a build that no named context can replace
        return
    require(type(pinned.action) is type(plan.action), "pinning changes the action")
    require(all(pull.reference.digest for pull in pinned.pulls), "an image has no digest")
    require(pin(pinned, digests) == pinned, "pinning is not idempotent")
    needed = {reference: digests[parse_reference(reference)] for reference in pins_needed(plan)}
    lock = parse_lock(lock_to_json(needed))
    require(pin(plan, lock) == pin(plan, needed), "pinning with a lock file gives another plan")
    require(check_lock(plan, lock) == (), "the lock file of a plan does not fit it")


@law(other="valid")
def diff_is_of_fingerprints(resolver: Resolver, app: App, platform_keyring: Keyring, other: App) -> None:
    """A plan does not differ from itself, and two plans differ if and only if their fingerprints differ."""
    plan = plan_of(resolver, app, platform_keyring)
    require(not diff(plan, plan).changes, "a plan differs from itself")
    silent = attrs.evolve(plan, diagnostics=(), trace=())
    require(fingerprint(silent) == fingerprint(plan), "diagnostics or trace change the fingerprint")
    variants = [attrs.evolve(app, keyring=Keyring()), attrs.evolve(app, config={**app.config, "MORE": ""}), other]
    for second in (outcome_of(resolver, variant, platform_keyring) for variant in variants):
        if isinstance(second, DeployPlan):
            same = fingerprint(second) == fingerprint(plan)
            require(same != bool(diff(plan, second).changes), "the difference contradicts the fingerprints")


@law()
def counterfactuals_resolve(resolver: Resolver, app: App, platform_keyring: Keyring) -> None:
    """The outcome of a counterfactual is the outcome of resolving the app that it describes."""
    for found in counterfactuals(app, resolver=resolver, platform_keyring=platform_keyring):
        outcome = outcome_of(resolver, _changed(app, found.change), platform_keyring)
        require(found.outcome == outcome, f"if you {found.change}, the outcome is not {found.outcome}")


def _changed(app: App, change: str) -> App:
    """Make the change that a counterfactual describes."""
    match change.split("`", maxsplit=1)[0].split():
        case ["unset"]:
            names = re.findall("`([^`]+)`", change)
            return attrs.evolve(app, config={name: value for name, value in app.config.items() if name not in names})
        case ["remove", "the", "keyring"]:
            return attrs.evolve(app, keyring=Keyring())
        case ["delete", "the", "Procfile"]:
            return attrs.evolve(app, procfile=None)
        case _:
            raise LawBroken(f"unknown change: {change}")
