from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployspec import (
    APTIBLE_CURRENT,
    App,
    Credential,
    DeployPlan,
    DeploySpecError,
    InvalidReference,
    Keyring,
    Secret,
    credentials_for,
    resolve,
)
from deployspec.render import Export, kubernetes, kubernetes_secret

DIGEST = f"sha256:{'a' * 64}"
KEYRING = Keyring([Credential(scope="quay.io/a", username="ada", password=Secret("hunter2"))])


def app(image: str = "quay.io/a/b:1", procfile: str = "web: run", **config: str) -> App:
    return App({"APTIBLE_DOCKER_IMAGE": image, **config}, procfile, keyring=KEYRING)


BUILD = resolve(App({}, "web: run", "FROM quay.io/a/base", keyring=KEYRING))


def manifests(export: Export) -> list[dict[str, Any]]:
    return [json.loads(document) for document in export.text.split("---\n")[1:]]


def container(plan: DeployPlan, **more: Any) -> dict[str, Any]:
    (manifest,) = manifests(kubernetes(plan, **more))
    (found,) = manifest["spec"]["template"]["spec"]["containers"]
    result: dict[str, Any] = found
    return result


def codes(export: Export) -> list[str]:
    return [one.code for one in export.losses]


def test_a_service_becomes_a_deployment() -> None:
    export = kubernetes(resolve(app(PORT="secret")), secret_name="registry")
    labels = {"app.kubernetes.io/name": "web"}
    assert manifests(export) == [
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "web", "labels": labels},
            "spec": {
                "selector": {"matchLabels": labels},
                "template": {
                    "metadata": {"labels": labels},
                    "spec": {
                        "imagePullSecrets": [{"name": "registry"}],
                        "containers": [
                            {
                                "name": "web",
                                "image": "quay.io/a/b:1",
                                "imagePullPolicy": "Always",
                                "env": [
                                    {
                                        "name": "PORT",
                                        "valueFrom": {"secretKeyRef": {"name": "environment", "key": "PORT"}},
                                    }
                                ],
                                "command": ["/bin/sh", "-c"],
                                "args": ["run"],
                            }
                        ],
                    },
                },
            },
        }
    ]
    assert export.losses == ()


def test_release_becomes_a_job_and_comes_first() -> None:
    export = kubernetes(resolve(app(procfile="web: a\nrelease: b")), secret_name="registry")
    assert [one["kind"] for one in manifests(export)] == ["Job", "Deployment"]
    assert manifests(export)[0]["spec"]["template"]["spec"]["restartPolicy"] == "Never"
    assert codes(export) == ["export-release-order-not-carried"]
    assert codes(kubernetes(resolve(app(procfile="release: b")), secret_name="registry")) == []


def test_a_build_requires_an_image_reference() -> None:
    with pytest.raises(DeploySpecError, match="export-image-not-named"):
        kubernetes(BUILD)
    with pytest.raises(InvalidReference):
        kubernetes(BUILD, image="A")
    assert container(BUILD, image="ghcr.io/x/y:1")["image"] == "ghcr.io/x/y:1"
    assert codes(kubernetes(BUILD, image="ghcr.io/x/y:1")) == []


def test_an_image_with_a_digest_is_pulled_if_it_is_missing() -> None:
    assert container(resolve(app(f"quay.io/a/b@{DIGEST}")))["imagePullPolicy"] == "IfNotPresent"


def test_unsupported_features_are_reported() -> None:
    plan = resolve(app(**{"A B": "1", "C": "2"}))
    assert codes(kubernetes(plan)) == ["export-credentials-not-carried", "export-environment-not-carried"]
    assert [one["name"] for one in container(plan)["env"]] == ["C"]


def test_a_service_with_the_default_command_of_the_image() -> None:
    plan = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/a/b:1"}, profile=APTIBLE_CURRENT))
    assert set(container(plan)) == {"name", "image", "imagePullPolicy"}


def test_invalid_names_are_errors() -> None:
    with pytest.raises(DeploySpecError) as caught:
        kubernetes(resolve(app(procfile="Web: a\nx_y: b\n-z: c\nok: d")))
    assert [one.code for one in caught.value.diagnostics] == ["export-service-name-not-carried"] * 3
    for name in ("", "A", "a_b", "-a", "a\n", "a" * 64):
        with pytest.raises(DeploySpecError, match="export-kubernetes-name-invalid"):
            kubernetes(resolve(app()), secret_name=name)
        with pytest.raises(DeploySpecError, match="export-kubernetes-name-invalid"):
            kubernetes_secret(resolve(app()), {}, name=name)


def expanded(text: str) -> str:
    """Expand an argument without defined variables as documented by Kubernetes."""
    return re.sub(r"\$\$|\$\([^)]*\)", lambda found: "$" if found[0] == "$$" else found[0], text)


@given(st.text("$()ax ", min_size=1))
def test_the_kubelet_expands_no_variables_of_a_command(command: str) -> None:
    plan = resolve(app(procfile=f"web: x{command}y"))
    (text,) = container(plan)["args"]
    assert expanded(text) == f"x{command}y"
    assert not re.search(r"(?<!\$)(?:\$\$)*\$\([^)]*\)", text)


def test_a_command_without_references_is_unchanged() -> None:
    assert container(resolve(app(procfile="web: echo $HOME ${X} 5$")))["args"] == ["echo $HOME ${X} 5$"]


def auths(export: Export) -> dict[str, dict[str, str]]:
    text = base64.b64decode(json.loads(export.text)["data"][".dockerconfigjson"])
    found: dict[str, dict[str, str]] = json.loads(text)["auths"]
    return found


def secret_for(image: str, *logins: Credential, allow_widening: bool = False) -> Export:
    asked = App({"APTIBLE_DOCKER_IMAGE": image}, "web: run", keyring=Keyring(logins))
    plan = resolve(asked)
    return kubernetes_secret(plan, credentials_for(plan, asked), name="registry", allow_widening=allow_widening)


def test_the_secret_contains_a_key_for_each_repository() -> None:
    plan = resolve(app())
    credentials = credentials_for(plan, app())
    export = kubernetes_secret(plan, credentials, name="registry.example")
    assert list(auths(export)) == ["quay.io/a/b"]
    manifest = json.loads(export.text)
    assert manifest.pop("data").keys() == {".dockerconfigjson"}
    assert manifest == {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "registry.example"},
        "type": "kubernetes.io/dockerconfigjson",
    }
    assert export.holds_secrets


@pytest.mark.parametrize(
    ("image", "scope", "key"),
    [
        ("acme/app", "docker.io", "docker.io/acme/app"),
        ("quay.io/v1/app", "quay.io", "quay.io/v1/v1/app"),
        ("quay.io/v2/v1/app", "quay.io", "quay.io/v1/v2/v1/app"),
        ("quay.io/v1", "quay.io", "quay.io/v1"),
        ("[::1]:5000/a/b", "[::1]:5000", "[::1]:5000/a/b"),
    ],
)
def test_the_keys_are_as_the_kubelet_reads_them(image: str, scope: str, key: str) -> None:
    login = Credential(scope=scope, username="ada", password=Secret("pw"))
    export = secret_for(image, login)
    assert auths(export) == {key: {"auth": "YWRhOnB3"}}
    assert codes(export) == []


def test_the_kubelet_compares_keys_as_strings() -> None:
    export = secret_for("quay.io/a/b", Credential(scope="quay.io/a", username="ada", password=Secret("pw")))
    (widened,) = export.losses
    assert (widened.code, widened.severity) == ("export-credentials-widened", "warning")
    assert widened.message == "login for `quay.io/a` is also sent for images whose names begin with `quay.io/a/b`"


def test_an_address_without_a_port_cannot_be_a_key() -> None:
    export = secret_for("[::1]/a/b", Credential(scope="[::1]", username="ada", password=Secret("pw")))
    assert (auths(export), codes(export)) == ({}, ["export-credentials-not-carried"])
    assert not export.holds_secrets


def test_an_anonymous_image_whose_name_begins_with_a_key_is_an_error() -> None:
    login = Credential(scope="quay.io/a/b", username="ada", password=Secret("pw"))
    asked = App({}, "web: run", "FROM quay.io/a/b\nCOPY --from=quay.io/a/bc / /", keyring=Keyring([login]))
    plan = resolve(asked)
    credentials = credentials_for(plan, asked)
    with pytest.raises(DeploySpecError) as caught:
        kubernetes_secret(plan, credentials, name="registry")
    (error,) = caught.value.diagnostics
    message = "login for `quay.io/a/b` would also be sent for `quay.io/a/bc:latest`, pulled anonymously"
    assert (error.code, error.message) == ("export-credentials-widened", message)
    export = kubernetes_secret(plan, credentials, name="registry", allow_widening=True)
    assert [one.severity for one in export.losses] == ["warning", "warning"]


@pytest.mark.parametrize("password", ["", "pw"])
def test_an_identity_token_is_reported(password: str) -> None:
    login = Credential(scope="quay.io", username="u", password=Secret(password), identity_token=Secret("t"))
    export = secret_for("quay.io/a/b:1", login)
    assert codes(export) == ["export-identity-token-not-carried"]
    assert auths(export) == ({"quay.io/a/b": {"auth": "dTpwdw=="}} if password else {})


@pytest.mark.parametrize("name", [".", "..X", "A" * 254])
def test_a_variable_that_is_not_a_valid_key_is_left_out(name: str) -> None:
    export = kubernetes(resolve(App({name: "1", ".A": "2"}, "web: run", "FROM scratch")), image="quay.io/a/b:1")
    assert "export-environment-not-carried" in [one.code for one in export.losses]
    assert f'"{name}"' not in export.text
    assert '".A"' in export.text


@pytest.mark.parametrize(
    ("name", "is_valid"),
    [
        (".".join(["a" * 63] * 3 + ["a" * 61]), True),
        (".".join(["a" * 63] * 3 + ["a" * 62]), False),
        ("a" * 63, True),
        ("a" * 64, False),
        ("a", True),
        ("", False),
        ("a.", False),
        ("-a", False),
        ("a-", False),
        ("a\n", False),
    ],
)
def test_the_bounds_of_the_name_of_a_secret(name: str, *, is_valid: bool) -> None:
    plan = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"}, "web: run"))
    if is_valid:
        assert json.loads(kubernetes_secret(plan, {}, name=name).text)["metadata"]["name"] == name
    else:
        with pytest.raises(DeploySpecError, match="export-kubernetes-name-invalid"):
            kubernetes_secret(plan, {}, name=name)


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("v1/app", "quay.io/v1/v1/app"),
        ("v2/app", "quay.io/v1/v2/app"),
        ("v3/app", "quay.io/v3/app"),
        ("v10/v1/app", "quay.io/v10/v1/app"),
        ("a/v1/app", "quay.io/a/v1/app"),
        ("v1", "quay.io/v1"),
        ("v1-a/b", "quay.io/v1-a/b"),
    ],
)
def test_only_a_leading_version_of_the_path_is_written_twice(path: str, key: str) -> None:
    login = Credential(scope="quay.io", username="a", password=Secret("b"))
    app = App({"APTIBLE_DOCKER_IMAGE": f"quay.io/{path}:1"}, "web: run", keyring=Keyring([login]))
    plan = resolve(app)
    data = json.loads(kubernetes_secret(plan, credentials_for(plan, app), name="x").text)["data"]
    assert list(json.loads(base64.b64decode(data[".dockerconfigjson"]))["auths"]) == [key]
