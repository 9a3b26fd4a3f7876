"""Options of `RUN --mount`: which ones BuildKit accepts for which type."""

from __future__ import annotations

import pytest

from deployspec._dockerfile.dispatch.mounts import parse_mount


def faults(value: str) -> list[tuple[int | None, str, str]]:
    mount = parse_mount(value.split(","), lambda _, text: None if text == "$" else text)
    return [(fault.field, fault.code, fault.message) for fault in mount.faults]


VALID = [
    *("target=/x", "type=bind,source=a,dst=/x,ro", "TYPE=Bind,rw,destination=/x", "type=bind,readwrite=f,readonly=T"),
    *("type=cache,target=/x,id=a,sharing=Locked,uid=1,gid=2,mode=0755", "type=tmpfs,target=/x,size=64m"),
    *("type=secret,id=a", "type=secret,source=a", "type=secret,target=a,required", "type=secret,id=a,env=A,mode=0400"),
    *("type=ssh", "type=ssh,required=true,id=a,uid=1", "type=$,mode=1,required,size=1,sharing=shared", "type=ssh,env="),
    *("type=bind,ro=$", "type=tmpfs,size=$", "type=secret,id=$", "type=secret,from=$,id=a", "from="),
]
INVALID = {
    "z": (0, "mount-option", "mount option `z` has no value"),
    "type": (0, "mount-option", "mount option `type` has no value"),
    "": (0, "mount-option", "mount option `` has no value"),
    "foo=bar": (0, "mount-option", "unknown mount option `foo`"),
    "type=nope": (0, "mount-type", "unknown mount type in `type=nope`"),
    "type=": (0, "mount-type", "unknown mount type in `type=`"),
    "target=/x,required": (1, "mount-option", "mount option `required` is not allowed for the type `bind`"),
    "required=1,type=secret,id=a": (0, "mount-option", "mount option `required` is not allowed for the type `bind`"),
    "type=ssh,size=1": (1, "mount-option", "mount option `size` is not allowed for the type `ssh`"),
    "type=ssh,required=maybe": (1, "mount-option", "invalid value of the mount option `required=maybe`"),
    "type=tmpfs,size=x": (1, "mount-option", "invalid value of the mount option `size=x`"),
    "type=cache,sharing=all": (1, "mount-option", "invalid value of the mount option `sharing=all`"),
    "type=cache,mode=999": (1, "mount-option", "invalid value of the mount option `mode=999`"),
    "type=cache,uid=abc": (1, "mount-option", "invalid value of the mount option `uid=abc`"),
    "ro=maybe": (0, "mount-option", "invalid value of the mount option `ro=maybe`"),
    "target=/x,gid=1": (1, "mount-option", "mount option `gid` is not allowed for the type `bind`"),
    "type=tmpfs,mode=$": (1, "mount-option", "mount option `mode` is not allowed for the type `tmpfs`"),
    "type=ssh,sharing=shared": (1, "mount-option", "mount option `sharing` is not allowed for the type `ssh`"),
    "type=secret,id=a,from=b": (2, "mount-option", "mount option `from` is not allowed for the type `secret`"),
    "type=secret": (None, "mount-target", "secret mount has neither an `id` nor a `target`"),
    "type=secret,id=a,src=b": (2, "mount-option", "secret mount has an `id` and a `source`"),
    "type=ssh,source=a": (1, "mount-option", "mount option `source` is not allowed for the type `ssh`"),
}


@pytest.mark.parametrize("value", VALID)
def test_a_mount_is_valid(value: str) -> None:
    assert faults(value) == []


@pytest.mark.parametrize(("value", "fault"), INVALID.items())
def test_a_mount_is_refused(value: str, fault: tuple[int | None, str, str]) -> None:
    assert faults(value) == [fault]


def test_all_fields_at_fault_are_reported() -> None:
    assert [number for number, _, _ in faults("type=nope,z,mode=9,foo=1")] == [0, 1, 2, 3]


def test_hints_name_close_options_and_types() -> None:
    def hints(value: str) -> list[str | None]:
        return [fault.hint for fault in parse_mount(value.split(","), lambda _, text: text).faults]

    assert hints("type=cash,taget=/x,zzz=1,typ,sharing") == [
        "did you mean `cache`?",
        "did you mean `target`?",
        None,
        "did you mean `type`?",
        "write `sharing=…`",
    ]
    assert hints("type=zzz") == ["use one of `bind`, `cache`, `tmpfs`, `secret`, `ssh`"]
