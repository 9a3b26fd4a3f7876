"""A plan told to a person, on a terminal of 80 columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deployspec._plan import Build, DeployPlan, Extend, Pull
from deployspec.render._diagnostics import diagnostics
from deployspec.render._style import Style, visible, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from deployspec._plan import ImagePull, Recipe
    from deployspec._resolve.counterfactuals import Counterfactual

__all__ = ["explain"]

_WIDTH = 80
_STYLED = re.compile(r"\x1b\[[0-9;]*m")


def explain(plan: DeployPlan, counterfactuals: Iterable[Counterfactual] = (), *, color: bool = False) -> str:
    """Return what is decided, why, what is fetched with which login, and what starts; plain text, 80 columns.

    `counterfactuals`, as `deployspec.counterfactuals(app)` gives them, adds what would change if one input were taken
    away. Names and commands that are longer than a line are kept whole. `color` adds ANSI styles.

    >>> from deployspec import App, resolve
    >>> print(explain(resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"}, "web: run"))), end="")
    Pull quay.io/acme/web:1
      because APTIBLE_DOCKER_IMAGE is set
    <BLANKLINE>
    Fetches
      quay.io/acme/web:1
        anonymously
    <BLANKLINE>
    Services
      web  run
    """
    style = Style(color)
    sections = [_headline(plan, style), _fetches(plan, style), _services(plan, style)]
    if plan.environment:
        names = _wrapped([visible(", ".join(plan.environment))])
        sections.append([style("bold", "Environment"), *names])
    if plan.unknowns:
        sections.append([style("bold", "Not in the text"), *_bullets(one.message for one in plan.unknowns)])
    if plan.diagnostics:
        told = diagnostics(plan.diagnostics, color=color).rstrip("\n").split("\n")
        sections.append([style("bold", "Take note"), *(_wrapped(told))])
    if changes := [line for one in counterfactuals for line in _change(plan, one, style)]:
        sections.append([style("bold", "What would change"), *changes])
    return "\n\n".join("\n".join(lines) for lines in sections) + "\n"


def _headline(plan: DeployPlan, style: Style) -> list[str]:
    verb, what = _verb_and_image(plan)
    recipe = () if isinstance(plan.action, Pull) else _recipe(plan.action.recipe)
    headline = _wrapped([f"{verb} {style('good', visible(what))}"], margin="")
    return [*headline, *_wrapped([*_reasons(plan), *recipe])]


def _verb_and_image(plan: DeployPlan) -> tuple[str, str]:
    match plan.action:
        case Pull(image=image):
            return "Pull", image.reference.familiar
        case Build(recipe=recipe):
            return "Build", recipe.dockerfile_path
        case Extend(recipe=recipe):
            return "Extend", ", ".join(pull.reference.familiar for pull in recipe.images if _is_own(pull))


def _is_own(pull: ImagePull) -> bool:
    return pull.credential is not None and pull.credential.owner == "app"


def _reasons(plan: DeployPlan) -> Iterator[str]:
    looked_at = {step.rule: step.subject for step in plan.trace}
    if "image" in looked_at:
        state = "set" if isinstance(plan.action, Pull) else "not set"
        yield visible(f"because {looked_at['image']} is {state}")
    match plan.action:
        case Pull():
            if any(one.code == "dockerfile-ignored" for one in plan.diagnostics):
                yield "the Dockerfile is ignored"
        case Build():
            yield "no base is fetched with a login of the app's owner"
        case Extend():
            yield "a base is fetched with a login of the app's owner"


def _recipe(recipe: Recipe) -> Iterator[str]:
    where = f"{recipe.dockerfile_path} in context {recipe.context}, for {recipe.platform}"
    yield visible(where + (f", target {recipe.target}" if recipe.target else ""))
    if recipe.revision is not None:
        yield visible(f"revision {recipe.revision}")


def _fetches(plan: DeployPlan, style: Style) -> list[str]:
    lines = [style("bold", "Fetches")]
    for pull in plan.pulls:
        platform = f" ({pull.platform})" if pull.platform else ""
        role = "" if pull.role in {"pull", "from"} else f" as {pull.role}"
        lines += _wrapped([visible(f"{pull.reference.familiar}{platform}{role}")])
        lines += _wrapped([style("dim" if pull.credential is None else "plain", visible(_how(pull)))], margin="    ")
    return lines if plan.pulls else [*lines, "  nothing: the build starts from scratch"]


def _how(pull: ImagePull) -> str:
    """With which login an image is fetched."""
    if pull.credential is None:
        return "anonymously"
    owner = "the" if pull.credential.owner == "app" else "the platform's"
    source = {"default": "the default registry", "image": "the image's own registry"}.get(pull.credential.source)
    return f"with {owner} login for {pull.credential.scope} ({source or pull.credential.source})"


def _services(plan: DeployPlan, style: Style) -> list[str]:
    widest = max((len(service.name) for service in plan.services), default=0)
    lines = [
        f"  {service.name:<{widest}}  {'what the image says' if service.command is None else visible(service.command)}"
        for service in plan.services
    ]
    return [style("bold", "Services"), *lines]


def _change(plan: DeployPlan, one: Counterfactual, style: Style) -> Iterator[str]:
    yield from _wrapped([visible(one.change)])
    if isinstance(one.outcome, DeployPlan):
        verb, what = _verb_and_image(one.outcome)
        yield from _wrapped([f"  => {verb} {style('good', visible(what))}"])
        before = {(pull.reference, pull.platform): pull.credential for pull in plan.pulls}
        for pull in one.outcome.pulls:
            if before.get((pull.reference, pull.platform), pull.credential) != pull.credential:
                yield from _wrapped([visible(f"     fetch {pull.reference.familiar} {_how(pull)}")])
    else:
        for fault in one.outcome:
            if fault.severity == "error":
                yield from _wrapped([f"  => {style('error', 'refused:')} {visible(fault.message)}"])


def _bullets(texts: Iterable[str]) -> Iterator[str]:
    return (line for text in texts for line in _wrapped([visible(text)]))


def _wrapped(lines: Iterable[str], margin: str = "  ") -> Iterator[str]:
    """Wrap prose behind a margin; what follows a line's own indent goes two columns further in."""
    for line in lines:
        first, *words = line.lstrip().split(" ")
        indent = margin + line[: len(line) - len(line.lstrip())]
        current = indent + first
        for word in words:
            # Colours take no room, and wide characters take more than textwrap would count.
            if width(_STYLED.sub("", f"{current} {word}")) > _WIDTH:
                yield current
                current = f"{indent}  {word}"
            else:
                current = f"{current} {word}"
        yield current
