"""Properties of exports: only auth files and Secrets contain secrets, and a login is only used for its images."""

from __future__ import annotations

import base64
import json
import pickle
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deployspec import (
    App,
    BuildOptions,
    Credential,
    Credentials,
    DeployPlan,
    DeploySpecError,
    Keyring,
    Secret,
    credentials_for,
    render,
    resolve,
)
from deployspec._logins.scope import covers

USER, PASSWORD, TOKEN, VALUE = "uQ7zk4Qv9Tt2", "pLxW8pRbM3nJ", "tB5cV1yHs6Kd", "vD9fGa0eWr4X"
ENCODED = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
SECRETS = (USER, PASSWORD, TOKEN, VALUE, ENCODED, base64.b64encode(ENCODED.encode()).decode().rstrip("=")[:-2])
SCOPES = ["quay.io", "quay.io/a", "quay.io/c", "docker.io", "ghcr.io/a/b"]
images = st.sampled_from(["quay.io/a/b:1", "quay.io/c/d", "acme/web", "ghcr.io/a/b", "quay.io/e/f"])
dockerfiles = st.lists(images, min_size=1, max_size=4).map(
    lambda found: "\n".join([f"FROM {found[0]}", *(f"COPY --from={image} / /" for image in found[1:])])
)


def login(scope: str) -> Credential:
    token = Secret(TOKEN) if scope == "docker.io" else None
    # Each has another password, so that the tests can distinguish them.
    return Credential(scope=scope, username=USER, password=Secret(f"{PASSWORD}{scope}"), identity_token=token)


apps = st.builds(
    App,
    st.fixed_dictionaries({"OTHER": st.just(VALUE)}, optional={"APTIBLE_DOCKER_IMAGE": images}),
    st.sampled_from(["web: run", "web: a\nrelease: b"]),
    dockerfiles,
    build=st.sampled_from([BuildOptions(), BuildOptions(contexts={"acme/web": "docker-image://quay.io/a/b:2"})]),
    keyring=st.lists(st.sampled_from(SCOPES), unique=True).map(lambda scopes: Keyring(map(login, scopes))),
)
TOOLS: list[Any] = ["docker", "podman", "buildah", "skopeo"]


def open_exports(plan: DeployPlan) -> Iterator[object]:
    """Exports that must not contain secrets."""
    for tool in TOOLS:
        yield render.commands(plan, tool=tool)
        yield render.commands(plan, tool=tool, tag="localhost/x:1", auth_file="/run/config.json")
    for export in (
        render.compose(plan),
        render.bake(plan),
        render.kubernetes(plan, image="ghcr.io/x/y:1", secret_name="registry"),
        render.kubernetes(plan, image="ghcr.io/x/y:1"),
    ):
        assert not export.holds_secrets
        yield export
        yield export.text


def closed_exports(plan: DeployPlan, credentials: Credentials) -> Iterator[render.Export]:
    for tool in TOOLS:
        yield render.auth_file(plan, credentials, tool=tool)
    yield render.kubernetes_secret(plan, credentials, name="registry")


@given(apps)
def test_secrets_are_only_in_auth_files(app: App) -> None:
    plan = resolve(app)
    credentials = credentials_for(plan, app)
    shown = [f"{one!r}{one}" for one in open_exports(plan)]
    try:
        for export in closed_exports(plan, credentials):
            shown += (repr(export), str(export.losses))
            if export.holds_secrets:
                with pytest.raises(TypeError):
                    pickle.dumps(export)
        shown += (repr(render.auth_config(pull, credentials)) for pull in plan.pulls)
    except DeploySpecError as error:
        shown += traceback.TracebackException.from_exception(error, capture_locals=True).format()
    assert not [text for text in shown for secret in SECRETS if secret in text]


@given(apps)
def test_an_auth_file_contains_exactly_the_logins_of_the_plan(app: App) -> None:
    plan = resolve(app)
    credentials = credentials_for(plan, app)
    for tool in TOOLS[1:]:
        entries = json.loads(render.auth_file(plan, credentials, tool=tool).text)["auths"]
        wanted = {pull.reference.repository: pull.credential for pull in plan.pulls if pull.credential}
        assert entries.keys() == wanted.keys()
        for repository, reference in wanted.items():
            assert base64.b64decode(entries[repository]["auth"]).decode() == f"{USER}:{PASSWORD}{reference.scope}"


@given(apps)
def test_docker_gets_at_most_one_login_for_a_registry(app: App) -> None:
    plan = resolve(app)
    credentials = credentials_for(plan, app)
    by_host: dict[str, set[str]] = {}
    for pull in plan.pulls:
        if pull.credential is not None:
            by_host.setdefault(pull.reference.host, set()).add(pull.credential.scope)
    clash = any(len(scopes) > 1 for scopes in by_host.values())
    anonymous = {pull.reference.host.lower() for pull in plan.pulls if pull.credential is None}
    wider = not anonymous.isdisjoint(host.lower() for host in by_host)
    try:
        export = render.auth_file(plan, credentials)
    except DeploySpecError as error:
        assert {one.code for one in error.diagnostics} == {
            "credentials-conflict" if clash else "export-credentials-widened"
        }
        assert clash or wider
    else:
        assert not clash
        assert not wider
        keys = {"https://index.docker.io/v1/" if host == "docker.io" else host for host in by_host}
        assert json.loads(export.text)["auths"].keys() == keys
        widened = {scope for scopes in by_host.values() for scope in scopes if "/" in scope}
        assert len([one for one in export.losses if one.code == "export-credentials-widened"]) == len(widened)


@given(apps, apps)
def test_a_login_is_only_used_for_the_images_of_its_plan(app: App, other: App) -> None:
    """For any plan with any credentials: no image gets a login that does not cover it."""
    plan, credentials = resolve(app), credentials_for(resolve(other), other)
    for pull in plan.pulls:
        try:
            config = render.auth_config(pull, credentials)
        except DeploySpecError as error:
            assert [one.code for one in error.diagnostics] == ["credentials-missing"]
            continue
        assume(config is not None)
        assert pull.credential is not None
        assert covers(pull.credential.scope, pull.reference)
        assert (config or {})["password"] == f"{PASSWORD}{pull.credential.scope}"


@given(apps)
def test_every_export_is_deterministic(app: App) -> None:
    first, second = (list(map(repr, open_exports(resolve(app)))) for _ in range(2))
    assert first == second
