"""A user's script that touches the whole public API; mypy and pyright check it, both strict, and a test runs it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never, assert_type

import deployspec
from deployspec import App, Build, DeployPlan, Extend, ImageReference, Pull, laws, render, strategies


def describe(plan: DeployPlan) -> str:
    match plan.action:
        case Pull(image=image):
            return f"pull {image.reference}"
        case Build(recipe=recipe) | Extend(recipe=recipe):
            return f"build {recipe.dockerfile_path} from {len(recipe.images)} images"
        case _:
            assert_never(plan.action)


def start_command(file: deployspec.Dockerfile) -> deployspec.StartCommand:
    stage: deployspec.Stage = file.stages[-1]
    sources: tuple[deployspec.Source, ...] = stage.sources
    triggers: tuple[deployspec.Trigger, ...] = stage.triggers
    arguments: tuple[deployspec.Argument, ...] = file.arguments
    return file.cmd if not (sources or triggers or arguments) else file.entrypoint


def deploy(config: Mapping[str, str], dockerfile: str) -> list[str]:
    profile = deployspec.APTIBLE_2016.with_prefix("MYPAAS_")
    handling: deployspec.OnHostMismatch = profile.on_host_mismatch
    login = deployspec.Credential(scope="quay.io", username="ada", password=deployspec.Secret("hunter2"))
    options = deployspec.BuildOptions(args={"VERSION": "1"})
    app = App(config, "web: serve", dockerfile, build=options, keyring=deployspec.Keyring([login]), profile=profile)
    plan = deployspec.resolve(app, platform_keyring=deployspec.Keyring())
    roles: list[deployspec.Role] = [pull.role for pull in plan.pulls]
    owners: set[deployspec.Owner] = {pull.credential.owner for pull in plan.pulls if pull.credential is not None}
    services: tuple[deployspec.Service, ...] = plan.services
    steps: tuple[deployspec.Step, ...] = plan.trace
    outcomes: set[deployspec.Outcome] = {row.outcome for row in deployspec.DECISIONS}
    assert_type(deployspec.plan_from_json(deployspec.plan_to_json(plan)), DeployPlan)
    pinned = deployspec.pin(plan, {pull.reference: f"sha256:{'0' * 64}" for pull in plan.pulls})
    lock: deployspec.Lock = deployspec.parse_lock(deployspec.lock_to_json({"ruby": f"sha256:{'0' * 64}"}))
    fits: tuple[deployspec.Diagnostic, ...] = deployspec.check_lock(plan, lock)
    origins: tuple[deployspec.Origin, ...] = plan.pulls[0].origins
    difference: deployspec.PlanDiff = deployspec.diff(plan, pinned)
    requirement: deployspec.Requirement = difference.requires
    kinds: list[deployspec.Kind] = [change.kind for change in difference.changes]
    policy: deployspec.Policy = deployspec.parse_policy('{"require_digest": true}')
    found: tuple[deployspec.Diagnostic, ...] = deployspec.audit(pinned, policy)
    severities: set[deployspec.Severity] = {diagnostic.severity for diagnostic in found}
    others: tuple[deployspec.Counterfactual, ...] = deployspec.counterfactuals(app)
    credentials: deployspec.Credentials = deployspec.credentials_for(plan, app)
    tool: render.Tool = "docker"
    output: render.Format = "text"
    exports: tuple[render.Export, ...] = (render.compose(plan), render.auth_file(plan, credentials, tool=tool))
    sources = {"npmrc": "/run/npmrc"}
    commands: render.Commands = render.commands(plan, tool=tool, tag="app:1", secrets=sources, ssh=("default",))
    first: render.Command = commands.steps[0]
    texts = [render.explain(plan, counterfactuals=others), render.diagnostics(found, format=output)]
    counts = map(
        len, (roles, owners, services, steps, outcomes, kinds, severities, exports, first.argv, texts, fits, origins)
    )
    return [describe(plan), handling, requirement, deployspec.fingerprint(pinned), *map(str, counts)]


def parse(text: str) -> ImageReference | tuple[deployspec.Diagnostic, ...]:
    try:
        return deployspec.parse_reference(text)
    except deployspec.InvalidReference as error:
        return error.diagnostics


def test_the_laws() -> None:
    law: laws.Law = laws.LAWS[0]
    resolver: deployspec.Resolver = deployspec.resolve
    law(resolver)
    strategies.apps(kind="valid").example()
