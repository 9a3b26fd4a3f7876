"""Planted attacks: whoever may push a Dockerfile, or name an image, must not move a login outside its scope."""

from __future__ import annotations

import attrs
import pytest

from deployspec import (
    APTIBLE_2016,
    APTIBLE_CURRENT,
    App,
    Build,
    BuildOptions,
    Credential,
    DeployPlan,
    Diagnostic,
    Extend,
    InvalidPlan,
    Keyring,
    Profile,
    Pull,
    ResolutionError,
    Secret,
    credentials_for,
    parse_reference,
    plan_from_json,
    plan_to_json,
    resolve,
)

IMAGE, PREFIX = "APTIBLE_DOCKER_IMAGE", "APTIBLE_PRIVATE_REGISTRY_"
LOGIN = {f"{PREFIX}USERNAME": "ada", f"{PREFIX}PASSWORD": "hunter2"}
QUAY = {f"{PREFIX}HOST": "quay.io", **LOGIN}
NOTHING = Keyring()


def login(scope: str) -> Credential:
    return Credential(scope=scope, username="bob", password=Secret("correct horse"))


def built(
    dockerfile: str, config: dict[str, str] | None = None, keyring: Keyring = NOTHING, platform: Keyring = NOTHING
) -> DeployPlan:
    return resolve(App(config or {}, "web: run", dockerfile, keyring=keyring), platform_keyring=platform)


def attached(plan: DeployPlan) -> dict[str, str]:
    """Which image gets a login, and which."""
    return {str(pull.reference): pull.credential.scope for pull in plan.pulls if pull.credential is not None}


def errors(app: App) -> list[Diagnostic]:
    with pytest.raises(ResolutionError) as caught:
        resolve(app)
    return [one for one in caught.value.diagnostics if one.severity == "error"]


# Hosts that look like the login's, and are not. A `Dockerfile` takes some of them for a path on Docker Hub.
LOOK_ALIKES = [
    "evilquay.io",
    "quay.io.evil.example",
    "quay.io.",
    "quay.io:443",
    "quay.io:5000",
    "www.quay.io",
    "quay-io.example",
    "quay.co",
    "qu\u0430y.io",
    "quay.\u0456o",
    "quay.io\u200b",
    "quay\u2024io",
    "user@quay.io",
    "quay.io@evil.example",
    "user:password@quay.io",
    "quay.io?x=",
    "quay.io#x",
    "evil.example/quay.io",
    "evil.example:5000/quay.io",
    "xn--quy-fla.io",
]


@pytest.mark.parametrize("host", LOOK_ALIKES)
@pytest.mark.parametrize(
    "text",
    [
        "FROM {}/team/app",
        "FROM scratch\nCOPY --from={}/team/app / /",
        "FROM scratch\nRUN --mount=from={}/team/app,target=/m true",
        "ARG HOST={}\nFROM $HOST/team/app",
        "# syntax={}/team/frontend\nFROM scratch",
    ],
)
def test_a_look_alike_in_a_dockerfile_gets_nothing(text: str, host: str) -> None:
    app = App(QUAY, "web: run", text.format(host), keyring=Keyring([login("quay.io/team")]))
    try:
        plan = resolve(app)
    except ResolutionError:
        return
    assert attached(plan) == {}
    assert credentials_for(plan, app) == {}
    assert isinstance(plan.action, Build)


@pytest.mark.parametrize("host", LOOK_ALIKES)
def test_a_look_alike_as_the_image_is_refused(host: str) -> None:
    app = App({IMAGE: f"{host}/team/app", **QUAY}, "web: run")
    assert {one.code for one in errors(app)} & {"credentials-host-mismatch"} or {
        one.code.partition("-")[0] for one in errors(app)
    } == {"reference"}


@pytest.mark.parametrize("host", LOOK_ALIKES)
def test_a_login_for_a_look_alike_is_not_for_the_host(host: str) -> None:
    codes = {one.code for one in errors(App({IMAGE: "quay.io/team/app", **LOGIN, f"{PREFIX}HOST": host}, "web: run"))}
    assert codes & {"credentials-host-invalid", "credentials-host-mismatch"}


HUB_LOOK_ALIKES = [
    "docker.io.evil.example",
    "evildocker.io",
    "xdocker.io",
    "docker.io:443",
    "index.docker.io.evil.example",
    "registry-1.docker.io:443",
    "registry-2.docker.io",
    "hub.docker.com",
    "registry.hub.docker.com",
    "docker.com",
    "d\u043ecker.io",
    "doc\u212aer.io",
    "DOC\u212aER.IO",
    "docker.\u0131o",
    "docker\u3002io",
]


@pytest.mark.parametrize("host", HUB_LOOK_ALIKES)
def test_docker_hub_s_login_goes_to_no_look_alike(host: str) -> None:
    app = App(LOGIN, "web: run", f"FROM {host}/team/app\nCOPY --from=quay.io/library/x / /")
    try:
        plan = resolve(app)
    except ResolutionError:
        return
    assert attached(plan) == {}


@pytest.mark.parametrize("host", ["quay.io", "QUAY.IO", "Quay.Io"])
def test_a_host_knows_no_case(host: str) -> None:
    plan = built(f"FROM {host}/team/app\nCOPY --from=quay.io/team/b / /", QUAY)
    assert attached(plan) == {f"{host}/team/app:latest": "quay.io", "quay.io/team/b:latest": "quay.io"}
    assert isinstance(plan.action, Extend)


def test_a_pushed_dockerfile_names_other_registries_in_vain() -> None:
    text = """\
# syntax=docker/dockerfile:1
ARG HOST=evil.example
FROM quay.io/acme/base:1 AS base
FROM ${HOST}/acme/base:1 AS other
COPY --from=base / /
COPY --from=ghcr.io/acme/tools /bin /bin
RUN --mount=type=bind,from=evil.example/quay.io/acme/base,target=/m true
FROM evil.example/team/app
COPY --from=other / /
"""
    plan = built(text, QUAY, Keyring([login("ghcr.io/other"), login("evil.example/acme/basement")]))
    assert attached(plan) == {"quay.io/acme/base:1": "quay.io"}


@pytest.mark.parametrize(
    "dockerfile",
    [
        "ARG HOST=quay.io\nFROM ${HOST}.evil.example/team/app",
        "ARG HOST=quay.io\nFROM evil.example/${HOST}/team/app",
        "ARG P=:443\nFROM quay.io${P}/team/app",
        "ARG P\nFROM quay.io${P:-.evil.example}/team/app",
        "ARG A=evil\nARG B=${A}quay.io\nFROM ${B}/team/app",
        "ARG HOST=quay.io@evil.example\nFROM ${HOST}/team/app",
    ],
)
def test_a_host_that_is_put_together_is_read_whole(dockerfile: str) -> None:
    try:
        plan = built(dockerfile, QUAY)
    except ResolutionError:
        return
    assert attached(plan) == {}


@pytest.mark.parametrize(("default", "given", "gets"), [("evil.example", "quay.io", 1), ("quay.io", "evil.example", 0)])
def test_a_build_argument_decides_as_the_build_would(default: str, given: str, gets: int) -> None:
    text = f"ARG HOST={default}\nFROM $HOST/team/app"
    assert len(attached(resolve(App(QUAY, "web: run", text, build=BuildOptions(args={"HOST": given}))))) == gets


@pytest.mark.parametrize(
    "syntax",
    ["quay.io/evil/frontend", "quay.io/acme/frontend:1", "docker/dockerfile-evil", "evil.example/docker/dockerfile"],
)
def test_a_foreign_frontend_gets_nothing_and_its_body_is_not_believed(syntax: str) -> None:
    keyring = Keyring([login("quay.io"), login("docker.io"), login("evil.example")])
    plan = built(f"# syntax={syntax}\nFROM quay.io/acme/base:1", {}, keyring)
    assert [pull.role for pull in plan.pulls] == ["frontend"]
    assert attached(plan) == {}
    assert not plan.complete


PLATFORM = Keyring([login("registry.example/base"), login("registry.example/shared/tools")])


@pytest.mark.parametrize(
    "repository",
    [
        "registry.example/tenant-b/app",
        "registry.example/based/app",
        "registry.example/base-images/app",
        "registry.example/shared/tool",
        "registry.example/shared",
        "registry.example:443/base/app",
        "registry.example.evil.example/base/app",
        "registry.example/x/base/app",
    ],
)
def test_another_tenant_s_repository_is_not_lent(repository: str) -> None:
    assert attached(built(f"FROM {repository}", {}, platform=PLATFORM)) == {}


def test_what_the_platform_lends_makes_no_extend_and_goes_to_no_foreign_frontend() -> None:
    plan = built(
        "FROM registry.example/base/ruby:3\nCOPY --from=registry.example/shared/tools/cc / /", {}, platform=PLATFORM
    )
    assert isinstance(plan.action, Build)
    assert {pull.credential and pull.credential.owner for pull in plan.pulls} == {"platform"}
    assert attached(built("# syntax=registry.example/base/front\nX", {}, platform=PLATFORM)) == {}


@pytest.mark.parametrize(
    "path", ["registry.example/base/../tenant-b/app", "registry.example/base//app", "registry.example/base/./b"]
)
def test_a_path_cannot_climb(path: str) -> None:
    with pytest.raises(ResolutionError):
        built(f"FROM {path}", {}, platform=PLATFORM)


@pytest.mark.parametrize(
    ("key", "image"),
    [
        ("quay.io/team/v1", "quay.io/team/other"),
        ("https://quay.io/team/v2/", "quay.io/team/other"),
        ("quay.io/team", "quay.io/teams/app"),
        ("quay.io/team/app", "quay.io/team/app2"),
        ("quay.io/team/app", "quay.io/team"),
        ("docker.io/acme", "docker.io/acme2/app"),
    ],
)
def test_a_keyring_s_path_is_not_widened(key: str, image: str) -> None:
    keyring = Keyring([login(key)])
    assert attached(built(f"FROM {image}", {}, keyring)) == {}
    assert attached(resolve(App({IMAGE: image}, "web: run", keyring=keyring))) == {}


def test_the_host_is_never_put_in_front_of_an_image() -> None:
    (fault,) = errors(App({IMAGE: "team/app", **QUAY}, "web: run"))
    assert fault.code == "credentials-host-mismatch"
    assert attached(built("FROM team/app", QUAY)) == {}


@pytest.mark.parametrize("dockerfile", ["FROM quay.io/a/b", "FROM a", "# syntax=evil/x\nX", "ARG H\nFROM $H/a/b"])
def test_a_build_never_says_where_a_login_without_a_host_goes(dockerfile: str) -> None:
    faults = errors(App(LOGIN, "web: run", dockerfile, profile=APTIBLE_CURRENT))
    assert "credentials-host-unknown" in [one.code for one in faults]


CURRENT = {IMAGE: "quay.io/a/b:1", **LOGIN}


@pytest.mark.parametrize(
    ("config", "profile", "change"),
    [
        ({**CURRENT, f"{PREFIX}HOST": "quay.io"}, APTIBLE_2016, {f"{PREFIX}HOST": "evil.example"}),
        ({**CURRENT, f"{PREFIX}HOST": "quay.io"}, APTIBLE_2016, {f"{PREFIX}HOST": ""}),
        ({**CURRENT, f"{PREFIX}HOST": "quay.io"}, APTIBLE_2016, {f"{PREFIX}USERNAME": "a:b"}),
        (CURRENT, APTIBLE_CURRENT, {IMAGE: "evil.example/a/b:1"}),
        (CURRENT, APTIBLE_CURRENT, {IMAGE: ""}),
    ],
)
def test_a_login_that_is_for_another_host_now_is_not_joined(
    config: dict[str, str], profile: Profile, change: dict[str, str]
) -> None:
    plan = resolve(App(config, "web: run", profile=profile))
    assert attached(plan) == {"quay.io/a/b:1": "quay.io"}
    with pytest.raises(ResolutionError):
        credentials_for(plan, App({**config, **change}, "web: run", profile=profile))


def test_a_kept_plan_that_was_changed_joins_no_login_to_another_image() -> None:
    config = {"APTIBLE_DOCKER_IMAGE": "docker.io/a/b", f"{PREFIX}USERNAME": "u", f"{PREFIX}PASSWORD": "p"}
    app = App(config, "web: x")
    plan = resolve(app)
    with pytest.raises(InvalidPlan, match=r"`\$\.pulls\[0\]\.credential` does not fit the image"):
        plan_from_json(plan_to_json(plan).replace("docker.io/a/b", "evil.example/a/b"))
    image = attrs.evolve(plan.pulls[0], reference=parse_reference("evil.example/a/b"))
    with pytest.raises(ResolutionError) as caught:
        credentials_for(attrs.evolve(plan, action=Pull(image), pulls=(image,)), app)
    message = "login for `docker.io` does not cover the image `evil.example/a/b:latest`"
    assert caught.value.diagnostics == (
        Diagnostic("credentials-out-of-scope", message, source="plan", hint="resolve the app again"),
    )
