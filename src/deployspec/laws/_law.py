"""What a law is: a statement about resolvers, checked on generated apps."""

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


class LawBroken(AssertionError):  # what happened to the law
    """A resolver broke a law; the message says how, and Hypothesis adds the app that shows it."""

    __module__ = "deployspec.laws"


@attrs.frozen
class Law:
    """One law: call it with a resolver, and with the profile of your platform if it has one of its own.

    `name` is the function's name, `statement` the law in a sentence. `profile=None` takes profiles of all sorts.
    `settings` are Hypothesis' (default: those in force, untimed). Raises `LawBroken`.

    >>> from deployspec import laws
    >>> laws.services_in_order(settings=hypothesis.settings(max_examples=5))
    >>> laws.services_in_order.statement
    "The services are the Procfile's, in its order."
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

        def holds(**drawn: Any) -> None:  # noqa: ANN401  # of each strategy's type
            self.check(resolver, **drawn)

        inputs = {"app": strategies.apps(profile=profile), "platform_keyring": strategies.platform_keyrings()}
        checked = hypothesis.given(**{**inputs, **self.drawn})(holds)
        (settings or hypothesis.settings(deadline=None))(checked)()

    def __str__(self) -> str:
        return self.name


def law(**drawn: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Law]:
    """Make a law of a function that checks it on one app; `drawn` adds or replaces what is generated."""

    def made(check: Callable[..., None]) -> Law:
        return Law(check.__name__, (check.__doc__ or "").partition("\n")[0], check, drawn)

    return made


def require(condition: object, broken: str) -> None:
    """Raise `LawBroken` where a condition does not hold; `assert` would be silent under `python -O`."""
    if not condition:
        raise LawBroken(broken)


def outcome_of(resolver: Resolver, app: App, platform_keyring: Keyring = EMPTY_KEYRING) -> Outcome:
    """The plan, or the diagnostics of the refusal."""
    try:
        return resolver(app, platform_keyring=platform_keyring)
    except DeploySpecError as error:
        return error.diagnostics


def plan_of(resolver: Resolver, app: App, platform_keyring: Keyring = EMPTY_KEYRING) -> DeployPlan:
    """The plan; an app that is refused says nothing about a law of plans."""
    outcome = outcome_of(resolver, app, platform_keyring)
    if not isinstance(outcome, DeployPlan):
        hypothesis.reject()
    return outcome
