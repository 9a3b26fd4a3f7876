"""Stored plans with mirrors: JSON, fingerprint, differences and policies."""

from __future__ import annotations

import json

import attrs
import pytest

from deployspec import (
    App,
    Credential,
    DeployPlan,
    InvalidPlan,
    Keyring,
    Mirror,
    Policy,
    Pull,
    Secret,
    audit,
    compare_lookups,
    diff,
    fingerprint,
    parse_docker_config,
    plan_from_json,
    plan_to_json,
    resolve,
)

PLATFORM = Keyring([Credential(scope="m.example", username="u", password=Secret("p"))])


def planned(image: str = "acme/web:1", location: str = "m.example/hub", keyring: Keyring = PLATFORM) -> DeployPlan:
    app = App({"APTIBLE_DOCKER_IMAGE": image}, "web: run")
    return resolve(app, platform_keyring=keyring, mirrors=[Mirror("docker.io", location)])


PLAIN = resolve(App({"APTIBLE_DOCKER_IMAGE": "acme/web:1"}, "web: run"))


def test_json() -> None:
    text = plan_to_json(planned())
    assert plan_from_json(text) == planned()
    assert json.loads(text)["pulls"][0]["mirror"] == "m.example/hub/acme/web:1"
    assert json.loads(plan_to_json(PLAIN))["pulls"][0]["mirror"] is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("m.example/hub/acme/web:1", "m.example/hub/acme/web:2"),
        ("m.example/hub/acme/web:1", "evil.example/hub/acme/web:1"),
        ('"m.example/hub/acme/web:1"', "null"),
        ('"platform"', '"app"'),
        ("keyring:m.example", "default"),
        ("m.example/hub/acme/web:1", "web:1"),
    ],
)
def test_an_edited_plan_is_refused(old: str, new: str) -> None:
    with pytest.raises(InvalidPlan):
        plan_from_json(plan_to_json(planned()).replace(old, new))


def test_fingerprint_and_diff() -> None:
    plan = planned()
    assert fingerprint(plan) != fingerprint(PLAIN)
    assert [(one.kind, one.old, one.new) for one in diff(PLAIN, plan).changes] == [
        ("image-mirror", None, "m.example/hub/acme/web:1"),
        ("credential", "anonymous", "platform login for m.example (keyring:m.example)"),
    ]
    moved = diff(plan, planned(location="m.example/other"))
    assert [str(change) for change in moved.changes] == [
        "image-mirror docker.io/acme/web:1: m.example/hub/acme/web:1 -> m.example/other/acme/web:1"
    ]
    assert moved.requires == "pull"
    assert [change.kind for change in diff(plan, planned("acme/web:2")).changes] == ["image-tag"]
    both = diff(plan, planned("acme/web:2", "n.example", Keyring()))
    assert [change.kind for change in both.changes] == ["image-tag", "image-mirror", "credential"]
    assert not diff(plan, plan).changes


def test_an_image_that_is_pulled_in_two_ways() -> None:
    """Only an edited plan pulls an image in two ways."""
    (one,) = planned().pulls
    other = attrs.evolve(one, mirror=None, credential=None)
    crossed = attrs.evolve(one, credential=None), attrs.evolve(other, credential=one.credential)
    old = attrs.evolve(PLAIN, pulls=(one, other))
    new = attrs.evolve(PLAIN, pulls=crossed)
    assert fingerprint(old) != fingerprint(new)
    assert [change.kind for change in diff(old, new).changes] == ["credential"]


def test_clients_are_asked_for_the_image_of_the_mirror() -> None:
    text = '{"auths": {"m.example": {"auth": "YWRhOnB3"}}}'
    app = App({"APTIBLE_DOCKER_IMAGE": "acme/web:1"}, "web: run", keyring=parse_docker_config(text))
    (note, *_) = compare_lookups(resolve(app, mirrors=[Mirror("docker.io", "m.example/hub")]), text)
    assert note.message.startswith(
        "`m.example/hub/acme/web:1` is pulled anonymously, but docker uses the entry `m.example`"
    )
    assert compare_lookups(planned(), text) == ()


def test_the_registry_of_a_mirror_counts_for_a_policy() -> None:
    plan = planned()
    assert isinstance(plan.action, Pull)
    assert audit(plan, Policy(allowed_registries=["m.example"], allow_anonymous_hub=False)) == ()
    (violation,) = audit(plan, Policy(allowed_registries=["docker.io"]))
    assert violation.message == "`acme/web:1` is pulled from `m.example`, which is not an allowed registry"
    (violation,) = audit(PLAIN, Policy(allow_anonymous_hub=False))
    assert violation.code == "policy-anonymous-hub"
