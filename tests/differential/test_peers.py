"""Our verdicts beside those of the libraries that a user would otherwise take."""

from __future__ import annotations

import importlib
import io
import os
import re
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from deployspec import InvalidReference, parse_env, parse_procfile, parse_reference

docker_image: Any = importlib.import_module("docker_image.reference")
honcho: Any = importlib.import_module("honcho.environ")
dotenv: Any = importlib.import_module("dotenv")

parts = st.sampled_from(
    [
        "ubuntu",
        "team",
        "app",
        "quay.io",
        "localhost",
        ":5000",
        ":1.0",
        "/",
        "@sha256:" + "0" * 64,
        "a_b",
        "A",
        "-",
        ".",
        "_",
    ]
)
edits = st.sampled_from(["", "\u0130", "\uff41", "\u0301", "\x00", " ", "$", "Z", "9"])


def docker_image_reads(text: str) -> tuple[str, str, str | None, str | None] | None:
    try:
        found = docker_image.Reference.parse_normalized_named(text)
    except Exception:  # noqa: BLE001  # its exceptions have no common class
        return None
    host, path = found.split_hostname()
    return host, path, found["tag"], found["digest"]


@given(st.lists(parts, min_size=1, max_size=6).map("".join), edits, st.integers(0, 80))
def test_references_are_read_as_by_docker_image_py(text: str, edit: str, at: int) -> None:
    text = text[:at] + edit + text[at:]
    # It takes a name before the first `/` for a host only if it has no `_`, and lets a last line end pass.
    assume("\n" not in text)
    try:
        ours = parse_reference(text, default_tag=None)
    except InvalidReference:
        assert docker_image_reads(text) is None
    else:
        assert docker_image_reads(text) == (ours.host, ours.path, ours.tag, ours.digest)


names = st.from_regex(re.compile(r"[a-z][a-z0-9]{0,9}"), fullmatch=True)
commands = st.from_regex(re.compile(r"[a-zA-Z$./=-][a-zA-Z0-9 $./=:-]{0,30}[a-z]"), fullmatch=True)


@given(st.dictionaries(names, commands, min_size=1, max_size=5))
def test_clean_procfiles_are_read_as_by_honcho(services: dict[str, str]) -> None:
    text = "".join(f"{name}: {command}\n" for name, command in services.items())
    ours = {service.name: service.command for service in parse_procfile(text).services}
    assert ours == dict(honcho.parse_procfile(text).processes) == services


values = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="'\"\\"), max_size=12)
lines = st.one_of(
    st.builds("{}={}".format, names, values),
    st.builds("export {}='{}'".format, names, values),
    st.builds('{}="{}\\n{}"'.format, names, values, values),
    st.just("# comment"),
    st.just(""),
)


@given(st.lists(lines, max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_clean_config_is_read_as_by_python_dotenv(written: list[str], end: str) -> None:
    text = end.join(written)
    before = dict(os.environ)
    theirs = dotenv.dotenv_values(stream=io.StringIO(text), interpolate=False)
    assert dict(parse_env(text).variables) == dict(theirs)
    assert dict(os.environ) == before
