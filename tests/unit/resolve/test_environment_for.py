"""The variables of the app, joined when a plan is executed."""

from __future__ import annotations

import pickle

import attrs
import pytest

from deployspec import App, ResolutionError, environment_for, resolve

CONFIG = {
    "APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1",
    "APTIBLE_PRIVATE_REGISTRY_HOST": "quay.io",
    "APTIBLE_PRIVATE_REGISTRY_USERNAME": "ada",
    "APTIBLE_PRIVATE_REGISTRY_PASSWORD": "sentinel",
    "PORT": "80",
    "EMPTY": "",
}
APP = App(CONFIG, "web: run")


def test_the_app_gets_every_variable_except_those_that_control_the_deploy() -> None:
    environment = environment_for(resolve(APP), APP)
    assert environment == {"EMPTY": "", "PORT": "80"}
    assert list(environment) == list(resolve(APP).environment)


def test_values_are_those_of_the_app_that_is_passed() -> None:
    changed = App({**CONFIG, "PORT": "81", "NEW": "1"}, "web: run")
    assert environment_for(resolve(APP), changed) == {"EMPTY": "", "PORT": "81"}


def test_values_are_not_shown() -> None:
    environment = environment_for(resolve(APP), APP)
    assert repr(environment) == "<EMPTY, PORT>"
    with pytest.raises(TypeError):
        pickle.dumps(environment)


def test_every_error_is_reported() -> None:
    plan = attrs.evolve(resolve(APP), environment=("GONE", "PORT", "APTIBLE_PRIVATE_REGISTRY_PASSWORD", "OLD"))
    with pytest.raises(ResolutionError) as caught:
        environment_for(plan, APP)
    assert [found.code for found in caught.value.diagnostics] == [
        "config-variable-gone",
        "config-control-variable",
        "config-variable-gone",
    ]
    assert "sentinel" not in str(caught.value)
