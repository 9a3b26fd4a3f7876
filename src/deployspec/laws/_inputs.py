"""The laws of what goes in: which input counts, and which does not."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
from hypothesis import assume
from hypothesis import strategies as st

from deployspec import strategies
from deployspec._app import App
from deployspec._core.diagnostics import Diagnostic
from deployspec._logins.credentials import Keyring
from deployspec._plan import DeployPlan
from deployspec._procfile.procfile import Service, parse_procfile
from deployspec._resolve.resolve import Resolver
from deployspec.laws._law import LawBroken, Outcome, law, outcome_of, plan_of, require

__all__ = [
    "deterministic",
    "edits_are_located",
    "empty_is_unset",
    "environment_exact",
    "image_wins",
    "services_in_order",
    "total",
    "unrelated_variables",
]


@law()
def total(resolver: Resolver, app: App, platform_keyring: Keyring) -> None:
    """Any input of the declared types gives a plan without errors, or a `DeploySpecError` with one at least."""
    try:
        outcome = outcome_of(resolver, app, platform_keyring)
    except Exception as error:
        raise LawBroken(f"a {type(error).__name__} left the resolver") from error
    refused = not isinstance(outcome, DeployPlan)
    diagnostics = outcome if not isinstance(outcome, DeployPlan) else outcome.diagnostics
    failed = any(one.severity == "error" for one in diagnostics)
    require(refused == failed, f"{'refused' if refused else 'planned'} with the diagnostics {diagnostics}")


@law()
def deterministic(resolver: Resolver, app: App, platform_keyring: Keyring) -> None:
    """One input has one outcome, in whichever order its mappings and keyrings stand."""
    build = attrs.evolve(app.build, args=_turned(app.build.args), contexts=_turned(app.build.contexts))
    turned = attrs.evolve(app, config=_turned(app.config), build=build, keyring=_turned_keyring(app.keyring))
    first = outcome_of(resolver, app, platform_keyring)
    require(outcome_of(resolver, app, platform_keyring) == first, "the same input has two outcomes")
    again = outcome_of(resolver, turned, _turned_keyring(platform_keyring))
    require(again == first, "the order of a mapping changes the outcome")


def _turned(mapping: Mapping[str, str]) -> dict[str, str]:
    return dict(reversed(list(mapping.items())))


def _turned_keyring(keyring: Keyring) -> Keyring:
    return Keyring(keyring.credentials[::-1])


@law(image=strategies.image_texts(), dockerfile=strategies.dockerfile_texts() | st.binary(max_size=9))
def image_wins(resolver: Resolver, app: App, platform_keyring: Keyring, image: str, dockerfile: str | bytes) -> None:
    """With the image variable set, no Dockerfile changes anything but the note that it is ignored."""
    config = {app.profile.image_variable: image, **app.config}
    assume(config[app.profile.image_variable].strip())
    without = outcome_of(resolver, attrs.evolve(app, config=config, dockerfile=None), platform_keyring)
    with_it = outcome_of(resolver, attrs.evolve(app, config=config, dockerfile=dockerfile), platform_keyring)
    require(_without_note(with_it) == without, "an ignored Dockerfile changes the outcome")
    if isinstance(with_it, DeployPlan):
        codes = [one.code for one in with_it.diagnostics]
        require("dockerfile-ignored" in codes, "nothing tells that the Dockerfile is ignored")


def _without_note(outcome: Outcome) -> Outcome:
    if isinstance(outcome, DeployPlan):
        return attrs.evolve(outcome, diagnostics=_others(outcome.diagnostics))
    return _others(outcome)


def _others(diagnostics: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    return tuple(one for one in diagnostics if one.code != "dockerfile-ignored")


@law(choices=st.lists(st.booleans(), min_size=5, max_size=5))
def empty_is_unset(resolver: Resolver, app: App, platform_keyring: Keyring, choices: list[bool]) -> None:
    """A control variable that is an empty string is one that is not set."""
    control = sorted(app.profile.control_variables)
    empty = {name for name, chosen in zip(control, choices, strict=False) if chosen}
    unset = {name: value for name, value in app.config.items() if name not in empty}
    first = outcome_of(resolver, attrs.evolve(app, config=unset), platform_keyring)
    second = outcome_of(resolver, attrs.evolve(app, config={**unset, **dict.fromkeys(empty, "")}), platform_keyring)
    require(first == second, f"it matters whether {', '.join(sorted(empty))} is empty or unset")


@law()
def services_in_order(resolver: Resolver, app: App, platform_keyring: Keyring) -> None:
    """The services are the Procfile's, in its order."""
    plan = plan_of(resolver, app, platform_keyring)
    wanted = (Service("cmd", None),) if app.procfile is None else parse_procfile(app.procfile).services
    require(plan.services == wanted, f"the services are {plan.services}, but the Procfile says {wanted}")


@law()
def environment_exact(resolver: Resolver, app: App, platform_keyring: Keyring) -> None:
    """The environment is exactly the names that steer nothing, sorted."""
    plan = plan_of(resolver, app, platform_keyring)
    profile = app.profile
    control = {profile.image_variable, profile.username_variable, profile.password_variable, profile.email_variable}
    wanted = tuple(sorted(name for name in app.config if name not in control | {profile.host_variable}))
    require(plan.environment == wanted, f"the environment is {plan.environment}, not {wanted}")


@law(value=st.text(max_size=9), changed=st.text(max_size=9))
def unrelated_variables(  # a law of two values
    resolver: Resolver, app: App, platform_keyring: Keyring, value: str, changed: str
) -> None:
    """A variable that steers nothing changes the environment and nothing else, and its value changes nothing at all."""
    name = "UNRELATED"
    config = {other: kept for other, kept in app.config.items() if other != name}
    without = outcome_of(resolver, attrs.evolve(app, config=config), platform_keyring)
    with_it = outcome_of(resolver, attrs.evolve(app, config={**config, name: value}), platform_keyring)
    again = outcome_of(resolver, attrs.evolve(app, config={**config, name: changed}), platform_keyring)
    require(with_it == again, "the value of an unrelated variable changes the outcome")
    if isinstance(with_it, DeployPlan) and isinstance(without, DeployPlan):
        require({*with_it.environment} == {*without.environment, name}, "an unrelated variable is not passed on")
        with_it = attrs.evolve(with_it, environment=without.environment)
    require(with_it == without, "an unrelated variable changes more than the environment")


@law(app=strategies.apps(kind="valid"), data=st.data())
def edits_are_located(resolver: Resolver, app: App, platform_keyring: Keyring, data: st.DataObject) -> None:
    """A valid input with one character changed resolves, or is refused at places that lie in the text or at its end."""
    edited, source = _edited(app, data)
    outcome = outcome_of(resolver, edited, platform_keyring)
    for one in outcome if not isinstance(outcome, DeployPlan) else outcome.diagnostics:
        text = {
            "Procfile": edited.procfile,
            app.build.dockerfile_path: edited.dockerfile,
            app.profile.image_variable: edited.config.get(app.profile.image_variable),
        }.get(one.source or source)
        require(text is None or _lies_in(one, str(text)), f"{one} lies outside {text!r}")


def _edited(app: App, data: st.DataObject) -> tuple[App, str]:
    """Edit the Procfile, the Dockerfile or the image; tell which."""
    image = app.profile.image_variable
    texts = {"Procfile": app.procfile, "Dockerfile": app.dockerfile, image: app.config.get(image)}
    source = data.draw(st.sampled_from(sorted(name for name, text in texts.items() if text is not None)))
    text = data.draw(strategies.edits(st.just(str(texts[source]))))
    if source == image:
        return attrs.evolve(app, config={**app.config, image: text}), source
    edited = attrs.evolve(app, procfile=text) if source == "Procfile" else attrs.evolve(app, dockerfile=text)
    return edited, source


def _lies_in(one: Diagnostic, text: str) -> bool:
    lines = text.split("\n")
    if one.line is not None and not 1 <= one.line <= len(lines):
        return False
    longest = len(text if one.line is None else lines[one.line - 1]) + 1
    return one.column is None or 1 <= one.column <= longest
