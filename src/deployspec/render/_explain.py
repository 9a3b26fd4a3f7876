"""A plan in plain English, for a terminal with 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployspec._core.arguments import check_type
from deployspec._core.text import one_line, without_workflow_commands
from deployspec._logins.scope import registry_of
from deployspec._plan import Build, DeployPlan, Extend, Pull
from deployspec.render._diagnostics import diagnostics
from deployspec.render._style import Style, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from deployspec._plan import ImagePull, Recipe
    from deployspec._resolve.counterfactuals import Counterfactual

__all__ = ["explain"]

_LOGIN_SOURCES = {"default": "the default registry", "image": "the image's own registry"}


def explain(plan: DeployPlan, counterfactuals: Iterable[Counterfactual] = (), *, color: bool = False) -> str:
    """Return the decision and its reasons, the pulls with their logins, and the services, in plain text.

    `counterfactuals`, the result of `deployspec.counterfactuals(app)`, adds the effect of removing an input. Lines have
    at most 80 columns, but names and commands are never broken. `color` adds ANSI colours.

    >>> from deployspec import App, resolve
    >>> print(explain(resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"}, "web: run"))), end="")
    Pull quay.io/acme/web:1
      because APTIBLE_DOCKER_IMAGE is set
    <BLANKLINE>
    Pulls
      quay.io/acme/web:1
        pulled anonymously
    <BLANKLINE>
    Services
      web  run
    """
    check_type("plan", plan, DeployPlan)
    style = Style(color)
    sections = [_headline(plan, style), _pulls(plan, style)]
    if not isinstance(plan.action, Pull) and (plan.action.recipe.secrets or plan.action.recipe.ssh):
        sections.append([style("bold", "Build secrets"), *wrapped(list(_mounts(plan.action.recipe)))])
    sections.append(_services(plan, style))
    if plan.environment:
        names = wrapped([one_line(", ".join(plan.environment))])
        sections.append([style("bold", "Environment"), *names])
    if plan.unknowns:
        unknowns = wrapped([one_line(unknown.message) for unknown in plan.unknowns])
        sections.append([style("bold", "Unknowns"), *unknowns])
    if plan.diagnostics:
        found = diagnostics(plan.diagnostics, color=color).rstrip("\n").split("\n")
        sections.append([style("bold", "Diagnostics"), *wrapped(found)])
    if changes := [line for change in counterfactuals for line in _change(plan, change, style)]:
        sections.append([style("bold", "Alternatives"), *changes])
    return without_workflow_commands("\n\n".join("\n".join(lines) for lines in sections)) + "\n"


# The decision


def _headline(plan: DeployPlan, style: Style) -> list[str]:
    recipe = () if isinstance(plan.action, Pull) else _recipe(plan.action.recipe)
    return [*wrapped([_action(plan, style)], margin=""), *wrapped([*_reasons(plan), *recipe])]


def _action(plan: DeployPlan, style: Style) -> str:
    match plan.action:
        case Pull(image=image):
            return f"Pull {style('good', one_line(image.reference.familiar))}"
        case Build(recipe=recipe):
            return f"Build {style('good', one_line(recipe.dockerfile_path))}"
        case Extend(recipe=recipe):
            bases = [pull.reference.familiar for pull in recipe.images if _has_own_login(pull)]
            return f"Extend {style('good', one_line(', '.join(bases)))}"


def _has_own_login(pull: ImagePull) -> bool:
    return pull.credential is not None and pull.credential.owner == "app"


def _reasons(plan: DeployPlan) -> Iterator[str]:
    subjects = {step.rule: step.subject for step in plan.trace}
    if "image" in subjects:
        state = "set" if isinstance(plan.action, Pull) else "not set"
        yield one_line(f"because {subjects['image']} is {state}")
    match plan.action:
        case Pull():
            if any(diagnostic.code == "dockerfile-ignored" for diagnostic in plan.diagnostics):
                yield "the Dockerfile is ignored"
        case Build():
            yield "no base image is pulled with a login of the app's owner"
        case Extend():
            yield "a base image is pulled with a login of the app's owner"


def _recipe(recipe: Recipe) -> Iterator[str]:
    target = f", target {recipe.target}" if recipe.target else ""
    yield one_line(f"{recipe.dockerfile_path} in context {recipe.context}, for {recipe.platform}{target}")
    if recipe.revision is not None:
        yield one_line(f"revision {recipe.revision}")


# Pulls and services


def _pulls(plan: DeployPlan, style: Style) -> list[str]:
    lines = [style("bold", "Pulls")]
    helpers = {step.subject: step.outcome for step in plan.trace if step.rule == "helper"}
    for pull in plan.pulls:
        platform = f" ({pull.platform})" if pull.platform else ""
        role = "" if pull.role in {"app", "from"} else f" as {pull.role}"
        lines += wrapped([one_line(f"{pull.reference.familiar}{platform}{role}")])
        if pull.mirror is not None:
            place = f"pulled from {pull.mirror.familiar} instead of {pull.reference.host}"
            lines += wrapped([one_line(place)], margin="    ")
        login = style("dim" if pull.credential is None else "plain", one_line(_login(pull)))
        lines += wrapped([login], margin="    ")
        registry = registry_of(pull.reference)
        if registry in helpers and pull.credential is None and pull.role != "frontend":
            has = "may have" if helpers[registry] == "may have login" else "has"
            lines += wrapped([one_line(f"although a credential helper {has} a login for {registry}")], margin="    ")
    return lines if plan.pulls else [*lines, "  none: the build starts from scratch"]


def _login(pull: ImagePull) -> str:
    if pull.credential is None:
        return "pulled anonymously"
    owner = "the" if pull.credential.owner == "app" else "the platform's"
    source = _LOGIN_SOURCES.get(pull.credential.source, pull.credential.source)
    return f"pulled with {owner} login for {pull.credential.scope} ({source})"


def _mounts(recipe: Recipe) -> Iterator[str]:
    for secret in recipe.secrets:
        places = [f"at {secret.target}"] if secret.target is not None else []
        places += [f"in the variable {secret.env}"] if secret.env else []
        yield one_line(_mount(f"{secret.id} {' and '.join(places)}".rstrip(), secret.required, secret.line))
    for agent in recipe.ssh:
        place = "" if agent.target is None else f" at {agent.target}"
        yield one_line(_mount(f"SSH agent {agent.id}{place}", agent.required, agent.line))


def _mount(text: str, required: bool, line: int) -> str:  # noqa: FBT001
    return f"{text}, {'required' if required else 'optional'} (line {line})"


def _services(plan: DeployPlan, style: Style) -> list[str]:
    widest = max((len(service.name) for service in plan.services), default=0)
    lines = [style("bold", "Services")]
    for service in plan.services:
        command = "the image's default command" if service.command is None else one_line(service.command)
        lines.append(f"  {service.name:<{widest}}  {command}")
    return lines


# Alternatives


def _change(plan: DeployPlan, change: Counterfactual, style: Style) -> Iterator[str]:
    yield from wrapped([one_line(change.change)])
    if isinstance(change.outcome, DeployPlan):
        yield from wrapped([f"  => {_action(change.outcome, style)}"])
        before = {(pull.reference, pull.platform): pull.credential for pull in plan.pulls}
        for pull in change.outcome.pulls:
            if before.get((pull.reference, pull.platform), pull.credential) != pull.credential:
                yield from wrapped([one_line(f"     {pull.reference.familiar} is {_login(pull)}")])
    else:
        for diagnostic in change.outcome:
            if diagnostic.severity == "error":
                yield from wrapped([f"  => {style('error', 'error:')} {one_line(diagnostic.message)}"])
