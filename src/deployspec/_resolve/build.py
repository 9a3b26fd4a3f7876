"""The Dockerfile of an app: the images that its build pulls, each with its login, and the recipe."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, NamedTuple

import attrs

from deployspec._core.diagnostics import DeploySpecError, renamed
from deployspec._core.text import one_line
from deployspec._core.tokens import find_secrets, is_secret_name
from deployspec._dockerfile.build.contexts import normal_name
from deployspec._dockerfile.build.values import BuildImages
from deployspec._dockerfile.diagnostics import SOURCE
from deployspec._dockerfile.dispatch.check import check_text
from deployspec._dockerfile.dockerfile import CustomFrontend
from deployspec._dockerfile.features import ADDITIONS, FEATURES, STAGE_UNUSED, may_refuse, misread_by_frontend
from deployspec._logins.scope import registry_of
from deployspec._plan import Build, Extend, ImagePull, Recipe, extends, is_build_name, is_remote, make_pull, make_recipe
from deployspec._references.origin import make_origin
from deployspec._references.web_pages import may_be_page
from deployspec._resolve.decided import Decided, Mounts
from deployspec._resolve.login_hints import find_unused_hint
from deployspec._resolve.logins import report_logins
from deployspec._resolve.pages import report_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from deployspec._app import App
    from deployspec._core.diagnostics import Diagnostic
    from deployspec._dockerfile.dispatch.step import MountUse
    from deployspec._references.origin import Origin
    from deployspec._references.reference import ImageReference
    from deployspec._resolve.logins import Logins
    from deployspec._resolve.report import Report

_VARIABLE = re.compile("[A-Za-z_][A-Za-z0-9_]{0,59}")
_NAME_HINT = "a name contains no whitespace, `=`, `${` or `%{`, and does not begin with `-`"
_NO_MOUNTS = Mounts()
# The first version of the labs channel; before it was called experimental.
_FIRST_LABS = 2


def read_build(app: App, dockerfile: str | bytes, logins: Logins, report: Report) -> Decided | None:
    """Read the build of an app's Dockerfile: a `Build`, or an `Extend` if it needs a login of the app's owner.

    `None` after an error.
    """
    path = app.build.dockerfile_path
    # Most builds have neither, and a `dict` is faster to test for that than `Variables`.
    args = app.build.args or {}
    contexts = _read_contexts(app.build.contexts, report) if app.build.contexts else {}
    if args:
        _check_arguments(args, report)
    try:
        images, features, uses, frontend_line = _read_images(app, dockerfile, args, contexts, report)
    except DeploySpecError as error:
        report.extend(renamed(error.diagnostics, SOURCE, path))
        return None
    every = tuple(_read_pulls(app, images, logins, frontend_line, report))
    needed = every if images.frontend is None else every[1:]
    if args:
        _report_secret_arguments(sorted(args.items()), report)
    if contexts or app.build.context != ".":
        _report_secret_contexts((("", app.build.context), *sorted(contexts.items())), report)
    mounts = _NO_MOUNTS
    if uses or app.build.secrets is not None or app.build.ssh is not None:
        from deployspec._resolve.mounts import read_mounts  # imported here, because most builds have no mounts

        mounts = read_mounts(app.build, uses, report)
    recipe = _recipe(app, dockerfile, contexts, needed, features, mounts)
    in_text = images.unknowns if path == SOURCE else renamed(images.unknowns, SOURCE, path)
    unknowns = (*in_text, *mounts.unknowns, *_unknowns(app, images.frontend, features, report))
    is_extend = extends(recipe)
    report.step("decision", path, "extend" if is_extend else "build")
    return Decided(Extend(recipe) if is_extend else Build(recipe), every, unknowns)


def _read_pulls(
    app: App, images: BuildImages, logins: Logins, frontend_line: int | None, report: Report
) -> list[ImagePull]:
    """Find the login for each image; a frontend comes first."""
    path = app.build.dockerfile_path
    pulls: list[ImagePull] = []
    if images.frontend is not None:
        pull = _frontend_pull(app, images.frontend, logins, frontend_line)
        if logins.mirrored is not None:
            pull = logins.mirrored.replace(pull, path, report, source=path)
        pulls.append(pull)
        _log_pull(path, pull, report)
    for image in images.needed:
        credential = logins.find(image.reference)
        pull = make_pull(
            reference=image.reference,
            platform=image.platform,
            role=image.role,
            credential=credential,
            mirror=None,
            line=image.line,
            origins=image.origins,
        )
        place = f"{path}:{image.line}"
        if logins.mirrored is not None:
            pull = logins.mirrored.replace(pull, place, report, source=path)
        _log_pull(place, pull, report)
        pulls.append(pull)
        if may_be_page(image.reference.host, image.reference.path):
            report_page(image.reference, path, report, image.line)
    if logins.of_config:
        _report_unused(app, pulls, logins, report)
    if logins.used or logins.keyring.helpers:
        report_logins(pulls, logins, report)
    return pulls


def _log_pull(place: str, pull: ImagePull, report: Report) -> None:
    report.step("pull", place, "anonymous" if pull.credential is None else pull.credential.source)


def _check_arguments(args: Mapping[str, str], report: Report) -> None:
    for name in sorted(args):
        if not is_build_name(name):
            message = f"invalid name `{_shown(name)}` of a build argument"
            report.error("build-argument-invalid", message, source="--build-arg", hint=_NAME_HINT)


def _read_contexts(contexts: Mapping[str, str], report: Report) -> dict[str, str]:
    """Return the named contexts by their normal names, so that all builders look them up alike."""
    normal: dict[str, str] = {}
    for given, value in contexts.items():
        name = normal_name(given)
        if not is_build_name(name):
            message = f"invalid name `{_shown(given)}` of a build context"
            report.error("build-context-invalid", message, source="--build-context", hint=_NAME_HINT)
        elif name in normal:
            message = f"two build contexts are named `{_shown(name)}`"
            hint = "a name without a tag has the tag `latest`; remove one"
            report.error("build-context-invalid", message, source="--build-context", hint=hint)
        normal[name] = value
    return normal


def _shown(name: str) -> str:
    """Return a name for a message, up to its first `=`, after which somebody may have pasted a secret."""
    return one_line(name.partition("=")[0], 60)


class _Read(NamedTuple):
    """The images of a build, the features of its Dockerfile, its mounts, and the line of its `# syntax=`.

    With a custom frontend, the mounts are unknown (`None`).
    """

    images: BuildImages
    features: tuple[str, ...]
    uses: tuple[MountUse, ...] | None
    frontend_line: int | None


def _read_images(
    app: App, dockerfile: str | bytes, args: Mapping[str, str], contexts: Mapping[str, str], report: Report
) -> _Read:
    """Read the Dockerfile, unless only a custom frontend knows its meaning."""
    build = app.build
    checked = check_text(
        dockerfile,
        app.profile.frontends,
        build_args=args,
        target=build.target,
        platform=build.platform,
        build_platform=build.build_platform,
        contexts=contexts,
    )
    file, images = checked.file, checked.images
    if isinstance(file, CustomFrontend):
        report.extend(renamed(images.unknowns, SOURCE, build.dockerfile_path))
        return _Read(images, (), None, file.line)
    if file.diagnostics or checked.diagnostics:
        found = renamed(checked.diagnostics, SOURCE, build.dockerfile_path)
        report.extend(renamed(file.diagnostics, SOURCE, build.dockerfile_path))
        report.extend(found)
        # Instructions that are not checked because of a limit.
        unchecked = tuple(diagnostic for diagnostic in found if diagnostic.severity == "warning")
        images = attrs.evolve(images, unknowns=(*images.unknowns, *unchecked)) if unchecked else images
    if images.frontend is not None and (names := may_refuse(images.frontend, file.source)):
        _report_refusals(images.frontend, file.source, names, build.dockerfile_path, report)
    features = (*file.features, STAGE_UNUSED) if len(images.needed) < len(images.all) else file.features
    return _Read(images, features, checked.mounts, None if file.syntax_place is None else file.syntax_place.line)


def _report_refusals(frontend: ImageReference, text: str, names: Sequence[str], path: str, report: Report) -> None:
    """Report the features of a file that its frontend refuses, because it is older than they are."""
    from deployspec._dockerfile.dispatch.refusals import find_uses  # imported here, because few frontends are old

    repository = attrs.evolve(frontend, tag=None).familiar
    for name, place in find_uses(text, names).items():
        title, stable, labs, _ = ADDITIONS[name]
        message = f"{title} is not supported by frontend `{frontend.familiar}`, which refuses the file"
        if stable is None:
            hint = f"use version 1.{labs} or later of the labs channel, such as `{repository}:1-labs`"
        else:
            hint = f"use version 1.{stable} or later, such as `{repository}:1`"
            first = max(labs, _FIRST_LABS)
            hint = f"{hint}, or `{repository}:1.{first}-labs`" if first < stable else hint
        end_line, end_column = place.end
        report.warning(
            "build-frontend-old", message, source=path, hint=hint,
            line=place.line, column=place.column, end_line=end_line, end_column=end_column,
        )  # fmt: skip


def _unknowns(
    app: App, frontend: ImageReference | None, features: tuple[str, ...], report: Report
) -> Iterable[Diagnostic]:
    """Report why the executor may read another text than `resolve`, or read the text otherwise."""
    build, path = app.build, app.build.dockerfile_path
    if is_remote(build.context) or is_remote(path):
        message = "build context is remote, so its Dockerfile may differ from the one that was read"
        hint = "check out the source, and build it from a local directory"
        report.warning("build-context-remote", message, source=path, hint=hint)
        yield report.found[-1]
    if not features or frontend is None or frontend.repository not in app.profile.frontends:
        return
    for name in misread_by_frontend(features, frontend):
        message = f"frontend `{frontend.familiar}` may not support {FEATURES[name].title}, and find other images"
        minimum = ".".join(map(str, FEATURES[name].frontend))
        hint = f"use the tag of version {minimum} or later, such as `docker/dockerfile:1`"
        report.warning("build-frontend-old", message, source=path, hint=hint)
        yield report.found[-1]


def _frontend_pull(app: App, frontend: ImageReference, logins: Logins, line: int | None) -> ImagePull:
    """Plan the pull of a frontend; only those that the profile lists get a login, because any other may misuse it."""
    credential = logins.find(frontend) if frontend.repository in app.profile.frontends else None
    origins: tuple[Origin, ...] = ()
    if app.build.args and "BUILDKIT_SYNTAX" in app.build.args:
        line, origins = None, (make_origin("build-arg", "BUILDKIT_SYNTAX", None),)
    return make_pull(
        reference=frontend,
        platform=None,
        role="frontend",
        credential=credential,
        mirror=None,
        line=line,
        origins=origins,
    )


def _report_unused(app: App, pulls: Iterable[ImagePull], logins: Logins, report: Report) -> None:
    if any(logins.is_of_config(pull.credential) for pull in pulls):
        return
    login = logins.of_config[0]
    hosts = ", ".join(f"`{host}`" for host in sorted({registry_of(pull.reference) for pull in pulls})) or "no registry"
    message = f"login for `{login.scope}` is not used: the build pulls from {hosts}"
    source = app.profile.host_variable if login.source != "default" else app.profile.username_variable
    report.warning(
        "credentials-unused", message, source=source, hint=find_unused_hint(app.profile.host_variable, login)
    )


def _recipe(  # noqa: PLR0913, PLR0917  # the parts of a recipe
    app: App,
    dockerfile: str | bytes,
    contexts: Mapping[str, str],
    images: tuple[ImagePull, ...],
    features: tuple[str, ...],
    mounts: Mounts,
) -> Recipe:
    build = app.build
    raw = dockerfile if isinstance(dockerfile, bytes) else dockerfile.encode("utf-8", "surrogatepass")
    return make_recipe(
        dockerfile_path=build.dockerfile_path,
        dockerfile_digest=f"sha256:{hashlib.sha256(raw).hexdigest()}",
        context=build.context,
        target=build.target,
        platform=build.platform,
        build_platform=build.build_platform,
        args=_pairs(build.args),
        contexts=_pairs(contexts),
        revision=app.revision,
        images=images,
        features=features,
        secrets=mounts.secrets,
        ssh=mounts.ssh,
    )


def _report_secret_arguments(args: Iterable[tuple[str, str]], report: Report) -> None:
    for name, value in args:
        looks = "looks like a secret" if is_secret_name(name) else _describe_secrets(value)
        if looks is not None:
            message = f"build argument `{one_line(name, 60)}` {looks}, but is stored in plain text"
            report.warning("build-argument-looks-secret", message, source="--build-arg", hint=_secret_hint(name))


def _secret_hint(name: str) -> str:
    """Return how to pass the value of a build argument as a secret instead."""
    if _VARIABLE.fullmatch(name) is None:
        return "pass it as a build secret, with `RUN --mount=type=secret,id=…`"
    mount = f"`RUN --mount=type=secret,id={name} …`"
    return f"pass it as a build secret: {mount} reads it from `/run/secrets/{name}`"


def _report_secret_contexts(contexts: Iterable[tuple[str, str]], report: Report) -> None:
    for name, value in contexts:
        looks = _describe_secrets(value)
        if looks is not None:
            context = f"named context `{one_line(name, 60)}`" if name else "build context"
            message = f"{context} {looks}, but is stored in plain text"
            hint = "remove the password from the URL, and log the builder in to the server"
            source = "--build-context" if name else None
            report.warning("build-context-looks-secret", message, source=source, hint=hint)


def _describe_secrets(value: str) -> str | None:
    secrets = find_secrets(value)
    return f"contains {secrets[0].description}" if secrets else None


def _pairs(mapping: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(mapping.items())) if mapping else ()
