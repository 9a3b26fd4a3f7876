"""Exceptions that are not ours: raised at each call of a function that receives secrets, they keep no secret.

A profile function raises them, as a signal handler does for a time limit. The variables of every frame are searched.
"""

from __future__ import annotations

import base64
import copy
import inspect
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from types import FrameType, TracebackType
from typing import Any, NoReturn

import pytest

from deployspec import (
    App,
    BuildOptions,
    Credential,
    Env,
    Keyring,
    Secret,
    compare_lookups,
    counterfactuals,
    credentials_for,
    environment_for,
    lookup_all,
    parse_assignments,
    parse_docker_config,
    parse_env,
    render,
    resolve,
)
from deployspec._core.secret import hide_frames
from deployspec.sources import AppFiles

SENTINEL = "c0rrect-h0rse"
ENCODED = base64.b64encode(f"ada:{SENTINEL}".encode()).decode()
MOST_POINTS = 60

CONFIG = {
    "APTIBLE_PRIVATE_REGISTRY_HOST": "quay.io",
    "APTIBLE_PRIVATE_REGISTRY_USERNAME": f"ada{SENTINEL}",
    "APTIBLE_PRIVATE_REGISTRY_PASSWORD": SENTINEL,
    "DB_PASSWORD": SENTINEL,
}
LOGINS = json.dumps({"auths": {"quay.io": {"auth": ENCODED}, "ghcr.io": {"username": "a", "password": SENTINEL}}})


def app_of(**config: str) -> App:
    keyring = Keyring([Credential(scope="ghcr.io", username="ada", password=Secret(SENTINEL), email=SENTINEL)])
    build = BuildOptions(args={"TOKEN": SENTINEL})
    return App({**CONFIG, **config}, "web: run", "FROM quay.io/a/b\nFROM ghcr.io/a/b", keyring=keyring, build=build)


BUILD, PULL = app_of(), app_of(APTIBLE_DOCKER_IMAGE="quay.io/a/b:1")
PLAN = resolve(PULL)
GIVEN = credentials_for(PLAN, PULL)
ENV = parse_env("\n".join(f"{name}={value}" for name, value in CONFIG.items()), source="config.env")
(NOTE,) = render.kubernetes(PLAN).losses[:1] or PLAN.diagnostics[:1]


CALLS: dict[str, Callable[[], object]] = {
    "parse_env": lambda: parse_env(f"A={SENTINEL}\nB='{SENTINEL}'"),
    "parse_env of bytes": lambda: parse_env(f"A={SENTINEL}\n".encode() + b"\xff"),
    "parse_assignments": lambda: parse_assignments([f"A={SENTINEL}"]),
    "parse_docker_config": lambda: parse_docker_config(LOGINS),
    "parse_docker_config of bytes": lambda: parse_docker_config(LOGINS.encode() + b"\xff"),
    "lookup_all": lambda: lookup_all(LOGINS, "quay.io/a/b"),
    "compare_lookups": lambda: compare_lookups(PLAN, LOGINS),
    "App": lambda: App(CONFIG),
    "AppFiles.app": lambda: AppFiles(procfile=b"web: run", dockerfile=None).app(CONFIG),
    "BuildOptions": lambda: BuildOptions(args={"TOKEN": SENTINEL}),
    "Env": lambda: Env(CONFIG),
    "Credential": lambda: Credential(scope="quay.io", username=SENTINEL, password=Secret(SENTINEL), email=SENTINEL),
    "Secret.__eq__": lambda: Secret(SENTINEL) == Secret(SENTINEL),
    "resolve a build": lambda: resolve(BUILD),
    "resolve a pull": lambda: resolve(PULL),
    "counterfactuals": lambda: list(counterfactuals(PULL)),
    "environment_for": lambda: environment_for(PLAN, PULL),
    "credentials_for": lambda: credentials_for(PLAN, PULL),
    "auth_file": lambda: render.auth_file(PLAN, GIVEN),
    "auth_files": lambda: render.auth_files(resolve(BUILD), credentials_for(resolve(BUILD), BUILD)),
    "kubernetes_secret": lambda: render.kubernetes_secret(PLAN, GIVEN, name="registry"),
    "auth_config": lambda: render.auth_config(PLAN.pulls[0], GIVEN),
    "x_registry_auth": lambda: render.x_registry_auth(PLAN.pulls[0], GIVEN),
    "diagnostics": lambda: render.diagnostics(ENV.diagnostics + PLAN.diagnostics, sources={"config.env": ENV}),
    "diagnostics of a text": lambda: render.diagnostics(PLAN.diagnostics, sources={"Procfile": f"A={SENTINEL}"}),
}


class TimeLimit(BaseException):
    """Raised by a caller's signal handler."""


def is_ours(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__")).startswith("deployspec")


def raising_at(point: int, error: type[BaseException]) -> tuple[Callable[[FrameType, str, object], None], list[int]]:
    """Return a profile function that raises at the given call of our code, and a list with the calls that it saw."""
    seen = [0]

    def profile(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and is_ours(frame):
            seen[0] += 1
            if seen[0] == point:
                raise error

    return profile, seen


def run(call: Callable[[], object], point: int, error: type[BaseException]) -> tuple[BaseException | None, int]:
    profile, seen = raising_at(point, error)
    caught = None
    sys.setprofile(profile)
    try:
        call()
    except BaseException as raised:  # noqa: BLE001  # it is looked at
        sys.setprofile(None)
        caught = raised
    finally:
        sys.setprofile(None)
    return caught, seen[0]


def variables_of(error: BaseException | None) -> Iterator[tuple[str, object]]:
    """Yield the local variables of our frames of an exception, its causes and its contexts."""
    while error is not None:
        frames: TracebackType | None = error.__traceback__
        while frames is not None:
            # While the wrapper is entered, it has the arguments, as the caller's frame does.
            code = frames.tb_frame.f_code
            is_entered = code.co_name == "wrapper" and frames.tb_lineno == code.co_firstlineno
            if is_ours(frames.tb_frame) and not is_entered:
                yield from frames.tb_frame.f_locals.items()
            frames = frames.tb_next
        error = error.__cause__ or error.__context__


def expanded(value: Any, depth: int = 4) -> str:
    """What a walker shows that expands containers and mappings."""
    kind: Any = value.__class__
    if depth and issubclass(kind, Mapping):
        return " ".join(f"{expanded(name, depth - 1)} {expanded(item, depth - 1)}" for name, item in value.items())
    if depth and issubclass(kind, list | tuple | set | frozenset):
        return " ".join(expanded(item, depth - 1) for item in value)
    return repr(value)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # raised while a generator is closed
@pytest.mark.parametrize("error", [TimeLimit, MemoryError, RecursionError, KeyboardInterrupt])
@pytest.mark.parametrize("name", CALLS)
def test_a_foreign_exception_keeps_no_secret(name: str, error: type[BaseException]) -> None:
    call = CALLS[name]
    _, total = run(call, 0, error)
    assert total > 0
    for point in {2, 3, 4, 5, total, *range(6, total, max(1, total // MOST_POINTS))}:
        caught, _ = run(call, point, error)
        if caught is None:  # fewer calls than before, because a module is loaded only once
            continue
        shown = " ".join(f"{name}={expanded(value)}" for name, value in variables_of(caught))
        assert SENTINEL not in shown, (point, shown[:2000])
        assert ENCODED not in shown, (point, shown[:2000])


def test_the_frames_of_the_traceback_stay_without_variables() -> None:
    @hide_frames
    def outer(secret: str) -> NoReturn:
        inner(secret)

    def inner(secret: str) -> NoReturn:
        raise ZeroDivisionError(len(secret))

    with pytest.raises(ZeroDivisionError) as caught:
        outer(SENTINEL)
    names = [entry.name for entry in caught.traceback]
    assert names[1:] == ["wrapper", "outer", "inner"]
    assert [entry.frame.f_locals for entry in caught.traceback[2:]] == [{}, {}]
    assert {"args", "kwargs"}.isdisjoint(caught.traceback[1].frame.f_locals)


def test_an_exception_that_is_raised_a_second_time_by_the_caller() -> None:
    """Its traceback begins in a frame that still runs, which is not cleared."""
    stored: list[KeyError] = []
    try:
        CALLS.__getitem__("unknown")
    except KeyError as error:
        stored.append(error)

    @hide_frames
    def again(secret: str) -> NoReturn:
        assert secret
        raise stored[0]

    kept = copy.copy(SENTINEL)
    with pytest.raises(KeyError) as caught:
        again(SENTINEL)
    assert kept == SENTINEL
    assert caught.value is stored[0]


def test_the_context_of_an_exception_is_dropped() -> None:
    @hide_frames
    def decode(secret: bytes) -> str:
        try:
            return secret.decode()
        except UnicodeDecodeError:
            raise TimeLimit from None

    with pytest.raises(TimeLimit) as caught:
        decode(SENTINEL.encode() + b"\xff")
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


DEPTHS = range(1, 60)


@pytest.mark.parametrize("call", [CALLS[name] for name in ("parse_docker_config", "resolve a pull", "auth_file")])
def test_near_the_end_of_the_stack_a_recursion_error_keeps_no_secret(call: Callable[[], object]) -> None:
    limit = sys.getrecursionlimit()
    shown: list[str] = []

    def nested(levels: int) -> Any:
        return nested(levels - 1) if levels else call()

    call()
    depth = len(inspect.stack(0))
    for room in DEPTHS:
        try:
            nested(limit - depth - room)
        except RecursionError as error:
            shown += (f"{name}={expanded(value)}" for name, value in variables_of(error))
    assert SENTINEL not in " ".join(shown)
