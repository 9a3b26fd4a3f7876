"""Which images are pulled from a mirror, and which login goes where."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from deployspec import (
    APTIBLE_CURRENT,
    App,
    Build,
    Credential,
    Credentials,
    DeployPlan,
    Extend,
    Keyring,
    Mirror,
    ResolutionError,
    Secret,
    counterfactuals,
    credentials_for,
    pin,
    plan_from_json,
    plan_to_json,
    resolve,
)

HUB = Mirror("docker.io", "mirror.example/hub")
IMAGE, HOST = "APTIBLE_DOCKER_IMAGE", "APTIBLE_PRIVATE_REGISTRY_HOST"
EMPTY = Keyring()
DIGEST = f"sha256:{'0' * 64}"
LOGIN = {"APTIBLE_PRIVATE_REGISTRY_USERNAME": "ada", "APTIBLE_PRIVATE_REGISTRY_PASSWORD": "pw"}


def keyring(*scopes: str) -> Keyring:
    return Keyring(Credential(scope=scope, username="u", password=Secret(f"for {scope}")) for scope in scopes)


def built(dockerfile: str, *scopes: str, mirrors: Any = (HUB,), **more: Any) -> DeployPlan:
    return resolve(App({}, "web: run", dockerfile, **more), platform_keyring=keyring(*scopes), mirrors=mirrors)


def places(plan: DeployPlan) -> list[tuple[str, str | None]]:
    return [(str(pull.pulled_from), pull.credential.source if pull.credential else None) for pull in plan.pulls]


def test_a_build() -> None:
    plan = built("FROM ruby:3.4\nCOPY --from=quay.io/a/b:1 / /", "mirror.example")
    assert isinstance(plan.action, Build)
    assert places(plan) == [
        ("mirror.example/hub/library/ruby:3.4", "keyring:mirror.example"),
        ("quay.io/a/b:1", None),
    ]
    assert str(plan.pulls[0].reference) == "docker.io/library/ruby:3.4"
    assert plan.action.recipe.images == plan.pulls
    assert [step.outcome for step in plan.trace if step.rule in {"mirror", "pull"}] == [
        "mirror.example/hub/library/ruby:3.4",
        "keyring:mirror.example",
        "anonymous",
    ]


def test_a_pull() -> None:
    app = App({IMAGE: "acme/web:1"}, "web: run")
    plan = resolve(app, mirrors=[HUB])
    assert places(plan) == [("mirror.example/hub/acme/web:1", None)]
    assert [step.outcome for step in plan.trace if step.rule in {"mirror", "pull"}] == [
        "mirror.example/hub/acme/web:1",
        "anonymous",
    ]
    assert resolve(app, mirrors=iter([HUB])) == plan
    assert resolve(app, mirrors=[]) == resolve(app)


def test_a_listed_frontend_follows_the_rules_and_a_custom_one_does_not() -> None:
    plan = built("# syntax=docker/dockerfile:1\nFROM scratch", "mirror.example")
    assert places(plan) == [("mirror.example/hub/docker/dockerfile:1", "keyring:mirror.example")]
    plan = built("# syntax=acme/frontend:1\nFROM scratch", "mirror.example")
    assert places(plan) == [("docker.io/acme/frontend:1", None)]
    (note,) = [one for one in plan.diagnostics if one.code == "mirror-skipped"]
    assert note.message == "image `acme/frontend:1` is not pulled from a mirror, because it is a custom frontend"


def test_a_private_image_is_not_mirrored() -> None:
    plan = built("FROM alpine\nFROM acme/base:1", keyring=keyring("docker.io/acme"))
    assert isinstance(plan.action, Extend)
    assert places(plan) == [("docker.io/acme/base:1", "keyring:docker.io/acme")]
    (note,) = plan.diagnostics
    assert (note.code, note.severity, note.source, note.line) == ("mirror-skipped", "note", "Dockerfile", 2)
    plan = resolve(
        App({IMAGE: "acme/web:1", **LOGIN}, "web: run"), mirrors=[HUB], platform_keyring=keyring("mirror.example")
    )
    assert places(plan) == [("docker.io/acme/web:1", "default")]
    assert [step.outcome for step in plan.trace if step.rule == "mirror"] == ["skipped"]
    current = App({IMAGE: "quay.io/a/b:1", **LOGIN}, "web: run", profile=APTIBLE_CURRENT)
    assert places(resolve(current, mirrors=[Mirror("quay.io", "m.example")])) == [("quay.io/a/b:1", "image")]


def test_a_mirror_gets_no_login_of_the_app() -> None:
    """Not even one for the registry of the mirror: the action would change."""
    plan = built("FROM ruby:3.4\nFROM mirror.example/acme/base\nCOPY --from=0 / /", keyring=keyring("mirror.example"))
    assert places(plan) == [
        ("mirror.example/hub/library/ruby:3.4", None),
        ("mirror.example/acme/base:latest", "keyring:mirror.example"),
    ]
    assert plan.pulls[1].credential is not None
    assert plan.pulls[1].credential.owner == "app"


def test_a_login_of_the_platform_for_the_image_does_not_go_to_the_mirror() -> None:
    plan = built("FROM acme/base\nCOPY --from=quay.io/a/b / /", "docker.io/acme", "quay.io/a", "mirror.example/other")
    assert places(plan) == [("mirror.example/hub/acme/base:latest", None), ("quay.io/a/b:latest", "keyring:quay.io/a")]


@pytest.mark.parametrize(
    "image",
    [
        *("mirror.example/secret/app", "mirror.example/hub/library/ruby", "MIRROR.example/secret/app"),
        *("mirror.example.evil.example/hub/x", "evilmirror.example/hub/x", "mirror.example:443/hub/x"),
    ],
)
def test_a_login_for_a_whole_registry_is_only_for_mirrors(image: str) -> None:
    plan = built(f"FROM {image}\nFROM ruby\nCOPY --from=0 / /", "mirror.example")
    assert [login for _, login in places(plan)] == [None, "keyring:mirror.example"]
    with pytest.raises(ResolutionError) as caught:
        built("FROM ruby", "mirror.example", mirrors=())
    assert [one.code for one in caught.value.diagnostics] == ["credentials-platform-scope-missing"]
    with pytest.raises(ResolutionError) as caught:
        built("FROM ruby", "mirror.example", "quay.io", "docker.io")
    assert [one.message.split("`")[1] for one in caught.value.diagnostics] == ["quay.io", "docker.io"]


def test_the_most_specific_login_goes_to_the_mirror() -> None:
    plan = built("FROM ruby\nCOPY --from=acme/web / /", "mirror.example", "mirror.example/hub/library")
    assert [login for _, login in places(plan)] == ["keyring:mirror.example/hub/library", "keyring:mirror.example"]


def test_an_alias_of_docker_hub_as_mirror() -> None:
    """Logins are compared by registry, whatever the name of the registry."""
    plan = built("FROM quay.io/a/b", "docker.io", mirrors=[Mirror("quay.io", "registry-1.docker.io/cache")])
    assert places(plan) == [("registry-1.docker.io/cache/a/b:latest", "keyring:docker.io")]
    plan = built("FROM a/b", "docker.io", mirrors=[Mirror("quay.io", "registry-1.docker.io/cache")])
    assert places(plan) == [("docker.io/a/b:latest", None)]


def test_a_name_that_is_too_long_for_the_mirror() -> None:
    image = "x/" * 124 + "abcd:1"
    plan = built(f"FROM {image}")
    assert places(plan) == [(f"docker.io/{image}", None)]
    assert plan.diagnostics[0].message.endswith("because its name in the mirror is not a valid reference")


def test_a_wrong_login_is_still_an_error() -> None:
    with pytest.raises(ResolutionError) as caught:
        resolve(App({IMAGE: "acme/web:1", HOST: "mirror.example", **LOGIN}, "web: run"), mirrors=[HUB])
    assert [one.code for one in caught.value.diagnostics] == ["credentials-host-mismatch"]


def test_errors_of_mirrors_are_reported_with_those_of_the_app() -> None:
    mirrors = [HUB, HUB, Mirror("quay.io", "quay.io/x")]
    with pytest.raises(ResolutionError) as caught:
        resolve(App({IMAGE: "quay.io/A"}, "web: run"), mirrors=mirrors)
    assert [one.code for one in caught.value.diagnostics] == [
        "reference-uppercase",
        "mirror-duplicate",
        "mirror-loop",
    ]


@pytest.mark.parametrize("wrong", ["docker.io=m.example", 7, None, [HUB, "x"], [("docker.io", "m.example")]])
def test_other_values_are_type_errors(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"mirrors(\[\d\])? must be a"):
        resolve(App({}, "web: run", "FROM a"), mirrors=wrong)


# Secrets


def test_credentials() -> None:
    app, platform = App({}, "web: run", "FROM ruby"), keyring("mirror.example")
    plan = resolve(app, platform_keyring=platform, mirrors=[HUB])
    assert plan_from_json(plan_to_json(plan)) == plan
    (found,) = credentials_for(plan, app, platform_keyring=platform).values()
    assert found.password.reveal() == "for mirror.example"
    with pytest.raises(ResolutionError):
        credentials_for(plan, app)


def test_an_edited_plan_gets_no_login() -> None:
    """Without the mirror, to another registry, or with a login of the app."""
    app = App({}, "web: run", "FROM ruby", keyring=keyring("mirror.example"))
    platform = keyring("mirror.example")
    plan = resolve(app, platform_keyring=platform, mirrors=[HUB])
    (pull,) = plan.pulls
    assert pull.mirror is not None
    assert pull.credential is not None
    direct = attrs.evolve(pull, reference=pull.mirror, mirror=None)
    evil = attrs.evolve(pull, mirror=attrs.evolve(pull.mirror, host="evil.example"))
    of_app = attrs.evolve(pull, credential=attrs.evolve(pull.credential, owner="app"))
    for edited in (direct, evil, of_app):
        assert not edited.login_fits
        with pytest.raises(ResolutionError) as caught:
            credentials_for(attrs.evolve(plan, pulls=(edited,)), app, platform_keyring=platform)
        assert [one.code for one in caught.value.diagnostics] == ["credentials-out-of-scope"]
    assert isinstance(credentials_for(plan, app, platform_keyring=platform), Credentials)


def test_a_stored_plan_is_compared_with_the_mirrors() -> None:
    """An edited plan could otherwise name any image of the mirror's registry."""
    app, platform = App({}, "web: run", "FROM ruby\nCOPY --from=quay.io/a/b / /"), keyring("mirror.example")
    plan = pin(resolve(app, platform_keyring=platform, mirrors=[HUB]), {"ruby": DIGEST, "quay.io/a/b": DIGEST})
    assert len(credentials_for(plan, app, platform_keyring=platform, mirrors=[HUB])) == 1
    (pull, other) = plan.pulls
    assert pull.mirror is not None
    edited = attrs.evolve(pull, mirror=attrs.evolve(pull.mirror, path="secret/app"))
    for changed, mirrors in ((edited, [HUB]), (pull, []), (pull, [Mirror("docker.io", "mirror.example")])):
        with pytest.raises(ResolutionError) as caught:
            credentials_for(attrs.evolve(plan, pulls=(changed, other)), app, platform_keyring=platform, mirrors=mirrors)
        assert [one.code for one in caught.value.diagnostics] == ["credentials-out-of-scope"]


def test_counterfactuals_with_mirrors() -> None:
    def resolver(app: App, /, *, platform_keyring: Keyring = EMPTY) -> DeployPlan:
        return resolve(app, platform_keyring=platform_keyring, mirrors=[HUB])

    app = App({IMAGE: "acme/web:1", **LOGIN}, "web: run")
    (without_image, without_login) = counterfactuals(app, resolver=resolver)
    assert without_image.change == f"unset `{IMAGE}`"
    assert isinstance(without_login.outcome, DeployPlan)
    assert places(without_login.outcome) == [("mirror.example/hub/acme/web:1", None)]
