"""Real tools for the tests of this folder: absent ones skip a test, or fail it where CI asks for them."""

from __future__ import annotations

import os
import secrets
import shutil
from typing import TYPE_CHECKING

import private_registry
import pytest
from oci_layout import write_layout
from private_registry import PrivateRegistry, Request, Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path


@pytest.fixture(scope="session")
def require_tools() -> Callable[..., None]:
    """Ask for programs by name. `DEPLOYSPEC_REQUIRE_TOOLS=1` makes an absent one an error, so that no skip hides it."""

    def require(*names: str) -> None:
        missing = [name for name in names if shutil.which(name) is None]
        if missing and os.environ.get("DEPLOYSPEC_REQUIRE_TOOLS") == "1":
            pytest.fail(f"not installed, but required: {', '.join(missing)}", pytrace=False)
        if missing:
            pytest.skip(f"not installed: {', '.join(missing)}")

    return require


@pytest.fixture(scope="session")
def registry(require_tools: Callable[..., None], tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateRegistry]:
    """A private registry on loopback, the same for all tests; they push to repositories of their own."""
    require_tools("docker-registry", "htpasswd", "skopeo")
    with private_registry.serve(tmp_path_factory.mktemp("registry") / "one") as running:
        yield running


@pytest.fixture(scope="session")
def second_registry(
    require_tools: Callable[..., None], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PrivateRegistry]:
    """Another registry; its own login and no other opens it."""
    require_tools("docker-registry", "htpasswd", "skopeo")
    folder = tmp_path_factory.mktemp("registry") / "two"
    password = f"another w0rd {secrets.token_hex(8)}"
    with private_registry.serve(folder, username="second", password=password) as running:
        yield running


@pytest.fixture(scope="session")
def public_registry(
    require_tools: Callable[..., None], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PrivateRegistry]:
    """A registry that is open to everybody, as Docker Hub is."""
    require_tools("docker-registry", "htpasswd", "skopeo")
    folder = tmp_path_factory.mktemp("registry") / "public"
    with private_registry.serve(folder, site=Site(public=True)) as running:
        yield running


@pytest.fixture
def traffic(registry: PrivateRegistry) -> Callable[[], list[Request]]:
    """What the registry was asked since the test began (ask for this fixture after those that push images)."""
    before = len(registry.requests())
    return lambda: registry.requests()[before:]


@pytest.fixture(scope="session")
def make_image(
    require_tools: Callable[..., None], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Mapping[str, str]], Path]:
    """Make an image that holds the given files, without a network; see `write_layout`."""
    require_tools("busybox")
    return lambda files: write_layout(tmp_path_factory.mktemp("image") / "layout", files)


@pytest.fixture
def container_environment(
    require_tools: Callable[..., None],
    registry: PrivateRegistry,
    second_registry: PrivateRegistry,
    public_registry: PrivateRegistry,
    tmp_path: Path,
) -> dict[str, str]:
    """The environment for skopeo and buildah: an empty store, an empty home, and leave to talk plain HTTP to loopback.

    An image that is already in a store is used without any login, so each test has a store of its own.
    """
    require_tools("buildah", "skopeo")
    root, home = tmp_path / "containers", tmp_path / "home"
    settings = home / ".config" / "containers"
    settings.mkdir(parents=True)
    (settings / "policy.json").write_text('{"default": [{"type": "insecureAcceptAnything"}]}')
    (settings / "registries.conf").write_text(
        "".join(
            f'[[registry]]\nlocation = "{one.host}"\ninsecure = true\n'
            for one in (registry, second_registry, public_registry)
        )
    )
    storage = tmp_path / "storage.conf"
    storage.write_text(f'[storage]\ndriver = "vfs"\ngraphroot = "{root}/graph"\nrunroot = "{root}/run"\n')
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "BUILDAH_ISOLATION": "chroot",
        "CONTAINERS_STORAGE_CONF": str(storage),
    }
