#!/usr/bin/env -S python3 -u
"""A deployer in one page: a git `pre-receive` hook that carries out what `deployspec` decides.

An app is a bare repository with this file as `hooks/pre-receive`. Beside git's own files it holds

    config.env      the app's config variables, in dotenv form, mode 0600
    logins.json     further logins of the app's owner, like Docker's `config.json`, mode 0600; may be absent
    plan.json       the plan that runs; `config.version` tells with which config
    services/       for each service its log, its process and its container

and the folder around it may hold `platform-logins.json`, the platform's own logins. A push to `main` is a deploy, and
`git push -o pin` fixes every image to the digest that its tag means at that moment. A deploy that is refused leaves the
branch where it was, and what runs keeps running.

Calls of `deployspec` make the decisions: which images are pulled, with which login, which services start, how much work
a change requires. The rest is up to the embedder: store secrets, run tools, run services. Chroot
isolation and files with process ids stand in for your sandbox and your supervisor: they stop accidents, not attackers.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import deployspec
import deployspec.render
import deployspec.sources

# Git tells its hooks where the repository is; what a build runs is not to know.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
# Until this hook accepts a push, git keeps the pushed objects apart.
QUARANTINE = os.environ.get("GIT_QUARANTINE_PATH")
# This platform gives builds neither secrets nor SSH agents, so a Dockerfile that requires one is refused at once.
NO_SECRETS = deployspec.BuildOptions(secrets=(), ssh=())
# A service reads its config from standard input, since arguments are for every user of the machine to see.
WITH_CONFIG = ("/bin/sh", "-c", 'eval "$(cat)"; exec "$@" </dev/null', "sh")


def main() -> None:
    """Deploy what is pushed to the branch: git gives a line for each ref that is to move, and obeys the exit code."""
    # Signals end us by an exception, so that `with` blocks are left, and no auth file is left behind.
    for ending in (signal.SIGHUP, signal.SIGTERM):
        signal.signal(ending, lambda _signal, _frame: sys.exit(1))
    options = {os.environ[f"GIT_PUSH_OPTION_{n}"] for n in range(int(os.environ.get("GIT_PUSH_OPTION_COUNT", "0")))}
    try:
        for _, commit, ref in map(str.split, sys.stdin):
            if ref == "refs/heads/main":
                with Path("deploy.lock").open("w") as lock:
                    fcntl.flock(lock, fcntl.LOCK_EX)  # two pushes at once deploy one after the other
                    deploy(Path.cwd(), commit, pinned="pin" in options)
    except deployspec.DeploySpecError as error:
        sys.exit(f"-----> refused\n{deployspec.render.diagnostics(error.diagnostics)}")
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"-----> refused: {error}")


def deploy(home: Path, commit: str, *, pinned: bool) -> None:
    """Decide about a commit, and carry the decision out."""
    stored, config_version = read_secret(home / "config.env")
    config = deployspec.parse_env(stored)
    files = deployspec.sources.read_revision(home, commit, object_directory=QUARANTINE)
    logins, platform = read_keyring(home / "logins.json"), read_keyring(home.parent / "platform-logins.json")
    app = files.app(config.variables, build=NO_SECRETS, keyring=logins)
    try:
        plan = deployspec.resolve(app, platform_keyring=platform)
    except deployspec.ResolutionError as error:
        sys.exit(f"-----> refused\n{deployspec.render.diagnostics(error.diagnostics, sources=files.texts)}")
    secrets = deployspec.credentials_for(plan, app, platform_keyring=platform)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as auth:  # mode 0600, and gone when the block ends
        auth.write(deployspec.render.auth_file(plan, secrets, tool="buildah").text)
        auth.flush()
        if pinned:
            look_up = ("skopeo", "inspect", "--authfile", auth.name, "--format", "{{.Digest}}")
            moving = [str(pull.reference) for pull in plan.pulls if pull.reference.digest is None]
            plan = deployspec.pin(plan, {tag: run(*look_up, f"docker://{tag}").decode().strip() for tag in moving})
        notes = deployspec.render.diagnostics((*config.diagnostics, *logins.diagnostics))
        print(notes + deployspec.render.explain(plan))
        needed = needed_since_last_time(home, plan, config_version)
        if needed == "nothing":
            print("-----> nothing to do: exactly this is running")
            return
        image = f"localhost/{home.stem}:{'current' if needed == 'restart' else 'next'}"
        if needed != "restart":
            pull_or_build(home, image, plan, commit, auth.name)
    # The library has warned of names that a shell cannot set.
    usual = [name for name in plan.environment if name.isascii() and name.isidentifier()]
    restart(home / "services", image, plan, {name: config.variables[name] for name in usual})
    run("buildah", "tag", image, f"localhost/{home.stem}:current")
    (home / "plan.json").write_text(deployspec.plan_to_json(plan))
    (home / "config.version").write_text(config_version)


def needed_since_last_time(home: Path, plan: deployspec.DeployPlan, config_version: str) -> str:
    """Ask for the least work that leads from what runs to a plan; whether config has changed, only we can tell."""
    with contextlib.suppress(FileNotFoundError, deployspec.InvalidPlan):
        last = deployspec.plan_from_json((home / "plan.json").read_text())
        config_changed = (home / "config.version").read_text() != config_version
        return deployspec.diff(last, plan, config_changed=config_changed).requires
    return "everything"


def read_secret(path: Path) -> tuple[bytes, str]:
    """Read a file that is for its owner alone, and a version of it that changes whenever somebody writes it."""
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        if status.st_mode & 0o077:
            sys.exit(f"-----> refused: {path.name} is open to others than its owner; `chmod 600` it")
        return file.read(), f"{status.st_ino}-{status.st_mtime_ns}"


def read_keyring(path: Path) -> deployspec.Keyring:
    """Read logins, none where there is no such file."""
    return deployspec.parse_docker_config(read_secret(path)[0]) if path.exists() else deployspec.Keyring()


def run(*argv: str | bytes, cwd: str | None = None, stdout: int | None = subprocess.PIPE) -> bytes:
    """Run a tool and return what it answers; its messages (and its output, with `stdout=None`) go to the pusher."""
    return subprocess.run(argv, cwd=cwd, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=stdout, check=True).stdout


def pull_or_build(home: Path, image: str, plan: deployspec.DeployPlan, commit: str, auth_file: str) -> None:
    """Pull or build a plan's image, and give it a name on this machine."""
    with tempfile.TemporaryDirectory() as folder:
        if isinstance(plan.action, deployspec.Pull):
            (copy,) = deployspec.render.commands(plan, tool="skopeo", tag=image, auth_file=auth_file).steps
            run(*copy.argv, cwd=folder)
            run("buildah", "tag", run("buildah", "pull", "--quiet", copy.argv[-1], cwd=folder).strip(), image)
        else:
            deployspec.sources.extract(home, commit, folder, object_directory=QUARANTINE)  # as git stores the files
            version = run("buildah", "--version").decode().split()[2]  # buildah version 1.28.2 (image-spec …)
            build, *_ = deployspec.render.commands(
                plan, tool="buildah", version=version, tag=image, auth_file=auth_file
            ).steps
            run(*build.argv, cwd=folder, stdout=None)


def restart(services: Path, image: str, plan: deployspec.DeployPlan, variables: dict[str, str]) -> None:
    """Run `release` to its end, then stop what runs and start the other services."""
    services.mkdir(mode=0o700, exist_ok=True)
    for service in filter(lambda service: service.is_release, plan.services):
        failed = start(services / "release.process", image, service.shell_form(), variables).wait()
        stop(services / "release.process")
        print((services / "release.log").read_text(errors="replace"))
        if failed:
            sys.exit("-----> refused: `release` failed")
    (services.parent / "plan.json").unlink(missing_ok=True)  # it is no longer what runs
    for process in services.glob("*.process"):
        stop(process)
    for service in filter(lambda service: not service.is_release, plan.services):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = str(free.getsockname()[1])
        start(services / f"{service.name}.process", image, service.shell_form(), {**variables, "PORT": port})
        print(f"-----> {service.name} is started, with PORT={port}")


def start(note: Path, image: str, command: tuple[str, ...], variables: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a service in a container and a process group of its own, and note both."""
    container = run("buildah", "from", "--pull=never", image).decode().strip()
    argv = ["buildah", "run", container, "--", *WITH_CONFIG, *command]
    with tempfile.TemporaryFile() as config, note.with_suffix(".log").open("wb") as log:
        config.write("".join(f"export {name}={shlex.quote(value)}\n" for name, value in variables.items()).encode())
        config.seek(0)
        process = subprocess.Popen(argv, env=ENVIRONMENT, stdin=config, stdout=log, stderr=log, start_new_session=True)
    note.write_text(f"{process.pid} {container}")
    return process


def stop(note: Path) -> None:
    """End a service's process group, with patience first, and remove its container."""
    process, container = note.read_text().split()
    with contextlib.suppress(ProcessLookupError):
        watched = os.pidfd_open(int(process))
        os.killpg(int(process), signal.SIGTERM)
        if not select.select([watched], [], [], 10)[0]:
            os.killpg(int(process), signal.SIGKILL)
    run("buildah", "rm", container)
    note.unlink()


if __name__ == "__main__":
    main()
