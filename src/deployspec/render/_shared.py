"""Shared by the exporters: `Export`, unsupported features, names and the members of a build."""

import json
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal, TypeAlias, cast
from unicodedata import is_normalized

import attrs

from deployspec._core.diagnostics import Collector, DeploySpecError, Diagnostic, InvalidReference
from deployspec._core.secret import Secret
from deployspec._core.text import one_line
from deployspec._plan import DeployPlan, ImagePull, Recipe, is_remote
from deployspec._procfile.procfile import Service
from deployspec._references.reference import ImageReference, parse_reference

__all__ = ["AuthFiles", "Entrypoint", "Export", "Tool"]

Tool: TypeAlias = Literal["docker", "buildx", "podman", "buildah", "skopeo"]
Entrypoint: TypeAlias = Literal["replace", "keep"]

BUILT_IMAGE = "localhost/app:latest"
"""Default name of a built image; no tool asks a remote registry for an image on `localhost`."""


# Exports


@attrs.frozen
class Export:
    """Text for one tool, and a diagnostic for each feature of the plan that the tool's format does not support.

    An export that contains secrets keeps its text in a `Secret`: `repr` masks it and `pickle` refuses it, but `text` is
    always the plain text. If you write such a text to a file, set the file's mode to 0600.

    >>> from deployspec import Secret
    >>> Export("services: {}"), Export(Secret("hunter2"))
    (Export(content='services: {}', losses=()), Export(content=Secret('**********'), losses=()))
    >>> Export(Secret("hunter2")).text
    'hunter2'
    """

    __module__ = "deployspec.render"

    content: str | Secret
    losses: tuple[Diagnostic, ...] = ()

    @property
    def text(self) -> str:
        """The plain text."""
        return self.content.reveal() if isinstance(self.content, Secret) else self.content

    @property
    def holds_secrets(self) -> bool:
        """Whether the text contains secrets."""
        return isinstance(self.content, Secret)


@attrs.frozen(kw_only=True)
class AuthFiles:
    """Several files with logins: `files` maps relative paths, with `/`, to their contents.

    `losses` contains a diagnostic for each feature that the files do not support.
    """

    __module__ = "deployspec.render"

    files: Mapping[str, Export]
    losses: tuple[Diagnostic, ...] = ()


class PlanDiagnostics(Collector):
    """Gathers the diagnostics of one export; a repeated one is reported once."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__("plan")

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Return the diagnostics without repetitions."""
        return tuple(dict.fromkeys(self.found))


def json_text(value: object) -> str:
    """Return a value as indented JSON, which is valid YAML as well."""
    return json.dumps(value, indent=2) + "\n"


# Texts that a format cannot represent

_SURROGATE = re.compile("[\ud800-\udfff]")
_OTHER_TEXT = "use another text"
_MOST_SHOWN = 60
# An argument is bytes: Python writes a byte of a path that is not UTF-8 as a lone surrogate from U+DC80 to U+DCFF.
_NOT_AN_ARGUMENT = re.compile("[\0\ud800-\udc7f\udd00-\udfff]")


def document_text(document: object, problem_of: Callable[[str], str | None] | None = None) -> str:
    """Return a document as JSON; raises `DeploySpecError` for each text that its readers would not read back unchanged.

    `problem_of` returns the problem of a text; the default accepts valid Unicode.
    """
    text = json_text(document)
    if "\\u" in text:  # Every problem needs a character that is not ASCII, which is written as an escape.
        _check_texts(_texts(document, ""), problem_of or _problem_in_json)
    return text


def check_arguments(commands: Iterable[tuple[str, ...]]) -> None:
    """Raise `DeploySpecError` for each command with an argument that no process can receive."""
    found = PlanDiagnostics()
    for words in commands:
        if any(map(_NOT_AN_ARGUMENT.search, words)):
            message = f"argument of `{words[0]}` contains a NUL character or a lone surrogate"
            found.error("export-text-not-carried", message, hint=_OTHER_TEXT)
    found.raise_if_failed(DeploySpecError)


def _check_texts(texts: Iterable[tuple[str, str]], problem_of: Callable[[str], str | None]) -> None:
    found = PlanDiagnostics()
    for place, text in texts:
        if (problem := problem_of(text)) is not None:
            found.error("export-text-not-carried", f"text of `{place}` {problem}", hint=_OTHER_TEXT)
    found.raise_if_failed(DeploySpecError)


def _problem_in_json(text: str) -> str | None:
    return "contains a lone surrogate, which is not valid Unicode" if _SURROGATE.search(text) else None


def problem_in_hcl(text: str) -> str | None:
    """Return the reason why HCL would change a text: it normalizes strings, and removes a byte order mark."""
    # zclconf/go-cty cty/value_init.go: StringVal, NormalizeString; hashicorp/hcl hclsyntax/token.go: stripUTF8BOM
    if text.startswith("\ufeff"):
        return "begins with a byte order mark, which HCL removes"
    if not is_normalized("NFC", text):
        return "is not in Unicode's normal form NFC, to which HCL converts it"
    return _problem_in_json(text)


def _texts(value: object, place: str) -> Iterator[tuple[str, str]]:
    """Return the names and texts in a document, each with its path."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for name, member in cast("dict[str, object]", value).items():
            inside = f"{place}.{one_line(name, _MOST_SHOWN)}".lstrip(".")
            yield inside, name
            yield from _texts(member, inside)
    elif isinstance(value, list):
        for item in cast("list[object]", value):
            yield from _texts(item, place)


# Unsupported features


def report_credentials(plan: DeployPlan, losses: Collector, hint: str) -> None:
    """Report the logins of a plan: the format has no field for them."""
    for pull in plan.pulls:
        if pull.credential is not None:
            message = f"login for `{pull.credential.scope}` cannot be expressed in this format"
            losses.warning("export-credentials-not-carried", message, hint=hint)


def report_platform(image: ImagePull, losses: Collector, hint: str) -> None:
    """Report the platform of a pulled image: the format has no field for it."""
    if image.platform is not None:
        message = f"platform `{image.platform}` cannot be expressed in this format"
        losses.warning("export-platform-not-carried", message, hint=hint)


def report_recipe(recipe: Recipe, losses: Collector) -> None:
    """Report the members of a recipe that no format has a field for: the build platform and the revision."""
    if recipe.build_platform is not None:
        message = f"build platform `{recipe.build_platform}` cannot be expressed in this format"
        hint = "run the build on a machine of that platform"
        losses.warning("export-build-platform-not-carried", message, hint=hint)
    if recipe.revision is not None:
        message = f"revision `{recipe.revision}` cannot be expressed in this format"
        losses.note("export-revision-not-carried", message, hint="check it out first")


# Services


def release_first(plan: DeployPlan) -> list[Service]:
    """Return the services in the order of the plan, except that `release` comes first."""
    return sorted(plan.services, key=lambda service: not service.is_release)


def check_names(plan: DeployPlan, grammar: re.Pattern[str], kind: str) -> None:
    """Raise `DeploySpecError` for invalid service names; services are never renamed, because users refer to them."""
    found = PlanDiagnostics()
    for service in plan.services:
        if not grammar.fullmatch(service.name):
            message = f"service name `{service.name}` is not a valid {kind}"
            found.error("export-service-name-not-carried", message, hint="rename the service in the Procfile")
    found.raise_if_failed(DeploySpecError)


# Builds


def check_local(recipe: Recipe) -> None:
    """Raise `DeploySpecError` for a remote build context: the tool would read the Dockerfile in it, not the plan's."""
    if is_remote(recipe.context) or is_remote(recipe.dockerfile_path):
        found = PlanDiagnostics()
        message = "build context is remote, so the tool would read another Dockerfile than the one of the plan"
        hint = "check out the source, and build it from a local directory"
        found.error("export-context-remote", message, hint=hint)
        found.raise_if_failed(DeploySpecError)


def build_members(
    recipe: Recipe,
    losses: Collector,
    *,
    contexts_member: str,
    literal: Callable[[str], str],
    literal_key: Callable[[str], str] = str,
) -> dict[str, Any]:
    """Return a recipe with the member names that Compose and Bake share.

    `contexts_member` is the format's name for named contexts; `literal` escapes a text so that the format replaces no
    variables in it, and `literal_key` the name of an argument or context.
    """
    check_local(recipe)
    dockerfile = _path_in_context(recipe, losses)
    members: dict[str, Any] = {"context": literal(recipe.context), "dockerfile": literal(dockerfile)}
    if recipe.target:
        members["target"] = literal(recipe.target)
    for member, pairs in (("args", recipe.args), (contexts_member, recipe.contexts)):
        if pairs:
            members[member] = {literal_key(name): literal(value) for name, value in pairs}
    report_recipe(recipe, losses)
    return {**members, "platforms": [literal(recipe.platform)], "pull": True}


def _path_in_context(recipe: Recipe, losses: Collector) -> str:
    """Return the Dockerfile's path relative to the build context.

    Both paths of a recipe are relative to the root of the app's files, but Compose and Bake resolve the Dockerfile's
    path against the context.
    """
    path = recipe.dockerfile_path
    if path.startswith("/"):
        return path
    inside, context = (posixpath.normpath(part).split("/") for part in (path, recipe.context))
    context = [part for part in context if part != "."]
    while context and inside and context[0] == inside[0]:
        del context[0], inside[0]
    if not {"..", ""}.intersection(context):
        return "/".join([".."] * len(context) + inside)
    message = f"path of `{path}` relative to the build context `{recipe.context}` is unknown"
    losses.warning("export-dockerfile-path-not-carried", message, hint="use a build context inside the app's files")
    return path


# Named contexts


def mirrored_recipe(plan: DeployPlan, recipe: Recipe, losses: Collector, *, frontend: bool = True) -> Recipe:
    """Return a recipe that pulls the images of the mirrors: named contexts replace the images in the Dockerfile.

    `frontend`: the tool runs frontends, so that the one of a mirror becomes the argument `BUILDKIT_SYNTAX`. The name of
    an image may be the name of a stage too, which the context would also replace; such an image is reported.
    """
    mirrors = {pull.reference: pull.mirror for pull in plan.pulls if pull.mirror is not None}
    if not mirrors:
        return recipe
    from deployspec._dockerfile.build.contexts import context_name, image_text

    contexts, args = dict(recipe.contexts), dict(recipe.args)
    for name, value in recipe.contexts:
        image = image_text(value)
        mirror = None if image is None else mirrors.get(parse_reference(image))
        contexts[name] = value if mirror is None else f"docker-image://{mirror}"
    for pull in plan.pulls:
        if pull.mirror is None:
            continue
        name = context_name(pull.reference)
        if pull.role == "frontend":
            args |= {"BUILDKIT_SYNTAX": str(pull.mirror)} if frontend else {}
        elif name not in contexts and _MAY_BE_STAGE.fullmatch(name):
            message = f"mirror of `{name}` cannot be expressed, because a context `{name}` may also replace a stage"
            hint = "write a tag in the Dockerfile, or build with buildx and a source policy"
            losses.warning("export-mirror-not-carried", message, hint=hint)
        else:
            contexts.setdefault(name, f"docker-image://{pull.mirror}")
    return attrs.evolve(recipe, args=tuple(sorted(args.items())), contexts=tuple(sorted(contexts.items())))


# A name without a host, a path and a version. Builders compare names of stages without case.
_MAY_BE_STAGE = re.compile(r"[a-z][a-z0-9_.-]*")


def context_spellings(name: str) -> tuple[str, ...]:
    """Return every spelling of the image that a named context replaces, the given one first.

    A name that is not an image reference has no other spelling.

    >>> context_spellings("ruby")
    ('ruby', 'ruby:latest', 'library/ruby', 'library/ruby:latest', 'docker.io/ruby', 'docker.io/ruby:latest', \
'docker.io/library/ruby', 'docker.io/library/ruby:latest', 'index.docker.io/ruby', 'index.docker.io/ruby:latest', \
'index.docker.io/library/ruby', 'index.docker.io/library/ruby:latest')
    >>> context_spellings("quay.io/acme/base:1"), context_spellings("Files")
    (('quay.io/acme/base:1',), ('Files',))
    """
    try:
        reference = parse_reference(name)
    except InvalidReference:
        return (name,)
    version = "" if reference.digest is None else f"@{reference.digest}"
    version = version if reference.tag is None else f":{reference.tag}{version}"
    versions = ["", version] if version == ":latest" else [version]
    return tuple(dict.fromkeys([name, *(base + suffix for base in _repositories(reference) for suffix in versions)]))


def _repositories(reference: ImageReference) -> list[str]:
    """Return every spelling of an image's repository."""
    if reference.host != "docker.io":
        return [reference.repository]
    short = reference.path.removeprefix("library/")
    paths = [reference.path] if "/" in short else [short, reference.path]
    return [host + path for host in ("", "docker.io/", "index.docker.io/") for path in paths]
