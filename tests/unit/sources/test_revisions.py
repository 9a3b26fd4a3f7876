"""Attacks on reading a revision of a repository that other people push to."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.unit.sources.support import Repo, code_of, create, refused

from deployspec.sources import AppFiles, SourceError, extract, read_revision
from deployspec.sources import _git as git_module
from deployspec.sources._files import MAX_FILE_BYTES


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = create(tmp_path / "repo")
    (repo.path / "services" / "api" / "build").mkdir(parents=True)
    (repo.path / "services" / "api" / "Procfile").write_text("api: run\n")
    (repo.path / "services" / "api" / "build" / "Dockerfile").write_text("FROM api\n")
    (repo.path / "Procfile").write_text("web: run\n")
    repo.commit_all()
    (repo.path / "Procfile").write_text("the working tree is not read")
    return repo


def test_the_files_of_a_revision(repo: Repo, tmp_path: Path) -> None:
    commit = repo.git("rev-parse", "HEAD")
    files = read_revision(repo.path, "HEAD")
    assert files == AppFiles(procfile=b"web: run\n", dockerfile=None, revision=commit)
    assert files.app().revision == commit
    api = AppFiles(
        procfile=b"api: run\n", dockerfile=b"FROM api\n", dockerfile_path="build/Dockerfile", revision=commit
    )
    repo.git("clone", "-q", "--bare", str(repo.path), str(tmp_path / "bare"))
    for repository, subfolder in (
        (repo.path, "services/api"),
        (repo.path / "services", "./api/"),
        (repo.path / "services" / "api", ""),
        (tmp_path / "bare", "services/api"),
    ):
        assert read_revision(repository, commit, subfolder=subfolder, dockerfile="build/Dockerfile") == api


def test_a_tag_and_a_short_id_name_a_commit(repo: Repo) -> None:
    commit = repo.git("rev-parse", "HEAD")
    repo.git("tag", "-a", "v1", "-m", "v1")
    assert {read_revision(repo.path, name).revision for name in ("v1", commit[:10], "HEAD^0", "@")} == {commit}


@pytest.mark.parametrize(
    "revision",
    ["missing", "", "--output=x", "-h", "--help", ":(top)", ":Procfile", "HEAD:Procfile", "HEAD^{tree}", "@{-1}",
     "HEAD..HEAD", "^HEAD", "--all", "HEAD\nHEAD", "HEAD --output=x", "0" * 40, ":/x"],
)  # fmt: skip
def test_a_hostile_revision_is_an_error(repo: Repo, revision: str, tmp_path: Path) -> None:
    expected = ("sources-revision-unknown", str(repo.path))
    assert code_of(lambda: read_revision(repo.path, revision)) == expected
    assert code_of(lambda: extract(repo.path, revision, tmp_path / "out")) == expected
    assert not (tmp_path / "out").exists()
    assert not Path("x").exists()


@pytest.mark.parametrize("name", [":(top)Procfile", ":!x", ":/Procfile", "*", "Procfil?", "[P]rocfile", "-x", "a\nb"])
def test_a_path_is_not_a_pattern(repo: Repo, name: str) -> None:
    assert code_of(lambda: read_revision(repo.path, "HEAD", dockerfile=name)) == ("sources-not-found", name)
    assert code_of(lambda: read_revision(repo.path, "HEAD", subfolder=name)) == ("sources-not-found", name)


def test_a_file_with_the_name_of_a_pattern_is_read(repo: Repo) -> None:
    for name in (":(top)x", "*", "-x", 'a"b\n', "d\u00e9j\u00e0"):
        (repo.path / name).write_text(f"FROM {len(name)}")
    repo.commit_all()
    for name in (":(top)x", "*", "-x", 'a"b\n', "d\u00e9j\u00e0"):
        files = read_revision(repo.path, "HEAD", dockerfile=name)
        assert files.dockerfile == f"FROM {len(name)}".encode()


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/../../x", "a\0b"])
def test_paths_stay_inside(repo: Repo, path: str) -> None:
    assert code_of(lambda: read_revision(repo.path, "HEAD", dockerfile=path)) == ("sources-path-invalid", path)
    assert code_of(lambda: read_revision(repo.path, "HEAD", subfolder=path)) == ("sources-path-invalid", path)


def test_links_and_folders_and_submodules_are_errors(repo: Repo) -> None:
    def at(**names: str) -> tuple[str, str | None]:
        return code_of(lambda: read_revision(repo.path, "HEAD", **names))

    head = repo.git("rev-parse", "HEAD")
    (repo.path / "Dockerfile").symlink_to("services/api/build/Dockerfile")
    (repo.path / "services" / "linked").symlink_to("api")
    (repo.path / "long").symlink_to("x" * 4000)
    repo.git("add", "-A")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{head},module")
    repo.git("commit", "-q", "-m", "x")
    (diagnostic,) = refused(lambda: read_revision(repo.path, "HEAD")).diagnostics
    assert (diagnostic.code, diagnostic.source) == ("sources-link", "Dockerfile")
    assert diagnostic.hint is not None
    assert diagnostic.hint.startswith("name the file itself: `--file services/api/build/Dockerfile`")
    assert at(subfolder="services/linked") == ("sources-link", "services/linked/Procfile")
    assert at(subfolder="services", dockerfile="linked/build/Dockerfile")[0] == "sources-link"
    assert at(dockerfile="long")[0] == "sources-link"
    assert at(dockerfile="services") == ("sources-not-regular", "services")
    assert at(dockerfile="module") == ("sources-submodule", "module")
    assert at(dockerfile="module/Dockerfile") == ("sources-submodule", "module/Dockerfile")
    assert at(subfolder="module") == ("sources-submodule", "module/Procfile")
    assert at(subfolder="nowhere") == ("sources-not-found", "nowhere")
    assert at(dockerfile="Procfile/x") == ("sources-not-found", "Procfile/x")


def test_a_name_that_occurs_twice_is_an_error(repo: Repo) -> None:
    one, two = (repo.blob(content) for content in (b"FROM a", b"FROM b"))
    inner = repo.tree([("100644", "Dockerfile", one)])
    for entries in (
        [("100644", "Dockerfile", one), ("100644", "Dockerfile", two)],
        [("100644", "Dockerfile", one), ("40000", "Dockerfile", inner)],
    ):
        commit = repo.commit(repo.tree(entries))
        assert code_of(partial(read_revision, repo.path, commit)) == ("sources-path-invalid", str(repo.path))


def test_a_link_that_is_too_long_is_not_read(repo: Repo) -> None:
    tree = repo.tree([("120000", "Dockerfile", repo.blob(b"x" * 5000))])
    (diagnostic,) = refused(lambda: read_revision(repo.path, repo.commit(tree))).diagnostics
    assert diagnostic.hint == "replace the link with a regular file"


def test_the_size_is_limited(repo: Repo) -> None:
    (repo.path / "Dockerfile").write_bytes(b"#" * MAX_FILE_BYTES)
    assert len(read_revision(repo.path, repo.commit_all()).dockerfile or b"") == MAX_FILE_BYTES
    (repo.path / "Dockerfile").write_bytes(b"#" * (MAX_FILE_BYTES + 1))
    commit = repo.commit_all()
    assert code_of(lambda: read_revision(repo.path, commit)) == ("sources-too-large", "Dockerfile")


# Failures of git


@pytest.mark.parametrize("what", ["blob:none", "tree:0"])
def test_a_missing_object_is_neither_a_missing_file_nor_fetched(repo: Repo, what: str, tmp_path: Path) -> None:
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git("config", "uploadpack.allowAnySHA1InWant", "true")
    clone = tmp_path / "partial"
    repo.git("clone", "-q", "--bare", f"--filter={what}", f"file://{repo.path}", str(clone))
    before = sorted(clone.rglob("*"))
    assert code_of(lambda: read_revision(clone, "HEAD"))[0] == "sources-git"
    assert code_of(lambda: extract(clone, "HEAD", tmp_path / "out"))[0] == "sources-git"
    assert sorted(clone.rglob("*")) == before


def test_a_broken_object_is_an_error(repo: Repo) -> None:
    blob = repo.git("rev-parse", "HEAD:Procfile")
    path = repo.path / ".git" / "objects" / blob[:2] / blob[2:]
    path.chmod(0o644)
    path.write_bytes(b"")
    assert code_of(lambda: read_revision(repo.path, "HEAD"))[0] == "sources-git"


def test_the_environment_of_the_caller_does_not_count(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = create(tmp_path / "other")
    (other.path / "Procfile").write_text("other: run\n")
    other.commit_all()
    ran = tmp_path / "ran"
    for name, value in {
        "GIT_DIR": f"{other.path}/.git",
        "GIT_WORK_TREE": str(other.path),
        "GIT_OBJECT_DIRECTORY": f"{other.path}/.git/objects",
        "GIT_INDEX_FILE": str(tmp_path / "index"),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.fsmonitor",
        "GIT_CONFIG_VALUE_0": f"touch {ran}",
        "GIT_TRACE": str(ran),
    }.items():
        monkeypatch.setenv(name, value)
    assert read_revision(repo.path, "HEAD").procfile == b"web: run\n"
    assert not ran.exists()


def test_neither_programs_nor_replacements_of_the_repository_are_used(repo: Repo, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    for name in ("core.fsmonitor", "core.pager", "core.sshCommand", "filter.x.smudge", "diff.x.textconv"):
        repo.git("config", name, f"touch {ran}")
    (repo.path / ".gitattributes").write_text("* filter=x diff=x text eol=crlf ident\n")
    (repo.path / "Procfile").write_text("web: run $Id$\n")
    repo.git("-c", "core.fsmonitor=false", "-c", "filter.x.smudge=cat", "add", "-A")
    repo.git("-c", "core.fsmonitor=false", "commit", "-qm", "x")
    repo.git("replace", repo.git("rev-parse", "HEAD:Procfile"), repo.blob(b"evil: run\n"))
    ran.unlink(missing_ok=True)
    assert read_revision(repo.path, "HEAD").procfile == b"web: run $Id$\n"
    assert not ran.exists()


def test_objects_may_be_in_a_further_directory(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a `pre-receive` hook: the pushed objects are in quarantine."""
    base = repo.git("rev-parse", "HEAD")
    quarantine = tmp_path / 'quarant"ine:x'
    (quarantine / "pack").mkdir(parents=True)
    environment = {"GIT_OBJECT_DIRECTORY": str(quarantine), "GIT_ALTERNATE_OBJECT_DIRECTORIES": ".git/objects"}
    with monkeypatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        (repo.path / "Procfile").write_text("next: run\n")
        repo.git("add", "Procfile")
        commit = repo.commit(repo.git("write-tree"))
    assert code_of(lambda: read_revision(repo.path, commit))[0] == "sources-revision-unknown"
    for path in (quarantine, Path(os.path.relpath(quarantine))):
        assert read_revision(repo.path, commit, object_directory=path).procfile == b"next: run\n"
    assert extract(repo.path, commit, tmp_path / "out", object_directory=quarantine) == commit
    assert (tmp_path / "out" / "Procfile").read_text() == "next: run\n"
    assert read_revision(repo.path, base, object_directory=quarantine).procfile == b"web: run\n"


def test_a_folder_that_is_not_a_repository_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for name, code in (("file", "not-found"), ("nowhere", "not-found"), ("a\0b", "not-found"), ("", "git")):
        assert code_of(partial(read_revision, f"{tmp_path}/{name}", "HEAD"))[0] == f"sources-{code}"


def raising(error: BaseException) -> Callable[..., Any]:
    def function(*_: object, **__: object) -> None:
        raise error

    return function


@pytest.mark.parametrize(
    ("error", "message"),
    [(FileNotFoundError(), "git is not installed"), (PermissionError(), "git cannot be run"), (ValueError(), "cannot")],
)
def test_a_git_that_cannot_run_is_an_error(
    repo: Repo, error: Exception, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "Popen", raising(error))
    with pytest.raises(SourceError, match=message):
        read_revision(repo.path, "HEAD")


def test_a_slow_git_is_killed(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    class Immediate(threading.Timer):
        def start(self) -> None:
            self.function()

    monkeypatch.setattr(threading, "Timer", Immediate)
    with pytest.raises(SourceError, match="did not respond within 60 seconds"):
        read_revision(repo.path, "HEAD")


def test_a_listing_is_limited(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tree that contains a tree many times, many levels deep, has billions of entries."""
    tree = repo.tree([("100644", "f", repo.blob(b"x"))])
    for _ in range(12):
        tree = repo.tree([("40000", f"{number:02}", tree) for number in range(16)])
    commit = repo.commit(tree)
    monkeypatch.setattr(git_module, "MOST_OUTPUT", 1 << 20)
    assert code_of(lambda: extract(repo.path, commit, tmp_path / "out")) == ("sources-too-large", str(repo.path))
    assert read_revision(repo.path, commit).procfile is None
