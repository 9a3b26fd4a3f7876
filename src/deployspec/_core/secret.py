"""Values that hide themselves: a password, and the variables of an app.

Plain slotted classes and no attrs classes, so that `attrs.asdict` cannot open them. Nothing that Python does by itself
(`repr`, `str`, `format`, `vars`, `inspect`, `pickle`, `json`) shows a value; who wants one asks for it by name.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NoReturn, cast, final

if TYPE_CHECKING:
    from typing import (
        ParamSpec,
        Self,  # in `typing` from Python 3.11 on
        TypeVar,
    )

    Parameters = ParamSpec("Parameters")
    Result = TypeVar("Result")

__all__ = ["Secret"]

MASK = "**********"


def hide_frames(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Let a function that is given secrets raise without the frames that hold them.

    Error reporters send the locals of every frame of a traceback; of these frames none is left but our own, emptied.
    """

    @functools.wraps(function)
    def forgetful(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        try:
            return function(*args, **kwargs)
        except Exception as error:  # noqa: BLE001  # it is raised again
            del args, kwargs
            raise error.with_traceback(None) from None

    return forgetful


class Confidential:
    """What may hold secrets and does not leave the process: pickling is refused, and a copy is the same object.

    A constructor that raises forgets what it was given.
    """

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        # A class with slots is made twice by attrs: without its constructor, then with it.
        if "__init__" in vars(cls) and not hasattr(cls.__init__, "__wrapped__"):
            cls.__init__ = hide_frames(cls.__init__)  # type: ignore[method-assign]

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(f"`{type(self).__name__}` may hold secrets and cannot be pickled; build it where it is used")


@final
class Secret(Confidential):
    """Text that must not be shown: a password or a token.

    Secrets compare in constant time, with other secrets only. They cannot be pickled, and `copy` gives the same object.

    Raises `TypeError` where the value is no `str`; the message does not hold the value.

    >>> password = Secret("correct horse")
    >>> print(password, repr(password), f"{password:>12}")
    ********** Secret('**********')   **********
    >>> password.reveal()
    'correct horse'
    >>> password == Secret("correct horse"), password == "correct horse"
    (True, False)
    """

    __module__ = "deployspec"

    __slots__ = ("_value",)
    _value: str

    def __init__(self, value: str) -> None:
        if not isinstance(cast("object", value), str):  # callers without a type checker
            raise TypeError(f"a secret is a str, not {type(value).__name__}")
        _VALUE.__set__(self, value)

    def reveal(self) -> str:
        """Return the value itself. Whoever calls this answers for where it goes.

        >>> Secret("t0ken").reveal()
        't0ken'
        """
        return cast("str", _VALUE.__get__(self))

    def __repr__(self) -> str:
        return f"Secret({MASK!r})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        import hmac  # here, since OpenSSL is slow to load and few compare secrets

        # `surrogatepass`, since a lone surrogate in a password is no reason for an exception that names it.
        mine, theirs = (secret.reveal().encode("utf-8", "surrogatepass") for secret in (self, other))
        return hmac.compare_digest(mine, theirs)

    def __hash__(self) -> int:
        return hash((Secret, self.reveal()))

    def __bool__(self) -> bool:
        return bool(self.reveal())

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a secret cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("a secret cannot be changed")


# The slot is taken off the class, so that no walk over attributes, such as `inspect.getmembers`, comes by the value.
_VALUE: Any = Secret.__dict__["_value"]
delattr(Secret, "_value")


@final
class Variables(Confidential, Mapping[str, str]):
    """Names and values that cannot be changed; `repr` shows the names alone.

    Raises `TypeError` where a name or a value is no `str`; the message does not hold it.

    >>> config = Variables({"RAILS_ENV": "production"})
    >>> config, config["RAILS_ENV"], config == {"RAILS_ENV": "production"}
    (<RAILS_ENV>, 'production', True)
    """

    # The one slot is bound to a dictionary of our own: as fast as that, and a walk over attributes meets no value.
    __slots__ = ("get",)
    get: Any

    def __init__(self, values: Mapping[str, str]) -> None:
        copied: dict[Any, Any] = dict(values)
        other = None
        try:
            # Joining is the fastest way to ask whether all are `str`.
            "".join(copied)
            "".join(copied.values())
        except TypeError:
            # Not `isinstance`, since a proxy of a `str` calls itself one.
            parts = (part for pair in copied.items() for part in pair)
            other = next(type(part).__name__ for part in parts if not issubclass(type(part), str))
        if other is not None:  # told here, since Python would keep the other exception and all that its frames hold
            raise TypeError(f"names and values must be str, not {other}")
        object.__setattr__(self, "get", copied.get)

    def __getitem__(self, name: str) -> str:
        value: str = self.get.__self__[name]
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self.get.__self__)

    def __len__(self) -> int:
        return len(self.get.__self__)

    def __repr__(self) -> str:
        return f"<{', '.join(map(_on_one_line, self))}>"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("variables cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("variables cannot be changed")


def _on_one_line(name: str) -> str:
    return name if name.isprintable() else ascii(name)[1:-1]
