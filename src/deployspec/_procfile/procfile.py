r"""Procfiles: one line a service, and no line is ever dropped silently.

Grammar (UTF-8; a line ends at `\n`, one `\r` before it is taken off)::

    procfile = *( line "\n" ) [ line ]
    line     = blank | comment | service
    blank    = *( " " | tab )
    comment  = *( " " | tab ) "#" *char
    service  = name ":" *( " " | tab ) command       ; the name stands at column 1
    name     = 1*63( letter | digit | "_" | "-" )    ; ASCII
    command  = 1*char                                ; kept to the letter, less surrounding blanks

There is no continuation line, no expansion of variables, and `#` inside a command is part of it. Control characters are
errors wherever they stand, comments included, since they hide text from whoever reviews the file.
"""

import re
from typing import cast

import attrs

from deployspec._core.diagnostics import Diagnostic, InvalidProcfile, capped
from deployspec._core.fast_init import fast_init
from deployspec._procfile.parser import SOURCE, open_quote, read_lines, split_words

__all__ = ["Procfile", "Service", "parse_procfile"]


@attrs.frozen(weakref_slot=False)
class Service:
    """A service to start: its name, its command (`None`: what the image says), and its line, counted from 1.

    A library cannot see whether an image has an ENTRYPOINT, so both forms of the command are offered and none guessed.

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
        """Whether this is `release`, which exporters run once and before the others."""
        return self.name == "release"

    def shell_form(self) -> tuple[str, ...]:
        """Return what an image without ENTRYPOINT runs; empty where the image decides."""
        return () if self.command is None else ("/bin/sh", "-c", self.command)

    def argument_form(self) -> tuple[str, ...]:
        """Return the arguments that an image's ENTRYPOINT gets: split as by `shlex.split`, `$VAR` staying literal.

        Raises `InvalidProcfile` (`procfile-unbalanced-quotes`) where a quote is not closed.

        >>> Service("web", "echo 'oops").argument_form()
        Traceback (most recent call last):
        deployspec.InvalidProcfile: Procfile: error[procfile-unbalanced-quotes]: ...
        """
        words = split_words(self.command or "")
        if words is None:
            message = f"the command of `{self.name}` has a quote that is not closed, or ends in a backslash"
            raise InvalidProcfile([Diagnostic("procfile-unbalanced-quotes", message, source=SOURCE, line=self.line)])
        return words


@attrs.frozen(weakref_slot=False)
class Procfile:
    """The services of a Procfile in the order of the file, and the warnings about it."""

    __module__ = "deployspec"

    services: tuple[Service, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


def parse_procfile(
    text: str | bytes, *, max_bytes: int = 262_144, max_line_bytes: int = 32_768, max_services: int = 100
) -> Procfile:
    r"""Read a Procfile.

    `max_bytes` bounds the file, `max_line_bytes` a line (both in bytes of UTF-8), `max_services` the services.

    Raises `InvalidProcfile` with every fault, in the order of the file.

    >>> parse_procfile("web: bundle exec rails s\nworker: rake jobs").services[1]
    Service(name='worker', command='rake jobs', line=2)
    >>> parse_procfile("web run")
    Traceback (most recent call last):
    deployspec.InvalidProcfile: Procfile:1:1: error[procfile-no-colon]: this line has no `:`
    """
    clean = read_clean(text, max_bytes, max_line_bytes, max_services)
    return read_carefully(text, max_bytes, max_line_bytes, max_services) if clean is None else clean


def read_carefully(text: str | bytes, max_bytes: int, max_line_bytes: int, max_services: int) -> Procfile:
    if not isinstance(cast("object", text), (str, bytes)):  # callers without a type checker
        raise TypeError(f"a Procfile is str or bytes, not {type(text).__name__}")
    services, found = read_lines(text, max_bytes, max_line_bytes, max_services)
    if any(one.severity == "error" for one in found):
        raise InvalidProcfile(capped(found))
    return Procfile(tuple(Service(name, command, line=line) for name, command, line in services), capped(found))


# The fast path: most files hold nothing that anyone must be told, and reading them is a good part of a resolution.

# A blank line, a comment or a service that leaves nothing to tell, save for what is looked for in the whole text.
_CLEAN_LINE = re.compile(r"^(?:([a-z0-9][a-z0-9-]{0,62}): +([!-~][ -~]*)|#[ -~]*)?\n", re.MULTILINE)

make_service, make_procfile = fast_init(Service), fast_init(Procfile)


def read_clean(text: str | bytes, max_bytes: int, max_line_bytes: int, max_services: int) -> Procfile | None:
    """Read a file about which there is nothing to tell; `None` leaves it to the reader that tells.

    It accepts only what is clean for sure, so that both read the same, as a property test holds. One search takes all
    lines; comments in commands, blanks before a line's end, continued lines and names that end in `-` are looked for
    in the whole text, where a search is cheapest.
    """
    if not isinstance(text, str):
        text = str(text, "ascii", "replace") if type(text) is bytes else "?"
    if len(text) > max_bytes or not text.isascii():
        return None
    if text[-1:] != "\n":
        text += "\n"
    lines = _CLEAN_LINE.findall(text)
    if len(lines) != text.count("\n") or " #" in text or " \n" in text or "\\\n" in text or "-:" in text:
        return None
    if len(text) > max_line_bytes and max(map(len, text.split("\n"))) > max_line_bytes:
        return None
    services: list[Service] = []
    names: set[str] = set()
    number = 0
    for name, command in lines:
        number += 1  # noqa: SIM113  # `enumerate` makes and takes apart a pair
        if name:
            names.add(name)
            services.append(make_service(name, command, line=number))
    if not 0 < len(services) == len(names) <= max_services or "run" in names or "cmd" in names:  # reserved
        return None
    if ("'" in text or '"' in text) and not _are_closed(lines):
        return None
    return make_procfile(tuple(services), ())


def _are_closed(lines: list[tuple[str, str]]) -> bool:
    return all(open_quote(command) is None for _, command in lines if "'" in command or '"' in command)
