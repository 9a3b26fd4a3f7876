"""The base image and the platform of a FROM, and the image that `COPY --from` or `RUN --mount=from` names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployspec._core.diagnostics import InvalidReference
from deployspec._dockerfile.build.platforms import Platform, parse_platform
from deployspec._dockerfile.build.request import PLATFORM_HINT
from deployspec._dockerfile.build.scope import Scope, report_expansion
from deployspec._dockerfile.diagnostics import reference_place, shown_image
from deployspec._dockerfile.places import shown
from deployspec._dockerfile.words.expand import expand, is_plain
from deployspec._dockerfile.words.lexer import ExpansionError
from deployspec._references.reference import ImageReference, parse_reference

if TYPE_CHECKING:
    from deployspec._dockerfile.places import Place
    from deployspec._dockerfile.stages.stages import Source, Stage


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
        names = self.scope.unset(stage.base)
        why = f": `{names[0]}` has no value" if names else ""
        hint = self.scope.advice(names[0]) if names else "name an image, or `scratch` for an empty base"
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
        message = f"invalid image reference `{shown_image(name)}`: {first.message}"
        if name == written:
            place = reference_place(place, name, first)
        self.found.error_at(code, message, place, self.hint(written, first.hint))
        return None

    # buildkit frontend/dockerfile/dockerfile2llb/convert.go: buildDispatchStates (the platform)
    def platform(self, stage: Stage, written: str) -> Platform | None:
        """Return the platform of a stage, or `None` if it has an error."""
        text = self.scope.expanded(written, stage.platform_place)
        if text is None:
            return None
        platform = parse_platform(text, self.scope.builder)
        if platform is None:
            message = f"invalid platform `{shown(text)}`" if text else f"platform `{shown(written)}` is empty"
            self.found.error_at("platform", message, stage.platform_place, self.hint(written, PLATFORM_HINT))
        return platform

    def hint(self, written: str, otherwise: str | None) -> str | None:
        """Return the hint to set a variable without a value in a word, if there is one."""
        names = self.scope.unset(written) if "$" in written else ()
        return f"`{names[0]}` has no value; {self.scope.advice(names[0])}" if names else otherwise

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
        message = f"`--from={shown(source.value)}` contains a variable, a quote or an escape"
        hint = "define a stage with `FROM` and use its name"
        self.found.error_at("from-variable", message, source.place, hint)
        return False
