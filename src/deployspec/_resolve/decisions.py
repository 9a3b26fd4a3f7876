"""The decision table as data: which states of the inputs lead to which plan.

| image variable | Dockerfile | a needed image has a login of the app's owner | plan |
|---|---|---|---|
| set | any | – | `Pull` |
| unset | present | no | `Build` |
| unset | present | yes | `Extend` |
| unset | absent | – | error `nothing-to-deploy` |

`resolve` asks this table and holds no second copy of it; the documentation and the exhaustive test use it too.
"""

import itertools
from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

import attrs

__all__ = ["DECISIONS", "Decision", "Outcome"]

Outcome: TypeAlias = Literal["pull", "build", "extend", "nothing-to-deploy"]
State: TypeAlias = tuple[str, str, str]


@attrs.frozen
class Decision:
    """One row of the decision table: the states of the inputs, and what comes of them (`-`: it is not looked at)."""

    __module__ = "deployspec"

    image: Literal["set", "unset"]
    dockerfile: Literal["-", "present", "absent"]
    credential: Literal["-", "yes", "no"]
    outcome: Outcome


DECISIONS: tuple[Decision, ...] = (
    Decision("set", "-", "-", "pull"),
    Decision("unset", "present", "no", "build"),
    Decision("unset", "present", "yes", "extend"),
    Decision("unset", "absent", "-", "nothing-to-deploy"),
)
"""The decision table; exactly one row matches any state of the inputs."""


def by_state(table: Iterable[Decision]) -> Mapping[State, Outcome]:
    """Spread a table out, so that one look-up decides; a login that is not looked at stays `-`.

    >>> by_state(DECISIONS)["set", "absent", "-"]
    'pull'
    """
    spread: dict[State, Outcome] = {}
    for row in table:
        dockerfiles = ("present", "absent") if row.dockerfile == "-" else (row.dockerfile,)
        for state in itertools.product((row.image,), dockerfiles, (row.credential,)):
            spread.setdefault(state, row.outcome)
    return spread


_OUTCOMES = by_state(DECISIONS)


def decide(image: str, dockerfile: str, credential: str = "-") -> Outcome | None:
    """Return what comes of a state of the inputs; `None` where it depends on the login, so the images must be read.

    >>> decide("unset", "present"), decide("unset", "present", "yes")
    (None, 'extend')
    """
    return _OUTCOMES.get((image, dockerfile, credential))
