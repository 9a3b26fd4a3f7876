"""The path of a key, which most clients drop."""

from __future__ import annotations

import pytest

from deployspec._logins.lookup.advice import path_of


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/", "/v2", "/v2/"])
@pytest.mark.parametrize("scheme", ["", "https://", "http://"])
def test_the_path_of_the_api_is_no_path(scheme: str, path: str) -> None:
    assert path_of(f"{scheme}quay.io{path}") == ""


@pytest.mark.parametrize("path", ["V1", "V2/", "v3", "v1//", "v11", "v1/a", "a", "a/v1/", "/"])
def test_any_other_path_is_returned(path: str) -> None:
    assert path_of(f"quay.io/{path}") == path_of(f"https://quay.io/{path}") == path
