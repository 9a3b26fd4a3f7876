"""States → what the target reaches: no cycles, then a walk, on which the triggers of stages fire.

A stage's ONBUILD triggers are put in front of each reached stage that stands on it; they do not carry past one level.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployspec._dockerfile.stages.convert import parse_trigger, sources_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from deployspec._dockerfile.build.graph import State, States
    from deployspec._dockerfile.places import Place
    from deployspec._dockerfile.stages.stages import Source, Trigger

# Triggers times the stages that stand on theirs: a file of 4 MB could ask for thousands of millions.
MOST_FIRED = 100_000


def check_cycles(states: States) -> None:
    """Tell the stages that take files from themselves, reached or not; what they stand on makes no cycle."""
    done: set[State] = set()
    for start in states.states[: len(states.stages)]:
        if start.sources and start not in done:
            _check_cycle(states, start, done)


def _check_cycle(states: States, start: State, done: set[State]) -> None:
    """Walk depth first without recursion: ten thousand stages may take from each other."""
    # Where each state of the path goes on.
    path: dict[State, Place | None] = {start: None}
    stack: list[tuple[State, Iterator[tuple[State, Place]]]] = [(start, iter(start.sources))]
    while stack:
        state, edges = stack[-1]
        following = next((edge for edge in edges if edge[0] not in done), None)
        if following is None:
            done.add(state)
            del path[state]
            stack.pop()
            continue
        other, place = following
        path[state] = place
        if other in path:
            message = f"the stage {other.label} takes files from itself"
            states.found.error_at("circular", message, path[other], "take files from an earlier stage")
            done.add(other)
        else:
            path[other] = None
            stack.append((other, iter(other.sources)))


def mark_reached(states: States, target: State) -> None:
    """Mark the states that the target reaches, once triggers have named theirs."""
    waiting = [target]
    while waiting:
        state = waiting.pop()
        if state.is_reached:
            continue
        state.is_reached = True
        parent = state.parent
        if parent is not None:
            if parent.stage is not None and parent.stage.triggers:
                _fire(states, state, parent, parent.stage.triggers)
            waiting.append(parent)
        for other, _ in state.sources:
            waiting.append(other)


def _fire(states: States, state: State, parent: State, triggers: tuple[Trigger, ...]) -> None:
    """Let the triggers of a stage name what a state that stands on it takes files from."""
    if parent.fires is None:
        # Read once, be it that a thousand stages stand on this one.
        parent.fires = _fired(states, triggers)
    states.fired += len(parent.fires)
    if states.fired > MOST_FIRED:
        message = f"the triggers of the file take files from more than {MOST_FIRED:,} places"
        states.found.error_at("expansion-too-large", message, triggers[0].place)
        states.found.raise_if_failed()
    states.link(state, parent.fires)


def _fired(states: States, triggers: Iterable[Trigger]) -> list[Source]:
    """Return what triggers take files from."""
    sources: list[Source] = []
    for trigger in triggers:
        for one in parse_trigger(trigger, states.found):
            sources += sources_from(one, trigger)
        states.found.raise_if_full()
    return sources
