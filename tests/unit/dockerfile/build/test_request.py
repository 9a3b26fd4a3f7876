"""The options of a build and their defaults."""

from __future__ import annotations

import pytest
from tests.unit.dockerfile.building import faults, rows, short

from deployspec import InvalidDockerfile, parse_dockerfile


def test_a_build_is_of_the_last_stage_for_linux_on_amd64_unless_asked_otherwise() -> None:
    file = parse_dockerfile("FROM a AS x\nFROM --platform=$BUILDPLATFORM b\nFROM --platform=$TARGETPLATFORM c\n")
    assert rows(file.images()) == [("c", "linux/amd64", "from", 3)]
    assert {image.platform for image in file.images().all} == {"linux/amd64"}


def test_the_build_platform_is_the_builders() -> None:
    file = parse_dockerfile("FROM --platform=$BUILDPLATFORM a:$BUILDARCH$BUILDVARIANT\n")
    (image,) = file.images(platform="linux/s390x", build_platform="linux/arm").needed
    assert (short(image), image.platform) == ("a:armv7", "linux/arm/v7")
    (image,) = parse_dockerfile("FROM --platform=linux a\n").images(build_platform="linux/s390x").needed
    assert image.platform == "linux/s390x"


def test_the_target_platform_is_checked() -> None:
    assert faults("FROM a\n", platform="no/such/plat/form") == [("platform", None)]
    with pytest.raises(InvalidDockerfile, match="invalid platform `nowhere`"):
        parse_dockerfile("FROM a\n").images(build_platform="nowhere")
