"""The same answers on each version of Python, although each has its own Unicode tables.

`interpreters.jsonl` has one line for each function and template, with the characters that give each answer. Characters
were chosen by what Unicode 14 (Python 3.11), 15 (3.12), 15.1 (3.13) and 16 (3.14) added or changed: case, letters,
digits, spaces, printable characters. Run this file to write the table again after an intended change.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deployspec import (
    App,
    BuildOptions,
    DeploySpecError,
    Diagnostic,
    lookup_all,
    parse_docker_config,
    parse_dockerfile,
    parse_env,
    parse_procfile,
    parse_reference,
    resolve,
)

TABLE = Path(__file__).with_name("interpreters.jsonl")

CHARACTERS = [
    # Letters with a case, added by Unicode 14 to 16.
    *("\u2c2f", "\u2c5f", "\ua7c0", "\ua7c1", "\ua7d0", "\ua7d6", "\ua7cb", "\ua7cc", "\ua7cd", "\ua7da", "\ua7dc"),
    *("\u1c89", "\u1c8a", "\U00010570", "\U00010597", "\U00010d50", "\U00010d70"),
    # Other letters that they added.
    *("\u0870", "\U0001e030", "\U00011f04", "\U00031350", "\U0002ebf0", "\U000105c0", "\U00016100"),
    # Digits that they added.
    *("\U00011f50", "\U0001e4f0", "\U00010d40", "\U000116d0", "\U00011bf0", "\U0001ccf0", "\U0001e5f1"),
    # Marks and symbols that they added.
    *("\u20c0", "\U0001e08f", "\U0001fae8", "\U0001cc00", "\u0897"),
    # Old letters and digits whose case or kind is unusual.
    *("\u00b2", "\u00b5", "\u00df", "\u0130", "\u0131", "\u017f", "\u01c5", "\u0345", "\u0660", "\u10a0", "\u10d0"),
    *("\u13a0", "\u1c90", "\u1e9e", "\u212a", "\u2160", "\uff21", "\uff11", "\U0001d7d8"),
    # Spaces, format characters, unassigned characters.
    *("\x1c", "\x85", "\xa0", "\xad", "\u180e", "\u200b", "\u2028", "\u3000", "\ufeff", "\ufffe", "\u0378"),
    *("\U000e0001", "\U0003ffff"),
]


def procfile(text: str) -> Any:
    return [[service.name, service.command] for service in parse_procfile(text).services]


def dockerfile(text: str) -> Any:
    file = parse_dockerfile(text)
    found = file.images()
    images = [f"{image.role} {image.reference} {image.platform}" for image in found.all]
    return [[stage.name for stage in file.stages], images, codes((*file.diagnostics, *found.unknowns))]


def docker_config(scope: str) -> Any:
    keyring = parse_docker_config(json.dumps({"auths": {scope: {"auth": "YTpi"}}}))
    return [credential.scope for credential in keyring.credentials]


def lookups(text: str) -> Any:
    config = json.dumps({"auths": {text: {"auth": "YTpi"}, "quay.io": {"auth": "YTpi"}}})
    return {
        client: [[outcome.kind, outcome.key] for outcome in found.outcomes]
        for client, found in lookup_all(config, f"quay.io/a{text}").items()
    }


def login(text: str) -> Any:
    config = {
        "APTIBLE_DOCKER_IMAGE": "quay.io/a/b:1",
        **{f"APTIBLE_PRIVATE_REGISTRY_{name}": text for name in ("HOST", "USERNAME", "PASSWORD")},
    }
    return codes(resolve(App(config, "web: run")).diagnostics)


def build(text: str) -> Any:
    options = BuildOptions(target=text, platform=f"linux/{text}", args={text: "1"})
    return codes(resolve(App({text: "1"}, "web: run", "ARG A\nFROM quay.io/a AS b", build=options)).diagnostics)


def reference(text: str) -> Any:
    return str(parse_reference(text))


def env(text: str) -> Any:
    return dict(parse_env(text).variables)


TEMPLATES: list[tuple[Callable[[str], Any], str]] = [
    *(
        (reference, one)
        for one in ("X", "X/app:1", "aX/app", "X.io/app", "quay.io/X:1", "quay.io/a:X", "quay.io/a@X:0")
    ),
    *((procfile, one) for one in ("X: run", "webX: run", "web: run X", "web:Xrun", "X", "web: a\nweb_X: b", "web: 'X")),
    *((env, one) for one in ("X=1", "AX=1", "A=X", "A=1X#x", "AX", "A='X", "export XA=1", "A=1\nX")),
    *(
        (dockerfile, f"FROM a\n{one}")
        for one in ("X a", "COPYX a b", "EXPOSE X", "RUN <<X\nX", "RUN <<a\nX\na", "USERXb")
    ),
    *((dockerfile, f"FROM a\n{one}") for one in ("ENV X=1", "ENV AX b", "HEALTHCHECK --retries=X NONE", "ONBUILD X a")),
    *((dockerfile, f"FROM a AS b\n{one}") for one in ("COPY --from=X a b", "COPY --from=bX a b", "ADD --X a b")),
    *(
        (dockerfile, one)
        for one in ("FROM X", "FROM a AS X", "FROM a AS bX", "FROM aXAS b", "FROM aXAX b", "FROM a ASX b")
    ),
    *((dockerfile, one) for one in ("FROM --platform=X/amd64 a", "FROM --platform=linux/X a", "FROM a:X", "FRXOM a")),
    *((dockerfile, f"ARG b=1\nFROM {one}") for one in ("$X", "${bX}", "$bX", "${b:-X}", "${b#X}", "${b/X/a}")),
    *(
        (dockerfile, one)
        for one in ("# escape=X\nFROM a", "# eXscape=`\nFROM a", "#Xescape=`\nFROM a", "# syntax=X\nFROM a")
    ),
    *((dockerfile, one) for one in ("ARG X=1\nFROM a", "ARG bX\nFROM a", "ARG b=X\nFROM a", "X")),
    *((docker_config, one) for one in ("X", "quay.ioX", "quay.io/X", "https://X/v1/")),
    *((lookups, one) for one in ("X", "/X", ".X")),
    *((login, one) for one in ("X", "quay.ioX", "aX", "Xa")),
    *((build, one) for one in ("X", "bX", "Xb")),
]


def codes(diagnostics: tuple[Diagnostic, ...]) -> list[str]:
    return [f"{one.code} {one.source}:{one.line}:{one.column}" for one in diagnostics]


def answer(function: Callable[[str], Any], template: str, character: str) -> str:
    """Return a value, or codes and places of diagnostics, with `X` in place of the character."""
    try:
        value = function(template.replace("X", character))
    except DeploySpecError as error:
        value = codes(error.diagnostics)
    return json.dumps(value).replace(json.dumps(character)[1:-1], "X")


def line(function: Callable[[str], Any], template: str, characters: list[str]) -> str:
    answers: dict[str, str] = {}
    for character in characters:
        found = answer(function, template, character)
        answers[found] = answers.get(found, "") + character
    return json.dumps({"function": function.__name__, "template": template, "answers": answers})


STORED = TABLE.read_text("ascii").splitlines() if TABLE.exists() else []


@pytest.mark.parametrize("index", range(len(TEMPLATES)))
def test_the_answers_do_not_depend_on_the_interpreter(index: int) -> None:
    assert json.loads(line(*TEMPLATES[index], CHARACTERS)) == json.loads(STORED[index])


def test_the_table_has_a_line_for_each_template() -> None:
    assert len(STORED) == len(TEMPLATES)


if __name__ == "__main__":
    TABLE.write_text("".join(f"{line(*one, CHARACTERS)}\n" for one in TEMPLATES), "ascii")
