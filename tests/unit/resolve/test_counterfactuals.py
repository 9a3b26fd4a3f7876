from __future__ import annotations

import attrs

from deployspec import (
    APTIBLE_2016,
    APTIBLE_CURRENT,
    App,
    Build,
    Counterfactual,
    Credential,
    DeployPlan,
    Extend,
    Keyring,
    Secret,
    counterfactuals,
    resolve,
)

IMAGE, HOST, USERNAME, PASSWORD = (
    APTIBLE_2016.image_variable,
    "APTIBLE_PRIVATE_REGISTRY_HOST",
    APTIBLE_2016.username_variable,
    APTIBLE_2016.password_variable,
)
LOGIN = {HOST: "quay.io", USERNAME: "ada", PASSWORD: "pw"}


def told(*found: Counterfactual) -> dict[str, str]:
    return {
        one.change: type(one.outcome.action).__name__
        if isinstance(one.outcome, DeployPlan)
        else ", ".join(fault.code for fault in one.outcome if fault.severity == "error")
        for one in found
    }


def test_each_input_is_taken_away_where_that_matters() -> None:
    app = App({IMAGE: "quay.io/acme/web:1", **LOGIN}, "web: run", "FROM quay.io/acme/base:1")
    assert told(*counterfactuals(app)) == {
        f"unset `{IMAGE}`": "Extend",
        f"unset `{USERNAME}` and `{PASSWORD}`": "Pull",
        f"unset `{HOST}`": "credentials-host-mismatch",
    }


def test_a_refused_app_learns_what_would_help() -> None:
    app = App({IMAGE: "quay.io/acme/web:1", USERNAME: "ada"}, "web: run")
    assert told(*counterfactuals(app))[f"unset `{USERNAME}`"] == "Pull"


def test_what_is_refused_for_other_reasons_is_told_and_what_for_the_same_is_not() -> None:
    app = App({IMAGE: "httpd", USERNAME: "ada"}, "web: run", "FORM x")
    assert told(*counterfactuals(app)) == {
        f"unset `{IMAGE}`": "credentials-incomplete, dockerfile-unknown-instruction",
        f"unset `{USERNAME}`": "image-repository-missing",
    }
    both = App({HOST: "quay.io", IMAGE: "httpd"}, "web: run")
    assert told(*counterfactuals(both)) == {f"unset `{IMAGE}`": "nothing-to-deploy"}


def test_white_space_around_a_variable_is_no_difference() -> None:
    app = App({IMAGE: " quay.io/acme/web:1\n"}, "web: run", "FROM quay.io/acme/base:1")
    assert told(*counterfactuals(app)) == {f"unset `{IMAGE}`": "Build"}


def test_another_action_is_a_difference_even_with_the_same_images() -> None:
    plan = resolve(App({}, "web: run", "FROM quay.io/acme/base:1"))
    assert isinstance(plan.action, Build)
    other = attrs.evolve(plan, action=Extend(plan.action.recipe))
    app = App({IMAGE: "quay.io/acme/web:1"}, "web: run")

    def resolver(app: App, **_: object) -> DeployPlan:
        return plan if app.config else other

    assert told(*counterfactuals(app, resolver=resolver)) == {f"unset `{IMAGE}`": "Extend"}


def test_keyring_and_procfile_are_taken_away_too() -> None:
    keyring = Keyring([Credential(scope="quay.io", username="ada", password=Secret("pw"))])
    app = App({}, "web: run", "FROM quay.io/acme/base:1", keyring=keyring, profile=APTIBLE_CURRENT)
    assert told(*counterfactuals(app)) == {
        "remove the keyring": "Build",
        "delete the Procfile": "Extend",
    }


def test_the_changed_apps_are_resolved_as_the_caller_resolves() -> None:
    platform = Keyring([Credential(scope="quay.io/acme", username="p", password=Secret("pw"))])
    app = App({IMAGE: "quay.io/acme/web:1"}, "web: run", "FROM quay.io/acme/base:1")
    (without_image,) = counterfactuals(app, platform_keyring=platform)
    assert isinstance(without_image.outcome, DeployPlan)
    (pull,) = without_image.outcome.pulls
    assert pull.credential is not None
    assert pull.credential.owner == "platform"
