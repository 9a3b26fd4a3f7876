"""A platform to push to: bare repositories with the example deployer as their hook, and developers' clones of them."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import attrs
from waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from private_network import PrivateNetwork
    from watch import Watch

DEPLOYER = Path(__file__).parents[2] / "docs" / "examples" / "git_push_deployer" / "deployer.py"


@attrs.frozen
class Outcome:
    """What a pusher sees: whether the deploy was accepted, and the screen."""

    accepted: bool
    screen: str

    def port(self, service: str = "web") -> int:
        """The port that a service was told to listen on."""
        told = re.search(rf"-----> {service} is started, with PORT=(\d+)", self.screen)
        assert told, self.screen
        return int(told[1])


@attrs.frozen
class AppRepository:
    """An app: its bare repository on the platform, and a developer's clone."""

    home: Path
    clone: Path
    environment: Mapping[str, str]
    watch: Watch
    network: PrivateNetwork | None = None

    def run(self, *argv: str, cwd: Path | None = None, stdin: str = "") -> Outcome:
        """Run a command as the developer, in the clone or another folder, and take down the screen."""
        prefix = () if self.network is None else self.network.prefix(cwd or self.clone)
        with self.watch.looking():
            ran = subprocess.run(
                [*prefix, *argv],
                cwd=cwd or self.clone,
                env=self.environment,
                input=stdin.encode(),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                check=False,
                timeout=60,
            )
        self.watch.assert_unseen(ran.stdout, "what the pusher sees")
        return Outcome(ran.returncode == 0, ran.stdout.decode())

    def git(self, *arguments: str) -> str:
        """Run git in the clone; it must succeed."""
        outcome = self.run("git", *arguments)
        assert outcome.accepted, outcome.screen
        return outcome.screen.strip()

    def configure(self, variables: Mapping[str, str]) -> None:
        """Store the app's config variables."""
        write_secret(self.home / "config.env", "".join(f"{name}={quoted(one)}\n" for name, one in variables.items()))

    def commit(self, files: Mapping[str, str]) -> str:
        """Commit files, and return the commit's full id."""
        for name, text in files.items():
            (self.clone / name).write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "Change the app")
        return self.git("rev-parse", "HEAD")

    def push(self, *options: str) -> Outcome:
        """Push the clone's branch."""
        return self.run("git", "push", *options, "platform", "main")

    def redeploy(self, *options: str) -> Outcome:
        """Have the platform deploy again what the branch holds: say to the hook what git would say."""
        commit = self.git("rev-parse", "HEAD")
        pushed = {f"GIT_PUSH_OPTION_{number}": option for number, option in enumerate(options)}
        told = attrs.evolve(
            self, environment={**self.environment, **pushed, "GIT_PUSH_OPTION_COUNT": str(len(options))}
        )
        return told.run("hooks/pre-receive", cwd=self.home, stdin=f"{commit} {commit} refs/heads/main\n")

    @property
    def deployed(self) -> str | None:
        """The commit that the platform's branch is at."""
        outcome = self.run("git", "rev-parse", "--quiet", "--verify", "refs/heads/main", cwd=self.home)
        return outcome.screen.strip() or None

    def page(self, outcome: Outcome, service: str = "web") -> list[str]:
        """The lines that a service of a deploy serves, as soon as it does."""
        ask = ("busybox", "wget", "-q", "-O", "-", f"http://127.0.0.1:{outcome.port(service)}/")

        def lines() -> list[str] | None:
            answer = self.run(*ask)
            return answer.screen.splitlines() if answer.accepted else None

        return wait_for(lines, f"the page of {service}")

    def processes(self) -> dict[str, int]:
        """The services that the platform runs, and the leader of each one's process group."""
        notes = (self.home / "services").glob("*.process")
        return {note.stem: int(note.read_text().split()[0]) for note in notes}

    def secret_files(self) -> Iterator[Path]:
        """Where secrets are kept on purpose."""
        yield from (self.home / "config.env", self.home / "logins.json", self.home.parent / "platform-logins.json")

    def end(self) -> None:
        """End what runs; buildah tidies up after itself when it is asked to end."""
        for process in self.processes().values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process, signal.SIGTERM)
            wait_for(partial(ended, process), "a service to end")


def ended(process: int) -> bool | None:
    """Tell when a process is gone, or only waits for its parent to hear so; `None` as long as it runs."""
    try:
        state = Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state.rpartition(")")[2].split()[0] == "Z" or None


def quoted(value: str) -> str:
    """A value as dotenv text."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def write_secret(path: Path, text: str) -> None:
    """Write a file that nobody else can read, not even for a moment."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


class MakeApp(Protocol):
    """What the fixture `make_app` is."""

    def __call__(
        self, config: Mapping[str, str], name: str = "shop", network: PrivateNetwork | None = None
    ) -> AppRepository:
        """Make an app: an empty repository with the deployer as its hook, an empty clone, and config variables."""
        ...
