"""The laws are strong enough: each fault that is planted in the resolver is caught by the law that it breaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import attrs
import pytest
from hypothesis import HealthCheck, Phase, settings

from deployspec import (
    App,
    Build,
    Credential,
    CredentialRef,
    DeployPlan,
    Diagnostic,
    Extend,
    ImagePull,
    ImageReference,
    Keyring,
    PlanDiff,
    Pull,
    Recipe,
    ResolutionError,
    diff,
    laws,
    parse_dockerfile,
    pin,
    plan_to_json,
    resolve,
)
from deployspec._dockerfile.build.graph import BuildGraph, BuildState
from deployspec._logins.scope import registry_of
from deployspec._resolve.build import read_build
from deployspec._resolve.config_login import Controls, read_config_login, read_controls
from deployspec._resolve.decided import Decided
from deployspec._resolve.logins import Logins
from deployspec._resolve.mirrors import _MirroredLogins  # pyright: ignore[reportPrivateUsage]
from deployspec._resolve.report import Report

Planted = Callable[[pytest.MonkeyPatch], None]
Wrapped = Callable[[App, Keyring], DeployPlan]

UNTIL_FOUND = settings(
    max_examples=3000,
    phases=[Phase.generate],
    database=None,
    derandomize=True,
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)


# Faults in the parts of the resolver


def suffix(patch: pytest.MonkeyPatch) -> None:
    """A login goes to every registry whose name ends in its host."""

    def covers(scope: str, reference: ImageReference) -> bool:
        return registry_of(reference).endswith(scope)

    patch.setattr("deployspec._resolve.logins.covers", covers)


def prefix(patch: pytest.MonkeyPatch) -> None:
    """A login for `quay.io/te` goes to `quay.io/team`."""

    def find(keyring: Keyring, reference: ImageReference) -> Credential | None:
        name = f"{registry_of(reference)}/{reference.path}"
        return next((one for one in keyring.credentials if name.startswith(one.scope)), None)

    patch.setattr(Keyring, "find", find)


def frontend(patch: pytest.MonkeyPatch) -> None:
    """A foreign frontend gets a login like any other image."""

    def pull(_: App, image: ImageReference, logins: Logins, line: int | None) -> ImagePull:
        return ImagePull(reference=image, role="frontend", credential=logins.find(image), line=line)

    patch.setattr("deployspec._resolve.build._frontend_pull", pull)


def default_host(patch: pytest.MonkeyPatch) -> None:
    """The host variable is forgotten: every login is for the default host."""

    def login(app: App, controls: Controls, image: ImageReference | None, report: Report) -> tuple[CredentialRef, ...]:
        return read_config_login(app, attrs.evolve(controls, host=None), image, report)

    patch.setattr("deployspec._resolve.logins.read_config_login", login)


def spelling_is_ignored(patch: pytest.MonkeyPatch) -> None:
    """No keyring is read, so the spelling of its hosts makes no difference."""

    def find(_keyring: Keyring, _reference: ImageReference) -> Credential | None:
        return None

    patch.setattr(Keyring, "find", find)


def hint_moves_the_login(patch: pytest.MonkeyPatch) -> None:
    """The hint about another host suggests to set the host variable to the registry of the image."""

    def hint(variable: str, image: ImageReference, _login: CredentialRef) -> str:
        return f"set `{variable}` to `{registry_of(image)}`"

    patch.setattr("deployspec._resolve.pull.find_mismatch_hint", hint)


def platform_extends(patch: pytest.MonkeyPatch) -> None:
    """Any login makes an extend, the platform's too."""

    def extends(recipe: Recipe) -> bool:
        return any(pull.credential is not None for pull in recipe.images)

    patch.setattr("deployspec._resolve.build.extends", extends)


def frontend_extends(patch: pytest.MonkeyPatch) -> None:
    """A frontend with a login makes an extend."""

    def read(app: App, dockerfile: str | bytes, logins: Logins, report: Report) -> Decided | None:
        decided = read_build(app, dockerfile, logins, report)
        if decided is None or isinstance(decided.action, Pull):
            return decided
        is_extend = any(pull.credential and pull.credential.owner == "app" for pull in decided.pulls)
        return attrs.evolve(decided, action=(Extend if is_extend else Build)(decided.action.recipe))

    patch.setattr("deployspec._resolve.resolve._build_reader", lambda: read)


def secrets_of_every_stage(patch: pytest.MonkeyPatch) -> None:
    """Secrets count even if the target does not need the stage that mounts them."""

    def stages(graph: BuildGraph) -> list[BuildState]:
        return graph.states[: len(graph.stages)]

    patch.setattr(BuildGraph, "reached_stages", stages)


def empty_is_set(patch: pytest.MonkeyPatch) -> None:
    """An image variable that is empty counts as set."""

    def controls(app: App, report: Report) -> Controls:
        return attrs.evolve(read_controls(app, report), image=app.config.get(app.profile.image_variable))

    patch.setattr("deployspec._resolve.resolve.read_controls", controls)


def environment_leaks(patch: pytest.MonkeyPatch) -> None:
    """The control variables reach the app."""

    def environment(app: App, _: Report) -> tuple[str, ...]:
        return tuple(sorted(app.config))

    patch.setattr("deployspec._resolve.resolve._read_environment", environment)


def environment_unsorted(patch: pytest.MonkeyPatch) -> None:
    """The environment stands in the order of the config."""

    def environment(app: App, _: Report) -> tuple[str, ...]:
        return tuple(name for name in app.config if name not in app.profile.control_variables)

    patch.setattr("deployspec._resolve.resolve._read_environment", environment)


def familiar_without_host(patch: pytest.MonkeyPatch) -> None:
    """The short text of a reference loses its host."""

    def familiar(reference: ImageReference) -> str:
        return f"{reference.path}:{reference.tag or 'x'}"

    patch.setattr(ImageReference, "familiar", property(familiar))


def counterfactual_of_another(patch: pytest.MonkeyPatch) -> None:
    """What a counterfactual says was changed is not all that was changed."""

    def unset(app: App, *names: str) -> tuple[str, App]:
        words = " and ".join(f"`{name}`" for name in names)
        return f"unset {words}", attrs.evolve(app, config={})

    patch.setattr("deployspec._resolve.counterfactuals._unset", unset)


def pin_turns_extends_into_builds(patch: pytest.MonkeyPatch) -> None:
    """A pinned extend is a build."""

    def pinned(plan: DeployPlan, digests: dict[ImageReference, str]) -> DeployPlan:
        made = pin(plan, digests)
        return attrs.evolve(made, action=Build(made.action.recipe)) if isinstance(made.action, Extend) else made

    patch.setattr("deployspec.laws._plans.pin", pinned)


def pin_adds_up(patch: pytest.MonkeyPatch) -> None:
    """Each pinning leaves a mark of its own."""

    def pinned(plan: DeployPlan, digests: dict[ImageReference, str]) -> DeployPlan:
        return attrs.evolve(pin(plan, digests), environment=(*plan.environment, "PINNED"))

    patch.setattr("deployspec.laws._plans.pin", pinned)


def fingerprint_of_all(patch: pytest.MonkeyPatch) -> None:
    """The fingerprint is of everything in the plan, what it tells included."""
    patch.setattr("deployspec.laws._plans.fingerprint", plan_to_json)


def services_make_no_difference(patch: pytest.MonkeyPatch) -> None:
    """The difference of two plans forgets their services."""

    def forgetful(old: DeployPlan, new: DeployPlan) -> PlanDiff:
        return diff(attrs.evolve(old, services=()), attrs.evolve(new, services=()))

    patch.setattr("deployspec.laws._plans.diff", forgetful)


# Faults in what comes out


def services_sorted(app: App, platform: Keyring) -> DeployPlan:
    plan = resolve(app, platform_keyring=platform)
    return attrs.evolve(plan, services=tuple(sorted(plan.services, key=lambda service: service.name)))


def ignored_dockerfile_is_parsed(app: App, platform: Keyring) -> DeployPlan:
    if app.dockerfile is not None:
        parse_dockerfile(app.dockerfile)
    return resolve(app, platform_keyring=platform)


def note_is_dropped(app: App, platform: Keyring) -> DeployPlan:
    return attrs.evolve(resolve(app, platform_keyring=platform), diagnostics=())


def value_in_a_hint(app: App, platform: Keyring) -> DeployPlan:
    try:
        return resolve(app, platform_keyring=platform)
    except ResolutionError as error:
        hint = f"the user is {app.config.get(app.profile.username_variable)!r}"
        told = (attrs.evolve(one, hint=hint) for one in error.diagnostics)
        raise ResolutionError(told) from None


def password_in_the_context(app: App, platform: Keyring) -> DeployPlan:
    try:
        return resolve(app, platform_keyring=platform)
    except ResolutionError as error:
        raise error from ValueError(dict(app.config))


def value_in_the_plan(app: App, platform: Keyring) -> DeployPlan:
    plan = resolve(app, platform_keyring=platform)
    return attrs.evolve(plan, environment=tuple(f"{name}={app.config[name]}" for name in plan.environment))


def unrelated_value_decides(app: App, platform: Keyring) -> DeployPlan:
    plan = resolve(app, platform_keyring=platform)
    return attrs.evolve(plan, profile=f"{plan.profile}-{len(''.join(app.config.values()))}")


def first_of_the_config_decides(app: App, platform: Keyring) -> DeployPlan:
    plan = resolve(app, platform_keyring=platform)
    return attrs.evolve(plan, profile=next(iter(app.config), ""))


def refused_with_a_key_error(app: App, platform: Keyring) -> DeployPlan:
    app.config[app.profile.image_variable]
    return resolve(app, platform_keyring=platform)


def faults_are_warnings(app: App, platform: Keyring) -> NoReturn:
    raise ResolutionError([Diagnostic("procfile-missing", "there is no Procfile", "warning")])


def list_in_the_plan(app: App, platform: Keyring) -> DeployPlan:
    plan = resolve(app, platform_keyring=platform)
    environment: Any = list(plan.environment)
    return attrs.evolve(plan, environment=environment)


def keyrings_extend_everything(app: App, platform: Keyring) -> DeployPlan:
    plan = resolve(app, platform_keyring=platform)
    recipe = getattr(plan.action, "recipe", None)
    return attrs.evolve(plan, action=Extend(recipe)) if recipe and app.keyring.credentials else plan


def several_logins_are_refused(app: App, platform: Keyring) -> DeployPlan:
    if len(app.keyring.credentials) > 1:
        raise ResolutionError([Diagnostic("too-many-logins", "there are too many logins")])
    return resolve(app, platform_keyring=platform)


def columns_are_shifted(app: App, platform: Keyring) -> DeployPlan:
    try:
        return resolve(app, platform_keyring=platform)
    except ResolutionError as error:
        told = (one if one.column is None else attrs.evolve(one, column=one.column + 500) for one in error.diagnostics)
        raise ResolutionError(told) from None


def mirror_gets_the_login_of_the_image(patch: pytest.MonkeyPatch) -> None:
    """A login of the platform for the image is sent to the mirror."""
    replace = _MirroredLogins.replace

    def replaced(self: _MirroredLogins, pull: ImagePull, *places: Any, **more: Any) -> ImagePull:
        mirrored = replace(self, pull, *places, **more)
        return attrs.evolve(mirrored, credential=pull.credential or mirrored.credential)

    patch.setattr(_MirroredLogins, "replace", replaced)


def private_images_are_mirrored(patch: pytest.MonkeyPatch) -> None:
    """An image that a login of the app's owner covers is pulled from a mirror."""

    def never(_: _MirroredLogins, pull: ImagePull) -> None:
        """No image is skipped."""

    patch.setattr(_MirroredLogins, "_reason_to_skip", never)


PARTS: list[tuple[Planted, laws.Law]] = [
    (suffix, laws.confined),
    (prefix, laws.confined),
    (frontend, laws.confined),
    (default_host, laws.confined),
    (spelling_is_ignored, laws.spelled_like_the_image),
    (hint_moves_the_login, laws.hints_keep_the_registry),
    (platform_extends, laws.extends_by_login),
    (frontend_extends, laws.extends_by_login),
    (secrets_of_every_stage, laws.secrets_of_needed_stages),
    (empty_is_set, laws.empty_is_unset),
    (environment_leaks, laws.environment_exact),
    (environment_unsorted, laws.deterministic),
    (familiar_without_host, laws.references_canonical),
    (pin_turns_extends_into_builds, laws.pin_keeps),
    (pin_adds_up, laws.pin_keeps),
    (fingerprint_of_all, laws.diff_is_of_fingerprints),
    (services_make_no_difference, laws.diff_is_of_fingerprints),
    (counterfactual_of_another, laws.counterfactuals_resolve),
    (mirror_gets_the_login_of_the_image, laws.mirrors_confined),
    (private_images_are_mirrored, laws.mirrors_confined),
    (private_images_are_mirrored, laws.mirrors_change_places_only),
]
RESULTS: list[tuple[Wrapped, laws.Law]] = [
    (services_sorted, laws.services_in_order),
    (ignored_dockerfile_is_parsed, laws.image_wins),
    (note_is_dropped, laws.image_wins),
    (value_in_a_hint, laws.secret),
    (password_in_the_context, laws.secret),
    (value_in_the_plan, laws.secret),
    (unrelated_value_decides, laws.unrelated_variables),
    (first_of_the_config_decides, laws.deterministic),
    (refused_with_a_key_error, laws.total),
    (faults_are_warnings, laws.total),
    (list_in_the_plan, laws.round_trip),
    (keyrings_extend_everything, laws.extends_by_login),
    (several_logins_are_refused, laws.adding_a_login),
    (columns_are_shifted, laws.edits_are_located),
]


def name(one: object) -> str:
    return one.__name__ if callable(one) and hasattr(one, "__name__") else str(one)


# Seldom shown by a generated app, so that the search takes 2 to 40 s. Hypothesis tries other apps in other
# environments, so the limit is far above the usual number of apps.
SEARCH = settings(UNTIL_FOUND, max_examples=30_000)
SLOW = {
    *(frontend_extends, hint_moves_the_login, mirror_gets_the_login_of_the_image, platform_extends, prefix),
    *(private_images_are_mirrored, services_make_no_difference, spelling_is_ignored, suffix),
}


@pytest.mark.parametrize(
    ("plant", "law"),
    [pytest.param(plant, law, marks=[pytest.mark.slow] if plant in SLOW else []) for plant, law in PARTS],
    ids=name,
)
def test_a_fault_in_a_part_is_caught(plant: Planted, law: laws.Law, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    with pytest.raises(laws.LawBroken):
        law(settings=SEARCH if plant in SLOW else UNTIL_FOUND)


@pytest.mark.parametrize(("wrapped", "law"), RESULTS, ids=name)
def test_a_fault_in_the_result_is_caught(wrapped: Wrapped, law: laws.Law) -> None:
    def resolver(app: App, *, platform_keyring: Keyring = Keyring()) -> DeployPlan:  # noqa: B008  # immutable
        return wrapped(app, platform_keyring)

    with pytest.raises(laws.LawBroken):
        law(resolver, settings=UNTIL_FOUND)


def test_every_law_has_a_fault_that_breaks_it() -> None:
    assert {law for _, law in (*PARTS, *RESULTS)} == set(laws.LAWS)
