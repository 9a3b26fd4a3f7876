"""Exported logins, read by the rules of the tools: each image of a plan gets exactly its login.

The files come from `deployspec.render`, the rules from `deployspec.lookup`; neither uses the other.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deployspec import (
    App,
    Client,
    Credential,
    CredentialRef,
    DeployPlan,
    DeploySpecError,
    ImageReference,
    InvalidReference,
    Keyring,
    LookupOutcome,
    Pull,
    Secret,
    credentials_for,
    lookup,
    parse_reference,
    render,
    resolve,
)
from deployspec._logins.scope import covers

HOSTS = [
    "",
    "docker.io/",
    "index.docker.io/",
    "registry-1.docker.io/",
    "quay.io/",
    "QUAY.io/",
    "quay.io:443/",
    "localhost:5000/",
    "localhost/",
    "dhi.io/",
    "[::1]:5000/",
    "[::1]/",
]
PATHS = [
    "acme/app",
    "acme/app-evil",
    "acme/app/sub",
    "acme/ap",
    "other/app",
    "v1/app",
    "v2/v1/app",
    "app",
    "config.json/a",
]
SCOPES = ["", "/acme", "/acme/app", "/acme/app/sub", "/v1", "/other/app"]
TOKENS: list[dict[str, Any]] = [
    {"username": "ada"},
    {"username": "ada", "identity_token": Secret("t")},
    {"username": "", "password": Secret(""), "identity_token": Secret("t")},
    {"username": "00000000-0000-0000-0000-000000000000", "password": Secret(""), "identity_token": Secret("t")},
]
images: st.SearchStrategy[str] = st.builds("{}{}".format, st.sampled_from(HOSTS), st.sampled_from(PATHS))
scopes = st.builds(
    "{}{}".format, st.sampled_from(["docker.io", *(host[:-1] for host in HOSTS[4:])]), st.sampled_from(SCOPES)
)


def credential(scope: str, form: int) -> Credential:
    return Credential(scope=scope, **{"password": Secret(f"pw of {scope}"), **TOKENS[form]})


keyrings = st.lists(
    st.builds(credential, scopes, st.sampled_from([0, 0, 0, 1, 2, 3])),
    unique_by=lambda login: login.scope,
    max_size=6,
).map(Keyring)


def dockerfile(found: list[str]) -> str:
    first, *others = found
    return "\n".join([f"FROM {first}", *(f"COPY --from={image} / /" for image in others)])


frontends = st.just("") | images.map("# syntax={}\n".format)
several: st.SearchStrategy[list[str]] = st.lists(images, min_size=1, max_size=4)
builds = st.builds(
    App,
    st.just({}),
    st.just("web: run"),
    st.builds("{}{}".format, frontends, several.map(dockerfile)),
    keyring=keyrings,
)
pulls = st.builds(App, st.fixed_dictionaries({"APTIBLE_DOCKER_IMAGE": images}), st.just("web: run"), keyring=keyrings)
apps = builds | pulls

Logins = Mapping[CredentialRef, Credential]


def planned(app: App) -> tuple[DeployPlan, Logins] | None:
    try:
        plan = resolve(app)
    except DeploySpecError:
        return None
    return plan, credentials_for(plan, app)


def exported(plan: DeployPlan, logins: Logins, tool: Any) -> tuple[str, list[str]] | None:
    """The text for a tool, and the messages about widening; `None` if there is no such file."""
    try:
        if tool == "kubelet":
            export = render.kubernetes_secret(plan, logins, name="registry")
        else:
            export = render.auth_file(plan, logins, tool=tool)
    except DeploySpecError as error:
        codes = {one.code for one in error.diagnostics if one.severity == "error"}
        assert codes <= {"credentials-conflict", "export-credentials-widened"}
        return None
    return export.text, [one.message for one in export.losses if one.code == "export-credentials-widened"]


def clients_of(tool: str, plan: DeployPlan) -> list[Client]:
    if tool == "kubelet":
        return ["kubelet"]
    if tool != "docker":
        return ["podman"]
    return ["docker"] if isinstance(plan.action, Pull) else ["docker-build"]


def entry_of(text: str, outcome: LookupOutcome) -> dict[str, str]:
    document = json.loads(text)
    if "data" in document:
        document = json.loads(base64.b64decode(document["data"][".dockerconfigjson"]))
    entry: dict[str, str] = document["auths"][outcome.key]
    return entry


def is_login(entry: dict[str, str], login: Credential) -> bool:
    if login.identity_token is not None and "identitytoken" in entry:
        return entry["identitytoken"] == login.identity_token.reveal()
    pair = f"{login.username}:{login.password.reveal()}"
    return base64.b64decode(entry["auth"]).decode() == pair


def found(text: str, reference: ImageReference, client: Client) -> LookupOutcome | None:
    """The one outcome for an image; `None` if the client refuses the reference."""
    try:
        answer = lookup(text, str(reference), client)
    except InvalidReference:
        return None
    assert answer.certain
    return answer.outcomes[0]


def is_usable(login: Credential, host: str, client: Client) -> bool:
    """Whether a client can use a login at all: the kubelet reads neither tokens nor bare IPv6 addresses as keys."""
    return client != "kubelet" or bool(login.username and login.password.reveal() and not host.endswith("]"))


# skopeo and buildah get the text that podman gets.
TOOLS = ["docker", "podman", "kubelet"]
TWO_TOKENS = Keyring([credential("registry.gitlab.com/acme/web/app", 0), credential("registry.gitlab.com/acme/api", 0)])
GITLAB = dockerfile(["registry.gitlab.com/acme/web/app:1", "registry.gitlab.com/acme/api:1"])


@pytest.mark.parametrize("tool", TOOLS)
@given(app=apps)
@example(app=App({}, "web: run", GITLAB, keyring=TWO_TOKENS))
def test_every_pull_gets_exactly_its_login(tool: str, app: App) -> None:
    if (decided := planned(app)) is None or (export := exported(*decided, tool)) is None:
        return
    plan, logins = decided
    text, _ = export
    for pull in plan.pulls:
        for client in clients_of(tool, plan):
            outcome = found(text, pull.reference, client)
            if outcome is None:
                continue
            login = None if pull.credential is None else logins[pull.credential]
            if login is None or not is_usable(login, pull.reference.host, client):
                assert outcome.kind == "anonymous"
            else:
                assert outcome.kind == ("identitytoken" if login.identity_token and client != "kubelet" else "basic")
                assert is_login(entry_of(text, outcome), login)


@pytest.mark.parametrize("tool", TOOLS)
@given(app=apps, other=images)
def test_another_image_gets_a_login_only_if_its_scope_covers_it_or_a_warning_says_so(
    tool: str, app: App, other: str
) -> None:
    if (decided := planned(app)) is None or (export := exported(*decided, tool)) is None:
        return
    plan, logins = decided
    text, warnings = export
    reference = parse_reference(other)
    for client in clients_of(tool, plan):
        outcome = found(text, reference, client)
        if outcome is None or outcome.kind == "anonymous":
            continue
        senders = [login for login in logins.values() if is_login(entry_of(text, outcome), login)]
        covered = any(covers(login.scope, reference) for login in senders)
        backed_by_hub = client == "docker-build" and reference.host == "dhi.io"
        warned = any(f"`{login.scope}` is " in message for login in senders for message in warnings)
        assert covered or warned or backed_by_hub


@given(app=builds)
@example(app=App({}, "web: run", GITLAB, keyring=TWO_TOKENS))
def test_buildx_finds_exactly_the_logins_of_a_plan(app: App) -> None:
    if (decided := planned(app)) is None:
        return
    plan, logins = decided
    try:
        files = render.auth_files(plan, logins).files
    except DeploySpecError as error:
        assert {one.code for one in error.diagnostics} <= {"export-credentials-widened", "credentials-conflict"}
        return
    assert all(file.holds_secrets for file in files.values())
    for pull in plan.pulls:
        host = "registry-1.docker.io" if pull.reference.host == "docker.io" else pull.reference.host
        folder = f"buildx/config/{host}/{pull.reference.path}/config.json"
        assert (folder in files) == (pull.credential is not None)
        if pull.credential is not None:
            text, login = files[folder].text, logins[pull.credential]
            outcome = found(text, pull.reference, "docker-build")
            assert outcome is not None
            assert outcome.kind == ("identitytoken" if login.identity_token else "basic")
            assert is_login(entry_of(text, outcome), login)
    assert len(files) == len({pull.reference.repository for pull in plan.pulls if pull.credential is not None})


def test_two_deploy_tokens_on_one_host_conflict_for_docker_only() -> None:
    decided = planned(App({}, "web: run", GITLAB, keyring=TWO_TOKENS))
    assert decided is not None
    assert exported(*decided, "docker") is None
    assert all(exported(*decided, tool) is not None for tool in TOOLS[1:])
    assert len(render.auth_files(*decided).files) == 2
