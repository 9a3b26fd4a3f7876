"""Remote sources of COPY and ADD: URLs and Git references.

Grammar::

    url = ( "http://" | "https://" ) rest
    git = scheme "://" rest | user "@" host ":" path [ "?" query ] [ "#" fragment ] | "github.com/" rest
    scheme = "http" | "https" | "ssh" | "git"      ; http and https only if the path ends in `.git`
"""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

import attrs

from deployspec._dockerfile.go import BOOLEANS, TRUE

_PROTOCOL = re.compile(r"([a-zA-Z0-9]+)://")
_SCHEMES = frozenset({"http", "https", "ssh", "git"})
_SCP = re.compile(r"[a-zA-Z0-9_-]+@[a-zA-Z0-9.-]+:([^\n]*?)(?:\?([^\n]*?))?(?:#([^\n]*))?")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_USER_INFO = re.compile(r"[A-Za-z0-9._:~!$&'()*+,;=%@-]*")
# A host name may have any character outside ASCII; `%` is an escape that may not stand for an ASCII character.
_HOST = re.compile(r"(?:[A-Za-z0-9\-_.~!$&'()*+,;=:<>\"\[\]]|[^\x00-\x7f]|%25|%[89A-Fa-f][0-9A-Fa-f])*")
_PORT = re.compile(r"(?::[0-9]*)?")
_SWITCHES = frozenset({"submodules", "keep-git-dir", "fetch-by-commit"})


@attrs.frozen
class GitReference:
    """A Git reference of ADD; `fault` is why BuildKit refuses its query, if it does.

    `is_local` means that COPY and ADD read it as a path (`github.com/a/b`).
    """

    is_local: bool = False
    keep_git_dir: bool | None = None
    checksum: str = ""
    fault: str | None = None


# buildkit frontend/dockerfile/dfgitutil/git_ref.go: ParseGitRef
def git_reference(source: str) -> GitReference | None:
    """Read a source as a Git reference; `None` if it is none, and then is a URL or a path.

    >>> git_reference("https://github.com/moby/buildkit.git#v0.1").is_local
    False
    >>> git_reference("https://example.com/a.tgz"), git_reference("./git@host:path")
    (None, None)
    """
    if source.startswith(("./", "../")):
        return None
    if source.startswith("github.com/"):
        parts = _divided(source)
        return None if parts is None else _with_query(*parts, is_local=True)
    protocol = _PROTOCOL.match(source)
    if protocol is not None:
        scheme = protocol[1].lower()
        parts = _url(source, protocol.end()) if scheme in _SCHEMES else None
        if parts is None or (scheme in ("http", "https") and not parts[0].endswith(".git")):
            return None
        return _with_query(*parts, is_local=False)
    match = _SCP.fullmatch(source)
    if match is None:
        return None
    query, is_valid = _values(match[2] or "")
    return _read_query(query, match[3] or "", is_local=False) if is_valid else None


def is_url(source: str) -> bool:
    """Whether BuildKit downloads a source that is not a Git reference."""
    return source.startswith(("http://", "https://"))


# net/url of Go's standard library: Parse, parseAuthority, parseHost
def _url(text: str, start: int) -> tuple[str, str, str] | None:
    """Return the path, query and fragment of a URL; `None` if Go cannot parse it."""
    authority, slash, path = text[start:].partition("#")[0].partition("?")[0].partition("/")
    user, _, host = authority.rpartition("@")
    if not _USER_INFO.fullmatch(user) or _BAD_PERCENT.search(user):
        return None
    if host.startswith("["):
        name, bracket, port = host.rpartition("]")
    else:
        name, colon, after = host.rpartition(":")
        name, bracket, port = (name, colon, f":{after}") if colon else (host, "]", "")
    if not bracket or not _PORT.fullmatch(port) or not _HOST.fullmatch(name):
        return None
    divided = _divided(text)
    return None if divided is None else (_decoded(slash + path), divided[1], divided[2])


def _divided(text: str) -> tuple[str, str, str] | None:
    before, _, fragment = text.partition("#")
    path, _, query = before.partition("?")
    if _CONTROL.search(before) or _BAD_PERCENT.search(path) or _BAD_PERCENT.search(fragment):
        return None
    return path, query, _decoded(fragment)


def _decoded(text: str) -> str:
    return unquote_to_bytes(text).decode("utf-8", "surrogateescape")


def _with_query(_path: str, query: str, fragment: str, *, is_local: bool) -> GitReference:
    return _read_query(_values(query)[0], fragment, is_local=is_local)


# net/url of Go's standard library: ParseQuery, whose errors `URL.Query` ignores
def _values(query: str) -> tuple[dict[str, list[str]], bool]:
    """Return the values of a query by name, and whether all of it could be read."""
    values: dict[str, list[str]] = {}
    is_valid = True
    for pair in query.split("&"):
        if ";" in pair or _BAD_PERCENT.search(pair):
            is_valid = False
        elif pair:
            name, _, value = pair.replace("+", " ").partition("=")
            values.setdefault(_decoded(name), []).append(_decoded(value))
    return values, is_valid


# buildkit frontend/dockerfile/dfgitutil/git_ref.go: loadQuery
def _read_query(query: dict[str, list[str]], fragment: str, *, is_local: bool) -> GitReference:
    for name, values in query.items():
        fault = _query_fault(name, values)
        if fault is not None:
            return GitReference(is_local=is_local, fault=fault)
    single = {name: values[0] for name, values in query.items()}
    reference, _, folder = fragment.partition(":")
    fault = _conflict(single, reference, folder)
    keep = single.get("keep-git-dir")
    return GitReference(
        is_local=is_local,
        keep_git_dir=None if keep is None else keep in ("", *TRUE),
        checksum=single.get("commit") or single.get("checksum", ""),
        fault=fault,
    )


_TEXTS = frozenset({"ref", "tag", "branch", "subdir", "checksum", "commit", "mtime"})


def _query_fault(name: str, values: list[str]) -> str | None:
    value = values[0]
    if len(values) > 1:
        return "an option is given twice"
    if name in _SWITCHES:
        return None if value in ("", *BOOLEANS) else f"`{name}` is not a boolean"
    if name not in _TEXTS:
        return "unknown option"
    if not value:
        return f"`{name}` has no value"
    if name == "mtime" and value not in ("checkout", "commit"):
        return "`mtime` is neither `checkout` nor `commit`"
    return None


def _conflict(query: dict[str, str], reference: str, folder: str) -> str | None:
    """Check that the options of a query name one version and one folder."""
    if "tag" in query and "branch" in query:
        return "it names a tag and a branch"
    names = [reference, query.get("ref", "")]
    names += [_full_name(query[kind], prefix) for kind, prefix in _PREFIXES.items() if kind in query]
    if len({name for name in names if name}) > 1:
        return "it names two versions"
    # A folder is written from the root of the repository.
    written = {_clean(folder), query.get("subdir", "")} - {""}
    return "it names two folders" if len(written) > 1 else None


_PREFIXES = {"tag": "refs/tags/", "branch": "refs/heads/"}


def _full_name(name: str, prefix: str) -> str:
    return name if name.startswith(prefix) else prefix + name


def _clean(folder: str) -> str:
    import posixpath

    return posixpath.normpath(f"/{folder}").lstrip("/")
