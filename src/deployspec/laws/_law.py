"""The type of a law: a property of resolvers, checked on generated apps."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import attrs
import hypothesis
from hypothesis import strategies as st

from deployspec import strategies
from deployspec._app import App, Profile
from deployspec._core.diagnostics import DeploySpecError, Diagnostic
from deployspec._logins.credentials import EMPTY_KEYRING, Keyring
from deployspec._plan import DeployPlan
from deployspec._resolve.resolve import Resolver, resolve

__all__ = ["Law", "LawBroken"]

Outcome: TypeAlias = "DeployPlan | tuple[Diagnostic, ...]"


class LawBroken(AssertionError):
    """A resolver breaks a law. The message explains how; Hypothesis adds the app that shows it."""

    __module__ = "deployspec.laws"


@attrs.frozen
class Law:
    """A law: call it with a resolver, and with the profile of your platform if it has its own.

    `name` is the name of the function, `statement` is the law in one sentence. `profile=None` generates profiles of all
    kinds. `settings` are Hypothesis settings (default: the current ones, without a deadline). Raises `LawBroken`.

    >>> from deployspec import laws
    >>> laws.services_in_order(settings=hypothesis.settings(max_examples=5))
    >>> laws.services_in_order.statement
    'The services are those of the Procfile, in its order.'
    """

    __module__ = "deployspec.laws"

    name: str
    statement: str
    check: Callable[..., None] = attrs.field(repr=False)
    drawn: Mapping[str, st.SearchStrategy[Any]] = attrs.field(repr=False, eq=False)

    def __call__(
        self,
        resolver: Resolver = resolve,
        *,
        profile: Profile | None = None,
        settings: hypothesis.settings | None = None,
    ) -> None:
        """Check the law."""

        def holds(**drawn: Any) -> None:  # noqa: ANN401  # of the type of each strategy
            self.check(resolver, **drawn)

        inputs = {"app": strategies.apps(profile=profile), "platform_keyring": strategies.platform_keyrings()}
        checked = hypothesis.given(**{**inputs, **self.drawn})(holds)
        (settings or hypothesis.settings(deadline=None))(checked)()

    def __str__(self) -> str:
        return self.name


def law(**drawn: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Law]:
    """Make a law from a function that checks one app; `drawn` adds to its arguments or replaces them."""

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
