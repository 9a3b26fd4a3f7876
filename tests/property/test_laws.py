"""The first laws of a resolution, over apps that are half sensible and half hostile."""

from __future__ import annotations

import pickle
import traceback

import attrs
from hypothesis import given
from hypothesis import strategies as st

from deployspec import (
    APTIBLE_2016,
    APTIBLE_CURRENT,
    App,
    Credential,
    DeployPlan,
    DeploySpecError,
    Keyring,
    Pull,
    ResolutionError,
    Secret,
    plan_from_json,
    plan_to_json,
    render,
    resolve,
)
from deployspec._registry import covers, normal_scope

IMAGE, PREFIX = "APTIBLE_DOCKER_IMAGE", "APTIBLE_PRIVATE_REGISTRY_"
HOSTS = [
    "quay.io",
    "ghcr.io",
    "docker.io",
    "evilquay.io",
    "quay.io.evil.example",
    "QUAY.IO",
    "index.docker.io",
    "quay.io:443",
]

hosts = st.sampled_from(HOSTS)
paths = st.sampled_from(["a/b", "team/app", "teams/app", "app", "team/app/x"])
images = st.tuples(hosts, st.just("/"), paths, st.sampled_from(["", ":1", "@bad"])).map("".join)
texts = st.one_of(images, st.text(max_size=20), st.sampled_from(["", " ", "httpd"]))
instructions = st.one_of(
    images.map(lambda image: f"FROM {image} AS base"),
    images.map(lambda image: f"COPY --from={image} / /"),
    images.map(lambda image: f"RUN --mount=from={image},target=/m true"),
    st.sampled_from(
        ["FROM scratch", "FROM base", "ARG X=1", "RUN <<E", "E", "ONBUILD COPY --from=x / /", "# syntax=evil/x"]
    ),
    st.text(max_size=10),
)
dockerfiles = st.none() | st.lists(instructions, max_size=6).map("\n".join) | st.binary(max_size=30)
procfiles = (
    st.none()
    | st.sampled_from(["web: run", "web: a\nb: c 'x", "", "web run"])
    | st.text(max_size=20)
    | st.binary(max_size=9)
)
configs = st.fixed_dictionaries(
    {},
    optional={
        IMAGE: texts,
        f"{PREFIX}HOST": st.one_of(hosts, st.text(max_size=10)),
        f"{PREFIX}USERNAME": st.sampled_from(["", "ada", "a:b"]),
        f"{PREFIX}PASSWORD": st.sampled_from(["", "pw", " pw\n"]),
        f"{PREFIX}EMAIL": st.sampled_from(["", "a@b.c"]),
        "OTHER": st.text(max_size=5),
    },
) | st.dictionaries(st.text(max_size=4), st.text(max_size=4), max_size=3)
scopes = st.lists(
    st.sampled_from(["quay.io", "quay.io/team", "https://index.docker.io/v1/", "ghcr.io/a/b"]), unique=True
)
keyrings = scopes.map(lambda keys: Keyring([Credential(scope=key, username="u", password=Secret("p")) for key in keys]))
apps = st.builds(
    App, configs, procfiles, dockerfiles, keyring=keyrings, profile=st.sampled_from([APTIBLE_2016, APTIBLE_CURRENT])
)
platform_keyrings = st.sampled_from(["quay.io/team", "docker.io/library", "ghcr.io/a"]).map(
    lambda key: Keyring([Credential(scope=key, username="u", password=Secret("p"))])
)


def resolved(app: App, platform_keyring: Keyring | None = None) -> DeployPlan | None:
    try:
        return resolve(app, platform_keyring=platform_keyring or Keyring())
    except ResolutionError:
        return None


@given(apps, platform_keyrings)
def test_total(app: App, platform_keyring: Keyring) -> None:
    """Any input of the declared types gives a plan or a `DeploySpecError`."""
    try:
        plan = resolve(app, platform_keyring=platform_keyring)
    except DeploySpecError as error:
        assert any(one.severity == "error" for one in error.diagnostics)
        assert all(one.column is None or one.column >= 1 for one in error.diagnostics)
    else:
        assert not any(one.severity == "error" for one in plan.diagnostics)
        assert plan_from_json(plan_to_json(plan)) == plan
        assert pickle.loads(pickle.dumps(plan)) == plan  # noqa: S301  # our own
        assert render.explain(plan)


@given(apps, platform_keyrings)
def test_confined(app: App, platform_keyring: Keyring) -> None:
    """The scope given on the way in covers the reference of every pull that carries a login."""
    plan = resolved(app, platform_keyring)
    for pull in plan.pulls if plan else ():
        if pull.credential is None:
            continue
        source = pull.credential.source
        if source.startswith("keyring:"):
            written = source.removeprefix("keyring:")
        elif source == "image":
            written = pull.reference.host
        else:
            written = "docker.io" if source == "default" else app.config[source].strip()
        scope = normal_scope(written)
        assert scope is not None
        assert covers(scope, pull.reference)


SENTINEL = "zk4Qv9Tt2LxW8pRb"


@given(apps, platform_keyrings, st.booleans())
def test_secret(app: App, platform_keyring: Keyring, broken: bool) -> None:  # noqa: FBT001  # a switch
    """No password, token, user name or other value occurs in anything that is shown or kept."""
    secret = {f"{PREFIX}USERNAME": f"{SENTINEL}{':' * broken}", f"{PREFIX}PASSWORD": SENTINEL, "OTHER": SENTINEL}
    keyring = Keyring(
        [Credential(scope=one.key, username=SENTINEL, password=Secret(SENTINEL)) for one in app.keyring.credentials]
    )
    asked = attrs.evolve(app, config={**app.config, **secret}, keyring=keyring)
    try:
        plan = resolve(asked, platform_keyring=platform_keyring)
    except ResolutionError as error:
        shown = ["".join(traceback.format_exception(error)), render.diagnostics(error.diagnostics), repr(error)]
        kept = pickle.dumps(error)
    else:
        shown = [repr(plan), plan_to_json(plan), render.explain(plan), render.diagnostics(plan.diagnostics, "json")]
        kept = pickle.dumps(plan)
    assert not any(SENTINEL in text for text in (*shown, repr(asked), f"{asked}"))
    assert SENTINEL.encode() not in kept


@given(apps, dockerfiles)
def test_image_wins(app: App, dockerfile: str | bytes | None) -> None:
    """With the image variable set, no Dockerfile changes anything but the note."""
    asked = attrs.evolve(app, config={**app.config, IMAGE: "docker.io/team/app:1"}, dockerfile=None)
    without, with_it = resolved(asked), resolved(attrs.evolve(asked, dockerfile=dockerfile))
    assert (without is None) == (with_it is None)
    if without is not None and with_it is not None:
        notes = tuple(one for one in with_it.diagnostics if one.code != "dockerfile-ignored")
        assert attrs.evolve(with_it, diagnostics=notes) == without
        assert isinstance(without.action, Pull)
        assert (notes != with_it.diagnostics) == (dockerfile is not None)


@given(apps)
def test_empty_is_unset(app: App) -> None:
    """An empty control variable is an unset one."""
    control = app.profile.control_variables
    set_ones = {name: value for name, value in app.config.items() if value or name not in control}
    assert resolved(app) == resolved(attrs.evolve(app, config=set_ones))


@given(apps)
def test_deterministic(app: App) -> None:
    """The order of the config does not matter."""
    assert resolved(app) == resolved(attrs.evolve(app, config=dict(reversed(list(app.config.items())))))
