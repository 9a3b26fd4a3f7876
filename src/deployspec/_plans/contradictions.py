"""Members of a stored plan that contradict each other.

A stored plan is input: anyone may have edited it since `resolve` made it. A policy is checked against `pulls`. This
module computes again each fact that follows from the other members without the Dockerfile, and refuses a plan that
differs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployspec._plan import DeployPlan, Extend, ImagePull, Pull, Recipe, extends, is_remote
from deployspec._procfile.parser import fold_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deployspec._plans.shapes import PlanErrors
    from deployspec._references.reference import ImageReference


def check_contradictions(plan: DeployPlan, errors: PlanErrors) -> None:
    """Report the contradictions in a plan."""
    if isinstance(plan.action, Pull):
        if plan.pulls != (plan.action.image,):
            _report(errors, "`$.pulls` does not list the images of `$.action`")
    else:
        _check_build(plan, plan.action.recipe, errors)
    for index, pull in enumerate(plan.pulls):
        if not _fits(pull):
            _report(errors, f"`$.pulls[{index}].credential` does not fit the image")
        if pull.mirror is not None and not _is_mirror(pull.mirror, pull.reference):
            _report(errors, f"`$.pulls[{index}].mirror` must have the tag and the digest of the image")
    # No Procfile can contain such services, and executors and exports refer to services by name.
    if len({fold_name(service.name) for service in plan.services}) != len(plan.services):
        _report(errors, "`$.services` contains two services with equal or too similar names")


def _report(errors: PlanErrors, message: str) -> None:
    errors.error("plan-contradiction", message)


def _fits(pull: ImagePull) -> bool:
    """Whether a login is for the image, and one of the platform comes from a keyring."""
    login = pull.credential
    if login is not None and login.owner == "platform" and not login.source.startswith("keyring:"):
        return False
    return pull.login_fits


def _is_mirror(mirror: ImageReference, image: ImageReference) -> bool:
    return (mirror.tag, mirror.digest) == (image.tag, image.digest)


def _check_build(plan: DeployPlan, recipe: Recipe, errors: PlanErrors) -> None:
    if tuple(pull for pull in plan.pulls if pull.role != "frontend") != recipe.images:
        _report(errors, "`$.pulls` does not list the images of `$.action`")
    elif extends(recipe) != isinstance(plan.action, Extend):
        message = "`$.action` must have the kind `extend` if a base image has a login of the app's owner, else `build`"
        _report(errors, message)
    if len(dict(recipe.args)) != len(recipe.args):
        _report(errors, "`$.action.recipe.args` contains a name twice")
    if plan.complete and (is_remote(recipe.context) or is_remote(recipe.dockerfile_path)):
        _report(errors, "`$.complete` must be false because the build context is remote")
    _check_frontend(plan, dict(recipe.args), errors)
    if recipe.features:
        _check_features(plan, recipe, errors)
    if recipe.contexts:
        _check_contexts(plan, recipe, errors)


def _check_frontend(plan: DeployPlan, args: Mapping[str, str], errors: PlanErrors) -> None:
    """A build has at most one frontend, which is pulled first; the argument `BUILDKIT_SYNTAX` overrides the file's."""
    frontends = [pull for pull in plan.pulls if pull.role == "frontend"]
    if frontends and (len(frontends) > 1 or plan.pulls[0] != frontends[0] or frontends[0].platform is not None):
        _report(errors, "`$.pulls` may contain one frontend, as its first item and without a platform")
        return
    if "BUILDKIT_SYNTAX" in args:
        from deployspec._dockerfile.diagnostics import DockerfileCollector
        from deployspec._dockerfile.text.frontend import read_frontend

        given = read_frontend(None, args, DockerfileCollector(), None)
        if [given] != [pull.reference for pull in frontends]:
            _report(errors, "`$.pulls` does not list the frontend that the argument `BUILDKIT_SYNTAX` names")


def _check_features(plan: DeployPlan, recipe: Recipe, errors: PlanErrors) -> None:
    from deployspec._dockerfile.features import FEATURES, misread_by_frontend

    for name in recipe.features:
        if name not in FEATURES:
            _report(errors, f"`$.action.recipe.features` contains the unknown feature `{name}`")
            return
    frontend = plan.pulls[0].reference if plan.pulls and plan.pulls[0].role == "frontend" else None
    # In a pinned plan, the frontend has a digest; its tag is still the one that was resolved.
    if plan.complete and frontend is not None and misread_by_frontend(recipe.features, frontend.with_digest(None)):
        _report(errors, f"`$.complete` must be false because `{frontend.familiar}` may not support the Dockerfile")


def _check_contexts(plan: DeployPlan, recipe: Recipe, errors: PlanErrors) -> None:
    """Reject contexts that replace an image of the plan with another one; the plan may contain unused contexts."""
    from deployspec._dockerfile.build.contexts import context_name, find_context, normal_name
    from deployspec._dockerfile.build.platforms import Platform, normal_platform

    contexts = {normal_name(name): value for name, value in recipe.contexts}
    if len(contexts) != len(recipe.contexts):
        _report(errors, "`$.action.recipe.contexts` contains two contexts of the same name")
    target = normal_platform(recipe.platform) or Platform("linux", "amd64")
    replacements = {_image(value) for value in contexts.values()}
    for image in recipe.images:
        platform = normal_platform(image.platform) if image.platform else None
        context = find_context(contexts, context_name(image.reference), platform or target)
        if context is not None and image.reference not in replacements:
            _report(errors, f"a build context replaces `{image.reference.familiar}`, which `$.pulls` lists")
    date = _image_of_date(recipe, contexts)
    if plan.complete and date is not None and date not in {image.reference for image in recipe.images}:
        _report(errors, f"`$.pulls` does not list `{date.familiar}`, from which `SOURCE_DATE_EPOCH` is read")


def _image(context: str) -> ImageReference | None:
    from deployspec._dockerfile.build.contexts import image_text
    from deployspec._references.reference import find_reference

    text = image_text(context)
    return None if text is None else find_reference(text, "latest")


def _image_of_date(recipe: Recipe, contexts: Mapping[str, str]) -> ImageReference | None:
    """Return the image of the context that the argument `SOURCE_DATE_EPOCH` names, if any."""
    from deployspec._dockerfile.build.contexts import find_epoch_context
    from deployspec._dockerfile.build.platforms import Platform, normal_platform

    epoch = dict(recipe.args).get("SOURCE_DATE_EPOCH", "")
    builder = normal_platform(recipe.build_platform or "linux/amd64") or Platform("linux", "amd64")
    context = find_epoch_context(contexts, epoch, builder)
    return None if context is None else _image(context)
