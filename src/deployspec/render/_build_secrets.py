"""The secrets and SSH agents of a build, as each tool reads them.

Grammar::

    docker, buildx, bake   "id=" ID ( ",src=" PATH | ",env=" NAME )       ; CSV as in RFC 4180, fields may be quoted
    podman, buildah        the same, split at each comma, without quoting
    Compose                a secret of the project with the name ID: [A-Za-z0-9._-]+
    SSH, all tools         ID [ "=" PATH *( "," PATH ) ]                   ; no quoting
"""

# docker/buildx util/buildflags/secrets.go: UnmarshalText; util/buildflags/ssh.go: UnmarshalText
# containers/common pkg/... and containers/buildah pkg/parse/parse.go: Secrets, SSH

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs

from deployspec._core.arguments import check_type
from deployspec._core.diagnostics import DeploySpecError
from deployspec._core.text import one_line
from deployspec._core.tokens import find_secrets
from deployspec._plan import Pull
from deployspec.render._shared import PlanDiagnostics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from deployspec._core.diagnostics import Collector
    from deployspec._plan import DeployPlan

# Control characters end an argument early, or break a line of a file.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ENV = "env="


@attrs.frozen
class SecretSource:
    """Where the builder reads a secret: a file, or a variable of its own environment."""

    id: str
    path: str | None = None
    env: str | None = None

    @property
    def fields(self) -> tuple[str, str]:
        """The fields of the option `--secret`."""
        return f"id={self.id}", f"env={self.env}" if self.path is None else f"src={self.path}"


@attrs.frozen
class SshSource:
    """An SSH agent or keys: the paths of sockets or keys; without one, the builder uses its own agent."""

    id: str
    paths: str = ""

    def __str__(self) -> str:
        return f"{self.id}={self.paths}" if self.paths else self.id


class BuildSources(NamedTuple):
    """The sources that an export passes to a build."""

    secrets: tuple[SecretSource, ...] = ()
    ssh: tuple[SshSource, ...] = ()


def read_sources(  # noqa: PLR0913  # the options of an export
    plan: DeployPlan,
    secrets: Mapping[str, str] | None,
    ssh: Iterable[str],
    losses: Collector,
    *,
    accepts: Callable[[SecretSource], bool],
    accepts_ssh: Callable[[SshSource], bool] = lambda _: True,
) -> BuildSources:
    """Return the sources of the mounts of a build, and report the mounts that get none.

    `accepts` says whether the format can express a source. A source that the plan does not mount is left out, unless
    the plan does not know all mounts.
    """
    given, agents = _read_secrets(secrets), _read_ssh(ssh)
    if isinstance(plan.action, Pull):
        used, used_ssh = dict[str, bool](), dict[str, bool]()
    else:
        used, used_ssh = _used(plan.action.recipe.secrets), _used(plan.action.recipe.ssh)
    knows_all = plan.complete and all(unknown.code != "build-secret-unknown" for unknown in plan.unknowns)
    chosen = _choose("secret", used, given, losses, accepts, knows_all=knows_all)
    chosen_ssh = _choose("SSH agent", used_ssh, agents, losses, accepts_ssh, knows_all=knows_all)
    return BuildSources(tuple(chosen), tuple(chosen_ssh))


def _used(mounts: Iterable[Any]) -> dict[str, bool]:
    """Return the ids of mounts, and whether one of them is required."""
    used: dict[str, bool] = {}
    for mount in mounts:
        used[mount.id] = used.get(mount.id, False) or mount.required
    return used


def _read_secrets(secrets: Mapping[str, str] | None) -> dict[str, SecretSource]:
    given: dict[str, SecretSource] = {}
    if secrets is None:
        return given
    check_type("secrets", secrets, Mapping)
    found = PlanDiagnostics()
    for name, source in secrets.items():
        check_type("secret id", name, str)
        check_type("secret source", source, str)
        looks = find_secrets(source)
        if looks:
            message = f"source of secret `{_shown(name)}` contains {looks[0].description}"
            hint = "pass the path of a file, or `env=` and the name of a variable"
            found.error("export-secret-in-argument", message, hint=hint)
        elif source.startswith(_ENV):
            given[name] = SecretSource(name, env=source.removeprefix(_ENV))
        else:
            given[name] = SecretSource(name, path=source)
    found.raise_if_failed(DeploySpecError)
    return given


def _read_ssh(ssh: Iterable[str]) -> dict[str, SshSource]:
    if isinstance(ssh, str | bytes):
        check_type("ssh", ssh, tuple, list)
    agents: dict[str, SshSource] = {}
    for text in ssh:
        check_type("ssh id", text, str)
        name, _, paths = text.partition("=")
        agents[name] = SshSource(name, paths)
    return agents


def _choose(  # noqa: PLR0913  # both sides, and what the format accepts
    kind: str,
    used: Mapping[str, bool],
    given: Mapping[str, Any],
    losses: Collector,
    accepts: Callable[[Any], bool],
    *,
    knows_all: bool,
) -> Iterable[Any]:
    """Yield the sources to pass, in the order of the plan."""
    code = "export-secret-not-carried" if kind == "secret" else "export-ssh-not-carried"
    for name, is_required in used.items():
        need = "required" if is_required else "optional"
        source = given.get(name)
        if source is None:
            message = f"{need} {kind} `{one_line(name, 60)}` of the build is not passed"
            losses.warning(code, message, hint=f"pass the source of the {kind}")
        elif not _is_clean(source) or not accepts(source):
            message = f"{need} {kind} `{one_line(name, 60)}` of the build cannot be expressed in this format"
            losses.warning(code, message, hint="use other characters in its id and source")
        else:
            yield source
    for name, source in given.items():
        if name in used:
            continue
        if not knows_all and _is_clean(source) and accepts(source):
            yield source
        else:
            message = f"{kind} `{_shown(name)}` is left out because the build does not mount it"
            losses.note("export-secret-unused", message)


def _is_clean(source: SecretSource | SshSource) -> bool:
    """Whether a source has an id and a place, and no control characters."""
    if isinstance(source, SshSource):
        return bool(source.id) and not _CONTROL.search(str(source))
    place = source.env if source.path is None else source.path
    return bool(source.id and place) and not any(map(_CONTROL.search, source.fields))


def _shown(name: str) -> str:
    """Return an id that the caller gave, up to its first `=`, after which somebody may have pasted a secret."""
    return one_line(name.partition("=")[0], 60)


# The option `--secret`


# Go encoding/csv and tonistiigi/go-csvvalue: a field with a comma or a quote is quoted
def csv_option(source: SecretSource) -> str:
    """Return the value of `--secret` for docker, buildx and Bake.

    >>> csv_option(SecretSource("a,b", path="/run/x")), csv_option(SecretSource("token", env="TOKEN"))
    ('"id=a,b",src=/run/x', 'id=token,env=TOKEN')
    """
    return ",".join(map(_csv_field, source.fields))


def _csv_field(field: str) -> str:
    if "," not in field and '"' not in field:
        return field
    doubled = field.replace('"', '""')
    return f'"{doubled}"'


def has_no_comma(source: SecretSource) -> bool:
    """Whether podman and buildah can read a source: they split at each comma."""
    return "," not in "".join(source.fields)


def plain_option(source: SecretSource) -> str:
    """Return the value of `--secret` for podman and buildah."""
    return ",".join(source.fields)


_COMPOSE_NAME = re.compile(r"[A-Za-z0-9._-]+")


def has_compose_name(source: SecretSource) -> bool:
    """Whether a secret can be one of a Compose project, whose names have few characters."""
    return _COMPOSE_NAME.fullmatch(source.id) is not None


def has_one_path(source: SshSource) -> bool:
    """Whether Compose can express an SSH agent: at most one path."""
    return "," not in source.paths
