"""What BuildKit refuses in each instruction, with the place of the word."""

from __future__ import annotations

from typing import Any

import pytest

from deployspec import Diagnostic
from deployspec._dockerfile.dispatch.check import check_text

SHA = "sha256:" + "a" * 64


def errors(text: str, **options: Any) -> list[Diagnostic]:
    given: dict[str, Any] = {"build_args": {}, "target": "", "platform": "linux/amd64"}
    given |= {"build_platform": None, "contexts": {}, **options}
    return list(check_text(text, (), **given).diagnostics)


def places(text: str, **options: Any) -> list[tuple[str, int | None, int | None]]:
    return [(found.code.removeprefix("dockerfile-"), found.line, found.column) for found in errors(text, **options)]


# Instructions on `scratch`, and the code and column of each error.
REFUSED: dict[str, list[tuple[str, int]]] = {
    "ENV A=${B:?}": [("expansion", 7)],
    "ENV A=1 B='x": [("expansion", 11)],
    "ENV ${A^}=1": [("expansion", 8)],
    "ENV A x  'y": [("expansion", 10)],
    "LABEL a='x": [("expansion", 9)],
    "LABEL 'a b=c": [("expansion", 7)],
    "LABEL a ${B": [("expansion", 12)],
    "ARG v=${{a:-b}": [("expansion", 9)],
    "ARG A B=1 C='": [("expansion", 13)],
    "WORKDIR ${A:x}": [("expansion", 12)],
    "USER 'x": [("expansion", 6)],
    "VOLUME /x $A": [("volume-empty", 11)],
    'VOLUME ["/x", "$A"]': [("volume-empty", 16)],
    "EXPOSE abc 80 80/x": [("port", 8), ("port", 15)],
    "EXPOSE $A/tcp": [("port", 8)],
    "EXPOSE 'x": [("expansion", 8)],
    "STOPSIGNAL FOO": [("signal", 12)],
    "STOPSIGNAL $A": [("signal", 12)],
    "STOPSIGNAL ${A": [("expansion", 15)],
    "COPY --chmod=zz a b": [("chmod", 14)],
    "COPY --chmod='$A z' a b": [("chmod", 15)],
    "COPY --chown=${A^} a b": [("expansion", 17)],
    "COPY https://x/y git@h:a ./git@h:b /": [("copy-remote", 6), ("copy-remote", 18)],
    "COPY github.com/a/b?x=1 /": [("copy-remote", 6)],
    "COPY 'a b": [("expansion", 6)],
    'COPY ["a", "${b"]': [("expansion", 16)],
    "COPY --from=late a b": [("stage-order", 13)],
    "COPY --from=2 a b": [("stage-order", 13)],
    "ADD --chmod=9 a b": [("chmod", 13)],
    "ADD --checksum=sha256:12 https://x/y /": [("checksum", 16)],
    "ADD --checksum=x git@h:a /": [],
    f"ADD --checksum={SHA} https://x/y /": [],
    f"ADD --checksum={SHA} github.com/a/b /": [],
    f"ADD --checksum={SHA} a /": [("checksum", 16)],
    f"ADD --checksum={SHA} https://x/y https://x/z /": [("checksum", 16)],
    "ADD --checksum=${A^} a /": [("expansion", 19)],
    "ADD --checksum=$A a b /": [],
    "ADD --checksum=a git@h:a?commit=b /": [("git-reference", 18)],
    "ADD git@h:a?x=1 /": [("git-reference", 5)],
    "ADD --keep-git-dir git@h:a?keep-git-dir=false /": [("git-reference", 20)],
    "ADD git@h:a?keep-git-dir git@h:b?keep-git-dir=0 c /": [("git-reference", 26)],
    "ADD --keep-git-dir=false git@h:a?keep-git-dir=0 github.com/a/b ${A^} /": [("expansion", 67)],
    "ADD github.com/a/b?x=1 /": [("git-reference", 5)],
    "RUN --mount=type=bind,z x": [("mount-option", 23)],
    "RUN --mount=type=nope,foo=a x": [("mount-type", 13), ("mount-option", 23)],
    "RUN --mount=type=cache x": [("mount-target", 13)],
    "RUN --mount=type=cache,target=/ x": [("mount-target", 13)],
    "RUN --mount=type=bind,target=.. x": [("mount-target", 13)],
    "RUN --mount=type=secret x": [("mount-target", 13)],
    "RUN --mount=type=ssh --network=none --mount=type=cache,target=${A^} x": [("expansion", 66)],
    'RUN --mount="""type=cache""",target=/x,size=1 x': [("mount-option", 40)],
    "RUN --mount='type=cache',targe=/x x": [("mount-option", 26)],
    "RUN --mount=target=/x,from=late x": [("stage-order", 28)],
    "RUN --mount=target=/$A x": [("mount-target", 13)],
}
ACCEPTED = [
    *(
        "ENV A=b$C",
        "ENV A x 'y' $B",
        'LABEL "a b"=c',
        "ARG A",
        "ARG A=$B C=$A",
        "WORKDIR $A/x",
        "USER $A",
        "VOLUME ./x",
    ),
    *("EXPOSE 80 53/udp", "EXPOSE ''", "STOPSIGNAL ${A:-9}", "COPY --chmod=$A a b", "COPY --chmod=u+x a b"),
    *("COPY --from=busybox https:/x b", "COPY --from=0 a b", "COPY --from=first a b", "COPY github.com/a/b /"),
    *("ADD https://x/a.git https://x/b.tgz git@h:a a /", "ADD --keep-git-dir git@h:a?keep-git-dir git@h:b /"),
    *("RUN --mount=type=cache,target=x x", "RUN --mount=type=ssh x", "RUN --mount=type=cache,target=// x", "RUN 'x"),
    *("RUN --mount=type=$T,target=/x x".replace("$T", "tmpfs"), "RUN --mount=target=/x,from=first x", "CMD 'x"),
    *("COPY <<E /x\nit's $A ${A:-'}\nE", "COPY <<'E' /x\n${A^}\nE", "COPY <<\\E /x\nx\nE", 'COPY ["<<E", "b"]'),
    *("ONBUILD STOPSIGNAL FOO", "MAINTAINER 'x", "HEALTHCHECK CMD 'x", 'SHELL ["\'"]', "ENTRYPOINT ${A^}"),
]
FRAME = "FROM busybox AS first\nFROM scratch\n{}\nFROM busybox AS late\nFROM scratch\n"


@pytest.mark.parametrize(("instruction", "found"), REFUSED.items())
def test_an_instruction_is_refused(instruction: str, found: list[tuple[str, int]]) -> None:
    text = FRAME.format(instruction).replace("FROM scratch\n", "FROM scratch AS target\n", 1)
    assert places(text, target="target") == [(code, 3, column) for code, column in found]


@pytest.mark.parametrize("instruction", ACCEPTED)
def test_an_instruction_is_accepted(instruction: str) -> None:
    text = FRAME.format(instruction).replace("FROM scratch\n", "FROM scratch AS target\n", 1)
    assert places(text, target="target") == []


def test_only_stages_that_the_target_needs_are_checked() -> None:
    text = "FROM scratch AS a\nSTOPSIGNAL A\nFROM scratch AS b\nSTOPSIGNAL B\n"
    text += "FROM a\nCOPY --from=c x y\nFROM scratch AS c\n"
    assert places(text) == []
    assert places(text, target="b") == [("signal", 4, 12)]
    assert places(text + "FROM a") == [("signal", 2, 12)]


def test_errors_on_further_lines_of_an_instruction_have_their_place() -> None:
    assert places("FROM scratch\nENV A=1 \\\n  B='x\n") == [("expansion", 3, 5)]
    assert places("FROM scratch\nRUN --mount=type=ssh \\\n  --mount=type=x y\n") == [("mount-type", 3, 11)]


def test_heredocs_are_expanded_unless_their_terminator_is_quoted() -> None:
    assert places("FROM scratch\nCOPY <<A <<-B /x\na\n ${x\nA\n\tok\n\t${A^}\n\tB\n") == [
        ("expansion", 4, 5),
        ("expansion", 7, 5),
    ]
    assert places("FROM scratch\nCOPY <<'A' /x\n${A^}\nA\n") == []
    assert places("FROM scratch AS a\nONBUILD COPY <<A /x\n${A^}\nA\nFROM a\n") == [("expansion", 2, 14)]


def test_values_come_from_the_file_from_build_arguments_and_from_the_platform() -> None:
    text = "ARG G=80\nFROM scratch\nARG G\nARG TARGETARCH\nARG P=x\nENV Q=$P\nEXPOSE $G $Q $TARGETARCH\n"
    assert [column for _, _, column in places(text)] == [11, 14]
    assert [column for _, _, column in places(text, build_args={"P": "81"})] == [14]
    assert [column for _, _, column in places(text, build_args={"G": "a", "P": "81"})] == [8, 14]
    assert len(places(text, platform="linux/386")) == 1


def test_a_build_argument_replaces_a_default_that_cannot_be_expanded() -> None:
    text = "FROM scratch\nARG A='\nEXPOSE $A\n"
    assert places(text) == [("expansion", 2, 7), ("port", 3, 8)][:1]
    assert places(text, build_args={"A": "80"}) == []


def test_variables_for_scans_are_not_set() -> None:
    text = "FROM scratch\nARG BUILDKIT_SBOM_SCAN_STAGE=x\nEXPOSE 8$BUILDKIT_SBOM_SCAN_STAGE\n"
    assert places(text) == []


def test_what_depends_on_the_environment_of_a_base_image_is_unknown() -> None:
    text = "FROM {}\nENV A=${{B:?}}\nEXPOSE $A $PATH\nVOLUME $C\nCOPY $D /\nSTOPSIGNAL $E\n"
    text += "COPY --chmod=$F a b\nENV $G=1\nLABEL $G=1"
    text += "\nADD --checksum=$H https://x/y /\nRUN --mount=type=$I,target=/ x\nRUN --mount=target=$J x\nWORKDIR $K"
    text += "\nRUN --mount=type=cache x\nADD --checksum=x $L /"
    assert places(text.format("alpine")) == []
    assert {code for code, _, _ in places(text.format("scratch"))} >= {"expansion", "port", "volume-empty", "signal"}
    assert places("FROM alpine\nENV A=${B:?}'\n") == [("expansion", 2, 13)]


def test_a_cache_mount_without_a_source_is_from_scratch_even_if_that_is_a_stage() -> None:
    text = "FROM busybox AS a\nRUN --mount=type=cache,target=/x x\nFROM busybox AS scratch\n"
    text += "FROM busybox\nCOPY --from=a x y\n"
    assert places(text) == [("stage-order", 2, 13)]
    assert places(text.replace("type=cache", "type=bind")) == []


def test_a_relative_working_directory_is_in_the_one_before_it() -> None:
    run = "RUN --mount=type=cache,target={} x\n"
    assert places("FROM scratch\nWORKDIR a\nWORKDIR b\n" + run.format("../..")) == [("mount-target", 4, 13)]
    assert places("FROM scratch\nWORKDIR a\nWORKDIR /b\n" + run.format("../c")) == []
    assert places("FROM alpine\nWORKDIR $X\nWORKDIR b\n" + run.format("..")) == []
    assert places("FROM alpine\nWORKDIR $X\nWORKDIR /b\n" + run.format("..")) == [("mount-target", 4, 13)]


def test_paths_of_a_build_for_windows_are_on_the_system_drive() -> None:
    text = "# escape=`\nFROM a\nWORKDIR D:\\x\nCOPY a D:/x\nADD E:\\x https://x/y git@h:x C:\\y\n"
    text += "COPY ${A^} ${B^}\nCOPY a C:\\b\nWORKDIR c:\\x\nWORKDIR ${A^}\n"
    found = [
        ("windows-path", 3, 9),
        ("windows-path", 4, 8),
        ("windows-path", 5, 5),
        ("expansion", 6, 9),
        ("expansion", 6, 15),
        ("expansion", 9, 12),
    ]
    assert places(text, platform="windows/amd64") == found
    assert places(text.replace("FROM a", "FROM --platform=windows/amd64 a")) == found
    assert places("FROM a\nWORKDIR D:/x\n", platform="windows/amd64") == [("windows-path", 2, 9)]
    assert places("FROM a\nWORKDIR D:/x\n") == []


def test_messages_show_what_the_file_says_and_not_the_value() -> None:
    secret = "hunter2"
    text = "FROM scratch\nARG P\nEXPOSE $P\nSTOPSIGNAL $P\nCOPY --chmod=$P a b\nRUN --mount=type=$P x\n"
    text += "ADD --checksum=$P https://u:pw@h/x /\n"
    found = errors(text + "COPY https://u:pw@h/x /\n", build_args={"P": secret})
    assert len(found) == 6
    assert not any(secret in str(one) + str(one.hint) or "pw" in str(one) for one in found)
