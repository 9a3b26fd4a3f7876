"""The shipped examples as they stand, with real host names and TLS, in a network of their own."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

import attrs
import private_registry
import pytest
from git_platform import DEPLOYER
from private_network import NoNamespacesError, private_network
from private_registry import PrivateRegistry, Site, logins
from sample_app import DEBIAN, GEMS, PROCFILE, rails

from deployspec import parse_env

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from git_platform import MakeApp
    from oci_layout import MakeImage
    from private_network import PrivateNetwork

EXAMPLES = DEPLOYER.parents[1]
PAGE = EXAMPLES.parent / "how-to" / "embed-in-a-deployer.md"
IMAGE = "APTIBLE_DOCKER_IMAGE"
HOST = "APTIBLE_PRIVATE_REGISTRY_HOST"
USERNAME = "APTIBLE_PRIVATE_REGISTRY_USERNAME"
PASSWORD = "APTIBLE_PRIVATE_REGISTRY_PASSWORD"


@pytest.fixture(scope="module")
def network(require_tools: Callable[..., None], tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateNetwork]:
    """A network in which the names of registries lead to this machine."""
    require_tools("unshare", "nsenter", "ip", "openssl")
    folder = tmp_path_factory.mktemp("network") / "private"
    names = ("quay.io", "registry-1.docker.io", "registry.example.com")
    try:
        with private_network(folder, names, unknown=["other.example.com"]) as running:
            yield running
    except NoNamespacesError as error:
        pytest.skip(f"no namespaces can be made here: {error}")


@pytest.fixture(scope="module")
def hub(network: PrivateNetwork, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateRegistry]:
    """What listens on the port of HTTPS, whatever name it is called by."""
    folder = tmp_path_factory.mktemp("registry")
    site = Site(listen="127.0.0.1:443", host="quay.io", certificate=network.certificate, prefix=network.prefix(folder))
    password = f"not-a-real-password-{secrets.token_hex(8)}"
    with private_registry.serve(folder / "hub", username="acme+deploy", password=password, site=site) as running:
        yield running


@pytest.fixture(scope="module")
def hub_image(hub: PrivateRegistry, make_image: MakeImage) -> str:
    """The image of the shipped example that is pulled."""
    return hub.push(make_image(rails("rails app")), "acme/rails-app:latest")


@pytest.fixture
def environment(environment: dict[str, str], network: PrivateNetwork) -> dict[str, str]:
    """The developer's and the hook's environment, where the certificate of this network is believed."""
    return {**environment, **network.environment}


def example(name: str, registry: PrivateRegistry) -> tuple[dict[str, str], dict[str, str]]:
    """Config and files of a shipped example; its password is replaced by the real one."""
    folder: Path = EXAMPLES / name
    config = dict(parse_env((folder / "config.env").read_text()).variables)
    assert config[USERNAME] == registry.username
    files = {file: (folder / file).read_text() for file in ("Procfile", "Dockerfile") if (folder / file).exists()}
    return {**config, PASSWORD: registry.password}, files


def deploy(make_app: MakeApp, network: PrivateNetwork, config: Mapping[str, str], files: Mapping[str, str]) -> str:
    """Push an app, and return the first line of its page."""
    app = make_app(config, network=network)
    app.watch.keep(config[PASSWORD])
    app.commit(files)
    pushed = app.push()
    assert pushed.accepted, pushed.screen
    return app.page(pushed)[0]


def test_the_shipped_example_pulls_from_quay_io(
    hub: PrivateRegistry, hub_image: str, make_app: MakeApp, network: PrivateNetwork
) -> None:
    before = len(hub.requests())
    assert deploy(make_app, network, *example("pull", hub)) == "rails app"
    assert hub_image == "quay.io/acme/rails-app:latest"
    assert logins(hub.requests()[before:]) == {"accepted"}


def test_the_shipped_example_extends_a_base_on_a_host_with_a_port(
    make_image: MakeImage, make_app: MakeApp, network: PrivateNetwork, tmp_path: Path
) -> None:
    host = "registry.example.com:5000"
    site = Site(listen="127.0.0.1:5000", host=host, certificate=network.certificate, prefix=network.prefix(tmp_path))
    with private_registry.serve(tmp_path / "registry", site=site) as registry:
        registry.push(make_image({**rails("rails base"), **DEBIAN}), "platform/ruby:3.4")
        before = len(registry.requests())
        config, files = example("extend", registry)
        assert deploy(make_app, network, config, {**files, **GEMS}) == "rails base"
        assert logins(registry.requests()[before:]) == {"accepted"}


def shown(mark: str) -> str:
    """A block of the page about this deployer, by the mark above it."""
    found = re.search(rf"<!-- {mark} -->\n```\w+\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found, mark
    return found[1]


def test_the_page_about_the_deployer_shows_what_happens(
    hub: PrivateRegistry, hub_image: str, make_app: MakeApp, network: PrivateNetwork, tmp_path: Path
) -> None:
    """`make_app` does what the page's first commands do; they are run all the same, on another app."""
    app = make_app({}, network=network)
    app.watch.keep(hub.password)
    commands = shown("run: platform") + shown("run: developer")
    commands = commands.replace("not-a-real-password", hub.password)
    (tmp_path / "page").mkdir()
    paged = attrs.evolve(
        app,
        home=tmp_path / "page" / "shop.git",
        clone=tmp_path / "page",
        environment={**app.environment, "DEPLOYER": str(DEPLOYER)},
    )
    try:
        outcome = paged.run("bash", "-e", "-u", stdin=commands)
        assert outcome.accepted, outcome.screen
        screen = "\n".join(line.rstrip() for line in outcome.screen.splitlines())
        assert re.sub(r"PORT=\d+", "PORT=", screen).startswith(re.sub(r"PORT=\d+", "PORT=", shown("shows")))
        assert paged.page(outcome)[0] == "rails app"
        again = paged.run("bash", "-e", "-u", stdin=shown("run: again"))
        assert paged.page(again)[0] == "rails app"
    finally:
        paged.end()
    app.watch.assert_no_file(paged.home, apart_from=paged.secret_files())
    app.watch.assert_no_object(paged.home)


@pytest.mark.parametrize("image", ["acme/rails-app", "docker.io/acme/rails-app", "index.docker.io/acme/rails-app"])
def test_without_a_host_the_login_is_for_docker_hub(
    image: str, hub: PrivateRegistry, hub_image: str, make_app: MakeApp, network: PrivateNetwork
) -> None:
    config = {IMAGE: image, USERNAME: hub.username, PASSWORD: hub.password}
    before = len(hub.requests())
    assert deploy(make_app, network, config, PROCFILE) == "rails app"
    assert logins(hub.requests()[before:]) == {"accepted"}


def test_the_case_of_a_host_does_not_matter(
    hub: PrivateRegistry, hub_image: str, make_app: MakeApp, network: PrivateNetwork
) -> None:
    config = {**example("pull", hub)[0], HOST: "https://QUAY.io/v2/"}
    assert deploy(make_app, network, config, PROCFILE) == "rails app"


def test_a_registry_that_cannot_show_its_certificate_gets_no_login(
    hub: PrivateRegistry, hub_image: str, make_app: MakeApp, network: PrivateNetwork
) -> None:
    host = "other.example.com"
    config = {HOST: host, IMAGE: f"{host}/acme/rails-app", USERNAME: hub.username, PASSWORD: hub.password}
    app = make_app(config, network=network)
    app.watch.keep(hub.password)
    app.commit(PROCFILE)
    before = len(hub.requests())
    pushed = app.push()
    assert not pushed.accepted
    assert "certificate is valid for quay.io" in pushed.screen
    assert hub.requests()[before:] == []
