"""What has changed between two plans, and the least that an executor must do about it."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias, cast

import attrs

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
_ONLY_RESTART = ("service-", "environment-")
_OUTSIDE = re.compile(r"/|(?:.*/)?\.\.(?:/|\Z)")


@attrs.frozen
class Change:
    """One thing that differs: its kind, what it is about (an image, a service, a variable …), and how it was and is.

    `old` or `new` is `None` where there was or is nothing of it.

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
            what = self.old or self.new
            return f"{self.kind} {self.subject}" + (f": {what}" if what else "")
        old, new = (text or "none" for text in (self.old, self.new))
        return f"{self.kind} {self.subject}: {old} -> {new}"


@attrs.frozen
class PlanDiff:
    """The changes from one plan to another, and what they require: each word includes the ones before it.

    `nothing`: what runs is what the new plan asks for. `restart`: start the services of the image at hand. `pull`:
    fetch the image and restart. `rebuild`: build the image and restart.
    """

    __module__ = "deployspec"

    changes: tuple[Change, ...]
    requires: Requirement


def diff(old: DeployPlan, new: DeployPlan, *, config_changed: bool | None = None) -> PlanDiff:
    """Return what changes from `old` to `new`, and the least that an executor of `old` must do for `new`.

    A tag can move, and a config value can change, without a trace in a plan. So `nothing` is the answer only where
    every image has a digest, the sources are those of one known revision, and the caller passes
    `config_changed=False`; a plan by tag answers `pull`, or `rebuild`.

    >>> from deployspec import App, resolve
    >>> def plan(tag):
    ...     return resolve(App({"APTIBLE_DOCKER_IMAGE": f"quay.io/acme/web:{tag}"}, "web: run"))
    >>> diff(plan(1), plan(2))
    PlanDiff(changes=(Change(kind='image-tag', subject='quay.io/acme/web', old='1', new='2'),), requires='pull')
    """
    changes = tuple(_changes(old, new))
    fetch: Requirement = "pull" if isinstance(new.action, Pull) else "rebuild"
    least: Requirement = "nothing" if config_changed is False else "restart"
    if not _is_fixed(new) or not all(change.kind.startswith(_ONLY_RESTART) for change in changes):
        least = fetch
    elif changes:
        least = "restart"
    return PlanDiff(changes, least)


def _is_fixed(plan: DeployPlan) -> bool:
    """Whether carrying a plan out again gives the same image for sure."""
    if not plan.complete or any(pull.reference.digest is None for pull in plan.pulls):
        return False
    recipe = recipe_of(plan)
    return recipe is None or (recipe.revision is not None and all(map(_stays, _places(recipe))))


def _places(recipe: Recipe) -> list[str]:
    """Where the files of a build come from, images apart: those are among the pulls."""
    values = [value for _, value in recipe.contexts if not value.startswith("docker-image://")]
    return [recipe.context, *values]


def _stays(place: str) -> bool:
    """Whether a place lies inside the source tree, so that the revision tells what is there."""
    return not is_remote(place) and not _OUTSIDE.match(place)


def _changes(old: DeployPlan, new: DeployPlan) -> Iterator[Change]:
    if kind_of(old) != kind_of(new):
        yield Change("action", "plan", kind_of(old), kind_of(new))
    yield from _image_changes(old, new)
    before, after = recipe_of(old), recipe_of(new)
    if before is not None and after is not None:
        yield from _recipe_changes(before, after)
    yield from _service_changes(old, new)
    were, are = set(old.environment), set(new.environment)
    yield from (Change("environment-added", name) for name in sorted(are - were))
    yield from (Change("environment-removed", name) for name in sorted(were - are))


# Images: those that only one plan fetches are paired, so that a moved tag is told as one change

_Fetch: TypeAlias = "tuple[ImageReference, str | None]"
_Logins: TypeAlias = "dict[_Fetch, set[CredentialRef | None]]"


def _image_changes(old: DeployPlan, new: DeployPlan) -> Iterator[Change]:
    before, after = _fetches(old), _fetches(new)
    removed = [fetch for fetch in before if fetch not in after]
    added = [fetch for fetch in after if fetch not in before]
    if isinstance(old.action, Pull) and isinstance(new.action, Pull) and len(removed) == len(added) == 1:
        pairs = {removed[0]: added[0]}
    else:
        pairs = _pairs(removed, added)
    for fetch in before:
        if fetch in after:
            yield from _login_changes(fetch, before[fetch], after[fetch])
        elif fetch in pairs:
            yield from _reference_changes(fetch, pairs[fetch])
            yield from _login_changes(pairs[fetch], before[fetch], after[pairs[fetch]])
        else:
            yield Change("image-removed", _told(fetch), _logins_told(before[fetch]), None)
    paired = set(pairs.values())
    for fetch in added:
        if fetch not in paired:
            yield Change("image-added", _told(fetch), None, _logins_told(after[fetch]))


def _fetches(plan: DeployPlan) -> _Logins:
    found: _Logins = defaultdict(set)
    for pull in plan.pulls:
        found[pull.reference, pull.platform].add(pull.credential)
    return dict(found)


def _pairs(removed: list[_Fetch], added: list[_Fetch]) -> dict[_Fetch, _Fetch]:
    """Pair images of one repository and platform, where each plan has one of them."""

    def by_repository(fetches: list[_Fetch]) -> dict[tuple[str, str | None], list[_Fetch]]:
        found: dict[tuple[str, str | None], list[_Fetch]] = defaultdict(list)
        for reference, platform in fetches:
            found[reference.repository, platform].append((reference, platform))
        return found

    old, new = by_repository(removed), by_repository(added)
    return {old[key][0]: new[key][0] for key in old if len(old[key]) == len(new.get(key, ())) == 1}


def _reference_changes(old: _Fetch, new: _Fetch) -> Iterator[Change]:
    parts: tuple[tuple[Kind, str], ...] = (
        ("image-host", "host"),
        ("image-path", "path"),
        ("image-tag", "tag"),
        ("image-digest", "digest"),
    )
    for kind, part in parts:
        was, now = getattr(old[0], part), getattr(new[0], part)
        if was != now:
            yield Change(kind, old[0].repository, was, now)
    if old[1] != new[1]:
        yield Change("image-platform", old[0].repository, old[1], new[1])


def _told(fetch: _Fetch) -> str:
    reference, platform = fetch
    return str(reference) if platform is None else f"{reference} ({platform})"


def _login_changes(fetch: _Fetch, old: set[CredentialRef | None], new: set[CredentialRef | None]) -> Iterator[Change]:
    if old != new:
        yield Change("credential", _told(fetch), _logins_told(old), _logins_told(new))


def _logins_told(logins: set[CredentialRef | None]) -> str:
    told = ("anonymous" if one is None else f"{one.owner} login for {one.scope} ({one.source})" for one in logins)
    return ", ".join(sorted(told))


# What is built, and what is started


def _recipe_changes(old: Recipe, new: Recipe) -> Iterator[Change]:
    for (name, was), (_, now) in zip(recipe_members(old), recipe_members(new), strict=True):
        if isinstance(was, dict) and isinstance(now, dict):
            yield from _pair_changes(name, was, now)
        elif was != now:
            yield Change("recipe", name, cast("str | None", was), cast("str | None", now))


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
