from __future__ import annotations

import json
from typing import Any

import pytest

from deployspec import Client, Lookup, lookup, lookup_all, render
from deployspec.render._style import width

LOGIN = {"auth": "YWRhOnB3"}


def text(auths: object, image: str, **members: Any) -> str:
    return render.lookups(lookup_all(json.dumps({"auths": auths, **members}), image), image=image)


def test_clients_that_agree_need_no_advice() -> None:
    shown = text({"quay.io": LOGIN}, "quay.io/acme/app")
    assert shown.startswith(
        "quay.io/acme/app\n\n"
        "  client                login              entry\n"
        "  docker                user and password  quay.io\n"
    )
    assert "Advice" not in shown
    assert "Diagnostics" not in shown


def test_a_difference_is_explained() -> None:
    shown = text({"quay.io/acme": LOGIN}, "quay.io/other/app")
    assert "  podman                none               -\n" in shown
    assert (
        "docker drops the path of `quay.io/acme`\n    and uses the login for all of quay.io (also docker-build,"
        in shown
    )
    assert "hint: only podman and the kubelet limit a login to a path" in shown
    assert "Advice\n  To give every client the same login, name the entry `quay.io`, with `auth`\n" in shown


def test_random_outcomes_have_a_row_each() -> None:
    found: dict[Client, Lookup] = {
        "docker": lookup(
            json.dumps({"auths": {f"quay.io/{n}": {"auth": f"YTp{n}"} for n in range(9)}}), "quay.io/x", "docker"
        )
    }
    rows = render.lookups(found, image="quay.io/x").splitlines()
    assert rows[1] == "  docker chooses one of several entries at random."
    assert rows[4:10] == [
        "  docker  user and password     quay.io/0",
        "          or user and password  quay.io/1",
        "          or user and password  quay.io/2",
        "          or user and password  quay.io/3",
        "          or user and password  quay.io/4",
        "          or 4 others",
    ]


def test_a_summary_says_who_disagrees() -> None:
    auths = {"quay.io/a": LOGIN, "quay.io/b": {"auth": "Ym90OnB3"}}
    assert text(auths, "quay.io/c/d").split("\n\n")[0].splitlines() == [
        "quay.io/c/d",
        "  The clients do not use the same entry.",
        "  docker, docker-build, go-containerregistry, nerdctl and oras choose one of",
        "    several entries at random.",
    ]
    assert text({"docker.io": LOGIN}, "docker.io/a/b").split("\n\n")[0].splitlines() == [
        "docker.io/a/b",
        "  The clients do not use the same entry.",
    ]


def test_a_random_choice_between_equal_logins_is_not_in_the_summary() -> None:
    found: dict[Client, Lookup] = {
        "docker": lookup(json.dumps({"auths": {"quay.io/a": LOGIN, "quay.io/b": LOGIN}}), "quay.io/x", "docker")
    }
    assert render.lookups(found, image="quay.io/x").startswith("quay.io/x\n\n")


def test_the_advice_fits_the_format_of_the_file() -> None:
    old = render.lookups(lookup_all(json.dumps({"quay.io": LOGIN}), "quay.io/a"), image="quay.io/a")
    assert old.endswith('To give every client the same login, put the entries into `{"auths": {…}}`.\n')
    secret = json.dumps({"kind": "Secret", "metadata": {}, "type": "kubernetes.io/dockercfg", "data": {}})
    shown = render.lookups(lookup_all(secret, "quay.io/a"), image="quay.io/a")
    assert "Advice" not in shown
    inner = json.dumps({"quay.io": LOGIN})
    secret = secret.replace('"data"', f'"stringData": {json.dumps({".dockercfg": inner})}, "data"')
    shown = render.lookups(lookup_all(secret, "quay.io/a"), image="quay.io/a")
    assert "decode the login file in the Secret" in shown


def test_helpers_and_later_keys_are_entries() -> None:
    found: dict[Client, Any] = {
        client: lookup(
            json.dumps({"auths": {"quay.io": LOGIN, "quay.io/a": LOGIN, "*.io": LOGIN}, "credsStore": "pass"}),
            "quay.io/a",
            client,
        )
        for client in ("kubelet", "docker-py")
    }
    shown = render.lookups(found, image="quay.io/a")
    assert (
        "  kubelet    user and password  quay.io/a\n             then               quay.io and 1 more\n"
        "  docker-py  credential helper  docker-credential-pass\n             then               quay.io\n"
    ) in shown
    assert "remove `credsStore`, `credHelpers` and other\n    entries for this registry." in shown


def test_entries_that_could_be_meant_are_listed() -> None:
    shown = text({"docker.io": LOGIN, "quay.io": LOGIN}, "docker.io/acme/app")
    section = shown.split("Entries that are not used\n")[1].split("\n\n")[0]
    assert " ".join(section.split()) == (
        "docker.io (docker, docker-build, go-containerregistry, nerdctl, oras): "
        "only the key `https://index.docker.io/v1/` is used for Docker Hub"
    )
    many = text({f"quay.io/{number}": LOGIN for number in range(30)} | {"quay.io": LOGIN}, "quay.io/x")
    assert "\n  and " in many


def test_faults_come_first_in_the_advice() -> None:
    assert "the same login, correct the faults of the file, name" in text({"x.io": {"auth": "!"}}, "quay.io/a").replace(
        "\n    ", " "
    )


def test_no_advice_for_a_host_that_not_all_clients_accept() -> None:
    assert "Advice" not in text({"Quay.io": LOGIN}, "Quay.io/a")
    assert "spell the image `docker.io/a/b`" in text({"docker.io": LOGIN}, "registry-1.docker.io/a/b:1")


def test_colors_are_added() -> None:
    found: dict[Client, Lookup] = {"podman": lookup("{", "quay.io/a", "podman")}
    assert "\x1b[1;31merror[lookup-syntax]\x1b[0m" in render.lookups(found, image="quay.io/a", color=True)


def test_json_has_every_member() -> None:
    image = "ada:secret@quay.io/a"
    document = json.loads(render.lookups(lookup_all('{"credsStore": "s"}', "quay.io/a"), image=image, format="json"))
    assert (document["version"], document["image"], document["agree"]) == (1, "***@quay.io/a", False)
    assert document["clients"]["docker"] == {
        "certain": True,
        "outcomes": [
            {
                "kind": "helper",
                "key": None,
                "rule": "helper",
                "reason": "docker-credential-s is asked for `quay.io`",
                "asked": [{"helper": "s", "server": "quay.io"}],
                "then": [],
            }
        ],
        "skipped": [],
        "diagnostics": [],
    }


@pytest.mark.parametrize("image", ["quay.io/acme/app", "ubuntu", "registry-1.docker.io/a"])
def test_lines_have_80_columns(image: str) -> None:
    auths = {"docker.io": LOGIN, "https://quay.io/x": LOGIN, "https://index.docker.io/v1/": {}, "quay.io/acme": LOGIN}
    shown = text(auths, image, credHelpers={"quay.io": "pass"})
    assert max(map(width, shown.splitlines())) <= 80
