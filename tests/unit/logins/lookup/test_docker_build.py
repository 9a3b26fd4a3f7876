from __future__ import annotations

import json
from typing import Any

import pytest

from deployspec import InvalidReference, LookupOutcome, lookup

HUB = "https://index.docker.io/v1/"
LOGIN = {"auth": "YWRhOnB3"}


def one(image: str, auths: object, **members: Any) -> LookupOutcome:
    (outcome,) = lookup(json.dumps({"auths": auths, **members}), image, "docker-build").outcomes
    return outcome


@pytest.mark.parametrize("image", ["ubuntu", "docker.io/acme/app", "registry-1.docker.io/acme/app", "dhi.io/python"])
def test_docker_hub_has_one_key(image: str) -> None:
    assert one(image, {HUB: LOGIN}).key == HUB
    assert one(image, {"registry-1.docker.io": LOGIN}).key is None


def test_an_own_login_is_preferred_to_that_of_docker_hub() -> None:
    assert one("dhi.io/python", {HUB: LOGIN, "dhi.io": {"identitytoken": "t"}}).key == "dhi.io"
    assert one("registry.scout.docker.com/a", {}).kind == "anonymous"


def test_helpers_are_asked_for_both() -> None:
    outcome = one("dhi.io/python", {}, credsStore="desktop")
    assert outcome.asked == (("desktop", "dhi.io"), ("desktop", HUB))
    outcome = one("dhi.io/python", {HUB: LOGIN, "quay.io": LOGIN}, credHelpers={"dhi.io": "x"})
    assert (outcome.asked, outcome.then) == ((("x", "dhi.io"),), (HUB,))


def test_a_url_that_go_refuses_has_no_host() -> None:
    assert one("quay.io/a", {"https://quay.io/%zz": LOGIN}).kind == "anonymous"
    assert one("quay.io/a", {"https://quay.io/a": LOGIN}).kind == "basic"


def test_a_reference_may_be_refused() -> None:
    with pytest.raises(InvalidReference):
        one("quay.io/A", {})
