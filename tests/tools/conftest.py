"""Real tools for the tests of this folder: absent ones skip a test, or fail it where CI asks for them."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import private_registry
import pytest
from git_platform import DEPLOYER, AppRepository
from oci_layout import write_layout
from private_registry import PrivateRegistry, Site
from watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from git_platform import MakeApp
    from oci_layout import MakeImage
    from private_network import PrivateNetwork
    from private_registry import Traffic


@pytest.fixture(scope="session")
def require_tools() -> Callable[..., None]:
    """Ask for programs by name. `DEPLOYSPEC_REQUIRE_TOOLS=1` makes an absent one an error, so that no skip hides it."""

    def require(*names: str) -> None:
        missing = [name for name in names if shutil.which(name) is None]
        if "buildah" in names and os.geteuid() != 0:
            missing.append("the rights of root, with which these tests run containers")
        if missing and os.environ.get("DEPLOYSPEC_REQUIRE_TOOLS") == "1":
            pytest.fail(f"not there, but required: {', '.join(missing)}", pytrace=False)
        if missing:
            pytest.skip(f"not there: {', '.join(missing)}")

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
def traffic(registry: PrivateRegistry) -> Traffic:
    """What the registry was asked since the test began (ask for this fixture after those that push images)."""
    before = len(registry.requests())
    return lambda: registry.requests()[before:]


@pytest.fixture(scope="session")
def make_image(require_tools: Callable[..., None], tmp_path_factory: pytest.TempPathFactory) -> MakeImage:
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


@pytest.fixture
def watch(
    tmp_path: Path,
    registry: PrivateRegistry,
    second_registry: PrivateRegistry,
    container_environment: Mapping[str, str],
) -> Iterator[Watch]:
    """Knows all passwords from the beginning; asks at the end whether any was seen."""
    (tmp_path / "watch").mkdir()
    watch = Watch(tmp_path / "watch")
    for one in (registry, second_registry):
        watch.keep(one.password, f"{one.username}:{one.password}")
    (tmp_path / "tmp").mkdir()
    watch.wrap("skopeo", "buildah")
    yield watch
    watch.assert_no_argument()
    assert {mode for mode, _ in watch.auth_files()} <= {"600"}
    assert not [path for _, path in watch.auth_files() if path.exists()]
    # buildah leaves a folder of its own behind where it is ended while it starts.
    assert not [path for path in (tmp_path / "tmp").iterdir() if not path.name.startswith("buildah")]
    for folder in ("containers", "home", "tmp"):
        watch.assert_no_file(tmp_path / folder)


@pytest.fixture
def environment(
    require_tools: Callable[..., None], watch: Watch, container_environment: Mapping[str, str], tmp_path: Path
) -> dict[str, str]:
    """The environment of the developer and of the hook: tools that are watched, and a temporary folder of their own."""
    require_tools("git")
    settings = tmp_path / "gitconfig"
    settings.write_text("[user]\nname = Ada\nemail = ada@example.com\n[init]\ndefaultBranch = main\n")
    path = (watch.folder, Path(sys.executable).parent, container_environment["PATH"])
    return {
        **container_environment,
        "PATH": ":".join(map(str, path)),
        "TMPDIR": str(tmp_path / "tmp"),
        "GIT_CONFIG_GLOBAL": str(settings),
        "GIT_CONFIG_NOSYSTEM": "1",
    }


@pytest.fixture
def make_app(environment: Mapping[str, str], watch: Watch, tmp_path: Path) -> Iterator[MakeApp]:
    """Make apps on a platform; when the test is over, end what they run and look for secrets in what is left."""
    made: list[AppRepository] = []

    def make(config: Mapping[str, str], name: str = "shop", network: PrivateNetwork | None = None) -> AppRepository:
        home, clone = tmp_path / "platform" / f"{name}.git", tmp_path / "work" / name
        for folder in (home.parent, clone):
            folder.mkdir(parents=True, exist_ok=True)
        app = AppRepository(home, clone, environment, watch, network)
        made.append(app)
        app.git("init", "--quiet", "--bare", str(home))
        app.git("-C", str(home), "config", "receive.advertisePushOptions", "true")
        (home / "hooks" / "pre-receive").symlink_to(DEPLOYER)
        app.configure(config)
        app.git("init", "--quiet")
        app.git("remote", "add", "platform", str(home))
        return app

    yield make
    for app in made:
        app.end()
        watch.assert_no_file(app.home, apart_from=app.secret_files())
        for repository in (app.home, app.clone):
            watch.assert_no_object(repository)
