from __future__ import annotations

import base64
import json
import pickle
import traceback
from typing import Any

import attrs
import pytest

from deployspec import (
    App,
    Credential,
    CredentialRef,
    Credentials,
    DeployPlan,
    DeploySpecError,
    ImagePull,
    Keyring,
    Secret,
    credentials_for,
    parse_reference,
    resolve,
)
from deployspec.render import Export, auth_config, auth_file, auth_files, x_registry_auth

SENTINEL = "zk4Qv9Tt2LxW8pRb"
HOSTILE = ["p:s 's\"w0rd$", " \t\n", "pässwörd ✓", "$(id)`${X}", "x" * 4096, "\\n\\", '{"auths":{}}']
OTHERS: list[Any] = ["skopeo", "buildah", "podman"]


def login(scope: str, password: str = "pw", **more: Any) -> Credential:
    return Credential(scope=scope, username=more.pop("username", "ada"), password=Secret(password), **more)


def pulling(image: str, *logins: Credential) -> tuple[DeployPlan, Credentials]:
    app = App({"APTIBLE_DOCKER_IMAGE": image}, "web: run", keyring=Keyring(logins))
    plan = resolve(app)
    return plan, credentials_for(plan, app)


def building(dockerfile: str, *logins: Credential) -> tuple[DeployPlan, Credentials]:
    app = App({}, "web: run", dockerfile, keyring=Keyring(logins))
    plan = resolve(app)
    return plan, credentials_for(plan, app)


def auths(export: Export) -> dict[str, dict[str, str]]:
    document: dict[str, Any] = json.loads(export.text)
    assert list(document) == ["auths"]
    entries: dict[str, dict[str, str]] = document["auths"]
    return entries


@pytest.mark.parametrize(
    ("image", "docker", "others"),
    [
        ("quay.io/acme/web:1", "quay.io", "quay.io/acme/web"),
        ("acme/web", "https://index.docker.io/v1/", "docker.io/acme/web"),
        ("index.docker.io/acme/web", "https://index.docker.io/v1/", "docker.io/acme/web"),
        ("localhost:5000/web", "localhost:5000", "localhost:5000/web"),
    ],
)
def test_the_keys_are_the_narrowest_that_the_reader_supports(image: str, docker: str, others: str) -> None:
    plan, credentials = pulling(image, login(docker))
    assert list(auths(auth_file(plan, credentials))) == [docker]
    for tool in OTHERS:
        assert list(auths(auth_file(plan, credentials, tool=tool))) == [others]
        assert not auth_file(plan, credentials, tool=tool).losses


def test_docker_compares_hosts_with_their_case() -> None:
    plan, credentials = pulling("QUAY.IO/acme/web", login("quay.io"))
    assert list(auths(auth_file(plan, credentials))) == ["quay.io", "QUAY.IO"]
    assert list(auths(auth_file(plan, credentials, tool="skopeo"))) == ["QUAY.IO/acme/web"]


@pytest.mark.parametrize("password", HOSTILE)
def test_every_password_round_trips(password: str) -> None:
    plan, credentials = pulling("quay.io/a/b", login("quay.io", password))
    (entry,) = auths(auth_file(plan, credentials)).values()
    assert base64.b64decode(entry["auth"], validate=True).decode() == f"ada:{password}"
    assert list(entry) == ["auth"]
    config = auth_config(plan.pulls[0], credentials)
    assert config == {"username": "ada", "password": password, "serveraddress": "quay.io"}
    header = x_registry_auth(plan.pulls[0], credentials)
    assert json.loads(base64.urlsafe_b64decode(header)) == dict(config or {})
    assert not set(header) & set("+/")


def test_an_auth_file_without_logins_contains_no_secrets() -> None:
    plan, credentials = pulling("quay.io/a/b")
    export = auth_file(plan, credentials)
    assert auths(export) == {}
    assert not export.holds_secrets
    assert pickle.loads(pickle.dumps(export)) == export  # noqa: S301  # our own
    assert auth_config(plan.pulls[0], credentials) is None


def test_an_identity_token_is_exported() -> None:
    token = login("quay.io", "", identity_token=Secret("t0ken"), username="")
    plan, credentials = pulling("quay.io/a/b", token)
    assert auths(auth_file(plan, credentials)) == {"quay.io": {"identitytoken": "t0ken"}}
    assert (auth_config(plan.pulls[0], credentials) or {})["identitytoken"] == "t0ken"


def test_one_login_for_several_images_of_a_registry() -> None:
    dockerfile = "FROM quay.io/a/b\nCOPY --from=quay.io/a/c:1 / /\nCOPY --from=alpine / /"
    plan, credentials = building(dockerfile, login("quay.io"))
    assert list(auths(auth_file(plan, credentials))) == ["quay.io"]
    assert list(auths(auth_file(plan, credentials, tool="podman"))) == ["quay.io/a/b", "quay.io/a/c"]


def test_docker_widens_a_login_for_a_part_of_a_registry() -> None:
    plan, credentials = pulling("quay.io/a/b", login("quay.io/a"))
    (widened,) = auth_file(plan, credentials).losses
    assert (widened.code, widened.severity) == ("export-credentials-widened", "warning")


@pytest.mark.parametrize(
    "anonymous", ["quay.io/other/x", "quay.io/base", "QUAY.IO/other/x", "quay.io/acme/base-2", "quay.io/a/b:2"]
)
def test_docker_would_use_a_login_for_an_anonymous_image(anonymous: str) -> None:
    keyring = Keyring([login("quay.io/acme/base")])
    app = App({}, "web: run", f"FROM quay.io/acme/base\nCOPY --from={anonymous} / /\nCOPY --from=alpine / /\n")
    plan = resolve(app, platform_keyring=keyring)
    credentials = credentials_for(plan, app, platform_keyring=keyring)
    with pytest.raises(DeploySpecError) as caught:
        auth_file(plan, credentials)
    (error,) = caught.value.diagnostics
    assert (error.code, error.severity) == ("export-credentials-widened", "error")
    assert error.message.startswith("login for `quay.io/acme/base` would also be sent for `")
    assert list(auths(auth_file(plan, credentials, allow_widening=True))) == ["quay.io"]
    assert list(auths(auth_file(plan, credentials, tool="buildah"))) == ["quay.io/acme/base"]


def test_a_custom_frontend_gets_no_login_of_its_registry() -> None:
    text = "# syntax=quay.io/evil/frontend\nFROM scratch"
    plan, credentials = building(text, login("quay.io"))
    assert auths(auth_file(plan, credentials)) == {}


def test_logins_of_other_registries_are_not_widened() -> None:
    plan, credentials = building(
        "FROM quay.io/a/b\nCOPY --from=alpine / /\nCOPY --from=ghcr.io/a/b / /", login("quay.io/a")
    )
    assert list(auths(auth_file(plan, credentials))) == ["quay.io"]


def test_two_logins_for_the_same_key_are_an_error() -> None:
    dockerfile = "FROM quay.io/a/b\nCOPY --from=quay.io/c/d / /\n"
    plan, credentials = building(dockerfile, login("quay.io/a", SENTINEL), login("quay.io/c", f"{SENTINEL}2"))
    with pytest.raises(DeploySpecError) as caught:
        auth_file(plan, credentials)
    assert [one.code for one in caught.value.diagnostics] == ["credentials-conflict"]
    assert SENTINEL not in "".join(traceback.format_exception(caught.value))
    assert len(auths(auth_file(plan, credentials, tool="skopeo"))) == 2
    same, credentials = building(dockerfile, login("quay.io/a"), login("quay.io/c"))
    assert len(auths(auth_file(same, credentials))) == 1


def test_a_missing_login_is_an_error() -> None:
    plan, _ = building("FROM quay.io/a/b\nCOPY --from=ghcr.io/c/d / /\n", login("quay.io"), login("ghcr.io"))
    with pytest.raises(DeploySpecError) as caught:
        auth_file(plan, Credentials({}))
    assert [one.code for one in caught.value.diagnostics] == ["credentials-missing"] * 2


def test_an_edited_plan_gets_no_login() -> None:
    plan, credentials = pulling("quay.io/a/b", login("quay.io"))
    (pull,) = plan.pulls
    moved = attrs.evolve(pull, reference=parse_reference("evil.example/a/b"))
    with pytest.raises(DeploySpecError, match="credentials-out-of-scope"):
        auth_config(moved, credentials)
    with pytest.raises(DeploySpecError, match="credentials-out-of-scope"):
        auth_file(attrs.evolve(plan, pulls=(moved,)), credentials)
    assert pull.credential is not None
    with pytest.raises(DeploySpecError, match="credentials-out-of-scope"):
        auth_config(pull, Credentials({pull.credential: login("ghcr.io")}))


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (login("quay.io", SENTINEL, username=f"{SENTINEL}:b"), "credentials-username-invalid"),
        (login("quay.io", SENTINEL, username=""), "credentials-username-invalid"),
        (login("quay.io", f"{SENTINEL}\udcff"), "credentials-not-text"),
        (login("quay.io", f"{SENTINEL}\0"), "credentials-not-text"),
    ],
)
def test_a_login_that_cannot_be_represented_is_an_error_without_its_value(bad: Credential, code: str) -> None:
    wanted = CredentialRef(scope="quay.io", owner="app", source="default")
    pull = ImagePull(reference=parse_reference("quay.io/a/b"), role="app", credential=wanted)
    with pytest.raises(DeploySpecError, match=code) as caught:
        x_registry_auth(pull, Credentials({wanted: bad}))
    assert SENTINEL not in "".join(
        traceback.TracebackException.from_exception(caught.value, capture_locals=True).format()
    )


def test_secrets_of_an_export_are_masked() -> None:
    plan, credentials = pulling("quay.io/a/b", login("quay.io", SENTINEL))
    export, config = auth_file(plan, credentials), auth_config(plan.pulls[0], credentials)
    encoded = base64.b64encode(f"ada:{SENTINEL}".encode()).decode()
    shown = f"{export}{export!r}{attrs.asdict(export)}{config}"
    assert SENTINEL not in shown
    assert encoded not in shown
    for secret in (export, config):
        with pytest.raises(TypeError):
            pickle.dumps(secret)


def widened(plan: DeployPlan, credentials: Credentials, tool: Any) -> list[tuple[str, str]]:
    """Code and message of the error that `allow_widening` makes a warning."""
    with pytest.raises(DeploySpecError) as caught:
        auth_file(plan, credentials, tool=tool)
    errors = [(one.code, one.message) for one in caught.value.diagnostics]
    losses = auth_file(plan, credentials, tool=tool, allow_widening=True).losses
    assert [(one.code, one.message) for one in losses][: len(errors)] == errors
    assert {one.severity for one in losses} == {"warning"}
    return errors


def test_docker_must_not_send_a_login_for_an_anonymous_image() -> None:
    plan, credentials = building("FROM quay.io/a/b\nCOPY --from=quay.io/c/d:1 / /\n", login("quay.io/a"))
    message = "login for `quay.io/a` would also be sent for `quay.io/c/d:1`, pulled anonymously"
    assert widened(plan, credentials, "docker") == [("export-credentials-widened", message)]
    for tool in OTHERS:
        assert not auth_file(plan, credentials, tool=tool).losses


def test_podman_must_not_send_a_login_for_an_anonymous_image_below_another() -> None:
    plan, credentials = building("# syntax=quay.io/a/b/front\nFROM quay.io/a/b", login("quay.io/a/b"))
    message = "login for `quay.io/a/b` would also be sent for `quay.io/a/b/front:latest`, pulled anonymously"
    frontend, *_ = plan.pulls
    base = attrs.evolve(frontend, reference=parse_reference("quay.io/a/b"), role="from", credential=QUAY)
    plan = attrs.evolve(plan, pulls=(frontend, base))
    found = Credentials({QUAY: login("quay.io/a/b")})
    assert widened(plan, found, "podman") == [("export-credentials-widened", message)]
    assert not credentials


QUAY = CredentialRef(scope="quay.io/a/b", owner="app", source="keyring:quay.io/a/b")


def test_buildkit_uses_the_login_of_docker_hub_for_images_that_docker_hosts() -> None:
    plan, credentials = building("FROM acme/app\nCOPY --from=dhi.io/a:1 / /\n", login("docker.io"))
    message = "login for `docker.io` would also be sent for `dhi.io/a:1`, pulled anonymously"
    assert widened(plan, credentials, "docker") == [("export-credentials-widened", message)]


def test_the_other_name_of_docker_hub_in_a_build_and_in_a_pull() -> None:
    plan, credentials = pulling("registry-1.docker.io/acme/app", login("docker.io"))
    assert list(auths(auth_file(plan, credentials))) == ["registry-1.docker.io"]
    plan, credentials = building("FROM registry-1.docker.io/acme/app", login("docker.io"))
    assert list(auths(auth_file(plan, credentials))) == ["https://index.docker.io/v1/", "registry-1.docker.io"]
    (path,) = auth_files(plan, credentials).files
    assert path == "buildx/config/registry-1.docker.io/acme/app/config.json"


def test_podman_reads_a_token_only_next_to_a_login() -> None:
    token = login("quay.io", "", identity_token=Secret("t0ken"), username="")
    plan, credentials = pulling("quay.io/a/b", token)
    for tool in OTHERS:
        entry = {"auth": "Og==", "identitytoken": "t0ken"}
        assert auths(auth_file(plan, credentials, tool=tool)) == {"quay.io/a/b": entry}


def test_buildx_reads_one_file_for_each_repository() -> None:
    dockerfile = "FROM quay.io/a/b\nCOPY --from=quay.io/c/d / /\nCOPY --from=acme/app / /\nCOPY --from=quay.io/e/f / /"
    plan, credentials = building(
        dockerfile, login("quay.io/a", SENTINEL), login("quay.io/c", f"{SENTINEL}2"), login("docker.io")
    )
    found = auth_files(plan, credentials)
    assert {path: list(auths(file)) for path, file in found.files.items()} == {
        "buildx/config/quay.io/a/b/config.json": ["quay.io"],
        "buildx/config/quay.io/c/d/config.json": ["quay.io"],
        "buildx/config/registry-1.docker.io/acme/app/config.json": ["https://index.docker.io/v1/"],
    }
    assert not found.losses
    assert SENTINEL not in repr(found)
    with pytest.raises(ValueError, match=r'unknown tool "docker": use buildx$'):
        auth_files(plan, credentials, tool="docker")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_buildx_uses_the_file_of_docker_hub_for_images_that_docker_hosts() -> None:
    plan, credentials = building("FROM acme/app\nCOPY --from=dhi.io/acme/app / /\n", login("docker.io"))
    with pytest.raises(DeploySpecError, match="export-credentials-widened"):
        auth_files(plan, credentials)


def test_a_repository_that_is_named_like_a_file_of_buildx() -> None:
    dockerfile = "FROM quay.io/a/config.json/b\nCOPY --from=quay.io/a / /"
    plan, credentials = building(dockerfile, login("quay.io"))
    with pytest.raises(DeploySpecError) as caught:
        auth_files(plan, credentials)
    (error,) = caught.value.diagnostics
    message = "`quay.io/a/config.json/b` is needed both as a file and as a folder"
    assert (error.code, error.message) == ("credentials-conflict", message)


@pytest.mark.parametrize("host", ["dhi.io", "registry.scout.docker.com"])
def test_builds_send_the_login_of_docker_hub_to_the_registries_that_it_backs(host: str) -> None:
    plan, credentials = building(f"FROM acme/app\nCOPY --from={host}/a:1 / /\n", login("docker.io"))
    assert [code for code, _ in widened(plan, credentials, "docker")] == ["export-credentials-widened"]
    near, credentials = building(f"FROM acme/app\nCOPY --from=x{host}/a:1 / /\n", login("docker.io"))
    assert auth_file(near, credentials).losses == ()
