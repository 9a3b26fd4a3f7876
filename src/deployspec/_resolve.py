"""The decision: `App` → `DeployPlan`.

| image variable | Dockerfile | a needed image has a login of the app's owner | plan |
|---|---|---|---|
| set | any | – | `Pull` |
| unset | present | no | `Build` |
| unset | present | yes | `Extend` |
| unset | absent | – | error `nothing-to-deploy` |

The same table stands below as data. All faults of all inputs are collected before any is raised.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

from deployspec._app import App
from deployspec._diagnostics import (
    DeploySpecError,
    Diagnostic,
    InvalidProcfile,
    InvalidReference,
    ResolutionError,
    capped,
)
from deployspec._dockerfile import BuildImages, frontend_of, parse_dockerfile
from deployspec._env import check_names
from deployspec._login import Controls, Log, read_controls, variables_login
from deployspec._plan import Action, Build, DeployPlan, Extend, ImagePull, Pull, Recipe
from deployspec._procfile import Service, parse_procfile
from deployspec._reference import ImageReference, parse_reference
from deployspec._registry import DOCKER_HUB, Credential, CredentialRef, Credentials, Keyring, covers, registry_of
from deployspec._secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["DECISIONS", "Decision", "credentials_for", "resolve"]

_NO_LOGINS = Keyring()

Outcome: TypeAlias = Literal["pull", "build", "extend", "nothing-to-deploy"]


@attrs.frozen
class Decision:
    """One row of the decision table: the states of the inputs, and what comes of them (`-`: it does not matter)."""

    image: Literal["set", "unset"]
    dockerfile: Literal["-", "present", "absent"]
    credential: Literal["-", "yes", "no"]
    outcome: Outcome


DECISIONS: tuple[Decision, ...] = (
    Decision("set", "-", "-", "pull"),
    Decision("unset", "present", "no", "build"),
    Decision("unset", "present", "yes", "extend"),
    Decision("unset", "absent", "-", "nothing-to-deploy"),
)
"""The decision table; the first row that matches decides, and exactly one does."""


def resolve(app: App, *, platform_keyring: Keyring = _NO_LOGINS) -> DeployPlan:
    """Decide which image is pulled, built or extended, with which logins, and which services start.

    `platform_keyring` holds the platform's own logins; each needs a scope with a path, and none of them makes an
    `Extend`. Nothing is read but the arguments.

    Raises `ResolutionError` with every fault of every input, warnings and notes included.

    >>> config = {"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1.4"}
    >>> plan = resolve(App(config, "web: bundle exec rails s"))
    >>> str(plan.action.image.reference), plan.services[0].name
    ('quay.io/acme/web:1.4', 'web')
    """
    log = Log()
    environment = _environment(app, log)
    controls = read_controls(app, log)
    image = _image(app, controls, log)
    login = variables_login(app, controls, image, log)
    keys = _Keys(login, app.keyring, platform_keyring)
    _check_platform_keyring(platform_keyring, log)
    services = _services(app, log)
    decided: _Decided | None = None
    if controls.image is not None:
        decided = None if image is None else _pull(app, image, keys, log)
    elif app.dockerfile is not None:
        decided = _build(app, app.dockerfile, keys, log)
    else:
        message = "there is neither an image nor a Dockerfile"
        hint = f"set `{app.profile.image_variable}`, or add a Dockerfile to the repository"
        log.tell("error", "nothing-to-deploy", message, hint=hint)
    if log.failed or decided is None:
        raise ResolutionError(log.diagnostics)
    return DeployPlan(
        action=decided.action,
        services=services,
        environment=environment,
        pulls=decided.pulls,
        unknowns=decided.unknowns,
        profile=app.profile.name,
        diagnostics=tuple(log.diagnostics),
        trace=tuple(log.steps),
    )


def credentials_for(plan: DeployPlan, app: App, *, platform_keyring: Keyring = _NO_LOGINS) -> Credentials:
    """Join a plan with the secrets it names, at the moment of execution.

    Raises `ResolutionError` (`credentials-gone`) where a login is no longer there or is now for another registry.

    >>> app = App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web"}, "web: run")
    >>> credentials_for(resolve(app), app)
    Credentials([])
    """
    found: dict[CredentialRef, Credential] = {}
    gone: list[Diagnostic] = []
    for reference in dict.fromkeys(pull.credential for pull in plan.pulls if pull.credential is not None):
        credential = _credential(reference, app, platform_keyring)
        if credential is None:
            message = f"the login for `{reference.scope}` is gone or is for another registry now"
            gone.append(Diagnostic("credentials-gone", message, source=reference.source, hint="resolve the app again"))
        else:
            found[reference] = credential
    if gone:
        raise ResolutionError(gone)
    return Credentials(found)


def _credential(wanted: CredentialRef, app: App, platform_keyring: Keyring) -> Credential | None:
    if wanted.source.startswith("keyring:"):
        keyring = app.keyring if wanted.owner == "app" else platform_keyring
        return next((one for one in keyring.credentials if _keyring_ref(one, wanted.owner) == wanted), None)
    log = Log()
    controls = read_controls(app, log)
    if controls.login is None or variables_login(app, controls, _image(app, controls, log), log) != wanted:
        return None
    username, password = controls.login
    email = controls.email or app.profile.default_email if app.profile.email_supported else None
    return Credential(scope=wanted.scope, username=username, password=Secret(password), email=email)


# What goes in


def _environment(app: App, log: Log) -> tuple[str, ...]:
    log.diagnostics += capped(check_names(sorted(app.config)))
    return tuple(sorted(app.config.keys() - app.profile.control_variables))


def _image(app: App, controls: Controls, log: Log) -> ImageReference | None:
    """Read the image variable; `None` where it is unset, or refused with an error."""
    source = app.profile.image_variable
    if controls.image is None:
        log.step("image", source, "unset")
        return None
    try:
        reference = parse_reference(controls.image, default_tag=None)
    except InvalidReference as error:
        log.diagnostics += (attrs.evolve(one, source=source) for one in error.diagnostics)
        return None
    log.step("image", source, "set")
    _check_components(app, controls.image, reference, log)
    if reference.digest is not None and not app.profile.digest_supported:
        message = "this platform takes an image by tag, not by digest"
        hint = f"write `{reference.with_digest(None).familiar}`"
        log.tell("error", "digest-not-supported", message, source=source, hint=hint)
    if reference.tag is None and reference.digest is None:
        log.tell("note", "implicit-tag", "the image has no tag, so `latest` is pulled", source=source)
        return reference.with_tag("latest")
    return reference


def _check_components(app: App, text: str, reference: ImageReference, log: Log) -> None:
    source = app.profile.image_variable
    if reference.host == DOCKER_HUB and reference.path.startswith("library/") and "library/" not in text:
        if app.profile.official_images:
            log.tell("note", "official-image", f"this is Docker Hub's official image `{reference.name}`", source=source)
        else:
            hint = f"did you mean `library/{reference.familiar}`?"
            message = "the image has no repository in front of its name"
            log.tell("error", "image-repository-missing", message, source=source, hint=hint)
    elif "/" not in reference.path and app.profile.warn_single_component:
        message = f"the image has no repository between `{reference.host}` and its name"
        log.tell("warning", "image-single-component", message, source=source)


def _services(app: App, log: Log) -> tuple[Service, ...]:
    if app.procfile is None:
        if app.profile.procfile_required:
            message, hint = "there is no Procfile", "add a Procfile with one line a service, such as `web: ./start`"
            log.tell("error", "procfile-missing", message, source="Procfile", hint=hint)
            return ()
        message = "there is no Procfile, so one service `cmd` runs what the image says"
        log.tell("note", "implicit-service", message, source="Procfile")
        return (Service("cmd", None),)
    try:
        procfile = parse_procfile(app.procfile)
    except InvalidProcfile as error:
        log.diagnostics += error.diagnostics
        return ()
    log.diagnostics += procfile.diagnostics
    log.step("services", "Procfile", ", ".join(service.name for service in procfile.services))
    return procfile.services


def _check_platform_keyring(keyring: Keyring, log: Log) -> None:
    """A bare host would lend the platform's login to every tenant's image on it."""
    for credential in keyring.credentials:
        if "/" not in credential.scope:
            message = f"the platform's login for `{credential.scope}` has no path"
            hint = f"name the repositories that every tenant may read, such as `{credential.scope}/base`"
            log.tell("error", "platform-scope-missing", message, hint=hint)


# Who may use which login


@attrs.frozen
class _Keys:
    """The logins of a resolution; the app's variables come first, its keyring next, the platform's last."""

    login: CredentialRef | None
    keyring: Keyring
    platform_keyring: Keyring

    def find(self, reference: ImageReference) -> CredentialRef | None:
        if self.login is not None and covers(self.login.scope, reference):
            return self.login
        if (own := self.keyring.find(reference)) is not None:
            return _keyring_ref(own, "app")
        platform = self.platform_keyring.find(reference)
        return None if platform is None else _keyring_ref(platform, "platform")


def _keyring_ref(credential: Credential, owner: Literal["app", "platform"]) -> CredentialRef:
    return CredentialRef(scope=credential.scope, owner=owner, source=f"keyring:{credential.key}")


# What comes out


@attrs.frozen
class _Decided:
    action: Action
    pulls: tuple[ImagePull, ...]
    unknowns: tuple[Diagnostic, ...] = ()


def _pull(app: App, image: ImageReference, keys: _Keys, log: Log) -> _Decided:
    if keys.login is not None and not covers(keys.login.scope, image):
        _tell_mismatch(app, image, keys.login, log)
    credential = keys.find(image)
    if app.dockerfile is not None:
        message = f"`{app.profile.image_variable}` is set, so the Dockerfile is ignored"
        hint = f"unset `{app.profile.image_variable}` to build from the Dockerfile"
        log.tell("note", "dockerfile-ignored", message, source=app.build.dockerfile_path, hint=hint)
    _step_fetch(image, credential, log)
    log.step("decision", app.profile.image_variable, "pull")
    pull = ImagePull(reference=image, role="pull", credential=credential)
    return _Decided(Pull(pull), (pull,))


def _tell_mismatch(app: App, image: ImageReference, login: CredentialRef, log: Log) -> None:
    host, profile = registry_of(image), app.profile
    hints = [f"set `{profile.host_variable}` to `{host}`"] if profile.host_variable else []
    moved = f"{login.scope}/{image.familiar}"
    if host == DOCKER_HUB and _is_covered(moved, login.scope):
        hints.insert(0, f"did you mean `{moved}`?")
    severity: Literal["error", "warning"] = "error" if profile.on_host_mismatch == "error" else "warning"
    message = f"the login is for `{login.scope}`, but the image is on `{host}`"
    log.tell(
        severity,
        "credentials-host-mismatch",
        message,
        source=profile.host_variable or profile.image_variable,
        hint=" or ".join(hints) or None,
    )


def _is_covered(text: str, scope: str) -> bool:
    """Whether a text that is to be offered is a reference, and one that the login would cover."""
    try:
        return covers(scope, parse_reference(text))
    except InvalidReference:
        return False


def _build(app: App, dockerfile: str | bytes, keys: _Keys, log: Log) -> _Decided | None:
    try:
        images, opaque = _images(app, dockerfile, log)
    except DeploySpecError as error:
        log.diagnostics += (attrs.evolve(one, source=app.build.dockerfile_path) for one in error.diagnostics)
        return None
    needed = tuple(
        ImagePull(
            reference=base.reference, platform=base.platform, role=base.role, credential=keys.find(base.reference)
        )
        for base in images.needed
    )
    frontend = () if images.frontend is None else (_frontend_pull(images.frontend, keys, opaque=opaque),)
    pulls = (*frontend, *needed)
    for pull in pulls:
        _step_fetch(pull.reference, pull.credential, log)
    _tell_unused(app, pulls, keys, log)
    recipe = _recipe(app, dockerfile, needed, log)
    extends = any(pull.credential is not None and pull.credential.owner == "app" for pull in needed)
    log.step("decision", app.build.dockerfile_path, "extend" if extends else "build")
    return _Decided(Extend(recipe) if extends else Build(recipe), pulls, images.unknowns)


def _images(app: App, dockerfile: str | bytes, log: Log) -> tuple[BuildImages, bool]:
    """Read which images the build fetches; with a foreign frontend nobody but it can tell what the text means."""
    build = app.build
    frontend = frontend_of(dockerfile, build_args=build.args)
    if frontend is None or frontend.repository in app.profile.frontends:
        parsed = parse_dockerfile(dockerfile)
        log.diagnostics += (attrs.evolve(one, source=build.dockerfile_path) for one in parsed.diagnostics)
        images = parsed.images(
            build_args=build.args,
            target=build.target,
            platform=build.platform,
            build_platform=build.build_platform,
            contexts=build.contexts,
        )
        return images, False
    message = f"the build is handed to the frontend `{frontend.familiar}`, so the images it fetches are not known"
    log.tell("warning", "frontend-opaque", message, source=build.dockerfile_path)
    return BuildImages(needed=(), all=(), frontend=frontend, unknowns=(log.diagnostics[-1],)), True


def _frontend_pull(frontend: ImageReference, keys: _Keys, *, opaque: bool) -> ImagePull:
    """A frontend that the profile does not list runs as it likes, so no login goes to it."""
    return ImagePull(reference=frontend, role="frontend", credential=None if opaque else keys.find(frontend))


def _tell_unused(app: App, pulls: Iterable[ImagePull], keys: _Keys, log: Log) -> None:
    if keys.login is None or any(pull.credential == keys.login for pull in pulls):
        return
    hosts = ", ".join(f"`{host}`" for host in sorted({registry_of(pull.reference) for pull in pulls})) or "no registry"
    message = f"the login for `{keys.login.scope}` is not used: the build fetches from {hosts}"
    source = app.profile.host_variable if keys.login.source != "default" else app.profile.username_variable
    log.tell("warning", "credentials-unused", message, source=source, hint="check the host, or unset the login")


_LOOKS_SECRET = re.compile(r"(?i)passw|secret|token|credential|(?:api|private|access)_?key")


def _recipe(app: App, dockerfile: str | bytes, images: tuple[ImagePull, ...], log: Log) -> Recipe:
    build = app.build
    for name in sorted(build.args):
        if _LOOKS_SECRET.search(name):
            message = f"the build argument `{name}` looks like a secret, and build arguments are kept in plain text"
            log.tell("warning", "build-argument-looks-secret", message, hint="pass it as a build secret")
    raw = dockerfile if isinstance(dockerfile, bytes) else dockerfile.encode("utf-8", "surrogatepass")
    return Recipe(
        dockerfile_path=build.dockerfile_path,
        dockerfile_digest=f"sha256:{hashlib.sha256(raw).hexdigest()}",
        context=build.context,
        target=build.target,
        platform=build.platform,
        build_platform=build.build_platform,
        args=tuple(sorted(build.args.items())),
        contexts=tuple(sorted(build.contexts.items())),
        revision=app.revision,
        images=images,
    )


def _step_fetch(reference: ImageReference, credential: CredentialRef | None, log: Log) -> None:
    how = "anonymously" if credential is None else f"with the login for {credential.scope} ({credential.source})"
    log.step("fetch", str(reference), how)
