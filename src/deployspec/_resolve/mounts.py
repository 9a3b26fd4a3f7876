"""The secrets and SSH agents that a build mounts, compared with those that the platform can provide."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, NamedTuple

from deployspec._core.diagnostics import Diagnostic, capped
from deployspec._core.mounts import BuildSecret
from deployspec._core.text import one_line
from deployspec._resolve.decided import Mounts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from deployspec._app import BuildOptions
    from deployspec._core.diagnostics import Severity
    from deployspec._core.mounts import BuildSsh
    from deployspec._dockerfile.dispatch.step import MountUse
    from deployspec._dockerfile.places import Place
    from deployspec._resolve.report import Report

# A close name is looked for only among so many pairs of names.
_MOST_COMPARED = 1_000


def read_mounts(build: BuildOptions, uses: tuple[MountUse, ...] | None, report: Report) -> Mounts:
    """Return the mounts of a build, and report those that the platform cannot provide.

    `uses` is `None` for a custom frontend, with which all mounts are unknown.
    """
    secrets: dict[tuple[object, ...], BuildSecret] = {}
    ssh: dict[tuple[object, ...], BuildSsh] = {}
    places: dict[BuildSecret | BuildSsh, Place] = {}
    unknown: dict[Place, None] = {}
    for mount, _, place in uses or ():
        if mount is None:
            unknown[place] = None
        elif isinstance(mount, BuildSecret):
            key = (mount.id, mount.required, mount.target, mount.env)
            places.setdefault(secrets.setdefault(key, mount), place)
        else:
            places.setdefault(ssh.setdefault((mount.id, mount.required, mount.target), mount), place)
    is_known = uses is not None and not unknown
    found = [
        *_check(_SECRETS, build.secrets, tuple(secrets.values()), places, build.dockerfile_path, is_known=is_known),
        *_check(_SSH, build.ssh, tuple(ssh.values()), places, build.dockerfile_path, is_known=is_known),
    ]
    report.extend(capped(found))
    message = "mount depends on variables of the base image, so its secret or SSH agent is unknown"
    unknowns = [_diagnostic("build-secret-unknown", message, "note", place, build.dockerfile_path) for place in unknown]
    return Mounts(tuple(secrets.values()), tuple(ssh.values()), capped(unknowns))


class _Kind(NamedTuple):
    title: str
    option: str
    missing: str
    unused: str


_SECRETS = _Kind("secret", "--secret", "build-secret-missing", "build-secret-unused")
_SSH = _Kind("SSH agent", "--ssh", "build-ssh-missing", "build-ssh-unused")


def _check(  # noqa: PLR0913  # both lists, and their places
    kind: _Kind,
    provided: Iterable[str] | None,
    mounts: Sequence[BuildSecret | BuildSsh],
    places: dict[BuildSecret | BuildSsh, Place],
    path: str,
    *,
    is_known: bool,
) -> Iterator[Diagnostic]:
    """Report the required ids that are not provided, and the ids that are provided and not used."""
    if provided is None:
        return
    given, used = dict.fromkeys(sorted(provided)), dict.fromkeys(mount.id for mount in mounts)
    missing = {mount.id: mount for mount in reversed(mounts) if mount.required and mount.id not in given}
    for mount in reversed(missing.values()):
        message = f"required {kind.title} `{one_line(mount.id, 60)}` is not provided to the build"
        hint = _close(mount.id, given, used) or "provide it, or remove `required` from the mount"
        yield _diagnostic(kind.missing, message, "error", places[mount], path, hint)
    if is_known:
        for name in given:
            if name not in used:
                message = f"{kind.title} `{_shown(name)}` is provided, but the build does not mount it"
                close = _close(name, used, given)
                yield Diagnostic(kind.unused, message, "note", source=kind.option, hint=close)


def _diagnostic(  # noqa: PLR0913, PLR0917  # the fields of a diagnostic
    code: str, message: str, severity: Severity, place: Place, path: str, hint: str | None = None
) -> Diagnostic:
    end_line, end_column = place.end
    return Diagnostic(
        code,
        message,
        severity,
        hint=hint,
        source=path,
        line=place.line,
        column=place.column,
        end_line=end_line,
        end_column=end_column,
    )


def _shown(name: str) -> str:
    """Return an id that the caller gave, up to its first `=`, after which somebody may have pasted a secret."""
    return one_line(name.partition("=")[0], 60)


def _close(name: str, candidates: Collection[str], others: Collection[str]) -> str | None:
    if len(candidates) * len(others) > _MOST_COMPARED:
        return None
    close = difflib.get_close_matches(name[:60], candidates, n=1)
    return f"did you mean `{_shown(close[0])}`?" if close else None
