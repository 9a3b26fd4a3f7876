from __future__ import annotations

import re

import pytest

from deployspec import App, Diagnostic, ResolutionError, parse_env, render, resolve

IMAGE = "APTIBLE_DOCKER_IMAGE"
PREFIX = "APTIBLE_PRIVATE_REGISTRY_"


def shown(text: str, *, as_text: bool = False) -> str:
    env = parse_env(text)
    try:
        found = resolve(App(env, "web: run")).diagnostics
    except ResolutionError as error:
        found = error.diagnostics
    return render.diagnostics(found, sources={"config": text if as_text else env})


@pytest.mark.parametrize(
    ("text", "excerpt"),
    [
        (f"{IMAGE} = 'httpd:2'", f"    {IMAGE}=httpd:2\n    {' ' * 21}^^^^^^^\n"),
        (f"{IMAGE}=acme/web", f"    {IMAGE}=acme/web\n    {' ' * 21}^^^^^^^^\n"),
        (f"{IMAGE}=sentinel/Acme", f"    {IMAGE}=\u2026\n    {' ' * 21}^\n"),
        (f"{IMAGE}=a/b:1\n{PREFIX}HOST=sentinel.io", f"    {PREFIX}HOST=\u2026\n    {'^' * 29}\n"),
        (f"{IMAGE}=a/b:1\n{PREFIX}USERNAME=sentinel", f"    {PREFIX}USERNAME=\u2026\n    {'^' * 33}\n"),
        (
            f"{IMAGE}=a/b:1\n{PREFIX}USERNAME=a\n{PREFIX}PASSWORD='sentinel '",
            f"    {PREFIX}PASSWORD=\u2026\n    {' ' * 34}^\n",
        ),
        (
            f"{IMAGE}=a/b:1\n{PREFIX}USERNAME=a\n{PREFIX}PASSWORD=b\n{PREFIX}HOST=quay.io",
            f"    {PREFIX}HOST=quay.io\n    {' ' * 30}^^^^^^^\n",
        ),
        (f'{IMAGE}="acme/we\\"b"', f"    {IMAGE}=\u2026\n    {' ' * 21}^\n"),
        (f"{IMAGE}=a/b:1\nAPTIBLE_DOCKER_IMGE=sentinel", f"    APTIBLE_DOCKER_IMGE=\u2026\n    {'^' * 19}\n"),
        (f"{IMAGE}=a/b:1\nAPTIBLE_DOCKER_IMGE=", f"    APTIBLE_DOCKER_IMGE=\n    {'^' * 19}\n"),
    ],
)
def test_an_excerpt_shows_the_name_and_no_secret(text: str, excerpt: str) -> None:
    output = re.sub(r"(?m)^ [ 0-9]+ \| ", "    ", shown(text))  # the gutter
    assert excerpt in output
    assert "sentinel" not in re.sub(r"hint: did you mean .*", "", output)


@pytest.mark.parametrize(
    "text",
    [
        f"{IMAGE}=sentinel/Acme",
        f"export {IMAGE} = sentinel/Acme",
        f"'{IMAGE}'=sentinel/Acme",
        f"{IMAGE}=a/b:1\n{PREFIX}USERNAME=sentinel",
        f"{IMAGE}=sentinel",
    ],
)
def test_config_in_a_text_is_never_shown(text: str) -> None:
    output = shown(text, as_text=True)
    assert "sentinel" not in re.sub(r"hint: .*", "", output)


def test_an_assignment_in_another_file_is_shown() -> None:
    found = Diagnostic("dockerfile-x", "m", source="F", line=1, column=1)
    assert " 1 | A=1\n" in render.diagnostics([found], sources={"F": "A=1"})


def test_a_location_outside_the_variables_has_no_excerpt() -> None:
    env = parse_env("A=1", source="a") | parse_env("B='1'", source="b")
    elsewhere = [Diagnostic("c", "m", source="b", line=line, column=3) for line in (None, 9)]
    assert render.diagnostics(elsewhere, sources={"b": env}).count("\n") == 2
