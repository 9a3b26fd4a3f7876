"""The changes between two plans, and the least work that they require."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias, cast

import attrs

from deployspec._core.arguments import check_type
from deployspec._logins.credentials import CredentialRef
from deployspec._plan import DeployPlan, Pull, Recipe, is_remote
from deployspec._plans.fingerprint import kind_of, recipe_members, recipe_of
from deployspec._references.reference import ImageReference

__all__ = ["Change", "Kind", "PlanDiff", "Requirement", "diff"]

Requirement: TypeAlias = Literal["nothing", "restart", "pull", "rebuild"]
Kind: TypeAlias = Literal[
    "action",
    "image-host",
    "image-path",
    "image-tag",
    "image-digest",
    "image-platform",
    "image-mirror",
    "image-added",
    "image-removed",
    "credential",
    "recipe",
    "service-added",
    "service-removed",
    "service-command",
    "environment-added",
    "environment-removed",
]
_RESTART_KINDS = ("service-", "environment-")
_OUTSIDE = re.compile(r"/|(?:.*/)?\.\.(?:/|\Z)")


@attrs.frozen
class Change:
    """One difference: its kind, its subject (an image, a service, a variable), and its old and new value.

    `old` is `None` for an addition, and `new` for a removal.

    >>> print(Change("image-tag", "quay.io/acme/web", "1", "2"))
    image-tag quay.io/acme/web: 1 -> 2
    >>> print(Change("environment-added", "PORT"))
    environment-added PORT
    """

    __module__ = "deployspec"

    kind: Kind
    subject: str
    old: str | None = None
    new: str | None = None

    def __str__(self) -> str:
        if self.kind.endswith(("-added", "-removed")):
            value = self.old or self.new
            return f"{self.kind} {self.subject}" + (f": {value}" if value else "")
        return f"{self.kind} {self.subject}: {self.old or 'none'} -> {self.new or 'none'}"


@attrs.frozen
class PlanDiff:
    """The changes from one plan to another, and the work that they require.

    `nothing`: the old plan's result is the new one's. `restart`: start the services again with the present image.
    `pull`: pull the image and restart. `rebuild`: build the image and restart. `reasons` are sentences that say why
    less work is not enough.
    """

    __module__ = "deployspec"

    changes: tuple[Change, ...]
    requires: Requirement
    reasons: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object with the members `changes` (`kind`, `subject`, `old`, `new`), `requires`, `reasons`.

        >>> PlanDiff((Change("environment-added", "PORT"),), "restart").to_dict()["changes"]
        [{'kind': 'environment-added', 'subject': 'PORT', 'old': None, 'new': None}]
        """
        changes = [attrs.asdict(change) for change in self.changes]
        return {"changes": changes, "requires": self.requires, "reasons": list(self.reasons)}


def diff(old: DeployPlan, new: DeployPlan, *, config_changed: bool | None = None) -> PlanDiff:
    """Return the changes from `old` to `new`, and the least work after which `new` is running instead of `old`.

    A tag can move and a config value can change without a difference between the plans. Therefore the requirement is
    only `nothing` if every image has a digest, all sources come from one known revision, and you pass
    `config_changed=False`. A plan with a tag requires `pull` or `rebuild`.

    >>> from deployspec import App, resolve
    >>> def plan(tag):
    ...     return resolve(App({"APTIBLE_DOCKER_IMAGE": f"quay.io/acme/web:{tag}"}, "web: run"))
    >>> found = diff(plan(1), plan(2))
    >>> found.requires, [str(change) for change in found.changes]
    ('pull', ['image-tag quay.io/acme/web: 1 -> 2'])
    >>> found.reasons
    ('image changes', 'image `quay.io/acme/web:2` has no digest, and a tag can move')
    """
    check_type("old", old, DeployPlan)
    check_type("new", new, DeployPlan)
    changes = tuple(_changes(old, new))
    image_reasons = tuple(_image_reasons(new, changes))
    if image_reasons:
        return PlanDiff(changes, "pull" if isinstance(new.action, Pull) else "rebuild", image_reasons)
    restart_reasons = tuple(_restart_reasons(changes, config_changed=config_changed))
    return PlanDiff(changes, "restart" if restart_reasons else "nothing", restart_reasons)


def _restart_reasons(changes: tuple[Change, ...], *, config_changed: bool | None) -> Iterator[str]:
    if changes:
        yield "services or variables change"
    if config_changed:
        yield "config has changed"
    elif config_changed is None:
        yield "config may have changed, because nothing says that it is unchanged"


def _image_reasons(plan: DeployPlan, changes: tuple[Change, ...]) -> Iterator[str]:
    """Yield why executing a plan may give another image than the one that is running."""
    if not all(change.kind.startswith(_RESTART_KINDS) for change in changes):
        yield "image changes"
    for reference in dict.fromkeys(pull.reference for pull in plan.pulls):
        if reference.digest is None:
            yield f"image `{reference.familiar}` has no digest, and a tag can move"
    if not plan.complete:
        yield "not all images of the build are known"
    recipe = recipe_of(plan)
    if recipe is None:
        return
    if recipe.revision is None:
        yield "revision of the source is unknown"
    if not all(map(_is_in_source_tree, _build_paths(recipe))):
        yield "a build context is outside the source tree"


def _build_paths(recipe: Recipe) -> list[str]:
    """Return the contexts of a build, except for images, which are in the plan's pulls."""
    values = [value for _, value in recipe.contexts if not value.startswith("docker-image://")]
    return [recipe.context, *values]


def _is_in_source_tree(path: str) -> bool:
    """Whether a context is in the source tree, so that the revision determines its content."""
    return not is_remote(path) and not _OUTSIDE.match(path)


def _changes(old: DeployPlan, new: DeployPlan) -> Iterator[Change]:
    if kind_of(old) != kind_of(new):
        yield Change("action", "plan", kind_of(old), kind_of(new))
    yield from _image_changes(old, new)
    old_recipe, new_recipe = recipe_of(old), recipe_of(new)
    if old_recipe is not None and new_recipe is not None:
        yield from _recipe_changes(old_recipe, new_recipe)
    yield from _service_changes(old, new)
    old_names, new_names = set(old.environment), set(new.environment)
    yield from (Change("environment-added", name) for name in sorted(new_names - old_names))
    yield from (Change("environment-removed", name) for name in sorted(old_names - new_names))


# Images: an image of only the old plan is paired with one of only the new plan, so that a moved tag is one change


@attrs.frozen
class _Image:
    """An image that a plan pulls, for one platform."""

    reference: ImageReference
    platform: str | None

    def __str__(self) -> str:
        return str(self.reference) if self.platform is None else f"{self.reference} ({self.platform})"


# The logins and mirrors with which a plan pulls an image: usually one of each.
_Ways: TypeAlias = set[tuple[CredentialRef | None, ImageReference | None]]


def _image_changes(old: DeployPlan, new: DeployPlan) -> Iterator[Change]:
    old_ways, new_ways = _ways(old), _ways(new)
    removed = [image for image in old_ways if image not in new_ways]
    added = [image for image in new_ways if image not in old_ways]
    if isinstance(old.action, Pull) and isinstance(new.action, Pull) and len(removed) == len(added) == 1:
        pairs = {removed[0]: added[0]}
    else:
        pairs = _pairs(removed, added)
    for image, ways in old_ways.items():
        if image in new_ways:
            yield from _way_changes(image, ways, new_ways[image])
        elif image in pairs:
            yield from _reference_changes(image, pairs[image])
            yield from _way_changes(pairs[image], _with_version(ways, pairs[image]), new_ways[pairs[image]])
        else:
            yield Change("image-removed", str(image), _describe(ways), None)
    paired = set(pairs.values())
    for image in added:
        if image not in paired:
            yield Change("image-added", str(image), None, _describe(new_ways[image]))


def _ways(plan: DeployPlan) -> dict[_Image, _Ways]:
    """Return the logins and mirrors with which a plan pulls each image."""
    ways: dict[_Image, _Ways] = defaultdict(set)
    for pull in plan.pulls:
        ways[_Image(pull.reference, pull.platform)].add((pull.credential, pull.mirror))
    return dict(ways)


def _with_version(ways: _Ways, image: _Image) -> _Ways:
    """Return the ways with the tag and digest of another image, so that only another place counts as a change."""
    tag, digest = image.reference.tag, image.reference.digest
    return {(login, None if mirror is None else attrs.evolve(mirror, tag=tag, digest=digest)) for login, mirror in ways}


def _pairs(removed: list[_Image], added: list[_Image]) -> dict[_Image, _Image]:
    """Pair images with the same repository and platform, if there is only one in each plan."""

    def by_repository(images: list[_Image]) -> dict[tuple[str, str | None], list[_Image]]:
        groups: dict[tuple[str, str | None], list[_Image]] = defaultdict(list)
        for image in images:
            groups[image.reference.repository, image.platform].append(image)
        return groups

    old, new = by_repository(removed), by_repository(added)
    return {old[key][0]: new[key][0] for key in old if len(old[key]) == len(new.get(key, ())) == 1}


def _reference_changes(old: _Image, new: _Image) -> Iterator[Change]:
    kinds: dict[str, Kind] = {
        "host": "image-host",
        "path": "image-path",
        "tag": "image-tag",
        "digest": "image-digest",
    }
    subject = old.reference.repository
    for part, kind in kinds.items():
        before, after = getattr(old.reference, part), getattr(new.reference, part)
        if before != after:
            yield Change(kind, subject, before, after)
    if old.platform != new.platform:
        yield Change("image-platform", subject, old.platform, new.platform)


def _way_changes(image: _Image, old: _Ways, new: _Ways) -> Iterator[Change]:
    if old == new:
        return
    old_mirrors, new_mirrors = _describe_mirrors(old), _describe_mirrors(new)
    if old_mirrors != new_mirrors:
        yield Change("image-mirror", str(image), old_mirrors, new_mirrors)
    # Also if an image is pulled in two ways, which exchange their logins.
    if old_mirrors == new_mirrors or _describe(old) != _describe(new):
        yield Change("credential", str(image), _describe(old), _describe(new))


def _describe(ways: _Ways) -> str:
    logins = {login for login, _ in ways}
    descriptions = (
        "anonymous" if login is None else f"{login.owner} login for {login.scope} ({login.source})" for login in logins
    )
    return ", ".join(sorted(descriptions))


def _describe_mirrors(ways: _Ways) -> str | None:
    """Return the images that are pulled instead, `None` if there is no mirror."""
    if not any(mirror for _, mirror in ways):
        return None
    return ", ".join(sorted({"none" if mirror is None else str(mirror) for _, mirror in ways}))


# Recipes and services


def _recipe_changes(old: Recipe, new: Recipe) -> Iterator[Change]:
    for (name, before), (_, after) in zip(recipe_members(old), recipe_members(new), strict=True):
        if isinstance(before, dict) and isinstance(after, dict):
            yield from _pair_changes(name, before, after)
        elif before != after:
            yield Change("recipe", name, cast("str | None", before), cast("str | None", after))


def _pair_changes(member: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            yield Change("recipe", f"{member} {name}", old.get(name), new.get(name))


def _service_changes(old: DeployPlan, new: DeployPlan) -> Iterator[Change]:
    before = {service.name: service.command for service in old.services}
    after = {service.name: service.command for service in new.services}
    for name, command in before.items():
        if name not in after:
            yield Change("service-removed", name, command)
        elif command != after[name]:
            yield Change("service-command", name, command, after[name])
    yield from (Change("service-added", name, None, command) for name, command in after.items() if name not in before)
