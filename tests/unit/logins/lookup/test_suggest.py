from __future__ import annotations

import pytest

from deployspec._logins.lookup.suggest import suggested_key, suggestion


@pytest.mark.parametrize(
    ("image", "key"),
    [
        ("ubuntu", "https://index.docker.io/v1/"),
        ("index.docker.io/a/b", "https://index.docker.io/v1/"),
        ("localhost:5000/a", "localhost:5000"),
        ("registry-1.docker.io/a", None),
        ("Quay.io/a", None),
        ("[::1]/a", None),
        ("quay.io/A", None),
    ],
)
def test_the_key_that_every_client_uses(image: str, key: str | None) -> None:
    assert suggested_key(image) == key


def test_an_invalid_reference_has_no_suggestion() -> None:
    assert suggestion("quay.io/A") is None
    assert suggestion("Quay.io/a") is None


def test_a_short_name_is_spelt_out_for_oras() -> None:
    assert "; for oras, spell the image `docker.io/acme/app`" in str(suggestion("acme/app:1"))
    assert "oras" not in str(suggestion("docker.io/acme/app:1"))
