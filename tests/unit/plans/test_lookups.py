from __future__ import annotations

import json
from typing import Any

import pytest

from deployspec import App, Credential, DeployPlan, Keyring, Secret, compare_lookups, parse_docker_config, resolve

HUB = "https://index.docker.io/v1/"
ADA, BOT = {"auth": "YWRhOnB3"}, {"auth": "Ym90OnB3"}


def plan_of(image: str, text: str) -> DeployPlan:
    return resolve(App({"APTIBLE_DOCKER_IMAGE": image}, "web: run", keyring=parse_docker_config(text)))


def compared(image: str, auths: Any, **members: Any) -> list[str]:
    text = json.dumps({"auths": auths, **members})
    notes = compare_lookups(plan_of(image, text), text)
    assert all((one.code, one.severity) == ("lookup-differs", "note") for one in notes)
    return [one.message.removeprefix(f"`{image}` is pulled ") for one in notes]


@pytest.mark.parametrize(
    ("image", "auths", "members"),
    [
        ("quay.io/a/b:1", {"quay.io": ADA}, {}),
        ("quay.io/a/b:1", {}, {"currentContext": "x"}),
        ("acme/b:1", {HUB: ADA}, {}),
        ("acme/b:1", {HUB: ADA, "docker.io": ADA}, {}),
        ("registry-1.docker.io/acme/b:1", {HUB: ADA, "https://registry-1.docker.io/v2/": ADA}, {}),
        ("quay.io/a/b:1", {"ghcr.io": ADA, "https://quay.io/v2/": ADA}, {}),
        ("quay.io/a/b:1", {"quay.io": {"auth": "YWRhOg==", "identitytoken": "t"}}, {}),
    ],
)
def test_nothing_is_reported_if_the_clients_do_the_same(image: str, auths: Any, members: Any) -> None:
    assert compared(image, auths, **members) == []


@pytest.mark.parametrize(
    ("image", "auths", "members", "note"),
    [
        ("quay.io/a/b:1", {"quay.io/c": ADA}, {}, "anonymously, but docker uses the entry `quay.io/c`"),
        ("acme/b:1", {"docker.io": ADA}, {}, "with the entry `docker.io`, but docker uses no login"),
        (
            "quay.io/a/b:1",
            {"quay.io/a": ADA, "quay.io/c": BOT},
            {},
            "with the entry `quay.io/a`, but docker chooses at random",
        ),
        ("quay.io/a/b:1", {"quay.io/c": ADA, "quay.io/d": BOT}, {}, "anonymously, but docker chooses at random"),
        (
            "quay.io/a/b:1",
            {"quay.io": ADA},
            {"credHelpers": {"quay.io": "pass"}},
            "with the entry `quay.io`, but docker asks docker-credential-pass and podman asks docker-credential-pass",
        ),
        (
            "quay.io/a/b:1",
            {"quay.io": {"auth": "x"}, "ghcr.io": ADA},
            {},
            "anonymously, but podman fails",
        ),
        (
            "quay.io/a/b:1",
            {"quay.io": {"username": "ada", "password": "pw"}},
            {},
            "with the entry `quay.io`, but podman uses no login",
        ),
    ],
)
def test_differences_are_reported(image: str, auths: Any, members: Any, note: str) -> None:
    assert compared(image, auths, **members) == [note]


def test_a_build_is_compared_with_docker_build() -> None:
    text = json.dumps({"auths": {"quay.io/c": ADA}})
    app = App({}, "web: run", "FROM quay.io/a/b\nCOPY --from=alpine / /", keyring=parse_docker_config(text))
    (note,) = compare_lookups(resolve(app), text, file="my config.json")
    assert note.message == "`quay.io/a/b:latest` is pulled anonymously, but docker build uses the entry `quay.io/c`"
    assert note.hint == "run `deployspec lookup quay.io/a/b:latest --docker-config 'my config.json'`"
    assert note.source == "docker-config"


def test_a_secret_is_compared_with_the_kubelet() -> None:
    inner = json.dumps({"auths": {"quay.io": {"identitytoken": "t"}}})
    kind = "kubernetes.io/dockerconfigjson"
    members = {"kind": "Secret", "metadata": {}, "type": kind, "stringData": {".dockerconfigjson": inner}}
    text = json.dumps(members)
    (note,) = compare_lookups(plan_of("quay.io/a/b:1", text), text)
    assert note.message.endswith("is pulled with the entry `quay.io`, but the kubelet uses no login")


def test_the_data_of_a_secret_is_compared_with_no_client() -> None:
    text = json.dumps({".dockercfg": "eyJxdWF5LmlvIjp7ImF1dGgiOiJZV1JoT25CMyJ9fQ=="})
    plan = plan_of("quay.io/a/b:1", text)
    assert [pull.credential is None for pull in plan.pulls] == [False]
    assert compare_lookups(plan, text) == ()


def test_logins_from_elsewhere_and_rejected_images_are_left_out() -> None:
    text = json.dumps({"auths": {"quay.io": ADA}})
    login = Credential(scope="quay.io/a", username="ada", password=Secret("pw"))
    app = App({"APTIBLE_DOCKER_IMAGE": "quay.io/a/b:1"}, "web: run")
    assert compare_lookups(resolve(app, platform_keyring=Keyring([login])), text) == ()
    # podman rejects a host in upper case without a dot.
    assert compared("Quay/a/b:1", {"quay": ADA}) == ["with the entry `quay`, but docker uses no login"]


def test_twenty_images_are_compared() -> None:
    text = json.dumps({"auths": {"quay.io/c": ADA}})
    dockerfile = "FROM scratch\n" + "".join(f"COPY --from=quay.io/a/b{number} / /\n" for number in range(30))
    app = App({}, "web: run", dockerfile, keyring=parse_docker_config(text))
    assert len(compare_lookups(resolve(app), text)) == 20


@pytest.mark.parametrize("arguments", [(1, ""), (None, 2), (None, "", 3)])
def test_other_types_are_refused(arguments: tuple[Any, ...]) -> None:
    plan, text, *file = arguments
    given = plan_of("a/b:1", "") if plan is None else plan
    with pytest.raises(TypeError):
        compare_lookups(given, text, **({"file": file[0]} if file else {}))
