"""The strategies make what they promise, by construction and not by trial."""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deployspec import (
    APTIBLE_2016,
    APTIBLE_CURRENT,
    App,
    BuildOptions,
    Credential,
    DeployPlan,
    DeploySpecError,
    Diagnostic,
    Dockerfile,
    ImageReference,
    InvalidDockerfile,
    Keyring,
    Procfile,
    Profile,
    Pull,
    ResolutionError,
    _hypothesis,
    parse_dockerfile,
    parse_procfile,
    parse_reference,
    resolve,
    strategies,
)
from deployspec.strategies._apps import is_accepted


@given(strategies.image_texts(kind="valid"))
def test_valid_images_parse(text: str) -> None:
    assert parse_reference(text).host


@given(strategies.image_texts(kind="valid", hosts=strategies.hosts(look_alikes=False)))
def test_images_stand_on_the_hosts_that_were_asked_for(text: str) -> None:
    assert parse_reference(text).host in {"quay.io", "ghcr.io", "docker.io", "registry.example:5000"}


@given(strategies.procfile_texts(kind="valid", max_services=2))
def test_valid_procfiles_parse(text: str) -> None:
    assert 1 <= len(parse_procfile(text).services) <= 2


@given(strategies.dockerfile_texts(kind="accepted", max_stages=2))
def test_accepted_dockerfiles_are_accepted(text: str) -> None:
    file = parse_dockerfile(text)
    assert 1 <= len(file.stages) <= 2
    assert len(file.images().needed) <= len(file.images().all)


@given(strategies.dockerfile_texts(kind="rejected"))
def test_rejected_dockerfiles_are_rejected(text: str) -> None:
    with pytest.raises(InvalidDockerfile):
        parse_dockerfile(text).images()


@given(strategies.platform_keyrings())
def test_a_platform_s_scopes_have_paths(keyring: Keyring) -> None:
    assert all("/" in credential.scope for credential in keyring.credentials)


@given(strategies.image_texts(kind="valid"), st.sampled_from([APTIBLE_2016, APTIBLE_CURRENT]))
@example("registry-1.docker.io/team", APTIBLE_2016)
def test_an_image_that_a_profile_takes_is_pulled(text: str, profile: Profile) -> None:
    """Images are chosen for valid apps by what a profile takes."""
    app = App({profile.image_variable: text}, "web: run", profile=profile)
    assert not is_accepted(text, profile) or isinstance(resolve(app).action, Pull)


@given(strategies.apps(kind="valid"))
def test_most_valid_apps_resolve(app: App) -> None:
    """A Dockerfile that is accepted can be refused with an argument or a context; nothing else is."""
    try:
        resolve(app)
    except DeploySpecError as error:
        sources = {one.source for one in error.diagnostics if one.severity == "error"}
        assert sources == {app.build.dockerfile_path}


def rarely_refused(app: App) -> DeployPlan:
    if app.revision is None:
        raise ResolutionError([Diagnostic("no-revision", "there is no revision")])
    return resolve(app)


@given(strategies.plans(profile=APTIBLE_2016, resolver=rarely_refused))
def test_plans_are_of_the_profile_and_from_the_resolver(plan: DeployPlan) -> None:
    assert plan.profile == "aptible-2016"
    assert isinstance(plan.action, Pull) or plan.action.recipe.revision


@pytest.mark.parametrize(
    "type_",
    [App, BuildOptions, Credential, DeployPlan, Dockerfile, ImageReference, Keyring, Procfile, Profile],
)
def test_types_are_known_to_hypothesis(type_: type[Any]) -> None:
    _hypothesis.register()

    @settings(max_examples=3)
    @given(st.from_type(type_))
    def is_made(value: object) -> None:
        assert isinstance(value, type_)

    is_made()


PROGRAM = """
import json, sys
from hypothesis import given, settings, strategies as st
lazy = "deployspec.strategies" not in sys.modules
from deployspec import DeployPlan
@settings(max_examples=1, database=None)
@given(st.from_type(DeployPlan))
def made(plan):
    assert isinstance(plan, DeployPlan)
made()
print(json.dumps(lazy))
"""


def test_hypothesis_finds_the_strategies_by_itself_and_imports_them_when_asked() -> None:
    distribution = importlib.metadata.distribution("deployspec")
    editable = json.loads(distribution.read_text("direct_url.json") or "{}").get("dir_info", {}).get("editable")
    if editable and not distribution.entry_points.select(group="hypothesis"):
        pytest.skip("installed for editing before there was an entry point; install it again")
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert ran.stdout == "true\n"
