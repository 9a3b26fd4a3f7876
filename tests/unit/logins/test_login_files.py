"""Login files as tools write them, and as people break them: the logins in each, and the diagnostics.

The results are stored in `login_files.txt`, so that each change is visible. Run this file to write it again.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deployspec import (
    App,
    InvalidDockerConfig,
    Keyring,
    compare_lookups,
    lookup_all,
    parse_docker_config,
    plan_to_json,
    render,
    resolve,
)

RESULTS = Path(__file__).with_name("login_files.txt")
HUB = "https://index.docker.io/v1/"
ECR = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
GUID = "00000000-0000-0000-0000-000000000000"
KEY = json.dumps({"type": "service_account", "private_key": "sentinel\n"})


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def auth(user: str, password: str = "sentinel") -> dict[str, str]:
    return {"auth": b64(f"{user}:{password}")}


def in_secret(config: Any, **members: Any) -> str:
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "pull", "namespace": "web"},
            "type": "kubernetes.io/dockerconfigjson",
            "data": {".dockerconfigjson": b64(json.dumps(config))},
            **members,
        }
    )


LOGIN = b64("ada:sentinel")
DUPLICATES = """
{"auths": {"quay.io": {"auth": "YWRhOnNlbnRpbmVs"}}, "credHelpers": {"ghcr.io": "a", "ghcr.io": "b"},
 "auths": {"ghcr.io": {"auth": "?"}, "ghcr.io": {}, "quay.io": {"auth": "?", "auth": "Ym90OnNlbnRpbmVs"}},
 "credsStore": "c", "credsStore": ""}
"""
LONG = b64("ada:" + "sentinel" * 10)

FILES: dict[str, Any] = {
    "docker login": {"auths": {HUB: auth("ada")}},
    "docker login, key of version 2": {"auths": {"https://registry-1.docker.io/v2/": auth("ada")}},
    "one login under several names of Docker Hub": {
        "auths": {
            HUB: auth("ada"),
            "docker.io": auth("ada"),
            "index.docker.io": auth("ada"),
            "https://registry-1.docker.io/v2/": auth("ada"),
        }
    },
    "two logins for two names of Docker Hub": {"auths": {HUB: auth("ada"), "registry-1.docker.io": auth("bot")}},
    "two logins for one name of Docker Hub": {"auths": {"docker.io": auth("bot"), HUB: auth("ada")}},
    "an empty entry and a login": {"auths": {HUB: {}, "docker.io": auth("ada")}},
    "Amazon ECR": {"auths": {ECR: auth("AWS")}},
    "Amazon ECR with credHelpers": {"credHelpers": {ECR: "ecr-login", "public.ecr.aws": "ecr-login"}},
    "Amazon ECR with credsStore": {"credsStore": "ecr-login"},
    "Google Cloud with a JSON key": {
        "auths": {"https://gcr.io": auth("_json_key", KEY), "europe-docker.pkg.dev": auth("oauth2accesstoken")}
    },
    "gcloud auth configure-docker": {
        "auths": {},
        "credHelpers": {"gcr.io": "gcloud", "https://eu.gcr.io": "gcloud", "*.pkg.dev": "gcloud"},
    },
    "GitHub, with plain members": {
        "auths": {"ghcr.io": {"username": "ada", "password": "ghp_sentinel", **auth("ada")}}
    },
    "GitLab with deploy tokens": {
        "auths": {
            "registry.gitlab.com": auth("gitlab-ci-token"),
            "registry.gitlab.com/acme/web": auth("deploy+1"),
            "https://registry.gitlab.com:443": auth("x"),
        }
    },
    "az acr login": {"auths": {"acme.azurecr.io": {"auth": b64(GUID + ":"), "identitytoken": "sentinel"}}},
    "podman with keys for namespaces": {
        "auths": {
            "quay.io/acme": auth("acme+robot"),
            "quay.io/acme/base": auth("acme+base"),
            "quay.io": auth("ada"),
            "docker.io/acme": auth("ada"),
        }
    },
    "wildcards of the kubelet": {
        "auths": {
            "*.dkr.ecr.eu-central-1.amazonaws.com": auth("AWS"),
            "quay.io/acme": auth("robot"),
            "user:sentinel*@x": auth("a"),
        }
    },
    "Docker Desktop": {
        "auths": {HUB: {}, "ghcr.io": {}, "https://index.docker.io/v1/access-token": {}},
        "credsStore": "desktop",
        "currentContext": "desktop-linux",
        "plugins": {"-x-cli-hints": {"enabled": "true"}},
    },
    "Docker Desktop with a login in the file": {"auths": {HUB: {}, "ghcr.io": auth("ada")}, "credsStore": "desktop"},
    "the same hosts in auths and credHelpers": {
        "auths": {"ghcr.io": auth("ada"), "docker.io": auth("ada"), "quay.io/acme": auth("x")},
        "credHelpers": {"ghcr.io": "pass", "docker.io": "pass", "quay.io": "pass"},
    },
    ".dockercfg": {HUB: {**auth("ada"), "email": "ada@example.com"}, "quay.io": {**auth("ada"), "email": ""}},
    "Secret": in_secret({"auths": {"quay.io": auth("robot")}}),
    "Secret with .dockercfg": in_secret(
        {},
        type="kubernetes.io/dockercfg",
        data={
            ".dockercfg": b64(
                json.dumps({"quay.io": {**auth("robot"), "username": "robot", "password": "sentinel", "email": "none"}})
            )
        },
    ),
    "Secret of another type": in_secret(
        {},
        type="Opaque",
        data=None,
        stringData={".dockerconfigjson": json.dumps({"auths": {"quay.io": auth("robot")}})},
    ),
    "Secret without a login file": in_secret(
        {}, type="kubernetes.io/basic-auth", data={"username": "YQ==", "password": "YQ=="}
    ),
    "Secret that is not base64": in_secret({}, data={".dockerconfigjson": "{}"}),
    "the data of a Secret": {".dockerconfigjson": b64(json.dumps({"auths": {"quay.io": auth("robot")}}))},
    "list of Secrets": {"kind": "List", "apiVersion": "v1", "items": [json.loads(in_secret({}))]},
    "misspelt auths": {"auth": {"quay.io": auth("ada")}},
    "misspelt credsStore": {"credSstore": "desktop", "auths": {"quay.io": auth("ada")}},
    "misspelt members of an entry": {
        "auths": {"quay.io": {"autth": "sentinel"}, "ghcr.io": {"user": "ada", "pasword": "sentinel"}}
    },
    "an entry outside auths": {"auths": {"quay.io": auth("ada")}, "ghcr.io": auth("ada")},
    "member names in another case": {"Auths": {"quay.io": {"Auth": LOGIN}}, "CredsStore": "desktop"},
    "base64 in lines": {"auths": {"quay.io": {"auth": "\r\n".join((LONG[:76], LONG[76:])) + "\n"}}},
    "null members": {
        "auths": {"quay.io": {"auth": auth("ada")["auth"], "username": None, "identitytoken": None}, "ghcr.io": None},
        "credHelpers": None,
        "credsStore": None,
        "HttpHeaders": None,
    },
    "missing padding and another login": {
        "auths": {"quay.io": {"auth": b64("ada:sentinel1").rstrip("=")}, "ghcr.io": auth("ada")}
    },
    "missing padding": {"auths": {"quay.io": {"auth": b64("ada:sentinel1").rstrip("=")}}},
    "broken entries and a login": {
        "auths": {
            "a.io": {"auth": "ada:sentinel"},
            "b.io": {"auth": b64("ada:sentinel??>>~~").replace("/", "_").replace("+", "-")},
            "c.io": {"auth": b64(LOGIN)},
            "d.io": {"auth": " " + LOGIN},
            "e.io": {"auth": b64("sentinel")},
            "f.io": 3,
            "g.io": {"username": "ada"},
            "h io": auth("a"),
            "i.io": {"registrytoken": "sentinel"},
            "j.io": auth("ada"),
            "k.io": {"auth": b64("ada:sentinel1") + "="},
            "l.io": {"auth": base64.b64encode(b"ada:\xff").decode()},
        }
    },
    "registry token": {"auths": {"quay.io": {"registrytoken": "sentinel"}}},
    "text after the JSON": json.dumps({"auths": {"quay.io": {"auth": LOGIN}}}) + "\nfoo",
    "trailing comma": json.dumps({"auths": {"quay.io": {"auth": LOGIN}}}).replace('"}}', '"},}'),
    "duplicate keys": DUPLICATES,
    "different logins for one registry": {
        "auths": {"https://quay.io/v2/": auth("ada"), "quay.io": auth("bot"), "QUAY.IO": auth("cat")}
    },
    "byte order mark": "\ufeff" + json.dumps({"auths": {"quay.io": auth("ada")}}),
}


def text_of(file: Any) -> str:
    return file if isinstance(file, str) else json.dumps(file)


def outcome(name: str) -> Iterator[str]:
    """The keys and user names of the logins, the registries with a helper, and the diagnostics."""
    try:
        keyring = parse_docker_config(text_of(FILES[name]))
    except InvalidDockerConfig as error:
        yield "  refused"
        diagnostics = error.diagnostics
    else:
        yield from (f"  {login.key} as {login.username}" for login in keyring.credentials)
        yield from (f"  {registry} has a helper" for registry in keyring.helpers)
        diagnostics = keyring.diagnostics
    for one in diagnostics:
        yield f"  {str(one).removeprefix('docker-config:')}"
        yield from [] if one.hint is None else [f"    {one.hint}"]


def results() -> str:
    return "\n".join(line for name in FILES for line in (name, *outcome(name), ""))


def test_the_results_are_those_that_were_read_by_somebody() -> None:
    assert results() == RESULTS.read_text("utf-8"), (
        "read the difference; then `python tests/unit/logins/test_login_files.py`"
    )


def test_no_result_has_a_password() -> None:
    assert "sentinel" not in RESULTS.read_text("utf-8")
    assert len(FILES) > 40


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("image", ["acme/web:1", "quay.io/acme/base:1", "ghcr.io/acme/web:1"])
def test_no_output_has_a_user_name_or_password(name: str, image: str) -> None:
    text = text_of(FILES[name])
    found = lookup_all(text, image)
    shown = render.lookups(found, image=image) + render.lookups(found, image=image, format="json")
    try:
        keyring = parse_docker_config(text)
    except InvalidDockerConfig as error:
        shown += render.diagnostics(error.diagnostics)
        keyring = Keyring()
    plan = resolve(App({"APTIBLE_DOCKER_IMAGE": image}, "web: run", keyring=keyring))
    shown += render.diagnostics([*keyring.diagnostics, *compare_lookups(plan, text)]) + render.explain(plan)
    shown += plan_to_json(plan) + repr(keyring)
    assert "sentinel" not in shown
    for login in keyring.credentials:
        assert len(login.username) < 3 or not re.search(rf"\b{re.escape(login.username)}\b", shown)


@pytest.mark.parametrize("name", FILES)
def test_a_login_beside_a_file_is_found(name: str) -> None:
    """No entry of any file hides the login of another one."""
    file = FILES[name]
    if isinstance(file, str) or "auths" not in file:
        return
    keyring = parse_docker_config(json.dumps({**file, "auths": {**file["auths"], "other.example": auth("eve")}}))
    assert "other.example" in [login.key for login in keyring.credentials]


if __name__ == "__main__":
    RESULTS.write_text(results(), "utf-8")
