from __future__ import annotations

import copy
import json
import pickle
import traceback

import attrs
import pytest

from deployspec import Secret

SENTINEL = "sentinel-pw"


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (repr(Secret(SENTINEL)), "Secret('**********')"),
        (str(Secret(SENTINEL)), "**********"),
        (f"{Secret(SENTINEL)}", "**********"),
        (f"{Secret(SENTINEL)!r:>21}", " Secret('**********')"),
        (f"{Secret(SENTINEL):>12}", "  **********"),
        (f"{Secret(SENTINEL):.3}", "***"),
        ("%s" % Secret(SENTINEL), "**********"),  # noqa: UP031  # logging formats like this
        (str([Secret(SENTINEL)]), "[Secret('**********')]"),
        (str(Secret("")), "**********"),
    ],
)
def test_a_secret_is_shown_as_a_mask_of_one_length(shown: str, text: str) -> None:
    assert shown == text


@pytest.mark.parametrize("value", ["", SENTINEL, "p\u00e4ss\nw\0rd", "\ud800"])
def test_a_secret_gives_its_value_to_who_asks(value: str) -> None:
    assert Secret(value).reveal() == value
    assert bool(Secret(value)) is bool(value)


@pytest.mark.parametrize("value", [b"sentinel", None, 3, ["sentinel"], Secret("sentinel")])
def test_a_secret_is_made_of_a_str(value: object) -> None:
    with pytest.raises(TypeError, match="a secret is a str, not") as caught:
        Secret(value)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert "sentinel" not in str(caught.value)
    frames = [frame.f_locals for frame, _ in traceback.walk_tb(caught.tb)][1:]
    assert "sentinel" not in str([sorted(map(repr, names.values())) for names in frames])


@pytest.mark.parametrize("value", ["", SENTINEL, "p\u00e4ss", "\ud800"])
def test_secrets_are_equal_by_value_and_to_secrets_only(value: str) -> None:
    one, same, other = Secret(value), Secret(value), Secret(f"{value}x")
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert len({one, same, other}) == 2
    assert one != value
    assert one.__eq__(value) is NotImplemented
    assert hash(one) != hash(value)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_secret_cannot_be_pickled(protocol: int) -> None:
    with pytest.raises(TypeError, match="cannot be pickled") as caught:
        pickle.dumps({"password": Secret(SENTINEL)}, protocol)
    assert SENTINEL not in str(caught.value)


def test_a_secret_cannot_be_written_as_json() -> None:
    with pytest.raises(TypeError) as caught:
        json.dumps({"password": Secret(SENTINEL)})
    assert SENTINEL not in str(caught.value)


def test_a_copy_is_the_same_object() -> None:
    secret = Secret(SENTINEL)
    assert copy.copy(secret) is secret
    assert copy.deepcopy([secret])[0] is secret


@pytest.mark.parametrize("name", ["_Secret__value", "value", "reveal"])
def test_a_secret_cannot_be_changed(name: str) -> None:
    secret = Secret(SENTINEL)
    with pytest.raises(AttributeError, match="a secret cannot be changed"):
        setattr(secret, name, "other")
    with pytest.raises(AttributeError, match="a secret cannot be changed"):
        delattr(secret, name)
    assert secret.reveal() == SENTINEL


def test_a_secret_cannot_be_opened_as_attrs_or_a_dict() -> None:
    @attrs.frozen
    class Login:
        password: Secret

    assert SENTINEL not in str(attrs.asdict(Login(Secret(SENTINEL))))
    assert not attrs.has(Secret)
    with pytest.raises(TypeError):
        vars(Secret(SENTINEL))
