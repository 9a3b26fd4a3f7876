from __future__ import annotations

import pytest

from deployspec._core.tokens import TOKEN, find_secrets, is_secret_name


@pytest.mark.parametrize(
    ("token", "description"),
    [
        ("ghp_" + "a1B2" * 9, "a GitHub token"),
        ("gho_12345678", "a GitHub token"),
        ("ghs_12345678", "a GitHub token"),
        ("ghu_12345678", "a GitHub token"),
        ("ghr_12345678", "a GitHub token"),
        ("github_pat_11AAAAAAA0_bcd", "a GitHub token"),
        ("glpat-x7Kq2mN4bV9c", "a GitLab token"),
        ("gldt-x7Kq2mN4bV9c", "a GitLab token"),
        ("AKIAIOSFODNN7EXAMPLE", "an AWS access key"),
        ("ASIAIOSFODNN7EXAMPLE", "an AWS access key"),
        ("xoxb-123456789012-abc", "a Slack token"),
        ("xapp-1-A012345678", "a Slack token"),
        ("dckr_pat_a1b2c3d4e5", "a Docker token"),
        ("dckr_oat_a1b2c3d4e5", "a Docker token"),
        ("npm_" + "a1B2" * 9, "an npm token"),
        ("pypi-AgEIcHlwaS5vcmcCJDU3", "a PyPI token"),
        ("AIza" + "a1B2_-x" * 5, "a Google API key"),
        ("sk_live_a1b2c3d4", "a Stripe key"),
        ("rk_test_a1b2c3d4", "a Stripe key"),
        ("sk-proj-a1b2c3d4e5f6g7h8", "an API key"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.x", "a JSON web token"),
        ("-----BEGIN PRIVATE KEY", "a private key"),
        ("-----BEGIN OPENSSH PRIVATE KEY", "a private key"),
    ],
)
@pytest.mark.parametrize("template", ["{}", "run {} x", "--key={}", "'{}'", "a/{}"])
def test_a_token_is_found(token: str, description: str, template: str) -> None:
    text = template.format(token)
    (found,) = find_secrets(text)
    assert found.start == text.index(token)
    assert text[found.start : found.end] == (token if "." not in token else token[:-2])
    assert found.description == description
    assert TOKEN.search(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ghp_",
        "xghp_1234567890",
        "npm_config_registry npm_lifecycle_event",
        "risk-averse-and-very-long-name-of-a-thing",
        "sk-learn",
        "glossary-of-many-words",
        "AKIA AKIAshort",
        "eyJhbGci",
        "-----BEGIN PUBLIC KEY-----",
        "task_live_reload",
        "https://quay.io/a@b",
        "https://ada@quay.io",
        "https://ada:$PASSWORD@quay.io",
        "https://ada:${PASSWORD}@quay.io",
        "postgres://db:5432/app?x=a@b",
        "http://localhost:80",
    ],
)
def test_other_text_is_not_a_secret(text: str) -> None:
    assert find_secrets(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("PASSWORD=hunter2 ./run", "hunter2"),
        ("env A=1 SECRET_KEY=x ./run", "x"),
        ("export API_KEY=x; ./run", "x"),
        ("a && TOKEN=x b", "x"),
        ("(TOKEN=x b)", "x"),
        ("sh -c 'TOKEN=x b'", "x"),
        ("DB_PASS='a b' ./run", "a b"),
        ('MYSQL_PWD="a b" ./run', "a b"),
        ("./run --password=x", "x"),
        ("./run --auth-key=x", "x"),
        ("SIGNING_KEY=x ./run", "x"),
        ("AWS_CREDENTIALS=x ./run", "x"),
        ("SSH_PASSPHRASE=x ./run", "x"),
    ],
)
def test_a_value_for_a_telling_name_is_found(text: str, value: str) -> None:
    (found,) = find_secrets(text)
    assert text[found.start : found.end] == value
    assert found.description.startswith("a value for `")
    assert value not in found.description.split("`")[2]


@pytest.mark.parametrize(
    "text",
    [
        "PASSWORD=$X ./run",
        "PASSWORD=${X} ./run",
        'PASSWORD="$X" ./run',
        "PASSWORD=`cat x` ./run",
        "PASSWORD= ./run",
        "PASSWORD='' ./run",
        "TOKENIZERS_PARALLELISM=3 ./run",
        "USE_TOKEN=false ./run",
        "TOKEN_FILE=/run/x ./run",
        "COMPASS=1 ./run --bypass=x",
        "KEY=1 pwd",
        "password-reset x=1",
    ],
)
def test_other_assignments_are_not_secrets(text: str) -> None:
    assert find_secrets(text) == []


def test_secrets_are_in_order_and_do_not_overlap() -> None:
    text = "curl redis://a:pw@b && GITHUB_TOKEN=ghp_1234567890 run glpat-1234567890 "
    assert [text[found.start : found.end] for found in find_secrets(text)] == [
        "pw",
        "ghp_1234567890",
        "glpat-1234567890",
    ]


@pytest.mark.parametrize(
    ("name", "is_secret"),
    [
        ("NPM_TOKEN", True),
        ("password", True),
        ("DB_PASS", True),
        ("PASS", True),
        ("PRIVATE_KEY", True),
        ("apikey", True),
        ("VERSION", False),
        ("KEY", False),
        ("PWD", False),
        ("TOKEN_PATH", False),
        ("tokenizer", False),
    ],
)
def test_the_name_of_a_secret_is_telling(name: str, is_secret: bool) -> None:  # noqa: FBT001
    assert is_secret_name(name) is is_secret


@pytest.mark.parametrize("piece", ["passw_file", "A='", 'A="token', "://a:", "-----BEGIN ", "eyJ-.", "sk-", "a_gh"])
def test_a_megabyte_of_pieces_is_searched(piece: str) -> None:
    assert find_secrets("PRIVATE AKIA=" + piece * (1_000_000 // len(piece))) is not None


# The beginning of each token, a character of the rest, and the fewest of them.
SHORTEST = [
    *((f"gh{kind}_", "a", 8) for kind in "oprsu"),
    ("github_pat_", "_", 8),
    *((f"gl{kind}-", "-", 8) for kind in ("pat", "ptt", "dt", "rt", "cbt", "ft", "soat", "imt", "agent")),
    ("AKIA", "0", 12),
    ("ASIA", "Z", 12),
    ("xoxa-", "-", 8),
    ("xapp-", "9", 8),
    ("dckr_oat_", "-", 8),
    ("npm_", "Z", 20),
    ("pypi-", "_", 20),
    ("AIza", "_", 30),
    *((f"{kind}k_{use}_", "z", 8) for kind in "rs" for use in ("live", "test")),
    ("sk-", "-", 20),
    ("eyJ________.eyJ", "-", 8),
]


@pytest.mark.parametrize(("prefix", "char", "fewest"), SHORTEST)
def test_the_shortest_token(prefix: str, char: str, fewest: int) -> None:
    token = prefix + char * fewest
    assert [(found.start, found.end) for found in find_secrets(token)] == [(0, len(token))]
    assert find_secrets(token[:-1]) == []
    for before in "a0_-":
        assert not any(found.start == 1 for found in find_secrets(before + token))
    for before in ".: =/":
        assert any(found.start == 1 for found in find_secrets(before + token))


KEYS = [f"{kind}{join}KEY" for kind in ("API", "PRIVATE", "ACCESS", "AUTH", "SIGNING") for join in ("_", "-", "")]
WORDS = ["PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN", "CREDENTIALS", "DB_PASS", "DB_PWD", "PASS"]


@pytest.mark.parametrize("name", [*WORDS, *KEYS])
def test_every_secret_name(name: str) -> None:
    assert is_secret_name(name)
    assert is_secret_name(name.lower())
    assert is_secret_name(f"MY_{name}")
    assert not any(is_secret_name(f"{name}{end}") for end in ("_FILE", "-path", "_DIR"))
    assert [found.description for found in find_secrets(f"{name}=hunter2")] == [f"a value for `{name}`"]


@pytest.mark.parametrize("name", ["KEY", "PUBLIC_KEY", "TOKENIZER", "COMPASS", "PWD", "BYPASS", "PASSENGERS", "OLDPWD"])
def test_near_misses_of_secret_names(name: str) -> None:
    assert not is_secret_name(name)
