from __future__ import annotations

import pickle
from typing import Any

import pytest

from deployspec import APTIBLE_2016, APTIBLE_CURRENT, App, BuildOptions


def test_what_is_asked_is_shown_by_names_alone() -> None:
    app = App({"NAME": "sentinel"}, "web: sentinel", b"FROM sentinel", build=BuildOptions(args={"ARG": "sentinel"}))
    assert repr(app) == ("App(config=<NAME>, procfile=<13 characters>, dockerfile=<13 bytes>, profile='aptible-2016')")
    assert "sentinel" not in repr(app.build)
    assert "args=<ARG>" in repr(app.build)


def test_an_app_is_not_pickled() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(App({"NAME": "value"}))


def test_config_is_copied_and_cannot_be_changed() -> None:
    given = {"A": "1"}
    app = App(given)
    given["A"] = "2"
    assert app.config["A"] == "1"
    with pytest.raises(TypeError):
        app.config["A"] = "3"  # type: ignore[index]  # pyright: ignore[reportIndexIssue]


@pytest.mark.parametrize("bad", [{"A": 1}, {1: "a"}, {"A": None}, {"A": b"sentinel"}])
def test_config_of_other_types_is_a_type_error_without_the_value(bad: Any) -> None:
    with pytest.raises(TypeError, match=r"must be (a )?str") as caught:
        App(bad)
    assert "sentinel" not in str(caught.value)


def test_profiles_are_data() -> None:
    assert APTIBLE_2016.control_variables - APTIBLE_CURRENT.control_variables == {"APTIBLE_PRIVATE_REGISTRY_HOST"}
    assert APTIBLE_2016.with_prefix("X_").control_variables == {
        "X_DOCKER_IMAGE",
        "X_PRIVATE_REGISTRY_HOST",
        "X_PRIVATE_REGISTRY_USERNAME",
        "X_PRIVATE_REGISTRY_PASSWORD",
        "X_PRIVATE_REGISTRY_EMAIL",
    }
    assert hash(APTIBLE_2016) != hash(APTIBLE_CURRENT)
