"""Laws under the rules of a platform: a strict resolver passes, one that accepts nothing fails by name."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from deployspec import (
    APTIBLE_2016,
    APTIBLE_CURRENT,
    App,
    DeployPlan,
    Diagnostic,
    Keyring,
    Policy,
    ResolutionError,
    audit,
    laws,
    resolve,
    strategies,
)

FEW = settings(
    max_examples=10,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
RULES = Policy(allowed_registries=["registry.acme.example", "quay.io/acme"], require_digest=True, require_complete=True)
NONE = Keyring()
NO_WEB = Diagnostic("acme-web-missing", "service `web` is missing", source="Procfile")
APPS = strategies.apps(profile=APTIBLE_2016, policy=RULES, services=["web"])


def strict(app: App, *, platform_keyring: Keyring = NONE) -> DeployPlan:
    plan = resolve(app, platform_keyring=platform_keyring)
    faults = audit(plan, RULES)
    if "web" not in [service.name for service in plan.services]:
        faults = (*faults, NO_WEB)
    if faults:
        raise ResolutionError((*plan.diagnostics, *faults))
    return plan


def closed(app: App, *, platform_keyring: Keyring = NONE) -> DeployPlan:
    raise ResolutionError([Diagnostic("acme-closed", "no deploys on Fridays")])


@pytest.mark.parametrize("law", laws.LAWS, ids=str)
def test_a_strict_platform_keeps_the_laws(law: laws.Law) -> None:
    law(strict, apps=APPS, settings=FEW)


# Each takes about 3 s, until the extra runs have found no plan either.
@pytest.mark.parametrize(
    "law",
    [pytest.param(law, marks=[] if law is laws.total else [pytest.mark.slow]) for law in laws.LAWS],
    ids=str,
)
def test_a_resolver_that_refuses_everything_fails_by_name(law: laws.Law) -> None:
    with pytest.raises(laws.VacuousLaw, match=f"^the law `{law.name}` was tried on too few plans: .* accepts none of"):
        law(closed, settings=FEW)


def test_too_few_plans_are_counted() -> None:
    accepted: list[App] = []  # only one

    def first(app: App, *, platform_keyring: Keyring = NONE) -> DeployPlan:
        if accepted:
            return closed(app)
        plan = resolve(app, platform_keyring=platform_keyring)
        accepted.append(app)
        return plan

    with pytest.raises(laws.VacuousLaw, match=r"accepts 1 of \d+ apps, and 2 are needed; pass apps="):
        laws.total(first, settings=settings(FEW, max_examples=20))


def test_a_hopeless_law_does_not_run_twice() -> None:
    with pytest.raises(laws.VacuousLaw, match="accepts none of 100 apps"):
        laws.total(closed, settings=settings(FEW, max_examples=100))


def test_either_a_profile_or_apps() -> None:
    with pytest.raises(ValueError, match="pass either profile or apps"):
        laws.total(profile=APTIBLE_2016, apps=APPS)


def test_a_violation_is_found_under_own_rules() -> None:
    def generous(app: App, *, platform_keyring: Keyring = NONE) -> DeployPlan:
        own = {login.scope for login in app.keyring.credentials}
        lent = [login for login in platform_keyring.credentials if login.scope not in own]
        return strict(attrs.evolve(app, keyring=Keyring([*app.keyring.credentials, *lent])))

    with pytest.raises(laws.LawBroken, match="a login of the platform changes the action"):
        laws.extends_by_login(generous, apps=APPS, settings=settings(FEW, max_examples=200))


def test_an_app_without_texts_has_nothing_to_edit() -> None:
    apps = strategies.apps(profile=APTIBLE_CURRENT).map(
        lambda app: attrs.evolve(app, config={}, procfile=None, dockerfile=b"FROM quay.io/a/b")
    )
    with pytest.raises(laws.VacuousLaw):
        laws.edits_are_located(apps=apps, settings=FEW)


# Strategies


@given(strategies.apps(kind="valid", policy=RULES, services=("web", "clock")))
def test_valid_apps_comply_with_a_policy(app: App) -> None:
    assert app.profile.digest_supported
    try:
        plan = resolve(app)
    except ResolutionError as error:  # as for other valid apps
        sources = {found.source for found in error.diagnostics if found.severity == "error"}
        assert sources == {app.build.dockerfile_path}
    else:
        assert audit(plan, RULES) == ()
        assert {"web", "clock"} <= {service.name for service in plan.services}


@pytest.mark.parametrize(
    "policy",
    [
        Policy(forbid_latest=True),
        Policy(allow_anonymous_hub=False),
        Policy(allow_anonymous_hub=False, allowed_registries=["docker.io/acme", "quay.io"]),
        Policy(allowed_registries=["docker.io"]),
    ],
    ids=["latest", "hub", "hub-and-others", "registries"],
)
def test_each_member_of_a_policy_is_complied_with(policy: Policy) -> None:
    @settings(FEW, max_examples=50)
    @given(strategies.plans(apps=strategies.apps(kind="valid", policy=policy)))
    def complies(plan: DeployPlan) -> None:
        assert audit(plan, policy) == ()

    complies()


@given(strategies.plans(apps=strategies.apps(kind="valid", hosts=strategies.hosts(look_alikes=False))))
def test_all_images_of_a_plan_are_on_the_given_hosts(plan: DeployPlan) -> None:
    assert {pull.reference.host for pull in plan.pulls} <= {"quay.io", "ghcr.io", "docker.io", "registry.example:5000"}


@given(strategies.image_references(hosts=["quay.io/acme"], digests=True))
def test_references_have_digests(image: Any) -> None:
    assert image.digest is not None
    assert str(image).startswith("quay.io/acme/")


@given(strategies.procfiles(services=["web"], max_services=1))
def test_a_procfile_may_have_only_the_given_services(procfile: Any) -> None:
    assert "web" in [service.name for service in procfile.services]


def test_rules_that_no_app_complies_with() -> None:
    with pytest.raises(ValueError, match="profile `aptible-current` does not support digests"):
        strategies.apps(profile=APTIBLE_CURRENT, digests=True)
    for policy in (
        Policy(allowed_registries=["docker.io"], allow_anonymous_hub=False),
        Policy(allowed_registries=[]),
    ):
        with pytest.raises(ValueError, match="policy allows no registry"):
            strategies.apps(policy=policy)


def test_a_host_is_not_a_collection_of_hosts() -> None:
    with pytest.raises(TypeError, match="hosts must be a strategy or a collection of strings, not a string"):
        strategies.apps(hosts="quay.io")
