"""Config, logins and profiles."""

from __future__ import annotations

from typing import Any

import attrs
from hypothesis import strategies as st

from deployspec._app import APTIBLE_2016, APTIBLE_CURRENT, Profile
from deployspec._core.secret import Secret
from deployspec._logins.credentials import Credential, Keyring
from deployspec._logins.scope import normal_scope
from deployspec.strategies._references import hosts, image_texts, scope_texts

__all__ = ["configs", "credentials", "keyrings", "platform_keyrings", "profiles"]

_USERNAMES = st.sampled_from(["ada", "acme+deploy", "AWS", "josé"])
_PASSWORDS = st.sampled_from(["pw", "p:w $x #y", "contraseña"]) | st.text(min_size=1, max_size=10)
_BLANK = st.sampled_from(["", " ", "\t\n"])
_NAMES = st.text("ABZ_", min_size=1, max_size=6) | st.sampled_from(["RAILS_ENV", "a-b", "é", "PATH"])


def profiles() -> st.SearchStrategy[Profile]:
    """The profiles of the library, and profiles with other choices."""

    def changed(profile: Profile, **choices: Any) -> Profile:  # noqa: ANN401  # of the types of the fields
        return attrs.evolve(profile, **choices)

    own = st.builds(
        changed,
        st.sampled_from([APTIBLE_2016, APTIBLE_CURRENT]),
        name=st.just("own"),
        procfile_required=st.booleans(),
        official_images=st.booleans(),
        warn_single_component=st.booleans(),
        digest_supported=st.booleans(),
        email_supported=st.booleans(),
        on_host_mismatch=st.sampled_from(["error", "anonymous"]),
        default_host=st.sampled_from(["docker.io", "quay.io"]),
    )
    return st.sampled_from([APTIBLE_2016, APTIBLE_CURRENT, APTIBLE_2016.with_prefix("MYPAAS_")]) | own


_ODD_HOSTS = st.sampled_from(["user:pw@quay.io", "quay.io/team", "doc\u212aer.io", "?", "my-server"]) | st.text(
    max_size=8
)
_CONTROL = st.fixed_dictionaries(
    {},
    optional={
        "image": image_texts() | _BLANK,
        "host": scope_texts(path=False) | hosts() | _BLANK | _ODD_HOSTS | st.just("my-server"),
        "username": _USERNAMES | _BLANK | st.sampled_from(["a:b", "a\nb"]),
        "password": _PASSWORDS | _BLANK,
        "email": st.sampled_from(["ada@example.com", ""]),
    },
)
_OTHERS = st.dictionaries(_NAMES | st.text(max_size=4), st.text(max_size=5), max_size=3)


def configs(*, profile: Profile = APTIBLE_2016) -> st.SearchStrategy[dict[str, str]]:
    """Config of an app: each control variable of `profile` set, blank, invalid or unset, and other variables."""
    names = {
        "image": profile.image_variable,
        "host": profile.host_variable,
        "username": profile.username_variable,
        "password": profile.password_variable,
        "email": profile.email_variable,
    }

    def named(both: tuple[dict[str, str], dict[str, str]]) -> dict[str, str]:
        control = {name: value for key, value in both[1].items() if (name := names[key]) is not None}
        return {**both[0], **control}

    return st.tuples(_OTHERS, _CONTROL).map(named)


def credentials(*, scopes: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[Credential]:
    """Logins for `scopes` (default: `scope_texts()`)."""
    return st.builds(
        Credential,
        scope=scope_texts() if scopes is None else scopes,
        username=_USERNAMES,
        password=_PASSWORDS.map(Secret),
        identity_token=st.none() | _PASSWORDS.map(Secret),
        email=st.none() | st.just("ada@example.com"),
    )


def keyrings(*, scopes: st.SearchStrategy[str] | None = None, max_size: int = 3) -> st.SearchStrategy[Keyring]:
    """Keyrings of up to `max_size` logins for different `scopes`."""
    written = scope_texts() if scopes is None else scopes
    return st.builds(_keyring, st.lists(written, max_size=max_size, unique_by=normal_scope), credentials())


def _keyring(keys: list[str], login: Credential) -> Keyring:
    """Create logins that differ only in their passwords, which is much faster than drawing each of them."""
    passwords = (f"{login.password.reveal()}{index or ''}" for index in range(len(keys)))
    return Keyring(
        Credential(
            scope=key,
            username=login.username,
            password=Secret(password),
            identity_token=login.identity_token,
            email=login.email,
        )
        for key, password in zip(keys, passwords, strict=True)
    )


def platform_keyrings(*, max_size: int = 2) -> st.SearchStrategy[Keyring]:
    """Keyrings for a platform: each scope has a path."""
    return keyrings(scopes=scope_texts(path=True), max_size=max_size)
