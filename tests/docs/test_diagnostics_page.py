"""The page of diagnostics is complete and true: every code has a row, and every example does what the row says.

The messages of all bad examples are stored in `tests/unit/messages.txt`, so that a change of wording is visible. Run
this file to write it again.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import io
import json
import os
import re
import subprocess
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, cast

import attrs
import pytest

import deployspec
from deployspec import App, DeploySpecError, Diagnostic, render, sources
from deployspec._cli import main
from deployspec._cli.settings import SettingsReader
from deployspec._cli.terminal import CliError

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "diagnostics.md"
MESSAGES = ROOT / "tests" / "unit" / "messages.txt"
CATALOGUE = Path(deployspec.__file__).parent / "_rules" / "catalogue.json"
NAMES = {
    "IMAGE": "APTIBLE_DOCKER_IMAGE",
    **{name: f"APTIBLE_PRIVATE_REGISTRY_{name}" for name in ("HOST", "USERNAME", "PASSWORD", "EMAIL")},
}


def deployspec_check(files: dict[str, str]) -> tuple[Diagnostic, ...]:
    """Run `deployspec check` in a folder with the given files."""
    out = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder), contextlib.redirect_stdout(out):
        for name, text in files.items():
            Path(name).write_text(text)
        try:
            SettingsReader(argparse.Namespace(no_settings=False, settings=None, git_rev=None)).read(".")
        except CliError as error:
            return tuple(error.diagnostics)
        main(["check", "--format", "json"])
    (app,) = json.loads(out.getvalue())["apps"]
    return tuple(Diagnostic(**found) for found in app["diagnostics"])


NAMESPACE: dict[str, Any] = {
    "deployspec_check": deployspec_check,
    **{name: getattr(deployspec, name) for name in vars(deployspec)["__all__"]},
    **NAMES,
    "render": render,
    "sources": sources,
}


def _commit(branch: str, *files: str) -> str:
    return "\n".join((f"commit refs/heads/{branch}", "committer a <a@example.com> 0 +0000", "data 0", *files, ""))


COMMITS = "".join(
    (
        _commit("main", "M 100644 inline Procfile", "data 8", "web: run"),
        _commit("link", "M 120000 inline etc", "data 4", "/etc"),
        _commit("module", f"M 160000 {'1' * 40} module"),
    )
).encode()


@contextlib.contextmanager
def files_of_the_page() -> Generator[None, None, None]:
    """The folder that the page describes for the examples of sources."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path("app/docker").mkdir(parents=True)
        Path("app/Procfile").write_text("web: run")
        Path("app/docker/Dockerfile").write_text("FROM scratch")
        Path("app/Dockerfile").symlink_to("docker/Dockerfile")
        Path("app/large").touch()
        os.truncate("app/large", 5 << 20)
        Path("deep", *["d"] * 101).mkdir(parents=True)
        subprocess.run(["git", "init", "--quiet", "--bare", "repo.git"], check=True)
        subprocess.run(["git", "-C", "repo.git", "fast-import", "--quiet"], input=COMMITS, check=True)
        yield


# The page


@attrs.frozen
class Row:
    code: str
    what: str
    reason: str
    bad: str
    good: str


def rows() -> list[Row]:
    template, found = "", list[Row]()
    for line in PAGE.read_text("utf-8").splitlines():
        if (example := re.search(r"Examples: `(.*)`(?:, which .*)?$", line)) is not None:
            template = example[1]
        elif line.startswith("| `"):
            code, what, reason, bad, good = line.strip("| ").split(" | ")
            filled = (template.replace("…", cell.strip("`" if cell.startswith("`") else "")) for cell in (bad, good))
            found.append(Row(code.strip("`"), what, reason, *filled))
    return found


def told(example: str) -> list[Diagnostic]:
    """What an example tells: raised, as a result of its own, or with the result."""
    try:
        with files_of_the_page() if example.startswith("sources.") else contextlib.nullcontext():
            result = eval(example, dict(NAMESPACE))  # noqa: S307  # the page is ours
    except DeploySpecError as error:
        return list(error.diagnostics)
    if isinstance(result, tuple):
        return [one for one in cast("tuple[object, ...]", result) if isinstance(one, Diagnostic)]
    return [one for name in ("diagnostics", "unknowns", "losses") for one in getattr(result, name, ())]


ROWS = rows()

# Texts that a code can have besides the one of its row.
MORE = [
    'parse_docker_config(\'{"auths": {}, "auths": {}}\')',
    'parse_docker_config(\'{"auths": {"quay.io": {"password": "b"}}}\')',
    'parse_docker_config(\'{"auths": {"quay.io": {"auth": 1}}, "credHelpers": 1}\')',
    'parse_docker_config(\'{"credHelpers": {"quay.io": "a", "? ": "b"}, "credsStore": "c"}\')',
    "parse_docker_config('[' * 100_000)",
    "resolve(App({IMAGE: 'acme/web:1', USERNAME: 'ada', PASSWORD: ' pw '}, 'web: run'))",
    "resolve(App({IMAGE: 'acme/web:1', PASSWORD: 'pw'}, 'web: run'))",
    "resolve(App({IMAGE: 'acme/web:1', EMAIL: 'a@example.com'}, 'web: run'))",
    "resolve(App({IMAGE: 'ghcr.io/acme/web:1', HOST: 'quay.io', USERNAME: 'ada', PASSWORD: 'pw'}, 'web: run'))",
    "resolve(App({IMAGE: '1.dkr.ecr.x.amazonaws.com/a/b:1', USERNAME: 'AWS', PASSWORD: 'p'}, profile=APTIBLE_CURRENT))",
    "resolve(App({HOST: 'quay.io?', USERNAME: 'ada', PASSWORD: 'pw'}, 'web: run', 'FROM scratch'))",
    "resolve(App({USERNAME: 'ada', PASSWORD: 'pw'}, 'web: run', 'FROM scratch'))",
    "resolve(App({'A=B': '', '-C': '', 'D.E': ''}, 'web: run', 'FROM scratch'))",
    "resolve(App({}, 'web: run', 'FROM a', build=BuildOptions(platform='?', build_platform='x/y/z/w/v')))",
    "parse_assignments(['A', '=1', 'B.C=1', 'D=1', 'D=2'])",
    "parse_dockerfile('FROM a\\nARG =1\\nENV\\nCOPY a <<E\\nE\\n')",
    "parse_dockerfile('FROM a\\nSHELL a\\nHEALTHCHECK x\\nHEALTHCHECK NONE x\\nUSER\\nEXPOSE\\nONBUILD\\nLABEL a')",
    "parse_dockerfile('FROM a\\nONBUILD FROM b\\nONBUILD ONBUILD RUN x\\nMAINTAINER\\nVOLUME\\nSTOPSIGNAL\\nWORKDIR')",
    "parse_dockerfile('FROM a\\nADD a\\nCOPY <<E\\nE\\nRUN --mount=from=$A x\\nRUN --security=x y\\nADD --link=x a b')",
    'parse_docker_config(\'{"credsStore": 1, "credHelpers": {"quay.io": 1}}\')',
    "parse_dockerfile('FROM a\\nARG\\nENV =1\\nLABEL =1\\nRUN --mount=a,\"b x\\nRUN --mount\\nONBUILD nope')",
    "parse_dockerfile('ARG A=1')",
    "parse_dockerfile('F\\0ROM a')",
    "parse_dockerfile('FROM a\\nRUN x\\0')",
    "parse_dockerfile('# escape=x\\n# escape=y\\n# check=a=b\\nFROM a')",
    "parse_dockerfile('FROM \"a').images()",
    "parse_dockerfile('FROM ${A:?no}').images()",
    "parse_dockerfile('FROM ${A^}').images()",
    "parse_dockerfile('FROM --platform=$P a\\nFROM --platform=? b').images()",
    "parse_dockerfile('ARG P\\nFROM $P').images()",
    "frontend_of('', build_args={'BUILDKIT_SYNTAX': 'A'})",
    "ImageReference('quay.io/x', 'A', '-', 'sha256:1')",
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.code)
def test_a_bad_example_is_told_and_a_good_one_is_not(row: Row) -> None:
    severities = {one.severity for one in told(row.bad) if one.code == row.code}
    words = {"error": "**error**", "warning": "*warning*", "note": "note"}
    assert severities
    assert all(words[severity] in row.what for severity in severities)
    after = told(row.good)
    assert row.code not in {one.code for one in after}
    assert not any(one.severity == "error" for one in after)


def messages() -> str:
    examples = [(row.code, told(row.bad)[:3]) for row in ROWS] + [(example, told(example)) for example in MORE]
    return "".join(f"{name}\n{render.diagnostics(diagnostics)}\n" for name, diagnostics in examples)


# The catalogue: the rows, with examples as files if `deployspec check` of these files agrees

MOST_CHARACTERS = 2000
WEB = {"Procfile": "web: run\n"}
BUILD = {**WEB, "Dockerfile": "FROM scratch\n"}
Checked = tuple[dict[str, str], list[str]]


def captured_app(app: App) -> Checked:
    """Return the files and options that describe an app; raises `ValueError` for one that they cannot describe."""
    build, options = app.build, list[str]()
    if app.keyring.credentials or build.build_platform:
        raise ValueError
    if app.profile.name != "aptible-2016":
        options += ["--profile", app.profile.name]
    for name, value, default in (
        ("--file", build.dockerfile_path, "Dockerfile"),
        ("--context", build.context, "."),
        ("--target", build.target, ""),
        ("--platform", build.platform, "linux/amd64"),
    ):
        options += [name, value] if value != default else []
    for option, names in (("--secret", build.secrets), ("--ssh", build.ssh)):
        options += [word for name in names or () for word in (option, name)]
    for option, pairs in (("--build-arg", build.args), ("--build-context", build.contexts)):
        options += [word for name, value in pairs.items() for word in (option, f"{name}={value}")]
    config = "".join(f"{name}={value}\n" for name, value in app.config.items())
    files = {"config.env": config, "Procfile": app.procfile, build.dockerfile_path: app.dockerfile}
    return {name: str(text) for name, text in files.items() if text}, options


class CapturedDockerfile:
    def __init__(self, text: str) -> None:
        self.text = text

    def images(self) -> Checked:
        return {**WEB, "Dockerfile": self.text}, []


def captured_audit(app: Checked, policy: str) -> Checked:
    return {**app[0], "policy.json": policy}, ["audit", *app[1], "--policy", "policy.json"]


def captured_lookup(text: str, image: str, client: str) -> Checked:
    return {"config.json": text}, ["lookup", image, "--client", client]


def captured_profile(members: dict[str, Any]) -> Checked:
    lines = (f"{name} = {json.dumps(value)}\n" for name, value in members.items())
    return {**BUILD, "deployspec.toml": "[profile]\n" + "".join(lines)}, []


def captured_config(text: str) -> Checked:
    return {"config.json": text, **BUILD}, []


def captured_lock(text: str) -> Checked:
    return {**BUILD, "deployspec.lock": text}, ["--lock", "deployspec.lock"]


def captured_mirrors(entries: list[str]) -> Checked:
    return BUILD, [word for entry in entries for word in ("--mirror", entry)]


def captured_policy(text: str) -> str:
    return text


def captured_files(files: dict[str, str]) -> Checked:
    return files, []


def captured_procfile(text: str) -> Checked:
    return {"Procfile": text}, []


def captured_reference(text: str) -> Checked:
    return {"config.env": f"APTIBLE_DOCKER_IMAGE={text}\n", **WEB}, []


def captured_env(text: str) -> Checked:
    return {"config.env": text, **WEB}, []


CAPTURING: dict[str, Any] = {
    "audit": captured_audit,
    "deployspec_check": captured_files,
    "lookup": captured_lookup,
    "parse_docker_config": captured_config,
    "parse_dockerfile": CapturedDockerfile,
    "parse_env": captured_env,
    "parse_lock": captured_lock,
    "parse_mirrors": captured_mirrors,
    "parse_policy": captured_policy,
    "parse_procfile": captured_procfile,
    "parse_profile": captured_profile,
    "parse_reference": captured_reference,
    "resolve": captured_app,
}


def checked_codes(files: dict[str, str], command: list[str]) -> set[str]:
    """Return the codes that a command reports for files."""
    out, err = io.StringIO(), io.StringIO()
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for name, text in files.items():
            Path(name).write_text(text, newline="")
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main(command)
    return set(re.findall(r"(?:error|warning|note)\[([a-z0-9-]+)\]", out.getvalue() + err.getvalue()))


def as_files(example: str) -> dict[str, Any] | None:
    """Return an example as files and options; `None` if it needs more than the command line has."""
    try:
        captured: object = eval(example, {**NAMESPACE, **CAPTURING})  # noqa: S307  # the page is ours
    except (ValueError, TypeError, AttributeError):
        return None
    if not isinstance(captured, tuple):
        return None
    files, options = cast("tuple[dict[str, object], list[object]]", captured)
    if not all(map(is_readable, files.values())) or not all(isinstance(option, str) for option in options):
        return None
    return with_options(cast("dict[str, str]", files), cast("list[str]", options))


def is_readable(text: object) -> bool:
    is_short = isinstance(text, str) and len(text) <= MOST_CHARACTERS
    return is_short and cast("str", text).replace("\n", "").isprintable()


def with_options(files: dict[str, str], options: list[str]) -> dict[str, Any]:
    for name, option in (("config.env", "--env-file"), ("config.json", "--docker-config")):
        options = [*options, option, name] if name in files else options
    command = options if options[:1] in (["audit"], ["lookup"]) else ["check", *options]
    return {"files": files, "command": command}


def entry(row: Row) -> dict[str, Any]:
    bad, good = as_files(row.bad), as_files(row.good)
    if bad is None or good is None or not agrees(row.code, bad, good):
        bad, good = {"python": row.bad}, {"python": row.good}
    hints = [found.hint for found in told(row.bad) if found.code == row.code]
    meaning = row.what.replace("*", "")
    return {"meaning": meaning, "reason": row.reason, "hint": hints[0], "bad": bad, "good": good}


def agrees(code: str, bad: dict[str, Any], good: dict[str, Any]) -> bool:
    return code in checked_codes(**bad) and code not in checked_codes(**good)


def catalogue() -> str:
    return json.dumps({row.code: entry(row) for row in ROWS}, indent=1, ensure_ascii=False) + "\n"


def test_the_catalogue_is_current_and_its_files_do_what_it_says() -> None:
    assert catalogue() == CATALOGUE.read_text("utf-8"), "run `python tests/docs/test_diagnostics_page.py`"
    assert len([one for one in json.loads(CATALOGUE.read_text("utf-8")).values() if "files" in one["bad"]]) > 170


def test_the_texts_are_those_that_were_read_by_somebody() -> None:
    assert messages() == MESSAGES.read_text("utf-8"), (
        "read the difference; then `python tests/docs/test_diagnostics_page.py`"
    )


# The source

FAMILIES = (
    *("reference", "image", "procfile", "env", "config", "dockerfile", "build", "credentials", "docker-config", "plan"),
    *("pin", "policy", "export", "lookup", "mirror", "lock", "settings", "profile", "sources"),
)
# These rooms leave the family out and add it in one place.
FAMILY_OF_ROOM = {"_dockerfile": "dockerfile", "_references": "reference", "sources": "sources"}
CODE = re.compile(f"(?:{'|'.join(FAMILIES)})-[a-z0-9-]+|nothing-to-deploy|more-diagnostics")
NOT_CODES = {
    # Kinds of change between two plans.
    *("image-added", "image-digest", "image-host", "image-mirror", "image-path", "image-platform", "image-removed"),
    "image-tag",
    # Kinds of origins of an image.
    *("build-arg", "build-context"),
    # The code `reference-image-id` without its family.
    "image-id",
}


def read_modules() -> Iterator[tuple[str, ast.Module]]:
    """Yield the room and the syntax tree of each module that can report something."""
    source = Path(deployspec.__file__).parent
    for path in sorted(source.rglob("*.py")):
        if (room := path.relative_to(source).parts[0]) not in {"laws", "strategies"}:
            yield room, ast.parse(path.read_text("utf-8"))


MODULES = list(read_modules())


def texts(node: ast.AST) -> Iterator[str]:
    """Yield each string literal inside a node."""
    return (one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str))


def in_full(room: str, text: str) -> str:
    """Return a code with its family, which some rooms leave out."""
    family = FAMILY_OF_ROOM.get(room)
    return text if family is None or text.startswith(f"{family}-") else f"{family}-{text}"


def positions_of_codes() -> dict[tuple[str, str], int]:
    """Return the position of the parameter `code` of each function that has one, by its room and name."""
    found: dict[tuple[str, str], int] = {}
    for room, tree in MODULES:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                names = [one.arg for one in node.args.args if one.arg != "self"]
                if "code" in names:
                    found[room, node.name] = names.index("code")
    return found


def literals(node: ast.AST) -> Iterator[str]:
    """Yield the texts that an argument can be: a literal, or either side of a condition."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


def reported_codes() -> Iterator[str]:
    """Yield each literal that is passed as a `code`, and each literal that begins with a family."""
    positions = positions_of_codes()
    for room, tree in MODULES:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = str(getattr(node.func, "attr", "") or getattr(node.func, "id", ""))
                at = 0 if name == "Diagnostic" else positions.get((room, name), positions.get(("_core", name)))
                named = [word.value for word in node.keywords if word.arg == "code"]
                for argument in [*(node.args[at : at + 1] if at is not None else ()), *named]:
                    yield from (text if name == "Diagnostic" else in_full(room, text) for text in literals(argument))
        yield from (text for text in texts(tree) if CODE.fullmatch(text) and text not in NOT_CODES)


def test_every_code_of_the_source_has_a_row() -> None:
    assert set(reported_codes()) - {row.code for row in ROWS} == set()


def test_every_row_has_a_code_in_the_source() -> None:
    named = [row.code for row in ROWS]
    assert len(named) == len(set(named))
    written = {one for room, tree in MODULES for text in texts(tree) for one in (text, in_full(room, text))}
    assert set(named) - written == set()


def test_every_code_belongs_to_a_family() -> None:
    assert [row.code for row in ROWS if not CODE.fullmatch(row.code)] == []


if __name__ == "__main__":
    MESSAGES.write_text(messages(), "utf-8")
    CATALOGUE.write_text(catalogue(), "utf-8")
