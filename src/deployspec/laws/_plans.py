"""The laws of what comes out: plans that can be kept, and that keep no secret."""

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
from deployspec._plans import diff, fingerprint, pin, plan_from_json, plan_to_json
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

# Longer than anything that could occur by chance, one for each thing that must not be seen.
_USERNAME, _PASSWORD, _TOKEN, _VALUE = (f"{what}-7b1e5d0c94f3a826" for what in ("user", "word", "token", "value"))
_SENTINEL = "7b1e5d0c94f3a826"


@law(tail=st.sampled_from(["", ":", "\n", " ", "é"]))
def secret(resolver: Resolver, app: App, platform_keyring: Keyring, tail: str) -> None:
    """No password, token, user name or value of another variable is in anything that is shown or kept."""
    asked, platform = _with_sentinels(app, tail), _secret_keyring(platform_keyring)
    for what, text in _shown(resolver, asked, platform):
        require(_SENTINEL not in text, f"a secret is in the {what}")


def _with_sentinels(app: App, tail: str) -> App:
    """Put a sentinel in the place of every value that is set, image and host apart."""
    profile = app.profile
    kept = {profile.image_variable, profile.host_variable}
    named = {profile.username_variable: _USERNAME, profile.password_variable: _PASSWORD}
    config = {
        name: value if name in kept or not value else named.get(name, _VALUE) + tail
        for name, value in app.config.items()
    }
    return attrs.evolve(app, config={**config, "UNRELATED": _VALUE}, keyring=_secret_keyring(app.keyring))


def _secret_keyring(keyring: Keyring) -> Keyring:
    def made(one: Credential) -> Credential:
        return attrs.evolve(one, username=_USERNAME, password=Secret(_PASSWORD), identity_token=Secret(_TOKEN))

    return Keyring(map(made, keyring.credentials))


def _shown(resolver: Resolver, app: App, platform_keyring: Keyring) -> Iterator[tuple[str, str]]:
    yield "app", f"{app} {app!r}"
    try:
        plan = resolver(app, platform_keyring=platform_keyring)
    except DeploySpecError as error:
        yield "exception", f"{error!r} {error.args}"
        yield "traceback", "".join(traceback.format_exception(error))
        yield "pickle of the exception", pickle.dumps(error).decode("latin-1")
        yield from _told(error.diagnostics)
    else:
        yield "plan", f"{plan} {plan!r} {plan:}"
        yield "trace", str(plan.trace)
        yield "JSON", plan_to_json(plan)
        yield "explanation", render.explain(plan)
        yield "pickle", pickle.dumps(plan).decode("latin-1")
        yield "credentials", repr(credentials_for(plan, app, platform_keyring=platform_keyring))
        yield from _told((*plan.diagnostics, *plan.unknowns))


def _told(diagnostics: tuple[Diagnostic, ...]) -> Iterator[tuple[str, str]]:
    yield "diagnostics", render.diagnostics(diagnostics)
    yield "diagnostics as JSON", render.diagnostics(diagnostics, format="json")
    yield "diagnostics for GitHub", render.diagnostics(diagnostics, format="github")


@law()
def round_trip(resolver: Resolver, app: App, platform_keyring: Keyring) -> None:
    """A plan comes back the same from JSON, pickle and copies, and equal plans have one hash."""
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
    """A canonical reference parses to itself, and a familiar one to the same, where it does in Go."""
    outcome = outcome_of(resolver, app, platform_keyring)
    planned = [pull.reference for pull in outcome.pulls] if isinstance(outcome, DeployPlan) else []
    for reference in (image, *planned):
        require(parse_reference(str(reference), default_tag=None) == reference, f"{reference} parses to another")
        if _is_familiar_in_go(reference):
            familiar = parse_reference(reference.familiar, default_tag=None)
            require(familiar == reference, f"{reference.familiar} is not {reference}")


def _is_familiar_in_go(reference: ImageReference) -> bool:
    """Not where the short text looks like one with a host, or like an image's id."""
    first, *rest = reference.path.removeprefix("library/").split("/")
    host_like = bool(rest) and (first == "localhost" or "." in first)
    return reference.host != "docker.io" or not (host_like or re.fullmatch("[0-9a-f]{64}", first))


@law()
def pin_keeps(resolver: Resolver, app: App, platform_keyring: Keyring) -> None:
    """Pinning puts every image at a digest, keeps the action, and pinning twice is pinning once."""
    plan = plan_of(resolver, app, platform_keyring)
    digests = {pull.reference.with_digest(None): f"sha256:{index % 16:064x}" for index, pull in enumerate(plan.pulls)}
    try:
        pinned = pin(plan, digests)
    except InvalidPlan:  # a build's image that no context can replace
        return
    require(type(pinned.action) is type(plan.action), "pinning changes the action")
    require(all(pull.reference.digest for pull in pinned.pulls), "an image is left without a digest")
    require(pin(pinned, digests) == pinned, "pinning twice is not pinning once")


@law(other=strategies.apps(kind="valid"))
def diff_is_of_fingerprints(resolver: Resolver, app: App, platform_keyring: Keyring, other: App) -> None:
    """A plan does not differ from itself, and two plans differ exactly when their fingerprints do."""
    plan = plan_of(resolver, app, platform_keyring)
    require(not diff(plan, plan).changes, "a plan differs from itself")
    silent = attrs.evolve(plan, diagnostics=(), trace=())
    require(fingerprint(silent) == fingerprint(plan), "what is told of a plan changes its fingerprint")
    variants = [attrs.evolve(app, keyring=Keyring()), attrs.evolve(app, config={**app.config, "MORE": ""}), other]
    for second in (outcome_of(resolver, variant, platform_keyring) for variant in variants):
        if isinstance(second, DeployPlan):
            same = fingerprint(second) == fingerprint(plan)
            require(same != bool(diff(plan, second).changes), "the difference and the fingerprints disagree")


@law()
def counterfactuals_resolve(resolver: Resolver, app: App, platform_keyring: Keyring) -> None:
    """What a counterfactual tells is what comes of resolving the app that it describes."""
    for one in counterfactuals(app, resolver=resolver, platform_keyring=platform_keyring):
        outcome = outcome_of(resolver, _changed(app, one.change), platform_keyring)
        require(one.outcome == outcome, f"it is not so that if you {one.change}, then {one.outcome}")


def _changed(app: App, change: str) -> App:
    """Do what a counterfactual says in words."""
    match change.split("`", maxsplit=1)[0].split():
        case ["unset"]:
            names = re.findall("`([^`]+)`", change)
            return attrs.evolve(app, config={k: v for k, v in app.config.items() if k not in names})
        case ["remove", "the", "keyring"]:
            return attrs.evolve(app, keyring=Keyring())
        case ["delete", "the", "Procfile"]:
            return attrs.evolve(app, procfile=None)
        case _:
            raise LawBroken(f"nobody can do this: {change}")
