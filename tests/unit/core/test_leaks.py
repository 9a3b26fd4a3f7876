"""Every way out of the process that Python offers, tried on every value that may hold a secret."""

from __future__ import annotations

import base64
import copy
import dataclasses
import inspect
import json
import logging
import marshal
import pickle
import pprint
import string
import traceback
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import attrs
import pytest

from deployspec import (
    App,
    BuildOptions,
    Credential,
    CredentialRef,
    Credentials,
    DeploySpecError,
    Env,
    ImagePull,
    Keyring,
    Secret,
    parse_assignments,
    parse_docker_config,
    parse_env,
    parse_reference,
    render,
    resolve,
)
from deployspec._core.secret import Variables

SENTINEL = "sentinel"
LOGIN = {"APTIBLE_PRIVATE_REGISTRY_USERNAME": SENTINEL, "APTIBLE_PRIVATE_REGISTRY_PASSWORD": SENTINEL}


def credential() -> Credential:
    secret = Secret(SENTINEL)
    return Credential(scope="quay.io", username=SENTINEL, password=secret, identity_token=secret, email=SENTINEL)


WANTED = CredentialRef(scope="quay.io", owner="app", source="default")
HOLDERS: dict[str, Any] = {
    "Secret": Secret(SENTINEL),
    "Variables": Variables({"NAME": SENTINEL}),
    "Credential": credential(),
    "Keyring": Keyring([credential()]),
    "Credentials": Credentials({CredentialRef(scope="quay.io", owner="app", source="default"): credential()}),
    "Env": Env({"NAME": SENTINEL}),
    "App": App({"NAME": SENTINEL, **LOGIN}, "web: run", keyring=Keyring([credential()])),
    "BuildOptions": BuildOptions(args={"NAME": SENTINEL}),
    "auth_config": render.auth_config(
        ImagePull(reference=parse_reference("quay.io/a/b"), role="app", credential=WANTED), {WANTED: credential()}
    ),
}
holders = pytest.mark.parametrize("value", HOLDERS.values(), ids=HOLDERS)


def is_attrs(value: object) -> bool:
    return attrs.has(type(value))


def as_dict(value: Any) -> Any:
    return attrs.asdict(value) if is_attrs(value) else {"value": value}


@dataclasses.dataclass
class Held:
    value: Any


def expanded(value: Any) -> str:
    """What an error reporter shows that expands mappings, sequences, and the fields of attrs classes."""
    kind: Any = value.__class__
    inside: list[Any] = []
    if issubclass(kind, Mapping):
        inside = list(value.items())
    elif issubclass(kind, (list, tuple)):
        inside = list(value)
    elif attrs.has(kind):
        inside = [getattr(value, field.name) for field in attrs.fields(kind)]
    return f"{kind.__name__}({', '.join(map(expanded, inside))})" if inside else repr(value)


SHOWN: dict[str, Callable[[Any], object]] = {
    "repr": repr,
    "str": str,
    "format": format,
    "f-string": lambda value: f"{value} {value!r} {value!s} {value!a}",
    "percent": lambda value: "%s %r %a" % (value, value, value),  # noqa: UP031  # logging formats like this
    "Template": lambda value: string.Template("$value").substitute(value=value),
    "containers": lambda value: f"{[value]}{(value,)}{ {'key': value} }",
    "pprint": pprint.pformat,
    "asdict": lambda value: pprint.pformat(as_dict(value)),
    "astuple": lambda value: pprint.pformat(attrs.astuple(value) if is_attrs(value) else value),
    "json by str": lambda value: json.dumps(as_dict(value), default=str, skipkeys=True),
    "json by repr": lambda value: json.dumps(as_dict(value), default=repr, skipkeys=True),
    "dataclass": lambda value: f"{Held(value)}{dataclasses.asdict(Held(value))}",
    "members": lambda value: str(inspect.getmembers(value)),
    "dir": lambda value: str(dir(value)),
    "state": lambda value: str(getattr(value, "__getstate__", lambda: "")()),
    "copy": lambda value: f"{copy.copy(value)!r}{copy.deepcopy([value])!r}",
    "expanding walker": expanded,
    "exception": lambda value: "".join(traceback.format_exception(ValueError(value))),
}


@holders
@pytest.mark.parametrize("way", [name for name in SHOWN if name != "members"])
def test_no_way_of_showing_shows_a_secret(value: Any, way: str) -> None:
    assert SENTINEL not in str(SHOWN[way](value))


@pytest.mark.parametrize("name", ["Secret", "Variables", "Keyring", "Credentials", "Env", "App", "BuildOptions"])
def test_a_walk_over_attributes_meets_no_secret(name: str) -> None:
    """A `Credential` has properties that give the user name to who asks by its name."""
    assert SENTINEL not in str(SHOWN["members"](HOLDERS[name]))


@holders
def test_what_holds_secrets_has_no_dict(value: Any) -> None:
    with pytest.raises(TypeError):
        vars(value)


@holders
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_what_holds_secrets_is_not_pickled(value: Any, protocol: int) -> None:
    with pytest.raises(
        TypeError, match=f"`{type(value).__name__}` may contain secrets and cannot be pickled"
    ) as caught:
        pickle.dumps({"key": [value]}, protocol)
    assert SENTINEL not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("value", [Keyring(), App(), BuildOptions(), Credentials({}), Variables({})])
def test_nor_is_what_could_hold_one(value: Any) -> None:
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(value)


@holders
def test_a_copy_is_the_same_object(value: Any) -> None:
    assert copy.copy(value) is value
    assert copy.deepcopy({"key": [value]})["key"][0] is value


@holders
def test_no_writer_takes_what_holds_secrets(value: Any) -> None:
    for write in (json.dumps, marshal.dumps):
        with pytest.raises((TypeError, ValueError)) as caught:
            write(value)
        assert SENTINEL not in str(caught.value)


@holders
def test_logs_show_no_secret(value: Any, caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("deployer")
    logger.warning("%s %r", value, value)
    logger.warning({"login": value})
    try:
        int(value)
    except TypeError:
        logger.exception("refused", extra={"login": value})
    assert len(caplog.records) == 3
    assert SENTINEL not in caplog.text
    assert all(SENTINEL not in str(vars(record)) for record in caplog.records)


@pytest.mark.parametrize("view", ["keys", "items", "values"])
def test_a_view_of_variables_shows_no_value(view: str) -> None:
    found = getattr(Variables({"NAME": SENTINEL}), view)()
    shown = f"{found}{found!r}{inspect.getmembers(found)}"
    assert "<NAME>" in shown
    assert SENTINEL not in f"{shown}{getattr(found, 'mapping', None)}"


def test_variables_cannot_be_changed() -> None:
    given = {"NAME": "1"}
    variables: Any = Variables(given)
    given["NAME"] = "2"
    assert variables == {"NAME": "1"}
    assert (list(variables), len(variables), variables.keys()) == (["NAME"], 1, {"NAME"})
    assert (variables.get("NAME"), variables.get("X"), variables.get("X", "y")) == ("1", None, "y")
    for change in (
        lambda: setattr(variables, "get", dict),
        lambda: delattr(variables, "get"),
        lambda: variables.__setitem__("NAME", "2"),
    ):
        with pytest.raises(AttributeError):
            change()
    assert repr(Variables({"A\nB": "1"})) == "<A\\nB>"


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_method_of_variables_is_not_pickled(protocol: int) -> None:
    config = App({"NAME": SENTINEL}).config
    for method in (config.get, config.keys, config.items()):
        with pytest.raises(TypeError, match="cannot be pickled"):
            pickle.dumps(method, protocol)


def test_variables_compare_as_mappings_do() -> None:
    variables = Variables({"A": "1"})
    assert variables == Variables({"A": "1"})
    assert variables == MappingProxyType({"A": "1"})
    assert variables != {"A": "2"}
    assert variables != 1
    assert ("A" in variables, "B" in variables, list(variables.values()), dict(variables)) == (
        True,
        False,
        ["1"],
        {"A": "1"},
    )
    assert {**variables} == {"A": "1"}
    with pytest.raises(TypeError, match="unhashable"):
        hash(variables)


def test_an_interrupt_keeps_no_secret_in_its_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: object, text: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("deployspec._env.env.EnvParser.parse_text", interrupted)
    with pytest.raises(KeyboardInterrupt) as caught:
        parse_env(f"A={SENTINEL}")
    assert SENTINEL not in frames_of(caught.value)


def frames_of(error: BaseException) -> str:
    """What an error reporter that captures locals would send of our frames, those that attrs wrote included."""
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    ours = [frame for frame in told.stack if "deployspec" in frame.filename and frame.filename != __file__]
    assert ours
    chain = (error.__cause__, error.__context__, getattr(error, "__notes__", None), error.args, vars(error))
    return f"{[frame.locals for frame in ours]}{chain}{error!r}{error}"


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


FAILING: dict[str, Callable[[], object]] = {
    "config text": lambda: parse_env(f"A={SENTINEL}\n{SENTINEL}\n{SENTINEL}='"),
    "config bytes": lambda: parse_env(f"A={SENTINEL}\n".encode() + b"\xff"),
    "assignments": lambda: parse_assignments([f"A={SENTINEL}", SENTINEL, f"={SENTINEL}"]),
    "key of a login": lambda: parse_docker_config(
        json.dumps({"auths": {f"u:{SENTINEL}@quay.io": {"auth": b64(f"u:{SENTINEL}")}}})
    ),
    "login without a colon": lambda: parse_docker_config(json.dumps({"auths": {"quay.io": {"auth": b64(SENTINEL)}}})),
    "login that is no base64": lambda: parse_docker_config(json.dumps({"auths": {"quay.io": {"auth": SENTINEL}}})),
    "logins that are no JSON": lambda: parse_docker_config(f'{{"auths": {{"quay.io": {{"password": "{SENTINEL}"'),
    "scope of a login": lambda: Credential(
        scope=f"u:{SENTINEL}@quay.io", username=SENTINEL, password=Secret(SENTINEL), email=SENTINEL
    ),
    "two logins": lambda: Keyring([credential(), credential()]),
    "half a login": lambda: resolve(App({**LOGIN, "APTIBLE_PRIVATE_REGISTRY_USERNAME": ""}, "web: run")),
    "host with a password": lambda: resolve(
        App({**LOGIN, "APTIBLE_PRIVATE_REGISTRY_HOST": f"https://u:{SENTINEL}@quay.io"}, "web: run", "FROM a")
    ),
    "user name": lambda: resolve(
        App({**LOGIN, "APTIBLE_PRIVATE_REGISTRY_USERNAME": f"{SENTINEL}:"}, "web: run", "FROM a")
    ),
    "image with a password": lambda: resolve(
        App({**LOGIN, "APTIBLE_DOCKER_IMAGE": f"https://u:{SENTINEL}@quay.io/a/b", "X": SENTINEL}, "web: run")
    ),
}


@pytest.mark.parametrize("fail", FAILING.values(), ids=FAILING)
def test_a_fault_keeps_no_secret_in_its_frames_chain_or_notes(fail: Callable[[], object]) -> None:
    with pytest.raises(DeploySpecError) as caught:
        fail()
    assert SENTINEL not in frames_of(caught.value)
    assert SENTINEL.encode() not in pickle.dumps(caught.value)
    assert caught.value.__context__ is None


NO_STR: Any = [SENTINEL]
WRONG: Any = {"A": SENTINEL, "B": NO_STR}
# What calls itself a `str` and is none, as proxies do.
POSED: Any = {"A": SENTINEL, "B": type("Posing", (), {"__class__": str})()}
OF_WRONG_TYPES: dict[str, Callable[[], object]] = {
    "Secret": lambda: Secret(NO_STR),
    "Variables": lambda: Variables(WRONG),
    "Variables of no mapping": lambda: Variables(NO_STR),
    "App": lambda: App(WRONG),
    "App of no mapping": lambda: App(NO_STR),
    "App of what poses as a str": lambda: App(POSED),
    "BuildOptions": lambda: BuildOptions(args=WRONG),
    "Env": lambda: Env(WRONG),
    "Credential": lambda: Credential(scope="a.b", username=SENTINEL, password=Secret(SENTINEL), email=NO_STR),
    "parse_env": lambda: parse_env(NO_STR),
    "parse_assignments": lambda: parse_assignments([f"A={SENTINEL}", NO_STR]),
    "parse_docker_config": lambda: parse_docker_config(NO_STR),
}


@pytest.mark.parametrize("fail", OF_WRONG_TYPES.values(), ids=OF_WRONG_TYPES)
def test_nor_does_a_wrong_type(fail: Callable[[], object]) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        fail()
    assert SENTINEL not in frames_of(caught.value)


def test_a_constructor_still_tells_what_it_takes() -> None:
    assert list(inspect.signature(App).parameters)[:3] == ["config", "procfile", "dockerfile"]
