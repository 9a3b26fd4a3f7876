"""Laws about the inputs: which of them have an effect, and which do not."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import hypothesis
from hypothesis import assume
from hypothesis import strategies as st

from deployspec import strategies
from deployspec._app import App
from deployspec._core.diagnostics import Diagnostic
from deployspec._dockerfile import parse_dockerfile
from deployspec._logins.credentials import Keyring
from deployspec._plan import DeployPlan, Pull
from deployspec._procfile.procfile import Service, parse_procfile
from deployspec._resolve.resolve import Resolver
from deployspec.laws._law import LawBroken, Outcome, law, outcome_of, plan_of, require

__all__ = [
    "deterministic",
    "edits_are_located",
    "empty_is_unset",
    "environment_exact",
    "image_wins",
    "secrets_of_needed_stages",
    "services_in_order",
    "total",
    "unrelated_variables",
]


@law()
def total(resolver: Resolver, app: App, platform_keyring: Keyring) -> None:
    """Any input of the declared types gives a plan without errors, or a `DeploySpecError` with at least one error."""
    try:
        outcome = outcome_of(resolver, app, platform_keyring)
    except Exception as error:
        raise LawBroken(f"the resolver raised {type(error).__name__}") from error
    refused = not isinstance(outcome, DeployPlan)
    diagnostics = outcome if not isinstance(outcome, DeployPlan) else outcome.diagnostics
    failed = any(diagnostic.severity == "error" for diagnostic in diagnostics)
    require(
        refused == failed,
        f"the resolver {'raised' if refused else 'returned a plan'} with the diagnostics {diagnostics}",
    )


@law()
def deterministic(resolver: Resolver, app: App, platform_keyring: Keyring) -> None:
    """The same input always has the same outcome; the order of its mappings and keyrings does not matter."""
    build = attrs.evolve(app.build, args=_reversed(app.build.args), contexts=_reversed(app.build.contexts))
    reordered = attrs.evolve(app, config=_reversed(app.config), build=build, keyring=_reversed_keyring(app.keyring))
    first = outcome_of(resolver, app, platform_keyring)
    require(outcome_of(resolver, app, platform_keyring) == first, "the same input has two outcomes")
    again = outcome_of(resolver, reordered, _reversed_keyring(platform_keyring))
    require(again == first, "the order of a mapping changes the outcome")


def _reversed(mapping: Mapping[str, str]) -> dict[str, str]:
    return dict(reversed(list(mapping.items())))


def _reversed_keyring(keyring: Keyring) -> Keyring:
    return Keyring(keyring.credentials[::-1])


@law(image=strategies.image_texts(), dockerfile=strategies.dockerfile_texts() | st.binary(max_size=9))
def image_wins(resolver: Resolver, app: App, platform_keyring: Keyring, image: str, dockerfile: str | bytes) -> None:
    """If the image variable is set, a Dockerfile only adds the note that it is ignored."""
    config = {app.profile.image_variable: image, **app.config}
    assume(config[app.profile.image_variable].strip())
    without = outcome_of(resolver, attrs.evolve(app, config=config, dockerfile=None), platform_keyring)
    with_it = outcome_of(resolver, attrs.evolve(app, config=config, dockerfile=dockerfile), platform_keyring)
    require(_without_note(with_it) == without, "an ignored Dockerfile changes the outcome")
    if isinstance(with_it, DeployPlan):
        codes = [diagnostic.code for diagnostic in with_it.diagnostics]
        require("dockerfile-ignored" in codes, "no note says that the Dockerfile is ignored")


def _without_note(outcome: Outcome) -> Outcome:
    if isinstance(outcome, DeployPlan):
        return attrs.evolve(outcome, diagnostics=_others(outcome.diagnostics))
    return _others(outcome)


def _others(diagnostics: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    return tuple(diagnostic for diagnostic in diagnostics if diagnostic.code != "dockerfile-ignored")


@law(choices=st.lists(st.booleans(), min_size=5, max_size=5))
def empty_is_unset(resolver: Resolver, app: App, platform_keyring: Keyring, choices: list[bool]) -> None:
    """An empty control variable has the same effect as an unset one."""
    control = sorted(app.profile.control_variables)
    empty = {name for name, chosen in zip(control, choices, strict=False) if chosen}
    unset = {name: value for name, value in app.config.items() if name not in empty}
    first = outcome_of(resolver, attrs.evolve(app, config=unset), platform_keyring)
    second = outcome_of(resolver, attrs.evolve(app, config={**unset, **dict.fromkeys(empty, "")}), platform_keyring)
    require(first == second, f"the outcome depends on whether {', '.join(sorted(empty))} is empty or unset")


@law(app="valid")
def secrets_of_needed_stages(resolver: Resolver, app: App, platform_keyring: Keyring) -> None:
    """A secret that the built stage mounts is in the recipe; one that a stage which is not needed mounts is not."""
    app = attrs.evolve(app, build=attrs.evolve(app.build, target=""))
    before = _secret_ids(plan_of(resolver, app, platform_keyring))
    text = app.dockerfile
    if not isinstance(text, str):
        hypothesis.reject()
    last = parse_dockerfile(text).stages[-1].name if before is not None else None
    # A context with the name of the stage would replace it.
    assume(last is not None and last not in app.build.contexts)
    mount = "RUN --mount=type=secret,id={0},target=/{0} true"
    more = f"{text}\n{mount.format('law-needed')}\nFROM scratch AS law-unneeded\n{mount.format('law-unneeded')}\n"
    build = attrs.evolve(app.build, target=str(last))
    after = _secret_ids(plan_of(resolver, attrs.evolve(app, dockerfile=more, build=build), platform_keyring))
    require(after == {*(before or ()), "law-needed"}, f"the secrets are {before} before and {after} after the change")


def _secret_ids(plan: DeployPlan) -> set[str] | None:
    """Return the ids of a build's secrets; `None` if the plan is not a build, or only its frontend knows them."""
    if isinstance(plan.action, Pull) or not plan.complete:
        return None
    return {secret.id for secret in plan.action.recipe.secrets}


@law()
def services_in_order(resolver: Resolver, app: App, platform_keyring: Keyring) -> None:
    """The services are those of the Procfile, in its order."""
    plan = plan_of(resolver, app, platform_keyring)
    wanted = (Service("cmd", None),) if app.procfile is None else parse_procfile(app.procfile).services
    require(plan.services == wanted, f"the services are {plan.services}, but those of the Procfile are {wanted}")


@law()
def environment_exact(resolver: Resolver, app: App, platform_keyring: Keyring) -> None:
    """The environment is exactly the names of all variables that do not control the deploy, sorted."""
    plan = plan_of(resolver, app, platform_keyring)
    profile = app.profile
    control = {profile.image_variable, profile.username_variable, profile.password_variable, profile.email_variable}
    wanted = tuple(sorted(name for name in app.config if name not in control | {profile.host_variable}))
    require(plan.environment == wanted, f"the environment is {plan.environment}, not {wanted}")


@law(value=st.text(max_size=9), changed=st.text(max_size=9))
def unrelated_variables(  # a law about two values
    resolver: Resolver, app: App, platform_keyring: Keyring, value: str, changed: str
) -> None:
    """A variable that does not control the deploy only adds its name to the environment; its value has no effect."""
    name = "UNRELATED"
    config = {other: kept for other, kept in app.config.items() if other != name}
    without = outcome_of(resolver, attrs.evolve(app, config=config), platform_keyring)
    with_it = outcome_of(resolver, attrs.evolve(app, config={**config, name: value}), platform_keyring)
    again = outcome_of(resolver, attrs.evolve(app, config={**config, name: changed}), platform_keyring)
    require(with_it == again, "the value of an unrelated variable changes the outcome")
    if isinstance(with_it, DeployPlan) and isinstance(without, DeployPlan):
        require(
            {*with_it.environment} == {*without.environment, name},
            "an unrelated variable is missing from the environment",
        )
        with_it = attrs.evolve(with_it, environment=without.environment)
    require(with_it == without, "an unrelated variable changes something other than the environment")


@law(app="valid", data=st.data())
def edits_are_located(resolver: Resolver, app: App, platform_keyring: Keyring, data: st.DataObject) -> None:
    """If one character of a valid input is changed, every diagnostic is located inside the text or at its end."""
    edited, source = _edited(app, data)
    outcome_of(resolver, app, platform_keyring)  # so that the valid apps among them are counted
    outcome = outcome_of(resolver, edited, platform_keyring)
    for diagnostic in outcome if not isinstance(outcome, DeployPlan) else outcome.diagnostics:
        text = {
            "Procfile": edited.procfile,
            app.build.dockerfile_path: edited.dockerfile,
            app.profile.image_variable: edited.config.get(app.profile.image_variable),
        }.get(diagnostic.source or source)
        inside = not isinstance(text, str) or _is_inside(diagnostic, text)
        require(inside, f"{diagnostic} is located outside {text!r}")


def _edited(app: App, data: st.DataObject) -> tuple[App, str]:
    """Edit the Procfile, the Dockerfile or the image, and return which one."""
    image = app.profile.image_variable
    inputs = {"Procfile": app.procfile, "Dockerfile": app.dockerfile, image: app.config.get(image)}
    texts = {name: text for name, text in inputs.items() if isinstance(text, str)}
    if not texts:
        hypothesis.reject()
    source = data.draw(st.sampled_from(sorted(texts)))
    text = data.draw(strategies.edits(st.just(texts[source])))
    if source == image:
        return attrs.evolve(app, config={**app.config, image: text}), source
    edited = attrs.evolve(app, procfile=text) if source == "Procfile" else attrs.evolve(app, dockerfile=text)
    return edited, source


def _is_inside(diagnostic: Diagnostic, text: str) -> bool:
    lines = text.split("\n")
    if diagnostic.line is not None and not 1 <= diagnostic.line <= len(lines):
        return False
    longest = len(text if diagnostic.line is None else lines[diagnostic.line - 1]) + 1
    return diagnostic.column is None or 1 <= diagnostic.column <= longest
