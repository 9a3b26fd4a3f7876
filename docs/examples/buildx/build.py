#!/usr/bin/env python3
"""Build an app with docker buildx, with a login file for each private repository.

    build.py APP CONFIG LOGINS IMAGE

APP is the folder of the app, CONFIG its config variables (`NAME=VALUE` lines), LOGINS a Docker `config.json`, and IMAGE
the name of the image. buildx uses each login only for its repositories, also if two of them are on one registry, and
BuildKit pulls only the images of the plan.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import deployspec
import deployspec.render
import deployspec.sources


def main(folder: str, config: str, logins: str, image: str) -> None:
    """Decide which images the build pulls and with which logins, and build."""
    variables = deployspec.parse_env(Path(config).read_bytes()).variables
    keyring = deployspec.parse_docker_config(Path(logins).read_bytes())
    app = deployspec.sources.read_folder(folder).app(variables, keyring=keyring)
    plan = deployspec.resolve(app)
    print(deployspec.render.explain(plan))
    build(folder, plan, deployspec.credentials_for(plan, app), image)


def build(
    folder: str,
    plan: deployspec.DeployPlan,
    credentials: Mapping[deployspec.CredentialRef, deployspec.Credential],
    image: str,
) -> None:
    """Build the image of a plan; the logins and the source policy are on the disk only while buildx runs."""
    with tempfile.TemporaryDirectory() as docker_config:  # mode 0700
        for name, file in deployspec.render.auth_files(plan, credentials, tool="buildx").files.items():
            path = Path(docker_config, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(file.text)
        policy = Path(docker_config, "policy.json")  # BuildKit pulls the images of the plan, and no other
        policy.write_text(deployspec.render.source_policy(plan).text)
        command, *_ = deployspec.render.commands(plan, tool="buildx", tag=image, source_policy=str(policy)).steps
        environment = {**os.environ, "DOCKER_CONFIG": docker_config}
        subprocess.run(command.argv, cwd=folder, env=environment, check=True)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except deployspec.DeploySpecError as error:
        sys.exit(deployspec.render.diagnostics(error.diagnostics))
