"""Container images made on the spot, as OCI image layouts: one layer with a static busybox and a few files."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    MakeImage = Callable[[Mapping[str, str]], Path]

_FOLDERS = ("bin", "etc", "srv", "tmp", "usr", "usr/bin")
_APPLETS = (
    "cat",
    "chmod",
    "cp",
    "echo",
    "env",
    "false",
    "httpd",
    "id",
    "ls",
    "mkdir",
    "rm",
    "sed",
    "sh",
    "sort",
    "test",
    "true",
)


def write_layout(folder: Path, files: Mapping[str, str]) -> Path:
    """Write an image that holds `files` (paths without a leading `/`, all executable) and return its folder.

    The tools call it `oci:FOLDER:latest`. Equal files make an equal digest.
    """
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)

    def keep(data: bytes, kind: str) -> dict[str, Any]:
        digest = hashlib.sha256(data).hexdigest()
        (blobs / digest).write_bytes(data)
        return {"mediaType": f"application/vnd.oci.image.{kind}", "digest": f"sha256:{digest}", "size": len(data)}

    layer = keep(_layer(files), "layer.v1.tar")
    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": {"Env": ["PATH=/usr/bin:/bin"]},
        "rootfs": {"type": "layers", "diff_ids": [layer["digest"]]},
    }
    configured = keep(json.dumps(config).encode(), "config.v1+json")
    manifest = {"schemaVersion": 2, "config": configured, "layers": [layer]}
    entry = keep(json.dumps(manifest).encode(), "manifest.v1+json")
    entry["annotations"] = {"org.opencontainers.image.ref.name": "latest"}
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [entry]}))
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    return folder


def digest_of(folder: Path) -> str:
    """The digest of an image layout's manifest, which is what a registry calls the image's digest."""
    (entry,) = json.loads((folder / "index.json").read_text())["manifests"]
    digest: str = entry["digest"]
    return digest


def _layer(files: Mapping[str, str]) -> bytes:
    busybox = shutil.which("busybox")
    assert busybox is not None
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as tar:

        def add(name: str, *, kind: bytes = tarfile.REGTYPE, link: str = "", data: bytes = b"") -> None:
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname, entry.size, entry.mode = kind, link, len(data), 0o755
            tar.addfile(entry, io.BytesIO(data))

        for name in _FOLDERS:
            add(name, kind=tarfile.DIRTYPE)
        add("bin/busybox", data=Path(busybox).read_bytes())
        for name in _APPLETS:
            add(f"bin/{name}", kind=tarfile.SYMTYPE, link="busybox")
        for name, text in files.items():
            add(name, data=text.encode())
    return layer.getvalue()
