"""Properties of stored plans: fingerprints, differences, digests."""

from __future__ import annotations

import attrs
from hypothesis import given
from hypothesis import strategies as st

from deployspec import App, BuildOptions, Credential, DeployPlan, Keyring, Pull, Secret, diff, fingerprint, pin, resolve

D1, D2 = f"sha256:{'1' * 64}", f"sha256:{'2' * 64}"
versions = st.sampled_from(["", ":1", ":2", f"@{D1}", f":1@{D1}", f":1@{D2}"])
images = st.tuples(st.sampled_from(["quay.io/a/b", "quay.io/c/d", "acme/web", "ghcr.io/a/b"]), versions).map("".join)
instructions = st.one_of(
    images.map(lambda image: f"COPY --from={image} / /"),
    images.map(lambda image: f"FROM {image}"),
    images.map(lambda image: f"FROM --platform=linux/arm64 {image} AS x"),
)


def dockerfile_of(first: str, image: str, rest: list[str]) -> str:
    return "\n".join([first, f"FROM {image}", *rest])


dockerfiles = st.builds(
    dockerfile_of,
    st.sampled_from(["", "# syntax=docker/dockerfile:1", f"# syntax=docker/dockerfile:1@{D1}", "# syntax=evil/x"]),
    images,
    st.lists(instructions, max_size=3),
)
configs = st.fixed_dictionaries({}, optional={"APTIBLE_DOCKER_IMAGE": images, "A": st.just(""), "B": st.just("")})
scopes = st.lists(st.sampled_from(["quay.io", "quay.io/a", "docker.io"]), unique=True)
keyrings = scopes.map(lambda keys: Keyring([Credential(scope=key, username="u", password=Secret("p")) for key in keys]))
contexts = st.dictionaries(
    st.sampled_from(["quay.io/a/b:1", "acme/web", "x"]),
    st.one_of(images.map(lambda image: f"docker-image://{image}"), st.just("files")),
    max_size=2,
)
options = st.builds(BuildOptions, contexts=contexts, args=st.dictionaries(st.just("A"), st.just("1")))
plans = st.builds(
    App,
    configs,
    st.sampled_from(["web: a", "web: b", "web: a\nx: c", "x: c\nweb: a"]),
    dockerfiles,
    build=options,
    keyring=keyrings,
    revision=st.sampled_from([None, "r1", "r2"]),
).map(resolve)


def digests_of(plan: DeployPlan, digest: str = D2) -> dict[str, str]:
    return {str(pull.reference.with_digest(None)): digest for pull in plan.pulls if pull.reference.tag is not None}


@given(plans)
def test_a_plan_does_not_differ_from_itself(plan: DeployPlan) -> None:
    assert diff(plan, plan).changes == ()


@given(plans, plans)
def test_plans_differ_exactly_when_their_fingerprints_do(old: DeployPlan, new: DeployPlan) -> None:
    assert (diff(old, new).changes == ()) == (fingerprint(old) == fingerprint(new))


@given(plans, plans, st.sampled_from([None, True, False]))
def test_nothing_is_only_required_if_nothing_can_have_changed(
    old: DeployPlan,
    new: DeployPlan,
    config_changed: bool | None,  # noqa: FBT001  # a choice of three
) -> None:
    found = diff(old, new, config_changed=config_changed)
    if found.requires == "nothing":
        assert config_changed is False
        assert found.changes == ()
        assert all(pull.reference.digest for pull in new.pulls)
        assert isinstance(new.action, Pull) or new.action.recipe.revision is not None


@given(plans, plans)
def test_an_unknown_config_never_requires_less(old: DeployPlan, new: DeployPlan) -> None:
    order = ("nothing", "restart", "pull", "rebuild")
    sure, unsure, changed = (
        order.index(diff(old, new, config_changed=known).requires) for known in (False, None, True)
    )
    assert sure <= unsure == changed


@given(plans)
def test_pinning_gives_every_image_a_digest_and_keeps_the_action(plan: DeployPlan) -> None:
    pinned = pin(plan, digests_of(plan))
    assert all(pull.reference.digest for pull in pinned.pulls)
    assert type(pinned.action) is type(plan.action)
    unpinned = attrs.evolve(pinned, action=plan.action, pulls=plan.pulls, diagnostics=plan.diagnostics)
    assert unpinned == plan
    assert [pull.credential for pull in pinned.pulls] == [pull.credential for pull in plan.pulls]


@given(plans)
def test_pinning_is_idempotent(plan: DeployPlan) -> None:
    digests = digests_of(plan)
    assert pin(pin(plan, digests), digests) == pin(plan, digests)


@given(plans)
def test_the_order_of_the_digests_does_not_matter(plan: DeployPlan) -> None:
    digests = digests_of(plan)
    assert pin(plan, dict(reversed(digests.items()))) == pin(plan, digests)


@given(dockerfiles, contexts, keyrings)
def test_a_build_with_the_pinned_contexts_pulls_the_images_of_the_pinned_plan(
    dockerfile: str, given_contexts: dict[str, str], keyring: Keyring
) -> None:
    app = App({}, "web: a", dockerfile, build=BuildOptions(contexts=given_contexts), keyring=keyring)
    plan = resolve(app)
    pinned = pin(plan, digests_of(plan))
    assert not isinstance(pinned.action, Pull)
    recipe = pinned.action.recipe
    build = BuildOptions(contexts=dict(recipe.contexts), args=dict(recipe.args))
    fetched = {
        (pull.reference, pull.platform, pull.credential) for pull in resolve(attrs.evolve(app, build=build)).pulls
    }
    assert fetched == {(pull.reference, pull.platform, pull.credential) for pull in pinned.pulls}
