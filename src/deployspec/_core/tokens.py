"""Texts that look like secrets: tokens of well-known services, private keys, passwords in URLs, names of secrets.

Nothing proves that a text is a secret. The shapes are distinctive enough to warn about them, and to hide them in
messages. Every search takes linear time.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# The prefixes are those that each service documents. The minimum lengths are below those of real tokens, so that a
# token that was cut is found as well.
_KINDS = {
    "github": ("a GitHub token", r"gh[oprsu]_[A-Za-z0-9]{8,}|github_pat_[A-Za-z0-9_]{8,}"),
    "gitlab": ("a GitLab token", r"gl(?:pat|ptt|dt|rt|cbt|ft|soat|imt|agent)-[A-Za-z0-9_-]{8,}"),
    "aws": ("an AWS access key", r"A(?:KIA|SIA)[A-Z0-9]{12,}"),
    "slack": ("a Slack token", r"(?:xox[a-z]|xapp)-[A-Za-z0-9-]{8,}"),
    "docker": ("a Docker token", r"dckr_[op]at_[A-Za-z0-9_-]{8,}"),
    "npm": ("an npm token", r"npm_[A-Za-z0-9]{20,}"),
    "pypi": ("a PyPI token", r"pypi-[A-Za-z0-9_-]{20,}"),
    "google": ("a Google API key", r"AIza[A-Za-z0-9_-]{30,}"),
    "stripe": ("a Stripe key", r"[rs]k_(?:live|test)_[A-Za-z0-9]{8,}"),
    "sk": ("an API key", r"sk-[A-Za-z0-9_-]{20,}"),
    "jwt": ("a JSON web token", r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}"),
    "key": ("a private key", r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY"),
}
# A token begins at the beginning of a word, so that no part of a text is read twice.
TOKEN = re.compile(
    rf"(?<![A-Za-z0-9_-])(?:{'|'.join(f'(?P<{group}>{shape})' for group, (_, shape) in _KINDS.items())})"
)
"""Matches the token of a well-known service, or the header of a private key."""

_URL_PASSWORD = re.compile(r"://[^\s/?#:@'\"]{0,99}:([^\s/?#:@'\"$%{<][^\s/?#:@'\"]{0,255})@")
_SECRET_NAME = re.compile(
    r"(?i)(?:passw|passphrase|secret|token(?!iz)|credential|(?:api|private|access|auth|signing)[_-]?key"
    r"|(?:^|[_-])pass$|[_-]pwd$)"
)
_PATH_NAME = re.compile(r"(?i)[_-](?:file|path|dir)$")
# An assignment before a command, or an option. The value is a word without quotes, or the text in quotes.
_ASSIGNMENT = re.compile(r"""(?<![^\s;&|('"])-{0,2}([A-Za-z_][A-Za-z0-9_-]*)=(?:'([^']+)'|"([^"]+)"|([^\s;&|'"]+))""")
# A variable, a command whose output is the value, or a switch.
_HARMLESS = re.compile(r"[$`]|(?:true|false|yes|no|on|off|[01])$", re.IGNORECASE)


class SecretText(NamedTuple):
    """A part of a text that looks like a secret, and a description that does not contain it."""

    start: int
    end: int
    description: str


def find_secrets(text: str) -> list[SecretText]:
    """Return the parts of a text that look like secrets, in their order.

    >>> text = "DB_PASSWORD=hunter2 ./run --gitlab glpat-x7Kq2mN4bV9c postgres://ada:pw@db/app"
    >>> [found.description for found in find_secrets(text)]
    ['a value for `DB_PASSWORD`', 'a GitLab token', 'a password in a URL']
    >>> find_secrets("DB_PASSWORD=$PASSWORD TOKENIZERS_PARALLELISM=false ./run")
    []
    """
    if not ("=" in text or "@" in text or _may_contain_token(text)):
        return []
    found: list[SecretText] = []
    if _may_assign_secret(text):
        for match in _ASSIGNMENT.finditer(text):
            start, end = match.span(match.lastindex or 0)
            if is_secret_name(match[1]) and not _HARMLESS.match(text, start, end):
                found.append(SecretText(start, end, f"a value for `{match[1]}`"))
    if _may_contain_token(text):
        found += (SecretText(*match.span(), _KINDS[match.lastgroup or ""][0]) for match in TOKEN.finditer(text))
    if "@" in text and "://" in text:
        found += (SecretText(*match.span(1), "a password in a URL") for match in _URL_PASSWORD.finditer(text))
    if len(found) > 1:
        found = _without_overlaps(found)
    return found


def hide_tokens(text: str) -> str:
    """Replace each character of a token by `*`, so that columns stay the same.

    >>> hide_tokens("deploy --token ghp_16C7e42F292c6912E7")
    'deploy --token **********************'
    """
    return TOKEN.sub(_stars, text) if _may_contain_token(text) else text


def hide_secrets(text: str) -> str:
    """Replace each character of a part that looks like a secret by `*`.

    >>> hide_secrets("web: DB_PASSWORD=hunter2 ./run")
    'web: DB_PASSWORD=******* ./run'
    """
    pieces, end = list[str](), 0
    for part in find_secrets(text):
        pieces += (text[end : part.start], "*" * (part.end - part.start))
        end = part.end
    return "".join(pieces) + text[end:]


def _stars(match: re.Match[str]) -> str:
    return "*" * len(match[0])


def is_secret_name(name: str) -> bool:
    """Whether the name of a variable is usual for a secret.

    >>> is_secret_name("NPM_TOKEN"), is_secret_name("TOKENIZER"), is_secret_name("TOKEN_FILE")
    (True, False, False)
    """
    return _SECRET_NAME.search(name) is not None and _PATH_NAME.search(name) is None


def _without_overlaps(found: list[SecretText]) -> list[SecretText]:
    """Sort the parts, and drop those that begin inside an earlier one."""
    end, kept = -1, list[SecretText]()
    for part in sorted(found, key=lambda part: part[:2]):
        if part.start >= end:
            kept.append(part)
            end = part.end
    return kept


# These searches rule out most texts, and take a tenth of the time of the patterns.


def _may_assign_secret(text: str) -> bool:
    if "=" not in text:
        return False
    lower = text.lower()
    return (
        "pass" in lower
        or "secret" in lower
        or "token" in lower
        or "credential" in lower
        or "key=" in lower
        or "pwd=" in lower
    )


def _may_contain_token(text: str) -> bool:
    return (
        ("_" in text and ("gh" in text or "github" in text or "dckr_" in text or "npm_" in text or "k_" in text))
        or ("A" in text and ("AKIA" in text or "ASIA" in text or "AIza" in text or "PRIVATE" in text))
        or ("-" in text and ("gl" in text or "xox" in text or "xapp" in text or "pypi" in text or "sk-" in text))
        or "eyJ" in text
    )
