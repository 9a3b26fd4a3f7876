"""Which instructions the fast path reads, and that the full parser reads them alike; a property test has the rest."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from deployspec import parse_dockerfile
from deployspec._dockerfile.diagnostics import DockerfileCollector
from deployspec._dockerfile.stages.builder import FileBuilder
from deployspec._dockerfile.stages.fast import START, normalized, patterns_for, read_plain
from deployspec._dockerfile.stages.parse import parse_stages
from deployspec._dockerfile.stages.patterns import patterns


@pytest.fixture(autouse=True)
def compiled_anew() -> None:
    """Compile the patterns in each test, so that mutation testing knows which tests reach the code that makes them."""
    patterns.cache_clear()


def read(text: str, *, fast: bool) -> tuple[Any, ...]:
    """Return everything that is read, places included, which do not count for equality."""
    found = DockerfileCollector()
    parser = parse_stages(text, found, fast=fast)
    return found.found, [attrs.astuple(one) for one in parser.arguments], [attrs.astuple(one) for one in parser.stages]


def left(text: str) -> str:
    """Return the text that the fast path leaves to the full parser."""
    plain_text = normalized(text)
    assert plain_text is not None
    return plain_text[read_plain(patterns_for(plain_text, "\\"), plain_text, START, FileBuilder())[0] :]


PLAIN = [
    # FROM, blank lines and comments
    "FROM alpine:3.19@sha256:0",
    "FROM --platform=$BUILDPLATFORM golang:${V} AS Build-1.x",
    "FROM 'a'",
    "  \t\n# a comment",
    # Shell and exec form
    "RUN apk add curl \\\n\n  # a comment\n  && rm -rf /x < /dev/null",
    'RUN [ "sh", "-c" ,"x y" ]',
    "CMD serve \\x",
    'CMD ["a", "b c"]',
    "ENTRYPOINT exec x",
    'ENTRYPOINT [""]',
    'SHELL ["/bin/bash", "-c"]',
    # Files
    "COPY . /app/",
    "COPY a b /c/",
    'COPY ["a b", "/c d/"]',
    "COPY --chown=a:b a /b",
    "COPY --chmod=755 a /b",
    'COPY --link ["a", "b"]',
    "COPY --from=build /a /b",
    "COPY --from=build --chown=1:1 /a \\\n  /b",
    "COPY --link --from=0 /a /b",
    "ADD https://x.example/y?z=1 /z",
    'ADD --chown=1 ["a", "b"]',
    # Mounts
    "RUN --mount=type=cache,target=/x make",
    "RUN --mount=from=busybox:1,target=/b \\\n  --mount=type=bind,FROM=c,target=/c --mount=type=ssh make \\\n  all",
    # Names and values
    "ENV A=b",
    "ENV A=b C='d e'f \\\n  D=\"g h\"",
    "ENV OLD form of it",
    'LABEL org.example/a=b c-d="e"',
    "ARG A",
    "ARG A=1 B C='x y'",
    # Instructions that name no image
    "WORKDIR /app",
    "USER a:b",
    "EXPOSE 80 443/udp",
    "VOLUME /a /b",
    "STOPSIGNAL SIGTERM",
    "MAINTAINER Ada <ada@example.com>",
    # Variables in expansions that cannot fail
    'ENV PATH=$PATH:/app/bin A="${B:-c} ${D:+e} $" F=${G}h$',
    "ENV OLD ${A}/b 'c' \"$d\" $(e)",
    'LABEL maintainer "Ada <ada@example.com>"',
    'ARG A=${B:-1.2} C="$D"',
    "WORKDIR ${HOME:-/root}/$APP",
    "USER $UID:${GID-0}",
    "COPY target/*.jar build/$A.jar ./${B}x [c] $DEST/",
    "COPY a $B",
    "COPY a.b-c_d/${E:-f} /x",
    'VOLUME ["/data", "/x y"]',
    "ADD https://x.example/a.tgz a/${B} $C",
    "COPY <<EOF /x\n$A ${B} ${C:-d}\nEOF",
    # HEALTHCHECK
    "HEALTHCHECK NONE",
    "HEALTHCHECK CMD curl -f http://localhost/ \\\n  || exit 1",
    'HEALTHCHECK CMD ["x", "y"]',
    "HEALTHCHECK --interval=30s CMD x",
    "HEALTHCHECK --timeout=500ms CMD x",
    "HEALTHCHECK --start-period=2m CMD x",
    "HEALTHCHECK --start-interval=1s CMD x",
    "HEALTHCHECK --retries=3 CMD x",
    "HEALTHCHECK --interval=1m --timeout=3s \\\n  --start-period=5s --start-interval=5s --retries=10 CMD x",
    # Heredocs
    "RUN <<EOF\nFROM x\n\nEOF2\n\tEOF\nEOF",
    "RUN cat <<'EOF' > /x\nFROM x\nEOF",
    'RUN python3 - <<"E_1" | sh\nx\n E_1\nE_1',
    "RUN <<-EOF\n\tx\n EOF\n\t\tEOF",
    "RUN sh <<-'EOF' -x\nEOF",
    "COPY <<EOF /etc/x\na <<b\nEOF",
    'COPY <<-"EOF" /etc/x\n\ta\n\tEOF',
    "COPY --chown=1 <<EOF /x\nEOF",
    "RUN --mount=from=a,target=/a <<EOF\nx\nEOF",
    "RUN --mount=type=cache,target=/c sh <<-EOF >x\nx\n\tEOF",
]

# Instructions that may have an error or a meaning of their own, for the full parser.
NOT_PLAIN = [
    "FROM",
    "FROM a b",
    "from a AS X",
    "FROM --platform=x --platform=y a",
    "RUN",
    "RUN [1]",
    "RUN x\\\\ \t",
    "RUN --network=none x",
    "RUN --mount=from=a",
    "RUN x <<EOF",
    "RUN <<A <<B\nA\nB",
    "RUN <<EOF\nEOF2",
    "RUN <<EOF\n\tEOF",
    "RUN <<-EOF\n EOF",
    "RUN echo '<<EOF'",
    "RUN echo $(cat <<EOF)\nEOF)",
    "RUN \u00a0x",
    "COPY a",
    "COPY --from= a b",
    "copy --from=a / /",
    "COPY --from=a --from=b / /",
    "COPY --link --from=a --link / /",
    'COPY ["a"]',
    "COPY a <<EOF\nEOF",
    "ENV A",
    "ENV =b",
    "ENV A=b C",
    "ENV A=\\x",
    "LABEL 'a'=b",
    "ARG =x",
    "SHELL x",
    "SHELL []",
    "USER",
    "USER --x y",
    # What BuildKit may refuse once it is expanded
    "ENV A=${B:?}",
    'ENV A="${B^}"',
    'ENV A="${B:-\'}"',
    "ENV OLD it's",
    "LABEL a='x",
    "ARG v=${{a:-b}",
    "WORKDIR ${A:x}",
    "USER 'x",
    "EXPOSE abc",
    "EXPOSE 65536",
    "EXPOSE 80/http",
    "EXPOSE $PORT",
    "VOLUME $A",
    "VOLUME a \ufeff",
    'VOLUME ["$A"]',
    'VOLUME [" "]',
    "STOPSIGNAL FOO",
    "STOPSIGNAL 0",
    "COPY https://x/y /",
    "COPY git@h:x /",
    "COPY $A /",
    "COPY a$A /",
    "COPY github.com/a/b?x /",
    "COPY github.com/$A /",
    'COPY ["https://x/y", "/"]',
    'COPY ["a", "$B"]',
    "COPY 'a b",
    "COPY --chmod=zz a b",
    "COPY --chmod=88 a b",
    "COPY --from=a https://x/y /",
    "COPY <<EOF /x\n${A^}\nEOF",
    "ADD https://x/a.git?x /",
    "ADD git@h:a /",
    "ADD $A /",
    "HEALTHCHECK NONE x",
    "HEALTHCHECK --interval=0s CMD x",
    "HEALTHCHECK --interval=1 CMD x",
    "HEALTHCHECK --retries=3 --interval=1s CMD x",
    "HEALTHCHECK cmd x",
    "ONBUILD RUN x",
    "NOPE x",
]


MOUNTS = {
    "type=cache,target=/root/.cache/pip": False,
    "type=cache,id=a,sharing=locked,dst=/x,uid=1000": False,
    "type=bind,source=a,target=/a,rw": False,
    "target=/a,from=busybox:1": False,
    "type=secret,id=a": False,
    "type=secret,id=a,required=true,target=/x": False,
    "type=ssh": False,
    "type=cache": True,
    "type=cache,target=/": True,
    "type=cache,target=x": True,
    "type=bind,target=/x,z": True,
    "type=bind,target=/x,uid=1": True,
    "type=secret": True,
    "type=nope,target=/x": True,
}


@pytest.mark.parametrize(("mount", "is_suspect"), MOUNTS.items())
def test_a_mount_is_read_again_unless_it_is_certainly_valid(mount: str, *, is_suspect: bool) -> None:
    assert parse_dockerfile(f"FROM a\nRUN --mount={mount} x\n").may_be_refused == is_suspect


@pytest.mark.parametrize(
    ("mount", "may_be"),
    [
        ("type=secret,id=a", True),
        ("TYPE=SSH", True),
        ("type=cache,id=ssh,target=/root/.ssh", False),
        ("target=/x", False),
    ],
)
def test_a_file_is_read_again_for_a_mount_of_a_secret(mount: str, *, may_be: bool) -> None:
    assert parse_dockerfile(f"FROM a\nRUN --mount={mount} x\n").may_mount_secrets == may_be


@pytest.mark.parametrize("instruction", ["run x", "cmd x", "HEALTHCHECK --interval=1s --retries=2 CMD x"])
def test_a_file_is_not_read_again_for_an_instruction_without_words_to_expand(instruction: str) -> None:
    assert not parse_dockerfile(f"FROM a\n{instruction}\n").may_be_refused


@pytest.mark.parametrize("text", PLAIN)
def test_plain_instructions_take_the_fast_path(text: str) -> None:
    assert left(f"FROM first\n{text}\n") == ""
    assert left(f"FROM first\nUSER x\n{text}\nUSER y\nNOPE") == "NOPE\n"


@pytest.mark.parametrize("text", NOT_PLAIN)
def test_other_instructions_are_left_to_the_full_parser(text: str) -> None:
    assert left(f"FROM first\n{text}\nUSER y\n") == f"{text}\nUSER y\n"


@pytest.mark.parametrize("text", [*PLAIN, *NOT_PLAIN])
def test_both_paths_read_the_same(text: str) -> None:
    before = "arg A=1\nARG B=1\nFROM first\nCOPY --from=before / /\n"
    whole = f"{before}{text}\n\n# a comment\nCOPY --from=behind / /\nRUN --mount=from=B x\n"
    assert read(whole, fast=True) == read(whole, fast=False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a", "FROM a\n"),
        ("FROM a\n", "FROM a\n"),
        ("FROM a\r\nUSER x\r\n", "FROM a\nUSER x\n"),
        ("FROM a\rb\n", "FROM a\rb\n"),
        ("USER x\n" * 4_000, "USER x\n" * 4_000),
        # Only for the full parser
        ("FROM a\r\r\n", None),
        ("# \0\nFROM a\n", None),
        ("RUN" + " x" * 10_000 + "\n", None),
    ],
)
def test_a_normalized_text_ends_its_lines_in_lf(text: str, expected: str | None) -> None:
    assert normalized(text) == expected


@pytest.mark.parametrize(
    ("begin", "again", "end"),
    [
        ("RUN a \\\n", "\n", "b\n"),
        ("COPY a", " b", "\n"),
        ("ENV A=b", " A=b", "\n"),
        ("RUN ", "--mount=a ", "b\n"),
        ("RUN <<E\n", "x\n", "E\n"),
        ("COPY <<-E /x\n", "\tx\n", "E\n"),
    ],
)
def test_instructions_with_too_many_repetitions_are_left_to_the_full_parser(begin: str, again: str, end: str) -> None:
    """The memory of a match grows with each repetition."""
    within, beyond = (begin + again * count + end for count in (1000, 1001))
    assert left(f"FROM first\n{within}") == ""
    assert left(f"FROM first\n{beyond}") == beyond
    assert read(f"FROM first\n{beyond}", fast=True) == read(f"FROM first\n{beyond}", fast=False)


def test_the_full_parser_reads_everything_if_the_fast_path_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deployspec._dockerfile.stages.parse.read_plain", None)
    assert parse_stages("FROM a\n", DockerfileCollector(), fast=False).stages
    with pytest.raises(TypeError):
        parse_stages("FROM a\n", DockerfileCollector())


def test_the_escape_directive_is_read() -> None:
    parser = parse_stages("# escape=`\nFROM a\nRUN x `\n y\nCMD c:\\\nUSER z\n", DockerfileCollector())
    assert (parser.escape, parser.cmd, parser.stages[0].cmd) == ("`", None, "c:\\")
