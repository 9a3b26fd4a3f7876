"""The secrets and SSH agents that a build mounts."""

import attrs

__all__ = ["BuildSecret", "BuildSsh"]


@attrs.frozen(kw_only=True)
class BuildSecret:
    """A secret that a `RUN --mount=type=secret` of a build reads; never its value.

    `id` is the name under which the builder provides it. Without it, a build fails if the mount is `required`, and
    otherwise runs without the file. `target` is the path of the file, `env` the name of the environment variable; one
    of them may be `None`. `line` is the line of the instruction (from 1).
    """

    __module__ = "deployspec"

    id: str
    required: bool = False
    target: str | None = None
    env: str | None = None
    line: int


@attrs.frozen(kw_only=True)
class BuildSsh:
    """An SSH agent or key that a `RUN --mount=type=ssh` of a build uses.

    `id` is the name under which the builder provides it, `default` unless the mount names another one. `target` is the
    path of the socket (`None`: chosen by the builder). `line` is the line of the instruction (from 1).
    """

    __module__ = "deployspec"

    id: str = "default"
    required: bool = False
    target: str | None = None
    line: int
