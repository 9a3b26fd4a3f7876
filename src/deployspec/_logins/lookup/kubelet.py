"""The kubelet, for a Secret that a pod names in `imagePullSecrets`.

Rule: each key becomes an index key: `https://` is put before it if it has no scheme, it is parsed as a URL, a leading
`/v1` or `/v2` of its path is dropped, and host and path remain. An index key matches an image if the ports are equal,
each part of the host matches (`*` stands for any text without a dot) and the path of the image begins with the path of
the key, compared as strings: `/te` matches `/team/app`. All logins of all index keys that match are tried, in
descending order of the index keys, until one works; entries with one index key come in random order. If nothing matches
and the image is on Docker Hub or its first part has neither `.` nor `:`, the logins for `index.docker.io` are tried.
One entry that cannot be decoded makes the whole Secret, and so the pod, fail. Tokens and helpers are not known.

Source: kubernetes pkg/credentialprovider/{keyring,config}.go and secrets/secrets.go (1.33 and later).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import cast

import attrs

from deployspec._core.json_scan import JsonObject, JsonValue
from deployspec._logins.base64_text import AUTH_FAULTS, GO_SPACE, Fault, Pair, go_decoded, pair_of
from deployspec._logins.go_shapes import STRINGS, TEXT, Map, Shape, Struct, decode, folded, go_text
from deployspec._logins.login_file import SECRET_MEMBERS, LoginFile
from deployspec._logins.lookup.advice import explain_format, warn_of_empty_entry
from deployspec._logins.lookup.hosts import parse_url
from deployspec._logins.lookup.names import distribution
from deployspec._logins.lookup.report import MOST_KEYS, Report, accepted
from deployspec._logins.lookup.values import Lookup, LookupRule
from deployspec._logins.lookup.whole_file import read_whole
from deployspec._logins.masked import masked

__all__: list[str] = []

_ENTRY = Struct(dict.fromkeys(("username", "password", "email", "auth"), TEXT))
_ENTRIES = Map(_ENTRY)
_CONFIG = Struct({"auths": _ENTRIES, "HttpHeaders": STRINGS})


@attrs.frozen
class _Indexed:
    """The entries that share an index key, and how it matches."""

    index: str
    rule: LookupRule
    keys: list[str]


def lookup_kubelet(file: LoginFile, image: str) -> Lookup:
    """Look up the logins that the kubelet tries."""
    name = str(accepted("kubelet", distribution(image)))
    report = Report("kubelet", file)
    if file.secret is not None:
        _look_inside(report, file, name)
    else:
        _find(report, name, _read(report, _CONFIG))
        explain_format(report)
    return report.lookup()


def _look_inside(report: Report, file: LoginFile, name: str) -> None:
    text = file.secret_text()
    if text is None:
        message = "the Secret has no login file that the kubelet reads"
        kinds = " or ".join(f"`{kind}` with `{member}`" for kind, member in SECRET_MEMBERS.items())
        report.warning("lookup-kubernetes-secret", message, hint=f"use the type {kinds} in base64")
        report.outcome("anonymous", "none", message)
        return
    report.file = LoginFile(text, inside_secret=True)
    _find(report, name, _read(report, _ENTRIES if file.is_dockercfg_secret else _CONFIG))


def _read(report: Report, shape: Shape) -> dict[str, Pair]:
    """Decode all entries; later ones replace earlier ones, but each fault counts."""
    if not report.file.text:
        return {}  # a Secret with an empty file is skipped
    config = read_whole(report, shape)
    for key, auth in _all_auths(report.file.scan.value, shape):
        if not isinstance(found := _pair(auth), Pair):
            message = f"`auth` of `{masked(key)}` {_fault_text(found)}"
            report.fail("lookup-auth", message, report.file.offset_of(key))
    if report.outcomes:
        return {}
    auths = config if shape is _ENTRIES else config.get("auths")
    return {key: _login(entry) for key, entry in cast("dict[str, dict[str, str]]", auths or {}).items()}


def _all_auths(value: JsonValue, shape: Shape) -> Iterator[tuple[str, str]]:
    """Return the `auth` of each entry, including entries that a later one replaces."""
    holders = [value] if shape is _ENTRIES else _members(value, "auths")
    for holder in holders:
        if isinstance(holder, JsonObject):
            for key, entry, _ in holder.members:
                auth = decode(_ENTRY, entry, _ignore).get("auth", "")
                if auth:
                    yield go_text(key), auth


def _members(value: JsonValue, name: str) -> list[JsonValue]:
    members = value.members if isinstance(value, JsonObject) else []
    return [member for other, member, _ in members if folded(other) == name]


def _ignore(_path: str, _expected: str, _at: int) -> None:
    """Faults of types have been reported already."""


def _pair(auth: str) -> Pair | Fault:
    # kubernetes pkg/credentialprovider/config.go: decodeDockerConfigFieldAuth
    decoded = go_decoded(auth, padded=auth.strip(GO_SPACE).endswith("="))
    if decoded is None:
        return "base64"
    return pair_of(decoded) or "colon"


def _fault_text(fault: Fault) -> str:
    return "is not base64" if fault == "base64" else AUTH_FAULTS[fault]


def _login(entry: dict[str, str]) -> Pair:
    if entry.get("auth"):
        return cast("Pair", _pair(entry["auth"]))
    return Pair(bool(entry.get("username")), bool(entry.get("password")))


def _find(report: Report, name: str, logins: dict[str, Pair]) -> None:
    if report.outcomes:
        return
    by_index = _index(report, logins)
    matches = [_Indexed(index, rule, by_index[index]) for index in by_index if (rule := _match(index, name))]
    matches.sort(key=lambda match: match.index, reverse=True)
    if not matches and _is_default_registry(name) and "index.docker.io" in by_index:
        matches = [_Indexed("index.docker.io", "default-registry", by_index["index.docker.io"])]
    _add_outcomes(report, matches, logins)
    _warn_of_prefixes(report, matches, name)
    used = {key for match in matches for key in match.keys}
    for key in logins:
        if key not in used:
            report.skip(key, _why_not(key, name))


def _why_not(key: str, name: str) -> str:
    url = parse_url(key if "://" in key else f"https://{key}")
    host = name.partition("/")[0]
    if url is None or "*" in url.host or url.hostname.lower() == host.partition(":")[0].lower():
        return "host, port and path of the key do not match the image"
    if host == "docker.io" and url.hostname.endswith("docker.io"):
        return "only the keys `docker.io` and `index.docker.io` are used for Docker Hub"
    return "it is for another registry"


def _index(report: Report, logins: dict[str, Pair]) -> dict[str, list[str]]:
    # kubernetes pkg/credentialprovider/keyring.go: BasicDockerKeyring.Add
    by_index: dict[str, list[str]] = {}
    for key in logins:
        url = parse_url(key if key.startswith(("https://", "http://")) else f"https://{key}")
        if url is None:
            message = f"`{masked(key)}` is not a valid URL, so the kubelet ignores the entry"
            report.warning("lookup-key", message, report.file.offset_of(key))
            continue
        path = url.path[3:] if url.path.startswith(("/v1/", "/v2/")) else url.path
        by_index.setdefault(url.host + ("" if path == "/" else path), []).append(key)
    return by_index


def _match(index: str, name: str) -> LookupRule | None:
    # kubernetes pkg/credentialprovider/keyring.go: URLsMatch
    pattern = parse_url(f"https://{index}")
    host, slash, path = name.partition("/")
    if pattern is None or not (slash + path).startswith(pattern.path):
        return None
    (known, known_port), (wanted, port) = _split_host(pattern.host), _split_host(host)
    parts, wanted_parts = known.split("."), wanted.split(".")
    if known_port != port or len(parts) != len(wanted_parts):
        return None
    if not all(_part_matches(part, of) for part, of in zip(parts, wanted_parts, strict=True)):
        return None
    if "*" in known:
        return "glob"
    return "exact" if index in (host, name) else "parent"


def _split_host(host: str) -> tuple[str, str]:
    # Go net/ipsock.go: SplitHostPort; without exactly one port the whole text is the host.
    name, colon, port = host.rpartition(":")
    if not colon or host.endswith("]"):
        return host, ""
    if name.startswith("[") and name.endswith("]"):
        return name[1:-1], port
    return (host, "") if ":" in name else (name, port)


def _part_matches(pattern: str, text: str) -> bool:
    """Compare a part of a host; a host in brackets is a set of characters to Go, which matches no host."""
    first, *middle = pattern.split("*")
    if not middle:
        return pattern == text and "[" not in pattern
    last = middle.pop()
    at, end = len(first), len(text) - len(last)
    if not (text.startswith(first) and text.endswith(last)) or end < at:
        return False
    # The leftmost place of each piece leaves most room for the others.
    for piece in middle:
        at = text.find(piece, at, end)
        if at == -1:
            return False
        at += len(piece)
    return True


def _is_default_registry(name: str) -> bool:
    # kubernetes pkg/credentialprovider/keyring.go: isDefaultRegistryMatch
    first, slash, _ = name.partition("/")
    return not slash or first == "docker.io" or not ("." in first or ":" in first)


def _add_outcomes(report: Report, matches: Sequence[_Indexed], logins: dict[str, Pair]) -> None:
    if not matches:
        report.outcome("anonymous", "none", "no entry matches the image")
        return
    first = matches[0]
    for order in _orders(matches, logins):
        key = order[0]
        login = logins[key]
        if login.user or login.password:
            report.outcome("basic", first.rule, _reason(first), key, then=order[1:])
        else:
            report.outcome("anonymous", "empty-entry", "first entry has no login", key, then=order[1:])
    for key in first.keys:
        if not (logins[key].user or logins[key].password):
            warn_of_empty_entry(report, key)
        elif not logins[key].password:
            message = f"entry `{masked(key)}` has no password, and the kubelet does not read tokens"
            hint = "log in with a password or an access token instead of an identity token"
            report.warning("lookup-no-password", message, report.file.offset_of(key), hint)


def _orders(matches: Sequence[_Indexed], logins: dict[str, Pair]) -> Iterator[list[str]]:
    """Return the orders in which the keys may be tried; each key of the first group is first in one of them.

    Go walks a small map from a random place in the order of insertion, so these are rotations of the file's order.
    """
    rank = {key: number for number, match in enumerate(matches) for key in match.keys}
    if len(rank) <= MOST_KEYS:
        keys = [key for key in logins if key in rank]
        for number in range(len(keys)):
            yield sorted(keys[number:] + keys[:number], key=rank.__getitem__)
        return
    # Too many to list each order in full.
    first, *others = (match.keys for match in matches)
    rest = list(islice(chain.from_iterable(others), MOST_KEYS))
    shown, twice = min(len(first), MOST_KEYS + 1), first + first
    for number in range(len(first)):
        yield [*twice[number : number + shown], *rest]
    if any(len(keys) > 1 for keys in others):
        yield [*first[:shown], *reversed(rest)]


def _reason(match: _Indexed) -> str:
    shown = masked(match.index)
    match match.rule:
        case "exact":
            return "the key is exactly the repository or its host"
        case "glob":
            return f"the wildcards of `{shown}` match the host"
        case "default-registry":
            return "no key matches, so the login for Docker Hub is tried"
        case _:
            return f"the path of the image begins with the path of `{shown}`"


def _warn_of_prefixes(report: Report, matches: Sequence[_Indexed], name: str) -> None:
    for match in matches:
        path = match.index.partition("/")[2]
        after = name.partition("/")[2].removeprefix(path)[:1]
        if path and not path.endswith("/") and after not in ("", "/"):
            message = f"`{masked(match.index)}` matches the image as a string prefix, not as a path"
            hint = "the kubelet does not compare whole path components; name the repository in full"
            report.warning("lookup-path-prefix", message, hint=hint)
