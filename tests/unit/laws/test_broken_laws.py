"""What the generated apps seldom show: each law, asked about one app and a resolver that is wrong about it."""

from __future__ import annotations

from typing import Any, cast

import attrs
import pytest

from deployspec import (
    APTIBLE_2016,
    APTIBLE_CURRENT,
    App,
    Counterfactual,
    Credential,
    CredentialRef,
    DeployPlan,
    Diagnostic,
    ImagePull,
    Keyring,
    Mirror,
    Profile,
    ResolutionError,
    Secret,
    laws,
    parse_reference,
    resolve,
)

IMAGE = APTIBLE_2016.image_variable
KEYRING = Keyring([Credential(scope="quay.io/team", username="ada", password=Secret("pw"))])
LOGIN = {APTIBLE_2016.username_variable: "ada", APTIBLE_2016.password_variable: "pw"}
MIRRORED = parse_reference("mirror.example/quay/team/app:1")
FRONTEND = parse_reference("mirror.example/quay/team/fe:latest")
PULL = App({IMAGE: "quay.io/team/app:1"}, "web: run")


def planning(plan: DeployPlan) -> Any:
    def resolver(app: App, *, platform_keyring: Keyring | None = None) -> DeployPlan:
        return plan

    return resolver


def refusing(*diagnostics: Diagnostic) -> Any:
    def resolver(app: App, *, platform_keyring: Keyring | None = None) -> DeployPlan:
        raise ResolutionError(diagnostics)

    return resolver


def with_credential(**parts: Any) -> DeployPlan:
    plan = resolve(PULL)
    pull = attrs.evolve(plan.pulls[0], credential=CredentialRef(scope="quay.io", **parts))
    return attrs.evolve(plan, pulls=(pull,))


@pytest.mark.parametrize(
    "parts",
    [
        {"owner": "app", "source": "APTIBLE_PRIVATE_REGISTRY_HOST"},
        {"owner": "platform", "source": "default"},
        {"owner": "app", "source": "keyring:quay.io"},
        {"owner": "platform", "source": "keyring:quay.io"},
    ],
)
def test_a_login_that_nobody_gave_is_told(parts: dict[str, str]) -> None:
    with pytest.raises(laws.LawBroken, match="the input contains no login"):
        laws.confined.check(planning(with_credential(**parts)), PULL, KEYRING)


@pytest.mark.parametrize("profile", [APTIBLE_2016, APTIBLE_CURRENT])
def test_a_login_of_the_config_is_confined_with_and_without_a_host_variable(profile: Profile) -> None:
    config = {IMAGE: "quay.io/team/app:1", profile.username_variable: "ada", profile.password_variable: "pw"}
    if profile.host_variable is not None:
        config[profile.host_variable] = "quay.io"
    laws.confined.check(resolve, App(config, "web: run", profile=profile), Keyring())


HOST = str(APTIBLE_2016.host_variable)


def hinting(hint: str) -> Any:
    """Resolve, with another hint about the login of another host."""

    def resolver(app: App, *, platform_keyring: Keyring) -> DeployPlan:
        try:
            return resolve(app, platform_keyring=platform_keyring)
        except ResolutionError as error:
            raise ResolutionError([attrs.evolve(one, hint=hint) for one in error.diagnostics]) from None

    return resolver


@pytest.mark.parametrize(
    ("image", "host", "hint", "broken"),
    [
        ("ghcr.io/a/b", "quay.io", f"set `{HOST}` to `ghcr.io`", True),
        ("ghcr.io/a/b", "quay.io", "use the image `quay.io/a/b`", False),
        ("my-server/a/b", "my-server", f"set `{HOST}` to `docker.io`", True),
        ("my-server/a/b", "my-server", f"use the image `my-server:443/a/b` and set `{HOST}` to `my-server:443`", False),
        ("ghcr.io/a/b", "", f"set `{HOST}` to `ghcr.io`", False),
        ("ghcr.io/a/b", "", f"use the image `quay.io/a/b` and set `{HOST}` to `quay.io`", True),
    ],
)
def test_a_hint_that_sends_a_password_elsewhere_is_reported(image: str, host: str, hint: str, *, broken: bool) -> None:
    app = App({**LOGIN, IMAGE: image, HOST: host}, "web: run")
    laws.hints_keep_the_registry.check(resolve, app, Keyring())
    if broken:
        with pytest.raises(laws.LawBroken, match="sends the password to"):
            laws.hints_keep_the_registry.check(hinting(hint), app, Keyring())
    else:
        laws.hints_keep_the_registry.check(hinting(hint), app, Keyring())


def test_a_hint_may_leave_images_without_a_login() -> None:
    app = App({**LOGIN, HOST: "quay.io"}, "web: run", "FROM alpine")
    assert [one.code for one in resolve(app).diagnostics] == ["credentials-unused"]
    laws.hints_keep_the_registry.check(resolve, app, Keyring())


@pytest.mark.parametrize("host", ["registry.hub.docker.com", "hub.docker.com", "quay.io"])
def test_an_image_without_the_login_for_its_host_is_reported(host: str) -> None:
    app = App({**LOGIN, IMAGE: f"{host}/a/b:1", HOST: host}, "web: run")
    laws.spelled_like_the_image.check(resolve, app, Keyring())
    anonymous = resolve(App({IMAGE: f"{host}/a/b:1"}, "web: run"))
    with pytest.raises(laws.LawBroken, match="without the login for its host"):
        laws.spelled_like_the_image.check(planning(anonymous), app, Keyring())


def test_a_line_outside_the_text_is_told() -> None:
    for line, column in ((9, 1), (1, 99), (0, 1)):
        fault = Diagnostic("procfile-no-colon", "x", source="Procfile", line=line, column=column)

        def drawn(app: Any, fault: Diagnostic = fault) -> None:
            laws.edits_are_located.check(refusing(fault), PULL, Keyring(), FirstChoices())

        with pytest.raises(laws.LawBroken, match="is located outside"):
            drawn(PULL)


class FirstChoices:
    """Stands in for Hypothesis: edits the Procfile by nothing."""

    draws = 0

    def draw(self, _: object) -> str:
        self.draws += 1
        return "Procfile" if self.draws == 1 else "web: run"


@pytest.mark.parametrize(
    ("app", "change"),
    [
        (attrs.evolve(PULL, keyring=KEYRING), "remove the keyring"),
        (PULL, "delete the Procfile"),
        (PULL, f"unset `{IMAGE}`"),
    ],
)
def test_every_change_of_a_counterfactual_can_be_made(app: App, change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    laws.counterfactuals_resolve.check(resolve, app, Keyring())

    def told(app: App, **_: object) -> tuple[Counterfactual, ...]:
        return (Counterfactual(change, ()),)

    monkeypatch.setattr("deployspec.laws._plans.counterfactuals", told)
    with pytest.raises(laws.LawBroken):
        laws.counterfactuals_resolve.check(resolve, app, Keyring())


def test_a_counterfactual_that_nobody_can_make_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def told(app: App, **_: object) -> tuple[Counterfactual, ...]:
        return (Counterfactual("wait until tomorrow", ()),)

    monkeypatch.setattr("deployspec.laws._plans.counterfactuals", told)
    with pytest.raises(laws.LawBroken, match="unknown change"):
        laws.counterfactuals_resolve.check(resolve, PULL, Keyring())


def test_the_familiar_form_is_not_asked_where_go_reads_it_otherwise() -> None:
    for text in ("docker.io/library/" + "a" * 64, "docker.io/localhost/app", "docker.io/a.b/app", "quay.io/a/b"):
        laws.references_canonical.check(resolve, PULL, Keyring(), parse_reference(text, default_tag=None))


def test_laws_are_told_by_name() -> None:
    assert str(laws.total) == "total"
    assert len({law.name for law in laws.LAWS}) == len(laws.LAWS)
    assert all(law.statement.endswith(".") for law in laws.LAWS)


def test_a_plan_that_cannot_be_pinned_says_nothing_about_pinning() -> None:
    app = App({}, "web: run", "FROM context")
    laws.pin_keeps.check(resolve, app, Keyring())


def test_a_refused_app_differs_from_nothing() -> None:
    laws.diff_is_of_fingerprints.check(resolve, PULL, Keyring(), App({}))


def test_other_exceptions_than_those_of_the_library_are_reported() -> None:
    def resolver(app: App, *, platform_keyring: Keyring | None = None) -> DeployPlan:
        raise KeyError("web")

    with pytest.raises(laws.LawBroken, match="the resolver raised KeyError"):
        laws.total.check(resolver, PULL, Keyring())


def test_a_plan_without_a_hash_is_reported() -> None:
    plan = attrs.evolve(resolve(PULL), environment=cast("tuple[str, ...]", ["RAILS_ENV"]))
    with pytest.raises(laws.LawBroken, match="JSON fails: unhashable type: 'list'"):
        laws.round_trip.check(planning(plan), PULL, Keyring())


# Mirrors

HUB = (Mirror("quay.io", "mirror.example/quay"),)
BUILT = App({}, "web: run", "FROM quay.io/team/app:1")
CUSTOM = App({}, "web: run", "# syntax=quay.io/team/fe\nFROM a")


def mirroring(change: Any) -> Any:
    """A resolver that changes each pull of a plan."""

    def resolver(app: App, *, platform_keyring: Keyring, mirrors: tuple[Mirror, ...] = ()) -> DeployPlan:
        plan = resolve(app, platform_keyring=platform_keyring, mirrors=mirrors)
        return attrs.evolve(plan, pulls=tuple(change(pull) for pull in plan.pulls)) if mirrors else plan

    return resolver


def at(pull: ImagePull, **parts: Any) -> ImagePull:
    assert pull.mirror is not None
    return attrs.evolve(pull, mirror=attrs.evolve(pull.mirror, **parts))


def with_credential_of(pull: ImagePull, **parts: Any) -> ImagePull:
    assert pull.credential is not None
    return attrs.evolve(pull, credential=attrs.evolve(pull.credential, **parts))


def elsewhere(pull: ImagePull) -> ImagePull:
    return at(pull, host="evil.example")


def another_tag(pull: ImagePull) -> ImagePull:
    return at(pull, tag="2")


def unmirrored(pull: ImagePull) -> ImagePull:
    return attrs.evolve(pull, mirror=None)


def login_of_app(pull: ImagePull) -> ImagePull:
    return with_credential_of(pull, owner="app")


def login_for_image(pull: ImagePull) -> ImagePull:
    return with_credential_of(pull, source="keyring:quay.io")


def mirrored(pull: ImagePull) -> ImagePull:
    return attrs.evolve(pull, mirror=MIRRORED)


def frontend_mirrored(pull: ImagePull) -> ImagePull:
    return attrs.evolve(pull, mirror=FRONTEND)


def anonymous(pull: ImagePull) -> ImagePull:
    return attrs.evolve(pull, credential=None)


def for_arm(pull: ImagePull) -> ImagePull:
    return attrs.evolve(pull, platform="linux/arm64")


CURRENT = App({IMAGE: "quay.io/team/app:1", **LOGIN}, "web: run", profile=APTIBLE_CURRENT)


@pytest.mark.parametrize(
    ("app", "change", "broken"),
    [
        (BUILT, elsewhere, "is pulled from"),
        (BUILT, another_tag, "is pulled from"),
        (BUILT, unmirrored, "only for mirrors"),
        (BUILT, login_of_app, "gets the login"),
        (BUILT, login_for_image, "gets the login"),
        (attrs.evolve(BUILT, keyring=KEYRING), mirrored, "private image"),
        (CURRENT, mirrored, "private image"),
        (CUSTOM, frontend_mirrored, "private image"),
    ],
)
def test_a_mirror_that_is_not_confined(app: App, change: Any, broken: str) -> None:
    laws.mirrors_confined.check(resolve, app, Keyring(), HUB)
    with pytest.raises(laws.LawBroken, match=broken):
        laws.mirrors_confined.check(mirroring(change), app, Keyring(), HUB)


def test_a_mirror_without_a_login_is_confined() -> None:
    no_login = mirroring(anonymous)
    laws.mirrors_confined.check(no_login, BUILT, Keyring(), HUB)
    path = Keyring([Credential(scope="ghcr.io/a", username="u", password=Secret("p"))])
    laws.mirrors_confined.check(resolve, attrs.evolve(BUILT, dockerfile="FROM ghcr.io/a/b"), path, HUB)


def test_mirrors_that_change_more_than_places() -> None:
    law = laws.mirrors_change_places_only
    law.check(resolve, attrs.evolve(BUILT, keyring=KEYRING), Keyring(), HUB)
    law.check(resolve, App({}), Keyring(), HUB)

    def refusing_mirrors(app: App, *, platform_keyring: Keyring, **more: Any) -> DeployPlan:
        if more:
            raise ResolutionError([Diagnostic("mirror-x", "x")])
        return resolve(app, platform_keyring=platform_keyring)

    for resolver in (refusing_mirrors, mirroring(for_arm)):
        with pytest.raises(laws.LawBroken):
            law.check(resolver, BUILT, Keyring(), HUB)


def test_a_resolver_without_mirrors_keeps_their_laws() -> None:
    for law in (laws.mirrors_confined, laws.mirrors_change_places_only):
        law.check(planning(resolve(PULL)), BUILT, Keyring(), HUB)
