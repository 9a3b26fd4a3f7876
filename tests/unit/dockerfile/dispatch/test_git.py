"""Which sources of COPY and ADD are Git references, and which queries BuildKit refuses."""

from __future__ import annotations

import pytest

from deployspec._dockerfile.dispatch.git import GitReference, git_reference, is_url

GIT = [
    *("https://h/a.git", "http://h:80/a.git#v1:dir", "HTTPS://h/a.git", "https://u:p@h/a.git", "https://[::1]:8/a.git"),
    *("git://h/a", "ssh://git@h/a", "git@h:a", "git@h.example:a/b.git#x", "https://h%80/a.git", "https://h/a%2egit"),
]
NOT_GIT = [
    *("./git@h:a", "../git@h:a", "a", "https://h/a", "https://h/a.git/b", "ftp://h/a.git", "git@h", "a:b", "", "://h"),
    *("https://h:x/a.git", "https://h h/a.git", "https://h/%zz.git", "https://u%z@h/a.git", "https://[::1/a.git"),
    *("git@h:a?x=%zz", "git@h:a?x;y", "git://h/\x01", "git://h/a#%zz", "https://h%20/a.git", "https://u\u00e9@h/a.git"),
    *("github.com/a%zz", "https:///a"),
]
REFUSED = {
    "https://h/a.git?x=1": "unknown option",
    "git@h:a?ref=": "`ref` has no value",
    "git@h:a?ref=1&ref=2": "an option is given twice",
    "git@h:a?submodules=maybe": "`submodules` is not a boolean",
    "git@h:a?mtime=now": "`mtime` is neither",
    "git@h:a?tag=1&branch=2": "a tag and a branch",
    "git@h:a?ref=1#2": "two versions",
    "git@h:a?tag=1#1": "two versions",
    "git@h:a?subdir=b#:c": "two folders",
    "github.com/a/b?x=1": "unknown option",
}
ACCEPTED = [
    *("git@h:a?ref=1#1:b", "git@h:a?ref=1&subdir=b#1:/b/", "git@h:a?tag=1&ref=refs/tags/1", "git@h:a?branch=x"),
    *("git@h:a?submodules&keep-git-dir=0&mtime=commit", "https://h/a.git?&&", "https://h/a.git?%zz", "git@h:a?"),
]


@pytest.mark.parametrize("source", GIT + ACCEPTED)
def test_a_source_is_a_git_reference(source: str) -> None:
    reference = git_reference(source)
    assert reference is not None
    assert reference.fault is None
    assert not reference.is_local


@pytest.mark.parametrize("source", NOT_GIT)
def test_a_source_is_not_a_git_reference(source: str) -> None:
    assert git_reference(source) is None


@pytest.mark.parametrize(("source", "reason"), REFUSED.items())
def test_a_query_is_refused(source: str, reason: str) -> None:
    reference = git_reference(source)
    assert reference is not None
    assert reason in (reference.fault or "")


def test_options_are_read() -> None:
    assert git_reference("github.com/a/b") == GitReference(is_local=True)
    assert git_reference("git@h:a?keep-git-dir") == GitReference(keep_git_dir=True)
    assert git_reference("git@h:a?keep-git-dir=f&commit=1") == GitReference(keep_git_dir=False, checksum="1")
    assert git_reference("git@h:a?checksum=1") == GitReference(checksum="1")


def test_urls_begin_with_a_scheme_in_lower_case() -> None:
    assert is_url("http://h/a")
    assert is_url("https://h/a")
    assert not is_url("HTTP://h/a")
    assert not is_url("ftp://h/a")
