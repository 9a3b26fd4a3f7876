"""The whole job: the three shipped examples, beside the peers combined by the shortest honest script.

The script answers what a deployer asks (which image, with whose login, which services) from docker-image-py, honcho and
a Dockerfile parser. It does less: it confines nothing, explains nothing, and stops at the first fault with an exception
of whichever library it came from. Config is a mapping on both sides; ours includes the making of the `App`.
"""

from __future__ import annotations

import importlib
import importlib.util
import io
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

from benchmarks.frame import Comparison
from benchmarks.samples import word
from deployspec import App, parse_env, resolve

docker_image: Any = importlib.import_module("docker_image.reference")
honcho: Any = importlib.import_module("honcho.environ")
dockerfile_parse: Any = importlib.import_module("dockerfile_parse")

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
IMAGE, HOST, USERNAME = (
    "APTIBLE_DOCKER_IMAGE",
    "APTIBLE_PRIVATE_REGISTRY_HOST",
    "APTIBLE_PRIVATE_REGISTRY_USERNAME",
)

Files: TypeAlias = tuple[Mapping[str, str], str, str | None]
"""Config, Procfile, Dockerfile."""


def examples() -> dict[str, Files]:
    """Read the shipped examples."""
    found: dict[str, Files] = {}
    for folder in sorted(path for path in EXAMPLES.iterdir() if (path / "config.env").exists()):
        dockerfile = folder / "Dockerfile"
        text = dockerfile.read_text(encoding="utf-8") if dockerfile.exists() else None
        config = dict(parse_env((folder / "config.env").read_text(encoding="utf-8")).variables)
        found[folder.name] = config, (folder / "Procfile").read_text(encoding="utf-8"), text
    return found


def varied(random: Random, *, files: Files) -> Files:
    """Change the names in an app, so that no text is seen twice."""
    config, procfile, dockerfile = files
    unseen = word(random)
    return (
        {name: value.replace("rails-app", unseen) for name, value in config.items()},
        procfile.replace("web:", f"web: NAME={unseen}"),
        None if dockerfile is None else dockerfile.replace("/app", f"/{unseen}"),
    )


def ours(files: Files) -> object:
    """Resolve, as an embedder does."""
    config, procfile, dockerfile = files
    return resolve(App(config, procfile, dockerfile))


def peers(files: Files, *, base_images: Callable[[str], list[str]]) -> object:
    """Answer the same question with the peers."""
    config, procfile, dockerfile = files
    image = config.get(IMAGE)
    if not image and dockerfile is None:
        raise ValueError("nothing to deploy")
    names = [image] if image else base_images(dockerfile or "")
    references = [docker_image.Reference.parse_normalized_named(name) for name in names if name != "scratch"]
    host = config.get(HOST) or "docker.io" if config.get(USERNAME) else None
    logins = [reference.string() for reference in references if reference.split_hostname()[0] == host]
    action = "pull" if image else "extend" if logins else "build"
    return action, [reference.string() for reference in references], logins, honcho.parse_procfile(procfile).processes


def by_dockerfile_parse(text: str) -> list[str]:
    """List the `FROM` images of all stages; what `COPY --from` fetches is not told."""
    parser = dockerfile_parse.DockerfileParser(fileobj=io.BytesIO(text.encode()))
    words = [one["value"].split() for one in parser.structure if one["instruction"] == "FROM"]
    stages = {name for _, *rest in words for name in rest[1:]}
    return [name for name in parser.parent_images if name not in stages]


def by_buildkit(text: str) -> list[str]:
    """List the images of `FROM` and `COPY --from`, with the arguments before the first stage filled in."""
    values, stages, images = dict[str, str](), set[str](), list[str]()
    for one in importlib.import_module("dockerfile").parse_string(text):
        if one.cmd.lower() == "arg" and not images and not stages:
            name, _, value = one.value[0].partition("=")
            values[name] = value
        wanted = [one.value[0]] if one.cmd.lower() == "from" else []
        wanted += [flag[len("--from=") :] for flag in one.flags if flag.startswith("--from=")]
        named = [re.sub(r"\$\{?(\w+)\}?", lambda found: values.get(found[1], ""), name) for name in wanted]
        images += [name for name in named if name not in stages and not name.isdigit()]
        if one.cmd.lower() == "from":
            stages.update(one.value[2:])
    return images


PARSERS: dict[str, Callable[[str], list[str]]] = {"dockerfile-parse": by_dockerfile_parse}
if importlib.util.find_spec("dockerfile") is not None:  # built for one kind of machine only
    PARSERS["dockerfile"] = by_buildkit


def combined(files: Files) -> dict[str, Callable[[Files], object]]:
    """Name each combination of peers that an app needs."""
    if files[2] is None:
        return {"docker-image-py + honcho": partial(peers, base_images=by_dockerfile_parse)}
    return {f"docker-image-py + honcho + {name}": partial(peers, base_images=one) for name, one in PARSERS.items()}


AIMS = {"pull": 1.0, "extend": 3.0}

COMPARISONS = tuple(
    Comparison(
        name=f"whole job, {name}",
        inputs=partial(varied, files=files),
        ours=ours,
        peers=combined(files),
        aim=AIMS.get(name),
    )
    for name, files in examples().items()
)
