from __future__ import annotations

import pytest

from deployspec._logins.base64_text import Pair, docker_pair, go_decoded, pair_of


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", b""),
        ("dTE6cA==", b"u1:p"),
        ("dTE6\r\ncA=\n=\n", b"u1:p"),
        ("dTE6cB==", b"u1:p"),  # stray bits in the last digit
        ("dTE6cA=", None),
        ("dTE6cA", None),
        ("dTE6cA===", None),
        ("====", None),
        ("dTE6 cA==", None),
        ("dTE6__4-", None),
        ("d", None),
        ("dTE6=", None),
    ],
)
def test_padded_base64_is_read_as_by_go(text: str, value: bytes | None) -> None:
    assert go_decoded(text) == value


@pytest.mark.parametrize(
    ("text", "value"), [("dTE6cA", b"u1:p"), ("dTE6cA==", None), ("dTE6c", None), ("dTE6", b"u1:")]
)
def test_unpadded_base64_is_read_as_by_go(text: str, value: bytes | None) -> None:
    assert go_decoded(text, padded=False) == value


@pytest.mark.parametrize(
    ("decoded", "pair"),
    [
        (b"u:p:q", Pair(user=True, password=True, blank=False)),
        (b":", Pair()),
        (b" \xc2\xa0:\0", Pair(user=True, password=True)),
        (b"u", None),
    ],
)
def test_the_first_colon_separates(decoded: bytes, pair: Pair | None) -> None:
    assert pair_of(decoded) == pair


def test_nuls_around_a_password_are_cut() -> None:
    assert pair_of(b"u:\0\0", trim_nul=True) == Pair(user=True, password=False, blank=False)


@pytest.mark.parametrize(
    ("auth", "found"),
    [("dQ==", "colon"), ("OnA=", "user"), ("!", "base64"), ("dTpw", Pair(user=True, password=True, blank=False))],
)
def test_the_docker_cli_wants_a_user_name(auth: str, found: object) -> None:
    assert docker_pair(auth) == found
