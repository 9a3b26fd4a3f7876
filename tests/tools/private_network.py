"""A network of one machine, where real host names lead to loopback and their certificates are believed."""

from __future__ import annotations

import contextlib
import subprocess
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from pathlib import Path

# Ends when its standard input does, and the namespaces with it.
_KEEPER = 'mount --bind "$0" /etc/hosts && ip link set lo up && echo ready && exec cat'


class NoNamespacesError(Exception):
    """This machine does not let us make namespaces; the text is what it says."""


@attrs.frozen
class PrivateNetwork:
    """A network namespace with a `/etc/hosts` of its own, and a certificate for the names in it.

    `environment` makes programs believe the certificate.
    """

    process: int
    certificate: tuple[Path, Path]

    def prefix(self, folder: Path) -> tuple[str, ...]:
        """What to put in front of a command so that it runs here, in a folder."""
        return ("nsenter", f"--target={self.process}", "--mount", "--net", "--", "env", f"--chdir={folder}")

    @property
    def environment(self) -> dict[str, str]:
        """What programs in Go, such as skopeo and buildah, need to know."""
        return {"SSL_CERT_FILE": str(self.certificate[0])}


@contextlib.contextmanager
def private_network(folder: Path, names: Iterable[str], *, unknown: Iterable[str] = ()) -> Generator[PrivateNetwork]:
    """Make a network where `names` lead to loopback, with a certificate for all of them; `unknown` lead there without.

    Raises `NoNamespacesError`.
    """
    folder.mkdir()
    certificate = _certificate(folder, names)
    hosts = folder / "hosts"
    hosts.write_text(f"127.0.0.1 localhost {' '.join([*names, *unknown])}\n")
    with subprocess.Popen(
        ["unshare", "--mount", "--net", "sh", "-c", _KEEPER, str(hosts)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as keeper:
        assert keeper.stdin is not None
        assert keeper.stdout is not None
        told = keeper.stdout.readline().strip()
        if told != "ready":
            raise NoNamespacesError(told)
        try:
            yield PrivateNetwork(keeper.pid, certificate)
        finally:
            keeper.stdin.close()


def _certificate(folder: Path, names: Iterable[str]) -> tuple[Path, Path]:
    """A certificate that signs itself, and its key."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    alternatives = ",".join(f"DNS:{name}" for name in names)
    kind = ("-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")
    names_told = ("-subj", "/CN=tests", "-addext", f"subjectAltName={alternatives}")
    command = ["openssl", "req", *kind, *names_told, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, capture_output=True, check=True, timeout=60)
    return certificate, key
