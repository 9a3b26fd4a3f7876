from __future__ import annotations

import hashlib
import itertools
from typing import Any, ClassVar

import attrs
import pytest

from deployspec import (
    APTIBLE_2016,
    APTIBLE_CURRENT,
    DECISIONS,
    App,
    Build,
    BuildOptions,
    Credential,
    CredentialRef,
    Decision,
    DeployPlan,
    Diagnostic,
    Extend,
    ImagePull,
    Keyring,
    Profile,
    Pull,
    Recipe,
    ResolutionError,
    Secret,
    Step,
    credentials_for,
    parse_reference,
    resolve,
)

IMAGE = "APTIBLE_DOCKER_IMAGE"
HOST = "APTIBLE_PRIVATE_REGISTRY_HOST"
USERNAME = "APTIBLE_PRIVATE_REGISTRY_USERNAME"
PASSWORD = "APTIBLE_PRIVATE_REGISTRY_PASSWORD"
EMAIL = "APTIBLE_PRIVATE_REGISTRY_EMAIL"
LOGIN = {USERNAME: "ada", PASSWORD: "hunter2-hunter2"}
BARE = "`my-server` is not a host in an image name, but `my-server:443` is"


def app(config: dict[str, str] | None = None, dockerfile: str | None = None, **more: Any) -> App:
    return App(config or {}, more.pop("procfile", "web: run"), dockerfile, **more)


def login(scope: str) -> Credential:
    return Credential(scope=scope, username="bob", password=Secret("correct horse"))


def faults(asked: App, platform_keyring: Keyring | None = None) -> list[Diagnostic]:
    with pytest.raises(ResolutionError) as caught:
        resolve(asked, platform_keyring=platform_keyring or Keyring())
    return [one for one in caught.value.diagnostics if one.severity == "error"]


def codes(asked: App) -> list[str]:
    return [one.code for one in faults(asked)]


def told(plan: DeployPlan) -> dict[str, Diagnostic]:
    return {one.code: one for one in plan.diagnostics}


class TestTheWorkedExample:
    config: ClassVar = {HOST: "quay.io", IMAGE: "quay.io/acme/rails-app", **LOGIN}

    def test_it_pulls_with_the_login_and_starts_web(self) -> None:
        plan = resolve(App(self.config, "web: bundle exec rails s\n"))
        assert isinstance(plan.action, Pull)
        assert str(plan.action.image.reference) == "quay.io/acme/rails-app:latest"
        assert plan.action.image.credential == CredentialRef(scope="quay.io", owner="app", source=HOST)
        assert [(one.name, one.command) for one in plan.services] == [("web", "bundle exec rails s")]
        assert plan.pulls == (plan.action.image,)
        assert plan.environment == ()
        assert plan.profile == "aptible-2016"
        assert plan.complete

    def test_a_dockerfile_is_ignored_with_a_note_even_if_it_is_broken(self) -> None:
        without, with_it = resolve(app(self.config)), resolve(app(self.config, "FORM x\x00"))
        assert attrs.evolve(with_it, diagnostics=without.diagnostics) == without
        assert told(with_it)["dockerfile-ignored"].source == "Dockerfile"

    def test_an_empty_image_variable_extends_a_base_on_the_login_s_host(self) -> None:
        plan = resolve(app({**self.config, IMAGE: ""}, "FROM quay.io/acme/base:1\nCOPY --from=alpine /a /b"))
        assert isinstance(plan.action, Extend)
        assert [pull.credential and pull.credential.scope for pull in plan.pulls] == ["quay.io", None]
        assert [pull.role for pull in plan.pulls] == ["from", "copy"]
        assert plan.action.recipe.images == plan.pulls

    def test_an_empty_image_variable_builds_with_a_warning_on_other_bases(self) -> None:
        plan = resolve(app({**self.config, IMAGE: ""}, "FROM ghcr.io/acme/base:1"))
        assert isinstance(plan.action, Build)
        assert "`ghcr.io`" in told(plan)["credentials-unused"].message
        assert told(plan)["credentials-unused"].hint == "check the host, or unset the login"

    def test_a_host_that_no_image_name_can_contain_is_explained_for_builds_too(self) -> None:
        plan = resolve(app({HOST: "my-server", **LOGIN}, "FROM my-server/foo/bar:1"))
        moved = f"use `my-server:443/` in the Dockerfile and set `{HOST}` to `my-server:443`"
        assert told(plan)["credentials-unused"].hint == f"{BARE}: {moved}"
        assert plan.pulls[0].credential is None

    def test_neither_image_nor_dockerfile_is_nothing_to_deploy(self) -> None:
        assert codes(app()) == ["nothing-to-deploy"]

    def test_all_faults_are_told_together(self) -> None:
        asked = app({IMAGE: "Quay.io/a/B", USERNAME: "ada", "": "x"}, procfile="web run\nworker: go")
        assert [(one.source, one.code) for one in faults(asked)] == [
            (None, "env-invalid-name"),
            (IMAGE, "reference-uppercase"),
            (PASSWORD, "credentials-incomplete"),
            ("Procfile", "procfile-no-colon"),
        ]


def outcome(asked: App) -> str:
    try:
        plan = resolve(asked)
    except ResolutionError as error:
        return next(one.code for one in error.diagnostics if one.severity == "error")
    return type(plan.action).__name__.lower()


@pytest.mark.parametrize("row", DECISIONS, ids=str)
@pytest.mark.parametrize("profile", [APTIBLE_2016, APTIBLE_CURRENT], ids=lambda profile: profile.name)
def test_every_row_of_the_decision_table(row: Decision, profile: Profile) -> None:
    images: list[str | None] = ["quay.io/a/b"] if row.image == "set" else [None, "", " "]
    dockerfiles: dict[str, list[str | None]] = {
        "-": [None, "FROM quay.io/a/b", "broken"],
        "present": ["FROM quay.io/a/b"],
        "absent": [None],
    }
    keyrings = {"yes": [Keyring([login("quay.io")])], "no": [Keyring(), Keyring([login("ghcr.io")])]}
    either = [*keyrings["yes"], *keyrings["no"]]
    for image, dockerfile, keyring in itertools.product(
        images, dockerfiles[row.dockerfile], keyrings.get(row.credential, either)
    ):
        config = {} if image is None else {IMAGE: image}
        assert outcome(app(config, dockerfile, keyring=keyring, profile=profile)) == row.outcome


def test_the_rows_cover_each_combination_once() -> None:
    for image, dockerfile, credential in itertools.product(["set", "unset"], ["present", "absent"], ["yes", "no"]):
        state = (image, dockerfile, credential)
        if state == ("unset", "absent", "yes"):
            continue  # there is no image that could have a login
        rows = [
            row
            for row in DECISIONS
            if all(cell in ("-", is_) for cell, is_ in zip(attrs.astuple(row)[:3], state, strict=True))
        ]
        assert len(rows) == 1, state


def test_the_trace_names_what_was_looked_at_and_what_came_of_it() -> None:
    asked = app({HOST: "quay.io", **LOGIN}, "FROM alpine AS a\nFROM quay.io/a/b\nCOPY --from=a / /", procfile="web: x")
    assert resolve(asked).trace == (
        Step("image", IMAGE, "unset"),
        Step("login", HOST, "quay.io"),
        Step("services", "Procfile", "read"),
        Step("pull", "Dockerfile:1", "anonymous"),
        Step("pull", "Dockerfile:2", HOST),
        Step("decision", "Dockerfile", "extend"),
    )


def test_the_trace_of_a_pull_without_a_procfile_and_with_the_image_s_own_login() -> None:
    plan = resolve(app({IMAGE: "quay.io/a/b:1", **LOGIN}, procfile=None, profile=APTIBLE_CURRENT))
    assert plan.trace == (
        Step("image", IMAGE, "set"),
        Step("login", IMAGE, "quay.io"),
        Step("services", "Procfile", "absent"),
        Step("pull", IMAGE, "image"),
        Step("decision", IMAGE, "pull"),
    )
    anonymous = resolve(app({IMAGE: "quay.io/a/b:1"})).trace
    assert (anonymous[1], anonymous[3]) == (Step("login", USERNAME, "none"), Step("pull", IMAGE, "anonymous"))


class TestLogin:
    @pytest.mark.parametrize(("one", "other"), [(USERNAME, PASSWORD), (PASSWORD, USERNAME)])
    def test_half_a_login_names_the_other_half(self, one: str, other: str) -> None:
        for config in ({one: "x"}, {one: "x", other: ""}):
            (fault,) = faults(app({IMAGE: "quay.io/a/b", **config}))
            assert (fault.code, fault.source) == ("credentials-incomplete", other)

    def test_half_a_login_is_neither_validated_nor_compared(self) -> None:
        assert codes(app({IMAGE: "quay.io/a/b", HOST: "not a host", USERNAME: "a:b"})) == ["credentials-incomplete"]

    @pytest.mark.parametrize(("config", "source"), [({HOST: "quay.io"}, HOST), ({EMAIL: "a@b.c"}, EMAIL)])
    def test_a_host_without_a_login_is_a_warning(self, config: dict[str, str], source: str) -> None:
        plan = resolve(app({IMAGE: "quay.io/a/b", **config}))
        assert told(plan)["credentials-without-login"].source == source
        assert plan.pulls[0].credential is None

    def test_the_default_host_is_docker_hub(self) -> None:
        (pull,) = resolve(app({IMAGE: "acme/app", **LOGIN})).pulls
        assert pull.credential == CredentialRef(scope="docker.io", owner="app", source="default")

    @pytest.mark.parametrize(
        "host", ["user@quay.io", "quay.io?x", "quay.io/org", "qu\u0430y.io", "doc\u212aer.io", "-"]
    )
    def test_what_is_no_host_is_refused_and_not_quoted(self, host: str) -> None:
        (fault,) = faults(app({IMAGE: "quay.io/a/b", HOST: host, **LOGIN}))
        assert (fault.code, fault.source) == ("credentials-host-invalid", HOST)
        assert host == "-" or host not in f"{fault.message}{fault.hint}"

    @pytest.mark.parametrize("username", ["a:b", "a\nb", "\x7f"])
    def test_a_bad_user_name_does_not_stop_the_comparison(self, username: str) -> None:
        asked = app({IMAGE: "quay.io/a/b", **LOGIN, USERNAME: username})
        assert codes(asked) == ["credentials-username-invalid", "credentials-host-mismatch"]

    @pytest.mark.parametrize(
        ("image", "host", "hint"),
        [
            ("team/app", "quay.io", "use the image `quay.io/team/app:latest`"),
            ("team/app", "localhost", "use the image `localhost/team/app:latest`"),
            ("ghcr.io/team/app", "quay.io", "use an image on `quay.io`, or set a login for `ghcr.io`"),
            ("ghcr.io/team/app", "", f"if the login is for `ghcr.io`, set `{HOST}` to `ghcr.io`"),
            ("quay.io:443/team/app", "quay.io", f"set `{HOST}` to `quay.io:443`"),
            ("hub.docker.com/a/b:1", "docker.io", "use the image `docker.io/a/b:1`"),
            (
                "my-server/foo/bar:1",
                "my-server",
                f"{BARE}: use the image `my-server:443/foo/bar:1` and set `{HOST}` to `my-server:443`",
            ),
            (
                "foo:1",
                "my-server",
                f"{BARE}: use the image `my-server:443/foo:1` and set `{HOST}` to `my-server:443`",
            ),
            (
                "my-server/foo/bar:1",
                "my-server:5000",
                "use the image `my-server:5000/foo/bar:1`",
            ),
            (
                "docker.io/quay.io/a/b",
                "quay.io",
                "use the image `quay.io/a/b:latest`",
            ),
            (
                "ghcr.io/a/b",
                "my-server",
                f"{BARE}: use an image on `my-server:443`, or set a login for `ghcr.io`",
            ),
        ],
    )
    def test_the_hint_of_a_mismatch_sends_the_password_nowhere_else(self, image: str, host: str, hint: str) -> None:
        fault = faults(app({IMAGE: image, HOST: host, **LOGIN}))[-1]
        assert (fault.code, fault.hint) == ("credentials-host-mismatch", hint)

    def test_an_image_is_offered_only_if_it_would_be_covered(self) -> None:
        host = "a" * 1020 + ".io"
        (fault,) = faults(app({IMAGE: "team/app", HOST: host, **LOGIN}))
        assert fault.hint == f"use an image on `{host}`, or set a login for `docker.io`"

    def test_a_profile_may_go_on_anonymously(self) -> None:
        profile = attrs.evolve(APTIBLE_2016, on_host_mismatch="anonymous")
        plan = resolve(app({IMAGE: "ghcr.io/a/b", HOST: "quay.io", **LOGIN}, profile=profile))
        assert plan.pulls[0].credential is None
        assert told(plan)["credentials-host-mismatch"].severity == "warning"

    def test_control_characters_and_white_space_in_a_password_are_warned_about_and_kept(self) -> None:
        asked = app({IMAGE: "acme/app", **LOGIN, PASSWORD: " p\n"})
        plan = resolve(asked)
        assert {"credentials-password-control", "config-whitespace"} <= told(plan).keys()
        (credential,) = credentials_for(plan, asked).values()
        assert credential.password.reveal() == " p\n"

    def test_white_space_around_image_and_host_is_left_out_with_a_warning(self) -> None:
        plan = resolve(app({IMAGE: " quay.io/a/b:1\n", HOST: "\tQUAY.IO ", **LOGIN}))
        assert str(plan.pulls[0].reference) == "quay.io/a/b:1"
        assert [one.source for one in plan.diagnostics if one.code == "config-whitespace"] == [IMAGE, HOST]

    @pytest.mark.parametrize(("user", "noted"), [("AWS", True), ("ada", False)])
    def test_short_lived_logins_are_noted(self, user: str, *, noted: bool) -> None:
        host = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
        plan = resolve(app({IMAGE: f"{host}/acme/app", HOST: host, **LOGIN, USERNAME: user}))
        assert ("credentials-short-lived" in told(plan)) == noted


class TestImage:
    @pytest.mark.parametrize(
        ("host", "hint"),
        [
            ("", None),
            ("docker.io/", None),
            ("index.docker.io/", None),
            ("registry-1.docker.io/", "use `httpd:2`"),
            ("DOCKER.IO/", "use `httpd:2`"),
        ],
    )
    def test_an_official_image_depends_on_the_profile(self, host: str, hint: str | None) -> None:
        (fault,) = faults(app({IMAGE: f"{host}httpd:2"}))
        assert (fault.code, fault.hint) == ("image-repository-missing", "use `library/httpd:2` for the official image")
        (note,) = resolve(app({IMAGE: f"{host}httpd:2"}, profile=APTIBLE_CURRENT)).diagnostics
        assert (note.code, note.hint) == ("image-official", hint)

    def test_the_longest_name_alone_is_told_as_well(self) -> None:
        (fault,) = faults(app({IMAGE: f"registry-1.docker.io/{'a' * 255}"}))
        assert fault.code == "image-repository-missing"

    def test_a_written_library_is_a_repository(self) -> None:
        assert "image-implicit-tag" in told(resolve(app({IMAGE: "library/httpd"})))
        assert "image-implicit-tag" not in told(resolve(app({IMAGE: "library/httpd:latest"})))

    def test_a_single_component_elsewhere_is_a_warning_or_nothing(self) -> None:
        assert "image-single-component" in told(resolve(app({IMAGE: "quay.io/app:1"})))
        assert told(resolve(app({IMAGE: "quay.io/app:1"}, profile=APTIBLE_CURRENT))) == {}

    def test_a_digest_depends_on_the_profile(self) -> None:
        image = "quay.io/a/b@sha256:" + "0" * 64
        assert told(resolve(app({IMAGE: image}))) == {}
        (fault,) = faults(app({IMAGE: image}, profile=APTIBLE_CURRENT))
        assert (fault.code, fault.hint) == ("image-digest-unsupported", "use `quay.io/a/b`")


class TestServicesAndEnvironment:
    def test_the_procfile_is_required_or_one_service_stands_for_it(self) -> None:
        assert codes(app({IMAGE: "quay.io/a/b"}, procfile=None)) == ["procfile-missing"]
        plan = resolve(app({IMAGE: "quay.io/a/b"}, procfile=None, profile=APTIBLE_CURRENT))
        assert [(one.name, one.command) for one in plan.services] == [("cmd", None)]
        assert "procfile-implicit-service" in told(plan)

    @pytest.mark.parametrize("profile", [APTIBLE_2016, APTIBLE_CURRENT])
    def test_a_procfile_without_services_is_an_error_everywhere(self, profile: Profile) -> None:
        assert codes(app({IMAGE: "quay.io/a/b"}, procfile="", profile=profile)) == ["procfile-no-services"]

    def test_services_keep_their_order_and_warnings_come_along(self) -> None:
        plan = resolve(app({IMAGE: "quay.io/a/b:1"}, procfile="web: a\r\nalpha: b\r\n"))
        assert [one.name for one in plan.services] == ["web", "alpha"]
        assert "procfile-crlf" in told(plan)

    def test_the_environment_is_the_other_names_sorted(self) -> None:
        plan = resolve(app({IMAGE: "quay.io/a/b:1", EMAIL: "", "Z": "1", "A": ""}))
        assert plan.environment == ("A", "Z")

    def test_a_prefix_moves_the_control_variables(self) -> None:
        profile = APTIBLE_2016.with_prefix("X_")
        plan = resolve(app({"X_DOCKER_IMAGE": "quay.io/a/b", IMAGE: "other"}, profile=profile))
        assert plan.environment == (IMAGE,)
        assert plan.pulls[0].reference.path == "a/b"


class TestBuild:
    def test_the_recipe_says_what_makes_two_builds_different(self) -> None:
        options = BuildOptions(args={"B": "2", "A": "1"}, contexts={"z": "local:.", "a": "."}, target="t")
        plan = resolve(app({}, "FROM scratch AS t", build=options, revision="abc"))
        assert isinstance(plan.action, Build)
        recipe = plan.action.recipe
        assert recipe.args == (("A", "1"), ("B", "2"))
        assert recipe.contexts == (("a", "."), ("z", "local:."))
        assert recipe.revision == "abc"
        assert recipe.dockerfile_digest == f"sha256:{hashlib.sha256(b'FROM scratch AS t').hexdigest()}"
        assert resolve(App({}, "web: x", b"FROM scratch AS t", build=options, revision="abc")).action == plan.action

    def test_the_recipe_carries_every_option_to_the_reader_and_the_plan(self) -> None:
        options = BuildOptions(
            dockerfile_path="docker/web",
            context="app",
            target="t",
            platform="linux/arm64",
            build_platform="linux/s390x",
            args={"A": "1", "BASE": "quay.io/a/c"},
            contexts={"quay.io/a/b": "docker-image://quay.io/a/d"},
        )
        text = "ARG BASE\nFROM --platform=$BUILDPLATFORM $BASE\nFROM quay.io/a/b AS t\nCOPY --from=0 / /\nFROM x"
        action = resolve(app({}, text, build=options, revision="abc")).action
        assert isinstance(action, Build)
        images = tuple(
            ImagePull(reference=parse_reference(f"quay.io/a/{name}"), platform=platform, role="from")
            for name, platform in (("c", "linux/s390x"), ("d", "linux/arm64"))
        )
        assert action.recipe == Recipe(
            dockerfile_path="docker/web",
            dockerfile_digest=f"sha256:{hashlib.sha256(text.encode()).hexdigest()}",
            context="app",
            target="t",
            platform="linux/arm64",
            build_platform="linux/s390x",
            args=(("A", "1"), ("BASE", "quay.io/a/c")),
            contexts=(("quay.io/a/b", "docker-image://quay.io/a/d"),),
            revision="abc",
            images=images,
            features=("stage-unused",),
        )

    def test_a_dockerfile_s_faults_carry_its_path(self) -> None:
        (fault,) = faults(app({}, "FROM a\nNOPE\n", build=BuildOptions(dockerfile_path="docker/Dockerfile.web")))
        assert (fault.source, fault.line) == ("docker/Dockerfile.web", 2)

    def test_what_a_dockerfile_is_warned_of_carries_its_path(self) -> None:
        plan = resolve(app({}, "FROM a\nRUN \0", build=BuildOptions(dockerfile_path="docker/Dockerfile.web")))
        (warning,) = plan.diagnostics
        assert (warning.code, warning.source, warning.line) == ("dockerfile-not-text", "docker/Dockerfile.web", 2)

    def test_a_dockerfile_with_a_lone_surrogate_has_a_digest(self) -> None:
        action = resolve(app({}, "FROM a\nRUN \udc80")).action
        assert isinstance(action, Build)
        raw = b"FROM a\nRUN \xed\xb2\x80"
        assert action.recipe.dockerfile_digest == f"sha256:{hashlib.sha256(raw).hexdigest()}"

    def test_a_build_argument_that_looks_like_a_secret_is_a_warning(self) -> None:
        plan = resolve(app({}, "FROM scratch", build=BuildOptions(args={"NPM_TOKEN": "t", "VERSION": "1"})))
        assert [one.code for one in plan.diagnostics] == ["build-argument-looks-secret"]

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"args": {"NPM_TOKEN": "t"}}, "build argument `NPM_TOKEN` looks like a secret"),
            ({"args": {"A": "ghp_1234567890"}}, "build argument `A` contains a GitHub token"),
            ({"args": {"A": "-----BEGIN RSA PRIVATE KEY-----"}}, "build argument `A` contains a private key"),
            ({"args": {"URL": "https://ada:pw@pypi.example"}}, "build argument `URL` contains a password in a URL"),
            ({"args": {"A": "API_KEY=x"}}, "build argument `A` contains a value for `API_KEY`"),
            ({"context": "https://ada:pw@git.example/a.git"}, "build context contains a password in a URL"),
            ({"contexts": {"lib": "https://ada:pw@git.example"}}, "named context `lib` contains a password in a URL"),
        ],
    )
    def test_a_value_that_looks_like_a_secret_is_a_warning(self, options: Any, message: str) -> None:
        warning, *others = resolve(app({}, "FROM scratch", build=BuildOptions(**options))).diagnostics
        assert [one.code for one in others] == ["build-context-remote"] * ("context" in options)
        kind = "argument" if "args" in options else "context"
        assert (warning.code, warning.severity) == (f"build-{kind}-looks-secret", "warning")
        assert warning.message == f"{message}, but is stored in plain text"

    def test_an_ordinary_context_is_not_a_warning(self) -> None:
        options = BuildOptions(context="app", contexts={"lib": "https://git.example/a.git"}, args={"V": "3.12"})
        assert resolve(app({}, "FROM scratch", build=options)).diagnostics == ()

    def test_a_listed_frontend_is_fetched_and_never_makes_an_extend(self) -> None:
        plan = resolve(app(LOGIN, "# syntax=docker/dockerfile:1\nFROM quay.io/a/b"))
        assert isinstance(plan.action, Build)
        assert [(one.role, one.credential is not None) for one in plan.pulls] == [("frontend", True), ("from", False)]
        assert plan.action.recipe.images == plan.pulls[1:]
        assert [one for one in plan.trace if one.rule == "pull"] == [
            Step("pull", "Dockerfile", "default"),
            Step("pull", "Dockerfile:2", "anonymous"),
        ]

    def test_a_foreign_frontend_gets_no_login_and_the_body_is_not_read(self) -> None:
        config = {HOST: "quay.io", **LOGIN}
        plan = resolve(
            app(config, "# syntax=quay.io/evil/frontend\nNOT A DOCKERFILE", keyring=Keyring([login("quay.io/evil")]))
        )
        assert isinstance(plan.action, Build)
        assert [(one.role, one.credential) for one in plan.pulls] == [("frontend", None)]
        assert not plan.complete
        assert {"build-frontend-custom", "credentials-unused"} <= told(plan).keys()

    @pytest.mark.parametrize("mark", ["", "\ufeff"])
    @pytest.mark.parametrize("top", ["", "# syntax=docker/dockerfile:1\n"])
    def test_a_foreign_frontend_may_be_a_build_argument(self, mark: str, top: str) -> None:
        build = BuildOptions(args={"BUILDKIT_SYNTAX": "quay.io/evil/frontend"})
        plan = resolve(app({}, f"{mark}{top}NOT A DOCKERFILE", build=build))
        assert [str(one.reference) for one in plan.pulls] == ["quay.io/evil/frontend:latest"]
        assert not plan.complete

    def test_a_foreign_frontend_is_found_behind_a_byte_order_mark(self) -> None:
        plan = resolve(app({}, "\ufeff# syntax=quay.io/evil/frontend\nNOT A DOCKERFILE"))
        assert [one.role for one in plan.pulls] == ["frontend"]

    def test_onbuild_of_bases_is_an_unknown_and_no_diagnostic(self) -> None:
        plan = resolve(app({}, "FROM alpine"))
        assert len(plan.unknowns) == 1
        assert plan.complete
        assert plan.diagnostics == ()

    @pytest.mark.parametrize(
        ("text", "build", "sources"),
        [
            ("FROM Alpine\nCOPY --from=9 / /", {}, {"deploy/Prod.Dockerfile"}),
            ("NOPE", {}, {"deploy/Prod.Dockerfile"}),
            ("FROM alpine\nEXPOSE abc", {}, {"deploy/Prod.Dockerfile"}),
            ("# check=error=true\nFROM alpine\nEXPOSE abc", {}, {"deploy/Prod.Dockerfile"}),
            ("FROM alpine", {"platform": "no"}, {"--platform"}),
            ("FROM alpine", {"target": "no"}, {"--target"}),
            ("FROM alpine", {"args": {"a b": ""}}, {"--build-arg"}),
            ("FROM alpine", {"contexts": {"a b": "."}}, {"--build-context"}),
            ("FROM alpine", {"contexts": {"a": ".", "a:latest": "."}}, {"--build-context"}),
            ("FROM Alpine", {"platform": "no"}, {"--platform", "deploy/Prod.Dockerfile"}),
        ],
    )
    def test_diagnostics_name_the_path_or_the_option(self, text: str, build: dict[str, Any], sources: set[str]) -> None:
        options = BuildOptions(dockerfile_path="deploy/Prod.Dockerfile", **build)
        with pytest.raises(ResolutionError) as caught:
            resolve(app({}, text, build=options))
        assert {one.source for one in caught.value.diagnostics} == sources

    def test_unknowns_and_warnings_name_the_path(self) -> None:
        options = BuildOptions(dockerfile_path="deploy/Prod.Dockerfile")
        plan = resolve(app({}, "# check=error=true\nFROM alpine", build=options))
        assert {one.source for one in (*plan.unknowns, *plan.diagnostics)} == {"deploy/Prod.Dockerfile"}

    def test_a_login_for_a_build_is_never_inferred(self) -> None:
        assert codes(app(LOGIN, "FROM quay.io/a/b", profile=APTIBLE_CURRENT)) == ["credentials-host-unknown"]
        plan = resolve(app({IMAGE: "quay.io/a/b:1", **LOGIN}, "FROM x", profile=APTIBLE_CURRENT))
        assert plan.pulls[0].credential == CredentialRef(scope="quay.io", owner="app", source="image")

    def test_unused_logins_of_builds_from_scratch(self) -> None:
        assert "no registry" in told(resolve(app(LOGIN, "FROM scratch")))["credentials-unused"].message

    def test_the_current_profile_ignores_the_email(self) -> None:
        asked = app({IMAGE: "quay.io/a/b:1", **LOGIN, EMAIL: "a@b.c"}, profile=APTIBLE_CURRENT)
        plan = resolve(asked)
        assert told(plan)["credentials-email-deprecated"].source == EMAIL
        (credential,) = credentials_for(plan, asked).values()
        assert credential.email is None

    def test_an_invalid_image_leaves_the_inferred_host_open(self) -> None:
        assert codes(app({IMAGE: "quay.io/A", **LOGIN}, profile=APTIBLE_CURRENT)) == ["reference-uppercase"]


class TestKeyrings:
    def test_the_most_specific_scope_wins_and_the_variables_win_over_the_keyring(self) -> None:
        keyring = Keyring([login("quay.io"), login("https://quay.io/team/")])
        plan = resolve(app({IMAGE: "quay.io/team/app:1"}, keyring=keyring))
        assert plan.pulls[0].credential == CredentialRef(
            scope="quay.io/team", owner="app", source="keyring:https://quay.io/team/"
        )
        plan = resolve(app({IMAGE: "quay.io/team/app:1", HOST: "quay.io", **LOGIN}, keyring=keyring))
        assert plan.pulls[0].credential == CredentialRef(scope="quay.io", owner="app", source=HOST)

    def test_the_platform_s_logins_need_a_path_and_never_extend(self) -> None:
        (fault,) = faults(app({}, "FROM registry.example/base/x"), Keyring([login("registry.example")]))
        assert fault.code == "credentials-platform-scope-missing"
        plan = resolve(
            app({}, "FROM registry.example/base/x"), platform_keyring=Keyring([login("registry.example/base")])
        )
        assert isinstance(plan.action, Build)
        assert plan.pulls[0].credential is not None
        assert plan.pulls[0].credential.owner == "platform"

    def test_another_tenant_s_repository_is_fetched_anonymously(self) -> None:
        keyring = Keyring([login("registry.example/base")])
        plan = resolve(app({}, "FROM registry.example/based/x"), platform_keyring=keyring)
        assert plan.pulls[0].credential is None


class TestCredentialsFor:
    def test_the_secrets_are_joined_by_reference(self) -> None:
        keyring, platform = Keyring([login("quay.io/team")]), Keyring([login("registry.example/base")])
        dockerfile = (
            "FROM quay.io/team/a\nCOPY --from=registry.example/base/b / /\nCOPY --from=acme/c / /\nCOPY --from=d / /"
        )
        asked = app({**LOGIN, EMAIL: "a@b.c"}, dockerfile, keyring=keyring)
        plan = resolve(asked, platform_keyring=platform)
        found = credentials_for(plan, asked, platform_keyring=platform)
        assert [(ref.owner, found[ref].username, found[ref].email) for ref in found] == [
            ("app", "bob", None),
            ("platform", "bob", None),
            ("app", "ada", "a@b.c"),
        ]

    def test_the_default_e_mail_is_a_dot(self) -> None:
        asked = app({IMAGE: "acme/app", **LOGIN})
        assert [one.email for one in credentials_for(resolve(asked), asked).values()] == ["."]

    @pytest.mark.parametrize(
        "later",
        [
            app({IMAGE: "acme/app"}),
            app({IMAGE: "acme/app", HOST: "quay.io", **LOGIN}),
            app({IMAGE: "acme/app", USERNAME: "a"}),
        ],
    )
    def test_a_login_that_is_gone_or_moved_is_an_error(self, later: App) -> None:
        plan = resolve(app({IMAGE: "acme/app", **LOGIN}))
        with pytest.raises(ResolutionError) as caught:
            credentials_for(plan, later)
        assert [one.code for one in caught.value.diagnostics] == ["credentials-gone"]

    def test_a_keyring_s_login_that_is_gone_is_an_error(self) -> None:
        asked = app({IMAGE: "quay.io/a/b"}, keyring=Keyring([login("quay.io")]))
        with pytest.raises(ResolutionError):
            credentials_for(resolve(asked), app({IMAGE: "quay.io/a/b"}))


def test_what_buildkit_refuses_before_it_runs_a_step_is_an_error() -> None:
    with pytest.raises(ResolutionError) as caught:
        resolve(App({}, "web run", "FROM scratch\nSTOPSIGNAL FOO\n"))
    assert [(error.code, error.source, error.line) for error in caught.value.diagnostics] == [
        ("procfile-no-colon", "Procfile", 1),
        ("dockerfile-signal", "Dockerfile", 2),
    ]


@pytest.mark.parametrize(
    ("image", "hint"),
    [
        ("quay.io/repository/acme/app:1", "this is the web page of a repository: use `quay.io/acme/app:1`"),
        ("hub.docker.com/r/acme/app:1", "this is the web page of a repository: use `acme/app:1`"),
        ("github.com/acme:1", None),
    ],
)
def test_an_image_that_is_a_web_page_is_reported(image: str, hint: str | None) -> None:
    for found, place in (
        (app({IMAGE: image}), (IMAGE, None)),
        (app({}, "FROM alpine AS x\nFROM " + image), ("Dockerfile", 2)),
    ):
        pages = [one for one in resolve(found).diagnostics if one.code == "image-web-page"]
        assert [(one.hint, (one.source, one.line), one.message) for one in pages] == [
            (text, place, f"image `{image}` is the address of a web page, not of an image") for text in [hint] if text
        ]


def test_a_helper_of_the_registry_of_a_frontend_is_not_reported() -> None:
    """A custom frontend never gets a login, and the usual ones are public."""
    keyring = Keyring(helpers=("docker.io",))
    plan = resolve(App({}, "web: run", "# syntax=docker/dockerfile:1\nFROM quay.io/a/b", keyring=keyring))
    assert "credentials-in-helper" not in {one.code for one in plan.diagnostics}
    plan = resolve(App({}, "web: run", "FROM acme/app", keyring=keyring))
    assert "credentials-in-helper" in {one.code for one in plan.diagnostics}
