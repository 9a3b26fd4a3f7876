"""What is said about a build, as options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployspec._cli.sources import SourceError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

__all__: list[str] = []


def add_build_options(command: argparse.ArgumentParser) -> None:
    """Add what `docker build` takes as well."""
    command.add_argument("--build-arg", action="append", default=[], metavar="NAME=VALUE", help="a build argument")
    command.add_argument("--build-context", action="append", default=[], metavar="NAME=VALUE", help="a named context")
    command.add_argument("--target", default="", metavar="STAGE", help="the stage to build (default: the last)")
    command.add_argument(
        "--platform", default="linux/amd64", metavar="P", help="the target platform (default: linux/amd64)"
    )


def pairs(option: str, given: Sequence[str]) -> dict[str, str]:
    """Read `NAME=VALUE` options; a name without a value is not looked up in the environment."""
    pairs: dict[str, str] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not name or not equals:
            raise SourceError(f"{option} takes NAME=VALUE")
        pairs[name] = value
    return pairs
