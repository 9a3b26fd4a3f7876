"""What several exporters say in the same way: names, paths, and what is not carried."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

import attrs

from deployspec._core.diagnostics import DeploySpecError, Diagnostic
from deployspec._plan import is_remote
from deployspec.render._export import loss

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from deployspec._plan import DeployPlan, ImagePull, Recipe

__all__: list[str] = []

BUILT = "localhost/app:latest"
"""What a build is named where the caller names none; on `localhost` no registry is ever asked for it."""


def credential_losses(plan: DeployPlan, hint: str) -> Iterator[Diagnostic]:
    """Tell which logins the format has no place for."""
    for scope in dict.fromkeys(pull.credential.scope for pull in plan.pulls if pull.credential is not None):
        yield loss("export-credentials-not-carried", f"the login for `{scope}` is not carried", hint)


def platform_losses(image: ImagePull, hint: str) -> Iterator[Diagnostic]:
    """Tell that the format cannot say for which platform an image is fetched."""
    if image.platform is not None:
        yield loss(
            "export-platform-not-carried", f"that the image is fetched for `{image.platform}` is not carried", hint
        )


def recipe_losses(recipe: Recipe) -> Iterator[Diagnostic]:
    """Tell what no description of a build carries: on which machine it runs, and from which files."""
    if recipe.build_platform is not None:
        message = f"that the build runs on `{recipe.build_platform}` is not carried"
        yield loss("export-build-platform-not-carried", message, "build on such a machine")
    if recipe.revision is not None:
        message = f"that the files are those of revision `{recipe.revision}` is not carried"
        yield attrs.evolve(loss("export-revision-not-carried", message, "check it out first"), severity="note")


def check_names(plan: DeployPlan, grammar: re.Pattern[str], what: str) -> None:
    """Raise for service names that a format cannot take: they are never renamed, since other things go by them."""
    faults = [
        Diagnostic(
            "export-service-name-not-carried",
            f"the service `{service.name}` cannot go by that name, which is no {what}",
            hint="rename it in the Procfile",
            source="plan",
        )
        for service in plan.services
        if not grammar.fullmatch(service.name)
    ]
    if faults:
        raise DeploySpecError(faults)


def build_members(
    recipe: Recipe, contexts_member: str, literal: Callable[[str], str]
) -> tuple[dict[str, Any], list[Diagnostic]]:
    """Return a recipe in the words that Compose and Bake share, and what is lost.

    `contexts_member` is what the format calls named contexts; `literal` writes a text so that nothing in it is
    replaced.
    """
    dockerfile, losses = _dockerfile_in_context(recipe)
    members: dict[str, Any] = {"context": literal(recipe.context), "dockerfile": literal(dockerfile)}
    if recipe.target:
        members["target"] = literal(recipe.target)
    for member, pairs in (("args", recipe.args), (contexts_member, recipe.contexts)):
        if pairs:
            members[member] = {name: literal(value) for name, value in pairs}
    return {**members, "platforms": [literal(recipe.platform)], "pull": True}, [*losses, *recipe_losses(recipe)]


def _dockerfile_in_context(recipe: Recipe) -> tuple[str, list[Diagnostic]]:
    """Return the Dockerfile's path as seen from the build context, and the loss where there is no such path.

    A recipe names both from the root of the app's files; Compose and Bake look for the one inside the other.
    """
    path = recipe.dockerfile_path
    if path.startswith("/") or is_remote(recipe.context):
        return path, []
    inside, context = (posixpath.normpath(one).split("/") for one in (path, recipe.context))
    context = [part for part in context if part != "."]
    while context and inside and context[0] == inside[0]:
        del context[0], inside[0]
    if not {"..", ""}.intersection(context):
        return "/".join([".."] * len(context) + inside), []
    message = f"where `{path}` lies as seen from the context `{recipe.context}` cannot be told"
    return path, [loss("export-dockerfile-path-not-carried", message, "build from a context inside the app's files")]
