"""The values that a Procfile is parsed into."""

import attrs

from deployspec._core.diagnostics import Diagnostic, InvalidProcfile
from deployspec._core.fast_init import fast_init
from deployspec._procfile.shell_words import split_words

SOURCE = "Procfile"


@attrs.frozen(weakref_slot=False)
class Service:
    """A service to start: its name, its command (`None`: the default of the image), and its line, counted from 1.

    Whether an image has an ENTRYPOINT cannot be seen from a Procfile, so there are two forms of the command.

    >>> web = Service("web", "puma -p $PORT")
    >>> web.shell_form()
    ('/bin/sh', '-c', 'puma -p $PORT')
    >>> web.argument_form()
    ('puma', '-p', '$PORT')
    """

    __module__ = "deployspec"

    name: str
    command: str | None = None
    line: int | None = attrs.field(default=None, kw_only=True)

    @property
    def is_release(self) -> bool:
        """Whether this is `release`, which exporters run once, before the other services."""
        return self.name == "release"

    def shell_form(self) -> tuple[str, ...]:
        """Return the command for an image without ENTRYPOINT; empty if the image's default is used."""
        return () if self.command is None else ("/bin/sh", "-c", self.command)

    def argument_form(self) -> tuple[str, ...]:
        """Return the arguments for an image's ENTRYPOINT, split as by `shlex.split`; `$VAR` is not expanded.

        Raises `InvalidProcfile` (`procfile-unbalanced-quotes`) if a quote is not closed.

        >>> Service("web", "echo 'oops").argument_form()
        Traceback (most recent call last):
        deployspec.InvalidProcfile: Procfile: error[procfile-unbalanced-quotes]: ...
        """
        words = split_words(self.command or "")
        if words is None:
            message = f"unclosed quote or trailing backslash in the command of `{self.name}`"
            raise InvalidProcfile([Diagnostic("procfile-unbalanced-quotes", message, source=SOURCE, line=self.line)])
        return words


@attrs.frozen(weakref_slot=False)
class Procfile:
    """The services of a Procfile in the order of the file, and its warnings."""

    __module__ = "deployspec"

    services: tuple[Service, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


make_service, make_procfile = fast_init(Service), fast_init(Procfile)
