"""The base image and the platform of a FROM, and the image that `COPY --from` or `RUN --mount=from` names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployspec._core.diagnostics import InvalidReference
from deployspec._core.text import listed
from deployspec._dockerfile.build.causes import DIGEST, Causes, sentence
from deployspec._dockerfile.build.platforms import Platform, parse_platform
from deployspec._dockerfile.build.request import platform_hint
from deployspec._dockerfile.build.scope import Scope, report_expansion
from deployspec._dockerfile.diagnostics import reference_place, shown_image
from deployspec._dockerfile.places import shown
from deployspec._dockerfile.words.expand import expand, is_plain, unset_names
from deployspec._dockerfile.words.lexer import ExpansionError
from deployspec._references.reference import ImageReference, find_reference, parse_reference

if TYPE_CHECKING:
    from collections.abc import Callable

    from deployspec._dockerfile.places import Place
    from deployspec._dockerfile.stages.stages import Source, Stage

# Values with which most variables in an image reference, or in a platform, would be valid.
_PLAUSIBLE_PARTS = ("1", DIGEST)
_PLAUSIBLE_PLATFORMS = ("linux", "amd64", "linux/amd64")


class BaseParser:
    """Expands and parses the names of images, and platforms; errors are reported with the variable to set."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.found = scope.found
        # Equal names share one reference.
        self.references: dict[str, ImageReference] = {}

    # buildkit frontend/dockerfile/dockerfile2llb/convert.go: buildDispatchStates (the name of the base)
    def base(self, stage: Stage) -> str | None:
        """Return the expanded base of a stage, or `None` if it has an error."""
        if is_plain(stage.base, self.scope.escape):
            return stage.base
        base = self.scope.expanded(stage.base, stage.base_place)
        if base == "":
            self.report_empty(stage)
            return None
        return base

    def report_empty(self, stage: Stage) -> None:
        causes = Causes(self.scope, stage.base)
        why = f": {sentence(causes.missing)}" if causes.missing else ""
        hint = causes.advice() if causes.missing else "name an image, or `scratch` for an empty base"
        message = f"base image `{shown(stage.base)}` is empty{why}"
        self.found.error_at("base-empty", message, stage.base_place, hint)

    # buildkit frontend/dockerfile/dockerfile2llb/convert.go: resolveBaseImage (which parses bases of unused stages too)
    def reference(self, name: str, place: Place, written: str) -> ImageReference | None:
        """Parse the name of an image, which was `written` in this way before its expansion."""
        known = self.references.get(name)
        if known is not None:
            return known
        try:
            return self.references.setdefault(name, parse_reference(name))
        except InvalidReference as error:
            first = error.diagnostics[0]
        code = "not-text" if "\0" in name else "base-invalid"
        if name == written:
            place = reference_place(place, name, first)
        elif name == written[1:-1]:
            place = reference_place(place.part(1, len(written) - 1), name, first)
        reason, hint = self.reason(written, find_reference, _PLAUSIBLE_PARTS, (first.message, first.hint))
        message = f"invalid image reference `{shown_image(name)}`: {reason}"
        self.found.error_at(code, message, place, hint)
        return None

    def reason(
        self,
        written: str,
        is_valid: Callable[[str], object],
        plausible: tuple[str, ...],
        otherwise: tuple[str, str | None],
    ) -> tuple[str, str | None]:
        """Return the reason why an expanded word is invalid, and a hint: variables, or another error in the word."""
        if "$" not in written:
            return otherwise
        causes = Causes(self.scope, written)
        found = causes.explain(is_valid, plausible)
        if found is not None or not causes.missing:
            return found or otherwise
        reason, hint = otherwise
        missing = f"{sentence(causes.missing)}; {causes.advice()}"
        return reason, f"{hint}; {missing}" if hint else missing

    # buildkit frontend/dockerfile/dockerfile2llb/convert.go: buildDispatchStates (the platform)
    def platform(self, stage: Stage, written: str) -> Platform | None:
        """Return the platform of a stage, or `None` if it has an error."""
        text = self.scope.expanded(written, stage.platform_place)
        if text is None:
            return None
        platform = parse_platform(text, self.scope.builder)
        if platform is None:
            message = f"invalid platform `{shown(text)}`" if text else f"platform `{shown(written)}` is empty"
            otherwise = "", platform_hint(text)
            reason, hint = self.reason(written, parse_platform, _PLAUSIBLE_PLATFORMS, otherwise)
            message = f"{message}: {reason}" if reason else message
            self.found.error_at("platform", message, stage.platform_place, hint)
        return platform

    # buildkit frontend/dockerfile/dockerfile2llb/convert.go: toCommand (`--from` must not change by expansion)
    def is_literal(self, source: Source) -> bool:
        """Whether the value of a `--from` has nothing to expand; otherwise that is reported."""
        if is_plain(source.value, self.scope.escape):
            return True
        try:
            expanded = expand(source.value, {}, self.scope.escape, self.scope.budget)
        except ExpansionError as error:
            report_expansion(self.found, source.value, source.place, error)
            return False
        if expanded == source.value:
            return True
        names = [f"`{name}`" for name in unset_names(source.value, {}, self.scope.escape, self.scope.budget)]
        part = f"the variable{'s' * (len(names) > 1)} {listed(names)}" if names else "a quote or an escape"
        message = f"`--from={shown(source.value)}` contains {part}, which BuildKit does not expand"
        hint = "define a stage with `FROM` and use its name"
        self.found.error_at("from-variable", message, source.place, hint)
        return False
