"""The type of a law: a property of resolvers, checked on generated apps."""

import contextlib
import functools
import math
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, cast

import attrs
import hypothesis
from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from deployspec import strategies
from deployspec._app import App, Profile
from deployspec._core.diagnostics import DeploySpecError, Diagnostic
from deployspec._core.secret import Secret
from deployspec._logins.credentials import EMPTY_KEYRING, Credential, Keyring
from deployspec._logins.scope import registry_of
from deployspec._plan import DeployPlan
from deployspec._resolve.resolve import Resolver, resolve
from deployspec.strategies import AppKind

__all__ = ["Law", "LawBroken", "VacuousLaw"]

_CLEAR = 100  # so many apps without a plan are not due to chance

Outcome: TypeAlias = "DeployPlan | tuple[Diagnostic, ...]"


class LawBroken(AssertionError):
    """A resolver breaks a law. The message explains how; Hypothesis adds the app that shows it."""

    __module__ = "deployspec.laws"


class VacuousLaw(LawBroken):
    """A law was tried on too few plans, because the resolver refused almost every app."""

    __module__ = "deployspec.laws"


@attrs.frozen
class Law:
    """A law: call it with a resolver, and with the profile of your platform if it has its own.

    `name` is the name of the function, `statement` is the law in one sentence. `profile=None` generates profiles of all
    kinds. If your resolver has rules of its own, pass `apps` that comply with them, for example
    `strategies.apps(profile=MY_PROFILE, digests=True)`. `settings` are Hypothesis settings (default: the current ones,
    without a deadline); health checks that count refused apps are off.

    Raises `LawBroken`, and `VacuousLaw` if the resolver returns a plan for less than a tenth of `max_examples` apps.
    Raises `ValueError` for both `profile` and `apps`.

    >>> from deployspec import laws
    >>> laws.services_in_order(settings=hypothesis.settings(max_examples=5))
    >>> laws.services_in_order.statement
    'The services are those of the Procfile, in its order.'
    """

    __module__ = "deployspec.laws"

    name: str
    statement: str
    check: Callable[..., None] = attrs.field(repr=False)
    drawn: Mapping[str, st.SearchStrategy[Any] | AppKind] = attrs.field(repr=False, eq=False)

    def __call__(
        self,
        resolver: Resolver = resolve,
        *,
        profile: Profile | None = None,
        apps: st.SearchStrategy[App] | None = None,
        settings: hypothesis.settings | None = None,
    ) -> None:
        """Check the law."""
        if profile is not None and apps is not None:
            raise ValueError("pass either profile or apps; strategies.apps() accepts a profile")
        tried = _Tried()
        counted = _counted(resolver, tried)

        def holds(app: tuple[App, Keyring], **drawn: Any) -> None:  # noqa: ANN401  # of the type of each strategy
            if tried.is_hopeless or tried.plans >= wanted:
                return
            tried.apps += 1
            before = tried.plans
            try:
                self.check(counted, app=app[0], platform_keyring=app[1], **drawn)
            finally:
                tried.plans = min(before + 1, tried.plans)

        def chosen(kind: AppKind) -> st.SearchStrategy[App]:
            return strategies.apps(profile=profile, kind=kind) if apps is None else apps

        current = settings or hypothesis.settings(deadline=None)
        examples = cast("Any", current).max_examples  # pyright does not know its type
        enough, wanted = max(1, examples // 10), math.inf
        inputs: dict[str, st.SearchStrategy[Any] | AppKind] = {"app": "any", **self.drawn}
        _run(holds, inputs, chosen, current)
        if tried.plans < enough and not tried.is_hopeless:
            wanted = enough  # more of them would only cost time
            more = hypothesis.settings(current, max_examples=max(200, examples))
            _run(holds, {**inputs, "app": "valid"}, chosen, more)
        if tried.plans < enough:
            count = f"{tried.plans or 'none'} of {tried.apps} apps"
            raise VacuousLaw(
                f"the law `{self.name}` was tried on too few plans: the resolver accepts {count}, and {enough} are "
                "needed; pass apps= with a strategy for apps that it accepts, such as strategies.apps(digests=True)"
            )

    def __str__(self) -> str:
        return self.name


@attrs.define
class _Tried:
    """Counts the apps that a law was tried on, and those for which the resolver returned a plan."""

    apps: int = 0
    plans: int = 0

    @property
    def is_hopeless(self) -> bool:
        """Whether so many apps were refused that more of them would only cost time."""
        return self.plans == 0 and self.apps >= _CLEAR


def _counted(resolver: Resolver, tried: _Tried) -> Resolver:
    """Return a resolver with the same parameters that counts its plans."""

    @functools.wraps(resolver)
    def counted(app: App, /, **options: Any) -> DeployPlan:  # noqa: ANN401  # `mirrors` is optional
        plan = resolver(app, **options)
        tried.plans += 1
        return plan

    return counted


def _run(
    holds: Callable[..., None],
    inputs: Mapping[str, st.SearchStrategy[Any] | AppKind],
    apps: Callable[[AppKind], st.SearchStrategy[App]],
    settings: hypothesis.settings,
) -> None:
    drawn = {name: apps(given) if isinstance(given, str) else given for name, given in inputs.items()}
    drawn["app"] = _with_platform_keyrings(drawn["app"])
    # Apps that the resolver refuses are expected. Their number is checked at the end.
    checks = {*cast("Any", settings).suppress_health_check, HealthCheck.filter_too_much, HealthCheck.too_slow}
    with contextlib.suppress(Unsatisfiable):
        hypothesis.settings(settings, suppress_health_check=checks)(hypothesis.given(**drawn)(holds))()


@st.composite
def _with_platform_keyrings(draw: st.DrawFn, apps: st.SearchStrategy[App]) -> tuple[App, Keyring]:
    """Apps and logins of the platform; some logins cover an image of the app."""
    app, keyring = draw(apps), draw(strategies.platform_keyrings())
    try:
        references = [pull.reference for pull in resolve(app).pulls]
    except DeploySpecError:
        references = []
    if not references or draw(st.booleans()):
        return app, keyring
    reference = draw(st.sampled_from(references))
    scope = f"{registry_of(reference)}/{reference.path.partition('/')[0]}"
    fitting = Credential(scope=scope, username="platform", password=Secret("pw"))
    return app, Keyring([fitting, *(login for login in keyring.credentials if login.scope != fitting.scope)])


def law(**drawn: st.SearchStrategy[Any] | AppKind) -> Callable[[Callable[..., None]], Law]:
    """Make a law from a function that checks one app.

    `drawn` adds to the arguments of the function or replaces them; a kind stands for apps of this kind.
    """

    def made(check: Callable[..., None]) -> Law:
        return Law(check.__name__, (check.__doc__ or "").partition("\n")[0], check, drawn)

    return made


def require(condition: object, broken: str) -> None:
    """Raise `LawBroken` if a condition is false; `assert` would do nothing under `python -O`."""
    if not condition:
        raise LawBroken(broken)


def outcome_of(resolver: Resolver, app: App, platform_keyring: Keyring = EMPTY_KEYRING) -> Outcome:
    """Return the plan, or the diagnostics if the app is invalid."""
    try:
        return resolver(app, platform_keyring=platform_keyring)
    except DeploySpecError as error:
        return error.diagnostics


def plan_of(resolver: Resolver, app: App, platform_keyring: Keyring = EMPTY_KEYRING) -> DeployPlan:
    """Return the plan; laws about plans skip invalid apps."""
    outcome = outcome_of(resolver, app, platform_keyring)
    if not isinstance(outcome, DeployPlan):
        hypothesis.reject()
    return outcome
