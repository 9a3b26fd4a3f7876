from __future__ import annotations

import pytest

from deployspec._dockerfile.build.platforms import Platform, normal_platform, parse_platform
from deployspec._dockerfile.text.heredocs import heredoc_words, unquoted_words
from deployspec._dockerfile.words.expand import asked_names, expand, unset_names
from deployspec._dockerfile.words.glob import InvalidPattern, TooLarge, remove_affix, replace
from deployspec._dockerfile.words.lexer import LARGEST_RESULT, Budget, ExpansionError

VARIABLES = {
    "V": "3.19-slim",
    "EMPTY": "",
    "NAME": "V",
    "DOLLAR": "$V",
    "QUOTED": "'a' \"b\" \\c",
    "1": "one",
    "10": "ten",
    "@": "at",
    "?": "status",
    "größe": "gross",
    "_A1": "under",
    "GLOB": "3.*",
    "STARS": "a*b*c",
    "PATH": "/usr/local/bin",
    "BRACE": "a}b",
    "BACK": "a\\b",
    "LINES": "ab\ncd",
    "H": "#",
    "P": "%",
}


@pytest.mark.parametrize(
    ("word", "result"),
    [
        ("", ""),
        ("alpine:3", "alpine:3"),
        ("'$V'", "$V"),
        (r"'a\'b", r"a\b"),
        ('"$V"', "3.19-slim"),
        ("a'b'\"c\"d", "abcd"),
        ('"it\'s"', "it's"),
        ("'say \"x\"'", 'say "x"'),
        ("''\"\"", ""),
        (r'"\"\$V\\"', '"$V\\'),
        (r'"\n\a"', r"\n\a"),
        (r"\$V", "$V"),
        (r"\n\'\"", "n'\""),
        (r"a\\b", r"a\b"),
        ("a\\", "a"),
        ("a b\t$V", "a b\t3.19-slim"),
    ],
)
def test_quotes_and_escapes(word: str, result: str) -> None:
    assert expand(word, VARIABLES) == result


@pytest.mark.parametrize(
    ("word", "result"),
    [
        ("`$V", "$V"),
        ("a``b", "a`b"),
        ("a`", "a"),
        ('"`$V`n"', "$V`n"),
        (r"\$V", "\\3.19-slim"),
        ("'`$V'", "`$V"),
    ],
)
def test_the_escape_character_can_be_a_backtick(word: str, result: str) -> None:
    assert expand(word, VARIABLES, "`") == result


def test_a_backslash_is_no_escape_beside_the_backtick() -> None:
    with pytest.raises(ExpansionError, match="unclosed double quote"):
        expand(r'"\""', VARIABLES, "`")


@pytest.mark.parametrize(
    ("word", "result"),
    [
        ("$V", "3.19-slim"),
        ("${V}", "3.19-slim"),
        ("$V.$V", "3.19-slim.3.19-slim"),
        ("$Vx", ""),
        ("${V}x", "3.19-slimx"),
        ("$1", "one"),
        ("$10", "ten"),
        ("$1x", "onex"),
        ("${10}", "ten"),
        ("$@x", "atx"),
        ("$?x", "statusx"),
        ("${@}", "at"),
        ("$$V", "V"),
        ("$größe", "gross"),
        ("$_A1-", "under-"),
        ("$", "$"),
        ("a$", "a$"),
        ("$.$/", "$.$/"),
        ("$UNSET", ""),
        ("a$V-${NAME}.${UNSET}$UNSET$H", "a3.19-slim-V.#"),
        ("$\u0663x", "x"),
        ("${\u0663x}"[:3] + "}x", "x"),
        ("$\u00b2", "$\u00b2"),
        ("a${UNSET}b", "ab"),
        ("$v", ""),
        ("$(echo V)", "$(echo V)"),
    ],
)
def test_names(word: str, result: str) -> None:
    assert expand(word, VARIABLES) == result
    assert expand(f'"{word}"', VARIABLES) == result


@pytest.mark.parametrize(
    ("word", "result"),
    [
        ("\ufeffa", "a"),
        ("\ufeff", ""),
        ("\ufeff\ufeffa", "\ufeffa"),
        ("a\ufeff", "a\ufeff"),
        ('"\ufeffa"', "\ufeffa"),
        ("\ufeff$V", "3.19-slim"),
    ],
)
def test_a_byte_order_mark_before_a_word_does_not_count(word: str, result: str) -> None:
    assert expand(word, VARIABLES) == result


@pytest.mark.parametrize(
    ("word", "result"),
    [("$DOLLAR", "$V"), ("$QUOTED", "'a' \"b\" \\c"), ("${X:-$DOLLAR}", "$V"), ("${V+$QUOTED}", "'a' \"b\" \\c")],
)
def test_a_result_is_never_scanned_again(word: str, result: str) -> None:
    assert expand(word, VARIABLES) == result


@pytest.mark.parametrize(
    ("modifier", "if_set", "if_empty", "if_unset"),
    [
        ("-w", "3.19-slim", "", "w"),
        (":-w", "3.19-slim", "w", "w"),
        ("+w", "w", "w", ""),
        (":+w", "w", "", ""),
        ("?w", "3.19-slim", "", None),
        (":?w", "3.19-slim", None, None),
    ],
)
def test_conditionals(modifier: str, if_set: str, if_empty: str | None, if_unset: str | None) -> None:
    for name, result, state in (("V", if_set, ""), ("EMPTY", if_empty, "empty"), ("UNSET", if_unset, "unset")):
        word = f"${{{name}{modifier}}}"
        if result is None:
            with pytest.raises(ExpansionError) as caught:
                expand(word, VARIABLES)
            assert caught.value.message == f"`{name}` is {state}, but the file requires a value: `w`"
            assert caught.value.column == 1
            assert not caught.value.too_large
        else:
            assert expand(word, VARIABLES) == result


@pytest.mark.parametrize(
    ("word", "result"),
    [
        ("${X:-$V}", "3.19-slim"),
        ("${X:-'$V'}", "$V"),
        ('${X:-"}"}', "}"),
        (r"${X:-\}}", "}"),
        ("${X:-a${Y:-b}c}d", "abcd"),
        ("${X:-}", ""),
        ("${X:-a b}", "a b"),
        ("${V:+-$V}", "-3.19-slim"),
        ('"${X:-"q"}"', "q"),
    ],
)
def test_the_word_of_a_conditional_is_expanded(word: str, result: str) -> None:
    assert expand(word, VARIABLES) == result


def test_the_word_of_a_conditional_is_expanded_even_if_it_is_not_used() -> None:
    with pytest.raises(ExpansionError, match="`U` is unset, but the file requires a value: `no`"):
        expand("${V:-${U:?no}}", VARIABLES)


def test_a_demand_need_not_say_why() -> None:
    with pytest.raises(ExpansionError, match="`U` is unset, but the file requires a value"):
        expand("${U?}", VARIABLES)


@pytest.mark.parametrize(
    ("word", "result"),
    [
        ("${V%-*}", "3.19"),
        ("${V%%.*}", "3"),
        ("${V#*.}", "19-slim"),
        ("${PATH#*/}", "usr/local/bin"),
        ("${PATH##*/}", "bin"),
        ("${PATH%/*}", "/usr/local"),
        ("${PATH%%/*}", ""),
        ("${V#?}", ".19-slim"),
        ("${V%$X}", "3.19-slim"),
        ("${V#$GLOB}", "19-slim"),
        ("${V##$GLOB}", ""),
        ("${V#'3.'}", "19-slim"),
        (r"${STARS#a\*}", "b*c"),
        (r"${STARS%\*c}", "a*b"),
        (r"${V#\*}", "3.19-slim"),
        (r"${BRACE#*\}}", "b"),
        (r"${BACK#*\\}", "b"),
        (r"${PATH#\/usr}", "/local/bin"),
        ("${UNSET#x}", ""),
        ("${V#}", "3.19-slim"),
        ("${V/./-}", "3-19-slim"),
        ("${V/3.*-/x}", "xslim"),
        ("${V/nothing/x}", "3.19-slim"),
        ("${V/./}", "319-slim"),
        (r"${PATH/\/usr/}", "/local/bin"),
        (r"${PATH//\//:}", ":usr:local:bin"),
        ("${PATH//?/x}", "xxxxxxxxxxxxxx"),
        ("${V/slim/$NAME}", "3.19-V"),
        ("${V/3/'$0'}", "$0.19-slim"),
        ("${V//3/'[$0]'}", "[3].19-slim"),
        ("${V/3/$0}", ".19-slim"),
        (r"${V/3/\n}", r"\n.19-slim"),
        ("${UNSET/a/b}", ""),
        ("${X:-${V%-*}}", "3.19"),
        (r"${STARS#${X:-a\*}}", "*b*c"),
        ("${STARS#${H}a\\*}", "b*c"),
        ("${PATH#${H}*/}", "bin"),
        ("${PATH%${P}/*}", ""),
        (r'${BACK#"a\b"}', ""),
        (r'${BACK#"a\\"}', "b"),
        ("${V#\ufeff3.}", "19-slim"),
        ("${V%-slim\ufeff}", "3.19"),
        ("${V/\ufeff3./x}", "x19-slim"),
        ("\ufeff$V", "3.19-slim"),
    ],
)
def test_patterns_in_words(word: str, result: str) -> None:
    assert expand(word, VARIABLES) == result


def test_escapes_mean_their_usual_again_behind_a_pattern() -> None:
    assert expand(r"${STARS#a\*}\$V", VARIABLES) == "b*c$V"


@pytest.mark.parametrize(
    ("word", "message", "column"),
    [
        ("a'b", "unclosed single quote", 2),
        ('a"b', "unclosed double quote", 2),
        ('${X:-"b', "unclosed double quote", 6),
        ('"b\\', "unclosed double quote", 1),
        ("${", "missing `}`", 3),
        ("${V", "missing `}`", 4),
        ("${V:-a", "missing `}`", 7),
        ("${V#a", "missing `}`", 6),
        ("${V/a", "missing `/`", 6),
        ("${V/a}", "missing `/`", 7),
        ("${V/a/b", "missing `}`", 8),
        ("x${}", "missing variable name", 4),
        ("${{}", "missing variable name", 3),
        ("${:-a}", "missing variable name", 3),
        ("${V^^}", "unsupported modifier `^`", 4),
        ("${V,}", "unsupported modifier `,`", None),
        ("${V[0]}", "unsupported modifier `[`", None),
        ("${V:0:1}", "unsupported modifier `:0`", None),
        ("${V:#a}", "unsupported modifier `:#`", None),
        ("${V:%a}", "unsupported modifier `:%`", None),
        ("${V:/a/b}", "unsupported modifier `:/`", None),
        ("${V:", "missing `}`", 5),
        ("${V:}", "unsupported modifier `:}`", None),
        (r"x${V#\c}", r"invalid escape `\c` in the pattern", 2),
        (r"${V/\c/x}", r"invalid escape `\c` in the pattern", None),
        ("${$NAME}", "unsupported modifier `N`", None),
        ("${X:-'a}", "unclosed single quote", 6),
    ],
)
def test_what_cannot_be_expanded(word: str, message: str, column: int | None) -> None:
    with pytest.raises(ExpansionError) as caught:
        expand(word, VARIABLES)
    assert caught.value.message == str(caught.value) == message
    assert column is None or caught.value.column == column
    assert not caught.value.too_large


def test_a_fault_says_nothing_of_the_values() -> None:
    with pytest.raises(ExpansionError) as caught:
        expand("${V:+${EMPTY:?no}}", {**VARIABLES, "V": "sentinel"})
    assert "sentinel" not in caught.value.message


def test_the_result_is_bounded() -> None:
    half = {"A": "x" * (LARGEST_RESULT // 2)}
    assert len(expand("$A$A", half)) == LARGEST_RESULT
    for word in ("$A$A.", '"$A$A."', "${X:-$A$A.}"):
        with pytest.raises(ExpansionError) as caught:
            expand(word, half)
        assert caught.value.too_large
        assert caught.value.message == "result longer than 65,536 characters"


def test_what_a_replacement_puts_in_may_be_as_large_as_its_limit() -> None:
    assert replace("aa", "a", "xy", everywhere=True, limit=4) == "xyxy"
    with pytest.raises(TooLarge):
        replace("aa", "a", "xy", everywhere=True, limit=3)


@pytest.mark.parametrize("part", ["${X:-", "${X:+", "${V#", "${V/", '${X:-"', "${X:-a"])
def test_nothing_is_nested_too_deep(part: str) -> None:
    deep = 20_000
    closing = {"${V/": "/}", '${X:-"': '"}'}.get(part, "}")
    result = expand(part * deep + "x" + closing * deep, {"V": "3"})
    assert result == {"${X:-": "x", '${X:-"': "x", "${X:-a": "a" * deep + "x"}.get(part, "")


def test_the_work_of_all_expansions_is_bounded() -> None:
    budget = Budget(1000)
    assert expand("${A#x}", {"A": "a" * 400}, budget=budget) == "a" * 400
    with pytest.raises(ExpansionError, match="the expansions of the file process more than") as caught:
        expand("${A#x}", {"A": "a" * 400}, budget=budget)
    assert caught.value.too_large


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("alpine", ()),
        ("$V$EMPTY", ()),
        ("$B $A ${B}", ("B", "A")),
        ("'$A' \\$A", ()),
        ("${A:-x}${A+x}", ()),
        ("${A:-$B}", ("B",)),
        ('"$A"', ("A",)),
    ],
)
def test_names_that_nobody_set(word: str, names: tuple[str, ...]) -> None:
    assert unset_names(word, VARIABLES) == names


def test_names_that_are_asked_for() -> None:
    assert asked_names("$V${A:-$B}${C#x}${D/x/y}\\$E${V}", VARIABLES) == ("V", "A", "B", "C", "D")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", []),
        ("   ", []),
        ("RUN cat <<EOF", ["RUN", "cat", "<<EOF"]),
        ("RUN  a\tb ", ["RUN", "a", "b"]),
        ("RUN <<-EOF sh", ["RUN", "<<-EOF", "sh"]),
        ("RUN << EOF", ["RUN", "<< EOF"]),
        ("RUN <<\t\r EOF", ["RUN", "<<\t\r EOF"]),
        ("RUN <<", ["RUN", "<<"]),
        ("RUN 3<<EOF", ["RUN", "3<<EOF"]),
        ("RUN x<<EOF", ["RUN", "x<<EOF"]),
        ("RUN <<<EOF", ["RUN", "<<<EOF"]),
        ("RUN <<EOF>/f", ["RUN", "<<EOF>/f"]),
        ("RUN <<A; <<B", ["RUN", "<<A;", "<<B"]),
        ("RUN $((1<<2))", ["RUN", "$((1<<2))"]),
        ("RUN $(( 1 << 2 ))", ["RUN", "$((", "1", "<< 2", "))"]),
        (r"RUN \<<EOF", ["RUN", r"\<<EOF"]),
        (r"RUN a\ b", ["RUN", r"a\ b"]),
        ("RUN '<<EOF' x", ["RUN", "'<<EOF'", "x"]),
        ('RUN "<< EOF" x', ["RUN", '"<< EOF"', "x"]),
        ('RUN <<E"O"F', ["RUN", '<<E"O"F']),
        (r'RUN "a\"b\n" x', ["RUN", r'"a\"b\\n"', "x"]),
        ('RUN $x ${x} "$x"', ["RUN", "$x", "${x}", '"$x"']),
        ("RUN ${x:-a b}c", ["RUN", "${x:-a", "b}c"]),
        (r"RUN ${x:-\a}", ["RUN", "${x:-a}"]),
        (r"RUN ${x#\a} ${x//\a/b c}", ["RUN", r"${x#\a}", r"${x/\a/b", "c}"]),
        ("RUN ${x:0:1} <<EOF", ["RUN", "${x:0:1}", "<<EOF"]),
        ("RUN ${x:-<< a}", ["RUN", "${x:-<<", "a}"]),
        ("RUN a '' b", ["RUN", "a", "''", "b"]),
        ("RUN a<b", ["RUN", "a<b"]),
        ("RUN a\u00a0b", ["RUN", "a", "b"]),
        ("RUN a\x1cb", ["RUN", "a\x1cb"]),
        ("RUN echo it's", None),
        ('RUN echo "', None),
        ("RUN echo ${A^^} <<EOF", None),
        ("RUN echo ${a[0]} <<EOF", None),
        ("RUN echo ${a:?no} <<EOF", ["RUN", "echo", "${a:?no}", "<<EOF"]),
        ("RUN ${a:#b} <<EOF", None),
        ("RUN ${a:%b} <<EOF", None),
        ("RUN echo ${a:-", None),
        ("RUN echo ${a", None),
    ],
)
def test_words_in_which_heredocs_are_looked_for(line: str, words: list[str] | None) -> None:
    assert heredoc_words(line) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("EOF", ["EOF"]),
        ("'EOF'", ["EOF"]),
        ('E"O"F', ["EOF"]),
        (r"\EOF", ["EOF"]),
        ("'A B'", ["A B"]),
        ("A B", ["A", "B"]),
        ("$x", ["$x"]),
        ("EOF>/f", ["EOF>/f"]),
        ("''", []),
        ("", []),
        ("'EOF", None),
        ("'' EOF", ["EOF"]),
        ("\ufeffEOF", ["EOF"]),
    ],
)
def test_terminators_lose_their_quotes(text: str, words: list[str] | None) -> None:
    assert unquoted_words(text) == words


@pytest.mark.parametrize(
    ("value", "pattern", "results"),
    [
        # The shortest and longest prefix, then the shortest and longest suffix.
        ("a.b.c", "*.", ("b.c", "c", "a.b.c", "a.b.c")),
        ("a.b.c", ".*", ("a.b.c", "a.b.c", "a.b", "a")),
        ("a.b.c", "*", ("a.b.c", "", "a.b.c", "")),
        ("a.b.c", "?", (".b.c", ".b.c", "a.b.", "a.b.")),
        ("a.b.c", "??*", ("b.c", "", "a.b", "")),
        ("a.b.c", "", ("a.b.c",) * 4),
        ("a.b.c", "a.b.c", ("",) * 4),
        ("a.b.c", "a.b.cd", ("a.b.c",) * 4),
        ("a.b.c", "b", ("a.b.c",) * 4),
        ("", "*", ("",) * 4),
        ("", "?", ("",) * 4),
        ("aXbX", "*X", ("bX", "", "aXb", "")),
        ("abab", "**b", ("ab", "", "aba", "")),
        ("b", "**b", ("",) * 4),
        ("abcdefghijkl", "abcdefghijk", ("l", "l", "abcdefghijkl", "abcdefghijkl")),
        ("abcdefghijkl", "bcdefghij*l", ("abcdefghijkl", "abcdefghijkl", "a", "a")),
        ("ab\ncd", "*", ("ab\ncd", "\ncd", "ab\ncd", "ab\n")),
        ("\n", "?", ("\n",) * 4),
        ("a\nb", "a\n", ("b", "b", "a\nb", "a\nb")),
        ("[a]", "[a]", ("",) * 4),
        ("a", "[a]", ("a",) * 4),
        ("a+", "a+", ("",) * 4),
        ("*?\\}/", r"\*\?\\\}\/", ("",) * 4),
        ("ab", r"\*", ("ab",) * 4),
    ],
)
def test_prefixes_and_suffixes(value: str, pattern: str, results: tuple[str, ...]) -> None:
    ways = [(False, False), (False, True), (True, False), (True, True)]
    assert tuple(remove_affix(value, pattern, suffix=suffix, longest=longest) for suffix, longest in ways) == results


@pytest.mark.parametrize(
    ("value", "pattern", "replacement", "first", "every"),
    [
        ("3.19.1", ".", "-", "3-19.1", "3-19-1"),
        ("abcabc", "b", "", "acabc", "acac"),
        ("abcabc", "z", "x", "abcabc", "abcabc"),
        ("abcabc", "a?", "x", "xcabc", "xcxc"),
        ("abcabc", "b*", "x", "ax", "ax"),
        ("abcabd", "a*c", "x", "xabd", "xabd"),
        ("abc", "*", "x", "x", "x"),
        ("abc", "", "-", "-abc", "-a-b-c-"),
        ("", "*", "x", "x", "x"),
        ("", "?", "x", "", ""),
        ("aaaa", "aa", "b", "baa", "bb"),
        ("ab\ncd", "*", "x", "x\ncd", "x\nx"),
        ("ab", "a", "$0$0", "$0$0b", "aab"),
        ("aXbX", "?X", "<$0>", "<$0>bX", "<aX><bX>"),
        ("ab", "a", "<${0}>", "<${0}>b", "<a>b"),
        ("ab", "a", "$1$x${y}", "$1$x${y}b", "b"),
        ("ab", "a", "$0x", "$0xb", "b"),
        ("ab", "a", "$$0", "$$0b", "$0b"),
        ("ab", "a", "$-${", "$-${b", "$-${b"),
        ("a*b", r"\*", "x", "axb", "axb"),
    ],
)
def test_replacements(value: str, pattern: str, replacement: str, first: str, every: str) -> None:
    assert replace(value, pattern, replacement, everywhere=False, limit=100) == first
    assert replace(value, pattern, replacement, everywhere=True, limit=100) == every


@pytest.mark.parametrize("pattern", [r"\c", "\\", r"a\.", r"\[", r"\\" + "\\", "\\\n"])
def test_escapes_that_mean_nothing(pattern: str) -> None:
    with pytest.raises(InvalidPattern, match="invalid escape"):
        remove_affix("a", pattern, suffix=False, longest=False)
    with pytest.raises(InvalidPattern, match="invalid escape"):
        replace("", pattern, "", everywhere=True, limit=100)


def test_a_lone_backslash_at_the_end_of_a_suffix_escapes_what_stands_before_it() -> None:
    # BuildKit turns the pattern around, escapes as a whole, and so `\\a\\` becomes `\\\\a`.
    assert remove_affix("ba\\", "\\a\\", suffix=True, longest=False) == "b"
    assert remove_affix("b*", "*\\", suffix=True, longest=False) == "b"
    with pytest.raises(InvalidPattern, match=r"invalid escape `\\b"):
        remove_affix("b", "b\\", suffix=True, longest=False)


@pytest.mark.parametrize(("size", "passes"), [(511, 1), (512, 2), (1_023, 2), (1_024, 3)])
@pytest.mark.parametrize("word", ["${V#%s}", "${V/%s/b}"])
def test_a_long_pattern_costs_what_it_moves(size: int, passes: int, word: str) -> None:
    # The passes over the value, the places of the pattern for its one character, the last word, and what comes out.
    own = size if "#" in word else 1
    budget = Budget(100 * passes + size // 64 + own + 100)
    assert expand(word % ("a" * size), {"V": "b" * 100}, budget=budget) == "b" * 100
    assert budget.left == 0


@pytest.mark.parametrize("pattern", ["?", "a"])
def test_what_replacements_put_in_is_bounded_in_sum(pattern: str) -> None:
    assert replace("aa", pattern, "xxx", everywhere=True, limit=6) == "xxxxxx"
    assert replace("aa", pattern, "xxx", everywhere=False, limit=3) == "xxxa"
    for everywhere, limit in ((True, 5), (False, 2)):
        with pytest.raises(TooLarge):
            replace("aa", pattern, "xxx", everywhere=everywhere, limit=limit)


def test_names_are_looked_for_at_the_cost_of_the_request() -> None:
    values, budget = {"A": "x" * 10}, Budget(25)
    assert asked_names("$A$B", values, budget=budget) == ("A", "B")
    assert unset_names("$A$B", values, budget=budget) == ("B",)
    assert budget.left == 5
    # As far as the budget goes, and no further.
    assert asked_names("$C$A$B", values, budget=budget) == ("C", "A")
    assert unset_names("$C$A$B", values, budget=budget) == ("C",)


def test_patterns_do_not_backtrack() -> None:
    value = "a" * 2_000
    assert remove_affix(value, "*a" * 40 + "b", suffix=False, longest=True) == value
    assert remove_affix(value, "b" + "a*" * 40, suffix=True, longest=False) == value
    assert replace(value, "a*" * 40 + "b", "x", everywhere=True, limit=100) == value


@pytest.mark.parametrize(
    ("text", "parsed", "normal"),
    [
        ("linux/amd64", "linux/amd64", "linux/amd64"),
        ("linux/x86_64", "linux/amd64", "linux/amd64"),
        ("linux/x86-64", "linux/amd64", "linux/amd64"),
        ("Linux/AMD64", "linux/amd64", "linux/amd64"),
        ("linux/amd64/v1", "linux/amd64", "linux/amd64"),
        ("linux/amd64/v2", "linux/amd64/v2", "linux/amd64/v2"),
        ("linux/x86_64/v3", "linux/amd64/v3", "linux/amd64/v3"),
        ("linux/aarch64", "linux/arm64", "linux/arm64"),
        ("linux/arm64/v8", "linux/arm64/v8", "linux/arm64"),
        ("linux/arm64/8", "linux/arm64/v8", "linux/arm64"),
        ("linux/arm64/V9", "linux/arm64/v9", "linux/arm64/v9"),
        ("linux/arm", "linux/arm", "linux/arm/v7"),
        ("linux/arm/7", "linux/arm/v7", "linux/arm/v7"),
        ("linux/arm/v7", "linux/arm/v7", "linux/arm/v7"),
        ("linux/arm/5", "linux/arm/v5", "linux/arm/v5"),
        ("linux/arm/6", "linux/arm/v6", "linux/arm/v6"),
        ("linux/arm/8", "linux/arm/v8", "linux/arm/v8"),
        ("linux/arm/V6", "linux/arm/v6", "linux/arm/v6"),
        ("linux/armhf", "linux/arm", "linux/arm/v7"),
        ("linux/armel", "linux/arm/v6", "linux/arm/v6"),
        ("linux/i386", "linux/386", "linux/386"),
        ("linux/i386/x", "linux/386", "linux/386"),
        ("macos/arm64", "darwin/arm64", "darwin/arm64"),
        ("windows(10.0.17763)/amd64", "windows(10.0.17763)/amd64", "windows(10.0.17763)/amd64"),
        ("windows()/amd64", "windows/amd64", "windows/amd64"),
        ("unheard/of", "unheard/of", "unheard/of"),
        ("linux", "linux/amd64", "linux/amd64"),
        ("macOS", "darwin/amd64", "darwin/amd64"),
        ("arm64", "linux/arm64", "linux/arm64"),
        ("X86_64", "linux/amd64", "linux/amd64"),
        ("arm", "linux/arm", "linux/arm/v7"),
        ("armel", "linux/arm/v6", "linux/arm/v6"),
        ("s390x", "linux/s390x", "linux/s390x"),
    ],
)
def test_platforms(text: str, parsed: str, normal: str) -> None:
    assert str(parse_platform(text)) == parsed
    assert str(normal_platform(text)) == normal
    assert str(normal_platform(normal)) == normal


@pytest.mark.parametrize(
    "text",
    ["", "/", "unheard", "linux/", "/amd64", "linux/arm/v7/x", "linux/a b", "lin ux/amd64", "linux/amd64/",
     "linux(1/amd64", "linux/amd64(1)", "amd64(1)", "linux/amd64\n", "l\u0131nux/amd64", "$P", "linux//v7"],
)  # fmt: skip
def test_what_is_no_platform(text: str) -> None:
    assert parse_platform(text) is None
    assert normal_platform(text) is None


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        ("linux", Platform("linux", "arm64", "v9")),
        ("windows(10)", Platform("windows", "arm64", "v9", "10")),
        ("amd64", Platform("darwin", "amd64")),
        ("linux/amd64", Platform("linux", "amd64")),
        ("linux/arm/6", Platform("linux", "arm", "v6")),
    ],
)
def test_the_host_fills_what_one_word_leaves_out(text: str, platform: Platform) -> None:
    assert parse_platform(text, Platform("darwin", "arm64", "v9")) == platform


@pytest.mark.parametrize("word", ["${V//?/$V}", '"$V$V$V$V$V$V$V$V$V"'])
def test_a_result_is_bounded_while_it_grows(word: str) -> None:
    with pytest.raises(ExpansionError) as caught:
        expand(word, {"V": "x" * 8000})
    assert caught.value.too_large


def test_a_run_of_stars_costs_no_more_than_one() -> None:
    assert expand("${V//" + "*" * 20_000 + "/x}", {"V": "\n" * 20_000}).count("\n") == 20_000


@pytest.mark.parametrize("name", ["aa", "a" * 40, "x" * 20_000])
def test_variables_before_a_quote_are_linear(name: str) -> None:
    """A name could be cut off anywhere, were it not for the quote that ends every usual word."""
    times = 20_000 // len(name)
    assert expand(f"${name}" * times + "'q'", {name: "b"}) == "b" * times + "q"
