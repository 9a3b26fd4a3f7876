"""699 login files and images with the verdict of the clients themselves, whose own code was run in August 2026.

docker/cli 28f7560 (checked with docker 28.2.2), buildx 461836b with buildkit 73ed682, container-libs 9869b8f (checked
with skopeo 1.9.3), kubernetes 78fc8e4 (and 1.20.2), go-containerregistry 3f4ff3c, docker-py 7.2.0, nerdctl 8da5040 and
oras-go 2.6.2. Programs that walk a map in random order were run 150 times: `any_of` lists what was seen. Helpers were
stand-ins, so only which of them was asked is compared; `gone` does not exist and left no trace. The verdicts of three
more clients are in the file and not modelled here.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from deployspec import (
    InvalidDockerConfig,
    InvalidReference,
    Lookup,
    lookup,
    lookup_all,
    parse_docker_config,
    parse_reference,
)
from deployspec._logins.lookup.advice import path_of
from deployspec._logins.lookup.values import CLIENTS, Client
from deployspec._logins.masked import masked

ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in Path(__file__).with_name("lookups.jsonl").read_text(encoding="utf-8").splitlines()
]
# How the programs' own errors begin if they refuse a reference.
REFUSALS = ("reference: ", "invalid reference format", "invalid repository name", "InvalidRepository")


def name_of(row: dict[str, Any]) -> str:
    """The name of a row without `::`, which separates the parts of a test's name for pytest."""
    return str(row["id"]).replace("::", ":")


def test_the_vectors_are_all_there() -> None:
    assert len(ROWS) == 699


def is_refused(verdict: dict[str, Any]) -> bool:
    return verdict["kind"] == "error" and str(verdict["detail"]).startswith(REFUSALS)


def pairs(verdict: dict[str, Any]) -> set[tuple[str, str | None]]:
    """Kind and key of each outcome that was seen."""
    seen = verdict.get("any_of", [verdict])
    return {(one["kind"], None if one["key"] is None else masked(one["key"])) for one in seen}


def check_helper(found: Lookup, verdict: dict[str, Any]) -> None:
    (outcome,) = found.outcomes
    assert outcome.kind == "helper"
    if "asked" not in verdict:
        assert {helper for helper, _ in outcome.asked} == {"gone"}
        return
    asked = [(one["helper"], one["server"]) for one in verdict["asked"]]
    # The stand-ins `yes` and `tok` have a login, so that nothing was asked after them.
    answered = asked[-1][0] in {"yes", "tok"} or verdict["kind"] == "error"
    assert list(outcome.asked)[: len(asked) if answered else None] == asked


def check(found: Lookup, verdict: dict[str, Any]) -> None:
    if "asked" in verdict or "docker-credential-gone" in verdict.get("detail", ""):
        check_helper(found, verdict)
        return
    if any(outcome.asked for outcome in found.outcomes):  # nerdctl goes on after a helper that does not exist
        check_helper(found, verdict)
        return
    assert {(outcome.kind, outcome.key) for outcome in found.outcomes} == pairs(verdict)
    assert found.certain == (verdict["kind"] != "varies")


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_each_client_is_followed(row: dict[str, Any]) -> None:
    together = lookup_all(row["config"], row["image"])
    assert tuple(together) == CLIENTS
    for client in CLIENTS:
        check_client(row, client, together[client])


def check_client(row: dict[str, Any], client: Client, together: Lookup) -> None:
    verdict = row["verdicts"][client]
    if is_refused(verdict):
        with pytest.raises(InvalidReference):
            lookup(row["config"], row["image"], client)
        assert [outcome.kind for outcome in together.outcomes] == ["error"]
        return
    found = lookup(row["config"], row["image"], client)
    assert found == together
    check(found, verdict)


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_the_kubelet_tries_keys_in_the_same_order(row: dict[str, Any]) -> None:
    verdict = row["verdicts"]["kubelet"]
    if verdict["kind"] == "error":
        return
    orders = {tuple(one.get("keys", [one["key"]] if one["key"] else [])) for one in verdict.get("any_of", [verdict])}
    found = lookup(row["config"], row["image"], "kubelet")
    mine = {(outcome.key, *outcome.then) if outcome.key else () for outcome in found.outcomes}
    assert mine == {tuple(map(masked, order)) for order in orders}


UNUSABLE = {
    "b64/no-pass": "entry `reg.example.com` has no password",
    "b64/non-utf8": "`auth` of entry `reg.example.com` decodes to text that is not UTF-8",
    "b64/non-utf8-user": "`auth` of entry `reg.example.com` decodes to text that is not UTF-8",
    "b64/nul-user": "username of entry `reg.example.com` contains a `:` or a control character",
    "b64/std-plus-slash": "`auth` of entry `reg.example.com` decodes to text that is not UTF-8",
}
KEY = re.compile(r'"([^"]*)": \{')
AGREED = [
    row
    for row in ROWS
    if len({json.dumps(row["verdicts"][client]) for client in ("docker", "podman")}) == 1
    and row["verdicts"]["docker"]["kind"] == "basic"
    and "asked" not in row["verdicts"]["docker"]
    # A path in a key limits the login, which docker does not do.
    and not any(path_of(key) for key in KEY.findall(row["config"]))
]


@pytest.mark.parametrize("row", AGREED, ids=name_of)
def test_the_keyring_has_the_login_that_docker_and_podman_use(row: dict[str, Any]) -> None:
    if row["id"] in UNUSABLE:
        with pytest.raises(InvalidDockerConfig) as caught:
            parse_docker_config(row["config"])
        assert [one.message for one in caught.value.diagnostics] == [UNUSABLE[row["id"]]]
        return
    login = parse_docker_config(row["config"]).find(parse_reference(row["image"]))
    assert login is not None
    assert login.username == row["verdicts"]["docker"]["username"]
