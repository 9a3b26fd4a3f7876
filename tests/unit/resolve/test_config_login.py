"""The credential tables, row by row, for every spelling of unset."""

from __future__ import annotations

import base64
import itertools
import json

import attrs
import pytest

from deployspec import (
    APTIBLE_2016,
    APTIBLE_CURRENT,
    App,
    Build,
    Credential,
    CredentialRef,
    DeployPlan,
    DeploySpecError,
    Extend,
    Keyring,
    ResolutionError,
    Secret,
    credentials_for,
    parse_docker_config,
    plan_from_json,
    plan_to_json,
    render,
    resolve,
)

IMAGE = "APTIBLE_DOCKER_IMAGE"
HOST = "APTIBLE_PRIVATE_REGISTRY_HOST"
USERNAME = "APTIBLE_PRIVATE_REGISTRY_USERNAME"
PASSWORD = "APTIBLE_PRIVATE_REGISTRY_PASSWORD"
EMAIL = "APTIBLE_PRIVATE_REGISTRY_EMAIL"
VALUES = {HOST: "quay.io", USERNAME: "ada", PASSWORD: "hunter2", EMAIL: "a@b.c"}
SUBSETS = [set(chosen) for count in range(5) for chosen in itertools.combinations(VALUES, count)]


def asked(names: set[str], empty: bool) -> App:  # noqa: FBT001  # a spelling of unset
    config = {name: value if name in names else "" for name, value in VALUES.items() if name in names or empty}
    image = "quay.io/team/app:1" if HOST in names or not {USERNAME, PASSWORD} <= names else "team/app:1"
    return App({IMAGE: image, **config}, "web: run")


def outcome(app: App) -> tuple[CredentialRef | None, list[tuple[str, str, str | None]]]:
    try:
        plan = resolve(app)
    except ResolutionError as error:
        return None, [(one.severity, one.code, one.source) for one in error.diagnostics]
    return plan.pulls[0].credential, [(one.severity, one.code, one.source) for one in plan.diagnostics]


@pytest.mark.parametrize("empty", [False, True], ids=["unset", "empty"])
@pytest.mark.parametrize("names", SUBSETS, ids=lambda names: "+".join(sorted(name[25:] for name in names)) or "none")
def test_every_row_of_what_is_set(names: set[str], *, empty: bool) -> None:
    credential, told = outcome(asked(names, empty))
    login = names & {USERNAME, PASSWORD}
    if len(login) == 2:
        scope, source = ("quay.io", HOST) if HOST in names else ("docker.io", "default")
        assert (credential, told) == (CredentialRef(scope=scope, owner="app", source=source), [])
    elif len(login) == 1:
        (missing,) = {USERNAME, PASSWORD} - login
        assert (credential, told) == (None, [("error", "credentials-incomplete", missing)])
    elif names:
        source = HOST if HOST in names else EMAIL
        assert (credential, told) == (None, [("warning", "credentials-without-login", source)])
    else:
        assert (credential, told) == (None, [])


@pytest.mark.parametrize("host", [None, "", " ", "\t\n"])
def test_a_host_of_white_space_is_unset(host: str | None) -> None:
    app = App({IMAGE: "a/b:1", USERNAME: "ada", PASSWORD: "pw", **({} if host is None else {HOST: host})}, "web: run")
    credential, told = outcome(app)
    assert credential == CredentialRef(scope="docker.io", owner="app", source="default")
    assert told == ([("warning", "config-whitespace", HOST)] if host and not host.strip() else [])


@pytest.mark.parametrize("password", [" pw", "pw ", "pw\n", "\tpw", " "])
def test_a_password_is_never_touched(password: str) -> None:
    app = App({IMAGE: "a/b:1", USERNAME: "ada", PASSWORD: password}, "web: run")
    plan = resolve(app)
    assert ("warning", "config-whitespace", PASSWORD) in outcome(app)[1]
    (login,) = credentials_for(plan, app).values()
    assert login.password.reveal() == password


@pytest.mark.parametrize(
    "host", ["docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com", "hub.docker.com"]
)
@pytest.mark.parametrize("image", ["a/b:1", "docker.io/a/b:1", "index.docker.io/a/b:1", "registry-1.docker.io/a/b:1"])
@pytest.mark.parametrize("written", ["{}", "https://{}/v1/", "HTTP://{}/v2"])
def test_every_spelling_of_docker_hub_meets_every_other(host: str, image: str, written: str) -> None:
    app = App({IMAGE: image, HOST: written.format(host), USERNAME: "ada", PASSWORD: "pw"}, "web: run")
    assert outcome(app) == (CredentialRef(scope="docker.io", owner="app", source=HOST), [])


def test_a_character_that_is_not_printable_is_no_control_character() -> None:
    app = App({IMAGE: "a/b:1", USERNAME: "\u00a0ada", PASSWORD: "p\u00a0w\ue000"}, "web: run")
    assert outcome(app) == (CredentialRef(scope="docker.io", owner="app", source="default"), [])


LOGIN = {HOST: "quay.io", USERNAME: "ada", PASSWORD: "pw"}
HINT = {
    "team/app": "use the image `quay.io/team/app:latest`",
    "ghcr.io/team/app": "use an image on `quay.io`, or set a login for `ghcr.io`",
    "quay.io:443/team/app": f"set `{HOST}` to `quay.io:443`",
}


@pytest.mark.parametrize("image", HINT)
def test_a_pull_from_elsewhere_is_a_mismatch_or_anonymous(image: str) -> None:
    with pytest.raises(ResolutionError) as caught:
        resolve(App({IMAGE: image, **LOGIN}, "web: run"))
    (fault,) = [one for one in caught.value.diagnostics if one.severity == "error"]
    assert (fault.code, fault.source, fault.hint) == ("credentials-host-mismatch", HOST, HINT[image])
    profile = attrs.evolve(APTIBLE_2016, on_host_mismatch="anonymous")
    credential, told = outcome(App({IMAGE: image, **LOGIN}, "web: run", profile=profile))
    assert credential is None
    assert ("warning", "credentials-host-mismatch", HOST) in told


@pytest.mark.parametrize("host", ["registry.hub.docker.com", "hub.docker.com"])
def test_a_login_whose_host_is_spelled_like_that_of_the_image_covers_it(host: str) -> None:
    """The name means Docker Hub in a login, but all clients use the login for images that are spelled with it."""
    login = {IMAGE: f"{host}/a/b:1", USERNAME: "ada", PASSWORD: "pw"}
    key = f"https://{host}/v1/"
    keyring = Keyring([Credential(scope=key, username="ada", password=Secret("pw"))])
    apps = {
        HOST: App(login | {HOST: host}, "web: run"),
        "image": App(login, "web: run", profile=APTIBLE_CURRENT),
        f"keyring:{key}": App({IMAGE: f"{host}/a/b:1"}, "web: run", keyring=keyring),
    }
    for source, app in apps.items():
        plan = resolve(app)
        reference = CredentialRef(scope=host, owner="app", source=source)
        assert plan.pulls[0].credential == reference
        found = credentials_for(plan, app)
        assert list(json.loads(render.auth_file(plan, found).text)["auths"]) == [host]
        assert found[reference].password.reveal() == "pw"
        assert plan_from_json(plan_to_json(plan)) == plan
    # The same login is for Docker Hub.
    plan = resolve(attrs.evolve(apps[f"keyring:{key}"], config={IMAGE: "a/b:1"}))
    assert plan.pulls[0].credential == CredentialRef(scope="docker.io", owner="app", source=f"keyring:{key}")
    build = resolve(App({**login, IMAGE: "", HOST: host}, "web: run", f"FROM {host}/a/b\nCOPY --from=a/b / /"))
    assert [pull.credential and pull.credential.scope for pull in build.pulls] == [host, "docker.io"]


def test_two_names_of_docker_hub_may_have_two_logins() -> None:
    keys = ["https://index.docker.io/v1/", "registry-1.docker.io", "registry-1.docker.io/a"]
    keyring = Keyring([Credential(scope=key, username="ada", password=Secret("pw")) for key in keys])
    images = ["a/b", "registry-1.docker.io/a/b", "registry-1.docker.io/c/d", "index.docker.io/c/d", "quay.io/a/b"]
    sources = [resolve(App({IMAGE: image}, "web: run", keyring=keyring)).pulls[0].credential for image in images]
    found = [one and one.source.removeprefix("keyring:") for one in sources]
    assert found == [keys[2], keys[2], keys[1], keys[0], None]
    # Without a login for `docker.io`, that for `registry-1.docker.io` is used, in any order of the logins.
    for others in (["hub.docker.com", keys[1]], [keys[1], "hub.docker.com"]):
        keyring = Keyring([Credential(scope=key, username="ada", password=Secret("pw")) for key in others])
        login = resolve(App({IMAGE: "a/b"}, "web: run", keyring=keyring)).pulls[0].credential
        assert login is not None
        assert login.source == f"keyring:{keys[1]}"
    with pytest.raises(DeploySpecError, match="duplicate login for `registry-1"):
        Keyring([Credential(scope=key, username="", password=Secret("")) for key in (keys[1], f"https://{keys[1]}/")])


def build(dockerfile: str, keyring: Keyring | None = None) -> DeployPlan:
    return resolve(App(LOGIN, "web: run", dockerfile, keyring=keyring or Keyring()))


def test_a_build_without_a_base_on_the_host_names_the_hosts_found() -> None:
    plan = build("FROM ghcr.io/a/b AS x\nFROM alpine\nCOPY --from=x / /")
    assert isinstance(plan.action, Build)
    (warning,) = [one for one in plan.diagnostics if one.severity == "warning"]
    assert (warning.code, warning.source) == ("credentials-unused", HOST)
    assert "`docker.io`, `ghcr.io`" in warning.message


def test_a_build_with_a_base_on_the_host_extends_it_and_the_others_stay_anonymous() -> None:
    plan = build("FROM quay.io/a/b\nCOPY --from=ghcr.io/a/b / /")
    assert isinstance(plan.action, Extend)
    assert [pull.credential is not None for pull in plan.pulls] == [True, False]
    assert not [one for one in plan.diagnostics if one.severity == "warning"]


def test_the_variables_win_over_the_keyring_and_its_most_specific_scope_over_the_rest() -> None:
    scopes = ("quay.io/a/b", "ghcr.io", "ghcr.io/a")
    keyring = Keyring([Credential(scope=scope, username="b", password=Secret("p")) for scope in scopes])
    plan = build("FROM quay.io/a/b\nCOPY --from=ghcr.io/a/b / /\nCOPY --from=ghcr.io/c/d / /", keyring)
    sources = [pull.credential and pull.credential.source for pull in plan.pulls]
    assert sources == [HOST, "keyring:ghcr.io/a", "keyring:ghcr.io"]


@pytest.mark.parametrize(
    ("host", "user", "noted"),
    [
        ("123456789012.dkr.ecr.us-east-1.amazonaws.com", "AWS", True),
        ("123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com", "AWS", True),
        ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "AWS", True),
        ("123456789012.dkr.ecr.us-east-1.amazonaws.com", "ada", False),
        ("dkr.ecr.us-east-1.amazonaws.com.evil.example", "AWS", False),
        ("public.ecr.aws", "AWS", True),
        ("123456789012.dkr-ecr.us-east-1.on.aws", "AWS", True),
        ("acme.azurecr.io", "00000000-0000-0000-0000-000000000000", True),
        ("europe-docker.pkg.dev", "oauth2accesstoken", True),
        ("europe-docker.pkg.dev", "_json_key", False),
        ("registry.example", "AWS", False),
        ("registry.gitlab.com", "gitlab-ci-token", True),
    ],
)
def test_a_login_that_expires_is_noted(host: str, user: str, *, noted: bool) -> None:
    credential, told = outcome(App({IMAGE: f"{host}/a/b:1", HOST: host, USERNAME: user, PASSWORD: "pw"}, "web: run"))
    assert credential is not None
    assert told == ([("note", "credentials-short-lived", PASSWORD)] if noted else [])
    keyring = Keyring([Credential(scope=f"{host}/a", username=user, password=Secret("pw"))])
    for app in (
        App({IMAGE: f"{host}/a/b:1"}, "web: run", keyring=keyring),
        App({}, "web: run", f"FROM {host}/a/b:1", keyring=keyring),
    ):
        note = ("note", "credentials-short-lived", f"keyring:{host}/a")
        assert outcome(app)[1] == ([note] if noted else [])


@pytest.mark.parametrize(("username", "is_reported"), [("_json_key", False), ("_json_key_base64", False), ("a", True)])
def test_the_line_ends_of_a_json_key_are_not_reported(username: str, *, is_reported: bool) -> None:
    app = App({IMAGE: "gcr.io/a/b:1", HOST: "gcr.io", USERNAME: username, PASSWORD: '{\n"a": 1}\n'}, "web: run")
    found = [(severity, code) for severity, code, _ in outcome(app)[1]]
    expected = [("warning", "config-whitespace"), ("warning", "credentials-password-control")]
    assert found == (expected if is_reported else [])
    # Logins of keyrings, for example of a Docker config, are checked if they are used.
    auth = base64.b64encode(f'{username}:{{\n"a": 1}}\n'.encode()).decode()
    keyring = parse_docker_config(json.dumps({"auths": {"gcr.io": {"auth": auth}, "quay.io": {"auth": auth}}}))
    for app in (
        App({IMAGE: "gcr.io/a/b:1"}, "web: run", keyring=keyring),
        App({}, "web: run", "FROM gcr.io/a/b:1\nCOPY --from=gcr.io/a/c:1 / /", keyring=keyring),
    ):
        named = [(severity, code, "keyring:gcr.io") for severity, code in expected]
        assert outcome(app)[1] == (named if is_reported else [])


def test_the_line_end_of_a_password_in_a_keyring_has_a_hint() -> None:
    keyring = Keyring([Credential(scope="quay.io", username="ada", password=Secret("pw\n"))])
    plan = resolve(App({IMAGE: "quay.io/a/b:1"}, "web: run", keyring=keyring))
    assert plan.diagnostics[-1].hint == "if a line end was added by accident, log in again without it"


def test_a_login_without_anything_to_deploy_is_not_blamed_on_a_build() -> None:
    app = App({USERNAME: "ada", PASSWORD: "pw"}, "web: run", profile=APTIBLE_CURRENT)
    assert outcome(app)[1] == [("error", "nothing-to-deploy", None)]


def test_a_login_for_the_same_registry_from_elsewhere_is_not_the_one_that_was_decided_for() -> None:
    """What a plan says of its logins is what its executor gets: the variable or the key as well as the scope."""

    def asked(**more: str) -> App:
        return App({IMAGE: "a/b:1", USERNAME: "ada", PASSWORD: "pw", **more}, "web: run")

    def kept(key: str) -> App:
        keyring = Keyring([Credential(scope=key, username="ada", password=Secret("pw"))])
        return App({IMAGE: "a/b:1"}, "web: run", keyring=keyring)

    for before, after in ((asked(), asked(**{HOST: "docker.io"})), (kept("docker.io"), kept("index.docker.io"))):
        (wanted,) = credentials_for(resolve(before), before)
        assert wanted.scope == "docker.io"
        with pytest.raises(ResolutionError) as caught:
            credentials_for(resolve(before), after)
        assert [one.code for one in caught.value.diagnostics] == ["credentials-gone"]
