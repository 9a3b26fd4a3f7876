"""Mounts of RUN: the errors of BuildKit in `--mount` after its values are expanded.

Grammar::

    mount  = field *( "," field )
    field  = flag | name "=" value
    flag   = "ro" | "readonly" | "rw" | "readwrite" | "required"      ; `required` after the type secret or ssh
    name   = "type" | "from" | "source" | "src" | "target" | "dst" | "destination" | "ro" | "readonly" | "rw"
           | "readwrite" | "required" | "size" | "id" | "sharing" | "mode" | "uid" | "gid" | "env"

Names are case-insensitive. Fields are read in order, and the last one of a name wins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from deployspec._core.mounts import BuildSecret, BuildSsh
from deployspec._dockerfile.dispatch.values import is_size, is_unsigned
from deployspec._dockerfile.go import BOOLEANS, TRUE, lower
from deployspec._dockerfile.places import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_TYPES = ("bind", "cache", "tmpfs", "secret", "ssh")
_SHARING = ("shared", "private", "locked")
_ALIASES = {"src": "source", "dst": "target", "destination": "target", "ro": "readonly", "rw": "readwrite"}
_NAMES = frozenset({
    *("type", "from", "source", "target", "readonly", "readwrite", "required", "size", "id", "sharing"),
    *("mode", "uid", "gid", "env"),
})  # fmt: skip
_WRITTEN = sorted({*_NAMES, *_ALIASES})
_REQUIRED, _SIZED = ("secret", "ssh"), ("tmpfs",)
_OWNED = frozenset({"secret", "ssh", "cache"})


class MountFault(NamedTuple):
    """Why BuildKit refuses a mount, and the number of the field at fault (`None`: no single field)."""

    field: int | None
    code: str
    message: str
    hint: str | None = None


class Mount:
    """A mount: its type and its options by name, aliases resolved; `None` is an unknown value."""

    def __init__(self) -> None:
        self.kind: str | None = "bind"
        self.options: dict[str, str | None] = {}
        self.fields: dict[str, int] = {}
        self.faults: list[MountFault] = []

    def is_set(self, name: str) -> bool:
        """Whether an option certainly has a value that is not empty."""
        return bool(self.options.get(name))

    def is_empty(self, name: str) -> bool:
        """Whether an option certainly has no value."""
        return self.options.get(name, "") == ""

    def refuse(self, field: int | None, message: str, hint: str | None = None, code: str = "mount-option") -> None:
        """Add a fault."""
        self.faults.append(MountFault(field, code, message, hint))


# buildkit frontend/dockerfile/instructions/commands_runmount.go: parseMount
def parse_mount(fields: list[str], expand: Callable[[int, str], str | None]) -> Mount:
    """Read the fields of a mount; `expand` expands the value of a field, or returns `None` if it is unknown."""
    mount = Mount()
    for number, field in enumerate(fields):
        written, equals, value = field.partition("=")
        name = lower(written)
        name = _ALIASES.get(name, name)
        if equals:
            _read_option(mount, number, name, field, expand(number, value))
        else:
            _read_switch(mount, number, name, field)
    if not mount.faults:
        _check_type(mount)
    return mount


def _read_switch(mount: Mount, number: int, name: str, field: str) -> None:
    if name in ("readonly", "readwrite"):
        return
    if name == "required":
        if _check_allowed(mount, number, name, field):
            mount.options[name] = "true"
        return
    hint = f"write `{shown(field)}=…`" if name in _NAMES else _close(name, _WRITTEN)
    mount.refuse(number, f"mount option `{shown(field)}` has no value", hint)


def _read_option(mount: Mount, number: int, name: str, field: str, value: str | None) -> None:
    written = field.partition("=")[0]
    if name not in _NAMES:
        mount.refuse(number, f"unknown mount option `{shown(written)}`", _close(name, _WRITTEN))
        return
    if name in ("required", "size") and not _check_allowed(mount, number, name, written):
        return
    if name == "type":
        _set_type(mount, number, field, value)
    elif value is not None:
        _check_value(mount, number, name, field, value)
    mount.options[name] = value
    mount.fields[name] = number


def _set_type(mount: Mount, number: int, field: str, value: str | None) -> None:
    mount.kind = None if value is None else lower(value)
    if mount.kind is None or mount.kind in _TYPES:
        return
    hint = _close(mount.kind, _TYPES) or f"use one of {', '.join(f'`{kind}`' for kind in _TYPES)}"
    mount.refuse(number, f"unknown mount type in `{shown(field)}`", hint, "mount-type")
    # Options are not checked against a type that does not exist.
    mount.kind = None


def _check_allowed(mount: Mount, number: int, name: str, written: str) -> bool:
    """Check an option that is allowed for some types only, which must precede it."""
    allowed = _REQUIRED if name == "required" else _SIZED
    if mount.kind is None or mount.kind in allowed:
        return True
    types = " and ".join(f"`type={kind}`" for kind in allowed)
    message = f"mount option `{shown(written)}` is not allowed for the type `{mount.kind}`"
    mount.refuse(number, message, f"it is an option of {types}, which must precede it")
    return False


def _check_value(mount: Mount, number: int, name: str, field: str, value: str) -> None:
    if name in ("readonly", "readwrite", "required"):
        is_valid, hint = value in BOOLEANS, "write `true` or `false`"
    elif name == "size":
        is_valid, hint = is_size(value), "write a number and a unit, such as `64m`"
    elif name == "sharing":
        is_valid, hint = lower(value) in _SHARING, "the values are `shared`, `private` and `locked`"
    elif name == "mode":
        is_valid, hint = is_unsigned(value, 8), "write an octal number, such as `0400`"
    elif name in ("uid", "gid"):
        is_valid, hint = is_unsigned(value, 10), "write a number"
    else:
        return
    if not is_valid:
        mount.refuse(number, f"invalid value of the mount option `{shown(field)}`", hint)


def _close(name: str, known: Sequence[str]) -> str | None:
    import difflib

    close = difflib.get_close_matches(name[:20], known, n=1)
    return f"did you mean `{close[0]}`?" if close else None


def _check_type(mount: Mount) -> None:
    """Check the options that a mount of its type must have, or must not have."""
    kind = mount.kind
    if kind is None:
        return
    if kind not in _OWNED:
        for name in ("mode", "uid", "gid"):
            _refuse_option(mount, name, "`type=cache`, `type=secret` and `type=ssh`")
    if kind != "cache":
        _refuse_option(mount, "sharing", "`type=cache`")
    if kind == "secret":
        _check_secret(mount)
    # buildkit frontend/dockerfile/dockerfile2llb/convert_ssh.go: dispatchSSH
    if kind == "ssh" and mount.is_set("source"):
        _refuse_option(mount, "source", "`type=bind` and `type=cache`")


def _refuse_option(mount: Mount, name: str, types: str) -> None:
    if name in mount.options:
        message = f"mount option `{name}` is not allowed for the type `{mount.kind}`"
        mount.refuse(mount.fields[name], message, f"it is an option of {types}")


def _check_secret(mount: Mount) -> None:
    if mount.is_set("from"):
        _refuse_option(mount, "from", "`type=bind` and `type=cache`")
    if all(mount.is_empty(name) for name in ("source", "target", "id")):
        mount.refuse(None, "secret mount has neither an `id` nor a `target`", "add `id=…`", "mount-target")
    if mount.is_set("source") and mount.is_set("id"):
        mount.refuse(mount.fields["source"], "secret mount has an `id` and a `source`", "remove the `source`")


def mounts_secret(mount: Mount) -> bool:
    """Whether a mount is, or may be, one of a secret or an SSH agent."""
    return mount.kind in (None, "secret", "ssh")


# buildkit frontend/dockerfile/dockerfile2llb/convert_secrets.go: dispatchSecret; convert_ssh.go: dispatchSSH;
# client/llb/exec.go: AddSecretWithDest, AddSSHSocket
def secret_of(mount: Mount, line: int) -> BuildSecret | BuildSsh | None:
    """Return what a mount of a secret or an SSH agent needs; `None` if an unknown variable decides about it.

    An unknown target or variable name is `None` in the result.
    """
    options = mount.options
    required, target = options.get("required", "false"), options.get("target", "")
    name = options.get("id", "")
    if mount.kind is None or required is None:
        return None
    if mount.kind == "ssh":
        if name is None:
            return None
        return BuildSsh(id=name or "default", required=required in TRUE, target=target or None, line=line)
    source = options.get("source", "")
    if source != "":
        name = source
    if name == "" and target is not None:
        name = _base(target)
    if not name:
        return None
    if target == "" and "env" not in options:
        target = f"/run/secrets/{_base(name)}"
    return BuildSecret(id=name, required=required in TRUE, target=target or None, env=options.get("env"), line=line)


# Go path/path.go: Base
def _base(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2] or ("/" if path else ".")
