"""Attacks on unpacking a revision of a repository that other people push to."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.unit.sources.support import Repo, code_of, create

from deployspec.sources import _extract as extract_module
from deployspec.sources import extract


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return create(tmp_path / "repo")


def unpack(repo: Repo, commit: str = "HEAD") -> Path:
    out = repo.path.parent / "out"
    extract(repo.path, commit, out)
    return out


def refused(repo: Repo, commit: str = "HEAD") -> tuple[str, str | None]:
    found = code_of(lambda: unpack(repo, commit))
    assert not (repo.path.parent / "evil").exists()
    return found


def test_bytes_and_modes_are_those_of_git(repo: Repo) -> None:
    files = {
        ".gitattributes": b"* text eol=crlf ident export-ignore\nsubst export-subst\n* filter=x\n",
        "subst": b"$Format:%H$ $Id$\n",
        "Dockerfile": b"FROM a\nRUN x\r\n",
        "deep/er/empty": b"",
        "deep/er/large": b"\0\n\xff" * 1_000_000,
        "deep/er/na\u00efve \n\t'\"": b"x",
    }
    entries: list[str] = []
    for name, content in files.items():
        entries.append(f"100644 {repo.blob(content)}\t{name}\0")
    entries.append(f"100755 {repo.blob(b'#!/bin/sh')}\tdeep/run\0")
    entries.append(f"120000 {repo.blob(b'deep/run')}\tlink\0")
    repo.git("update-index", "-z", "--index-info", stdin="".join(entries).encode())
    commit = repo.commit(repo.git("write-tree"))
    old = os.umask(0o077)
    try:
        out = unpack(repo, commit)
    finally:
        os.umask(old)
    assert {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()} == {*files, "deep/run", "link"}
    assert {name: (out / name).read_bytes() for name in files} == files
    assert os.readlink(out / "link") == "deep/run"  # noqa: PTH115
    modes = {name: (out / name).stat().st_mode & 0o7777 for name in (".", "Dockerfile", "deep", "deep/er", "deep/run")}
    assert modes == {".": 0o700, "Dockerfile": 0o644, "deep": 0o755, "deep/er": 0o755, "deep/run": 0o755}


def test_the_whole_revision_is_unpacked_from_a_folder_of_it(repo: Repo) -> None:
    (repo.path / "sub").mkdir()
    (repo.path / "sub" / "a").write_text("")
    (repo.path / "b").write_text("")
    commit = repo.commit_all()
    into = repo.path.parent / "into"
    into.mkdir()
    assert extract(repo.path / "sub", "HEAD", into) == commit
    assert sorted(path.name for path in into.rglob("*")) == ["a", "b", "sub"]


def test_only_an_empty_folder_is_filled(repo: Repo) -> None:
    (repo.path / "a").write_text("")
    repo.commit_all()
    out = repo.path.parent / "out"
    out.mkdir()
    (out / "there").write_text("")
    assert refused(repo) == ("sources-not-empty", str(out))
    (out / "there").unlink()
    out.rmdir()
    out.write_text("")
    assert refused(repo)[0] == "sources-unreadable"
    assert code_of(lambda: extract(repo.path, "HEAD", "a\0b"))[0] == "sources-unreadable"


@pytest.mark.parametrize(
    ("links", "is_refused"),
    [
        ({"a": "/etc/passwd"}, True),
        ({"a": "../evil"}, True),
        ({"d/a": "../../evil"}, True),
        ({"d/a": "../f"}, False),
        ({"a": "."}, False),
        ({"a": "d/../f"}, False),
        ({"a": "nowhere"}, False),
        ({"a": ".", "b": "a/.."}, True),  # lexically it is the folder itself
        ({"d/up": "..", "b": "d/up/../evil"}, True),
        ({"d/e/up": "../..", "b": "d/e/up/f"}, False),
        ({"d/e/up": "../..", "b": "d/e/up/../f"}, True),
        ({"a": "b", "b": "a"}, False),  # a loop leads nowhere
        ({"a": "b/c", "b": "/"}, True),
        ({"a": "f/../.."}, True),
        ({"a": "//x"}, True),
    ],
)
def test_no_link_leads_out(repo: Repo, links: dict[str, str], *, is_refused: bool) -> None:
    (repo.path / "d" / "e").mkdir(parents=True)
    for name in ("f", "d/e/x"):
        (repo.path / name).write_text("")
    for name, target in links.items():
        (repo.path / name).symlink_to(target)
    repo.commit_all()
    if is_refused:
        assert refused(repo)[0] == "sources-link-outside"
        assert not (repo.path.parent / "out").exists()
    else:
        out = unpack(repo)
        assert {name: os.readlink(out / name) for name in links} == links  # noqa: PTH115
        inside = out.resolve()
        for name in links:
            if "b" not in links or name not in {"a", "b"} or links != {"a": "b", "b": "a"}:
                assert (out / name).resolve().is_relative_to(inside)


def test_names_that_lead_out_are_refused(repo: Repo) -> None:
    blob = repo.blob(b"x")
    inner = repo.tree([("100644", "evil", blob)])
    for name in ("..", ".", ".git", ".GIT", ".Git"):
        assert refused(repo, repo.commit(repo.tree([("40000", name, inner)])))[0] == "sources-path-invalid", name
        assert refused(repo, repo.commit(repo.tree([("100644", name, blob)])))[0] == "sources-path-invalid", name
    for name in ("../evil", "/evil", "a//b", "a/../../evil"):
        assert refused(repo, repo.commit(repo.tree([("100644", name, blob)])))[0] in {
            "sources-path-invalid",
            "sources-git",  # newer versions of git refuse such a tree
        }


def test_a_file_is_never_written_through_a_link_of_the_same_name(repo: Repo) -> None:
    inner = repo.tree([("100644", "evil", repo.blob(b"x"))])
    up = repo.blob(b"d")
    (repo.path.parent / "elsewhere").mkdir()
    tree = repo.tree([("120000", "a", up), ("40000", "a", inner)])
    assert refused(repo, repo.commit(tree)) == ("sources-unreadable", "a")
    twice = repo.tree([("100644", "a", up), ("100755", "a", up)])
    (repo.path.parent / "out" / "a" / "evil").unlink()
    (repo.path.parent / "out" / "a").rmdir()
    assert refused(repo, repo.commit(twice)) == ("sources-unreadable", "a")


def test_submodules_and_sizes(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    blob = repo.blob(b"x" * 100)
    module = repo.commit(repo.tree([("160000", "m", "1" * 40)]))
    assert refused(repo, module) == ("sources-submodule", "m")
    long = repo.commit(repo.tree([("120000", "l", repo.blob(b"x" * 4096))]))
    assert refused(repo, long) == ("sources-too-large", "l")
    commit = repo.commit(repo.tree([("100644", "a", blob), ("100644", "b", blob)]))
    monkeypatch.setattr(extract_module, "MOST_BYTES", 199)
    assert refused(repo, commit) == ("sources-too-large", str(repo.path))
    monkeypatch.setattr(extract_module, "MOST_BYTES", 200)
    assert (unpack(repo, commit) / "b").read_bytes() == b"x" * 100


def test_a_file_that_cannot_be_written_is_an_error(repo: Repo) -> None:
    name = "x" * 255
    tree = repo.tree([("100644", name + "x", repo.blob(b"x"))])
    assert refused(repo, repo.commit(tree)) == ("sources-unreadable", name + "x")
