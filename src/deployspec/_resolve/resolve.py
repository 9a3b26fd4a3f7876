"""The decision: `App` → `DeployPlan`.

The table that decides is `_decisions.DECISIONS`. What it looks at is read here, each input by a module of its own: the
control variables (`_login`), the prebuilt image (`_prebuilt`), the logins (`_keys`), the Dockerfile (`_build`).
All faults of all inputs are collected before any is raised.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, TypeAlias

from deployspec._core.diagnostics import Diagnostic, InvalidProcfile, ResolutionError, capped
from deployspec._env import check_names
from deployspec._logins.credentials import Keyring
from deployspec._plan import Action, Build, DeployPlan, Extend, ImagePull, Pull, extends, make_plan
from deployspec._procfile.procfile import Service, parse_procfile
from deployspec._resolve.config_login import read_controls, variables_login
from deployspec._resolve.decisions import decide
from deployspec._resolve.log import Log
from deployspec._resolve.logins import Keys, check_platform_keyring
from deployspec._resolve.pull import read_image, read_pull

if TYPE_CHECKING:
    from collections.abc import Callable

    from deployspec._app import App
    from deployspec._references.reference import ImageReference
    from deployspec._resolve.build import Reading
    from deployspec._resolve.config_login import Controls

__all__ = ["resolve"]

_NO_LOGINS = Keyring()


def resolve(app: App, *, platform_keyring: Keyring = _NO_LOGINS) -> DeployPlan:
    """Decide which image is pulled, built or extended, with which logins, and which services start.

    `platform_keyring` holds the platform's own logins; each needs a scope with a path, and none of them makes an
    `Extend`. Nothing is read but the arguments.

    Raises `ResolutionError` with every fault of every input, warnings and notes included.

    >>> from deployspec import App
    >>> config = {"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1.4"}
    >>> plan = resolve(App(config, "web: bundle exec rails s"))
    >>> str(plan.action.image.reference), plan.services[0].name
    ('quay.io/acme/web:1.4', 'web')
    """
    log = Log()
    environment = _environment(app, log)
    controls = read_controls(app, log)
    image = read_image(app, controls, log)
    keys = Keys(variables_login(app, controls, image, log), app.keyring, platform_keyring)
    if platform_keyring.credentials:
        check_platform_keyring(platform_keyring, log)
    services = _services(app, log)
    decided = _decide(app, controls, image, keys, log)
    if decided is None or (log.diagnostics and log.failed):
        raise ResolutionError(log.diagnostics)
    action, pulls, unknowns = decided
    return make_plan(
        action=action,
        services=services,
        environment=environment,
        pulls=pulls,
        unknowns=unknowns,
        profile=app.profile.name,
        diagnostics=tuple(log.diagnostics),
        trace=tuple(log.steps),
    )


# What is decided: the action, all that it fetches, and what the text cannot tell.
_Decided: TypeAlias = "tuple[Action, tuple[ImagePull, ...], tuple[Diagnostic, ...]]"


def _decide(app: App, controls: Controls, image: ImageReference | None, keys: Keys, log: Log) -> _Decided | None:
    """Ask the table, and read no further than it looks; `None` where an error was told."""
    states = ("unset" if controls.image is None else "set", "absent" if app.dockerfile is None else "present")
    outcome = decide(*states)
    decided: _Decided | None = None
    if outcome == "pull" and image is not None:
        pull = read_pull(app, image, keys, log)
        decided = Pull(pull), (pull,), ()
    elif outcome is None and app.dockerfile is not None:
        build = _build_reader()(app, app.dockerfile, keys, log)
        if build is not None:
            recipe, pulls, unknowns = build
            outcome = decide(*states, "yes" if extends(recipe) else "no")
            decided = Extend(recipe) if outcome == "extend" else Build(recipe), pulls, unknowns
    elif outcome == "nothing-to-deploy":
        message = "there is neither an image nor a Dockerfile"
        hint = f"set `{app.profile.image_variable}`, or add a Dockerfile to the repository"
        log.tell("error", "nothing-to-deploy", message, hint=hint)
    looked_at = app.profile.image_variable if outcome == "pull" else app.build.dockerfile_path
    log.step("decision", looked_at, outcome or "refused")
    return decided


@functools.cache
def _build_reader() -> Callable[[App, str | bytes, Keys, Log], Reading | None]:
    """Import what reads a build: never for a pull, and once for all builds, since even a repeated import takes time."""
    from deployspec._resolve.build import read_build

    return read_build


def _environment(app: App, log: Log) -> tuple[str, ...]:
    """The names that the app gets: all but the control variables, sorted."""
    others = set(app.config).difference(app.profile.control_variables)
    if not others:
        return ()
    names = sorted(others)
    found = check_names(names)
    if found:
        log.diagnostics += capped(found)
    return tuple(names)


def _services(app: App, log: Log) -> tuple[Service, ...]:
    if app.procfile is None:
        return _no_procfile(app, log)
    try:
        procfile = parse_procfile(app.procfile)
    except InvalidProcfile as error:
        log.diagnostics += error.diagnostics
        return ()
    log.diagnostics += procfile.diagnostics
    log.step("services", "Procfile", "read")
    return procfile.services


def _no_procfile(app: App, log: Log) -> tuple[Service, ...]:
    if app.profile.procfile_required:
        message, hint = "there is no Procfile", "add a Procfile with one line a service, such as `web: ./start`"
        log.tell("error", "procfile-missing", message, source="Procfile", hint=hint)
        return ()
    message = "there is no Procfile, so one service `cmd` runs what the image says"
    log.tell("note", "procfile-implicit-service", message, source="Procfile")
    log.step("services", "Procfile", "absent")
    return (Service("cmd"),)
