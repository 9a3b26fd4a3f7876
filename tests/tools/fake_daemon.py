"""What the Docker client asks of an engine, recorded by one that does nothing else."""

from __future__ import annotations

import base64
import contextlib
import json
import socketserver
import threading
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


class FakeDaemon(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Says yes to pulls and no to containers, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self, path: Path) -> None:
        self.pulls: list[dict[str, str]] = []
        self.logins: list[str] = []
        self.containers: list[dict[str, Any]] = []
        super().__init__(str(path), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: FakeDaemon  # pyright: ignore[reportIncompatibleVariableOverride]  # no other makes one
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self.answer(200, "")

    def do_GET(self) -> None:
        self.answer(200, "OK" if self.path.endswith("/_ping") else "{}")

    def do_POST(self) -> None:
        body = self.body()
        url = urlsplit(self.path)
        if url.path.endswith("/images/create"):
            self.server.pulls.append({name: values[0] for name, values in parse_qs(url.query).items()})
            self.server.logins.append(self.headers.get("X-Registry-Auth", ""))
            self.answer(200, '{"status":"done"}\n')
        else:
            self.server.containers.append(json.loads(body))
            self.answer(500, '{"message":"this engine starts nothing"}')

    def body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", "0")))
        chunks: list[bytes] = []
        while size := int(self.rfile.readline(), 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Api-Version", "1.45")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text.encode())

    def address_string(self) -> str:
        return "client"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name that the base class gave
        """Say nothing."""


@contextlib.contextmanager
def serve(path: Path) -> Generator[FakeDaemon]:
    """Listen on a unix socket until the block ends."""
    with FakeDaemon(path) as daemon:
        thread = threading.Thread(target=daemon.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield daemon
        finally:
            daemon.shutdown()
            thread.join(timeout=10)


def decoded(header: str) -> dict[str, str]:
    """What an `X-Registry-Auth` header says; nothing at all is no login."""
    found: dict[str, str] = json.loads(base64.urlsafe_b64decode(header)) if header else {}
    return found
