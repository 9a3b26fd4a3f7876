"""The table of differences on the page about logins is made from look-ups of each client.

Run this file to print the table.
"""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import Any

from deployspec import Client, Lookup, lookup_all
from deployspec._logins.lookup.values import CLIENTS

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "why-does-it-pull-here.md"
HOST = "registry.example.com"
HUB = "https://index.docker.io/v1/"
LOGIN = {"auth": base64.b64encode(b"ada:pw").decode()}
BROKEN = {"auths": {"HOST": LOGIN, "quay.io": {"auth": "?"}}}
TITLES: dict[Client, str] = {
    "docker": "docker pull",
    "docker-build": "docker build",
    "podman": "podman",
    "kubelet": "kubelet",
    "go-containerregistry": "go-containerregistry",
    "docker-py": "docker-py",
    "nerdctl": "nerdctl",
    "oras": "oras",
}


def logins(*keys: str, **more: Any) -> dict[str, Any]:
    return {"auths": dict.fromkeys(keys, LOGIN), **more}


def entry(**members: str) -> dict[str, Any]:
    return {"auths": {"HOST": members}}


# Each row: the entries in words, the image, and the file, in which `HOST` is a registry.
ROWS: list[tuple[str, str, Any]] = [
    *(
        (f"`{key}`", "`docker.io/acme/app`", logins(key))
        for key in (HUB, "docker.io", "index.docker.io", "registry-1.docker.io", HUB.removesuffix("/"))
    ),
    (f"`{HUB}`", "`registry-1.docker.io/acme/app`", logins(HUB)),
    *((f"`{key}`", "`HOST/team/app`", logins(key)) for key in ("https://HOST/v1/", "HOST/", "HOST/v2/")),
    *((f"`{key}`", "`HOST/app`", logins(key)) for key in ("HOST:443", "Registry.Example.com", "*.example.com")),
    *(("`HOST/team`", f"`{image}`", logins("HOST/team")) for image in ("HOST/team/app", "HOST/other/app")),
    ("`HOST/team`", "`HOST/teammate/app`", logins("HOST/team")),
    ("`https://HOST/team`", "`HOST/other/app`", logins("https://HOST/team")),
    ("`HOST` and `HOST/team`", "`HOST/team/app`", logins("HOST", "HOST/team")),
    ("`HOST` and `HOST/team/app`", "`HOST/team/app`", logins("HOST", "HOST/team/app")),
    ("`HOST/a` and `HOST/b`", "`HOST/c/app`", logins("HOST/a", "HOST/b")),
    ("`HOST` with `username` and `password`, no `auth`", "`HOST/app`", entry(username="ada", password="pw")),
    ("`HOST` with only an `identitytoken`", "`HOST/app`", entry(identitytoken="t0ken")),
    ("`HOST` with only a `registrytoken`", "`HOST/app`", entry(registrytoken="t0ken")),
    (
        "`HOST` with an `auth` without padding",
        "`HOST/app`",
        entry(auth="YWRhOnA"),
    ),
    (
        "an empty `HOST`, and `https://HOST` with a login",
        "`HOST/app`",
        {"auths": {"HOST": {}, "https://HOST": LOGIN}},
    ),
    (
        "`HOST`, and another entry whose `auth` is broken",
        "`HOST/app`",
        BROKEN,
    ),
    ("`HOST`, and `credsStore`", "`HOST/app`", logins("HOST", credsStore="desktop")),
    ("`HOST`, and a number as `detachKeys`", "`HOST/app`", logins("HOST", detachKeys=5)),
    ("`HOST`, and text after the JSON", "`HOST/app`", json.dumps(logins("HOST")) + "x"),
    ("`HOST` without the level `auths`", "`HOST/app`", {"HOST": LOGIN}),
]


def cell(found: Lookup, *, has_two: bool) -> str:
    """Describe what a client uses."""
    if not found.certain:
        return "at random"
    outcome = found.outcomes[0]
    if outcome.kind in {"error", "helper"}:
        return {"error": "error", "helper": "helper"}[outcome.kind]
    if outcome.kind == "anonymous":
        return "**no**"
    if not has_two:
        return "yes"
    return ", then ".join(f"`{key}`" for key in (outcome.key, *outcome.then)).replace(HOST, "HOST")


def table() -> str:
    titles = " | ".join(TITLES[client] for client in CLIENTS)
    lines = [f"| entries | image | {titles} |", f"{'|---' * (len(CLIENTS) + 2)}|"]
    for entries, image, config in ROWS:
        text = config if isinstance(config, str) else json.dumps(config)
        found = lookup_all(text.replace("HOST", HOST), f"{image.strip('`').replace('HOST', HOST)}:1")
        has_two = entries.startswith("`HOST") and "` and `HOST/" in entries
        cells = " | ".join(cell(found[client], has_two=has_two) for client in CLIENTS)
        lines.append(f"| {entries} | {image} | {cells} |")
    return "\n".join(lines) + "\n"


def test_the_table_is_true() -> None:
    assert table() in PAGE.read_text("utf-8")


if __name__ == "__main__":
    sys.stdout.write(table())
