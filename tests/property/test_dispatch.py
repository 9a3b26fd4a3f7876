"""Laws of what BuildKit refuses before it runs a step, over instructions with words that may be refused."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deployspec import App, BuildOptions, InvalidDockerfile, ResolutionError, parse_dockerfile, resolve
from deployspec._dockerfile.build.request import Request, read_platforms
from deployspec._dockerfile.dispatch.dispatch import dispatch
from deployspec._dockerfile.dockerfile import try_build
from deployspec._dockerfile.template import explain_template

PIECES = [
    *"aB/9-_:@,=?*+#%[]$}'\"\\` \t~|^<>!&;()\u00a0\ufeffé",
    *("x.y", "./", "80", "65536", "0", "\\\n", "<<", "' '", '" "', "/tcp", "/udp", "SIGTERM", "sig", "755", "0888"),
    *("${", "$A", "${A}", "${A:-x}", "${A:+x}", "${A-", ":-", ":?", "${A:?no}", "${A#x}", "${A/x/y}", "$$", "${{"),
    *("http://h/a", "https://h/a.git", "https://h/a.git?x=1", "git@h:a", "git://h/a", "github.com/a/b", "?ref="),
    *("C:\\x", "u+x", "type=", "cache", "bind", "secret", "tmpfs", "ssh", "nope", "target=/x", "target=", "id=x"),
    *("sharing=locked", "required", "from=", "mode=0644", "uid=1", "size=1m", "ro", "rw=true", "source=/x", "env=A"),
]  # fmt: skip
words = st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map("".join)
several = st.lists(words, min_size=1, max_size=3).map(" ".join)
LINES = st.one_of(
    st.builds("ENV {}={}".format, st.sampled_from(["A", "B", "P"]), words),
    st.builds("ENV A={} B={}".format, words, words),
    st.builds("ENV A {}".format, several),
    st.builds("LABEL a.b={}".format, words),
    st.builds("LABEL a {}".format, several),
    st.builds("ARG {}={}".format, st.sampled_from(["A", "B"]), words),
    st.builds("ARG {}".format, st.sampled_from(["A", "TARGETARCH", "G"])),
    st.builds("WORKDIR {}".format, several),
    st.builds("USER {}".format, several),
    st.builds("EXPOSE {}".format, several),
    st.builds("VOLUME {}".format, several),
    st.builds('VOLUME ["{}", "{}"]'.format, words, words),
    st.builds("STOPSIGNAL {}".format, words),
    st.builds("COPY {} {}".format, several, words),
    st.builds('COPY ["{}", "{}"]'.format, words, words),
    st.builds("COPY --chmod={} a b".format, words),
    st.builds("COPY --chown={} a b".format, words),
    st.builds("COPY --from={} a b".format, st.sampled_from(["busybox", "one", "two", "0", "1"])),
    st.builds("COPY <<E /x\n{}\nE".format, several),
    st.builds("COPY <<'E' /x\n{}\nE".format, several),
    st.builds("ADD {} {}".format, several, words),
    st.builds("ADD --checksum={} {} /x".format, words, words),
    st.builds("ADD --keep-git-dir=true {} {} /x".format, words, words),
    st.builds("RUN --mount={} x".format, st.lists(words, min_size=1, max_size=3).map(",".join)),
    st.builds("RUN {}".format, several),
    st.builds("ONBUILD ENV A={}".format, words),
    st.builds("ONBUILD {}".format, several),
    st.builds("RUN --mount=type=secret,id={} x".format, words),
    st.sampled_from(["RUN --mount=type=ssh \\\n  --mount=type=SECRET,id=b x", "ONBUILD RUN --mount=type=ssh x"]),
    st.sampled_from(["CMD a", "FROM one AS two", "FROM scratch", "FROM alpine AS one", "# comment", ""]),
)
files = st.lists(LINES, max_size=6).map(lambda lines: "\n".join(["ARG G=1", "FROM scratch AS one", *lines, ""]))
arguments = st.dictionaries(
    st.sampled_from(["A", "G"]), st.sampled_from(["", "1", "x y", "https://h/a.git"]), max_size=1
)


def refusals(text: str, args: dict[str, str]) -> tuple[bool, bool, list[str]] | None:
    """Whether the file may be refused, whether a stage looks ahead, and the codes of a full reading."""
    request = Request(args, "", read_platforms("linux/amd64", None), {})
    try:
        file = parse_dockerfile(text)
        images, graph = try_build(file, request)
    except InvalidDockerfile:
        return None
    if images is None:
        return None
    assert not dispatch(text, graph) or file.may_mount_secrets
    codes = [diagnostic.code for diagnostic in explain_template(text, graph.found.diagnostics())]
    return file.may_be_refused, graph.looks_ahead, codes


@given(files, arguments)
@example("FROM scratch\nCOPY git@h:a /x\n", {})
@example("FROM scratch\nENV A=${B:?}\n", {})
def test_a_file_that_the_fast_path_reads_is_not_refused(text: str, args: dict[str, str]) -> None:
    result = refusals(text, args)
    if result is not None and result[2] and not result[0]:
        assert result[1]
        assert set(result[2]) == {"dockerfile-stage-order"}


@given(files, arguments)
def test_resolving_reports_what_a_full_reading_finds(text: str, args: dict[str, str]) -> None:
    result = refusals(text, args)
    app = App({}, "web: x", text, build=BuildOptions(args=args))
    if result is None or result[2]:
        with pytest.raises(ResolutionError) as caught:
            resolve(app)
        if result is not None:
            assert {found.code for found in caught.value.diagnostics} >= set(result[2])
    else:
        resolve(app)


@given(files, arguments)
def test_an_unknown_base_is_never_refused_for_what_it_may_define(text: str, args: dict[str, str]) -> None:
    """Whatever a base defines, a file on an image is refused only for what refuses it on `scratch` as well."""
    on_scratch = refusals(text, args)
    on_image = refusals(text.replace("FROM scratch", "FROM alpine"), args)
    if on_scratch is not None and on_image is not None and on_image[2]:
        assert on_scratch[2]
