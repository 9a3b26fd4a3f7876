from __future__ import annotations

import pytest

from deployspec import APTIBLE_2016, Profile
from deployspec._env.names import find_similar

ACME = APTIBLE_2016.with_prefix("ACME_")


@pytest.mark.parametrize(
    ("name", "profile", "correct"),
    [
        ("APTIBLE_DOCKER_IMGE", APTIBLE_2016, "APTIBLE_DOCKER_IMAGE"),
        ("APTIBLE_DOCKER_IMAGES", APTIBLE_2016, "APTIBLE_DOCKER_IMAGE"),
        ("APTIBLE_DOCKER_IAMGE", APTIBLE_2016, "APTIBLE_DOCKER_IMAGE"),
        ("APTBLE_DOCKER_IMAGE", APTIBLE_2016, "APTIBLE_DOCKER_IMAGE"),
        ("PTIBLE_DOCKER_IMAG", APTIBLE_2016, "APTIBLE_DOCKER_IMAGE"),
        ("APTIBLE_DOCKERIMAGE", APTIBLE_2016, "APTIBLE_DOCKER_IMAGE"),
        ("APTIBLEDOCKERIMAGE", APTIBLE_2016, "APTIBLE_DOCKER_IMAGE"),
        ("aptible_docker_image", APTIBLE_2016, "APTIBLE_DOCKER_IMAGE"),
        ("APTIBLE-DOCKER-IMAGE", APTIBLE_2016, "APTIBLE_DOCKER_IMAGE"),
        ("APTIBLE__DOCKER__IMAGE", APTIBLE_2016, "APTIBLE_DOCKER_IMAGE"),
        ("APTIBLE_PRIVATE_REGISTRY_HOTS", APTIBLE_2016, "APTIBLE_PRIVATE_REGISTRY_HOST"),
        ("APTIBLE_PRIVATE_REGISTRY_PASWORD", APTIBLE_2016, "APTIBLE_PRIVATE_REGISTRY_PASSWORD"),
        ("APTIBLEPRIVATEREGISTRYPASSWORD", APTIBLE_2016, "APTIBLE_PRIVATE_REGISTRY_PASSWORD"),
        ("APTIBLE_PRIVATE_REGISTRY_USER_NAME", APTIBLE_2016, "APTIBLE_PRIVATE_REGISTRY_USERNAME"),
        ("APTIBLE_PRIVATE_REGISTRY_EMIAL", APTIBLE_2016, "APTIBLE_PRIVATE_REGISTRY_EMAIL"),
        ("ACME_PRIVATE_REGISTRY_PASWORD", ACME, "ACME_PRIVATE_REGISTRY_PASSWORD"),
        ("ACMEDOCKERIMAGE", ACME, "ACME_DOCKER_IMAGE"),
        ("IMAGES", Profile(name="own", image_variable="IMAGE"), "IMAGE"),
        ("IMG_", Profile(name="own", image_variable="IMG"), "IMG"),
    ],
)
def test_a_misspelt_control_variable_is_found(name: str, profile: Profile, correct: str) -> None:
    assert find_similar(["PATH", name], profile.control_variables) == [(name, correct)]


@pytest.mark.parametrize(
    ("name", "profile"),
    [
        ("DOCKER_IMAGE", APTIBLE_2016),
        ("APTIBLE_OTHER", APTIBLE_2016),
        ("APTIBLE_DOCKER_IMA", APTIBLE_2016.with_prefix("")),
        ("APTIBLE_DOCKER_IMAGE_OLD", APTIBLE_2016),
        ("APTIBLE_DOCKER_VOLUME", APTIBLE_2016),
        ("APTIBLE_PRIVATE_REGISTRY_URL", APTIBLE_2016),
        ("APTIBLE_PRIVATE_REGISTRY_TOKEN", APTIBLE_2016),
        ("BPTIBLE_XOCKER_IMAGX", APTIBLE_2016),
        ("ACME_DOCKER_IMGE", APTIBLE_2016),
        ("IMG2", Profile(name="own", image_variable="IMG")),
        ("A" * 1_000_000, APTIBLE_2016),
        ("_" * 1_000_000, APTIBLE_2016),
        ("", APTIBLE_2016),
    ],
)
def test_another_name_is_not_similar(name: str, profile: Profile) -> None:
    assert find_similar([name], profile.control_variables) == []


def test_a_control_variable_is_not_similar_to_itself() -> None:
    assert find_similar(sorted(APTIBLE_2016.control_variables), APTIBLE_2016.control_variables) == []
