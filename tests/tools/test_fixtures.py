"""The registry of these tests is private, and its record tells whose login came with a request."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from oci_layout import digest_of
from private_registry import auth_file, logins

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from oci_layout import MakeImage
    from private_registry import PrivateRegistry, Traffic


@pytest.fixture
def pull(container_environment: Mapping[str, str], tmp_path: Path) -> Callable[[str, str], bool]:
    """Fetch an image with the given auth file; tell whether it came."""

    def pull(reference: str, auth: str) -> bool:
        path = tmp_path / "auth.json"
        path.write_text(auth)
        command = ["skopeo", "copy", "--src-authfile", str(path), f"docker://{reference}", f"oci:{tmp_path}/out:app"]
        ran = subprocess.run(command, env=container_environment, capture_output=True, check=False, timeout=60)
        assert ran.returncode == 0 or b"unauthorized" in ran.stderr, ran.stderr
        return ran.returncode == 0

    return pull


@pytest.mark.parametrize("login", ["none", "wrong", "accepted"])
def test_only_its_login_opens_the_registry(
    login: str,
    registry: PrivateRegistry,
    make_image: MakeImage,
    traffic: Traffic,
    pull: Callable[[str, str], bool],
) -> None:
    reference = registry.push(make_image({}), f"fixtures/{login}:1.0")
    uploaded = len(traffic())
    password = registry.password + "x" * (login == "wrong")
    auth = auth_file({} if login == "none" else {registry.host: (registry.username, password)})
    assert pull(reference, auth) is (login == "accepted")
    asked = traffic()[uploaded:]
    assert logins(asked) == {login}
    assert any(request.path == f"/v2/fixtures/{login}/manifests/1.0" for request in asked)


def test_an_image_has_the_digest_that_its_files_give(make_image: MakeImage) -> None:
    first, same, other = (digest_of(make_image({"etc/name": name})) for name in ("one", "one", "two"))
    assert first == same != other
