"""A registry on loopback that refuses everything and records which login each request has."""

from __future__ import annotations

import base64
import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator


class RecordingRegistry(ThreadingHTTPServer):
    """Records the value of `Authorization` of each request for an image; the empty text if there is none."""

    daemon_threads = True

    def __init__(self) -> None:
        self.sent: list[str] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def users(self) -> set[str]:
        """The usernames of all requests for images; the empty text is an anonymous one."""
        return {username_of(value) for value in self.sent}


class _Handler(BaseHTTPRequestHandler):
    server: RecordingRegistry  # pyright: ignore[reportIncompatibleVariableOverride]  # no other class creates one
    # Answer a TLS handshake with a status line, so that the docker client tries plain HTTP.
    default_request_version = "HTTP/1.0"

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        value = self.headers.get("Authorization", "")
        # `/v2/` only asks how to log in.
        if self.path.rstrip("/") != "/v2" or value:
            self.server.sent.append(value)
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="recording"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name of the base class
        """Print nothing."""


def username_of(authorization: str) -> str:
    """Return the username of a basic login; skopeo sends an empty one if it has no login."""
    scheme, _, value = authorization.partition(" ")
    assert scheme in {"", "Basic"}
    return base64.b64decode(value).decode().partition(":")[0]


@contextlib.contextmanager
def serve() -> Generator[RecordingRegistry]:
    """Listen on a free port of loopback until the block ends."""
    with RecordingRegistry() as registry:
        thread = threading.Thread(target=registry.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield registry
        finally:
            registry.shutdown()
            thread.join(timeout=10)
