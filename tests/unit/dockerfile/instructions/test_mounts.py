"""Values of `--mount` and `--device`."""

from __future__ import annotations

import pytest
from tests.unit.dockerfile.support import bases, raised

from deployspec import parse_dockerfile


@pytest.mark.parametrize(
    ("value", "source"),
    [
        ("from=a", "a"),
        ("type=bind,FROM=a,from=b", "b"),
        ('\'a,"from=b""c"\'', 'b"c'),
        ("from=b,", "b"),
        ("from=a=b", "a=b"),
        ("target=/from=a", ""),
        ("from=a$", "a$"),
        ("from", ""),
        ("type=cache", ""),
        ("'\"from=a,b\"'", "a,b"),
    ],
)
def test_the_from_of_a_mount_is_its_last(value: str, source: str) -> None:
    (found,) = parse_dockerfile(f"FROM a\nRUN --mount={value} x").stages[0].sources
    assert (found.kind, found.value, found.line) == ("mount", source, 2)


@pytest.mark.parametrize(
    "value",
    [
        "a",
        "a,required",
        "Required,a",
        "name=a,required=true",
        "required=0,b=c",
        "a,REQUIRED=T",
        ",",
        ",a",
        "name=,a",
        "NAME=,name=a",
        "a\r",
    ],
)
def test_devices_have_a_name_and_may_be_required(value: str) -> None:
    assert bases(f"FROM a\nRUN --device='{value}' x") == ["a"]


def test_a_return_at_the_end_of_a_mount_ends_the_record() -> None:
    assert parse_dockerfile("FROM a\nRUN --mount='from=b\r' x").stages[0].sources[0].value == "b"
    assert parse_dockerfile("FROM a\nRUN --mount='\"from=b\"\r' x").stages[0].sources[0].value == "b"


@pytest.mark.parametrize("flag", ["--device", "--mount"])
def test_a_flag_that_is_no_list_of_fields_is_named(flag: str) -> None:
    (fault,) = raised(f'FROM a\nRUN {flag}=a\\"b x').diagnostics
    assert fault.message == f"invalid list of fields in `{flag}`"
