"""Compose files and Kubernetes manifests, as Compose, kubernetes-validate and kubectl read them."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from deployspec import App, BuildOptions, Credential, DeployPlan, Keyring, Secret, credentials_for, pin, render, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

DIGEST = f"sha256:{'1' * 64}"
COMMANDS = [
    "bundle exec rails s -p $PORT",
    "echo $$ $(date) ${X:-y} $(PORT) `id` 5$",
    "echo '#' # no comment to YAML",
    "printf '%s' \"a: b, [c] {d} *e &f !g | > % @\"",
    "pässe ✓ \\ \\n",
    "yes",
    "null",
    "- a",
]
NAMES = {"PORT": "secret value", "_x": "", "A.b-c": ""}
HOSTILE = ["p:s 's\"w0rd$", " pw\n", "pässwörd ✓ <&>", "x" * 4096]


def pulling(procfile: str, image: str = "quay.io/acme/web:1", **more: Any) -> DeployPlan:
    return resolve(App({"APTIBLE_DOCKER_IMAGE": image, **NAMES}, procfile, **more))


PROCFILE = "".join(f"s{index}: {command}\n" for index, command in enumerate(COMMANDS))
DOCKERFILE = "FROM ruby:3.4 AS base\nCOPY --from=quay.io/acme/assets:1 / /\n"
BUILD = BuildOptions(args={"A": "$x ${y} $$", "B": ""}, target="base", context="app", dockerfile_path="app/Dockerfile")
BUILT = resolve(App(NAMES, f"{PROCFILE}Web_2: x\n-x: y\nrelease: z\n", DOCKERFILE, build=BUILD, revision="abc"))
PINNED = pin(BUILT, {"ruby:3.4": DIGEST, "quay.io/acme/assets:1": DIGEST})


@pytest.fixture
def compose(require_tools: Callable[..., None], tmp_path: Path) -> Callable[[DeployPlan], dict[str, Any]]:
    """Let Compose read an export; give its services as Compose understands them."""
    program = str(Path(sys.executable).with_name("docker-compose"))
    require_tools(program)

    def read(plan: DeployPlan) -> dict[str, Any]:
        path = tmp_path / "compose.yaml"
        path.write_text(render.compose(plan).text)
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "X": "replaced", "x": "replaced"}

        def config(*options: str) -> str:
            command = [program, "-f", str(path), "config", *options]
            ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
            assert ran.returncode == 0, ran.stderr
            assert ran.stderr == ""
            return ran.stdout

        assert config("-q") == ""
        services: dict[str, Any] = json.loads(config("--format", "json"))["services"]
        return services

    return read


def plain(text: str) -> str:
    """What Compose printed so that it could read it again."""
    return text.replace("$$", "$")


def test_compose_starts_the_commands_of_the_procfile(compose: Callable[[DeployPlan], dict[str, Any]]) -> None:
    services = compose(pulling(PROCFILE))
    assert [plain(services[f"s{index}"]["command"][0]) for index in range(len(COMMANDS))] == COMMANDS
    for service in services.values():
        assert service["entrypoint"] == ["/bin/sh", "-c"]
        assert service["image"] == "quay.io/acme/web:1"
        assert service["environment"] == dict.fromkeys(NAMES)
        assert service["pull_policy"] == "always"


def test_compose_builds_what_the_recipe_says(compose: Callable[[DeployPlan], dict[str, Any]], tmp_path: Path) -> None:
    services = compose(PINNED)
    assert list(services) == sorted(service.name for service in PINNED.services) or set(services) == {
        service.name for service in PINNED.services
    }
    build = services["Web_2"]["build"]
    assert {name: plain(value) for name, value in build["args"].items()} == BUILD.args
    assert build["target"] == "base"
    assert (build["context"], build["dockerfile"]) == (str(tmp_path / "app"), "Dockerfile")
    assert build["additional_contexts"] == {
        "quay.io/acme/assets:1": f"docker-image://quay.io/acme/assets:1@{DIGEST}",
        "ruby:3.4": f"docker-image://docker.io/library/ruby:3.4@{DIGEST}",
    }
    assert services["Web_2"]["depends_on"]["release"]["condition"] == "service_completed_successfully"
    assert "depends_on" not in services["release"]


def test_compose_pulls_a_digest_once(compose: Callable[[DeployPlan], dict[str, Any]]) -> None:
    plan = pin(pulling("web: x"), {"quay.io/acme/web:1": DIGEST})
    assert compose(plan)["web"]["image"] == f"quay.io/acme/web:1@{DIGEST}"
    assert compose(plan)["web"]["pull_policy"] == "missing"


def test_bake_says_what_compose_itself_would_bake(require_tools: Callable[..., None], tmp_path: Path) -> None:
    program = str(Path(sys.executable).with_name("docker-compose"))
    require_tools(program)
    path = tmp_path / "compose.yaml"
    path.write_text(render.compose(PINNED).text)
    command = [program, "-f", str(path), "build", "--print", "s0"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    printed = subprocess.run(command, env=environment, capture_output=True, check=True, timeout=60).stdout
    theirs = json.loads(printed)["target"]["s0"]
    (ours,) = json.loads(render.bake(PINNED).text)["target"].values()
    context = tmp_path / ours["context"]
    seen = {**ours, "context": str(context), "dockerfile": str(context / ours["dockerfile"])}
    assert seen == {name: value for name, value in theirs.items() if name not in {"labels", "output"}}


@pytest.mark.parametrize(
    "export",
    [
        render.kubernetes(pulling(f"{PROCFILE}release: migrate"), secret_name="registry"),
        render.kubernetes(pulling("web: x", f"quay.io/acme/web@{DIGEST}")),
        render.kubernetes(resolve(App({}, "web: x", "FROM a")), image="ghcr.io/x/y:1"),
        render.kubernetes_secret(pulling("web: x"), {}, name="registry"),
    ],
)
def test_kubernetes_takes_the_manifests(
    export: render.Export, require_tools: Callable[..., None], tmp_path: Path
) -> None:
    validator = str(Path(sys.executable).with_name("kubernetes-validate"))
    require_tools(validator, "kubectl")
    path = tmp_path / "manifests.yaml"
    path.write_text(export.text)
    ran = subprocess.run([validator, "--strict", str(path)], capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    documents = max(1, export.text.count("---\n"))
    assert (ran.stdout + ran.stderr).count(" passed for resource ") == documents
    (tmp_path / "kustomization.yaml").write_text("resources: [manifests.yaml]\n")
    built = subprocess.run(["kubectl", "kustomize", str(tmp_path)], capture_output=True, check=True, timeout=60)
    assert built.stdout.count(b"\nkind: ") + built.stdout.startswith(b"kind: ") == documents


@pytest.mark.parametrize("password", HOSTILE)
@pytest.mark.parametrize(
    ("image", "scope", "server"),
    [
        ("quay.io/acme/web:1", "quay.io", "quay.io/acme/web"),
        ("acme/web:1", "https://index.docker.io/v1/", "docker.io/acme/web"),
        ("localhost:5000/web:1", "localhost:5000", "localhost:5000/web"),
    ],
)
def test_the_secret_is_the_one_that_kubectl_makes_for_the_repository(
    image: str, scope: str, server: str, password: str, require_tools: Callable[..., None]
) -> None:
    require_tools("kubectl")
    login = Credential(scope=scope, username="ada", password=Secret(password))
    app = App({"APTIBLE_DOCKER_IMAGE": image}, "web: x", keyring=Keyring([login]))
    plan = resolve(app)
    ours = json.loads(render.kubernetes_secret(plan, credentials_for(plan, app), name="registry").text)
    options = [f"--docker-server={server}", "--docker-username=ada", f"--docker-password={password}"]
    command = ["kubectl", "create", "secret", "docker-registry", "registry", "--dry-run=client", "-o", "json", *options]
    made = subprocess.run(command, capture_output=True, check=True, timeout=60)
    theirs = json.loads(made.stdout)
    (key, our_entry), (their_key, their_entry) = entry(ours), entry(theirs)
    assert ours == {name: value for name, value in theirs.items() if name in ours}
    assert key == their_key == server
    # kubectl writes the parts beside the whole; a kubelet takes the parts from `auth` where it is there.
    assert our_entry == {"auth": their_entry["auth"]}
    assert base64.b64decode(our_entry["auth"]).decode() == f"{their_entry['username']}:{their_entry['password']}"


def entry(manifest: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """The one login of a Secret, which is taken out of it; the text of the file need not be the same."""
    config = json.loads(base64.b64decode(manifest["data"].pop(".dockerconfigjson")))
    manifest["metadata"].pop("creationTimestamp", None)
    assert list(config) == ["auths"]
    ((key, found),) = config["auths"].items()
    return key, found


def test_kubernetes_validate_refuses_what_is_wrong(require_tools: Callable[..., None], tmp_path: Path) -> None:
    """That the tests above can fail."""
    validator = str(Path(sys.executable).with_name("kubernetes-validate"))
    require_tools(validator)
    path = tmp_path / "manifest.yaml"
    path.write_text(render.kubernetes(pulling("web: x")).text.replace('"image"', '"picture"'))
    ran = subprocess.run([validator, "--strict", str(path)], capture_output=True, check=False, timeout=60)
    assert ran.returncode != 0
