"""Every combination of the inputs has the result in the tables of the page of decisions."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import attrs
import pytest

from deployspec import (
    APTIBLE_2016,
    APTIBLE_CURRENT,
    DECISIONS,
    App,
    Credential,
    Decision,
    Keyring,
    Profile,
    ResolutionError,
    Secret,
    resolve,
)

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "decisions.md"
INPUTS = ("profile", "image", "Dockerfile", "login", "Procfile")
PROFILES = {profile.name: profile for profile in (APTIBLE_2016, APTIBLE_CURRENT)}
Combination = Mapping[str, str]


def table(heading: str) -> list[dict[str, str]]:
    """The rows of the first table below a heading, by the names of its columns."""
    section = PAGE.read_text("utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    names, _, *rows = ([cell.strip() for cell in line] for line in lines)
    return [dict(zip(names, row, strict=True)) for row in rows]


STATES: dict[str, dict[str, object]] = {name: {} for name in INPUTS}
for row in table("States"):
    example = row["for example"].strip("`")
    STATES[row["input"]][row["state"]] = ast.literal_eval(example) if example else None
TOLD, LOGINS = table("Diagnostics"), table("Logins")


def combinations(image: str) -> Iterator[Combination]:
    for states in itertools.product(*(STATES[name] if name != "image" else [image] for name in INPUTS)):
        yield dict(zip(INPUTS, states, strict=True))


def applies(row: Mapping[str, str], combination: Combination) -> bool:
    return all(row[name] == "any" or combination[name] in row[name].split(", ") for name in row.keys() & set(INPUTS))


def app_of(combination: Combination) -> App:
    profile: Profile = PROFILES[combination["profile"]]
    example = {name: STATES[name][combination[name]] for name in INPUTS}
    login = example["login"]
    config = {} if example["image"] is None else {profile.image_variable: str(example["image"])}
    if isinstance(login, dict):
        config |= {f"APTIBLE_PRIVATE_REGISTRY_{name}": value for name, value in cast("dict[str, str]", login).items()}
    keyring = Keyring(
        [Credential(scope=login, username="ada", password=Secret("pw"))] if isinstance(login, str) else []
    )
    return App(config, text(example["Procfile"]), text(example["Dockerfile"]), keyring=keyring, profile=profile)


def text(example: object) -> str | None:
    return None if example is None else str(example)


def stated(combination: Combination) -> tuple[str, set[str]]:
    """What the page says comes of a combination, and what is told."""
    told = {row["diagnostic"].strip("`") for row in TOLD if applies(row, combination)}
    image = "unset" if combination["image"] in {"unset", "empty", "blank"} else "set"
    dockerfile = "absent" if combination["Dockerfile"] == "absent" else "present"
    credential = "yes" if any(applies(row, combination) for row in LOGINS) else "no"
    (decision,) = (
        one
        for one in DECISIONS
        if (one.image, one.dockerfile, one.credential)
        in itertools.product([image], [dockerfile, "-"], [credential, "-"])
    )
    return decision.outcome, told


def came(app: App) -> tuple[str, set[str], bool]:
    try:
        plan = resolve(app)
    except ResolutionError as error:
        return "", {one.code for one in error.diagnostics}, True
    return type(plan.action).__name__.lower(), {one.code for one in plan.diagnostics}, False


ERRORS = {
    "credentials-host-invalid",
    "credentials-host-mismatch",
    "credentials-host-unknown",
    "credentials-incomplete",
    "image-digest-unsupported",
    "dockerfile-unknown-instruction",
    "image-repository-missing",
    "nothing-to-deploy",
    "procfile-missing",
    "procfile-no-colon",
    "procfile-no-services",
    "reference-uppercase",
}


@pytest.mark.parametrize("image", STATES["image"])
def test_every_combination_comes_to_what_is_stated(image: str) -> None:
    for combination in combinations(image):
        outcome, told = stated(combination)
        action, codes, refused = came(app_of(combination))
        assert codes == told, combination
        assert refused == bool(told & ERRORS), combination
        assert refused or action == outcome, combination


def test_every_row_says_something() -> None:
    every = [one for image in STATES["image"] for one in combinations(image)]
    assert len(every) == 9 * 6 * 9 * 4 * 2
    for row in (*TOLD, *LOGINS):
        assert any(applies(row, one) for one in every), row


def test_the_table_is_the_library_s() -> None:
    assert [Decision(*row.values()) for row in table("Decisions")] == list(DECISIONS)  # type: ignore[arg-type]
    assert [list(row.values()) for row in table("Decisions")] == [list(attrs.astuple(one)) for one in DECISIONS]
