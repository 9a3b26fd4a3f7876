"""Values that hide themselves: a password, and the variables of an app.

These are slotted classes rather than attrs classes, so that `attrs.asdict` cannot read them. Nothing that Python does
by itself (`repr`, `str`, `format`, `vars`, `inspect`, `pickle`, `json`) shows a value; only `Secret.reveal` and the
look-up of a variable return one.

Two tools serve every class that may contain secrets: `hide_frames` keeps secrets out of tracebacks, and `Confidential`
refuses pickling.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, ItemsView, Iterator, KeysView, Mapping, ValuesView
from typing import TYPE_CHECKING, Any, NoReturn, cast, final

from deployspec._core.text import one_line

if TYPE_CHECKING:
    from typing import ParamSpec, Self, TypeVar

    from deployspec._core.spans import VariableSpan

    Parameters = ParamSpec("Parameters")
    Result = TypeVar("Result")

__all__ = ["Secret"]

MASK = "**********"


# Tools for classes and functions that handle secrets


def hide_frames(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Wrap a function that receives secrets, so that no exception that leaves it keeps them.

    Error reporters send the local variables of every frame of a traceback. The frames stay, so that the traceback shows
    every line, but their variables are deleted: also those of exceptions that are not ours, such as a time limit that
    is raised in a signal handler. An exception that was being handled is not kept as context, because that of a decoder
    contains the text.
    """

    @functools.wraps(function)
    def wrapper(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        try:
            return function(*args, **kwargs)
        except BaseException as error:  # noqa: BLE001  # interrupts too; it is raised again
            del args, kwargs
            # Without calls of Python functions, because the stack may be at its end.
            entry = frames = error.__traceback__.tb_next  # type: ignore[union-attr]  # an exception that was raised
            while entry is not None:
                try:  # noqa: SIM105
                    entry.tb_frame.clear()
                except RuntimeError:  # the frame still runs: the caller raises an exception a second time
                    pass
                entry = entry.tb_next
            error.__context__ = None
            raise error.with_traceback(frames) from None

    return wrapper


class Confidential:
    """Base of the classes that may contain secrets: they cannot be pickled, and a copy is the same object.

    If a constructor raises, its arguments are not kept in the traceback.
    """

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        # attrs creates a class with slots twice, first without its constructor.
        if "__init__" in vars(cls) and not hasattr(cls.__init__, "__wrapped__"):
            cls.__init__ = hide_frames(cls.__init__)  # type: ignore[method-assign]

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(f"`{type(self).__name__}` may contain secrets and cannot be pickled; build it where it is used")


# A password


@final
class Secret(Confidential):
    """Text that must not be shown: a password or a token.

    Secrets compare in constant time, and only with other secrets. They cannot be pickled, and a copy is the same
    object.

    Raises `TypeError` if the value is not a `str`; the message does not contain the value.

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
        """Return the value. The caller is responsible for keeping it out of logs and error reports.

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

    @hide_frames
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        import hmac  # imported here, because it loads OpenSSL, which is slow

        # `surrogatepass`, because an encoding error for a lone surrogate would quote the password.
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


# The slot is removed from the class, so that tools that list attributes, such as `inspect.getmembers`, do not find it.
_VALUE: Any = Secret.__dict__["_value"]
delattr(Secret, "_value")


# The variables of an app


# Error reporters and debuggers expand each `collections.abc.Mapping` among the local variables of a frame. So variables
# are a mapping for type checkers and in their methods, but not for `isinstance`.
if TYPE_CHECKING:
    _MappingOfText = Mapping[str, str]
else:
    _MappingOfText = object


class _Values(dict[str, str]):
    """The values of `Variables`, which their method `get` leads to: they cannot be pickled."""

    __slots__ = ()

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("variables may contain secrets and cannot be pickled")


@final
class Variables(Confidential, _MappingOfText):
    """An immutable mapping from names to values; `repr` shows only the names.

    `spans` are the locations of the variables in the text that they were parsed from; `None` if there was no text.

    Raises `TypeError` for other types. The message contains `parameter` and the name of the variable, never a value.

    >>> config = Variables({"RAILS_ENV": "production"})
    >>> config, config["RAILS_ENV"], config == {"RAILS_ENV": "production"}
    (<RAILS_ENV>, 'production', True)
    """

    # `get` is the method of a private dictionary: a look-up is as fast as in that dictionary, and tools that list
    # attributes find a method rather than the values.
    __slots__ = ("get", "spans")
    get: Any
    spans: Mapping[str, VariableSpan] | None

    def __init__(
        self,
        values: Mapping[str, str],
        parameter: str = "values",
        spans: Mapping[str, VariableSpan] | None = None,
    ) -> None:
        kind: type = type(values)
        if kind is not dict and kind is not Variables:
            from deployspec._core.arguments import check_type  # imported here, because it is rarely needed

            check_type(parameter, values, Mapping)
        copied: dict[Any, Any] = _Values(values)
        wrong_type = None
        try:
            # Joining is the fastest way to check that all of them are `str`.
            "".join(copied)
            "".join(copied.values())
        except TypeError:
            wrong_type = _wrong_type(copied, parameter)
        if wrong_type is not None:  # raised outside `except`, so that the other exception is not kept with its frames
            raise TypeError(wrong_type)
        object.__setattr__(self, "get", copied.get)
        object.__setattr__(self, "spans", spans)

    def __getitem__(self, name: str) -> str:
        value: str = self.get.__self__[name]
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self.get.__self__)

    def __len__(self) -> int:
        return len(self.get.__self__)

    def __contains__(self, name: object) -> bool:
        return name in self.get.__self__

    def keys(self) -> KeysView[str]:
        """Return a view of the names."""
        return KeysView(self)

    def values(self) -> ValuesView[str]:
        """Return a view of the values; its `repr` shows only the names."""
        return ValuesView(self)

    def items(self) -> ItemsView[str, str]:
        """Return a view of names and values; its `repr` shows only the names."""
        return ItemsView(self)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Variables):
            return bool(self.get.__self__ == other.get.__self__)
        if not isinstance(other, Mapping):
            return NotImplemented
        return bool(self.get.__self__ == dict(cast("Mapping[object, object]", other)))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{', '.join(map(one_line, self))}>"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("variables cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("variables cannot be changed")


def _wrong_type(values: dict[Any, Any], parameter: str) -> str:
    """Return the message about the first name or value that is not a `str`."""
    # `issubclass` rather than `isinstance`, because a proxy of a `str` claims to be an instance.
    wrong = next(pair for pair in values.items() if not all(issubclass(type(part), str) for part in pair))
    name, value = wrong
    if not issubclass(type(name), str):
        return f"names in {parameter} must be str, not {type(name).__name__}"
    shown = "None" if value is None else type(value).__name__
    return f'{parameter}["{one_line(name, 60)}"] must be a str, not {shown}'
