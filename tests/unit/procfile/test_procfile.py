from __future__ import annotations

from typing import Any

import pytest

from deployspec import Diagnostic, InvalidProcfile, Procfile, Service, parse_procfile
from deployspec._procfile.fast import parse_clean
from deployspec._procfile.parser import ProcfileParser, fold_name


def parse_fully(text: str | bytes, max_bytes: int, max_line_bytes: int, max_services: int) -> ProcfileParser:
    parser = ProcfileParser(max_line_bytes, max_services)
    parser.parse(text, max_bytes)
    return parser


def faults_of(text: str | bytes, **limits: int) -> tuple[Diagnostic, ...]:
    with pytest.raises(InvalidProcfile) as caught:
        parse_procfile(text, **limits)
    return caught.value.diagnostics


def pairs(procfile: Procfile) -> list[tuple[str, str | None]]:
    return [(service.name, service.command) for service in procfile.services]


@pytest.mark.parametrize(
    ("text", "services"),
    [
        ("web: rails s", [("web", "rails s")]),
        ("web: rails s\n", [("web", "rails s")]),
        (b"web: rails s\n", [("web", "rails s")]),
        ("worker: b\nweb: a\n", [("worker", "b"), ("web", "a")]),
        ("\n \t\n# comment: x\n \t# indented: x\nweb: a", [("web", "a")]),
        ("web: \t a\t \n", [("web", "a")]),
        ("web: a\tb  c", [("web", "a\tb  c")]),
        ("web:\ta", [("web", "a")]),
        ("web: echo a:b::c", [("web", "echo a:b::c")]),
        ("web: echo a#b '#' \"$PORT\" ${X}", [("web", "echo a#b '#' \"$PORT\" ${X}")]),
        ("web: echo \\\\", [("web", "echo \\\\")]),
        ("web: \u00e9cho \U0001f600", [("web", "\u00e9cho \U0001f600")]),
        ("web: a\u00a0", [("web", "a\u00a0")]),
        (f"{'a' * 63}: x", [("a" * 63, "x")]),
        ("1: x", [("1", "x")]),
        ("web: X -X\t", [("web", "X -X")]),
        ("web: <<<<<<< x", [("web", "<<<<<<< x")]),
    ],
)
def test_services_keep_their_order_and_their_text(text: str | bytes, services: list[tuple[str, str]]) -> None:
    read = parse_procfile(text)
    assert pairs(read) == services
    assert read.diagnostics == ()


def test_a_service_knows_its_line() -> None:
    assert parse_procfile("# c\n\nweb: a\nworker: b").services == (
        Service("web", "a", line=3),
        Service("worker", "b", line=4),
    )


WRITE_NAME = "write a name, such as `web`"
INDENTED = "begin the service at column 1; a command is one line"
CONFLICT = "resolve the conflict"
VISIBLE = "delete it, or replace it with a visible character"
ONE_LINE = "put the whole command on one line, or in a script"
OWN_LINE = "write a command before the comment, or move the comment to its own line"
FOLDED = "names must differ in more than case, `_` and `-`"
SECRET = "set a variable of the app instead, because plans contain commands"
JOIN = "join the commands with `&&` on one line"
SAVE = "save the file as UTF-8"
NO_SERVICE = "add a line such as `web: ./start`"
EMPTY = "write `web: ` and the command on the same line"


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "hint"),
    [
        # The file
        ("", "no-services", 1, 1, NO_SERVICE),
        ("# only\n\n", "no-services", 1, 1, NO_SERVICE),
        (b"web: a\nw\xc3\xa9b\xff: b", "not-utf8", 2, 4, SAVE),
        (b"\xff\xfew\0e\0b\0", "not-utf8", 1, 1, SAVE),
        (b"\xef\xbb\xbfweb: \xff", "not-utf8", 1, 6, SAVE),
        (b"\xef\xbb\xbfweb: a\n\xef\xbb\xbfb: \xff", "not-utf8", 2, 5, SAVE),
        ("web: a\nb: \ud800", "not-utf8", 2, 4, SAVE),
        # Lines that hide something
        ("web: a\0b", "control-character", 1, 7, VISIBLE),
        ("# \x1b[2K\nweb: a", "control-character", 1, 3, VISIBLE),
        ("web: a\u2028worker: b", "control-character", 1, 7, VISIBLE),
        ("web: \u202ea", "control-character", 1, 6, VISIBLE),
        ("web: \u2066a", "control-character", 1, 6, VISIBLE),
        ("web: \u200ba", "control-character", 1, 6, VISIBLE),
        ("web: a\rb", "control-character", 1, 7, VISIBLE),
        ("web: a\x7f", "control-character", 1, 7, VISIBLE),
        ("web: a\x9f", "control-character", 1, 7, VISIBLE),
        ("web: a\nb: \ufeffc", "control-character", 2, 4, VISIBLE),
        # Lines that are not services
        ("<<<<<<< HEAD: x\nweb: a", "merge-conflict", 1, 1, CONFLICT),
        ("web: a\n=======", "merge-conflict", 2, 1, CONFLICT),
        ("web: a\n>>>>>>>", "merge-conflict", 2, 1, CONFLICT),
        ("web: a\n||||||| base", "merge-conflict", 2, 1, CONFLICT),
        ("========", "no-colon", 1, 1, "write a service as `name: command`"),
        ("// web: a", "slash-comment", 1, 1, "begin a comment with `#`"),
        ("web: a\n\t // b", "slash-comment", 2, 3, "begin a comment with `#`"),
        ("web = a", "no-colon", 1, 1, "write `web:` instead of `web =`"),
        ("web=a", "no-colon", 1, 1, "write `web:` instead of `web=`"),
        ("web", "no-colon", 1, 1, "write a service as `name: command`"),
        ("worker node w.js", "no-colon", 1, 1, "begin the line with `worker:`"),
        ("web: a\nworker\tnode", "no-colon", 2, 1, "begin the line with `worker:`"),
        ("--bind 0.0.0.0", "no-colon", 1, 1, "write a service as `name: command`"),
        ("web: x\n--bind 0.0.0.0", "no-colon", 2, 1, "a command is one line: append this line to line 1"),
        ("web: x\n# c\n\n-p 80", "no-colon", 4, 1, "a command is one line: append this line to line 1"),
        ("web: x\n&& run", "no-colon", 2, 1, "a command is one line: append this line to line 1"),
        ("web: x\n| tee log", "no-colon", 2, 1, "a command is one line: append this line to line 1"),
        ("web: x\n--bind 0.0.0.0:80", "invalid-name", 2, 1, "a command is one line: append this line to line 1"),
        (" web: a", "indented", 1, 1, INDENTED),
        ("web: a\n\t--port: 1", "indented", 2, 1, INDENTED),
        # Names
        (": a", "empty-name", 1, 1, WRITE_NAME),
        ("web : a", "space-before-colon", 1, 4, "write `web:`"),
        ("we b: a", "invalid-name", 1, 3, "did you mean `we-b`?"),
        ("we b:\ta", "invalid-name", 1, 3, "did you mean `we-b`?"),
        ("X.Y.: a", "invalid-name", 1, 2, "did you mean `X-Y`?"),
        ("web gunicorn app:app", "invalid-name", 1, 4, "begin the line with `web:`"),
        ("web: a\n  --port 1", "no-colon", 2, 1, ONE_LINE),
        ("\u00a0web: a", "invalid-name", 1, 1, "did you mean `web`?"),
        ("web\u00a0: a", "invalid-name", 1, 4, "did you mean `web`?"),
        ("web.1: a", "invalid-name", 1, 4, "did you mean `web-1`?"),
        ("\u00e9: a", "invalid-name", 1, 1, "use letters, digits, `_` and `-`"),
        (f"{'a' * 80}!: b", "invalid-name", 1, 81, f"did you mean `{'a' * 63}`?"),
        (f"{'a' * 64}: b", "name-too-long", 1, 64, "shorten the name"),
        ("web: a\n\nweb: b", "duplicate-name", 3, 1, "rename one of them"),
        ("web: a\nWEB: b", "similar-name", 2, 1, FOLDED),
        ("a-b: a\na_b: b", "similar-name", 2, 1, FOLDED),
        ("release: a\nrelease: b", "duplicate-name", 2, 1, "join the commands: `release: a && b`"),
        ("release: a\nRelease: b", "similar-name", 2, 1, "join the commands: `release: a && b`"),
        ("release: a; b\nrelease: c", "duplicate-name", 2, 1, JOIN),
        (f"release: {'a' * 99}\nrelease: b", "duplicate-name", 2, 1, JOIN),
        ("release: ./run glpat-x7Kq2mN4bV9c\nrelease: b", "duplicate-name", 2, 1, JOIN),
        # Commands
        ("web:", "empty-command", 1, 5, EMPTY),
        ("web: \t\nworker: b", "empty-command", 1, 5, EMPTY),
        ("web: # later", "comment-as-command", 1, 6, OWN_LINE),
        ("web:  #!x", "comment-as-command", 1, 7, OWN_LINE),
        ("web: a \\", "line-continuation", 1, 8, ONE_LINE),
        ("web: a\\\\\\ ", "line-continuation", 1, 9, ONE_LINE),
    ],
)
def test_an_error_has_a_location_and_a_hint(
    text: str | bytes, code: str, line: int, column: int, hint: str | None
) -> None:
    (fault,) = (one for one in faults_of(text) if one.severity != "warning")
    assert (fault.code, fault.severity, fault.source) == (f"procfile-{code}", "error", "Procfile")
    assert (fault.line, fault.column, fault.hint) == (line, column, hint)


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "hint"),
    [
        ("\ufeffweb: a", "bom", 1, 1, "save the file without it"),
        (b"\xef\xbb\xbfweb: a", "bom", 1, 1, "save the file without it"),
        ("# c\nweb: a\r\n", "crlf", 2, 7, "save the file with LF line endings"),
        ("Xweb: a", "name-not-dns", 1, 1, "rename the service to `xweb`"),
        ("Web_: a", "name-not-dns", 1, 1, "rename the service to `web`"),
        ("a_b: a", "name-not-dns", 1, 1, "rename the service to `a-b`"),
        ("webX: a", "name-not-dns", 1, 1, "rename the service to `webx`"),
        ("_: a", "name-not-dns", 1, 1, "use letters, digits and `-`"),
        ("run: a", "reserved-name", 1, 1, "choose another name"),
        ("cmd: a", "reserved-name", 1, 1, "choose another name"),
        ("web:a", "no-space-after-colon", 1, 5, "write `web: `"),
        ("web:a: b", "no-space-after-colon", 1, 5, "write `web: `"),
        (f"{'a' * 63}:b", "no-space-after-colon", 1, 65, f"write `{'a' * 63}: `"),
        ("web: a # b", "inline-comment", 1, 8, "move a comment to its own line"),
        ("web:  a\t#b", "inline-comment", 1, 9, "move a comment to its own line"),
        ("web: echo 'a", "unbalanced-quotes", 1, 11, "close the quote, or escape it with a backslash"),
        ("web: echo 'a # b", "unbalanced-quotes", 1, 11, "close the quote, or escape it with a backslash"),
        ("web: echo 'a # b' # c", "inline-comment", 1, 19, "move a comment to its own line"),
        ("web: ./run xoxb-123456789012", "looks-secret", 1, 12, SECRET),
        ("web: DB_PASSWORD=hunter2 ./run", "looks-secret", 1, 18, SECRET),
        ('web: echo "a', "unbalanced-quotes", 1, 11, "close the quote, or escape it with a backslash"),
        ("web:  a 'b' \\\"'c", "unbalanced-quotes", 1, 15, "close the quote, or escape it with a backslash"),
    ],
)
def test_a_warning_leaves_the_service_as_written(
    text: str | bytes, code: str, line: int, column: int, hint: str
) -> None:
    read = parse_procfile(text)
    (warning,) = read.diagnostics
    assert (warning.code, warning.severity, warning.source) == (f"procfile-{code}", "warning", "Procfile")
    assert (warning.line, warning.column, warning.hint) == (line, column, hint)
    assert len(read.services) == 1


@pytest.mark.parametrize(
    "command",
    [
        'sh -c "echo a # b"',
        "sh -c 'echo a # b'",
        r"echo a \ # b",
        "echo a#b",
        "sh -c \"echo 'a' # b\"",
        r'echo "\" # "',
    ],
)
def test_a_number_sign_that_begins_no_comment_is_not_reported(command: str) -> None:
    assert parse_procfile(f"web: {command}").diagnostics == ()


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("release : a\nrelease : b", ["1 space-before-colon", "2 duplicate-name", "2 space-before-colon"]),
        ("release: a\nrelease : b", ["2 duplicate-name", "2 space-before-colon"]),
        ("web : a\nweb: b", ["1 space-before-colon", "2 duplicate-name"]),
        ("web : a\nWeb : b", ["1 space-before-colon", "2 similar-name", "2 space-before-colon"]),
        ("we.b: a\nwe.b: b", ["1 invalid-name", "2 duplicate-name", "2 invalid-name"]),
        (f"{'a' * 64}: a\n{'a' * 64}: b", ["1 name-too-long", "2 duplicate-name", "2 name-too-long"]),
        (f"{'a' * 64} : a", ["1 name-too-long"]),
        ("web: a\n web: b", ["2 indented", "2 duplicate-name"]),
        (" web : a\nweb: b", ["1 indented", "2 duplicate-name"]),
        (" we.b: a\nwe.b: b", ["1 indented", "2 invalid-name"]),
        ("web: a \\\n web: b", ["1 line-continuation", "2 indented"]),
        (": a\n: b", ["1 empty-name", "2 empty-name"]),
        ("web: a\n--x 1:2\n--x 1:2", ["2 invalid-name", "3 invalid-name"]),
        ("web : # later", ["1 space-before-colon", "1 comment-as-command"]),
        ("we.b:", ["1 invalid-name", "1 empty-command"]),
    ],
)
def test_an_error_in_a_name_does_not_hide_others(text: str, codes: list[str]) -> None:
    assert [f"{one.line} {one.code.removeprefix('procfile-')}" for one in faults_of(text)] == codes


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        ("web run ", [(1, 1, 8)]),
        ("web: a\n  web: b", [(2, 1, 3), (2, 3, 6)]),
        (": a", [(1, 1, 1)]),
        ("we b: x", [(1, 3, 4)]),
        ("web \t: a", [(1, 4, 6)]),
        (f"{'a' * 70}: b", [(1, 64, 71)]),
        ("a: 1\n--b c:1 ", [(2, 1, 8)]),
        ("web: a\nweb: b", [(2, 1, 4)]),
        ("web: a\nWeb: b", [(2, 1, 4), (2, 1, 4)]),
        ("web:", [(1, 5, 5)]),
        ("web:  ", [(1, 5, 7)]),
        ("web: # a", [(1, 6, 9)]),
        ("web: a \\", [(1, 8, 9)]),
        ("<<<<<<< a", [(1, 1, 8)]),
        (" // a", [(1, 2, 4)]),
        ("", [(1, 1, 1)]),
        ("\ufeffa", [(1, 1, 1), (1, 1, 2)]),
        ("web: a\0b", [(1, 7, 8)]),
        (b"web: a\xff", [(1, 7, 7)]),
        ("web: a".encode("utf-16-le"), [(1, 1, 1)]),
        ("web: a\r\nb", [(1, 7, 8), (2, 1, 2)]),
        ("web: a # b\nx", [(1, 8, 11), (2, 1, 2)]),
        ("web: 'a\nx", [(1, 6, 8), (2, 1, 2)]),
        ("web:a\nx", [(1, 5, 5), (2, 1, 2)]),
        ("run: a\nx", [(1, 1, 4), (2, 1, 2)]),
        ("web: A_TOKEN=abc x\nx", [(1, 14, 17), (2, 1, 2)]),
        ("{{ x }}: a", [(1, 1, 8)]),
    ],
)
def test_a_diagnostic_has_the_range_of_what_is_wrong(text: str | bytes, ranges: list[tuple[int, int, int]]) -> None:
    found = faults_of(text)
    assert [(one.line, one.column, one.end_column) for one in found] == ranges
    assert all(one.end_line == one.line for one in found)


def test_the_name_of_a_service_above_the_limit_is_its_range() -> None:
    (fault,) = faults_of("a: 1\nworker: 2", max_services=1)
    assert (fault.line, fault.column, fault.end_column) == (2, 1, 7)
    (fault,) = faults_of("a: 12345", max_line_bytes=6)
    assert (fault.line, fault.column, fault.end_column) == (1, 7, 9)


def test_quoted_marks_do_not_hide_other_diagnostics() -> None:
    (warning,) = parse_procfile("web:docker ps --format '{{.Names}}'").diagnostics
    assert warning.code == "procfile-no-space-after-colon"


def test_all_release_commands_are_joined() -> None:
    found = faults_of("release: a\nrelease: b\nrelease: c")
    assert [one.hint for one in found] == [
        "join the commands: `release: a && b`",
        "join the commands: `release: a && b && c`",
    ]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("{% if worker %}\nworker: run\n{% endif %}\nweb run", 1, 1),
        ("# {{ c }}\nweb: a\n{{- if .Values.worker }}\nworker : b\n{{- end }}", 3, 1),
        ("web: a\n  {%- endif %}", 2, 3),
        ("{# c #}\nweb: a", 1, 1),
        ("<% if x %>\nweb: a\n<% end %>", 1, 1),
        ("web-{{ name }}: a", 1, 5),
        ("{{ cookiecutter.name }}: a", 1, 1),
        ("web: gunicorn {{ project }}.wsgi\nb", 1, 15),
        ("web: gunicorn {{project}}.wsgi", 1, 15),
        ("web: node {{.Values.script}}", 1, 11),
        ("web: {% raw %}", 1, 6),
        ("web: run <%= port %>", 1, 10),
        ("web: run --tag <no value>", 1, 16),
        ("\ufeff{{ x }}: a\r\n", 1, 1),
        ("web: docker ps --format '{{ .Names }}'\nb: {{ x }}", 2, 4),
    ],
)
def test_a_template_is_one_error_at_its_first_mark(text: str, line: int, column: int) -> None:
    (fault,) = faults_of(text)
    assert (fault.code, fault.line, fault.column) == ("procfile-template", line, column)
    assert (fault.message, fault.hint) == ("file is an unrendered template", "render the template first")


@pytest.mark.parametrize(
    "command",
    [
        "docker ps --format '{{.Names}}'",
        'docker ps --format "{{ .Names }}"',
        "docker ps --format {{.Names}}",
        r"echo \{{ x }}",
        "cp x{{a,b},c} d",
        "echo ${#list}",
        "date +{%Y}",
        "cat <%x",
        "{ a; }",
    ],
)
def test_a_command_with_braces_is_not_a_template(command: str) -> None:
    assert parse_procfile(f"web: {command}\n# {{{{ x }}}}\n").diagnostics == ()


def test_line_ends_are_reported_once() -> None:
    read = parse_procfile("web: a\r\nworker: b\r\n")
    assert pairs(read) == [("web", "a"), ("worker", "b")]
    assert [one.message for one in read.diagnostics] == ["2 lines end in CR LF"]
    assert parse_procfile("web: a\r\n").diagnostics[0].message == "1 line ends in CR LF"


@pytest.mark.parametrize("value", [None, 3, ["web: sentinel"]])
def test_only_a_str_or_bytes_is_parsed(value: object) -> None:
    with pytest.raises(TypeError, match=f"a Procfile is str or bytes, not {type(value).__name__}$") as caught:
        parse_procfile(value)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert "sentinel" not in str(caught.value)


def test_utf_16_is_named() -> None:
    assert faults_of("web: a".encode("utf-16"))[0].message == "file is UTF-16, not UTF-8"
    assert faults_of(b"\xfe\xff\0w")[0].message == "file is UTF-16, not UTF-8"
    assert faults_of(b"web: \xe9")[0].message == "file is not UTF-8"


@pytest.mark.parametrize(
    ("text", "limits", "code", "place"),
    [
        ("web: \u00e9", {"max_bytes": 6}, "too-large", (None, None)),
        ("web: a\nb: \u00e9\u00e9\u00e9", {"max_line_bytes": 8}, "line-too-long", (2, 6)),
        ("a: 1\n\nb: 2\nc: 3\nd: 4", {"max_services": 2}, "too-many-services", (4, 1)),
        ("a: 1\nb: 2\nc: 3", {"max_bytes": 13}, "too-large", (None, None)),
        ("a: 1\nb: 22", {"max_line_bytes": 4}, "line-too-long", (2, 5)),
        ("#" * 262_145, {}, "too-large", (None, None)),
        (f"a: {'x' * 32_766}", {}, "line-too-long", (1, 32_769)),
        ("".join(f"a{number}: x\n" for number in range(101)), {}, "too-many-services", (101, 1)),
    ],
)
def test_input_above_a_limit_is_an_error(
    text: str, limits: dict[str, int], code: str, place: tuple[int | None, int | None]
) -> None:
    (fault,) = faults_of(text, **limits)
    assert fault.code == f"procfile-{code}"
    assert (fault.line, fault.column) == place


def test_services_with_errors_count_towards_the_limit() -> None:
    codes = [one.code for one in faults_of("a: 1\nb:\nc: 3", max_services=2)]
    assert codes == ["procfile-empty-command", "procfile-too-many-services"]


def test_input_at_a_limit_is_valid() -> None:
    assert pairs(parse_procfile("web: e\nb: f", max_bytes=11, max_line_bytes=6, max_services=2))
    assert pairs(parse_procfile("web: \u00e9", max_bytes=7, max_line_bytes=7, max_services=1)) == [("web", "\u00e9")]
    assert len(parse_procfile(f"a: {'x' * 32_765}").services) == 1
    assert len(parse_procfile("".join(f"a{number}: x\n" for number in range(100))).services) == 100


def test_the_hint_after_a_continued_line_is_to_join_them() -> None:
    found = faults_of("web: a \\\n  --b $C \\\r\nd \\\n  --port:80\n  e: f\ng\n")
    assert [(one.line, one.code.removeprefix("procfile-"), one.hint) for one in found if one.severity == "error"] == [
        (1, "line-continuation", ONE_LINE),
        (2, "no-colon", ONE_LINE),
        (3, "no-colon", ONE_LINE),
        (4, "indented", ONE_LINE),
        (5, "indented", INDENTED),
        (6, "no-colon", "write a service as `name: command`"),
    ]


def test_errors_and_warnings_are_in_the_order_of_the_file() -> None:
    found = faults_of("\ufeffweb: a\nnothing\r\nrun: b\nweb: c\n : d\nWeb: e")
    assert [(one.line, one.code.removeprefix("procfile-")) for one in found] == [
        (1, "bom"),
        (2, "no-colon"),
        (2, "crlf"),
        (3, "reserved-name"),
        (4, "duplicate-name"),
        (5, "indented"),
        (6, "similar-name"),
        (6, "name-not-dns"),
    ]


def test_two_diagnostics_are_in_the_order_of_the_file() -> None:
    found = faults_of("nothing\nweb: a\r\n")
    assert [(one.line, one.code.removeprefix("procfile-")) for one in found] == [(1, "no-colon"), (2, "crlf")]


CLEAN = "web: echo 'a' \"b\"\n\n# c\nrelease: x"


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        (CLEAN, (1000, 1000, 10)),
        (f"{CLEAN}\n", (1000, 1000, 10)),
        (CLEAN.encode(), (1000, 1000, 10)),
        # At the limits
        ("web: a\nb: c\n", (12, 6, 2)),
        ("web: a", (6, 7, 1)),
    ],
)
def test_the_fast_path_accepts_files_without_diagnostics(text: str | bytes, limits: tuple[int, int, int]) -> None:
    clean = parse_clean(text, *limits)
    assert clean is not None
    parser = parse_fully(text, *limits)
    assert (clean.services, clean.diagnostics) == (tuple(parser.services), ())
    assert parser.found.found == []


@pytest.mark.parametrize("value", [None, bytearray(b"web: a"), b"web: \xff", "web: \u00e9", 'web: echo "a'])
def test_the_fast_path_rejects_files_that_may_have_diagnostics(value: Any) -> None:
    assert parse_clean(value, 1000, 1000, 10) is None


def test_a_collision_cites_the_first_line() -> None:
    duplicate, similar, _ = faults_of("# c\nmy-web: a\nmy-web: b\nMY_WEB: c")
    assert duplicate.message == "duplicate service `my-web` (first on line 2)"
    assert similar.message == "service name `MY_WEB` is too similar to `my-web` on line 2"


def test_a_name_is_used_even_if_its_command_is_invalid() -> None:
    assert [one.code for one in faults_of("web:\nweb: a")] == ["procfile-empty-command", "procfile-duplicate-name"]


@pytest.mark.parametrize("command", ["", "# x", "x \\"])
def test_an_invalid_command_gives_no_service(command: str) -> None:
    parser = parse_fully(f"web: {command}\nworker: x", 1000, 1000, 10)
    assert parser.services == [Service("worker", "x", line=2)]
    assert len(parser.found.found) == 1


def test_a_duplicate_name_gives_no_service() -> None:
    parser = parse_fully("web: a\nweb: b\nWEB: c", 1000, 1000, 10)
    assert parser.services == [Service("web", "a", line=1)]
    assert [found.code for found in parser.found.found if found.severity == "error"] == [
        "procfile-duplicate-name",
        "procfile-similar-name",
    ]
    assert fold_name("WEB_1") == "web-1"


def test_an_error_in_a_name_does_not_hide_one_in_its_command() -> None:
    codes = [one.code for one in faults_of("web: a\nweb:  # later")]
    assert codes == ["procfile-duplicate-name", "procfile-comment-as-command"]


def test_a_hundred_errors_are_shown() -> None:
    found = faults_of("x\n" * 250)
    assert len(found) == 101
    assert found[-1].message == "150 more diagnostics are not shown"


@pytest.mark.parametrize(
    ("command", "shell", "arguments"),
    [
        (None, (), ()),
        ("puma", ("/bin/sh", "-c", "puma"), ("puma",)),
        ("a 'b c' \"$D\" $E", ("/bin/sh", "-c", "a 'b c' \"$D\" $E"), ("a", "b c", "$D", "$E")),
        (r'a "b\"c\\d\e"', ("/bin/sh", "-c", r'a "b\"c\\d\e"'), ("a", r'b"c\d\e')),
        (r"a '\"b\\c'", ("/bin/sh", "-c", r"a '\"b\\c'"), ("a", r"\"b\\c")),
        ("a && b | c #d", ("/bin/sh", "-c", "a && b | c #d"), ("a", "&&", "b", "|", "c", "#d")),
    ],
)
def test_a_command_has_two_forms(command: str | None, shell: tuple[str, ...], arguments: tuple[str, ...]) -> None:
    service = Service("web", command)
    assert service.shell_form() == shell
    assert service.argument_form() == arguments


@pytest.mark.parametrize("command", ["a 'b", 'a "b', "a \\"])
def test_a_command_that_cannot_be_split_has_one_form(command: str) -> None:
    service = Service("web", command, line=4)
    assert service.shell_form() == ("/bin/sh", "-c", command)
    with pytest.raises(InvalidProcfile) as caught:
        service.argument_form()
    (fault,) = caught.value.diagnostics
    assert (fault.code, fault.source, fault.line) == ("procfile-unbalanced-quotes", "Procfile", 4)
    assert fault.message == "unclosed quote or trailing backslash in the command of `web`"


def test_release_is_a_service_with_a_flag() -> None:
    release, web = parse_procfile("release: migrate\nweb: a").services
    assert release.is_release
    assert not web.is_release


def test_a_name_that_ends_in_a_hyphen_is_not_a_dns_label() -> None:
    assert [one.code for one in parse_procfile("web-: run").diagnostics] == ["procfile-name-not-dns"]


def test_marks_in_comments_and_quotes_are_no_template() -> None:
    procfile = parse_procfile("# {{ project }}\nweb: docker ps --format '{{ .Names }}'\n")
    assert [service.name for service in procfile.services] == ["web"]
    assert procfile.diagnostics == ()


def test_a_mark_in_quotes_is_no_template_for_the_full_parser_either() -> None:
    procfile = parse_procfile("Web_1: docker ps --format '{{ .Names }}'\n")
    assert [(service.name, service.line) for service in procfile.services] == [("Web_1", 1)]
    assert [warning.code for warning in procfile.diagnostics] == ["procfile-name-not-dns"]


@pytest.mark.parametrize("name", ["Release", "RELEASE", "release1", "release-", "releas"])
def test_only_the_exact_name_is_the_release_phase(name: str) -> None:
    assert not Service(name, "x").is_release
    assert Service("release", "x").is_release


@pytest.mark.parametrize(("size", "is_shown"), [(100, True), (101, False)])
def test_release_commands_of_a_hundred_characters_are_joined(size: int, *, is_shown: bool) -> None:
    first, second = "a", "b" * (size - len("a && "))
    with pytest.raises(InvalidProcfile) as caught:
        parse_procfile(f"release: {first}\nrelease: {second}")
    joined = f"join the commands: `release: {first} && {second}`"
    assert caught.value.diagnostics[0].hint == (joined if is_shown else JOIN)
