"""A private registry on loopback: `docker-registry` with a bcrypt password file, and a record of every request."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import subprocess
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import attrs
from waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
    from pathlib import Path

    Traffic = Callable[[], list["Request"]]

Login: TypeAlias = Literal["none", "wrong", "accepted"]

# Awkward to quote, and unlike any text that could stand somewhere by chance.
USERNAME, PASSWORD = "deploy", f"p:ss w0rd$'\"-Ünïcode-{secrets.token_hex(8)}"
_LOG = "registry.log"


@attrs.frozen
class Request:
    """A request as the registry saw it, and what it thought of the login that came with it."""

    method: str
    path: str
    login: Login


def logins(requests: Iterable[Request]) -> set[Login]:
    """Which logins came with requests for images; `/v2/` only asks how to log in."""
    return {request.login for request in requests if request.path != "/v2/"}


@attrs.frozen
class PrivateRegistry:
    """A running registry; everybody who wants anything needs its one login."""

    host: str
    folder: Path
    username: str
    password: str
    prefix: tuple[str, ...] = ()

    def push(self, layout: Path, name: str) -> str:
        """Upload an image layout as `name` (repository and tag) and return its full reference. It keeps its digest."""
        reference = f"{self.host}/{name}"
        auth = self.folder / "push.json"
        auth.write_text(auth_file({self.host: (self.username, self.password)}))
        options = ("--quiet", "--preserve-digests", "--dest-tls-verify=false", "--dest-authfile", str(auth))
        command = [*self.prefix, "skopeo", "copy", *options, f"oci:{layout}:latest", f"docker://{reference}"]
        subprocess.run(command, check=True, timeout=60)
        return reference

    def requests(self) -> list[Request]:
        """All requests so far. The registry writes a request down before it answers it, so none is missing."""
        return [seen for record in _records(self.folder) if (seen := _request(record)) is not None]


def auth_file(logins: Mapping[str, tuple[str, str]]) -> str:
    """The text of an auth file for skopeo and buildah: registry or repository → user name and password."""
    entries = {
        key: {"auth": base64.b64encode(f"{username}:{password}".encode()).decode()}
        for key, (username, password) in logins.items()
    }
    return json.dumps({"auths": entries})


@attrs.frozen(kw_only=True)
class Site:
    """Where a registry listens; by itself it takes a free port of loopback and speaks plain HTTP.

    `host` is what clients call it where that is not its address, `certificate` a certificate and its key, and `prefix`
    a command that runs it elsewhere, such as in another network namespace. A public one asks for no login (and keeps no
    record, which is one of logins). With an `upstream`, it is a pull-through cache of another registry.
    """

    listen: str = "127.0.0.1:0"
    host: str | None = None
    certificate: tuple[Path, Path] | None = None
    prefix: tuple[str, ...] = ()
    public: bool = False
    upstream: str | None = None


LOOPBACK = Site()


@contextlib.contextmanager
def serve(
    folder: Path, *, username: str = USERNAME, password: str = PASSWORD, site: Site = LOOPBACK
) -> Generator[PrivateRegistry]:
    """Run a registry in a new folder until the block ends."""
    folder.mkdir()
    _write_passwords(folder, username, password)
    configuration = _write_configuration(folder, site)
    # The registry would read every `REGISTRY_*` variable as configuration.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("REGISTRY_")}
    with (folder / _LOG).open("wb") as log:
        process = subprocess.Popen(
            # Bounded, so that nothing stays when the tests are killed.
            [*site.prefix, "timeout", "900", "docker-registry", "serve", str(configuration)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
    try:
        address = wait_for(lambda: _listening(process, folder), "the registry to listen")
        yield PrivateRegistry(site.host or address, folder, username, password, site.prefix)
    finally:
        process.terminate()
        process.wait(timeout=10)


def _write_passwords(folder: Path, username: str, password: str) -> None:
    # bcrypt, which is all that the registry takes; from standard input, since a password must not be an argument.
    command = ["htpasswd", "-niBC", "4", username]
    hashed = subprocess.run(command, input=password.encode(), capture_output=True, check=True, timeout=10)
    (folder / "htpasswd").write_bytes(hashed.stdout)


def _write_configuration(folder: Path, site: Site) -> Path:
    http: dict[str, Any] = {"addr": site.listen, "secret": "shared by one"}
    if site.certificate is not None:
        http["tls"] = dict(zip(("certificate", "key"), map(str, site.certificate), strict=True))
    configuration: dict[str, Any] = {
        "version": 0.1,
        "log": {"level": "info", "formatter": "json", "accesslog": {"disabled": True}},
        "storage": {"filesystem": {"rootdirectory": str(folder / "data")}},
        "auth": {"htpasswd": {"realm": "tests", "path": str(folder / "htpasswd")}},
        "http": http,
    }
    if site.upstream is not None:
        configuration["proxy"] = {"remoteurl": site.upstream}
    if site.public:
        del configuration["auth"]
    path = folder / "config.yml"
    path.write_text(json.dumps(configuration))  # JSON is YAML
    return path


def _records(folder: Path) -> Iterator[dict[str, Any]]:
    """What the registry has logged so far; a line that is still being written is left for later."""
    for line in (folder / _LOG).read_text().splitlines(keepends=True):
        if line.startswith("{") and line.endswith("}\n"):
            yield json.loads(line)


def _listening(process: subprocess.Popen[bytes], folder: Path) -> str | None:
    """Return the address that the registry listens on, once it does."""
    if process.poll() is not None:
        raise RuntimeError(f"the registry did not start: {(folder / _LOG).read_text()}")
    messages = (str(record["msg"]) for record in _records(folder))
    told = next((message for message in messages if message.startswith("listening on ")), None)
    return None if told is None else told.removeprefix("listening on ").removesuffix(", tls")


def _request(record: Mapping[str, Any]) -> Request | None:
    """Read a line that tells how a request's login was judged; there is exactly one for each request."""
    message = str(record["msg"])
    if message == "authorized request":
        login: Login = "accepted"
    elif message.endswith("invalid authorization credential"):
        login = "none"
    elif message.startswith("error authenticating user"):
        # skopeo and buildah say "nobody" by a login without a name.
        login = "none" if message.startswith('error authenticating user ""') else "wrong"
    else:
        return None
    return Request(record["http.request.method"], record["http.request.uri"], login)
