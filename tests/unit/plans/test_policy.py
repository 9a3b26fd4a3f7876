from __future__ import annotations

import attrs
import pytest

from deployspec import (
    App,
    Credential,
    DeploySpecError,
    Keyring,
    Policy,
    Secret,
    audit,
    parse_policy,
    parse_reference,
    resolve,
)

D1 = f"sha256:{'1' * 64}"
DOCKERFILE = f"FROM quay.io/a/b\nFROM alpine\nCOPY --from=0 / /\nCOPY --from=ghcr.io/c/d:latest@{D1} / /\n"
PLAN = resolve(App({}, "web: run", DOCKERFILE))
STRICT = Policy(
    require_digest=True,
    forbid_latest=True,
    allowed_registries=["ghcr.io/c", "QUAY.IO"],
    allow_anonymous_hub=False,
    require_complete=True,
)


def codes(policy: Policy, app: App | None = None) -> list[str]:
    return [one.code for one in audit(PLAN if app is None else resolve(app), policy)]


def test_the_default_policy_has_no_requirements() -> None:
    assert codes(Policy()) == []


def test_every_image_is_checked() -> None:
    found = audit(PLAN, STRICT)
    assert [(one.code, one.message.split("`")[1]) for one in found] == [
        ("policy-digest-missing", "quay.io/a/b:latest"),
        ("policy-latest", "quay.io/a/b:latest"),
        ("policy-digest-missing", "alpine:latest"),
        ("policy-latest", "alpine:latest"),
        ("policy-registry", "alpine:latest"),
        ("policy-anonymous-hub", "alpine:latest"),
    ]
    assert {one.severity for one in found} == {"error"}


def test_an_image_with_neither_tag_nor_digest_is_latest() -> None:
    """`resolve` never returns one, but an embedder may create one."""
    pull = attrs.evolve(PLAN.pulls[0], reference=parse_reference("quay.io/a/b", default_tag=None))
    assert [one.code for one in audit(attrs.evolve(PLAN, pulls=(pull,)), Policy(forbid_latest=True))] == [
        "policy-latest"
    ]


def test_a_string_is_not_a_collection_of_registries() -> None:
    with pytest.raises(TypeError):
        Policy(allowed_registries="localhost")


def test_a_pull_from_docker_hub_with_a_login_is_allowed() -> None:
    login = Credential(scope="docker.io", username="u", password=Secret("p"))
    assert codes(Policy(allow_anonymous_hub=False), App({}, "web: run", "FROM a", keyring=Keyring([login]))) == []


def test_paths_are_whole_components() -> None:
    app = App({"APTIBLE_DOCKER_IMAGE": "quay.io/acmes/app:1"}, "web: run")
    assert codes(Policy(allowed_registries=frozenset({"quay.io/acme"})), app) == ["policy-registry"]
    assert codes(Policy(allowed_registries=frozenset()), app) == ["policy-registry"]


def test_an_incomplete_plan_violates_require_complete() -> None:
    app = App({}, "web: run", "# syntax=evil/x\n")
    assert codes(Policy(require_complete=True), app) == ["policy-incomplete"]
    assert codes(Policy(require_complete=True), App({}, "web: run", "FROM a")) == []


def test_a_policy_is_parsed_from_json() -> None:
    text = '{"require_digest": true, "allowed_registries": ["QUAY.IO"]}'
    assert parse_policy(text) == Policy(require_digest=True, allowed_registries=frozenset({"quay.io"}))
    assert parse_policy(b'{"allowed_registries": null}') == Policy()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[]", "policy-syntax"),
        ("{", "policy-syntax"),
        (b"\xff", "policy-syntax"),
        ("[" * 100_000, "policy-syntax"),
        ('{"digest": true}', "policy-member-unknown"),
        ('{"require_digest": true, "require_digest": false}', "policy-member-twice"),
        ('{"require_digest": 1}', "policy-type"),
        ('{"allowed_registries": "quay.io"}', "policy-type"),
        ('{"allowed_registries": [1]}', "policy-type"),
        ('{"allowed_registries": ["quay.io?"]}', "policy-registry-invalid"),
    ],
)
def test_errors_of_a_policy(text: str | bytes, code: str) -> None:
    with pytest.raises(DeploySpecError) as caught:
        parse_policy(text)
    assert [one.code for one in caught.value.diagnostics] == [code]
