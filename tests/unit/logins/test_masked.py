from __future__ import annotations

import pytest

from deployspec._logins.masked import masked


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("quay.io", "quay.io"),
        ("https://ada:pw@quay.io/v1/", "https://***@quay.io/v1/"),
        ("ada:pw@quay.io", "***@quay.io"),
        ("https://ada:p@w@quay.io", "https://***@quay.io"),
        ("quay.io/acme/app@sha256:12", "quay.io/acme/app@sha256:12"),
        ("quay.io:443/acme/app@sha256:12", "quay.io:443/acme/app@sha256:12"),
        ("https://ada:p/w@quay.io/v1/", "https://***@quay.io/v1/"),
        ("https://ada:p#w@quay.io", "https://***@quay.io"),
        ("a\n@quay.io\n/x", "***@quay.io\n/x"),
        ("", ""),
    ],
)
def test_user_information_is_masked(key: str, shown: str) -> None:
    assert masked(key) == shown
