"""The logins of a plan, compared with those that docker, podman or the kubelet would take from the same file."""

from __future__ import annotations

import shlex
from itertools import islice
from typing import TYPE_CHECKING, cast

from deployspec._core.arguments import check_type
from deployspec._core.diagnostics import Collector, Diagnostic
from deployspec._core.secret import hide_frames
from deployspec._core.text import listed, one_line
from deployspec._logins.login_file import LoginFile
from deployspec._logins.lookup import lookup_or_error
from deployspec._logins.lookup.report import has_one_login
from deployspec._logins.scope import normal_scope
from deployspec._plan import DeployPlan, ImagePull, Pull

if TYPE_CHECKING:
    from deployspec._logins.lookup.values import Client, Lookup

__all__ = ["compare_lookups"]

MOST_IMAGES = 20
_NAMES: dict[str, str] = {"docker-build": "docker build", "kubelet": "the kubelet"}
_LONGEST_TEXT = 400


@hide_frames
def compare_lookups(plan: DeployPlan, config: str | bytes, *, file: str = "FILE") -> tuple[Diagnostic, ...]:
    """Report the images for which docker or podman would use another login of a file than the plan does.

    `config` is the text of the login file that the app's keyring was parsed from, and `file` its path, for the command
    in the hints. Docker is asked as for a pull or for a build, and the kubelet if the file is a Kubernetes Secret.
    Images with a login from elsewhere are left out. Only the first twenty images are compared.

    >>> from deployspec import App, parse_docker_config, resolve
    >>> text = '{"auths": {"quay.io/acme": {"auth": "YWRhOnB3"}}}'
    >>> app = App({"APTIBLE_DOCKER_IMAGE": "quay.io/other/web:1"}, "web: run", keyring=parse_docker_config(text))
    >>> print(compare_lookups(resolve(app), text)[0].message)
    `quay.io/other/web:1` is pulled anonymously, but docker uses the entry `quay.io/acme`
    """
    check_type("plan", plan, DeployPlan)
    check_type("config", config, str, bytes)
    check_type("file", file, str)
    found = Collector("docker-config")
    login_file = LoginFile(config)
    clients = _clients(plan, login_file)
    pulls = {(pull.pulled_from, pull.credential): pull for pull in plan.pulls if _is_of_file(pull)}
    for pull in islice(pulls.values(), MOST_IMAGES):
        image = str(pull.pulled_from)
        lookups = {client: lookup_or_error(login_file, image, client) for client in clients}
        different = {client: one for client, one in lookups.items() if not _is_same(one, pull, login_file)}
        if different:
            plan_uses = (
                "is pulled anonymously" if pull.credential is None else f"is pulled with the entry `{_key(pull)}`"
            )
            uses = listed([f"{_NAMES.get(client, client)} {_use(one)}" for client, one in different.items()])
            message = f"`{pull.pulled_from.familiar}` {plan_uses}, but {uses}"
            command = shlex.join(["deployspec", "lookup", pull.pulled_from.familiar, "--docker-config", file])
            found.note("lookup-differs", one_line(message, _LONGEST_TEXT), hint=f"run `{one_line(command)}`")
    return found.diagnostics()


def _clients(plan: DeployPlan, file: LoginFile) -> tuple[Client, ...]:
    if file.looks_like_secret:
        return ("kubelet",)
    if file.is_data_of_secret:
        return ()
    return ("docker" if isinstance(plan.action, Pull) else "docker-build", "podman")


def _is_of_file(pull: ImagePull) -> bool:
    """Whether an image is pulled anonymously, or with a login of the app's keyring."""
    login = pull.credential
    return login is None or (login.owner == "app" and login.source.startswith("keyring:"))


def _key(pull: ImagePull) -> str:
    return "" if pull.credential is None else pull.credential.source.removeprefix("keyring:")


def _is_same(found: Lookup, pull: ImagePull, file: LoginFile) -> bool:
    outcome, is_certain = found.outcomes[0], found.certain or has_one_login(found.outcomes, file)
    if any(diagnostic.code == "lookup-reference" for diagnostic in found.diagnostics):
        return True  # the client rejects the image
    if pull.credential is None or not is_certain:
        return is_certain and outcome.kind == "anonymous"
    has_login = outcome.kind in {"basic", "identitytoken"} and outcome.key is not None
    return has_login and normal_scope(cast("str", outcome.key)) == normal_scope(pull.credential.scope)


def _use(found: Lookup) -> str:
    """Say in words which login a client uses."""
    outcome = found.outcomes[0]
    if not found.certain:
        return "chooses at random"
    match outcome.kind:
        case "helper":
            return f"asks {listed(sorted({f'docker-credential-{helper}' for helper, _ in outcome.asked}))}"
        case "anonymous":
            return "uses no login"
        case "error":
            return "fails"
        case _:
            return f"uses the entry `{outcome.key}`"
