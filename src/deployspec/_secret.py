"""A value that hides itself.

A plain slotted class and no attrs class, so that `attrs.asdict` cannot open it: the value is reached through
`reveal()` alone. Nothing that Python does by itself (`repr`, `str`, `format`, `pickle`, `json`) shows it.
"""

from __future__ import annotations

from typing import Any, NoReturn, cast, final

__all__ = ["Secret"]

MASK = "**********"


@final
class Secret:
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

    __slots__ = ("__value",)
    __value: str

    def __init__(self, value: str) -> None:
        if not isinstance(cast("object", value), str):  # callers without a type checker
            kind = type(value).__name__
            del value  # a traceback with locals must not show it
            raise TypeError(f"a secret is a str, not {kind}")
        object.__setattr__(self, "_Secret__value", value)

    def reveal(self) -> str:
        """Return the value itself. Whoever calls this answers for where it goes.

        >>> Secret("t0ken").reveal()
        't0ken'
        """
        return self.__value

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
        return hash((Secret, self.__value))

    def __bool__(self) -> bool:
        return bool(self.__value)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a secret cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("a secret cannot be changed")

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Secret:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret cannot be pickled; build it where it is used")
