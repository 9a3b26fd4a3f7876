"""The decision, from top to bottom: `App` → `DeployPlan`.

The inputs are read in this order: control variables, image, logins, Procfile. Then the rows of the decision table
follow. The errors of all inputs are collected before one exception is raised.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Protocol

from deployspec._app import App
from deployspec._core.diagnostics import InvalidProcfile, ResolutionError, capped
from deployspec._core.secret import hide_frames
from deployspec._core.text import one_line
from deployspec._env.env import spans_of
from deployspec._env.names import check_names, find_similar
from deployspec._logins.credentials import EMPTY_KEYRING, Keyring
from deployspec._plan import DeployPlan, Pull, make_plan
from deployspec._procfile.procfile import Service, parse_procfile
from deployspec._resolve.config_login import read_controls
from deployspec._resolve.decided import Decided
from deployspec._resolve.locate import locate
from deployspec._resolve.logins import read_logins
from deployspec._resolve.pull import read_image, read_pull
from deployspec._resolve.report import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from deployspec._logins.mirrors import Mirror
    from deployspec._references.reference import ImageReference
    from deployspec._resolve.config_login import Controls
    from deployspec._resolve.logins import Logins

__all__ = ["Resolver", "resolve"]


class Resolver(Protocol):
    """The type of `resolve`, and of a function of your own that wraps it."""

    def __call__(self, app: App, /, *, platform_keyring: Keyring = ...) -> DeployPlan:
        """Return the plan for an app, or raise a `DeploySpecError`."""
        ...


Resolver.__module__ = "deployspec"  # in the body it would be a member of the protocol


NO_MIRRORS: tuple[Mirror, ...] = ()


@hide_frames
def resolve(
    app: App, *, platform_keyring: Keyring = EMPTY_KEYRING, mirrors: Iterable[Mirror] = NO_MIRRORS
) -> DeployPlan:
    """Decide which image is pulled, built or extended, with which logins, and which services start.

    `platform_keyring` contains the platform's own logins. Each needs a scope with a path, and none of them turns a
    `Build` into an `Extend`. `mirrors` are registries from which images are pulled instead, such as a pull-through
    cache of Docker Hub. An image that a login of the app's owner covers is private, so it is not pulled from a mirror.
    A mirror only gets a login of the platform, which may be for the whole registry of the mirror; it is used only for
    pulls from mirrors. The function reads nothing except its arguments.

    Raises `ResolutionError` with the errors of all inputs, and their warnings and notes.

    >>> from deployspec import App
    >>> config = {"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1.4"}
    >>> plan = resolve(App(config, "web: bundle exec rails s"))
    >>> str(plan.action.image.reference), plan.services[0].name
    ('quay.io/acme/web:1.4', 'web')
    """
    given: Any = app, platform_keyring  # callers without a type checker
    if not (isinstance(given[0], App) and isinstance(given[1], Keyring)):
        _refuse(app, platform_keyring)
    report = Report()
    environment = _read_environment(app, report)
    controls = read_controls(app, report)
    image = read_image(app, controls, report)
    if mirrors is NO_MIRRORS:
        logins = read_logins(app, controls, image, platform_keyring, report)
    else:
        logins = _read_logins_and_mirrors(app, controls, image, platform_keyring, mirrors, report)
    services = _read_services(app, report)
    decided = _decide(app, controls, image, logins, report)
    if report.found and (spans := spans_of(app.config)):
        report.found = locate(report.found, spans, app)
    if decided is None or (report.found and report.failed):
        raise ResolutionError(report.found)
    return make_plan(
        action=decided.action,
        services=services,
        environment=environment,
        pulls=decided.pulls,
        unknowns=decided.unknowns,
        profile=app.profile.name,
        diagnostics=tuple(report.found),
        trace=tuple(report.steps),
    )


def _refuse(app: object, platform_keyring: object) -> None:
    from deployspec._core.arguments import check_type  # imported here, because a valid call does not need it

    check_type("app", app, App)
    check_type("platform_keyring", platform_keyring, Keyring)


def _decide(
    app: App, controls: Controls, image: ImageReference | None, logins: Logins, report: Report
) -> Decided | None:
    """Follow the rows of `DECISIONS`; `None` after an error."""
    # Rows 1 to 4: the image is set → pull; there is a Dockerfile → build, or extend if an image that it needs gets a
    # login of the app's owner; neither → error.
    if controls.image is not None:
        return None if image is None else _pull(app, image, logins, report)
    if app.dockerfile is not None:
        return _build_reader()(app, app.dockerfile, logins, report)
    hint = f"set `{app.profile.image_variable}`, or add a Dockerfile to the repository"
    report.error("nothing-to-deploy", "no image is set, and there is no Dockerfile", hint=hint)
    return None


def _pull(app: App, image: ImageReference, logins: Logins, report: Report) -> Decided:
    pull = read_pull(app, image, logins, report)
    report.step("decision", app.profile.image_variable, "pull")
    return Decided(Pull(pull), (pull,))


def _read_logins_and_mirrors(  # noqa: PLR0913, PLR0917  # the inputs of the logins, and the mirrors
    app: App,
    controls: Controls,
    image: ImageReference | None,
    platform_keyring: Keyring,
    mirrors: Iterable[Mirror],
    report: Report,
) -> Logins:
    from deployspec._resolve.mirrors import read_mirrors  # imported here, because most apps have no mirrors

    return read_mirrors(app, controls, image, platform_keyring, mirrors, report)


@functools.cache
def _build_reader() -> Callable[[App, str | bytes, Logins, Report], Decided | None]:
    """Import the room of Dockerfiles when a build needs it, once: an import costs time even if nothing is loaded."""
    from deployspec._resolve.build import read_build

    return read_build


def _read_environment(app: App, report: Report) -> tuple[str, ...]:
    """Return the names of the variables that the app gets: all except the control variables, sorted."""
    others = set(app.config).difference(app.profile.control_variables)
    if not others:
        return ()
    names = sorted(others)
    # The names of an `Env` were checked when it was parsed.
    if spans_of(app.config) is None and (found := check_names(names)):
        report.extend(capped(found))
    for name, similar in find_similar(names, app.profile.control_variables):
        message = f"variable `{one_line(name)}` is not known to this platform, so it is passed to the app"
        report.warning("config-similar-name", message, source=name, hint=f"did you mean `{similar}`?")
    return tuple(names)


def _read_services(app: App, report: Report) -> tuple[Service, ...]:
    if app.procfile is None:
        return _services_without_procfile(app, report)
    try:
        procfile = parse_procfile(app.procfile)
    except InvalidProcfile as error:
        report.extend(error.diagnostics)
        return ()
    if procfile.diagnostics:
        report.extend(procfile.diagnostics)
    report.step("services", "Procfile", "read")
    return procfile.services


def _services_without_procfile(app: App, report: Report) -> tuple[Service, ...]:
    if app.profile.procfile_required:
        hint = "add a Procfile with one line per service, such as `web: ./start`"
        report.error("procfile-missing", "Procfile is missing", source="Procfile", hint=hint)
        return ()
    message = "Procfile is missing, so one service `cmd` runs the default command of the image"
    report.note("procfile-implicit-service", message, source="Procfile")
    report.step("services", "Procfile", "absent")
    return (Service("cmd"),)
