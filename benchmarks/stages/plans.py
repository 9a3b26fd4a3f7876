"""Plans of many images, logins and services: joining logins, audits and exports."""

from __future__ import annotations

import attrs

from benchmarks.frame import Growth
from deployspec import (
    App,
    Credential,
    DeployPlan,
    Keyring,
    Policy,
    Secret,
    Service,
    audit,
    credentials_for,
    render,
    resolve,
)


def with_logins(size: int) -> tuple[DeployPlan, App]:
    """Return a plan of many images, each with a login of its own, and its app."""
    names = [f"quay.io/team{number}/app" for number in range(size // 30)]
    logins = [Credential(scope=name, username="ada", password=Secret("pw")) for name in names]
    text = "FROM scratch\n" + "".join(f"COPY --from={name} / /\n" for name in names)
    app = App({}, "web: run", text, keyring=Keyring(logins))
    return resolve(app), app


def with_registries(size: int) -> tuple[DeployPlan, Policy]:
    """Return a plan of many images, and a policy with as many registries."""
    plan, _ = with_logins(size)
    return plan, Policy(allowed_registries=[f"ghcr.io/team{number}" for number in range(size // 30)])


def with_services(size: int) -> DeployPlan:
    """Return a plan of many services, more than a Procfile can have."""
    plan = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"}, "web: run"))
    services = (Service("release", "x"), *(Service(f"w{number}", "run") for number in range(size // 10)))
    return attrs.evolve(plan, services=services)


_SIZES = (1 << 12, 1 << 14, 1 << 16, 1 << 18)
GROWTHS = (
    Growth(name="logins of many images", make=with_logins, function=lambda one: credentials_for(*one), limited=_SIZES),
    Growth(name="audit of many registries", make=with_registries, function=lambda one: audit(*one), limited=_SIZES),
    Growth(name="Compose file of many services", make=with_services, function=render.compose, limited=_SIZES),
)
