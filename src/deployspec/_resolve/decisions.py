"""The decision table as data: which states of the inputs lead to which plan.

| image variable | Dockerfile | a needed image has a login of the app's owner | plan |
|---|---|---|---|
| set | any | – | `Pull` |
| unset | present | no | `Build` |
| unset | present | yes | `Extend` |
| unset | absent | – | error `nothing-to-deploy` |

`resolve` is written as plain code with a branch for each row. The page of decisions in the documentation shows this
table, and a test compares the code with it for every combination of the inputs.
"""

from typing import Literal, TypeAlias

import attrs

__all__ = ["DECISIONS", "Decision", "Outcome"]

Outcome: TypeAlias = Literal["pull", "build", "extend", "nothing-to-deploy"]


@attrs.frozen
class Decision:
    """One row of the decision table: the states of the inputs and the outcome (`-`: the input is not read)."""

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
