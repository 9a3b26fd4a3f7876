"""`auth` as the clients decode it: base64 of `USER:PASSWORD`, which is split at the first `:`.

Nothing here returns a user name or a password: only whether there are any.
"""

from __future__ import annotations

import base64
import re
from typing import Literal, TypeAlias

import attrs

__all__: list[str] = []

Fault: TypeAlias = Literal["base64", "colon", "user"]
"""Why `auth` cannot be used: it is not base64, it has no `:`, or nothing before it."""

AUTH_FAULTS: dict[Fault, str] = {
    "base64": "is not padded base64",
    "colon": "has no `:` after decoding",
    "user": "has no username before the `:`",
}

_GO = re.compile(r"(?:[A-Za-z0-9+/]{4})*+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_GO_RAW = re.compile(r"(?:[A-Za-z0-9+/]{4})*+[A-Za-z0-9+/]{0,3}")
_LINE_ENDS = str.maketrans("", "", "\r\n")
# As `unicode.IsSpace` has it.
GO_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f"
    "\u205f\u3000"
)


@attrs.frozen
class Pair:
    """Whether there is a user name and a password; `blank` is a user name of white space only."""

    user: bool = False
    password: bool = False
    blank: bool = True


def go_decoded(text: str, *, padded: bool = True) -> bytes | None:
    """Decode text as Go's `StdEncoding` does (`RawStdEncoding` if not `padded`); `None` if it is not base64.

    Line ends are ignored anywhere, and so are stray bits in the last digit.

    >>> go_decoded("YTpi\\n"), go_decoded("YTo"), go_decoded("YTo", padded=False)
    (b'a:b', None, b'a:')
    """
    text = text.translate(_LINE_ENDS)
    if not (_GO if padded else _GO_RAW).fullmatch(text) or (not padded and len(text) % 4 == 1):
        return None
    return base64.b64decode(text + "=" * (-len(text) % 4))


def pair_of(decoded: bytes, *, trim_nul: bool = False) -> Pair | None:
    """Split decoded text at the first `:`; `None` if there is none. `trim_nul` cuts NULs around the password."""
    user, colon, password = decoded.partition(b":")
    if not colon:
        return None
    if trim_nul:
        password = password.strip(b"\0")
    return Pair(bool(user), bool(password), is_blank(user.decode("utf-8", "replace")))


def is_blank(text: str) -> bool:
    """Whether text is empty after `strings.TrimSpace`."""
    return not text.strip(GO_SPACE)


def docker_pair(auth: str) -> Pair | Fault:
    """Decode `auth` as the Docker CLI does; the user name must not be empty."""
    # docker/cli cli/config/configfile/file.go: decodeAuth
    decoded = go_decoded(auth)
    if decoded is None:
        return "base64"
    pair = pair_of(decoded, trim_nul=True)
    if pair is None:
        return "colon"
    return pair if pair.user else "user"
