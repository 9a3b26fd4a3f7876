"""ENTRYPOINT and CMD of the last stage."""

from __future__ import annotations

import pytest

from deployspec import parse_dockerfile


@pytest.mark.parametrize(
    ("text", "entrypoint", "cmd"),
    [
        ("FROM a\n", None, None),
        ('FROM a\nENTRYPOINT ["/bin/x", "-v"]\nCMD serve now\n', ("/bin/x", "-v"), "serve now"),
        ('FROM a\nENTRYPOINT one\nENTRYPOINT two\nCMD ["x"]\nCMD []\n', "two", ()),
        ("FROM a\nENTRYPOINT one\nCMD two\nFROM b\n", None, None),
        ("FROM scratch\n", (), ()),
        ("FROM a AS x\nENTRYPOINT one\nCMD two\nFROM x\n", "one", "two"),
        ("FROM a AS x\nENTRYPOINT one\nCMD two\nFROM x\nCMD three\n", "one", "three"),
        ("FROM a AS x\nENTRYPOINT one\nCMD two\nFROM x\nENTRYPOINT three\n", "three", ()),
        ("FROM a AS x\nCMD two\nFROM x AS y\nFROM y\n", None, "two"),
        ("ARG B=x\nFROM a AS x\nCMD two\nFROM $B\n", None, "two"),
        ("FROM a AS x\nCMD two\nFROM ${B^}\n", None, None),
        ("FROM a AS x\nCMD two\nONBUILD CMD three\nONBUILD RUN y\nFROM x\n", None, "three"),
        ("FROM a AS x\nONBUILD CMD three\nFROM x\nCMD four\n", None, "four"),
        ("FROM a AS x\nCMD two\nONBUILD ENTRYPOINT three\nFROM x\n", "three", ()),
        ("FROM a AS linux\nCMD x\nFROM $TARGETOS\n", None, "x"),
        ("FROM a\nCMD x\x1c\nENTRYPOINT \ty\x1f \n", "y\x1f", "x\x1c"),
        ("FROM a\nFROM b\nCMD last\n", None, "last"),
        ("FROM a AS b\nCMD x\nFROM $TARGETSTAGE AS b\n", None, "x"),
        ("FROM a AS p\nONBUILD NOPE\nONBUILD CMD y\nFROM p\n", None, "y"),
    ],
)
def test_the_last_stage_has_its_own_commands_or_inherits_them(text: str, entrypoint: object, cmd: object) -> None:
    file = parse_dockerfile(text)
    assert (file.entrypoint, file.cmd) == (entrypoint, cmd)
