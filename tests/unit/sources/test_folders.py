"""Attacks on reading a folder that other people write to."""

from __future__ import annotations

import os
import pickle
import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.unit.sources.support import SECRET, code_of, refused

from deployspec import APTIBLE_CURRENT, BuildOptions
from deployspec.sources import AppFiles, SourceError, find_apps, read_folder
from deployspec.sources._files import MAX_FILE_BYTES, parts_of
from deployspec.sources._folders import MOST_LEVELS, read_single


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """A folder of an app, beside files with secrets."""
    (tmp_path / "app" / "docker").mkdir(parents=True)
    (tmp_path / "app" / "docker" / "Dockerfile").write_text("FROM a\n")
    (tmp_path / "secret.env").write_text(f"PASSWORD={SECRET}\n")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "Dockerfile").write_text(SECRET)
    (tmp_path / "config.json").write_text(f'{{"auths": {{"quay.io": {{"auth": "{SECRET}"}}}}}}')
    return tmp_path / "app"


# What is read


def test_the_files_of_an_app(app: Path) -> None:
    (app / "Procfile").write_bytes(b"web: \xffrun")
    files = read_folder(app, dockerfile="docker/Dockerfile")
    assert files == AppFiles(procfile=b"web: \xffrun", dockerfile=b"FROM a\n", dockerfile_path="docker/Dockerfile")
    assert files.texts == {"Procfile": "web: \ufffdrun", "docker/Dockerfile": "FROM a\n"}
    assert pickle.loads(pickle.dumps(files)) == files  # noqa: S301
    made = files.app({"A": "1"}, build=BuildOptions(target="x"), profile=APTIBLE_CURRENT)
    assert (made.procfile, made.dockerfile) == (files.procfile, files.dockerfile)
    assert (made.build.dockerfile_path, made.build.target) == ("docker/Dockerfile", "x")
    assert (made.profile, dict(made.config), made.revision) == (APTIBLE_CURRENT, {"A": "1"}, None)


def test_only_the_default_files_may_be_missing(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_folder(app) == AppFiles(procfile=None, dockerfile=None)
    assert code_of(lambda: read_folder(app, procfile="Procfile.web")) == (
        "sources-not-found",
        str(app / "Procfile.web"),
    )
    monkeypatch.chdir(app)
    assert code_of(lambda: read_folder("", dockerfile="x/Dockerfile")) == ("sources-not-found", "x/Dockerfile")


def test_the_folder_itself_may_be_a_link(app: Path) -> None:
    (app.parent / "current").symlink_to("app")
    assert read_folder(app.parent / "current", dockerfile="docker/Dockerfile").dockerfile == b"FROM a\n"


def test_a_path_stays_inside_the_folder() -> None:
    assert parts_of("./a//b/../c/.") == ("a", "c")
    assert parts_of("...") == ("...",)
    for path in ("../x", "a/../../x", "/etc/passwd", "a\0b", "..", "a/../../a/x"):
        assert code_of(partial(parts_of, path)) == ("sources-path-invalid", path)


@pytest.mark.parametrize("name", ["", ".", "docker/.."])
def test_a_file_has_a_name(app: Path, name: str) -> None:
    assert code_of(lambda: read_folder(app, dockerfile=name))[0] == "sources-path-invalid"


def test_paths_are_text() -> None:
    wrong: Any = b"app"
    with pytest.raises(TypeError, match="a path is a str"):
        read_folder(wrong)
    with pytest.raises(TypeError):
        read_folder(".", dockerfile=wrong)


# What is refused


@pytest.mark.parametrize(
    "target",
    [
        "/proc/self/environ",
        "../secret.env",
        "../config.json",
        "/dev/zero",
        "/proc/kmsg",
        "nowhere",
        "docker/Dockerfile",
    ],
)
@pytest.mark.parametrize("name", ["Procfile", "Dockerfile"])
def test_a_link_is_not_followed(app: Path, name: str, target: str) -> None:
    (app / name).symlink_to(target)
    assert code_of(lambda: read_folder(app)) == ("sources-link", str(app / name))
    assert code_of(lambda: read_single(str(app / name)))[0] == "sources-link"


@pytest.mark.parametrize("target", ["../secrets", "docker"])
def test_a_link_to_a_folder_is_not_followed(app: Path, target: str) -> None:
    (app / "linked").symlink_to(target)
    assert code_of(lambda: read_folder(app, dockerfile="linked/Dockerfile"))[0] == "sources-link"


@pytest.mark.parametrize(
    ("link", "target", "remedy"),
    [
        ("Dockerfile", "docker/Dockerfile", "docker/Dockerfile"),
        ("docker/link", "../docker/Dockerfile", "docker/Dockerfile"),
        ("Dockerfile", "../secret.env", None),
        ("Dockerfile", "/etc/passwd", None),
        ("Procfile", "docker/Procfile", None),
    ],
)
def test_a_link_inside_has_a_remedy(app: Path, link: str, target: str, remedy: str | None) -> None:
    (app / link).symlink_to(target)
    names = {"procfile": link} if link == "Procfile" else {"dockerfile": link}
    (diagnostic,) = refused(lambda: read_folder(app, **names)).diagnostics
    named = f'name the file itself: `--file {remedy}`, or `dockerfile="{remedy}"` in Python'
    assert diagnostic.hint == ("replace the link with a regular file" if remedy is None else named)


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    here = os.getcwd()  # noqa: PTH109
    os.chdir(path.parent)  # the path of a socket is short
    try:
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(path.name)
    finally:
        os.chdir(here)


def _folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("make", [_fifo, _socket, _folder])
@pytest.mark.parametrize("name", ["Procfile", "Dockerfile"])
def test_only_regular_files_are_read(app: Path, name: str, make: Callable[[Path], None]) -> None:
    make(app / name)
    assert code_of(lambda: read_folder(app)) == ("sources-not-regular", str(app / name))


def test_the_size_is_limited(app: Path) -> None:
    with (app / "Dockerfile").open("wb") as file:
        file.truncate(MAX_FILE_BYTES)
    assert len(read_folder(app).dockerfile or b"") == MAX_FILE_BYTES
    os.truncate(app / "Dockerfile", MAX_FILE_BYTES + 1)
    assert code_of(lambda: read_folder(app)) == ("sources-too-large", str(app / "Dockerfile"))
    os.truncate(app / "Dockerfile", 1 << 40)
    assert code_of(lambda: read_folder(app))[0] == "sources-too-large"


def test_a_file_that_grows_is_read_up_to_the_limit(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (app / "Procfile").write_text("web: run")
    reads: list[int] = []

    def endless(file: int, size: int) -> bytes:
        del file
        reads.append(size)
        return b"x" * min(size, 1 << 20)

    monkeypatch.setattr(os, "read", endless)
    assert code_of(lambda: read_folder(app))[0] == "sources-too-large"
    assert reads == [MAX_FILE_BYTES + 1 - count * (1 << 20) for count in range(5)]


@pytest.mark.parametrize("part", ["Dockerfile", "docker"])
def test_a_swap_between_check_and_open_is_noticed(app: Path, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file, or a folder on the way, is replaced by a link after it was looked at."""
    real, secrets = os.open, app.parent / "secrets"

    def swapping(path: Any, flags: int, *mode: int, dir_fd: int | None = None) -> int:
        if path == part and dir_fd is not None:
            if part == "docker":
                (app / "docker").rename(app / "moved")
                (app / "docker").symlink_to(secrets)
            else:
                (app / "docker" / "Dockerfile").unlink()
                (app / "docker" / "Dockerfile").symlink_to(secrets / "Dockerfile")
        return real(path, flags, *mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", swapping)
    assert code_of(lambda: read_folder(app, dockerfile="docker/Dockerfile"))[0] == "sources-unreadable"


def test_a_pipe_swapped_in_is_neither_waited_for_nor_read(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (app / "Procfile").write_text("web: run")
    real = os.open

    def swapping(path: Any, flags: int, *mode: int, dir_fd: int | None = None) -> int:
        if path == "Procfile":
            (app / "Procfile").unlink()
            os.mkfifo(app / "Procfile")
        return real(path, flags, *mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", swapping)
    assert code_of(lambda: read_folder(app)) == ("sources-not-regular", str(app / "Procfile"))


def test_no_file_stays_open(app: Path) -> None:
    (app / "Procfile").symlink_to("/etc/passwd")
    before = os.listdir("/proc/self/fd")  # noqa: PTH208
    for name in ("Dockerfile", "docker/Dockerfile", "docker/missing/x", "docker/Dockerfile/x", "docker"):
        with pytest.raises(SourceError):
            read_folder(app, dockerfile=name)
    find_apps(app)
    assert os.listdir("/proc/self/fd") == before  # noqa: PTH208


@pytest.mark.parametrize(
    ("path", "code", "message"),
    [
        ("nowhere", "not-found", "no such directory"),
        ("secret.env", "not-found", "not a directory"),
        ("a\0b", "unreadable", "invalid path"),
        ("x" * 300, "unreadable", "file name too long"),
    ],
)
def test_a_folder_that_cannot_be_opened(app: Path, path: str, code: str, message: str) -> None:
    for read in (read_folder, find_apps):
        (diagnostic,) = refused(partial(read, f"{app.parent}/{path}")).diagnostics
        assert (diagnostic.code, diagnostic.message) == (f"sources-{code}", message)


def test_a_single_file(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(app / "docker")
    assert read_single("Dockerfile") == read_single("../docker/Dockerfile") == read_single(f"{app}/docker/Dockerfile")
    assert code_of(lambda: read_single("missing")) == ("sources-not-found", "missing")


# Finding apps


def test_every_app_is_found_in_order(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in ("b/Procfile", "a/x/Dockerfile", "a-b/Procfile", ".hidden/Procfile", "Procfile"):
        (app / path).parent.mkdir(parents=True, exist_ok=True)
        (app / path).write_text("")
    for path in (".git/Procfile", "a/node_modules/m/Dockerfile", "env/lib/Dockerfile", "env/pyvenv.cfg"):
        (app / path).parent.mkdir(parents=True, exist_ok=True)
        (app / path).write_text("")
    (app / "other" / "Dockerfile").mkdir(parents=True)  # a folder is not a Dockerfile
    (app / "loop").symlink_to(".")
    (app / "outside").symlink_to("../secrets")
    (app / "linked").mkdir()
    (app / "linked" / "Procfile").symlink_to("/etc/passwd")
    names = [".", ".hidden", "a/x", "a-b", "b", "docker", "linked"]
    assert find_apps(app) == tuple(app / name for name in names)
    monkeypatch.chdir(app)
    assert find_apps(".") == tuple(map(Path, names))


def test_folders_are_searched_to_a_limited_depth(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * MOST_LEVELS)
    deep.mkdir(parents=True)
    (deep / "Procfile").write_text("")
    assert find_apps(tmp_path) == (deep,)
    (deep / "d").mkdir()
    assert code_of(lambda: find_apps(tmp_path)) == ("sources-too-deep", str(deep / "d"))


def test_a_folder_that_vanishes_is_reported(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(folder: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", failing)
    assert code_of(lambda: find_apps(app)) == ("sources-unreadable", str(app))


@pytest.mark.parametrize(("size", "is_read"), [(4 * 1024 * 1024, True), (4 * 1024 * 1024 + 1, False)])
def test_a_file_has_at_most_four_mebibytes(size: int, tmp_path: Path, *, is_read: bool) -> None:
    (tmp_path / "Procfile").write_bytes(b"#" * size)
    if is_read:
        assert len(read_folder(tmp_path).procfile or b"") == size
    else:
        with pytest.raises(SourceError, match="larger than 4194304 bytes"):
            read_folder(tmp_path)
